package evidence

import (
	"context"
	"math"
	"slices"

	"gonum.org/v1/gonum/stat/distuv"

	"qunxiang/sdk/table"
)

// effect is how far a segment stands from all others in one column.
type effect struct {
	column   string
	category bool
	size     float64 // Cohen's d, signed, or Cramér's V
	p        float64 // corrected
}

func (e effect) passes() bool {
	least := EffectD
	if e.category {
		least = EffectV
	}
	return math.Abs(e.size) >= least && e.p < Significance
}

// weight makes d and V comparable: 1 is the threshold of each.
func (e effect) weight() float64 {
	if e.category {
		return math.Abs(e.size) / EffectV
	}
	return math.Abs(e.size) / EffectD
}

// strongest returns each segment's strongest effect against the others, the first column
// of equals. All p values, of every segment and column, are corrected together.
func strongest(ctx context.Context, in CardInput) ([]effect, error) {
	all := make([][]effect, len(in.Columns)) // by column, then segment
	in.sizes = make([]float64, len(in.Segments))
	for _, s := range in.Label {
		in.sizes[s]++
	}
	err := parallel(ctx, max(1, in.Threads), (len(all)+1)/2, func(_ context.Context, half int) error {
		from := 2 * half
		twoEffects(in, in.Columns[from:min(from+2, len(all))], all[from:])
		return nil
	})
	if err != nil {
		return nil, err
	}
	var p []*float64
	for j := range all {
		for i := range all[j] {
			if all[j][i].column != "" {
				p = append(p, &all[j][i].p)
			}
		}
	}
	correct(p)
	out := make([]effect, len(in.Segments))
	for j := range all {
		for i, e := range all[j] {
			if e.column != "" && (out[i].column == "" || e.weight() > out[i].weight()) {
				out[i] = e
			}
		}
	}
	return out, nil
}

// twoEffects is columnEffects of one or two columns. Those of numbers without gaps, as most
// are, are summed up together: the labels are read once, and the sums of one column do not
// wait for those of the other. A single one is taken for both.
func twoEffects(in CardInput, columns []*table.Column, out [][]effect) {
	if x, y := columns[0], columns[len(columns)-1]; plain(x) && plain(y) {
		about := [2]float64{shift(x), shift(y)}
		if a, b, ok := plainSums(in, x.Floats, y.Floats, about); ok {
			out[0] = against(x.Name, a, about[0])
			out[len(columns)-1] = against(y.Name, b, about[1])
			return
		}
	}
	for j, c := range columns {
		out[j] = columnEffects(in, c)
	}
}

func columnEffects(in CardInput, c *table.Column) []effect {
	const mostLevels = 50
	switch {
	case c.Kind == table.Category && len(c.Dict) <= mostLevels:
		return cramer(in, c)
	case c.Numeric():
		return cohen(in, c)
	}
	return nil
}

// moments are count, mean and sum of squared deviations of the values of a segment.
type moments struct{ n, mean, squares float64 }

// plain reports whether a column is of numbers and has every value.
func plain(c *table.Column) bool { return c.Kind == table.Float64 && c.Valid == nil }

// plainSums is sums of two columns that have every value, about a number each. It gives up,
// with false, where a value is not finite, or too large.
func plainSums(in CardInput, x, y []float64, about [2]float64) (a, b []moments, ok bool) {
	type both struct{ x, xx, y, yy float64 }
	of := make([]both, len(in.Segments))
	x, y = x[:len(in.Label)], y[:len(in.Label)]
	for i, s := range in.Label {
		d, e, g := x[i]-about[0], y[i]-about[1], &of[s]
		g.x += d
		g.xx += float64(d * d)
		g.y += e
		g.yy += float64(e * e)
	}
	a, b = make([]moments, len(of)), make([]moments, len(of))
	for i, g := range of {
		if bad := g.xx + g.yy; bad-bad != 0 {
			return nil, nil, false
		}
		a[i], b[i] = moments{in.sizes[i], g.x, g.xx}, moments{in.sizes[i], g.y, g.yy}
	}
	return a, b, true
}

// add counts one more value, by its distance from a number that is near all of them.
func (a *moments) add(d float64) {
	if d-d != 0 { // not a number, or not finite
		return
	}
	a.n++
	a.mean += d
	a.squares += float64(d * d)
}

