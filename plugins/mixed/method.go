package mixed

import (
	"context"
	"errors"
	"fmt"
	"math"
	"slices"

	"qunxiang/plugins/internal/cluster"
	"qunxiang/plugins/internal/keep"
	"qunxiang/sdk"
	"qunxiang/sdk/table"
)

// Method serves mixed clustering. The zero value is ready and safe for concurrent use.
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
	if k := out.Params.Int("k"); k > req.Rows && req.Rows > 0 {
		out.Diagnostics = append(out.Diagnostics, cluster.TooManyGroups(k, req.Rows))
	}
	const perValue, perRow, held = 24, 96, int64(pamRows * pamRows * 8)
	out.MemoryBytes = int64(req.Rows) * int64(perRow+perValue*len(req.Columns))
	if out.Params.Text("algorithm") == pam {
		out.MemoryBytes += held
	}
	return out, nil
}

// Fit finds the groups.
func (m Method) Fit(ctx context.Context, req sdk.Request, rep sdk.Reporter) (sdk.Response, error) {
	checked := m.Info().Complete(req.Question())
	r := &run{
		w: cluster.Worker{Ctx: ctx, Stop: rep.Stopping, Threads: max(1, req.Threads)}, rep: rep, diags: checked.Diagnostics, seed: req.Seed, brief: req.Brief,
		algorithm: checked.Params.Text("algorithm"), k: checked.Params.Int("k"), restarts: checked.Params.Int("restarts"),
	}
	if err := r.prepare(ctx, req.Table, checked.Params); err != nil || sdk.Failed(r.diags) {
		return sdk.Response{Diagnostics: r.diags}, err
	}
	for _, step := range []func() error{r.find, r.outputs, r.compareUnlessBrief, r.summarise} {
		if err := step(); err != nil {
			return sdk.Response{}, err
		}
	}
	r.remarks()
	return r.response()
}

func (r *run) compareUnlessBrief() error {
	if r.brief {
		return nil
	}
	return r.compare()
}

// prepare reads the columns and the parameters that need them.
func (r *run) prepare(ctx context.Context, t *table.Table, params sdk.Params) error {
	if sdk.Failed(r.diags) {
		return nil
	}
	columns := t.ByRole(roleFeatures)
	var names []string
	for _, c := range columns {
		names = append(names, c.Name)
	}
	recipe, problems := cluster.ReadRecipe(params, names)
	in := &reader{recipe: recipe, byRange: r.algorithm == pam, asymmetric: split(params.Text("asymmetric")), diags: append(r.diags, problems...)}
	for _, name := range in.asymmetric {
		if !slices.Contains(names, name) {
			in.fail("unknown_column", name, sdk.Text{ZH: "参数 asymmetric 提到的“{column}”不在所选特征中。", EN: "Parameter asymmetric names “{column}”, which is not among the chosen features."})
		}
	}
	r.rep.Progress(0.02, sdk.Text{ZH: "处理特征", EN: "Preparing features"})
	var err error
	r.d, err = in.read(ctx, columns, t.Rows)
	if r.diags = in.diags; err != nil || r.d == nil {
		return err
	}
	if most := max(r.k, leastK); r.d.distinct < most && r.k != 1 {
		r.diags = append(r.diags, cluster.TooManyGroups(most, r.d.distinct))
		return nil
	}
	gamma := params.Real("gamma")
	if params.IsAuto("gamma") {
		gamma = gammaFor(r.d)
	}
	r.m = newMeasure(r.d.features, r.algorithm, gamma)
	return nil
}

// remarks say what the numbers mean.
func (r *run) remarks() {
	add := func(s sdk.Severity, code string, t sdk.Text) {
		r.diags = append(r.diags, sdk.Diagnostic{Severity: s, Code: code, Summary: t})
	}
	if r.algorithm == pam && r.d.p.N > pamRows {
		add(sdk.SeverityInfo, "sampled", sdk.Text{
			ZH: "客户超过 {n} 位：群中心是在 {s} 份各 {m} 人的样本里找的，取对全体最合适的一份。", EN: "There are more than {n} customers: the centres were sought in {s} samples of {m} and those kept that serve all customers best.",
		}.Fill("n", cluster.Itoa(pamRows), "s", cluster.Itoa(pamSamples), "m", cluster.Itoa(pamSampleOf)))
	}
	if r.brief {
		return
	}
	switch r.verdict {
	case "none":
		add(sdk.SeverityWarning, "no_structure", sdk.Text{
			ZH: "没有稳定的群：把各列分别打乱，也能分出这样的群。可换特征，或用 RFM 这类规则分群。", EN: "No stable groups: data whose columns were shuffled divide just as well. Try other features, or rules such as RFM.",
		})
	case "weak":
		add(sdk.SeverityInfo, "weak_structure", sdk.Text{ZH: "群与群之间有重叠，边界附近的客户归属不确定。", EN: "The groups overlap; customers near a border could belong to either side."})
	}
	small := 0
	for _, n := range r.best.g.count {
		if n*100 < r.d.p.N {
			small++
		}
	}
	if small > 0 {
		add(sdk.SeverityWarning, "tiny_segment", sdk.Text{ZH: "有 {n} 个群不到客户的 1%，可能是异常值。", EN: "{n} of the groups hold less than 1% of the customers; they may be outliers."}.Fill("n", cluster.Itoa(small)))
	}
}

