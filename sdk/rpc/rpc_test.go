package rpc_test

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"math"
	"net"
	"slices"
	"strings"
	"testing"
	"time"

	"google.golang.org/grpc"
	"google.golang.org/grpc/credentials/insecure"
	"google.golang.org/grpc/test/bufconn"

	"qunxiang/sdk"
	"qunxiang/sdk/rpc"
	"qunxiang/sdk/table"
)

func text(s string) sdk.Text { return sdk.Text{ZH: s, EN: s} }

// scripted is a method whose Fit and model are the test's.
type scripted struct {
	fit   func(context.Context, sdk.Request, sdk.Reporter) (sdk.Response, error)
	model []byte
}

func (scripted) Info() sdk.Info {
	return sdk.Info{
		ID: "scripted", Version: "1.0.0", Name: text("S"), Summary: text("S."), Question: text("S?"), Help: text("S."),
		Outputs:      []sdk.Output{{ID: "score", Title: text("Score"), Kind: table.Float64, Meaning: sdk.MeaningScore}},
		Capabilities: sdk.Capabilities{Apply: true, ExportFormats: []string{"text/plain"}},
	}
}

func (scripted) Validate(context.Context, sdk.ValidateRequest) (sdk.ValidateResponse, error) {
	return sdk.ValidateResponse{}, errors.New("the check broke")
}

func (s scripted) Fit(ctx context.Context, r sdk.Request, rep sdk.Reporter) (sdk.Response, error) {
	return s.fit(ctx, r, rep)
}

func (s scripted) Apply(_ context.Context, r sdk.ApplyRequest, _ sdk.Reporter) (sdk.ApplyResponse, error) {
	if !bytes.Equal(r.Model.Data, s.model) || r.Model.Version != 7 {
		return sdk.ApplyResponse{}, errors.New("another model")
	}
	return sdk.ApplyResponse{Columns: score(r.Table.Rows)}, nil
}

func (s scripted) ExportModel(_ context.Context, m sdk.Model, _ string) ([]byte, error) {
	return append(m.Data, s.model...), nil
}

func score(rows int) []table.Column {
	c := table.Column{Name: "score", Kind: table.Float64, Floats: make([]float64, rows)}
	for i := range c.Floats {
		c.Floats[i] = float64(i)
	}
	return []table.Column{c}
}

// connect serves the method in this process and returns a client.
func connect(t *testing.T, m sdk.Method) *rpc.Client {
	t.Helper()
	listener, server := bufconn.Listen(1<<20), grpc.NewServer(rpc.ServerOptions()...)
	rpc.Register(server, rpc.Plugin{ID: "test", Version: "1.0.0", Methods: []sdk.Method{m}})
	go func() { _ = server.Serve(listener) }()
	t.Cleanup(server.Stop)
	options := append(rpc.DialOptions(), grpc.WithTransportCredentials(insecure.NewCredentials()),
		grpc.WithContextDialer(func(ctx context.Context, _ string) (net.Conn, error) { return listener.DialContext(ctx) }))
	conn, err := grpc.NewClient("passthrough:test", options...)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = conn.Close() })
	return rpc.NewClient(conn)
}

func fit(t *testing.T, f func(context.Context, sdk.Request, sdk.Reporter) (sdk.Response, error), ctl rpc.Control) (sdk.Response, error) {
	t.Helper()
	in := scripted{}.Info()
	request := sdk.Request{Table: &table.Table{Rows: 2, Columns: []table.Column{{Name: "x", Kind: table.Float64, Floats: []float64{1, 2}}}}}
	return connect(t, scripted{fit: f}).Fit(t.Context(), in, request, ctl)
}

