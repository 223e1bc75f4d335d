package page

import (
	"errors"
	"strconv"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/container"

	"qunxiang/core"
	"qunxiang/gui/presenter"
	"qunxiang/gui/theme"
	"qunxiang/gui/widget"
)

// importView shows one file on its way in: what was detected, everything
// changeable, a preview under the roles of its columns, and the reconciliation.
type importView struct {
	cfg  Config
	p    *presenter.Data
	root *fyne.Container
	grid *widget.DataGrid
	seen *presenter.Preview // the preview that the grid shows
}

func newImportView(cfg Config, p *presenter.Data) *importView {
	v := &importView{cfg: cfg, p: p, root: container.NewStack()}
	v.grid = widget.NewDataGrid(widget.GridConfig{Env: cfg.Env, RowNumbers: true, TwoLines: true, OnHeader: v.roleMenu})
	return v
}

func (v *importView) render(st presenter.ImportState) {
	e := v.cfg.Env
	switch {
	case st.Phase == presenter.ImportDone:
		swap(v.root, v.done(st))
	case st.Phase == presenter.ImportFailed && st.Preview == nil:
		swap(v.root, v.failed(st))
	case st.Preview == nil:
		swap(v.root, widget.Loading(e.T("gui.import.looking", "file", base(st.File))))
	default:
		swap(v.root, v.form(st))
	}
}

func (v *importView) failed(st presenter.ImportState) fyne.CanvasObject {
	e := v.cfg.Env
	message, hint := e.Locale.Error(st.Err)
	if core.CodeOf(st.Err) == "archive_choose" {
		return v.chooseFile(st, message)
	}
	return widget.Failed(e, e.T("gui.import.failed", "file", base(st.File), "message", message), hint,
		widget.Action{Text: e.T("gui.import.other"), Icon: "open", Primary: true, Do: func() { v.p.Next(); v.cfg.PickData() }},
		widget.Action{Text: e.T("gui.copyDetails"), Icon: "copy", Do: func() { e.Copy(Details(e, st.Err)) }},
		widget.Action{Text: e.T("gui.import.skip"), Do: v.p.Next})
}

// mostFiles is how many files of an archive have a button.
const mostFiles = 8

// chooseFile asks which file of an archive is meant, or takes all that have the same columns.
func (v *importView) chooseFile(st presenter.ImportState, message string) fyne.CanvasObject {
	e := v.cfg.Env
	files := widget.Column(theme.GapS)
	if n := len(st.Alike); n > 1 {
		files.Add(widget.Notice(e, widget.ToneGood, e.T("gui.import.alike", "n", n), "",
			widget.Action{Text: e.T("gui.import.fix.allFiles", "n", n), Icon: "check", Primary: true, Do: v.p.ImportAll}))
	}
	var names []string
	if ce, ok := errors.AsType[*core.Error](st.Err); ok {
		names, _ = ce.Args["files"].([]string) // as package ingest writes it
	}
	for _, name := range names[:min(mostFiles, len(names))] {
		files.Add(widget.Action{Text: e.T("gui.import.fix.sheet", "sheet", name), Icon: "file", Do: func() {
			v.p.Change(func(o *core.ImportOptions) { *o = core.ImportOptions{Sheet: name} })
		}}.Button())
	}
	skip := widget.Action{Text: e.T("gui.import.skip"), Do: v.p.Next}.Button()
	return frame(e.T("gui.import.title", "file", base(st.File)), message, skip,
		container.NewVScroll(widget.Inset(widget.Fixed(files, theme.FormWidth, 0), theme.GapM, theme.GapM, 0, 0)))
}

