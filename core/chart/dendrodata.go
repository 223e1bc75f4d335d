package chart

import (
	"cmp"
	"math"
	"slices"

	"qunxiang/core"
	"qunxiang/sdk/table"
)

// Dendrogram is the tree in which a hierarchical clustering joined the customers: its
// upper part, as the method's tables "merges" (left, right, height, size; nodes are
// numbered as SciPy does, leaves first) and "leaves" (customers, segment, position)
// hold it. Immutable, safe for concurrent use.
type Dendrogram struct {
	leaves      int
	left, right []int
	height, top []float64 // of a join, and the largest height at or below it
	size        []int     // customers, by node
	place       []int     // leftmost position of a leaf, by node
	segment     []int     // position of the segment of all customers, by node; −1 = several
	joined      []bool    // by node: it is part of a larger one
	segments    int       // of the result
	cut         float64   // of the result
	falls       bool
}

// Branch is a group of customers below a cut.
type Branch struct {
	Node    int     // in the numbering of the tables
	Size    int     // customers
	Share   float64 // of all customers, 0…1
	Colour  int     // id of the segment whose colour it has: its own segment's where it is most of one
	Segment int     // position of the segment that all of its customers are in; −1 = several
}

// mostMerges is the number of joins that are read: the methods write a thousand.
const mostMerges = 20_000

// ReadDendrogram reads the tree of a result; ok is false where it has none, or one
// that is not a tree.
func ReadDendrogram(s *core.Segmentation) (d *Dendrogram, ok bool) {
	in := &Input{Seg: s}
	merges, leaves := in.dataTable("merges"), in.dataTable("leaves")
	left, right, height := number(merges, "left"), number(merges, "right"), number(merges, "height")
	if left == nil || right == nil || height == nil || leaves == nil || leaves.Rows != merges.Rows+1 || merges.Rows > mostMerges {
		return nil, false
	}
	d = &Dendrogram{leaves: leaves.Rows, segments: len(s.Segments), joined: make([]bool, leaves.Rows)}
	if !d.readLeaves(in, leaves) {
		return nil, false
	}
	for i := range merges.Rows {
		if !d.join(left, right, height, i) {
			return nil, false
		}
	}
	d.cut = d.Height(d.segments)
	return d, true
}

func (d *Dendrogram) readLeaves(in *Input, leaves *table.Table) bool {
	customers, position, of := number(leaves, "customers"), number(leaves, "position"), textColumn(leaves, "segment")
	for i := range leaves.Rows {
		n, ok := at(customers, i)
		if !ok || n < 0 {
			return false
		}
		place := i
		if v, ok := at(position, i); ok {
			place = int(v)
		}
		d.size, d.place = append(d.size, int(n)), append(d.place, place)
		d.segment = append(d.segment, in.segmentAt(cellText(of, i)))
	}
	return true
}

// join adds the i-th join, false where it is none.
func (d *Dendrogram) join(left, right, height *table.Column, i int) bool {
	if left.Missing(i) || right.Missing(i) || height.Missing(i) || !(height.Float(i) >= 0 && height.Float(i) <= largest) {
		return false
	}
	a, b, h := left.Float(i), right.Float(i), height.Float(i)
	if nodes := float64(len(d.size)); !(a >= 0 && b >= 0 && a < nodes && b < nodes && a != b) {
		return false
	}
	x, y := int(a), int(b)
	if d.joined[x] || d.joined[y] {
		return false
	}
	d.joined[x], d.joined[y] = true, true
	top := max(h, d.topOf(x), d.topOf(y))
	d.falls = d.falls || top > h
	d.left, d.right = append(d.left, x), append(d.right, y)
	d.height, d.top = append(d.height, h), append(d.top, top)
	d.size, d.place = append(d.size, d.size[x]+d.size[y]), append(d.place, min(d.place[x], d.place[y]))
	d.joined = append(d.joined, false)
	s := d.segment[x]
	if d.segment[y] != s {
		s = -1
	}
	d.segment = append(d.segment, s)
	return true
}

func (d *Dendrogram) topOf(node int) float64 {
	if node < d.leaves {
		return 0
	}
	return d.top[node-d.leaves]
}

