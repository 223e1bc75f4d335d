package sdktest_test

import (
	"context"
	"errors"
	"net"
	"os"
	"os/exec"
	"strings"
	"testing"
	"time"

	"google.golang.org/grpc"
	"google.golang.org/grpc/credentials/insecure"
	"google.golang.org/grpc/test/bufconn"

	"qunxiang/sdk"
	"qunxiang/sdk/rpc"
	"qunxiang/sdk/sdktest"
	"qunxiang/sdk/table"
)

func text(s string) sdk.Text { return sdk.Text{ZH: s, EN: s} }

// median is a sound little method: below and above the middle of one column. flaw
// makes it break one rule.
type median struct{ flaw string }

func (m median) Info() sdk.Info {
	in := sdk.Info{
		ID: "median", Version: "1.0.0", Name: text("Median"), Summary: text("Below and above."), Question: text("Who is above?"), Help: text("Help."),
		Roles: []sdk.Role{{ID: "value", Title: text("Value"), Help: text("A number."), Min: 1, Max: 1, Kinds: []table.Kind{table.Float64}}},
		Params: []sdk.Param{{
			ID: "at", Kind: sdk.ParamReal, Title: text("At"), Help: text("The share below."), Default: sdk.Real(0.5), Min: sdk.Bound(0), Max: sdk.Bound(1),
		}},
		Outputs:      []sdk.Output{{ID: "segment", Title: text("Segment"), Kind: table.Category, Meaning: sdk.MeaningSegment}},
		Capabilities: sdk.Capabilities{Apply: true, ExportFormats: []string{"text/plain"}},
	}
	if m.flaw == "one language" {
		in.Summary.ZH = ""
	}
	return in
}

func (m median) Validate(_ context.Context, r sdk.ValidateRequest) (sdk.ValidateResponse, error) {
	if m.flaw == "accepts anything" {
		return sdk.ValidateResponse{Params: m.Info().Defaults()}, nil
	}
	return m.Info().Complete(r), nil
}

func (m median) Fit(ctx context.Context, r sdk.Request, _ sdk.Reporter) (sdk.Response, error) {
	if m.flaw == "ignores cancel" && r.Table.Rows > 10_000 {
		burn(800 * time.Millisecond)
	}
	if err := ctx.Err(); err != nil {
		return sdk.Response{}, err
	}
	if r.Table.Rows == 0 && m.flaw != "panics" {
		return sdk.Response{Diagnostics: []sdk.Diagnostic{{Severity: sdk.SeverityError, Code: "no_rows", Summary: text("There are no customers; import some.")}}}, nil
	}
	values := r.Table.Columns[0].Floats
	cut := values[0]
	for _, v := range values {
		switch m.flaw {
		case "order":
		case "changes input":
			values[0] = 0
		default:
			cut = min(cut, v)
		}
	}
	cut = 2*cut + 1
	named := segments()
	named[0].Rule = &sdk.Rule{Op: sdk.OpGe, Column: r.Table.Columns[0].Name, Number: &cut}
	if m.flaw == "rule" {
		named[0].Rule.Op = sdk.OpLe
	}
	return sdk.Response{Columns: m.label(values, cut), Segments: named, Model: sdk.Model{Format: "text/plain", Data: []byte(sdk.Real(cut).String() + ";")}}, nil
}

func segments() []sdk.Segment {
	return []sdk.Segment{{Key: "above", Name: text("Above")}, {Key: "below", Name: text("Below")}}
}

func (m median) label(values []float64, cut float64) []table.Column {
	c := table.Column{Name: "segment", Kind: table.Category, Dict: []string{"above", "below"}, Codes: make([]uint32, len(values))}
	for i, v := range values {
		if v < cut {
			c.Codes[i] = 1
		}
	}
	return []table.Column{c}
}

func (m median) Apply(_ context.Context, r sdk.ApplyRequest, _ sdk.Reporter) (sdk.ApplyResponse, error) {
	number, whole := strings.CutSuffix(string(r.Model.Data), ";")
	cut, err := sdk.Param{Kind: sdk.ParamReal}.Parse(number)
	if err != nil || !whole || cut.IsZero() || r.Model.Version != 0 && m.flaw != "any version" {
		return sdk.ApplyResponse{}, errors.New("not a model of this method")
	}
	if m.flaw == "applies otherwise" {
		cut.Real *= 2
	}
	return sdk.ApplyResponse{Columns: m.label(r.Table.Columns[0].Floats, cut.Real), Segments: segments()}, nil
}

func (median) ExportModel(_ context.Context, m sdk.Model, format string) ([]byte, error) {
	if format != "text/plain" {
		return nil, errors.New("unknown format")
	}
	return m.Data, nil
}

func TestSoundMethodPasses(t *testing.T) {
	t.Parallel()
	sdktest.Run(t, median{})
}

// TestMain lets the test binary stand for the program of a plugin.
func TestMain(m *testing.M) {
	if len(os.Args) == 2 && os.Args[1] == "plugin" {
		rpc.Serve(rpc.Plugin{ID: "test", Version: "1.0.0", Methods: []sdk.Method{median{}}})
	}
	os.Exit(m.Run())
}

func TestSoundProgramPasses(t *testing.T) {
	t.Parallel()
	self, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	sdktest.RunProgram(t, nil, self, "plugin")
}

