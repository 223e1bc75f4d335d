package presenter

import (
	"context"
	"maps"
	"slices"
	"strings"
	"time"

	"qunxiang/core"
	"qunxiang/core/workspace"
	"qunxiang/sdk/table"
)

// SegmentState is what the Segment page shows: the gallery, or one method's form.
type SegmentState struct {
	Phase   Phase
	Methods []core.Method
	Broken  error // what plugins have done that are not among Methods for it
	HasData bool
	Err     error
	Method  *core.Method      // nil = the gallery
	Values  map[string]string // parameters that the user set, as on the command line
	Name    string            // of the result; "" = the method's own name
	Where   string
	Within  string
	// WithinTitle names Within for people, the outermost segment first.
	WithinTitle string
	Features    []Feature
	Results     []string // names of segmentations, for Within and as columns
	Plan        *Plan
	PlanErr     error
	Preview     *core.Segmentation // what the form would give, nil = not known
	Trying      bool
	Looking     bool // the preview of a slower method is on its way
	Large       bool // the data are too large for a preview that nobody asked for
	Running     bool
	Unready     bool // what is edited beside the form cannot be used yet
	Advice      AdviceState
}

// Feature is one column that a method may be given.
type Feature struct {
	Name    string
	Kind    table.Kind
	Chosen  bool
	Missing int
}

// Segment is the presenter of the Segment page.
type Segment struct {
	Live[SegmentState]
	exec    Exec
	desk    Desk
	session *Session
	read    reader
	try     reader
	slow    reader // previews of slower methods
	hold    func() // takes back the start of one
	wait    func()
	cancel  func()
	rules   *Rules
	tiers   *Tiers
	look    reader // advice
	advised adviceKey
}

// NewSegment makes the presenter.
func NewSegment(desk Desk, exec Exec, session *Session) *Segment {
	g := &Segment{desk: desk, exec: exec, session: session, read: reader{exec: exec}, try: reader{exec: exec}, slow: reader{exec: exec}, look: reader{exec: exec}}
	g.rules = newRules(exec, session, func(lines string) { g.setIfNew(g.state.RulesParam(), lines) })
	g.tiers = newTiers(exec, session, func(ladder string) {
		if ladder == "" { // the run would take a ladder that is not the one to be seen
			g.update(func(s *SegmentState) { s.Unready = true })
			return
		}
		g.update(func(s *SegmentState) { s.Unready = false })
		g.setIfNew(paramLadder, ladder)
	})
	return g
}

func (g *Segment) update(f func(*SegmentState)) {
	st := g.state
	f(&st)
	g.set(st)
}

// Reset forgets the form: another project is open.
func (g *Segment) Reset() {
	g.read.stop()
	g.try.stop()
	g.still()
	g.look.stop()
	g.advised = adviceKey{}
	g.rules.reset()
	g.tiers.reset()
	g.set(SegmentState{Methods: g.state.Methods, Broken: g.state.Broken, Phase: g.state.Phase})
}

type segmentRead struct {
	methods  []core.Method
	broken   error // of plugins
	features []Feature
	results  []string
	sources  int
	asOf     core.Date
}

// Load reads the catalogue and the features; a route with a method opens its form.
func (g *Segment) Load(r Route) {
	p := g.session.Project()
	if g.state.Methods == nil {
		g.update(func(s *SegmentState) { s.Phase = Loading })
	}
	fetch(&g.read, func(ctx context.Context) (out segmentRead, err error) {
		if out.methods, err = g.desk.Methods(ctx); len(out.methods) > 0 {
			out.broken, err = err, nil // the others are of use without it
		}
		if err != nil || p == nil {
			return out, err
		}
		heads, err := p.Runs(ctx)
		if err != nil {
			return out, err
		}
		out.results = names(slices.DeleteFunc(slices.Clone(heads), func(h core.RunHead) bool { return h.Segments == 0 }))
		set, err := p.Features(ctx, core.NoDate, 0)
		if core.CodeOf(err) == "no_data" {
			return out, nil
		}
		if err == nil {
			out.features, out.asOf = features(set.Table), set.AsOf
			var sources []core.Source
			sources, err = p.Sources(ctx)
			out.sources = len(sources)
		}
		return out, err
	}, func(v segmentRead, err error) { g.take(v, err, r) })
}

