package workspace

import (
	"cmp"
	"context"
	"slices"

	"qunxiang/core"
	"qunxiang/core/evidence"
	"qunxiang/core/guard"
	"qunxiang/core/run"
	"qunxiang/sdk"
)

// evidence is what every run of the project adds to its method's own evidence.
func (p *Project) evidence(ctx context.Context, r RunRequest) (run.Evidence, error) {
	keys, err := p.Keys(ctx)
	e := run.Evidence{Replicates: r.Stability, Keys: keys, Say: p.w.say}
	if m, ok := p.w.cfg.Methods.(sessions); ok {
		e.Session = func(ctx context.Context) (run.Session, error) { return m.Session(ctx, r.Method) }
	}
	return e, err
}

// sessions are methods that can run several times in one process.
type sessions interface {
	Session(ctx context.Context, method string) (run.Session, error)
}

// say puts a message into both languages; without a translator it stays its key.
func (w *Workspace) say(m core.Message) sdk.Text {
	if w.cfg.Say == nil {
		return sdk.Text{ZH: m.Key, EN: m.Key}
	}
	return w.cfg.Say(m)
}

// guards returns what the guards find that is not among the diagnostics known.
func (p *Project) guards(ctx context.Context, in guard.Input, known []sdk.Diagnostic) ([]sdk.Diagnostic, error) {
	found, err := p.guard(ctx, in)
	return guard.Diagnostics(guard.Without(found, known), p.w.say), err
}

// guard fills in what is known of the project and lets the guards look.
func (p *Project) guard(ctx context.Context, in guard.Input) ([]guard.Finding, error) {
	var err error
	if in.History, err = p.learnt(ctx); err != nil {
		return nil, err
	}
	if in.History == nil {
		if in.Transactions, _, err = p.loadLean(ctx); err != nil {
			return nil, err
		}
	}
	if in.Keys, err = p.Keys(ctx); err != nil {
		return nil, err
	}
	if in.Sources, err = p.file.Sources(); err != nil {
		return nil, err
	}
	found := guard.Before(ctx, in)
	c, err := p.classes(ctx)
	if err == nil && c.key.class == core.ClassDirect {
		for i := range found {
			for k, key := range found[i].Keys {
				found[i].Keys[k] = c.key.shown(key)
			}
		}
	}
	return found, cmp.Or(err, ctx.Err())
}

// annotator is a file that keeps what is found out about a run after it has ended.
type annotator interface {
	Annotate(name string, run int, s *core.Segmentation) error
}

// Stability measures how well the segments of a stored run come back (run 0 = the newest)
// and keeps the numbers with it. replicates 0 chooses their number. The data and the
// method must be those of the run.
func (p *Project) Stability(ctx context.Context, name string, n, replicates int, pr core.Progress) (*core.Segmentation, error) {
	s, err := p.file.Segmentation(name, n)
	if err != nil {
		return nil, err
	}
	if len(s.Segments) < 2 {
		return nil, &core.Error{Code: "stability_one_segment", Origin: core.OriginUser, Op: "stability", Args: core.Args{"name": name}}
	}
	if replicates <= 0 {
		replicates = evidence.Replicates(len(s.Label))
	}
	plan, err := p.again(ctx, s, replicates)
	if err != nil {
		return nil, err
	}
	s.Diagnostics = slices.DeleteFunc(slices.Clone(s.Diagnostics), func(d sdk.Diagnostic) bool { return d.Code == run.StabilityFailed })
	s, err = plan.Stability(ctx, s, func(f float64, stage sdk.Text) {
		pr(f*stageStore, core.Message{Key: "stage.method", Args: core.Args{"stage": stage}})
	})
	if err != nil {
		return nil, err
	}
	if s, err = plan.Card(ctx, s); err != nil {
		return nil, err
	}
	p.change.Lock()
	defer p.change.Unlock()
	if f, ok := p.file.(annotator); ok {
		err = f.Annotate(s.Name, s.Run, s)
	} else {
		err = p.file.UpdateSegments(s.Name, s.Run, s.Segments)
	}
	if err != nil {
		return nil, err
	}
	p.changed(false)
	pr(1, core.Message{Key: "stage.store"})
	return s.InCurrency(p.Head().Currency), nil
}

// again makes the plan that a stored run came of: with the method's own choice of columns
// where that was it, otherwise with those of the run.
func (p *Project) again(ctx context.Context, s *core.Segmentation, replicates int) (*run.Plan, error) {
	r := RequestOf(s)
	r.Stability = replicates
	for _, features := range [][]string{nil, s.Features} {
		r.Features = features
		plan, err := p.Plan(ctx, r)
		switch {
		case err == nil && plan.Identity() == s.Identity:
			return plan, nil
		case ctx.Err() != nil:
			return nil, err
		}
	}
	return nil, &core.Error{Code: "run_outdated", Origin: core.OriginUser, Op: "stability", Args: core.Args{"name": s.Name, "run": s.Run}}
}

// The stages say how much of a run's progress the method gets, and where it begins to be
// stored; between them stands the stability.
const (
	stageMethod = 0.75
	stageStore  = 0.96
)

// judged runs a plan and measures what does not hang on its method.
func (w *Workspace) judged(ctx context.Context, plan *run.Plan, pr core.Progress) (*core.Segmentation, error) {
	s, err := plan.Run(ctx, func(f float64, stage sdk.Text) {
		pr(f*stageMethod, core.Message{Key: "stage.method", Args: core.Args{"stage": stage}})
	})
	if err != nil {
		return nil, err
	}
	if s, err = plan.Complete(ctx, s); err != nil {
		return nil, err
	}
	s.Diagnostics = guard.Tidy(s.Diagnostics)
	s.Diagnostics = append(s.Diagnostics, guard.Diagnostics(guard.Without(guard.After(s), s.Diagnostics), w.say)...)
	s, err = plan.Stability(ctx, s, func(f float64, stage sdk.Text) {
		pr(stageMethod+f*(stageStore-stageMethod), core.Message{Key: "stage.method", Args: core.Args{"stage": stage}})
	})
	if err != nil {
		return nil, err
	}
	return plan.Card(ctx, s)
}
