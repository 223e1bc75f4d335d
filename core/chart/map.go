package chart

import (
	"cmp"
	"hash/fnv"
	"image"
	"math"
	"slices"
	"strings"

	"qunxiang/core"
)

// mapMost is the number of customers that a cluster map draws; of more it draws those
// whose names have the smallest hashes: always the same ones, whatever their order.
const mapMost = 20_000

// mapCore is the share of a segment's customers, nearest to its centre, that its
// outline encloses: a few far ones would make every outline cover every other.
const mapCore = 0.9

// clusterMap is the customers in the plane of their two main differences.
type clusterMap struct {
	*plane
	points  *scatterData
	outline [][][2]float64 // by segment position
	centre  [][2]float64   // NaN = nobody
	drawn   int
	all     int
}

func hasMap(in *Input) bool { return hasSegments(in) && len(in.mapNames()) >= 2 }

// mapNames are the numeric features of the run.
func (in *Input) mapNames() []string {
	numeric := in.numericNames()
	var out []string
	for _, n := range in.Seg.Features {
		if slices.Contains(numeric, n) && !slices.Contains(out, n) {
			out = append(out, n)
		}
	}
	return out
}

func newMap(in *Input, o Options) (drawFunc, error) {
	names := in.mapNames()
	columns := make([][]float64, len(names))
	for i, n := range names {
		c, err := in.numeric(n)
		if err != nil {
			return nil, err
		}
		columns[i] = make([]float64, c.Len())
		for row := range columns[i] {
			if columns[i][row] = math.NaN(); !c.Missing(row) && drawable(c.Float(row)) {
				columns[i][row] = c.Float(row)
			}
		}
	}
	pl := planeOf(names, columns)
	if pl == nil {
		return nil, &core.Error{
			Code: "chart_no_data", Origin: core.OriginUser, Op: "chart",
			Args: core.Args{"kind": KindMap, "kinds": []string{KindSizes, KindTreemap}},
		}
	}
	m := in.layMap(pl)
	return func(p *pen, b box) { in.drawMap(p, b, o, m) }, nil
}

func (in *Input) layMap(pl *plane) *clusterMap {
	k, n := len(in.Seg.Segments), len(in.Seg.Label)
	m := &clusterMap{plane: pl, all: n, points: &scatterData{}}
	count := make([]float64, k)
	m.centre = make([][2]float64, k)
	for i, c := range in.Seg.Label {
		count[c]++
		m.centre[c][0] += pl.x[i]
		m.centre[c][1] += pl.y[i]
	}
	for c := range m.centre {
		m.centre[c][0] /= count[c] // 0/0 = NaN for nobody
		m.centre[c][1] /= count[c]
	}
	d := m.points
	part := make([][][2]float64, k)
	for _, row := range in.sample(mapMost) {
		x, y, c := pl.x[row], pl.y[row], in.Seg.Label[row]
		d.xs, d.ys = append(d.xs, x), append(d.ys, y)
		d.rows, d.segments = append(d.rows, row), append(d.segments, c)
		part[c] = append(part[c], [2]float64{x, y})
	}
	m.drawn = len(d.rows)
	for c, pts := range part {
		m.outline = append(m.outline, hull(nearest(pts, m.centre[c])))
	}
	d.x, d.y = in.mapAxis(pl, 0, d.xs), in.mapAxis(pl, 1, d.ys)
	return m
}

// nearest returns the share mapCore of the points that lie nearest to a centre.
func nearest(pts [][2]float64, centre [2]float64) [][2]float64 {
	out := slices.Clone(pts)
	far := func(q [2]float64) float64 { return math.Hypot(q[0]-centre[0], q[1]-centre[1]) }
	slices.SortStableFunc(out, func(a, b [2]float64) int { return cmp.Compare(far(a), far(b)) })
	return out[:int(math.Ceil(mapCore*float64(len(out))))]
}

