package tree

import (
	"errors"
	"fmt"

	"qunxiang/sdk/table"
)

// ErrShape is returned when stored shapes could not have been written by this package.
var ErrShape = errors.New("tree: unusable shape")

// ModelFeature is a column that a stored tree asks for.
type ModelFeature struct {
	Name     string   `json:"name"`
	Category bool     `json:"category,omitempty"`
	Levels   []string `json:"levels,omitempty"`
}

// ModelFeatures describes features for storing.
func ModelFeatures(features []Feature) []ModelFeature {
	out := make([]ModelFeature, len(features))
	for j := range features {
		out[j] = ModelFeature{Name: features[j].Name, Category: features[j].Category(), Levels: features[j].Levels}
	}
	return out
}

// Bind reads the columns of a table that stored trees ask for. missing is the first
// that is absent or of another kind, "" where all are there.
func Bind(stored []ModelFeature, t *table.Table) (features []Feature, missing string) {
	features = make([]Feature, len(stored))
	for j, m := range stored {
		c := t.Column(m.Name)
		if c == nil || m.Category != (c.Kind == table.Category) || !m.Category && !c.Numeric() {
			return nil, m.Name
		}
		f := Feature{Name: m.Name}
		if m.Category {
			f.Levels = append([]string{}, m.Levels...)
			f.encode(c)
		} else {
			f.plain(c)
		}
		features[j] = f
	}
	return features, ""
}

// plain reads numbers as they are.
func (f *Feature) plain(c *table.Column) {
	if c.Kind == table.Float64 && c.Valid == nil {
		f.raw = c.Floats
		f.Gaps = true
		for _, x := range f.raw {
			if x-x != 0 {
				f.raw = nil
				break
			}
		}
		if f.raw != nil {
			return
		}
	}
	f.Gaps, f.raw = true, marked(c)
}

// Shape is a tree for storing, nodes in the order of Tree. The left child of an inner
// node is the next node.
type Shape struct {
	Feature    []int        `json:"feature"` // -1 = leaf
	Right      []int        `json:"right"`
	Threshold  []float64    `json:"threshold"`
	Left       []int        `json:"missingLeft,omitempty"` // nodes where what is not known goes left
	Sets       []ShapeSet   `json:"sets,omitempty"`
	Surrogates []ShapeStand `json:"surrogates,omitempty"`
	N          []int        `json:"n"`
	Value      []float64    `json:"value"`
	Counts     []int        `json:"counts,omitempty"` // rows of each class, node by node
}

// ShapeSet is the test of a category.
type ShapeSet struct {
	Node int      `json:"node"`
	In   []uint32 `json:"in"`
	Out  []uint32 `json:"out,omitempty"`
	Rest bool     `json:"rest,omitempty"`
}

// ShapeStand is a surrogate.
type ShapeStand struct {
	Feature   int     `json:"feature"`
	Threshold float64 `json:"threshold,omitempty"`
	Reverse   bool    `json:"reverse,omitempty"`
	ShapeSet
}

// Stored writes a tree; value is the answer of a node. counts keeps the classes' rows.
func Stored(t *Tree, value func(i int) float64, counts bool) Shape {
	n := len(t.Nodes)
	s := Shape{Feature: make([]int, n), Right: make([]int, n), Threshold: make([]float64, n), N: make([]int, n), Value: make([]float64, n)}
	for i := range t.Nodes {
		nd := &t.Nodes[i]
		s.N[i], s.Value[i], s.Feature[i] = nd.N, value(i), -1
		if counts {
			for _, x := range nd.Stats {
				s.Counts = append(s.Counts, int(x))
			}
		}
		if nd.Leaf() {
			continue
		}
		s.Feature[i], s.Right[i], s.Threshold[i] = nd.Feature, nd.Right, nd.Threshold
		if nd.MissingLeft {
			s.Left = append(s.Left, i)
		}
		if nd.In != nil || nd.Out != nil {
			s.Sets = append(s.Sets, ShapeSet{i, nd.In, nd.Out, nd.Rest})
		}
		for _, t := range nd.Surrogates {
			s.Surrogates = append(s.Surrogates, ShapeStand{t.Feature, t.Threshold, t.Reverse, ShapeSet{i, t.In, t.Out, t.Rest}})
		}
	}
	return s
}

// Tree reads a stored tree for features. It refuses one that could not have been
// written: every child stands behind its parent, so following it ends.
func (s *Shape) Tree(features []ModelFeature) (*Tree, error) {
	n := len(s.Feature)
	if n == 0 || len(s.Right) != n || len(s.Threshold) != n || len(s.N) != n || len(s.Value) != n {
		return nil, fmt.Errorf("%w: lengths", ErrShape)
	}
	t := &Tree{Nodes: make([]Node, n)}
	t.Nodes[0].Parent, t.Nodes[0].Number = -1, 1
	for i, j := range s.Feature {
		nd := &t.Nodes[i]
		nd.N, nd.Left, nd.Right, nd.Collapse = s.N[i], -1, -1, -1
		if j < 0 {
			continue
		}
		r := s.Right[i]
		if j >= len(features) || r <= i+1 || r >= n {
			return nil, fmt.Errorf("%w: node %d", ErrShape, i)
		}
		nd.Left, nd.Right, nd.Feature, nd.Threshold = i+1, r, j, s.Threshold[i]
		for side, c := range []int{i + 1, r} {
			if t.Nodes[c].Number != 0 {
				return nil, fmt.Errorf("%w: node %d has two parents", ErrShape, c)
			}
			t.Nodes[c].Parent, t.Nodes[c].Depth, t.Nodes[c].Number = i, nd.Depth+1, max(1, 2*nd.Number+uint64(side))
		}
	}
	return t, s.tests(t, len(features))
}

// tests adds what inner nodes ask to a tree.
func (s *Shape) tests(t *Tree, features int) error {
	n := len(t.Nodes)
	for _, i := range s.Left {
		if i < 0 || i >= n {
			return fmt.Errorf("%w: node %d", ErrShape, i)
		}
		t.Nodes[i].MissingLeft = true
	}
	for _, x := range s.Sets {
		if x.Node < 0 || x.Node >= n {
			return fmt.Errorf("%w: node %d", ErrShape, x.Node)
		}
		nd := &t.Nodes[x.Node]
		nd.In, nd.Out, nd.Rest = x.In, x.Out, x.Rest
	}
	for _, x := range s.Surrogates {
		if x.Node < 0 || x.Node >= n || x.Feature < 0 || x.Feature >= features {
			return fmt.Errorf("%w: surrogate of node %d", ErrShape, x.Node)
		}
		nd := &t.Nodes[x.Node]
		nd.Surrogates = append(nd.Surrogates, Test{x.Feature, x.Threshold, x.Reverse, x.In, x.Out, x.Rest})
	}
	return nil
}
