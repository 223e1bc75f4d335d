package rpc

import (
	"context"
	"fmt"

	"google.golang.org/grpc"
	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/status"
	"google.golang.org/protobuf/proto"

	"qunxiang/sdk"
	"qunxiang/sdk/internal/check"
	"qunxiang/sdk/internal/methodv1"
	"qunxiang/sdk/internal/wire"
)

// Apply implements the protocol.
func (s *service) Apply(stream grpc.BidiStreamingServer[methodv1.ApplyRequest, methodv1.ApplyResponse]) error {
	first, err := stream.Recv()
	if err != nil {
		return err
	}
	start := first.GetStart()
	m, err := s.method(start.GetMethod())
	if err != nil {
		return err
	}
	applier, ok := m.(sdk.Applier)
	if !ok {
		return status.Errorf(codes.Unimplemented, "%s has no Apply", start.GetMethod())
	}
	report := newReporter(applyEvents(stream))
	defer report.stop()
	model, err := receiveModel(start.GetModel(), func() (*methodv1.ModelChunk, error) {
		r, err := stream.Recv()
		return r.GetModel(), err
	})
	if err != nil {
		return failure(err)
	}
	t, details, err := receiveTables(start.GetSchema(), start.GetDetails(), stream, func() (proto.Message, func() *methodv1.TableChunk) {
		r := new(methodv1.ApplyRequest)
		return r, r.GetChunk
	})
	if err != nil {
		return failure(err)
	}
	out, err := await(stream.Context(), func(ctx context.Context) (sdk.ApplyResponse, error) {
		return applier.Apply(ctx, sdk.ApplyRequest{Table: t, Details: details, AsOf: int(start.GetAsOf()), Model: model}, report)
	})
	if err != nil {
		return failure(err)
	}
	report.stop()
	if err := sendColumns(out.Columns, applyEvents(stream)); err != nil {
		return err
	}
	result := &methodv1.ApplyResult{Segments: wire.FromSegments(out.Segments), Diagnostics: wire.FromDiagnostics(out.Diagnostics)}
	return stream.Send(&methodv1.ApplyResponse{Event: &methodv1.ApplyResponse_Result{Result: result}})
}

// ExportModel implements the protocol.
func (s *service) ExportModel(stream grpc.BidiStreamingServer[methodv1.ExportModelRequest, methodv1.ExportModelResponse]) error {
	first, err := stream.Recv()
	if err != nil {
		return err
	}
	start := first.GetStart()
	m, err := s.method(start.GetMethod())
	if err != nil {
		return err
	}
	exporter, ok := m.(sdk.Exporter)
	if !ok {
		return status.Errorf(codes.Unimplemented, "%s has no ExportModel", start.GetMethod())
	}
	model, err := receiveModel(start.GetModel(), func() (*methodv1.ModelChunk, error) {
		r, err := stream.Recv()
		return r.GetModel(), err
	})
	if err != nil {
		return failure(err)
	}
	b, err := await(stream.Context(), func(ctx context.Context) ([]byte, error) { return exporter.ExportModel(ctx, model, start.GetFormat()) })
	if err != nil {
		return failure(err)
	}
	for data := range pieces(b) {
		if err := stream.Send(&methodv1.ExportModelResponse{Data: data}); err != nil {
			return err
		}
	}
	return nil
}

// receiveModel reads as many bytes as the head announces.
func receiveModel(head *methodv1.ModelInfo, next func() (*methodv1.ModelChunk, error)) (sdk.Model, error) {
	m := wire.ToModel(head)
	size := head.GetBytes()
	if size < 0 || size > check.MaxModelBytes {
		return m, fmt.Errorf("%w: a model of %d bytes", wire.ErrTooLarge, size)
	}
	m.Data = make([]byte, 0, size)
	for int64(len(m.Data)) < size {
		c, err := next()
		if err != nil {
			return m, err
		}
		if len(c.GetData()) == 0 || int64(len(m.Data)+len(c.GetData())) > size {
			return m, fmt.Errorf("%w: a model of another size than announced", wire.ErrMalformed)
		}
		m.Data = append(m.Data, c.GetData()...)
	}
	return m, nil
}
