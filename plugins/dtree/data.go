package dtree

import (
	"cmp"
	"math"
	"slices"
	"sort"
	"sync"

	"qunxiang/sdk/table"
)

const (
	exactBins    = 4096 // distinct numbers up to which every one is a bin
	quantileBins = 512
	mostLevels   = 60_000 // of a category; codes are 16 bits
)

// feature is one column as codes. The code bins() means that the value is missing, or
// was never seen.
type feature struct {
	name   string
	levels []string  // of a category, sorted; nil for numbers
	lo, hi []float64 // of a number's bins: smallest and largest value
	codes  []uint16  // by canonical position
	gaps   bool      // some value is missing
	whole  bool      // all numbers are whole
	yesNo  bool      // the numbers are 0 and 1 for no and yes

	numbering bool // consecutive whole numbers, each once
}

func (f *feature) bins() int {
	if f.levels != nil {
		return len(f.levels)
	}
	return len(f.lo)
}

// newFeature reads a column. Numbers that are not finite count as missing; odd is how
// many there are.
func newFeature(c *table.Column) (f feature, odd int) {
	f = feature{name: c.Name, codes: make([]uint16, c.Len())}
	if c.Kind == table.Category {
		f.readLevels(c)
		return f, 0
	}
	values := make([]float64, 0, c.Len())
	for i := range c.Len() {
		if x := c.Float(i); !c.Missing(i) && x-x == 0 {
			values = append(values, x)
		}
	}
	odd = c.Len() - c.CountMissing() - len(values)
	slices.Sort(values)
	f.whole = !slices.ContainsFunc(values, func(x float64) bool { return x != math.Trunc(x) })
	f.yesNo = c.Kind == table.Bool
	f.numbering = f.whole && len(values) == c.Len() && len(values) > 0 && values[len(values)-1]-values[0] == float64(len(values)-1) &&
		len(slices.Compact(slices.Clone(values))) == len(values)
	f.cut(values)
	for i := range f.codes {
		f.codes[i] = uint16(f.bins())
		if !c.Missing(i) {
			f.codes[i] = f.code(c.Float(i))
		}
		f.gaps = f.gaps || int(f.codes[i]) == f.bins()
	}
	return f, odd
}

// isNumbering reports whether the values are consecutive whole numbers, each once: a
// customer number, not something about customers.
func (f *feature) isNumbering(rows int) bool {
	return f.numbering && rows >= fewestIDs
}

// readLevels sorts the levels that occur, so that codes do not depend on the dictionary.
func (f *feature) readLevels(c *table.Column) {
	used := make([]bool, len(c.Dict))
	for i, code := range c.Codes {
		if !c.Missing(i) {
			used[code] = true
		}
	}
	f.levels = []string{}
	for code, ok := range used {
		if ok {
			f.levels = append(f.levels, c.Dict[code])
		}
	}
	slices.Sort(f.levels)
	f.levels = slices.Compact(f.levels)
	to := make([]uint16, len(c.Dict))
	for code, s := range c.Dict {
		to[code] = f.level(s)
	}
	for i, code := range c.Codes {
		f.codes[i] = uint16(len(f.levels))
		if !c.Missing(i) {
			f.codes[i] = to[code]
		} else {
			f.gaps = true
		}
	}
}

// level returns the code of a level.
func (f *feature) level(s string) uint16 {
	if at, ok := slices.BinarySearch(f.levels, s); ok {
		return uint16(at)
	}
	return uint16(len(f.levels))
}

// cut makes the bins of sorted values: one for each value, or quantiles that never
// part equal values.
func (f *feature) cut(sorted []float64) {
	distinct := 0
	for i, x := range sorted {
		if i == 0 || x != sorted[i-1] {
			distinct++
		}
	}
	n := len(sorted)
	for i := 0; i < n; {
		end := i + 1
		if distinct > exactBins {
			end = max(end, min(n, (len(f.lo)+1)*n/quantileBins))
		}
		for end < n && sorted[end] == sorted[end-1] {
			end++
		}
		f.lo, f.hi = append(f.lo, sorted[i]), append(f.hi, sorted[end-1])
		i = end
	}
}

