package expr

import (
	"errors"
	"math"
	"slices"
	"strconv"
	"strings"
	"unicode"

	"qunxiang/sdk"
)

// ErrRule is returned by FromRule for a rule that is no expression: an unknown
// operation, a number that is not finite, a test without column or constant, more
// nesting than an expression may have.
var ErrRule = errors.New("rule is not an expression")

// Rule returns the expression as a predicate tree for a host to show, count or turn
// into SQL. [FromRule] of it holds for the same rows.
func (e *Expr) Rule() sdk.Rule { return e.root.rule() }

var ruleOps = [...]sdk.Op{
	opAnd: sdk.OpAnd, opOr: sdk.OpOr, opNot: sdk.OpNot, opEq: sdk.OpEq, opLt: sdk.OpLt, opLe: sdk.OpLe,
	opGt: sdk.OpGt, opGe: sdk.OpGe, opIn: sdk.OpIn, opMissing: sdk.OpMissing, opAlways: sdk.OpAlways,
}

func (n *node) rule() sdk.Rule {
	if n.op == opNot && n.of[0].op == opEq {
		r := n.of[0].rule()
		if r.Op == sdk.OpEq {
			r.Op = sdk.OpNe
			return r
		}
	}
	r := sdk.Rule{Op: ruleOps[n.op], Column: n.column}
	for i := range n.of {
		r.Rules = append(r.Rules, n.of[i].rule())
	}
	for _, v := range n.with {
		switch {
		case n.op == opIn:
			r.Set = append(r.Set, v.text)
		case v.kind == tokNumber && n.op == opEq && v.text != number(v.number):
			r.Op, r.Set = sdk.OpIn, []string{v.text} // against texts the spelling counts: 007
		case v.kind == tokNumber:
			x := v.number
			r.Number = &x
		default:
			r.Text = v.text
		}
	}
	return r
}

// FromRule makes an expression of a predicate tree; errors wrap ErrRule.
func FromRule(r sdk.Rule) (*Expr, error) {
	n, err := fromRule(&r, 0)
	if err != nil {
		return nil, err
	}
	return &Expr{root: n}, nil
}

func fromRule(r *sdk.Rule, depth int) (node, error) {
	at := slices.Index(ruleOps[:], r.Op)
	if r.Op == sdk.OpNe {
		at = int(opEq)
	}
	if at < 0 || depth > maxDepth {
		return node{}, ErrRule
	}
	switch o := op(at); o {
	case opAlways:
		return node{op: o}, nil
	case opAnd, opOr, opNot:
		n := node{op: o}
		for i := range r.Rules {
			sub, err := fromRule(&r.Rules[i], depth+1)
			if err != nil {
				return n, err
			}
			n.of = append(n.of, sub)
		}
		if len(n.of) == 0 || o == opNot && len(n.of) > 1 {
			return n, ErrRule
		}
		return n, nil
	default:
		return testOf(r, o)
	}
}

// testOf makes the test of a column.
func testOf(r *sdk.Rule, o op) (node, error) {
	n := node{op: o, column: r.Column}
	switch {
	case r.Column == "":
		return n, ErrRule
	case o == opMissing:
	case o == opIn:
		if len(r.Set) == 0 {
			return always(false), nil
		}
		for _, s := range r.Set {
			n.with = append(n.with, value{text: s, kind: tokText})
		}
	case r.Number != nil:
		x := *r.Number
		if math.IsNaN(x) || math.IsInf(x, 0) {
			return n, ErrRule
		}
		n.with = []value{{text: number(x), number: x, kind: tokNumber}}
	default:
		n.with = []value{{text: r.Text, kind: tokText}}
	}
	if r.Op == sdk.OpNe {
		return negate(n), nil
	}
	return n, nil
}

// number writes a number as the language reads it.
func number(x float64) string {
	if a := math.Abs(x); a != 0 && (a < 1e-6 || a >= 1e21) {
		return strconv.FormatFloat(x, 'g', -1, 64)
	}
	return strconv.FormatFloat(x, 'f', -1, 64)
}

// String writes the expression; reading it again gives one that holds for the same
// rows.
func (e *Expr) String() string {
	var b strings.Builder
	e.root.write(&b, opOr)
	return b.String()
}

var opTexts = [...]string{opEq: " = ", opLt: " < ", opLe: " <= ", opGt: " > ", opGe: " >= "}

// write appends the node as an operand of the operation within.
func (n *node) write(b *strings.Builder, within op) {
	switch n.op {
	case opAlways:
		b.WriteString("true")
	case opAnd, opOr:
		word := map[op]string{opAnd: " and ", opOr: " or "}[n.op]
		bracket := within == opNot || within == opAnd && n.op == opOr
		if bracket {
			b.WriteByte('(')
		}
		for i := range n.of {
			if i > 0 {
				b.WriteString(word)
			}
			n.of[i].write(b, n.op)
		}
		if bracket {
			b.WriteByte(')')
		}
	case opNot:
		n.of[0].writeNot(b)
	default:
		n.writeTest(b, "")
	}
}

// writeNot writes what the node negated is, in the shortest form there is.
func (n *node) writeNot(b *strings.Builder) {
	switch n.op {
	case opEq, opIn, opMissing:
		n.writeTest(b, "not ")
	case opAlways:
		b.WriteString("false")
	default:
		b.WriteString("not ")
		n.write(b, opNot)
	}
}

func (n *node) writeTest(b *strings.Builder, not string) {
	b.WriteString(Quote(n.column))
	switch {
	case n.op == opMissing:
		b.WriteString(" is " + not + "missing")
	case n.op == opIn:
		b.WriteString(" " + not + "in (")
		for i, v := range n.with {
			if i > 0 {
				b.WriteString(", ")
			}
			b.WriteString(v.write())
		}
		b.WriteByte(')')
	case not != "":
		b.WriteString(" != " + n.with[0].write())
	default:
		b.WriteString(opTexts[n.op] + n.with[0].write())
	}
}

func (v value) write() string {
	if v.kind == tokText {
		return quoted(v.text, '\'')
	}
	return v.text
}

// Quote writes the name of a column as the language reads it: in backquotes where it
// is not a plain word.
func Quote(name string) string {
	for _, word := range []string{"and", "or", "not", "in", "is", "missing", "null", "true", "false"} {
		if strings.EqualFold(name, word) {
			return quoted(name, '`')
		}
	}
	for i, r := range name {
		letter := unicode.IsLetter(r) || r == '_'
		if !letter && (i == 0 || !unicode.IsDigit(r) && !unicode.IsMark(r) && r != '.') {
			return quoted(name, '`')
		}
	}
	if name == "" {
		return "``"
	}
	return name
}

// quoted doubles every sign that would end the text, full-width forms too.
func quoted(s string, quote rune) string {
	var b strings.Builder
	b.WriteRune(quote)
	for _, r := range s {
		if plain(r) == quote {
			b.WriteRune(r)
		}
		b.WriteRune(r)
	}
	b.WriteRune(quote)
	return b.String()
}
