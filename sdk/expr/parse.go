package expr

import (
	"math"
	"slices"
	"strconv"
	"strings"
)

// Limits on an expression that a person or a script wrote.
const (
	maxSource = 64 << 10 // bytes
	maxDepth  = 200      // nesting
)

// Expr is a parsed expression, not yet bound to columns. Immutable.
type Expr struct {
	root node
}

type op uint8

const (
	opAnd op = iota
	opOr
	opNot
	opEq
	opLt
	opLe
	opGt
	opGe
	opIn
	opMissing
	opAlways
)

// node is an operation on other nodes, or a test of a column.
type node struct {
	op     op
	of     []node  // and, or, not
	column string  // tests
	pos    int     // of the column's name
	with   []value // constants of the test; none in opMissing and opAlways
}

// leaf reports a test of a column.
func (n *node) leaf() bool { return len(n.of) == 0 && n.op != opAlways }

// value is a constant as written.
type value struct {
	text   string
	number float64
	kind   kind // tokNumber, tokText or tokName (true, false)
	pos    int
}

// Parse reads an expression. The error is a *[Error] with the code expr_empty,
// expr_long, expr_deep, expr_sign, expr_quote, expr_number or expr_syntax and the
// position.
func Parse(src string) (*Expr, error) {
	if len(src) > maxSource {
		return nil, fail("expr_long", maxSource, map[string]any{"limit": maxSource})
	}
	if strings.TrimSpace(src) == "" {
		return nil, fail("expr_empty", 1, nil)
	}
	tokens, err := lex(src)
	if err != nil {
		return nil, err
	}
	p := parser{tokens: tokens}
	root, err := p.or(0)
	if err != nil {
		return nil, err
	}
	if t := p.peek(); t.kind != tokEnd {
		return nil, p.expected("joint")
	}
	return &Expr{root: root}, nil
}

// Columns returns the names of the columns that the expression tests, sorted.
func (e *Expr) Columns() []string {
	var names []string
	e.root.tests(func(n *node) { names = append(names, n.column) })
	slices.Sort(names)
	return slices.Compact(names)
}

// Texts returns the constants that the expression says the column equals, is in or is
// not, sorted and as written.
func (e *Expr) Texts(column string) []string {
	var out []string
	e.root.tests(func(n *node) {
		if n.column == column && (n.op == opEq || n.op == opIn) {
			for _, v := range n.with {
				out = append(out, v.text)
			}
		}
	})
	slices.Sort(out)
	return slices.Compact(out)
}

// tests visits the tests of columns below and at n.
func (n *node) tests(visit func(n *node)) {
	if n.leaf() {
		visit(n)
	}
	for i := range n.of {
		n.of[i].tests(visit)
	}
}

type parser struct {
	tokens []token
	at     int
}

func (p *parser) peek() token { return p.tokens[p.at] }

func (p *parser) take() token {
	t := p.tokens[p.at]
	if t.kind != tokEnd {
		p.at++
	}
	return t
}

// accept takes the next token if it is the sign or keyword.
func (p *parser) accept(s string) bool {
	if p.peek().is(s) {
		p.at++
		return true
	}
	return false
}

// expected says that something else should stand here; what is one of the words of
// expectations.
func (p *parser) expected(what string) error {
	t := p.peek()
	if t.kind == tokEnd {
		return fail("expr_end", t.pos, map[string]any{"expected": what})
	}
	return fail("expr_syntax", t.pos, map[string]any{"found": t.text, "expected": what})
}

func (p *parser) or(depth int) (node, error) {
	return p.list(opOr, "or", func() (node, error) {
		return p.list(opAnd, "and", func() (node, error) { return p.not(depth) })
	})
}

// list reads items joined by one keyword.
func (p *parser) list(o op, word string, item func() (node, error)) (node, error) {
	first, err := item()
	if err != nil || !p.peek().is(word) {
		return first, err
	}
	n := node{op: o, of: []node{first}}
	for p.accept(word) {
		next, err := item()
		if err != nil {
			return n, err
		}
		n.of = append(n.of, next)
	}
	return n, nil
}

