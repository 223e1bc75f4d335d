package tree

import (
	"cmp"
	"context"
	"math"
	"slices"
)

// Calibration turns scores into probabilities: a line in log odds (Platt 1999), or steps
// (isotonic regression; Zadrozny and Elkan 2002). The zero value changes nothing.
type Calibration struct {
	Kind  string    `json:"kind"` // "", CalibratePlatt or CalibrateIsotonic
	A     float64   `json:"a,omitempty"`
	B     float64   `json:"b,omitempty"`
	Score []float64 `json:"score,omitempty"` // rising
	Value []float64 `json:"value,omitempty"`
}

// The kinds of calibration.
const (
	CalibratePlatt    = "platt"
	CalibrateIsotonic = "isotonic"
)

// narrowest keeps probabilities away from 0 and 1, where log odds end.
const narrowest = 1e-6

func clamp(p float64) float64 { return min(1-narrowest, max(narrowest, p)) }

func logit(p float64) float64 { p = clamp(p); return math.Log(p / (1 - p)) }

func logistic(x float64) float64 { return 1 / (1 + math.Exp(-x)) }

// Probability is the calibrated score.
func (c *Calibration) Probability(p float64) float64 {
	switch c.Kind {
	case CalibratePlatt:
		return logistic(c.A + c.B*logit(p))
	case CalibrateIsotonic:
		return c.step(p)
	}
	return p
}

// step goes between the middles of the steps in straight lines.
func (c *Calibration) step(p float64) float64 {
	n := len(c.Score)
	at, found := slices.BinarySearch(c.Score, p)
	switch {
	case n == 0:
		return p
	case found:
		return c.Value[at]
	case at == 0:
		return c.Value[0]
	case at == n:
		return c.Value[n-1]
	}
	w := (p - c.Score[at-1]) / (c.Score[at] - c.Score[at-1])
	return c.Value[at-1] + w*(c.Value[at]-c.Value[at-1])
}

// Calibrate fits a calibration of the kind to scores of rows that the model had not seen.
func Calibrate(kind string, score []float64, truth []bool) Calibration {
	switch kind {
	case CalibratePlatt:
		x := make([]float64, len(score))
		for i, p := range score {
			x[i] = logit(p)
		}
		a, b := Logistic(x, truth, true)
		if !(b > 0) { // a score that ranks the wrong way is no better than the base rate
			a, b = logit(share(truth)), 0
		}
		return Calibration{Kind: kind, A: a, B: b}
	case CalibrateIsotonic:
		return isotonic(score, truth)
	}
	return Calibration{}
}

func share(truth []bool) float64 {
	n := 0.0
	for _, y := range truth {
		if y {
			n++
		}
	}
	return n / float64(max(1, len(truth)))
}

// Logistic fits truth on 1 and x by Newton's method. smooth pulls the outcomes in by one
// customer each way, as Platt does, so that the answer is always finite.
func Logistic(x []float64, truth []bool, smooth bool) (a, b float64) {
	p := 0.0
	for _, y := range truth {
		if y {
			p++
		}
	}
	n := float64(len(truth)) - p
	yes, no := 1.0, 0.0
	if smooth {
		yes, no = (p+1)/(p+2), 1/(n+2)
	}
	a, b = math.Log((p+1)/(n+1)), 0
	for range 100 {
		var ga, gb, haa, hab, hbb float64
		for i, v := range x {
			q := logistic(a + b*v)
			t := no
			if truth[i] {
				t = yes
			}
			w := max(q*(1-q), 1e-12)
			ga += t - q
			gb += float64((t - q) * v)
			haa += w
			hab += float64(w * v)
			hbb += float64(w * v * v)
		}
		haa, hbb = haa+1e-9, hbb+1e-9
		det := haa*hbb - hab*hab
		if !(det > 0) {
			break
		}
		da, db := (hbb*ga-hab*gb)/det, (haa*gb-hab*ga)/det
		if big := max(math.Abs(da), math.Abs(db)); big > 5 { // far steps overshoot
			da, db = da*5/big, db*5/big
		}
		a, b = a+da, b+db
		if math.Abs(da)+math.Abs(db) < 1e-10 {
			break
		}
	}
	return a, b
}

