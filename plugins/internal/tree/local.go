package tree

import (
	"math"

	"qunxiang/internal/large"
)

// local grows a tree on at most ExactRows rows. For every feature it has the list of
// rows that have a value, in the order of the values: the value's rank in the upper,
// the row's place in the lower 16 bits. A split divides every list and keeps its order.
// Behind the features stands one more list with all rows.
type local struct {
	g     *grower
	rows  []int32 // by place
	class []byte
	value []float64
	side  []byte // 1 left, 0 right, unknown
	temp  []uint32
	stats []float64 // scratch
	left  []float64
	draws []int
}

const unknown = 2

// newLocal sorts the rows by every feature. block, where it is not nil, has the codes of
// features row by row.
func newLocal(g *grower, rows []int32, block *block) (*local, [][]uint32) {
	n := len(rows)
	l := &local{g: g, rows: rows, side: make([]byte, n), temp: make([]uint32, n), stats: make([]float64, g.t.width()), left: make([]float64, g.t.width())}
	if g.t.Classes != nil {
		l.class = gather(g.t.Class, rows)
	} else {
		l.value = gather(g.t.Value, rows)
	}
	d := len(g.features)
	lists, all := make([][]uint32, d+1), large.Make[uint32](n*(d+1))
	s := &sorter{}
	for j := range d {
		out := all[j*n : j*n : (j+1)*n]
		if f := &g.features[j]; f.raw != nil {
			lists[j] = s.numbers(f, rows, out)
		} else {
			lists[j] = s.codes(f, rows, out, block, j)
		}
	}
	lists[d] = all[d*n : (d+1)*n]
	for i := range lists[d] {
		lists[d][i] = uint32(i)
	}
	return l, lists
}

// subset returns lists of the rows whose place has the mark, and a local for them that
// may be used beside this one.
func (l *local) subset(g *grower, lists [][]uint32, keep []bool) (*local, [][]uint32) {
	o := *l
	o.g = g
	o.side, o.temp = make([]byte, len(l.side)), make([]uint32, len(l.temp))
	o.stats, o.left, o.draws = make([]float64, g.t.width()), make([]float64, g.t.width()), nil
	out := make([][]uint32, len(lists))
	for j, list := range lists {
		out[j] = make([]uint32, len(list))
		k := 0
		for _, e := range list {
			out[j][k] = e
			if keep[e&0xffff] {
				k++
			}
		}
		out[j] = out[j][:k]
	}
	return &o, out
}

// tally puts the rows of a list into statistics.
func (l *local) tally(list []uint32, stats []float64) {
	clear(stats)
	if l.class != nil {
		for _, e := range list {
			stats[l.class[e&0xffff]]++
		}
		return
	}
	for _, e := range list {
		y := l.value[e&0xffff]
		stats[1] += y
		stats[2] += float64(y * y)
	}
	stats[0] = float64(len(list))
}

// grow grows the branch of a node on its lists.
func (l *local) grow(at *grown, lists [][]uint32) {
	if !l.g.splits(at) {
		l.close(at, lists[len(lists)-1])
		return
	}
	s := l.search(at, lists)
	if s.gain <= l.g.least() {
		l.close(at, lists[len(lists)-1])
		return
	}
	l.apply(at, &s, lists)
	l.part(at, lists, s.pos)
}

// close remembers the rows of a leaf.
func (l *local) close(at *grown, list []uint32) {
	if l.g.leafOf == nil {
		return
	}
	at.closed = l.g.closed.Add(1) - 1
	for _, e := range list {
		l.g.leafOf[l.rows[e&0xffff]] = at.closed
	}
}

