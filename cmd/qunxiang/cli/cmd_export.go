package cli

import (
	"context"
	"math"
	"path/filepath"
	"slices"
	"strconv"
	"strings"

	"qunxiang/cmd/qunxiang/view"
	"qunxiang/core"
	"qunxiang/core/chart"
	"qunxiang/core/workspace"
)

func newExport() *command {
	c := newCommand("export", "P.qx", "NAME")
	c.needs = []string{"to"}
	var r workspace.ExportRequest
	c.flags.StringVar(&r.To, "to", "", "F.csv|F.xlsx")
	c.flags.IntVar(&r.Run, "run", 0, "N")
	c.flags.StringArrayVar(&r.Segments, "segment", nil, "S")
	columns := c.flags.String("columns", "", "a,b,c")
	c.flags.StringVar(&r.Identity, "identity", "auto", "raw|pseudonym|none")
	c.flags.IntVar(&r.K, "k", 0, "N")
	c.flags.StringVar(&r.Encoding, "encoding", "utf-8-bom", "utf-8-bom|gbk|utf-8")
	c.flags.Float64Var(&r.Holdout, "holdout", 0, "PCT")
	c.flags.BoolVar(&r.Force, "force", false, "")
	var into intoFlags
	into.register(c.flags)
	c.run = func(ctx context.Context, s *session, operands []string) error {
		r.Name, r.Columns, r.Lang = operands[1], names(*columns), s.loc.Lang
		if err := checkExport(r); err != nil {
			return err
		}
		if into.file != "" {
			return into.run(ctx, s, c.flags, operands[0], r)
		}
		if flag := into.alone(c.flags); flag != "" {
			return misuse("usage_only_with", core.Args{"flag": "--" + flag, "other": "--into"})
		}
		p, err := s.exported(ctx, operands[0], r)
		if err != nil {
			return err
		}
		report, err := p.Export(ctx, r, s.progress())
		if err != nil {
			return err
		}
		if err := keepSecret(ctx, p); err != nil { // and a control group
			return err
		}
		return s.answer(view.Export(report), func(w *printer) { printExport(w, report) })
	}
	return c
}

// exported opens the project for an export, to change it only where the export leaves
// something behind in it.
func (s *session) exported(ctx context.Context, path string, r workspace.ExportRequest) (*workspace.Project, error) {
	if r.Identity == "pseudonym" || r.Holdout > 0 {
		return s.project(ctx, path)
	}
	p, err := s.look(ctx, path)
	if err != nil {
		return nil, err
	}
	identity, err := p.ListIdentity(ctx, r.Identity)
	if err != nil || identity != "pseudonym" {
		return p, err
	}
	if err := s.close(); err != nil {
		return nil, err
	}
	s.ws, s.readOnly = nil, false
	return s.project(ctx, path)
}

func checkExport(r workspace.ExportRequest) error {
	if err := ending(r.To, "csv", "xlsx"); err != nil {
		return err
	}
	if err := checkIdentity(r.Identity); err != nil {
		return err
	}
	if err := checkEncoding("encoding", r.Encoding); err != nil {
		return err
	}
	if r.K < 0 {
		return badFlag("k", strconv.Itoa(r.K), "least")
	}
	if !(r.Holdout >= 0 && r.Holdout <= 50) {
		return badFlag("holdout", strconv.FormatFloat(r.Holdout, 'g', -1, 64), "percent")
	}
	return nil
}

func printExport(w *printer, r workspace.ExportReport) {
	w.say("cli.export.done", "rows", r.Customers, "file", r.Path)
	if r.Auto && r.Identity == "pseudonym" {
		w.say("cli.export.auto", "what", w.loc.T("privacy.kind."+r.Holds))
	}
	printWithheld(w, r.Masked, r.Suppressed, r.Holdout)
}

// printWithheld says what a list does not show: columns, and customers.
func printWithheld(w *printer, masked []string, suppressed, holdout int) {
	if len(masked) > 0 {
		w.say("cli.export.masked", "columns", masked)
	}
	if suppressed > 0 {
		w.say("cli.export.suppressed", "count", suppressed)
	}
	if holdout > 0 {
		w.say("cli.export.holdout", "count", holdout)
	}
}

// keepSecret saves a project that has a new key for pseudonyms.
func keepSecret(ctx context.Context, p *workspace.Project) error {
	if p.Dirty() {
		return p.Save(ctx)
	}
	return nil
}

// coded returns what stands for a customer's code in a list; the project is opened anew
// where it is only looked at and has to keep a key for pseudonyms.
func (s *session) coded(ctx context.Context, p *workspace.Project, path, identity string) (*workspace.Project, func(key string) string, error) {
	as, err := p.ListIdentity(ctx, identity)
	if err != nil {
		return p, nil, err
	}
	if as == "pseudonym" && s.readOnly {
		if err := s.close(); err != nil {
			return p, nil, err
		}
		s.ws, s.readOnly = nil, false
		if p, err = s.project(ctx, path); err != nil {
			return p, nil, err
		}
	}
	code, err := p.Coded(ctx, identity)
	return p, code, err
}

