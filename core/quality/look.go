package quality

import (
	"context"
	"slices"

	"qunxiang/core"
	"qunxiang/core/clean"
	"qunxiang/core/feature"
	"qunxiang/core/guard"
)

// Input is what is judged.
type Input struct {
	Data    clean.Data     // with the active steps applied
	Sources []core.Source  // that brought it
	Steps   []clean.Step   // of the project; those that are switched on made Data
	Effects []clean.Effect // of Steps, in order
	Files   []clean.File   // how many rows of purchases of each source count before the steps; nil = as reported
	AsOf    core.Date      // of the project; NoDate = the last day of the data and one
	Today   core.Date      // for freshness against the clock; NoDate = not asked
	// Same are customers under several ids, found by core/identity; Sure tells of each group
	// whether it may be merged without being looked at. Nil = not known.
	Same []Same
	// Names are the attributes that name a person: their spellings are nobody's mistake.
	Names []string
}

// Same is one customer under several ids.
type Same struct {
	clean.Group
	Sure bool
}

// few is the number of rows or customers below which shares and shapes say nothing.
const few = 30

// Look judges data. It takes about a second for a million rows, and stops with ctx.
func Look(ctx context.Context, in Input) (*Card, error) {
	l := &look{ctx: ctx, Input: in, tx: in.Data.Transactions}
	if l.tx == nil {
		l.tx = &core.Transactions{Customers: &core.Dict{}}
	}
	if l.AsOf == core.NoDate {
		l.AsOf = feature.AsOf(l.tx)
	}
	card := &Card{Counts: clean.Count(in.Data), Reconciliation: reconcile(in.Sources, in.Files, in.Effects), AsOf: l.AsOf, Steps: in.Steps, Effects: in.Effects}
	for _, check := range []func(*look){
		(*look).imports, (*look).days, (*look).timeline, (*look).fresh, (*look).amounts, (*look).units, (*look).money,
		(*look).duplicates, (*look).keys, (*look).same, (*look).matches, (*look).labels, (*look).columns, (*look).records, (*look).pairs,
	} {
		if err := ctx.Err(); err != nil {
			return nil, err
		}
		check(l)
	}
	if l.err != nil {
		return nil, l.err
	}
	card.Issues = l.issues
	sortIssues(card.Issues)
	rows := l.tx.Rows() > 0
	card.score(map[Dimension]bool{
		Completeness: card.Reconciliation.In > 0, Validity: card.Reconciliation.In > 0, Uniqueness: card.Reconciliation.In > 0, Consistency: card.Reconciliation.In > 0,
		Timeliness: rows || slices.ContainsFunc(in.Data.Records, func(r *core.Records) bool { return r.Day != nil && r.Rows() > 0 }),
	})
	return card, ctx.Err()
}

// look is a judgement on its way.
type look struct {
	Input
	ctx    context.Context
	tx     *core.Transactions // never nil
	issues []Issue
	learnt *guard.History
	perDay []int32   // rows by day from first, or nil where the days lie too far apart
	first  core.Date // of the purchases
	last   core.Date
	err    error
}

// history is what the guards learn from the transactions.
func (l *look) history() *guard.History {
	if l.learnt == nil {
		sources := l.Sources
		if len(l.Effects) > 0 && l.Data.Files == nil { // the files' numbers of rows hold no more
			sources = nil
		}
		l.learnt = guard.Learn(l.tx, sources)
	}
	return l.learnt
}

// add notes an issue; w is its weight in the formula.
func (l *look) add(w float64, i Issue) {
	i.weight, i.ID = w, i.Code
	for _, part := range []string{i.Table, i.Column, i.File} {
		if part != "" && part != clean.TableCustomers && part != clean.TableTransactions {
			i.ID += ":" + part
		}
	}
	if i.Args == nil {
		i.Args = core.Args{}
	}
	i.Args["count"], i.Args["share"] = i.Count, percent(i.Share)
	if i.Column != "" {
		i.Args["column"] = i.Column
	}
	for k := range i.Fixes {
		i.Fixes[k].Issue = i.ID
	}
	for n, id := 2, i.ID; slices.ContainsFunc(l.issues, func(x Issue) bool { return x.ID == i.ID }); n++ { // two files of one name
		i.ID = id + "#" + string(rune('0'+min(n, 9)))
		if n > 9 {
			return
		}
	}
	l.issues = append(l.issues, i)
}

// handled reports whether a step that is switched on says what to do about something: an issue
// that it leaves behind on purpose need not be told again.
func (l *look) handled(is func(clean.Step) bool) bool {
	return slices.ContainsFunc(l.Steps, func(s clean.Step) bool { return !s.Off && is(s) })
}

// percent is a share as people write it: two digits that count.
func percent(share float64) float64 {
	p := 100 * share
	switch {
	case p >= 10:
		return float64(int(10*p+0.5)) / 10
	case p >= 0.01:
		return float64(int(100*p+0.5)) / 100
	}
	return float64(int(10000*p+0.5)) / 10000
}

func share(n, of int) float64 {
	if of <= 0 {
		return 0
	}
	return float64(n) / float64(of)
}

// fix is a ready step.
func fix(k clean.Kind, a clean.Args) clean.Step { return clean.Step{Kind: k, Args: a} }

// each calls f for the rows 0…n−1 and looks at the context in between.
func (l *look) each(n int, f func(i int)) {
	const block = 1 << 16
	for lo := 0; lo < n; lo += block {
		if l.err != nil {
			return
		}
		if l.err = l.ctx.Err(); l.err != nil {
			return
		}
		for i := lo; i < min(n, lo+block); i++ {
			f(i)
		}
	}
}

// currency is a sum of amounts in units of the currency.
func (l *look) currency(sum int64) float64 { return core.Money(sum, l.tx.Scale) }
