package segmap

import (
	_ "embed" // the built-in map
	"slices"
	"strconv"
	"strings"
)

//go:embed maps/eleven.csv
var eleven string

// Eleven returns the text of the built-in 11-segment map.
func Eleven() string { return eleven }

// Cells is a compiled map: a segment for every cell.
type Cells struct {
	Size  [3]int  // scores of each measure; the last is 1 where the map has two places
	Label []int16 // position in Map.Segments by (r-1, f-1, m-1), r slowest
}

// At returns the segment of the scores, each 1-based in a scale of of[i] scores.
// Where the map is drawn for another number of scores, a score is placed by the
// middle of its share of the scale, so that the best stays best.
func (c *Cells) At(score, of [3]int) int {
	at := 0
	for i, size := range c.Size {
		at = at*size + place(score[i], of[i], size)
	}
	return int(c.Label[at])
}

// place moves the 1-based score of a scale of n to the 0-based place of a scale of size.
func place(score, n, size int) int {
	if n == size {
		return score - 1
	}
	return (2*score - 1) * size / (2 * n)
}

// Compile gives every cell its segment for a run with the given numbers of scores.
// The cells are nil when a problem is fatal.
func (m *Map) Compile(scores [3]int) (*Cells, []Problem) {
	size := scores
	if m.Scores > 0 {
		size = [3]int{m.Scores, m.Scores, m.Scores}
	}
	if m.Places == 2 {
		size[2] = 1
	}
	problems := m.checkScores(size)
	if len(problems) > 0 {
		return nil, problems
	}
	g := m.fill(size)
	problems = append(g.gaps(), g.overlaps(m)...)
	problems = append(problems, m.unreachable(g.label)...)
	if slices.ContainsFunc(problems, func(p Problem) bool { return p.Fatal(m.FirstMatch) }) {
		return nil, problems
	}
	return &Cells{Size: size, Label: g.label}, problems
}

func (m *Map) checkScores(size [3]int) []Problem {
	var out []Problem
	for _, r := range m.rules {
		for i, set := range r.places {
			beyond := set &^ (1<<(size[i]+1) - 1)
			if set != anyScore && (i < 2 || m.Places == 3) && beyond != 0 {
				out = append(out, Problem{Kind: BadScore, Line: r.line, Text: r.text})
				break
			}
		}
	}
	return out
}

// grid is the work of one compilation.
type grid struct {
	size  [3]int
	label []int16
	twice map[[2]int16][]string // pair of segments → cells that both claim
	left  []string
}

func (m *Map) fill(size [3]int) grid {
	g := grid{size: size, label: make([]int16, 0, size[0]*size[1]*size[2]), twice: map[[2]int16][]string{}}
	for r := range size[0] {
		for f := range size[1] {
			for k := range size[2] {
				g.add(m, [3]int{r + 1, f + 1, k + 1})
			}
		}
	}
	return g
}

func (g *grid) add(m *Map, cell [3]int) {
	own := int16(-1)
	for _, r := range m.rules {
		s := int16(r.segment)
		if s == own || !r.covers(cell) {
			continue
		}
		if own < 0 {
			own = s
			continue
		}
		pair := [2]int16{own, s}
		g.twice[pair] = append(g.twice[pair], g.name(cell))
	}
	if own < 0 && m.Other >= 0 {
		own = int16(m.Other)
	}
	if own < 0 {
		g.left = append(g.left, g.name(cell))
	}
	g.label = append(g.label, own)
}

func (r rule) covers(cell [3]int) bool {
	for i, set := range r.places {
		if set>>cell[i]&1 == 0 {
			return false
		}
	}
	return true
}

func (g *grid) name(cell [3]int) string {
	var b strings.Builder
	for i, s := range cell {
		if i < 2 || g.size[2] > 1 {
			b.WriteString(strconv.Itoa(s))
		}
	}
	return b.String()
}

func (g *grid) gaps() []Problem {
	if len(g.left) == 0 {
		return nil
	}
	return []Problem{{Kind: Gap, Cells: g.left}}
}

func (g *grid) overlaps(m *Map) []Problem {
	var out []Problem
	for pair, cells := range g.twice {
		out = append(out, Problem{Kind: Overlap, Cells: cells, Keys: []string{m.Segments[pair[0]].Key, m.Segments[pair[1]].Key}})
	}
	slices.SortFunc(out, func(a, b Problem) int { return slices.Compare(a.Keys, b.Keys) })
	return out
}

func (m *Map) unreachable(label []int16) []Problem {
	var out []Problem
	for i, s := range m.Segments {
		if !slices.Contains(label, int16(i)) {
			out = append(out, Problem{Kind: Unreachable, Line: s.Line, Keys: []string{s.Key}})
		}
	}
	return out
}