// sample returns at most so many rows, rising.
func (in *Input) sample(most int) []int32 {
	n := len(in.Seg.Label)
	rows := make([]int32, n)
	for i := range rows {
		rows[i] = int32(i)
	}
	if n <= most {
		return rows
	}
	hash := make([]uint64, n)
	for i := range hash {
		h := fnv.New64a()
		_, _ = h.Write([]byte(in.customer(i))) // a hash's Write never fails
		hash[i] = h.Sum64() * 0x9E3779B97F4A7C15
	}
	slices.SortFunc(rows, func(a, b int32) int { return cmp.Or(cmp.Compare(hash[a], hash[b]), cmp.Compare(a, b)) })
	rows = rows[:most]
	slices.Sort(rows)
	return rows
}

// mapAxis says what an axis stands for: its share of the variance and the features
// that weigh most in it.
func (in *Input) mapAxis(pl *plane, a int, values []float64) axis {
	lo, hi := slices.Min(values), slices.Max(values)
	if lo == hi {
		lo, hi = lo-1, hi+1
	}
	pad := (hi - lo) * 0.04
	lc := in.locale()
	return axis{
		title: lc.T("chart.map.axis", "n", a+1, "share", lc.Percent(pl.share[a]), "features", in.loadings(pl, a)),
		lo:    lo - pad, hi: hi + pad, scale: linearScale{},
	}
}

// loadings names the features that make up an axis, heaviest first, with their signs.
func (in *Input) loadings(pl *plane, a int) string {
	order := make([]int, len(pl.names))
	for i := range order {
		order[i] = i
	}
	v := pl.axes[a]
	slices.SortStableFunc(order, func(i, j int) int { return cmp.Compare(math.Abs(v[j]), math.Abs(v[i])) })
	const most, least = 3, 0.3
	var parts []string
	for _, i := range order[:min(most, len(order))] {
		if math.Abs(v[i]) < least && len(parts) > 0 {
			break
		}
		sign := "+"
		if v[i] < 0 {
			sign = "−"
		}
		parts = append(parts, sign+in.columnTitle(pl.names[i]))
	}
	return strings.Join(parts, " ")
}

func (in *Input) drawMap(p *pen, b box, o Options, m *clusterMap) {
	if b.h > 200 {
		note := p.lc.T("chart.map.note", "share", p.lc.Number(100*mapCore, 0)+"%")
		if m.drawn < m.all {
			note = p.lc.T("chart.map.sampled", "n", m.drawn, "all", m.all, "share", p.lc.Number(100*mapCore, 0)+"%")
		}
		st := style{size: sizeSmall, c: p.th.muted}
		p.text(b.x, b.y, p.fit(note, b.w, st), st)
		b = b.cut(0, sizeSmall+8, 0, 0)
	}
	b = p.legend(b, in.entries(p, o))
	d := m.points
	p.axes(b, d.x, d.y, func(g *mapping) {
		in.outlines(p, g, o, m, true)
		in.drawPoints(p, g, o, d, func(i int) []string {
			return []string{in.segmentName(int(d.segments[i])), in.featureLine(m.names, int(d.rows[i]))}
		})
		if p.hits != nil && m.drawn < m.all {
			p.hits.inside = m.inside(g, p.k)
		}
		in.outlines(p, g, o, m, false)
		in.centres(p, g, o, m)
	})
}

// inside finds the customers of a rectangle of pixels among all, drawn or not.
func (m *clusterMap) inside(g *mapping, k float64) func(r image.Rectangle) []int32 {
	x, y := m.points.x, m.points.y
	x0, wide, y0, high := g.box.x*k, g.w*k, g.bottom()*k, -g.h*k
	return func(r image.Rectangle) []int32 {
		px, py := make([]float32, len(m.x)), make([]float32, len(m.x))
		mapAll(x, m.x, px, x0, wide)
		mapAll(y, m.y, py, y0, high)
		var out []int32
		for i := range px {
			if px[i] >= float32(r.Min.X) && px[i] < float32(r.Max.X) && py[i] >= float32(r.Min.Y) && py[i] < float32(r.Max.Y) {
				out = append(out, int32(i))
			}
		}
		return out
	}
}

