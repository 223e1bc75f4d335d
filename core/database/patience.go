package database

import (
	"sync"
	"time"

	"qunxiang/core"
)

// patience is after how long a silence of the server the progress says how long it lasts.
const patience = time.Second

// patient passes progress on, and while nothing is heard of the server says for how long
// that has been: what share of a statement is done no server tells. stop ends it.
func patient(p core.Progress) (show core.Progress, stop func()) {
	var (
		mu    sync.Mutex
		stage core.Message
		heard = time.Now()
		done  = make(chan struct{})
		wg    sync.WaitGroup
	)
	wg.Go(func() {
		t := time.NewTicker(patience / 2)
		defer t.Stop()
		for {
			select {
			case <-done:
				return
			case <-t.C:
				mu.Lock()
				m, silent := stage, time.Since(heard)
				mu.Unlock()
				if m.Key != "" && silent >= patience {
					p(-1, core.Message{Key: "stage.database_wait", Args: core.Args{"stage": m, "seconds": int(silent.Seconds())}})
				}
			}
		}
	})
	show = func(f float64, m core.Message) {
		mu.Lock()
		stage, heard = m, time.Now()
		mu.Unlock()
		p(f, m)
	}
	return show, func() {
		close(done)
		wg.Wait()
	}
}
