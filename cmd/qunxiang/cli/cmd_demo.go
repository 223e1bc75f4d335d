package cli

import (
	"context"
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"slices"

	"qunxiang/cmd/qunxiang/view"
	"qunxiang/core"
	"qunxiang/core/chart"
	"qunxiang/core/export"
	"qunxiang/core/feature"
	"qunxiang/core/sample"
	"qunxiang/core/workspace"
	"qunxiang/sdk/table"
)

// demo is one walk through the whole loop on a generated business.
type demo struct {
	s        *session
	dir      string
	business *sample.Business
	p        *workspace.Project
	files    []string // written, in order
	runs     []demoRun
}

// demoRun is one method of the walk: its result, or why there is none.
type demoRun struct {
	method string
	seg    *core.Segmentation
	err    error
}

// The names of the files beside the sample's own, and the segmentations.
const (
	demoProject = "shop.qx"
	demoReport  = "report.html"
)

func newDemo() *command {
	c := newCommand("demo")
	out := c.flags.String("out", "qunxiang-demo", "DIR")
	business := c.flags.String("business", sample.Shop, "shop")
	var f sampleFlags
	f.add(c)
	force := c.flags.Bool("force", false, "")
	c.run = func(ctx context.Context, s *session, _ []string) error {
		b, err := f.generate(ctx, s, *business)
		if err != nil {
			return err
		}
		if err := absent(*out, *force, append(sample.Files(true), demoProject, demoReport)...); err != nil {
			return err
		}
		d := &demo{s: s, dir: *out, business: b}
		if err := d.walk(ctx, *force); err != nil {
			return err
		}
		return s.answer(d.document(), d.print)
	}
	return c
}

// walk does the steps in order; the project is saved before the pictures are drawn.
func (d *demo) walk(ctx context.Context, force bool) error {
	written, err := d.business.Write(ctx, d.dir, d.s.loc.Lang, true)
	if err != nil {
		return err
	}
	d.files = written
	if err := d.collect(ctx, force); err != nil {
		return err
	}
	if err := d.segment(ctx); err != nil {
		return err
	}
	if err := d.p.Save(ctx); err != nil {
		return err
	}
	return d.draw(ctx)
}

// collect makes the project and imports the orders, the customers and what is known of
// them: the group that each was planted in.
func (d *demo) collect(ctx context.Context, force bool) error {
	path := filepath.Join(d.dir, demoProject)
	if force {
		if err := removeIfThere(path); err != nil {
			return err
		}
	}
	p, err := d.s.workspace().Create(ctx, path, workspace.NewProject{Name: d.business.Name.In(d.s.loc.Lang), Currency: d.business.Currency})
	if err != nil {
		return err
	}
	d.p = p
	d.s.closers = append(d.s.closers, p.Close)
	if _, err := p.Import(ctx, filepath.Join(d.dir, sample.OrdersFile), core.ImportOptions{Kind: core.SourceTransactions}, d.s.progress()); err != nil {
		return err
	}
	for _, name := range []string{sample.CustomersFile, sample.TruthFile} {
		if _, err := p.Import(ctx, filepath.Join(d.dir, name), core.ImportOptions{Kind: core.SourceCustomers}, d.s.progress()); err != nil {
			return err
		}
	}
	return nil
}

// segment runs the three methods. A method that finds the data unfit is told of; one
// that breaks ends the walk.
func (d *demo) segment(ctx context.Context) error {
	target, err := d.planted(ctx)
	if err != nil {
		return err
	}
	behaviour := []string{feature.Recency, feature.Frequency, feature.Monetary}
	for _, r := range []workspace.RunRequest{
		{Method: "rfm", Name: "rfm"},
		{Method: "kmeans", Name: "kmeans", Seed: 1, Features: behaviour},
		{Method: "dtree", Name: "dtree", Seed: 1, Features: append(behaviour, feature.MonetaryMean, feature.Tenure), Set: map[string]string{"target": target}},
	} {
		r.AsOf = core.NoDate // the day after the last one in the data
		seg, err := d.p.Run(ctx, r, d.s.progress())
		if e, ok := errors.AsType[*core.Error](err); ok && (e.Origin == core.OriginData || e.Origin == core.OriginUser) {
			d.runs = append(d.runs, demoRun{method: r.Method, err: err})
			continue
		}
		if err != nil {
			return err
		}
		d.runs = append(d.runs, demoRun{method: r.Method, seg: seg})
	}
	return nil
}

