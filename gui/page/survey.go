package page

import (
	"image/color"
	"math"
	"slices"
	"strings"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/container"
	fynetheme "fyne.io/fyne/v2/theme"

	"qunxiang/gui/presenter"
	"qunxiang/gui/theme"
	"qunxiang/gui/widget"
)

// Survey is the section of surveys: what each question asks and how it was answered, which
// ratings belong together, how far the answers can be trusted.
type Survey struct {
	cfg    Config
	p      *presenter.Survey
	root   *fyne.Container
	scroll *container.Scroll
	name   string // of the survey shown
	items  int    // how many of them are listed
	scale  string // name typed for a scale
}

// surveyItems is how many items are listed before the user asks for more.
const surveyItems = 40

// NewSurvey makes the page.
func NewSurvey(cfg Config, p *presenter.Survey) *Survey {
	return &Survey{cfg: cfg, p: p, root: container.NewStack(), scroll: container.NewVScroll(nil), items: surveyItems}
}

// Content implements Page.
func (s *Survey) Content() fyne.CanvasObject { return s.root }

// Show implements Page.
func (s *Survey) Show(presenter.Route) {
	s.p.Watch(s.render)
	s.p.Load()
	s.render(s.p.State())
}

// Refresh implements Page.
func (s *Survey) Refresh() { s.p.Load() }

// Hide implements Page.
func (s *Survey) Hide() { s.p.Watch(nil) }

// Undo implements Undoer.
func (s *Survey) Undo() { s.p.Undo() }

// Redo implements Undoer.
func (s *Survey) Redo() { s.p.Redo() }

func (s *Survey) render(st presenter.SurveyState) {
	switch {
	case s.cfg.Session.Project() == nil:
		swap(s.root, noProject(s.cfg))
	case st.Phase == presenter.Empty:
		swap(s.root, importFirst(s.cfg, "customers", "survey"))
	case st.Phase == presenter.Failed:
		swap(s.root, failed(s.cfg, st.Err, s.p.Load))
	case st.Report == nil:
		swap(s.root, widget.Loading(s.cfg.Env.T("gui.survey.loading")))
	default:
		if s.name != st.Name {
			s.name, s.items = st.Name, surveyItems
			s.scroll.Offset = fyne.Position{}
		}
		swap(s.root, s.filled(st))
	}
}

func (s *Survey) filled(st presenter.SurveyState) fyne.CanvasObject {
	e := s.cfg.Env
	body := widget.Column(theme.GapL)
	if st.Wrong != nil {
		message, hint := e.Locale.Error(st.Wrong)
		body.Add(widget.Notice(e, widget.ToneWarn, message, hint))
	}
	body.Add(s.stats(st))
	first := len(st.Names) == 1 && st.Known > 0 // its answers are the columns of the customers
	for _, it := range st.Report.Items {
		if it.NPS != nil {
			body.Add(s.nps(it, first))
			first = false
		}
	}
	for _, sc := range st.Report.Scales {
		body.Add(s.scaleCard(sc))
	}
	if w := s.weights(st); w != nil {
		body.Add(w)
	}
	if f := s.flags(st); f != nil {
		body.Add(f)
	}
	body.Add(s.list(st))
	return frame(e.T("gui.survey.title", "name", st.Name), "", s.tools(st), scrolled(s.scroll, body))
}

// tools are what is done with the whole survey.
func (s *Survey) tools(st presenter.SurveyState) fyne.CanvasObject {
	e := s.cfg.Env
	row := widget.Row(theme.GapS)
	if st.Busy {
		row.Add(widget.Centered(widget.Muted(e.T("gui.survey.busy")).Keep()))
	}
	if len(st.Names) > 1 {
		row.Add(widget.NewChoice(st.Names, st.Names, st.Name, s.p.Choose))
	}
	undo := widget.Action{Text: e.T("gui.quality.undo"), Icon: "back", Do: s.p.Undo}.Link()
	redo := widget.Action{Text: e.T("gui.quality.redo"), Icon: "next", Do: s.p.Redo}.Link()
	able(undo, st.CanUndo && !st.Busy)
	able(redo, st.CanRedo && !st.Busy)
	row.Add(undo)
	row.Add(redo)
	if st.Changed {
		row.Add(widget.Action{Text: e.T("gui.survey.reset"), Do: s.p.ForgetAll}.Button())
	}
	if names, method := st.Features(); method != "" {
		row.Add(widget.Action{Text: e.T("gui.survey.use"), Icon: "segment", Primary: true, Do: func() {
			s.cfg.Session.Go(presenter.Route{Page: presenter.PageSegment, Method: method, Features: names})
		}}.Button())
	}
	return row
}

