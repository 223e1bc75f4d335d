package presenter

import (
	"context"
	"image/color"
	"slices"

	"qunxiang/core"
	"qunxiang/core/chart"
	"qunxiang/core/workspace"
	"qunxiang/sdk"
)

// Agreement is two results of the same customers side by side.
type Agreement = workspace.Agreement

// RefereeState is what the Referee page shows: how far two results agree.
type RefereeState struct {
	Phase  Phase
	Err    error
	Runs   []core.RunHead // with segments, newest first
	A, B   RunRef
	Busy   bool
	Result *Agreement // nil = none yet
	Wrong  error      // why these two cannot be compared
	Figure *chart.Figure
}

// RunRef names a stored run.
type RunRef struct {
	Name string
	Run  int
}

// Verdict is the agreement in a word: "same", "close", "partly", "little" or "chance".
// The bounds are those of usual practice for the adjusted Rand index (Steinley 2004,
// Psychological Methods 9, table 3: 0.90 excellent, 0.80 good, 0.65 moderate).
func (s RefereeState) Verdict() string {
	switch x := s.Result.ARI; {
	case x >= 0.9:
		return "same"
	case x >= 0.65:
		return "close"
	case x >= 0.3:
		return "partly"
	case x >= 0.05:
		return "little"
	}
	return "chance"
}

// Referee is the presenter of the Referee page.
type Referee struct {
	Live[RefereeState]
	session *Session
	read    reader
	compare reader
	open    reader
	dark    bool
	ground  *color.RGBA
}

// NewReferee makes the presenter.
func NewReferee(exec Exec, session *Session) *Referee {
	return &Referee{session: session, read: reader{exec: exec}, compare: reader{exec: exec}, open: reader{exec: exec}}
}

func (r *Referee) update(f func(*RefereeState)) {
	st := r.state
	f(&st)
	r.set(st)
}

// Paint says what the chart is drawn on: dark or light, and the colour of the card.
func (r *Referee) Paint(dark bool, ground color.RGBA) { r.dark, r.ground = dark, &ground }

// Reset forgets everything: another project is open.
func (r *Referee) Reset() {
	r.read.stop()
	r.compare.stop()
	r.open.stop()
	r.set(RefereeState{})
}

// Load reads the results; a route names the first of the two.
func (r *Referee) Load(route Route) {
	p := r.session.Project()
	if p == nil {
		r.Reset()
		return
	}
	if r.state.Runs == nil {
		r.update(func(s *RefereeState) { s.Phase = Loading })
	}
	fetch(&r.read, p.Runs, func(runs []core.RunHead, err error) {
		if err != nil {
			r.update(func(s *RefereeState) { s.Phase, s.Err = Failed, err })
			return
		}
		runs = slices.DeleteFunc(slices.Clone(runs), func(h core.RunHead) bool { return h.Segments == 0 })
		newestFirst(runs)
		r.update(func(s *RefereeState) {
			s.Phase, s.Err, s.Runs = Ready, nil, runs
			if len(runs) < 2 {
				*s = RefereeState{Phase: Empty, Runs: runs}
				return
			}
			if route.Name != "" {
				s.A = RunRef{route.Name, route.Run}
			}
			fresh := s.A == (RunRef{})
			s.A, s.B = pairOf(runs, s.A, s.B)
			if fresh && segmentsOf(runs, s.A) < segmentsOf(runs, s.B) { // rows have more room for names
				s.A, s.B = s.B, s.A
			}
		})
		r.judge()
	})
}

