package chart

import (
	"image/color"
	"slices"

	"qunxiang/core"
)

// dendroLeaves is the number of branches that a dendrogram shows at the bottom where
// there is room, as SciPy's truncate_mode="lastp" does by default.
const dendroLeaves = 30

func hasDendrogram(in *Input) bool {
	if in.Seg == nil {
		return false
	}
	d, ok := ReadDendrogram(in.Seg)
	return ok && len(d.height) > 0
}

// newDendrogram draws the upper part of the tree, the cut, and the groups below it.
func newDendrogram(in *Input, o Options) (drawFunc, error) {
	d, ok := ReadDendrogram(in.Seg)
	if !ok {
		return nil, &core.Error{
			Code: "chart_no_data", Origin: core.OriginUser, Op: "chart",
			Args: core.Args{"kind": KindDendrogram, "kinds": []string{KindSizes}},
		}
	}
	cut := d.Own()
	if o.Cut != nil {
		_, high := d.Range()
		cut = min(max(0, *o.Cut), high)
	}
	groups := d.Cut(cut)
	return func(p *pen, b box) { in.drawDendrogram(p, b, o, d, cut, groups) }, nil
}

// drawnTree is a dendrogram cut short to the branches that are drawn.
type drawnTree struct {
	*Dendrogram
	bottom map[int]int // node → its column
	group  map[int]int // node at or below the cut → its group
	groups []Branch
	x      map[int]float64 // node → its middle
	m      *mapping
}

func (in *Input) drawDendrogram(p *pen, b box, o Options, d *Dendrogram, cut float64, groups []Branch) {
	shown := min(dendroLeaves, max(4, int(b.w/26)))
	if o.Leaves > 0 {
		shown = min(o.Leaves, max(4, int(b.w/9)))
	}
	shown = min(max(shown, min(len(groups), int(b.w/12))), d.leaves)
	t := &drawnTree{Dendrogram: d, groups: groups, bottom: map[int]int{}, group: map[int]int{}, x: map[int]float64{}}
	first := len(d.size) - shown + 1 // nodes from here up are drawn as joins
	columns := d.roots(func(node int) bool { return node < first })
	for i, node := range columns {
		t.bottom[node] = i
	}
	for g, br := range groups {
		t.colour(br.Node, g)
	}
	_, high := d.Range()
	note := p.lc.T("chart.dendrogram.note", "n", len(columns))
	if len(columns) == d.leaves && in.Seg.Label != nil && d.leaves == len(in.Seg.Label) {
		note = p.lc.T("chart.dendrogram.whole")
	}
	if b.h > 180 && b.w > 380 {
		st := style{size: sizeSmall, c: p.th.muted}
		p.text(b.x, b.y, p.fit(note, b.w, st), st)
		b = b.cut(0, sizeSmall+8, 0, 0)
	}
	strip := 52.0 // the numbers of customers and the groups
	if b.h < 120 {
		strip = 0
	}
	below := box{b.x, b.bottom() - strip, b.w, strip}
	x := axis{lo: 0, hi: float64(len(columns)), scale: linearScale{}, bare: true, ticks: []float64{}}
	y := axis{title: p.lc.T("chart.dendrogram.y"), lo: 0, hi: high, scale: linearScale{}}
	p.axes(b.cut(0, 0, 0, strip), x, y, func(m *mapping) {
		t.m = m
		for _, node := range columns {
			t.x[node] = m.px(float64(t.bottom[node]) + 0.5)
		}
		in.drawJoins(p, t, o, first)
		in.drawCut(p, m, cut, len(groups))
		if strip > 0 {
			in.drawColumns(p, t, o, box{m.box.x, below.y, m.w, strip}, columns)
		}
	})
}

// colour marks everything below a node as of a group.
func (t *drawnTree) colour(node, group int) {
	stack := []int{node}
	for len(stack) > 0 {
		n := stack[len(stack)-1]
		stack = stack[:len(stack)-1]
		t.group[n] = group
		if n >= t.leaves {
			stack = append(stack, t.left[n-t.leaves], t.right[n-t.leaves])
		}
	}
}

func (in *Input) drawJoins(p *pen, t *drawnTree, o Options, first int) {
	for node := first; node < len(t.size); node++ {
		a, b := t.left[node-t.leaves], t.right[node-t.leaves]
		if t.x[a] > t.x[b] {
			a, b = b, a
		}
		t.x[node] = (t.x[a] + t.x[b]) / 2
		y := t.m.py(t.height[node-t.leaves])
		c, width := p.th.axis, 1.6
		if g, ok := t.group[node]; ok {
			c, width = in.branchColour(p, o, t.groups[g]), 2.2
		}
		for _, child := range []int{a, b} {
			from := t.m.bottom()
			if child >= first {
				from = t.m.py(t.height[child-t.leaves])
			}
			leg, w := c, width
			if g, ok := t.group[child]; ok {
				leg, w = in.branchColour(p, o, t.groups[g]), 2.2
			}
			p.line(t.x[child], from, t.x[child], y, w, leg)
		}
		p.line(t.x[a]-width/2, y, t.x[b]+width/2, y, width, c)
		p.hit(box{t.x[a] - 4, y - 6, t.x[b] - t.x[a] + 8, 12}, in.branchSelection(t.Dendrogram, node), in.joinLines(t, node)...)
	}
}

