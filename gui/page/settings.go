package page

import (
	"strings"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/container"

	"qunxiang/core"
	"qunxiang/gui/presenter"
	"qunxiang/gui/theme"
	"qunxiang/gui/widget"
	"qunxiang/i18n"
	"qunxiang/sdk"
)

// Settings are the person's choices, and the open project's own.
type Settings struct {
	cfg  Config
	root *fyne.Container
}

// NewSettings makes the page.
func NewSettings(cfg Config) *Settings { return &Settings{cfg: cfg, root: container.NewStack()} }

// Content implements Page.
func (s *Settings) Content() fyne.CanvasObject { return s.root }

// Show implements Page.
func (s *Settings) Show(presenter.Route) { s.Refresh() }

// Hide implements Page.
func (s *Settings) Hide() {}

// Refresh implements Page.
func (s *Settings) Refresh() {
	e, st := s.cfg.Env, s.cfg.Session.State()
	set := s.cfg.Session.Configure
	lang := widget.NewTabs([]widget.Tab{langTab(sdk.ZH), langTab(sdk.EN)}, string(st.Settings.Lang), func(id string) {
		set(func(x *presenter.Settings) { x.Lang = sdk.Lang(id) })
	})
	look := widget.NewTabs([]widget.Tab{
		{ID: string(theme.System), Title: e.T("gui.theme.system")},
		{ID: string(theme.Light), Title: e.T("gui.theme.light")},
		{ID: string(theme.Dark), Title: e.T("gui.theme.dark")},
	}, st.Settings.Theme, func(id string) {
		set(func(x *presenter.Settings) { x.Theme = id })
	})
	scales := map[string]float64{"small": theme.TextSmall, "normal": theme.TextNormal, "large": theme.TextLarge, "huge": theme.TextHuge}
	now := "normal"
	tabs := make([]widget.Tab, 0, len(scales))
	for _, id := range []string{"small", "normal", "large", "huge"} {
		tabs = append(tabs, widget.Tab{ID: id, Title: e.T("gui.text." + id)})
		if scales[id] == st.Settings.TextScale {
			now = id
		}
	}
	size := widget.NewTabs(tabs, now, func(id string) { set(func(x *presenter.Settings) { x.TextScale = scales[id] }) })
	person := widget.TitledCard(e.T("gui.settings.person"), nil, widget.Column(theme.GapL,
		s.field("gui.settings.lang", lang), s.field("gui.settings.theme", look), s.field("gui.settings.text", size)))
	body := widget.Column(theme.GapL, person)
	if st.Open {
		body.Add(s.project(st))
	}
	body.Add(widget.TitledCard(e.T("gui.settings.about"), nil, widget.Column(theme.GapS, widget.Para(e, e.T("gui.settings.about.text")), widget.Hint(e, e.T("gui.settings.files", "path", s.cfg.SettingsPath)))))
	swap(s.root, frame(e.T("gui.page.settings"), "", nil, container.NewVScroll(widget.Inset(body, 0, theme.GapM, theme.GapL, 0))))
}

// langTab names a language in its own words.
func langTab(l sdk.Lang) widget.Tab {
	return widget.Tab{ID: string(l), Title: i18n.Locale{Lang: l}.T("lang.self")}
}

func (s *Settings) field(key string, o fyne.CanvasObject) fyne.CanvasObject {
	return widget.Column(theme.GapXS, widget.NewText(s.cfg.Env.T(key)).Bold(), o)
}

// project holds the project's name, currency and as-of date.
func (s *Settings) project(st presenter.SessionState) fyne.CanvasObject {
	e := s.cfg.Env
	name, currency, asOf := widget.NewEntry(), widget.NewEntry(), widget.NewEntry()
	name.SetText(st.Info.Project.Name)
	currency.SetText(st.Info.Project.Currency)
	asOf.SetText(st.Info.AsOf.String())
	asOf.SetPlaceHolder(e.T("gui.settings.asOf.placeholder"))
	wrong := widget.NewText("").Color("error")
	wrong.Hide()
	save := widget.Action{Text: e.T("gui.settings.apply"), Icon: "check", Primary: true, Do: func() {
		d := core.NoDate
		if t := strings.TrimSpace(asOf.Text); t != "" {
			var err error
			if d, err = core.ParseDate(t); err != nil {
				wrong.Set(e.T("gui.settings.asOf.wrong", "text", t))
				wrong.Show()
				return
			}
		}
		wrong.Hide()
		s.cfg.Session.Rename(strings.TrimSpace(name.Text), strings.TrimSpace(currency.Text))
		if d != st.Info.AsOf {
			s.cfg.Session.SetAsOf(d)
		}
		s.cfg.Dialogs.Say(e.T("gui.settings.applied"))
	}}.Button()
	auto := widget.Action{Text: e.T("gui.settings.asOf.auto"), Do: func() { s.cfg.Session.SetAsOf(core.NoDate) }}.Button()
	return widget.TitledCard(e.T("gui.settings.project"), nil, widget.Column(theme.GapM,
		s.field("gui.settings.name", widget.Row(0, widget.Fixed(name, theme.FormWidth, 0))),
		s.field("gui.settings.currency", widget.Row(0, widget.Fixed(currency, theme.FormWidth, 0))),
		widget.Column(theme.GapXS, s.field("gui.settings.asOf", widget.Row(theme.GapS, widget.Fixed(asOf, theme.FormWidth, 0), auto)), widget.Hint(e, e.T("gui.settings.asOf.hint")), wrong),
		widget.Row(theme.GapS, save)))
}
