package tree

import "sync"

const (
	localRows = 4096    // nodes of so many rows are finished on sorted lists
	chunkRows = 1 << 16 // rows of one share of a histogram; fixed, so that sums do not depend on threads
)

// block has the byte codes of features row by row, because a node's rows lie apart.
type block struct {
	width int
	codes []byte
	at    []int // place of a feature in a row, -1 = it has no byte codes
}

// column gathers one feature's codes.
func (b *block) column(out []byte, rows []int32, j int) {
	at := b.at[j]
	for i, row := range rows {
		out[i] = b.codes[int(row)*b.width+at]
	}
}

func newBlock(features []Feature, n, threads int) *block {
	b := &block{at: make([]int, len(features))}
	var from [][]byte
	for j := range features {
		b.at[j] = -1
		if features[j].code != nil {
			b.at[j] = len(from)
			from = append(from, features[j].code)
		}
	}
	b.width = len(from)
	b.codes = make([]byte, n*b.width)
	const part = 1 << 13
	each((n+part-1)/part, threads, func(p int) {
		end := min(n, (p+1)*part)
		for lo := p * part; lo < end; lo += 128 {
			hi := min(end, lo+128)
			for k, codes := range from {
				at := lo*b.width + k
				for _, c := range codes[lo:hi] {
					b.codes[at] = c
					at += b.width
				}
			}
		}
	})
	return b
}

// big grows the upper part of a tree on many rows: each node has a histogram of its
// rows by feature, code and class.
type big struct {
	g      *grower
	block  *block
	offset []int // of a feature in the histogram
	first  []int // of the features in the block, in its order
	size   int
	side   []byte // by row
	slots  chan struct{}
}

func newBig(g *grower) *big {
	n := g.t.Len()
	b := &big{g: g, block: newBlock(g.features, n, g.o.Threads), side: make([]byte, n), slots: make(chan struct{}, max(0, g.o.Threads-1))}
	w := g.t.width()
	for j := range g.features {
		b.offset = append(b.offset, b.size)
		if f := &g.features[j]; f.code != nil {
			b.first = append(b.first, b.size)
			b.size += (gone + 1) * w
		} else {
			b.size += (f.bins() + 1) * w
		}
	}
	return b
}

func (b *big) run(root *grown, rows []int32) {
	b.grow(root, append(make([]int32, 0, len(rows)), rows...), nil, make([]int32, len(rows)))
}

// histogram counts the rows, in shares that are added up in order.
func (b *big) histogram(rows []int32, threads int) []float64 {
	shares := (len(rows) + chunkRows - 1) / chunkRows
	parts := make([][]float64, shares)
	each(shares, threads, func(p int) {
		parts[p] = make([]float64, b.size)
		b.fill(parts[p], rows[p*chunkRows:min(len(rows), (p+1)*chunkRows)])
	})
	for _, part := range parts[1:] {
		for i, x := range part {
			parts[0][i] += x
		}
	}
	return parts[0]
}

func (b *big) fill(h []float64, rows []int32) {
	switch w := b.g.t.width(); {
	case b.g.t.Classes == nil:
		b.fillNumbers(h, rows)
	case w == 2:
		b.fillTwo(h, rows)
	default:
		for _, row := range rows {
			c := int(b.g.t.Class[row])
			codes := b.block.codes[int(row)*b.block.width:][:b.block.width]
			for k, code := range codes {
				h[b.first[k]+int(code)*w+c]++
			}
		}
	}
	w := b.g.t.width()
	for j := range b.g.features {
		f := &b.g.features[j]
		if f.wide == nil {
			continue
		}
		for _, row := range rows {
			at := b.offset[j] + int(min(f.wide[row], uint32(len(f.Levels))))*w
			b.g.t.add(h[at:at+w], row)
		}
	}
}

// pairs counts a feature's rows by code: those of the first class in the lower half of a
// number, those of the second in the upper. A share of rows has fewer than fit in half.
type pairs [gone + 1]uint64

// fillTwo is the case of two classes, which is worth a loop of its own.
func (b *big) fillTwo(h []float64, rows []int32) {
	width, class := b.block.width, b.g.t.Class
	if width == 0 {
		return
	}
	counts := make([]pairs, width)
	for _, row := range rows {
		one := uint64(1) << (class[row] & 1 * 32)
		codes := b.block.codes[int(row)*width:][:len(counts)]
		for k := range counts {
			counts[k][codes[k]] += one
		}
	}
	for k := range counts {
		part := h[b.first[k]:][:2*(gone+1)]
		for code, n := range counts[k] {
			part[2*code] += float64(uint32(n))
			part[2*code+1] += float64(n >> 32)
		}
	}
}

func (b *big) fillNumbers(h []float64, rows []int32) {
	for _, row := range rows {
		y := b.g.t.Value[row]
		q := float64(y * y)
		codes := b.block.codes[int(row)*b.block.width:][:b.block.width]
		for k, code := range codes {
			at := b.first[k] + int(code)*3
			h[at]++
			h[at+1] += y
			h[at+2] += q
		}
	}
}

