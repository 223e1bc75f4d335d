package widget

import (
	"slices"
	"strings"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/container"
	"fyne.io/fyne/v2/widget"

	"qunxiang/gui/theme"
	"qunxiang/sdk"
)

// FormConfig says what a Form asks for.
type FormConfig struct {
	Env     Env
	Params  []sdk.Param
	Values  map[string]string // as the command line writes them; absent = default
	Columns []string          // for ParamColumn …
	Titles  []string          // … and what people call them
	// PickColumn lists the columns that a ParamColumn may name; nil = Columns.
	PickColumn func(p sdk.Param) (names, titles []string)
	// OnChange gets every change, at once; "" is back to the default.
	OnChange func(id, value string)
	// PickFile asks the user for a text file and calls back with its content and
	// its base name. It serves ParamFile.
	PickFile func(done func(content, name string))
	// Skip leaves parameters out of the form by id (the page has something better).
	Skip map[string]bool
	// Extra puts an object under a parameter's field (a link to the map editor).
	Extra map[string]fyne.CanvasObject
}

// Form is made from a method's parameters: a field for each, its help, advanced
// ones folded away, conditional ones shown while their condition holds.
type Form struct {
	widget.BaseWidget
	cfg    FormConfig
	all    *fyne.Container
	values map[string]string
	fields []*formField
	folded fyne.CanvasObject
	toggle *Button
	open   bool
}

type formField struct {
	p    sdk.Param
	box  *fyne.Container
	fail *Text
}

// NewForm makes the form.
func NewForm(cfg FormConfig) *Form {
	f := &Form{cfg: cfg, values: map[string]string{}}
	for k, v := range cfg.Values {
		f.values[k] = v
	}
	plain, advanced := Column(theme.GapM), Column(theme.GapM)
	for _, p := range cfg.Params {
		if cfg.Skip[p.ID] {
			continue
		}
		ff := f.field(p)
		f.fields = append(f.fields, ff)
		if p.Advanced {
			advanced.Add(ff.box)
			continue
		}
		plain.Add(ff.box)
	}
	f.all = Column(theme.GapM, plain)
	if len(advanced.Objects) > 0 {
		f.folded = advanced
		f.toggle = Action{Text: cfg.Env.T("gui.form.advanced"), Icon: "next", Do: func() { f.fold(!f.open) }}.Link()
		f.toggle.Alignment = widget.ButtonAlignLeading
		f.all.Add(f.toggle)
		f.all.Add(advanced)
		f.fold(f.advancedUsed())
	}
	f.ExtendBaseWidget(f)
	f.check()
	return f
}

// CreateRenderer implements fyne.Widget.
func (f *Form) CreateRenderer() fyne.WidgetRenderer { return widget.NewSimpleRenderer(f.all) }

func (f *Form) advancedUsed() bool {
	return slices.ContainsFunc(f.fields, func(ff *formField) bool { return ff.p.Advanced && f.values[ff.p.ID] != "" })
}

func (f *Form) fold(open bool) {
	f.open = open
	show(f.folded, open)
	f.toggle.SetIcon(theme.Icon(map[bool]string{true: "down", false: "next"}[open]))
}

// Valid reports whether every shown field can be read.
func (f *Form) Valid() bool {
	for _, ff := range f.fields {
		if _, err := ff.p.Parse(f.values[ff.p.ID]); f.shown(ff.p) && err != nil {
			return false
		}
	}
	return true
}

func (f *Form) change(id, value string) {
	if f.values[id] == value {
		return
	}
	f.values[id] = value
	f.check()
	f.cfg.OnChange(id, value)
}

// check shows fields by their conditions and marks values that cannot be read.
func (f *Form) check() {
	lang := f.cfg.Env.Locale.Lang
	for _, ff := range f.fields {
		show(ff.box, f.shown(ff.p))
		_, err := ff.p.Parse(f.values[ff.p.ID])
		show(ff.fail, err != nil)
		if err != nil {
			ff.fail.Set(f.cfg.Env.T("gui.form.wrong", "what", ff.p.Title.In(lang), "expected", expected(f.cfg.Env, ff.p)))
		}
	}
}

func expected(e Env, p sdk.Param) string {
	kind := map[sdk.ParamKind]string{sdk.ParamInt: "int", sdk.ParamReal: "real", sdk.ParamNumbers: "numbers"}[p.Kind]
	if kind == "" {
		kind = "other"
	}
	text := e.T("gui.form.expect." + kind)
	if p.Min != nil && p.Max != nil {
		text += e.T("gui.form.range", "min", *p.Min, "max", *p.Max)
	}
	return text
}

