package presenter

import (
	"slices"
	"strconv"
	"strings"

	"qunxiang/sdk"
	"qunxiang/sdk/expr"
	"qunxiang/sdk/table"
)

// Comparison says how a Test compares a column with its value.
type Comparison string

// The comparisons. Missing and There take no value; Is and IsNot take several texts
// with commas between.
const (
	AtLeast Comparison = ">="
	More    Comparison = ">"
	AtMost  Comparison = "<="
	Less    Comparison = "<"
	Is      Comparison = "="
	IsNot   Comparison = "!="
	Missing Comparison = "missing"
	There   Comparison = "there"
)

// Test is one comparison of a rule, as pickers show it.
type Test struct {
	Column string
	Op     Comparison
	Value  string // as typed
}

// Takes reports whether the comparison needs a value.
func (c Comparison) Takes() bool { return c != Missing && c != There }

// Comparisons lists the comparisons that a kind of column has, the usual one first.
func Comparisons(k table.Kind) []Comparison {
	switch k {
	case table.Category, table.String:
		return []Comparison{Is, IsNot, Missing, There}
	case table.Bool:
		return []Comparison{Is, Missing, There}
	}
	return []Comparison{AtLeast, More, AtMost, Less, Is, IsNot, Missing, There}
}

// source writes the test in the language of expressions.
func (t Test) source(k table.Kind) string {
	name, value := expr.Quote(t.Column), strings.TrimSpace(t.Value)
	switch {
	case t.Op == Missing:
		return name + " is missing"
	case t.Op == There:
		return name + " is not missing"
	case k == table.Category || k == table.String:
		return texts(t.Column, t.Op, value)
	case k == table.Time:
		return name + " " + string(t.Op) + " " + quoteText(strings.Trim(value, `'"`))
	}
	return name + " " + string(t.Op) + " " + value
}

// texts compares with one text or with any of several.
func texts(column string, op Comparison, value string) string {
	of := listed(value)
	if len(of) == 0 {
		return expr.Quote(column) + " " + string(op) + " " // an error that says what is missing
	}
	var out strings.Builder
	out.WriteString(expr.Quote(column))
	if len(of) == 1 {
		out.WriteString(" " + string(op) + " " + quoteText(of[0]))
		return out.String()
	}
	if op == IsNot {
		out.WriteString(" not")
	}
	for i, v := range of {
		out.WriteString(map[bool]string{true: " in (", false: ", "}[i == 0])
		out.WriteString(quoteText(v))
	}
	out.WriteString(")")
	return out.String()
}

// quoteText quotes a text as the language reads it.
func quoteText(v string) string {
	e, err := expr.FromRule(sdk.Rule{Op: sdk.OpIn, Column: "x", Set: []string{v}})
	if err != nil {
		return "''"
	}
	s := strings.TrimPrefix(e.String(), "x in (")
	if s != e.String() {
		return strings.TrimSuffix(s, ")")
	}
	return strings.TrimPrefix(s, "x = ")
}

// listed splits what was typed at commas of any kind.
func listed(s string) []string {
	parts := strings.FieldsFunc(s, func(r rune) bool { return strings.ContainsRune(",，、;；", r) })
	out := make([]string, 0, len(parts))
	for _, p := range parts {
		if p = strings.TrimSpace(p); p != "" && !slices.Contains(out, p) {
			out = append(out, p)
		}
	}
	return out
}

// testsOf takes an expression apart into tests that all hold (all) or of which one is
// enough. ok is false where pickers cannot show it.
func testsOf(e *expr.Expr) (tests []Test, all, ok bool) {
	r := e.Rule()
	parts := []sdk.Rule{r}
	if r.Op == sdk.OpAnd || r.Op == sdk.OpOr {
		parts = r.Rules
	}
	for _, p := range parts {
		t, ok := testOf(p)
		if !ok {
			return nil, false, false
		}
		tests = append(tests, t)
	}
	return tests, r.Op != sdk.OpOr, true
}

func testOf(r sdk.Rule) (Test, bool) {
	ops := map[sdk.Op]Comparison{sdk.OpEq: Is, sdk.OpNe: IsNot, sdk.OpLt: Less, sdk.OpLe: AtMost, sdk.OpGt: More, sdk.OpGe: AtLeast}
	switch r.Op {
	case sdk.OpMissing:
		return Test{Column: r.Column, Op: Missing}, true
	case sdk.OpNot:
		t, ok := testOf(r.Rules[0])
		not := map[Comparison]Comparison{Is: IsNot, Missing: There}
		if t.Op = not[t.Op]; t.Op == "" {
			ok = false
		}
		return t, ok
	case sdk.OpIn:
		for _, v := range r.Set {
			if len(listed(v)) != 1 || listed(v)[0] != v {
				return Test{}, false
			}
		}
		return Test{r.Column, Is, strings.Join(r.Set, ", ")}, true
	}
	op := ops[r.Op]
	switch {
	case op == "":
		return Test{}, false
	case r.Number != nil:
		return Test{r.Column, op, strconv.FormatFloat(*r.Number, 'f', -1, 64)}, true
	case len(listed(r.Text)) != 1 || listed(r.Text)[0] != r.Text:
		return Test{}, false
	}
	return Test{r.Column, op, r.Text}, true
}

// Equals is the condition that a column of texts has one value.
func Equals(column, value string) string { return expr.Quote(column) + " = " + quoteText(value) }
