package rpc

import (
	"context"
	"errors"
	"fmt"
	"io"
	"time"

	"google.golang.org/grpc"
	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/status"

	"qunxiang/sdk"
	"qunxiang/sdk/internal/check"
	"qunxiang/sdk/internal/methodv1"
	"qunxiang/sdk/internal/wire"
)

// Fault is a breach of the contract by a plugin: a code and arguments from which the
// application makes the sentence.
type Fault = check.Fault

// The codes of faults, with the arguments that each has.
const (
	CodeRows      = check.CodeRows
	CodeLabel     = check.CodeLabel
	CodeNotFinite = check.CodeNotFinite
	CodeNumber    = check.CodeNumber
	CodeText      = check.CodeText
	CodeRepeated  = check.CodeRepeated
	CodeTooLarge  = check.CodeTooLarge
	CodeResult    = check.CodeResult
	CodeMessage   = check.CodeMessage
	CodeInfo      = check.CodeInfo
)

// The ways in which a call fails without an answer.
var (
	// ErrSilent is returned when a plugin gave no sign of life for too long.
	ErrSilent = errors.New("the plugin does not respond")
	// ErrGone is returned when the connection broke: the process has ended.
	ErrGone = errors.New("the plugin has ended")
)

// MethodError is an error that a method returned, or its panic.
type MethodError struct {
	Panic   bool
	Message string // scrubbed, for people who can read a log
}

// Error implements error.
func (e *MethodError) Error() string { return e.Message }

// Control is how a caller takes part in a running call. The zero value takes none.
type Control struct {
	Progress func(fraction float64, stage sdk.Text) // at most some twenty times a second; fraction in 0…1, negative: unknown
	Stop     <-chan struct{}                        // closed: "the best so far, please"
	Silence  time.Duration                          // the call fails with ErrSilent after so much silence; 0 = never
}

// Client is the application's end of one plugin process. It is safe for concurrent use.
type Client struct{ methods methodv1.MethodServiceClient }

// NewClient makes a client of a connection to a plugin.
func NewClient(cc grpc.ClientConnInterface) *Client {
	return &Client{methods: methodv1.NewMethodServiceClient(cc)}
}

// Description is what a plugin says about itself, checked.
type Description struct {
	ID, Version string
	Methods     []sdk.Info
}

// Describe asks the plugin what it serves. The answer may be kept as long as the
// program file stays the same.
func (c *Client) Describe(ctx context.Context) (Description, error) {
	m, err := c.methods.Describe(ctx, &methodv1.DescribeRequest{ProtocolMinor: ProtocolMinor})
	if err != nil {
		return Description{}, translate(ctx, err)
	}
	return described(m)
}

// described checks what a plugin says about itself.
func described(m *methodv1.DescribeResponse) (Description, error) {
	d := Description{ID: check.Scrub(m.GetPluginId(), check.MaxName), Version: check.Scrub(m.GetPluginVersion(), check.MaxName)}
	seen := map[string]bool{}
	for _, method := range m.GetMethods() {
		info := wire.ToInfo(method)
		if err := check.Info(info); err != nil {
			return d, err
		}
		if seen[info.ID] {
			return d, &Fault{Code: CodeRepeated, Args: map[string]any{"field": "methods", "value": info.ID}}
		}
		seen[info.ID] = true
		d.Methods = append(d.Methods, info)
	}
	if len(d.Methods) == 0 {
		return d, &Fault{Code: CodeInfo, Args: map[string]any{"detail": "no methods"}}
	}
	return d, nil
}

// Validate asks the method whether a run would go well.
func (c *Client) Validate(ctx context.Context, in sdk.Info, r sdk.ValidateRequest) (sdk.ValidateResponse, error) {
	m, err := c.methods.Validate(ctx, wire.FromValidate(in.ID, r))
	if err != nil {
		return sdk.ValidateResponse{}, translate(ctx, err)
	}
	out := wire.ToValidated(m)
	if err := check.Validated(in, &out); err != nil {
		return sdk.ValidateResponse{}, err
	}
	return out, nil
}