const modelVersion = 1

// errModel is returned when a stored model cannot be used.
var errModel = errors.New("mixed: unusable model")

// model is what a run leaves behind for later customers.
type model struct {
	Algorithm string        `json:"algorithm"`
	Gamma     float64       `json:"gamma"`
	Features  []feature     `json:"features"`
	Centres   [][]float64   `json:"centres"` // prepared numbers and codes
	Segments  []sdk.Segment `json:"segments"`
}

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
		if !f.category() && f.Recipe.Scale == 0 || (f.Recipe.Low == nil) != (f.Recipe.High == nil) {
			return nil, fmt.Errorf("%w: feature %q", errModel, f.Name)
		}
	}
	return md, nil
}

// Apply puts customers into the group of the nearest stored centre. A category that no
// customer had when the model was made differs from every centre.
func (m Method) Apply(ctx context.Context, req sdk.ApplyRequest, rep sdk.Reporter) (sdk.ApplyResponse, error) {
	md, err := readModel(req.Model)
	if err != nil {
		return sdk.ApplyResponse{}, err
	}
	p, problem := md.points(req.Table)
	if problem != nil {
		return sdk.ApplyResponse{Diagnostics: []sdk.Diagnostic{*problem}}, nil
	}
	measure := newMeasure(md.Features, md.Algorithm, md.Gamma)
	label, distance, silhouette := make([]int32, p.N), make([]float64, p.N), make([]float64, p.N)
	w := cluster.Worker{Ctx: ctx, Stop: rep.Stopping, Threads: 1}
	err = w.EachBlock(p.N, func(_, from, to int) {
		for i := from; i < to; i++ {
			first, second := math.Inf(1), math.Inf(1)
			for c, centre := range md.Centres {
				switch d := measure.between(p.Row(i), centre); {
				case d < first:
					first, second, label[i] = d, first, int32(c)
				case d < second:
					second = d
				}
			}
			distance[i] = min(first, math.MaxFloat64)
			if len(md.Centres) > 1 {
				silhouette[i] = cluster.Contrast(distance[i], min(second, math.MaxFloat64))
			}
		}
	})
	if err != nil {
		return sdk.ApplyResponse{}, err
	}
	return sdk.ApplyResponse{Columns: cluster.Outputs(md.Segments, label, distance, silhouette), Segments: md.Segments}, nil
}

// points prepares the columns of later customers.
func (md *model) points(t *table.Table) (cluster.Points, *sdk.Diagnostic) {
	p := cluster.NewPoints(t.Rows, len(md.Features))
	for j := range md.Features {
		f := &md.Features[j]
		c := t.Column(f.Name)
		if c == nil || f.category() != (c.Kind == table.Category) || !f.category() && !c.Numeric() || c.CountMissing() > 0 {
			return p, &sdk.Diagnostic{
				Severity: sdk.SeverityError, Code: "feature_missing", Column: f.Name,
				Summary: sdk.Text{ZH: "缺少“{column}”列，或它有空值、类型变了，无法归入已有客群。", EN: "Column “{column}” is missing, has empty values or another type, so customers cannot be placed in the existing segments."}.Fill("column", f.Name),
			}
		}
		for i := range t.Rows {
			x := -1.0
			if f.category() {
				if at, ok := slices.BinarySearch(f.Levels, c.Text(i)); ok {
					x = float64(at)
				}
			} else if x = f.Recipe.At(c.Float(i)); x-x != 0 {
				x = math.Copysign(math.MaxFloat64/4, x)
			}
			p.X[i*p.D+j] = x
		}
	}
	return p, nil
}
