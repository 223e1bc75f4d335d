package evidence

import (
	"context"
	"math"
)

// Points are customers in a space of features: numbers, and categories, each of which is
// 0 or 1/√2 for each of its values, so that two different ones are 1 apart. What a
// million customers would take in that form is never held.
type Points struct {
	N, D       int                        // customers, and numbers of each
	X          []float64                  // N × D, row by row; nil where Row writes them
	Row        func(i int, row []float64) // writes the D numbers of customer i
	Categories []Category
}

// Category is a feature of values without an order.
type Category struct {
	Levels int
	Code   func(i int) int32 // of customer i, below Levels; −1 for no value
}

// half is the square of how far a category's value lies from having none.
const half = 0.5

// lookRows is the number of rows between two looks at the context.
const lookRows = 4096

// each calls f with the numbers and codes of every row, which are f's until it returns.
func (p Points) each(ctx context.Context, f func(i int, row []float64, codes []int32)) error {
	row, codes := make([]float64, p.D), make([]int32, len(p.Categories))
	for i := range p.N {
		if i%lookRows == 0 && ctx.Err() != nil {
			return ctx.Err()
		}
		for j, c := range p.Categories {
			codes[j] = c.Code(i)
		}
		if p.Row == nil {
			f(i, p.X[i*p.D:(i+1)*p.D], codes)
			continue
		}
		p.Row(i, row)
		f(i, row, codes)
	}
	return ctx.Err()
}

// pick is some of the rows.
func (p Points) pick(rows []int32) Points {
	q := Points{N: len(rows), D: p.D}
	q.Row = func(i int, row []float64) {
		if at := int(rows[i]); p.Row != nil {
			p.Row(at, row)
		} else {
			copy(row, p.X[at*p.D:(at+1)*p.D])
		}
	}
	for _, c := range p.Categories {
		q.Categories = append(q.Categories, Category{Levels: c.Levels, Code: func(i int) int32 { return c.Code(int(rows[i])) }})
	}
	return q
}

// held are rows that are at hand for many distances.
type held struct {
	n, d, kinds int
	x           []float64 // n × d
	codes       []int32   // n × kinds
}

func (p Points) held() held {
	h := held{n: p.N, d: p.D, kinds: len(p.Categories), x: p.X, codes: make([]int32, p.N*len(p.Categories))}
	if p.Row != nil {
		h.x = make([]float64, p.N*p.D)
	}
	for i := range p.N {
		if p.Row != nil {
			p.Row(i, h.x[i*p.D:(i+1)*p.D])
		}
		for j, c := range p.Categories {
			h.codes[i*h.kinds+j] = c.Code(i)
		}
	}
	return h
}

// square returns the squared distance of two rows.
func (h held) square(i, j int) float64 {
	s := square(h.x[i*h.d:(i+1)*h.d], h.x[j*h.d:(j+1)*h.d])
	other := h.codes[j*h.kinds : (j+1)*h.kinds]
	for k, a := range h.codes[i*h.kinds : (i+1)*h.kinds] {
		switch b := other[k]; {
		case a == b:
		case a < 0 || b < 0:
			s += half
		default:
			s += 2 * half
		}
	}
	return s
}

// grouping is points with their labels, sizes and centres.
type grouping struct {
	p      Points
	label  []int32
	count  []int
	width  int       // of a centre: its numbers, then a number for each value of each category
	centre []float64 // by group
	// apart has, by category, group and code + 1, how far (squared) the code is from the
	// group's centre in that category.
	apart [][]float64
}

func newGrouping(ctx context.Context, p Points, label []int32, k int) (*grouping, error) {
	g := &grouping{p: p, label: label, count: make([]int, k), width: p.D}
	first := make([]int, len(p.Categories)) // where each category begins in a centre
	for j, c := range p.Categories {
		first[j] = g.width
		g.width += c.Levels
	}
	g.centre = make([]float64, k*g.width)
	if err := p.each(ctx, func(i int, row []float64, codes []int32) {
		c := int(label[i])
		g.count[c]++
		at := g.at(c)
		for j, x := range row {
			at[j] += x
		}
		for j, code := range codes {
			if code >= 0 {
				at[first[j]+int(code)]++
			}
		}
	}); err != nil {
		return nil, err
	}
	for c, n := range g.count {
		at := g.at(c)
		for j := range at {
			if at[j] /= float64(max(1, n)); j >= p.D {
				at[j] *= math.Sqrt(half)
			}
		}
	}
	for j, c := range p.Categories {
		g.apart = append(g.apart, g.levels(first[j], c.Levels))
	}
	return g, nil
}

// levels is apart for the category that begins there in a centre.
func (g *grouping) levels(first, n int) []float64 {
	out := make([]float64, len(g.count)*(n+1))
	for c := range g.count {
		centre := g.at(c)[first : first+n]
		for code := range n + 1 {
			s := 0.0
			for l, x := range centre {
				if l == code-1 {
					x -= math.Sqrt(half)
				}
				s += float64(x * x)
			}
			out[c*(n+1)+code] = s
		}
	}
	return out
}

func (g *grouping) at(c int) []float64 { return g.centre[c*g.width : (c+1)*g.width] }

// square returns the squared distance of a row from the centre of a group.
func (g *grouping) square(row []float64, codes []int32, c int) float64 {
	s := square(row, g.at(c)[:g.p.D])
	for j, code := range codes {
		n := g.p.Categories[j].Levels + 1
		s += g.apart[j][c*n+int(code)+1]
	}
	return s
}
