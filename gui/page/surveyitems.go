package page

import (
	"math"
	"slices"
	"strings"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/container"

	"qunxiang/gui/presenter"
	"qunxiang/gui/theme"
	"qunxiang/gui/widget"
)

// list shows the items of the survey, those that can be of a scale with a tick.
func (s *Survey) list(st presenter.SurveyState) fyne.CanvasObject {
	e, r := s.cfg.Env, st.Report
	body := widget.Column(theme.GapM, widget.Hint(e, e.T("gui.survey.items.hint")))
	if picked := st.PickedItems(); len(picked) > 0 {
		body.Add(s.newScale(picked))
	}
	n := min(s.items, len(r.Items))
	for i, it := range r.Items[:n] {
		if i > 0 {
			body.Add(widget.Line())
		}
		body.Add(s.item(st, it))
	}
	if n < len(r.Items) {
		body.Add(widget.Action{Text: e.T("gui.survey.items.more", "n", len(r.Items)-n), Icon: "down", Do: func() {
			s.items += 4 * surveyItems
			s.render(s.p.State())
		}}.Link())
	}
	return widget.TitledCard(e.T("gui.survey.items.title", "n", len(r.Items)), nil, body)
}

// newScale makes a scale of the items that are ticked.
func (s *Survey) newScale(picked []string) fyne.CanvasObject {
	e := s.cfg.Env
	name := widget.NewEntry()
	name.SetPlaceHolder(e.T("gui.survey.scale.name"))
	name.SetText(s.scale)
	do := widget.Action{Text: e.T("gui.survey.scale.make", "n", len(picked)), Icon: "add", Primary: true, Do: func() {
		made := s.scale
		s.scale = ""
		s.p.MakeScale(made)
	}}.Button()
	able(do, len(picked) > 1 && strings.TrimSpace(s.scale) != "")
	name.OnChanged = func(t string) {
		s.scale = t
		able(do, len(picked) > 1 && strings.TrimSpace(t) != "")
	}
	name.OnSubmitted = func(string) {
		if !do.Disabled() {
			do.OnTapped()
		}
	}
	text := widget.Para(e, e.T("gui.survey.scale.picked", "items", strings.Join(picked, ", ")))
	return widget.Quiet(widget.Column(theme.GapS, text, widget.Row(theme.GapS, widget.Fixed(name, theme.MenuWidth, 0), do)))
}

// item is one question: its kind, how it was answered, who did not.
func (s *Survey) item(st presenter.SurveyState, it presenter.SurveyItem) fyne.CanvasObject {
	left := widget.Column(2, widget.NewText(it.Label).Bold(), widget.Muted(s.figures(it)))
	var tick fyne.CanvasObject
	if it.Kind == presenter.KindLikert {
		c := widget.NewCheck("", nil)
		c.SetChecked(st.Picked[it.Name])
		c.OnChanged = func(on bool) { s.p.Pick(it.Name, on) }
		tick = c
	} else {
		tick = widget.Fixed(container.NewStack(), widget.NewCheck("", nil).MinSize().Width, 0)
	}
	return container.New(itemLayout{}, tick, left, s.distribution(it), widget.Centered(s.kind(it)))
}

// figures are the numbers of an item in one line.
func (s *Survey) figures(it presenter.SurveyItem) string {
	e, l := s.cfg.Env, s.cfg.Env.Locale
	parts := []string{e.T("gui.survey.item.answered", "n", it.Answered)}
	if it.Missing > 0 {
		parts = append(parts, e.T("gui.survey.item.missing", "share", l.Percent(float64(it.Missing)/float64(max(1, it.Answered+it.Missing)))))
	}
	if !math.IsNaN(it.Mean) && (it.Kind == presenter.KindLikert || it.Kind == presenter.KindNPS || it.Kind == "number") {
		parts = append(parts, e.T("gui.survey.item.mean", "mean", l.Number(it.Mean, 2)))
	}
	return strings.Join(parts, " · ")
}

