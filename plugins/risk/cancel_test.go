package risk_test

import (
	"context"
	"errors"
	"testing"
	"time"

	"qunxiang/plugins/risk"
	"qunxiang/sdk"
	"qunxiang/sdk/sdktest"
)

// A run that is cancelled at whatever moment ends with the context's error.
func TestCancelledAtAnyMoment(t *testing.T) {
	t.Parallel()
	in, _ := leavers(30_000, 1)
	for i := range 60 {
		ctx, cancel := context.WithTimeout(t.Context(), time.Duration(i)*700*time.Microsecond)
		if _, err := risk.New().Fit(ctx, sdk.Request{Table: in, Threads: 2}, sdktest.Quiet{}); err != nil && !errors.Is(err, context.DeadlineExceeded) {
			t.Errorf("after %d steps: %v", i, err)
		}
		cancel()
	}
}
