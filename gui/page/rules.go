package page

import (
	"slices"
	"strconv"
	"strings"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/container"
	fynewidget "fyne.io/fyne/v2/widget"

	"qunxiang/gui/presenter"
	"qunxiang/gui/theme"
	"qunxiang/gui/widget"
	"qunxiang/sdk/table"
)

// ruleBuilder edits rules and shows at once what they give. Its fields stay while the
// rules keep their shape, so that the keyboard stays where it is.
type ruleBuilder struct {
	cfg   Config
	p     *presenter.Rules
	left  *fyne.Container // the rules
	right *fyne.Container // what they give
	cards []*ruleCard
	undo  *widget.Button
	redo  *widget.Button
	shape int
	ready bool
}

// ruleCard is what changes on a rule's card while somebody types.
type ruleCard struct {
	count *widget.Text
	fault *fyne.Container
	said  string
}

func newRuleBuilder(cfg Config, p *presenter.Rules) *ruleBuilder {
	b := &ruleBuilder{cfg: cfg, p: p, left: container.NewStack(), right: container.NewStack()}
	p.Watch(b.render)
	b.render(p.State())
	return b
}

func (b *ruleBuilder) render(st presenter.RulesState) {
	e := b.cfg.Env
	switch st.Phase {
	case presenter.Failed:
		message, hint := e.Locale.Error(st.Err)
		swap(b.left, widget.Notice(e, widget.ToneError, message, hint))
		b.ready = false
		return
	case presenter.Ready:
	default:
		swap(b.left, widget.Card(widget.Hint(e, e.T("gui.loading"))))
		b.ready = false
		return
	}
	if !b.ready || b.shape != st.Shape {
		b.shape, b.ready = st.Shape, true
		swap(b.left, b.editor(st))
	}
	able(b.undo, st.CanUndo)
	able(b.redo, st.CanRedo)
	for i, c := range b.cards {
		if i < len(st.Rows) {
			c.show(b.cfg.Env, st, i)
		}
	}
	swap(b.right, b.outcome(st))
}

func able(b *widget.Button, on bool) {
	if on {
		b.Enable()
		return
	}
	b.Disable()
}

// show tells what the rule gives and what is wrong with it.
func (c *ruleCard) show(e widget.Env, st presenter.RulesState, i int) {
	row := st.Rows[i]
	share := 0.0
	if st.Total > 0 {
		share = float64(row.Takes) / float64(st.Total)
	}
	c.count.Set(e.T("gui.preview.size", "n", row.Takes, "share", e.Locale.Percent(share)))
	said := row.Fault.In(e.Locale.Lang)
	if said == "" && row.Holds > row.Takes && !row.Else {
		said = "\x00" + e.T("gui.rules.holds", "holds", row.Holds, "before", row.Holds-row.Takes)
	}
	if said == c.said {
		return
	}
	c.said = said
	c.fault.Objects = nil
	if text, quiet := strings.CutPrefix(said, "\x00"); quiet {
		c.fault.Add(widget.Hint(e, text))
	} else if said != "" {
		c.fault.Add(widget.Notice(e, widget.ToneWarn, said, ""))
	}
	c.fault.Refresh()
}

// editor is the list of rules with its buttons.
func (b *ruleBuilder) editor(st presenter.RulesState) fyne.CanvasObject {
	e := b.cfg.Env
	b.undo = widget.Action{Text: e.T("gui.rules.undo"), Icon: "back", Do: b.p.Undo}.Link()
	b.redo = widget.Action{Text: e.T("gui.rules.redo"), Icon: "next", Do: b.p.Redo}.Link()
	key := map[bool]string{true: "gui.rules.asCards", false: "gui.rules.asText"}[st.AsText]
	text := widget.Action{Text: e.T(key), Icon: "edit", Do: func() { b.p.ShowText(!st.AsText) }}.Link()
	head := widget.Spread(widget.Section(e.T("gui.rules.title")), widget.Row(theme.GapXS, b.undo, b.redo, text))
	box := widget.Column(theme.GapM, head, widget.Hint(e, e.T("gui.rules.hint")))
	b.cards = nil
	if st.AsText {
		entry := widget.NewMultiLineEntry()
		entry.SetMinRowsVisible(max(8, len(st.Rows)+2))
		entry.Wrapping = fyne.TextWrapWord
		entry.SetText(st.Text)
		entry.OnChanged = b.p.SetText
		box.Add(entry)
		box.Add(widget.Hint(e, e.T("gui.rules.text.hint")))
		return widget.Card(box)
	}
	for i := range st.Rows {
		box.Add(b.card(st, i))
	}
	buttons := widget.Row(theme.GapS, widget.Action{Text: e.T("gui.rules.add"), Icon: "add", Do: b.p.Add}.Button())
	if n := len(st.Rows); n == 0 || !st.Rows[n-1].Else {
		buttons.Add(widget.Action{Text: e.T("gui.rules.addRest"), Icon: "add", Do: b.p.AddRest}.Button())
	}
	box.Add(buttons)
	return widget.Card(box)
}

