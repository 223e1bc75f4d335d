package page

import (
	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/container"

	"qunxiang/core"
	"qunxiang/gui/presenter"
	"qunxiang/gui/theme"
	"qunxiang/gui/widget"
)

// judged shows below a segment its seal of stability and its card of five criteria; a tap
// opens the reasons. nil where nothing was judged.
func (r *Results) judged(st presenter.ResultsState, g core.Segment) fyne.CanvasObject {
	e, j := r.cfg.Env, st.Judge(g.Key)
	row := widget.Wrap(theme.GapXS, 0)
	if g.Size == 0 {
		return nil
	}
	if j.Seal != nil {
		row.Add(sealPill(e, *j.Seal))
	}
	if n := len(j.Card); n > 0 {
		tone := widget.ToneGood
		if j.Failed() {
			tone = widget.ToneWarn
		}
		row.Add(widget.Pill(e.T("gui.judge.passed", "n", j.Passed(), "of", n), tone))
		for _, c := range j.Card {
			if c.Verdict != "pass" {
				row.Add(criterionPill(e, c))
			}
		}
	}
	if len(row.Objects) == 0 {
		return nil
	}
	return widget.NewFlatTappable(widget.Inset(row, 2, 0, 2, 0), func() { r.openJudgement(st, g) })
}

// finer links to the results that split the segment further.
func (r *Results) finer(st presenter.ResultsState, g core.Segment) fyne.CanvasObject {
	row := widget.Wrap(theme.GapXS, 0)
	for _, h := range st.Finer(g.Key) {
		row.Add(widget.Action{Text: r.cfg.Env.T("gui.family.finer", "name", h.Name, "n", h.Segments), Icon: "segment", Do: func() {
			r.p.Load(presenter.Route{Name: h.Name, Run: h.Run})
		}}.Link())
	}
	if len(row.Objects) == 0 {
		return nil
	}
	return row
}

// evidenceOf adds to a segment's rows what was found out about it.
func (r *Results) evidenceOf(st presenter.ResultsState, g core.Segment, rows *fyne.Container) {
	for _, o := range []fyne.CanvasObject{r.judged(st, g), r.finer(st, g)} {
		if o != nil {
			rows.Add(o)
		}
	}
}

// proving offers to measure the stability where nobody has.
func (r *Results) proving(st presenter.ResultsState, box *fyne.Container) {
	if len(st.Seg.Segments) < 2 || st.Method == nil || st.Judge(st.Seg.Segments[0].Key).Seal != nil {
		return
	}
	e := r.cfg.Env
	b := widget.Action{Text: e.T("gui.judge.prove"), Icon: "run", Do: r.p.Prove}.Button()
	if st.Running {
		b.Disable()
	}
	box.Add(widget.Inset(widget.Column(theme.GapXS, widget.Row(0, b), widget.Hint(e, e.T("gui.judge.prove.hint"))), theme.GapS, theme.GapS, theme.GapS, theme.GapS))
}

// askNumber offers to compare numbers of groups where a given one has kept the method from it.
func (r *Results) askNumber(st presenter.ResultsState, box *fyne.Container) {
	if len(st.Seg.Segments) < 2 || !st.CanCompareKs() {
		return
	}
	e := r.cfg.Env
	b := widget.Action{Text: e.T("gui.choice.ask"), Icon: "chart", Do: func() { r.p.Again(map[string]string{"k": "", "height": ""}) }}.Button()
	if st.Running {
		b.Disable()
	}
	box.Add(widget.Inset(widget.Column(theme.GapXS, widget.Row(0, b), widget.Hint(e, e.T("gui.choice.ask.hint"))), theme.GapS, theme.GapS, theme.GapS, theme.GapS))
}

func sealPill(e widget.Env, s presenter.Seal) fyne.CanvasObject {
	word := e.Locale.Word("verdict", s.Verdict)
	switch s.Verdict {
	case "very_stable", "stable":
		return widget.Pill(word, widget.ToneGood)
	case "doubtful":
		return widget.Pill(word, widget.ToneWarn)
	case "unstable":
		return widget.Pill(word, widget.ToneError)
	}
	return widget.QuietPill(word)
}

func criterionPill(e widget.Env, c presenter.Criterion) fyne.CanvasObject {
	word := e.Locale.Word("criterion", c.ID)
	switch c.Verdict {
	case "pass":
		return widget.Pill(word, widget.ToneGood)
	case "fail":
		return widget.Pill(e.T("gui.judge.not", "what", word), widget.ToneWarn)
	}
	return widget.QuietPill(e.T("gui.judge.unknown", "what", word))
}

// openJudgement shows the reasons in full.
func (r *Results) openJudgement(st presenter.ResultsState, g core.Segment) {
	e, l, j := r.cfg.Env, r.cfg.Env.Locale, st.Judge(g.Key)
	box := widget.Column(theme.GapM)
	line := func(pill fyne.CanvasObject, text string) {
		left := widget.Fixed(widget.Row(0, widget.Centered(pill)), theme.StatWidth*0.9, 0)
		box.Add(container.NewBorder(nil, nil, left, nil, widget.Para(e, text)))
		box.Add(widget.Line())
	}
	if s := j.Seal; s != nil {
		text := e.T("gui.judge.seal", "share", l.Percent(s.Mean), "low", l.Percent(max(0, s.Low)), "high", l.Percent(min(1, s.High)), "n", s.Replicates)
		if s.Verdict == "not_measured" {
			text = e.T("gui.judge.few")
		}
		line(sealPill(e, *s), text)
	}
	for _, c := range j.Card {
		line(criterionPill(e, c), nameColumns(e, c.Reason.In(l.Lang), st.Seg.Features))
	}
	box.Add(widget.Hint(e, e.T("gui.judge.what")))
	r.cfg.Dialogs.Show(e.T("gui.judge.title", "name", g.Name), widget.Fixed(container.NewVScroll(box), theme.DialogWide*0.75, theme.DialogTall*0.62),
		widget.Action{Text: e.T("gui.close"), Primary: true})
}

// familyLine says of which segments a result is a part, with the way there.
func (r *Results) familyLine(st presenter.ResultsState) fyne.CanvasObject {
	if len(st.Seg.Parents) == 0 {
		return nil
	}
	e := r.cfg.Env
	row := widget.Row(theme.GapXS, widget.Centered(widget.Muted(e.T("gui.family.in")).Keep()))
	for i, p := range st.Seg.Parents {
		if i > 0 {
			row.Add(widget.Centered(widget.Muted("›").Keep()))
		}
		row.Add(widget.Action{Text: e.T("gui.family.step", "name", p.Name, "segment", p.Title), Do: func() {
			r.p.Load(presenter.Route{Name: p.Name, Run: p.Run})
		}}.Link())
	}
	return row
}