// featureLine is what a customer is like in the features of the map.
func (in *Input) featureLine(names []string, row int) string {
	var parts []string
	for _, n := range names[:min(3, len(names))] {
		if c, err := in.numeric(n); err == nil && !c.Missing(row) {
			parts = append(parts, in.named(n, c.Float(row)))
		}
	}
	return strings.Join(parts, " · ")
}

// outlines draws the outline of each segment, filled below the points, as a line above.
func (in *Input) outlines(p *pen, g *mapping, o Options, m *clusterMap, filled bool) {
	if o.Only == nil && len(m.outline) > SegmentColors { // a tangle
		return
	}
	for at, h := range m.outline {
		if len(h) < 3 || o.Only != nil && !o.Only[at] {
			continue
		}
		pts := make([][2]float64, len(h), len(h)+1)
		for i, q := range h {
			pts[i] = [2]float64{g.px(q[0]), g.py(q[1])}
		}
		c := in.color(p, o, at)
		if filled {
			p.fill(mix(p.th.background, c, 0.10), p.polygonPath(pts))
			continue
		}
		p.polyline(append(pts, pts[0]), 1.6, c)
	}
}

// centres marks the middle of each segment and names it where there is room, large
// segments first.
func (in *Input) centres(p *pen, g *mapping, o Options, m *clusterMap) {
	order := make([]int, 0, len(m.centre))
	var taken []box
	for at, c := range m.centre {
		if math.IsNaN(c[0]) {
			continue
		}
		order = append(order, at)
		x, y := g.px(c[0]), g.py(c[1])
		taken = append(taken, box{x - 7, y - 7, 14, 14})
		p.marker(x, y, 8.5, in.Seg.Segments[at].ID, p.th.text)
		p.marker(x, y, 7.2, in.Seg.Segments[at].ID, p.th.background)
		p.marker(x, y, 5.8, in.Seg.Segments[at].ID, in.color(p, o, at))
		p.hitOver(box{x - 8, y - 8, 16, 16}, Selection{Segments: []int{at}}, in.segmentLines(at)...)
	}
	slices.SortStableFunc(order, func(a, b int) int { return cmp.Compare(in.Seg.Segments[b].Size, in.Seg.Segments[a].Size) })
	for i, at := range order {
		if o.Only == nil && i < SegmentColors || o.Only[at] {
			x, y := g.px(m.centre[at][0]), g.py(m.centre[at][1])
			taken = p.callout(g.box, x, y, in.segmentName(at), taken)
		}
	}
}

// callout writes a name beside a point where it covers nothing that is taken, and
// returns what is taken now.
func (p *pen) callout(inside box, x, y float64, name string, taken []box) []box {
	st := style{size: sizeSmall, bold: true, c: p.th.text, v: 0.5}
	name = p.fit(name, min(150, inside.w*0.4), st)
	if name == "" {
		return taken
	}
	w, h := p.width(name, st)+8, st.size+6
	for _, at := range [][2]float64{{x + 11, y - h/2}, {x - 11 - w, y - h/2}, {x - w/2, y - 11 - h}, {x - w/2, y + 11}, {x + 8, y - 8 - h}, {x - 8 - w, y + 8}} {
		b := box{at[0], at[1], w, h}
		if b.x < inside.x || b.right() > inside.right() || b.y < inside.y || b.bottom() > inside.bottom() || slices.ContainsFunc(taken, b.meets) {
			continue
		}
		p.round(b, 3, p.th.background)
		p.text(b.x+4, b.y+h/2, name, st)
		return append(taken, b)
	}
	return taken
}

// meets reports whether two boxes have a point in common.
func (b box) meets(o box) bool {
	return b.x < o.right() && o.x < b.right() && b.y < o.bottom() && o.y < b.bottom()
}

// counted writes a number of customers in little room.
func (p *pen) counted(n int) string {
	if n < 10_000 {
		return p.lc.Int(n)
	}
	return p.lc.Compact(float64(n))
}
