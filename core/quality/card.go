package quality

import (
	"cmp"
	"math"
	"slices"

	"qunxiang/core"
	"qunxiang/core/clean"
)

// Dimension is one aspect of quality.
type Dimension string

// The dimensions.
const (
	Completeness Dimension = "completeness"
	Validity     Dimension = "validity"
	Uniqueness   Dimension = "uniqueness"
	Consistency  Dimension = "consistency"
	Timeliness   Dimension = "timeliness"
)

// Weighted is a dimension with its part of the whole score.
type Weighted struct {
	Dimension Dimension
	Weight    float64
}

// Weights lists the dimensions in the order in which they are shown. The weights are ours:
// no standard gives any. Gaps and wrong values count most, since segments are made from
// them directly.
func Weights() []Weighted {
	return []Weighted{{Completeness, 0.25}, {Validity, 0.25}, {Uniqueness, 0.2}, {Consistency, 0.2}, {Timeliness, 0.1}}
}

// Severity is how much an issue matters.
type Severity string

// The severities.
const (
	High   Severity = "high"   // results will be wrong
	Medium Severity = "medium" // results may be wrong: look at it
	Low    Severity = "low"    // good to know
)

// rank puts the worst first.
func (s Severity) rank() int { return slices.Index([]Severity{High, Medium, Low}, s) }

// Unit is what an issue counts.
type Unit string

// The units.
const (
	Rows      Unit = "rows"
	Customers Unit = "customers"
	Orders    Unit = "orders"
	Cells     Unit = "cells"
	Days      Unit = "days"
	Files     Unit = "files"
	Columns   Unit = "columns"
)

// Issue is something about the data that should be known.
type Issue struct {
	ID        string    // the code, and the column or file it is about: "missing:age"; stable
	Code      string    // "missing"
	Dimension Dimension //
	Severity  Severity  //
	Unit      Unit      // of Count and Share
	Count     int       //
	Share     float64   // 0…1 of what could be concerned
	Amount    float64   // money of the rows concerned, in units of the currency; 0 where it is not about money
	Table     string    // as in clean.Args; "" = it is about no table
	Column    string
	File      string
	Args      core.Args       // of the sentences
	Examples  []clean.Example // the first few
	Fixes     []clean.Step    // that mend it, the recommended one first; empty = see Advice

	weight float64 // w of the formula
}

// Message is what is wrong.
func (i Issue) Message() core.Message { return core.Message{Key: "quality." + i.Code, Args: i.Args} }

// Advice is what to do about it.
func (i Issue) Advice() core.Message {
	return core.Message{Key: "quality." + i.Code + ".do", Args: i.Args}
}

// Fix is the recommended step, nil where there is none.
func (i Issue) Fix() *clean.Step {
	if len(i.Fixes) == 0 {
		return nil
	}
	return &i.Fixes[0]
}

// Score is the score of a dimension.
type Score struct {
	Dimension Dimension
	Score     float64 // 0…100, a decimal place; 100 = nothing was found
	Weight    float64 // of the whole; 0 = the data cannot have this dimension
	Issues    int
}

// Card is the scorecard.
type Card struct {
	Score          float64 // 0…100, a decimal place
	Dimensions     []Score
	Issues         []Issue // the worst first
	Counts         clean.Counts
	Reconciliation Reconciliation
	AsOf           core.Date
	Steps          []clean.Step   // of the project, as they were given
	Effects        []clean.Effect // of each
}

// Line accounts for the rows of a source: In = Used + the sum of Excluded.
type Line struct {
	Source   int              `json:"source"` // id
	File     string           `json:"file"`
	Kind     core.SourceKind  `json:"kind"`
	In       int              `json:"in"`
	Used     int              `json:"used"`
	Excluded []core.Exclusion `json:"excluded"`
}

// Removed is what a step took out.
type Removed struct {
	Step int        `json:"step"`
	Kind clean.Kind `json:"kind"`
	Rows int        `json:"rows"`
}

// Reconciliation accounts for all rows: In = Used + the sum of Excluded + the sum of Removed.
type Reconciliation struct {
	In       int              `json:"in"`
	Used     int              `json:"used"`
	Excluded []core.Exclusion `json:"excluded"` // by reason, without examples
	Removed  []Removed        `json:"removed"`
	Sources  []Line           `json:"sources"`
}

