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
