package page

import (
	"path/filepath"
	"strings"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/container"

	"qunxiang/core"
	"qunxiang/gui/presenter"
	"qunxiang/gui/theme"
	"qunxiang/gui/widget"
)

// rejectedView shows the rows of a file that were left out, to be corrected or exported.
type rejectedView struct {
	cfg  Config
	p    *presenter.Data
	root *fyne.Container
	grid *widget.DataGrid
	side *fyne.Container // the row that is edited
	seen []presenter.RejectedRow
	at   int
}

func newRejectedView(cfg Config, p *presenter.Data) *rejectedView {
	v := &rejectedView{cfg: cfg, p: p, root: container.NewStack(), side: container.NewStack(), at: -1}
	v.grid = widget.NewDataGrid(widget.GridConfig{Env: cfg.Env, RowNumbers: true, OnOpen: p.EditRow})
	return v
}

func (v *rejectedView) render(st presenter.RejectedState) {
	e := v.cfg.Env
	back := widget.Action{Text: e.T("gui.rejected.back"), Icon: "back", Do: v.p.CloseRejected}
	title := e.T("gui.rejected.title", "file", st.Source.Name)
	switch st.Phase {
	case presenter.Empty:
		v.page(title, "", widget.Row(theme.GapS, back.Button()), v.missing())
	case presenter.Loading:
		v.page(title, st.Source.Name, widget.Row(theme.GapS, back.Button()), widget.Loading(e.T("gui.rejected.reading")))
	case presenter.Failed:
		v.page(title, st.Source.Name, widget.Row(theme.GapS, back.Button()), failed(v.cfg, st.Err, func() { v.p.RejectedReason(st.Reason) }))
	default:
		v.filled(st, title, back)
	}
}

func (v *rejectedView) page(title, sub string, right, body fyne.CanvasObject) {
	v.seen, v.at = nil, -1
	swap(v.root, frame(title, sub, right, body))
}

// missing asks for the file, of which a project keeps the name only.
func (v *rejectedView) missing() fyne.CanvasObject {
	e := v.cfg.Env
	return widget.Empty(e, "file", e.T("gui.rejected.missing"), e.T("gui.rejected.missing.hint"),
		widget.Action{Text: e.T("gui.rejected.choose"), Icon: "open", Primary: true, Do: v.choose})
}

func (v *rejectedView) choose() { v.cfg.Dialogs.OpenFile(nil, v.p.RejectedFile) }

func (v *rejectedView) filled(st presenter.RejectedState, title string, back widget.Action) {
	e := v.cfg.Env
	v.fill(st)
	v.edit(st)
	export := widget.Action{Text: e.T("gui.rejected.export"), Icon: "export", Do: func() { v.export(st) }}.Button()
	run := widget.Action{Text: e.T("gui.rejected.import", "n", st.Corrected()), Icon: "check", Primary: true, Do: v.p.ImportCorrected}.Button()
	if st.Corrected() == 0 || st.Busy {
		run.Disable()
	}
	tabs := make([]widget.Tab, len(st.Reasons))
	for i, x := range st.Reasons {
		tabs[i] = widget.Tab{ID: x.Reason, Title: e.T("gui.data.leftOut.each", "reason", e.T("reason."+x.Reason), "n", x.Count)}
	}
	head := widget.Column(theme.GapS, widget.NewTabs(tabs, st.Reason, v.p.RejectedReason).Wrapped())
	for _, n := range v.notices(st) {
		head.Add(n)
	}
	body := container.NewBorder(widget.Inset(head, 0, 0, theme.GapM, 0), nil, nil,
		widget.Inset(widget.Fixed(widget.Card(v.side), theme.CardWidth, 0), 0, 0, 0, theme.GapL), widget.Panel(v.grid))
	swap(v.root, frame(title, e.T("gui.rejected.sub"), widget.Row(theme.GapS, back.Button(), export, run), body))
}

// notices say what to know before anything is corrected, and what came of it.
func (v *rejectedView) notices(st presenter.RejectedState) []fyne.CanvasObject {
	e := v.cfg.Env
	var out []fyne.CanvasObject
	if st.Err != nil {
		message, hint := e.Locale.Error(st.Err)
		out = append(out, widget.Notice(e, widget.ToneError, message, hint, widget.Action{Text: e.T("gui.copyDetails"), Do: func() { e.Copy(Details(e, st.Err)) }}))
	}
	if r := st.Imported; r != nil {
		out = append(out, widget.Notice(e, widget.ToneGood, e.T("gui.rejected.done", "used", r.Rows.Used, "in", r.Rows.In, "duplicates", r.Duplicates), ""))
	}
	if st.Changed {
		out = append(out, widget.Notice(e, widget.ToneWarn, e.T("gui.rejected.changed"), ""))
	}
	if n := len(st.Fixed); n > 0 && st.Imported == nil {
		out = append(out, widget.Notice(e, widget.ToneGood, e.T("gui.rejected.fixed", "n", n), ""))
	}
	if st.Partial {
		out = append(out, widget.Notice(e, widget.ToneInfo, e.T("gui.rejected.partial"), "", widget.Action{Text: e.T("gui.rejected.choose"), Icon: "open", Do: v.choose}))
	}
	if st.Settled {
		out = append(out, widget.Notice(e, widget.ToneInfo, e.T("gui.rejected.settled"), ""))
	}
	for _, x := range st.Reasons {
		if x.Reason == st.Reason && x.Count > len(st.Rows) && !st.Partial {
			out = append(out, widget.Notice(e, widget.ToneInfo, e.T("gui.rejected.first", "n", len(st.Rows), "of", x.Count), ""))
		}
	}
	return out
}

