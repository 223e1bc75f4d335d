package dtree

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"math"
	"slices"
	"strconv"

	"qunxiang/sdk"
	"qunxiang/sdk/table"
)

// Method serves decision trees. The zero value is ready and safe for concurrent use.
type Method struct{}

// New returns the method.
func New() sdk.Method { return Method{} }

var (
	_ sdk.Method  = Method{}
	_ sdk.Applier = Method{}
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
				out.Diagnostics = append(out.Diagnostics, varianceOfCategory(c.Name))
			}
		}
	}
	out.MemoryBytes = int64(req.Rows) * int64(64+12*features)
	return out, nil
}

// Fit grows, prunes and judges the tree.
func (m Method) Fit(ctx context.Context, req sdk.Request, rep sdk.Reporter) (sdk.Response, error) {
	checked := m.Info().Complete(sdk.ValidateRequest{Params: req.Params, Columns: schema(req.Table), Rows: req.Table.Rows})
	if hasError(checked.Diagnostics) {
		return sdk.Response{Diagnostics: checked.Diagnostics}, nil
	}
	r := &run{ctx: ctx, params: checked.Params, seed: req.Seed, threads: max(1, req.Threads), rep: rep, diags: checked.Diagnostics}
	if !r.read(req.Table) {
		return sdk.Response{Diagnostics: r.diags}, nil
	}
	if err := r.find(); err != nil {
		return sdk.Response{}, err
	}
	return r.response()
}

// Apply sends customers down the stored tree.
func (m Method) Apply(ctx context.Context, req sdk.ApplyRequest, _ sdk.Reporter) (sdk.ApplyResponse, error) {
	md, err := readModel(req.Model)
	if err != nil {
		return sdk.ApplyResponse{}, err
	}
	columns := make([]*table.Column, len(md.Features))
	for j, f := range md.Features {
		c := req.Table.Column(f.Name)
		if c == nil || f.Category != (c.Kind == table.Category) {
			return sdk.ApplyResponse{Diagnostics: []sdk.Diagnostic{{
				Severity: sdk.SeverityError, Code: "feature_missing", Column: f.Name,
				Summary: sdk.Text{ZH: "缺少“{column}”列，或它的类型变了，无法归入已有客群。", EN: "Column “{column}” is missing or has another type, so customers cannot be placed in the existing segments."}.Fill("column", f.Name),
			}}}, nil
		}
		columns[j] = c
	}
	label, value := make([]uint32, req.Table.Rows), make([]float64, req.Table.Rows)
	const part = 1 << 14
	for i := range label {
		if i%part == 0 && ctx.Err() != nil {
			return sdk.ApplyResponse{}, ctx.Err()
		}
		nd := md.follow(columns, i)
		label[i], value[i] = uint32(nd.Segment), nd.Value
	}
	return sdk.ApplyResponse{Columns: outputs(md.Segments, label, value, md.Numeric), Segments: md.Segments}, nil
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

const (
	modelFormat  = "application/json"
	modelVersion = 1
)

// errModel is returned when a stored model cannot be used.
var errModel = errors.New("dtree: unusable model")

// model is what a run leaves behind for later customers.
type model struct {
	Features []modelFeature `json:"features"`
	Nodes    []modelNode    `json:"nodes"` // parents first
	Segments []sdk.Segment  `json:"segments"`
	Numeric  bool           `json:"numeric,omitempty"` // Value is a mean, not a probability
}

type modelFeature struct {
	Name     string `json:"name"`
	Category bool   `json:"category,omitempty"`
}

type modelNode struct {
	Feature     int            `json:"feature"` // -1 = leaf
	Below       float64        `json:"below,omitempty"`
	Side        map[string]int `json:"side,omitempty"` // level → 1 left, 0 right
	MissingLeft bool           `json:"missingLeft,omitempty"`
	Left        int            `json:"left,omitempty"`
	Right       int            `json:"right,omitempty"`
	Segment     int            `json:"segment"`
	Value       float64        `json:"value"`
}

func (m *model) follow(columns []*table.Column, i int) *modelNode {
	at := 0
	for {
		nd := &m.Nodes[at]
		if nd.Feature < 0 {
			return nd
		}
		if nd.goesLeft(columns[nd.Feature], i) {
			at = nd.Left
		} else {
			at = nd.Right
		}
	}
}

func (nd *modelNode) goesLeft(c *table.Column, i int) bool {
	if c.Missing(i) {
		return nd.MissingLeft
	}
	if c.Kind == table.Category {
		if side, ok := nd.Side[c.Dict[c.Codes[i]]]; ok {
			return side == 1
		}
		return nd.MissingLeft
	}
	x := c.Float(i)
	if x-x != 0 {
		return nd.MissingLeft
	}
	return x < nd.Below
}

// readModel reads a stored model and refuses one that could not have been written:
// every child stands behind its parent, so following it ends.
func readModel(m sdk.Model) (*model, error) {
	if m.Format != modelFormat || m.Version != modelVersion {
		return nil, fmt.Errorf("%w: format %q version %d", errModel, m.Format, m.Version)
	}
	var md model
	if err := json.Unmarshal(m.Data, &md); err != nil {
		return nil, fmt.Errorf("%w: %w", errModel, err)
	}
	if len(md.Nodes) == 0 || len(md.Segments) == 0 {
		return nil, fmt.Errorf("%w: empty", errModel)
	}
	for i, nd := range md.Nodes {
		leaf := nd.Feature < 0
		inner := nd.Feature < len(md.Features) && nd.Left > i && nd.Right > i && nd.Left < len(md.Nodes) && nd.Right < len(md.Nodes)
		if !leaf && !inner || nd.Segment < 0 || nd.Segment >= len(md.Segments) {
			return nil, fmt.Errorf("%w: node %d", errModel, i)
		}
	}
	return &md, nil
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

func varianceOfCategory(column string) sdk.Diagnostic {
	return sdk.Diagnostic{
		Severity: sdk.SeverityError, Code: "variance_of_category", Param: "criterion", Column: column,
		Summary: sdk.Text{ZH: "“{column}”是类别，没有方差；请用 gini 或 entropy。", EN: "“{column}” is a category and has no variance; use gini or entropy."}.Fill("column", column),
	}
}

func itoa(n int) string { return strconv.Itoa(n) }

// short writes a number with four digits.
func short(x float64) string {
	if a := math.Abs(x); a >= 1000 && a < 1e15 {
		return strconv.FormatFloat(math.Round(x), 'f', -1, 64)
	}
	return strconv.FormatFloat(x, 'g', 4, 64)
}
