package vec

import (
	"math"
	"math/rand/v2"
	"slices"
	"testing"
)

// random makes rows with ties, zeros and values of very different size.
func random(n, d int, seed uint64) Columns {
	rnd := rand.New(rand.NewPCG(seed, 1))
	c := NewColumns(n, d)
	for j := range d {
		for i := range c.Column(j) {
			x := rnd.NormFloat64() * math.Pow(10, float64(rnd.IntN(9)-4))
			if rnd.IntN(3) == 0 {
				x = float64(rnd.IntN(3))
			}
			c.Column(j)[i] = x
		}
	}
	return c
}

// A screen gives the labels that the plain comparison gives, with ties, with values of very
// different size, far from 0 and beyond what narrow numbers can hold.
func TestScreen_LabelsOfPlainGo(t *testing.T) {
	t.Parallel()
	if !wide() {
		t.Skip("this processor has no AVX-512")
	}
	rnd := rand.New(rand.NewPCG(5, 7))
	for seed := range uint64(400) {
		n, d, k := 1+rnd.IntN(500), 1+rnd.IntN(12), 1+rnd.IntN(40)
		c := NewColumns(n, d)
		scale := math.Pow(10, float64(rnd.IntN(121)-60))
		shift := scale * math.Pow(10, float64(rnd.IntN(10)-2))
		for j := range d {
			for i := range c.Column(j) {
				x := rnd.NormFloat64()
				switch rnd.IntN(8) {
				case 0, 1:
					x = float64(rnd.IntN(4))
				case 2:
					x *= math.Pow(10, float64(rnd.IntN(9)-4))
				}
				c.Column(j)[i] = x*scale + shift
			}
		}
		centres := make([]float64, 0, k*d)
		row := make([]float64, d)
		for range k {
			c.Row(rnd.IntN(n), row)
			if rnd.IntN(2) == 0 {
				for j := range row {
					row[j] += rnd.NormFloat64() * scale
				}
			}
			centres = append(centres, row...)
		}
		want, got := make([]int32, c.Stride), make([]int32, n)
		nearestTwo(c, 0, n, centres, want, nil, nil)
		newScreen(nil, c).Labels(0, n, centres, got)
		if !slices.Equal(got, want[:n]) {
			t.Fatalf("seed %d: n %d d %d k %d scale %g shift %g: labels are others", seed, n, d, k, scale, shift)
		}
		if from := rnd.IntN(n) / screenRows * screenRows; from > 0 {
			newScreen(nil, c).Labels(from, n, centres, got[from:])
			if !slices.Equal(got, want[:n]) {
				t.Fatalf("seed %d: labels from row %d are others", seed, from)
			}
		}
	}
}

// What is in doubt is little, or screening would be no use.
func TestScreen_DecidesMostRows(t *testing.T) {
	t.Parallel()
	if !wide() {
		t.Skip("this processor has no AVX-512")
	}
	rnd := rand.New(rand.NewPCG(5, 8))
	const n, d, k = 4096, 5, 8
	c := NewColumns(n, d)
	for j := range d {
		for i := range c.Column(j) {
			c.Column(j)[i] = 1e6 + 1e3*rnd.NormFloat64()
		}
	}
	centres := make([]float64, 0, k*d)
	row := make([]float64, d)
	for i := range k {
		centres = append(centres, c.Row(i, row)...)
	}
	s := newScreen(nil, c)
	narrow := make([]float32, k*(d+1))
	longest := s.narrowCentres(centres, narrow)
	const part = 2.2 * (d + 4) / (1 << 24)
	var doubt [n / screenRows]uint64
	label := make([]int32, n)
	s.screen(0, n, narrow, label, doubt[:], float32(part*longest), float32(part*longest*longest/2+1e-37))
	unsure := 0
	for _, w := range doubt {
		for ; w != 0; w &= w - 1 {
			unsure++
		}
	}
	if unsure > n/1000 {
		t.Errorf("%d of %d rows are in doubt", unsure, n)
	}
}