// form is the page before the import.
func (v *importView) form(st presenter.ImportState) fyne.CanvasObject {
	e := v.cfg.Env
	if st.Preview != v.seen {
		v.fill(st)
	}
	busy := st.Phase == presenter.ImportRunning
	run := widget.Action{Text: e.T("gui.import.do"), Icon: "check", Primary: true, Do: v.p.Import}.Button()
	skip := widget.Action{Text: e.T("gui.import.skip"), Do: v.p.Next}.Button()
	if len(v.p.State().Files) > 0 {
		skip.SetText(e.T("gui.files.back"))
	}
	if busy || st.NoRows() || len(st.NeedsRole()) > 0 {
		run.Disable()
	}
	if busy {
		skip.SetText(e.T("gui.cancel"))
	}
	sub := e.T("gui.import.sub", "size", sizeText(e, st.Preview.Size))
	if st.Waiting > 0 {
		sub = e.T("gui.import.sub.waiting", "n", st.Waiting)
	}
	side := container.NewVScroll(widget.Inset(v.settings(st), 0, theme.GapM, 0, 0))
	table := widget.Panel(v.grid)
	left := container.NewBorder(v.notices(st), nil, nil, nil, table)
	body := container.NewBorder(nil, nil, nil, widget.Inset(widget.Fixed(widget.Card(side), theme.CardWidth, 0), 0, 0, 0, theme.GapL), left)
	buttons := widget.Row(theme.GapS, skip)
	if all := v.allSheets(st); all != nil {
		if busy {
			all.Disable()
		}
		buttons.Add(all)
	}
	if !st.NoRows() {
		buttons.Add(run)
	}
	return frame(e.T("gui.import.title", "file", base(st.File)), sub, buttons, body)
}

// allSheets imports every sheet with the same columns; nil where there is only one.
func (v *importView) allSheets(st presenter.ImportState) *widget.Button {
	for _, m := range st.Preview.Problems {
		if m.Key == "import.hint.alike_sheets" {
			return widget.Action{Text: v.cfg.Env.T("gui.import.fix.allSheets", "n", m.Args["count"]), Icon: "data", Do: v.p.ImportAll}.Button()
		}
	}
	return nil
}

// notices say what is missing or worth a look, above the table: what asks for an answer
// first.
func (v *importView) notices(st presenter.ImportState) fyne.CanvasObject {
	e := v.cfg.Env
	box := widget.Column(theme.GapS)
	err := st.Err
	if err == nil && st.NoRows() {
		err = presenter.ErrNoRows()
	}
	if err != nil {
		message, hint := e.Locale.Error(err)
		box.Add(widget.Notice(e, widget.ToneError, message, hint, widget.Action{Text: e.T("gui.copyDetails"), Do: func() { e.Copy(Details(e, err)) }}))
	}
	if need := st.NeedsRole(); len(need) > 0 && !st.NoRows() {
		words := make([]string, len(need))
		for i, r := range need {
			words[i] = e.T("gui.role." + string(r))
		}
		box.Add(widget.Notice(e, widget.ToneWarn, e.T("gui.import.need", "roles", words), e.T("gui.import.need.hint")))
	}
	var remarks []fyne.CanvasObject
	for _, m := range st.Remarks() {
		text, tone, fixes := v.problem(st, m)
		n := widget.Notice(e, tone, text, "", fixes...)
		if tone == widget.ToneWarn {
			box.Add(n)
			continue
		}
		remarks = append(remarks, n)
	}
	if len(box.Objects) == 0 {
		box.Add(widget.Notice(e, widget.ToneInfo, e.T("gui.import.ready"), ""))
	}
	for _, n := range remarks {
		box.Add(n)
	}
	if len(box.Objects) <= wholeNotices {
		return widget.Inset(box, 0, 0, theme.GapM, 0)
	}
	scroll := container.NewVScroll(widget.Inset(box, 0, theme.GapM, 0, 0)) // many remarks leave room for the table
	return widget.Inset(container.New(firstNotices{box}, scroll), 0, 0, theme.GapM, 0)
}

// wholeNotices is how many notices show whole; an error is the first of them.
const wholeNotices = 2

