package cluster

import (
	"math"
	"math/big"
	"math/rand/v2"
	"slices"
	"testing"
)

// Sums do not depend on the order of their terms, and are the true sum but for the last
// rounding.
func TestSum_OrderDoesNotMatter(t *testing.T) {
	t.Parallel()
	rnd := rand.New(rand.NewPCG(1, 1))
	for range 100 {
		v := make([]float64, 1+rnd.IntN(5000))
		label := make([]int32, len(v))
		exact := new(big.Float).SetPrec(2000)
		for i := range v {
			v[i] = rnd.NormFloat64() * math.Pow(10, float64(rnd.IntN(12)-6))
			label[i] = int32(rnd.IntN(3))
			exact.Add(exact, big.NewFloat(v[i]))
		}
		sum, groups := Sum(v, Largest(v)), GroupSums(v, label, 3, Largest(v))
		want, _ := exact.Float64()
		if math.Abs(sum-want) > 1e-15*math.Abs(want)+1e-20*Largest(v)*float64(len(v)) {
			t.Errorf("%g, exactly %g", sum, want)
		}
		perm := rnd.Perm(len(v))
		w, l := make([]float64, len(v)), make([]int32, len(v))
		for i, p := range perm {
			w[i], l[i] = v[p], label[p]
		}
		if Sum(w, Largest(w)) != sum || !slices.Equal(GroupSums(w, l, 3, Largest(w)), groups) {
			t.Fatal("the order matters")
		}
	}
}

// The sample that needs no complete order is the sample of the complete order.
func TestCanonicalSample_IsOfTheCanonicalOrder(t *testing.T) {
	t.Parallel()
	rnd := rand.New(rand.NewPCG(2, 2))
	for _, levels := range []int{3, 50, 1_000_000} { // many equal rows, and none
		const n, m = 30_000, 4_000
		columns := [][]float64{make([]float64, n), make([]float64, n)}
		for i := range n {
			columns[0][i], columns[1][i] = float64(rnd.IntN(levels)), float64(rnd.IntN(levels))
		}
		order, err := Canonical(t.Context(), columns, n)
		if err != nil {
			t.Fatal(err)
		}
		hash, err := hashes(t.Context(), columns, n)
		if err != nil {
			t.Fatal(err)
		}
		for i, row := range canonicalSample(columns, hash, m) {
			if want := order[SampleRow(i, n, m)]; compareRows(columns, row, want) != 0 {
				t.Fatalf("%d levels: row %d of the sample has other values", levels, i)
			}
		}
	}
}

// Silhouettes over columns are those of the plain formula.
func TestColumnSilhouettes_AgreeWithThePlainOnes(t *testing.T) {
	t.Parallel()
	rnd := rand.New(rand.NewPCG(3, 3))
	w := Worker{Ctx: t.Context(), Stop: func() bool { return false }, Threads: 2}
	for _, d := range []int{1, 3, 5} {
		p := NewPoints(403, d)
		for i := range p.X {
			p.X[i] = rnd.NormFloat64()
		}
		var of []*Grouping
		for k := 2; k <= 5; k++ {
			g := &Grouping{K: k, Label: make([]int32, p.N), Count: make([]int, k)}
			for i := range g.Label {
				g.Label[i] = int32(rnd.IntN(k))
				g.Count[g.Label[i]]++
			}
			of = append(of, g)
		}
		want, err := Silhouettes(w, p, of, Distances)
		if err != nil {
			t.Fatal(err)
		}
		got, err := ColumnSilhouettes(w, ToColumns(p), of)
		if err != nil {
			t.Fatal(err)
		}
		for g := range want {
			for i, x := range want[g] {
				if math.Abs(got[g][i]-x) > 1e-12 {
					t.Fatalf("d %d, row %d: %g, plain %g", d, i, got[g][i], x)
				}
			}
		}
	}
}

// An even fall, as of data without groups, has no elbow; a bend has one.
func TestElbow(t *testing.T) {
	t.Parallel()
	sweep := func(inertia ...float64) (out []*Judged) {
		for i, x := range inertia {
			out = append(out, &Judged{G: &Grouping{K: i + 2}, Inertia: x})
		}
		return out
	}
	for name, c := range map[string]struct {
		all  []*Judged
		want int
	}{
		"uniform in 2 dimensions": {sweep(1.0/2, 1.0/3, 1.0/4, 1.0/5, 1.0/6, 1.0/7), 0},
		"uniform in 3 dimensions": {sweep(math.Pow(2, -2.0/3), math.Pow(3, -2.0/3), math.Pow(4, -2.0/3), math.Pow(5, -2.0/3)), 0},
		"five groups":             {sweep(100, 60, 30, 10, 9, 8.2, 7.5), 5},
		"nothing falls":           {sweep(3, 3, 3), 0},
		"too few":                 {sweep(3, 1), 0},
		"nothing left":            {sweep(9, 4, 0, 0), 4},
	} {
		if got := elbow(c.all); got != c.want {
			t.Errorf("%s: %d, want %d", name, got, c.want)
		}
	}
}

func TestFeature_Words(t *testing.T) {
	t.Parallel()
	low, high := 1.0, 200.0
	f := Feature{Low: &low, High: &high, Log: true, Centre: 2.5, Scale: 0.5}
	if got := f.Words(); got.EN != "held between 1 and 200; logarithm ln(1+x); minus 2.5, then divided by 0.5" || got.ZH != "限制在 1 到 200 之间；取对数 ln(1+x)；减 2.5，再除以 0.5" {
		t.Errorf("%+v", got)
	}
	if got := (&Feature{Scale: 1}).Words(); got.EN != "as it is" {
		t.Errorf("%+v", got)
	}
}
