package workspace

import (
	"context"
	"slices"

	"qunxiang/core"
	"qunxiang/core/advise"
	"qunxiang/core/guard"
	"qunxiang/sdk"
)

// Advised is what suits a project.
type Advised struct {
	Facts  advise.Facts
	Trials advise.Trials
	Advice []advise.Advice
	Names  map[string]sdk.Text // of the methods advised, by id
	Guards []guard.Finding
}

// How many customers the quick searches for groups look at; comparing kinds costs more.
const (
	sweepRows = 2_000
	kindsRows = 1_000
)

// Advise says which method, features and parameters suit the data, and which guards fire.
func (p *Project) Advise(ctx context.Context, asOf core.Date) (*Advised, error) {
	if asOf == 0 {
		asOf = core.NoDate
	}
	set, err := p.Features(ctx, asOf, 0)
	if err != nil {
		return nil, err
	}
	classes, err := p.classes(ctx)
	if err != nil {
		return nil, err
	}
	set, _, _ = classes.harmless(set, nil) // what is sensitive is used only where somebody asks for it
	methods, err := p.w.Methods(ctx)
	if err != nil && len(methods) == 0 { // a plugin that is broken takes nothing from the others
		return nil, err
	}
	sources, err := p.file.Sources()
	if err != nil {
		return nil, err
	}
	out := &Advised{Names: map[string]sdk.Text{}}
	var ids []string
	for _, m := range methods {
		ids = append(ids, m.Info.ID)
		out.Names[m.Info.ID] = m.Info.Name
	}
	items, err := p.scaledItems(ctx, asOf)
	if err != nil {
		return nil, err
	}
	out.Facts = advise.Collect(set, sources, ids, items...)
	look := RunRequest{Method: "kmeans", Features: out.Facts.Features(), AsOf: asOf}
	if out.Trials.Numbers, err = p.sweep(ctx, ids, look, sweepRows); err != nil {
		return nil, err
	}
	look.Method, look.Features = "mixed", out.Facts.Kinds()
	if out.Trials.Kinds, err = p.sweep(ctx, ids, look, kindsRows); err != nil {
		return nil, err
	}
	out.Advice = advise.Give(out.Facts, out.Trials)
	in := guard.Input{Table: set.Table, Features: set, AsOf: set.AsOf, Rows: make([]int32, set.Table.Rows)}
	for i := range in.Rows {
		in.Rows[i] = int32(i)
	}
	out.Guards, err = p.guard(ctx, in)
	return out, err
}

// sweep looks for groups in a sample of so many customers. Data in which there can be none
// are no error here.
func (p *Project) sweep(ctx context.Context, methods []string, look RunRequest, most int) (advise.Sweep, error) {
	if !slices.Contains(methods, look.Method) || len(look.Features) < 2 {
		return advise.Sweep{}, nil
	}
	plan, err := p.Plan(ctx, look)
	if err != nil {
		return advise.Sweep{}, ctx.Err()
	}
	resp, n, err := plan.Explore(ctx, most)
	if err != nil {
		return advise.Sweep{}, ctx.Err()
	}
	s := advise.Sweep{K: len(resp.Segments), Customers: n}
	for _, m := range resp.Metrics {
		switch {
		case m.ID == "silhouette" && m.Value != nil:
			s.Silhouette = *m.Value
		case m.ID == "structure":
			s.Structure = m.Word
		}
	}
	return s, nil
}

// Say puts a message into both languages.
func (w *Workspace) Say(m core.Message) sdk.Text { return w.say(m) }
