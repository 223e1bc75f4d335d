package rpc

import (
	"context"
	"errors"
	"fmt"
	"os"
	"runtime/debug"

	"google.golang.org/grpc"
	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/status"
	"google.golang.org/protobuf/proto"

	"qunxiang/sdk"
	"qunxiang/sdk/internal/check"
	"qunxiang/sdk/internal/methodv1"
	"qunxiang/sdk/internal/wire"
	"qunxiang/sdk/table"
)

// modelChunk is the size of the pieces in which a model travels.
const modelChunk = 1 << 20

// maxInput bounds the memory of the table that a plugin takes.
const maxInput = 64 << 30

// service is the plugin's side of the protocol.
type service struct {
	methodv1.UnimplementedMethodServiceServer
	plugin  Plugin
	methods map[string]sdk.Method
}

func newService(p Plugin) *service {
	s := &service{plugin: p, methods: make(map[string]sdk.Method, len(p.Methods))}
	for _, m := range p.Methods {
		s.methods[m.Info().ID] = m
	}
	return s
}

// errPanic is a panic of a method.
var errPanic = errors.New("panic")

// guarded calls f and turns a panic, which goes to the log with its stack, into an error.
func guarded[T any](f func() (T, error)) (out T, err error) {
	defer func() {
		if r := recover(); r != nil {
			fmt.Fprintf(os.Stderr, "panic: %v\n\n%s", r, debug.Stack())
			err = fmt.Errorf("%w: %v", errPanic, r)
		}
	}()
	return f()
}

// failure is the gRPC status for an error of a call: Canceled for the end of its
// context, Aborted for a panic, InvalidArgument for a host that breaks the protocol,
// FailedPrecondition for a model that cannot be written, Unknown for an error of the method.
func failure(err error) error {
	switch {
	case err == nil:
		return nil
	case errors.Is(err, context.Canceled):
		return status.Error(codes.Canceled, "cancelled")
	case errors.Is(err, context.DeadlineExceeded):
		return status.Error(codes.DeadlineExceeded, "deadline exceeded")
	case errors.Is(err, errPanic):
		return status.Error(codes.Aborted, check.Scrub(err.Error(), check.MaxLong))
	case errors.Is(err, sdk.ErrNotExportable):
		return status.Error(codes.FailedPrecondition, check.Scrub(err.Error(), check.MaxLong))
	case errors.Is(err, wire.ErrMalformed), errors.Is(err, wire.ErrTooLarge):
		return status.Error(codes.InvalidArgument, err.Error())
	}
	if _, ok := status.FromError(err); ok {
		return err
	}
	return status.Error(codes.Unknown, check.Scrub(err.Error(), check.MaxLong))
}

func (s *service) method(id string) (sdk.Method, error) {
	if m, ok := s.methods[id]; ok {
		return m, nil
	}
	return nil, status.Errorf(codes.NotFound, "no method %q", id)
}

// Describe implements the protocol.
func (s *service) Describe(context.Context, *methodv1.DescribeRequest) (*methodv1.DescribeResponse, error) {
	out := &methodv1.DescribeResponse{ProtocolMinor: ProtocolMinor, PluginId: s.plugin.ID, PluginVersion: s.plugin.Version}
	for _, m := range s.plugin.Methods {
		info, err := guarded(func() (sdk.Info, error) { return m.Info(), nil })
		if err != nil {
			return nil, failure(err)
		}
		out.Methods = append(out.Methods, wire.FromInfo(info))
	}
	return out, nil
}

// Validate implements the protocol.
func (s *service) Validate(ctx context.Context, r *methodv1.ValidateRequest) (*methodv1.ValidateResponse, error) {
	m, err := s.method(r.GetMethod())
	if err != nil {
		return nil, err
	}
	out, err := guarded(func() (sdk.ValidateResponse, error) { return m.Validate(ctx, wire.ToValidate(r)) })
	if err != nil {
		return nil, failure(err)
	}
	return wire.FromValidated(out), nil
}

// Fit implements the protocol.
func (s *service) Fit(stream grpc.BidiStreamingServer[methodv1.FitRequest, methodv1.FitResponse]) error {
	first, err := stream.Recv()
	if err != nil {
		return err
	}
	start := first.GetStart()
	m, err := s.method(start.GetMethod())
	if err != nil {
		return err
	}
	report := newReporter(fitEvents(stream))
	defer report.stop()
	t, details, err := receiveTables(start.GetSchema(), start.GetDetails(), stream, func() (proto.Message, func() *methodv1.TableChunk) {
		r := new(methodv1.FitRequest)
		return r, r.GetChunk
	})
	if err != nil {
		return failure(err)
	}
	go watchStop(stream, report)
	request := sdk.Request{
		Table: t, Details: details, AsOf: int(start.GetAsOf()), Params: wire.ToParams(start.GetParams()),
		Seed: start.GetSeed(), Threads: max(int(start.GetThreads()), 1), Brief: start.GetBrief(),
	}
	out, err := await(stream.Context(), func(ctx context.Context) (sdk.Response, error) { return m.Fit(ctx, request, report) })
	if err != nil {
		return failure(err)
	}
	report.stop()
	return sendFit(stream, out)
}

