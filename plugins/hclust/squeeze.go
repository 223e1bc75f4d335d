package hclust

import (
	"context"
	"math"
	"slices"

	"qunxiang/plugins/internal/cluster"
)

const (
	mostSites = 20_000 // different customers up to which each is a site of its own
	cells     = 2_000  // sites above that
)

// sites are what is joined: different customers, or small cells of them.
type sites struct {
	p      cluster.Points
	weight []int   // customers of each
	of     []int32 // canonical row → site
	split  []split // of the cells; nil where sites are customers
	lost   float64 // share of the sum of squares that lies within cells
}

// split divides a cell in two: rows below At along Axis go Left. A number below 0 is a
// cell: −1 is cell 0.
type split struct {
	Axis  int     `json:"axis"`
	At    float64 `json:"at"`
	Left  int32   `json:"left"`
	Right int32   `json:"right"`
}

// squeeze makes sites of rows. Equal rows, which are neighbours, become one: every
// linkage joins them first, at height 0. More than mostSites become cells.
func squeeze(ctx context.Context, p cluster.Points) (*sites, error) {
	s := &sites{of: make([]int32, p.N)}
	s.p.D = p.D
	for i := range p.N {
		if i > 0 && slices.Equal(p.Row(i-1), p.Row(i)) {
			s.weight[s.p.N-1]++
		} else {
			if s.p.N == mostSites {
				return partition(ctx, p)
			}
			s.p.N++
			s.p.X = append(s.p.X, p.Row(i)...)
			s.weight = append(s.weight, 1)
		}
		s.of[i] = int32(s.p.N - 1)
	}
	return s, nil
}

// cell is a set of rows on its way to becoming a site.
type cell struct {
	rows   []int32
	mean   []float64
	square float64 // sum of squared distances to the mean
	axis   int     // along which it varies most
	parent int     // split that made it, −1 for the first
	right  bool
}

// partition divides the rows into cells: again and again the one with the largest sum
// of squares, at its mean, along the feature that varies most in it (VAR-Part of Su and
// Dy 2007).
func partition(ctx context.Context, p cluster.Points) (*sites, error) {
	all := make([]int32, p.N)
	for i := range all {
		all[i] = int32(i)
	}
	s := &sites{of: make([]int32, p.N)}
	open := []*cell{newCell(p, all, -1, false)}
	total := open[0].square
	for len(open) < cells {
		if ctx.Err() != nil {
			return nil, ctx.Err()
		}
		at := 0
		for i, c := range open {
			if c.square > open[at].square {
				at = i
			}
		}
		c := open[at]
		if !(c.square > 0) {
			break
		}
		left, right := c.halves(p)
		if len(left) == 0 || len(right) == 0 { // nothing but rounding left
			c.square = 0
			continue
		}
		n := len(s.split)
		s.split = append(s.split, split{Axis: c.axis, At: c.mean[c.axis]})
		s.link(c, int32(n))
		open[at] = newCell(p, left, n, false)
		open = append(open, newCell(p, right, n, true))
	}
	s.p = cluster.NewPoints(len(open), p.D)
	for i, c := range open {
		s.link(c, int32(-1-i))
		copy(s.p.Row(i), c.mean)
		s.weight = append(s.weight, len(c.rows))
		s.lost += c.square / total
		for _, r := range c.rows {
			s.of[r] = int32(i)
		}
	}
	return s, nil
}

// link tells the split that made a cell what became of it.
func (s *sites) link(c *cell, to int32) {
	switch {
	case c.parent < 0:
	case c.right:
		s.split[c.parent].Right = to
	default:
		s.split[c.parent].Left = to
	}
}

func newCell(p cluster.Points, rows []int32, parent int, right bool) *cell {
	c := &cell{rows: rows, mean: make([]float64, p.D), parent: parent, right: right}
	n := float64(len(rows))
	for _, r := range rows {
		for j, x := range p.Row(int(r)) {
			c.mean[j] += x / n
		}
	}
	spread := make([]float64, p.D)
	for _, r := range rows {
		for j, x := range p.Row(int(r)) {
			t := x - c.mean[j]
			spread[j] += float64(t * t)
		}
	}
	for j, s := range spread {
		c.square += s
		if s > spread[c.axis] {
			c.axis = j
		}
	}
	return c
}

// halves divides the rows at the mean, each half in its old order.
func (c *cell) halves(p cluster.Points) (left, right []int32) {
	at := c.mean[c.axis]
	for _, r := range c.rows {
		if p.X[int(r)*p.D+c.axis] < at {
			left = append(left, r)
		} else {
			right = append(right, r)
		}
	}
	return left, right
}

// cellOf finds the cell of a row.
func cellOf(splits []split, row []float64) int32 {
	at := int32(0)
	for at >= 0 {
		s := &splits[at]
		if at = s.Right; row[s.Axis] < s.At {
			at = s.Left
		}
	}
	return -1 - at
}

// weights returns the sites' customers as numbers.
func (s *sites) weights() []float64 {
	out := make([]float64, len(s.weight))
	for i, n := range s.weight {
		out[i] = float64(n)
	}
	return out
}

// share is the typical distance within a cell as a part of the typical distance to the
// mean of all.
func (s *sites) share() float64 { return math.Sqrt(s.lost) }
