package cli

import (
	"context"
	"slices"

	"qunxiang/cmd/qunxiang/view"
	"qunxiang/core"
	"qunxiang/core/workspace"
)

func newNew() *command {
	c := newCommand("new", "P.qx")
	name := c.flags.String("name", "", "S")
	currency := c.flags.String("currency", "CNY", "CODE")
	c.run = func(ctx context.Context, s *session, operands []string) error {
		if !isCurrency(*currency) {
			return badFlag("currency", *currency, "currency")
		}
		p, err := s.workspace().Create(ctx, operands[0], workspace.NewProject{Name: *name, Currency: *currency})
		if err != nil {
			return err
		}
		s.closers = append(s.closers, p.Close)
		if err := p.Save(ctx); err != nil {
			return err
		}
		head := p.Head()
		return s.answer(view.Project(head, operands[0]), func(w *printer) {
			w.say("cli.new.done", "file", operands[0], "name", head.Name, "currency", head.Currency)
		})
	}
	return c
}

// isCurrency reports whether s looks like an ISO 4217 code.
func isCurrency(s string) bool {
	for _, r := range s {
		if r < 'A' || r > 'Z' {
			return false
		}
	}
	return len(s) == 3
}

func newInfo() *command {
	c := newCommand("info", "P.qx")
	c.run = func(ctx context.Context, s *session, operands []string) error {
		p, err := s.look(ctx, operands[0])
		if err != nil {
			return err
		}
		info, err := p.Info(ctx)
		if err != nil {
			return err
		}
		return s.answer(view.Info(info, operands[0]), func(w *printer) { printInfo(w, info) })
	}
	return c
}

func printInfo(w *printer, in workspace.Info) {
	l := w.loc
	w.line(in.Project.Name)
	g := &grid{}
	pair := func(key, value string) { g.add(l.T("cli.info."+key), value) }
	pair("customers", l.Int(in.Customers))
	if in.Lines > 0 {
		pair("orders", l.Int(in.Orders))
		pair("lines", l.Int(in.Lines))
		pair("amount", l.Money(in.Amount, in.Project.Currency))
		pair("period", l.T("cli.info.from_to", "from", in.FirstDate, "to", in.LastDate))
	}
	if in.AsOf != core.NoDate {
		pair("asOf", l.Date(in.AsOf))
	}
	w.grid(g, "  ")
	if len(in.Sources) > 0 {
		w.blank()
		w.say("cli.info.sources")
		g := &grid{head: []string{"#", l.T("cli.col.file"), l.T("cli.col.kind"), l.T("cli.col.rows"), l.T("cli.col.used"), l.T("cli.col.imported")}, right: []bool{true, false, false, true, true}}
		for _, x := range in.Sources {
			g.add(l.Int(x.ID), oneLine(x.Name), l.T("cli.kind."+string(x.Kind)), l.Int(x.Report.Rows.In), l.Int(x.Report.Rows.Used), l.Time(x.Imported))
		}
		w.grid(g, "  ")
	}
	if len(in.Runs) > 0 {
		w.blank()
		w.say("cli.info.runs")
		g := &grid{head: []string{l.T("cli.col.name"), l.T("cli.col.run"), l.T("cli.col.method"), l.T("cli.col.asOf"), l.T("cli.col.segments"), l.T("cli.col.customers"), l.T("cli.col.created")}, right: []bool{false, true, false, false, true, true}}
		family := slices.ContainsFunc(in.Runs, func(r core.RunHead) bool { return r.Within != "" })
		if family {
			g.head = append(g.head, l.T("cli.col.within"))
		}
		for _, r := range in.Runs {
			row := []string{oneLine(r.Name), l.Int(r.Run), r.Method, r.AsOf.String(), l.Int(r.Segments), l.Int(r.Customers), l.Time(r.Created)}
			if family {
				row = append(row, oneLine(r.Within))
			}
			g.add(row...)
		}
		w.grid(g, "  ")
	}
}
