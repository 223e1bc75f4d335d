package kmeans_test

import (
	"math"
	"math/rand/v2"
	"testing"

	"qunxiang/sdk"
)

// shop makes customers in five rough groups with noise.
func shop(n int, seed uint64) (map[string][]float64, []string) {
	rnd := rand.New(rand.NewPCG(seed, 1))
	c := map[string][]float64{}
	for range n {
		g := rnd.IntN(5)
		orders := 1 + math.Floor(rnd.ExpFloat64()*float64(1+2*g))
		c["recency_days"] = append(c["recency_days"], math.Floor(rnd.Float64()*float64(400-60*g)))
		c["frequency"] = append(c["frequency"], orders)
		c["monetary"] = append(c["monetary"], math.Round(orders*math.Exp(3+float64(g)/3+rnd.NormFloat64())*100)/100)
	}
	return c, []string{"recency_days", "frequency", "monetary"}
}

func BenchmarkFit(b *testing.B) {
	for _, c := range []struct {
		name     string
		n        int
		k        sdk.Value
		restarts int64
	}{
		{"10k k=8 10 starts", 10_000, sdk.Int(8), 10},
		{"10k auto", 10_000, sdk.Auto(), 10},
		{"100k k=8 10 starts", 100_000, sdk.Int(8), 10},
		{"100k auto", 100_000, sdk.Auto(), 10},
		{"1M k=8 1 start", 1_000_000, sdk.Int(8), 1},
	} {
		b.Run(c.name, func(b *testing.B) {
			columns, names := shop(c.n, 1)
			r := request(columns, names, sdk.Params{"k": c.k, "restarts": sdk.Int(c.restarts)})
			for b.Loop() {
				fit(b, r)
			}
		})
	}
}
