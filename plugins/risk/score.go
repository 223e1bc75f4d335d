package risk

import (
	"context"
	"math"
	"slices"
	"strings"
	"sync"
	"sync/atomic"

	"qunxiang/plugins/internal/tree"
)

// mostReasons is the number of reasons that a customer gets.
const mostReasons = 3

// scorer answers for customers.
type scorer struct {
	features    []tree.Feature
	trees       []*tree.Tree
	value       [][]float64 // of each tree's nodes
	calibration tree.Calibration
	draw        tree.Draw // trees that have seen a customer are not asked
	keys        []uint64
	mean        float64 // answer at the roots
}

func newScorer(features []tree.Feature, trees []*tree.Tree, answer func(*tree.Node) float64, c tree.Calibration, d tree.Draw) *scorer {
	s := &scorer{features: features, trees: trees, calibration: c, draw: d}
	for _, t := range trees {
		v := make([]float64, len(t.Nodes))
		for i := range v {
			v[i] = answer(&t.Nodes[i])
		}
		s.value = append(s.value, v)
		s.mean += v[0] / float64(len(trees))
	}
	return s
}

// score calls take for every row, from several goroutines, rows in no order.
func (s *scorer) score(ctx context.Context, n, threads int, take func(i int, p float64, why string)) error {
	const part = 512
	if s.draw.Share > 0 {
		s.keys = tree.Keys(s.features, n)
	}
	var next atomic.Int64
	var wg sync.WaitGroup
	for range max(1, threads) {
		wg.Go(func() {
			by := make([]float64, len(s.features))
			for {
				lo := int(next.Add(part)) - part
				if lo >= n || ctx.Err() != nil {
					return
				}
				for i := lo; i < min(n, lo+part); i++ {
					p, why := s.one(int32(i), by)
					take(i, p, why)
				}
			}
		})
	}
	wg.Wait()
	return ctx.Err()
}

// one is the probability of a row and what speaks most for its distance from the mean.
func (s *scorer) one(i int32, by []float64) (float64, string) {
	clear(by)
	sum, asked := 0.0, 0
	for k, t := range s.trees {
		if s.keys == nil || !s.draw.Seen(k, s.keys[i]) {
			sum += t.Walk(s.features, i, s.value[k], by)
			asked++
		}
	}
	if asked == 0 { // seen by every tree, which so many trees make all but impossible
		for k, t := range s.trees {
			sum += t.Walk(s.features, i, s.value[k], by)
			asked++
		}
	}
	mean := sum / float64(asked)
	return s.calibration.Probability(mean), s.reasons(i, by, mean >= s.mean)
}

// reasons names the values that moved the answer most in its own direction.
func (s *scorer) reasons(i int32, by []float64, up bool) string {
	sign := 1.0
	if !up {
		sign = -1
	}
	order := make([]int, 0, len(by))
	for j, x := range by {
		if x*sign > 1e-9 {
			order = append(order, j)
		}
	}
	slices.SortFunc(order, func(a, b int) int {
		if d := (by[b] - by[a]) * sign; math.Abs(d) > 1e-12 {
			if d > 0 {
				return 1
			}
			return -1
		}
		return a - b
	})
	var out []string
	for _, j := range order[:min(mostReasons, len(order))] {
		out = append(out, cleaned(s.features[j].Name)+" = "+cleaned(s.features[j].Show(i)))
	}
	return strings.Join(out, "; ")
}
