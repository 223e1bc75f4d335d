package page

import (
	"cmp"
	"slices"
	"strconv"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/container"

	"qunxiang/core"
	"qunxiang/gui/presenter"
	"qunxiang/gui/theme"
	"qunxiang/gui/widget"
)

// setting adds one thing that was detected to the panel.
type setting func(label string, sure float64, o fyne.CanvasObject)

// kinds are what a file can hold, in the order of the choice.
func kinds() []string { return []string{"transactions", "customers", "survey", "comments", "events"} }

// settings shows everything detected as choices.
func (v *importView) settings(st presenter.ImportState) fyne.CanvasObject {
	e, d := v.cfg.Env, st.Preview.Detected
	box := widget.Column(theme.GapM, widget.Section(e.T("gui.import.detected")))
	v.like(st, box)
	if d.Preset != "" && st.Read.Like == nil {
		box.Add(widget.Notice(e, widget.ToneGood, e.T("gui.import.preset", "preset", core.Message{Key: "preset." + d.Preset}), ""))
	}
	add := func(label string, sure float64, o fyne.CanvasObject) {
		head := fyne.CanvasObject(widget.NewText(label).Bold())
		if sure > 0 && sure < 0.8 {
			head = widget.Spread(widget.NewText(label).Bold(), widget.Muted(e.T("gui.import.unsure")).Keep())
		}
		box.Add(widget.Column(theme.GapXS, head, o))
	}
	add(e.T("gui.import.kind"), 0, widget.Column(theme.GapXS,
		v.choice("gui.kind.", kinds(), string(d.Kind), func(o *core.ImportOptions, id string) { o.Kind, o.Map = core.SourceKind(id), nil }),
		widget.Hint(e, e.T("gui.kind."+string(d.Kind)+".hint"))))
	if d.Kind == core.SourceTransactions && d.Grain != "" {
		v.grain(st, add)
	}
	if d.Mapping[core.RoleDate] != "" && d.DateOrder != "" {
		add(e.T("gui.import.dateOrder"), d.Confidence["dateOrder"], v.choice("gui.dateOrder.", []string{"ymd", "dmy", "mdy"}, string(d.DateOrder),
			func(o *core.ImportOptions, id string) { o.DateOrder = core.DateOrder(id) }))
	}
	if d.Kind == core.SourceTransactions {
		add(e.T("gui.import.refunds"), 0, widget.Column(theme.GapXS,
			v.choice("gui.refunds.", []string{"net", "drop", "keep"}, string(d.Refunds), func(o *core.ImportOptions, id string) { o.Refunds = core.RefundPolicy(id) }),
			widget.Hint(e, e.T("gui.refunds."+string(d.Refunds)+".hint"))))
	}
	v.fileSettings(st.Preview, add)
	if a := around(e, st.Around); a != nil {
		add(e.T("gui.import.around"), 0, a)
	}
	add(e.T("gui.import.columns"), 0, v.columns(st))
	return box
}

// like says what the file is read like, and offers the project's templates.
func (v *importView) like(st presenter.ImportState, box *fyne.Container) {
	e := v.cfg.Env
	if u := st.Read.Like; u != nil {
		text := e.T("cli.like."+u.Kind, "name", u.Name, "day", u.Day)
		box.Add(widget.Notice(e, widget.ToneGood, text, ""))
		for _, m := range u.Notes {
			box.Add(widget.Notice(e, widget.ToneWarn, hintText(e, m), ""))
		}
	}
	if len(st.Names) == 0 {
		return
	}
	const itself = "-"
	ids, titles := append([]string{itself}, st.Names...), append([]string{e.T("gui.import.template.itself")}, st.Names...)
	choice := widget.NewChoice(ids, titles, cmp.Or(st.Choice, itself), func(id string) {
		if id == itself {
			id = ""
		}
		v.p.ChooseTemplate(id)
	})
	box.Add(widget.Column(theme.GapXS, widget.NewText(e.T("gui.import.template")).Bold(), choice))
}

// grain asks whether a row is a line or an order, with what both would give.
func (v *importView) grain(st presenter.ImportState, add setting) {
	e, d := v.cfg.Env, st.Preview.Detected
	hint := e.T("gui.import.grain.counts", "lines", st.Preview.Lines, "orders", st.Preview.Orders)
	if a := st.Around; a != nil && a.Orders > 0 {
		hint = e.T("gui.import.grain.all", "lines", a.Lines, "orders", a.Orders)
	}
	add(e.T("gui.import.grain"), d.Confidence["oneRowIs"], widget.Column(theme.GapXS,
		v.choice("gui.grain.", []string{"line", "order"}, string(d.Grain), func(o *core.ImportOptions, id string) { o.Grain = core.Grain(id) }),
		widget.Hint(e, hint)))
}

// mostAround is how many places that are not the table are listed.
const mostAround = 8