// Range returns the heights between which a cut makes sense: 0 and a little above the
// last join.
func (d *Dendrogram) Range() (low, high float64) {
	if len(d.top) == 0 {
		return 0, 1
	}
	return 0, max(slices.Max(d.top)*1.06, math.SmallestNonzeroFloat64)
}

// Monotone reports whether no join lies below one of its parts, as with all linkages but
// centroid and median: then the cut for a number of groups is that at a height.
func (d *Dendrogram) Monotone() bool { return !d.falls }

// Own returns the height at which the result itself was cut.
func (d *Dendrogram) Own() float64 { return d.cut }

// Height returns a height whose cut leaves k groups, in the middle of those that do.
// Where no height does (several joins at one height), it is the nearest one with fewer.
func (d *Dendrogram) Height(k int) float64 {
	tops := slices.Sorted(slices.Values(d.top))
	n := len(tops)
	if n == 0 {
		return 0
	}
	k = min(max(k, 1), n+1)
	if k == 1 {
		return tops[n-1] * 1.03
	}
	high := tops[n-k+1] // the lowest join that is not made
	low := 0.0
	if k <= n {
		low = tops[n-k]
	}
	if low == high {
		return high
	}
	return low + (high-low)/2
}

// Most returns the largest number of groups that a cut can leave: the leaves that the
// tables hold.
func (d *Dendrogram) Most() int { return d.leaves }

// Cut returns the groups that are left when only joins up to a height are made, from
// left to right.
func (d *Dendrogram) Cut(height float64) []Branch {
	var out []Branch
	total := d.size[len(d.size)-1]
	for _, node := range d.roots(func(node int) bool { return d.topOf(node) <= height }) {
		out = append(out, Branch{
			Node: node, Size: d.size[node], Share: float64(d.size[node]) / float64(max(1, total)), Segment: d.segment[node],
		})
	}
	d.paint(out)
	return out
}

// roots returns the highest nodes for which whole holds, from left to right. Leaves are
// always whole.
func (d *Dendrogram) roots(whole func(node int) bool) []int {
	var out []int
	stack := []int{len(d.size) - 1}
	for len(stack) > 0 {
		node := stack[len(stack)-1]
		stack = stack[:len(stack)-1]
		if node < d.leaves || whole(node) {
			out = append(out, node)
			continue
		}
		a, b := d.left[node-d.leaves], d.right[node-d.leaves]
		if d.place[a] > d.place[b] {
			a, b = b, a
		}
		stack = append(stack, b, a)
	}
	return out
}

// paint gives the groups colours that stay while the cut moves: of the groups that have
// customers of a segment, the one with the most of them has the segment's colour; the
// others have those that are left over.
func (d *Dendrogram) paint(groups []Branch) {
	bySize := make([]int, len(groups))
	for i := range bySize {
		bySize[i] = i
	}
	slices.SortStableFunc(bySize, func(a, b int) int { return cmp.Compare(groups[b].Size, groups[a].Size) })
	used := map[int]bool{}
	for _, i := range bySize {
		if id := d.mainSegment(groups[i].Node) + 1; id > 0 && !used[id] {
			groups[i].Colour, used[id] = id, true
		}
	}
	next := d.segments
	for _, i := range bySize {
		if groups[i].Colour == 0 {
			next++
			groups[i].Colour = next
		}
	}
}

// mainSegment returns the position of the segment that most customers of a node are in,
// −1 where that is not known.
func (d *Dendrogram) mainSegment(node int) int {
	if d.segment[node] >= 0 {
		return d.segment[node]
	}
	count := make([]int, d.segments)
	best := -1
	for _, s := range d.segmentsOf(node) {
		count[s.at] += s.size
		if best < 0 || count[s.at] > count[best] {
			best = s.at
		}
	}
	return best
}

// part is the customers of one segment below a node.
type part struct{ at, size int }

func (d *Dendrogram) segmentsOf(node int) []part {
	var out []part
	stack := []int{node}
	for len(stack) > 0 {
		n := stack[len(stack)-1]
		stack = stack[:len(stack)-1]
		switch {
		case d.segment[n] >= 0:
			out = append(out, part{d.segment[n], d.size[n]})
		case n >= d.leaves:
			stack = append(stack, d.left[n-d.leaves], d.right[n-d.leaves])
		}
	}
	return out
}