func (f *Form) shown(p sdk.Param) bool {
	if p.When == nil {
		return true
	}
	v, ok := f.values[p.When.Param]
	if !ok || v == "" {
		for _, q := range f.cfg.Params {
			if q.ID == p.When.Param {
				v = q.Default.String()
			}
		}
	}
	return slices.Contains(p.When.Is, v)
}

func (f *Form) field(p sdk.Param) *formField {
	e := f.cfg.Env
	ff := &formField{p: p, fail: NewText("").Sized(theme.SizeSmall).Color("error")}
	title := p.Title.In(e.Locale.Lang)
	if u := p.Unit.In(e.Locale.Lang); u != "" {
		title += e.T("gui.form.unit", "unit", u)
	}
	if p.Kind == sdk.ParamBool {
		ff.box = Column(theme.GapXS, f.switchField(p, title))
	} else {
		ff.box = Column(theme.GapXS, NewText(title).Bold(), f.input(p))
	}
	ff.box.Add(ff.fail)
	if x := f.cfg.Extra[p.ID]; x != nil {
		ff.box.Add(x)
	}
	if h := f.help(p); h != "" {
		ff.box.Add(Hint(e, h))
	}
	return ff
}

func (f *Form) input(p sdk.Param) fyne.CanvasObject {
	switch p.Kind {
	case sdk.ParamChoice:
		return f.choiceField(p)
	case sdk.ParamColumn:
		return f.columnField(p)
	case sdk.ParamFile:
		return f.fileField(p)
	}
	entry := NewEntry()
	if p.Kind == sdk.ParamTexts {
		entry = NewMultiLineEntry()
		entry.SetMinRowsVisible(4)
	}
	entry.SetText(f.values[p.ID])
	entry.SetPlaceHolder(f.placeholder(p))
	entry.OnChanged = func(s string) { f.change(p.ID, strings.TrimSpace(s)) }
	return entry
}

// columnField picks a column; it begins with the method's own.
func (f *Form) columnField(p sdk.Param) fyne.CanvasObject {
	names, titles := f.cfg.Columns, f.cfg.Titles
	if f.cfg.PickColumn != nil {
		names, titles = f.cfg.PickColumn(p)
	}
	v := f.values[p.ID]
	if v == "" && !p.Default.IsAuto() {
		v = p.Default.String()
	}
	return NewChoice(names, titles, v, func(id string) { f.change(p.ID, id) })
}

func (f *Form) placeholder(p sdk.Param) string {
	e := f.cfg.Env
	switch d := p.Default; {
	case d.IsAuto():
		return e.T("gui.form.auto")
	case !d.IsZero():
		return e.T("gui.form.default", "value", d.String())
	}
	return e.T("gui.form.none")
}

func (f *Form) switchField(p sdk.Param, title string) fyne.CanvasObject {
	c := NewCheck(title, nil)
	v := f.values[p.ID]
	if v == "" {
		v = p.Default.String()
	}
	c.SetChecked(v == "true")
	c.OnChanged = func(on bool) { f.change(p.ID, map[bool]string{true: "true", false: "false"}[on]) }
	return Inset(c, 0, 0, 0, -theme.GapXS)
}

func (f *Form) choiceField(p sdk.Param) fyne.CanvasObject {
	lang := f.cfg.Env.Locale.Lang
	var ids, titles []string
	if p.Auto {
		ids, titles = append(ids, "auto"), append(titles, f.cfg.Env.T("gui.form.auto"))
	}
	for _, c := range p.Choices {
		ids, titles = append(ids, c.ID), append(titles, c.Title.In(lang))
	}
	v := f.values[p.ID]
	if v == "" {
		v = p.Default.String()
	}
	return NewChoice(ids, titles, v, func(id string) { f.change(p.ID, id) })
}

func (f *Form) fileField(p sdk.Param) fyne.CanvasObject {
	name := NewText("").Color(theme.ColorMuted)
	if f.values[p.ID] != "" {
		name.Set(f.cfg.Env.T("gui.form.fileThere"))
	}
	drop := Action{Text: f.cfg.Env.T("gui.form.dropFile"), Icon: "close"}.Link()
	drop.OnTapped = func() {
		name.Set("")
		drop.Hide()
		f.change(p.ID, "")
	}
	if f.values[p.ID] == "" {
		drop.Hide()
	}
	b := Action{Text: f.cfg.Env.T("gui.form.pickFile"), Icon: "open", Do: func() {
		f.cfg.PickFile(func(content, base string) {
			name.Set(base)
			drop.Show()
			f.change(p.ID, content)
		})
	}}.Button()
	return container.NewBorder(nil, nil, b, drop, Inset(Centered(name), 0, 0, 0, theme.GapS))
}

// Set shows a value that was changed elsewhere, without a call.
func (f *Form) Set(id, value string) {
	f.values[id] = value
	f.check()
}
