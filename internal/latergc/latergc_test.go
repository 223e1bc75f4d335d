package latergc_test

import (
	"os"
	"runtime"
	"runtime/debug"
	"testing"
	"time"

	"qunxiang/internal/latergc"
)

// The percentage is the process's own again after the first collection.
func TestAllIsAsUsualAfterTheFirstCollection(t *testing.T) { //nolint:paralleltest // the collector is the process's
	if os.Getenv("GOGC") != "" {
		t.Skip("GOGC is set")
	}
	latergc.Set()
	for deadline := time.Now().Add(time.Minute); time.Now().Before(deadline); time.Sleep(10 * time.Millisecond) {
		runtime.GC()
		now := debug.SetGCPercent(100)
		if now == 100 {
			return
		}
		debug.SetGCPercent(now)
	}
	t.Error("collections stay rare")
}
