package tree_test

import (
	"math"
	"testing"

	"qunxiang/plugins/internal/tree"
)

func near(t *testing.T, what string, got, want float64) {
	t.Helper()
	if math.Abs(got-want) > 1e-6 {
		t.Errorf("%s: %.8f, want %.8f", what, got, want)
	}
}

// The worked example of docs/method/risk.md.
func TestWorkedExample(t *testing.T) {
	t.Parallel()
	p, y := []float64{0.1, 0.4, 0.35, 0.8}, []bool{false, false, true, true}
	auc, _, _ := tree.AUC(p, y)
	near(t, "AUC", auc, 0.75)
	near(t, "Brier score", tree.Brier(p, y), 0.158125)
	near(t, "Brier score of 0.5", tree.Brier([]float64{0.5, 0.5, 0.5, 0.5}, y), 0.25)
	near(t, "leaf", tree.Smoothed([]float64{5, 3}, 1, 0.25, 2), 0.35)
}

// R 4.2.2: glm(y ~ log(p/(1-p)), binomial); numpy: DeLong's interval and Wilson's by
// their definitions.
func TestReferences(t *testing.T) {
	t.Parallel()
	p := []float64{.1, .2, .3, .4, .5, .6, .7, .8}
	y := []bool{false, false, true, false, true, false, true, true}
	slope, intercept := tree.Slope(p, y)
	near(t, "slope", slope, 1.3451291315)
	near(t, "intercept", intercept, 0.3303388708)
	auc, low, high := tree.AUC([]float64{.1, .4, .35, .8, .7, .2, .65, .4}, []bool{false, false, true, true, true, false, false, true})
	near(t, "AUC", auc, 0.78125)
	near(t, "lower limit", low, 0.42411075626)
	near(t, "upper limit", high, 1)
	low, high = tree.Wilson(0.3, 50)
	near(t, "Wilson, lower", low, 0.19103553430)
	near(t, "Wilson, upper", high, 0.43750350577)
}

// Probabilities that are right stay as they are; scores that are too extreme are drawn
// in; both keep the order.
func TestCalibrate(t *testing.T) {
	t.Parallel()
	var score []float64
	var y []bool
	for i := range 4000 {
		q := float64(i%40+1) / 41 // true probability; the score is too extreme
		x := 2 * math.Log(q/(1-q))
		score = append(score, 1/(1+math.Exp(-x)))
		y = append(y, float64((i/40*37)%100) < 100*q)
	}
	for _, kind := range []string{tree.CalibratePlatt, tree.CalibrateIsotonic} {
		honest := tree.CrossFit(t.Context(), kind, score, y, 2)
		if slope, _ := tree.Slope(honest, y); math.Abs(slope-1) > 0.1 {
			t.Errorf("%s: slope %.3f", kind, slope)
		}
		c := tree.Calibrate(kind, score, y)
		last := 0.0
		for k := range 100 {
			p := c.Probability(float64(k) / 99)
			if p < last || p > 1 {
				t.Fatalf("%s: %g after %g", kind, p, last)
			}
			last = p
		}
	}
	if s, _ := tree.Slope(score, y); s > 0.6 {
		t.Errorf("slope of the scores %.3f, about 0.5 expected", s)
	}
	c := tree.Calibrate(tree.CalibratePlatt, []float64{0.9, 0.8, 0.2, 0.1}, []bool{false, false, true, true})
	near(t, "a score that ranks the wrong way", c.Probability(0.9), 0.5)
}
