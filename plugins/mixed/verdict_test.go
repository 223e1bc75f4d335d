package mixed_test

import (
	"fmt"
	"math/rand/v2"
	"os"
	"strings"
	"testing"

	"qunxiang/sdk"
	"qunxiang/sdk/table"
)

// verdictSets are the kinds of data on which the verdict is asked: four without groups,
// two of five groups that lie apart.
func verdictSets(seed uint64) map[string]*table.Table {
	rnd := rand.New(rand.NewPCG(seed, 7))
	const rows = 250
	numbers := func(n int, f func(i, j int) float64) []table.Column {
		cols := make([]table.Column, n)
		for j := range cols {
			cols[j] = table.Column{Name: fmt.Sprint("n", j), Kind: table.Float64, Role: "features", Floats: make([]float64, rows)}
		}
		for i := range rows {
			for j := range cols {
				cols[j].Floats[i] = f(i, j)
			}
		}
		return cols
	}
	categories := func(f func(i, j int) int) []table.Column {
		cols := make([]table.Column, 2)
		for j := range cols {
			cols[j] = table.Column{Name: fmt.Sprint("c", j), Kind: table.Category, Role: "features", Dict: []string{"a", "b", "c", "d", "e"}}
			for i := range rows {
				cols[j].Codes = append(cols[j].Codes, uint32(f(i, j)))
			}
		}
		return cols
	}
	uniform := func(int, int) float64 { return rnd.Float64() }
	normal := func(int, int) float64 { return rnd.NormFloat64() }
	blob := func(i, j int) float64 { return rnd.NormFloat64() + 10*float64((i%5)*(j+2)%5) }
	anything := func(int, int) int { return rnd.IntN(5) }
	own := func(i, j int) int { // of the group, but for every fifth customer
		if rnd.IntN(5) == 0 {
			return rnd.IntN(5)
		}
		return (i%5 + j) % 5
	}
	return map[string]*table.Table{
		"none: uniform":                {Rows: rows, Columns: numbers(3, uniform)},
		"none: normal":                 {Rows: rows, Columns: numbers(3, normal)},
		"none: uniform and categories": {Rows: rows, Columns: append(numbers(2, uniform), categories(anything)...)},
		"none: categories":             {Rows: rows, Columns: categories(anything)},
		"blobs":                        {Rows: rows, Columns: numbers(3, blob)},
		"blobs and categories":         {Rows: rows, Columns: append(numbers(2, blob), categories(own)...)},
	}
}

// Noise has no structure in at least 95 of 100 seeds, five groups that lie apart have one
// in at least 95, of numbers, of categories and of both. A short form runs by default.
func TestStructureVerdict(t *testing.T) {
	t.Parallel()
	seeds, allowed := 2, 0
	if os.Getenv("QUNXIANG_SLOW") != "" {
		seeds, allowed = 100, 5
	}
	for _, algorithm := range []string{"kprototypes", "pam"} {
		t.Run(algorithm, func(t *testing.T) {
			t.Parallel()
			wrong, groups := map[string]int{}, map[string]int{}
			for seed := range uint64(seeds) {
				for name, in := range verdictSets(seed) {
					res := run(t, in, sdk.Params{"algorithm": sdk.TextValue(algorithm)})
					if none := word(res, "structure") == "none"; none != strings.HasPrefix(name, "none") {
						wrong[name]++
					}
					if len(res.Segments) == 5 {
						groups[name]++
					}
				}
			}
			t.Logf("of %d seeds: wrong verdicts %v, five groups %v", seeds, wrong, groups)
			for name := range verdictSets(0) {
				if wrong[name] > allowed {
					t.Errorf("%s: %d of %d verdicts wrong", name, wrong[name], seeds)
				}
				if strings.HasPrefix(name, "blobs") && seeds-groups[name] > allowed {
					t.Errorf("%s: five groups in %d of %d", name, groups[name], seeds)
				}
			}
		})
	}
}