// part divides a node by the sides of its rows. A number without gaps is divided
// already, before position pos.
func (l *local) part(at *grown, lists [][]uint32, pos int) {
	d := len(lists) - 1
	k := 0
	for _, e := range lists[d] {
		k += int(l.side[e&0xffff])
	}
	w := len(at.Stats)
	both := make([]float64, 2*w)
	left, right := both[:w:w], both[w:]
	halves := make([][]uint32, 2*len(lists))
	lefts, rights := halves[:len(lists)], halves[len(lists):]
	lefts[d], rights[d] = l.divide(lists[d])
	l.tally(lefts[d], left)
	l.tally(rights[d], right)
	at.l, at.r = l.g.child(at, 0, left, k), l.g.child(at, 1, right, len(rights[d]))
	goLeft, goRight := l.g.splits(at.l), l.g.splits(at.r)
	if !goLeft {
		l.close(at.l, lefts[d])
	}
	if !goRight {
		l.close(at.r, rights[d])
	}
	if !goLeft && !goRight {
		return
	}
	for j, list := range lists[:d] {
		if j == at.Feature && pos > 0 && len(list) == len(lists[d]) && !l.g.features[j].Category() {
			lefts[j], rights[j] = list[:pos], list[pos:]
			continue
		}
		lefts[j], rights[j] = l.divide(list)
	}
	if goLeft {
		l.grow(at.l, lefts)
	}
	if goRight {
		l.grow(at.r, rights)
	}
}

// divide puts the left rows of a list before the right ones, in order: every entry is
// written to both, and one of the places moves on.
func (l *local) divide(list []uint32) (left, right []uint32) {
	temp, side := l.temp[:len(list)], l.side
	a, b := 0, 0
	for _, e := range list {
		s := int(side[e&0xffff])
		list[a] = e
		temp[b] = e
		a += s
		b += 1 - s
	}
	copy(list[a:], temp[:b])
	return list[:a], list[a:]
}

// apply writes a split into the node and the side of every row.
func (l *local) apply(at *grown, s *split, lists [][]uint32) {
	d := len(lists) - 1
	list, f := lists[s.feature], &l.g.features[s.feature]
	at.Test = Test{Feature: s.feature, In: s.in, Out: s.out}
	gaps := len(list) < len(lists[d])
	if gaps {
		for _, e := range lists[d] {
			l.side[e&0xffff] = unknown
		}
	}
	if f.Category() {
		l.sideLevels(f, s, list)
	} else {
		at.Threshold = f.between(f.number(l.rows[list[s.pos-1]&0xffff]), f.number(l.rows[list[s.pos]&0xffff]))
		for _, e := range list[:s.pos] {
			l.side[e&0xffff] = 1
		}
		for _, e := range list[s.pos:] {
			l.side[e&0xffff] = 0
		}
	}
	nl := 0
	for _, e := range list {
		nl += int(l.side[e&0xffff])
	}
	at.MissingLeft = 2*nl >= len(list)
	at.Rest = at.MissingLeft && f.Category()
	if f.Gaps {
		at.Surrogates = l.surrogates(s.feature, lists, float64(nl), float64(len(list)-nl))
	}
	if gaps {
		l.sideMissing(at, lists[d])
	}
}

func (l *local) sideLevels(f *Feature, s *split, list []uint32) {
	for i := 0; i < len(list); {
		end := runEnd(list, i)
		side := byte(0)
		if has(s.in, f.level(l.rows[list[i]&0xffff])) {
			side = 1
		}
		for _, e := range list[i:end] {
			l.side[e&0xffff] = side
		}
		i = end
	}
}

func (l *local) sideMissing(at *grown, all []uint32) {
	for _, e := range all {
		if p := e & 0xffff; l.side[p] == unknown {
			l.side[p] = 0
			if at.left(l.g.features, l.rows[p]) {
				l.side[p] = 1
			}
		}
	}
}

// runEnd is the position behind the run of equal ranks that starts at i.
func runEnd(list []uint32, i int) int {
	end := i + 1
	for end < len(list) && list[end]>>16 == list[i]>>16 {
		end++
	}
	return end
}

// between is the cut between two neighbouring values: the middle, for whole numbers the
// next whole number above it (≥ 11 reads better than ≥ 10.5).
func (f *Feature) between(a, b float64) float64 {
	t := a/2 + b/2 // never overflows
	if f.Whole {
		t = math.Ceil(t)
	}
	if t <= a || t > b { // neighbours in floating point
		t = b
	}
	return t
}
