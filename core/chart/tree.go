package chart

import (
	"image/color"
	"math"
	"slices"
	"strings"

	"gonum.org/v1/plot/vg"

	"qunxiang/core"
)

// newTree draws the decision tree from left (all customers) to right (segments).
func newTree(in *Input, o Options) (drawFunc, error) {
	nodes := in.treeNodes()
	if len(nodes) == 0 {
		return nil, &core.Error{
			Code: "chart_no_data", Origin: core.OriginUser, Op: "chart",
			Args: core.Args{"kind": KindTree, "kinds": []string{KindSizes}},
		}
	}
	return func(p *pen, b box) { in.drawTree(p, b, o, nodes) }, nil
}

// treeLayout is where the nodes stand.
type treeLayout struct {
	nodes  []treeNode
	y      []float64 // middle of the node, dips
	depth  []int
	deep   int
	column float64 // distance of columns
	width  float64 // of a node
	height []float64
	b      box
}

func (in *Input) drawTree(p *pen, b box, o Options, all []treeNode) {
	const note, lineHeight = sizeSmall + 8, 24
	if b.h > 150 {
		key := "chart.tree.note"
		if slices.ContainsFunc(folded(all, int((b.h-note)/lineHeight)), func(n treeNode) bool { return n.hidden > 0 }) {
			key = "chart.tree.note.folded"
		}
		text := p.lc.T(key)
		if class := in.positive(); class != "" {
			if more := text + " " + p.lc.T("chart.tree.note.share", "class", class); p.width(more, style{size: sizeSmall}) <= b.w {
				text = more
			} else if key == "chart.tree.note" {
				text = p.lc.T("chart.tree.note.share", "class", class)
			}
		}
		p.text(b.x, b.y, p.fit(text, b.w, style{size: sizeSmall}), style{size: sizeSmall, c: p.th.muted})
		b = b.cut(0, note, 0, 0)
	}
	l := layTree(folded(all, int(b.h/lineHeight)), b)
	for i := range l.nodes {
		for _, c := range l.nodes[i].children {
			p.drawBranch(l, i, c)
		}
	}
	for i := range l.nodes {
		if l.depth[i] >= 0 {
			in.drawNode(p, l, o, i)
		}
	}
}

// layTree gives every leaf a line of its own and every other node the middle of its
// children.
func layTree(nodes []treeNode, b box) *treeLayout {
	l := &treeLayout{nodes: nodes, y: make([]float64, len(nodes)), depth: make([]int, len(nodes)), b: b}
	for i := range l.depth {
		l.depth[i] = -1 // folded away
	}
	var leaves []int
	l.walk(0, 0, &leaves)
	step := min(86, b.h/float64(max(1, len(leaves))))
	for k, i := range leaves {
		l.y[i] = b.y + (float64(k)+0.5)*step
	}
	for i := len(nodes) - 1; i >= 0; i-- {
		if c := nodes[i].children; l.depth[i] >= 0 && len(c) > 0 {
			l.y[i] = (l.y[c[0]] + l.y[c[len(c)-1]]) / 2
		}
	}
	l.column = b.w / float64(l.deep+1)
	l.width = min(240, l.column*0.89)
	l.column = (b.w - l.width) / float64(max(1, l.deep))
	l.heights(max(15, min(mostNodeHeight, step*0.84)))
	return l
}

// mostNodeHeight is how high a node is where there is room, in dips.
const mostNodeHeight = 58

// heights makes every node as high as its column has room for, and at least so high.
func (l *treeLayout) heights(least float64) {
	l.height = make([]float64, len(l.nodes))
	for depth := range l.deep + 1 {
		var ys []float64
		for i, d := range l.depth {
			if d == depth {
				ys = append(ys, l.y[i])
			}
		}
		slices.Sort(ys)
		room := float64(mostNodeHeight)
		for k := 1; k < len(ys); k++ {
			room = min(room, 0.84*(ys[k]-ys[k-1]))
		}
		for i, d := range l.depth {
			if d == depth {
				l.height[i] = max(least, min(room, 2*min(l.y[i]-l.b.y, l.b.bottom()-l.y[i])))
			}
		}
	}
}

func (l *treeLayout) walk(i, depth int, leaves *[]int) {
	l.depth[i] = depth
	l.deep = max(l.deep, depth)
	if len(l.nodes[i].children) == 0 {
		*leaves = append(*leaves, i)
	}
	for _, c := range l.nodes[i].children {
		l.walk(c, depth+1, leaves)
	}
}

func (l *treeLayout) box(i int) box {
	x := l.b.x + min(float64(l.depth[i])*l.column, l.b.w-l.width)
	return box{x, l.y[i] - l.height[i]/2, l.width, l.height[i]}
}

// drawBranch joins a node with its child: thick for many customers.
func (p *pen) drawBranch(l *treeLayout, from, to int) {
	x0, y0, x1, y1 := l.box(from).right(), l.y[from], l.box(to).x, l.y[to]
	share := float64(l.nodes[to].customers) / float64(max(1, l.nodes[0].customers))
	mid := (x0 + x1) / 2
	var path vg.Path
	path.Move(p.at(x0, y0))
	path.CubeTo(p.at(mid, y0), p.at(mid, y1), p.at(x1, y1))
	p.stroke(path, 1+5*math.Sqrt(min(1, max(0, share))), p.th.axis)
}

