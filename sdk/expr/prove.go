package expr

import (
	"context"
	"encoding/binary"
	"slices"

	"qunxiang/sdk/table"
)

// Field is a column as far as a proof needs to know it.
type Field struct {
	Name    string
	Kind    table.Kind
	Least   *float64 // numbers below it cannot be: a count of orders is ≥ 0
	Missing bool     // values can be missing
}

// Proof is what follows from the rules alone, for every row that there could ever be.
type Proof struct {
	Gaps     []Region  // where no rule holds, at most MaxRegions; none: every row has a rule
	Overlaps []Overlap // pairs of rules that can hold together; none: no row has two
	Never    []int     // rules that hold for no row at all, such as x > 2 and x < 1
	Shadowed []int     // rules that can hold, but only where one before them does
	Complete bool      // false: the rules were too entangled to finish, and nothing is proved
}

// MaxRegions is how many gaps a proof lists.
const MaxRegions = 12

// Overlap is a pair of rules, by position, with one region where both hold.
type Overlap struct {
	First, Second int
	Region        Region
}

// maxSteps bounds the work of a proof: some 0.2 s.
const maxSteps = 1 << 20

// Prove finds where no rule holds and where two do, for all values that the fields
// can have. Every column is cut into cells at the constants that it is compared
// with; one column after the other is decided, cells that leave the same remainder
// of the rules are taken together and equal remainders are looked at once (a
// multi-valued decision diagram). The error is that of [Expr.Rows] in a *[RuleError],
// or ctx's.
func Prove(ctx context.Context, rules []*Expr, fields []Field) (Proof, error) {
	t := &table.Table{}
	for _, f := range fields {
		t.Columns = append(t.Columns, table.Column{Name: f.Name, Kind: f.Kind})
	}
	for i, e := range rules {
		if _, err := e.Rows(t); err != nil {
			return Proof{}, &RuleError{At: i, Err: err}
		}
	}
	p := newProver(ctx, rules, fields)
	root := p.decide(0, p.state)
	if err := ctx.Err(); err != nil {
		return Proof{}, err
	}
	out := Proof{Complete: p.steps <= maxSteps}
	if out.Complete {
		p.read(root, len(rules), &out)
	}
	return out, nil
}

// prover makes the diagram. Formulas are numbered, equal ones alike; 0 is never and 1
// always.
type prover struct {
	ctx      context.Context
	axes     []*axis
	formulas []formula
	numbers  map[string]int
	state    []int // the rules' formulas
	steps    int
	made     map[string]*choice
}

// formula is a test of a column, or an operation on other formulas.
type formula struct {
	op   op
	of   []int
	test []bool // by cell
	gone bool   // the test's answer for a missing value
	axis int
	top  int // the first column that it depends on; len(axes) for constants
}

// choice is a place in the diagram: what is left of the rules, with the groups of
// cells that lead on. At the end rules lists those that hold.
type choice struct {
	axis  int
	ways  []way
	end   bool
	rules []int
}

type way struct {
	cells []int
	to    *choice
}

func newProver(ctx context.Context, rules []*Expr, fields []Field) *prover {
	p := &prover{ctx: ctx, numbers: map[string]int{}, made: map[string]*choice{}}
	tests := map[string][]*node{}
	var order []string
	var walk func(n *node)
	walk = func(n *node) {
		if n.leaf() {
			if tests[n.column] == nil {
				order = append(order, n.column)
			}
			tests[n.column] = append(tests[n.column], n)
		}
		for i := range n.of {
			walk(&n.of[i])
		}
	}
	for _, e := range rules {
		walk(&e.root)
	}
	position := map[string]int{}
	for i, name := range order {
		at := slices.IndexFunc(fields, func(f Field) bool { return f.Name == name })
		p.axes = append(p.axes, newAxis(fields[at], tests[name]))
		position[name] = i
	}
	p.formulas = []formula{{op: opNot, top: len(p.axes)}, {op: opAlways, top: len(p.axes)}}
	for _, e := range rules {
		p.state = append(p.state, p.add(&e.root, position))
	}
	return p
}

func (p *prover) add(n *node, position map[string]int) int {
	switch {
	case n.op == opAlways:
		return 1
	case n.leaf():
		at := position[n.column]
		p.formulas = append(p.formulas, formula{test: p.axes[at].truth(n), gone: n.op == opMissing, axis: at, top: at})
		return len(p.formulas) - 1
	}
	of := make([]int, len(n.of))
	for i := range n.of {
		of[i] = p.add(&n.of[i], position)
	}
	return p.join(n.op, of)
}