func TestChanged(t *testing.T) {
	t.Parallel()
	rnd := rand.New(rand.NewPCG(5, 9))
	for range 300 {
		n := rnd.IntN(200)
		old, now, at := make([]int32, n), make([]int32, n), make([]int32, n+16)
		odds := 1 + rnd.IntN(8)
		var want []int32
		for i := range old {
			old[i] = int32(rnd.IntN(5))
			if now[i] = old[i]; rnd.IntN(odds) == 0 {
				now[i] = int32(rnd.IntN(5))
			}
			if old[i] != now[i] {
				want = append(want, int32(i))
			}
		}
		if got := at[:Changed(old, now, at)]; !slices.Equal(got, want) {
			t.Fatalf("%d places: %v, want %v", n, got, want)
		}
	}
}

// Sums by group on a grid on which nothing is rounded are the same in any order.
func TestGroupSums(t *testing.T) {
	t.Parallel()
	rnd := rand.New(rand.NewPCG(5, 10))
	const grid = 1.5 * (1 << 40) // steps of 2⁻¹²: sums are exact
	for range 300 {
		n, k := rnd.IntN(300), 1+rnd.IntN(40)
		v, label := make([]float64, n), make([]int32, n)
		wantHi, wantLo := make([]float64, k), make([]float64, k)
		for i := range v {
			v[i], label[i] = rnd.NormFloat64()*100, int32(rnd.IntN(k))
			h := (v[i] + grid) - grid
			wantHi[label[i]] += h
			wantLo[label[i]] += (v[i] - h + grid/(1<<40)) - grid/(1<<40)
		}
		hi, lo := make([]float64, k), make([]float64, k)
		GroupSums(v, label, grid, grid/(1<<40), hi, lo)
		if !slices.Equal(hi, wantHi) || !slices.Equal(lo, wantLo) {
			t.Fatalf("n %d, k %d: %v %v, want %v %v", n, k, hi, lo, wantHi, wantLo)
		}
	}
}

func TestWithin(t *testing.T) {
	t.Parallel()
	rnd := rand.New(rand.NewPCG(5, 11))
	for range 300 {
		n, k := rnd.IntN(300), 1+rnd.IntN(20)
		e := Ends{Low: make([]float64, k), High: make([]float64, k)}
		for c := range k {
			e.Low[c] = float64(rnd.IntN(10))
			e.High[c] = e.Low[c] + float64(rnd.IntN(5))
			if rnd.IntN(5) == 0 {
				e.Low[c], e.High[c] = math.Inf(-1), math.Inf(1)
			}
		}
		v, label := make([]float64, n), make([]int32, n)
		var want []float64
		var wantGroup, wantBelow []int32
		for i := range v {
			v[i], label[i] = float64(rnd.IntN(12)), int32(rnd.IntN(k))
			if x, c := v[i], label[i]; x < e.Low[c] {
				wantBelow = append(wantBelow, c)
			} else if x <= e.High[c] {
				want, wantGroup = append(want, x), append(wantGroup, c)
			}
		}
		x, group, below := make([]float64, n+8), make([]int32, n+8), make([]int32, n+8)
		in, under := e.Within(v, label, x, group, below)
		if !slices.Equal(x[:in], want) || !slices.Equal(group[:in], wantGroup) || !slices.Equal(below[:under], wantBelow) {
			t.Fatalf("n %d, k %d: %v %v %v, want %v %v %v", n, k, x[:in], group[:in], below[:under], want, wantGroup, wantBelow)
		}
	}
}

// Narrow distances are what they say they are, and the assembly gives the bits of plain Go.
func TestNarrow(t *testing.T) {
	t.Parallel()
	rnd := rand.New(rand.NewPCG(5, 12))
	for seed := range uint64(200) {
		n, d := 1+rnd.IntN(100), 1+rnd.IntN(9)
		c := random(n, d, seed)
		scale := math.Pow(10, float64(rnd.IntN(81)-40))
		for i := range c.X {
			c.X[i] *= scale
		}
		narrow := NewNarrow(nil, c)
		from := rnd.IntN(n)
		to := from + rnd.IntN(n-from+1)
		at := rnd.IntN(narrow.Stride/NarrowLanes) * NarrowLanes
		var exact, got, plain [NarrowLanes]float64
		DistanceSums(c, at, from, to, (*[Lanes]float64)(exact[:Lanes]))
		if at+Lanes < c.Stride {
			DistanceSums(c, at+Lanes, from, to, (*[Lanes]float64)(exact[Lanes:]))
		}
		narrow.DistanceSums(at, from, to, &got)
		narrow.distanceSums(at, from, to, &plain)
		for l := range min(NarrowLanes, n-at) {
			if math.Float64bits(got[l]) != math.Float64bits(plain[l]*narrow.Unit) {
				t.Fatalf("seed %d lane %d: %g, plain %g", seed, l, got[l], plain[l]*narrow.Unit)
			}
			off := float64(to-from)*narrow.Wrong + exact[l]*float64(d+6)/(1<<24)
			if diff := math.Abs(got[l] - exact[l]); diff > off*(1+1e-9) {
				t.Fatalf("seed %d lane %d: %g, exact %g, off by more than %g", seed, l, got[l], exact[l], off)
			}
		}
	}
}

