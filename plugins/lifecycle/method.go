package lifecycle

import (
	"context"
	"math"
	"strconv"

	"qunxiang/sdk"
	"qunxiang/sdk/table"
)

// Method serves life-cycle stages. The zero value is ready and safe for concurrent use.
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
	rows := int64(req.Rows)
	for _, d := range req.Details {
		rows += int64(d.Rows)
	}
	out.MemoryBytes = rows * 120
	out.Diagnostics = append(out.Diagnostics, checkDays(out.Params)...)
	return out, nil
}

func checkDays(p sdk.Params) []sdk.Diagnostic {
	dormant, lost := p.Int(paramDormant), p.Int(paramLost)
	if dormant == 0 || lost == 0 || lost > dormant {
		return nil
	}
	return []sdk.Diagnostic{{
		Severity: sdk.SeverityError, Code: "lost_before_dormant", Param: paramLost,
		Summary: sdk.Text{
			ZH: "流失天数（{lost}）必须大于沉睡天数（{dormant}）。", EN: "The days for lost ({lost}) must be more than those for dormant ({dormant}).",
		}.Fill("lost", strconv.Itoa(lost), "dormant", strconv.Itoa(dormant)),
	}}
}

// run is one run: what was given and what was found.
type run struct {
	personal bool
	dormant  int // days as given; 0 = automatic
	lost     int
	asOf     int // day; 0 = the data have no dates
	group    []int32
	groups   int
	history  *history // nil: no orders
	buyers   []buyer
	rhythm   *rhythm
	typical  float64 // the typical gap in days
	limits   limits
	assumed  bool // nothing was learned: too few gaps
	test     backtest

	stage   []stage
	gap     []float64
	overdue []float64
	chance  []float64 // of a purchase soon; noughts where nothing was learned
}

// Fit puts every customer into a stage.
func (m Method) Fit(ctx context.Context, req sdk.Request, rep sdk.Reporter) (sdk.Response, error) {
	checked := m.Info().Complete(req.Question())
	checked.Diagnostics = append(checked.Diagnostics, checkDays(checked.Params)...)
	if sdk.Failed(checked.Diagnostics) {
		return sdk.Response{Diagnostics: checked.Diagnostics}, nil
	}
	rep.Progress(0.05, sdk.Text{ZH: "整理购买记录", EN: "Reading the purchases"})
	r, wrong := newRun(ctx, req, checked.Params)
	if err := ctx.Err(); err != nil {
		return sdk.Response{}, err
	}
	if wrong != nil {
		return sdk.Response{Diagnostics: []sdk.Diagnostic{*wrong}}, nil
	}
	rep.Progress(0.3, sdk.Text{ZH: "学习购买节奏", EN: "Learning the rhythm"})
	r.learn(ctx)
	if err := ctx.Err(); err != nil {
		return sdk.Response{}, err
	}
	r.setLimits()
	r.judge(ctx)
	rep.Progress(0.6, sdk.Text{ZH: "用最近一段历史检验", EN: "Testing on the last stretch"})
	if r.history != nil {
		var err error
		if r.test, err = test(ctx, r.history, r.rhythm); err != nil {
			return sdk.Response{}, err
		}
	}
	if err := ctx.Err(); err != nil {
		return sdk.Response{}, err
	}
	var groups []string
	if g := req.Table.ByRole(roleGroup); len(g) == 1 {
		groups = g[0].Dict
	}
	md, err := r.model(groups)
	return sdk.Response{
		Columns: r.columns(), Segments: r.segments(), Metrics: r.metrics(), Tables: r.tables(), Diagnostics: r.remarks(), Model: md,
	}, err
}

func newRun(ctx context.Context, req sdk.Request, p sdk.Params) (*run, *sdk.Diagnostic) {
	r := &run{
		personal: p.Text(paramRhythm) == rhythmPersonal, dormant: p.Int(paramDormant), lost: p.Int(paramLost), asOf: req.AsOf,
	}
	if g := req.Table.ByRole(roleGroup); len(g) == 1 {
		r.groups = len(g[0].Dict)
		r.group = make([]int32, req.Table.Rows)
		for i := range r.group {
			r.group[i] = int32(g[0].Codes[i])
			if g[0].Missing(i) {
				r.group[i] = -1
			}
		}
	}
	if r.asOf > 0 {
		r.history = newHistory(ctx, req.Detail(sdk.DetailOrders), req.Table.Rows, r.asOf)
	}
	return r, r.see(ctx, req.Table)
}

// see describes every customer: by their orders, or where there are none by the columns.
func (r *run) see(ctx context.Context, t *table.Table) *sdk.Diagnostic {
	recency, count, tenure := t.ByRole(roleRecency)[0], t.ByRole(roleDays)[0], t.ByRole(roleTenure)[0]
	r.buyers = make([]buyer, t.Rows)
	var scratch []float64
	for i := range r.buyers {
		if i%stride == 0 && ctx.Err() != nil {
			return nil
		}
		if r.history != nil {
			if days, paid := r.history.of(i, int32(r.asOf)); len(days) > 0 {
				r.buyers[i] = see(days, paid, r.asOf, &scratch)
				continue
			}
		}
		for _, c := range []*table.Column{recency, count, tenure} {
			if v := c.Float(i); v-v != 0 || c.Missing(i) {
				return &sdk.Diagnostic{
					Severity: sdk.SeverityError, Code: "value_not_finite", Column: c.Name,
					Summary: sdk.Text{
						ZH: "“{column}”列第 {row} 位客户的值不是有限的数；请先清理数据。", EN: "The value of customer {row} in “{column}” is not a finite number; clean the data first.",
					}.Fill("column", c.Name, "row", strconv.Itoa(i+1)),
				}
			}
		}
		r.buyers[i] = fromColumns(whole(recency.Float(i)), whole(count.Float(i)), whole(tenure.Float(i)), r.asOf)
	}
	return nil
}