func (g *Segment) take(v segmentRead, err error, r Route) {
	g.update(func(s *SegmentState) {
		s.Err, s.Phase = err, Ready
		if err != nil {
			s.Phase = Failed
		}
		if v.methods != nil {
			s.Methods = v.methods
		}
		s.Broken = v.broken
		s.HasData, s.Results = len(v.features) > 0, v.results
		s.Features = keepChoice(v.features, s.Features)
	})
	if p := g.session.Project(); err == nil && p != nil && len(v.features) > 0 {
		g.advise(p, v.sources, v.asOf)
	}
	if r.Within != "" {
		g.update(func(s *SegmentState) { s.Within, s.WithinTitle = r.Within, r.WithinTitle })
	}
	if r.Method != "" || r.Within != "" {
		g.pick(r.Method, nil, r.Features)
		return
	}
	if g.state.Method != nil {
		g.openTools()
		g.replan(0)
	}
}

func features(t *table.Table) []Feature {
	out := make([]Feature, 0, len(t.Columns))
	for i := range t.Columns {
		c := &t.Columns[i]
		out = append(out, Feature{Name: c.Name, Kind: c.Kind, Missing: c.CountMissing()})
	}
	return out
}

func keepChoice(now, before []Feature) []Feature {
	for i, f := range now {
		if j := slices.IndexFunc(before, func(b Feature) bool { return b.Name == f.Name }); j >= 0 {
			now[i].Chosen = before[j].Chosen
		}
	}
	return now
}

// Pick opens a method's form with its defaults; "" goes back to the gallery.
func (g *Segment) Pick(id string) { g.pick(id, nil, nil) }

func (g *Segment) pick(id string, values map[string]string, features []string) {
	g.try.stop()
	g.still()
	i := slices.IndexFunc(g.state.Methods, func(m core.Method) bool { return m.Info.ID == id })
	g.update(func(s *SegmentState) {
		s.Method, s.Plan, s.PlanErr, s.Preview, s.Trying, s.Looking, s.Large, s.Unready = nil, nil, nil, nil, false, false, false, false
		if i < 0 {
			return
		}
		s.Method = &s.Methods[i]
		s.Values, s.Where, s.Name = map[string]string{}, "", ""
		maps.Copy(s.Values, values)
		s.Features = unchosen(s.Features)
		for k, f := range s.Features {
			s.Features[k].Chosen = slices.Contains(features, f.Name)
		}
	})
	g.rules.reset()
	g.tiers.reset()
	if i >= 0 {
		g.openTools()
		g.replan(0)
	}
}

func unchosen(fs []Feature) []Feature {
	out := slices.Clone(fs)
	for i := range out {
		out[i].Chosen = false
	}
	return out
}

// Set changes one parameter; "" goes back to its default.
func (g *Segment) Set(id, value string) {
	g.update(func(s *SegmentState) {
		s.Values = maps.Clone(s.Values)
		if value == "" {
			delete(s.Values, id)
			return
		}
		s.Values[id] = value
	})
	if g.state.HasLadder() && id != paramLadder {
		g.openTools()
	}
	g.replan(250 * time.Millisecond)
}

// SetName changes what the result will be called.
func (g *Segment) SetName(name string) { g.update(func(s *SegmentState) { s.Name = name }) }

// SetWhere takes only the customers that an expression holds for.
func (g *Segment) SetWhere(where string) {
	g.update(func(s *SegmentState) { s.Where = strings.TrimSpace(where) })
	g.openTools()
	g.replan(400 * time.Millisecond)
}

// SetWithin takes only the customers of a segment, as NAME/SEGMENT.
func (g *Segment) SetWithin(within string) {
	g.update(func(s *SegmentState) { s.Within, s.WithinTitle = within, "" })
	g.openTools()
	g.replan(0)
}

// Choose gives the method a feature or takes it away. With none chosen the method
// takes its own.
func (g *Segment) Choose(feature string, on bool) {
	g.update(func(s *SegmentState) {
		s.Features = slices.Clone(s.Features)
		for i := range s.Features {
			if s.Features[i].Name == feature {
				s.Features[i].Chosen = on
			}
		}
	})
	g.replan(150 * time.Millisecond)
}

