package cli

import (
	"context"
	"path/filepath"
	"slices"
	"strconv"
	"strings"

	"qunxiang/cmd/qunxiang/view"
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
	c.flags.StringVar(&r.Encoding, "encoding", "", "utf-8-bom|gbk|utf-8")
	c.flags.BoolVar(&r.Force, "force", false, "")
	c.run = func(ctx context.Context, s *session, operands []string) error {
		r.Name, r.Columns, r.Lang = operands[1], names(*columns), s.loc.Lang
		if err := ending("to", r.To, "csv", "xlsx"); err != nil {
			return err
		}
		encodings := []string{"utf-8-bom", "gbk", "utf-8"}
		if r.Encoding != "" && !slices.Contains(encodings, r.Encoding) {
			return badChoice("encoding", r.Encoding, encodings)
		}
		p, err := s.look(ctx, operands[0])
		if err != nil {
			return err
		}
		report, err := p.Export(ctx, r, s.progress())
		if err != nil {
			return err
		}
		return s.answer(view.Export(report, r.To), func(w *printer) {
			w.say("cli.export.done", "rows", report.Rows, "file", r.To)
		})
	}
	return c
}

// ending checks that a file to be written ends in one of the endings, in any case.
func ending(flag, path string, endings ...string) error {
	if slices.Contains(endings, extension(path)) {
		return nil
	}
	for i, e := range endings {
		endings[i] = "." + e
	}
	return badEnding(flag, path, endings)
}

func extension(path string) string {
	return strings.ToLower(strings.TrimPrefix(filepath.Ext(path), "."))
}

func newChart() *command {
	c := newCommand("chart", "P.qx", "NAME", "KIND")
	c.needs = []string{"to"}
	to := c.flags.String("to", "", "F.png|F.svg|F.pdf")
	size := c.flags.String("size", "1200x800", "WxH")
	number := c.flags.Int("run", 0, "N")
	x := c.flags.String("x", "", "COLUMN")
	y := c.flags.String("y", "", "COLUMN")
	dark := c.flags.Bool("dark", false, "")
	force := c.flags.Bool("force", false, "")
	c.run = func(ctx context.Context, s *session, operands []string) error {
		if err := ending("to", *to, "png", "svg", "pdf"); err != nil {
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
		r := workspace.ChartRequest{
			Name: operands[1], Run: *number, Kind: operands[2], Options: chart.Options{X: *x, Y: *y}, Lang: s.loc.Lang, Dark: *dark,
		}
		if err := p.WriteChart(ctx, r, *to, wide, high, *force); err != nil {
			return err
		}
		return s.answer(view.File(*to), func(w *printer) { w.say("cli.file.done", "file", *to) })
	}
	return c
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
		if err := ending("to", *to, "html"); err != nil {
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
