package workspace

import (
	"context"
	"sync"

	"qunxiang/core"
	"qunxiang/core/guard"
	"qunxiang/core/run"
	"qunxiang/sdk"
)

// besides is what can be done while a method, which is another process, is at work.
type besides struct {
	p     *Project
	once  sync.Once
	done  chan struct{}
	work  func() ([]sdk.Diagnostic, error)
	found []sdk.Diagnostic
	err   error
}

// besides lets the guards look at a plan while it runs, and makes ready what storing the
// result will need.
func (p *Project) besides(ctx context.Context, in guard.Input, plan *run.Plan) *besides {
	known := plan.Diagnostics
	b := &besides{p: p, done: make(chan struct{}), work: func() ([]sdk.Diagnostic, error) { return p.guards(ctx, in, known) }}
	plan.Later = func() ([]sdk.Diagnostic, error) {
		b.begin()
		<-b.done
		return b.found, b.err
	}
	return b
}

// begin starts the work unless it has been started.
func (b *besides) begin() {
	b.once.Do(func() {
		go func() {
			defer close(b.done)
			b.found, b.err = b.work()
			if f, ok := b.p.file.(readier); ok {
				f.Ready()
			}
			b.p.w.say(core.Message{Key: "stage.store"}) // reads the texts of both languages
		}()
	})
}

// end waits for the work where it has been started.
func (b *besides) end() {
	b.once.Do(func() { close(b.done) })
	<-b.done
}

// readier is a file that can make itself ready to be changed.
type readier interface{ Ready() }

// expecter is a catalogue of methods that can make itself ready to be asked for one.
type expecter interface {
	Expect(ctx context.Context, method string, threads int)
}

// Expect says that a run of the method will follow in a moment.
func (w *Workspace) Expect(ctx context.Context, method string) {
	if m, ok := w.cfg.Methods.(expecter); ok {
		m.Expect(ctx, method, w.cfg.Threads)
	}
}
