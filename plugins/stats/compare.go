package stats

import (
	"math"

	"qunxiang/plugins/internal/twofold"
)

// groups are the values of the column that divides the customers.
type groups struct {
	name  string
	names []string
	of    []int32 // group of each customer, −1 = none
}

// test is the outcome of one test. Df2 is 0 where the distribution has one parameter.
type test struct {
	kind          string
	groups, n     int
	statistic     float64
	df1, df2, p   float64
	effect        float64
	effectKind    string
	magnitude     string
	smallest      int
	smallExpected bool // χ²: more than a fifth of the expected counts is below 5
	advised       bool
	q             float64
	feature       string
}

// The tests, as the evidence names them.
const (
	testANOVA   = "anova"
	testWelch   = "welch"
	testT       = "welch_t"
	testKruskal = "kruskal"
	testChi2    = "chi2"
	testYates   = "chi2_yates"
)

// spread is what a test of means needs to know of one group.
type spread struct {
	n        int
	mean, ss float64 // sum of squares about the mean
}

// spreads returns every group's spread, in the feature's scaled unit, and that of all.
func (f *number) spreads(g *groups) (each []spread, all spread) {
	sums := make([]twofold.Sum, len(g.names))
	each = make([]spread, len(g.names))
	var total twofold.Sum
	for i, c := range g.of {
		if x, ok := f.at(i); ok && c >= 0 {
			sums[c].Add(x)
			total.Add(x)
			each[c].n++
			all.n++
		}
	}
	for c := range each {
		each[c].mean = sums[c].Value() / float64(each[c].n)
	}
	all.mean = total.Value() / float64(all.n)
	squares := make([]twofold.Sum, len(g.names))
	var around twofold.Sum
	for i, c := range g.of {
		if x, ok := f.at(i); ok && c >= 0 {
			d := x - each[c].mean
			squares[c].AddProduct(d, d)
			d = x - all.mean
			around.AddProduct(d, d)
		}
	}
	for c := range each {
		each[c].ss = squares[c].Value()
	}
	all.ss = around.Value()
	return each, all
}

// compareMeans tests whether the groups' means differ: the analysis of variance of one
// factor (Fisher), its form for unequal variances (Welch 1951, Biometrika 38, 330) and,
// for two groups, Welch's t. Nil where nothing varies or too few groups have a value.
func (f *number) compareMeans(g *groups) []test {
	each, all := f.spreads(g)
	var used []spread
	within, smallest := twofold.Sum{}, math.MaxInt
	for _, s := range each {
		if s.n > 0 {
			used = append(used, s)
			within.Add(s.ss)
			smallest = min(smallest, s.n)
		}
	}
	k, n := len(used), all.n
	if k < 2 || n <= k || all.ss <= 0 {
		return nil
	}
	var out []test
	df1, df2 := float64(k-1), float64(n-k)
	var between twofold.Sum
	for _, s := range used {
		d := s.mean - all.mean
		between.AddProduct(float64(s.n)*d, d)
	}
	ssb, ssw := between.Value(), within.Value()
	eta := ssb / (ssb + ssw)
	a := test{kind: testANOVA, groups: k, n: n, statistic: ssb / df1 / (ssw / df2), df1: df1, df2: df2, effect: eta, effectKind: "eta2", smallest: smallest}
	a.p = tailF(a.statistic, df1, df2)
	a.magnitude = magnitude(a.effect, 0.01, 0.06, 0.14)
	out = append(out, a)
	if w, ok := welch(used, n); ok {
		w.effect, w.effectKind, w.magnitude, w.smallest = eta, a.effectKind, a.magnitude, smallest
		out = append(out, w)
		if k == 2 {
			out = append(out, welchT(used, w))
		}
	}
	return finite(out)
}

