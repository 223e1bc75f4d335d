package kmeans

import (
	"context"
	"errors"
	"fmt"
	"math"
	"slices"

	"qunxiang/internal/large"
	"qunxiang/plugins/internal/cluster"
	"qunxiang/plugins/internal/keep"
	"qunxiang/plugins/internal/vec"
	"qunxiang/sdk"
	"qunxiang/sdk/table"
)

// Method serves k-means. The zero value is ready and safe for concurrent use.
type Method struct{}

// New returns the method.
func New() sdk.Method { return Method{} }

var (
	_ sdk.Method   = Method{}
	_ sdk.Applier  = Method{}
	_ sdk.Exporter = Method{}
)

// shelved is the number of rows above which a run takes enough memory for large pages.
const shelved = 5_000

const modelVersion = 1

// model is what a run leaves behind for later customers.
type model struct {
	Features []cluster.Feature `json:"features"`
	Centres  [][]float64       `json:"centres"` // prepared values, in the order of the segments
	Segments []sdk.Segment     `json:"segments"`
}

// errModel is returned when a stored model cannot be used.
var errModel = errors.New("kmeans: unusable model")

// Validate checks parameters and columns.
func (m Method) Validate(_ context.Context, req sdk.ValidateRequest) (sdk.ValidateResponse, error) {
	out := m.Info().Complete(req)
	features := 0
	var names []string
	for _, c := range req.Columns {
		if c.Role == roleFeatures {
			features++
			names = append(names, c.Name)
		}
	}
	if !sdk.Failed(out.Diagnostics) {
		set, problems := newSettings(out.Params, names, 0)
		out.Diagnostics = append(out.Diagnostics, problems...)
		if set.k > req.Rows && req.Rows > 0 {
			out.Diagnostics = append(out.Diagnostics, cluster.TooManyGroups(set.k, req.Rows))
		}
	}
	const perRow = 64 // labels, bounds, answers
	out.MemoryBytes = int64(req.Rows) * int64(perRow+32*features)
	return out, nil
}

// Fit finds the groups.
func (m Method) Fit(ctx context.Context, req sdk.Request, rep sdk.Reporter) (sdk.Response, error) {
	columns := req.Table.ByRole(roleFeatures)
	names := make([]string, len(columns))
	for i, c := range columns {
		names[i] = c.Name
	}
	checked := m.Info().Complete(req.Question())
	set, diags := newSettings(checked.Params, names, req.Seed)
	if diags = append(checked.Diagnostics, diags...); sdk.Failed(diags) {
		return sdk.Response{Diagnostics: diags}, nil
	}
	weight, more := weights(req.Table)
	if diags = append(diags, more...); sdk.Failed(diags) {
		return sdk.Response{Diagnostics: diags}, nil
	}
	rep.Progress(0.02, sdk.Text{ZH: "处理特征", EN: "Preparing features"})
	w := cluster.Worker{Ctx: ctx, Stop: rep.Stopping, Threads: max(1, req.Threads)}
	if req.Table.Rows > shelved {
		w.Shelf = new(large.Shelf)
	}
	data, more, err := cluster.PrepareColumns(w, columns, weight, req.Table.Rows, set.recipe)
	if err != nil {
		return sdk.Response{}, err
	}
	if diags = append(diags, more...); sdk.Failed(diags) {
		return sdk.Response{Diagnostics: diags}, nil
	}
	r := &run{w: w, set: set, rep: rep, Outcome: cluster.Outcome{Data: data, Diags: diags}, all: newData(w.Shelf, data.C, data.Weight, data.Largest), rivals: map[*cluster.Grouping][]*cluster.Grouping{}}
	if !r.limits() {
		return sdk.Response{Diagnostics: r.Diags}, nil
	}
	if req.Brief && set.k > 0 {
		return r.brief()
	}
	if err := r.find(); err != nil {
		return sdk.Response{}, err
	}
	return r.response()
}

