package tree

import (
	"math"
	"slices"
)

// z95 is the standard normal deviate of a 95 % interval.
const z95 = 1.959964

// Quality are the measures of predictions; NaN = undefined.
type Quality struct {
	Accuracy, Balanced       float64
	AUC, AUCLow, AUCHigh     float64
	Brier                    float64 // of the class of interest
	RSquared, RMSE           float64
	Cutoff                   float64 // of the probability; the next four hold at it
	Sensitivity, Specificity float64
	BalancedAt, AccuracyAt   float64
	Recall                   []float64 // of each class
}

// Assess compares held-out statistics with the outcome. cutoff is the probability of
// the class of interest from which on it is predicted; 0 finds the one that makes the
// mean of sensitivity and specificity largest.
func Assess(t *Target, stats [][]float64, positive int, cutoff float64) Quality {
	nan := math.NaN()
	q := Quality{nan, nan, nan, nan, nan, nan, nan, nan, nan, nan, nan, nan, nan, nil}
	if t.Classes == nil {
		q.numbers(t, stats)
		return q
	}
	right, rows := make([]float64, len(t.Classes)), make([]float64, len(t.Classes))
	score, truth := make([]float64, len(stats)), make([]bool, len(stats))
	hits := 0.0
	for i, s := range stats {
		k := t.Class[i]
		rows[k]++
		if t.Predicted(s) == int(k) {
			right[k]++
			hits++
		}
		score[i], truth[i] = s[positive]/max(1, t.rows(s)), int(k) == positive
	}
	q.Accuracy = hits / float64(len(stats))
	q.Recall = make([]float64, len(rows))
	sum, present := 0.0, 0.0
	for k := range rows {
		q.Recall[k] = nan
		if rows[k] > 0 {
			q.Recall[k] = right[k] / rows[k]
			sum += q.Recall[k]
			present++
		}
	}
	q.Balanced = sum / present
	q.AUC, q.AUCLow, q.AUCHigh = AUC(score, truth)
	q.Brier = Brier(score, truth)
	q.atCutoff(score, truth, cutoff)
	return q
}

func (q *Quality) numbers(t *Target, stats [][]float64) {
	mean := 0.0
	for _, y := range t.Value {
		mean += y / float64(len(t.Value))
	}
	var sse, sst float64
	for i, s := range stats {
		e, d := t.Value[i]-s[1]/max(1, s[0]), t.Value[i]-mean
		sse += float64(e * e)
		sst += float64(d * d)
	}
	q.RMSE = math.Sqrt(sse / float64(len(stats)))
	if sst > 0 {
		q.RSquared = 1 - sse/sst
	}
}

// atCutoff finds the cut-off, where none is given, and counts at it.
func (q *Quality) atCutoff(score []float64, truth []bool, cutoff float64) {
	order := rising(score)
	p := math.Round(share(truth) * float64(len(truth)))
	n := float64(len(truth)) - p
	if p == 0 || n == 0 {
		return
	}
	tp, fp, best := p, n, -1.0 // everybody at or above the cut-off
	for i := 0; i < len(order); {
		x := score[order[i]]
		if cutoff == 0 && tp/p+1-fp/n > best*(1+1e-12) || cutoff > 0 && best < 0 && x >= cutoff {
			best = tp/p + 1 - fp/n
			q.Cutoff, q.Sensitivity, q.Specificity, q.AccuracyAt = x, tp/p, 1-fp/n, (tp+n-fp)/(p+n)
		}
		for ; i < len(order) && score[order[i]] == x; i++ {
			if truth[order[i]] {
				tp--
			} else {
				fp--
			}
		}
	}
	if best < 0 { // nobody reaches it
		q.Sensitivity, q.Specificity, q.AccuracyAt = 0, 1, n/(p+n)
	}
	if cutoff > 0 {
		q.Cutoff = cutoff
	}
	q.BalancedAt = (q.Sensitivity + q.Specificity) / 2
}

