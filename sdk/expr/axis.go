package expr

import (
	"math"
	"slices"
	"time"

	"qunxiang/sdk/table"
)

// missingCell is the cell of the rows that have no value.
const missingCell = -1

// axis is a column cut into cells at the constants of all tests: within a cell every
// test has one answer. Numbers and texts at the sorted constants c₁ … cₖ have the
// cells 0 … 2k: even ones are what lies between, odd ones the constants themselves.
// Moments, whose constants are spans of time, have the cells 0 … k before, between
// and after the sorted borders.
type axis struct {
	field   Field
	nums    []float64
	texts   []string
	borders []int64
	cells   []int // those in which a value can lie, missingCell first
}

// newAxis cuts a column at the constants of the tests, which are known to fit it.
func newAxis(f Field, tests []*node) *axis {
	a := &axis{field: f}
	for _, n := range tests {
		for _, v := range n.with {
			a.cut(n, v)
		}
	}
	slices.Sort(a.nums)
	a.nums = slices.Compact(a.nums)
	slices.Sort(a.texts)
	a.texts = slices.Compact(a.texts)
	slices.Sort(a.borders)
	a.borders = slices.Compact(a.borders)
	if f.Missing {
		a.cells = append(a.cells, missingCell)
	}
	for c := range a.count() {
		if !a.empty(c) {
			a.cells = append(a.cells, c)
		}
	}
	return a
}

func (a *axis) cut(n *node, v value) {
	switch a.field.Kind {
	case table.Float64, table.Int64, table.Bool:
		if x, err := n.number(v, &table.Column{Kind: a.field.Kind}); err == nil && !math.IsNaN(x) {
			a.nums = append(a.nums, x+0) // −0 is 0
		}
	case table.Time:
		from, to, _ := span(v)
		a.borders = append(a.borders, from, to)
	default:
		a.texts = append(a.texts, v.text)
	}
}

func (a *axis) count() int {
	switch a.field.Kind {
	case table.Float64, table.Int64, table.Bool:
		return 2*len(a.nums) + 1
	case table.Time:
		return len(a.borders) + 1
	}
	return 2*len(a.texts) + 1
}

// bounds returns the ends of a cell of numbers; a point has equal ones.
func (a *axis) bounds(cell int) (lo, hi float64) {
	i := cell / 2
	if cell%2 == 1 {
		return a.nums[i], a.nums[i]
	}
	lo, hi = math.Inf(-1), math.Inf(1)
	if i > 0 {
		lo = a.nums[i-1]
	}
	if i < len(a.nums) {
		hi = a.nums[i]
	}
	return lo, hi
}

// empty reports a cell in which no value can lie: between two neighbouring whole
// numbers, beyond true and false, below the field's least value.
func (a *axis) empty(cell int) bool {
	switch a.field.Kind {
	case table.Time:
		return false
	case table.Float64, table.Int64, table.Bool:
		return a.noNumber(cell)
	}
	i := cell / 2
	return cell%2 == 0 && i < len(a.texts) && (i == 0 && a.texts[0] == "" || i > 0 && a.texts[i] == a.texts[i-1]+"\x00")
}

// noNumber is empty for a column of numbers.
func (a *axis) noNumber(cell int) bool {
	lo, hi := a.bounds(cell)
	least, most := math.Inf(-1), math.Inf(1)
	switch a.field.Kind {
	case table.Bool:
		least, most = 0, 1
	case table.Int64:
		least, most = -1<<63, math.Nextafter(1<<63, 0)
	}
	if a.field.Least != nil {
		least = max(least, *a.field.Least)
	}
	if lo == hi {
		return lo < least || lo > most || a.field.Kind != table.Float64 && lo != math.Trunc(lo)
	}
	if a.field.Kind == table.Float64 {
		return hi <= least || math.Nextafter(lo, hi) >= hi
	}
	first, last := max(math.Floor(lo)+1, least), min(math.Ceil(hi)-1, most)
	return first > last
}

// truth answers a test in every cell, by number.
func (a *axis) truth(n *node) []bool {
	out := make([]bool, a.count())
	if n.op == opMissing {
		return out
	}
	for _, v := range n.with {
		first, last := a.place(v)
		from, to := first, last // the cells that the constant takes up
		switch n.op {
		case opLt:
			from, to = 0, first-1
		case opLe:
			from = 0
		case opGt:
			from, to = last+1, len(out)-1
		case opGe:
			to = len(out) - 1
		}
		for c := max(from, 0); c <= to; c++ {
			out[c] = true
		}
	}
	return out
}

// place returns the cells that are equal to a constant; last < first where none is.
func (a *axis) place(v value) (first, last int) {
	at := 0
	switch a.field.Kind {
	case table.Float64, table.Int64, table.Bool:
		x, err := (&node{}).number(v, &table.Column{Kind: a.field.Kind})
		if err != nil || math.IsNaN(x) {
			return a.count(), a.count() - 1
		}
		at, _ = slices.BinarySearch(a.nums, x)
	case table.Time: // cell i lies between border i−1 and border i
		from, to, _ := span(v)
		first, _ = slices.BinarySearch(a.borders, from)
		last, _ = slices.BinarySearch(a.borders, to)
		return first + 1, last
	default:
		at, _ = slices.BinarySearch(a.texts, v.text)
	}
	return 2*at + 1, 2*at + 1
}

// moment writes a border of time as the language reads it.
func moment(micros int64) string {
	t := time.UnixMicro(micros).UTC()
	if t.Hour() == 0 && t.Minute() == 0 && t.Second() == 0 {
		return t.Format("2006-01-02")
	}
	return t.Format("2006-01-02 15:04:05")
}

// sample is a value that lies in a cell, as text.
func (a *axis) sample(cell int) (text string, some bool) {
	switch a.field.Kind {
	case table.Float64, table.Int64, table.Bool:
		return a.sampleNumber(cell), true
	case table.Time:
		if cell == 0 {
			return moment(a.borders[0] - int64(24*time.Hour/time.Microsecond)), true
		}
		return moment(a.borders[cell-1]), true
	}
	if cell%2 == 1 {
		return "“" + a.texts[cell/2] + "”", true
	}
	return "", false
}

func (a *axis) sampleNumber(cell int) string {
	lo, hi := a.bounds(cell)
	if a.field.Kind == table.Bool {
		if lo < 0 || lo == 0 && hi == 0 {
			return "0"
		}
		return "1"
	}
	if a.field.Least != nil && lo < *a.field.Least {
		return number(*a.field.Least)
	}
	switch {
	case lo == hi:
	case math.IsInf(lo, -1) && math.IsInf(hi, 1):
		lo = 0
	case math.IsInf(lo, -1):
		lo = math.Ceil(hi) - 1
	case math.IsInf(hi, 1) || math.Floor(lo)+1 < hi:
		lo = math.Floor(lo) + 1
	default:
		lo += (hi - lo) / 2
	}
	return number(lo)
}
