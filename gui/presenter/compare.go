package presenter

import (
	"cmp"
	"slices"
	"strings"

	"qunxiang/core"
	"qunxiang/sdk/table"
)

// compare tells what another division of the same customers does to the segments: which
// are divided, which are joined, and how many customers change sides otherwise. A new
// segment belongs to the old one that most of its customers come from.
func compare(before, after *core.Segmentation) (changes []Change, moved int) {
	n, m := len(before.Segments), len(after.Segments)
	if n == 0 || m == 0 {
		return nil, 0
	}
	cross := crossTable(before, after)
	from := make([]int, m) // new segment → the old one it is mostly of
	for j := range from {
		for i := range n {
			if cross[i][j] > cross[from[j]][j] {
				from[j] = i
			}
		}
	}
	to := make([]int, n) // old segment → the new one that most of it is in
	for i := range to {
		for j := range m {
			if cross[i][j] > cross[i][to[i]] {
				to[i] = j
			}
		}
	}
	for i := range n {
		var parts []int
		for j := range m {
			if from[j] == i {
				parts = append(parts, j)
			}
		}
		if len(parts) > 1 {
			changes = append(changes, Change{Before: groups(before, i), After: groups(after, parts...)})
		}
	}
	for j := range m {
		var parts []int
		for i := range n {
			if to[i] == j {
				parts = append(parts, i)
			}
		}
		if len(parts) > 1 {
			changes = append(changes, Change{Before: groups(before, parts...), After: groups(after, j)})
		}
	}
	slices.SortStableFunc(changes, func(a, b Change) int { return cmp.Compare(size(b.Before), size(a.Before)) })
	for i := range n {
		for j := range m {
			if from[j] != i && to[i] != j {
				moved += cross[i][j]
			}
		}
	}
	return changes, moved
}

// crossTable counts the customers by the positions of their segments in two results.
func crossTable(a, b *core.Segmentation) [][]int {
	out := make([][]int, len(a.Segments))
	for i := range out {
		out[i] = make([]int, len(b.Segments))
	}
	in := make(map[uint32]int32, len(b.Customers))
	for i, c := range b.Customers {
		in[c] = b.Label[i]
	}
	for i, c := range a.Customers {
		if j, ok := in[c]; ok {
			out[a.Label[i]][j]++
		}
	}
	return out
}

func groups(s *core.Segmentation, at ...int) []Group {
	out := make([]Group, 0, len(at))
	for _, i := range at {
		g := s.Segments[i]
		out = append(out, Group{Name: g.Name, Size: g.Size, Amount: g.Amount})
	}
	return out
}

func size(gs []Group) int {
	n := 0
	for _, g := range gs {
		n += g.Size
	}
	return n
}

// splitOptions reads the method's table of other ways to divide a node.
func splitOptions(s *core.Segmentation) []SplitOption {
	t := dataTable(s, "alternatives")
	text := func(name string, i int) string {
		if c := t.Column(name); c != nil && (c.Kind == table.String || c.Kind == table.Category) && !c.Missing(i) {
			return c.Text(i)
		}
		return ""
	}
	number := func(name string, i int) float64 {
		if c := t.Column(name); c != nil && c.Numeric() && !c.Missing(i) {
			return c.Float(i)
		}
		return 0
	}
	var out []SplitOption
	for i := range t.Rows {
		o := SplitOption{
			Feature: text("feature", i), Gain: number("gain", i), Edit: text("edit", i),
			Left: int(number("left_n", i)), Right: int(number("right_n", i)),
			LeftValue: number("left_value", i), RightValue: number("right_value", i),
		}
		o.Rule.ZH, o.Rule.EN = text("rule_zh", i), text("rule_en", i)
		if o.Edit != "" {
			out = append(out, o)
		}
	}
	return out
}

// join makes one text of several, as parameters take them.
func join(all []string) string { return strings.Join(all, "\n") }
