package value

import (
	"context"
	"errors"

	"qunxiang/plugins/internal/keep"
	"qunxiang/sdk"
	"qunxiang/sdk/table"
)

// Method serves customer value. The zero value is ready and safe for concurrent use.
type Method struct{}

// New returns the method.
func New() sdk.Method { return Method{} }

var (
	_ sdk.Method  = Method{}
	_ sdk.Applier = Method{}
)

const modelVersion = 1

// errModel is returned when a stored model cannot be used.
var errModel = errors.New("value: unusable model")

// Validate checks parameters and that there are histories or orders.
func (m Method) Validate(_ context.Context, req sdk.ValidateRequest) (sdk.ValidateResponse, error) {
	out := m.Info().Complete(req)
	if !sdk.Failed(out.Diagnostics) {
		_, problems := newSettings(out.Params)
		out.Diagnostics = append(out.Diagnostics, problems...)
	}
	filled := map[string]bool{}
	for _, c := range req.Columns {
		filled[c.Role] = true
	}
	inColumns := filled[roleFrequency] && filled[roleRecency] && filled[roleAge]
	if !inColumns && !req.HasDetail(sdk.DetailOrders) {
		out.Diagnostics = append(out.Diagnostics, noInput()...)
	}
	const perRow, perOrder = 300, 12
	out.MemoryBytes = int64(req.Rows) * perRow
	for _, d := range req.Details {
		out.MemoryBytes += int64(d.Rows) * perOrder
	}
	return out, nil
}

// Fit learns the models and values the customers.
func (m Method) Fit(ctx context.Context, req sdk.Request, rep sdk.Reporter) (sdk.Response, error) {
	checked := m.Info().Complete(req.Question())
	if sdk.Failed(checked.Diagnostics) {
		return sdk.Response{Diagnostics: checked.Diagnostics}, nil
	}
	set, problems := newSettings(checked.Params)
	if len(problems) > 0 {
		return sdk.Response{Diagnostics: problems}, nil
	}
	r := &run{
		ctx: ctx, req: req, rep: rep, set: set,
		w: worker{Ctx: ctx, Stop: rep.Stopping, Threads: max(1, req.Threads)},
	}
	rep.Progress(0.02, sdk.Text{ZH: "整理购买历史", EN: "Reading histories"})
	for _, step := range []func() (bool, error){r.read, r.model} {
		if ok, err := step(); err != nil || !ok {
			return sdk.Response{Diagnostics: r.diags}, err
		}
	}
	for _, step := range []func() error{r.money, r.verify, r.predict} {
		if err := step(); err != nil {
			return sdk.Response{}, err
		}
	}
	r.remarks()
	stored, err := keep.Write(r.stored(), modelVersion)
	if err != nil {
		return sdk.Response{}, err
	}
	metrics, tables := r.metrics(), r.tables()
	if err := ctx.Err(); err != nil {
		return sdk.Response{}, err
	}
	rep.Progress(1, sdk.Text{ZH: "完成", EN: "Done"})
	return sdk.Response{
		Columns: r.columns(), Segments: r.division.List, Metrics: metrics, Tables: tables, Diagnostics: r.diags,
		Model: stored,
	}, nil
}

// Apply forecasts customers with a stored model: from orders up to the as-of date, or
// from columns. Without either the request is refused with a diagnostic.
func (m Method) Apply(ctx context.Context, req sdk.ApplyRequest, rep sdk.Reporter) (sdk.ApplyResponse, error) {
	md, err := keep.Read[model](req.Model, modelVersion, errModel)
	if err != nil {
		return sdk.ApplyResponse{}, err
	}
	if !md.valid() {
		return sdk.ApplyResponse{}, errModel
	}
	r := &run{
		ctx: ctx, rep: rep, set: settings{unit: md.Unit, hz: md.Horizon},
		req: sdk.Request{Table: req.Table, Details: req.Details, AsOf: req.AsOf},
		w:   worker{Ctx: ctx, Stop: rep.Stopping, Threads: 1},
	}
	if ok, err := r.source(); err != nil || !ok {
		return sdk.ApplyResponse{Diagnostics: r.diags}, err
	}
	if r.m, err = mergeHistories(ctx, r.h); err != nil {
		return sdk.ApplyResponse{}, err
	}
	f, v := md.fitted()
	if r.forecast, err = f.forecast(r.h, r.m, md.Horizon, v, r.w); err != nil {
		return sdk.ApplyResponse{}, err
	}
	if r.division = md.Division; r.all < req.Table.Rows {
		r.division.complete()
	}
	r.label = r.division.column(r.division.labels(r.forecast))
	return sdk.ApplyResponse{Columns: r.columns(), Segments: r.division.List, Diagnostics: r.diags}, nil
}

// columns are the row outputs.
func (r *run) columns() []table.Column {
	f := r.forecast
	out := []table.Column{r.label, floats(outAlive, "", f.alive), floats(outOrders, "order", f.orders)}
	if f.clv != nil {
		out = append(out, floats(outClv, "money", f.clv), floats(outLow, "money", f.low), floats(outHigh, "money", f.high),
			floats(outValue, "money", f.value), floats(outRisk, "money", f.risk), ranksColumn(f.risk))
	}
	if r.ledger == nil {
		return out
	}
	repeats := make([]int64, len(r.h.x))
	times := [2][]float64{nans(len(repeats)), nans(len(repeats))}
	valid := table.NewBits(len(repeats))
	for i, x := range r.h.x {
		if x >= 0 {
			repeats[i], times[0][i], times[1][i] = int64(x), r.h.tx[i], r.h.T[i]
			valid.Set(i)
		}
	}
	out = append(out, table.Column{Name: outRepeats, Kind: table.Int64, Ints: repeats, Valid: valid},
		floats(outRecency, r.set.unit, times[0]), floats(outAge, r.set.unit, times[1]))
	if f.clv != nil {
		out = append(out, floats(outRepeatValue, "money", r.h.money))
	}
	return out
}

// floats makes a column in which NaN is missing.
func floats(name, unit string, v []float64) table.Column {
	c := table.Column{Name: name, Kind: table.Float64, Unit: unit, Floats: v}
	for i, x := range v {
		if x-x == 0 {
			continue
		}
		if c.Valid == nil {
			c.Valid = table.NewBits(len(v))
			c.Valid.Fill(len(v))
			c.Floats = append([]float64(nil), v...)
		}
		c.Valid.Clear(i)
		c.Floats[i] = 0
	}
	return c
}

func ranksColumn(v []float64) table.Column {
	c := table.Column{Name: outRank, Kind: table.Int64, Ints: ranks(v), Valid: table.NewBits(len(v))}
	for i, r := range c.Ints {
		if r > 0 {
			c.Valid.Set(i)
		}
	}
	return c
}
