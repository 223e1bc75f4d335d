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
	thinDoubt      = 0.01  // more, where fewer rows are looked at
	returning      = 0.003 // of the inertia: nearer to where they were, centres go back there
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
	view, err := s.newLook(w, d, g)
	if err != nil {
		return nil, err
	}
	for range tries {
		if w.Stop() {
			break
		}
		centres := slices.Clone(g.Centres)
		c := rnd.IntN(g.K)
		view.draw(rnd, centres[c*d.D:(c+1)*d.D])
		if d.N > thorough { // most tries lead nowhere, and that shows early
			if hopeful, err := view.at(w, s, centres, worse); err != nil {
				return nil, err
			} else if !hopeful {
				continue
			}
		}
		next, err := s.settle(w, d, centres)
		if err != nil {
			return nil, err
		}
		found = append(found, next)
		if next.Inertia < g.Inertia*(1-gain) {
			g = next
			if err := view.after(w, s, g); err != nil {
				return nil, err
			}
		}
	}
	return rank(found), nil
}

// look tells early whether centres are worth to be carried on.
type look struct {
	d     *data
	from  *lloyd  // the division at hand
	base  float64 // its inertia
	mean  []float64
	total float64 // sum of squares about it
	thin  *look   // at fewer rows, first; nil: none
}

// newLook returns a look at rows that starts from a division of them.
func (s search) newLook(w cluster.Worker, d *data, g *cluster.Grouping) (*look, error) {
	l := lookAt(d)
	if d.thin != nil {
		l.thin = lookAt(d.thin)
	}
	return l, l.after(w, s, g)
}

func lookAt(d *data) *look {
	l := &look{d: d, mean: make([]float64, d.D)}
	for j := range l.mean {
		l.mean[j] = d.mean(j)
	}
	l.total = meanVariance(d) * d.total * float64(d.D)
	return l
}

// after makes the look start from another division.
func (l *look) after(w cluster.Worker, s search, g *cluster.Grouping) (err error) {
	l.from, l.base = &lloyd{g: g, sums: newSums(g.K, l.d.D)}, g.Inertia
	l.from.sums.addAll(l.d, 0, g.Label)
	if t := l.thin; t != nil {
		if t.from, err = iterate(w, t.d, slices.Clone(g.Centres), s.maxIterations, max(s.tolerance, roughly), nil, nil); err == nil {
			t.base = t.from.inertia(t.total, t.mean)
		}
	}
	return err
}

// at carries the centres, which it changes, on for some way, and reports whether the
// inertia may come below so many times that of the division at hand.
func (l *look) at(w cluster.Worker, s search, centres []float64, worse float64) (hopeful bool, err error) {
	if l.thin != nil {
		if hopeful, err = l.thin.at(w, s, centres, worse+thinDoubt); err != nil || !hopeful {
			return false, err
		}
	}
	const patience = 6 // iterations as good as the last one that there may be
	last, back := math.Inf(1), false
	end, err := iterate(w, l.d, centres, s.maxIterations, max(s.tolerance, roughly), l.from, func(at *lloyd) bool {
		now := at.inertia(l.total, l.mean)
		fall := last - now
		last, back = now, l.returns(at)
		return back || now-patience*fall > worse*l.base
	})
	if err != nil || back {
		return false, err
	}
	return end.inertia(l.total, l.mean) < worse*l.base, nil
}

// beat carries the centres, which it changes, on until they stand still, or until it seems
// that the inertia will not come below that of the division at hand; the answer's is above
// it then.
func (l *look) beat(w cluster.Worker, s search, centres []float64) (*cluster.Grouping, error) {
	const patience = 25 // the last steps are small
	last, hopeless := math.Inf(1), false
	end, err := iterate(w, l.d, centres, s.maxIterations, s.tolerance, l.from, func(at *lloyd) bool {
		now := at.inertia(l.total, l.mean)
		fall := last - now
		last, hopeless = now, now-patience*fall > l.base
		return hopeless
	})
	switch {
	case err != nil:
		return nil, err
	case hopeless:
		end.g.Inertia = last
		return end.g, nil
	}
	err = relabel(w, l.d, end.g)
	return end.g, err
}

// returns reports whether the centres are on their way back to those of the division at
// hand.
func (l *look) returns(at *lloyd) bool {
	d, home := at.d.D, l.from.g.Centres
	taken, sum := make([]bool, at.g.K), 0.0
	for c, w := range at.sums.weight {
		own, to, near := at.g.Centres[c*d:(c+1)*d], 0, math.Inf(1)
		for o := range taken {
			if t := cluster.Square(own, home[o*d:(o+1)*d]); t < near {
				to, near = o, t
			}
		}
		if sum += float64(w * near); taken[to] || sum > returning*l.base {
			return false
		}
		taken[to] = true
	}
	return true
}

// draw puts a row into the room given, with a chance in proportion to its squared distance
// to its centre.
func (l *look) draw(rnd *rand.Rand, row []float64) {
	if l.thin != nil {
		l = l.thin
	}
	d, g, left := l.d, l.from.g, rnd.Float64()*l.base
	for i, c := range g.Label {
		left -= d.heft(i) * d.Square(i, g.Centres[int(c)*d.D:(int(c)+1)*d.D])
		if left < 0 {
			d.Row(i, row)
			return
		}
	}
	d.Row(d.N-1, row)
}
