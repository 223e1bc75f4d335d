package kmeans

import (
	"math"
	"math/rand/v2"
	"slices"

	"qunxiang/plugins/internal/cluster"
)

// swapWork bounds the effort of swaps: rows × groups × features × iterations.
const (
	swapWork       = 2e7
	swapIterations = 15 // of Lloyd, typically
	swapsPerGroup  = 10
	swapsLeast     = 8
	swapsSmall     = 150   // at least, on so few rows that they cost nothing
	smallRows      = 1_000 // that is so many
	swapsFew       = 4     // on a sample that more rows come after
	roughly        = 2e-3  // tolerance of a first look
	promising      = 1.003 // of the best inertia: worth a second look
	rivalry        = 1.015 // the same on a sample, whose best need not be the best of all rows
)

// swaps tries to leave the best of the local optima: one random centre goes, a row drawn
// by its squared distance becomes one, and the result is kept when it is better (random
// swap, Fränti 2018). The number of tries shrinks as the data grow. It returns the
// optima with what it found, ranked.
func (s search) swaps(w cluster.Worker, d *data, found []*cluster.Grouping) ([]*cluster.Grouping, error) {
	g := found[0]
	most := swapsPerGroup * g.K
	if d.N <= smallRows {
		most = max(most, swapsSmall)
	}
	tries := max(swapsLeast, min(most, int(swapWork/swapIterations/float64(d.N*g.K*d.D))))
	worse := promising
	if s.few {
		tries, worse = swapsFew, rivalry
	}
	if g.K < 2 || g.K >= d.N || g.Inertia == 0 {
		return found, nil
	}
	rnd := rand.New(rand.NewPCG(s.seed, uint64(g.K)*stages+stages/2))
	row, look := make([]float64, d.D), newLook(d, g)
	for range tries {
		if w.Stop() {
			break
		}
		centres := slices.Clone(g.Centres)
		c := rnd.IntN(g.K)
		copy(centres[c*d.D:(c+1)*d.D], d.Row(draw(g, d, rnd), row))
		if d.N > thorough { // most tries lead nowhere, and that shows early
			seen, err := look.at(w, d, s, centres, g.Inertia*worse)
			if err != nil {
				return nil, err
			}
			if seen.Inertia >= g.Inertia*worse {
				continue
			}
		}
		next, err := s.settle(w, d, centres)
		if err != nil {
			return nil, err
		}
		found = append(found, next)
		if next.Inertia < g.Inertia*(1-gain) {
			g, look = next, look.after(d, next)
		}
	}
	return rank(found), nil
}

// look tells early whether centres are worth to be carried on.
type look struct {
	from  *lloyd
	mean  []float64
	total float64 // sum of squares about it
}

// newLook returns a look at rows that starts from a division of them.
func newLook(d *data, g *cluster.Grouping) look {
	l := look{mean: make([]float64, d.D)}
	for j := range l.mean {
		l.mean[j] = d.mean(j)
	}
	l.total = meanVariance(d) * d.total * float64(d.D)
	return l.after(d, g)
}

// after is the look that starts from another division.
func (l look) after(d *data, g *cluster.Grouping) look {
	if g != nil {
		l.from = &lloyd{g: g, sums: newSums(g.K, d.D)}
		l.from.sums.addAll(d, 0, g.Label)
	}
	return l
}

// at carries the centres, which it changes, on for some way, or until it seems that the
// inertia will not come below the limit. The inertia of the answer is that about the means
// of the groups there.
func (l look) at(w cluster.Worker, d *data, s search, centres []float64, limit float64) (*cluster.Grouping, error) {
	const patience = 6 // iterations as good as the last one that there may be
	last := math.Inf(1)
	end, err := iterate(w, d, centres, s.maxIterations, max(s.tolerance, roughly), l.from, func(at *lloyd) bool {
		now := at.inertia(l.total, l.mean)
		fall := last - now
		last = now
		return now-patience*fall > limit
	})
	if err != nil {
		return nil, err
	}
	end.g.Inertia = end.inertia(l.total, l.mean)
	return end.g, nil
}

// beat carries the centres, which it changes, on until they stand still, or until it seems
// that the inertia will not come below the limit; the answer's is above it then.
func (l look) beat(w cluster.Worker, d *data, s search, centres []float64, limit float64) (*cluster.Grouping, error) {
	const patience = 25 // the last steps are small
	last, hopeless := math.Inf(1), false
	end, err := iterate(w, d, centres, s.maxIterations, s.tolerance, l.from, func(at *lloyd) bool {
		now := at.inertia(l.total, l.mean)
		fall := last - now
		last, hopeless = now, now-patience*fall > limit
		return hopeless
	})
	switch {
	case err != nil:
		return nil, err
	case hopeless:
		end.g.Inertia = last
		return end.g, nil
	}
	err = relabel(w, d, end.g)
	return end.g, err
}

// draw picks a row with a chance in proportion to its squared distance to its centre.
func draw(g *cluster.Grouping, d *data, rnd *rand.Rand) int {
	left := rnd.Float64() * g.Inertia
	for i, c := range g.Label {
		left -= d.heft(i) * d.Square(i, g.Centres[int(c)*d.D:(int(c)+1)*d.D])
		if left < 0 {
			return i
		}
	}
	return d.N - 1
}
