package rpc

import (
	"context"
	"errors"
	"io"
	"math"
	"sync"
	"time"

	"google.golang.org/grpc"
	"google.golang.org/grpc/status"
	"google.golang.org/protobuf/proto"

	"qunxiang/sdk"
	"qunxiang/sdk/internal/check"
	"qunxiang/sdk/internal/methodv1"
	"qunxiang/sdk/internal/wire"
	"qunxiang/sdk/table"
)

// The pace at which a plugin may chat. The SDK says at most ten things a second; one
// that says a thousand only keeps the application busy.
const (
	chatBurst  = 5000
	chatRate   = 500 // a second
	passOnRate = 50 * time.Millisecond
)

// session is the application's end of one running call.
type session struct {
	ctx    context.Context
	cancel context.CancelCauseFunc
	info   sdk.Info
	sent   *table.Table
	ctl    Control

	timer  *time.Timer // ends the call after Control.Silence; nil = never
	sender sync.WaitGroup

	started time.Time
	chats   int
	passed  time.Time // when the last progress was passed on

	outputs *wire.Assembler
	model   []byte
}

func newSession(ctx context.Context, in sdk.Info, sent *table.Table, ctl Control) *session {
	s := &session{info: in, sent: sent, ctl: ctl, started: time.Now()}
	s.ctx, s.cancel = context.WithCancelCause(ctx)
	if ctl.Silence > 0 {
		s.timer = time.AfterFunc(ctl.Silence, func() { s.cancel(ErrSilent) })
	}
	return s
}

// alive notes a sign of life: something came, or was taken.
func (s *session) alive() {
	if s.timer != nil {
		s.timer.Reset(s.ctl.Silence)
	}
}

// close ends the call and waits for the sender, which reads the caller's table.
func (s *session) close() {
	s.cancel(nil)
	s.sender.Wait()
	if s.timer != nil {
		s.timer.Stop()
	}
}

// send sends the request beside the receiving. io.EOF is a stream that has ended, with
// the reason on the reading side; another error, such as a message too large, ends it.
func (s *session) send(f func() error) {
	s.sender.Go(func() {
		if err := f(); err != nil && !errors.Is(err, io.EOF) {
			s.cancel(translate(context.WithoutCancel(s.ctx), err))
		}
	})
}

func (s *session) translate(err error) error { return translate(s.ctx, err) }

// next receives a message, or rows straight into the columns that wait for them.
func (s *session) next(stream grpc.ClientStream, m proto.Message) (taken bool, err error) {
	f := wire.Frame{Message: m, Into: s.outputs}
	if err := stream.RecvMsg(&f); err != nil {
		return false, err
	}
	return f.Taken, f.Err
}

// incoming is one event of the plugin, whichever call it belongs to.
type incoming struct {
	taken    bool // rows, which are where they belong already
	progress *methodv1.Progress
	outputs  *methodv1.TableSchema
	rows     *methodv1.TableChunk
	model    *methodv1.ModelChunk
	last     bool
}

// receive takes events until the stream ends. The stream must end in order, after the
// last event: a plugin that breaks down behind its result has not delivered it.
func (s *session) receive(next func() (incoming, error)) error {
	finished := false
	for {
		in, err := next()
		s.alive()
		switch {
		case errors.Is(err, io.EOF) && finished:
			return nil
		case errors.Is(err, io.EOF):
			return &Fault{Code: CodeResult, Args: map[string]any{"detail": "the answer ends without a result"}}
		case err != nil && s.ctx.Err() == nil && !isStatus(err):
			return s.fault(err)
		case err != nil:
			return err
		case finished:
			return &Fault{Code: CodeResult, Args: map[string]any{"detail": "more follows the result"}}
		}
		finished = in.last
		if err := s.take(in); err != nil {
			return err
		}
	}
}

