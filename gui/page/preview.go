package page

import (
	"slices"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/container"

	"qunxiang/core"
	"qunxiang/core/chart"
	"qunxiang/gui/presenter"
	"qunxiang/gui/theme"
	"qunxiang/gui/widget"
)

// previewPanel shows what a run would give: customers per score and the sizes of
// the segments, or what the method is about where it cannot be tried at once.
func previewPanel(cfg Config, st presenter.SegmentState, try func()) fyne.CanvasObject {
	e := cfg.Env
	if st.Preview == nil || len(st.Preview.Segments) == 0 {
		help := widget.Column(theme.GapM, widget.Section(st.Method.Info.Name.In(e.Locale.Lang)), widget.Markdown(e, st.Method.Info.Help.In(e.Locale.Lang)))
		body := widget.Column(theme.GapL, widget.Card(help), gives(e, st))
		switch {
		case st.Looking:
			body.Objects = slices.Insert(body.Objects, 0, widget.Card(widget.Hint(e, e.T("gui.preview.looking"))))
		case st.Large:
			body.Objects = slices.Insert(body.Objects, 0, widget.Notice(e, widget.ToneInfo, e.T("gui.preview.large"), e.T("gui.preview.large.hint"),
				widget.Action{Text: e.T("gui.preview.try"), Icon: "run", Do: try}))
		}
		return container.NewVScroll(widget.Inset(body, 0, theme.GapM, 0, 0))
	}
	hint := e.T("gui.preview.hint")
	if st.Looking {
		hint = e.T("gui.preview.again")
	}
	card := widget.Column(theme.GapM, widget.Section(e.T("gui.preview.title")), widget.Hint(e, hint), segmentBars(cfg, st.Preview))
	if facts := previewFacts(cfg, st.Preview); facts != nil {
		card.Add(facts)
	}
	body := widget.Column(theme.GapL, widget.Card(card))
	if scores := scoreBars(cfg, st.Preview); scores != nil {
		body.Add(widget.Card(widget.Column(theme.GapM, widget.Section(e.T("gui.preview.scores")), scores)))
	}
	return container.NewVScroll(widget.Inset(body, 0, theme.GapM, theme.GapL, 0))
}

// mostFacts is how many measures a preview shows.
const mostFacts = 6

// previewFacts are the first measures of a preview, nil where it has none.
func previewFacts(cfg Config, s *core.Segmentation) fyne.CanvasObject {
	e, currency := cfg.Env, cfg.Session.State().Info.Project.Currency
	var pairs []string
	for _, m := range s.Metrics[:min(mostFacts, len(s.Metrics))] {
		pairs = append(pairs, m.Title.In(e.Locale.Lang), metricText(e, s, currency, m))
	}
	if len(pairs) == 0 {
		return nil
	}
	return widget.LongFacts(e, pairs...)
}

// gives lists what a run of the method will leave behind.
func gives(e widget.Env, st presenter.SegmentState) fyne.CanvasObject {
	box := widget.Column(theme.GapS, widget.Section(e.T("gui.preview.gives")))
	bullet := func(text string) {
		mark := widget.Inset(widget.Icon("check", theme.ColorAccentText, theme.IconSize*0.8), 0, theme.GapS, 0, 0)
		box.Add(container.NewBorder(nil, nil, mark, nil, widget.Para(e, text)))
	}
	for _, o := range st.Method.Info.Outputs {
		if t := o.Title.In(e.Locale.Lang); t != "" {
			bullet(e.T("gui.preview.gives.each", "what", t))
		}
	}
	if len(box.Objects) == 1 {
		bullet(e.T("gui.preview.gives.tables"))
	}
	bullet(e.T("gui.preview.gives.evidence"))
	return widget.Card(box)
}

// segmentBars lists segments with a bar of their size.
func segmentBars(cfg Config, s *core.Segmentation) fyne.CanvasObject {
	e := cfg.Env
	top := 0
	for _, g := range s.Segments {
		top = max(top, g.Size)
	}
	box := container.New(barsLayout{})
	for _, g := range s.Segments {
		c := chart.SegmentColor(g.ID, cfg.Dark)
		box.Add(widget.NewText(g.Name.In(e.Locale.Lang)))
		box.Add(widget.Meter(float64(g.Size)/float64(max(1, top)), c, theme.GapM))
		box.Add(widget.Muted(e.T("gui.preview.size", "n", g.Size, "share", e.Locale.Percent(g.Share))).Keep())
	}
	return box
}

// scoreBars shows how many customers have each score, nil without scores.
func scoreBars(cfg Config, s *core.Segmentation) fyne.CanvasObject {
	e := cfg.Env
	sizes := presenter.Sizes(s)
	if len(sizes) == 0 {
		return nil
	}
	row := widget.Wrap(theme.GapL, theme.StatWidth-theme.GapXL)
	for _, m := range []string{"r", "f", "m"} {
		counts := sizes[m]
		if counts == nil {
			continue
		}
		top := 1
		for _, n := range counts {
			top = max(top, n)
		}
		box := container.New(barsLayout{})
		for i := len(counts) - 1; i >= 0; i-- {
			box.Add(widget.Whole(e.T("gui.preview.score", "score", i+1)))
			box.Add(widget.Meter(float64(counts[i])/float64(top), theme.Color("primary"), theme.GapS))
			box.Add(widget.Muted(e.Locale.Int(counts[i])).Keep())
		}
		row.Add(widget.Column(theme.GapS, widget.NewText(e.T("gui.preview."+m)).Bold(), box))
	}
	return row
}

// barsLayout sets triples of name, bar and number on lines, the bars aligned.
type barsLayout struct{}

func (barsLayout) sizes(os []fyne.CanvasObject, width float32) (name, number float32) {
	for i := 0; i+2 < len(os); i += 3 {
		if t, ok := os[i].(*widget.Text); ok {
			name = max(name, fyne.MeasureText(t.String(), theme.Size("text"), fyne.TextStyle{}).Width)
		}
		number = max(number, os[i+2].MinSize().Width)
	}
	if width > 0 {
		name = min(name, width*0.42)
	}
	return name, number
}

func (l barsLayout) Layout(os []fyne.CanvasObject, s fyne.Size) {
	name, number := l.sizes(os, s.Width)
	var y float32
	for i := 0; i+2 < len(os); i += 3 {
		h := max(os[i].MinSize().Height, os[i+2].MinSize().Height)
		bar := max(0, s.Width-name-number-2*theme.GapM)
		for k, o := range os[i : i+3] {
			x := []float32{0, name + theme.GapM, s.Width - number}[k]
			o.Move(fyne.NewPos(x, y))
			o.Resize(fyne.NewSize([]float32{name, bar, number}[k], h))
		}
		y += h + theme.GapXS + 2
	}
}

func (l barsLayout) MinSize(os []fyne.CanvasObject) fyne.Size {
	_, number := l.sizes(os, 0)
	var h float32
	for i := 0; i+2 < len(os); i += 3 {
		h += max(os[i].MinSize().Height, os[i+2].MinSize().Height) + theme.GapXS + 2
	}
	return fyne.NewSize(number+3*theme.GapXL, max(0, h-theme.GapXS-2))
}
