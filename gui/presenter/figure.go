package presenter

import (
	"context"
	"slices"
	"time"

	"qunxiang/core"
	"qunxiang/core/chart"
	"qunxiang/core/workspace"
	"qunxiang/sdk"
)

// ownFirst puts the charts that only one method has in front of those that all have.
func ownFirst(kinds []string) []string {
	slices.SortStableFunc(kinds, func(a, b string) int { return rankOf(a) - rankOf(b) })
	return kinds
}

func rankOf(kind string) int {
	if i := slices.Index([]string{chart.KindTree, chart.KindDendrogram}, kind); i >= 0 {
		return i - 2
	}
	return 0
}

// Redraw makes the chart again, for another language or theme.
func (r *Results) Redraw() {
	if r.state.Seg != nil {
		r.update(func(s *ResultsState) { s.Node, s.Options.Node = nil, 0 }) // its words are of the old language
		r.figure()
	}
}

func (r *Results) request() workspace.ChartRequest {
	s := r.state
	o := s.Options
	req := workspace.ChartRequest{Name: s.Seg.Name, Run: s.Seg.Run, Kind: s.Kind, Options: o, Lang: r.session.Lang(), Dark: r.dark}
	if s.Kind == chart.KindAgreement {
		req.With = s.With
	}
	return req
}

// inputs is what the charts of one result are made of. Reading it takes longer than
// drawing, and a cut that is pulled makes many drawings.
type inputs struct {
	seg  *core.Segmentation
	lang sdk.Lang
	dark bool
	with string
	in   chart.Input
}

func (r *Results) figure() {
	p, s := r.session.Project(), r.state
	if p == nil || s.Seg == nil || s.Kind == "" {
		r.update(func(s *ResultsState) { s.Figure = nil })
		return
	}
	want := inputs{seg: s.Seg, lang: r.session.Lang(), dark: r.dark}
	if s.Kind == chart.KindAgreement {
		want.with = s.With
	}
	if have := r.inputs; have.seg == want.seg && have.lang == want.lang && have.dark == want.dark && have.with == want.with {
		want.in = have.in
	}
	kind, o := s.Kind, s.Options
	o.Background = r.ground
	r.slow()
	type drawn struct {
		figure *chart.Figure
		inputs inputs
	}
	fetch(&r.draw, func(ctx context.Context) (out drawn, err error) {
		out.inputs = want
		if want.in.Seg == nil {
			if out.inputs.in, err = p.ChartInput(ctx, want.seg, want.lang, want.dark); err != nil {
				return out, err
			}
			if want.with != "" {
				if out.inputs.in.Other, err = p.Segmentation(ctx, want.with, 0); err != nil {
					return out, err
				}
			}
		}
		out.figure, err = chart.New(kind, out.inputs.in, o)
		return out, err
	}, func(d drawn, err error) {
		if err == nil {
			r.inputs = d.inputs
		}
		r.update(func(s *ResultsState) { s.Figure, s.FigureErr = d.figure, err })
		if err != nil {
			r.Drawn()
		}
	})
}

// Drawn tells that the figure is on the screen.
func (r *Results) Drawn() {
	r.calm()
	if r.state.Drawing {
		r.update(func(s *ResultsState) { s.Drawing = false })
	}
}

// patience is how long nobody wonders where the picture is.
const patience = 300 * time.Millisecond

// slow tells, after a moment, that the figure takes a while.
func (r *Results) slow() {
	r.calm()
	if r.state.Figure != nil {
		return
	}
	n := r.waits
	r.wait = r.exec.After(patience, func() {
		if n == r.waits { // else it was on its way when the figure came
			r.wait = nil
			r.update(func(s *ResultsState) { s.Drawing = true })
		}
	})
}

func (r *Results) calm() {
	r.waits++
	if r.wait != nil {
		r.wait()
		r.wait = nil
	}
}
