package tiers

import (
	"context"
	"errors"
	"math"
	"strconv"

	"qunxiang/plugins/internal/keep"
	"qunxiang/sdk"
	"qunxiang/sdk/table"
)

// Method serves membership tiers. The zero value is ready and safe for concurrent use.
type Method struct{}

// New returns the method.
func New() sdk.Method { return Method{} }

var (
	_ sdk.Method  = Method{}
	_ sdk.Applier = Method{}
)

// model is what a run leaves behind: the ladder.
type model struct {
	By     string  `json:"by"`
	Window int     `json:"windowMonths,omitempty"`
	Keep   float64 `json:"keepRatio"`
	Grace  int     `json:"graceDays"`
	Steps  []step  `json:"steps"`
}

type step struct {
	Key  string   `json:"key"`
	Name sdk.Text `json:"name"`
	From float64  `json:"from"`
}

const modelVersion = 1

// errModel is returned when a stored model cannot be used.
var errModel = errors.New("tiers: unusable model")

// Validate checks the ladder, and that the history that is asked for exists.
func (m Method) Validate(_ context.Context, req sdk.ValidateRequest) (sdk.ValidateResponse, error) {
	out := m.Info().Complete(req)
	out.MemoryBytes = int64(req.Rows) * 160
	if sdk.Failed(out.Diagnostics) {
		return out, nil
	}
	if !out.Params.IsAuto(paramLadder) {
		if _, wrong := readLadder(out.Params.Text(paramLadder)); !wrong.IsZero() {
			out.Diagnostics = append(out.Diagnostics, fault("ladder", paramLadder, wrong))
		}
	}
	for _, c := range req.Columns {
		if c.Role == roleValue {
			out.Diagnostics = append(out.Diagnostics, historyFor(out.Params, c.Name, req.HasDetail(sdk.DetailOrders))...)
		}
	}
	return out, nil
}

func fault(code, param string, t sdk.Text) sdk.Diagnostic {
	return sdk.Diagnostic{Severity: sdk.SeverityError, Code: code, Param: param, Summary: t}
}

// protects reports parameters with which history matters.
func protects(p sdk.Params) bool { return p.Real(paramKeep) < 1 || p.Int(paramGrace) > 0 }

// historyFor says what cannot be had without orders, or by another column.
func historyFor(p sdk.Params, column string, has bool) []sdk.Diagnostic {
	known := measureOf(column) != 0 && has
	switch {
	case p.Int(paramWindow) > 0 && !known:
		return []sdk.Diagnostic{fault("window_without_orders", paramWindow, sdk.Text{
			ZH: "“{column}”没有订单历史，不能按最近几个月统计；请把统计窗口设为 0，或改用 monetary、frequency、frequency_days。",
			EN: "“{column}” has no history of orders, so a window of months is not possible; set it to 0, or decide by monetary, frequency or frequency_days.",
		}.Fill("column", column))}
	case protects(p) && !known:
		return []sdk.Diagnostic{{
			Severity: sdk.SeverityWarning, Code: "no_history", Param: paramBy, Column: column,
			Summary: sdk.Text{
				ZH: "“{column}”没有历史，不知道谁以前到过哪一级：保级比例和宽限期这次不起作用，只按现值定级。",
				EN: "“{column}” has no history, so nobody knows who was in which tier: keep ratio and grace have no effect this time, today's value decides.",
			}.Fill("column", column),
		}}
	case protects(p) && p.Int(paramWindow) == 0:
		return []sdk.Diagnostic{{
			Severity: sdk.SeverityInfo, Code: "window_all_history", Param: paramWindow,
			Summary: sdk.Text{
				ZH: "现在按全部历史统计，数值几乎不会下降，保级和宽限很少用得上；按最近一年定级请设 window_months=12。",
				EN: "All history counts, so values hardly ever fall and keep ratio and grace seldom matter; for tiers of the last year set window_months=12.",
			},
		}}
	}
	return nil
}

// Fit places the customers on the ladder.
func (m Method) Fit(ctx context.Context, req sdk.Request, rep sdk.Reporter) (sdk.Response, error) {
	checked := m.Info().Complete(req.Question())
	if sdk.Failed(checked.Diagnostics) {
		return sdk.Response{Diagnostics: checked.Diagnostics}, nil
	}
	r, diags := newRun(req, checked.Params)
	if sdk.Failed(diags) {
		return sdk.Response{Diagnostics: diags}, nil
	}
	rep.Progress(0.1, sdk.Text{ZH: "计算定级数值", EN: "Computing the values"})
	if err := r.judge(ctx); err != nil {
		return sdk.Response{}, err
	}
	if r.automatic {
		diags = append(diags, r.saysLadder())
	}
	rep.Progress(0.8, sdk.Text{ZH: "整理结果", EN: "Writing the result"})
	md := model{By: r.column.Name, Window: r.months, Keep: r.keep, Grace: r.grace}
	for _, t := range r.ladder {
		md.Steps = append(md.Steps, step{t.key, t.name, t.from})
	}
	stored, err := keep.Write(md, modelVersion)
	if err != nil {
		return sdk.Response{}, err
	}
	return sdk.Response{
		Columns: r.columns(), Segments: r.segments(), Diagnostics: append(diags, r.remarks()...),
		Metrics: r.metrics(), Tables: append([]sdk.DataTable{r.ladderTable(), r.simulator()}, r.forecastTables()...),
		Model: stored,
	}, nil
}