func (s *Survey) stats(st presenter.SurveyState) fyne.CanvasObject {
	e, l, r := s.cfg.Env, s.cfg.Env.Locale, st.Report
	remark := ""
	if r.Used < r.Rows {
		remark = e.T("gui.survey.used", "n", r.Used)
	}
	known := e.T("gui.survey.known.none")
	if st.Known > 0 {
		known = e.T("gui.survey.known.share", "share", l.Percent(float64(st.Known)/float64(max(1, st.All))))
	}
	flagged := 0
	for _, of := range r.Quality.Of {
		if len(of) > 0 {
			flagged++
		}
	}
	return widget.Wrap(theme.GapM, theme.StatWidth*1.3,
		widget.Stat(e.T("gui.survey.stat.answers"), l.Int(r.Rows), remark, nil),
		widget.Stat(e.T("gui.survey.stat.known"), e.T("gui.survey.known.of", "n", st.Known, "of", st.All), known, nil),
		widget.Stat(e.T("gui.survey.stat.questions"), l.Int(r.Quality.Questions), e.T("gui.survey.stat.scales", "n", len(r.Scales)), nil),
		widget.Stat(e.T("gui.survey.stat.flagged"), l.Int(flagged), e.T("gui.survey.stat.flagged.remark"), nil))
}

// nps is the net promoter score with its parts and how sure it is; linked says that the
// parts lead to their customers.
func (s *Survey) nps(it presenter.SurveyItem, linked bool) fyne.CanvasObject {
	e, l, n := s.cfg.Env, s.cfg.Env.Locale, it.NPS
	good, neutral, bad := feelingColors()
	passing := max(0, 1-n.Promoting-n.Detracting)
	line := e.T("gui.survey.nps.interval", "low", l.Number(n.Interval.Low, 0), "high", l.Number(n.Interval.High, 0))
	if n.Few {
		line += " " + e.T("gui.survey.nps.few")
	}
	part := func(tint color.Color, key string, count int, share float64) legendPart {
		p := legendPart{tint: tint, text: e.T("gui.survey.nps."+key, "n", count, "share", l.Percent(share))}
		if linked && count > 0 {
			p.open = func() {
				s.cfg.Session.Go(presenter.Route{Page: presenter.PageCustomers, Where: presenter.Recommending(strings.TrimSuffix(key, "s"))})
			}
		}
		return p
	}
	body := widget.Column(theme.GapS,
		widget.Row(theme.GapM, widget.NewText(l.Number(n.NPS, 0)).Sized(theme.SizeDisplay).Bold().Keep(), widget.Centered(widget.Muted(line).Keep())),
		widget.ShareBar([]widget.Share{{Value: n.Detracting, Color: bad}, {Value: passing, Color: neutral}, {Value: n.Promoting, Color: good}}, 14),
		legend(part(bad, "detractors", n.Detractors, n.Detracting), part(neutral, "passives", n.Passives, passing), part(good, "promoters", n.Promoters, n.Promoting)),
		widget.Hint(e, e.T("gui.survey.nps.hint")))
	return widget.TitledCard(e.T("gui.survey.nps.title", "item", it.Label), nil, body)
}

