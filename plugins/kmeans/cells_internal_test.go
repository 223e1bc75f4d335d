package kmeans

import (
	"math"
	"math/rand/v2"
	"slices"
	"testing"

	"qunxiang/plugins/internal/cluster"
	"qunxiang/plugins/internal/vec"
)

// skewed makes rows with a long tail, most of them near zero and one very far away.
func skewed(n, d int) vec.Columns {
	rnd := rand.New(rand.NewPCG(5, uint64(d)))
	c := vec.NewColumns(n, d)
	for j := range d {
		for i := range n {
			c.Column(j)[i] = math.Exp(2*rnd.NormFloat64()) * (1 - 2*float64(rnd.IntN(2)))
		}
	}
	c.Column(0)[7] = 1e9
	return c
}

func runOn(t *testing.T, c vec.Columns, weight []float64) (*run, *data) {
	t.Helper()
	r := &run{w: calm(1)(t), all: newData(nil, c, weight, nil)}
	var some []float64
	rows := cluster.Evenly(c.N, cluster.SampleRows)
	if weight != nil {
		for _, i := range rows {
			some = append(some, weight[i])
		}
	}
	q := newSample(nil, cluster.Gather(c, rows), some)
	return r, &q
}

// Cells have all rows, weights and sums, wherever the values lie, and the one row that is
// far from all others has a cell of its own.
func TestCells_StandForAllRows(t *testing.T) {
	t.Parallel()
	for _, d := range []int{1, 2, 3} {
		for _, weighted := range []bool{false, true} {
			c := skewed(50_000, d)
			var weight []float64
			for i := range c.N {
				if weighted {
					weight = append(weight, float64(i%3)+0.25)
				}
			}
			r, q := runOn(t, c, weight)
			m := r.cells(q, 5)
			if m == nil || m.N < 300 || m.N > cellsAll {
				t.Fatalf("%d features: wrong number of cells", d)
			}
			if math.Abs(m.total-r.all.total) > 1e-9*r.all.total {
				t.Errorf("%d features: weight %g of %g", d, m.total, r.all.total)
			}
			for j := range d {
				if got, want := m.mean(j), r.all.mean(j); math.Abs(got-want) > 1e-6*math.Abs(want) {
					t.Errorf("%d features, weighted %v: mean %g, want %g", d, weighted, got, want)
				}
			}
			if _, hi := vec.Extent(m.Column(0)); hi != 1e9 {
				t.Errorf("%d features: the farthest cell is at %g", d, hi)
			}
		}
	}
}

// The order of rows changes nothing; the sample comes in an order of its own.
func TestCells_OrderDoesNotMatter(t *testing.T) {
	t.Parallel()
	c := skewed(45_000, 3)
	r, q := runOn(t, c, nil)
	perm := rand.New(rand.NewPCG(1, 2)).Perm(c.N)
	rows := make([]int32, c.N)
	for i, p := range perm {
		rows[i] = int32(p)
	}
	other := &run{w: r.w, all: newData(nil, cluster.Gather(c, rows), nil, nil)}
	a, b := r.cells(q, 5), other.cells(q, 5)
	if !slices.Equal(a.X, b.X) || !slices.Equal(a.weight, b.weight) {
		t.Error("cells depend on the order of rows")
	}
}

// Where rows are alike, or have many features, there are no cells.
func TestCells_OnlyWhereTheyHelp(t *testing.T) {
	t.Parallel()
	wide, alike := skewed(45_000, cellFeatures+1), vec.NewColumns(45_000, 2)
	for i := range alike.N {
		alike.Column(0)[i] = float64(i % 4)
	}
	for name, c := range map[string]vec.Columns{"many features": wide, "few different rows": alike} {
		if r, q := runOn(t, c, nil); r.cells(q, 3) != nil {
			t.Errorf("%s: there are cells", name)
		}
	}
}

// A value's place on a ruler rises with the value, and lies where the ruler says.
func TestRuler_IsMonotone(t *testing.T) {
	t.Parallel()
	some := skewed(4_000, 1).Column(0)
	lo, hi := vec.Extent(some)
	r := newRuler(some, lo, hi, 30)
	slices.Sort(some)
	last := -1
	for _, x := range some {
		p := r.place(x)
		if p < last || r.bin[p] < r.bin[max(last, 0)] {
			t.Fatalf("%g is at %d after %d", x, p, last)
		}
		if p < 2*middle-1 && (x < r.at(p)-1e-9*math.Abs(x) && x >= r.median || x > r.at(p)+1e-9*math.Abs(x) && x < r.median) {
			t.Fatalf("%g is at %d, which begins at %g", x, p, r.at(p))
		}
		last = p
	}
	if r.bin[last] != 29 || r.bin[r.place(lo)] != 0 {
		t.Errorf("bins end at %d and %d", r.bin[r.place(lo)], r.bin[last])
	}
}