func TestLargeAnswerAndModelTravelInPieces(t *testing.T) {
	t.Parallel()
	const rows = 500_000
	m := scripted{model: bytes.Repeat([]byte("model "), 1<<19)}
	m.fit = func(_ context.Context, r sdk.Request, _ sdk.Reporter) (sdk.Response, error) {
		return sdk.Response{Columns: score(r.Table.Rows), Model: sdk.Model{Format: "text/plain", Version: 7, Data: m.model}}, nil
	}
	client, in := connect(t, m), m.Info()
	if _, err := client.Fit(t.Context(), in, sdk.Request{Table: &table.Table{Rows: rows}}, rpc.Control{}); err != nil {
		t.Errorf("rows without columns: %v", err)
	}
	in2 := &table.Table{Rows: rows, Columns: []table.Column{{Name: "s", Kind: table.String, Strings: make([]string, rows)}}}
	out, err := client.Fit(t.Context(), in, sdk.Request{Table: in2}, rpc.Control{})
	if err != nil {
		t.Fatal(err)
	}
	if out.Columns[0].Floats[rows-1] != rows-1 || !bytes.Equal(out.Model.Data, m.model) {
		t.Error("the answer changed on the way")
	}
	applied, err := client.Apply(t.Context(), in, sdk.ApplyRequest{Table: in2, Model: out.Model}, rpc.Control{})
	if err != nil || applied.Columns[0].Floats[rows-1] != rows-1 {
		t.Error(err)
	}
	b, err := client.ExportModel(t.Context(), in, out.Model, "text/plain")
	if err != nil || len(b) != 2*len(m.model) {
		t.Errorf("%d bytes, %v", len(b), err)
	}
}

func TestAnExportedModelIsNotEmpty(t *testing.T) {
	t.Parallel()
	m := scripted{}
	b, err := connect(t, m).ExportModel(t.Context(), m.Info(), sdk.Model{}, "text/plain")
	if !isFault(err, rpc.CodeResult) {
		t.Errorf("%d bytes, %v", len(b), err)
	}
}

func TestProgressIsMadeFit(t *testing.T) {
	t.Parallel()
	var seen []string
	shown := make(chan string, 100)
	_, err := fit(t, func(ctx context.Context, r sdk.Request, rep sdk.Reporter) (sdk.Response, error) {
		for i, f := range []float64{0.25, 7, math.NaN(), -3, math.Inf(1)} {
			name := fmt.Sprint("a b", i)
			for got := ""; got != name; { // what comes too fast for a window is left out, so it is said again
				rep.Progress(f, text(fmt.Sprintf("a\nb\u202e%d", i)))
				select {
				case got = <-shown:
				case <-time.After(150 * time.Millisecond):
				case <-ctx.Done():
					return sdk.Response{}, ctx.Err()
				}
			}
		}
		return sdk.Response{Columns: score(r.Table.Rows)}, nil
	}, rpc.Control{Progress: func(f float64, stage sdk.Text) {
		seen = append(seen, fmt.Sprintf("%g %s", f, stage.EN))
		shown <- stage.EN
	}})
	if err != nil {
		t.Fatal(err)
	}
	if got, want := fmt.Sprint(slices.Compact(seen)), "[0.25 a b0 1 a b1 -1 a b2 -1 a b3 1 a b4]"; got != want {
		t.Errorf("got %s, want %s", got, want)
	}
}

