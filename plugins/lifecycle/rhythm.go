package lifecycle

import (
	"context"
	"math"
	"slices"

	"qunxiang/plugins/internal/twofold"
)

// rhythm is what was learned of the gaps of all customers, on the log scale.
type rhythm struct {
	mean    float64   // of the customers' typical gaps
	group   []float64 // the same by group; empty without groups
	within  float64   // σ²: variance of one customer's gaps
	between float64   // τ²: variance between customers of a group
	gaps    int       // gaps that it was learned from
	buyers  int       // customers who have a gap
	scaled  []float64 // every gap over its customer's expected gap, sorted
	days    []float64 // every gap in days, sorted
	tail    []float64 // scaled, or evenly spaced ones of many
	again   []float64 // [n]: share of customers with n purchases who bought again, given time
}

// The fewest gaps and customers with a gap from which a rhythm is learned.
const (
	fewestGaps   = 10
	fewestBuyers = 5
)

// known reports whether there was enough to learn from.
func (r *rhythm) known() bool { return r.gaps >= fewestGaps && r.buyers >= fewestBuyers }

// weight is how many independent gaps the median of k is worth: for few it is the
// mean, for many its variance is π/2 of the mean's; more gaps never count less.
func weight(k int) float64 {
	if k <= 2 {
		return float64(k)
	}
	return max(2, float64(k)*2/math.Pi)
}

// expected returns the expected gap of a customer in days: exp of the mean of the log
// median gap and the group's mean, weighted by their precisions.
func (r *rhythm) expected(b buyer, group int32) float64 {
	mean := r.mean
	if group >= 0 && int(group) < len(r.group) {
		mean = r.group[group]
	}
	k := weight(b.gaps())
	switch {
	case k == 0 || r.between <= 0:
		return math.Exp(mean)
	case r.within <= 0:
		return math.Exp(b.logGap)
	}
	own, others := k/r.within, 1/r.between
	return math.Exp((own*b.logGap + others*mean) / (own + others))
}

// stride is how many customers pass between two looks at the context.
const stride = 4096

// sums are a customer's gaps on the log scale.
type sums struct {
	k           int
	mean, sumSq float64 // mean of the log gaps; squares around it
}

// learn estimates the rhythm from purchases up to a day: a one-way analysis of variance
// of the log gaps with customers as classes, τ² by its moment estimate for unequal
// numbers, means weighted by precision.
//
// An ended context gives whatever there is: the caller looks at it.
//
// Source: S. R. Searle, G. Casella and C. E. McCulloch, Variance Components (1992),
// section 3.6 (ANOVA estimators for unbalanced data); C. N. Morris, “Parametric Empirical
// Bayes Inference”, JASA 78 (1983).
func learn(ctx context.Context, h *history, upTo int, group []int32, groups int) *rhythm {
	n := len(h.start) - 1
	of := make([]sums, n)
	r := &rhythm{}
	for c := range n {
		if c%stride == 0 && ctx.Err() != nil {
			return r
		}
		days, _ := h.of(c, int32(upTo))
		of[c] = logs(days)
		r.gaps += of[c].k
		if of[c].k > 0 {
			r.buyers++
		}
	}
	if !r.known() {
		return r
	}
	r.variances(of)
	r.mean = r.center(of)
	if groups > 0 {
		r.centers(of, group, groups)
		r.between = r.residual(of, group)
	}
	r.scale(ctx, h, upTo, group)
	return r
}

func logs(days []int32) sums {
	s := sums{k: max(0, len(days)-1)}
	for i := range s.k {
		s.mean += math.Log(float64(days[i+1]-days[i])) / float64(s.k)
	}
	for i := range s.k {
		d := math.Log(float64(days[i+1]-days[i])) - s.mean
		s.sumSq += d * d
	}
	return s
}

// variances sets σ² and τ² by the analysis of variance.
func (r *rhythm) variances(of []sums) {
	var all, within, total twofold.Sum
	squares := 0.0 // of whole numbers
	for _, s := range of {
		all.AddProduct(float64(s.k), s.mean)
		within.Add(s.sumSq)
		squares += float64(s.k) * float64(s.k)
	}
	grand, free := all.Value()/float64(r.gaps), float64(r.gaps-r.buyers)
	for _, s := range of {
		if d := s.mean - grand; s.k > 0 {
			total.AddProduct(float64(s.k)*d, d)
		}
	}
	if free < 1 { // one gap each: nothing tells customers from chance
		r.within = total.Value() / float64(max(1, r.buyers-1))
		return
	}
	r.within = within.Value() / free
	classes := float64(r.buyers - 1)
	typical := (float64(r.gaps) - squares/float64(r.gaps)) / classes
	if typical > 0 {
		r.between = max(0, (total.Value()/classes-r.within)/typical)
	}
}

// precision is the weight of a customer's mean log gap.
func (r *rhythm) precision(s sums) float64 {
	switch v := r.between + r.within/float64(s.k); {
	case s.k == 0:
		return 0
	case v > 0:
		return 1 / v
	}
	return 1
}

// center is the mean of the log gaps of all customers, weighted by precision.
func (r *rhythm) center(of []sums) float64 {
	var sum, weights twofold.Sum
	for _, s := range of {
		w := r.precision(s)
		sum.AddProduct(w, s.mean)
		weights.Add(w)
	}
	return sum.Value() / weights.Value()
}

