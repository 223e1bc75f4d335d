package kmeans

import (
	"math"
	"slices"

	"qunxiang/internal/large"
	"qunxiang/plugins/internal/cluster"
	"qunxiang/plugins/internal/vec"
)

const (
	cellFeatures = 3      // up to so many the cells of a grid are small enough to stand for their rows
	cellsAll     = 20_000 // cells, most of which hold nobody
	cellFewest   = 16     // cells with somebody in them for each group, or there is no use in them
	ruled        = 2_000  // rows of the sample that say where the borders of cells go
)

// ruler divides a feature into bins, narrow ones where there are many rows. A value's
// place on it is found by its distance to the median on a scale that is even near it and
// logarithmic far away.
type ruler struct {
	median, scale float64 // scale is one over the distance that is even
	bin           []int32 // by place
}

const (
	notches = 32 // places for each doubling
	octaves = 32 // of distance, either way; what lies beyond is in the last place
	middle  = notches * octaves
)

// place returns where a value lies.
func (r *ruler) place(x float64) int {
	const shift = 52 - 5                   // of the mantissa 5 bits remain, which are the notches
	t := float64((x-r.median)*r.scale) + 0 // never −0
	at := int(math.Float64bits(1+math.Abs(t))>>shift) - 1023*notches
	below := int(int64(math.Float64bits(t)) >> 63) // all ones below the median, otherwise 0
	return middle + (min(at, middle-1) ^ below)    // −1−at below
}

// newRuler rules bins by some of the values: half of the bins go by how many lie below,
// half by distance.
func newRuler(some []float64, lo, hi float64, bins int) ruler {
	v := slices.Clone(some)
	slices.Sort(v)
	n := len(v)
	r := ruler{median: v[n/2], bin: make([]int32, 2*middle)}
	if even := v[n*3/4] - v[n/4]; even > 0 {
		r.scale = 1 / even
	} else if even = hi - lo; even > 0 {
		r.scale = 1 / even
	}
	below := make([]int, 2*middle)
	for _, x := range v {
		below[r.place(x)]++
	}
	seen := 0
	for at := range r.bin {
		seen += below[at]
		far := 0.0
		if hi > lo {
			far = min(max((r.at(at)-lo)/(hi-lo), 0), 1)
		}
		share := (float64(seen)/float64(n) + far) / 2
		r.bin[at] = int32(min(int(share*float64(bins)), bins-1))
	}
	return r
}

// at returns the lower end of a place on the ruler, the upper one below the median.
func (r *ruler) at(place int) float64 {
	const shift = 52 - 5
	step, sign := place-middle, 1.0
	if step < 0 {
		step, sign = -1-step, -1
	}
	far := math.Float64frombits(uint64(step+1023*notches)<<shift) - 1
	if !(r.scale > 0) {
		return r.median
	}
	return r.median + sign*far/r.scale
}

// cell is the sum of its rows, on a grid: coarse parts, fine parts, and what they count.
type cell = [cellWidth]float64

const (
	cellWidth  = 8 // numbers, a line of memory
	cellFine   = cellFeatures
	cellWeight = 2 * cellFeatures
)

// cells returns all rows, or a large sample of very many, as the means of small cells of a
// grid, which count as often as they have rows: searches on them see all rows, and cost little. It returns nil where rows
// have too many features for that, or are too much alike. What is returned follows from
// the rows alone; their order does not matter. First looks are at cells twice as wide.
func (r *run) cells(q *data, most int) *data {
	d := &r.all
	if d.D > cellFeatures || q == d || d.N < 2*cluster.SampleRows {
		return nil
	}
	if r.Data != nil && r.Data.Some != nil {
		d = r.some()
	}
	bins := int(math.Pow(cellsAll, 1/float64(d.D)))
	rulers := rulersFor(d, q, bins)
	small := d.cells(r.w, rulers, bins, cellFewest*most)
	if small != nil {
		bins = coarsen(rulers, bins)
		small.thin = small.cells(r.w, rulers, bins, cellFewest*most)
	}
	return small
}

// coarsen makes one bin of two, and returns how many there are.
func coarsen(rulers []ruler, bins int) int {
	for _, r := range rulers {
		for i, b := range r.bin {
			r.bin[i] = b / 2
		}
	}
	return (bins + 1) / 2
}

