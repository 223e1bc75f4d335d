package cli

import (
	"context"

	"qunxiang/cmd/qunxiang/view"
	"qunxiang/core"
)

func newTables() *command {
	c := newCommand("tables", "URL")
	var login loginFlags
	login.register(c.flags)
	c.run = func(ctx context.Context, s *session, operands []string) error {
		var tables []core.DatabaseTable
		err := s.withLogin(operands[0], &login, func(password string) (err error) {
			tables, err = s.workspace().Tables(ctx, operands[0], password)
			return err
		})
		if err != nil {
			return err
		}
		return s.answer(view.Tables(tables), func(w *printer) { printDatabase(w, tables) })
	}
	return c
}

func printDatabase(w *printer, tables []core.DatabaseTable) {
	if len(tables) == 0 {
		w.say("cli.tables.none")
		return
	}
	for i, t := range tables {
		if i > 0 {
			w.blank()
		}
		head := oneLine(t.Name)
		if t.View {
			head += w.loc.T("cli.tables.view")
		}
		if t.Rows >= 0 {
			head += w.loc.T("cli.tables.rows", "count", int(t.Rows))
		}
		w.line(head)
		g := &grid{}
		for _, c := range t.Columns {
			g.add(oneLine(c.Name), oneLine(c.Type))
		}
		w.grid(g, "  ")
	}
}