// pairOf keeps the two where they are still there, and otherwise takes the newest run and
// the newest under another name.
func pairOf(runs []core.RunHead, a, b RunRef) (x, y RunRef) {
	there := func(r RunRef) bool {
		return slices.ContainsFunc(runs, func(h core.RunHead) bool { return h.Name == r.Name && h.Run == r.Run })
	}
	for i := range runs {
		if a.Run == 0 && runs[i].Name == a.Name {
			a.Run = runs[i].Run
			break
		}
	}
	if !there(a) {
		at := max(0, slices.IndexFunc(runs, func(h core.RunHead) bool { return h.Within == "" }))
		a = RunRef{runs[at].Name, runs[at].Run}
	}
	if !there(b) || b == a {
		at := slices.IndexFunc(runs, func(h core.RunHead) bool { return h.Name != a.Name && h.Within == "" })
		if at < 0 {
			at = slices.IndexFunc(runs, func(h core.RunHead) bool { return RunRef{h.Name, h.Run} != a })
		}
		b = RunRef{runs[at].Name, runs[at].Run}
	}
	return a, b
}

func segmentsOf(runs []core.RunHead, r RunRef) int {
	for _, h := range runs {
		if h.Name == r.Name && h.Run == r.Run {
			return h.Segments
		}
	}
	return 0
}

// Pick compares two runs.
func (r *Referee) Pick(a, b RunRef) {
	r.update(func(s *RefereeState) { s.A, s.B = a, b })
	r.judge()
}

// Redraw makes the chart again, for another language or theme.
func (r *Referee) Redraw() {
	if r.state.Result != nil {
		r.judge()
	}
}

func (r *Referee) judge() {
	p, s := r.session.Project(), r.state
	if p == nil || s.A == (RunRef{}) || s.B == (RunRef{}) {
		return
	}
	r.update(func(s *RefereeState) { s.Busy, s.Wrong = true, nil })
	lang, dark, ground := r.session.Lang(), r.dark, r.ground
	type judged struct {
		result *Agreement
		figure *chart.Figure
	}
	fetch(&r.compare, func(ctx context.Context) (out judged, err error) {
		if out.result, err = p.Agree(ctx, s.A.Name, s.A.Run, s.B.Name, s.B.Run); err != nil {
			return out, err
		}
		in, err := p.ChartInput(ctx, out.result.A, lang, dark)
		if err != nil {
			return out, err
		}
		in.Other = out.result.B
		out.figure, err = chart.New(chart.KindAgreement, in, chart.Options{Background: ground})
		return out, err
	}, func(v judged, err error) {
		r.update(func(s *RefereeState) {
			s.Busy, s.Wrong = false, err
			s.Result, s.Figure = v.result, v.figure
			if err != nil {
				s.Result, s.Figure = nil, nil
			}
		})
	})
}

// Behind returns the route to the customers behind a mark of the cross table.
func (r *Referee) Behind(sel chart.Selection) (Route, bool) {
	if r.state.Result == nil {
		return Route{}, false
	}
	a := r.state.Result.A
	route := Route{Page: PageCustomers, Name: a.Name, Run: a.Run, Segments: sel.Segments}
	if len(sel.Segments) > 0 {
		return route, true
	}
	route.Rows = chart.Rows(a, sel)
	return route, len(route.Rows) > 0
}

// OpenPair shows the customers that both results put into segments which answer each
// other: those of one pair, or of all (−1).
func (r *Referee) OpenPair(pair int) {
	res := r.state.Result
	if res == nil {
		return
	}
	fetch(&r.open, func(context.Context) ([]int32, error) {
		in := make(map[uint32]bool, len(res.CoreOf))
		for _, c := range res.CoreOf {
			in[c] = true
		}
		rows := []int32{}
		for i, c := range res.A.Customers {
			if in[c] && (pair < 0 || int(res.A.Label[i]) == res.Pairs[pair].A) {
				rows = append(rows, int32(i))
			}
		}
		return rows, nil
	}, func(rows []int32, err error) {
		if err == nil && len(rows) > 0 {
			r.session.Go(Route{Page: PageCustomers, Name: res.A.Name, Run: res.A.Run, Rows: rows})
		}
	})
}

// PairNames are the names of a pair's segments.
func (s RefereeState) PairNames(i int) (a, b sdk.Text) {
	p := s.Result.Pairs[i]
	return s.Result.A.Segments[p.A].Name, s.Result.B.Segments[p.B].Name
}
