package hclust

import (
	"context"
	"math"
	"slices"

	"qunxiang/plugins/internal/cluster"
)

// blockSize is the number of clusters in a block, and of blocks in a group.
const blockSize = 64

// ward joins by Ward's criterion along nearest-neighbour chains on centroids, in memory
// linear in the clusters. Live clusters sit in blocks of near ones; a search skips
// blocks, and groups of blocks, whose boxes are too far. Blocks are made anew whenever
// half of the clusters have been joined away.
type ward struct {
	d       int
	centre  []float64 // by cluster, row by row
	inverse []float64 // 1 ÷ customers
	place   []int32   // cluster → slot
	live    []bool
	left    int // live clusters

	slot   []int32   // slot → cluster, −1 where it is free
	x      []float64 // by slot, row by row
	slotIn []float64 // inverse, by slot
	blocks []box
	groups []box
	order  []int32 // clusters in the order of their blocks, when these were made

	chain   []int32
	inChain []int32 // cluster → place in the chain, −1 where it is in none
}

// box bounds the clusters of a block or group. It never shrinks when one leaves.
type box struct {
	lo, hi  []float64
	inverse float64 // largest
}

func newWard(p cluster.Points, weight []float64) *ward {
	w := &ward{
		d: p.D, left: p.N, centre: slices.Clone(p.X), inverse: make([]float64, p.N),
		place: make([]int32, p.N), live: make([]bool, p.N), inChain: make([]int32, p.N),
	}
	for i, c := range weight {
		w.inverse[i], w.live[i], w.inChain[i] = 1/c, true, -1
		w.order = append(w.order, int32(i))
	}
	w.layOut()
	return w
}

func (w *ward) row(c int32) []float64 { return w.centre[int(c)*w.d : (int(c)+1)*w.d] }

// layOut makes the blocks.
func (w *ward) layOut() {
	m := 0
	for _, c := range w.order {
		if w.live[c] {
			w.order[m] = c
			m++
		}
	}
	w.order = w.order[:m]
	w.split(w.order)
	w.slot, w.x, w.slotIn = make([]int32, m), make([]float64, m*w.d), make([]float64, m)
	w.blocks = newBoxes((m+blockSize-1)/blockSize, w.d)
	w.groups = newBoxes((len(w.blocks)+blockSize-1)/blockSize, w.d)
	for s, c := range w.order {
		w.put(c, int32(s))
	}
}

func newBoxes(n, d int) []box {
	out, edge := make([]box, n), make([]float64, 2*n*d)
	for i := range out {
		out[i] = box{lo: edge[2*i*d : (2*i+1)*d], hi: edge[(2*i+1)*d : (2*i+2)*d]}
		for j := range d {
			out[i].lo[j], out[i].hi[j] = math.Inf(1), math.Inf(-1)
		}
	}
	return out
}

func (b *box) add(row []float64, inverse float64) {
	for j, x := range row {
		b.lo[j], b.hi[j] = min(b.lo[j], x), max(b.hi[j], x)
	}
	b.inverse = max(b.inverse, inverse)
}

// near reports whether something in the box may be nearer than best to a cluster.
func (b *box) near(row []float64, inverse, best float64) bool {
	s, limit := 0.0, best*(inverse+b.inverse)
	for j, x := range row {
		if t := b.lo[j] - x; t > 0 {
			s += float64(t * t)
		} else if t := x - b.hi[j]; t > 0 {
			s += float64(t * t)
		}
	}
	return s <= limit
}

// put seats a cluster in a slot and widens the boxes around it.
func (w *ward) put(c, s int32) {
	row := w.row(c)
	copy(w.x[int(s)*w.d:], row)
	w.slot[s], w.slotIn[s], w.place[c] = c, w.inverse[c], s
	w.blocks[s/blockSize].add(row, w.inverse[c])
	w.groups[s/blockSize/blockSize].add(row, w.inverse[c])
}

// split orders clusters so that every block's are near each other: by halves along the
// widest side.
func (w *ward) split(part []int32) {
	if len(part) <= blockSize {
		return
	}
	axis, widest := 0, -1.0
	step := 1 + len(part)/4096 // a look at some is enough to choose the side
	for j := range w.d {
		lo, hi := math.Inf(1), math.Inf(-1)
		for i := 0; i < len(part); i += step {
			x := w.centre[int(part[i])*w.d+j]
			lo, hi = min(lo, x), max(hi, x)
		}
		if hi-lo > widest {
			axis, widest = j, hi-lo
		}
	}
	half := max(blockSize, (len(part)/2+blockSize/2)/blockSize*blockSize)
	w.halve(part, half, axis)
	w.split(part[:half])
	w.split(part[half:])
}