func (s *session) take(in incoming) error {
	switch {
	case in.taken:
		return nil
	case in.outputs != nil:
		return s.announce(in.outputs)
	case in.rows != nil:
		if s.outputs == nil {
			return &Fault{Code: CodeMessage, Args: map[string]any{"detail": "rows before their columns"}}
		}
		return s.fault(s.outputs.Add(in.rows))
	case in.model != nil:
		if len(in.model.GetData()) == 0 {
			return s.chat()
		}
		if len(s.model)+len(in.model.GetData()) > check.MaxModelBytes {
			return tooLarge("model", check.Megabytes(check.MaxModelBytes))
		}
		s.model = append(s.model, in.model.GetData()...)
		return nil
	case in.last:
		return nil
	}
	if err := s.chat(); err != nil {
		return err
	}
	if in.progress != nil {
		s.passOn(in.progress)
	}
	return nil
}

// chat counts what is not data.
func (s *session) chat() error {
	if s.chats++; float64(s.chats) > chatBurst+chatRate*time.Since(s.started).Seconds() {
		return tooLarge("progress", chatRate)
	}
	return nil
}

func (s *session) passOn(p *methodv1.Progress) {
	now := time.Now()
	if s.ctl.Progress == nil || now.Sub(s.passed) < passOnRate {
		return
	}
	s.passed = now
	f := p.GetFraction()
	if math.IsNaN(f) || f < 0 {
		f = -1
	}
	t := wire.ToText(p.GetStage())
	s.ctl.Progress(min(f, 1), sdk.Text{ZH: check.Scrub(t.ZH, check.MaxName), EN: check.Scrub(t.EN, check.MaxName)})
}

// announce prepares for the row outputs. Memory is taken only when the number of rows
// and the columns are those that the method promised.
func (s *session) announce(m *methodv1.TableSchema) error {
	if s.outputs != nil {
		return &Fault{Code: CodeMessage, Args: map[string]any{"detail": "columns are announced twice"}}
	}
	if m.GetRows() != int64(s.sent.Rows) {
		return &Fault{Code: CodeRows, Args: map[string]any{"got": m.GetRows(), "want": s.sent.Rows}}
	}
	if len(m.GetColumns()) > len(s.info.Outputs) {
		return &Fault{Code: CodeResult, Args: map[string]any{"detail": "more columns than the method has outputs"}}
	}
	var err error
	s.outputs, err = wire.NewAssembler(m, check.MaxOutputs(s.sent.Rows))
	return s.fault(err)
}

// columns returns the row outputs, nil where there are none.
func (s *session) columns() ([]table.Column, error) {
	if s.outputs == nil {
		return nil, nil
	}
	t, err := s.outputs.Table()
	if err != nil {
		return nil, s.fault(err)
	}
	return t.Columns, nil
}

// response puts the pieces of a run together.
func (s *session) response(m *methodv1.FitResult) (sdk.Response, error) {
	o, err := wire.ToOutcome(m, check.MaxTableBytes)
	if err != nil {
		return sdk.Response{}, fromWire(err, check.MaxTableBytes)
	}
	if o.ModelBytes != int64(len(s.model)) {
		return sdk.Response{}, &Fault{Code: CodeResult, Args: map[string]any{"detail": "a model of another size than announced"}}
	}
	o.Model.Data = s.model
	columns, err := s.columns()
	if err != nil {
		return sdk.Response{}, err
	}
	return sdk.Response{Columns: columns, Segments: o.Segments, Metrics: o.Metrics, Tables: o.Tables, Diagnostics: o.Diagnostics, Model: o.Model}, nil
}

// isStatus reports whether err comes from gRPC.
func isStatus(err error) bool {
	_, ok := status.FromError(err)
	return ok
}

// fault is fromWire for what the row outputs bring.
func (s *session) fault(err error) error { return fromWire(err, check.MaxOutputs(s.sent.Rows)) }

// fromWire turns an error of package wire into a fault; faults stay as they are. What was
// read might take so many bytes of memory.
func fromWire(err error, limit int64) error {
	if err == nil {
		return nil
	}
	if f, ok := errors.AsType[*Fault](err); ok {
		return f
	}
	return check.Wire(err, limit)
}
