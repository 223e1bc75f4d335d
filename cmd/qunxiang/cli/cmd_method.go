package cli

import (
	"context"
	"strconv"
	"strings"

	"qunxiang/cmd/qunxiang/view"
	"qunxiang/core"
	"qunxiang/sdk"
)

func newMethods() *command {
	c := newCommand("methods")
	c.run = func(ctx context.Context, s *session, _ []string) error {
		methods, err := s.workspace().Methods(ctx)
		if err != nil {
			return err
		}
		out := make([]view.Object, 0, len(methods))
		for _, m := range methods {
			out = append(out, view.Method(m))
		}
		return s.answer(out, func(w *printer) {
			l := w.loc
			g := &grid{head: []string{l.T("cli.col.id"), l.T("cli.col.name"), l.T("cli.col.version"), l.T("cli.col.origin"), l.T("cli.col.summary")}}
			for _, m := range methods {
				g.add(m.Info.ID, m.Info.Name.In(l.Lang), m.Info.Version, l.T("cli.origin."+m.Origin), m.Info.Summary.In(l.Lang))
			}
			w.grid(g, "")
		})
	}
	return c
}

func newMethod() *command {
	c := newCommand("method", "ID")
	c.run = func(ctx context.Context, s *session, operands []string) error {
		m, err := s.workspace().Method(ctx, operands[0])
		if err != nil {
			return err
		}
		return s.answer(view.MethodDetail(m), func(w *printer) { printMethod(w, m) })
	}
	return c
}

func printMethod(w *printer, m core.Method) {
	l := w.loc
	w.line(m.Info.ID + " – " + m.Info.Name.In(l.Lang) + " " + m.Info.Version)
	w.line(m.Info.Summary.In(l.Lang))
	w.blank()
	w.say("cli.method.params")
	g := &grid{}
	for _, p := range m.Info.Params {
		title := p.Title.In(l.Lang)
		if !p.Unit.IsZero() {
			title += " (" + p.Unit.In(l.Lang) + ")"
		}
		g.add(p.ID, paramShape(p), oneLine(title), oneLine(p.Help.In(l.Lang)))
	}
	w.grid(g, "  ")
	if len(m.Info.Roles) > 0 {
		w.blank()
		w.say("cli.method.inputs")
		g := &grid{}
		for _, r := range m.Info.Roles {
			g.add(r.ID, roleCount(r), oneLine(r.Title.In(l.Lang)), strings.Join(r.Hints, ", "))
		}
		w.grid(g, "  ")
	}
	w.blank()
	w.say("cli.method.outputs")
	g = &grid{}
	for _, o := range m.Info.Outputs {
		g.add(o.ID, o.Kind.String(), oneLine(o.Title.In(l.Lang)))
	}
	w.grid(g, "  ")
}

// paramShape is the range of a parameter as one types it, the default in brackets
// when there is one: "2…9 (5)", "net|drop (net)", "0…1,… (0.3,0.7)".
func paramShape(p sdk.Param) string {
	shape := view.ParamKind(p.Kind)
	if p.Max != nil && *p.Max >= unbounded {
		p.Max = nil
	}
	switch {
	case len(p.Choices) > 0:
		ids := make([]string, len(p.Choices))
		for i, c := range p.Choices {
			ids[i] = c.ID
		}
		shape = strings.Join(ids, "|")
	case p.Min != nil && p.Max != nil:
		shape = bound(*p.Min) + "…" + bound(*p.Max)
	case p.Min != nil:
		shape = "≥ " + bound(*p.Min)
	case p.Max != nil:
		shape = "≤ " + bound(*p.Max)
	}
	if p.Kind == sdk.ParamNumbers && shape != view.ParamKind(p.Kind) {
		shape += ",…"
	}
	if p.Auto {
		shape = "auto|" + shape
	}
	if d := p.Default.String(); d != "" {
		shape += " (" + strings.ReplaceAll(d, "\n", "; ") + ")"
	}
	return shape
}

// unbounded is where an upper bound tells nobody anything.
const unbounded = 1e9

func bound(v float64) string { return strconv.FormatFloat(v, 'f', -1, 64) }

func roleCount(r sdk.Role) string {
	switch {
	case r.Max == 0:
		return strconv.Itoa(r.Min) + "+"
	case r.Min == r.Max:
		return strconv.Itoa(r.Min)
	}
	return strconv.Itoa(r.Min) + "–" + strconv.Itoa(r.Max)
}
