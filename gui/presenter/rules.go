package presenter

import (
	"slices"
	"strings"

	"qunxiang/i18n"
	"qunxiang/sdk"
	"qunxiang/sdk/expr"
	"qunxiang/sdk/table"
)

// RulesState is the rule builder: rules from the top down, the first that holds wins,
// with what they give now.
type RulesState struct {
	Phase   Phase
	Err     error
	Columns []RuleColumn
	Rows    []RuleRow
	AsText  bool   // all rules are typed as lines of text
	Text    string // those lines
	// Shape counts what changes fields and not only what stands in them: a page keeps
	// its fields, and the keyboard where it is, while Shape stays.
	Shape    int
	CanUndo  bool
	CanRedo  bool
	Counting bool
	Total    int // customers that take part
	Free     int // of them those that no rule takes
	Money    float64
	HasMoney bool
	Findings []RuleFinding
	Proving  bool
	Valid    bool // every rule can be read
}

// RuleRow is one rule.
type RuleRow struct {
	Name   string
	Tests  []Test
	All    bool   // all tests must hold; otherwise one is enough
	Source string // the condition as text, where Typed
	Typed  bool   // the condition is typed, not picked
	Else   bool   // for everybody whom no rule above takes
	Fault  sdk.Text
	Takes  int // customers whose first rule it is
	Holds  int // customers for whom it holds
	Amount float64
}

// condition is the rule's condition as text.
func (r RuleRow) condition(kinds map[string]table.Kind) string {
	switch {
	case r.Else:
		return "*"
	case r.Typed:
		return r.Source
	}
	parts := make([]string, len(r.Tests))
	for i, t := range r.Tests {
		parts[i] = t.source(kinds[t.Column])
	}
	return strings.Join(parts, map[bool]string{true: " and ", false: " or "}[r.All])
}

// Rules is the presenter of the rule builder.
type Rules struct {
	Live[RulesState]
	session  *Session
	load     reader
	count    reader
	prove    reader
	data     *ruleData
	past     [][]RuleRow
	next     [][]RuleRow
	typing   string // the field of the last change: typing on in it is one step to undo
	onChange func(lines string)
	of       counted
}

// newRules makes the presenter; onChange gets the rules as the method's parameter takes
// them whenever all can be read, "" while they cannot.
func newRules(exec Exec, session *Session, onChange func(string)) *Rules {
	return &Rules{session: session, load: reader{exec: exec}, count: reader{exec: exec}, prove: reader{exec: exec}, onChange: onChange}
}

func (r *Rules) update(f func(*RulesState)) {
	st := r.state
	f(&st)
	r.set(st)
}

// reset forgets everything.
func (r *Rules) reset() {
	r.load.stop()
	r.count.stop()
	r.prove.stop()
	r.data, r.past, r.next = nil, nil, nil
	r.set(RulesState{Shape: r.state.Shape + 1})
}

// Column returns what is known of a column.
func (s RulesState) Column(name string) (RuleColumn, bool) {
	i := slices.IndexFunc(s.Columns, func(c RuleColumn) bool { return c.Name == name })
	if i < 0 {
		return RuleColumn{}, false
	}
	return s.Columns[i], true
}

func (s RulesState) kinds() map[string]table.Kind {
	out := make(map[string]table.Kind, len(s.Columns))
	for _, c := range s.Columns {
		out[c.Name] = c.Kind
	}
	return out
}

// lines are the rules as the method takes them, one a line.
func (s RulesState) lines() string {
	kinds := s.kinds()
	out := make([]string, len(s.Rows))
	for i, row := range s.Rows {
		out[i] = row.Name + ":" + row.condition(kinds)
	}
	return strings.Join(out, "\n")
}

