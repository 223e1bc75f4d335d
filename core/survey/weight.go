package survey

import (
	"math"
	"slices"
)

// Weights says how far the weights of the respondents can be trusted and what they cost.
type Weights struct {
	Column     string
	Bad        int     // respondents without a positive, finite weight: they count nowhere in weighted figures
	Min, Max   float64 // of the weights, mean 1
	Effective  float64 // effective sample size (Σw)² / Σw², Kish 1965
	Design     float64 // design effect n / Effective
	Unweighted bool    // nobody has a usable weight: all figures are unweighted
}

// grain is the step to which weights are rounded, so that sums of them are exact.
const grain = 1 << 20

// weigh makes the weights of the rows that count: mean 1, 0 where a row does not count.
// Without a column every row that counts has 1.
func weigh(it *Item, counts []bool) ([]float64, *Weights) {
	w := make([]float64, len(counts))
	for i, ok := range counts {
		if ok {
			w[i] = 1
		}
	}
	if it == nil {
		return w, nil
	}
	r := &Weights{Column: it.Name}
	var good []float64
	for i, ok := range counts {
		x := it.cells.number(i)
		switch {
		case !ok:
		case !(x > 0) || math.IsInf(x, 0):
			r.Bad++
		default:
			good = append(good, x)
		}
	}
	if len(good) == 0 {
		r.Unweighted = true
		return w, r
	}
	slices.Sort(good) // a sum that does not know the order of the rows
	largest, sum := good[len(good)-1], 0.0
	for _, x := range good {
		sum += x / largest // 1e300 twice is no infinity
	}
	mean := sum / float64(len(good))
	var s1, s2 float64
	for i, ok := range counts {
		x := it.cells.number(i)
		if !ok || !(x > 0) || math.IsInf(x, 0) {
			w[i] = 0
			continue
		}
		w[i] = math.Max(1, math.Round(x/largest/mean*grain)) / grain
		s1 += w[i]
		s2 += w[i] * w[i]
	}
	r.Min = math.Max(1, math.Round(good[0]/largest/mean*grain)) / grain
	r.Max = math.Max(1, math.Round(1/mean*grain)) / grain
	r.Effective = s1 * s1 / s2
	r.Design = float64(len(good)) / r.Effective
	return w, r
}

// effective is Kish's effective size of the rows with the weights.
func effective(w []float64, has func(i int) bool) float64 {
	var s1, s2 float64
	for i, x := range w {
		if x > 0 && has(i) {
			s1 += x
			s2 += x * x
		}
	}
	if s2 == 0 {
		return 0
	}
	return s1 * s1 / s2
}

// NotWeighted lists what weights are not used for: whether a respondent answered carelessly,
// the features of customers, and the methods, which may take the weight as a column.
func NotWeighted() []string { return []string{"counts", "flags", "features", "methods"} }