// await runs f on a goroutine of its own, so that the call ends with its context even
// where the method does not listen.
func await[T any](ctx context.Context, f func(context.Context) (T, error)) (T, error) {
	type outcome struct {
		out T
		err error
	}
	done := make(chan outcome, 1)
	go func() {
		o := outcome{err: fmt.Errorf("%w: the method ended its goroutine", errPanic)}
		defer func() { done <- o }()
		o.out, o.err = guarded(func() (T, error) { return f(ctx) })
	}()
	select {
	case o := <-done:
		return o.out, o.err
	case <-ctx.Done():
		var zero T
		return zero, ctx.Err()
	}
}

// messages makes an empty message of a stream, and tells its chunk once it is filled.
type messages func() (proto.Message, func() *methodv1.TableChunk)

// receiveTables reads chunks until the announced rows of the customers and of every
// long table are there.
func receiveTables(schema *methodv1.TableSchema, details []*methodv1.DetailSchema, stream grpc.ServerStream, next messages) (*table.Table, []sdk.DetailTable, error) {
	all, err := wire.NewAssemblers(schema, details, maxInput)
	if err != nil {
		return nil, nil, err
	}
	tables := make([]*table.Table, len(all))
	for i, a := range all {
		if tables[i], err = receiveTable(a, stream, next); err != nil {
			return nil, nil, err
		}
	}
	var long []sdk.DetailTable
	for i, d := range details {
		long = append(long, sdk.DetailTable{ID: d.GetId(), Table: tables[i+1]})
	}
	return tables[0], long, nil
}

func receiveTable(a *wire.Assembler, stream grpc.ServerStream, next messages) (*table.Table, error) {
	for !a.Done() {
		m, chunk := next()
		f := wire.Frame{Message: m, Into: a}
		if err := stream.RecvMsg(&f); err != nil {
			return nil, err
		}
		if !f.Taken {
			f.Err = a.Add(chunk())
		}
		if f.Err != nil {
			return nil, f.Err
		}
	}
	return a.Table()
}

// watchStop waits for the wish to stop early.
func watchStop(stream grpc.BidiStreamingServer[methodv1.FitRequest, methodv1.FitResponse], r *reporter) {
	for {
		m, err := stream.Recv()
		if err != nil {
			return
		}
		if m.GetStopEarly() != nil {
			r.stopping.Store(true)
		}
	}
}

func sendFit(stream grpc.BidiStreamingServer[methodv1.FitRequest, methodv1.FitResponse], out sdk.Response) error {
	for _, d := range out.Tables {
		if d.Table == nil {
			continue // the host says so
		}
		if err := d.Table.Check(); err != nil {
			return failure(fmt.Errorf("the method's table %q: %w", d.ID, err))
		}
	}
	if err := sendColumns(out.Columns, fitEvents(stream)); err != nil {
		return err
	}
	for data := range pieces(out.Model.Data) {
		if err := stream.Send(&methodv1.FitResponse{Event: &methodv1.FitResponse_Model{Model: &methodv1.ModelChunk{Data: data}}}); err != nil {
			return err
		}
	}
	return stream.Send(&methodv1.FitResponse{Event: &methodv1.FitResponse_Result{Result: wire.FromResponse(out)}})
}

// sendColumns sends the row outputs; nothing where there are none.
func sendColumns(columns []table.Column, to events) error {
	if len(columns) == 0 {
		return nil
	}
	t := &table.Table{Rows: columns[0].Len(), Columns: columns}
	if err := t.Check(); err != nil {
		return failure(fmt.Errorf("the method's columns: %w", err))
	}
	if err := to.outputs(wire.FromSchema(t, t.Rows)); err != nil {
		return err
	}
	for c := range wire.Chunks(t) {
		if err := to.rows(c); err != nil {
			return err
		}
	}
	return nil
}

// pieces cuts a model for the way.
func pieces(b []byte) func(func([]byte) bool) {
	return func(yield func([]byte) bool) {
		for len(b) > 0 {
			n := min(len(b), modelChunk)
			if !yield(b[:n]) {
				return
			}
			b = b[n:]
		}
	}
}
