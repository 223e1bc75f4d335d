package guard

import (
	"cmp"
	"math"
	"slices"
)

// meanVariance returns mean and population variance of the values that are there.
func meanVariance(v []float64) (mean, variance float64) {
	n := 0.0
	for _, x := range v {
		if !math.IsNaN(x) && !math.IsInf(x, 0) {
			n++
			d := x - mean
			mean += d / n
			variance += float64(d * (x - mean))
		}
	}
	if n == 0 {
		return none(), 0
	}
	return mean, variance / n
}

// ranked replaces values by their ranks, equal ones by their mean rank; missing stay so.
func ranked(v []float64) []float64 { return new(ranker).ranked(v) }

// ranker ranks one column after the other in the same memory.
type ranker struct{ order, other []place }

func (r *ranker) ranked(v []float64) []float64 {
	out := make([]float64, len(v))
	order := slices.Grow(r.order[:0], len(v))
	for i, x := range v {
		out[i] = none()
		if !math.IsNaN(x) {
			order = append(order, place{ordered(x), int32(i)})
		}
	}
	r.order, r.other = order, slices.Grow(r.other[:0], len(v))
	arrange(order, r.other[:len(order)])
	for i := 0; i < len(order); {
		j := i
		for j < len(order) && order[j].key == order[i].key {
			j++
		}
		for _, p := range order[i:j] {
			out[p.at] = float64(i+j-1) / 2
		}
		i = j
	}
	return out
}

// place is where a value stands, by a key that is in order as the values are.
type place struct {
	key uint64
	at  int32
}

// ordered is a key of a number that is not NaN. Both zeros have the same.
func ordered(x float64) uint64 {
	b := math.Float64bits(x + 0)
	if b>>63 == 1 {
		return ^b
	}
	return b | 1<<63
}

// arrange sorts by keys: by the upper half of their bits in four passes, each of which puts
// places of one byte together, and what is still the same by comparing. There is room for as
// many beside.
func arrange(p, beside []place) {
	from, to := p, beside
	for shift := 32; shift < 64; shift += 8 {
		var start [257]int32
		for _, x := range from {
			start[x.key>>shift&255+1]++
		}
		for i := range 256 {
			start[i+1] += start[i]
		}
		for _, x := range from {
			at := &start[x.key>>shift&255]
			to[*at] = x
			*at++
		}
		from, to = to, from
	} // an even number of passes: what came last is p
	for i := 0; i < len(p); {
		j := i + 1
		for j < len(p) && p[j].key>>32 == p[i].key>>32 {
			j++
		}
		if same := p[i:j]; len(same) > 1 {
			slices.SortFunc(same, func(a, b place) int { return cmp.Compare(a.key, b.key) })
		}
		i = j
	}
}

// rank is a column by ranks, about their mean where none is missing.
type rank struct {
	of      []float64
	whole   bool
	squares float64 // the sum of squares of a whole one
}

func (r *ranker) rank(v []float64) rank {
	out := rank{of: r.ranked(v), whole: !slices.ContainsFunc(v, math.IsNaN)}
	if out.whole {
		for i := range out.of {
			out.of[i] -= float64(len(v)-1) / 2
		}
		out.squares = dot(out.of, out.of)
	}
	return out
}

// correlation is [pearson] of the ranks. Where none is missing, products of centred ranks are
// multiples of a quarter, and no sum of them is rounded.
func (r rank) correlation(o rank) float64 {
	if !r.whole || !o.whole {
		return pearson(r.of, o.of)
	}
	if r.squares == 0 || o.squares == 0 {
		return 0
	}
	return dot(r.of, o.of) / math.Sqrt(r.squares*o.squares)
}

// dot is the sum of products.
func dot(a, b []float64) float64 {
	var s [4]float64
	b = b[:len(a)]
	for len(a) >= 4 && len(b) >= 4 {
		s[0] += a[0] * b[0]
		s[1] += a[1] * b[1]
		s[2] += a[2] * b[2]
		s[3] += a[3] * b[3]
		a, b = a[4:], b[4:]
	}
	for i, x := range a {
		s[0] += x * b[i]
	}
	return s[0] + s[1] + s[2] + s[3]
}

func spearman(a, b []float64) float64 { return pearson(ranked(a), ranked(b)) }

// pearson is the correlation over the rows in which both are there; 0 where one does not
// vary.
func pearson(a, b []float64) float64 {
	n, ma, mb, aa, bb, ab := 0.0, 0.0, 0.0, 0.0, 0.0, 0.0
	for i, x := range a {
		y := b[i]
		if math.IsNaN(x) || math.IsNaN(y) {
			continue
		}
		n++
		dx, dy := x-ma, y-mb
		ma += dx / n
		mb += dy / n
		aa += float64(dx * (x - ma))
		bb += float64(dy * (y - mb))
		ab += float64(dx * (y - mb))
	}
	if aa <= 0 || bb <= 0 {
		return 0
	}
	return ab / math.Sqrt(aa*bb)
}

// median sorts v and returns its middle.
func median(v []float64) float64 {
	if len(v) == 0 {
		return none()
	}
	at := len(v) / 2
	sortTo(v, at)
	if len(v)%2 == 1 {
		return v[at]
	}
	return (slices.Max(v[:at]) + v[at]) / 2
}

// sortTo brings to its place the value that stands at a position when v is sorted, and
// before it those that are not larger. There is no NaN among them.
//
// Source: C. A. R. Hoare, "Algorithm 65: FIND", CACM 4 (1961).
func sortTo(v []float64, at int) {
	for tries := 0; len(v) > 32; tries++ {
		if tries > 64 { // unlucky with every middle
			break
		}
		a, b, c := v[0], v[len(v)/2], v[len(v)-1]
		middle := max(min(a, b), min(max(a, b), c))
		i, j := 0, len(v)-1
		for i <= j {
			for v[i] < middle {
				i++
			}
			for v[j] > middle {
				j--
			}
			if i <= j {
				v[i], v[j] = v[j], v[i]
				i, j = i+1, j-1
			}
		}
		switch {
		case at <= j:
			v = v[:j+1]
		case at >= i:
			v, at = v[i:], at-i
		default:
			return
		}
	}
	slices.Sort(v)
}
