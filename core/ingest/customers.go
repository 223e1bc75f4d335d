package ingest

import (
	"hash/maphash"

	"qunxiang/core"
	"qunxiang/core/ingest/internal/intern"
	"qunxiang/core/ingest/internal/num"
	"qunxiang/core/ingest/internal/record"
	"qunxiang/core/ingest/internal/text"
)

// attrPlan is what the parsers of a table of customers share.
type attrPlan struct {
	lay     *layout
	dialect record.Dialect
	utf8    bool
	seed    maphash.Seed
	slot    []int
	key     int // column of the customer, −1 = the row's number
	need    []needed
}

// attrParser parses blocks of a table of customers: every column as text.
type attrParser struct {
	*attrPlan
	grid   record.Grid
	why    []reason
	locals []*intern.Local
}

func newAttrPlan(l *layout, d record.Dialect, encoding string, seed maphash.Seed) *attrPlan {
	p := &attrPlan{lay: l, dialect: d, utf8: encoding == text.UTF8 || encoding == text.UTF8BOM, seed: seed, key: -1}
	p.slot = make([]int, len(l.names))
	for i := range p.slot {
		p.slot[i] = i
	}
	if c, ok := l.roles[core.RoleCustomer]; ok {
		p.key = c
	}
	p.need = neededOf(l)
	return p
}

func (p *attrPlan) newParser() parser {
	a := &attrParser{attrPlan: p}
	for range p.slot {
		a.locals = append(a.locals, intern.NewLocal(p.seed))
	}
	return a
}

func (a *attrParser) parse(b *block) {
	if b.cells(&a.grid, a.dialect, a.slot, len(a.slot), a.utf8) {
		a.rows(&b.out)
	}
	b.keep(&a.grid)
}

func (a *attrParser) rows(out *part) {
	g := &a.grid
	out.in, out.lines, out.rows = g.Rows, g.Lines, g.Rows
	a.why = append(a.why[:0], make([]reason, g.Rows)...)
	for s := range g.Start {
		trim(g, s)
	}
	a.hide()
	for _, r := range g.Long {
		a.why[r] = tooManyCells
	}
	for _, r := range g.Empty {
		a.why[r] = blankRow
	}
	a.filled()
	for i := range a.why {
		a.why[i] = a.refine(i, a.why[i])
	}
	listSkips(g, a.why, out)
	for len(out.columns) < len(a.slot) {
		out.columns = append(out.columns, intern.Part{})
	}
	for s := range a.slot {
		k := 0
		for i, why := range a.why {
			if why == used {
				g.Start[s][k], g.End[s][k] = g.Start[s][i], g.End[s][i]
				k++
			}
		}
		a.locals[s].Fill(&out.columns[s], g.Data, g.Start[s][:k], g.End[s][:k])
	}
}

// filled leaves out the rows without what every row needs.
func (a *attrParser) filled() {
	g := &a.grid
	if a.key >= 0 {
		if a.lay.strip[a.key] {
			stripFloats(g, a.key)
		}
		for i, from := range g.Start[a.key] {
			if a.why[i] == used && (from == g.End[a.key][i] || isMissing(string(g.Cell(a.key, i)))) {
				a.why[i] = missingCustomer
			}
		}
	}
	for _, n := range a.need {
		for i := range a.why {
			if a.why[i] == used && isEmptyCell(g.Cell(n.slot, i)) {
				a.why[i] = n.why
			}
		}
	}
}

// hide empties the columns that are not read. A row of nothing else is blank.
func (a *attrParser) hide() {
	g := &a.grid
	for _, s := range a.lay.aside {
		copy(g.End[s], g.Start[s])
	}
	for i := 0; i < g.Rows && a.lay.aside != nil; i++ {
		filled := false
		for s := range a.slot {
			filled = filled || g.End[s][i] > g.Start[s][i]
		}
		if !filled {
			g.Empty = append(g.Empty, int32(i))
		}
	}
}

