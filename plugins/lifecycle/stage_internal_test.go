package lifecycle

import (
	"math"
	"strings"
	"testing"

	"pgregory.net/rapid"
)

// drawn makes purchase days before an as-of date, and what was paid.
func drawn(t *rapid.T) (days []int32, paid []float64, asOf int) {
	day := int32(10000)
	for range rapid.IntRange(1, 12).Draw(t, "purchases") {
		days = append(days, day)
		paid = append(paid, float64(rapid.IntRange(-5, 100).Draw(t, "paid")))
		day += int32(rapid.IntRange(1, 200).Draw(t, "gap"))
	}
	return days, paid, int(days[len(days)-1]) + rapid.IntRange(0, 500).Draw(t, "since")
}

func worse(s stage) int {
	return map[stage]int{stageDeclining: 1, stageDormant: 2, stageLost: 3}[s]
}

// With all else equal a later last purchase never gives a worse stage, and time passing
// without one never a better one. Every customer is in exactly one stage.
func TestStage_Monotone(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		days, paid, asOf := drawn(t)
		r := &rhythm{
			mean: math.Log(float64(rapid.IntRange(2, 200).Draw(t, "typical"))), within: float64(rapid.IntRange(0, 3).Draw(t, "within")), between: float64(rapid.IntRange(0, 2).Draw(t, "between")),
		}
		l := limits{dormant: 2, lost: 4}
		var scratch []float64
		at := func(days []int32, asOf int) stage {
			b := see(days, paid, asOf, &scratch)
			s := l.of(b, float64(asOf-b.last)/r.expected(b, -1))
			if s >= stages {
				t.Fatalf("stage %d", s)
			}
			return s
		}
		before := at(days, asOf)
		later := append([]int32(nil), days...)
		later[len(later)-1] += int32(rapid.IntRange(0, asOf-int(later[len(later)-1])).Draw(t, "later"))
		if after := at(later, asOf); worse(after) > worse(before) {
			t.Fatalf("%v as of %d: stage %d, with the last purchase later %v: %d", days, asOf, before, later, after)
		}
		if after := at(days, asOf+rapid.IntRange(0, 300).Draw(t, "wait")); worse(after) < worse(before) {
			t.Fatalf("%v: stage %d as of %d, %d later", days, before, asOf, after)
		}
	})
}

// The expected gap lies between the customer's own median and the population's, and
// nearer the own one the more gaps there are.
func TestExpected_Shrinks(t *testing.T) {
	t.Parallel()
	r := &rhythm{mean: math.Log(30), within: 1, between: 0.5}
	last := 30.0
	for n := 1; n < 40; n++ {
		g := r.expected(buyer{purchases: n, logGap: math.Log(7)}, -1)
		if g > last+1e-12 || g < 7 {
			t.Errorf("%d purchases: %g after %g", n, g, last)
		}
		last = g
	}
	// Two gaps: (2/1·ln 7 + 1/0.5·ln 30)/(2 + 2), the geometric mean of 7 and 30.
	if got, want := r.expected(buyer{purchases: 3, logGap: math.Log(7)}, -1), math.Sqrt(210); math.Abs(got-want) > 1e-12 {
		t.Errorf("got %g, want %g", got, want)
	}
	if got := r.expected(buyer{purchases: 1}, -1); math.Abs(got-30) > 1e-12 {
		t.Errorf("one-time buyer: %g", got)
	}
}

func TestLaplace(t *testing.T) {
	t.Parallel()
	// Purchases 10, 20 and 30 days after the first, 40 days observed: the mean is the
	// middle. With 60 days: (20/60 − 1/2)·√36 = −1.
	days := []int32{100, 110, 120, 130}
	for asOf, want := range map[int]float64{140: 0, 160: -1} {
		if got := laplace(days, asOf); math.Abs(got-want) > 1e-12 {
			t.Errorf("as of %d: %g, want %g", asOf, got, want)
		}
	}
}

// The AUC and DeLong's variance by their definitions, over all pairs.
func TestCompare_ByDefinition(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		n := rapid.IntRange(6, 30).Draw(t, "cases")
		a, b, yes := make([]float64, n), make([]float64, n), make([]bool, n)
		for i := range n {
			a[i], b[i] = float64(rapid.IntRange(0, 5).Draw(t, "a")), float64(rapid.IntRange(0, 9).Draw(t, "b"))
			yes[i] = i%3 == 0
		}
		wantA, wantB, wantSE := byPairs(a, b, yes)
		rocA, rocB := newROC(a, yes), newROC(b, yes)
		diff, se := rocA.minus(rocB, yes)
		areaA, areaB := rocA.area, rocB.area
		for _, d := range []float64{areaA - wantA, areaB - wantB, diff - (wantA - wantB), se - wantSE} {
			if math.Abs(d) > 1e-9 {
				t.Fatalf("%v %v: %v %v %v, want %v %v %v", a, b, areaA, areaB, se, wantA, wantB, wantSE)
			}
		}
	})
}

func byPairs(a, b []float64, yes []bool) (areaA, areaB, se float64) {
	kernel := func(x, y float64) float64 {
		switch {
		case x > y:
			return 1
		case x == y:
			return 0.5
		}
		return 0
	}
	var p, q []int
	for i, y := range yes {
		if y {
			p = append(p, i)
		} else {
			q = append(q, i)
		}
	}
	m, n := float64(len(p)), float64(len(q))
	rows, cols := make([]float64, len(p)), make([]float64, len(q))
	for i, x := range p {
		for j, y := range q {
			ka, kb := kernel(a[x], a[y]), kernel(b[x], b[y])
			areaA, areaB = areaA+ka/m/n, areaB+kb/m/n
			rows[i] += (ka - kb) / n
			cols[j] += (ka - kb) / m
		}
	}
	variance := func(v []float64) float64 {
		mean, sum := 0.0, 0.0
		for _, x := range v {
			mean += x / float64(len(v))
		}
		for _, x := range v {
			sum += (x - mean) * (x - mean)
		}
		return sum / float64(len(v)-1) / float64(len(v))
	}
	return areaA, areaB, math.Sqrt(variance(rows) + variance(cols))
}

// Where nobody can be told apart, the better of two guesses is still a guess.
func TestVerdict(t *testing.T) {
	t.Parallel()
	for want, b := range map[string]backtest{
		"untested": {},
		"personal": {done: true, personal: 0.8, fixed: 0.7, diff: 0.1, se: 0.02},
		"fixed":    {done: true, personal: 0.6, fixed: 0.7, diff: -0.1, se: 0.02},
		"same":     {done: true, personal: 0.501, fixed: 0.49, diff: 0.011, se: 0.02},
		"neither":  {done: true, personal: 0.44, fixed: 0.433, diff: 0.007, se: 0.001}, // as in an export where few come back
	} {
		if got := b.verdict(); got != want {
			t.Errorf("%+v: %s, want %s", b, got, want)
		}
		if d := b.says(); d.Code != "rhythm_"+want || strings.ContainsAny(d.Summary.EN+d.Summary.ZH, "{}") {
			t.Errorf("%+v", d)
		}
	}
}