// planted is the attribute with the group that every customer truly belongs to: what
// the tree is asked to explain by behaviour.
func (d *demo) planted(ctx context.Context) (string, error) {
	set, err := d.p.Features(ctx, core.NoDate, 0)
	if err != nil {
		return "", err
	}
	isKey := func(value string) bool {
		return slices.ContainsFunc(d.business.Segments, func(g sample.Segment) bool { return g.Key == value })
	}
	for i := range set.Table.Columns {
		c := &set.Table.Columns[i]
		if c.Kind == table.Category && len(c.Dict) > 1 && !slices.ContainsFunc(c.Dict, func(v string) bool { return !isKey(v) }) {
			return c.Name, nil
		}
	}
	return "", nil
}

// draw writes charts of every result, and the report of the first.
func (d *demo) draw(ctx context.Context) error {
	for _, r := range d.runs {
		if r.seg == nil {
			continue
		}
		if err := d.charts(ctx, r); err != nil {
			return err
		}
	}
	if first := d.runs[0]; first.seg != nil {
		path := filepath.Join(d.dir, demoReport)
		if err := d.p.WriteReport(ctx, first.seg.Name, 0, path, d.s.loc.Lang, true); err != nil {
			return err
		}
		d.files = append(d.files, path)
	}
	return nil
}

// charts writes the most telling charts of a result.
func (d *demo) charts(ctx context.Context, r demoRun) error {
	in, err := d.p.ChartInput(ctx, r.seg, d.s.loc.Lang, false)
	if err != nil {
		return err
	}
	kinds := chart.Kinds(in)
	for _, kind := range []string{"rfm_grid", "tree", "importance", "scatter", "snake", "treemap"} {
		if !slices.Contains(kinds, kind) {
			continue
		}
		path := filepath.Join(d.dir, r.method+"-"+kind+".png")
		if err := d.p.WriteChart(ctx, workspace.ChartRequest{Name: r.seg.Name, Kind: kind, Lang: d.s.loc.Lang}, path, 1200, 800, true); err != nil {
			return err
		}
		d.files = append(d.files, path)
	}
	return nil
}

func (d *demo) document() view.Object {
	runs := make([]view.Object, 0, len(d.runs))
	for _, r := range d.runs {
		o := view.Object{{Key: "method", Value: r.method}}
		if r.seg != nil {
			o = append(o, view.Field{Key: "name", Value: r.seg.Name}, view.Field{Key: "segments", Value: len(r.seg.Segments)})
		} else {
			message, _ := d.s.loc.Error(r.err)
			o = append(o, view.Field{Key: "skipped", Value: message})
		}
		runs = append(runs, o)
	}
	return view.Object{
		{Key: "project", Value: filepath.Join(d.dir, demoProject)},
		{Key: "report", Value: filepath.Join(d.dir, demoReport)},
		{Key: "runs", Value: runs},
		{Key: "files", Value: d.files},
	}
}

func (d *demo) print(w *printer) {
	l := w.loc
	for _, r := range d.runs {
		if r.seg == nil {
			message, _ := l.Error(r.err)
			w.say("cli.demo.skipped", "method", r.method, "reason", message)
			continue
		}
		largest := core.Segment{}
		for _, g := range r.seg.Segments {
			if g.Size > largest.Size {
				largest = g
			}
		}
		w.say("cli.demo.run", "method", r.method, "count", len(r.seg.Segments), "name", largest.Name.In(l.Lang), "size", largest.Size)
	}
	w.blank()
	w.say("cli.demo.files")
	for _, name := range d.files {
		w.line("  " + name)
	}
	w.blank()
	project := filepath.Join(d.dir, demoProject)
	w.say("cli.demo.report", "file", filepath.Join(d.dir, demoReport))
	w.say("cli.demo.project", "file", project)
	w.line("  " + l.T("cli.demo.try", "file", project, "name", d.runs[0].method))
}

func removeIfThere(path string) error {
	if err := os.Remove(path); err != nil && !errors.Is(err, fs.ErrNotExist) {
		return &core.Error{Code: export.CodeOutputFailed, Origin: core.OriginApp, Op: "demo", Where: core.Where{File: filepath.Base(path)}, Err: err}
	}
	return nil
}
