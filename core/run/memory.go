package run

import (
	"context"

	"qunxiang/core"
	"qunxiang/sdk"
	"qunxiang/sdk/table"
)

// What a run takes beside what its method says: the method's process with its own copy of
// the tables, and here the answer, the order of the customers and what judges them.
const (
	processBytes = 48 << 20
	answerBytes  = 8  // of a customer, for each column of the answer
	judgeBytes   = 48 // of a customer
)

// fits reports, as an error, that the run would need more memory than there is, and with
// how many customers it would not.
func (p *Plan) fits(ctx context.Context) error {
	if p.req.Memory <= 0 {
		return nil
	}
	rows := p.Table.Rows
	need := p.MemoryBytes + p.besides(rows)
	if need <= p.req.Memory {
		return nil
	}
	fit := 0
	for n := rows / 2; n >= fewestOffered && fit == 0; n /= 2 {
		m, err := p.needs(ctx, n)
		if err != nil {
			return err
		}
		if m <= p.req.Memory {
			fit = n
		}
	}
	megabytes := func(n int64) int { return int((n + 1<<20 - 1) >> 20) }
	e := &core.Error{
		Code: CodeNoMemory, Origin: core.OriginApp, Op: "run",
		Args: core.Args{"method": p.Method.Info.Name, "need": megabytes(need), "free": megabytes(p.req.Memory), "customers": len(p.Rows), "fit": roundDown(fit)},
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

// besides is the memory that the run takes beside what its method says, with so many of
// its customers.
func (p *Plan) besides(rows int) int64 {
	per := int64(answerBytes*len(p.Method.Info.Outputs) + judgeBytes)
	out := processBytes + int64(rows)*per + part(size(p.Table), rows, p.Table.Rows)
	for _, d := range p.Details {
		out += part(size(d.Table), rows, p.Table.Rows)
	}
	return out
}

// needs asks the method what it would take with so many of the customers.
func (p *Plan) needs(ctx context.Context, rows int) (int64, error) {
	q := p.request().Question()
	q.Rows = rows
	q.Details = append([]sdk.DetailSchema(nil), q.Details...)
	for i := range q.Details {
		q.Details[i].Rows = int(part(int64(q.Details[i].Rows), rows, p.Table.Rows))
	}
	v, err := p.req.Fitter.Validate(ctx, q)
	return v.MemoryBytes + p.besides(rows), err
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
