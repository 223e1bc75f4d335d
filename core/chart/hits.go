package chart

import (
	"image"
	"math"
)

// Selection is what stands behind a mark: the customers to open on a click.
// Exactly one of the groups of fields is set, except that a Node has its Segments too.
type Selection struct {
	Segments []int   // positions in Segmentation.Segments
	R, F     int     // scores of a cell of the RFM grid; 0 = not a cell
	Rows     []int32 // rows of the segmentation
	// Column and its range: Low ≤ value < High (≤ High in the last bin).
	Column    string
	Low, High float64
	Last      bool
	Part      bool // only a part of the segments' customers, which nobody can list
	K         int  // a number of clusters of a sweep
	Node      int  // id of a node of a decision tree; Segments are those below it
}

// Hit is the mark under the pointer.
type Hit struct {
	Lines  []string // what to show: the first line is the heading
	Select Selection
	Box    image.Rectangle // bounds of the mark, in pixels of the frame
}

// Hits are the marks of a frame, in its pixels. Read-only, safe for concurrent use.
type Hits struct {
	over   []hitArea // before the points
	areas  []hitArea
	points *pixelGrid
	point  func(i int) Hit // for points: what it says, without its box
	radius float64         // reach of a point, px
	// inside finds the points of a rectangle where not all are drawn; nil = all are.
	inside func(r image.Rectangle) []int32
}

type hitArea struct {
	x0, y0, x1, y1 float64
	hit            Hit
}

// At returns the mark at pixel (x, y), the topmost one, and whether there is one.
func (h *Hits) At(x, y float64) (Hit, bool) {
	if hit, ok := topmost(h.over, x, y); ok {
		return hit, true
	}
	if h.points != nil {
		if i := h.points.nearest(x, y, h.radius); i >= 0 {
			hit := h.point(i)
			px, py, r := float64(h.points.px[i]), float64(h.points.py[i]), h.radius
			hit.Box = image.Rect(int(px-r), int(py-r), int(math.Ceil(px+r)), int(math.Ceil(py+r)))
			return hit, true
		}
	}
	return topmost(h.areas, x, y)
}

func topmost(areas []hitArea, x, y float64) (Hit, bool) {
	for i := len(areas) - 1; i >= 0; i-- {
		if a := &areas[i]; x >= a.x0 && x < a.x1 && y >= a.y0 && y < a.y1 {
			return a.hit, true
		}
	}
	return Hit{}, false
}

// In returns the rows of the points inside a rectangle of pixels, rising, those too that
// are not drawn because there are so many. It is empty for charts without points.
func (h *Hits) In(r image.Rectangle) []int32 {
	switch {
	case h.points == nil:
		return nil
	case h.inside != nil:
		return h.inside(r)
	}
	return h.points.in(r)
}

// Marks returns the marks that are no points, in the order in which they were drawn, for
// who goes from one to the next without a pointer.
func (h *Hits) Marks() []Hit {
	out := make([]Hit, 0, len(h.areas)+len(h.over))
	for _, all := range [][]hitArea{h.areas, h.over} {
		for i := range all {
			out = append(out, all[i].hit)
		}
	}
	return out
}

// HasPoints reports whether the chart shows customers as points.
func (h *Hits) HasPoints() bool { return h.points != nil }

// Len returns how many marks can be hit.
func (h *Hits) Len() int {
	n := len(h.areas) + len(h.over)
	if h.points != nil {
		n += len(h.points.px)
	}
	return n
}

// hit registers a mark that fills b.
func (p *pen) hit(b box, s Selection, lines ...string) {
	if p.hits != nil {
		p.hits.areas = append(p.hits.areas, p.hitArea(b, s, lines))
	}
}

// hitOver registers a mark that lies above the points of a scatter.
func (p *pen) hitOver(b box, s Selection, lines ...string) {
	if p.hits != nil {
		p.hits.over = append(p.hits.over, p.hitArea(b, s, lines))
	}
}

func (p *pen) hitArea(b box, s Selection, lines []string) hitArea {
	a := hitArea{x0: b.x * p.k, y0: b.y * p.k, x1: b.right() * p.k, y1: b.bottom() * p.k}
	a.hit = Hit{Lines: lines, Select: s, Box: image.Rect(int(a.x0), int(a.y0), int(math.Ceil(a.x1)), int(math.Ceil(a.y1)))}
	return a
}

// pixelGrid finds the nearest of many points: buckets of cell×cell pixels.
type pixelGrid struct {
	cell, nx, ny int
	start, idx   []int32
	px, py       []float32
	rows         []int32
}

// newPixelGrid indexes points given in pixels of a w×h image; rows[i] is the row
// behind point i. Points off the image are left out.
func newPixelGrid(w, h int, px, py []float32, rows []int32) *pixelGrid {
	g := &pixelGrid{cell: 8, px: px, py: py, rows: rows}
	g.nx, g.ny = w/g.cell+1, h/g.cell+1
	count := make([]int32, g.nx*g.ny+1)
	of := make([]int32, len(px))
	for i := range px {
		cx, cy := int(px[i])/g.cell, int(py[i])/g.cell
		of[i] = -1
		if px[i] >= 0 && py[i] >= 0 && cx < g.nx && cy < g.ny {
			of[i] = int32(cy*g.nx + cx)
			count[of[i]+1]++
		}
	}
	for i := 1; i < len(count); i++ {
		count[i] += count[i-1]
	}
	g.start = append([]int32(nil), count...)
	g.idx = make([]int32, count[len(count)-1])
	for i, c := range of {
		if c >= 0 {
			g.idx[count[c]] = int32(i)
			count[c]++
		}
	}
	return g
}

func (g *pixelGrid) nearest(x, y, r float64) int {
	best, bd := -1, r*r
	g.each(x-r, y-r, x+r, y+r, func(i int32) {
		dx, dy := float64(g.px[i])-x, float64(g.py[i])-y
		if d := dx*dx + dy*dy; d < bd || d == bd && best >= 0 && int(i) > best {
			best, bd = int(i), d
		}
	})
	return best
}

func (g *pixelGrid) in(r image.Rectangle) []int32 {
	keep := make([]bool, len(g.px))
	g.each(float64(r.Min.X), float64(r.Min.Y), float64(r.Max.X), float64(r.Max.Y), func(i int32) {
		x, y := g.px[i], g.py[i]
		keep[i] = x >= float32(r.Min.X) && x < float32(r.Max.X) && y >= float32(r.Min.Y) && y < float32(r.Max.Y)
	})
	var out []int32
	for i, k := range keep {
		if k {
			out = append(out, g.rows[i])
		}
	}
	return out
}

// each visits the points of the buckets that touch the rectangle.
func (g *pixelGrid) each(x0, y0, x1, y1 float64, visit func(int32)) {
	for cy := max(0, int(y0)/g.cell); cy <= min(g.ny-1, int(y1)/g.cell); cy++ {
		for cx := max(0, int(x0)/g.cell); cx <= min(g.nx-1, int(x1)/g.cell); cx++ {
			c := cy*g.nx + cx
			for _, i := range g.idx[g.start[c]:g.start[c+1]] {
				visit(i)
			}
		}
	}
}
