package tree

import (
	"math"
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
	for _, x := range f.raw {
		if x == x {
			count[hash(x)>>52]++
		}
	}
	var out []weighted
	heavy := int32(max(8, len(f.raw)/200))
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

func hash(x float64) uint64 { return mix(math.Float64bits(x + 0)) }

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

// encodeBins writes the bin of every row: the upper 16 bits give the first bin that a
// value may be in, a few steps the right one.
func (f *Feature) encodeBins() {
	const top = 48
	var first [1 << 16]byte
	var upper [256]float64
	for i := range upper {
		upper[i] = math.Inf(1)
	}
	copy(upper[:], f.cuts)
	p := 0
	for q := range first {
		for p < len(f.cuts) && ordered(upper[p]) < uint64(q)<<top {
			p++
		}
		first[q] = byte(p)
	}
	f.code = make([]byte, len(f.raw))
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
