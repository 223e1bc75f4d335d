package tiers

import (
	"math"
	"testing"
)

// 100 customers below and 20 above; of 100 below ten rose, of 20 above five fell, eight
// came new below: 100·0.9 + 20·0.25 + 8 = 103 and 100·0.1 + 20·0.75 = 25.
func TestAhead_ByHand(t *testing.T) {
	t.Parallel()
	moves := [][]float64{{90, 10}, {5, 15}, {8, 0}}
	got := ahead([]float64{100, 20}, moves)
	if math.Abs(got[0]-103) > 1e-12 || math.Abs(got[1]-25) > 1e-12 {
		t.Error(got)
	}
	if got := sizes(moves); got[0] != 103 || got[1] != 25 {
		t.Error(got)
	}
	// 103 and 25 guessed, 100 and 28 came: 3 of 128 in a wrong tier.
	if got := off([]float64{103, 25}, []float64{100, 28}); math.Abs(got-3.0/128) > 1e-12 {
		t.Error(got)
	}
	if got := ahead([]float64{4, 0}, [][]float64{{0, 0}, {0, 0}, {1, 0}}); got[0] != 5 {
		t.Error(got)
	}
}

// The moves counted are those between the tiers of the three days.
func TestForecast_Add(t *testing.T) {
	t.Parallel()
	p := policy{ladder: []tier{{}, {from: 100}}, keep: 1}
	f := newForecast(2, 0, 1000)
	path := []change{{day: 500, value: 50}, {day: 850, value: 150}, {day: 950, value: 80}}
	f.add(p, path, 500, 1000, p.at(path, 1000).tier) // 820: below, 910: above, 1000: below
	f.add(p, path[1:2], 850, 1000, 1)                // not there, above, above
	f.add(p, path[2:], 950, 1000, 0)                 // not there, not there, below
	if f.before[0][1] != 1 || f.before[2][1] != 1 || f.last[1][0] != 1 || f.last[1][1] != 1 || f.last[2][0] != 1 {
		t.Errorf("%v %v", f.before, f.last)
	}
}