func TestErrorsKeepTheirMeaning(t *testing.T) {
	t.Parallel()
	_, err := fit(t, func(context.Context, sdk.Request, sdk.Reporter) (sdk.Response, error) {
		return sdk.Response{}, errors.New("no luck\x00")
	}, rpc.Control{})
	if m, ok := errors.AsType[*rpc.MethodError](err); !ok || m.Panic || m.Message != "no luck" {
		t.Errorf("an error became %#v", err)
	}
	_, err = fit(t, func(context.Context, sdk.Request, sdk.Reporter) (sdk.Response, error) { panic("oh") }, rpc.Control{})
	if m, ok := errors.AsType[*rpc.MethodError](err); !ok || !m.Panic || m.Message != "panic: oh" {
		t.Errorf("a panic became %#v", err)
	}
	_, err = fit(t, func(context.Context, sdk.Request, sdk.Reporter) (sdk.Response, error) {
		return sdk.Response{Tables: []sdk.DataTable{{ID: "odd", Table: &table.Table{Rows: 3, Columns: score(2)}}}}, nil
	}, rpc.Control{})
	if m, ok := errors.AsType[*rpc.MethodError](err); !ok || m.Panic || !strings.Contains(m.Message, "odd") {
		t.Errorf("a table with too few values became %#v", err)
	}
	_, err = connect(t, scripted{}).Validate(t.Context(), scripted{}.Info(), sdk.ValidateRequest{})
	if m, ok := errors.AsType[*rpc.MethodError](err); !ok || m.Message != "the check broke" {
		t.Errorf("an error of Validate became %#v", err)
	}
	_, err = connect(t, scripted{}).Validate(t.Context(), sdk.Info{ID: "other"}, sdk.ValidateRequest{})
	if f, ok := errors.AsType[*rpc.Fault](err); !ok || f.Code != rpc.CodeMessage {
		t.Errorf("an unknown method became %#v", err)
	}
}

func TestSilenceEndsTheCall(t *testing.T) {
	t.Parallel()
	_, err := fit(t, func(ctx context.Context, _ sdk.Request, _ sdk.Reporter) (sdk.Response, error) {
		<-ctx.Done()
		return sdk.Response{}, ctx.Err()
	}, rpc.Control{Silence: 500 * time.Millisecond}) // shorter than the heartbeat
	if !errors.Is(err, rpc.ErrSilent) {
		t.Errorf("got %v", err)
	}
}

func TestCancelReachesTheMethod(t *testing.T) {
	t.Parallel()
	ctx, cancel := context.WithCancel(t.Context())
	defer cancel()
	ended := make(chan struct{})
	client := connect(t, scripted{fit: func(inside context.Context, _ sdk.Request, _ sdk.Reporter) (sdk.Response, error) {
		cancel()
		<-inside.Done()
		close(ended)
		return sdk.Response{}, inside.Err()
	}})
	_, err := client.Fit(ctx, scripted{}.Info(), sdk.Request{Table: &table.Table{}}, rpc.Control{})
	if !errors.Is(err, context.Canceled) {
		t.Errorf("got %v", err)
	}
	select {
	case <-ended:
	case <-time.After(time.Minute):
		t.Error("the method was not told")
	}
}

func TestRequestTooLargeForAMessage(t *testing.T) {
	t.Parallel()
	client := connect(t, scripted{})
	c := table.Column{Name: "c", Kind: table.Category, Codes: []uint32{0}, Dict: []string{string(make([]byte, rpc.MaxMessage))}}
	_, err := client.Fit(t.Context(), scripted{}.Info(), sdk.Request{Table: &table.Table{Rows: 1, Columns: []table.Column{c}}}, rpc.Control{})
	if !isFault(err, rpc.CodeTooLarge) {
		t.Errorf("got %v", err)
	}
}

func TestDescribe(t *testing.T) {
	t.Parallel()
	d, err := connect(t, scripted{}).Describe(t.Context())
	if err != nil || d.ID != "test" || len(d.Methods) != 1 || d.Methods[0].ID != "scripted" {
		t.Errorf("got %+v, %v", d, err)
	}
	if _, err := connect(t, nameless{}).Describe(t.Context()); !isFault(err, rpc.CodeInfo) {
		t.Errorf("got %v", err)
	}
}

type nameless struct{ scripted }

func (nameless) Info() sdk.Info { return sdk.Info{ID: "Not an id"} }

func isFault(err error, code string) bool {
	f, ok := errors.AsType[*rpc.Fault](err)
	return ok && f.Code == code
}

func TestBuildID(t *testing.T) {
	t.Parallel()
	if id := rpc.BuildID(); id == "" || id != rpc.BuildID() {
		t.Errorf("the build id is %q", id)
	}
}