// whole is a number of days or purchases in a range that dates can take.
func whole(v float64) int { return int(math.Round(max(0, min(1e6, v)))) }

// fromColumns describes a customer by days since the last and the first purchase and
// the number of purchase days; the mean gap stands for the median.
func fromColumns(recency, purchases, tenure, asOf int) buyer {
	tenure = max(tenure, recency)
	b := buyer{purchases: max(1, purchases), first: asOf - tenure, last: asOf - recency}
	if tenure == recency {
		b.purchases = 1
	}
	if k := b.gaps(); k > 0 {
		b.logGap = math.Log(float64(tenure-recency) / float64(k))
	}
	return b
}

// The days that are assumed where nothing can be learned.
const (
	assumedDormant = 90
	dormantOfGap   = 3 // dormant after so many typical gaps
)

// learn finds the rhythm of all customers.
func (r *run) learn(ctx context.Context) {
	if r.history != nil {
		r.rhythm = learn(ctx, r.history, r.asOf, r.group, r.groups)
	} else {
		r.rhythm = learnMeans(r.buyers)
	}
	if r.typical = r.rhythm.typical(); r.rhythm.known() {
		return
	}
	r.assumed = true
	dormant := r.dormant
	switch {
	case dormant == 0 && r.lost > 0:
		dormant = max(1, r.lost/2)
	case dormant == 0:
		dormant = assumedDormant
	}
	r.typical = float64(dormant) / dormantOfGap
	r.rhythm = &rhythm{mean: math.Log(r.typical), gaps: r.rhythm.gaps, buyers: r.rhythm.buyers}
}

// learnMeans learns from mean gaps alone. The mean of k gaps that come by chance has on
// the log scale a variance of about 1/k.
func learnMeans(list []buyer) *rhythm {
	r := &rhythm{within: 1}
	of := make([]sums, len(list))
	total, noise, grand := 0.0, 0.0, 0.0
	for i, b := range list {
		of[i] = sums{k: b.gaps(), mean: b.logGap}
		if b.gaps() > 0 {
			r.gaps += b.gaps()
			r.buyers++
			grand += b.logGap
		}
	}
	if !r.known() {
		return r
	}
	grand /= float64(r.buyers)
	for _, s := range of {
		if s.k > 0 {
			total += (s.mean - grand) * (s.mean - grand)
			noise += 1 / float64(s.k)
		}
	}
	r.between = max(0, (total-noise)/float64(r.buyers-1))
	r.mean = r.center(of)
	return r
}

// chanceTail is the multiple of the mean gap that one gap in ten exceeds when purchases
// come by chance.
const chanceTail = math.Ln10

// setLimits sets the overdue ratios for dormant and lost.
func (r *run) setLimits() {
	tail := chanceTail
	switch {
	case r.assumed:
		tail = dormantOfGap
	case len(r.rhythm.scaled) > 0 && r.personal:
		tail = quantile(r.rhythm.scaled, 0.9)
	case len(r.rhythm.days) > 0:
		tail = math.Ceil(quantile(r.rhythm.days, 0.9)) / r.typical
	}
	r.limits = limits{dormant: tail, lost: 2 * tail}
	switch {
	case r.dormant > 0 && r.lost > 0:
		r.limits = limits{float64(r.dormant) / r.typical, float64(r.lost) / r.typical}
	case r.dormant > 0:
		r.limits = limits{float64(r.dormant) / r.typical, float64(2*r.dormant) / r.typical}
	case r.lost > 0:
		r.limits.lost = float64(r.lost) / r.typical
		r.limits.dormant = min(r.limits.dormant, r.limits.lost/2)
	}
}

// judge finds each customer's expected gap, overdue ratio, stage and chance.
func (r *run) judge(ctx context.Context) {
	n := len(r.buyers)
	r.stage, r.gap, r.overdue, r.chance = make([]stage, n), make([]float64, n), make([]float64, n), make([]float64, n)
	for i, b := range r.buyers {
		if i%stride == 0 && ctx.Err() != nil {
			return
		}
		r.gap[i] = r.typical
		if r.personal {
			r.gap[i] = r.rhythm.expected(b, groupOf(r.group, i))
		}
		r.overdue[i] = float64(r.asOf-b.last) / r.gap[i]
		r.stage[i] = r.limits.of(b, r.overdue[i])
		if r.rhythm.again != nil {
			r.chance[i] = r.rhythm.chance(b.purchases, float64(r.asOf-b.last), r.gap[i], float64(r.soon()))
		}
	}
}