// fill puts the rows into the grid; an edit only changes cells.
func (v *rejectedView) fill(st presenter.RejectedState) {
	columns := make([]widget.GridColumn, st.Width())
	about := st.Column()
	for c := range columns {
		columns[c].Title = columnOf(st, c)
		if c == about {
			columns[c].Title += " ●"
		}
	}
	cell := func(r, c int) widget.GridCell {
		text, edited := st.Cell(r, c)
		return widget.GridCell{Text: strings.Join(strings.Fields(text), " "), Bold: edited, Muted: !edited && c != about && about >= 0}
	}
	v.grid.Keep(columns, len(st.Rows), cell, func(r int) string {
		n := v.cfg.Env.Locale.Int(st.Rows[r].Row)
		if st.Fixed[st.Rows[r].Row] != nil {
			return "✓ " + n
		}
		return n
	})
}

// columnOf names a column; those beyond the header have a number.
func columnOf(st presenter.RejectedState, c int) string {
	if c < len(st.Header) {
		return st.Header[c]
	}
	return "+" + string(rune('1'+min(8, c-len(st.Header))))
}

// edit shows the row that is edited, one entry for every column.
func (v *rejectedView) edit(st presenter.RejectedState) {
	e := v.cfg.Env
	if st.At == v.at && len(v.seen) == len(st.Rows) && (len(st.Rows) == 0 || &v.seen[0] == &st.Rows[0]) {
		return // typing goes on
	}
	v.seen, v.at = st.Rows, st.At
	switch {
	case st.Settled:
		swap(v.side, widget.Hint(e, e.T("gui.rejected.settled.hint")))
		return
	case st.At < 0 || st.At >= len(st.Rows):
		swap(v.side, widget.Hint(e, e.T("gui.rejected.pick")))
		return
	}
	row := st.Rows[st.At]
	box := widget.Column(theme.GapM, widget.Section(e.T("gui.rejected.row", "row", row.Row)),
		widget.Hint(e, e.T("reason."+row.Reason)))
	var first fyne.Focusable
	about := st.Column()
	for c := range max(len(st.Header), len(row.Cells)) {
		entry := widget.NewEntry()
		text, _ := st.Cell(st.At, c)
		entry.SetText(text)
		entry.OnChanged = func(s string) { v.p.EditCell(c, s) }
		name := columnOf(st, c)
		if role := roleOf(st.Source.Report.Detected, name); e.Locale.Has("gui.role." + string(role)) {
			name += " · " + e.T("gui.role."+string(role))
		}
		label := widget.NewText(name)
		if c == about {
			label.Bold().Color(theme.ColorAccentText)
		}
		if first == nil || c == about {
			first = entry
		}
		box.Add(widget.Column(theme.GapXS, label, entry))
	}
	swap(v.side, container.NewVScroll(widget.Inset(box, 0, theme.GapM, 0, 0)))
	v.cfg.Dialogs.Focus(first)
}

// roleOf is the use of a column in an import, "" = none.
func roleOf(d core.Detected, column string) core.Role {
	for r, c := range d.Mapping {
		if c == column {
			return r
		}
	}
	return ""
}

// export writes all rows that may be corrected, of every reason.
func (v *rejectedView) export(st presenter.RejectedState) {
	e := v.cfg.Env
	name := strings.TrimSuffix(st.Source.Name, filepath.Ext(st.Source.Name))
	v.cfg.Dialogs.SaveFile(e.T("gui.rejected.file", "name", name)+".csv", func(path string) {
		v.p.ExportRejected(path, func(rows int, err error) {
			if err != nil {
				message, hint := e.Locale.Error(err)
				v.cfg.Dialogs.Say(message + " " + hint)
				return
			}
			v.cfg.Dialogs.Say(e.T("gui.rejected.written", "n", rows, "file", base(path)),
				widget.Action{Text: e.T("gui.openFile"), Do: func() { v.cfg.Browse(path) }})
		})
	})
}