// welch is the analysis of variance without equal variances. Every group needs two
// values, and one of them must vary.
func welch(used []spread, n int) (test, bool) {
	k := float64(len(used))
	var sumW, sumWM twofold.Sum
	w := make([]float64, len(used))
	for i, s := range used {
		if s.n < 2 || s.ss <= 0 {
			return test{}, false
		}
		w[i] = float64(s.n) * float64(s.n-1) / s.ss
		sumW.Add(w[i])
		sumWM.AddProduct(w[i], s.mean)
	}
	mean := sumWM.Value() / sumW.Value()
	var top, rest twofold.Sum
	for i, s := range used {
		d := s.mean - mean
		top.AddProduct(w[i]*d, d)
		r := 1 - w[i]/sumW.Value()
		rest.AddProduct(r/float64(s.n-1), r)
	}
	tail := rest.Value() / (k*k - 1)
	out := test{kind: testWelch, groups: len(used), n: n, df1: k - 1, df2: 1 / (3 * tail)}
	out.statistic = top.Value() / (k - 1) / (1 + 2*(k-2)*tail)
	out.p = tailF(out.statistic, out.df1, out.df2)
	return out, true
}

// welchT is Welch's test of two means: first minus second, with Cohen's d (Cohen 1988,
// p. 20) over the pooled deviation.
func welchT(used []spread, w test) test {
	a, b := used[0], used[1]
	out := test{kind: testT, groups: 2, n: a.n + b.n, df1: w.df2, effectKind: "d", smallest: min(a.n, b.n)}
	variance := a.ss/float64(a.n-1)/float64(a.n) + b.ss/float64(b.n-1)/float64(b.n)
	out.statistic = (a.mean - b.mean) / math.Sqrt(variance)
	out.p = tailT(out.statistic, out.df1)
	out.effect = (a.mean - b.mean) / math.Sqrt((a.ss+b.ss)/float64(a.n+b.n-2))
	out.magnitude = magnitude(math.Abs(out.effect), 0.2, 0.5, 0.8)
	return out
}

// compareRanks is the test of Kruskal and Wallis (1952, J. Am. Stat. Assoc. 47, 583),
// corrected for ties, with ε² (Tomczak and Tomczak 2014). Nil where all are equal.
func (f *number) compareRanks(g *groups, ranks []float64) []test {
	sums, n := make([]twofold.Sum, len(g.names)), make([]int, len(g.names))
	all := 0
	for i, c := range g.of {
		if _, ok := f.at(i); ok && c >= 0 {
			sums[c].Add(ranks[i])
			n[c]++
			all++
		}
	}
	var h, ties twofold.Sum
	k, smallest := 0, math.MaxInt
	middle := float64(all+1) / 2
	for c := range sums {
		if n[c] > 0 {
			d := sums[c].Value()/float64(n[c]) - middle
			h.AddProduct(float64(n[c])*d, d)
			k++
			smallest = min(smallest, n[c])
		}
	}
	for i, c := range g.of { // Σ(rank − middle)² holds the correction for ties
		if _, ok := f.at(i); ok && c >= 0 {
			d := ranks[i] - middle
			ties.AddProduct(d, d)
		}
	}
	if k < 2 || all <= k || ties.Value() <= 0 {
		return nil
	}
	out := test{kind: testKruskal, groups: k, n: all, df1: float64(k - 1), effectKind: "epsilon2", smallest: smallest}
	out.statistic = h.Value() * float64(all-1) / ties.Value()
	out.p = tailChi2(out.statistic, out.df1)
	out.effect = out.statistic / float64(all-1)
	out.magnitude = magnitude(out.effect, 0.01, 0.06, 0.14)
	return finite([]test{out})
}

// finite leaves out tests whose statistic is not a number; an infinite one, of groups
// that do not vary inside, is as certain as can be and is kept as the largest number.
func finite(list []test) []test {
	out := list[:0]
	for _, t := range list {
		if math.IsNaN(t.statistic) || math.IsNaN(t.p) || math.IsNaN(t.effect) {
			continue
		}
		t.statistic = min(max(t.statistic, -math.MaxFloat64), math.MaxFloat64)
		t.effect = min(max(t.effect, -math.MaxFloat64), math.MaxFloat64)
		out = append(out, t)
	}
	return out
}

// magnitude names an effect by Cohen's limits (1988).
func magnitude(effect, small, medium, large float64) string {
	switch {
	case effect < small:
		return "trivial"
	case effect < medium:
		return "small"
	case effect < large:
		return "medium"
	}
	return "large"
}