// weights returns what each row counts, nil where all count alike.
func weights(t *table.Table) ([]float64, []sdk.Diagnostic) {
	columns := t.ByRole(roleWeight)
	if len(columns) == 0 || t.Rows == 0 {
		return nil, nil
	}
	values, diags := cluster.ReadColumns(columns)
	if len(diags) > 0 {
		return nil, diags
	}
	const most = 1e9 // sums of weighted squares stay in range
	lo, hi := cluster.Extent(values[0])
	if lo < 0 || hi == 0 || hi > most {
		return nil, []sdk.Diagnostic{{
			Severity: sdk.SeverityError, Code: "bad_weight", Column: columns[0].Name, Param: roleWeight,
			Summary: sdk.Text{ZH: "权重列“{column}”的值必须在 0 到 10 亿之间，且不能全为 0。", EN: "The weights in column “{column}” must lie between 0 and 1,000,000,000, and not all be 0."}.Fill("column", columns[0].Name),
		}}
	}
	return values[0], nil
}

// Apply puts customers into the group of the nearest stored centre.
func (m Method) Apply(ctx context.Context, req sdk.ApplyRequest, rep sdk.Reporter) (sdk.ApplyResponse, error) {
	md, err := readModel(req.Model)
	if err != nil {
		return sdk.ApplyResponse{}, err
	}
	columns := make([]*table.Column, len(md.Features))
	for j, f := range md.Features {
		if columns[j] = req.Table.Column(f.Name); columns[j] == nil || !columns[j].Numeric() {
			return sdk.ApplyResponse{Diagnostics: []sdk.Diagnostic{{
				Severity: sdk.SeverityError, Code: "feature_missing", Column: f.Name,
				Summary: sdk.Text{ZH: "缺少数值列“{column}”，无法归入已有客群。", EN: "The numeric column “{column}” is missing, so customers cannot be placed in the existing segments."}.Fill("column", f.Name),
			}}}, nil
		}
	}
	values, diags := cluster.ReadColumns(columns)
	if len(diags) > 0 {
		return sdk.ApplyResponse{Diagnostics: diags}, nil
	}
	c := vec.NewColumns(req.Table.Rows, len(columns))
	for j := range values {
		f, to := &md.Features[j], c.Column(j)
		for i, x := range values[j] {
			to[i] = min(max(f.At(x), -math.MaxFloat64), math.MaxFloat64)
		}
	}
	d := data{Columns: c, total: float64(c.N)}
	g := &cluster.Grouping{K: len(md.Centres), Centres: slices.Concat(md.Centres...), Count: make([]int, len(md.Centres))}
	w := cluster.Worker{Ctx: ctx, Stop: rep.Stopping, Threads: 1}
	first, second, err := finish(w, &d, g)
	if err != nil {
		return sdk.ApplyResponse{}, err
	}
	for c := range g.Count { // one newcomer alone is not a group of one
		g.Count[c] = 2
	}
	value, distance, err := cluster.Nearness(w, g.Label, g.Count, first, second)
	if err != nil {
		return sdk.ApplyResponse{}, err
	}
	for i, x := range distance {
		distance[i] = min(x, math.MaxFloat64)
	}
	return sdk.ApplyResponse{Columns: cluster.Outputs(md.Segments, g.Label, distance, value), Segments: md.Segments}, nil
}

// readModel reads a stored model and refuses one that could not have been written.
func readModel(m sdk.Model) (*model, error) {
	md, err := keep.Read[model](m, modelVersion, errModel)
	if err != nil {
		return nil, err
	}
	if len(md.Features) == 0 || len(md.Centres) == 0 || len(md.Segments) != len(md.Centres) {
		return nil, fmt.Errorf("%w: sizes", errModel)
	}
	for _, c := range md.Centres {
		if len(c) != len(md.Features) {
			return nil, fmt.Errorf("%w: centre", errModel)
		}
	}
	for _, f := range md.Features {
		if f.Scale == 0 || (f.Low == nil) != (f.High == nil) {
			return nil, fmt.Errorf("%w: feature %q", errModel, f.Name)
		}
	}
	return md, nil
}