// kind is the drop-down that says what an item asks.
func (s *Survey) kind(it presenter.SurveyItem) fyne.CanvasObject {
	e := s.cfg.Env
	ids, titles := []string{}, []string{}
	if it.Given {
		ids, titles = append(ids, ""), append(titles, e.T("gui.survey.kind.auto"))
	}
	kinds := presenter.SurveyKinds()
	if !slices.Contains(kinds, string(it.Kind)) {
		kinds = append(kinds, string(it.Kind))
	}
	for _, k := range kinds {
		ids, titles = append(ids, k), append(titles, e.T("survey.kind."+k))
	}
	choice := widget.NewChoice(ids, titles, string(it.Kind), func(id string) {
		if id != string(it.Kind) {
			s.p.SetKind(it.Name, id)
		}
	})
	sure := e.T("gui.survey.item.sure", "share", e.Locale.Percent(it.Confidence))
	if it.Given {
		sure = e.T("gui.survey.item.given")
	}
	return widget.Column(2, widget.Fixed(choice, theme.ChoiceWidth, 0), widget.Muted(sure))
}

// mostParts is how many answers a bar is divided into.
const mostParts = 11

// distribution is the bar of an item's answers, with what its parts are.
func (s *Survey) distribution(it presenter.SurveyItem) fyne.CanvasObject {
	l := s.cfg.Env.Locale
	rating := it.Kind == presenter.KindLikert || it.Kind == presenter.KindNPS
	if len(it.Shares) == 0 || it.Kind == "text" || it.Kind == "meta" || it.Kind == "weight" || it.Kind == "number" && len(it.Shares) > mostParts {
		return s.spread(it)
	}
	shown := it.Shares[:min(len(it.Shares), mostParts)]
	parts := make([]widget.Share, 0, len(shown)+1)
	words := make([]string, 0, len(shown))
	sum := 0.0
	for k, x := range shown {
		tint := s.cfg.choiceColor(k)
		if rating {
			tint = ramp(k, len(shown))
		}
		parts = append(parts, widget.Share{Value: x.Share, Color: tint})
		words = append(words, short(x.Label, 14)+": "+l.Percent(x.Share))
		sum += x.Share
	}
	if rest := 1 - sum; rest > 0.005 {
		parts = append(parts, widget.Share{Value: rest, Color: theme.Color(theme.ColorLine)})
	}
	return widget.Column(theme.GapXS, widget.Inset(widget.ShareBar(parts, 12), 3, 0, 0, 0), widget.Muted(strings.Join(words, " · ")))
}

// spread tells where the numbers lie that no bar is drawn of.
func (s *Survey) spread(it presenter.SurveyItem) fyne.CanvasObject {
	if it.Answered == 0 || math.IsNaN(it.Median) || it.Kind == "meta" {
		return container.NewStack()
	}
	e, l := s.cfg.Env, s.cfg.Env.Locale
	return widget.Centered(widget.Muted(e.T("gui.survey.item.spread", "median", l.Number(it.Median, -1), "min", l.Number(it.Min, -1), "max", l.Number(it.Max, -1))))
}

// short cuts a label to n characters.
func short(s string, n int) string {
	r := []rune(s)
	if len(r) <= n {
		return s
	}
	return string(r[:n-1]) + "…"
}

// itemLayout sets tick, question, answers and kind side by side.
type itemLayout struct{}

func (itemLayout) Layout(os []fyne.CanvasObject, s fyne.Size) {
	tick, kind := os[0].MinSize().Width, theme.ChoiceWidth
	left := 0.34 * (s.Width - tick - kind)
	os[0].Resize(fyne.NewSize(tick, s.Height))
	os[1].Move(fyne.NewPos(tick, 0))
	os[1].Resize(fyne.NewSize(left-theme.GapM, s.Height))
	os[2].Move(fyne.NewPos(tick+left, 0))
	os[2].Resize(fyne.NewSize(max(10, s.Width-tick-left-kind-theme.GapL), s.Height))
	os[3].Move(fyne.NewPos(s.Width-kind, 0))
	os[3].Resize(fyne.NewSize(kind, s.Height))
}

func (itemLayout) MinSize(os []fyne.CanvasObject) fyne.Size {
	h := float32(0)
	for _, o := range os {
		h = max(h, o.MinSize().Height)
	}
	return fyne.NewSize(2*theme.FormWidth, h)
}
