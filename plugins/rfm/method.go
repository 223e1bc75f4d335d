package rfm

import (
	"context"
	"errors"
	"fmt"
	"sync"

	"qunxiang/internal/large"
	"qunxiang/plugins/internal/keep"
	"qunxiang/plugins/rfm/segmap"
	"qunxiang/sdk"
	"qunxiang/sdk/table"
)

// Method serves RFM. The zero value is ready and safe for concurrent use.
type Method struct{}

// New returns the method.
func New() sdk.Method { return Method{} }

var (
	_ sdk.Method  = Method{}
	_ sdk.Applier = Method{}
)

// model is what a run leaves behind for scoring later customers.
type model struct {
	Nested      bool        `json:"nested,omitempty"`
	Scales      [3]Scale    `json:"scales"`
	Map         string      `json:"map"`
	MapText     string      `json:"mapText,omitempty"`
	Comparison  *Comparison `json:"comparison,omitempty"`
	Weights     [3]float64  `json:"weights"`
	FrequencyOf string      `json:"frequencyOf"`
	MonetaryOf  string      `json:"monetaryOf"`
}

const modelVersion = 1

// errModel is returned when a stored model cannot be used.
var errModel = errors.New("rfm: unusable model")

// Validate checks parameters, the segment map and the columns.
func (m Method) Validate(_ context.Context, req sdk.ValidateRequest) (sdk.ValidateResponse, error) {
	out := m.Info().Complete(req)
	if !sdk.Failed(out.Diagnostics) {
		_, problems := newSettings(out.Params)
		out.Diagnostics = append(out.Diagnostics, problems...)
	}
	days := false
	for _, c := range req.Columns {
		days = days || c.Role == roleDays
	}
	if out.Params.Text("frequency_of") == ofDays && !days {
		out.Diagnostics = append(out.Diagnostics, daysMissing())
	}
	const perRow = 3*(8+8+1) + 6*8 // values, keys, scores and answers
	out.MemoryBytes = int64(req.Rows) * perRow
	return out, nil
}

// Fit scores the customers and names their segments.
func (m Method) Fit(ctx context.Context, req sdk.Request, rep sdk.Reporter) (sdk.Response, error) {
	checked := m.Info().Complete(req.Question())
	if sdk.Failed(checked.Diagnostics) {
		return sdk.Response{Diagnostics: checked.Diagnostics}, nil
	}
	set, diags := newSettings(checked.Params)
	if sdk.Failed(diags) {
		return sdk.Response{Diagnostics: diags}, nil
	}
	in, problems := readMeasures(req.Table, set.frequencyOf, set.monetaryOf)
	diags = append(diags, problems...)
	if sdk.Failed(diags) {
		return sdk.Response{Diagnostics: diags}, nil
	}
	rep.Progress(0.1, sdk.Text{ZH: "计算得分", EN: "Scoring"})
	scales, scores := learn(in.v, set.options, req.Threads)
	if err := ctx.Err(); err != nil {
		return sdk.Response{}, err
	}
	rep.Progress(0.6, sdk.Text{ZH: "划分客群", EN: "Naming segments"})
	md := set.model(scales)
	if set.isEight() {
		c := compareWith(set.compare, in.v, scores, set.fixed)
		md.Comparison = &c
	}
	ans, err := md.answer(&in, scores, req.Threads)
	if err != nil {
		return sdk.Response{}, err
	}
	if err := ctx.Err(); err != nil {
		return sdk.Response{}, err
	}
	var more []sdk.Diagnostic
	var tables []sdk.DataTable
	both := [2]func(){func() { more = remarks(in, scales, scores, set) }, func() { tables = md.tables(in, scores, ans) }}
	if req.Threads < 2 {
		both[0]()
		both[1]()
	} else {
		var wg sync.WaitGroup
		wg.Go(both[0])
		both[1]()
		wg.Wait()
	}
	diags = append(diags, more...)
	ans.columns = append(ans.columns, in.restated...)
	stored, err := keep.Write(md, modelVersion)
	if err != nil {
		return sdk.Response{}, err
	}
	return sdk.Response{
		Columns: ans.columns, Segments: ans.segments, Diagnostics: diags,
		Tables: tables,
		Model:  stored,
	}, nil
}