// Fit runs the method. The response has passed every check; where its diagnostics
// hold an error it has no columns and no segments. When ctx ends, Fit returns with
// its error at once.
func (c *Client) Fit(ctx context.Context, in sdk.Info, r sdk.Request, ctl Control) (sdk.Response, error) {
	s := newSession(ctx, in, r.Table, ctl)
	defer s.close()
	stream, err := c.methods.Fit(s.ctx)
	if err != nil {
		return sdk.Response{}, s.translate(err)
	}
	s.send(func() error { return sendFitRequest(s, stream, r) })
	var out sdk.Response
	err = s.receive(func() (incoming, error) {
		m := new(methodv1.FitResponse)
		taken, err := s.next(stream, m)
		if taken || err != nil {
			return incoming{taken: taken}, err
		}
		in := incoming{progress: m.GetProgress(), outputs: m.GetOutputs(), rows: m.GetRows(), model: m.GetModel()}
		if result := m.GetResult(); result != nil {
			in.last = true
			out, err = s.response(result)
		}
		return in, err
	})
	if err == nil {
		err = check.Response(in, r.Table, &out)
	}
	if err != nil {
		return sdk.Response{}, s.translate(err)
	}
	return out, nil
}

func sendFitRequest(s *session, stream grpc.BidiStreamingClient[methodv1.FitRequest, methodv1.FitResponse], r sdk.Request) error {
	start := &methodv1.FitStart{
		Method: s.info.ID, Params: wire.FromParams(r.Params), Schema: wire.FromSchema(r.Table, r.Table.Rows), Seed: r.Seed, Threads: int32(r.Threads), Brief: r.Brief,
		Details: wire.FromDetails(r.Details), AsOf: wire.FromAsOf(r.AsOf),
	}
	if err := stream.Send(&methodv1.FitRequest{Event: &methodv1.FitRequest_Start{Start: start}}); err != nil {
		return err
	}
	for c := range wire.AllChunks(r.Table, r.Details) {
		if err := stream.Send(&methodv1.FitRequest{Event: &methodv1.FitRequest_Chunk{Chunk: c}}); err != nil {
			return err
		}
		s.alive()
	}
	select {
	case <-s.ctl.Stop:
		return stream.Send(&methodv1.FitRequest{Event: &methodv1.FitRequest_StopEarly{StopEarly: &methodv1.StopEarly{}}})
	case <-s.ctx.Done():
	}
	return nil
}

// Apply puts the rows of a table into the segments of a stored model.
func (c *Client) Apply(ctx context.Context, in sdk.Info, r sdk.ApplyRequest, ctl Control) (sdk.ApplyResponse, error) {
	s := newSession(ctx, in, r.Table, ctl)
	defer s.close()
	stream, err := c.methods.Apply(s.ctx)
	if err != nil {
		return sdk.ApplyResponse{}, s.translate(err)
	}
	s.send(func() error { return sendApplyRequest(s, stream, r) })
	var out sdk.ApplyResponse
	err = s.receive(func() (incoming, error) {
		m := new(methodv1.ApplyResponse)
		taken, err := s.next(stream, m)
		if taken || err != nil {
			return incoming{taken: taken}, err
		}
		in := incoming{progress: m.GetProgress(), outputs: m.GetOutputs(), rows: m.GetRows()}
		if result := m.GetResult(); result != nil {
			in.last = true
			out.Diagnostics = wire.ToDiagnostics(result.GetDiagnostics())
			if out.Segments, err = wire.ToSegments(result.GetSegments()); err == nil {
				out.Columns, err = s.columns()
			}
		}
		return in, err
	})
	if err == nil {
		err = check.Applied(in, r.Table, &out)
	}
	if err != nil {
		return sdk.ApplyResponse{}, s.translate(err)
	}
	return out, nil
}