func small(icon string, do func()) *widget.Button {
	b := widget.NewIconButton(theme.Tinted(icon, theme.ColorMuted), do)
	b.Importance = fynewidget.LowImportance
	return b
}

// card edits one rule.
func (b *ruleBuilder) card(st presenter.RulesState, i int) fyne.CanvasObject {
	e, row := b.cfg.Env, st.Rows[i]
	c := &ruleCard{count: widget.Whole("").Bold(), fault: widget.Column(theme.GapXS)}
	b.cards = append(b.cards, c)
	name := widget.NewEntry()
	name.SetText(row.Name)
	name.SetPlaceHolder(e.T("gui.rules.name"))
	name.OnChanged = func(s string) { b.p.Rename(i, s) }
	up := small("up", func() { b.p.Move(i, -1) })
	down := small("down", func() { b.p.Move(i, 1) })
	able(up, i > 0)
	able(down, i < len(st.Rows)-1)
	tools := widget.Row(0, widget.Centered(widget.Inset(c.count, 0, theme.GapS, 0, theme.GapS)), up, down, small("trash", func() { b.p.Remove(i) }))
	number := widget.Centered(widget.Inset(widget.Whole(strconv.Itoa(i+1)).Color(theme.ColorMuted), 0, theme.GapS, 0, 0))
	rows := widget.Column(theme.GapS, container.NewBorder(nil, nil, number, tools, name))
	switch {
	case row.Else:
		rows.Add(widget.Hint(e, e.T("gui.rules.rest.hint")))
	case row.Typed:
		b.typed(rows, row, i)
	default:
		b.picked(rows, st, i)
	}
	rows.Add(c.fault)
	c.show(e, st, i)
	return widget.Quiet(rows)
}

// typed is a condition as text.
func (b *ruleBuilder) typed(rows *fyne.Container, row presenter.RuleRow, i int) {
	e := b.cfg.Env
	entry := widget.NewMultiLineEntry()
	entry.SetMinRowsVisible(2)
	entry.Wrapping = fyne.TextWrapWord
	entry.SetText(row.Source)
	entry.SetPlaceHolder(e.T("gui.segment.where.placeholder"))
	entry.OnChanged = func(s string) { b.p.SetSource(i, s) }
	rows.Add(entry)
	rows.Add(widget.Row(theme.GapS, widget.Action{Text: e.T("gui.rules.pick"), Icon: "grid", Do: func() {
		if !b.p.State().Rows[i].CanPick() {
			b.cfg.Dialogs.Say(e.T("gui.rules.pick.cannot"))
			return
		}
		b.p.TypeRule(i, false)
	}}.Link()))
}

// picked is a condition as pickers.
func (b *ruleBuilder) picked(rows *fyne.Container, st presenter.RulesState, i int) {
	e, row := b.cfg.Env, st.Rows[i]
	for j := range row.Tests {
		rows.Add(b.test(st, i, j))
	}
	line := widget.Row(theme.GapS, widget.Action{Text: e.T("gui.rules.addTest"), Icon: "add", Do: func() { b.p.AddTest(i) }}.Link())
	if len(row.Tests) > 1 {
		line.Add(widget.NewChoice([]string{"all", "any"}, []string{e.T("gui.rules.all"), e.T("gui.rules.any")}, map[bool]string{true: "all", false: "any"}[row.All], func(id string) { b.p.Join(i, id == "all") }))
	}
	line.Add(widget.Action{Text: e.T("gui.rules.type"), Icon: "edit", Do: func() { b.p.TypeRule(i, true) }}.Link())
	rows.Add(line)
}

