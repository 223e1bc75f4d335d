package tree

import (
	"context"
	"math"
	"slices"
	"strconv"
	"sync"

	"qunxiang/internal/large"
	"qunxiang/sdk/table"
)

const (
	// ExactRows is the number of rows up to which every cut is looked at in every node.
	ExactRows = 1 << 16

	narrow    = 255 // values or levels that fit a byte; the byte 255 is "missing"
	gone      = narrow
	wideGone  = math.MaxUint32
	manyLevel = 50 // levels of a category above which rare ones are set aside
	fewestIDs = 50 // levels or numbers below this may look like identifiers by chance
)

// Feature is one column, readable by row.
type Feature struct {
	Name   string
	Unit   string   // of the numbers: "money", "day" …
	Levels []string // of a category, sorted; nil for numbers
	Whole  bool     // all numbers are whole
	YesNo  bool     // the numbers are 0 and 1 for no and yes
	Gaps   bool     // some value is missing, not finite, or a level that is too rare
	Odd    int      // numbers that are not finite; they count as missing
	Rare   int      // levels set aside as too rare
	IDLike bool     // differs for almost every row

	numbers []float64 // distinct values of a number that fits a byte
	code    []byte    // by row: place in numbers or Levels, or bin; nil where only raw or wide
	raw     []float64 // by row: values of other numbers, NaN = missing
	wide    []uint32  // by row: level of a category of more levels than a byte holds
	cuts    []float64 // largest values of bins, of raw numbers in large data
}

// Category reports whether the feature has levels.
func (f *Feature) Category() bool { return f.Levels != nil }

// number returns the value in row i, NaN where it is missing.
func (f *Feature) number(i int32) float64 {
	if f.raw != nil {
		return f.raw[i]
	}
	if c := f.code[i]; int(c) < len(f.numbers) {
		return f.numbers[c]
	}
	return math.NaN()
}

// level returns the level in row i, wideGone where it is missing.
func (f *Feature) level(i int32) uint32 {
	if f.wide != nil {
		return f.wide[i]
	}
	if c := f.code[i]; c != gone {
		return uint32(c)
	}
	return wideGone
}

// missing reports whether row i has no value.
func (f *Feature) missing(i int32) bool {
	switch {
	case !f.Gaps:
		return false
	case f.raw != nil:
		return f.raw[i] != f.raw[i]
	case f.wide != nil:
		return f.wide[i] == wideGone
	}
	return f.code[i] == gone
}

// bins is the number of codes in a histogram, without the one for missing values.
func (f *Feature) bins() int {
	switch {
	case f.Levels != nil:
		return len(f.Levels)
	case f.raw != nil:
		return len(f.cuts) + 1
	}
	return len(f.numbers)
}

// Read reads columns, several at a time. Levels of a category with more than 50 of them
// that have fewer than rare rows count as missing. What it returns after ctx has ended is
// of no use.
func Read(ctx context.Context, columns []*table.Column, rare, threads int) []Feature {
	out := make([]Feature, len(columns))
	each(len(columns), threads, func(j int) {
		if ctx.Err() == nil {
			out[j] = read(columns[j], rare)
		}
	})
	return out
}

// each calls do for 0 … n-1, several at a time.
func each(n, threads int, do func(int)) {
	if threads < 2 || n < 2 {
		for i := range n {
			do(i)
		}
		return
	}
	var wg sync.WaitGroup
	next := make(chan int, n)
	for i := range n {
		next <- i
	}
	close(next)
	for range min(threads, n) {
		wg.Go(func() {
			for i := range next {
				do(i)
			}
		})
	}
	wg.Wait()
}

func read(c *table.Column, rare int) Feature {
	f := Feature{Name: c.Name, Unit: c.Unit, YesNo: c.Kind == table.Bool}
	if c.Kind == table.Category {
		f.readLevels(c, rare)
		return f
	}
	f.readNumbers(c)
	return f
}

// readNumbers takes the values as bytes where they are few, otherwise as they are.
func (f *Feature) readNumbers(c *table.Column) {
	n := c.Len()
	f.Whole = true
	few := f.readFew(c)
	if few {
		f.IDLike = n >= fewestIDs && f.Whole && !f.Gaps && len(f.numbers) == n && f.numbers[n-1]-f.numbers[0] == float64(n-1)
		return
	}
	f.numbers = nil
	if c.Kind == table.Float64 && c.Valid == nil && f.Odd == 0 {
		f.raw = c.Floats
	} else {
		f.raw = marked(c)
	}
	f.IDLike = n >= fewestIDs && f.Whole && !f.Gaps && f.numbering()
	if n > ExactRows {
		f.bin()
	} else {
		f.code = nil
	}
}

// marked copies numbers with NaN for those that are missing or not finite.
func marked(c *table.Column) []float64 {
	out := large.Make[float64](c.Len())
	for i := range out {
		out[i] = math.NaN()
		if x := c.Float(i); !c.Missing(i) && x-x == 0 {
			out[i] = x
		}
	}
	return out
}