func sendApplyRequest(s *session, stream grpc.BidiStreamingClient[methodv1.ApplyRequest, methodv1.ApplyResponse], r sdk.ApplyRequest) error {
	start := &methodv1.ApplyStart{
		Method: s.info.ID, Model: wire.FromModel(r.Model), Schema: wire.FromSchema(r.Table, r.Table.Rows),
		Details: wire.FromDetails(r.Details), AsOf: wire.FromAsOf(r.AsOf),
	}
	if err := stream.Send(&methodv1.ApplyRequest{Event: &methodv1.ApplyRequest_Start{Start: start}}); err != nil {
		return err
	}
	for data := range pieces(r.Model.Data) {
		if err := stream.Send(&methodv1.ApplyRequest{Event: &methodv1.ApplyRequest_Model{Model: &methodv1.ModelChunk{Data: data}}}); err != nil {
			return err
		}
		s.alive()
	}
	for c := range wire.AllChunks(r.Table, r.Details) {
		if err := stream.Send(&methodv1.ApplyRequest{Event: &methodv1.ApplyRequest_Chunk{Chunk: c}}); err != nil {
			return err
		}
		s.alive()
	}
	return stream.CloseSend()
}

// ExportModel writes a model in one of the formats of the method's capabilities, at least
// one byte and at most check.MaxModelBytes long.
func (c *Client) ExportModel(ctx context.Context, in sdk.Info, m sdk.Model, format string) ([]byte, error) {
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	stream, err := c.methods.ExportModel(ctx)
	if err != nil {
		return nil, translate(ctx, err)
	}
	start := &methodv1.ExportModelStart{Method: in.ID, Model: wire.FromModel(m), Format: format}
	err = stream.Send(&methodv1.ExportModelRequest{Event: &methodv1.ExportModelRequest_Start{Start: start}})
	for data := range pieces(m.Data) {
		if err != nil {
			break
		}
		err = stream.Send(&methodv1.ExportModelRequest{Event: &methodv1.ExportModelRequest_Model{Model: &methodv1.ModelChunk{Data: data}}})
	}
	if err == nil {
		err = stream.CloseSend()
	}
	if err != nil && !errors.Is(err, io.EOF) { // EOF: the answer says why
		return nil, translate(ctx, err)
	}
	var out []byte
	for {
		r, err := stream.Recv()
		switch {
		case errors.Is(err, io.EOF) && len(out) == 0:
			return nil, &Fault{Code: CodeResult, Args: map[string]any{"detail": "an exported model without a byte"}}
		case errors.Is(err, io.EOF):
			return out, nil
		case err != nil:
			return nil, translate(ctx, err)
		}
		if len(out)+len(r.GetData()) > check.MaxModelBytes {
			return nil, tooLarge("model", check.Megabytes(check.MaxModelBytes))
		}
		out = append(out, r.GetData()...)
	}
}

func tooLarge(field string, limit any) *Fault {
	return &Fault{Code: CodeTooLarge, Args: map[string]any{"field": field, "limit": limit}}
}

// translate turns what gRPC returns into the errors of this package.
func translate(ctx context.Context, err error) error {
	st, ok := status.FromError(err)
	if _, limited := ctx.Deadline(); limited && ok && st.Code() == codes.DeadlineExceeded {
		<-ctx.Done() // the plugin's clock was a moment ahead of ours
	}
	if cause := context.Cause(ctx); cause != nil {
		return cause
	}
	if !ok {
		return err
	}
	switch message := check.Scrub(st.Message(), check.MaxLong); st.Code() {
	case codes.Unavailable:
		return fmt.Errorf("%w: %s", ErrGone, message)
	case codes.Aborted:
		return &MethodError{Panic: true, Message: message}
	case codes.Unknown:
		return &MethodError{Message: message}
	case codes.FailedPrecondition:
		return fmt.Errorf("%w: %s", sdk.ErrNotExportable, message)
	case codes.ResourceExhausted:
		return &Fault{Code: CodeTooLarge, Args: map[string]any{"field": "message", "limit": check.Megabytes(MaxMessage)}, Err: err}
	default:
		return &Fault{Code: CodeMessage, Args: map[string]any{"detail": message}, Err: err}
	}
}