// scaleCard is a group of ratings: whether they hang together, which one to turn round.
func (s *Survey) scaleCard(sc *presenter.SurveyScale) fyne.CanvasObject {
	e, l := s.cfg.Env, s.cfg.Env.Locale
	drop := widget.Action{Text: e.T("gui.survey.scale.drop"), Icon: "trash", Do: func() { s.p.DropScale(sc.Name) }}.Link()
	body := widget.Column(theme.GapS)
	card := widget.TitledCard(e.T("gui.survey.scale.title", "name", sc.Label), drop, body)
	switch {
	case sc.TooWide:
		body.Add(widget.Hint(e, e.T("gui.survey.scale.wide", "n", len(sc.Items))))
		return card
	case math.IsNaN(sc.Alpha):
		body.Add(widget.Hint(e, e.T("gui.survey.scale.none", "n", len(sc.Items))))
		return card
	}
	word := presenter.AlphaWord(sc.Alpha)
	tone := map[string]widget.Tone{"good": widget.ToneGood, "fair": widget.ToneGood, "doubtful": widget.ToneWarn, "poor": widget.ToneError}[word]
	body.Add(widget.Row(theme.GapM, widget.Pill(e.T("gui.survey.alpha."+word), tone),
		widget.Centered(widget.Muted(e.T("gui.survey.scale.alpha", "alpha", l.Number(sc.Alpha, 2), "low", l.Number(sc.Interval.Low, 2), "high", l.Number(sc.Interval.High, 2),
			"n", sc.N, "mean", l.Number(sc.Mean, 2))).Keep())))
	body.Add(widget.Hint(e, e.T("gui.survey.alpha."+word+".hint")))
	if !sc.Sure {
		body.Add(widget.Notice(e, widget.ToneInfo, e.T("gui.survey.scale.unsure"), "",
			widget.Action{Text: e.T("gui.survey.scale.keep"), Do: func() { s.p.KeepScale(sc.Name) }}))
	}
	if sc.Suggestion > 0 {
		body.Add(widget.Notice(e, widget.ToneInfo, e.T("gui.survey.scale.turned", "n", sc.Suggestion, "alpha", l.Number(sc.AsGiven, 2), "now", l.Number(sc.Alpha, 2)), ""))
	}
	if len(sc.Left) > 0 {
		body.Add(widget.Hint(e, e.T("gui.survey.scale.constant", "items", sc.Left)))
	}
	grid := container.New(scaleLayout{}, widget.Muted(e.T("gui.survey.col.item")), widget.Muted(e.T("gui.survey.col.rest")), widget.Muted(e.T("gui.survey.col.without")), widget.Muted(e.T("gui.survey.col.reversed")))
	body.Add(grid)
	better := false // without one of them
	for _, it := range sc.Items {
		turn := widget.NewCheck("", nil)
		turn.SetChecked(it.Reversed)
		turn.OnChanged = func(on bool) { s.p.SetReversed(it.Name, on) }
		why := widget.Muted("")
		if it.Suggested && !it.Given {
			why = widget.Muted(e.T("gui.survey.scale.why"))
		}
		without := widget.Muted(some(e, it.Without))
		if it.Without > sc.Alpha+0.01 {
			without = without.Color(fynetheme.ColorNameWarning).Bold()
			better = true
		}
		body.Add(container.New(scaleLayout{}, widget.Centered(widget.NewText(it.Name)), widget.Centered(widget.Muted(some(e, it.Rest))), widget.Centered(without),
			container.NewBorder(nil, nil, turn, nil, widget.Centered(why))))
	}
	if better {
		body.Add(widget.Hint(e, e.T("gui.survey.scale.better")))
	}
	return card
}

func some(e widget.Env, v float64) string {
	if math.IsNaN(v) {
		return "–"
	}
	return e.Locale.Number(v, 2)
}

// scaleLayout sets an item of a scale and its figures into columns.
type scaleLayout struct{}

func (scaleLayout) Layout(os []fyne.CanvasObject, s fyne.Size) {
	widths := []float32{0.36, 0.16, 0.16, 0.32}
	x := float32(0)
	for i, o := range os {
		w := widths[i] * s.Width
		o.Move(fyne.NewPos(x, 0))
		o.Resize(fyne.NewSize(w-theme.GapS, s.Height))
		x += w
	}
}

func (scaleLayout) MinSize(os []fyne.CanvasObject) fyne.Size {
	h := float32(0)
	for _, o := range os {
		h = max(h, o.MinSize().Height)
	}
	return fyne.NewSize(theme.FormWidth, h)
}