func (in *Input) drawNode(p *pen, l *treeLayout, o Options, i int) {
	n, b := &l.nodes[i], l.box(i)
	fill, strong, soft := p.th.track, p.th.text, p.th.muted
	if n.segment >= 0 {
		fill = in.color(p, o, n.segment)
		strong, soft = ink(fill)
	}
	if o.Node > 0 && n.id == o.Node {
		p.round(b.inset(-3), 6, p.th.text)
		p.round(b.inset(-1.2), 5, p.th.background)
	}
	if n.hidden > 0 { // the edge of what lies folded below
		p.round(box{b.x + 3, b.y + 3, b.w, b.h}, 4, p.th.axis)
		p.round(b.inset(-1), 5, p.th.background)
	}
	p.round(b, 4, fill)
	p.hit(b, Selection{Segments: n.segments, Node: n.id}, in.nodeLines(n)...)
	in.nodeText(p, n, b.cut(7, 0, 7, 0), strong, soft)
}

// nodeText writes the node's rule, on two lines where it has to and the box is high
// enough, and its numbers below.
func (in *Input) nodeText(p *pen, n *treeNode, b box, strong, soft color.RGBA) {
	st := style{size: min(sizeBody, max(sizeTiny, b.h*0.34)), bold: true, c: strong}
	if n.hidden > 0 {
		more := style{size: st.size, bold: true, c: strong, h: 1, v: 0.5}
		mark := "+" + in.locale().Int(n.hidden)
		p.text(b.right(), b.y+b.h/2, mark, more)
		b = b.cut(0, 0, p.width(mark, more)+5, 0)
	}
	small := style{size: max(sizeTiny, st.size-1.5), c: soft}
	lines := []string{in.nodeLine(p, n, b.w, st)}
	const gap, edge = 4, 2
	fits := func() bool { return blockHeight(len(lines), st.size)+gap+small.size <= b.h-2*edge }
	if title := in.nodeTitle(n); lines[0] != title { // two lines, else smaller letters, else cut
		large := st.size
		st.size = min(large, 11)
		if lines = in.nodeWrapped(p, n, b.w, st); !fits() {
			for st.size = large; st.size > sizeTiny && p.width(title, st) > b.w; {
				st.size -= 0.5
			}
			lines = []string{in.nodeLine(p, n, b.w, st)}
		}
	}
	if !fits() {
		st.v = 0.5
		p.text(b.x, b.y+b.h/2, lines[0], st)
		return
	}
	y := b.y + (b.h-blockHeight(len(lines), st.size)-gap-small.size)/2
	numbers := in.nodeNumbers(n)
	if p.width(numbers, small) > b.w {
		numbers = in.nodeBrief(n)
	}
	p.text(b.x, y+p.lines(b.x, y, lines, st)+gap, p.fit(numbers, b.w, small), small)
}

// nodeLine writes a node's rule on one line: of a long one the name of the column is
// cut rather than the number.
func (in *Input) nodeLine(p *pen, n *treeNode, room float64, st style) string {
	title := in.nodeTitle(n)
	rest := title[len(n.about):]
	if n.about == "" || p.width(title, st) <= room {
		return p.fit(title, room, st)
	}
	if w := p.width(rest, st); w <= room*0.72 { // else nothing of the name would be left
		return strings.TrimSpace(p.fit(n.about, room-w, st) + rest)
	}
	return p.fit(title, room, st)
}

func (in *Input) nodeWrapped(p *pen, n *treeNode, room float64, st style) []string {
	title := in.nodeTitle(n)
	if rest := strings.TrimSpace(title[len(n.about):]); n.about != "" && rest != "" && p.width(n.about, st) <= room {
		return []string{p.fit(n.about, room, st), p.fit(rest, room, st)}
	}
	return p.wrap(title, room, 2, st)
}

// nodeTitle is what leads to a node.
func (in *Input) nodeTitle(n *treeNode) string {
	if n.rule == "" {
		return in.locale().T("chart.tree.all")
	}
	return n.rule
}

func (in *Input) nodeNumbers(n *treeNode) string {
	lc := in.locale()
	parts := []string{lc.Int(n.customers)}
	switch v := in.nodeValue(n); {
	case v == "":
	case in.positive() != "": // the note above says of what it is the share
		parts = append(parts, lc.Percent(n.value))
	default:
		parts = append(parts, v)
	}
	return strings.Join(parts, " · ")
}

// nodeBrief is nodeNumbers in as little room as it can be said.
func (in *Input) nodeBrief(n *treeNode) string {
	lc := in.locale()
	out := lc.Compact(float64(n.customers))
	switch {
	case !n.valued:
	case in.positive() != "":
		out += " · " + lc.Percent(n.value)
	default:
		out += " · " + lc.Number(n.value, -1)
	}
	return out
}

// positive is the class that a tree looks for, "" for a tree of numbers.
func (in *Input) positive() string {
	for _, m := range in.Seg.Metrics {
		if m.ID == "positive" {
			return in.Seg.Class(m.Word).In(in.Lang)
		}
	}
	return ""
}

// nodeValue writes the outcome of a node: the class looked for with its share, or the
// mean of a number.
func (in *Input) nodeValue(n *treeNode) string {
	lc := in.locale()
	if !n.valued {
		return ""
	}
	if word := in.positive(); word != "" {
		return lc.Percent(n.value) + " " + word
	}
	return lc.T("chart.tree.mean", "v", lc.Number(n.value, -1))
}

func (in *Input) nodeLines(n *treeNode) []string {
	out := []string{in.nodeTitle(n), in.locale().T("chart.subtitle.customers", "n", n.customers)}
	if v := in.nodeValue(n); v != "" {
		out = append(out, v)
	}
	if n.hidden > 0 {
		out = append(out, in.locale().T("chart.tree.folded", "n", n.hidden))
	}
	for i, at := range n.segments {
		if i == 6 {
			out = append(out, "…")
			break
		}
		out = append(out, in.segmentName(at))
	}
	return out
}
