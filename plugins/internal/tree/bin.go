package tree

import (
	"math"
	"math/bits"
	"slices"
)

const (
	sampleBits = 5    // one value in 32 is looked at to place the cuts
	slots      = 4096 // of the search for values that many rows share
)

// bin cuts the numbers into at most 255 quantile bins that never part equal values. The
// quantiles are of a sample of values that is chosen by a hash of the value, so the
// order of rows does not matter; values that many rows share are always in it.
func (f *Feature) bin() {
	sample := f.sample()
	total := 0.0
	for _, s := range sample {
		total += s.weight
	}
	f.cuts = f.cuts[:0:0]
	step, next, sum := total/narrow, total/narrow, 0.0
	for i, s := range sample {
		heavy := s.weight >= step
		if heavy && i > 0 { // a value that many share is a bin of its own
			f.cut(sample[i-1].value)
		}
		sum += s.weight
		if heavy || sum >= next {
			f.cut(s.value)
			next = sum + step
		}
	}
	if n := len(f.cuts); n > 0 && n > narrow-1 {
		f.cuts = f.cuts[:narrow-1]
	}
	f.encodeBins()
}

func (f *Feature) cut(x float64) {
	if n := len(f.cuts); n == 0 || f.cuts[n-1] < x {
		f.cuts = append(f.cuts, x)
	}
}

type weighted struct{ value, weight float64 }

// sample returns distinct values, rising, with the rows that each stands for.
func (f *Feature) sample() []weighted {
	count := make([]int32, slots)
	out := make([]weighted, 0, len(f.raw)>>sampleBits*9/8)
	for _, x := range f.raw {
		if x != x {
			continue
		}
		h := hash(x)
		count[h>>52]++
		if h>>20&(1<<sampleBits-1) == 0 {
			out = append(out, weighted{x + 0, 1 << sampleBits})
		}
	}
	if heavy := int32(max(8, len(f.raw)/200)); slices.Max(count) > heavy {
		out = out[:0]
		for _, x := range f.raw {
			if x != x {
				continue
			}
			h := hash(x)
			switch {
			case count[h>>52] > heavy:
				out = append(out, weighted{x + 0, 1})
			case h>>20&(1<<sampleBits-1) == 0:
				out = append(out, weighted{x + 0, 1 << sampleBits})
			}
		}
	}
	slices.SortFunc(out, func(a, b weighted) int {
		switch {
		case a.value < b.value:
			return -1
		case a.value > b.value:
			return 1
		}
		return 0
	})
	k := 0
	for i := range out {
		if i > 0 && out[i].value == out[k-1].value {
			out[k-1].weight += out[i].weight
			continue
		}
		out[k] = out[i]
		k++
	}
	return out[:k]
}

// hash mixes the bits of a number by one wide multiplication, folded.
func hash(x float64) uint64 {
	const odd = 0x9e3779b97f4a7c15 // 2⁶⁴ divided by the golden ratio
	hi, lo := bits.Mul64(math.Float64bits(x+0)^odd, odd)
	return hi ^ lo
}

// mix is the finaliser of SplitMix64.
func mix(h uint64) uint64 {
	h += 0x9e3779b97f4a7c15
	h = (h ^ h>>30) * 0xbf58476d1ce4e5b9
	h = (h ^ h>>27) * 0x94d049bb133111eb
	return h ^ h>>31
}

// ordered maps a number to bits that sort like it.
func ordered(x float64) uint64 {
	b := math.Float64bits(x + 0)
	return b ^ (uint64(int64(b)>>63) | 1<<63)
}

// encodeBins writes the bin of every row. A table gives the first bin that a value may be
// in, by its place between the outermost cuts or by its upper bits, whichever leaves fewer
// steps to the right one.
func (f *Feature) encodeBins() {
	var upper [256]float64
	for i := range upper {
		upper[i] = math.Inf(1)
	}
	copy(upper[:], f.cuts)
	if len(f.code) != len(f.raw) {
		f.code = make([]byte, len(f.raw))
	}
	if e := newEven(f.cuts); e != nil {
		for i, x := range f.raw {
			if x != x {
				f.code[i] = gone
				continue
			}
			p := e.first[e.cell(x)]
			for upper[p] < x {
				p++
			}
			f.code[i] = p
		}
		return
	}
	const top = 48
	var first [1 << 16]byte
	p := 0
	for q := range first {
		for p < len(f.cuts) && ordered(upper[p]) < uint64(q)<<top {
			p++
		}
		first[q] = byte(p)
	}
	for i, x := range f.raw {
		if x != x {
			f.code[i] = gone
			continue
		}
		p := first[ordered(x)>>top]
		for upper[p] < x {
			p++
		}
		f.code[i] = p
	}
}

// even divides the span of the cuts into cells of one width.
type even struct {
	lo, scale float64
	first     [evenCells]byte // bin that the values of a cell begin in, or one before
}

const evenCells = 1 << 12

// newEven returns nil where most cuts fall into few cells.
func newEven(cuts []float64) *even {
	if len(cuts) < 2 {
		return nil
	}
	last := len(cuts) - 1
	e := &even{lo: cuts[0], scale: (evenCells - 2) / (cuts[last] - cuts[0])}
	if !(e.scale > 0) || math.IsInf(e.scale, 1) {
		return nil
	}
	alone := 0 // cuts that are the first in their cell
	cell := -1
	for _, x := range cuts {
		if c := e.cell(x); c != cell {
			cell = c
			alone++
		}
	}
	if alone < len(cuts)*3/4 {
		return nil
	}
	p := 0
	for q := range e.first { // cells rise with values: what is in an earlier cell is smaller
		for p < len(cuts) && e.cell(cuts[p]) < q {
			p++
		}
		e.first[q] = byte(p)
	}
	return e
}

// cell never falls as x rises.
func (e *even) cell(x float64) int {
	y := (x - e.lo) * e.scale
	switch {
	case !(y > 0):
		return 0
	case y >= evenCells-1:
		return evenCells - 1
	}
	return int(y)
}
