package page

import (
	"slices"
	"strings"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/container"

	"qunxiang/core"
	"qunxiang/gui/presenter"
	"qunxiang/gui/theme"
	"qunxiang/gui/widget"
)

// Methods lists the installed methods with their help and parameters.
type Methods struct {
	cfg    Config
	p      *presenter.Segment // it holds the catalogue
	root   *fyne.Container
	chosen string
}

// NewMethods makes the page.
func NewMethods(cfg Config, p *presenter.Segment) *Methods {
	return &Methods{cfg: cfg, p: p, root: container.NewStack()}
}

// Content implements Page.
func (m *Methods) Content() fyne.CanvasObject { return m.root }

// Show implements Page.
func (m *Methods) Show(r presenter.Route) {
	if r.Method != "" {
		m.chosen = r.Method
	}
	m.p.Watch(m.render)
	m.p.Load(presenter.Route{})
	m.render(m.p.State())
}

// Refresh implements Page.
func (m *Methods) Refresh() {}

// Hide implements Page.
func (m *Methods) Hide() { m.p.Watch(nil) }

func (m *Methods) render(st presenter.SegmentState) {
	e := m.cfg.Env
	switch {
	case st.Phase == presenter.Failed && st.Methods == nil:
		swap(m.root, failed(m.cfg, st.Err, func() { m.p.Load(presenter.Route{}) }))
		return
	case st.Methods == nil:
		swap(m.root, widget.Loading(e.T("gui.segment.methods")))
		return
	}
	all := ordered(st.Methods)
	if !slices.ContainsFunc(all, func(x core.Method) bool { return x.Info.ID == m.chosen }) {
		m.chosen = all[0].Info.ID
	}
	list, detail := widget.Column(theme.GapXS), container.NewStack()
	items := map[string]*widget.Tappable{}
	for _, x := range all {
		row := container.NewBorder(nil, nil, widget.Inset(widget.Icon(methodIcon(x.Info), theme.ColorAccentText, theme.IconSize), 0, theme.GapS, 0, 0), nil,
			widget.Column(2, widget.Heading(e, x.Info.Name.In(e.Locale.Lang)), widget.Muted(e.T("gui.methods.line", "id", x.Info.ID, "version", x.Info.Version))))
		items[x.Info.ID] = widget.NewFlatTappable(widget.Pad(row, theme.GapS), func() {
			items[m.chosen].Choose(false)
			m.chosen = x.Info.ID
			items[m.chosen].Choose(true)
			swap(detail, m.detail(x))
		})
		list.Add(items[x.Info.ID])
		if x.Info.ID == m.chosen {
			items[x.Info.ID].Choose(true)
			swap(detail, m.detail(x))
		}
	}
	note := container.NewStack()
	if st.Broken != nil {
		note.Add(widget.Inset(brokenPlugin(e, st.Broken), 0, 0, theme.GapM, 0))
	}
	left := widget.Fixed(widget.Card(container.NewVScroll(list)), theme.CardWidth*0.8, 0)
	swap(m.root, frame(e.T("gui.page.methods"), e.T("gui.methods.sub"), nil, container.NewBorder(note, nil, widget.Inset(left, 0, theme.GapL, 0, 0), nil, detail)))
}

func (m *Methods) detail(x core.Method) fyne.CanvasObject {
	e, l, in := m.cfg.Env, m.cfg.Env.Locale, x.Info
	use := widget.Action{Text: e.T("gui.methods.use"), Icon: "run", Primary: true, Do: func() {
		m.cfg.Session.Go(presenter.Route{Page: presenter.PageSegment, Method: in.ID})
	}}.Button()
	box := widget.Column(theme.GapM,
		widget.Spread(widget.Section(in.Name.In(l.Lang)), use),
		widget.Para(e, in.Summary.In(l.Lang)),
		widget.Muted(e.T("gui.methods.origin", "origin", e.T("gui.origin."+x.Origin), "trust", e.T("gui.trust."+x.Trust))),
		widget.Markdown(e, in.Help.In(l.Lang)),
		widget.Section(e.T("gui.methods.params")))
	for _, p := range in.Params {
		note := []string{p.ID}
		if !p.Default.IsZero() {
			note = append(note, e.T("gui.form.default", "value", p.Default.String()))
		}
		for _, c := range p.Choices {
			note = append(note, c.ID+" = "+c.Title.In(l.Lang))
		}
		box.Add(widget.Column(2, widget.NewText(p.Title.In(l.Lang)).Bold(), widget.Hint(e, p.Help.In(l.Lang)), widget.Hint(e, strings.Join(note, " · "))))
		box.Add(widget.Line())
	}
	return widget.Card(container.NewVScroll(widget.Inset(box, 0, theme.GapM, 0, 0)))
}
