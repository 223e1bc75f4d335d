package hclust

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

// Method serves hierarchical clustering. The zero value is ready and safe for
// concurrent use.
type Method struct{}

// New returns the method.
func New() sdk.Method { return Method{} }

var (
	_ sdk.Method  = Method{}
	_ sdk.Applier = Method{}
)

const modelVersion = 1

// errModel is returned when a stored model cannot be used.
var errModel = errors.New("hclust: unusable model")

// model is what a run leaves behind for later customers. One whose prepared values were
// in the run gets the segment that it got there, by Known or by its cell; any other
// that of the nearest stand-in.
type model struct {
	Features []cluster.Feature `json:"features"`
	Sources  []source          `json:"sources"`
	Unit     float64           `json:"unit"`
	City     bool              `json:"city,omitempty"` // Manhattan distance
	Stands   [][]float64       `json:"stands"`         // in the order of the segments
	Segments []sdk.Segment     `json:"segments"`
	Known    []uint64          `json:"known,omitempty"`  // hash of each site
	Splits   []split           `json:"splits,omitempty"` // of the cells, where sites are cells
	Labels   []int32           `json:"labels"`           // segment of each site
}

// Validate checks parameters and columns.
func (m Method) Validate(_ context.Context, req sdk.ValidateRequest) (sdk.ValidateResponse, error) {
	out := m.Info().Complete(req)
	if !sdk.Failed(out.Diagnostics) {
		set, problems := newSettings(out.Params, featureNames(req.Columns), 0)
		out.Diagnostics = append(out.Diagnostics, problems...)
		if set.k > req.Rows && req.Rows > 0 {
			out.Diagnostics = append(out.Diagnostics, cluster.TooManyGroups(set.k, req.Rows))
		}
		out.Diagnostics = append(out.Diagnostics, set.memoryRemark(req.Rows, req.Columns)...)
		out.MemoryBytes = set.memory(req.Rows, req.Columns)
	}
	return out, nil
}

// Fit builds the hierarchy and cuts it.
func (m Method) Fit(ctx context.Context, req sdk.Request, rep sdk.Reporter) (sdk.Response, error) {
	columns := req.Table.ByRole(roleFeatures)
	question := req.Question()
	checked := m.Info().Complete(question)
	if sdk.Failed(checked.Diagnostics) {
		return sdk.Response{Diagnostics: checked.Diagnostics}, nil
	}
	set, diags := newSettings(checked.Params, featureNames(question.Columns), req.Seed)
	code, more := encode(columns, set.distance)
	if diags = slices.Concat(checked.Diagnostics, diags, more); sdk.Failed(diags) {
		return sdk.Response{Diagnostics: diags}, nil
	}
	rep.Progress(0.02, sdk.Text{ZH: "处理特征", EN: "Preparing features"})
	data, more, err := cluster.Prepare(ctx, code.columns, req.Table.Rows, set.recipe)
	if err != nil {
		return sdk.Response{}, err
	}
	if diags = append(diags, code.quiet(more)...); sdk.Failed(diags) {
		return sdk.Response{Diagnostics: diags}, nil
	}
	if set.distance == gower {
		code.weigh(data)
	}
	r := &run{
		Outcome: cluster.Outcome{Data: data, Diags: diags}, set: set, rep: rep, metric: metricFor(set.distance), encoded: code,
		w: cluster.Worker{Ctx: ctx, Stop: rep.Stopping, Threads: max(1, req.Threads)},
	}
	if req.Brief && (set.k > 0 || set.byHeight) {
		return r.brief()
	}
	for _, step := range []func() (bool, error){r.build, r.find} {
		if ok, err := step(); err != nil || !ok {
			return sdk.Response{Diagnostics: r.Diags}, err
		}
	}
	return r.response()
}

// response turns a finished run into the answer.
func (r *run) response() (sdk.Response, error) {
	p := r.Data.P
	segments := r.Segments()
	label, distance, silhouette := make([]int32, p.N), make([]float64, p.N), make([]float64, p.N)
	for i, row := range r.Data.Order {
		label[row], distance[row], silhouette[row] = r.G.Label[i], r.Distance[i]/r.Data.Unit, r.Silhouette[i]
	}
	stored, err := keep.Write(r.model(segments), modelVersion)
	if err != nil {
		return sdk.Response{}, err
	}
	r.remarks()
	metrics := r.metricList()
	if err := r.w.Ctx.Err(); err != nil {
		return sdk.Response{}, err
	}
	r.rep.Progress(1, sdk.Text{ZH: "完成", EN: "Done"})
	return sdk.Response{
		Columns: cluster.Outputs(segments, label, distance, silhouette), Segments: segments,
		Metrics: metrics, Tables: r.tables(segments), Diagnostics: r.Diags,
		Model: stored,
	}, nil
}

func (r *run) model(segments []sdk.Segment) model {
	md := model{Features: r.Data.Features, Unit: r.Data.Unit, City: r.metric.city, Segments: segments, Splits: r.sites.split, Labels: make([]int32, r.sites.p.N)}
	for _, f := range r.Data.Features {
		md.Sources = append(md.Sources, r.encoded.from[f.Name])
	}
	for c := range r.stands.N {
		md.Stands = append(md.Stands, r.stands.Row(c))
	}
	for i, site := range r.sites.of {
		md.Labels[site] = r.G.Label[i]
	}
	if md.Splits == nil {
		for i := range r.sites.p.N {
			md.Known = append(md.Known, r.sites.p.Hash(i))
		}
	}
	return md
}

