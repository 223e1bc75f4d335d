package host

import (
	"context"
	"slices"

	"qunxiang/sdk"
	"qunxiang/sdk/rpc"
)

// Session is one process of a method for several runs that belong together, such as those
// on customers drawn anew, each of which would take less time than the start of a process
// of its own. Its methods may be called from several goroutines. Close it when done.
type Session struct {
	host   *Host
	method string
	info   sdk.Info
	own    *process // nil = a process for each call
}

// Session starts a session. Only bundled methods share a process between calls: what
// others keep of a call nobody knows, so each of theirs gets a fresh process.
func (h *Host) Session(ctx context.Context, method string) (*Session, error) {
	m, server, err := h.method(ctx, method)
	if err != nil {
		return nil, err
	}
	s := &Session{host: h, method: method, info: m.Info}
	if server.methods != nil {
		s.own, err = h.ready(ctx, method, server, limits{threads: h.config.Threads})
	}
	return s, err
}

// Fit is [Host.Fit] in the session.
func (s *Session) Fit(ctx context.Context, r sdk.Request) (sdk.Response, error) {
	if s.own == nil {
		return s.host.Fit(ctx, s.method, r, Control{})
	}
	r.Table = withRoles(r.Table)
	r.Threads = max(r.Threads, 1)
	r.Details = wanted(s.info, slices.Clip(r.Details), detailID)
	out, err := s.own.client.Fit(ctx, s.info, r, rpc.Control{Silence: s.host.config.Silence})
	return out, s.host.explain(ctx, "run", s.own, err)
}

// Close ends the session's process.
func (s *Session) Close() {
	if s.own != nil {
		s.host.stop(s.own)
	}
}
