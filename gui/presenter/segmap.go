package presenter

import (
	"encoding/csv"
	"slices"
	"strconv"
	"strings"

	"qunxiang/core"
	"qunxiang/sdk"
	"qunxiang/sdk/table"
)

// MapSegment is one colour of the segment map editor.
type MapSegment struct {
	Key  string
	Name sdk.Text
}

// MapState is a segment map being painted: a segment for every combination of
// scores. Cells are ordered by R, then F, then M; −1 = not painted yet.
type MapState struct {
	Scores   int  // per measure
	Three    bool // with M
	Layer    int  // M score looked at, 1-based; 0 without M
	Segments []MapSegment
	Cells    []int
	Brush    int   // position in Segments, −1 = eraser
	Counts   []int // customers in each cell, nil = not known
	CanUndo  bool
	BadText  bool // a loaded text could not be read
	// Claims are the cells that several segments of a loaded file want, by position in
	// Cells, with the segments in the file's order. They are not painted until the user
	// decides.
	Claims map[int][]int
}

// Clashes lists the cells that several segments want and that nobody decided on.
func (s MapState) Clashes() []int {
	var out []int
	for cell := range s.Cells {
		if s.Cells[cell] < 0 && len(s.Claims[cell]) > 1 {
			out = append(out, cell)
		}
	}
	return out
}

// Gaps lists the cells that are not painted, as "55" or "555".
func (s MapState) Gaps() []string {
	var out []string
	for i, c := range s.Cells {
		if c < 0 {
			out = append(out, s.CellName(i))
		}
	}
	return out
}

// Index returns the position in Cells of scores R, F and (with Three) M, 1-based.
func (s MapState) Index(r, f, m int) int {
	if !s.Three {
		return (r-1)*s.Scores + f - 1
	}
	return ((r-1)*s.Scores+f-1)*s.Scores + m - 1
}

// CellName returns the scores of a cell, "55" or "555".
func (s MapState) CellName(i int) string {
	n := s.Scores
	if !s.Three {
		return strconv.Itoa(i/n+1) + strconv.Itoa(i%n+1)
	}
	return strconv.Itoa(i/n/n+1) + strconv.Itoa(i/n%n+1) + strconv.Itoa(i%n+1)
}

// SegMap is the presenter of the segment map editor.
type SegMap struct {
	Live[MapState]
	past [][]int
}

// NewSegMap starts from the segments and cells of an RFM result; an empty result
// starts with an empty map.
func NewSegMap(from *core.Segmentation) *SegMap {
	m := &SegMap{}
	st := MapState{Scores: 5}
	if from != nil {
		st = fromResult(from)
	}
	m.state = st
	if len(st.Cells) == 0 {
		m.state.Cells = unpainted(st.Scores, st.Three)
	}
	return m
}

func unpainted(scores int, three bool) []int {
	n := scores * scores
	if three {
		n *= scores
	}
	return slices.Repeat([]int{-1}, n)
}

// fromResult takes over the segments of a result and the segment of every cell,
// with the customers in it.
func fromResult(s *core.Segmentation) MapState {
	st := MapState{Scores: 5}
	for _, g := range s.Segments {
		st.Segments = append(st.Segments, MapSegment{Key: g.Key, Name: g.Name})
	}
	st.Cells = unpainted(st.Scores, false)
	if t := s.DataTable("map"); t != nil {
		st.paintTable(t, s.Segments)
	}
	st.Counts = cellCounts(s, st)
	return st
}

