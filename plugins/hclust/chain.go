package hclust

import (
	"context"
	"math"
)

// update gives the distance of a cluster to the union of two others, from its distances
// to them and their sizes (Lance and Williams 1967).
type update func(toA, toB, sizeA, sizeB float64) float64

func updateFor(linkage string) update {
	switch linkage {
	case complete:
		return func(a, b, _, _ float64) float64 { return max(a, b) }
	case weighted:
		return func(a, b, _, _ float64) float64 { return (a + b) / 2 }
	case average:
		return func(a, b, na, nb float64) float64 {
			// Rounding must not bring the union nearer than the nearer part: the chain
			// relies on that.
			return max((float64(na*a)+float64(nb*b))/(na+nb), min(a, b))
		}
	}
	return func(a, b, _, _ float64) float64 { return min(a, b) }
}

// condensed holds the distances of n things, each pair once: row i has those to
// i+1…n−1. Rows are made one by one, so that a cancelled run need not wait for all.
type condensed [][]float64

func newCondensed(n int) condensed { return make(condensed, n) }

// fill makes row i of the distances that the function tells.
func (c condensed) fill(i int, between func(j int) float64) {
	c[i] = make([]float64, len(c)-1-i)
	for o := range c[i] {
		c[i][o] = between(i + 1 + o)
	}
}

// pair is the distance of two different things.
func (c condensed) pair(i, j int32) *float64 {
	i, j = min(i, j), max(i, j)
	return &c[i][j-i-1]
}

// chainStored joins clusters along nearest-neighbour chains over stored distances,
// which it overwrites (Murtagh 1983; Müllner 2011). The linkage must be reducible: no
// union is nearer to a third cluster than both its parts. So a known nearest neighbour
// stays one until it is joined itself.
func chainStored(ctx context.Context, dist condensed, weight []float64, to update) ([]merge, error) {
	n := len(dist)
	live := make([]int32, n)
	for i := range live {
		live[i] = int32(i)
	}
	near, err := neighbours(ctx, dist)
	if err != nil {
		return nil, err
	}
	merges, chain := make([]merge, 0, n-1), make([]int32, 0, n)
	for len(live) > 1 {
		if ctx.Err() != nil {
			return nil, ctx.Err()
		}
		if len(chain) == 0 {
			chain = append(chain, live[0])
		}
		a := chain[len(chain)-1]
		if near[a] < 0 {
			near[a] = nearestStored(dist, live, a)
		}
		b, best := near[a], *dist.pair(a, near[a])
		if len(chain) > 1 {
			if prev := chain[len(chain)-2]; *dist.pair(a, prev) <= best {
				b = prev
			}
		}
		if len(chain) < 2 || b != chain[len(chain)-2] {
			chain = append(chain, b)
			continue
		}
		chain = chain[:len(chain)-2]
		merges = append(merges, merge{a, b, best})
		a, b = min(a, b), max(a, b)
		live = unite(dist, live, a, b, weight, to)
		for _, x := range live {
			if x == a || near[x] == a || near[x] == b {
				near[x] = -1
			}
		}
	}
	return merges, nil
}

// neighbours finds everything's nearest neighbour.
func neighbours(ctx context.Context, dist condensed) ([]int32, error) {
	near, best := make([]int32, len(dist)), make([]float64, len(dist))
	for i := range best {
		near[i], best[i] = -1, math.Inf(1)
	}
	for i, row := range dist {
		if ctx.Err() != nil {
			return nil, ctx.Err()
		}
		for o, d := range row {
			j := i + 1 + o
			if d < best[i] {
				near[i], best[i] = int32(j), d
			}
			if d < best[j] {
				near[j], best[j] = int32(i), d
			}
		}
	}
	return near, nil
}

// nearestStored returns the live cluster nearest to a, the first of equals.
func nearestStored(dist condensed, live []int32, a int32) int32 {
	b, best := int32(-1), math.Inf(1)
	at := 0
	for ; live[at] < a; at++ {
		if d := dist[live[at]][a-live[at]-1]; d < best {
			b, best = live[at], d
		}
	}
	row := dist[a]
	for _, j := range live[at+1:] {
		if d := row[j-a-1]; d < best {
			b, best = j, d
		}
	}
	return b
}

// unite makes a the union of a and b and takes b from the live ones.
func unite(dist condensed, live []int32, a, b int32, weight []float64, to update) []int32 {
	out := live[:0]
	for _, j := range live {
		if j == b {
			continue
		}
		out = append(out, j)
		if j != a {
			d := dist.pair(j, a)
			*d = to(*d, *dist.pair(j, b), weight[a], weight[b])
		}
	}
	weight[a] += weight[b]
	return out
}
