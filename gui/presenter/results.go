package presenter

import (
	"context"
	"image/color"
	"slices"

	"qunxiang/core"
	"qunxiang/core/chart"
	"qunxiang/sdk"
)

// The size of a saved chart, in pixels of 1/96 inch: a page's width in a document.
const (
	chartWidth  = 1200
	chartHeight = 800
)

// ResultsState is what the Results page shows.
type ResultsState struct {
	Phase     Phase
	Runs      []core.RunHead
	Seg       *core.Segmentation // the result looked at
	Method    *core.Method       // that made it, nil when it is not installed any more
	Currency  string
	Kinds     []string // charts that make sense, most telling first
	Kind      string   // the chart looked at
	Options   chart.Options
	Columns   []string // numeric columns, for the axes of a scatter
	Figure    *chart.Figure
	Drawing   bool // the figure takes a while
	FigureErr error
	Err       error
	Cut       *CutState    // nil = the result has no dendrogram
	Choice    *ChoiceState // nil = the method compared no numbers of groups
	Node      *NodeState   // of a decision tree, nil = none is looked at
	Boxed     *BoxState    // nil = no box is drawn
	With      string       // the result that agreement compares with
	Running   bool         // the method runs again

	dendrogram *chart.Dendrogram
}

// MethodName is the name of the method that made the result, its id where the
// method is gone.
func (s ResultsState) MethodName() sdk.Text {
	if s.Method == nil {
		return sdk.Text{ZH: s.Seg.Method, EN: s.Seg.Method}
	}
	return s.Method.Info.Name
}

// ParamText is the name of a parameter and its value of the result, in words where
// the method has them.
func (s ResultsState) ParamText(id string, l sdk.Lang) (name, value string) {
	v := s.Seg.Params[id]
	if s.Method == nil {
		return id, v.String()
	}
	p, ok := s.Method.Info.Param(id)
	if !ok {
		return id, v.String()
	}
	for _, c := range p.Choices {
		if c.ID == v.Text {
			return p.Title.In(l), c.Title.In(l)
		}
	}
	return p.Title.In(l), v.String()
}

// IsColumn reports whether a parameter of the result names a column.
func (s ResultsState) IsColumn(id string) bool {
	if s.Method == nil {
		return false
	}
	p, ok := s.Method.Info.Param(id)
	return ok && p.Kind == sdk.ParamColumn
}

// Results is the presenter of the Results page.
type Results struct {
	Live[ResultsState]
	desk    Desk
	exec    Exec
	session *Session
	read    reader
	draw    reader
	boxed   reader // customers in a box
	trial   reader // runs that are only looked at
	wait    func() // takes back the word that drawing takes a while
	waits   int    // of such words
	want    Route  // the run asked for last
	inputs  inputs // what charts are made of, kept while a chart changes its form
	dark    bool
	ground  *color.RGBA
	past    []renamed // names that were changed, and those taken back
	next    []renamed
	undone  undone            // changes of a tree that were taken back
	held    *float64          // where a cut was that was taken back
	kinds   map[string]string // chart that the user chose last, by method
}

// NewResults makes the presenter.
func NewResults(desk Desk, exec Exec, session *Session) *Results {
	return &Results{desk: desk, exec: exec, session: session, read: reader{exec: exec}, draw: reader{exec: exec}, trial: reader{exec: exec}, boxed: reader{exec: exec}, kinds: map[string]string{}}
}

func (r *Results) update(f func(*ResultsState)) {
	st := r.state
	f(&st)
	r.set(st)
}

// Paint says what charts are drawn on: dark or light, and the colour of the card.
func (r *Results) Paint(dark bool, ground color.RGBA) {
	r.dark, r.ground = dark, &ground
}

// Reset forgets everything: another project is open.
func (r *Results) Reset() {
	r.read.stop()
	r.draw.stop()
	r.trial.stop()
	r.boxed.stop()
	r.calm()
	r.want, r.inputs = Route{}, inputs{}
	r.past, r.next = nil, nil
	r.undone, r.held = undone{}, nil
	r.set(ResultsState{})
}

type resultsRead struct {
	runs     []core.RunHead
	seg      *core.Segmentation
	method   *core.Method
	currency string
}

// Load shows a run: the one of the route, else the one shown before, else the newest.
func (r *Results) Load(route Route) {
	p := r.session.Project()
	if p == nil {
		r.Reset()
		return
	}
	if route.Name != "" {
		r.want = route
	}
	name, n := r.want.Name, r.want.Run
	if r.state.Seg == nil {
		r.update(func(s *ResultsState) { s.Phase = Loading })
	}
	fetch(&r.read, func(ctx context.Context) (out resultsRead, err error) {
		if out.runs, err = p.Runs(ctx); err != nil || len(out.runs) == 0 {
			return out, err
		}
		out.runs = slices.Clone(out.runs)
		newestFirst(out.runs)
		out.currency = p.Head().Currency
		if !slices.ContainsFunc(out.runs, func(h core.RunHead) bool { return h.Name == name && (n == 0 || h.Run == n) }) {
			name, n = out.runs[0].Name, out.runs[0].Run
		}
		if out.seg, err = p.Segmentation(ctx, name, n); err == nil {
			out.method = r.methodOf(ctx, out.seg)
		}
		return out, err
	}, func(v resultsRead, err error) { r.take(v, err) })
}