// refine recognises a header that comes again and a total.
func (a *attrParser) refine(i int, why reason) reason {
	if why == blankRow {
		return why
	}
	header, filled := true, 0
	var only []byte
	for s := range a.slot {
		cell := a.grid.Cell(s, i)
		if len(cell) == 0 {
			continue
		}
		if filled == 0 {
			if told := a.told(cell); told != used {
				return told
			}
		}
		filled++
		if filled == 1 {
			only = cell
		}
		if header = header && string(cell) == a.lay.names[s]; !header {
			break
		}
	}
	if header && filled > 1 {
		return repeatedHeader
	}
	if a.lonely(i, only) {
		return noteRow
	}
	return why
}

// told says what a row is by its first cell: a total, a remark.
func (a *attrParser) told(cell []byte) reason {
	switch {
	case len(cell) <= 32 && isWord("total", string(cell)):
		return totalRow
	case a.lay.remarks && cell[0] == '#' && isRemark([]string{string(cell)}):
		return noteRow
	}
	return used
}

// lonely reports a row with nothing but a note in it: one cell, as a footer has.
func (a *attrParser) lonely(i int, only []byte) bool {
	if len(a.slot) < 3 || len(only) == 0 {
		return false
	}
	filled := 0
	for s := range a.slot {
		if a.grid.End[s][i] > a.grid.Start[s][i] {
			if filled++; filled > 1 {
				return false
			}
		}
	}
	return filled == 1 && isNote(string(only))
}

// attrBuilder assembles the parts of a table of customers.
type attrBuilder struct {
	tally
	plan    *attrPlan
	keys    []*intern.Keys
	codes   [][]uint32
	rows    int
	invalid []byte
}

func (b *attrBuilder) add(p *part) error {
	if p.invalid != nil && b.invalid == nil {
		b.invalid = p.invalid
		if b.plan.lay.encodingGuessed {
			return errNotUTF8
		}
	}
	b.tally.add(p)
	b.rows += p.rows
	for s, k := range b.keys {
		var err error
		if b.codes[s], err = k.Codes(&p.columns[s], b.codes[s]); err != nil {
			return dataError("too_many_values", core.Where{Column: b.plan.lay.names[s]})
		}
	}
	return nil
}

func newAttrBuilder(plan *attrPlan, base int, seed maphash.Seed) *attrBuilder {
	b := &attrBuilder{plan: plan, codes: make([][]uint32, len(plan.slot))}
	b.base = base
	for range plan.slot {
		b.keys = append(b.keys, intern.NewKeys(seed))
	}
	return b
}

// finish drops customers that come twice and decides the type of every column.
func (b *attrBuilder) finish(l *layout, sum string) (*Result, error) {
	if l.records() {
		return b.finishRecords(l, sum)
	}
	if b.rows == 0 {
		if b.in == b.count[blankRow] {
			return nil, dataError("no_rows", core.Where{})
		}
		return nil, dataErrorArgs("no_usable_rows", core.Where{}, core.Args{"rows": b.in, "reason": core.Message{Key: "reason.missing_customer"}})
	}
	a := &core.Attributes{}
	keep := b.unique()
	if b.plan.key >= 0 {
		a.Customers = prune(b.keys[b.plan.key].Dict(), pick(b.codes[b.plan.key], keep))
	} else {
		a.Customers = &core.Dict{Numbers: make([]uint32, len(keep))}
		for i := range keep {
			a.Customers.Numbers[i] = uint32(i + 1)
		}
	}
	hints := l.hints
	for s := range b.keys {
		if s == b.plan.key {
			continue
		}
		codes := pick(b.codes[s], keep)
		dict := prune(b.keys[s].Dict(), codes)
		col, odd := l.attribute(s, dict, codes)
		if odd > 0 {
			hints = append(hints, core.Message{Key: "import.hint.not_numbers", Args: core.Args{"column": l.names[s], "count": odd}})
		}
		if dict.Len() > 0 {
			a.Columns = append(a.Columns, col)
		}
	}
	r := &Result{Attributes: a, Fingerprint: sum}
	r.Report = core.ImportReport{Rows: b.reconciliation(), Detected: l.det, Customers: a.Customers.Len(), FirstDate: core.NoDate, LastDate: core.NoDate, Hints: hints}
	return r, nil
}

