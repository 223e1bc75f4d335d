package comment

import (
	"context"
	"runtime"
	"sync"
	"sync/atomic"
)

// parallel calls do for blocks of 0…n−1 on all processors; a block writes only what is
// its own, so nothing depends on who does which.
func parallel(ctx context.Context, n int, do func(from, to int)) error {
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
				do(from, min(from+block, n))
				advance(ctx, float64(min(block, n-from))/float64(n))
			}
		})
	}
	wg.Wait()
	return ctx.Err()
}