// Apply puts customers into stored segments.
func (m Method) Apply(ctx context.Context, req sdk.ApplyRequest, rep sdk.Reporter) (sdk.ApplyResponse, error) {
	md, err := readModel(req.Model)
	if err != nil {
		return sdk.ApplyResponse{}, err
	}
	p, diags := md.points(req.Table)
	if len(diags) > 0 {
		return sdk.ApplyResponse{Diagnostics: diags}, nil
	}
	stands := cluster.Points{N: len(md.Stands), D: p.D, X: slices.Concat(md.Stands...)}
	known := make(map[uint64]int32, len(md.Known))
	for i, h := range md.Known {
		known[h] = md.Labels[i]
	}
	dist, label := metric{city: md.City}, make([]int32, p.N)
	w := cluster.Worker{Ctx: ctx, Stop: rep.Stopping, Threads: 1}
	if err := w.EachBlock(p.N, func(_, from, to int) {
		for i := from; i < to; i++ {
			c, ok := known[p.Hash(i)]
			switch {
			case ok:
			case len(md.Splits) > 0:
				c = md.Labels[cellOf(md.Splits, p.Row(i))]
			default:
				c = nearest(p.Row(i), dist, stands)
			}
			label[i] = c
		}
	}); err != nil {
		return sdk.ApplyResponse{}, err
	}
	count := make([]int, stands.N)
	for c := range count { // one newcomer alone is not a group of one
		count[c] = 2
	}
	value, distance, err := standing(w, p, dist, stands, label, count)
	if err != nil {
		return sdk.ApplyResponse{}, err
	}
	for i, x := range distance {
		distance[i] = min(x/md.Unit, math.MaxFloat64)
	}
	return sdk.ApplyResponse{Columns: cluster.Outputs(md.Segments, label, distance, value), Segments: md.Segments}, nil
}

// points prepares the rows of a table as those of the run were.
func (md *model) points(t *table.Table) (cluster.Points, []sdk.Diagnostic) {
	columns := make([]*table.Column, len(md.Features))
	for j, s := range md.Sources {
		c := t.Column(s.Column)
		if c == nil || s.OneOf != (c.Kind == table.Category) || !s.OneOf && !c.Numeric() {
			return cluster.Points{}, []sdk.Diagnostic{{
				Severity: sdk.SeverityError, Code: "feature_missing", Column: s.Column,
				Summary: sdk.Text{ZH: "缺少“{column}”列，或它的类型变了，无法归入已有客群。", EN: "Column “{column}” is missing or of another kind, so customers cannot be placed in the existing segments."}.Fill("column", s.Column),
			}}
		}
		if columns[j] = c; s.OneOf {
			columns[j] = &table.Column{Name: s.Column, Kind: table.Float64, Floats: s.values(c), Valid: c.Valid}
		}
	}
	values, diags := cluster.ReadColumns(columns)
	p := cluster.NewPoints(t.Rows, len(columns))
	for j := range values {
		f := &md.Features[j]
		for i, x := range values[j] {
			p.X[i*p.D+j] = min(max(f.At(x)*md.Unit, -math.MaxFloat64), math.MaxFloat64)
		}
	}
	return p, diags
}

// readModel reads a stored model and refuses one that could not have been written.
func readModel(m sdk.Model) (*model, error) {
	md, err := keep.Read[model](m, modelVersion, errModel)
	if err != nil {
		return nil, err
	}
	if len(md.Features) == 0 || len(md.Sources) != len(md.Features) || len(md.Stands) == 0 || len(md.Segments) != len(md.Stands) || !(md.Unit > 0) {
		return nil, fmt.Errorf("%w: sizes", errModel)
	}
	if len(md.Splits) > 0 != (len(md.Known) == 0) || len(md.Known) != len(md.Labels) && len(md.Known) > 0 {
		return nil, fmt.Errorf("%w: sites", errModel)
	}
	if err := md.checkFeatures(); err != nil {
		return nil, err
	}
	return md, md.checkSites()
}

// checkFeatures checks that every feature can be prepared and every stand-in has it.
func (md *model) checkFeatures() error {
	for _, c := range md.Stands {
		if len(c) != len(md.Features) {
			return fmt.Errorf("%w: centre", errModel)
		}
	}
	for _, f := range md.Features {
		if f.Scale == 0 || (f.Low == nil) != (f.High == nil) {
			return fmt.Errorf("%w: feature %q", errModel, f.Name)
		}
	}
	return nil
}

// checkSites checks that labels are segments and that splits lead to cells.
func (md *model) checkSites() error {
	for _, c := range md.Labels {
		if c < 0 || int(c) >= len(md.Segments) {
			return fmt.Errorf("%w: label %d", errModel, c)
		}
	}
	for i, s := range md.Splits {
		for _, to := range []int32{s.Left, s.Right} {
			if to >= 0 && (int(to) <= i || int(to) >= len(md.Splits)) || to < 0 && int(-1-to) >= len(md.Labels) || s.Axis < 0 || s.Axis >= len(md.Features) {
				return fmt.Errorf("%w: split %d", errModel, i)
			}
		}
	}
	return nil
}
