package presenter

import (
	"context"
	"maps"
	"slices"

	"qunxiang/core"
	"qunxiang/core/workspace"
	"qunxiang/sdk"
)

// AdviceState is what suits the project's data, and what is wrong with them.
type AdviceState struct {
	Looking bool
	Err     error
	Cards   []AdviceCard // best first
	Guards  []GuardCard
}

// AdviceCard is one method that suits.
type AdviceCard struct {
	Method   string
	Name     sdk.Text
	Reasons  []core.Message
	Params   map[string]string
	Features []string
}

// GuardCard is a mistake in the data with who is behind it and what to do.
type GuardCard struct {
	Code     string
	Severity sdk.Severity
	Text, Do core.Message
	Keys     []string // of the customers at fault, the first few
	Behind   Route    // to them, or to the data; its Page is "" where there is nothing to see
}

// advise looks at the data again when they have changed.
func (g *Segment) advise(p Project, sources int, asOf core.Date) {
	key := adviceKey{p, sources, asOf}
	if key == g.advised {
		return
	}
	g.advised = key
	g.update(func(s *SegmentState) { s.Advice = AdviceState{Looking: true} })
	fetch(&g.look, func(ctx context.Context) (AdviceState, error) {
		a, err := p.Advise(ctx, core.NoDate)
		if err != nil {
			return AdviceState{}, err
		}
		return adviceOf(ctx, p, a)
	}, func(a AdviceState, err error) {
		a.Err = err
		if err != nil {
			g.advised = adviceKey{}
		}
		g.update(func(s *SegmentState) { s.Advice = a })
	})
}

// adviceKey is what advice hangs on.
type adviceKey struct {
	p       Project
	sources int
	asOf    core.Date
}

// mostAdvice is how many methods are recommended.
const mostAdvice = 3

func adviceOf(ctx context.Context, p Project, a *workspace.Advised) (AdviceState, error) {
	var out AdviceState
	for _, x := range a.Advice[:min(len(a.Advice), mostAdvice)] {
		c := AdviceCard{Method: x.Method, Name: a.Names[x.Method], Params: x.Params, Features: x.Features}
		for _, r := range x.Reasons {
			c.Reasons = append(c.Reasons, r.Message())
		}
		out.Cards = append(out.Cards, c)
	}
	for _, f := range a.Guards {
		c := GuardCard{Code: f.Code, Severity: f.Severity, Text: f.Message(), Do: f.Advice(), Keys: f.Keys}
		switch {
		case f.Code == "one_time_buyers":
			c.Behind = Route{Page: PageCustomers, Where: "frequency = 1"}
		case f.Code == "duplicated_orders", f.Code == "mixed_units", f.Code == "ambiguous_dates":
			c.Behind = Route{Page: PageData}
		case len(f.Keys) > 0:
			rows, err := rowsOfKeys(ctx, p, f.Keys)
			if err != nil {
				return out, err
			}
			if len(rows) > 0 {
				c.Behind = Route{Page: PageCustomers, Rows: rows}
			}
		}
		out.Guards = append(out.Guards, c)
	}
	return out, ctx.Err()
}

// rowsOfKeys finds customers among all with features.
func rowsOfKeys(ctx context.Context, p Project, keys []string) ([]int32, error) {
	var out []int32
	for _, k := range keys {
		v, err := p.Customers(ctx, workspace.CustomerQuery{Search: k})
		if err != nil {
			return nil, err
		}
		for i := range v.Len() {
			if v.Key(i) == k {
				out = append(out, v.Row(i))
			}
		}
	}
	return out, nil
}

// Guard returns what is known of the mistake with a code.
func (a AdviceState) Guard(code string) (GuardCard, bool) {
	i := slices.IndexFunc(a.Guards, func(c GuardCard) bool { return c.Code == code })
	if i < 0 {
		return GuardCard{}, false
	}
	return a.Guards[i], true
}

// Follow opens a method's form filled in as advised.
func (g *Segment) Follow(c AdviceCard) {
	g.pick(c.Method, maps.Clone(c.Params), c.Features)
}
