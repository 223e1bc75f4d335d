package presenter

import (
	"context"
	"errors"
	"time"

	"qunxiang/core"
)

// Exec is where presenters do things. All fields are needed.
type Exec struct {
	// Post runs fn on the window's thread, in the order of calls.
	Post func(fn func())
	// Work runs fn away from the window's thread.
	Work func(fn func())
	// After runs fn on the window's thread after d; stop prevents it.
	After func(d time.Duration, fn func()) (stop func())
}

// Phase is how far a page's content is.
type Phase int

// The phases of a page.
const (
	Empty Phase = iota
	Loading
	Ready
	Failed
)

// Live holds a page's State and tells the page of a new one.
type Live[S any] struct {
	state S
	watch func(S)
}

// State returns the present state. It is read-only.
func (l *Live[S]) State() S { return l.state }

// Watch calls fn for every new state, nil = nobody looks.
func (l *Live[S]) Watch(fn func(S)) { l.watch = fn }

func (l *Live[S]) set(s S) {
	l.state = s
	if l.watch != nil {
		l.watch(s)
	}
}

// reader runs one read at a time; a new read cancels the one before, whose answer
// is dropped.
type reader struct {
	exec   Exec
	n      int
	cancel context.CancelFunc
}

// fetch runs fn in Exec.Work and hands its answer to done on the window's thread.
func fetch[T any](r *reader, fn func(context.Context) (T, error), done func(T, error)) {
	r.stop()
	ctx, cancel := context.WithCancel(context.Background())
	r.cancel = cancel
	n := r.n
	r.exec.Work(func() {
		v, err := fn(ctx)
		r.exec.Post(func() {
			if n != r.n {
				return
			}
			cancel()
			done(v, err)
		})
	})
}

func (r *reader) stop() {
	r.n++
	if r.cancel != nil {
		r.cancel()
		r.cancel = nil
	}
}

// Cancelled reports whether err is the user's own cancelling.
func Cancelled(err error) bool {
	return errors.Is(err, context.Canceled) || core.CodeOf(err) == core.CodeCancelled
}