// grow grows the branch of a node; h is its histogram where it is known already, temp
// scratch as long as rows.
func (b *big) grow(at *grown, rows []int32, h []float64, temp []int32) {
	if !b.g.splits(at) {
		b.g.close(at, rows)
		return
	}
	if len(rows) <= localRows {
		l, lists := newLocal(b.g, rows, b.block)
		l.grow(at, lists)
		return
	}
	if h == nil {
		h = b.histogram(rows, b.g.o.Threads)
	}
	s := b.search(at, h)
	if s.gain <= b.g.least() {
		b.g.close(at, rows)
		return
	}
	k := b.apply(at, &s, rows, temp)
	b.stats(at, rows[:k], rows[k:])
	if !b.g.splits(at.l) && !b.g.splits(at.r) {
		b.g.close(at.l, rows[:k])
		b.g.close(at.r, rows[k:])
		return
	}
	hl, hr := b.share(h, rows[:k], rows[k:])
	select {
	case b.slots <- struct{}{}:
		var wg sync.WaitGroup
		wg.Go(func() {
			b.grow(at.l, rows[:k], hl, temp[:k])
			<-b.slots
		})
		b.grow(at.r, rows[k:], hr, temp[k:])
		wg.Wait()
	default:
		b.grow(at.l, rows[:k], hl, temp[:k])
		b.grow(at.r, rows[k:], hr, temp[k:])
	}
}

// stats makes the children.
func (b *big) stats(at *grown, left, right []int32) {
	w := b.g.t.width()
	sums := make([]float64, 2*w)
	for _, i := range left {
		b.g.t.add(sums[:w], i)
	}
	for _, i := range right {
		b.g.t.add(sums[w:], i)
	}
	at.l = b.g.child(at, 0, sums[:w:w], len(left))
	at.r = b.g.child(at, 1, sums[w:], len(right))
}

// share makes the children's histograms: the smaller one is counted, the larger one is
// what remains of h. Children that are finished on lists need none.
func (b *big) share(h []float64, left, right []int32) (hl, hr []float64) {
	small, large := left, right
	if len(left) > len(right) {
		small, large = right, left
	}
	if len(large) <= localRows {
		return nil, nil
	}
	hs := b.histogram(small, b.g.o.Threads)
	for i, x := range hs {
		h[i] -= x
	}
	if len(left) > len(right) {
		return h, hs
	}
	return hs, h
}

// search finds the best split of a node.
func (b *big) search(at *grown, h []float64) split {
	best := split{}
	for j := range b.g.features {
		b.searchFeature(j, at, h, &best)
	}
	return best
}

func (b *big) searchFeature(j int, at *grown, h []float64, best *split) {
	w := b.g.t.width()
	f := &b.g.features[j]
	bins, part := f.bins(), h[b.offset[j]:]
	total := at.Stats
	if f.Gaps {
		total = make([]float64, w)
		for c := range bins {
			for k := range w {
				total[k] += part[c*w+k]
			}
		}
	}
	if !f.Category() {
		b.numbers(j, part, bins, total, best)
		return
	}
	var groups []group
	for c := range bins {
		if s := part[c*w : (c+1)*w : (c+1)*w]; b.g.t.rows(s) > 0 {
			groups = append(groups, group{uint32(c), s})
		}
	}
	b.g.levels(j, groups, total, best)
}

// numbers tries the cuts between neighbouring codes.
func (b *big) numbers(j int, h []float64, bins int, total []float64, best *split) {
	w := len(total)
	c := &dividing{g: b.g, feature: j, total: total, base: b.g.impurity(total), best: best, left: make([]float64, w), right: make([]float64, w)}
	found := -1
	for code := range bins {
		s := h[code*w : (code+1)*w]
		if b.g.t.rows(s) <= 0.5 { // none; half a row is rounding of nothing
			continue
		}
		if code > 0 && b.g.t.rows(c.left) > 0 && c.try() {
			found = code
		}
		for k, x := range s {
			c.left[k] += x
		}
	}
	if found >= 0 {
		*best = split{feature: j, gain: best.gain, pos: found}
	}
}

// apply writes a split into the node, divides the rows in place, and returns how many
// go left.
func (b *big) apply(at *grown, s *split, rows, temp []int32) int {
	f := &b.g.features[s.feature]
	at.Test = Test{Feature: s.feature, In: s.in, Out: s.out}
	sides := sidesOf(f, s)
	if !f.Category() {
		at.Threshold = b.threshold(f, s, rows, at.Stats)
	}
	var count [3]int
	for _, row := range rows {
		c := unknown
		if f.wide == nil {
			if c = int(sides[f.code[row]]); c == ask {
				c = 0
				if f.raw[row] < at.Threshold {
					c = 1
				}
			}
		} else if k := f.wide[row]; k != wideGone {
			c = int(sides[k])
		}
		b.side[row] = byte(c)
		count[c]++
	}
	at.MissingLeft = count[1] >= count[0]
	at.Rest = at.MissingLeft && f.Category()
	if f.Gaps {
		at.Surrogates = b.surrogates(s.feature, rows, float64(count[1]), float64(count[0]))
	}
	if count[unknown] > 0 {
		b.sideMissing(at, rows)
	}
	k, m := 0, 0
	for _, row := range rows {
		c := int(b.side[row])
		rows[k], temp[m] = row, row
		k += c
		m += 1 - c
	}
	copy(rows[k:], temp[:m])
	return k
}

// sidesOf tells the side of every code.
func sidesOf(f *Feature, s *split) []byte {
	sides := make([]byte, max(f.bins(), gone)+1)
	for c := range sides {
		sides[c] = unknown
	}
	if f.Category() {
		for _, c := range s.in {
			sides[c] = 1
		}
		for _, c := range s.out {
			sides[c] = 0
		}
		return sides
	}
	for c := range f.bins() {
		sides[c] = 0
		if c < s.pos {
			sides[c] = 1
		}
	}
	if f.raw != nil {
		sides[s.pos-1], sides[s.pos] = ask, ask
	}
	return sides
}

func (b *big) sideMissing(at *grown, rows []int32) {
	for _, row := range rows {
		if b.side[row] == unknown {
			b.side[row] = 0
			if at.left(b.g.features, row) {
				b.side[row] = 1
			}
		}
	}
}