// firstNotices gives the scroll of several notices the height of the first ones and of
// the edge of the next, which says that there are more.
type firstNotices struct{ list *fyne.Container }

func (l firstNotices) Layout(os []fyne.CanvasObject, s fyne.Size) {
	os[0].Move(fyne.NewPos(0, 0))
	os[0].Resize(s)
}

func (l firstNotices) MinSize(os []fyne.CanvasObject) fyne.Size {
	height := float32(theme.GapL)
	for _, o := range l.list.Objects[:wholeNotices] {
		height += o.MinSize().Height + theme.GapS
	}
	return fyne.NewSize(os[0].MinSize().Width, height)
}

func (v *importView) fill(st presenter.ImportState) {
	e, pv := v.cfg.Env, st.Preview
	v.seen = pv
	roles := st.Mapping()
	kinds := map[string]core.DetectedColumn{}
	for _, c := range pv.Detected.Columns {
		kinds[c.Name] = c
	}
	columns := make([]widget.GridColumn, len(pv.Header))
	for i, h := range pv.Header {
		sub := e.T("gui.import.noRole")
		if r, ok := roles[h]; ok {
			sub = e.T("gui.role." + string(r))
		} else if pv.Detected.Kind != core.SourceTransactions {
			sub = e.T("gui.import.attribute")
		}
		columns[i] = widget.GridColumn{Title: h, Sub: sub + " ▾", Right: kinds[h].Type == "number"}
	}
	cell := func(r, c int) widget.GridCell {
		if c >= len(pv.Rows[r]) {
			return widget.GridCell{}
		}
		_, used := roles[pv.Header[c]]
		return widget.GridCell{Text: pv.Rows[r][c], Muted: !used && pv.Detected.Kind == core.SourceTransactions}
	}
	v.grid.SetData(columns, len(pv.Rows), cell, func(row int) string {
		if row < len(pv.RowNumbers) {
			return strconv.Itoa(pv.RowNumbers[row])
		}
		return ""
	})
}

// roleMenu lets the user say what a column is.
func (v *importView) roleMenu(col int, at fyne.Position) {
	e, st := v.cfg.Env, v.p.State().Import
	if st.Preview == nil || col >= len(st.Preview.Header) {
		return
	}
	name := st.Preview.Header[col]
	now := st.Mapping()[name]
	roles := rolesOf(st.Preview.Detected.Kind)
	items := make([]widget.Action, 0, len(roles)+1)
	for _, r := range roles {
		icon := ""
		if r == now {
			icon = "check"
		}
		items = append(items, widget.Action{Text: e.T("gui.role." + string(r)), Icon: icon, Do: func() { v.p.SetRole(name, r) }})
	}
	none := e.T("gui.import.noRole")
	if st.Preview.Detected.Kind != core.SourceTransactions {
		none = e.T("gui.import.attribute")
	}
	items = append(items, widget.Action{Text: none, Do: func() { v.p.SetRole(name, "") }})
	v.cfg.Dialogs.Menu(at, items...)
}

// rolesOf lists what the columns of a file of the kind can be.
func rolesOf(kind core.SourceKind) []core.Role {
	switch kind {
	case core.SourceCustomers:
		return []core.Role{core.RoleCustomer}
	case core.SourceSurvey:
		return []core.Role{core.RoleCustomer, core.RoleDate, core.RoleWeight}
	case core.SourceComments:
		return []core.Role{core.RoleCustomer, core.RoleText, core.RoleDate, core.RoleRating, core.RoleChannel}
	case core.SourceEvents:
		return []core.Role{core.RoleCustomer, core.RoleEvent, core.RoleDate, core.RoleChannel}
	}
	return []core.Role{
		core.RoleCustomer, core.RoleDate, core.RoleAmount, core.RoleOrder, core.RoleQuantity, core.RolePrice,
		core.RoleProduct, core.RoleCategory, core.RoleChannel, core.RoleStatus, core.RoleRefund, core.RoleRefundStatus,
	}
}
