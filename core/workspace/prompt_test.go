package workspace

import (
	"context"
	"errors"
	"testing"
	"time"

	"qunxiang/internal/patience"
)

// TestPromptDoesNotWaitForACancelledPass: what it computes is handed over, and what was
// cancelled is not waited for.
func TestPromptDoesNotWaitForACancelledPass(t *testing.T) {
	t.Parallel()
	failure := errors.New("of the pass")
	if v, err := prompt(t.Context(), func() (int, error) { return 7, failure }); v != 7 || !errors.Is(err, failure) {
		t.Errorf("%d, %v", v, err)
	}
	ctx, cancel := context.WithCancel(t.Context())
	hold := make(chan struct{})
	defer close(hold)
	time.AfterFunc(20*time.Millisecond, cancel)
	begin := time.Now()
	v, err := prompt(ctx, func() (int, error) { <-hold; return 7, nil })
	if v != 0 || !errors.Is(err, context.Canceled) || time.Since(begin) > patience.For(10*time.Second) {
		t.Errorf("%d, %v after %v", v, err, time.Since(begin))
	}
	if _, err := prompt(ctx, func() (int, error) { t.Error("begun after it was cancelled"); return 0, nil }); !errors.Is(err, context.Canceled) {
		t.Error(err)
	}
	defer func() {
		if recover() != "odd" {
			t.Error("a panic of the pass was lost")
		}
	}()
	_, _ = prompt(t.Context(), func() (int, error) { panic("odd") })
}