// join numbers an operation on formulas, as far simplified as its operands tell.
func (p *prover) join(o op, of []int) int {
	if o == opNot {
		switch x := of[0]; {
		case x < 2:
			return 1 - x
		case p.formulas[x].op == opNot && len(p.formulas[x].of) == 1:
			return p.formulas[x].of[0]
		}
	} else {
		unit, zero := 1, 0 // and
		if o == opOr {
			unit, zero = 0, 1
		}
		if slices.Contains(of, zero) {
			return zero
		}
		slices.Sort(of)
		of = slices.Compact(slices.DeleteFunc(of, func(x int) bool { return x == unit }))
		switch len(of) {
		case 0:
			return unit
		case 1:
			return of[0]
		}
	}
	key := string(binary.AppendUvarint([]byte{byte(o)}, uint64(len(of)))) + packed(of)
	if n, ok := p.numbers[key]; ok {
		return n
	}
	top := len(p.axes)
	for _, x := range of {
		top = min(top, p.formulas[x].top)
	}
	p.formulas = append(p.formulas, formula{op: o, of: of, top: top})
	p.numbers[key] = len(p.formulas) - 1
	return len(p.formulas) - 1
}

func packed(of []int) string {
	var b []byte
	for _, x := range of {
		b = binary.AppendUvarint(b, uint64(x))
	}
	return string(b)
}

// given returns what is left of a formula when a column's value lies in a cell.
func (p *prover) given(x, column, cell int, known map[int]int) int {
	f := p.formulas[x]
	if f.top != column {
		return x // columns are decided in order, so it depends on later ones only
	}
	if r, ok := known[x]; ok {
		return r
	}
	p.steps++
	r := 0
	if f.test != nil {
		if cell == missingCell && f.gone || cell >= 0 && f.test[cell] {
			r = 1
		}
	} else {
		of := make([]int, len(f.of))
		for i, y := range f.of {
			of[i] = p.given(y, column, cell, known)
		}
		r = p.join(f.op, of)
	}
	known[x] = r
	return r
}

// decide returns the diagram for what is left of the rules, from a column on.
func (p *prover) decide(column int, state []int) *choice {
	next := len(p.axes)
	for _, x := range state {
		next = min(next, p.formulas[x].top)
	}
	column = max(column, next)
	key := packed(append([]int{column}, state...))
	if c := p.made[key]; c != nil {
		return c
	}
	c := &choice{axis: column}
	p.made[key] = c
	if column == len(p.axes) {
		c.end = true
		for i, x := range state {
			if x == 1 {
				c.rules = append(c.rules, i)
			}
		}
		return c
	}
	for _, cell := range p.axes[column].cells {
		if p.steps > maxSteps || p.ctx.Err() != nil {
			return c
		}
		left, known := make([]int, len(state)), map[int]int{}
		for i, x := range state {
			p.steps++
			left[i] = p.given(x, column, cell, known)
		}
		to := p.decide(column+1, left)
		at := slices.IndexFunc(c.ways, func(w way) bool { return w.to == to })
		if at < 0 {
			at = len(c.ways)
			c.ways = append(c.ways, way{to: to})
		}
		c.ways[at].cells = append(c.ways[at].cells, cell)
	}
	return c
}

// read collects what the ends of the diagram say.
func (p *prover) read(root *choice, rules int, out *Proof) {
	holds, first := make([]bool, rules), make([]bool, rules)
	seen := map[*choice]bool{}
	pairs := map[[2]int]bool{}
	var path []Term
	var walk func(c *choice)
	walk = func(c *choice) { // every place once: one way to each end is enough
		if seen[c] {
			return
		}
		seen[c] = true
		for i, r := range c.rules {
			holds[r] = true
			first[r] = first[r] || i == 0
			for _, s := range c.rules[i+1:] {
				if pair := [2]int{r, s}; !pairs[pair] {
					pairs[pair] = true
					out.Overlaps = append(out.Overlaps, Overlap{First: r, Second: s, Region: region(path)})
				}
			}
		}
		for _, w := range c.ways {
			path = append(path, Term{axis: p.axes[c.axis], cells: w.cells})
			walk(w.to)
			path = path[:len(path)-1]
		}
	}
	walk(root)
	slices.SortFunc(out.Overlaps, func(a, b Overlap) int {
		return slices.Compare([]int{a.First, a.Second}, []int{b.First, b.Second})
	})
	for i := range rules {
		switch {
		case !holds[i]:
			out.Never = append(out.Never, i)
		case !first[i]:
			out.Shadowed = append(out.Shadowed, i)
		}
	}
	p.gaps(root, out)
}

// region keeps of a path what says something.
func region(path []Term) Region {
	return slices.DeleteFunc(slices.Clone(path), func(t Term) bool { return len(t.cells) == len(t.axis.cells) })
}

// gaps lists the ways to ends at which no rule holds.
func (p *prover) gaps(root *choice, out *Proof) {
	leads := map[*choice]bool{}
	var reach func(c *choice) bool
	reach = func(c *choice) bool {
		if r, ok := leads[c]; ok {
			return r
		}
		r := c.end && len(c.rules) == 0
		for _, w := range c.ways {
			r = reach(w.to) || r
		}
		leads[c] = r
		return r
	}
	var path []Term
	var walk func(c *choice)
	walk = func(c *choice) {
		if !reach(c) || len(out.Gaps) == MaxRegions {
			return
		}
		if c.end {
			out.Gaps = append(out.Gaps, region(path))
		}
		for _, w := range c.ways {
			path = append(path, Term{axis: p.axes[c.axis], cells: w.cells})
			walk(w.to)
			path = path[:len(path)-1]
		}
	}
	walk(root)
}