// rowOf reads one line; a line that cannot be read stays as it was typed.
func rowOf(line string) RuleRow {
	n, err := expr.ParseNamed(line)
	if err != nil {
		name, source, ok := strings.Cut(strings.Replace(line, "：", ":", 1), ":")
		if !ok {
			name, source = "", line
		}
		return RuleRow{Name: strings.TrimSpace(name), Source: strings.TrimSpace(source), Typed: true, All: true}
	}
	if n.Else {
		return RuleRow{Name: n.Name, Else: true, All: true}
	}
	row := RuleRow{Name: n.Name, Source: n.Expr.String()}
	var ok bool
	if row.Tests, row.All, ok = testsOf(n.Expr); !ok {
		row.Typed, row.All = true, true
	}
	return row
}

// rowsOf reads rules, one a line.
func rowsOf(text string) []RuleRow {
	var out []RuleRow
	for line := range strings.SplitSeq(text, "\n") {
		if strings.TrimSpace(line) != "" {
			out = append(out, rowOf(line))
		}
	}
	return out
}

// change makes new rows of copies of the present ones. field names what is typed in,
// "" where fields come or go.
func (r *Rules) change(field string, f func(rows []RuleRow) []RuleRow) {
	before := r.state.Rows
	rows := make([]RuleRow, len(before))
	for i, row := range before {
		row.Tests = slices.Clone(row.Tests)
		rows[i] = row
	}
	rows = f(rows)
	if field == "" || field != r.typing {
		r.past = append(r.past, before)
	}
	r.typing, r.next = field, nil
	r.show(rows, field == "")
}

// show makes the rows the present ones and counts them.
func (r *Rules) show(rows []RuleRow, reshape bool) {
	r.update(func(s *RulesState) {
		s.Rows, s.CanUndo, s.CanRedo = rows, len(r.past) > 0, len(r.next) > 0
		if !s.AsText || reshape {
			s.Text = s.lines()
		}
		if reshape {
			s.Shape++
		}
	})
	r.check()
}

// Undo takes the last change back, Redo makes it again.
func (r *Rules) Undo() { r.step(&r.past, &r.next) }

// Redo makes the change again that was taken back last.
func (r *Rules) Redo() { r.step(&r.next, &r.past) }

func (r *Rules) step(from, to *[][]RuleRow) {
	n := len(*from)
	if n == 0 {
		return
	}
	rows := (*from)[n-1]
	*from, *to = (*from)[:n-1], append(*to, r.state.Rows)
	r.typing = ""
	r.show(rows, true)
}

// Add puts a new rule before the one for everybody else.
func (r *Rules) Add() {
	s := r.state
	name := i18n.Locale{Lang: r.session.Lang()}.T("gui.rules.newName", "n", len(s.Rows)+1)
	row := RuleRow{Name: name, All: true}
	if len(s.Columns) > 0 {
		row.Tests = []Test{s.suggest(s.Columns[0])}
	}
	r.change("", func(rows []RuleRow) []RuleRow {
		at := len(rows)
		if at > 0 && rows[at-1].Else {
			at--
		}
		return slices.Insert(rows, at, row)
	})
}

// AddRest puts a rule for everybody else at the end.
func (r *Rules) AddRest() {
	name := i18n.Locale{Lang: r.session.Lang()}.T("gui.rules.rest")
	r.change("", func(rows []RuleRow) []RuleRow { return append(rows, RuleRow{Name: name, Else: true, All: true}) })
}

// suggest is the test that a column is tried with first.
func (s RulesState) suggest(c RuleColumn) Test {
	t := Test{Column: c.Name, Op: Comparisons(c.Kind)[0]}
	switch {
	case len(c.Cuts) > 0:
		t.Value = c.Cuts[len(c.Cuts)/2].Text
	case len(c.Levels) > 0:
		t.Value = c.Levels[0]
	case c.Kind == table.Bool:
		t.Value = "true"
	}
	return t
}

// Remove takes a rule away.
func (r *Rules) Remove(i int) {
	r.change("", func(rows []RuleRow) []RuleRow { return slices.Delete(rows, i, i+1) })
}