// isotonic pools neighbours that are out of order (Ayer et al. 1955). Each step is
// pulled a little towards the base rate, so that none says never or always.
func isotonic(score []float64, truth []bool) Calibration {
	order := rising(score)
	type block struct{ x, y, n float64 }
	var stack []block
	for i := 0; i < len(order); {
		b := block{}
		for x := score[order[i]]; i < len(order) && score[order[i]] == x; i++ {
			b.x += x
			b.n++
			if truth[order[i]] {
				b.y++
			}
		}
		stack = append(stack, b)
		for k := len(stack) - 1; k > 0 && stack[k].y*stack[k-1].n <= stack[k-1].y*stack[k].n; k-- {
			stack[k-1] = block{stack[k-1].x + stack[k].x, stack[k-1].y + stack[k].y, stack[k-1].n + stack[k].n}
			stack = stack[:k]
		}
	}
	c := Calibration{Kind: CalibrateIsotonic}
	base := share(truth)
	for _, b := range stack {
		c.Score = append(c.Score, b.x/b.n)
		c.Value = append(c.Value, (b.y+base)/(b.n+1))
	}
	for i := 1; i < len(c.Value); i++ {
		c.Value[i] = max(c.Value[i], c.Value[i-1])
	}
	return c
}

// CrossFit calibrates every row by a calibration that was fitted without its tenth.
// It stops early when ctx ends.
func CrossFit(ctx context.Context, kind string, score []float64, truth []bool, threads int) []float64 {
	const parts = 10
	out := make([]float64, len(score))
	each(parts, threads, func(f int) {
		if ctx.Err() != nil {
			return
		}
		s, y := make([]float64, 0, len(score)), make([]bool, 0, len(score))
		for i := range score {
			if i%parts != f {
				s, y = append(s, score[i]), append(y, truth[i])
			}
		}
		c := Calibrate(kind, s, y)
		for i := f; i < len(score); i += parts {
			out[i] = c.Probability(score[i])
		}
	})
	return out
}

// LogLoss is the mean negative log likelihood.
func LogLoss(p []float64, truth []bool) float64 {
	sum := 0.0
	for i, x := range p {
		if x = clamp(x); !truth[i] {
			x = 1 - x
		}
		sum -= math.Log(x)
	}
	return sum / float64(max(1, len(p)))
}

// Slope is how log odds of the outcome go with the log odds that were predicted (Cox
// 1958): 1 and 0 where probabilities are right; a slope below 1 means that they are too
// extreme.
func Slope(p []float64, truth []bool) (slope, intercept float64) {
	x := make([]float64, len(p))
	for i, v := range p {
		x[i] = logit(v)
	}
	a, b := Logistic(x, truth, false)
	return b, a
}

// Bin is a row of a reliability table.
type Bin struct {
	N                   int
	Predicted, Observed float64
	Low, High           float64 // 95 % interval of Observed (Wilson 1927)
}

// Reliability compares predicted and observed shares in groups of about equal size that
// do not part equal predictions.
func Reliability(p []float64, truth []bool, groups int) []Bin {
	order := make([]int32, len(p))
	for i := range order {
		order[i] = int32(i)
	}
	slices.SortStableFunc(order, func(a, b int32) int { return cmp.Compare(p[a], p[b]) })
	var out []Bin
	for i := 0; i < len(order); {
		end := max(i+1, (len(out)+1)*len(order)/groups)
		for end < len(order) && p[order[end]] == p[order[end-1]] {
			end++
		}
		b := Bin{N: end - i}
		for _, row := range order[i:end] {
			b.Predicted += p[row] / float64(end-i)
			if truth[row] {
				b.Observed += 1 / float64(end-i)
			}
		}
		b.Low, b.High = Wilson(b.Observed, float64(b.N))
		out = append(out, b)
		i = end
	}
	return out
}

// Wilson is the 95 % interval of a share p of n.
func Wilson(p, n float64) (low, high float64) {
	if n == 0 {
		return 0, 1
	}
	z := z95 * z95
	mid := p + z/(2*n)
	half := z95 * math.Sqrt(p*(1-p)/n+z/(4*n*n))
	return max(0, (mid-half)/(1+z/n)), min(1, (mid+half)/(1+z/n))
}
