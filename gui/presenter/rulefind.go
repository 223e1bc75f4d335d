package presenter

import (
	"context"
	"errors"
	"math/bits"
	"slices"

	"qunxiang/i18n"
	"qunxiang/sdk"
	"qunxiang/sdk/expr"
	"qunxiang/sdk/table"
)

// compiled are the rules that can be read, and where they stand.
type compiled struct {
	rules  []*expr.Expr
	at     []int
	faults map[int]sdk.Text
}

func (s RulesState) compile(t *table.Table) compiled {
	out := compiled{faults: map[int]sdk.Text{}}
	kinds := s.kinds()
	l := func(key string) sdk.Text {
		return sdk.Text{ZH: i18n.Locale{Lang: sdk.ZH}.T(key), EN: i18n.Locale{Lang: sdk.EN}.T(key)}
	}
	for i, row := range s.Rows {
		switch {
		case row.Name == "":
			out.faults[i] = l("gui.rules.noName")
			continue
		case !row.Typed && !row.Else && len(row.Tests) == 0:
			out.faults[i] = l("gui.rules.noTest")
			continue
		case slices.ContainsFunc(row.Tests, func(t Test) bool { return !row.Typed && t.Op.Takes() && len(listed(t.Value)) == 0 }):
			out.faults[i] = l("gui.rules.noValue")
			continue
		}
		e := expr.Always()
		if !row.Else {
			var err error
			if e, err = expr.Parse(row.condition(kinds)); err == nil {
				_, err = e.Rows(&table.Table{Columns: t.Pick(nil).Columns})
			}
			if err != nil {
				if out.faults[i] = faultText(err); !row.Typed {
					out.faults[i] = row.noNumber(kinds, out.faults[i])
				}
				continue
			}
		}
		out.rules, out.at = append(out.rules, e), append(out.at, i)
	}
	return out
}

// noNumber names the picked value that is no number; without one the fault stays.
func (r RuleRow) noNumber(kinds map[string]table.Kind, fault sdk.Text) sdk.Text {
	for _, t := range r.Tests {
		if k := kinds[t.Column]; t.Op.Takes() && k != table.Category && k != table.String {
			if _, err := expr.Parse(t.source(k)); err != nil {
				say := func(l sdk.Lang) string { return i18n.Locale{Lang: l}.T("gui.rules.noNumber", "value", t.Value) }
				return sdk.Text{ZH: say(sdk.ZH), EN: say(sdk.EN)}
			}
		}
	}
	return fault
}

func faultText(err error) sdk.Text {
	if f, ok := errors.AsType[*expr.Error](err); ok {
		return f.Text()
	}
	return sdk.Text{ZH: err.Error(), EN: err.Error()}
}

// check counts the rules and proves what they cover.
func (r *Rules) check() {
	d := r.data
	if d == nil {
		return
	}
	r.prove.stop()
	state := r.state
	r.update(func(s *RulesState) { s.Counting = true })
	type counted struct {
		c     compiled
		match expr.Match
		money []float64
	}
	fetch(&r.count, func(ctx context.Context) (out counted, err error) {
		out.c = state.compile(d.table)
		if out.match, err = expr.FirstMatch(ctx, out.c.rules, d.table); err != nil {
			return out, err
		}
		out.money = make([]float64, len(out.c.rules))
		for i, at := range out.match.Label {
			if at >= 0 && d.money != nil {
				out.money[at] += d.money[i]
			}
		}
		return out, nil
	}, func(v counted, err error) {
		valid := err == nil && len(v.c.faults) == 0 && len(state.Rows) > 0
		r.update(func(s *RulesState) {
			s.Counting, s.Valid, s.Free, s.Findings = false, valid, v.match.None, nil
			s.Rows = slices.Clone(s.Rows)
			for i := range s.Rows {
				s.Rows[i].Fault, s.Rows[i].Takes, s.Rows[i].Holds, s.Rows[i].Amount = v.c.faults[i], 0, 0, 0
			}
			if err != nil {
				return
			}
			for k, i := range v.c.at {
				s.Rows[i].Takes, s.Rows[i].Holds, s.Rows[i].Amount = v.match.Takes[k], v.match.Holds[k], v.money[k]
			}
		})
		if !valid {
			r.onChange("")
			return
		}
		r.onChange(r.state.lines())
		r.examine(v.c, v.match)
	})
}

// examine looks for gaps, overlaps and useless rules.
func (r *Rules) examine(c compiled, m expr.Match) {
	d := r.data
	r.update(func(s *RulesState) { s.Proving = true })
	fetch(&r.prove, func(ctx context.Context) ([]RuleFinding, error) {
		p, err := expr.Prove(ctx, c.rules, d.fields)
		if err != nil {
			return nil, err
		}
		return findings(p, m, d.table), nil
	}, func(found []RuleFinding, err error) {
		r.update(func(s *RulesState) {
			s.Proving = false
			if err == nil {
				s.Findings = found
			}
		})
	})
}

// mostFindings is how many gaps and how many overlaps are told.
const mostFindings = 4

// findings tells what a proof found, the gaps first.
func findings(p expr.Proof, m expr.Match, t *table.Table) []RuleFinding {
	var out []RuleFinding
	if !p.Complete && m.None > 0 {
		out = append(out, RuleFinding{Kind: "free", Rule: -1, Customers: m.None})
	}
	for _, g := range p.Gaps[:min(len(p.Gaps), mostFindings)] {
		n := 0
		if holds, err := g.Expr().Rows(t); err == nil {
			n = holds.Count(t.Rows)
		}
		out = append(out, regional("gap", g, -1, -1, n))
	}
	out = append(append(out, useless(p, m)...), overlaps(p, m, t.Rows)...)
	if !p.Complete {
		out = append(out, RuleFinding{Kind: "unproved", Rule: -1})
	}
	return out
}

func regional(kind string, g expr.Region, first, second, customers int) RuleFinding {
	return RuleFinding{kind, first, second, g.Text(), g.Example(), g.Expr().String(), customers}
}

// useless lists the rules that take nobody, by why.
func useless(p expr.Proof, m expr.Match) []RuleFinding {
	var out []RuleFinding
	for _, i := range p.Never {
		out = append(out, RuleFinding{Kind: "never", Rule: i})
	}
	for _, i := range p.Shadowed {
		out = append(out, RuleFinding{Kind: "shadowed", Rule: i})
	}
	for i, n := range m.Takes {
		if n == 0 && !slices.Contains(p.Never, i) && !slices.Contains(p.Shadowed, i) {
			out = append(out, RuleFinding{Kind: "empty", Rule: i})
		}
	}
	return out
}

// overlaps lists the pairs of rules that hold for the same customers today; what only
// could be is no news. A last rule for everybody overlaps with all and is passed over.
func overlaps(p expr.Proof, m expr.Match, rows int) []RuleFinding {
	var out []RuleFinding
	for _, o := range p.Overlaps {
		if o.Second == len(m.Rows)-1 && m.Holds[o.Second] == rows || len(out) == mostFindings {
			continue
		}
		both := 0
		for w, first := range m.Rows[o.First] {
			both += bits.OnesCount64(first & m.Rows[o.Second][w])
		}
		if both > 0 {
			out = append(out, regional("overlap", o.Region, o.First, o.Second, both))
		}
	}
	return out
}
