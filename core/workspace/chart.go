package workspace

import (
	"bytes"
	"context"
	"io"
	"path/filepath"
	"strings"

	"qunxiang/core"
	"qunxiang/core/chart"
	"qunxiang/core/export"
	"qunxiang/sdk"
)

// ChartRequest asks for a chart of a stored result.
type ChartRequest struct {
	Name    string
	Run     int // 0 = newest
	Kind    string
	Options chart.Options
	With    string // another result to draw it beside; "" = none
	Lang    sdk.Lang
	Dark    bool
}

// ChartInput returns what the charts of a result, stored or not, are made of.
func (p *Project) ChartInput(ctx context.Context, s *core.Segmentation, lang sdk.Lang, dark bool) (chart.Input, error) {
	keys, err := p.ShownKeys(ctx)
	if err != nil {
		return chart.Input{}, err
	}
	in := chart.Input{Seg: s, Keys: keys, Lang: lang, Currency: p.Head().Currency, Dark: dark}
	if m, err := p.w.Method(ctx, s.Method); err == nil { // a method that is gone leaves its columns untitled
		in.Titles = make(map[string]sdk.Text, len(m.Info.Outputs))
		for _, o := range m.Info.Outputs {
			in.Titles[o.ID] = o.Title
		}
	}
	if of, ok := strings.CutPrefix(s.Params.Text("by"), "segment:"); ok && len(s.Segments) == 0 {
		if other, err := p.Segmentation(ctx, of, 0); err == nil { // one that is gone leaves its segments unnamed
			in.Other = other
		}
	}
	return in, nil
}

// input reads the result that a request is about and what its charts are made of.
func (p *Project) input(ctx context.Context, r ChartRequest) (chart.Input, error) {
	s, err := p.Segmentation(ctx, r.Name, r.Run)
	if err != nil {
		return chart.Input{}, err
	}
	in, err := p.ChartInput(ctx, s, r.Lang, r.Dark)
	if err == nil && r.With != "" {
		in.Other, err = p.Segmentation(ctx, r.With, 0)
	}
	return in, err
}

// Chart prepares a chart of a stored result.
func (p *Project) Chart(ctx context.Context, r ChartRequest) (*chart.Figure, error) {
	in, err := p.input(ctx, r)
	if err != nil {
		return nil, err
	}
	return prompt(ctx, func() (*chart.Figure, error) { return chart.New(r.Kind, in, r.Options) })
}

// ChartKind is a chart that a result has the data for.
type ChartKind struct{ ID, Title string }

// ChartKinds lists the charts of a stored result, most telling first, with their titles.
func (p *Project) ChartKinds(ctx context.Context, r ChartRequest) ([]ChartKind, error) {
	in, err := p.input(ctx, r)
	if err != nil {
		return nil, err
	}
	var out []ChartKind
	for _, id := range chart.Kinds(in) {
		f, err := prompt(ctx, func() (*chart.Figure, error) { return chart.New(id, in, chart.Options{}) })
		if err == nil { // a constant column may leave nothing
			out = append(out, ChartKind{ID: id, Title: f.Title()})
		}
	}
	return out, ctx.Err()
}

// WriteChart draws a chart into a file, whose ending (.png, .svg, .pdf) is the
// format; width and height are in pixels.
func (p *Project) WriteChart(ctx context.Context, r ChartRequest, to string, width, height int, force bool) error {
	f, err := p.Chart(ctx, r)
	if err != nil {
		return err
	}
	format := strings.ToLower(strings.TrimPrefix(filepath.Ext(to), "."))
	return writePrompt(ctx, to, force, func(w io.Writer) error { return f.Write(w, format, width, height) })
}

// writePrompt writes a file of what fn makes, which may take a while where there are many
// customers and is not waited for after a cancel.
func writePrompt(ctx context.Context, to string, force bool, fn func(io.Writer) error) error {
	return export.WriteFile(to, force, func(w io.Writer) error {
		b, err := prompt(ctx, func() ([]byte, error) {
			var b bytes.Buffer
			err := fn(&b)
			return b.Bytes(), err
		})
		if err != nil {
			return err
		}
		_, err = w.Write(b)
		return err
	})
}
