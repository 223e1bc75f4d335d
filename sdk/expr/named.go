package expr

import (
	"errors"
	"slices"
	"strings"
	"unicode/utf8"

	"qunxiang/sdk"
)

// Named is one hand-written rule: a name and whom it is for.
type Named struct {
	Name string // as written, without blanks around it
	Expr *Expr
	Else bool // for everybody whom no rule before it took
}

// ParseNamed reads "NAME:EXPR", with either colon; the name ends at the first. The
// rule for the rest is written with "*" or the word other (also in Chinese) as its
// expression, or is that word alone. The error is an *[Error], its position counted in the whole
// text, with the code expr_name where there is no name or no colon.
func ParseNamed(text string) (Named, error) {
	at := strings.IndexAny(text, ":：")
	if at < 0 {
		if name := strings.TrimSpace(text); isOther(name) {
			return Named{Name: name, Expr: Always(), Else: true}, nil
		}
		return Named{}, fail("expr_name", 1, map[string]any{"found": text})
	}
	_, size := utf8.DecodeRuneInString(text[at:])
	n, src := Named{Name: strings.TrimSpace(text[:at])}, text[at+size:]
	if n.Name == "" || strings.Contains(n.Name, "`") { // the colon of a column's name
		return n, fail("expr_name", 1, map[string]any{"found": text})
	}
	word := strings.TrimSpace(src)
	if word == "*" || isOther(word) || word == "" && isOther(n.Name) {
		n.Expr, n.Else = Always(), true
		return n, nil
	}
	e, err := Parse(src)
	if err != nil {
		if fault, ok := errors.AsType[*Error](err); ok {
			fault.Pos += utf8.RuneCountInString(text[:at+size])
		}
		return n, err
	}
	n.Expr, n.Else = e, e.root.op == opAlways
	return n, nil
}

// Always returns the expression that holds for every row.
func Always() *Expr { return &Expr{root: always(true)} }

// isOther reports a word for "everybody else".
func isOther(word string) bool {
	words := []sdk.Text{{ZH: "其他", EN: "other"}, {ZH: "其它", EN: "others"}, {ZH: "其余", EN: "else"}, {ZH: "剩余", EN: "rest"}}
	return slices.ContainsFunc(words, func(t sdk.Text) bool { return word == t.ZH || strings.EqualFold(word, t.EN) })
}

// Mentioned returns the names of the columns that the expressions in a parameter's
// value mention, sorted. Texts that cannot be read are passed over: telling the user
// is the method's part.
func Mentioned(v sdk.Value) []string {
	var names []string
	for _, e := range Readable(v) {
		names = append(names, e.Columns()...)
	}
	slices.Sort(names)
	return slices.Compact(names)
}

// Readable returns the expressions in a parameter's value, without those that cannot be
// read.
func Readable(v sdk.Value) []*Expr {
	var out []*Expr
	if e, err := Parse(v.Text); err == nil {
		out = append(out, e)
	}
	for _, s := range v.Texts {
		if n, err := ParseNamed(s); err == nil {
			out = append(out, n.Expr)
		}
	}
	return out
}