// What rows take along is the same in any order, and as in plain Go.
func TestMoves(t *testing.T) {
	t.Parallel()
	rnd := rand.New(rand.NewPCG(5, 13))
	const grid = 1.5 * (1 << 40) // steps of 2⁻¹²: sums are exact
	for seed := range uint64(200) {
		n, d, k := 1+rnd.IntN(100), 1+rnd.IntN(20), 2+rnd.IntN(9)
		c := random(n, d, seed)
		var weight []float64
		if rnd.IntN(2) == 0 {
			for range n {
				weight = append(weight, float64(rnd.IntN(4)))
			}
		}
		coarse, fine := make([]float64, d), make([]float64, d)
		for j := range coarse {
			coarse[j], fine[j] = grid, grid/(1<<40)
		}
		m := NewMoves(c, weight, coarse, fine)
		row, old, now := make([]int32, rnd.IntN(50)), make([]int32, 50), make([]int32, 50)
		for i := range row {
			row[i], old[i] = int32(rnd.IntN(n)), int32(rnd.IntN(k))
			now[i] = (old[i] + 1 + int32(rnd.IntN(k-1))) % int32(k)
		}
		got, want := make([]float64, m.Room(k)), make([]float64, m.Room(k))
		m.Move(row, old, now, got)
		m.move(row, old, now, want)
		for g := range k {
			gotCoarse, gotFine := m.Sums(got, g)
			wantCoarse, wantFine := m.Sums(want, g)
			if !slices.Equal(gotCoarse, wantCoarse) || !slices.Equal(gotFine, wantFine) {
				t.Fatalf("seed %d, %d features, group %d: %v %v, want %v %v", seed, d, g, gotCoarse, gotFine, wantCoarse, wantFine)
			}
		}
	}
}

func TestNearness(t *testing.T) {
	t.Parallel()
	rnd := rand.New(rand.NewPCG(5, 14))
	odd := []float64{0, 1, 4, 1e-300, 1e300, 5e-324, math.Inf(1)}
	for range 200 {
		n := rnd.IntN(40)
		first, second := make([]float64, n), make([]float64, n)
		for i := range first {
			first[i], second[i] = rnd.ExpFloat64(), rnd.ExpFloat64()
			if rnd.IntN(3) == 0 {
				first[i], second[i] = odd[rnd.IntN(len(odd)-1)], odd[rnd.IntN(len(odd))]
			}
			first[i], second[i] = min(first[i], second[i]), max(first[i], second[i])
		}
		one, two := slices.Clone(first), slices.Clone(second)
		Nearness(one, two)
		for i := range first { // one row is never taken to the wide registers
			Nearness(first[i:i+1], second[i:i+1])
			if math.Float64bits(one[i]) != math.Float64bits(first[i]) || math.Float64bits(two[i]) != math.Float64bits(second[i]) {
				t.Fatalf("row %d: %g %g, alone %g %g", i, one[i], two[i], first[i], second[i])
			}
		}
	}
}

func BenchmarkScreen(b *testing.B) {
	if !wide() {
		b.Skip("this processor has no AVX-512")
	}
	rnd := rand.New(rand.NewPCG(5, 8))
	c := NewColumns(4096, 3)
	for i := range c.X {
		c.X[i] = rnd.NormFloat64()
	}
	centres := slices.Clone(c.X[:24])
	s, label := newScreen(nil, c), make([]int32, 4096)
	for b.Loop() {
		s.Labels(0, c.N, centres, label)
	}
}

func BenchmarkGroupSums(b *testing.B) {
	v, label := make([]float64, 4096), make([]int32, 4096)
	for i := range v {
		v[i], label[i] = float64(i), int32(i%8)
	}
	var hi, lo [8]float64
	for b.Loop() {
		GroupSums(v, label, 1<<50, 1<<30, hi[:], lo[:])
	}
}