// centers sets the groups' means, each as if five customers of one gap with the mean of
// all were in it too, so that small groups stay near everybody.
func (r *rhythm) centers(of []sums, group []int32, groups int) {
	const strength = 5
	prior := strength * r.precision(sums{k: 1})
	sums, weights := make([]twofold.Sum, groups), make([]twofold.Sum, groups)
	r.group = make([]float64, groups)
	for g := range groups {
		sums[g].AddProduct(prior, r.mean)
		weights[g].Add(prior)
	}
	for c, s := range of {
		if g := group[c]; g >= 0 {
			w := r.precision(s)
			sums[g].AddProduct(w, s.mean)
			weights[g].Add(w)
		}
	}
	for g := range groups {
		r.group[g] = sums[g].Value() / weights[g].Value()
	}
}

// residual is τ² around the means of the groups.
func (r *rhythm) residual(of []sums, group []int32) float64 {
	var total, within twofold.Sum
	n := 0
	for c, s := range of {
		if s.k == 0 {
			continue
		}
		mean := r.mean
		if group[c] >= 0 {
			mean = r.group[group[c]]
		}
		total.AddProduct(s.mean-mean, s.mean-mean)
		within.Add(r.within / float64(s.k))
		n++
	}
	return max(0, min(r.between, (total.Value()-within.Value())/float64(max(1, n-1))))
}

// scale fills the lists of all gaps, in days and over the customer's expected gap.
func (r *rhythm) scale(ctx context.Context, h *history, upTo int, group []int32) {
	r.days, r.scaled = make([]float64, 0, r.gaps), make([]float64, 0, r.gaps)
	var scratch []float64
	for c := range len(h.start) - 1 {
		if c%stride == 0 && ctx.Err() != nil {
			return
		}
		days, paid := h.of(c, int32(upTo))
		if len(days) < 2 {
			continue
		}
		g := r.expected(see(days, paid, upTo, &scratch), groupOf(group, c))
		for i := range days[1:] {
			x := float64(days[i+1] - days[i])
			r.days, r.scaled = append(r.days, x), append(r.scaled, x/g)
		}
	}
	if sorted(ctx, r.days) && sorted(ctx, r.scaled) {
		r.tail = thinned(r.scaled)
		r.returns(h, upTo)
	}
}

// mostTail is how many gaps a model keeps.
const mostTail = 4096

// thinned returns a sorted list, of a long one so many evenly spaced values.
func thinned(v []float64) []float64 {
	if len(v) <= mostTail {
		return v
	}
	out := make([]float64, mostTail)
	for i := range out {
		out[i] = v[(2*i+1)*len(v)/(2*mostTail)]
	}
	return out
}

// sorted sorts v in pieces, so that the end of ctx is seen in time; it reports whether
// it finished.
func sorted(ctx context.Context, v []float64) bool {
	const piece = 1 << 18
	for part := range slices.Chunk(v, piece) {
		if ctx.Err() != nil {
			return false
		}
		slices.Sort(part)
	}
	if len(v) <= piece {
		return true
	}
	from, to := v, make([]float64, len(v))
	for size := piece; size < len(v); size *= 2 {
		if ctx.Err() != nil {
			return false
		}
		for at := 0; at < len(v); at += 2 * size {
			merge(to[at:min(at+2*size, len(v))], from[at:min(at+size, len(v))], from[min(at+size, len(v)):min(at+2*size, len(v))])
		}
		from, to = to, from
	}
	copy(v, from)
	return true
}

// merge fills out with two sorted lists.
func merge(out, a, b []float64) {
	for i := range out {
		if len(b) == 0 || len(a) > 0 && a[0] <= b[0] {
			out[i], a = a[0], a[1:]
		} else {
			out[i], b = b[0], b[1:]
		}
	}
}

// mostCounted is the number of purchases from which on customers are taken together.
const mostCounted = 12

// returns estimates who comes again after the n-th purchase, from those purchases that
// nine of ten gaps had time to follow. Few cases are drawn to the share before them.
func (r *rhythm) returns(h *history, upTo int) {
	ripe := upTo - int(math.Ceil(quantile(r.days, 0.9)))
	var tried, came [mostCounted + 1]float64
	for c := range len(h.start) - 1 {
		days, _ := h.of(c, int32(upTo))
		for i, d := range days {
			if int(d) > ripe {
				break
			}
			n := min(i+1, mostCounted)
			tried[n]++
			if i+1 < len(days) {
				came[n]++
			}
		}
	}
	r.again = make([]float64, mostCounted+1)
	before := 0.5
	const strength = 10 // cases
	for n := 1; n <= mostCounted; n++ {
		before = (came[n] + strength*before) / (tried[n] + strength)
		r.again[n] = before
	}
}

func groupOf(group []int32, c int) int32 {
	if group == nil {
		return -1
	}
	return group[c]
}

// typical is the population's typical gap in days.
func (r *rhythm) typical() float64 { return math.Exp(r.mean) }

// quantile returns the value below which a share q of the sorted values lies (the
// midpoint rule of Hazen); v has at least one value.
func quantile(v []float64, q float64) float64 {
	at := q*float64(len(v)) - 0.5
	i := int(math.Floor(at))
	switch {
	case i < 0:
		return v[0]
	case i+1 >= len(v):
		return v[len(v)-1]
	}
	f := at - float64(i)
	return v[i]*(1-f) + v[i+1]*f
}

// beyond is the share of gaps longer than a multiple of the expected one.
func (r *rhythm) beyond(ratio float64) float64 {
	at, _ := slices.BinarySearchFunc(r.tail, ratio, func(x, t float64) int {
		if x <= t {
			return -1
		}
		return 1
	})
	return float64(len(r.tail)-at) / float64(len(r.tail))
}