// Request returns the run that the form describes.
func (g *Segment) Request(name string) workspace.RunRequest {
	s := g.state
	r := workspace.RunRequest{Name: name, Set: s.Values, AsOf: core.NoDate, Where: s.Where, Within: s.Within}
	if s.Method != nil {
		r.Method = s.Method.Info.ID
	}
	for _, f := range s.Features {
		if f.Chosen {
			r.Features = append(r.Features, f.Name)
		}
	}
	return r
}

func (g *Segment) replan(wait time.Duration) {
	if g.wait != nil {
		g.wait()
		g.wait = nil
	}
	if wait == 0 {
		g.plan()
		return
	}
	g.wait = g.exec.After(wait, g.plan)
}

type tried struct {
	plan    Plan
	preview *core.Segmentation
}

func (g *Segment) plan() {
	p, m := g.session.Project(), g.state.Method
	if p == nil || m == nil || !g.state.HasData {
		return
	}
	g.still()
	g.update(func(s *SegmentState) { s.Trying, s.Looking = true, false })
	req, byRules := g.Request(""), g.state.RulesParam() != "" // the builder counts by itself
	fetch(&g.try, func(ctx context.Context) (out tried, err error) {
		if out.plan, err = p.Plan(ctx, req); err != nil || out.plan.Refused() || !instant(m) || byRules {
			return out, err
		}
		out.preview, err = p.Try(ctx, req, core.NoProgress)
		return out, err
	}, func(v tried, err error) {
		g.planned(v, err, err == nil && !v.plan.Refused() && previewed(m) && !instant(m) && !byRules)
	})
}

// planned shows a plan; slow says that the method is tried only once the form rests.
func (g *Segment) planned(v tried, err error, slow bool) {
	g.update(func(s *SegmentState) {
		s.Trying, s.PlanErr, s.Plan = false, err, &v.plan
		if err != nil {
			s.Plan = nil
		}
		if !slow { // of a slower method the one before stays until the next is there
			s.Preview = v.preview
		}
		s.Large = slow && v.plan.Rows*max(1, len(v.plan.Columns)) > mostTried
	})
	if slow && !g.state.Large {
		g.hold = g.exec.After(settled, g.TryNow)
	}
}

// Run runs the method as a task and shows the result. name is what to call it.
func (g *Segment) Run(name string) {
	p, m := g.session.Project(), g.state.Method
	if p == nil || m == nil || g.state.Running || g.state.Unready {
		return
	}
	req, from := g.Request(name), g.session.state.Route.Page
	g.still()
	g.update(func(s *SegmentState) { s.Running, s.Looking = true, false })
	var seg *core.Segmentation
	g.cancel = g.desk.Start("run", core.Message{Key: "gui.task.run", Args: core.Args{"method": m.Info.Name}}, func(ctx context.Context, pr core.Progress) (err error) {
		seg, err = p.Run(ctx, req, pr)
		return err
	}, func(err error) {
		g.exec.Post(func() {
			g.update(func(s *SegmentState) { s.Running = false })
			if g.session.Project() != p {
				return
			}
			if err != nil {
				g.session.Fail(err)
				return
			}
			g.arrive(seg, g.session.state.Route.Page != from || g.state.Method != m)
		})
	})
}

// arrive shows a result; one who has gone on to something else is only told.
func (g *Segment) arrive(seg *core.Segmentation, gone bool) {
	at := Route{Page: PageResults, Name: seg.Name, Run: seg.Run}
	if say := g.session.cfg.Done; gone && say != nil {
		say(core.Message{Key: "gui.run.done", Args: core.Args{"name": seg.Name}}, at)
		return
	}
	g.session.Go(at)
}

// Stop cancels the run.
func (g *Segment) Stop() {
	if g.cancel != nil {
		g.cancel()
	}
}

// Sizes returns the sizes of the preview's segments and the counts per score, by
// measure "r", "f", "m"; index 0 is score 1. Methods without scores give none.
func Sizes(s *core.Segmentation) map[string][]int {
	out := map[string][]int{}
	if s == nil {
		return out
	}
	for _, name := range []string{"r", "f", "m"} {
		at := slices.IndexFunc(s.Columns, func(c table.Column) bool { return c.Name == name && c.Kind == table.Int64 })
		if at < 0 {
			continue
		}
		var n []int
		for _, v := range s.Columns[at].Ints {
			for int64(len(n)) < min(v, 9) {
				n = append(n, 0)
			}
			if v >= 1 && v <= 9 {
				n[v-1]++
			}
		}
		out[name] = n
	}
	return out
}
