package rpc

import (
	"math"
	"sync"
	"sync/atomic"
	"time"

	"google.golang.org/grpc"

	"qunxiang/sdk"
	"qunxiang/sdk/internal/methodv1"
	"qunxiang/sdk/internal/wire"
)

// events are what both Fit and Apply say on their way. They are sent by one goroutine
// at a time.
type events struct {
	progress func(*methodv1.Progress) error
	beat     func() error
	outputs  func(*methodv1.TableSchema) error
	rows     func(*methodv1.TableChunk) error
}

func fitEvents(s grpc.BidiStreamingServer[methodv1.FitRequest, methodv1.FitResponse]) events {
	return events{
		progress: func(p *methodv1.Progress) error {
			return s.Send(&methodv1.FitResponse{Event: &methodv1.FitResponse_Progress{Progress: p}})
		},
		beat: func() error {
			return s.Send(&methodv1.FitResponse{Event: &methodv1.FitResponse_Heartbeat{Heartbeat: &methodv1.Heartbeat{}}})
		},
		outputs: func(t *methodv1.TableSchema) error {
			return s.Send(&methodv1.FitResponse{Event: &methodv1.FitResponse_Outputs{Outputs: t}})
		},
		rows: func(c *methodv1.TableChunk) error {
			return s.Send(&methodv1.FitResponse{Event: &methodv1.FitResponse_Rows{Rows: c}})
		},
	}
}

func applyEvents(s grpc.BidiStreamingServer[methodv1.ApplyRequest, methodv1.ApplyResponse]) events {
	return events{
		progress: func(p *methodv1.Progress) error {
			return s.Send(&methodv1.ApplyResponse{Event: &methodv1.ApplyResponse_Progress{Progress: p}})
		},
		beat: func() error {
			return s.Send(&methodv1.ApplyResponse{Event: &methodv1.ApplyResponse_Heartbeat{Heartbeat: &methodv1.Heartbeat{}}})
		},
		outputs: func(t *methodv1.TableSchema) error {
			return s.Send(&methodv1.ApplyResponse{Event: &methodv1.ApplyResponse_Outputs{Outputs: t}})
		},
		rows: func(c *methodv1.TableChunk) error {
			return s.Send(&methodv1.ApplyResponse{Event: &methodv1.ApplyResponse_Rows{Rows: c}})
		},
	}
}

// reporter implements sdk.Reporter: it keeps the newest progress, and one goroutine
// passes it on a few times a second and says that the plugin lives when there is none.
type reporter struct {
	latest   atomic.Pointer[methodv1.Progress]
	stopping atomic.Bool
	once     sync.Once
	quit     chan struct{}
	done     chan struct{}
}

func newReporter(to events) *reporter {
	r := &reporter{quit: make(chan struct{}), done: make(chan struct{})}
	go r.loop(to)
	return r
}

// Progress implements sdk.Reporter.
func (r *reporter) Progress(fraction float64, stage sdk.Text) {
	if math.IsNaN(fraction) {
		fraction = -1
	}
	r.latest.Store(&methodv1.Progress{Fraction: min(fraction, 1), Stage: wire.FromText(stage)})
}

// Stopping implements sdk.Reporter.
func (r *reporter) Stopping() bool { return r.stopping.Load() }

// stop ends the reports and waits for the last one. It may be called again.
func (r *reporter) stop() {
	r.once.Do(func() { close(r.quit) })
	<-r.done
}

func (r *reporter) loop(to events) {
	defer close(r.done)
	tick := time.NewTicker(step)
	defer tick.Stop()
	last := time.Now()
	for {
		select {
		case <-r.quit:
			return
		case <-tick.C:
		}
		var err error
		if p := r.latest.Swap(nil); p != nil {
			err, last = to.progress(p), time.Now()
		} else if time.Since(last) >= beat {
			err, last = to.beat(), time.Now()
		}
		if err != nil {
			return // the stream is over; the call notices by itself
		}
	}
}