// paintTable paints the cells that the method's own table lists: columns r, f, for
// some m, and segment, whose dictionary holds keys.
func (s *MapState) paintTable(t *table.Table, segs []core.Segment) {
	scores, g := scoreColumns(t), t.Column("segment")
	if len(scores) < 2 || g == nil || g.Kind != table.Category {
		return
	}
	top := int64(2)
	for _, c := range scores {
		top = max(top, slices.Max(append([]int64{0}, c.Ints...)))
	}
	if top > 9 {
		return
	}
	s.Scores, s.Three = int(top), len(scores) == 3
	if s.Three {
		s.Layer = s.Scores
	}
	s.Cells = unpainted(s.Scores, s.Three)
	for i := range t.Rows {
		cell := [3]int{1, 1, 1}
		for k, c := range scores {
			cell[k] = int(c.Ints[i])
		}
		if at := slices.IndexFunc(segs, func(q core.Segment) bool { return q.Key == g.Text(i) }); at >= 0 && slices.Min(cell[:]) >= 1 {
			s.Cells[s.Index(cell[0], cell[1], cell[2])] = at
		}
	}
}

// scoreColumns returns the columns r, f and, where there is one, m of a table, when
// they hold whole numbers.
func scoreColumns(t *table.Table) []*table.Column {
	var out []*table.Column
	for _, name := range []string{"r", "f", "m"} {
		c := t.Column(name)
		if c == nil || c.Kind != table.Int64 {
			break
		}
		out = append(out, c)
	}
	return out
}

// cellCounts counts the customers in every cell, nil where the result has no scores.
func cellCounts(s *core.Segmentation, st MapState) []int {
	r, f, m := column(s, "r"), column(s, "f"), column(s, "m")
	if r < 0 || f < 0 || st.Three && m < 0 {
		return nil
	}
	out := make([]int, len(st.Cells))
	for i := range s.Customers {
		x, y, z := int(s.Columns[r].Ints[i]), int(s.Columns[f].Ints[i]), 1
		if st.Three {
			z = int(s.Columns[m].Ints[i])
		}
		if min(x, y, z) >= 1 && max(x, y, z) <= st.Scores {
			out[st.Index(x, y, z)]++
		}
	}
	return out
}

func (m *SegMap) update(f func(*MapState)) {
	st := m.state
	f(&st)
	m.set(st)
}

// SetBrush picks the segment to paint with.
func (m *SegMap) SetBrush(at int) { m.update(func(s *MapState) { s.Brush = at }) }

// SetLayer looks at another M score.
func (m *SegMap) SetLayer(score int) { m.update(func(s *MapState) { s.Layer = score }) }

// Paint gives a cell to the brush's segment.
func (m *SegMap) Paint(cell int) {
	if cell < 0 || cell >= len(m.state.Cells) || m.state.Cells[cell] == m.state.Brush {
		return
	}
	m.past = append(m.past, m.state.Cells)
	m.update(func(s *MapState) {
		s.Cells = slices.Clone(s.Cells)
		s.Cells[cell] = s.Brush
		s.CanUndo = true
	})
}

// Fill gives every unpainted cell to the brush's segment.
func (m *SegMap) Fill() {
	m.past = append(m.past, m.state.Cells)
	m.update(func(s *MapState) {
		s.Cells = slices.Clone(s.Cells)
		for i, c := range s.Cells {
			if c < 0 {
				s.Cells[i] = s.Brush
			}
		}
		s.CanUndo = true
	})
}

// FirstWins gives every cell that several segments want to the one that the file names
// first.
func (m *SegMap) FirstWins() {
	open := m.state.Clashes()
	if len(open) == 0 {
		return
	}
	m.past = append(m.past, m.state.Cells)
	m.update(func(s *MapState) {
		s.Cells = slices.Clone(s.Cells)
		for _, cell := range open {
			s.Cells[cell] = s.Claims[cell][0]
		}
		s.CanUndo = true
	})
}

// otherKey is the segment of what no other segment takes.
const otherKey = "other"