// Holds reports whether every row is accounted for, in each source and in all.
func (r Reconciliation) Holds() bool {
	sum := func(e []core.Exclusion) (n int) {
		for _, x := range e {
			n += x.Count
		}
		return n
	}
	for _, l := range r.Sources {
		if l.In != l.Used+sum(l.Excluded) {
			return false
		}
	}
	removed := 0
	for _, x := range r.Removed {
		removed += x.Rows
	}
	return r.In == r.Used+sum(r.Excluded)+removed
}

// reasonReplaced is the reason of rows that a later file replaced or took back.
const reasonReplaced = "replaced_later"

// reconcile adds the reports of the sources and the effects of the steps up.
func reconcile(sources []core.Source, files []clean.File, effects []clean.Effect) Reconciliation {
	r := Reconciliation{Sources: []Line{}, Excluded: []core.Exclusion{}, Removed: []Removed{}}
	for _, s := range sources {
		l := Line{s.ID, s.Name, s.Kind, s.Report.Rows.In, s.Report.Rows.Used, s.Report.Rows.Excluded}
		if l.Excluded == nil {
			l.Excluded = []core.Exclusion{}
		}
		for _, f := range files {
			if n := l.Used - f.Rows; f.Source == s.ID && n > 0 {
				l.Used -= n
				l.Excluded = append(slices.Clip(l.Excluded), core.Exclusion{Reason: reasonReplaced, Count: n, Examples: []int{}})
			}
		}
		r.Sources = append(r.Sources, l)
		r.In += l.In
		r.Used += l.Used
		for _, e := range l.Excluded {
			at := slices.IndexFunc(r.Excluded, func(x core.Exclusion) bool { return x.Reason == e.Reason })
			if at < 0 {
				at = len(r.Excluded)
				r.Excluded = append(r.Excluded, core.Exclusion{Reason: e.Reason, Examples: []int{}})
			}
			r.Excluded[at].Count += e.Count
		}
	}
	for _, e := range effects {
		if !e.Off && e.Dropped > 0 {
			r.Removed = append(r.Removed, Removed{e.Step, e.Kind, e.Dropped})
			r.Used -= e.Dropped
		}
	}
	return r
}

// score computes the scores from the issues. has says which dimensions the data can have.
func (c *Card) score(has map[Dimension]bool) {
	total, weights := 0.0, 0.0
	for _, d := range Weights() {
		s := Score{Dimension: d.Dimension, Score: 100, Weight: d.Weight}
		left := 1.0
		for _, i := range c.Issues {
			if i.Dimension == d.Dimension {
				s.Issues++
				left *= 1 - i.weight*min(1, max(0, i.Share))
			}
		}
		if !has[d.Dimension] {
			s.Weight = 0
		}
		total += s.Weight * 100 * left
		weights += s.Weight
		s.Score = tenth(100*left, s.Issues > 0 && left < 1)
		c.Dimensions = append(c.Dimensions, s)
	}
	if weights > 0 {
		c.Score = tenth(total/weights, total < 100*weights)
	}
}

// tenth rounds to a decimal place; what is not whole never shows as 100.
func tenth(x float64, less bool) float64 {
	x = math.Round(10*x) / 10
	if less && x >= 100 {
		return 99.9
	}
	return x
}

// sortIssues puts the worst first: by severity, by the points that it costs, by name.
func sortIssues(issues []Issue) {
	slices.SortFunc(issues, func(a, b Issue) int {
		return cmp.Or(cmp.Compare(a.Severity.rank(), b.Severity.rank()), cmp.Compare(b.weight*b.Share, a.weight*a.Share), cmp.Compare(a.ID, b.ID))
	})
}

// Issue returns the issue with the id, or the only one of a code; ok is false where there
// is none.
func (c *Card) Issue(id string) (found Issue, ok bool) {
	n := 0
	for _, i := range c.Issues {
		if i.ID == id {
			return i, true
		}
		if i.Code == id {
			found = i
			n++
		}
	}
	return found, n == 1
}
