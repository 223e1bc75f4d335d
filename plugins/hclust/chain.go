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

// condensed holds the distances of n things, each pair once.
type condensed struct {
	n int
	d []float64
}

func newCondensed(n int) condensed { return condensed{n, make([]float64, n*(n-1)/2)} }

// at is the place of the pair i < j.
func (c condensed) at(i, j int) int { return i*(2*c.n-i-3)/2 + j - 1 }

func (c condensed) pair(i, j int) *float64 { return &c.d[c.at(min(i, j), max(i, j))] }

// chainStored joins clusters along nearest-neighbour chains over stored distances,
// which it overwrites (Murtagh 1983; Müllner 2011). The linkage must be reducible: no
// union is nearer to a third cluster than both its parts.
func chainStored(ctx context.Context, dist condensed, weight []float64, to update) ([]merge, error) {
	n := dist.n
	live := make([]int32, n)
	for i := range live {
		live[i] = int32(i)
	}
	merges, chain := make([]merge, 0, n-1), make([]int32, 0, n)
	for len(live) > 1 {
		if ctx.Err() != nil {
			return nil, ctx.Err()
		}
		if len(chain) == 0 {
			chain = append(chain, live[0])
		}
		a, prev, best := int(chain[len(chain)-1]), -1, math.Inf(1)
		if len(chain) > 1 {
			prev = int(chain[len(chain)-2])
			best = *dist.pair(a, prev)
		}
		b := nearestStored(dist, live, a, prev, best)
		if b != prev {
			chain = append(chain, int32(b))
			continue
		}
		chain = chain[:len(chain)-2]
		merges = append(merges, merge{int32(a), int32(b), best})
		a, b = min(a, b), max(a, b)
		live = unite(dist, live, a, b, weight, to)
	}
	return merges, nil
}

// nearestStored returns the live cluster nearest to a: prev, at the distance best,
// unless one is strictly nearer.
func nearestStored(dist condensed, live []int32, a, prev int, best float64) int {
	b := prev
	at := 0
	for ; int(live[at]) < a; at++ {
		j := int(live[at])
		if d := dist.d[dist.at(j, a)]; d < best {
			b, best = j, d
		}
	}
	row := dist.at(a, 0)
	for _, j := range live[at+1:] {
		if d := dist.d[row+int(j)]; d < best {
			b, best = int(j), d
		}
	}
	return b
}

// unite makes a the union of a and b and takes b from the live ones.
func unite(dist condensed, live []int32, a, b int, weight []float64, to update) []int32 {
	out := live[:0]
	for _, j := range live {
		x := int(j)
		if x == b {
			continue
		}
		out = append(out, j)
		if x != a {
			d := dist.pair(x, a)
			*d = to(*d, *dist.pair(x, b), weight[a], weight[b])
		}
	}
	weight[a] += weight[b]
	return out
}
