package database_test

import (
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/google/go-cmp/cmp"

	"qunxiang/core"
	"qunxiang/core/database"
)

// While a server is silent the progress says since when, and of what share nobody knows.
func TestPatience(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		var mu sync.Mutex
		var shares []float64
		var waited []any
		show, stop := database.Patient(func(f float64, m core.Message) {
			mu.Lock()
			defer mu.Unlock()
			shares, waited = append(shares, f), append(waited, m.Args["seconds"])
		})
		time.Sleep(3 * time.Second) // nothing has begun: nothing to say
		show(0.1, core.Message{Key: "stage.database_sum"})
		time.Sleep(2200 * time.Millisecond)
		show(0.6, core.Message{Key: "stage.database_sum"})
		stop()
		time.Sleep(time.Minute)
		if d := cmp.Diff([]float64{0.1, -1, -1, -1, 0.6}, shares); d != "" {
			t.Errorf("shares (-want +got)\n%s", d)
		}
		if d := cmp.Diff([]any{nil, 1, 1, 2, nil}, waited); d != "" {
			t.Errorf("seconds (-want +got)\n%s", d)
		}
	})
}
