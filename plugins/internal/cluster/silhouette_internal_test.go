package cluster

import (
	"math"
	"math/rand/v2"
	"testing"
)

// blobs makes groups of rows, some of them far apart, some of one row or of equal ones, with
// long tails, and labels that are not all the nearest.
func blobs(rnd *rand.Rand, n, d, k int) (Points, *Grouping) {
	p, g := NewPoints(n, d), &Grouping{K: k, Label: make([]int32, n), Count: make([]int, k)}
	centre, apart, tails := make([]float64, k*d), math.Pow(4, float64(rnd.IntN(4)-1)), rnd.IntN(2) == 0
	for at := range centre {
		centre[at] = rnd.NormFloat64()*apart + 10
	}
	for i := range n {
		c := rnd.IntN(k)
		if c == k-1 && rnd.IntN(4) > 0 { // a small group, perhaps of none or one
			c = 0
		}
		for j := range d {
			x := rnd.NormFloat64() * float64(1+j%3)
			if tails {
				x = rnd.ExpFloat64() * rnd.ExpFloat64()
			}
			if c == 1 { // all the same
				x = 0
			}
			p.Row(i)[j] = centre[c*d+j] + x
		}
		if rnd.IntN(20) == 0 {
			c = rnd.IntN(k)
		}
		g.Label[i] = int32(c)
		g.Count[c]++
	}
	return p, g
}

// Silhouettes that look at some groups alone are those of the plain formula, and rough ones
// are as rough as they say.
func TestOneSilhouette_AgreesWithThePlainOne(t *testing.T) {
	t.Parallel()
	rnd := rand.New(rand.NewPCG(3, 7))
	w := Worker{Ctx: t.Context(), Stop: func() bool { return false }, Threads: 2}
	for round := range 120 {
		n, d, k := 2+rnd.IntN(400), 1+rnd.IntN(8), 2+rnd.IntN(7)
		if round%10 == 0 {
			d, k = manyFeatures+rnd.IntN(3), 45+rnd.IntN(20)
		}
		p, g := blobs(rnd, n, d, k)
		want, err := Silhouettes(w, p, []*Grouping{g}, Distances)
		if err != nil {
			t.Fatal(err)
		}
		for _, most := range []float64{1e-11, 2 * roughly} {
			got := make([]float64, n)
			if err := oneSilhouette(w, ToColumns(p), g, got, most > roughly); err != nil {
				t.Fatal(err)
			}
			for i, x := range want[0] {
				if math.Abs(got[i]-x) > most {
					t.Fatalf("round %d: %d rows, %d features, %d groups, row %d: %g, plain %g", round, n, d, k, i, got[i], x)
				}
			}
		}
	}
}

// The mean distance to a group lies within its bounds, and not far above them.
func TestBounds(t *testing.T) {
	t.Parallel()
	rnd := rand.New(rand.NewPCG(3, 8))
	for round := range 60 {
		n, d, k := 50+rnd.IntN(300), 1+rnd.IntN(10), 2+rnd.IntN(4)
		p, g := blobs(rnd, n, d, k)
		order, starts := byGroup(nil, g)
		c := Gather(ToColumns(p), order)
		b := newBounds(nil, c, starts)
		a, z := make([]float64, d), make([]float64, d)
		loose, all := 0.0, 0.0
		for i := range n {
			nearest := math.Inf(1)
			for o := range k {
				from, to := int(starts[o]), int(starts[o+1])
				if from == to {
					continue
				}
				sum := 0.0
				for at := from; at < to; at++ {
					sum += math.Sqrt(Square(c.Row(i, a), c.Row(at, z)))
				}
				mean := sum / float64(to-from)
				if least := b.least[o][i]; least > mean*(1+1e-9)+1e-9 {
					t.Fatalf("round %d: row %d is %g from group %d on average, at least %g", round, i, mean, o, least)
				}
				loose, all = loose+b.least[o][i], all+mean
				if i < from || i >= to {
					nearest = min(nearest, mean)
				}
			}
			if b.most[i] < nearest*(1-1e-9)-1e-9 {
				t.Fatalf("round %d: row %d is %g from the nearest group on average, at most %g", round, i, nearest, b.most[i])
			}
		}
		if loose < 0.6*all {
			t.Errorf("round %d: bounds are %.2f of what they bound", round, loose/all)
		}
	}
}

// The order that is made for working together holds every row once, within its group.
func TestAlike(t *testing.T) {
	t.Parallel()
	rnd := rand.New(rand.NewPCG(3, 9))
	_, g := blobs(rnd, 500, 3, 6)
	p, _ := blobs(rnd, 500, 3, 6)
	order, starts := byGroup(nil, g)
	b := newBounds(nil, Gather(ToColumns(p), order), starts)
	seen := make([]bool, 500)
	for i, at := range b.alike(nil, starts) {
		if seen[at] || g.Label[order[at]] != g.Label[order[i]] {
			t.Fatalf("place %d holds row %d", i, at)
		}
		seen[at] = true
	}
}
