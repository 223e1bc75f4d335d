package workspace

import "context"

// prompt runs fn and returns when it ends or ctx does, whichever is first. Some passes over
// all rows take longer at ten million of them than a person should wait for a cancelled
// task; what fn is in the middle of then goes on beside, and nobody looks at its result. So
// fn must only read what others have, and must not hold a lock.
func prompt[T any](ctx context.Context, fn func() (T, error)) (T, error) {
	type result struct {
		v     T
		err   error
		panic any
	}
	var none T
	if err := ctx.Err(); err != nil {
		return none, err
	}
	end := make(chan result, 1)
	go func() {
		var r result
		defer func() {
			if r.panic = recover(); r.panic != nil {
				r.v = none
			}
			end <- r
		}()
		r.v, r.err = fn()
	}()
	select {
	case r := <-end:
		if r.panic != nil {
			panic(r.panic) // where it would have been without the goroutine
		}
		return r.v, r.err
	case <-ctx.Done():
		return none, ctx.Err()
	}
}
