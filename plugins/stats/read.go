package stats

import (
	"cmp"
	"maps"
	"math"
	"slices"
	"strconv"

	"qunxiang/sdk"
	"qunxiang/sdk/table"
)

const (
	mostGroups  = 50  // groups that by may have
	mostLevels  = 200 // of a category that is tested; more are names, not groups
	shownLevels = 30  // of a category that is listed
	mostPairs   = 780 // correlations: 40 numbers with each other
)

// category is a feature of words.
type category struct {
	name    string
	levels  []string // most frequent first, then by name
	count   []int
	of      []int32 // level of each customer, −1 = missing
	missing int
}

// readNumber reads a numeric column; values that are not finite count as missing.
func readNumber(c *table.Column) (f *number, odd int) {
	n := c.Len()
	f = &number{name: c.Name, values: make([]float64, n)}
	valid := make([]bool, n)
	for i := range n {
		if c.Missing(i) {
			continue
		}
		x := c.Float(i)
		if x-x != 0 {
			odd++
			continue
		}
		f.values[i], valid[i] = x, true
		f.n++
	}
	if f.n < n {
		f.valid = valid
	}
	f.factor = scaled(f.values)
	return f, odd
}

// readCategory reads a column of words, or of numbers as words, as levels.
func readCategory(c *table.Column) *category {
	codes, words := c.Codes, c.Dict
	if c.Kind != table.Category {
		codes, words = coded(c)
	}
	f := &category{name: c.Name, of: make([]int32, len(codes))}
	counts, merged := make([]int, len(words)), map[string]int{}
	for i, k := range codes {
		if c.Missing(i) {
			f.missing++
		} else {
			counts[k]++
		}
	}
	for k, n := range counts { // a word may stand in the dictionary twice, or be unused
		if n > 0 {
			merged[words[k]] += n
		}
	}
	f.levels = slices.SortedFunc(maps.Keys(merged), func(a, b string) int {
		return cmp.Or(cmp.Compare(merged[b], merged[a]), cmp.Compare(a, b))
	})
	position := make(map[string]int32, len(f.levels))
	for k, level := range f.levels {
		position[level] = int32(k)
		f.count = append(f.count, merged[level])
	}
	level := make([]int32, len(words))
	for k, word := range words {
		level[k] = position[word]
	}
	for i, k := range codes {
		if f.of[i] = level[k]; c.Missing(i) {
			f.of[i] = -1
		}
	}
	return f
}

// coded makes codes of a column of numbers.
func coded(c *table.Column) (codes []uint32, words []string) {
	seen := map[float64]uint32{}
	codes = make([]uint32, c.Len())
	for i := range codes {
		x := c.Float(i)
		k, ok := seen[x]
		if !ok {
			k = uint32(len(words))
			words = append(words, number64(x))
			if x == x { // NaN is never found again
				seen[x] = k
			}
		}
		codes[i] = k
	}
	return codes, words
}

// number64 writes a number as short as it can be read back.
func number64(x float64) string {
	if x == math.Trunc(x) && math.Abs(x) < 1e15 {
		return strconv.FormatInt(int64(x), 10)
	}
	return strconv.FormatFloat(x, 'g', -1, 64)
}

// readGroups reads the column that divides the customers. Groups are in the order of
// their names, numbers by size.
func readGroups(c *table.Column) (*groups, *sdk.Diagnostic) {
	f := readCategory(c)
	if len(f.levels) > mostGroups {
		return nil, &sdk.Diagnostic{
			Severity: sdk.SeverityError, Code: "too_many_groups", Param: "by", Column: c.Name,
			Summary: sdk.Text{
				ZH: "“{column}”有 {n} 种取值，按它分组没有意义；请换一列（最多 {most} 种），或先把它分成几档。",
				EN: "“{column}” has {n} different values, too many to compare; choose another column (at most {most} values) or divide it into a few bands first.",
			}.Fill("column", c.Name, "n", strconv.Itoa(len(f.levels)), "most", strconv.Itoa(mostGroups)),
		}
	}
	g := &groups{name: c.Name, names: slices.Clone(f.levels), of: make([]int32, len(f.of))}
	slices.SortFunc(g.names, func(a, b string) int {
		x, errX := strconv.ParseFloat(a, 64)
		y, errY := strconv.ParseFloat(b, 64)
		if c.Kind != table.Category && errX == nil && errY == nil {
			return cmp.Compare(x, y)
		}
		return cmp.Compare(a, b)
	})
	position := make([]int32, len(f.levels))
	for k, name := range f.levels {
		position[k] = int32(slices.Index(g.names, name))
	}
	for i, k := range f.of {
		g.of[i] = -1
		if k >= 0 {
			g.of[i] = position[k]
		}
	}
	return g, nil
}
