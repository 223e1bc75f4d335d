package expr

import (
	"cmp"
	"context"
	"math"
	"slices"
	"strconv"
	"strings"
	"time"

	"qunxiang/sdk/table"
)

// Filter returns, for every row of t, whether the expression holds.
func Filter(src string, t *table.Table) ([]bool, error) {
	e, err := Parse(src)
	if err != nil {
		return nil, err
	}
	bits, err := e.Rows(t)
	if err != nil {
		return nil, err
	}
	out := make([]bool, t.Rows)
	for i := range out {
		out[i] = bits.Get(i)
	}
	return out, nil
}

// Rows returns the bitmap of the rows for which the expression holds. The error is a
// *[Error] with the code expr_column, expr_type or expr_date; t is not
// changed. The expression may be used for any number of tables.
func (e *Expr) Rows(t *table.Table) (table.Bits, error) {
	return e.root.rows(context.Background(), t)
}

// rows returns a bitmap that the caller owns, with the bits behind the last row clear.
func (n *node) rows(ctx context.Context, t *table.Table) (table.Bits, error) {
	if err := ctx.Err(); err != nil {
		return nil, err
	}
	if n.op == opAlways {
		out := table.NewBits(t.Rows)
		out.Fill(t.Rows)
		return out, nil
	}
	if n.leaf() {
		return n.test(t)
	}
	out, err := n.of[0].rows(ctx, t)
	if err != nil {
		return nil, err
	}
	if n.op == opNot {
		for i := range out {
			out[i] = ^out[i]
		}
		trim(out, t.Rows)
		return out, nil
	}
	for i := range n.of[1:] {
		next, err := n.of[i+1].rows(ctx, t)
		if err != nil {
			return nil, err
		}
		for w := range out {
			if n.op == opAnd {
				out[w] &= next[w]
			} else {
				out[w] |= next[w]
			}
		}
	}
	return out, nil
}

func trim(b table.Bits, n int) {
	if r := n & 63; r != 0 {
		b[n>>6] &= 1<<r - 1
	}
}

func (n *node) test(t *table.Table) (table.Bits, error) {
	c := t.Column(n.column)
	if c == nil {
		return nil, unknownColumn(n, t)
	}
	out := table.NewBits(t.Rows)
	if n.op == opMissing {
		missing(c, out)
		return out, nil
	}
	var err error
	switch c.Kind {
	case table.Float64, table.Int64, table.Bool:
		err = n.tested(c, out)
	case table.Time:
		err = n.times(c, out)
	default:
		err = n.texts(c, out)
	}
	if err != nil {
		return nil, err
	}
	if c.Valid != nil {
		for w := range out {
			out[w] &= c.Valid[w]
		}
	}
	return out, nil
}

// tested sets the bits of the numbers for which the test holds.
func (n *node) tested(c *table.Column, out table.Bits) error {
	switch {
	case len(n.with) > few && exact(c):
		return n.listed(c, out)
	case c.Kind == table.Float64:
		return n.numbers(c, func(lo, hi float64, from, to bool) { rangeBits(out, c.Floats, lo, hi, from, to) })
	}
	return n.numbers(c, func(lo, hi float64, from, to bool) { intBits(out, c.Ints, lo, hi, from, to) })
}

// missing sets the bits of the rows without a value; NaN is none.
func missing(c *table.Column, out table.Bits) {
	if c.Valid != nil {
		for w := range out {
			out[w] = ^c.Valid[w]
		}
		trim(out, c.Len())
	}
	for i, x := range c.Floats {
		if x != x {
			out.Set(i)
		}
	}
}

func unknownColumn(n *node, t *table.Table) error {
	names := make([]string, len(t.Columns))
	for i := range t.Columns {
		names[i] = t.Columns[i].Name
	}
	const most = 20
	names = Near(n.column, names)
	return &Error{Code: "expr_column", Pos: n.pos, Column: n.column, Args: map[string]any{"column": n.column, "columns": names[:min(most, len(names))]}}
}

// typeError says that a constant does not go with the column.
func (n *node) typeError(v value, c *table.Column) error {
	return &Error{Code: "expr_type", Pos: v.pos, Column: c.Name, Args: map[string]any{"column": c.Name, "value": v.text, "kind": c.Kind.String()}}
}

// few is how many constants are looked through one by one; more are sorted first.
const few = 16

