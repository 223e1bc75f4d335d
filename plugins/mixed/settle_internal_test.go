package mixed

import (
	"math/rand/v2"
	"slices"
	"strconv"
	"testing"

	"qunxiang/plugins/internal/cluster"
	"qunxiang/sdk"
	"qunxiang/sdk/sdktest"
	"qunxiang/sdk/table"
)

// assorted are n rows of numbers and categories in some five kinds.
func assorted(n, numbers, categories int) *table.Table {
	rnd := rand.New(rand.NewPCG(1, 2))
	out, kind := &table.Table{Rows: n}, make([]int, n)
	for i := range kind {
		kind[i] = rnd.IntN(5)
	}
	for j := range numbers {
		c := table.Column{Name: "x" + strconv.Itoa(j), Kind: table.Float64, Role: "features", Floats: make([]float64, n)}
		for i := range c.Floats {
			c.Floats[i] = rnd.NormFloat64() + float64(kind[i]*(j+1)%5)*0.8
		}
		out.Columns = append(out.Columns, c)
	}
	for j := range categories {
		c := table.Column{Name: "c" + strconv.Itoa(j), Kind: table.Category, Role: "features", Codes: make([]uint32, n)}
		for l := range 4 + j {
			c.Dict = append(c.Dict, "l"+strconv.Itoa(l))
		}
		for i := range c.Codes {
			if c.Codes[i] = uint32(rnd.IntN(len(c.Dict))); rnd.IntN(3) == 0 {
				c.Codes[i] = uint32(kind[i] % len(c.Dict))
			}
		}
		out.Columns = append(out.Columns, c)
	}
	return out
}

// plainly is settle by looking at every prototype for every row.
func (m *measure) plainly(w cluster.Worker, p cluster.Points, g *groups) {
	s := &settling{measure: m, w: w, p: p, g: g, own: make([]float64, p.N), next: make([]float64, p.N), slack: 1}
	g.label = slices.Repeat([]int32{-1}, p.N)
	for range mostSteps {
		if moved, err := s.assign(nil); err != nil || !moved {
			return
		}
		if _, err := s.renew(); err != nil {
			return
		}
	}
}

// Bounds skip rows and change no label, from starts that leave prototypes without rows, too.
func TestSettle_BoundsChangeNothing(t *testing.T) {
	t.Parallel()
	w := cluster.Worker{Ctx: t.Context(), Stop: func() bool { return false }, Threads: 2}
	for seed := range uint64(20) {
		r := &reader{recipe: cluster.Recipe{Log: "none", Scale: "zscore"}}
		in := assorted(5000, 3, 2)
		d, err := r.read(t.Context(), in.ByRole(roleFeatures), in.Rows)
		if err != nil {
			t.Fatal(err)
		}
		m := newMeasure(d.features, kPrototypes, 0.7)
		k := 2 + int(seed)%9
		a, b := &groups{k: k, centres: m.start(d.p, k, rand.New(rand.NewPCG(seed, 1)))}, &groups{k: k}
		if seed%4 == 0 { // all prototypes alike: all but one begin empty
			for c := range k {
				copy(a.centres.Row(c), a.centres.Row(0))
			}
		}
		b.centres = cluster.NewPoints(k, d.p.D)
		copy(b.centres.X, a.centres.X)
		if err := m.settle(w, d.p, a); err != nil {
			t.Fatal(err)
		}
		m.plainly(w.Single(), d.p, b)
		if !slices.Equal(a.label, b.label) || !slices.Equal(a.centres.X, b.centres.X) {
			t.Errorf("seed %d, k=%d: bounds and plain search differ", seed, k)
		}
	}
}

// The best of 60 random starts of plain k-prototypes (Huang 1998, written in NumPy 1.24,
// γ = 1.5, z-scores, no caps): what ours find is at least as close.
func TestPrototypes_AsGoodAsManyStarts(t *testing.T) {
	t.Parallel()
	in := load(t, "customers/insurance_medical_cost.csv", true, []string{"sex", "smoker", "region"})
	in.Columns = slices.DeleteFunc(in.Columns, func(c table.Column) bool { return c.Name == "children" })
	for k, most := range map[int64]float64{2: 5394.0485750637245, 3: 4410.3594310499575, 5: 3403.7786538113523} {
		res := fit(t, in, plain(sdk.Params{"k": sdk.Int(k), "gamma": sdk.Real(1.5), "scale": sdk.TextValue("zscore")}))
		if got := metric(res, "cost"); !(got <= most*(1+1e-9)) {
			t.Errorf("k=%d: cost %.4f, 60 starts reach %.4f", k, got, most)
		}
	}
}

func BenchmarkFit(b *testing.B) {
	in := assorted(100_000, 10, 10)
	for b.Loop() {
		if res, err := New().Fit(b.Context(), sdk.Request{Table: in, Params: sdk.Params{"k": sdk.Int(5)}, Seed: 1, Threads: 1}, sdktest.Quiet{}); err != nil || len(res.Segments) == 0 {
			b.Fatal(err, res.Diagnostics)
		}
	}
}
