package database

import (
	"cmp"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"slices"
	"strconv"
	"strings"

	"qunxiang/core"
	"qunxiang/core/feature"
	"qunxiang/core/ingest"
)

// Aggregate lets the database add up the purchases of each customer. What comes back are
// customers with the features of transactions under their names, as of a day: asOf, or
// the day after the last one that counts for NoDate. It equals reading all rows and
// computing features from them, see docs/sql.md for how and for the one thing that
// differs, the counts of rows that refunds used up.
//
// With dry set nothing but the report and the statement is of use. Errors are those of Read,
// and of code database_date_text, database_amount_text and the like where a column is
// written in a way that SQL cannot read as an import would.
func (d Reader) Aggregate(ctx context.Context, db core.Database, password string, o core.ImportOptions, asOf core.Date, dry bool, p core.Progress) (*core.Aggregated, error) {
	r, err := opened(ctx, db, password)
	if err != nil {
		return nil, err
	}
	defer r.s.close()
	p, stop := patient(p)
	defer stop()
	p(0, core.Message{Key: "stage.database_look"})
	push, err := plan(ctx, r, o, asOf)
	if err != nil {
		return nil, err
	}
	out := &core.Aggregated{AsOf: asOf}
	if done, err := d.common(ctx, push, out, p); done || err != nil {
		return out, err
	}
	if err := push.prepare(ctx, p); err != nil {
		return nil, err
	}
	out.Statement = push.statement()
	out.Report = push.report()
	if dry {
		return out, nil
	}
	p(0.5, core.Message{Key: "stage.database_sum"})
	sums, err := push.sums(ctx)
	if err != nil {
		return nil, err
	}
	p(0.7, core.Message{Key: "stage.database_rows"})
	if err := push.linked(ctx, sums, p); err != nil {
		return nil, err
	}
	out.Report = push.report()
	p(1, core.Message{Key: "stage.database_rows"})
	return out, push.finish(out, sums)
}

// common adds up a table as most are, and reports whether that was possible. It takes
// one pass over the table, so a dry run takes it, too.
func (d Reader) common(ctx context.Context, push *pushdown, out *core.Aggregated, p core.Progress) (bool, error) {
	here := maxHere
	_, file := push.d.(liteDialect)
	if file { // its rows go nowhere: the engine is part of this program
		here = maxRows
	}
	if d.Here != 0 {
		here = d.Here
	}
	if here < 0 {
		return false, nil
	}
	s, err := push.quickest(ctx, file && d.Here == 0, here, out, p)
	if errors.Is(err, errNotLean) && file {
		s, err = push.everyRow(ctx, 0, out, p)
	}
	if errors.Is(err, errNotLean) {
		return false, ctx.Err()
	}
	if err != nil {
		return false, err
	}
	out.Report = push.report()
	p(1, core.Message{Key: "stage.database_sum"})
	return true, push.finish(out, s)
}

// quickest reads the rows of a file, which costs half of what SQLite needs to add them up,
// as long as they fit in memory; otherwise it runs the plain statement.
func (p *pushdown) quickest(ctx context.Context, file bool, here int, out *core.Aggregated, pr core.Progress) (*sums, error) {
	if file {
		n, err := p.fileRows(ctx)
		if err != nil {
			return nil, err
		}
		if n <= maxFileRows {
			return p.everyRow(ctx, n, out, pr)
		}
	}
	l, err := p.lean(ctx)
	if err != nil {
		return nil, notLean(ctx, err)
	}
	out.Statement = l.sql
	pr(0.1, core.Message{Key: "stage.database_sum"})
	return p.leanSums(ctx, l, here, pr)
}

// maxFileRows is how many rows of a file are read to be added up here: some 1.5 GB.
const maxFileRows = 10_000_000

// fileRows is about how many rows a file's table has, or how many a query, of which one
// more than matters is enough.
func (p *pushdown) fileRows(ctx context.Context) (int64, error) {
	if n := p.estimate(ctx); n > 0 {
		return n, nil
	}
	rows, err := collect(ctx, p.s, "SELECT count(*) AS n FROM (SELECT 1 AS x FROM "+p.from+" LIMIT "+itoa(maxFileRows+1)+") AS h", 1, 1)
	if err != nil || len(rows) != 1 {
		return 0, err
	}
	return whole(rows[0][0]), nil
}