// Move puts a rule one place up (−1) or down (+1).
func (r *Rules) Move(i, by int) {
	if j := i + by; j >= 0 && j < len(r.state.Rows) {
		r.change("", func(rows []RuleRow) []RuleRow {
			rows[i], rows[j] = rows[j], rows[i]
			return rows
		})
	}
}

// Rename gives a rule another name. A colon ends names, so there is none in it.
func (r *Rules) Rename(i int, name string) {
	name = strings.NewReplacer(":", " ", "：", " ", "`", " ", "\n", " ").Replace(name)
	r.change("name"+string(rune('0'+i)), func(rows []RuleRow) []RuleRow {
		rows[i].Name = strings.TrimSpace(name)
		return rows
	})
}

// Join says whether all tests of a rule must hold, or one is enough.
func (r *Rules) Join(i int, all bool) {
	r.change("", func(rows []RuleRow) []RuleRow {
		rows[i].All = all
		return rows
	})
}

// AddTest gives a rule one test more.
func (r *Rules) AddTest(i int) {
	s := r.state
	if len(s.Columns) == 0 {
		return
	}
	r.change("", func(rows []RuleRow) []RuleRow {
		at := min(len(rows[i].Tests), len(s.Columns)-1)
		rows[i].Tests = append(rows[i].Tests, s.suggest(s.Columns[at]))
		return rows
	})
}

// RemoveTest takes a test from a rule.
func (r *Rules) RemoveTest(i, j int) {
	r.change("", func(rows []RuleRow) []RuleRow {
		rows[i].Tests = slices.Delete(rows[i].Tests, j, j+1)
		return rows
	})
}

// SetColumn tests another column.
func (r *Rules) SetColumn(i, j int, column string) {
	c, ok := r.state.Column(column)
	if !ok {
		return
	}
	r.change("", func(rows []RuleRow) []RuleRow {
		rows[i].Tests[j] = r.state.suggest(c)
		return rows
	})
}

// SetComparison compares otherwise.
func (r *Rules) SetComparison(i, j int, op Comparison) {
	r.change("", func(rows []RuleRow) []RuleRow {
		rows[i].Tests[j].Op = op
		return rows
	})
}

// SetValue compares with another value.
func (r *Rules) SetValue(i, j int, value string) {
	r.change("value"+string(rune('0'+i))+"."+string(rune('0'+j)), func(rows []RuleRow) []RuleRow {
		rows[i].Tests[j].Value = value
		return rows
	})
}

// SetSource types the condition of a rule.
func (r *Rules) SetSource(i int, source string) {
	r.change("source"+string(rune('0'+i)), func(rows []RuleRow) []RuleRow {
		rows[i].Source = strings.NewReplacer("\n", " ").Replace(source)
		return rows
	})
}

// TypeRule turns the pickers of a rule into text, and back where pickers can show it.
func (r *Rules) TypeRule(i int, typed bool) {
	kinds := r.state.kinds()
	r.change("", func(rows []RuleRow) []RuleRow {
		row := &rows[i]
		if typed {
			row.Source, row.Typed = row.condition(kinds), true
			return rows
		}
		if again := rowOf("x:" + row.Source); !again.Typed && !again.Else {
			row.Tests, row.All, row.Typed = again.Tests, again.All, false
		}
		return rows
	})
}

// CanPick reports whether pickers can show the typed condition.
func (r RuleRow) CanPick() bool {
	again := rowOf("x:" + r.Source)
	return !again.Typed && !again.Else
}

// SetText types all rules as text, one a line.
func (r *Rules) SetText(text string) {
	r.update(func(s *RulesState) { s.Text = text })
	r.change("text", func([]RuleRow) []RuleRow { return rowsOf(text) })
}

// ShowText shows the rules as lines of text, or as cards.
func (r *Rules) ShowText(on bool) {
	r.typing = ""
	r.update(func(s *RulesState) {
		s.AsText, s.Text = on, s.lines()
		s.Shape++
	})
}
