package value_test

import (
	"math/rand/v2"
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"

	"qunxiang/sdk"
)

// The comparison with what happened does not hang on the order of customers, not even in
// a last digit.
func TestHoldoutInAnyOrder(t *testing.T) {
	t.Parallel()
	const n = 600
	orders := shop(n, 500, 5)
	p := sdk.Params{"model": sdk.TextValue("bgnbd")}
	want := fit(t, request(n, 19_500, p, orders...))
	to := rand.New(rand.NewPCG(1, 1)).Perm(n)
	for i := range orders {
		orders[i].customer = to[orders[i].customer]
	}
	slices.SortStableFunc(orders, func(a, b order) int { return a.customer - b.customer })
	got := fit(t, request(n, 19_500, p, orders...))
	for _, id := range []string{"holdout", "calibration"} {
		if d := cmp.Diff(tableOf(t, want, id), tableOf(t, got, id)); d != "" {
			t.Errorf("%s: %s", id, d)
		}
	}
}