// newestFirst sorts runs by when they were made.
func newestFirst(runs []core.RunHead) {
	slices.SortStableFunc(runs, func(a, b core.RunHead) int { return b.Created.Compare(a.Created) })
}

// methodOf looks the method of a result up, nil when it is gone.
func (r *Results) methodOf(ctx context.Context, s *core.Segmentation) *core.Method {
	all, _ := r.desk.Methods(ctx) // the result can be read without its method
	for i := range all {
		if all[i].Info.ID == s.Method {
			return &all[i]
		}
	}
	return nil
}

func (r *Results) take(v resultsRead, err error) {
	r.update(func(s *ResultsState) {
		s.Runs, s.Err, s.Currency = v.runs, err, v.currency
		switch {
		case err != nil:
			s.Phase = Failed
		case v.seg == nil:
			*s = ResultsState{Phase: Empty}
		default:
			same := s.Seg != nil && s.Seg.Name == v.seg.Name && s.Seg.Run == v.seg.Run && s.Seg.Identity == v.seg.Identity
			s.Phase, s.Seg, s.Method = Ready, v.seg, v.method
			s.With = otherName(s.With, v.seg.Name, v.runs)
			s.Kinds = ownFirst(chart.Kinds(chart.Input{Seg: v.seg}))
			if s.With != "" && len(v.seg.Segments) > 0 {
				s.Kinds = append(s.Kinds, chart.KindAgreement)
			}
			if !same { // what the user holds stays while facts are read again
				r.readEvidence(s)
				s.Boxed = nil
				s.Figure, s.FigureErr = nil, nil // a picture of another result would mislead
				s.Kind = r.kinds[v.seg.Method]
			}
			s.Columns = numeric(v.seg)
			if !slices.Contains(s.Kinds, s.Kind) {
				s.Kind, s.Options = "", chart.Options{}
				if len(s.Kinds) > 0 {
					s.Kind = s.Kinds[0]
				}
			}
			if !slices.Contains(s.Columns, s.Options.X) || !slices.Contains(s.Columns, s.Options.Y) {
				s.Options.X, s.Options.Y = "", ""
			}
		}
	})
	if err == nil && v.seg != nil {
		r.figure()
	}
}

func numeric(s *core.Segmentation) []string {
	var out []string
	for i := range s.Columns {
		if s.Columns[i].Numeric() {
			out = append(out, s.Columns[i].Name)
		}
	}
	return out
}

// SetKind shows another chart.
func (r *Results) SetKind(kind string) {
	if seg := r.state.Seg; seg != nil {
		r.kinds[seg.Method] = kind
	}
	r.update(func(s *ResultsState) {
		if s.Kind != kind {
			s.Figure, s.FigureErr, s.Boxed = nil, nil, nil
		}
		s.Kind = kind
		fit := s.Columns
		if kind == chart.KindCrosstab {
			fit = chart.CrosstabFeatures(s.Seg)
		}
		if !slices.Contains(fit, s.Options.X) { // chosen for another chart
			s.Options.X = ""
		}
		if kind != chart.KindTracking && s.Options.By == "cumulative" {
			s.Options.By = ""
		}
	})
	r.figure()
}

// SetWith compares with another result.
func (r *Results) SetWith(name string) {
	r.update(func(s *ResultsState) { s.With = name })
	r.figure()
}

// Others lists the names of the results that one can be compared with.
func Others(own string, runs []core.RunHead) []string {
	return names(slices.DeleteFunc(slices.Clone(runs), func(h core.RunHead) bool { return h.Name == own || h.Segments == 0 }))
}

// otherName picks a result to compare with: the present one where it is still there.
func otherName(now, own string, runs []core.RunHead) string {
	all := Others(own, runs)
	switch {
	case slices.Contains(all, now):
		return now
	case len(all) > 0:
		return all[0]
	}
	return ""
}

// SetOptions changes the chart's form.
func (r *Results) SetOptions(f func(o *chart.Options)) {
	r.update(func(s *ResultsState) { f(&s.Options); s.Boxed = nil })
	r.figure()
}

// SaveChart writes the chart looked at to a file; its ending decides the format.
// The picture is light whatever the window is, since it goes into documents.
func (r *Results) SaveChart(to string, done func(error)) {
	p := r.session.Project()
	if p == nil || r.state.Seg == nil {
		return
	}
	req := r.request()
	req.Dark = false
	fetch(&reader{exec: r.exec}, func(ctx context.Context) (struct{}, error) {
		return struct{}{}, p.WriteChart(ctx, req, to, chartWidth, chartHeight, true)
	}, func(_ struct{}, err error) { done(err) })
}

// Delete removes every run under a name.
func (r *Results) Delete(name string) {
	p := r.session.Project()
	if p == nil {
		return
	}
	if err := p.DeleteSegmentation(context.Background(), name); err != nil {
		r.session.Fail(err)
		return
	}
	r.want = Route{}
	r.update(func(s *ResultsState) { s.Seg, s.Figure = nil, nil })
	r.Load(Route{})
}

// Behind returns the route to the customers behind a mark of a chart. ok is false
// where nobody is behind it.
func (r *Results) Behind(sel chart.Selection) (Route, bool) {
	s := r.state.Seg
	if s == nil || sel.Part {
		return Route{}, false
	}
	route := Route{Page: PageCustomers, Name: s.Name, Run: s.Run}
	if len(sel.Segments) > 0 {
		route.Segments = sel.Segments
		return route, true
	}
	route.Rows = chart.Rows(s, sel)
	return route, len(route.Rows) > 0
}