// run is one run: what was given and what was found.
type run struct {
	policy
	column    *table.Column
	values    []float64 // today's, by customer
	months    int
	asOf      int
	orders    *orders // nil: no history, or none that matters
	measure   measure
	automatic bool // the ladder follows from the values
	hold      []hold
	forecast  *forecast // nil without history
}

func newRun(req sdk.Request, p sdk.Params) (*run, []sdk.Diagnostic) {
	column := req.Table.ByRole(roleValue)[0]
	r := &run{
		policy: policy{keep: p.Real(paramKeep), grace: p.Int(paramGrace)},
		column: column, months: p.Int(paramWindow), asOf: req.AsOf, measure: measureOf(column.Name), automatic: p.IsAuto(paramLadder),
	}
	if !r.automatic {
		var wrong sdk.Text
		if r.ladder, wrong = readLadder(p.Text(paramLadder)); !wrong.IsZero() {
			return r, []sdk.Diagnostic{fault("ladder", paramLadder, wrong)}
		}
	}
	var wrong *sdk.Diagnostic
	if r.values, wrong = readValues(column); wrong != nil {
		return r, []sdk.Diagnostic{*wrong}
	}
	all := readOrders(req.Detail(sdk.DetailOrders))
	if diags := historyFor(p, column.Name, all != nil); sdk.Failed(diags) {
		return r, diags
	}
	if r.measure != 0 && (r.months > 0 || protects(p)) {
		r.orders = all
	}
	return r, nil
}

// readValues reads the column; a value that is no finite number is a fault of the data.
func readValues(c *table.Column) ([]float64, *sdk.Diagnostic) {
	out := make([]float64, c.Len())
	for i := range out {
		v := c.Float(i)
		if c.Missing(i) || v-v != 0 {
			d := sdk.Diagnostic{
				Severity: sdk.SeverityError, Code: "value_not_finite", Column: c.Name,
				Summary: sdk.Text{
					ZH: "“{column}”列第 {row} 位客户的值不是有限的数，无法定级；请先清理数据。", EN: "The value of customer {row} in “{column}” is not a finite number; clean the data first.",
				}.Fill("column", c.Name, "row", strconv.Itoa(i+1)),
			}
			return nil, &d
		}
		out[i] = v
	}
	return out, nil
}

// judge finds every customer's tier, and the ladder where it is automatic.
func (r *run) judge(ctx context.Context) error {
	if r.orders != nil && r.months > 0 { // the values are those of the window
		nobody := policy{ladder: make([]tier, 1), keep: 1}
		hold, err := follow(ctx, nobody, r.orders, r.measure, r.months, r.asOf, r.values, nil)
		if err != nil {
			return err
		}
		for i, h := range hold {
			r.values[i] = h.value
		}
	}
	if r.automatic {
		r.ladder = quantileLadder(r.values)
	}
	if r.orders != nil {
		var err error
		r.forecast = newForecast(len(r.ladder), r.orders.first(), r.asOf)
		r.hold, err = follow(ctx, r.policy, r.orders, r.measure, r.months, r.asOf, r.values, r.forecast)
		return err
	}
	r.hold = make([]hold, len(r.values))
	for i, v := range r.values {
		r.hold[i] = hold{tier: r.earned(v), by: heldByValue, value: v, until: noDay}
	}
	return ctx.Err()
}

// Apply places new customers by their value on the ladder of a model; it knows no
// history, so a ladder over a window of months is refused.
func (m Method) Apply(ctx context.Context, req sdk.ApplyRequest, _ sdk.Reporter) (sdk.ApplyResponse, error) {
	md, err := keep.Read[model](req.Model, modelVersion, errModel)
	if err != nil {
		return sdk.ApplyResponse{}, err
	}
	if len(md.Steps) == 0 || len(md.Steps) > maxTiers+1 {
		return sdk.ApplyResponse{}, errModel
	}
	columns := req.Table.ByRole(roleValue)
	if len(columns) != 1 || !columns[0].Numeric() {
		return sdk.ApplyResponse{}, errModel
	}
	if md.Window > 0 {
		return sdk.ApplyResponse{Diagnostics: []sdk.Diagnostic{fault("window_needs_refit", paramWindow, sdk.Text{
			ZH: "按最近几个月定级需要订单历史，请重新运行，不能只打分。", EN: "Tiers over a window of months need the history of orders: run the method again.",
		})}}, nil
	}
	r := &run{column: columns[0], policy: policy{keep: 1}}
	for i, s := range md.Steps {
		if s.Key == "" || s.From-s.From != 0 || i > 0 && s.From <= md.Steps[i-1].From {
			return sdk.ApplyResponse{}, errModel
		}
		r.ladder = append(r.ladder, tier{s.Key, s.Name, s.From})
	}
	var wrong *sdk.Diagnostic
	if r.values, wrong = readValues(r.column); wrong != nil {
		return sdk.ApplyResponse{Diagnostics: []sdk.Diagnostic{*wrong}}, nil
	}
	if err := r.judge(ctx); err != nil {
		return sdk.ApplyResponse{}, err
	}
	return sdk.ApplyResponse{Columns: r.columns(), Segments: r.segments()}, nil
}

// finite keeps a sum in range.
func finite(v float64) float64 { return max(-math.MaxFloat64, min(math.MaxFloat64, v)) }