// cells returns the means of cells; nil where fewer than the fewest have somebody in them.
func (d *data) cells(w cluster.Worker, rulers []ruler, bins, fewest int) *data {
	all := d.fill(w, rulers, bins)
	filled := 0
	for c := range len(all) / cellWidth {
		if all[c*cellWidth+cellWeight] > 0 {
			filled++
		}
	}
	if filled < fewest {
		return nil
	}
	out, weight := vec.ColumnsOn(w.Shelf, filled, d.D), large.Take[float64](w.Shelf, filled)[:0]
	for c := range len(all) / cellWidth {
		one := cell(all[c*cellWidth:])
		w := one[cellWeight]
		if !(w > 0) {
			continue
		}
		for j := range d.D {
			out.X[j*out.Stride+len(weight)] = (one[j] + one[cellFine+j]) / w
		}
		weight = append(weight, w)
	}
	s := newSample(w.Shelf, out, weight)
	return &s
}

// some returns the larger sample.
func (r *run) some() *data {
	rows := r.Data.Some
	d := newData(r.w.Shelf, r.w.Gather(r.all.Columns, rows), r.all.weights(rows), r.all.largest)
	return &d
}

// rulersFor rules the features of d by a sample of its rows.
func rulersFor(d, q *data, bins int) []ruler {
	some := cluster.Evenly(q.N, ruled)
	values, out := make([]float64, len(some)), make([]ruler, d.D)
	for j := range out {
		for i, at := range some {
			values[i] = q.Column(j)[at]
		}
		lo, hi := vec.Extent(d.Column(j))
		out[j] = newRuler(values, lo, hi, bins)
	}
	return out
}

// fill puts every row into its cell, one after the other. It gives up, with nothing, when
// the context ends.
func (d *data) fill(w cluster.Worker, rulers []ruler, bins int) []float64 {
	size, heaviest := 1, 1.0
	for range rulers {
		size *= bins
	}
	if d.weight != nil {
		heaviest = cluster.Largest(d.weight)
	}
	heft := cluster.NewGrid(heaviest, d.N)
	all, code := large.Take[float64](w.Shelf, size*cellWidth), make([]int32, cluster.BlockRows)
	for from := 0; from < d.N; from += cluster.BlockRows {
		if w.Ctx.Err() != nil {
			return nil
		}
		to := min(from+cluster.BlockRows, d.N)
		code := code[:to-from]
		clear(code)
		for j := range rulers {
			ruler := &rulers[j]
			for i, x := range d.Column(j)[from:to] {
				code[i] = code[i]*int32(bins) + ruler.bin[ruler.place(x)]
			}
		}
		if d.weight == nil && d.D == cellFeatures {
			d.fillThree(all, code, from)
		} else {
			d.fillBlock(all, heft, code, from)
		}
	}
	return all
}

// fillThree is fillBlock without weights, of three features.
func (d *data) fillThree(all []float64, code []int32, from int) {
	a, b, c := d.Column(0)[from:], d.Column(1)[from:], d.Column(2)[from:]
	a, b, c = a[:len(code)], b[:len(code)], c[:len(code)]
	ga, gb, gc := d.grid[0], d.grid[1], d.grid[2]
	for i, at := range code {
		one := (*cell)(all[int(at)*cellWidth:])
		hi, lo := ga.Split(a[i])
		one[0] += hi
		one[cellFine] += lo
		hi, lo = gb.Split(b[i])
		one[1] += hi
		one[cellFine+1] += lo
		hi, lo = gc.Split(c[i])
		one[2] += hi
		one[cellFine+2] += lo
		one[cellWeight]++
	}
}

// fillBlock puts rows from the given one into their cells. Weights are rounded to a grid on
// which sums are exact.
func (d *data) fillBlock(all []float64, heft cluster.Grid, code []int32, from int) {
	for i, c := range code {
		w := 1.0
		if d.weight != nil {
			w, _ = heft.Split(d.weight[from+i])
		}
		all[int(c)*cellWidth+cellWeight] += w
	}
	for j, g := range d.grid {
		x := d.Column(j)[from : from+len(code)]
		for i, c := range code {
			hi, lo := g.Split(float64(x[i] * d.heft(from+i)))
			one := (*cell)(all[int(c)*cellWidth:])
			one[j] += hi
			one[cellFine+j] += lo
		}
	}
}
