package stats

import (
	"math"

	"qunxiang/plugins/internal/twofold"
)

// cross counts customers by a feature's level and by group.
type cross struct {
	levels, groups int
	count          []int // level by level
	rows, columns  []int
	n              int
}

func (c *cross) at(level, group int) int { return c.count[level*c.groups+group] }

// newCross counts the pairs of codes that are both there (≥ 0).
func newCross(level []int32, levels int, g *groups) *cross {
	c := &cross{levels: levels, groups: len(g.names), rows: make([]int, levels), columns: make([]int, len(g.names))}
	c.count = make([]int, levels*c.groups)
	for i, l := range level {
		if k := g.of[i]; l >= 0 && k >= 0 {
			c.count[int(l)*c.groups+int(k)]++
			c.rows[l]++
			c.columns[k]++
			c.n++
		}
	}
	return c
}

// expected is the count that independence would give.
func (c *cross) expected(level, group int) float64 {
	return float64(c.rows[level]) * float64(c.columns[group]) / float64(c.n)
}

// residual is the adjusted standardised residual (Haberman 1973, Biometrics 29, 205):
// near a standard normal under independence. NaN where a margin holds everybody.
func (c *cross) residual(level, group int) float64 {
	e, n := c.expected(level, group), float64(c.n)
	v := e * (1 - float64(c.rows[level])/n) * (1 - float64(c.columns[group])/n)
	if v <= 0 {
		return math.NaN()
	}
	return (float64(c.at(level, group)) - e) / math.Sqrt(v)
}

// test is Pearson's χ² without the correction for continuity and, for two by two, also
// with Yates' (1934), which is what R shows for such a table. The effect is Cramér's V
// (1946), its magnitude by Cohen's limits for w. Nil where a margin has one entry.
func (c *cross) test() []test {
	levels, columns, smallest := 0, 0, math.MaxInt
	for _, n := range c.rows {
		if n > 0 {
			levels++
		}
	}
	for _, n := range c.columns {
		if n > 0 {
			columns++
			smallest = min(smallest, n)
		}
	}
	if levels < 2 || columns < 2 {
		return nil
	}
	var plain, yates twofold.Sum
	cells, few := 0, 0
	for l := range c.rows {
		for g := range c.columns {
			if c.rows[l] == 0 || c.columns[g] == 0 {
				continue
			}
			e := c.expected(l, g)
			d := math.Abs(float64(c.at(l, g)) - e)
			plain.Add(d * d / e)
			y := d - min(0.5, d)
			yates.Add(y * y / e)
			cells++
			if e < 5 {
				few++
			}
		}
	}
	short := float64(min(levels, columns) - 1)
	t := test{
		kind: testChi2, groups: columns, n: c.n, statistic: plain.Value(), df1: float64(levels-1) * float64(columns-1),
		effectKind: "cramersV", smallest: smallest, smallExpected: few*5 > cells,
	}
	t.p = tailChi2(t.statistic, t.df1)
	t.effect = math.Sqrt(t.statistic / float64(c.n) / short)
	w := math.Sqrt(short)
	t.magnitude = magnitude(t.effect, 0.1/w, 0.3/w, 0.5/w)
	out := []test{t}
	if levels == 2 && columns == 2 {
		t.kind, t.statistic = testYates, yates.Value()
		t.p = tailChi2(t.statistic, 1)
		out = append(out, t)
	}
	return finite(out)
}
