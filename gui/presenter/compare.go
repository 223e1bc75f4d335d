package presenter

import (
	"cmp"
	"slices"
	"strings"

	"qunxiang/core"
	"qunxiang/sdk/table"
)

// compare tells what another division of the same customers does to the segments: which
// are divided, which are joined, and who changes sides otherwise, most customers first, so
// that the numbers add up. A new segment belongs to the old one that most of its customers
// come from.
func compare(before, after *core.Segmentation) (changes []Change, moves []Move) {
	if len(before.Segments) == 0 || len(after.Segments) == 0 {
		return nil, nil
	}
	cross := crossTable(before, after)
	to := mostIn(cross)              // old segment → the new one that most of it is in
	from := mostIn(transpose(cross)) // new segment → the old one it is mostly of
	for i := range before.Segments {
		if parts := whereIs(from, i); len(parts) > 1 {
			changes = append(changes, Change{Before: groups(before, i), After: groups(after, parts...)})
		}
	}
	for j := range after.Segments {
		if parts := whereIs(to, j); len(parts) > 1 {
			changes = append(changes, Change{Before: groups(before, parts...), After: groups(after, j)})
		}
	}
	slices.SortStableFunc(changes, func(a, b Change) int { return cmp.Compare(size(b.Before), size(a.Before)) })
	for i, row := range cross {
		for j, n := range row {
			joined := to[i] == j && len(whereIs(to, j)) > 1
			if n > 0 && from[j] != i && !joined {
				moves = append(moves, Move{From: before.Segments[i].Name, To: after.Segments[j].Name, Size: n})
			}
		}
	}
	slices.SortStableFunc(moves, func(a, b Move) int { return cmp.Compare(b.Size, a.Size) })
	return changes, moves
}

// mostIn returns the column of each row's largest count, the first of equal ones.
func mostIn(cross [][]int) []int {
	out := make([]int, len(cross))
	for i, row := range cross {
		for j, n := range row {
			if n > row[out[i]] {
				out[i] = j
			}
		}
	}
	return out
}

func transpose(cross [][]int) [][]int {
	out := make([][]int, len(cross[0]))
	for j := range out {
		for _, row := range cross {
			out[j] = append(out[j], row[j])
		}
	}
	return out
}

// whereIs returns where a value stands.
func whereIs(all []int, value int) []int {
	var out []int
	for i, v := range all {
		if v == value {
			out = append(out, i)
		}
	}
	return out
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
