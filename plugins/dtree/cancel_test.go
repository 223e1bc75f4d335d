package dtree_test

import (
	"context"
	"math/rand/v2"
	"os"
	"testing"
	"time"

	"qunxiang/plugins/dtree"
	"qunxiang/sdk"
	"qunxiang/sdk/sdktest"
	"qunxiang/sdk/table"
)

// A run of a million customers ends soon after it is cancelled, whenever that is.
// QUNXIANG_SLOW=1 runs it; it takes a while.
func TestCancelled_Million(t *testing.T) {
	if os.Getenv("QUNXIANG_SLOW") == "" {
		t.Skip("QUNXIANG_SLOW is not set")
	}
	in := churn(1_000_000, 1)
	rnd := rand.New(rand.NewPCG(5, 5))
	for j := range 15 {
		c := table.Column{Name: string(rune('a' + j)), Role: "features", Kind: table.Float64, Floats: make([]float64, in.Rows)}
		for i := range c.Floats {
			c.Floats[i] = rnd.NormFloat64()
		}
		in.Columns = append(in.Columns, c)
	}
	for name, p := range map[string]sdk.Params{
		"five levels": nil,
		"full":        {"max_depth": sdk.Int(0), "min_leaf": sdk.Int(1), "prune": sdk.TextValue("none")},
	} {
		for after := 10 * time.Millisecond; after < 10*time.Second; after = after*3/2 + 20*time.Millisecond {
			ctx, cancel := context.WithCancel(t.Context())
			time.AfterFunc(after, cancel)
			start := time.Now()
			_, err := dtree.New().Fit(ctx, sdk.Request{Table: in, Params: p, Threads: 2}, sdktest.Quiet{})
			if err == nil {
				cancel()
				break
			}
			if late := time.Since(start) - after; late > 500*time.Millisecond {
				t.Errorf("%s: cancelled after %v, returned %v later", name, after, late)
			} else {
				t.Logf("%s: cancelled after %v, returned %v later", name, after, late)
			}
		}
	}
}
