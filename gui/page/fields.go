package page

import (
	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/container"
	fynetheme "fyne.io/fyne/v2/theme"
	fynewidget "fyne.io/fyne/v2/widget"

	"qunxiang/core"
	"qunxiang/gui/presenter"
	"qunxiang/gui/theme"
	"qunxiang/gui/widget"
)

// Fields lists every column of every file: how far it tells who somebody is, and what that means.
type Fields struct {
	cfg    Config
	p      *presenter.Fields
	root   *fyne.Container
	scroll *container.Scroll
	filter core.FieldClass
}

// NewFields makes the section.
func NewFields(cfg Config, p *presenter.Fields) *Fields {
	return &Fields{cfg: cfg, p: p, root: container.NewStack()}
}

// Content implements Page.
func (f *Fields) Content() fyne.CanvasObject { return f.root }

// Show implements Page.
func (f *Fields) Show(presenter.Route) {
	f.p.Watch(f.render)
	f.p.Load()
	f.render(f.p.State())
}

// Refresh implements Page.
func (f *Fields) Refresh() { f.p.Load() }

// Hide implements Page.
func (f *Fields) Hide() { f.p.Watch(nil) }

// Undo implements Undoer.
func (f *Fields) Undo() { f.p.Undo() }

// Redo implements Undoer.
func (f *Fields) Redo() { f.p.Redo() }

func (f *Fields) render(st presenter.FieldsState) {
	e := f.cfg.Env
	switch {
	case f.cfg.Session.Project() == nil:
		swap(f.root, noProject(f.cfg))
	case st.Phase == presenter.Failed:
		swap(f.root, failed(f.cfg, st.Err, f.p.Load))
	case st.Phase == presenter.Loading:
		swap(f.root, waiting(e, e.T("gui.fields.loading"), f.p.Cancel))
	case st.Rows == nil:
		swap(f.root, noData(f.cfg))
	default:
		f.fill(st)
	}
}

func (f *Fields) fill(st presenter.FieldsState) {
	e := f.cfg.Env
	var at fyne.Position
	if f.scroll != nil && f.filter == st.Filter {
		at = f.scroll.Offset
	}
	f.filter = st.Filter
	body := widget.Column(theme.GapL, f.legend(st))
	source := 0
	var box *fyne.Container
	for _, r := range st.Shown() {
		if r.Source != source || box == nil {
			source = r.Source
			box = container.New(fieldsLayout{})
			head := widget.Row(theme.GapS, widget.Icon("file", theme.ColorAccentText, theme.IconSize), widget.Centered(widget.Section(r.File).Keep()),
				widget.Centered(widget.Muted(e.T("gui.kind."+string(r.Kind))).Keep()))
			for _, k := range []string{"column", "class", "why", "example", "missing"} {
				box.Add(widget.Muted(e.T("gui.fields." + k)))
			}
			body.Add(widget.Card(widget.Column(theme.GapM, head, box)))
		}
		f.row(box, r)
	}
	f.scroll = container.NewVScroll(widget.Inset(body, 0, theme.GapM, theme.GapL, 0))
	undo := widget.Action{Text: e.T("gui.quality.undo"), Icon: "back", Do: f.p.Undo}.Link()
	redo := widget.Action{Text: e.T("gui.quality.redo"), Icon: "next", Do: f.p.Redo}.Link()
	able(undo, st.Undoes > 0 && !st.Busy)
	able(redo, st.Redoes > 0 && !st.Busy)
	swap(f.root, frame(e.T("gui.section.fields"), e.T("gui.fields.sub"), widget.Row(0, undo, redo), f.scroll))
	f.scroll.ScrollToOffset(at)
}

// legend says what each class means; a tile shows its columns only.
func (f *Fields) legend(st presenter.FieldsState) fyne.CanvasObject {
	e := f.cfg.Env
	tiles := widget.Wrap(theme.GapM, theme.StatWidth+theme.GapXL)
	for _, c := range []core.FieldClass{core.ClassDirect, core.ClassSensitive, core.ClassQuasi, core.ClassKey, core.ClassMeasure} {
		n := st.Count(c)
		box := widget.Column(theme.GapXS, widget.Spread(widget.Row(0, classPill(e, c)), widget.Whole(e.Locale.Int(n)).Bold()), widget.Hint(e, e.T("gui.fields.means."+string(c))))
		t := widget.NewTappable(widget.Pad(box, theme.GapM), func() {
			if n > 0 {
				f.p.Filter(c)
			}
		})
		t.Choose(st.Filter == c)
		tiles.Add(t)
	}
	return tiles
}