// Explain returns the SQL that [Reader.Read] or, as db says, [Reader.Aggregate] would run,
// after a look at the first rows. Rows that a plain statement cannot add up may need
// another besides.
func (Reader) Explain(ctx context.Context, db core.Database, password string, o core.ImportOptions) (string, error) {
	r, err := opened(ctx, db, password)
	if err != nil {
		return "", err
	}
	defer r.s.close()
	if !db.Aggregate {
		return r.statement(0), nil
	}
	push, err := plan(ctx, r, o, core.NoDate)
	if err != nil {
		return "", err
	}
	if _, file := push.d.(liteDialect); file {
		if n, err := push.fileRows(ctx); err != nil || n <= maxFileRows {
			return r.statement(0), err
		}
	}
	if l, err := push.lean(ctx); err == nil {
		return l.sql, nil
	}
	if _, file := push.d.(liteDialect); file {
		return r.statement(0), ctx.Err()
	}
	if err := push.prepare(ctx, core.NoProgress); err != nil {
		return "", err
	}
	return push.statement(), nil
}

// tally is what is known of one customer: all that the features need.
type tally struct {
	key, raw    string // raw is the key as it is in the table
	rows        int
	first, last core.Date
	orders      int64
	days        int64
	money       float64
}

// sums are what came back.
type sums struct {
	of       []tally
	idle     int       // customers without a valid order
	last     core.Date // that counts for the as-of date, of everybody
	openRows int       // rows that left the database one by one …
	open     int       // … of so many customers
	tx       *core.Transactions
	seen     map[string]bool // the customers of those rows
}

// sums runs the statement.
func (p *pushdown) sums(ctx context.Context) (*sums, error) {
	c, err := p.s.query(ctx, p.statement())
	if err != nil {
		return nil, err
	}
	defer c.end()
	out := &sums{last: core.NoDate}
	cells := make([][]byte, len(c.columns()))
	for {
		err := c.Next(ctx, cells)
		if done, err := ended(ctx, err); done || err != nil {
			return out, err
		}
		if len(out.of) >= maxRows {
			return nil, userError("database_too_many_rows", "table", core.Args{"limit": maxRows})
		}
		if err := out.add(cells, p.scale); err != nil {
			return nil, err
		}
	}
}

// ended tells the end of an answer from a fault.
func ended(ctx context.Context, err error) (bool, error) {
	if err == nil {
		return false, ctx.Err()
	}
	if isEOF(err) {
		return true, nil
	}
	return false, err
}

// add takes one row: key, first day, last day, orders, days, money, last day of any row.
func (s *sums) add(cells [][]byte, scale int) error {
	if len(cells) != 7 || cells[0] == nil {
		return errAnswer
	}
	if d, err := core.ParseDate(string(cells[6])); err == nil {
		s.last = max(s.last, d)
	}
	if cells[1] == nil {
		s.idle++
		return nil
	}
	t, err := tallied(cells, scale)
	if err != nil {
		return errAnswer
	}
	if ingest.Trim(t.key) != t.key {
		return dataError("database_key_blanks", "", core.Args{"key": t.key})
	}
	s.of = append(s.of, t)
	return nil
}

// tallied reads a customer as all statements write one: key, first day, last day, orders,
// days, and money in units of 10^-scale.
func tallied(cells [][]byte, scale int) (tally, error) {
	t := tally{key: string(cells[0])}
	var errs [5]error
	t.first, errs[0] = core.ParseDate(string(cells[1]))
	t.last, errs[1] = core.ParseDate(string(cells[2]))
	t.orders, errs[2] = count(cells[3])
	t.days, errs[3] = count(cells[4])
	t.money, errs[4] = strconv.ParseFloat(string(cells[5])+"e-"+strconv.Itoa(scale), 64)
	return t, errors.Join(errs[:]...)
}

// errAnswer says that a server's answer is not what was asked for.
var errAnswer = &core.Error{Code: "database_lost", Origin: core.OriginApp, Op: op, Args: core.Args{"host": "", "detail": ""}}

// count reads a whole number, which some servers write with a point.
func count(b []byte) (int64, error) {
	s, _, _ := strings.Cut(string(b), ".")
	return strconv.ParseInt(s, 10, 64)
}

// linked reads the rows of customers whose refunds SQL cannot link, and adds them up here.
func (p *pushdown) linked(ctx context.Context, s *sums, pr core.Progress) error {
	sql := p.openRows()
	if sql == "" {
		return nil
	}
	res, err := ingest.ReadRows(ctx, p.rows(sql), p.rowOptions(), func(f float64, m core.Message) { pr(0.7+0.25*f, core.Message{Key: "stage.database_rows"}) })
	if noneCounts(err) {
		return nil // nobody has such refunds, or no row of theirs counts
	}
	if err != nil {
		return err
	}
	for _, e := range res.Report.Rows.Excluded { // SQL counted them as used
		if e.Reason == "order_refunded" || e.Reason == "refund_linked" {
			p.counts[e.Reason] += e.Count
			p.counts[""] -= e.Count
		}
	}
	s.tx = res.Transactions
	s.openRows, s.open = res.Report.Rows.In, s.tx.Customers.Len()
	if _, last := feature.Span(s.tx); last != core.NoDate {
		s.last = max(s.last, last)
	}
	return nil
}

