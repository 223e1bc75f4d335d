package dtree

import (
	"context"
	"errors"
	"fmt"

	"qunxiang/plugins/internal/keep"
	"qunxiang/plugins/internal/tree"
	"qunxiang/sdk"
	"qunxiang/sdk/table"
)

// Method serves decision trees. The zero value is ready and safe for concurrent use.
type Method struct{}

// New returns the method.
func New() sdk.Method { return Method{} }

var (
	_ sdk.Method   = Method{}
	_ sdk.Applier  = Method{}
	_ sdk.Exporter = Method{}
)

// Validate checks parameters and columns.
func (m Method) Validate(_ context.Context, req sdk.ValidateRequest) (sdk.ValidateResponse, error) {
	out := m.Info().Complete(req)
	features := 0
	for _, c := range req.Columns {
		switch c.Role {
		case roleFeatures:
			features++
		case roleTarget:
			if c.Kind == table.Category && out.Params.Text("criterion") == criterionVariance {
				out.Diagnostics = append(out.Diagnostics, tree.VarianceOfCategory(c.Name))
			}
		}
	}
	if _, bad := edits(out.Params.Texts("edit")); bad != "" {
		r := run{params: out.Params}
		r.edit()
		out.Diagnostics = append(out.Diagnostics, r.notes...)
	}
	out.MemoryBytes = int64(req.Rows) * int64(72+4*features)
	return out, nil
}

// Fit grows, prunes and judges the tree.
func (m Method) Fit(ctx context.Context, req sdk.Request, rep sdk.Reporter) (sdk.Response, error) {
	checked := m.Info().Complete(req.Question())
	r := &run{ctx: ctx, params: checked.Params, seed: req.Seed, threads: max(1, req.Threads), rep: rep, brief: req.Brief, notes: checked.Diagnostics}
	if r.notes.Failed() || !r.read(req.Table) {
		return sdk.Response{Diagnostics: r.notes}, ctx.Err()
	}
	if err := r.find(); err != nil {
		return sdk.Response{}, err
	}
	if r.notes.Failed() {
		return sdk.Response{Diagnostics: r.notes}, nil
	}
	return r.response()
}

// Apply sends customers down the stored tree.
func (m Method) Apply(ctx context.Context, req sdk.ApplyRequest, _ sdk.Reporter) (sdk.ApplyResponse, error) {
	md, t, err := readModel(req.Model)
	if err != nil {
		return sdk.ApplyResponse{}, err
	}
	features, missing := tree.Bind(md.Features, req.Table)
	if missing != "" {
		return sdk.ApplyResponse{Diagnostics: []sdk.Diagnostic{{
			Severity: sdk.SeverityError, Code: "feature_missing", Column: missing,
			Summary: sdk.Text{ZH: "缺少“{column}”列，或它的类型变了，无法归入已有客群。", EN: "Column “{column}” is missing or has another type, so customers cannot be placed in the existing segments."}.Fill("column", missing),
		}}}, nil
	}
	label, value := make([]uint32, req.Table.Rows), make([]float64, req.Table.Rows)
	const part = 1 << 14
	for i := range label {
		if i%part == 0 && ctx.Err() != nil {
			return sdk.ApplyResponse{}, ctx.Err()
		}
		at := t.Follow(features, int32(i))
		label[i], value[i] = uint32(md.Segment[at]), md.Tree.Value[at]
	}
	return sdk.ApplyResponse{Columns: outputs(md.Segments, label, value, md.Classes == nil), Segments: md.Segments}, nil
}

// ExportModel writes the tree as PMML 4.4.
func (m Method) ExportModel(_ context.Context, stored sdk.Model, format string) ([]byte, error) {
	if format != keep.PMML {
		return nil, fmt.Errorf("%w: format %q", errModel, format)
	}
	md, _, err := readModel(stored)
	if err != nil {
		return nil, err
	}
	d := tree.Document{Features: md.Features, Shape: &md.Tree, Target: md.Target, Classes: md.Classes, Version: m.Info().Version}
	return d.PMML()
}

func outputs(segments []sdk.Segment, label []uint32, value []float64, numeric bool) []table.Column {
	dict := make([]string, len(segments))
	for i, s := range segments {
		dict[i] = s.Key
	}
	id := "probability"
	if numeric {
		id = "predicted"
	}
	return []table.Column{
		{Name: "segment", Kind: table.Category, Codes: label, Dict: dict},
		{Name: id, Kind: table.Float64, Floats: value},
	}
}

const modelVersion = 2

// errModel is returned when a stored model cannot be used.
var errModel = errors.New("dtree: unusable model")

// model is what a run leaves behind for later customers.
type model struct {
	Target   string              `json:"target"`
	Classes  []string            `json:"classes,omitempty"` // none: the values are means
	Positive string              `json:"positive,omitempty"`
	Features []tree.ModelFeature `json:"features"`
	Tree     tree.Shape          `json:"tree"`
	Segment  []int               `json:"segment"` // of each node
	Segments []sdk.Segment       `json:"segments"`
}

// readModel reads a stored model and refuses one that could not have been written.
func readModel(m sdk.Model) (*model, *tree.Tree, error) {
	md, err := keep.Read[model](m, modelVersion, errModel)
	if err != nil {
		return nil, nil, err
	}
	t, err := md.Tree.Tree(md.Features)
	if err != nil {
		return nil, nil, fmt.Errorf("%w: %w", errModel, err)
	}
	if len(md.Segments) == 0 || len(md.Segment) != len(t.Nodes) {
		return nil, nil, fmt.Errorf("%w: segments", errModel)
	}
	for _, s := range md.Segment {
		if s < 0 || s >= len(md.Segments) {
			return nil, nil, fmt.Errorf("%w: segment %d", errModel, s)
		}
	}
	return md, t, nil
}
