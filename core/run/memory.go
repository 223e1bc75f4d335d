package run

import (
	"context"
	"math"

	"qunxiang/core"
	"qunxiang/sdk"
	"qunxiang/sdk/table"
)

// What a run takes beside what its method says: the method's process with its own copy of
// the tables, and here the answer, the order of the customers and what judges them.
const (
	processBytes = 32 << 20
	answerBytes  = 8  // of a customer, for each column of the answer
	judgeBytes   = 48 // of a customer
)

// demand is the memory that a run takes, in bytes.
type demand struct {
	own  int64 // by this process, beside what it has
	next int64 // by the method's
}

func (d demand) all() int64 { return d.own + d.next }

// beyond compares the demand with the room: what is too much, and what there is of it;
// ok where nothing is.
func (d demand) beyond(r core.Room) (need, free int64, ok bool) {
	for _, c := range [][2]int64{{d.all(), r.All}, {d.next, r.Next}, {d.own, r.Own}} {
		if c[1] > 0 && c[0] > c[1] {
			return c[0], c[1], false
		}
	}
	return 0, 0, true
}

// fits reports, as an error, that the run would need more memory than there is, and with
// how many customers it would not.
func (p *Plan) fits(ctx context.Context) error {
	rows := p.Table.Rows
	if _, _, ok := p.demand(p.MemoryBytes, rows).beyond(p.req.Room); ok {
		return nil
	}
	q, err := p.counted(ctx)
	if err != nil {
		return err
	}
	d, err := p.needs(ctx, q, rows)
	if err != nil {
		return err
	}
	need, free, ok := d.beyond(p.req.Room)
	if ok {
		return nil
	}
	fit := 0
	for n := rows / 2; n >= fewestOffered && fit == 0; n /= 2 {
		if d, err = p.needs(ctx, q, n); err != nil {
			return err
		}
		if _, _, ok := d.beyond(p.req.Room.Less()); ok {
			fit = n
		}
	}
	megabytes := func(n int64) int { return int((n + 1<<20 - 1) >> 20) }
	e := &core.Error{
		Code: CodeNoMemory, Origin: core.OriginApp, Op: "run",
		Args: core.Args{"method": p.Method.Info.Name, "need": megabytes(need), "free": megabytes(free), "customers": len(p.Rows), "fit": roundDown(fit)},
	}
	if fit == 0 {
		e.Code = CodeNoMemoryAtAll
	}
	return e
}

// fewestOffered is the number of customers below which a smaller run is not offered.
const fewestOffered = 50

// roundDown keeps the first two digits.
func roundDown(n int) int {
	unit := 1
	for n/unit >= 100 {
		unit *= 10
	}
	return n / unit * unit
}

// demand is what the run takes with so many of its customers, of which the method says
// that it needs so many bytes.
func (p *Plan) demand(method int64, rows int) demand {
	per := int64(answerBytes*len(p.Method.Info.Outputs) + judgeBytes)
	d := demand{own: int64(rows) * per, next: processBytes + method + part(size(p.Table), rows, p.Table.Rows)}
	for _, t := range p.Details {
		d.next += part(size(t.Table), rows, p.Table.Rows)
	}
	return d
}

// counted is what the method is asked, with what is seldom worth the time: how many
// different values each column has.
func (p *Plan) counted(ctx context.Context) (sdk.ValidateRequest, error) {
	q := p.request().Question()
	q.Columns = append([]sdk.ColumnSchema(nil), q.Columns...)
	for i := range q.Columns {
		if err := ctx.Err(); err != nil {
			return q, err
		}
		if q.Columns[i].Distinct == 0 {
			q.Columns[i].Distinct = different(&p.Table.Columns[i])
		}
	}
	return q, nil
}

// fewValues is how many customers share a value at least where a column has few.
const fewValues = 16

// mostCounted is where counting different values ends.
const mostCounted = 1 << 17

// different counts the different values of a column of numbers, up to mostCounted; 0 for
// others.
func different(c *table.Column) int {
	seen := map[uint64]struct{}{}
	for _, x := range c.Floats {
		if seen[math.Float64bits(x)] = struct{}{}; len(seen) >= mostCounted { // NaN is like itself
			break
		}
	}
	for _, x := range c.Ints {
		if seen[uint64(x)] = struct{}{}; len(seen) >= mostCounted {
			break
		}
	}
	return len(seen)
}

// needs asks the method what it would take with so many of the customers.
func (p *Plan) needs(ctx context.Context, q sdk.ValidateRequest, rows int) (demand, error) {
	q.Columns, q.Details = append([]sdk.ColumnSchema(nil), q.Columns...), append([]sdk.DetailSchema(nil), q.Details...)
	for i := range q.Columns {
		if c := &q.Columns[i]; c.Kind != table.Category && c.Distinct > p.Table.Rows/fewValues { // some of the customers have some of many values
			c.Distinct = int(part(int64(c.Distinct), rows, p.Table.Rows))
		} else if c.Kind != table.Category {
			c.Distinct = min(c.Distinct, rows)
		}
	}
	q.Rows = rows
	for i := range q.Details {
		q.Details[i].Rows = int(part(int64(q.Details[i].Rows), rows, p.Table.Rows))
	}
	v, err := p.req.Fitter.Validate(ctx, q)
	return p.demand(v.MemoryBytes, rows), err
}

func part(n int64, rows, all int) int64 {
	return int64(float64(n) * float64(rows) / float64(max(1, all)))
}

// size is what the values of a table take in bytes.
func size(t *table.Table) (n int64) {
	const header = 16 // of a text
	for i := range t.Columns {
		c := &t.Columns[i]
		n += int64(8*len(c.Floats) + 8*len(c.Ints) + 4*len(c.Codes))
		for _, s := range c.Strings {
			n += int64(len(s) + header)
		}
	}
	return n
}
