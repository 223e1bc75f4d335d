package ingest

import (
	"bytes"
	"slices"
	"strings"

	"qunxiang/core"
	"qunxiang/core/ingest/internal/record"
)

// A person who makes a table, and a program that makes one with merged cells, write the
// order, the customer and the day once, in the first line of an order, and leave them
// empty in the lines below. Such rows get what the line above says.

// downRoles are the roles that are filled down: the keys first.
var (
	downKeys  = [...]core.Role{core.RoleCustomer, core.RoleDate, core.RoleOrder}
	downExtra = [...]core.Role{core.RoleStatus, core.RoleChannel}
)

// setDown finds the columns that are written in the first line of an order only. The
// order must be among them; without order numbers customer and day are.
func (l *layout) setDown(body [][]string) {
	order, hasOrder := l.roles[core.RoleOrder]
	var empty, keys []int
	for _, r := range downKeys {
		if c, ok := l.roles[r]; ok {
			keys = append(keys, c)
			if emptyOften(body, c) {
				empty = append(empty, c)
			}
		}
	}
	if hasOrder && !slices.Contains(empty, order) || !hasOrder && len(empty) < 2 || len(body) == 0 {
		return
	}
	if !l.continues(body, empty, keys) {
		return
	}
	l.down = empty
	for _, r := range downExtra {
		if c, ok := l.roles[r]; ok && emptyWith(body, c, empty) {
			l.down = append(l.down, c)
		}
	}
	l.downNeed = len(empty)
}

// continues reports whether the rows that leave the columns empty continue the row above:
// they hold something that is bought, and say nothing else of whose it is.
func (l *layout) continues(body [][]string, empty, keys []int) bool {
	var last []string
	whole, more, other := 0, 0, 0
	for _, r := range body {
		n := 0
		for _, c := range empty {
			if cellAt(r, c) == "" {
				n++
			}
		}
		switch {
		case filledCells(r) == 0 || isTotalRow(r):
			last = nil
		case n == 0:
			whole++
			last = r
		case n < len(empty) || last == nil || !l.bought(r) || !sameAt(r, last, keys, empty):
			other++
		default:
			more++
		}
	}
	return more >= 2 && more*10 >= whole && other*5 <= more
}

// bought reports whether a row has an amount, a price or a product.
func (l *layout) bought(r []string) bool {
	for _, role := range [...]core.Role{core.RoleAmount, core.RolePrice, core.RoleProduct} {
		if c, ok := l.roles[role]; ok && cellAt(r, c) != "" {
			return true
		}
	}
	return false
}

// sameAt reports whether a row says the same as another in the keys that it has.
func sameAt(r, other []string, keys, empty []int) bool {
	for _, c := range keys {
		if !slices.Contains(empty, c) && cellAt(r, c) != cellAt(other, c) {
			return false
		}
	}
	return true
}

func cellAt(r []string, c int) string {
	if c >= len(r) {
		return ""
	}
	return strings.TrimFunc(r[c], blank)
}

// emptyOften reports a column that a tenth of the rows or more leaves empty.
func emptyOften(body [][]string, c int) bool {
	n := 0
	for _, r := range body {
		if cellAt(r, c) == "" {
			n++
		}
	}
	return n >= 2 && n*10 >= len(body)
}

// emptyWith reports a column that is empty wherever the others are, and not only there.
func emptyWith(body [][]string, c int, with []int) bool {
	filled := false
	for _, r := range body {
		blanks := true
		for _, w := range with {
			blanks = blanks && cellAt(r, w) == ""
		}
		if cellAt(r, c) != "" {
			if blanks {
				return false
			}
			filled = true
		}
	}
	return filled
}

// filler fills cells down, row by row in file order. nil fills nothing.
type filler struct {
	slots []int    // of the cells; the first need of them must all be empty
	need  int      //
	same  []int    // of the other keys: they must say the same
	any   []int    // of what is bought: one must be there
	last  [][]byte // of the last whole row, by slot; nil = there is none
	count int      // rows that were filled
	once  *onceFiller
}

// newFiller returns nil where nothing is filled down. slot is by column of the file.
func (l *layout) newFiller(slot []int) *filler {
	if len(l.down) == 0 {
		return nil
	}
	if l.once {
		return &filler{once: l.newOnce(slot)}
	}
	f := &filler{need: l.downNeed}
	for _, c := range l.down {
		f.slots = append(f.slots, slot[c])
	}
	for _, r := range downKeys {
		if c, ok := l.roles[r]; ok && !slices.Contains(l.down, c) {
			f.same = append(f.same, slot[c])
		}
	}
	for _, r := range [...]core.Role{core.RoleAmount, core.RolePrice, core.RoleProduct} {
		if c, ok := l.roles[r]; ok && slot[c] >= 0 {
			f.any = append(f.any, slot[c])
		}
	}
	return f
}

// fill fills the rows of a grid.
func (f *filler) fill(g *record.Grid) {
	if f == nil {
		return
	}
	if f.once != nil {
		f.count += f.once.fill(g)
		return
	}
	for i := range g.Rows {
		empty := 0
		for _, s := range f.slots[:f.need] {
			if len(f.cell(g, s, i)) == 0 {
				empty++
			}
		}
		switch {
		case empty == 0:
			f.keep(g, i)
		case empty < f.need:
			f.last = nil // a total, or a row that lacks something: nothing to go on with
		case f.last != nil && f.goesOn(g, i):
			f.count++
			for k, s := range f.slots {
				if k >= f.need && len(f.cell(g, s, i)) > 0 {
					continue
				}
				g.Start[s][i] = uint32(len(g.Data))
				g.Data = append(g.Data, f.last[k]...)
				g.End[s][i] = uint32(len(g.Data))
			}
		}
	}
}

func (f *filler) cell(g *record.Grid, slot, row int) []byte {
	return bytes.TrimFunc(g.Cell(slot, row), blank)
}

// keep remembers a whole row.
func (f *filler) keep(g *record.Grid, row int) {
	f.last = f.last[:0]
	for _, s := range append(slices.Clone(f.slots), f.same...) {
		f.last = append(f.last, bytes.Clone(f.cell(g, s, row)))
	}
}

// goesOn reports whether a row continues the last whole one.
func (f *filler) goesOn(g *record.Grid, row int) bool {
	for k, s := range f.same {
		if !bytes.Equal(f.cell(g, s, row), f.last[len(f.slots)+k]) {
			return false
		}
	}
	any := false
	for _, s := range f.any {
		c := f.cell(g, s, row)
		if len(c) <= 40 && isWord("total", string(c)) {
			return false
		}
		any = any || len(c) > 0
	}
	return any
}

// hints tells of rows that were filled.
func (f *filler) hints(l *layout) []core.Message {
	if f == nil || f.count == 0 {
		return nil
	}
	var names []string
	for _, c := range l.down {
		names = append(names, l.names[c])
	}
	key := "import.hint.filled_down"
	if l.onceMoney {
		key = "import.hint.order_once"
	}
	return []core.Message{{Key: key, Args: core.Args{"count": f.count, "columns": names}}}
}

// filledDown is a block of rows that are filled down, for a preview.
func (t *textFile) filledDown(rows [][]string) *block {
	slot := slotsOf(t.layout)
	b := &block{rows: true}
	b.grid.Reset(nil, slotCount(slot))
	for _, r := range rows {
		cells := make([][]byte, min(len(r), len(slot)))
		for c := range cells {
			cells[c] = []byte(r[c])
		}
		addRow(&b.grid, slot, cells)
	}
	t.newFiller(slot).fill(&b.grid)
	return b
}