// branchColour is the colour of a group below the cut.
func (in *Input) branchColour(p *pen, o Options, b Branch) color.RGBA {
	if at := b.Colour - 1; at < len(in.Seg.Segments) {
		return in.color(p, o, at)
	}
	id := 0
	for _, s := range in.Seg.Segments {
		id = max(id, s.ID)
	}
	return SegmentColor(id+b.Colour-len(in.Seg.Segments), in.Dark)
}

// branchSelection are the segments that have customers below a node.
func (in *Input) branchSelection(d *Dendrogram, node int) Selection {
	var at []int
	for _, q := range d.segmentsOf(node) {
		if !slices.Contains(at, q.at) {
			at = append(at, q.at)
		}
	}
	slices.Sort(at)
	if d.segment[node] >= 0 && in.Seg.Segments[d.segment[node]].Size != d.size[node] {
		return Selection{Segments: at, Part: true}
	}
	return Selection{Segments: at}
}

func (in *Input) joinLines(t *drawnTree, node int) []string {
	lc := in.locale()
	h := t.height[node-t.leaves]
	a, b := t.left[node-t.leaves], t.right[node-t.leaves]
	out := []string{
		lc.T("chart.dendrogram.join", "a", t.size[a], "b", t.size[b]),
		lc.T("chart.dendrogram.height", "h", lc.Number(h, -1)),
	}
	return append(out, in.nodeSegments(t.Dendrogram, node)...)
}

// nodeSegments says which segments the customers below a node are in.
func (in *Input) nodeSegments(d *Dendrogram, node int) []string {
	count := map[int]int{}
	for _, q := range d.segmentsOf(node) {
		count[q.at] += q.size
	}
	var out []string
	for at := range in.Seg.Segments {
		if n := count[at]; n > 0 && len(out) < 5 {
			out = append(out, in.locale().T("chart.pair", "name", in.segmentName(at), "value", in.locale().Int(n)))
		}
	}
	return out
}

// drawCut draws the line at which the tree is cut and says what it gives.
func (in *Input) drawCut(p *pen, m *mapping, cut float64, k int) {
	y := m.py(cut)
	for x := m.box.x; x < m.right(); x += 9 {
		p.line(x, y, min(m.right(), x+5.5), y, 1.8, p.th.text)
	}
	st := style{size: sizeSmall, bold: true, c: p.th.text, h: 1, v: 1}
	label := p.fit(p.lc.T("chart.dendrogram.cut", "k", k, "h", p.lc.Number(cut, -1)), m.w*0.7, st)
	w := p.width(label, st)
	b := box{m.right() - w - 8, y - st.size - 8, w + 8, st.size + 6}
	if b.y < m.box.y {
		b.y = y + 3
	}
	p.round(b, 3, p.th.background)
	p.text(b.right()-4, b.bottom()-3, label, st)
}

// drawColumns writes, below the branches, how many customers they hold, and below that
// the groups with theirs.
func (in *Input) drawColumns(p *pen, t *drawnTree, o Options, b box, columns []int) {
	step := b.w / float64(len(columns))
	st := style{size: sizeTiny, c: p.th.muted, h: 0.5}
	for i, node := range columns {
		s := p.counted(t.size[node])
		at := box{b.x + float64(i)*step, b.y + 2, step, 14}
		if p.width(s, st) <= step-3 {
			p.text(at.x+step/2, at.y+1, s, st)
		}
		p.hit(box{at.x, at.y, at.w, 14}, in.branchSelection(t.Dendrogram, node), append([]string{
			p.lc.T("chart.subtitle.customers", "n", t.size[node]),
		}, in.nodeSegments(t.Dendrogram, node)...)...)
	}
	from := 0
	for from < len(columns) {
		g, to := t.group[columns[from]], from+1
		if _, ok := t.group[columns[from]]; !ok { // groups lower than what is drawn
			g = -1
		}
		for to < len(columns) && g >= 0 && t.group[columns[to]] == g {
			to++
		}
		in.drawGroup(p, t, o, box{b.x + float64(from)*step, b.y + 20, float64(to-from) * step, 20}, g)
		from = to
	}
}

// drawGroup draws the band of one group with its size.
func (in *Input) drawGroup(p *pen, t *drawnTree, o Options, b box, g int) {
	b = p.snapped(b.cut(1, 0, 1, 0))
	if g < 0 {
		p.rect(b, p.th.track)
		return
	}
	br := t.groups[g]
	c := in.branchColour(p, o, br)
	p.round(b, 3, c)
	strong, _ := ink(c)
	st := style{size: sizeSmall, bold: true, c: strong, h: 0.5, v: 0.5}
	long := p.counted(br.Size) + " · " + p.lc.Percent(br.Share)
	for _, s := range []string{long, p.counted(br.Size)} {
		if p.width(s, st) <= b.w-6 {
			p.text(b.x+b.w/2, b.y+b.h/2, s, st)
			break
		}
	}
	lines := []string{p.lc.T("chart.hover.customers", "n", br.Size, "share", p.lc.Percent(br.Share))}
	if br.Segment >= 0 && in.Seg.Segments[br.Segment].Size == br.Size {
		lines = append([]string{in.segmentName(br.Segment)}, lines...)
	} else {
		lines = append(lines, in.nodeSegments(t.Dendrogram, br.Node)...)
	}
	p.hit(b, in.branchSelection(t.Dendrogram, br.Node), lines...)
}
