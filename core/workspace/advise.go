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
	Sweep  advise.Sweep
	Advice []advise.Advice
	Names  map[string]sdk.Text // of the methods advised, by id
	Guards []guard.Finding
}

// sweepRows is how many customers the quick search for groups looks at.
const sweepRows = 2_000

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
	if err != nil {
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
	if out.Sweep, err = p.sweep(ctx, out.Facts, asOf); err != nil {
		return nil, err
	}
	out.Advice = advise.Give(out.Facts, out.Sweep)
	in := guard.Input{Table: set.Table, Features: set, AsOf: set.AsOf, Rows: make([]int32, set.Table.Rows)}
	for i := range in.Rows {
		in.Rows[i] = int32(i)
	}
	out.Guards, err = p.guard(ctx, in)
	return out, err
}

// sweep looks for groups in a sample. Data in which there can be none are no error here.
func (p *Project) sweep(ctx context.Context, f advise.Facts, asOf core.Date) (advise.Sweep, error) {
	const method = "kmeans"
	if !slices.Contains(f.Methods, method) || len(f.Features()) < 2 {
		return advise.Sweep{}, nil
	}
	plan, err := p.Plan(ctx, RunRequest{Method: method, Features: f.Features(), AsOf: asOf})
	if err != nil {
		return advise.Sweep{}, ctx.Err()
	}
	resp, n, err := plan.Explore(ctx, sweepRows)
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
