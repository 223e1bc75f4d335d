package e2e_test

import (
	"bytes"
	"context"
	"encoding/csv"
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"os"
	"slices"
	"strings"
	"time"

	"qunxiang/cmd/qunxiang/cli"
	"qunxiang/plugins"
	"qunxiang/sdk"
	"qunxiang/sdk/rpc"
	"qunxiang/sdk/table"
)

// probes are methods for what the bundled ones do not do: each tries one seam.
func probes() []sdk.Method { return []sdk.Method{tally{}, points{}, cutter{}} }

func probeIDs() []string {
	var ids []string
	for _, m := range probes() {
		ids = append(ids, m.Info().ID)
	}
	return append(ids, plugins.IDs()...)
}

// probeMain is the program with the probes among its bundled methods.
func probeMain() { os.Exit(cli.Main(probeIDs(), nil, "0.0.0-test")) }

// serveProbes serves methods some of which are probes; it returns where none is.
func serveProbes(id string) {
	p := rpc.Plugin{ID: id, Version: "1.0.0"}
	ours := false
	for one := range strings.SplitSeq(id, ",") {
		at := slices.IndexFunc(probes(), func(m sdk.Method) bool { return m.Info().ID == one })
		switch {
		case at >= 0:
			ours = true
			p.Methods = append(p.Methods, probes()[at])
		case plugins.Bundled()[one] != nil:
			p.Methods = append(p.Methods, plugins.Bundled()[one]())
		}
	}
	if ours {
		rpc.Serve(p)
	}
}

// identities tells whether two runs have the same identity: P.qx NAME RUN RUN same|other.
func identities() {
	id := func(run string) string {
		var out, errs bytes.Buffer
		code := cli.Run(context.Background(), cli.Call{Args: []string{"show", os.Args[1], os.Args[2], "--run", run, "--json"}, Stdout: &out, Stderr: &errs, Getenv: os.Getenv, Bundled: probeIDs(), Version: "0.0.0-test"})
		var doc struct{ Identity string }
		if err := json.Unmarshal(out.Bytes(), &doc); err != nil || code != 0 || doc.Identity == "" {
			fmt.Fprintln(os.Stderr, code, err, errs.String())
			os.Exit(1)
		}
		return doc.Identity
	}
	if (id(os.Args[3]) == id(os.Args[4])) != (os.Args[5] == "same") {
		fmt.Fprintln(os.Stderr, "the identities are not", os.Args[5])
		os.Exit(1)
	}
}

// segmentsAgree tells whether two lists put every customer into the same segment.
func segmentsAgree() {
	read := func(path string) map[string]string {
		f, err := os.Open(path)
		if err != nil {
			fmt.Fprintln(os.Stderr, err)
			os.Exit(1)
		}
		defer f.Close()
		rows, err := csv.NewReader(f).ReadAll()
		if err != nil || len(rows) < 2 {
			fmt.Fprintln(os.Stderr, path, len(rows), err)
			os.Exit(1)
		}
		out := map[string]string{}
		for _, r := range rows {
			out[r[0]] = r[1]
		}
		return out
	}
	if a, b := read(os.Args[1]), read(os.Args[2]); !maps.Equal(a, b) {
		fmt.Fprintln(os.Stderr, a, b)
		os.Exit(1)
	}
}

func say(s string) sdk.Text { return sdk.Text{ZH: s, EN: s} }

func number(id string, v float64) sdk.Metric {
	return sdk.Metric{ID: id, Title: say(id), Value: &v}
}

// tally counts what it is given and makes no segments: numbers, a table, no columns.
type tally struct{}

