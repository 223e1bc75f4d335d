package risk

import (
	"context"
	"errors"
	"fmt"

	"qunxiang/plugins/internal/keep"
	"qunxiang/plugins/internal/tree"
	"qunxiang/sdk"
	"qunxiang/sdk/table"
)

// Method serves risk groups. The zero value is ready and safe for concurrent use.
type Method struct{}

// New returns the method.
func New() sdk.Method { return Method{} }

var (
	_ sdk.Method  = Method{}
	_ sdk.Applier = Method{}

	_ sdk.Exporter = Method{}
)

// Validate checks parameters and columns.
func (m Method) Validate(_ context.Context, req sdk.ValidateRequest) (sdk.ValidateResponse, error) {
	out := m.Info().Complete(req)
	features := 0
	for _, c := range req.Columns {
		if c.Role == roleFeatures {
			features++
		}
	}
	out.MemoryBytes = int64(req.Rows)*int64(320+20*features) + 32<<20
	return out, nil
}

// Fit learns, calibrates and judges the probabilities.
func (m Method) Fit(ctx context.Context, req sdk.Request, rep sdk.Reporter) (sdk.Response, error) {
	checked := m.Info().Complete(req.Question())
	r := &run{ctx: ctx, params: checked.Params, seed: req.Seed, threads: max(1, req.Threads), rep: rep, brief: req.Brief, notes: checked.Diagnostics}
	if r.notes.Failed() || !r.read(req.Table) {
		return sdk.Response{Diagnostics: r.notes}, ctx.Err()
	}
	if err := r.find(); err != nil {
		return sdk.Response{}, err
	}
	return r.response(req.Table)
}

// Apply scores customers with a stored model.
func (m Method) Apply(ctx context.Context, req sdk.ApplyRequest, _ sdk.Reporter) (sdk.ApplyResponse, error) {
	md, trees, err := readModel(req.Model)
	if err != nil {
		return sdk.ApplyResponse{}, err
	}
	features, missing := tree.Bind(md.Features, req.Table)
	if missing != "" {
		return sdk.ApplyResponse{Diagnostics: []sdk.Diagnostic{{
			Severity: sdk.SeverityError, Code: "feature_missing", Column: missing,
			Summary: sdk.Text{ZH: "缺少“{column}”列，或它的类型变了，无法打分。", EN: "Column “{column}” is missing or has another type, so customers cannot be scored."}.Fill("column", missing),
		}}}, nil
	}
	n := req.Table.Rows
	s := &scorer{features: features, trees: trees, calibration: md.Calibration, draw: md.Draw}
	for k := range md.Trees {
		s.value = append(s.value, md.Trees[k].Value)
		s.mean += md.Trees[k].Value[0] / float64(len(trees))
	}
	o := newOutputs(n, req.Table.Column(md.Amount))
	if err := s.score(ctx, n, 1, func(i int, p float64, why string) { o.set(i, p, why, md.Low, md.High) }); err != nil {
		return sdk.ApplyResponse{}, err
	}
	return sdk.ApplyResponse{Columns: o.columns(), Segments: md.Segments}, nil
}

// outputs are the columns of an answer.
type outputs struct {
	label       []uint32
	probability []float64
	loss        []float64
	valid       table.Bits
	amount      *table.Column
	reasons     []string
}

func newOutputs(n int, amount *table.Column) *outputs {
	o := &outputs{label: make([]uint32, n), probability: make([]float64, n), reasons: make([]string, n)}
	if amount != nil && amount.Numeric() {
		o.amount, o.loss, o.valid = amount, make([]float64, n), table.NewBits(n)
		for i := range n {
			if x := amount.Float(i); !amount.Missing(i) && x-x == 0 {
				o.valid.Set(i)
			}
		}
	}
	return o
}

func (o *outputs) set(i int, p float64, why string, low, high float64) {
	o.label[i], o.probability[i], o.reasons[i] = band(p, low, high), p, why
	if o.amount != nil && o.valid.Get(i) {
		o.loss[i] = p * o.amount.Float(i)
	}
}

func (o *outputs) columns() []table.Column {
	out := []table.Column{
		{Name: "segment", Kind: table.Category, Codes: o.label, Dict: keys[:]},
		{Name: "probability", Kind: table.Float64, Floats: o.probability},
		{Name: "reasons", Kind: table.String, Strings: o.reasons},
	}
	if o.amount != nil {
		out = append(out, table.Column{Name: "expected_loss", Kind: table.Float64, Floats: o.loss, Valid: o.valid, Unit: "money"})
	}
	return out
}

const modelVersion = 1

// errModel is returned when a stored model cannot be used.
var errModel = errors.New("risk: unusable model")

// model is what a run leaves behind for later customers.
type model struct {
	Target      string              `json:"target,omitempty"`
	Features    []tree.ModelFeature `json:"features"`
	Trees       []tree.Shape        `json:"trees"`
	Draw        tree.Draw           `json:"draw"`
	Calibration tree.Calibration    `json:"calibration"`
	Low         float64             `json:"low"`
	High        float64             `json:"high"`
	Amount      string              `json:"amount,omitempty"`
	Segments    []sdk.Segment       `json:"segments"`
}

func readModel(m sdk.Model) (*model, []*tree.Tree, error) {
	md, err := keep.Read[model](m, modelVersion, errModel)
	if err != nil {
		return nil, nil, err
	}
	if len(md.Trees) == 0 || len(md.Segments) != len(keys) || len(md.Calibration.Score) != len(md.Calibration.Value) {
		return nil, nil, fmt.Errorf("%w: empty", errModel)
	}
	var out []*tree.Tree
	for k := range md.Trees {
		t, err := md.Trees[k].Tree(md.Features)
		if err != nil {
			return nil, nil, fmt.Errorf("%w: %w", errModel, err)
		}
		out = append(out, t)
	}
	return md, out, nil
}
