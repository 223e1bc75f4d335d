package kmeans

import (
	"math/rand/v2"
	"slices"
	"testing"

	"qunxiang/plugins/internal/cluster"
)

// An answer that is worse on the sample by more than chance is not asked on all rows; one
// that other rows may prefer is. A few rows that count for all the others settle nothing.
func TestContenders(t *testing.T) {
	t.Parallel()
	p, rnd := cluster.NewPoints(4000, 2), rand.New(rand.NewPCG(1, 2))
	for i := range p.N {
		row := p.Row(i)
		row[0], row[1] = float64(i%3)*10+rnd.NormFloat64(), rnd.NormFloat64()
	}
	at := func(x ...float64) *cluster.Grouping {
		g := &cluster.Grouping{K: len(x)}
		for _, v := range x {
			g.Centres = append(g.Centres, v, 0)
		}
		return g
	}
	best, near, far := at(0, 10, 20), at(0.002, 10, 20), at(0, 10.4, 20)
	asked := func(weight []float64) []*cluster.Grouping {
		d := newSample(nil, cluster.ToColumns(p), weight)
		out, err := contenders(calm(2)(t), &d, []*cluster.Grouping{best, near, far})
		if err != nil {
			t.Fatal(err)
		}
		return out
	}
	if got := asked(nil); !slices.Equal(got, []*cluster.Grouping{best, near}) {
		t.Errorf("%d answers are asked, want the best and the one like it", len(got))
	}
	weight := slices.Repeat([]float64{1e-6}, p.N)
	weight[0], weight[1], weight[2] = 1, 1, 1
	if got := asked(weight); len(got) != 3 {
		t.Errorf("three rows left %d answers", len(got))
	}
}