// and joins the moments of two sets (Chan, Golub and LeVeque 1983).
func (a moments) and(b moments) moments {
	if a.n == 0 || b.n == 0 {
		if a.n == 0 {
			return b
		}
		return a
	}
	n, d := a.n+b.n, b.mean-a.mean
	return moments{n, a.mean + d*b.n/n, a.squares + b.squares + d*d*a.n*b.n/n}
}

// cohen compares each segment with all others in a column of numbers.
func cohen(in CardInput, c *table.Column) []effect {
	about := shift(c)
	return against(c.Name, sums(in, c, about), about)
}

// against compares each segment with all others, by their sums about a number: d = difference
// of the means in pooled standard deviations, p of Welch's t test.
func against(column string, m []moments, about float64) []effect {
	for i := range m {
		if g := &m[i]; g.n > 0 {
			mean := g.mean / g.n
			g.squares = max(0, g.squares-float64(g.mean*mean))
			g.mean = about + mean
		}
	}
	out := make([]effect, len(m))
	for s := range out {
		var rest moments
		for o := range m {
			if o != s {
				rest = rest.and(m[o])
			}
		}
		out[s] = welch(column, m[s], rest)
	}
	return out
}

// shift is a number near the values of a column, so that sums of squares about it lose
// nothing.
func shift(c *table.Column) float64 {
	const looks = 1000
	total, n := 0.0, 0.0
	for i := 0; i < c.Len(); i += 1 + c.Len()/looks {
		if x := c.Float(i); !c.Missing(i) && x-x == 0 {
			n++
			total += (x - total) / n
		}
	}
	return total
}

// sums returns the number of values of each segment, their sum about a number and the sum of
// squares about it. There is no division in the loop: it is passed once for every customer
// and column.
func sums(in CardInput, c *table.Column, about float64) []moments {
	m := make([]moments, len(in.Segments))
	for i, s := range in.Label {
		if !c.Missing(i) {
			m[s].add(c.Float(i) - about)
		}
	}
	return m
}

func welch(column string, a, b moments) effect {
	if a.n < 2 || b.n < 2 {
		return effect{}
	}
	pooled := math.Sqrt((a.squares + b.squares) / (a.n + b.n - 2))
	va, vb := a.squares/(a.n-1)/a.n, b.squares/(b.n-1)/b.n
	if !(pooled > 0) || math.IsInf(pooled, 0) || !(va+vb > 0) {
		return effect{}
	}
	d := (a.mean - b.mean) / pooled
	t := math.Abs(a.mean-b.mean) / math.Sqrt(va+vb)
	df := (va + vb) * (va + vb) / (va*va/(a.n-1) + vb*vb/(b.n-1))
	p := 2 * distuv.StudentsT{Mu: 0, Sigma: 1, Nu: df}.Survival(t)
	return effect{column: column, size: d, p: p}
}

// cramer compares each segment with all others: V of the table of two rows, p of the χ²
// test without correction for continuity.
func cramer(in CardInput, c *table.Column) []effect {
	k, levels := len(in.Segments), len(c.Dict)
	count := make([]float64, k*levels)
	total, whole := make([]float64, levels), 0.0
	size := make([]float64, k)
	for i, s := range in.Label {
		if !c.Missing(i) {
			count[int(s)*levels+int(c.Codes[i])]++
			total[c.Codes[i]]++
			size[s]++
			whole++
		}
	}
	out := make([]effect, k)
	for s := range out {
		if size[s] == 0 || size[s] == whole {
			continue
		}
		chi, used := 0.0, 0
		for l, t := range total {
			if t == 0 {
				continue
			}
			used++
			want := t * size[s] / whole
			d := count[s*levels+l] - want
			chi += d*d/want + d*d/(t-want)
		}
		if used < 2 {
			continue
		}
		out[s] = effect{column: c.Name, category: true, size: math.Sqrt(chi / whole), p: distuv.ChiSquared{K: float64(used - 1)}.Survival(chi)}
	}
	return out
}

// correct replaces p values by those of Benjamini and Hochberg (1995).
func correct(p []*float64) {
	slices.SortStableFunc(p, func(a, b *float64) int {
		switch {
		case *a > *b:
			return -1
		case *a < *b:
			return 1
		}
		return 0
	})
	least := 1.0
	for i, at := range p { // from the largest
		least = min(least, *at*float64(len(p))/float64(len(p)-i))
		*at = least
	}
}