// Apply scores customers with the cut points, map and comparison values of a model.
func (m Method) Apply(ctx context.Context, req sdk.ApplyRequest, _ sdk.Reporter) (sdk.ApplyResponse, error) {
	md, err := readModel(req.Model)
	if err != nil {
		return sdk.ApplyResponse{}, err
	}
	in, problems := readMeasures(req.Table, md.FrequencyOf, md.MonetaryOf)
	if sdk.Failed(problems) {
		return sdk.ApplyResponse{Diagnostics: problems}, nil
	}
	ans, err := md.answer(&in, rescore(in.v, md.Scales, md.Nested), 1)
	if err != nil {
		return sdk.ApplyResponse{}, err
	}
	ans.columns = append(ans.columns, in.restated...)
	return sdk.ApplyResponse{Columns: ans.columns, Segments: ans.segments, Diagnostics: problems}, ctx.Err()
}

// answer is what a run says about each customer.
type answer struct {
	columns  []table.Column
	segments []sdk.Segment
	label    []uint32
	cells    *segmap.Cells // nil where membership is not a map of scores
}

// answer places scored customers in segments.
func (md *model) answer(in *customers, s Scores, threads int) (answer, error) {
	var a answer
	switch md.Map {
	case mapScores:
		a.segments, a.label = scoreSegments(s, md.Weights)
	case mapEight, mapEightB:
		a.segments, a.label = eightSegments(md.Map == mapEightB), md.Comparison.label(in.v, s)
		for i, t := range eightTypes() {
			a.segments[i].Rule = md.Comparison.rule(t.high, in)
		}
	default:
		m, _ := segmap.Parse(md.MapText)
		if m == nil {
			return a, fmt.Errorf("%w: segment map", errModel)
		}
		of := sizes(md.Scales)
		if a.cells, _ = m.Compile(of); a.cells == nil {
			return a, fmt.Errorf("%w: segment map", errModel)
		}
		var texts map[string]sdk.Text
		if md.Map == mapEleven {
			texts = elevenTexts()
		}
		a.segments, a.label = mapSegments(m, texts), labelByMap(a.cells, s, of, threads)
		for i := range a.segments {
			a.segments[i].Rule = mapRule(a.cells, i, of)
		}
	}
	a.columns = md.columns(s, a, threads)
	return a, nil
}

func (md *model) columns(s Scores, a answer, threads int) []table.Column {
	dict := make([]string, len(a.segments))
	for i, g := range a.segments {
		dict[i] = g.Key
	}
	n := len(a.label)
	out := []table.Column{
		{Name: "segment", Kind: table.Category, Codes: a.label, Dict: dict},
		{Name: "r", Kind: table.Int64, Ints: large.Make[int64](n)},
		{Name: "f", Kind: table.Int64, Ints: large.Make[int64](n)},
		{Name: "m", Kind: table.Int64, Ints: large.Make[int64](n)},
		{Name: "rfm_score", Kind: table.Int64, Ints: large.Make[int64](n)},
		{Name: "weighted_score", Kind: table.Float64, Floats: large.Make[float64](n)},
	}
	var mean [1000]float64
	for c := range mean {
		mean[c] = weighted(c, md.Weights)
	}
	r, f, m, code, w := out[1].Ints, out[2].Ints, out[3].Ints, out[4].Ints, out[5].Floats
	spread(n, threads, func(from, to int) {
		for i := from; i < to; i++ {
			x, y, z := int64(s[0][i]), int64(s[1][i]), int64(s[2][i])
			c := x*100 + y*10 + z
			r[i], f[i], m[i], code[i], w[i] = x, y, z, c, mean[c]
		}
	})
	return out
}

// readModel reads a stored model and refuses one that could not have been written.
func readModel(m sdk.Model) (*model, error) {
	md, err := keep.Read[model](m, modelVersion, errModel)
	if err != nil {
		return nil, err
	}
	groups := 1
	for i := range md.Scales {
		s := &md.Scales[i]
		if s.Scores < 2 || s.Scores > segmap.MaxScores || len(s.Cuts) != groups {
			return nil, fmt.Errorf("%w: scale %d", errModel, i+1)
		}
		for _, c := range s.Cuts {
			if len(c) != s.Scores-1 {
				return nil, fmt.Errorf("%w: cuts of scale %d", errModel, i+1)
			}
		}
		if md.Nested {
			groups *= s.Scores
		}
	}
	eight := md.Map == mapEight || md.Map == mapEightB
	if eight == (md.Comparison == nil) || md.Weights[0]+md.Weights[1]+md.Weights[2] <= 0 {
		return nil, fmt.Errorf("%w: comparison or weights", errModel)
	}
	return md, nil
}
