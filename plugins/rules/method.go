package rules

import (
	"context"
	"errors"
	"math/bits"
	"slices"

	"qunxiang/plugins/internal/keep"
	"qunxiang/sdk"
	"qunxiang/sdk/expr"
	"qunxiang/sdk/table"
)

// Method serves rules written by hand. The zero value is ready and safe for concurrent use.
type Method struct{}

// New returns the method.
func New() sdk.Method { return Method{} }

var (
	_ sdk.Method   = Method{}
	_ sdk.Applier  = Method{}
	_ sdk.Exporter = Method{}
)

// model is what a run leaves behind: the rules as written, and of what kind the columns
// were that they ask for (other programs need to be told).
type model struct {
	Rules []string              `json:"rules"`
	Kinds map[string]table.Kind `json:"kinds,omitempty"`
}

const modelVersion = 1

// errModel is returned when a stored model cannot be used.
var errModel = errors.New("rules: unusable model")

// Validate reads the rules and proves what they cover.
func (m Method) Validate(ctx context.Context, req sdk.ValidateRequest) (sdk.ValidateResponse, error) {
	out := m.Info().Complete(req)
	out.MemoryBytes = int64(req.Rows) * 16
	if sdk.Failed(out.Diagnostics) {
		return out, nil
	}
	set, problems := read(out.Params.Texts(paramRule))
	if problems != nil {
		out.Diagnostics = append(out.Diagnostics, problems...)
		return out, nil
	}
	f, problems, err := prove(ctx, set, req.Columns)
	if err != nil {
		return out, err
	}
	if f != nil {
		problems = f.diagnostics()
	}
	out.Diagnostics = append(out.Diagnostics, problems...)
	return out, nil
}

// Fit gives each customer the segment of the first rule that holds.
func (m Method) Fit(ctx context.Context, req sdk.Request, rep sdk.Reporter) (sdk.Response, error) {
	columns := schema(req.Table)
	checked := m.Info().Complete(sdk.ValidateRequest{Params: req.Params, Columns: columns, Rows: req.Table.Rows})
	if sdk.Failed(checked.Diagnostics) {
		return sdk.Response{Diagnostics: checked.Diagnostics}, nil
	}
	texts := checked.Params.Texts(paramRule)
	set, problems := read(texts)
	if problems != nil {
		return sdk.Response{Diagnostics: problems}, nil
	}
	rep.Progress(0.1, sdk.Text{ZH: "检查规则", EN: "Checking the rules"})
	f, problems, err := prove(ctx, set, columns)
	if err != nil || problems != nil {
		return sdk.Response{Diagnostics: problems}, err
	}
	rep.Progress(0.3, sdk.Text{ZH: "划分客群", EN: "Sharing out the customers"})
	f.table = req.Table
	if f.match, err = expr.FirstMatch(ctx, set.exprs(), req.Table); err != nil {
		return sdk.Response{}, err
	}
	diags := f.diagnostics()
	if err := ctx.Err(); err != nil {
		return sdk.Response{}, err
	}
	if sdk.Failed(diags) {
		return sdk.Response{Diagnostics: diags}, nil
	}
	rep.Progress(0.8, sdk.Text{ZH: "整理结果", EN: "Writing the result"})
	cols := f.columnsOut()
	stored, err := keep.Write(model{Rules: texts, Kinds: set.kinds(req.Table)}, modelVersion)
	if err != nil {
		return sdk.Response{}, err
	}
	return sdk.Response{
		Columns: cols, Segments: set.segments(f.proof), Diagnostics: diags, Metrics: f.metrics(), Tables: f.tables(),
		Model: stored,
	}, nil
}

// columnsOut are the labels and how many rules hold for each customer.
func (f *finding) columnsOut() []table.Column {
	label := table.Column{Name: "segment", Kind: table.Category, Dict: f.set.keys, Codes: make([]uint32, f.table.Rows)}
	for i, r := range f.match.Label {
		label.Codes[i] = uint32(f.set.rules[r].segment)
	}
	holds := table.Column{Name: "rules_matched", Kind: table.Int64, Ints: make([]int64, f.table.Rows)}
	for _, rows := range f.match.Rows {
		for w, word := range rows {
			for ; word != 0; word &= word - 1 {
				holds.Ints[w<<6|bits.TrailingZeros64(word)]++
			}
		}
	}
	return []table.Column{label, holds}
}

// Apply puts new customers into the segments of stored rules. A customer whom no rule
// takes is an error that says so.
func (m Method) Apply(ctx context.Context, req sdk.ApplyRequest, rep sdk.Reporter) (sdk.ApplyResponse, error) {
	stored, err := keep.Read[model](req.Model, modelVersion, errModel)
	if err != nil {
		return sdk.ApplyResponse{}, err
	}
	if set, problems := read(stored.Rules); problems != nil || len(set.rules) == 0 {
		return sdk.ApplyResponse{}, errModel
	}
	res, err := m.Fit(ctx, sdk.Request{Table: req.Table, Params: sdk.Params{paramRule: sdk.Texts(stored.Rules...)}, Threads: 1}, rep)
	return sdk.ApplyResponse{Columns: res.Columns, Segments: res.Segments, Diagnostics: res.Diagnostics}, err
}

// kinds are those of the columns that the rules ask for.
func (s *ruleset) kinds(t *table.Table) map[string]table.Kind {
	out := map[string]table.Kind{}
	for _, r := range s.rules {
		for _, name := range r.expr.Columns() {
			if c := t.Column(name); c != nil {
				out[name] = c.Kind
			}
		}
	}
	return out
}

// schema is [sdk.Schema], but NaN counts as missing.
func schema(t *table.Table) []sdk.ColumnSchema {
	out := sdk.Schema(t)
	for i := range t.Columns {
		if slices.ContainsFunc(t.Columns[i].Floats, func(x float64) bool { return x != x }) {
			out[i].Missing++
		}
	}
	return out
}