// numbers turns each constant of a test into a range and adds the rows inside it.
func (n *node) numbers(c *table.Column, add func(lo, hi float64, from, to bool)) error {
	negInf, posInf := math.Inf(-1), math.Inf(1)
	for _, v := range n.with {
		x, err := n.number(v, c)
		if err != nil {
			return err
		}
		switch n.op {
		case opLt:
			add(negInf, x, true, false)
		case opLe:
			add(negInf, x, true, true)
		case opGt:
			add(x, posInf, false, true)
		case opGe:
			add(x, posInf, true, true)
		default:
			add(x, x, true, true)
		}
	}
	return nil
}

// exact reports whether every number of a column is a float64.
func exact(c *table.Column) bool {
	const most = 1 << 53
	return c.Kind != table.Int64 || !slices.ContainsFunc(c.Ints, func(x int64) bool { return x > most || x < -most })
}

// listed sets the bits of the numbers in a long list.
func (n *node) listed(c *table.Column, out table.Bits) error {
	list := make([]float64, len(n.with))
	for i, v := range n.with {
		x, err := n.number(v, c)
		if err != nil {
			return err
		}
		list[i] = x
	}
	slices.Sort(list)
	for i := range c.Len() {
		x := c.Float(i)
		if _, ok := slices.BinarySearch(list, x); ok && x == x {
			out.Set(i)
		}
	}
	return nil
}

func (n *node) number(v value, c *table.Column) (float64, error) {
	if v.kind == tokNumber {
		return v.number, nil
	}
	if c.Kind == table.Bool && (v.text == "true" || v.text == "false") {
		if v.text == "true" {
			return 1, nil
		}
		return 0, nil
	}
	if f, err := strconv.ParseFloat(strings.TrimSpace(v.text), 64); err == nil && v.kind == tokText {
		return f, nil
	}
	return 0, n.typeError(v, c)
}

// texts tests categories once per distinct text, texts row by row.
func (n *node) texts(c *table.Column, out table.Bits) error {
	for _, v := range n.with {
		if v.kind == tokNumber && n.op != opEq && n.op != opIn {
			return n.typeError(v, c) // 10 < 9 as texts: surely not what was meant
		}
	}
	test := n.text
	if len(n.with) > few {
		set := make(map[string]bool, len(n.with))
		for _, v := range n.with {
			set[v.text] = true
		}
		test = func(s string) bool { return set[s] }
	}
	if c.Kind == table.Category {
		holds := make([]uint64, len(c.Dict))
		for i, s := range c.Dict {
			if test(s) {
				holds[i] = 1
			}
		}
		for i, code := range c.Codes {
			out[i>>6] |= holds[code] << (i & 63)
		}
		return nil
	}
	for i, s := range c.Strings {
		if test(s) {
			out.Set(i)
		}
	}
	return nil
}

func (n *node) text(s string) bool {
	for _, v := range n.with {
		order := cmp.Compare(s, v.text)
		if n.op == opIn && order == 0 || n.op != opIn && holds(n.op, order) {
			return true
		}
	}
	return false
}

func holds(o op, order int) bool {
	switch o {
	case opLt:
		return order < 0
	case opLe:
		return order <= 0
	case opGt:
		return order > 0
	case opGe:
		return order >= 0
	}
	return order == 0
}

// times compares moments. A date without a time of day stands for the whole day.
func (n *node) times(c *table.Column, out table.Bits) error {
	for _, v := range n.with {
		from, to, ok := span(v)
		if !ok {
			return &Error{Code: "expr_date", Pos: v.pos, Column: c.Name, Args: map[string]any{"column": c.Name, "value": v.text}}
		}
		for i, x := range c.Ints {
			var in bool
			switch n.op {
			case opLt:
				in = x < from
			case opLe:
				in = x < to
			case opGt:
				in = x >= to
			case opGe:
				in = x >= from
			default:
				in = x >= from && x < to
			}
			if in {
				out.Set(i)
			}
		}
	}
	return nil
}

// span returns the microseconds that a quoted date or time covers: from, and the
// first one after it.
func span(v value) (from, to int64, ok bool) {
	if v.kind != tokText {
		return 0, 0, false
	}
	layouts := [...]struct {
		layout string
		length time.Duration
	}{
		{"2006-01-02", 24 * time.Hour},
		{"2006/1/2", 24 * time.Hour},
		{"2006-01-02 15:04", time.Minute},
		{"2006-01-02 15:04:05", time.Second},
		{"2006-01-02T15:04:05", time.Second},
	}
	for _, l := range layouts {
		if t, err := time.Parse(l.layout, strings.TrimSpace(v.text)); err == nil {
			return t.UnixMicro(), t.Add(l.length).UnixMicro(), true
		}
	}
	return 0, 0, false
}