// readFew reads a column until it has more values than a byte holds. It goes on to
// learn whether all are whole and finite.
func (f *Feature) readFew(c *table.Column) bool {
	n := c.Len()
	seen, few := newFew(), true
	code := make([]byte, n)
	f.code = code
	for i := f.begin(seen, c, code); i < n; i++ {
		if c.Missing(i) {
			f.Gaps, code[i] = true, gone
			continue
		}
		x := c.Float(i)
		if x-x != 0 {
			f.Odd++
			f.Gaps, code[i] = true, gone
			continue
		}
		if f.Whole && x != math.Trunc(x) {
			f.Whole = false
		}
		if few {
			if code[i], few = seen.place(x + 0); !few && !f.Whole && c.Kind == table.Float64 && c.Valid == nil {
				f.scan(c.Floats[i:])
				return false
			}
		}
	}
	if !few {
		return false
	}
	f.numbers = slices.Sorted(slices.Values(seen.values))
	var to [256]byte
	to[gone] = gone
	for k, x := range seen.values {
		at, _ := slices.BinarySearch(f.numbers, x)
		to[k] = byte(at)
	}
	for i, k := range code {
		code[i] = to[k]
	}
	return true
}

// begin is readFew of a column without gaps as far as its values are finite and few; it
// returns how many are.
func (f *Feature) begin(s *few, c *table.Column, code []byte) int {
	if c.Kind != table.Float64 || c.Valid != nil {
		return 0
	}
	for i, x := range c.Floats {
		if x += 0; x-x != 0 {
			return i
		}
		if at := s.slot[slotOf(x)]; at != 0 && s.values[at-1] == x {
			code[i] = byte(at - 1)
			continue
		}
		var ok bool
		if code[i], ok = s.place(x); !ok {
			return i
		}
		f.Whole = f.Whole && x == math.Trunc(x) // a new value, or one behind another in the table
	}
	return len(code)
}

// scan counts values that are not finite.
func (f *Feature) scan(v []float64) {
	for _, x := range v {
		if x-x != 0 {
			f.Odd++
			f.Gaps = true
		}
	}
}

// few is a small hash table of numbers in order of appearance.
type few struct {
	values []float64
	slot   [1024]uint16 // place in values plus one
}

func newFew() *few { return &few{} }

// slotOf is where the search for a number begins.
func slotOf(x float64) uint64 { return math.Float64bits(x) * 0x9e3779b97f4a7c15 >> 54 }

// place returns the place of x; false when there is no room for it.
func (s *few) place(x float64) (byte, bool) {
	h := slotOf(x)
	for {
		at := s.slot[h]
		if at == 0 {
			break
		}
		if s.values[at-1] == x {
			return byte(at - 1), true
		}
		h = (h + 1) & 1023
	}
	if len(s.values) == narrow {
		return 0, false
	}
	s.values = append(s.values, x)
	s.slot[h] = uint16(len(s.values))
	return byte(len(s.values) - 1), true
}

// numbering reports whether the values are consecutive whole numbers, each once: a
// customer number, not something about customers.
func (f *Feature) numbering() bool {
	lo, hi := slices.Min(f.raw), slices.Max(f.raw)
	n := len(f.raw)
	if hi-lo != float64(n-1) {
		return false
	}
	seen := table.NewBits(n)
	for _, x := range f.raw {
		if at := int(x - lo); seen.Get(at) {
			return false
		} else {
			seen.Set(at)
		}
	}
	return true
}

// readLevels sorts the levels that occur, so that codes do not depend on the dictionary.
func (f *Feature) readLevels(c *table.Column, rare int) {
	count := make([]int, len(c.Dict))
	for i, k := range c.Codes {
		if !c.Missing(i) {
			count[k]++
		}
	}
	byName := map[string]int{}
	for k, n := range count {
		if n > 0 {
			byName[c.Dict[k]] += n
		}
	}
	rows, levels := c.Len(), len(byName)
	f.IDLike = levels > fewestIDs && 2*levels > rows
	f.Levels = make([]string, 0, levels)
	for s, n := range byName {
		if levels > manyLevel && n < rare && !f.IDLike {
			f.Rare++
			continue
		}
		f.Levels = append(f.Levels, s)
	}
	slices.Sort(f.Levels)
	f.Gaps = f.Rare > 0
	f.encode(c)
}

// encode reads a category's levels by name; unknown ones count as missing.
func (f *Feature) encode(c *table.Column) {
	to := make([]uint32, len(c.Dict))
	for k, s := range c.Dict {
		to[k] = wideGone
		if at, ok := slices.BinarySearch(f.Levels, s); ok {
			to[k] = uint32(at)
		}
	}
	small := len(f.Levels) <= narrow
	if small {
		f.code = make([]byte, len(c.Codes))
	} else {
		f.wide = large.Make[uint32](len(c.Codes))
	}
	for i, k := range c.Codes {
		at := uint32(wideGone)
		if !c.Missing(i) {
			at = to[k]
		}
		f.Gaps = f.Gaps || at == wideGone
		if small {
			f.code[i] = byte(min(at, gone))
		} else {
			f.wide[i] = at
		}
	}
}

// pick returns the feature for some rows, in that order.
func (f *Feature) pick(rows []int32) Feature {
	o := *f
	o.code, o.raw, o.wide = gather(f.code, rows), gather(f.raw, rows), gather(f.wide, rows)
	if o.raw != nil && len(rows) <= ExactRows {
		o.cuts = nil
	} else if o.raw != nil {
		o.bin()
	}
	return o
}

func gather[T any](v []T, order []int32) []T {
	if v == nil {
		return nil
	}
	out := make([]T, len(order))
	for i, row := range order {
		out[i] = v[row]
	}
	return out
}

// Show writes the value in row i, "–" where it is missing.
func (f *Feature) Show(i int32) string {
	if f.missing(i) {
		return "–"
	}
	if f.Category() {
		if c := f.level(i); int(c) < len(f.Levels) {
			return f.Levels[c]
		}
		return "–"
	}
	return strconv.FormatFloat(f.number(i), 'g', 6, 64)
}