func (tally) Info() sdk.Info {
	return sdk.Info{
		ID: "tally", Version: "1.0.0", Name: say("Tally"), Summary: say("Counts."), Question: say("How many?"), Help: say("Counts."),
		Details: []sdk.Detail{{ID: sdk.DetailOrders, Required: true}, {ID: sdk.DetailLines}, {ID: sdk.DetailComments}},
		Params: []sdk.Param{
			{ID: "by", Kind: sdk.ParamColumn, Title: say("By"), Help: say("A column.")},
			{ID: "months", Kind: sdk.ParamInt, Title: say("Months"), Help: say("A window."), Default: sdk.Int(0), Min: sdk.Bound(0), Host: sdk.HostWindow},
		},
		Roles: []sdk.Role{{ID: "by", Param: "by", Max: 1, Kinds: []table.Kind{table.Category}, Missing: sdk.MissingAllow, Title: say("By"), Help: say("By.")}},
	}
}

func (m tally) Validate(_ context.Context, r sdk.ValidateRequest) (sdk.ValidateResponse, error) {
	out := m.Info().Complete(r)
	if !r.HasDetail(sdk.DetailOrders) || r.AsOf == 0 {
		return out, errors.New("validated without orders or date")
	}
	return out, nil
}

func (tally) Fit(_ context.Context, r sdk.Request, _ sdk.Reporter) (sdk.Response, error) {
	orders, lines := r.Detail(sdk.DetailOrders), r.Detail(sdk.DetailLines)
	out := sdk.Response{Metrics: []sdk.Metric{
		number("rows", float64(r.Table.Rows)), number("columns", float64(len(r.Table.Columns))), number("orders", float64(orders.Rows)),
		number("lines", float64(lines.Rows)), number("lineColumns", float64(len(lines.Columns))), number("asOf", float64(r.AsOf)),
	}}
	sum := 0.0
	for _, v := range orders.Column("amount").Floats {
		sum += v
	}
	out.Metrics = append(out.Metrics, number("amount", sum))
	if len(r.Table.Columns) == 1 {
		out.Tables = append(out.Tables, groups(&r.Table.Columns[0]))
	}
	return out, nil
}

// groups counts the values of a column, missing ones under "".
func groups(c *table.Column) sdk.DataTable {
	count := make([]int64, len(c.Dict)+1)
	for i, code := range c.Codes {
		if c.Missing(i) {
			code = uint32(len(c.Dict))
		}
		count[code]++
	}
	codes := make([]uint32, len(count))
	for i := range codes {
		codes[i] = uint32(i)
	}
	return sdk.DataTable{ID: "groups", Title: say("Groups"), Table: &table.Table{Rows: len(count), Columns: []table.Column{
		{Name: "value", Kind: table.Category, Dict: append(slices.Clone(c.Dict), ""), Codes: codes}, {Name: "customers", Kind: table.Int64, Ints: count},
	}}}
}

// points says a number about each customer and makes no segments.
type points struct{}

func (points) Info() sdk.Info {
	return sdk.Info{
		ID: "points", Version: "1.0.0", Name: say("Points"), Summary: say("Points."), Question: say("How many points?"), Help: say("Points."),
		Roles:   []sdk.Role{{ID: "value", Min: 1, Max: 1, Kinds: []table.Kind{table.Float64, table.Int64}, Hints: []string{"monetary"}, Title: say("Value"), Help: say("A number.")}},
		Outputs: []sdk.Output{{ID: "points", Title: say("Points"), Kind: table.Float64, Meaning: sdk.MeaningScore}},
	}
}

func (m points) Validate(_ context.Context, r sdk.ValidateRequest) (sdk.ValidateResponse, error) {
	return m.Info().Complete(r), nil
}

func (points) Fit(_ context.Context, r sdk.Request, _ sdk.Reporter) (sdk.Response, error) {
	c := table.Column{Name: "points", Kind: table.Float64}
	for i := range r.Table.Rows {
		c.Floats = append(c.Floats, 2*r.Table.Columns[0].Float(i))
	}
	return sdk.Response{Columns: []table.Column{c}}, nil
}

// cutter cuts at a number; it has a model that scores, can be exported, asks for any
// amount of memory and takes any time.
type cutter struct{}

