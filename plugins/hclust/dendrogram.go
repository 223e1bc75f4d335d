package hclust

import (
	"cmp"
	"slices"
)

// merge joins the clusters that hold sites a and b.
type merge struct {
	a, b   int32
	height float64
}

// dendrogram is a hierarchy over n leaves. Step t joins the nodes left[t] and right[t]
// (leaves are 0…n−1, step t makes node n+t) at height[t], as SciPy numbers them.
type dendrogram struct {
	n           int
	left, right []int32 // left < right
	height      []float64
	top         []float64 // largest height at or below the step
	size        []int     // customers below the step
}

// forest is a union-find over sites, whose roots know their node.
type forest struct {
	parent, node []int32
}

func newForest(n int) forest {
	f := forest{make([]int32, n), make([]int32, n)}
	for i := range f.parent {
		f.parent[i], f.node[i] = int32(i), int32(i)
	}
	return f
}

func (f forest) root(i int32) int32 {
	for f.parent[i] != i {
		f.parent[i] = f.parent[f.parent[i]]
		i = f.parent[i]
	}
	return i
}

// join unites two roots under the smaller and returns it.
func (f forest) join(a, b int32) int32 {
	a, b = min(a, b), max(a, b)
	f.parent[b] = a
	return a
}

// arrange makes a dendrogram of merges in an order in which parts come before the
// whole. Unless heights may fall, a whole is at least as high as its parts (rounding
// apart it is anyway) and steps are put in the order of their heights.
func arrange(weight []int, merges []merge, mayFall bool) *dendrogram {
	n := len(weight)
	if !mayFall {
		lift(n, merges)
		slices.SortStableFunc(merges, func(a, b merge) int { return cmp.Compare(a.height, b.height) })
	}
	d := &dendrogram{n: n}
	f := newForest(n)
	size := func(node int32) int {
		if int(node) < n {
			return weight[node]
		}
		return d.size[int(node)-n]
	}
	top := func(node int32) float64 {
		if int(node) < n {
			return 0
		}
		return d.top[int(node)-n]
	}
	for t, m := range merges {
		a, b := f.root(m.a), f.root(m.b)
		x, y := f.node[a], f.node[b]
		d.left, d.right = append(d.left, min(x, y)), append(d.right, max(x, y))
		d.height = append(d.height, m.height)
		d.top = append(d.top, max(m.height, top(x), top(y)))
		d.size = append(d.size, size(x)+size(y))
		f.node[f.join(a, b)] = int32(n + t)
	}
	return d
}

// lift raises merges to the height of their parts.
func lift(n int, merges []merge) {
	f, top := newForest(n), make([]float64, n)
	for t := range merges {
		m := &merges[t]
		a, b := f.root(m.a), f.root(m.b)
		m.height = max(m.height, top[a], top[b])
		top[f.join(a, b)] = m.height
	}
}

// cut undoes the last steps until there are k groups and returns the group of each
// leaf; groups are numbered as they first appear.
func (d *dendrogram) cut(k int) []int32 {
	return d.groups(func(t int) bool { return t < d.n-k })
}

// below returns the group of each leaf when only joins that lie, with everything under
// them, at most at the height are made, and the number of groups.
func (d *dendrogram) below(height float64) (label []int32, k int) {
	label = d.groups(func(t int) bool { return d.top[t] <= height })
	return label, int(slices.Max(label)) + 1
}

func (d *dendrogram) groups(made func(t int) bool) []int32 {
	over := make([]int32, d.n+len(d.height)) // node → the node that it is part of
	for i := range over {
		over[i] = int32(i)
	}
	for t := range d.height {
		if made(t) {
			over[d.left[t]], over[d.right[t]] = int32(d.n+t), int32(d.n+t)
		}
	}
	for i := len(over) - 1; i >= 0; i-- { // parents have higher numbers
		over[i] = over[over[i]]
	}
	label, number := make([]int32, d.n), map[int32]int32{}
	for i := range label {
		g, ok := number[over[i]]
		if !ok {
			g = int32(len(number))
			number[over[i]] = g
		}
		label[i] = g
	}
	return label
}

// falls reports whether a step lies lower than one of its parts.
func (d *dendrogram) falls() bool {
	for t, h := range d.height {
		if d.top[t] > h {
			return true
		}
	}
	return false
}