// weights says what the weights of the respondents cost, and lets them be switched off.
func (s *Survey) weights(st presenter.SurveyState) fyne.CanvasObject {
	w := st.Report.Weights
	if w == nil {
		return nil
	}
	e, l := s.cfg.Env, s.cfg.Env.Locale
	off := widget.Action{Text: e.T("gui.survey.weight.off"), Do: func() { s.p.SetWeight("") }}.Link()
	text := e.T("gui.survey.weight.effective", "column", w.Column, "rows", st.Report.Used-w.Bad, "effective", l.Number(w.Effective, 0), "design", l.Number(w.Design, 2))
	if w.Unweighted {
		text = e.T("gui.survey.weight.none", "column", w.Column)
	}
	body := widget.Column(theme.GapS, widget.Para(e, text), widget.Hint(e, e.T("gui.survey.weight.what")))
	if w.Bad > 0 && !w.Unweighted {
		body.Add(widget.Hint(e, e.T("gui.survey.weight.bad", "n", w.Bad)))
	}
	return widget.TitledCard(e.T("gui.survey.weight.title"), off, body)
}

// flags lists what respondents are remarked for, each with the way to them.
func (s *Survey) flags(st presenter.SurveyState) fyne.CanvasObject {
	e, r := s.cfg.Env, st.Report
	body := widget.Column(theme.GapXS, widget.Hint(e, e.T("gui.survey.flags.hint")))
	found := false
	for _, flag := range presenter.SurveyFlags() {
		n, out := r.Quality.Counts[flag], slices.Contains(r.Exclude, flag)
		if n == 0 && !out {
			continue
		}
		found = true
		drop := widget.NewCheck(e.T("gui.survey.flags.exclude"), nil)
		drop.SetChecked(out)
		drop.OnChanged = func(on bool) { s.p.Exclude(flag, on) }
		who := widget.Action{Text: e.T("gui.survey.flags.who", "n", n), Do: func() { s.openFlag(flag) }}.Button()
		body.Add(container.NewBorder(nil, nil, nil, widget.Row(theme.GapM, who, drop), widget.Centered(widget.NewText(e.T("survey.flag."+flag)))))
	}
	if !found {
		body.Add(widget.Notice(e, widget.ToneGood, e.T("gui.survey.flags.none"), ""))
	}
	return widget.TitledCard(e.T("gui.survey.flags.title"), nil, body)
}

// openFlag shows the respondents behind a flag.
func (s *Survey) openFlag(flag string) {
	e, l := s.cfg.Env, s.cfg.Env.Locale
	s.p.Flagged(flag, func(who []presenter.Respondent, err error) {
		if err != nil {
			message, hint := l.Error(err)
			s.cfg.Dialogs.Show(e.T("survey.flag."+flag), widget.Notice(e, widget.ToneError, message, hint), widget.Action{Text: e.T("gui.close"), Primary: true})
			return
		}
		grid := widget.NewDataGrid(widget.GridConfig{Env: e})
		cols := []widget.GridColumn{
			{Title: e.T("gui.survey.col.row"), Right: true},
			{Title: e.T("gui.survey.col.customer")},
			{Title: e.T("gui.survey.col.longest"), Right: true},
			{Title: e.T("gui.survey.col.missing"), Right: true},
			{Title: e.T("gui.survey.col.seconds"), Right: true},
		}
		grid.SetData(cols, len(who), func(row, col int) widget.GridCell {
			w := who[row]
			switch col {
			case 0:
				return widget.GridCell{Text: l.Int(w.Row)}
			case 1:
				return widget.GridCell{Text: w.Customer}
			case 2:
				return widget.GridCell{Text: l.Int(w.Longest)}
			case 3:
				return widget.GridCell{Text: l.Percent(w.Missing)}
			}
			if math.IsNaN(w.Seconds) {
				return widget.GridCell{Text: "–", Muted: true}
			}
			return widget.GridCell{Text: l.Number(w.Seconds, 0)}
		}, nil)
		buttons := []widget.Action{{Text: e.T("gui.table.copy"), Icon: "copy", Do: func() { e.Copy(grid.Text()) }}}
		if flag == presenter.FlagStraight {
			buttons = append(buttons, widget.Action{Text: e.T("gui.survey.flags.customers"), Do: func() {
				s.cfg.Session.Go(presenter.Route{Page: presenter.PageCustomers, Where: presenter.Reaches(flag, 1)})
			}})
		}
		buttons = append(buttons, widget.Action{Text: e.T("gui.close"), Primary: true})
		s.cfg.Dialogs.Show(e.T("survey.flag."+flag), widget.Fixed(widget.Panel(grid), theme.DialogWide*0.8, theme.DialogTall*0.7), buttons...)
	})
}