func (cutter) Info() sdk.Info {
	return sdk.Info{
		ID: "cutter", Version: "1.0.0", Name: say("Cutter"), Summary: say("Cuts."), Question: say("Who is above?"), Help: say("Cuts."),
		Roles: []sdk.Role{{ID: "value", Min: 1, Max: 1, Kinds: []table.Kind{table.Float64, table.Int64}, Hints: []string{"monetary"}, Title: say("Value"), Help: say("A number.")}},
		Params: []sdk.Param{
			{ID: "at", Kind: sdk.ParamReal, Title: say("At"), Help: say("The cut."), Default: sdk.Real(100)},
			{ID: "gigabytes", Kind: sdk.ParamReal, Title: say("GB"), Help: say("Claims so much memory."), Default: sdk.Real(0), Min: sdk.Bound(0)},
			{ID: "sleep", Kind: sdk.ParamReal, Title: say("Sleep"), Help: say("Seconds."), Default: sdk.Real(0), Min: sdk.Bound(0)},
		},
		Outputs: []sdk.Output{
			{ID: "segment", Title: say("Segment"), Kind: table.Category, Meaning: sdk.MeaningSegment},
			{ID: "gap", Title: say("Gap"), Kind: table.Float64, Meaning: sdk.MeaningScore},
		},
		Capabilities: sdk.Capabilities{Apply: true, ExportFormats: []string{"application/pmml+xml", "application/json"}},
	}
}

func (m cutter) Validate(_ context.Context, r sdk.ValidateRequest) (sdk.ValidateResponse, error) {
	out := m.Info().Complete(r)
	out.MemoryBytes = int64(out.Params.Real("gigabytes") * (1 << 30))
	return out, nil
}

func (m cutter) Fit(ctx context.Context, r sdk.Request, _ sdk.Reporter) (sdk.Response, error) {
	select {
	case <-time.After(time.Duration(r.Params.Real("sleep") * float64(time.Second))):
	case <-ctx.Done():
		return sdk.Response{}, ctx.Err()
	}
	at := r.Params.Real("at")
	model, err := json.Marshal(at)
	return sdk.Response{Columns: m.cut(r.Table, at), Segments: m.segments(), Model: sdk.Model{Format: "application/json", Version: 1, Data: model}}, err
}

func (cutter) segments() []sdk.Segment {
	return []sdk.Segment{{Key: "above", Name: sdk.Text{ZH: "高", EN: "Above"}}, {Key: "below", Name: sdk.Text{ZH: "低", EN: "Below"}}}
}

func (cutter) cut(t *table.Table, at float64) []table.Column {
	s := table.Column{Name: "segment", Kind: table.Category, Dict: []string{"above", "below"}}
	g := table.Column{Name: "gap", Kind: table.Float64}
	for i := range t.Rows {
		gap, code := t.Columns[0].Float(i)-at, uint32(0)
		if gap <= 0 {
			code = 1
		}
		s.Codes, g.Floats = append(s.Codes, code), append(g.Floats, gap)
	}
	return []table.Column{s, g}
}

func (m cutter) Apply(_ context.Context, r sdk.ApplyRequest, _ sdk.Reporter) (sdk.ApplyResponse, error) {
	var at float64
	if err := json.Unmarshal(r.Model.Data, &at); err != nil {
		return sdk.ApplyResponse{}, err
	}
	return sdk.ApplyResponse{Columns: m.cut(r.Table, at), Segments: m.segments()}, nil
}

func (cutter) ExportModel(_ context.Context, m sdk.Model, format string) ([]byte, error) {
	switch format {
	case "application/pmml+xml":
		return fmt.Appendf(nil, "<PMML version=\"4.4\"><!-- %s --></PMML>\n", m.Data), nil
	case "application/json":
		return append(m.Data, '\n'), nil
	}
	return nil, errors.New("unknown format")
}