// test edits one comparison: column, operator, value with suggestions.
func (b *ruleBuilder) test(st presenter.RulesState, i, j int) fyne.CanvasObject {
	e, t := b.cfg.Env, st.Rows[i].Tests[j]
	names, titles := make([]string, len(st.Columns)), make([]string, len(st.Columns))
	for k, c := range st.Columns {
		names[k], titles[k] = c.Name, columnTitle(e, c.Name)
	}
	c, known := st.Column(t.Column)
	if !known {
		names, titles = append(names, t.Column), append(titles, t.Column)
	}
	column := widget.NewChoice(names, titles, t.Column, func(id string) { b.p.SetColumn(i, j, id) })
	ops := presenter.Comparisons(c.Kind)
	ids, words := make([]string, len(ops)), make([]string, len(ops))
	for k, op := range ops {
		ids[k], words[k] = string(op), e.T("gui.rules.op."+opWord(op, c.Kind))
	}
	op := widget.NewChoice(ids, words, string(t.Op), func(id string) { b.p.SetComparison(i, j, presenter.Comparison(id)) })
	value := fyne.CanvasObject(container.NewStack())
	if t.Op.Takes() {
		value = b.value(c, t, func(s string) { b.p.SetValue(i, j, s) })
	}
	remove := small("close", func() { b.p.RemoveTest(i, j) })
	return container.New(testLayout{}, column, op, value, remove)
}

// opWord names a comparison as people say it of a kind of column.
func opWord(op presenter.Comparison, k table.Kind) string {
	word := map[presenter.Comparison]string{
		presenter.AtLeast: "atLeast", presenter.More: "more", presenter.AtMost: "atMost", presenter.Less: "less",
		presenter.Is: "is", presenter.IsNot: "isNot", presenter.Missing: "missing", presenter.There: "there",
	}[op]
	if k == table.Time && (op == presenter.AtLeast || op == presenter.More || op == presenter.AtMost || op == presenter.Less) {
		return word + ".date"
	}
	return word
}

// noteMark stands between a suggested value and what it means.
const noteMark = "   · "

// value takes a value, with suggestions: the levels of a category, thresholds that cut
// off round shares of the customers.
func (b *ruleBuilder) value(c presenter.RuleColumn, t presenter.Test, set func(string)) fyne.CanvasObject {
	e := b.cfg.Env
	options := slices.Clone(c.Levels)
	for _, cut := range c.Cuts {
		options = append(options, cut.Text+noteMark+e.T("gui.rules.cut", "share", e.Locale.Percent(1-cut.Below)))
	}
	if len(options) == 0 {
		entry := widget.NewEntry()
		entry.SetText(t.Value)
		if c.Kind == table.Time {
			entry.SetPlaceHolder("2025-01-31")
		}
		entry.OnChanged = set
		return entry
	}
	entry := widget.NewSelectEntry(options)
	entry.SetText(t.Value)
	before := t.Value
	entry.OnChanged = func(s string) {
		if v, _, picked := strings.Cut(s, noteMark); picked {
			entry.SetText(v) // comes back here
			return
		}
		if p := strings.TrimSpace(before); strings.HasSuffix(p, ",") || strings.HasSuffix(p, "，") { // one level more
			for _, l := range c.Levels {
				if s == l {
					before = p + " " + l
					entry.SetText(before)
					return
				}
			}
		}
		before = s
		set(s)
	}
	return entry
}

// testLayout gives the column and the value the room, the operator what it needs.
type testLayout struct{}

func (testLayout) Layout(os []fyne.CanvasObject, s fyne.Size) {
	op, rm := min(os[1].MinSize().Width, s.Width*0.24), os[3].MinSize().Width
	free := s.Width - op - rm - 3*theme.GapXS
	var x float32
	for i, w := range []float32{free * 0.56, op, free * 0.44, rm} {
		os[i].Move(fyne.NewPos(x, 0))
		os[i].Resize(fyne.NewSize(w, s.Height))
		x += w + theme.GapXS
	}
}

func (testLayout) MinSize(os []fyne.CanvasObject) fyne.Size {
	var h float32
	for _, o := range os {
		h = max(h, o.MinSize().Height)
	}
	return fyne.NewSize(2*theme.StatWidth, h)
}