// code returns the bin of a number, clamped to the bins there are.
func (f *feature) code(x float64) uint16 {
	if x-x != 0 || len(f.lo) == 0 {
		return uint16(len(f.lo))
	}
	at := sort.SearchFloat64s(f.hi, x)
	return uint16(min(at, len(f.hi)-1))
}

// target is the outcome: a class of each row, or a number.
type target struct {
	classes  []string // nil for a number
	class    []uint8
	value    []float64
	raw      []float64 // the number as it was, where value is its logarithm; else nil
	positive int       // class whose probability is shown
}

func (t *target) n() int { return max(len(t.class), len(t.value)) }

// width is the number of statistics that a node keeps: the rows of each class, or
// rows and sum.
func (t *target) width() int {
	if t.classes != nil {
		return len(t.classes)
	}
	return 2
}

// add puts row i into statistics.
func (t *target) add(stats []float64, i int32) {
	if t.classes != nil {
		stats[t.class[i]]++
		return
	}
	stats[0]++
	stats[1] += t.value[i]
}

// readFeatures reads the columns, several at a time.
func readFeatures(columns []*table.Column, threads int) ([]feature, []int) {
	out, odd := make([]feature, len(columns)), make([]int, len(columns))
	var wg sync.WaitGroup
	slots := make(chan struct{}, max(1, threads))
	for j, c := range columns {
		slots <- struct{}{}
		wg.Go(func() {
			out[j], odd[j] = newFeature(c)
			<-slots
		})
	}
	wg.Wait()
	return out, odd
}

// arrange puts rows into the order that follows from their values (a hash of codes and
// target, then the values) and returns the row of each position.
func arrange(features []feature, t *target) []int32 {
	n := t.n()
	hash := make([]uint64, n)
	for j := range features {
		for i, c := range features[j].codes {
			hash[i] = mix(hash[i] ^ uint64(c))
		}
	}
	for i := range hash {
		if t.classes != nil {
			hash[i] = mix(hash[i] ^ uint64(t.class[i]))
		} else {
			hash[i] = mix(hash[i] ^ math.Float64bits(t.value[i]+0))
		}
	}
	order := sortByHash(hash, func(a, b int32) int {
		for j := range features {
			if c := cmp.Compare(features[j].codes[a], features[j].codes[b]); c != 0 {
				return c
			}
		}
		return 0
	})
	for j := range features {
		features[j].codes = gather(features[j].codes, order)
	}
	t.class, t.value, t.raw = gather(t.class, order), gather(t.value, order), gather(t.raw, order)
	return order
}

// sortByHash orders rows by hash, equal hashes by compare: one counting pass over the
// top bits, then small sorts.
func sortByHash(hash []uint64, compare func(a, b int32) int) []int32 {
	const top = 16
	count := make([]int32, 1<<top+1)
	for _, h := range hash {
		count[h>>(64-top)+1]++
	}
	for b := range 1 << top {
		count[b+1] += count[b]
	}
	order, next := make([]int32, len(hash)), slices.Clone(count[:1<<top])
	for i, h := range hash {
		b := h >> (64 - top)
		order[next[b]] = int32(i)
		next[b]++
	}
	for b := range 1 << top {
		slices.SortFunc(order[count[b]:count[b+1]], func(a, b int32) int {
			if c := cmp.Compare(hash[a], hash[b]); c != 0 {
				return c
			}
			return compare(a, b)
		})
	}
	return order
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

// mix is the finaliser of SplitMix64.
func mix(h uint64) uint64 {
	h += 0x9e3779b97f4a7c15
	h = (h ^ h>>30) * 0xbf58476d1ce4e5b9
	h = (h ^ h>>27) * 0x94d049bb133111eb
	return h ^ h>>31
}
