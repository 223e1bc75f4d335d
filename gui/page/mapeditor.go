package page

import (
	"image/color"
	"strconv"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/container"

	"qunxiang/core/chart"
	"qunxiang/gui/presenter"
	"qunxiang/gui/theme"
	"qunxiang/gui/widget"
	"qunxiang/i18n"
	"qunxiang/sdk"
)

// mapEditor paints segments on the grid of R and F scores, one layer for each M
// score where M counts.
type mapEditor struct {
	cfg   Config
	m     *presenter.SegMap
	paint *widget.PaintGrid
	list  *fyne.Container
	state *fyne.Container
	head  *fyne.Container
	close func()
}

// openMapEditor shows the editor; done gets the map's text.
func openMapEditor(cfg Config, m *presenter.SegMap, done func(text string)) {
	e := cfg.Env
	ed := &mapEditor{cfg: cfg, m: m, list: container.NewStack(), state: container.NewStack(), head: container.NewStack()}
	ed.paint = widget.NewPaintGrid(m.Paint)
	load := widget.Action{Text: e.T("gui.map.load"), Icon: "open", Do: ed.load}.Button()
	save := widget.Action{Text: e.T("gui.map.save"), Icon: "save", Do: ed.save}.Button()
	undo := widget.Action{Text: e.T("gui.map.undo"), Icon: "back", Do: m.Undo}.Button()
	fill := widget.Action{Text: e.T("gui.map.fill"), Icon: "grid", Do: m.Fill}.Button()
	side := container.NewBorder(widget.Column(theme.GapS, widget.Section(e.T("gui.map.segments")), widget.Hint(e, e.T("gui.map.hint"))),
		widget.Column(theme.GapS, widget.Row(theme.GapS, undo, fill), widget.Row(theme.GapS, load, save)), nil, nil, container.NewVScroll(ed.list))
	grid := container.NewBorder(widget.Inset(ed.head, 0, 0, theme.GapS, 0), widget.Inset(ed.state, theme.GapS, 0, 0, 0), nil, nil, ed.paint)
	content := widget.Fixed(container.NewBorder(nil, nil, nil, widget.Inset(widget.Fixed(side, theme.CardWidth, 0), 0, 0, 0, theme.GapL), grid), theme.DialogWide, theme.DialogTall-theme.GapXL*3)
	ed.close = cfg.Dialogs.Show(e.T("gui.map.title"), content,
		widget.Action{Text: e.T("gui.cancel")},
		widget.Action{Text: e.T("gui.map.apply"), Primary: true, Do: func() {
			if len(m.State().Gaps()) > 0 { // a map with gaps or overlaps cannot be used
				openMapEditor(cfg, m, done)
				return
			}
			done(m.State().Text())
		}})
	m.Watch(ed.render)
	ed.render(m.State())
}

func (ed *mapEditor) render(st presenter.MapState) {
	swap(ed.head, ed.modes(st))
	swap(ed.list, ed.segments(st))
	swap(ed.state, ed.verdict(st))
	ed.paint.Set(ed.cells(st), st.Scores, ed.cfg.Env.T("gui.map.axis.r"), ed.cfg.Env.T("gui.map.axis.f"))
}

// modes switches between R×F and R×F×M and picks the layer.
func (ed *mapEditor) modes(st presenter.MapState) fyne.CanvasObject {
	e := ed.cfg.Env
	three := "2"
	if st.Three {
		three = "3"
	}
	row := widget.Row(theme.GapL, widget.NewTabs([]widget.Tab{{ID: "2", Title: e.T("gui.map.two")}, {ID: "3", Title: e.T("gui.map.three")}}, three, func(id string) {
		ed.m.SetThree(id == "3")
	}))
	if st.Three {
		tabs := make([]widget.Tab, 0, st.Scores)
		for m := st.Scores; m >= 1; m-- {
			tabs = append(tabs, widget.Tab{ID: strconv.Itoa(m), Title: "M" + strconv.Itoa(m)})
		}
		row.Add(widget.NewTabs(tabs, strconv.Itoa(st.Layer), func(id string) {
			n, _ := strconv.Atoi(id) // ids are numbers made above
			ed.m.SetLayer(n)
		}))
	}
	return row
}

func (ed *mapEditor) color(at int) color.Color {
	return chart.SegmentColor(at+1, ed.cfg.Dark)
}

// cells lists the cells of the layer from R high to low, F low to high.
func (ed *mapEditor) cells(st presenter.MapState) []widget.PaintCell {
	e := ed.cfg.Env
	out := make([]widget.PaintCell, 0, st.Scores*st.Scores)
	for r := st.Scores; r >= 1; r-- {
		for f := 1; f <= st.Scores; f++ {
			i := st.Index(r, f, max(1, st.Layer))
			c := widget.PaintCell{ID: i, Title: e.T("gui.map.unpainted"), Note: "R" + strconv.Itoa(r) + " F" + strconv.Itoa(f)}
			if st.Cells[i] < 0 && len(st.Claims[i]) > 1 {
				c.Title = e.T("gui.map.clash.cell")
			}
			if at := st.Cells[i]; at >= 0 {
				c.Title, c.Color = st.Segments[at].Name.In(e.Locale.Lang), ed.color(at)
			}
			if st.Counts != nil {
				c.Note += " · " + e.Locale.Int(st.Counts[i])
			}
			out = append(out, c)
		}
	}
	return out
}

