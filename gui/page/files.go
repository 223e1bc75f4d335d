package page

import (
	"fyne.io/fyne/v2"

	"qunxiang/core"
	"qunxiang/gui/presenter"
	"qunxiang/gui/theme"
	"qunxiang/gui/widget"
)

// files is the list of several files that were dropped at once.
func (d *Data) files(st presenter.DataState) fyne.CanvasObject {
	e := d.cfg.Env
	list := widget.Column(theme.GapM)
	busy := st.Running
	done, failed := 0, 0
	for _, f := range st.Files {
		list.Add(d.file(f, busy))
		switch f.State {
		case presenter.FileDone:
			done++
		case presenter.FileFailed:
			failed++
		}
	}
	sure := st.Sure()
	var right fyne.CanvasObject
	switch {
	case busy:
		right = widget.Action{Text: e.T("gui.cancel"), Do: d.p.StopFiles}.Button()
	case sure > 0:
		right = widget.Row(theme.GapS,
			widget.Action{Text: e.T("gui.files.close"), Do: d.p.CloseFiles}.Button(),
			widget.Action{Text: e.T("gui.files.all", "n", sure), Icon: "check", Primary: true, Do: d.p.ImportSure}.Button())
	default:
		right = widget.Action{Text: e.T("gui.import.sources"), Icon: "data", Primary: done+failed == len(st.Files), Do: d.p.CloseFiles}.Button()
	}
	d.list.Content = widget.Inset(list, 0, theme.GapM, theme.GapM, 0)
	d.list.Refresh()
	title := "gui.files.title"
	if failed > 0 {
		title = "gui.files.title.failed"
	}
	return frame(e.T(title, "n", len(st.Files), "done", done, "failed", failed), e.T("gui.files.sub"), right, d.list)
}

// file is one file of the list: what it seems to be, how far it is, what to do.
func (d *Data) file(f presenter.QueuedFile, busy bool) fyne.CanvasObject {
	e := d.cfg.Env
	head := widget.Row(theme.GapS, widget.Icon("file", theme.ColorAccentText, theme.IconSize), widget.Centered(widget.Section(base(f.Path)).Keep()))
	if k := f.Kind(); k != "" {
		head.Add(widget.Centered(widget.QuietPill(e.T("gui.kind." + string(k)))))
	}
	body := widget.Column(theme.GapS, widget.Spread(head, d.fileState(f, busy)))
	switch f.State {
	case presenter.FileFailed:
		message, hint := e.Locale.Error(f.Err)
		body.Add(widget.Notice(e, widget.ToneError, message, hint))
	case presenter.FileAsks:
		for _, r := range needs(f) {
			body.Add(widget.Hint(e, e.T("gui.import.need", "roles", []string{e.T("gui.role." + string(r))})))
		}
		if f.Orders > 0 {
			body.Add(widget.Hint(e, e.T("gui.files.orders", "n", f.Orders)))
		}
		for _, m := range f.Questions() {
			body.Add(widget.Hint(e, hintText(e, m)))
		}
	case presenter.FileDone:
		body.Add(widget.NewText(reconciled(e, f.Report.Rows)))
		body.Add(widget.Muted(d.brought(core.Source{Kind: f.Report.Detected.Kind, Report: f.Report})))
		if t := changes(e, f.Report); t != "" {
			body.Add(widget.Muted(t))
		}
		for _, m := range f.Report.Hints {
			body.Add(widget.Hint(e, hintText(e, m)))
		}
	case presenter.FileReady:
		if pv := f.Preview; pv != nil {
			body.Add(widget.Muted(e.T("gui.files.facts", "columns", len(pv.Header), "size", sizeText(e, pv.Size))))
		}
	}
	return widget.Card(body)
}

func needs(f presenter.QueuedFile) []core.Role {
	return presenter.ImportState{Preview: f.Preview}.NeedsRole()
}

// fileState says how far a file is, with what can be done now.
func (d *Data) fileState(f presenter.QueuedFile, busy bool) fyne.CanvasObject {
	e := d.cfg.Env
	key := map[presenter.FileState]string{
		presenter.FileWaiting: "waiting", presenter.FileReady: "ready", presenter.FileAsks: "asks",
		presenter.FileRunning: "running", presenter.FileDone: "done", presenter.FileFailed: "failed",
	}[f.State]
	tone := map[presenter.FileState]widget.Tone{
		presenter.FileAsks: widget.ToneWarn, presenter.FileDone: widget.ToneGood, presenter.FileFailed: widget.ToneError,
	}
	pill := widget.QuietPill(e.T("gui.files.state." + key))
	if t, ok := tone[f.State]; ok {
		pill = widget.Pill(e.T("gui.files.state."+key), t)
	}
	row := widget.Row(theme.GapS, widget.Centered(pill))
	if busy {
		return row
	}
	switch f.State {
	case presenter.FileReady:
		row.Add(widget.Action{Text: e.T("gui.files.look"), Do: func() { d.p.OpenQueued(f.Path) }}.Button())
	case presenter.FileAsks:
		row.Add(widget.Action{Text: e.T("gui.files.answer"), Primary: true, Do: func() { d.p.OpenQueued(f.Path) }}.Button())
	case presenter.FileDone:
		row.Add(widget.Action{Text: e.T("gui.files.report"), Do: func() { d.p.OpenQueued(f.Path) }}.Button())
	case presenter.FileFailed:
		row.Add(widget.Action{Text: e.T("gui.copyDetails"), Icon: "copy", Do: func() { e.Copy(Details(e, f.Err)) }}.Button())
	}
	if f.State != presenter.FileDone {
		row.Add(widget.Action{Text: e.T("gui.files.drop"), Do: func() { d.p.Drop(f.Path) }}.Link())
	}
	return row
}