func TestProgramThatServesNothing(t *testing.T) {
	t.Parallel()
	if _, _, err := rpc.Start(t.Context(), "true"); err == nil {
		t.Error("a program that is no plugin was started")
	}
}

func TestFitAnswersAsInTheApplication(t *testing.T) {
	t.Parallel()
	spent := table.Column{Name: "spent", Kind: table.Float64, Role: "value", Floats: []float64{1, 2, 3}}
	got := sdktest.Fit(t, median{}, sdktest.Case{Table: &table.Table{Rows: 3, Columns: []table.Column{spent}}})
	if label := got.Columns[0]; label.Text(0) != "below" || label.Text(2) != "above" {
		t.Errorf("1 is %s, 3 is %s: the default of the parameter is missing", label.Text(0), label.Text(2))
	}
}

func TestSoundMethodPassesRemotely(t *testing.T) {
	t.Parallel()
	listener, server := bufconn.Listen(1<<20), grpc.NewServer(rpc.ServerOptions()...)
	rpc.Register(server, rpc.Plugin{ID: "test", Version: "1.0.0", Methods: []sdk.Method{median{}}})
	go func() { _ = server.Serve(listener) }()
	t.Cleanup(server.Stop)
	options := append(rpc.DialOptions(), grpc.WithTransportCredentials(insecure.NewCredentials()),
		grpc.WithContextDialer(func(ctx context.Context, _ string) (net.Conn, error) { return listener.DialContext(ctx) }))
	conn, err := grpc.NewClient("passthrough:test", options...)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = conn.Close() })
	sdktest.RunRemote(t, rpc.NewClient(conn), nil)
}

// flawVariable tells this binary to test a flawed method, for the test below.
const flawVariable = "QX_SDKTEST_FLAW"

func TestFlawed(t *testing.T) {
	flaw := os.Getenv(flawVariable)
	if flaw == "" {
		t.Skip("run by TestFlawedMethodsFail")
	}
	sdktest.Run(t, median{flaw: flaw})
}

// TestFlawedMethodsFail: every flaw is found, by the part of the suite that is for it.
func TestFlawedMethodsFail(t *testing.T) {
	t.Parallel()
	for flaw, part := range map[string]string{
		"one language":      "TestFlawed/info",
		"accepts anything":  "TestFlawed/validate",
		"ignores cancel":    "TestFlawed/cancel",
		"panics":            "TestFlawed/hard_data/no_rows",
		"order":             "TestFlawed/generated/rows_in_another_order",
		"changes input":     "TestFlawed/generated",
		"rule":              "TestFlawed/generated",
		"applies otherwise": "TestFlawed/generated/apply",
		"any version":       "TestFlawed/generated/apply",
	} {
		t.Run(flaw, func(t *testing.T) {
			t.Parallel()
			cmd := exec.CommandContext(t.Context(), os.Args[0], "-test.run=^TestFlawed$", "-test.v")
			cmd.Env = append(os.Environ(), flawVariable+"="+flaw)
			out, err := cmd.CombinedOutput()
			if err == nil || !strings.Contains(string(out), "--- FAIL: "+part+" (") {
				t.Errorf("%v\n%s", err, out)
			}
		})
	}
}

// spender is a sound method that looks at orders alone: who buys often.
type spender struct{ median }

func (spender) Info() sdk.Info {
	in := median{}.Info()
	in.ID, in.Roles, in.Params, in.Capabilities = "spender", nil, nil, sdk.Capabilities{}
	in.Details = []sdk.Detail{{ID: sdk.DetailOrders, Required: true}, {ID: sdk.DetailLines}, {ID: sdk.DetailComments}, {ID: sdk.DetailEvents}}
	return in
}

func (m spender) Validate(_ context.Context, r sdk.ValidateRequest) (sdk.ValidateResponse, error) {
	out := m.Info().Complete(r)
	if !r.HasDetail(sdk.DetailOrders) || r.AsOf == 0 {
		out.Diagnostics = append(out.Diagnostics, sdk.Diagnostic{Severity: sdk.SeverityError, Code: "no_orders", Summary: text("No orders.")})
	}
	return out, nil
}

func (m spender) Fit(ctx context.Context, r sdk.Request, _ sdk.Reporter) (sdk.Response, error) {
	if err := ctx.Err(); err != nil {
		return sdk.Response{}, err
	}
	count := make([]float64, r.Table.Rows)
	orders := r.Detail(sdk.DetailOrders)
	for i, c := range orders.Column("customer").Ints {
		if orders.Column("day").Ints[i] > int64(r.AsOf) {
			return sdk.Response{}, errors.New("an order of the future")
		}
		count[c]++
	}
	return sdk.Response{Columns: m.label(count, 3), Segments: segments()}, nil
}

func TestMethodOfLongTablesPasses(t *testing.T) {
	t.Parallel()
	sdktest.Run(t, spender{})
	c := sdktest.Generated(sdk.Info{Details: spender{}.Info().Details}, 50, 1)
	for _, d := range c.Details {
		if err := d.Table.Check(); err != nil {
			t.Error(d.ID, err)
		}
	}
	if len(c.Details) != 4 {
		t.Errorf("%d long tables", len(c.Details))
	}
}