func (ed *mapEditor) segments(st presenter.MapState) fyne.CanvasObject {
	e := ed.cfg.Env
	used := make([]int, len(st.Segments))
	for _, c := range st.Cells {
		if c >= 0 {
			used[c]++
		}
	}
	box := widget.Column(2)
	for i, g := range st.Segments {
		row := container.NewBorder(nil, nil, widget.Inset(widget.Swatch(ed.color(i)), 0, theme.GapS, 0, 0),
			widget.Action{Icon: "edit", Do: func() { ed.rename(i, g.Name) }}.Link(),
			widget.NewText(g.Name.In(e.Locale.Lang)+e.T("gui.map.cells", "n", used[i])))
		b := widget.NewFlatTappable(widget.Inset(row, 0, theme.GapXS, 0, theme.GapS), func() { ed.m.SetBrush(i) })
		b.Choose(st.Brush == i)
		box.Add(b)
	}
	eraser := widget.NewFlatTappable(widget.Inset(widget.NewText(e.T("gui.map.eraser")), theme.GapS, theme.GapS, theme.GapS, theme.GapS), func() { ed.m.SetBrush(-1) })
	eraser.Choose(st.Brush < 0)
	box.Add(eraser)
	box.Add(widget.Action{Text: e.T("gui.map.add"), Icon: "add", Do: ed.add}.Link())
	return box
}

func (ed *mapEditor) verdict(st presenter.MapState) fyne.CanvasObject {
	e := ed.cfg.Env
	if st.BadText {
		return widget.Notice(e, widget.ToneError, e.T("gui.map.badText"), e.T("gui.map.badText.hint"))
	}
	other := widget.Action{Text: e.T("gui.map.other"), Do: func() {
		ed.m.FillOther(sdk.Text{ZH: i18n.Locale{Lang: sdk.ZH}.T("gui.map.other.name"), EN: i18n.Locale{Lang: sdk.EN}.T("gui.map.other.name")})
	}}
	gaps := st.Gaps()
	if open := st.Clashes(); len(open) > 0 {
		const most = 6
		cells := make([]string, 0, most)
		for _, c := range open[:min(most, len(open))] {
			var who []string
			for _, at := range st.Claims[c] {
				who = append(who, st.Segments[at].Name.In(e.Locale.Lang))
			}
			cells = append(cells, e.T("gui.map.clash", "cell", st.CellName(c), "segments", who))
		}
		return widget.Notice(e, widget.ToneWarn, e.T("gui.map.clashes", "n", len(open), "cells", cells), e.T("gui.map.clashes.hint"),
			widget.Action{Text: e.T("gui.map.first"), Do: ed.m.FirstWins}, other)
	}
	if len(gaps) == 0 {
		return widget.Notice(e, widget.ToneGood, e.T("gui.map.complete"), "")
	}
	return widget.Notice(e, widget.ToneWarn, e.T("gui.map.gaps", "n", len(gaps), "cells", gaps[:min(12, len(gaps))]), e.T("gui.map.gaps.hint"), other)
}

func (ed *mapEditor) askName(title, now string, done func(string)) {
	e := ed.cfg.Env
	en := widget.NewEntry()
	en.SetText(now)
	ed.cfg.Dialogs.Show(title, widget.Fixed(en, theme.FormWidth, 0), widget.Action{Text: e.T("gui.cancel")},
		widget.Action{Text: e.T("gui.ok"), Primary: true, Do: func() {
			if en.Text != "" {
				done(en.Text)
			}
		}})
	ed.cfg.Dialogs.Focus(en)
}

func (ed *mapEditor) add() {
	e := ed.cfg.Env
	ed.askName(e.T("gui.map.add"), "", func(s string) { ed.m.AddSegment(sdk.Text{ZH: s, EN: s}) })
}

func (ed *mapEditor) rename(i int, now sdk.Text) {
	e := ed.cfg.Env
	ed.askName(e.T("gui.map.rename"), now.In(e.Locale.Lang), func(s string) {
		if e.Locale.Lang == sdk.ZH {
			now.ZH = s
		} else {
			now.EN = s
		}
		ed.m.RenameSegment(i, now)
	})
}

func (ed *mapEditor) load() {
	ed.cfg.Dialogs.OpenFile([]string{".csv", ".txt", ".map"}, func(path string) {
		text, err := presenter.ReadText(path)
		if err != nil {
			ed.cfg.Session.Fail(err)
			return
		}
		ed.m.SetText(text)
	})
}

func (ed *mapEditor) save() {
	ed.cfg.Dialogs.SaveFile(ed.cfg.Env.T("gui.map.file")+".csv", func(path string) {
		if err := presenter.WriteText(path, ed.m.State().Text()); err != nil {
			ed.cfg.Session.Fail(err)
		}
	})
}