// around lists what is above, between and below the rows of the table; nil = nothing.
func around(e widget.Env, v *presenter.Inspection) fyne.CanvasObject {
	if v == nil || len(v.Skipped) == 0 {
		return nil
	}
	box := widget.Column(theme.GapXS)
	for i, k := range v.Skipped {
		if i == mostAround {
			box.Add(widget.Hint(e, e.T("gui.import.around.more", "n", len(v.Skipped)-mostAround)))
			break
		}
		key := "gui.import.around.row"
		if k.Rows > 1 {
			key = "gui.import.around.rows"
		}
		box.Add(widget.Hint(e, e.T(key, "row", k.Row, "last", k.Row+k.Rows-1, "what", e.T("gui.skipped."+k.Kind), "text", k.Text)))
	}
	return box
}

// mostColumns is how many columns are described in the panel; the table has them all.
const mostColumns = 40

// columns says of every column what is in it and how sure that is; a tap chooses its use.
func (v *importView) columns(st presenter.ImportState) fyne.CanvasObject {
	e := v.cfg.Env
	roles := st.Mapping()
	box := widget.Column(theme.GapS)
	for i, c := range st.Preview.Detected.Columns {
		if i == mostColumns {
			box.Add(widget.Hint(e, e.T("gui.import.columns.more", "n", len(st.Preview.Detected.Columns)-mostColumns)))
			break
		}
		facts := e.T("cli.preview.type." + c.Type)
		if c.Class != "" && c.Class != core.ClassMeasure {
			facts += " · " + e.T("privacy.class."+string(c.Class))
		}
		if r := roles[c.Name]; e.Locale.Has("gui.role." + string(r)) {
			facts = e.T("gui.role."+string(r)) + " · " + facts
		}
		sure := widget.Muted(e.Locale.Percent(c.Confidence)).Keep()
		box.Add(container.NewBorder(nil, nil, nil, widget.Inset(widget.Centered(sure), 0, 0, 0, theme.GapS),
			widget.Column(0, widget.NewText(c.Name), widget.Muted(facts))))
	}
	return box
}

// fileSettings shows how the file itself is read.
func (v *importView) fileSettings(pv *presenter.Preview, add setting) {
	e, d := v.cfg.Env, pv.Detected
	if len(pv.Sheets) > 0 {
		add(e.T("gui.import.sheet"), 0, v.plain(pv.Sheets, pv.Sheets, d.Sheet, func(o *core.ImportOptions, id string) {
			*o = core.ImportOptions{Sheet: id}
		}))
	}
	if len(pv.Encodings) > 0 {
		add(e.T("gui.import.encoding"), d.Confidence["encoding"], v.plain(pv.Encodings, pv.Encodings, d.Encoding, func(o *core.ImportOptions, id string) { o.Encoding = id }))
	}
	if len(pv.Delimiters) > 0 {
		ids := pv.Delimiters
		if d.Delimiter == "" { // a file of one column needs none
			ids = append([]string{""}, ids...)
		}
		titles := make([]string, len(ids))
		for i, c := range ids {
			titles[i] = delimiterTitle(e, c)
		}
		add(e.T("gui.import.delimiter"), d.Confidence["delimiter"], v.plain(ids, titles, d.Delimiter, func(o *core.ImportOptions, id string) { o.Delimiter = id }))
	}
	ids, titles := []string{"-1"}, []string{e.T("gui.import.header.none")}
	for i := 1; i <= max(10, d.HeaderRow); i++ {
		ids, titles = append(ids, strconv.Itoa(i)), append(titles, e.T("gui.import.header.row", "row", i))
	}
	now := strconv.Itoa(d.HeaderRow)
	if d.HeaderRow == 0 {
		now = "-1"
	}
	add(e.T("gui.import.header"), d.Confidence["headerRow"], v.plain(ids, titles, now, func(o *core.ImportOptions, id string) {
		o.HeaderRow, _ = strconv.Atoi(id) // ids are numbers made above
		o.Map = nil
	}))
}

func delimiterTitle(e widget.Env, c string) string {
	key := map[string]string{"": "none", ",": "comma", "\t": "tab", ";": "semicolon", "|": "bar", " ": "blank"}[c]
	if key == "" {
		return c
	}
	return e.T("gui.delimiter." + key)
}

func (v *importView) choice(prefix string, ids []string, now string, set func(*core.ImportOptions, string)) fyne.CanvasObject {
	titles := make([]string, len(ids))
	for i, id := range ids {
		titles[i] = v.cfg.Env.T(prefix + id)
	}
	return v.plain(ids, titles, now, set)
}

func (v *importView) plain(ids, titles []string, now string, set func(*core.ImportOptions, string)) fyne.CanvasObject {
	if !slices.Contains(ids, now) && now != "" {
		ids, titles = append(slices.Clone(ids), now), append(slices.Clone(titles), now)
	}
	return widget.NewChoice(ids, titles, now, func(id string) { v.p.Change(func(o *core.ImportOptions) { set(o, id) }) })
}
