package kmeans

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"math"
	"slices"

	"qunxiang/sdk"
	"qunxiang/sdk/table"
)

// Method serves k-means. The zero value is ready and safe for concurrent use.
type Method struct{}

// New returns the method.
func New() sdk.Method { return Method{} }

var (
	_ sdk.Method  = Method{}
	_ sdk.Applier = Method{}
)

const (
	modelFormat  = "application/json"
	modelVersion = 1
)

// model is what a run leaves behind for later customers.
type model struct {
	Features []feature     `json:"features"`
	Centres  [][]float64   `json:"centres"` // prepared values, in the order of the segments
	Segments []sdk.Segment `json:"segments"`
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
	if !hasError(out.Diagnostics) {
		set, problems := newSettings(out.Params, names, 0)
		out.Diagnostics = append(out.Diagnostics, problems...)
		if set.k > req.Rows && req.Rows > 0 {
			out.Diagnostics = append(out.Diagnostics, tooManyGroups(set.k, req.Rows))
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
	checked := m.Info().Complete(sdk.ValidateRequest{Params: req.Params, Columns: schema(req.Table), Rows: req.Table.Rows})
	set, diags := newSettings(checked.Params, names, req.Seed)
	if diags = append(checked.Diagnostics, diags...); hasError(diags) {
		return sdk.Response{Diagnostics: diags}, nil
	}
	rep.Progress(0.02, sdk.Text{ZH: "处理特征", EN: "Preparing features"})
	data, more, err := prepare(ctx, columns, req.Table.Rows, set.recipe)
	if err != nil {
		return sdk.Response{}, err
	}
	if diags = append(diags, more...); hasError(diags) {
		return sdk.Response{Diagnostics: diags}, nil
	}
	r := &run{w: worker{ctx: ctx, stop: rep.Stopping, threads: max(1, req.Threads)}, set: set, data: data, rep: rep, diags: diags}
	if !r.limits() {
		return sdk.Response{Diagnostics: r.diags}, nil
	}
	if err := r.find(); err != nil {
		return sdk.Response{}, err
	}
	return r.response()
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
	values, diags := readColumns(columns)
	if len(diags) > 0 {
		return sdk.ApplyResponse{Diagnostics: diags}, nil
	}
	p := newPoints(req.Table.Rows, len(columns))
	for j := range values {
		f := &md.Features[j]
		for i, x := range values[j] {
			p.x[i*p.d+j] = min(max(f.at(x), -math.MaxFloat64), math.MaxFloat64)
		}
	}
	g := &grouping{k: len(md.Centres), centres: slices.Concat(md.Centres...), label: make([]int32, p.n), count: make([]int, len(md.Centres))}
	w := worker{ctx: ctx, stop: rep.Stopping, threads: 1}
	if err := finish(w, p, g); err != nil {
		return sdk.ApplyResponse{}, err
	}
	for c := range g.count { // one newcomer alone is not a group of one
		g.count[c] = 2
	}
	value, distance, err := centreSilhouette(w, p, g.centres, g.label, g.count)
	if err != nil {
		return sdk.ApplyResponse{}, err
	}
	for i, x := range distance {
		distance[i] = min(x, math.MaxFloat64)
	}
	return sdk.ApplyResponse{Columns: outputs(md.Segments, g.label, distance, value), Segments: md.Segments}, nil
}

// readModel reads a stored model and refuses one that could not have been written.
func readModel(m sdk.Model) (*model, error) {
	if m.Format != modelFormat || m.Version != modelVersion {
		return nil, fmt.Errorf("%w: format %q version %d", errModel, m.Format, m.Version)
	}
	var md model
	if err := json.Unmarshal(m.Data, &md); err != nil {
		return nil, fmt.Errorf("%w: %w", errModel, err)
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
	return &md, nil
}

func outputs(segments []sdk.Segment, label []int32, distance, silhouette []float64) []table.Column {
	dict := make([]string, len(segments))
	for i, s := range segments {
		dict[i] = s.Key
	}
	codes := make([]uint32, len(label))
	for i, c := range label {
		codes[i] = uint32(c)
	}
	return []table.Column{
		{Name: "segment", Kind: table.Category, Codes: codes, Dict: dict},
		{Name: "distance", Kind: table.Float64, Floats: distance},
		{Name: "silhouette", Kind: table.Float64, Floats: silhouette},
	}
}

func schema(t *table.Table) []sdk.ColumnSchema {
	out := make([]sdk.ColumnSchema, len(t.Columns))
	for i := range t.Columns {
		c := &t.Columns[i]
		out[i] = sdk.ColumnSchema{Name: c.Name, Kind: c.Kind, Unit: c.Unit, Role: c.Role}
	}
	return out
}

func hasError(d []sdk.Diagnostic) bool {
	return slices.ContainsFunc(d, func(x sdk.Diagnostic) bool { return x.Severity == sdk.SeverityError })
}

func tooManyGroups(k, different int) sdk.Diagnostic {
	return sdk.Diagnostic{
		Severity: sdk.SeverityError, Code: "k_too_large", Param: "k",
		Summary: sdk.Text{ZH: "要分 {k} 个群，但互不相同的客户只有 {n} 位；请减小 k。", EN: "{k} groups were asked for, but only {n} customers differ from each other; choose a smaller k."}.
			Fill("k", itoa(k), "n", itoa(different)),
	}
}