func rising(score []float64) []int32 {
	order := count(len(score))
	slices.SortFunc(order, func(a, b int32) int {
		switch {
		case score[a] < score[b]:
			return -1
		case score[a] > score[b]:
			return 1
		}
		return int(a - b)
	})
	return order
}

// Brier is the mean squared difference of probability and outcome.
func Brier(p []float64, truth []bool) float64 {
	sum := 0.0
	for i, x := range p {
		if truth[i] {
			x--
		}
		sum += float64(x * x)
	}
	return sum / float64(max(1, len(p)))
}

// AUC is the area under the ROC curve by midranks (Mann–Whitney), with a 95 % interval
// (DeLong, DeLong and Clarke-Pearson 1988, in the form of Sun and Xu 2014). It is NaN
// where one outcome is absent.
func AUC(score []float64, truth []bool) (auc, low, high float64) {
	order := rising(score)
	all, own := midranks(score, order, nil), [2][]float64{}
	for k := range own {
		own[k] = midranks(score, order, func(i int32) bool { return truth[i] == (k == 1) })
	}
	m, n := 0.0, 0.0
	for _, y := range truth {
		if y {
			m++
		} else {
			n++
		}
	}
	if m == 0 || n == 0 {
		return math.NaN(), math.NaN(), math.NaN()
	}
	for i, y := range truth {
		if y {
			auc += all[i] - own[1][i] // halves: exact
		}
	}
	auc /= n * m
	var sp, sn float64
	for i, y := range truth {
		if y {
			e := (all[i]-own[1][i])/n - auc
			sp += float64(e * e)
		} else {
			e := 1 - (all[i]-own[0][i])/m - auc
			sn += float64(e * e)
		}
	}
	se := math.Sqrt(sp/max(1, m-1)/m + sn/max(1, n-1)/n)
	return auc, max(0, auc-z95*se), min(1, auc+z95*se)
}

// midranks ranks the scores of the rows that count, from 1; ties share their mean rank.
func midranks(score []float64, order []int32, counts func(int32) bool) []float64 {
	out := make([]float64, len(score))
	rank := 0.0
	for i := 0; i < len(order); {
		end, here := i, 0.0
		for end < len(order) && score[order[end]] == score[order[i]] {
			if counts == nil || counts(order[end]) {
				here++
			}
			end++
		}
		for _, row := range order[i:end] {
			out[row] = rank + (here+1)/2
		}
		rank += here
		i = end
	}
	return out
}

// meanError returns the mean and its standard error.
func meanError(v []float64) (mean, se float64) {
	n := float64(len(v))
	for _, x := range v {
		mean += x / n
	}
	if n < 2 {
		return mean, 0
	}
	ss := 0.0
	for _, x := range v {
		ss += float64((x - mean) * (x - mean))
	}
	return mean, math.Sqrt(ss / (n - 1) / n)
}

// AtCutoff counts at a cut-off of probabilities; 0 finds it as Assess does.
func AtCutoff(p []float64, truth []bool, cutoff float64) Quality {
	q := Quality{Cutoff: math.NaN(), Sensitivity: math.NaN(), Specificity: math.NaN(), BalancedAt: math.NaN(), AccuracyAt: math.NaN()}
	q.atCutoff(p, truth, cutoff)
	return q
}

// student is the 97.5 % point of Student's t with df degrees of freedom (Cornish–Fisher
// expansion around the normal; exact values below 4, where that is too rough).
func student(df int) float64 {
	exact := [...]float64{0, 12.7062, 4.3027, 3.1824}
	if df < len(exact) {
		return exact[max(0, df)]
	}
	n, z := float64(df), z95
	z3, z5, z7 := z*z*z, z*z*z*z*z, z*z*z*z*z*z*z
	return z + (z3+z)/(4*n) + (5*z5+16*z3+3*z)/(96*n*n) + (3*z7+19*z5+17*z3-15*z)/(384*n*n*n)
}
