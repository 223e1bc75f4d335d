package comment

import (
	"context"
	"sync"
)

// The shares of the work of reading comments, in the order in which it is done.
const (
	workFold  = 0.1
	workHear  = 0.25
	workLearn = 0.35
	workJudge = 0.3
)

// meter adds up how much of the reading is done. Several may report at once.
type meter struct {
	mu     sync.Mutex
	done   float64
	report func(done float64)
}

// task is a part of the work that a context stands for.
type task struct {
	meter *meter
	share float64
}

type taskKey struct{}

// work returns a context in which what is done counts as a share of all that the meter of
// ctx measures.
func work(ctx context.Context, share float64) context.Context {
	if t, ok := ctx.Value(taskKey{}).(task); ok {
		return context.WithValue(ctx, taskKey{}, task{t.meter, share})
	}
	return ctx
}

// measured returns a context whose work is reported, 0…1; a nil report is none.
func measured(ctx context.Context, report func(done float64)) context.Context {
	if report == nil {
		return ctx
	}
	return context.WithValue(ctx, taskKey{}, task{&meter{report: report}, 1})
}

// advance reports that a part of the work of ctx is done.
func advance(ctx context.Context, part float64) {
	t, ok := ctx.Value(taskKey{}).(task)
	if !ok {
		return
	}
	t.meter.mu.Lock()
	defer t.meter.mu.Unlock()
	t.meter.done = min(1, t.meter.done+part*t.share)
	t.meter.report(t.meter.done)
}