func classPill(e widget.Env, c core.FieldClass) fyne.CanvasObject {
	text := e.T("privacy.class." + string(c))
	switch c {
	case core.ClassDirect:
		return widget.Pill(text, widget.ToneError)
	case core.ClassSensitive:
		return widget.Pill(text, widget.ToneWarn)
	case core.ClassQuasi:
		return widget.Pill(text, widget.ToneInfo)
	}
	return widget.QuietPill(text)
}

func (f *Fields) row(box *fyne.Container, r presenter.FieldRow) {
	e, l := f.cfg.Env, f.cfg.Env.Locale
	ids, titles := []string{""}, []string{e.T("gui.fields.auto")}
	for _, c := range core.FieldClasses() {
		ids, titles = append(ids, string(c)), append(titles, e.T("privacy.class."+string(c)))
	}
	pick := widget.NewChoice(ids, titles, string(r.Class), func(id string) { f.p.SetClass(r.Column, core.FieldClass(id)) })
	if f.p.State().Busy {
		pick.Disable()
	}
	why := e.T("privacy.by."+r.By, "percent", l.Number(100*r.Sure, 0))
	if r.Holds != "" {
		why = e.T("gui.fields.whyHolds", "holds", e.T("privacy.kind."+string(r.Holds)), "why", why)
	}
	missing := fyne.CanvasObject(widget.Muted("–"))
	if r.Gap.Known && r.Gap.Of > 0 {
		share := float64(r.Gap.Missing) / float64(r.Gap.Of)
		said := e.T("gui.fields.gap", "n", r.Gap.Missing, "share", l.Percent(share))
		if r.Gap.Files > 1 {
			said = e.T("gui.fields.gapTogether", "n", r.Gap.Missing, "share", l.Percent(share), "files", r.Gap.Files)
		}
		text := widget.NewText(said)
		if share >= 0.2 {
			text.Color(fynetheme.ColorNameWarning)
		}
		missing = text
		if where := r.WhereMissing(); where != "" {
			link := widget.Action{Text: said, Do: func() {
				f.cfg.Session.Go(presenter.Route{Page: presenter.PageCustomers, Where: where})
			}}.Link()
			link.Alignment = fynewidget.ButtonAlignLeading
			missing = widget.Inset(link, 0, 0, 0, -theme.GapS)
		}
	}
	box.Add(widget.Centered(widget.NewText(r.Column).Bold()))
	box.Add(pick)
	box.Add(widget.Centered(widget.NewText(why).Sized(theme.SizeSmall).Color(theme.ColorMuted)))
	box.Add(widget.Centered(widget.NewText(r.Example)))
	box.Add(widget.Centered(missing))
}

// fieldsLayout is a table of five columns.
type fieldsLayout struct{}

func (fieldsLayout) Layout(os []fyne.CanvasObject, s fyne.Size) {
	var y float32
	shares := []float32{0.2, 0.18, 0.26, 0.22, 0.14}
	for i := 0; i+len(shares) <= len(os); i += len(shares) {
		var h, x float32
		for _, o := range os[i : i+len(shares)] {
			h = max(h, o.MinSize().Height)
		}
		for k, share := range shares {
			w := s.Width * share
			os[i+k].Move(fyne.NewPos(x, y))
			os[i+k].Resize(fyne.NewSize(w-theme.GapM, h))
			x += w
		}
		y += h + theme.GapXS
	}
}

func (fieldsLayout) MinSize(os []fyne.CanvasObject) fyne.Size {
	var y float32
	for i := 0; i+5 <= len(os); i += 5 {
		var h float32
		for _, o := range os[i : i+5] {
			h = max(h, o.MinSize().Height)
		}
		y += h + theme.GapXS
	}
	return fyne.NewSize(2*theme.FormWidth, y)
}