// unique returns the rows to keep: the first of every customer.
func (b *attrBuilder) unique() []uint32 {
	keep := make([]uint32, 0, b.rows)
	if b.plan.key < 0 {
		for i := range b.rows {
			keep = append(keep, uint32(i))
		}
		return keep
	}
	seen := make([]bool, b.keys[b.plan.key].Len())
	for i, c := range b.codes[b.plan.key] {
		if seen[c] {
			b.exclude(duplicateCustomer, b.rowNumber(i))
			continue
		}
		seen[c] = true
		keep = append(keep, uint32(i))
	}
	return keep
}

func pick(codes, keep []uint32) []uint32 {
	out := make([]uint32, len(keep))
	for i, k := range keep {
		out[i] = codes[k]
	}
	return out
}

// oddShare is how many cells of a column of numbers may be something else: they
// become missing values, and a hint tells how many.
const oddShare = 0.02

// attribute makes a column of numbers where (nearly) all cells are numbers, otherwise
// of categories. Words for "missing" are missing in both.
func attribute(name string, d *core.Dict, codes []uint32, style num.Style) (core.AttributeColumn, int) {
	n := d.Len()
	values, kind := make([]float64, n), make([]uint8, n) // 0 text, 1 number, 2 missing
	cells := make([]int, n)
	for _, c := range codes {
		if c != core.NoCode {
			cells[c]++
		}
	}
	var count [3]int
	padded := 0
	var none []int
	var b []byte
	for i := range n {
		b = d.AppendTo(b[:0], i)
		v, ok := num.Float(b, style)
		switch {
		case ok:
			kind[i], values[i] = 1, v
			if len(b) > 1 && b[0] == '0' && digitsOnly(b) {
				padded += cells[i]
			}
		case isMissing(string(b)):
			kind[i] = 2
			if !isWord("absent", string(b)) { // "none" is no number, but it may be a category
				none = append(none, i)
			}
		}
		count[kind[i]] += cells[i]
	}
	if count[1] > 0 && float64(count[0]) <= oddShare*float64(count[1]) && padded*2 < count[1] {
		return numberColumn(name, codes, values, kind), count[0]
	}
	for _, i := range none {
		kind[i] = 0
	}
	return categoryColumn(name, d, codes, kind), 0
}

func numberColumn(name string, codes []uint32, values []float64, kind []uint8) core.AttributeColumn {
	col := core.AttributeColumn{Name: name, Floats: make([]float64, len(codes))}
	for i, c := range codes {
		if c != core.NoCode && kind[c] == 1 {
			col.Floats[i] = values[c]
			continue
		}
		if col.Valid == nil {
			col.Valid = make([]bool, len(codes))
			for j := range col.Valid {
				col.Valid[j] = true
			}
		}
		col.Valid[i] = false
	}
	return col
}

func categoryColumn(name string, d *core.Dict, codes []uint32, kind []uint8) core.AttributeColumn {
	col := core.AttributeColumn{Name: name, Codes: make([]uint32, len(codes))}
	to := make([]uint32, len(kind))
	for i, k := range kind {
		to[i] = core.NoCode
		if k != 2 {
			to[i] = uint32(len(col.Dict))
			col.Dict = append(col.Dict, d.At(i))
		}
	}
	for i, c := range codes {
		col.Codes[i] = core.NoCode
		if c != core.NoCode {
			col.Codes[i] = to[c]
		}
	}
	return col
}
