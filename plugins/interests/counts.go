package interests

import (
	"cmp"
	"context"
	"math"
	"slices"

	"qunxiang/plugins/internal/sheet"
	"qunxiang/plugins/internal/twofold"
	"qunxiang/sdk/table"
)

const (
	longest    = 40 // characters of a theme's name that count
	mostThemes = 60 // the most frequent; the rest is left out of the groups
	stride     = 1 << 15
)

// meeting is one time that a customer met a theme.
type meeting struct {
	customer, theme int32
	occasion        int64 // an order, a comment, an event: a theme counts once in each
	amount          float64
}

// counts say how often each customer met each theme.
type counts struct {
	themes    []string
	rows      [][]cell  // of each customer, by theme
	customers []int     // of each theme
	meetings  []int     // of each theme
	money     []float64 // of each theme
	left      int       // themes beyond mostThemes
}

// cell is one theme of one customer. weight is the count, dampened: ln(1+n)/ln 2, so
// that buying the same thing for the tenth time tells less than the first.
type cell struct {
	theme  int32
	n      int32
	weight float64
}

// collect makes the counts of the meetings of so many customers.
func collect(ctx context.Context, meetings []meeting, names []string, customers int) (*counts, error) {
	slices.SortStableFunc(meetings, func(a, b meeting) int {
		return cmp.Or(cmp.Compare(a.customer, b.customer), cmp.Compare(a.theme, b.theme), cmp.Compare(a.occasion, b.occasion))
	})
	if err := ctx.Err(); err != nil {
		return nil, err
	}
	total, money := make([]int, len(names)), make([]twofold.Sum, len(names))
	for i := range meetings {
		m := &meetings[i]
		money[m.theme].Add(m.amount)
		if i == 0 || meetings[i-1].customer != m.customer || meetings[i-1].theme != m.theme || meetings[i-1].occasion != m.occasion {
			total[m.theme]++
		}
	}
	kept := keep(names, total)
	c := &counts{rows: make([][]cell, customers), customers: make([]int, len(kept)), left: len(names) - len(kept)}
	place := make([]int32, len(names))
	for t := range place {
		place[t] = -1
	}
	for at, t := range kept {
		place[t] = int32(at)
		c.themes = append(c.themes, names[t])
		c.meetings = append(c.meetings, total[t])
		c.money = append(c.money, money[t].Value())
	}
	return c, c.fill(ctx, meetings, place)
}

// keep returns the themes that are met most often, in the order of their names.
func keep(names []string, total []int) []int {
	var kept []int
	for t, n := range total {
		if n > 0 {
			kept = append(kept, t)
		}
	}
	slices.SortFunc(kept, func(a, b int) int { return cmp.Or(cmp.Compare(total[b], total[a]), cmp.Compare(names[a], names[b])) })
	kept = kept[:min(len(kept), mostThemes)]
	slices.SortFunc(kept, func(a, b int) int { return cmp.Compare(names[a], names[b]) })
	return kept
}

// fill counts off the sorted meetings.
func (c *counts) fill(ctx context.Context, meetings []meeting, place []int32) error {
	for i := 0; i < len(meetings); {
		if ctx.Err() != nil {
			return ctx.Err()
		}
		m := meetings[i]
		n, end := int32(0), i
		for ; end < len(meetings) && meetings[end].customer == m.customer && meetings[end].theme == m.theme; end++ {
			if end == i || meetings[end].occasion != meetings[end-1].occasion {
				n++
			}
		}
		if t := place[m.theme]; t >= 0 {
			c.rows[m.customer] = append(c.rows[m.customer], cell{theme: t, n: n, weight: math.Log2(1 + float64(n))})
			c.customers[t]++
		}
		i = end
	}
	for _, r := range c.rows {
		slices.SortFunc(r, func(a, b cell) int { return cmp.Compare(a.theme, b.theme) })
	}
	return nil
}

// profile is one way to be interested and how many customers share it.
type profile struct {
	cells  []cell
	weight float64 // customers
	total  float64 // of the cells' weights
}

// profiles merges customers of equal counts, in an order that follows from the counts
// alone. of is the profile of each customer, −1 where they met no theme.
func (c *counts) profiles() (list []profile, of []int32) {
	order := make([]int32, 0, len(c.rows))
	for i := range c.rows {
		if len(c.rows[i]) > 0 {
			order = append(order, int32(i))
		}
	}
	compare := func(a, b int32) int {
		return slices.CompareFunc(c.rows[a], c.rows[b], func(x, y cell) int {
			return cmp.Or(cmp.Compare(x.theme, y.theme), cmp.Compare(x.n, y.n))
		})
	}
	slices.SortFunc(order, compare)
	of = make([]int32, len(c.rows))
	for i := range of {
		of[i] = -1
	}
	for k, i := range order {
		if k == 0 || compare(order[k-1], i) != 0 {
			p := profile{cells: c.rows[i]}
			for _, x := range p.cells {
				p.total += x.weight
			}
			list = append(list, p)
		}
		list[len(list)-1].weight++
		of[i] = int32(len(list) - 1)
	}
	return list, of
}

// base is the share of each theme among all weights, by profile.
func base(list []profile, themes int) []float64 {
	out := make([]float64, themes)
	all := 0.0
	for _, p := range list {
		for _, x := range p.cells {
			out[x.theme] += p.weight * x.weight
		}
		all += p.weight * p.total
	}
	for t := range out {
		out[t] /= all
	}
	return out
}

// words returns the words of a category column by code, "" where the word is empty, and
// the names in use, sorted.
func words(c *table.Column) (place []int32, names []string) {
	used := make([]bool, len(c.Dict))
	for i, k := range c.Codes {
		if !c.Missing(i) {
			used[k] = true
		}
	}
	for k, u := range used {
		if u && c.Dict[k] != "" {
			names = append(names, sheet.Label(c.Dict[k], longest))
		}
	}
	slices.Sort(names)
	names = slices.Compact(names)
	place = make([]int32, len(c.Dict))
	for k, w := range c.Dict {
		at, ok := slices.BinarySearch(names, sheet.Label(w, longest))
		if place[k] = int32(at); !ok {
			place[k] = -1
		}
	}
	return place, names
}
