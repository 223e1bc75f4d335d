package lifecycle_test

import (
	"math/rand/v2"
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"

	"qunxiang/sdk"
)

// The order of customers does not show, not even in a last digit.
func TestFit_OrderOfCustomers(t *testing.T) {
	t.Parallel()
	rnd := rand.New(rand.NewPCG(7, 7))
	days := make([][]int, 500)
	for c := range days {
		at, pace := rnd.IntN(300), 5+rnd.IntN(60)
		for at < 700 && len(days[c]) < 2+c%9 {
			days[c] = append(days[c], at)
			at += 1 + rnd.IntN(2*pace)
		}
	}
	want := fit(t, request(720, days), sdk.Params{})
	for range 3 {
		rnd.Shuffle(len(days), func(i, j int) { days[i], days[j] = days[j], days[i] })
		got := fit(t, request(720, slices.Clone(days)), sdk.Params{})
		if diff := cmp.Diff(want.Metrics, got.Metrics); diff != "" {
			t.Fatal(diff)
		}
		if diff := cmp.Diff(want.Tables, got.Tables); diff != "" {
			t.Fatal(diff)
		}
	}
}

// Days that were asked for are told as they are, not as a product of logarithms.
func TestFit_WholeDays(t *testing.T) {
	t.Parallel()
	for _, n := range []int64{90, 115, 200, 222, 231} {
		res := fit(t, regulars(60), sdk.Params{"rhythm": sdk.TextValue("fixed"), "dormant_days": sdk.Int(n), "lost_days": sdk.Int(2*n + 1)})
		if d, l := metric(res, "dormantDays"), metric(res, "lostDays"); d != float64(n) || l != float64(2*n+1) {
			t.Errorf("%d days: %v, %v", n, d, l)
		}
	}
}
