package presenter

import (
	"context"
	"slices"
	"strings"

	"qunxiang/core"
	"qunxiang/sdk"
	"qunxiang/sdk/table"
)

// Judgement is what the evidence says of one segment.
type Judgement struct {
	Seal *Seal       // nil = not measured
	Card []Criterion // the five of a useful segment; none = not judged
}

// Seal says how surely the segment comes back when customers are drawn anew.
type Seal struct {
	Mean, Low, High float64 // of the share that comes back (Jaccard)
	Verdict         string  // "very_stable", "stable", "doubtful", "unstable", "not_measured"
	Replicates      int
}

// Criterion is one of the five.
type Criterion struct {
	ID      string
	Verdict string // "pass", "fail" or "unknown"
	Reason  sdk.Text
}

// Judge returns what the evidence says of the segment with a key.
func (s ResultsState) Judge(key string) Judgement {
	var out Judgement
	st := dataTable(s.Seg, "stability")
	if row := rowOfSegment(st, key); row >= 0 {
		seal := Seal{Verdict: cellText(st, "verdict", row), Mean: cellNumber(st, "mean", row), Low: cellNumber(st, "low", row), High: cellNumber(st, "high", row)}
		seal.Replicates = int(cellNumber(st, "replicates", row))
		out.Seal = &seal
	}
	card := dataTable(s.Seg, "card")
	c := card.Column("segment")
	for row := range card.Rows {
		if c == nil || c.Text(row) != key {
			continue
		}
		out.Card = append(out.Card, Criterion{
			ID: cellText(card, "criterion", row), Verdict: cellText(card, "verdict", row),
			Reason: sdk.Text{ZH: cellText(card, "reason:"+string(sdk.ZH), row), EN: cellText(card, "reason:"+string(sdk.EN), row)},
		})
	}
	return out
}

// Passed counts the criteria that are met.
func (j Judgement) Passed() int {
	n := 0
	for _, c := range j.Card {
		if c.Verdict == "pass" {
			n++
		}
	}
	return n
}

// Failed reports whether a criterion is not met; one without data is no failure.
func (j Judgement) Failed() bool {
	return slices.ContainsFunc(j.Card, func(c Criterion) bool { return c.Verdict == "fail" })
}

func rowOfSegment(t *table.Table, key string) int {
	c := t.Column("segment")
	for row := range t.Rows {
		if c != nil && c.Text(row) == key {
			return row
		}
	}
	return -1
}

func cellText(t *table.Table, column string, row int) string {
	if c := t.Column(column); c != nil && !c.Numeric() && !c.Missing(row) {
		return c.Text(row)
	}
	return ""
}

func cellNumber(t *table.Table, column string, row int) float64 {
	if c := t.Column(column); c != nil && c.Numeric() && !c.Missing(row) {
		return c.Float(row)
	}
	return 0
}

// Finer lists the results that split a segment of this one further, newest first.
func (s ResultsState) Finer(key string) []core.RunHead {
	path := core.WithinPath(append(slices.Clone(s.Seg.Parents), core.Parent{Name: s.Seg.Name, Segment: key}))
	var out []core.RunHead
	for _, h := range s.Runs {
		if h.Within == path && !slices.ContainsFunc(out, func(o core.RunHead) bool { return o.Name == h.Name }) {
			out = append(out, h)
		}
	}
	return out
}

// FamilyName names a segment of the result with the segments around it, outermost first.
func (s ResultsState) FamilyName(g core.Segment, l sdk.Lang) string {
	names := make([]string, 0, len(s.Seg.Parents)+1)
	for _, p := range s.Seg.Parents {
		names = append(names, p.Title.In(l))
	}
	return strings.Join(append(names, g.Name.In(l)), " › ")
}

// Prove draws the customers anew and measures how surely the segments come back, as a task.
func (r *Results) Prove() {
	p, s := r.session.Project(), r.state
	if p == nil || s.Seg == nil || s.Running {
		return
	}
	name, run := s.Seg.Name, s.Seg.Run
	r.update(func(s *ResultsState) { s.Running = true })
	r.desk.Start("stability", core.Message{Key: "gui.task.stability"}, func(ctx context.Context, pr core.Progress) error {
		_, err := p.Stability(ctx, name, run, 0, pr)
		return err
	}, func(err error) {
		r.exec.Post(func() {
			r.update(func(s *ResultsState) { s.Running = false })
			if err != nil {
				r.session.Fail(err)
			}
			if r.session.Project() == p {
				r.Load(Route{})
			}
		})
	})
}
