package page

import (
	"strings"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/container"

	"qunxiang/core"
	"qunxiang/gui/presenter"
	"qunxiang/gui/theme"
	"qunxiang/gui/widget"
)

// advice puts above the gallery what suits the data, and what is wrong with them. The
// best card stands where the gallery's first one stood: nothing jumps away from a hand.
func (s *Segment) advice(st presenter.SegmentState, body *fyne.Container) {
	e, a := s.cfg.Env, st.Advice
	s.family(st, body)
	switch {
	case st.Within != "": // what suits all customers need not suit some
		return
	case a.Err != nil && !presenter.Cancelled(a.Err):
		message, hint := e.Locale.Error(a.Err)
		body.Add(widget.Notice(e, widget.ToneWarn, message, hint))
		return
	case len(a.Cards) == 0:
		return
	}
	cards := widget.Wrap(theme.GapL, theme.CardWidth)
	for i, c := range a.Cards {
		cards.Add(s.adviceCard(st, c, i))
	}
	body.Add(cards)
	if len(a.Guards) == 0 {
		return
	}
	body.Add(widget.Section(e.T("gui.advice.guards")))
	notices := widget.Wrap(theme.GapM, 1.5*theme.CardWidth)
	for _, g := range a.Guards {
		notices.Add(s.guardCard(g))
	}
	body.Add(notices)
}

func (s *Segment) adviceCard(st presenter.SegmentState, c presenter.AdviceCard, i int) fyne.CanvasObject {
	e := s.cfg.Env
	l := e.Locale
	question, icon := "", "segment"
	for _, m := range st.Methods {
		if m.Info.ID == c.Method {
			question, icon = m.Info.Question.In(l.Lang), methodIcon(m.Info)
		}
	}
	rows := widget.Column(theme.GapS,
		container.NewBorder(nil, nil, widget.Inset(widget.Icon(icon, theme.ColorAccentText, theme.IconSize), 0, theme.GapS, 0, 0), nil,
			widget.Inset(widget.Hint(e, e.T("gui.advice.rank", "n", i+1, "name", c.Name)), 2, 0, 0, 0)),
		widget.Lead(e, question))
	for _, r := range c.Reasons {
		rows.Add(widget.Para(e, words(e, r)))
	}
	if len(c.Features) > 0 {
		titles := make([]string, len(c.Features))
		for k, f := range c.Features {
			titles[k] = columnTitle(e, f)
		}
		rows.Add(widget.Hint(e, e.T("gui.advice.features", "list", l.Value(titles))))
	}
	if k := c.Params["k"]; k != "" {
		rows.Add(widget.Hint(e, e.T("gui.advice.k", "k", k)))
	}
	use := widget.Action{Text: e.T("gui.advice.use"), Icon: "next", Primary: i == 0, Do: func() { s.p.Follow(c) }}.Button()
	return widget.NewTappable(widget.Pad(container.NewBorder(nil, widget.Inset(widget.Row(0, use), theme.GapM, 0, 0, 0), nil, nil, rows), theme.GapL), func() { s.p.Follow(c) })
}

// words is a message with the names that people know instead of the columns' ids.
func words(e widget.Env, m core.Message) string {
	args := core.Args{}
	for k, v := range m.Args {
		switch x := v.(type) {
		case []string:
			titles := make([]string, len(x))
			for i, c := range x {
				titles[i] = columnTitle(e, c)
			}
			v = titles
		case string:
			v = columnTitle(e, x)
		}
		args[k] = v
	}
	return e.Locale.Message(core.Message{Key: m.Key, Args: args})
}

func (s *Segment) guardCard(g presenter.GuardCard) fyne.CanvasObject {
	e := s.cfg.Env
	detail := guardAdvice(e, g.Code, words(e, g.Do))
	if len(g.Keys) > 0 {
		detail += "\n" + e.T("gui.advice.keys", "list", strings.Join(g.Keys, e.T("gui.list.comma")))
	}
	return widget.Notice(e, tone(g.Severity), words(e, g.Text), detail, s.behind(g)...)
}

// guardAdvice says what to do about a mistake in the words of the window; those of the
// command name its flags.
func guardAdvice(e widget.Env, code, otherwise string) string {
	if key := "gui.guard." + code; e.Locale.Has(key) {
		return e.T(key)
	}
	return otherwise
}

// behind is the way to what a guard talks about.
func (s *Segment) behind(g presenter.GuardCard) []widget.Action {
	if g.Behind.Page == "" {
		return nil
	}
	key, icon := "gui.advice.customers", "customers"
	if g.Behind.Page == presenter.PageData {
		key, icon = "gui.advice.data", "data"
	}
	return []widget.Action{{Text: s.cfg.Env.T(key), Icon: icon, Do: func() { s.cfg.Session.Go(g.Behind) }}}
}

// family says that the question is about one segment only.
func (s *Segment) family(st presenter.SegmentState, body *fyne.Container) {
	if st.Within == "" {
		return
	}
	e := s.cfg.Env
	body.Add(widget.Notice(e, widget.ToneInfo, e.T("gui.family.pick", "name", withinText(st)), e.T("gui.family.pick.hint"),
		widget.Action{Text: e.T("gui.family.leave"), Icon: "close", Do: func() { s.p.SetWithin("") }}))
}

// withinText writes NAME/SEGMENT as people read it.
func withinText(st presenter.SegmentState) string {
	if st.WithinTitle != "" {
		return st.WithinTitle
	}
	return strings.Replace(st.Within, "/", " › ", 1)
}
