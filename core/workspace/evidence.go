package workspace

import (
	"context"

	"qunxiang/core"
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

// stageShare is how much of a run's progress the method gets, and where it begins to be
// stored; between them stands the stability.
const (
	stageMethod = 0.75
	stageStore  = 0.96
)

// judged runs a plan and measures what does not hang on its method.
func judged(ctx context.Context, plan *run.Plan, pr core.Progress) (*core.Segmentation, error) {
	s, err := plan.Run(ctx, func(f float64, stage sdk.Text) {
		pr(f*stageMethod, core.Message{Key: "stage.method", Args: core.Args{"stage": stage}})
	})
	if err != nil {
		return nil, err
	}
	return plan.Stability(ctx, s, func(f float64, stage sdk.Text) {
		pr(stageMethod+f*(stageStore-stageMethod), core.Message{Key: "stage.method", Args: core.Args{"stage": stage}})
	})
}
