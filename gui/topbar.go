package gui

import (
	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/container"

	"qunxiang/core"
	"qunxiang/gui/presenter"
	"qunxiang/gui/theme"
	"qunxiang/gui/widget"
	"qunxiang/i18n"
	"qunxiang/sdk"
)

// topBar shows which project is open, its as-of date and freshness, and holds the
// search field and the language switch.
type topBar struct {
	w      *window
	box    fyne.CanvasObject
	name   *widget.Text
	state  *widget.Text
	asOf   *widget.Button
	fresh  *widget.Text
	search *widget.Entry
	back   *widget.Button
	save   *widget.Button
}

func newTopBar(w *window) *topBar {
	e := w.env
	t := &topBar{
		w: w, name: widget.NewText("").Bold().Keep(), state: widget.NewText("").Color(theme.ColorMuted).Keep(), fresh: widget.NewText("").Color(theme.ColorMuted).Keep(),
		search: widget.NewEntry(),
	}
	t.back = widget.Action{Icon: "back", Do: w.session.Back}.Link()
	t.save = widget.Action{Icon: "save", Do: w.save}.Link()
	t.asOf = widget.Action{Icon: "calendar", Do: func() { w.session.Go(presenter.Route{Page: presenter.PageSettings}) }}.Link()
	t.search.SetPlaceHolder(e.T("gui.top.search"))
	t.search.SetIcon(theme.Icon("search"))
	t.search.OnSubmitted = t.find
	other := map[sdk.Lang]sdk.Lang{sdk.ZH: sdk.EN, sdk.EN: sdk.ZH}[e.Locale.Lang]
	lang := widget.Action{Text: i18n.Locale{Lang: other}.T("lang.self"), Do: func() { w.session.Configure(func(s *presenter.Settings) { s.Lang = other }) }}.Link()
	left := widget.Row(theme.GapS, widget.Centered(t.back), widget.Centered(t.name), widget.Centered(t.state), widget.Centered(t.save), widget.Centered(t.asOf), widget.Centered(t.fresh))
	right := widget.Row(theme.GapS, widget.Centered(widget.Fixed(t.search, theme.MenuWidth, 0)), widget.Centered(lang))
	t.box = widget.TopBar(widget.Fixed(widget.Inset(container.NewBorder(nil, nil, left, right), 0, theme.GapM, 0, theme.GapS), 0, theme.TopHeight))
	return t
}

func (t *topBar) set(st presenter.SessionState) {
	e := t.w.env
	if st.CanBack {
		t.back.Enable()
	} else {
		t.back.Disable()
	}
	if !st.Open {
		t.name.Set(e.T("gui.top.none"))
		t.state.Set("")
		t.fresh.Set("")
		t.asOf.Hide()
		t.save.Hide()
		t.search.Disable()
		return
	}
	t.search.Enable()
	t.save.Show()
	t.name.Set(st.Info.Project.Name)
	switch {
	case st.Draft:
		t.state.Set(e.T("gui.top.draft"))
	case st.Dirty:
		t.state.Set(e.T("gui.top.dirty"))
	default:
		t.state.Set(e.T("gui.top.saved"))
	}
	if st.Unsaved() {
		t.save.Enable()
	} else {
		t.save.Disable()
	}
	if text := asOfText(e, st.Info.AsOf); text != "" {
		t.asOf.SetText(text)
		t.asOf.Show()
	} else {
		t.asOf.Hide()
	}
	t.fresh.Set("")
	if st.Info.LastDate != core.NoDate && len(st.Info.Sources) > 0 {
		t.fresh.Set(e.T("gui.top.fresh", "date", st.Info.LastDate))
	}
}

// find searches customers.
func (t *topBar) find(text string) {
	t.w.session.Go(presenter.Route{Page: presenter.PageCustomers})
	t.w.models.customers.Search(text)
}
