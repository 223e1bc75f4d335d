package workspace

import (
	"cmp"
	"context"
	"slices"
	"strings"

	"qunxiang/core"
	"qunxiang/core/clean"
	"qunxiang/core/identity"
	"qunxiang/core/quality"
)

// mostSearched is the number of customers up to which the scorecard looks for the same one
// under several codes; beyond it takes longer than all the rest ([Project.Duplicates] does).
const mostSearched = 300_000

// same returns the customers under several codes who are not yet one.
func (p *Project) same(ctx context.Context) ([]quality.Same, error) {
	x, err := p.identify(ctx)
	if core.CodeOf(err) == "no_data" {
		return nil, nil
	}
	if err != nil || x.in.Keys.Len() > mostSearched {
		return nil, err
	}
	found, err := x.find(ctx, core.NoProgress)
	if err != nil {
		return nil, err
	}
	var out []quality.Same
	var sure [][2]uint32
	key := func(c uint32) string { return x.in.Keys.At(int(c)) }
	for _, d := range found.Pairs {
		switch {
		case d.State != PairOpen:
		case d.Band == identity.BandSure:
			sure = append(sure, pairOf(d.a, d.b))
		default:
			out = append(out, quality.Same{Group: clean.Group{To: key(d.a), From: []string{key(d.b)}}})
		}
	}
	x.in.Together = sure
	groups, _, err := identity.Merge(ctx, x.in) // none that holds two who were told apart
	if err != nil {
		return nil, err
	}
	for _, g := range groups {
		s := quality.Same{Group: clean.Group{To: key(g.Keep)}, Sure: true}
		for _, m := range g.Members {
			s.From = append(s.From, key(m))
		}
		out = append(out, s)
	}
	slices.SortFunc(out, func(a, b quality.Same) int {
		return cmp.Or(strings.Compare(a.To, b.To), slices.Compare(a.From, b.From))
	})
	return out, nil
}

// hide masks what names a person in the examples of issues and effects, where the project's customers are
// known by telephone numbers and the like; merged tells that the values before and after are
// codes of customers too.
func (p *Project) hide(ctx context.Context) (func(examples []clean.Example, merged bool), error) {
	show, err := p.Shown(ctx)
	return func(examples []clean.Example, merged bool) {
		for i := range examples {
			e := &examples[i]
			if merged {
				e.Before, e.After = show(e.Before), show(e.After)
			}
			e.Customer = show(e.Customer)
		}
	}, err
}

// mergesCustomers reports steps and issues about customers who are one.
func mergesCustomers(steps ...clean.Step) bool {
	return slices.ContainsFunc(steps, func(s clean.Step) bool { return s.Kind == clean.Merge })
}
