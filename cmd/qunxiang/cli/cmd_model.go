package cli

import (
	"context"
	"path/filepath"
	"strconv"

	"qunxiang/cmd/qunxiang/view"
	"qunxiang/core"
	"qunxiang/core/export"
	"qunxiang/core/workspace"
)

func newModel() *command {
	c := newCommand("model", "P.qx", "NAME")
	c.needs = []string{"to"}
	var r workspace.ModelRequest
	c.flags.StringVar(&r.To, "to", "", "F.pmml|F.json")
	c.flags.StringVar(&r.Format, "format", "", "FORMAT")
	c.flags.IntVar(&r.Run, "run", 0, "N")
	c.flags.BoolVar(&r.Force, "force", false, "")
	c.run = func(ctx context.Context, s *session, operands []string) error {
		if r.Run < 0 {
			return badFlag("run", strconv.Itoa(r.Run), "run")
		}
		p, err := s.look(ctx, operands[0])
		if err != nil {
			return err
		}
		r.Name = operands[1]
		format, err := p.WriteModel(ctx, r)
		if err != nil {
			return err
		}
		return s.answer(view.Model(r.To, format), func(w *printer) { w.say("cli.file.done", "file", r.To) })
	}
	return c
}

func newScore() *command {
	c := newCommand("score", "P.qx", "NAME", "FILE")
	c.needs = []string{"to"}
	var r workspace.ScoreRequest
	var f importFlags
	c.flags.StringVar(&r.To, "to", "", "F.csv|F.xlsx")
	c.flags.IntVar(&r.Run, "run", 0, "N")
	asOf := c.flags.String("as-of", "", "DATE")
	f.register(c.flags, "transactions", "customers")
	out := c.flags.String("list-encoding", "utf-8-bom", "utf-8-bom|gbk|utf-8")
	c.flags.StringVar(&r.Identity, "identity", "auto", "raw|pseudonym|none")
	c.flags.BoolVar(&r.Force, "force", false, "")
	c.run = func(ctx context.Context, s *session, operands []string) error {
		if err := ending(r.To, "csv", "xlsx"); err != nil {
			return err
		}
		if err := checkEncoding("list-encoding", *out); err != nil {
			return err
		}
		if r.Run < 0 {
			return badFlag("run", strconv.Itoa(r.Run), "run")
		}
		if err := checkIdentity(r.Identity); err != nil {
			return err
		}
		var err error
		if r.AsOf, err = dateFlag(*asOf); err != nil {
			return err
		}
		if r.Import, err = f.options(c.flags.Changed("header-row")); err != nil {
			return err
		}
		if export.SameFile(r.To, operands[2]) {
			return &core.Error{Code: "output_is_input", Origin: core.OriginUser, Op: "command line", Where: core.Where{Param: "--to", File: filepath.Base(r.To)}}
		}
		p, err := s.exported(ctx, operands[0], workspace.ExportRequest{Identity: r.Identity})
		if err != nil {
			return err
		}
		r.Name, r.File, r.Encoding, r.Lang = operands[1], operands[2], *out, s.loc.Lang
		report, err := p.Score(ctx, r, s.progress())
		if err != nil {
			return err
		}
		if err := keepSecret(ctx, p); err != nil {
			return err
		}
		return s.answer(view.Score(report), func(w *printer) { printScore(w, report) })
	}
	return c
}

// printScore shows how many of the new customers are in each segment.
func printScore(w *printer, r workspace.ScoreReport) {
	l := w.loc
	w.say("cli.score.done", "rows", r.Customers, "name", r.Name, "run", r.Run, "file", r.Path)
	if len(r.Segments) > 0 {
		w.blank()
		g := &grid{head: []string{"#", l.T("cli.col.segment"), l.T("cli.col.customers"), l.T("cli.col.share")}, right: []bool{true, false, true, true}}
		for _, x := range r.Segments {
			g.add(l.Int(x.ID), oneLine(x.Name.In(l.Lang)), l.Int(x.Size), l.Percent(x.Share))
		}
		w.grid(g, "  ")
	}
	for _, e := range r.Excluded {
		w.line(l.T("cli.show.excluded", "count", e.Count, "reason", l.T("reason."+e.Reason)))
	}
	for _, d := range r.Diagnostics {
		w.line(diagnosticLine(l, d))
	}
}