// halve puts the k smallest along the axis first (Hoare's selection).
func (w *ward) halve(part []int32, k, axis int) {
	key := func(i int) float64 { return w.centre[int(part[i])*w.d+axis] }
	lo, hi := 0, len(part)-1
	for lo < hi {
		a, b, pivot := key(lo), key(hi), key((lo+hi)/2)
		pivot = max(min(a, b), min(max(a, b), pivot))
		i, j := lo, hi
		for i <= j {
			for key(i) < pivot {
				i++
			}
			for key(j) > pivot {
				j--
			}
			if i <= j {
				part[i], part[j] = part[j], part[i]
				i++
				j--
			}
		}
		switch {
		case k <= j:
			hi = j
		case k >= i:
			lo = i
		default:
			return
		}
	}
}

// cost is half the squared height at which two clusters would join.
func (w *ward) cost(a, b int32) float64 {
	return cluster.Square(w.row(a), w.row(b)) / (w.inverse[a] + w.inverse[b])
}

// run joins all clusters. Heights are √2·√(nₐn_b/(nₐ+n_b))·‖cₐ−c_b‖.
func (w *ward) run(ctx context.Context) ([]merge, error) {
	merges := make([]merge, 0, w.left-1)
	remake, first := w.left/2, 0
	for w.left > 1 {
		if ctx.Err() != nil {
			return nil, ctx.Err()
		}
		if len(w.chain) == 0 {
			for !w.live[first] {
				first++
			}
			w.push(int32(first))
		}
		a, prev, best := w.chain[len(w.chain)-1], int32(-1), math.Inf(1)
		if len(w.chain) > 1 {
			prev = w.chain[len(w.chain)-2]
			best = w.cost(a, prev)
		}
		b, best := w.nearest(a, prev, best)
		if b != prev {
			if at := w.inChain[b]; at >= 0 { // rounding only
				w.pop(int(at) + 1)
			} else {
				w.push(b)
			}
			continue
		}
		w.pop(len(w.chain) - 2)
		merges = append(merges, merge{a, b, math.Sqrt(2 * best)})
		w.unite(a, b)
		if w.left == remake {
			w.layOut()
			remake /= 2
		}
	}
	return merges, nil
}

func (w *ward) push(c int32) {
	w.inChain[c] = int32(len(w.chain))
	w.chain = append(w.chain, c)
}

// pop shortens the chain.
func (w *ward) pop(to int) {
	for _, c := range w.chain[to:] {
		w.inChain[c] = -1
	}
	w.chain = w.chain[:to]
}

// unite makes a the union of a and b.
func (w *ward) unite(a, b int32) {
	na, nb := 1/w.inverse[a], 1/w.inverse[b]
	x, y := w.row(a), w.row(b)
	for j := range x {
		x[j] = (float64(na*x[j]) + float64(nb*y[j])) / (na + nb)
	}
	w.inverse[a] = 1 / (na + nb)
	stay, free := w.place[a], w.place[b]
	if nb > na { // stay near the heavier one
		stay, free = free, stay
	}
	w.live[b], w.slot[free] = false, -1
	w.left--
	w.put(a, stay)
}

// nearest returns the live cluster nearest to a: prev, at the cost best, unless one is
// strictly nearer.
func (w *ward) nearest(a, prev int32, best float64) (int32, float64) {
	s := search{w: w, a: a, row: w.row(a), inverse: w.inverse[a], to: prev, best: best}
	own := int(w.place[a]) / blockSize
	s.scan(own)
	for g := range w.groups {
		if !w.groups[g].near(s.row, s.inverse, s.best) {
			continue
		}
		for b := g * blockSize; b < min((g+1)*blockSize, len(w.blocks)); b++ {
			if b != own && w.blocks[b].near(s.row, s.inverse, s.best) {
				s.scan(b)
			}
		}
	}
	return s.to, s.best
}

// search is the way to the nearest neighbour of cluster a.
type search struct {
	w       *ward
	a       int32
	row     []float64
	inverse float64
	to      int32
	best    float64
}

func (s *search) scan(block int) {
	w, d := s.w, s.w.d
	for i := block * blockSize; i < min((block+1)*blockSize, len(w.slot)); i++ {
		c := w.slot[i]
		if c < 0 || c == s.a {
			continue
		}
		sum := 0.0
		for j, y := range w.x[i*d : (i+1)*d] {
			t := s.row[j] - y
			sum += float64(t * t)
		}
		if weight := s.inverse + w.slotIn[i]; sum < s.best*weight {
			if cost := sum / weight; cost < s.best {
				s.best, s.to = cost, c
			}
		}
	}
}