// checkIdentity refuses what cannot stand in the column of the customers.
func checkIdentity(value string) error {
	if known := []string{"auto", "raw", "pseudonym", "none"}; !slices.Contains(known, value) {
		return badChoice("identity", value, known)
	}
	return nil
}

// checkEncoding checks the encoding of a list.
func checkEncoding(flag, value string) error {
	if known := []string{"utf-8-bom", "gbk", "utf-8"}; !slices.Contains(known, value) {
		return badChoice(flag, value, known)
	}
	return nil
}

// ending checks that the file of --to ends in one of the endings, in any case.
func ending(path string, endings ...string) error {
	if slices.Contains(endings, extension(path)) {
		return nil
	}
	for i, e := range endings {
		endings[i] = "." + e
	}
	return badEnding(path, endings)
}

func extension(path string) string {
	return strings.ToLower(strings.TrimPrefix(filepath.Ext(path), "."))
}

func newChart() *command {
	c := newCommand("chart", "P.qx", "NAME", "[KIND]")
	to := c.flags.String("to", "", "F.png|F.svg|F.pdf")
	size := c.flags.String("size", "1200x800", "WxH")
	number := c.flags.Int("run", 0, "N")
	var o chart.Options
	c.flags.StringVar(&o.X, "x", "", "COLUMN")
	c.flags.StringVar(&o.Y, "y", "", "COLUMN")
	c.flags.StringVar(&o.By, "by", "", "money|customers|cumulative")
	cut := c.flags.Float64("cut", 0, "HEIGHT")
	with := c.flags.String("with", "", "NAME")
	dark := c.flags.Bool("dark", false, "")
	force := c.flags.Bool("force", false, "")
	c.run = func(ctx context.Context, s *session, operands []string) error {
		r := workspace.ChartRequest{Name: operands[1], Run: *number, With: *with, Lang: s.loc.Lang, Dark: *dark}
		if len(operands) == 2 {
			return s.chartKinds(ctx, operands[0], r)
		}
		if c.flags.Changed("cut") {
			if !(*cut >= 0 && *cut <= math.MaxFloat64) {
				return badFlag("cut", strconv.FormatFloat(*cut, 'g', -1, 64), "height")
			}
			o.Cut = cut
		}
		if known := []string{"money", "customers", "cumulative"}; o.By != "" && !slices.Contains(known, o.By) {
			return badChoice("by", o.By, known)
		}
		r.Kind, r.Options = operands[2], o
		if *to == "" {
			return misuse("usage_missing_flag", core.Args{"flag": "--to", "usage": c.usage(), "command": c.name})
		}
		if err := ending(*to, "png", "svg", "pdf"); err != nil {
			return err
		}
		wide, high, err := sizeFlag(*size)
		if err != nil {
			return err
		}
		p, err := s.look(ctx, operands[0])
		if err != nil {
			return err
		}
		if err := p.WriteChart(ctx, r, *to, wide, high, *force); err != nil {
			return err
		}
		return s.answer(view.File(*to), func(w *printer) { w.say("cli.file.done", "file", *to) })
	}
	return c
}

// chartKinds lists the charts that a result has the data for.
func (s *session) chartKinds(ctx context.Context, path string, r workspace.ChartRequest) error {
	p, err := s.look(ctx, path)
	if err != nil {
		return err
	}
	kinds, err := p.ChartKinds(ctx, r)
	if err != nil {
		return err
	}
	return s.answer(view.Charts(kinds), func(w *printer) {
		for _, k := range kinds {
			w.say("cli.chart.kind", "id", k.ID, "title", k.Title)
		}
	})
}

// The sizes of a chart in pixels that make sense on a page or a wall.
const (
	leastSide = 100
	mostSide  = 10000
)

// sizeFlag reads WxH in pixels.
func sizeFlag(s string) (wide, high int, err error) {
	a, b, ok := strings.Cut(strings.ToLower(s), "x")
	wide, err1 := strconv.Atoi(a)
	high, err2 := strconv.Atoi(b)
	if !ok || err1 != nil || err2 != nil || min(wide, high) < leastSide || max(wide, high) > mostSide {
		return 0, 0, badFlag("size", s, "size")
	}
	return wide, high, nil
}

func newReport() *command {
	c := newCommand("report", "P.qx", "NAME")
	c.needs = []string{"to"}
	to := c.flags.String("to", "", "F.html")
	number := c.flags.Int("run", 0, "N")
	force := c.flags.Bool("force", false, "")
	c.run = func(ctx context.Context, s *session, operands []string) error {
		if err := ending(*to, "html"); err != nil {
			return err
		}
		p, err := s.look(ctx, operands[0])
		if err != nil {
			return err
		}
		if err := p.WriteReport(ctx, operands[1], *number, *to, s.loc.Lang, *force); err != nil {
			return err
		}
		return s.answer(view.File(*to), func(w *printer) { w.say("cli.file.done", "file", *to) })
	}
	return c
}
