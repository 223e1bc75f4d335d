package workspace

import (
	"context"
	"slices"

	"qunxiang/core"
	"qunxiang/core/guard"
	"qunxiang/core/run"
	"qunxiang/sdk"
)

// evidence is what every run of the project adds to its method's own evidence.
func (p *Project) evidence(ctx context.Context, r RunRequest) (run.Evidence, error) {
	keys, err := p.Keys(ctx)
	return run.Evidence{Replicates: r.Stability, Keys: keys, Say: p.w.say}, err
}

// say puts a message into both languages; without a translator it stays its key.
func (w *Workspace) say(m core.Message) sdk.Text {
	if w.cfg.Say == nil {
		return sdk.Text{ZH: m.Key, EN: m.Key}
	}
	return w.cfg.Say(m)
}

// guards adds to a plan what the guards find.
func (p *Project) guards(ctx context.Context, req run.Request, plan *run.Plan) error {
	found, err := p.guard(ctx, guard.Input{
		Info: plan.Method.Info, Params: plan.Params, Table: plan.Table, Rows: plan.Rows, Features: req.Features, AsOf: req.Features.AsOf,
	})
	plan.Diagnostics = append(slices.Clip(plan.Diagnostics), guard.Diagnostics(guard.Without(found, plan.Diagnostics), p.w.say)...)
	return err
}

// guard fills in what is known of the project and lets the guards look.
func (p *Project) guard(ctx context.Context, in guard.Input) ([]guard.Finding, error) {
	var err error
	if in.Transactions, _, err = p.loadLean(ctx); err != nil {
		return nil, err
	}
	if in.Keys, err = p.Keys(ctx); err != nil {
		return nil, err
	}
	if in.Sources, err = p.file.Sources(); err != nil {
		return nil, err
	}
	return guard.Before(ctx, in), ctx.Err()
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
	s.Diagnostics = guard.Tidy(s.Diagnostics)
	s.Diagnostics = append(s.Diagnostics, guard.Diagnostics(guard.Without(guard.After(s), s.Diagnostics), w.say)...)
	return plan.Stability(ctx, s, func(f float64, stage sdk.Text) {
		pr(stageMethod+f*(stageStore-stageMethod), core.Message{Key: "stage.method", Args: core.Args{"stage": stage}})
	})
}