func (p *parser) not(depth int) (node, error) {
	if depth > maxDepth {
		return node{}, fail("expr_deep", p.peek().pos, map[string]any{"limit": maxDepth})
	}
	switch {
	case p.accept("not"):
		n, err := p.not(depth + 1)
		return negate(n), err
	case p.accept("("):
		n, err := p.or(depth + 1)
		if err == nil && !p.accept(")") {
			err = p.expected("close")
		}
		return n, err
	}
	return p.test()
}

// always is the expression that holds for every row, or for none.
func always(holds bool) node {
	n := node{op: opAlways}
	if holds {
		return n
	}
	return negate(n)
}

func negate(n node) node { return node{op: opNot, of: []node{n}} }

var mirrored = [...]op{opEq: opEq, opLt: opGt, opLe: opGe, opGt: opLt, opGe: opLe}

// test reads a test of a column: name op constant, constant op name, name in (…),
// name is missing.
func (p *parser) test() (node, error) {
	t := p.peek()
	if t.kind == tokNumber || t.kind == tokText {
		return p.reversed()
	}
	if t.kind != tokName && t.kind != tokQuoted {
		return node{}, p.expected("column")
	}
	p.at++
	if t.is("true") || t.is("false") {
		if next := p.peek(); next.kind == tokEnd || next.is(")") || next.is("and") || next.is("or") {
			return always(t.is("true")), nil
		}
	}
	n := node{column: t.text, pos: t.pos}
	switch {
	case p.accept("is"):
		return p.missing(n)
	case p.accept("in"):
		return p.set(n)
	case p.accept("not"):
		if !p.accept("in") {
			return n, p.expected("in")
		}
		n, err := p.set(n)
		return negate(n), err
	}
	return p.compared(n)
}

// compared reads the operator and the constant after a name.
func (p *parser) compared(n node) (node, error) {
	o, ne, err := p.operator()
	if err != nil {
		return n, err
	}
	v, err := p.value()
	n.op, n.with = o, []value{v}
	if ne {
		n = negate(n)
	}
	return n, err
}

// reversed reads constant op name.
func (p *parser) reversed() (node, error) {
	v, err := p.value()
	if err != nil {
		return node{}, err
	}
	o, ne, err := p.operator()
	if err != nil {
		return node{}, err
	}
	t := p.peek()
	if t.kind != tokName && t.kind != tokQuoted {
		return node{}, p.expected("column")
	}
	p.at++
	n := node{op: mirrored[o], column: t.text, pos: t.pos, with: []value{v}}
	if ne {
		n = negate(n)
	}
	return n, nil
}

// operator reads a comparison; != comes back as = to be negated.
func (p *parser) operator() (o op, negated bool, err error) {
	if p.peek().kind != tokOp {
		return 0, false, p.expected("operator")
	}
	switch p.take().text {
	case "!=":
		return opEq, true, nil
	case "<":
		return opLt, false, nil
	case "<=":
		return opLe, false, nil
	case ">":
		return opGt, false, nil
	case ">=":
		return opGe, false, nil
	}
	return opEq, false, nil
}

func (p *parser) missing(n node) (node, error) {
	not := p.accept("not")
	if !p.accept("missing") && !p.accept("null") {
		return n, p.expected("missing")
	}
	n.op = opMissing
	if not {
		n = negate(n)
	}
	return n, nil
}

func (p *parser) set(n node) (node, error) {
	n.op = opIn
	if !p.accept("(") {
		return n, p.expected("open")
	}
	for {
		v, err := p.value()
		if err != nil {
			return n, err
		}
		n.with = append(n.with, v)
		if p.accept(")") {
			return n, nil
		}
		if !p.accept(",") {
			return n, p.expected("comma")
		}
	}
}

func (p *parser) value() (value, error) {
	t := p.peek()
	v := value{text: t.text, kind: t.kind, pos: t.pos}
	switch {
	case t.kind == tokText:
	case t.kind == tokNumber:
		f, err := strconv.ParseFloat(t.text, 64)
		if err != nil || math.IsInf(f, 0) || strings.ContainsAny(t.text, "_xXpP") {
			return v, fail("expr_number", t.pos, map[string]any{"found": t.text})
		}
		v.number = f
	case t.is("true") || t.is("false"):
		v.text = strings.ToLower(t.text)
	default:
		return v, p.expected("value")
	}
	p.at++
	return v, nil
}
