package host_test

import (
	"context"
	"os"
	"strconv"
	"strings"
	"time"

	"qunxiang/sdk"
	"qunxiang/sdk/rpc"
	"qunxiang/sdk/table"
)

// servePlugin is the plugin side of this test binary.
func servePlugin(id string) {
	p := rpc.Plugin{ID: id, Version: "1.0.0"}
	for one := range strings.SplitSeq(id, ",") {
		p.Methods = append(p.Methods, sign{id: one})
	}
	rpc.Serve(p)
	os.Exit(0)
}

func text(s string) sdk.Text { return sdk.Text{ZH: s, EN: s} }

// sign is a method that puts rows into "low" and "high" by the sign of the first
// column; what else it does is told by the parameter "do".
type sign struct{ id string }

func (s sign) Info() sdk.Info {
	return sdk.Info{
		ID: s.id, Version: "1.2.3", Name: text("Sign"), Summary: text("By sign."), Question: text("Above or below?"), Help: text("Help.\n\nMore."),
		Roles: []sdk.Role{{
			ID: "features", Title: text("Features"), Help: text("Numbers."), Min: 1, Kinds: []table.Kind{table.Float64}, Missing: sdk.MissingAllow,
		}},
		Details: []sdk.Detail{{ID: sdk.DetailOrders}},
		Params: []sdk.Param{
			{ID: "do", Kind: sdk.ParamText, Title: text("Do"), Help: text("What to do.")},
			{ID: "cut", Kind: sdk.ParamReal, Title: text("Cut"), Help: text("Where."), Default: sdk.Real(0), Min: sdk.Bound(-10), Max: sdk.Bound(10)},
		},
		Outputs: []sdk.Output{
			{ID: "segment", Title: text("Segment"), Kind: table.Category, Meaning: sdk.MeaningSegment},
			{ID: "distance", Title: text("Distance"), Kind: table.Float64, Meaning: sdk.MeaningDistance},
		},
		Capabilities: sdk.Capabilities{Apply: true, StopEarly: true, ExportFormats: []string{"text/plain"}},
	}
}

func (s sign) Validate(ctx context.Context, r sdk.ValidateRequest) (sdk.ValidateResponse, error) {
	if r.Params.Text("do") == "hang" {
		time.Sleep(time.Minute)
	}
	p := s.Info().Defaults()
	for id, v := range r.Params {
		p[id] = v
	}
	out := sdk.ValidateResponse{Params: p, MemoryBytes: int64(r.Rows) * 16}
	if r.Params.Text("do") == "env" {
		out.Diagnostics = []sdk.Diagnostic{{Severity: sdk.SeverityInfo, Code: "env", Summary: text(process())}}
	}
	return out, nil
}

func (s sign) Fit(ctx context.Context, r sdk.Request, rep sdk.Reporter) (sdk.Response, error) {
	rep.Progress(0.5, text("Half"))
	if err := do(ctx, r.Params.Text("do"), rep); err != nil {
		return sdk.Response{}, err
	}
	columns, segments := s.split(r.Table, r.Params.Real("cut"))
	inertia := 1.5
	var remarks []sdk.Diagnostic
	if r.Params.Text("do") == "env" {
		remarks = []sdk.Diagnostic{{Severity: sdk.SeverityInfo, Code: "env", Summary: text(surroundings(r.Table))}}
	}
	metrics := []sdk.Metric{{ID: "inertia", Title: text("Inertia"), Value: &inertia}}
	for _, d := range r.Details {
		metrics = append(metrics, sdk.Metric{ID: d.ID, Title: text(d.ID), Word: strconv.Itoa(d.Table.Rows) + " rows"})
	}
	return sdk.Response{
		Diagnostics: remarks,
		Columns:     columns, Segments: segments,
		Metrics: metrics,
		Model:   sdk.Model{Format: "application/json", Version: 1, Data: []byte(`{"cut":0}`)},
	}, nil
}

func (s sign) split(t *table.Table, cut float64) ([]table.Column, []sdk.Segment) {
	in := t.ByRole("features")[0]
	label := table.Column{Name: "segment", Kind: table.Category, Codes: make([]uint32, t.Rows), Dict: []string{"low", "high"}}
	distance := table.Column{Name: "distance", Kind: table.Float64, Floats: make([]float64, t.Rows)}
	for i, v := range in.Floats {
		if v > cut {
			label.Codes[i] = 1
		}
		distance.Floats[i] = max(v-cut, cut-v)
	}
	return []table.Column{label, distance}, []sdk.Segment{{Key: "low", Name: text("Low")}, {Key: "high", Name: text("High")}}
}

func (s sign) Apply(_ context.Context, r sdk.ApplyRequest, _ sdk.Reporter) (sdk.ApplyResponse, error) {
	columns, segments := s.split(r.Table, 0)
	return sdk.ApplyResponse{Columns: columns, Segments: segments}, nil
}

func (s sign) ExportModel(_ context.Context, m sdk.Model, format string) ([]byte, error) {
	return append([]byte(format+" "), m.Data...), nil
}

// longRun is how long a method works that says nothing meanwhile.
const longRun = 9 * time.Second

// do is misbehaviour of a method that keeps to the SDK.
func do(ctx context.Context, what string, rep sdk.Reporter) error {
	switch what {
	case "panic":
		panic("the method is wrong")
	case "wait":
		<-ctx.Done()
		return ctx.Err()
	case "long":
		time.Sleep(longRun)
	case "until stop":
		for !rep.Stopping() && ctx.Err() == nil {
			time.Sleep(time.Millisecond)
		}
	}
	return ctx.Err()
}

// process names this process.
func process() string { return "pid=" + strconv.Itoa(os.Getpid()) + " " }

// surroundings is what a method can see of the world.
func surroundings(t *table.Table) string {
	var columns []string
	for i := range t.Columns {
		columns = append(columns, t.Columns[i].Name)
	}
	return process() + strings.Join(os.Environ(), " ") + " columns=" + strings.Join(columns, ",")
}
