package host

import (
	"context"
	"time"
)

// spareTime is how long a process that has been asked about a run waits for the run.
const spareTime = time.Second

// spare is a process that has answered a question about a method and done nothing
// else: the run that usually follows at once may have it and be spared a start. There
// is at most one. It runs once: no run finds anything of another.
type spare struct {
	*process
	method string
	limits limits
	timer  *time.Timer
}

// expected is a process that is being started before anybody has asked for it.
type expected struct {
	method string
	limits limits
	done   chan struct{} // closed when it is the spare one, or could not be started
}

// Expect says that a run of the method will follow in a moment, when its table has been
// read: a bundled method's process is started meanwhile. It returns at once, and what goes
// wrong is met again by who asks.
func (h *Host) Expect(ctx context.Context, method string, threads int) {
	_, server, err := h.method(ctx, method)
	if err != nil || server.methods == nil {
		return
	}
	e := &expected{method, limits{threads: threads}, make(chan struct{})}
	h.life.Lock()
	taken := h.closed || h.coming != nil || h.spare != nil
	if !taken {
		h.coming = e
	}
	h.life.Unlock()
	if taken {
		return
	}
	go func() {
		defer close(e.done)
		if p, err := h.start(ctx, server, e.limits); err == nil {
			h.keep(method, e.limits, p)
		}
		h.life.Lock()
		h.coming = nil
		h.life.Unlock()
	}()
}

// await waits for a process that is being started for such a run.
func (h *Host) await(ctx context.Context, method string, l limits) {
	h.life.Lock()
	e := h.coming
	h.life.Unlock()
	if e == nil || e.method != method || e.limits != l {
		return
	}
	select {
	case <-e.done:
	case <-ctx.Done():
	}
}

// keep makes a bundled method's process the spare one, in place of any before. Others
// are seen off: who knows what they do while nobody watches.
func (h *Host) keep(method string, l limits, p *process) {
	if p.program.methods == nil || p.ended() {
		h.stop(p)
		return
	}
	s := &spare{process: p, method: method, limits: l}
	h.life.Lock()
	old, closed := h.spare, h.closed
	if !closed {
		h.spare = s
		s.timer = time.AfterFunc(spareTime, func() {
			if h.take(s) {
				h.stop(p)
			}
		})
	}
	h.life.Unlock()
	if closed {
		h.stop(p)
	}
	if old != nil {
		old.timer.Stop()
		h.stop(old.process)
	}
}

// take takes s away from where it waits, unless somebody else has.
func (h *Host) take(s *spare) bool {
	h.life.Lock()
	defer h.life.Unlock()
	if s == nil || h.spare != s {
		return false
	}
	h.spare = nil
	return true
}

// ready returns the spare process of the method, or one that it starts.
func (h *Host) ready(ctx context.Context, method string, server program, l limits) (*process, error) {
	h.await(ctx, method, l)
	h.life.Lock()
	s := h.spare
	h.life.Unlock()
	if s == nil || s.method != method || s.limits != l || ctx.Err() != nil || !h.take(s) {
		return h.start(ctx, server, l)
	}
	s.timer.Stop()
	if s.ended() {
		h.stop(s.process)
		return h.start(ctx, server, l)
	}
	return s.process, nil
}

// dismiss sees the spare process off.
func (h *Host) dismiss() {
	h.life.Lock()
	s := h.spare
	h.life.Unlock()
	if h.take(s) {
		s.timer.Stop()
		h.stop(s.process)
	}
}