// noneCounts tells an import that found no row that counts.
func noneCounts(err error) bool {
	code := core.CodeOf(err)
	return code == "no_rows" || code == "no_usable_rows" || strings.HasPrefix(code, "no_valid_")
}

// finish makes attributes of the sums; that nobody is left is an error.
func (p *pushdown) finish(out *core.Aggregated, s *sums) error {
	if out.AsOf == core.NoDate && s.last != core.NoDate {
		out.AsOf = s.last + 1
	}
	p.addLinked(out.AsOf, s)
	if len(s.of) == 0 {
		return p.nothing()
	}
	slices.SortFunc(s.of, func(a, b tally) int { return cmp.Compare(a.key, b.key) })
	n := len(s.of)
	dict := &core.Dict{}
	cols := make([]core.AttributeColumn, len(feature.Names()))
	for i, name := range feature.Names() {
		cols[i] = core.AttributeColumn{Name: name, Floats: make([]float64, n)}
	}
	sum := sha256.New()
	out.Report.FirstDate, out.Report.LastDate = core.NoDate, core.NoDate
	for i, t := range s.of {
		dict.AppendString(t.key)
		mean := t.money / float64(t.orders)
		for c, v := range []float64{float64(out.AsOf - t.last), float64(t.orders), t.money, float64(t.days), mean, float64(out.AsOf - t.first)} {
			cols[c].Floats[i] = v
		}
		sum.Write([]byte(strconv.Quote(t.key) + t.first.String() + t.last.String() + strconv.FormatInt(t.orders, 10) + " " +
			strconv.FormatInt(t.days, 10) + " " + strconv.FormatFloat(t.money, 'g', -1, 64) + "\n")) // never fails, says package hash
		out.Report.Orders += int(t.orders)
		out.Report.Amount += t.money
		if out.Report.FirstDate == core.NoDate || t.first < out.Report.FirstDate {
			out.Report.FirstDate = t.first
		}
		out.Report.LastDate = max(out.Report.LastDate, t.last)
	}
	out.Attributes = &core.Attributes{Customers: dict, Columns: cols}
	out.Fingerprint = "sha256:" + hex.EncodeToString(sum.Sum(nil))
	out.Report.Customers = n
	if s.idle > 0 {
		out.Report.Hints = append(out.Report.Hints, core.Message{Key: "database.hint.no_orders", Args: core.Args{"count": s.idle}})
	}
	if s.open > 0 {
		out.Report.Hints = append(out.Report.Hints, core.Message{Key: "database.hint.linked_here", Args: core.Args{"customers": s.open, "rows": s.openRows}})
	}
	return nil
}

// addLinked adds the customers that were added up here.
func (p *pushdown) addLinked(asOf core.Date, s *sums) {
	if s.tx.Rows() == 0 {
		return
	}
	set, err := feature.FromTransactions(context.Background(), s.tx, feature.Options{AsOf: asOf}) //nolint:contextcheck // a moment's work, and a half would be wrong
	if err != nil {
		return // only of a context that ends
	}
	ints := func(name string, i int) int64 { return set.Table.Column(name).Ints[i] }
	for i, code := range set.Customers {
		s.of = append(s.of, tally{
			key: s.tx.Customers.At(int(code)), first: asOf - core.Date(ints(feature.Tenure, i)), last: asOf - core.Date(ints(feature.Recency, i)),
			orders: ints(feature.Frequency, i), days: ints(feature.FrequencyDays, i), money: set.Table.Column(feature.Monetary).Floats[i],
		})
	}
	s.idle += s.tx.Customers.Len() - len(set.Customers)
}

// report tells what became of the rows.
func (p *pushdown) report() core.ImportReport {
	r := core.ImportReport{Detected: p.plan.Detected, Hints: p.plan.Hints, Customers: p.customers, FirstDate: core.NoDate, LastDate: core.NoDate}
	r.Detected.Kind = core.SourceCustomers
	r.Rows.Excluded = []core.Exclusion{}
	for _, why := range slices.Sorted(mapKeys(p.counts)) {
		n := p.counts[why]
		r.Rows.In += n
		if why == "" {
			r.Rows.Used = n
			continue
		}
		r.Rows.Excluded = append(r.Rows.Excluded, core.Exclusion{Reason: why, Count: n, Examples: []int{}})
	}
	r.Hints = append(r.Hints[:len(r.Hints):len(r.Hints)], core.Message{Key: "database.hint.rows_stay"})
	if p.partial > 0 {
		r.Hints = append(r.Hints, core.Message{Key: "import.hint.partial_refunds", Args: core.Args{"count": p.partial}})
	}
	return r
}
