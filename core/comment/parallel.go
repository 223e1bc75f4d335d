package comment

import (
	"context"
	"runtime"
	"sync"
	"sync/atomic"
)

// parallel calls work for blocks of 0…n−1 on all processors; a block writes only what is
// its own, so nothing depends on who does which.
func parallel(ctx context.Context, n int, work func(from, to int)) error {
	const block = 256
	var next atomic.Int64
	var wg sync.WaitGroup
	for range min(runtime.GOMAXPROCS(0), n/block+1) {
		wg.Go(func() {
			for ctx.Err() == nil {
				from := int(next.Add(block)) - block
				if from >= n {
					return
				}
				work(from, min(from+block, n))
			}
		})
	}
	wg.Wait()
	return ctx.Err()
}