// FillOther gives every unpainted cell to a segment of its own; name is what it is called
// where the map has none yet.
func (m *SegMap) FillOther(name sdk.Text) {
	m.past = append(m.past, m.state.Cells)
	m.update(func(s *MapState) {
		at := slices.IndexFunc(s.Segments, func(g MapSegment) bool { return g.Key == otherKey })
		if at < 0 {
			s.Segments = append(slices.Clone(s.Segments), MapSegment{Key: otherKey, Name: name})
			at = len(s.Segments) - 1
		}
		s.Cells = slices.Clone(s.Cells)
		for i, c := range s.Cells {
			if c < 0 {
				s.Cells[i] = at
			}
		}
		s.CanUndo = true
	})
}

// Undo takes the last stroke back.
func (m *SegMap) Undo() {
	if len(m.past) == 0 {
		return
	}
	last := m.past[len(m.past)-1]
	m.past = m.past[:len(m.past)-1]
	m.update(func(s *MapState) { s.Cells, s.CanUndo = last, len(m.past) > 0 })
}

// SetThree switches between R×F and R×F×M. Going to three keeps every cell for all
// M scores; going back keeps what the middle M score has.
func (m *SegMap) SetThree(on bool) {
	if m.state.Three == on {
		return
	}
	m.past = nil
	m.update(func(s *MapState) {
		old := *s
		s.Three, s.Cells, s.Counts, s.CanUndo, s.Claims = on, unpainted(s.Scores, on), nil, false, nil
		s.Layer = 0
		if on {
			s.Layer = s.Scores
		}
		for r := 1; r <= s.Scores; r++ {
			for f := 1; f <= s.Scores; f++ {
				for k := 1; k <= s.Scores; k++ {
					switch {
					case on:
						s.Cells[s.Index(r, f, k)] = old.Cells[old.Index(r, f, 0)]
					case k == (s.Scores+1)/2:
						s.Cells[s.Index(r, f, 0)] = old.Cells[old.Index(r, f, k)]
					}
				}
			}
		}
	})
}

// AddSegment adds a segment and picks it as the brush.
func (m *SegMap) AddSegment(name sdk.Text) {
	m.update(func(s *MapState) {
		s.Segments = append(slices.Clone(s.Segments), MapSegment{Key: s.freeKey(), Name: name})
		s.Brush = len(s.Segments) - 1
	})
}

func (s MapState) freeKey() string {
	for n := len(s.Segments) + 1; ; n++ {
		key := "s" + strconv.Itoa(n)
		if !slices.ContainsFunc(s.Segments, func(g MapSegment) bool { return g.Key == key }) {
			return key
		}
	}
}

// RenameSegment changes a segment's name.
func (m *SegMap) RenameSegment(at int, name sdk.Text) {
	m.update(func(s *MapState) {
		s.Segments = slices.Clone(s.Segments)
		s.Segments[at].Name = name
	})
}

// Text writes the map as the method's map file: key, both names, scores; a segment
// without a cell is left out.
func (s MapState) Text() string {
	var b strings.Builder
	b.WriteString("scores=" + strconv.Itoa(s.Scores) + "\n")
	w := csv.NewWriter(&b)
	for at, g := range s.Segments {
		var cells []string
		for i, c := range s.Cells {
			if c == at {
				cells = append(cells, s.CellName(i))
			}
		}
		if len(cells) > 0 {
			_ = w.Write([]string{g.Key, g.Name.In(sdk.ZH), g.Name.In(sdk.EN), strings.Join(cells, " ")}) // a Builder takes everything
		}
	}
	w.Flush()
	return b.String()
}

// SetText reads a map file. What it leaves open stays unpainted, and so does a cell that
// several segments claim, unless the file says first-match: the user decides (Clashes).
func (m *SegMap) SetText(text string) {
	st, ok := parseMap(text)
	if !ok {
		m.update(func(s *MapState) { s.BadText = true })
		return
	}
	m.past = nil
	m.set(st)
}

// column returns the position of a column of whole numbers of a segmentation, −1
// when it is not there.
func column(s *core.Segmentation, name string) int {
	for i := range s.Columns {
		if s.Columns[i].Name == name && s.Columns[i].Kind == table.Int64 {
			return i
		}
	}
	return -1
}
