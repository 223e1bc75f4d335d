package vec

import (
	"math"
	"math/bits"

	"qunxiang/internal/large"
)

// Screen is a table in narrower numbers, about the means of its columns. They tell the
// nearest centre of nearly every row, and of which rows they do not: these are looked at
// in full, so that answers are those of NearestTwo. It takes a quarter of the time, where
// the processor has the widest registers; elsewhere it is nil, and Labels does without.
type Screen struct {
	c      Columns
	mean   []float64
	stride int       // N rounded up to a multiple of screenRows
	x      []float32 // columns, and one more with the lengths of the rows
}

// screenRows is the number of rows that are screened together.
const screenRows = 64

// NewScreen returns the table in narrower numbers, in memory of the shelf. Its rows must not
// change.
func NewScreen(shelf *large.Shelf, c Columns) *Screen {
	if !wide() || c.D == 0 || c.N < screenRows {
		return nil
	}
	return newScreen(shelf, c)
}

func newScreen(shelf *large.Shelf, c Columns) *Screen {
	s := &Screen{c: c, mean: make([]float64, c.D), stride: (c.N + screenRows - 1) / screenRows * screenRows}
	s.x = large.Take[float32](shelf, (c.D+1)*s.stride)
	length := s.x[c.D*s.stride:]
	for j := range c.D {
		from, to := c.Column(j), s.x[j*s.stride:]
		total := 0.0
		for _, x := range from {
			total += x
		}
		mean := total / float64(c.N)
		if mean-mean != 0 {
			mean = 0
		}
		s.mean[j] = mean
		to, length := to[:len(from)], length[:len(from)]
		for i, x := range from {
			t := float32(x - mean)
			to[i] = t
			length[i] += float32(t * t)
		}
	}
	for i, l := range length[:c.N] {
		length[i] = float32(math.Sqrt(float64(l)))
	}
	return s
}

// narrowCentres puts half the square of each centre's length before it, and returns the
// length of the longest.
func (s *Screen) narrowCentres(centres []float64, out []float32) (longest float64) {
	d := s.c.D
	for at := 0; at < len(centres); at += d {
		sum, row := 0.0, out[:d+1]
		for j, x := range centres[at : at+d] {
			x -= s.mean[j]
			sum += float64(x * x)
			row[1+j] = float32(x)
		}
		row[0] = float32(sum / 2)
		longest = max(longest, sum)
		out = out[d+1:]
	}
	return math.Sqrt(longest)
}

// Labels is NearestTwo of the table for those who ask for labels alone; from is a
// multiple of screenRows, and label needs no room for padding.
//
// The nearest centre c of a row x has the least |c|²/2 − x·c. In narrow numbers that is
// wrong by at most (D+3)·2⁻²⁴·(|c|²/2 + |x||c|); what is nearer together than twice that
// is in doubt.
func (s *Screen) Labels(from, to int, centres []float64, label []int32) {
	const (
		block = 4096 // rows
		few   = 8    // of so many rows one may be in doubt
		room  = 256
	)
	var space [room]float32
	narrow := space[:]
	if n := len(centres) + len(centres)/s.c.D; n > room {
		narrow = make([]float32, n)
	}
	longest := s.narrowCentres(centres, narrow)
	part := 2.2 * float64(s.c.D+4) / (1 << 24)
	slope, base := float32(part*longest), float32(part*longest*longest/2+1e-37)
	row := make([]float64, s.c.D)
	var doubt [block / screenRows]uint64
	for ; from < to; from += block {
		n := min(block, to-from)
		s.screen(from, n, narrow[:len(centres)+len(centres)/s.c.D], label, doubt[:], slope, base)
		unsure := 0
		for _, w := range doubt[:(n+screenRows-1)/screenRows] {
			unsure += bits.OnesCount64(w)
		}
		if unsure > n/few {
			s.exactly(from, n, centres, label)
		} else if unsure > 0 {
			for b, w := range doubt[:(n+screenRows-1)/screenRows] {
				for ; w != 0; w &= w - 1 {
					if i := b*screenRows + bits.TrailingZeros64(w); i < n {
						label[i], _, _ = Nearest(s.c.Row(from+i, row), centres)
					}
				}
			}
		}
		label = label[n:]
	}
}

// screen sets labels and doubts of n rows.
func (s *Screen) screen(from, n int, centres []float32, label []int32, doubt []uint64, slope, base float32) {
	x := s.x[from:]
	full := n &^ (screenRows - 1)
	if full > 0 {
		_ = label[full-1]
		screenFast(x, s.stride, full, s.c.D, centres, label, doubt, slope, base)
	}
	if full < n { // of the last rows, which are padded here but need not be there
		var last [screenRows]int32
		screenFast(x[full:], s.stride, screenRows, s.c.D, centres, last[:], doubt[full/screenRows:], slope, base)
		copy(label[full:n], last[:])
	}
}

// exactly is NearestTwo with room for the padding.
func (s *Screen) exactly(from, n int, centres []float64, label []int32) {
	whole := n &^ (Lanes - 1)
	NearestTwo(s.c, from, from+whole, centres, label, nil, nil)
	if whole < n {
		var last [Lanes]int32
		NearestTwo(s.c, from+whole, from+n, centres, last[:], nil, nil)
		copy(label[whole:n], last[:])
	}
}

// Changed puts the places where two lists of the same length differ into at, which has
// room for all of them and 16 more, and returns how many they are.
func Changed(old, now, at []int32) int {
	n, done := 0, 0
	if whole := len(old) &^ 15; whole > 0 && wide() {
		_, _ = now[whole-1], at[whole+15]
		n, done = changedFast(old[:whole], now, at), whole
	}
	for i, x := range old[done:] { // without branches, which nobody could foresee
		at[n] = int32(done + i)
		more := 0
		if x != now[done+i] {
			more = 1
		}
		n += more
	}
	return n
}

// GroupSums is GridSum by group: hi and lo, which have a place for each of the groups,
// get the parts of the values of each added.
func GroupSums(v []float64, label []int32, coarse, fine float64, hi, lo []float64) {
	const most = 32 // groups; with more, one value after the other is quicker
	k := len(hi)
	if n := len(v) &^ 15; n > 0 && k <= most && wide() {
		_ = label[n-1]
		var sums [2 * 8 * 8]float64
		for first := 0; first < k; first += 8 {
			groupSumsFast(v[:n], label, first, coarse, fine, &sums)
			for c := first; c < min(first+8, k); c++ {
				at := (c - first) * 8
				for l := range 8 {
					hi[c] += sums[at+l]
					lo[c] += sums[64+at+l]
				}
			}
		}
		v, label = v[n:], label[n:]
	}
	for i, x := range v {
		c := label[i]
		h := (x + coarse) - coarse
		hi[c] += h
		lo[c] += (x - h + fine) - fine
	}
}
