package value

import (
	"context"
	"errors"
	"slices"
	"time"

	"qunxiang/sdk"
	"qunxiang/sdk/table"
)

// run is one fit on its way.
type run struct {
	ctx   context.Context
	req   sdk.Request
	rep   sdk.Reporter
	set   settings
	w     worker
	diags []sdk.Diagnostic

	ledger    *ledger // nil where histories came in columns
	end, used int     // days: the last that is watched, and the last that the model sees
	h         *histories
	m         *merged
	fit       *fitted
	worth     *worth // nil where values are not known
	purses    []purse
	spend     *spendFit
	check     *check // nil where there is none
	forecast  *forecast
	division  *division
	label     table.Column // of the segments
	all       int          // customers with a history, and those with repeat purchases
	repeat    int
}

// remark adds a diagnostic.
func (r *run) remark(severity sdk.Severity, code string, t sdk.Text, fill ...string) {
	r.diags = append(r.diags, sdk.Diagnostic{Severity: severity, Code: code, Summary: t.Fill(fill...)})
}

// refuse adds an error and reports that the run cannot go on.
func (r *run) refuse(d []sdk.Diagnostic) bool {
	r.diags = append(r.diags, d...)
	return false
}

// read finds the histories and merges them; false where there are none to work with.
func (r *run) read() (bool, error) {
	if ok, err := r.source(); err != nil || !ok {
		return false, err
	}
	if r.all == 0 {
		return r.refuse(problem1("no_history", "", "", sdk.Text{
			ZH: "没有一位客户有可用的购买记录，无法预测。", EN: "No customer has a usable purchase, so there is nothing to forecast from.",
		})), nil
	}
	var err error
	r.m, err = mergeHistories(r.ctx, r.h)
	if errors.Is(err, errTooVaried) {
		return r.refuse(problem1("too_varied", "", "", sdk.Text{
			ZH: "时间的不同取值太多，无法合并相同的客户；请把时间取整到天。",
			EN: "There are too many different times to put equal customers together; round times to whole days.",
		})), nil
	}
	return err == nil, err
}

// source takes the histories from columns or orders.
func (r *run) source() (bool, error) {
	orders := r.req.Detail(sdk.DetailOrders)
	if hasColumns(r.req.Table) {
		h, problems := readColumns(r.req.Table)
		switch {
		case h != nil && len(problems) == 0:
			r.h = h
			r.remarkColumns()
		case orders == nil:
			return r.refuse(problems), nil
		default:
			r.remark(sdk.SeverityWarning, "columns_ignored", sdk.Text{
				ZH: "列里的历史用不上，改从订单计算：{why}", EN: "The histories in the columns cannot be used, so the orders were taken: {why}",
			}.FillText("why", problems[0].Summary))
		}
	}
	if r.h == nil {
		if orders == nil {
			return r.refuse(noInput()), nil
		}
		if ok, err := r.readOrders(); err != nil || !ok {
			return false, err
		}
	}
	r.all, r.repeat = r.h.count()
	return true, r.ctx.Err()
}

func noInput() []sdk.Diagnostic {
	return problem1("no_input", "", "", sdk.Text{
		ZH: "缺少购买历史：请导入交易数据，或用 --features 依次给出 复购次数、首末单间隔、首单至今（可再加复购均价）三到四列。",
		EN: "There is no history of purchases: import transactions, or name three or four columns in the order frequency, recency, T (and the mean value of repeat purchases).",
	})
}

func dateOf(day int) string { return time.Unix(int64(day)*86400, 0).UTC().Format(time.DateOnly) }

// readOrders makes histories from orders, up to the calibration day where one is given.
func (r *run) readOrders() (bool, error) {
	l, err := newLedger(r.ctx, r.req.Detail(sdk.DetailOrders), r.req.Table.Rows)
	if err != nil {
		return false, err
	}
	r.ledger = l
	if len(l.day) == 0 {
		r.h = newHistories(r.req.Table.Rows)
		return true, nil
	}
	r.end = l.end(r.req.AsOf)
	r.used = r.end
	if c := r.set.calibration; c != 0 {
		if c < l.first+13 || c > r.end-afterLeastDays {
			return r.refuse(problem1("calibration_range", "calibration_end", "", sdk.Text{
				ZH: "校准截止日 {c} 不合适：记录从 {a} 到 {b}，截止日前至少要有两周、之后至少要有一周，即 {lo} 到 {hi}。",
				EN: "The end of calibration {c} does not fit: the data run from {a} to {b}, with two weeks before and one week after it needed, so choose from {lo} to {hi}.",
			}, "c", dateOf(c), "a", dateOf(l.first), "b", dateOf(r.end), "lo", dateOf(l.first+13), "hi", dateOf(r.end-afterLeastDays))), nil
		}
		r.used = c
	}
	r.h, err = l.at(r.ctx, r.used, r.set.days())
	return err == nil, err
}

// remarkColumns says what looks odd about histories that came in columns.
func (r *run) remarkColumns() {
	if r.set.calibration != 0 {
		r.remark(sdk.SeverityWarning, "calibration_ignored", sdk.Text{
			ZH: "列里没有日期，校准截止日不起作用；要做前后段检验，请用交易数据。",
			EN: "Columns have no dates, so the end of calibration has no effect; a check on later purchases needs transactions.",
		})
	}
	all, repeat := r.h.count()
	if all >= 50 && all == repeat {
		r.remark(sdk.SeverityWarning, "frequency_all", sdk.Text{
			ZH: "没有一位客户的复购次数是 0。这一列会不会把首单也算进去了？复购次数应不含首单。",
			EN: "No customer has 0 repeat purchases. Does the column count the first purchase, too? It must not.",
		})
	}
	top := 0.0
	for i, x := range r.h.x {
		if x >= 0 {
			top = max(top, r.h.T[i])
		}
	}
	if r.set.unit == unitWeek && top > 1040 {
		r.remark(sdk.SeverityWarning, "unit_days", sdk.Text{
			ZH: "首单至今最长 {n} 周，超过 20 年。如果列里是天数，请设 unit=day。",
			EN: "The longest time since a first purchase is {n} weeks, more than 20 years. If the columns are in days, set unit=day.",
		}, "n", number(top))
	}
}

// model fits the model of the run.
func (r *run) model() (bool, error) {
	if _, watched := r.m.sums(); watched <= 0 {
		return r.refuse(problem1("no_time", "", "", sdk.Text{
			ZH: "所有客户的首单都在最后一天，还没有时间可以观察。",
			EN: "Every first purchase is on the last day, so there was no time to watch anybody.",
		})), nil
	}
	var err error
	switch kind := r.set.model; {
	case kind == modelAuto:
		r.fit, err = r.auto()
	case r.repeat == 0 && kind != modelSimple:
		return r.refuse(problem1("no_repeats", "model", "", sdk.Text{
			ZH: "没有一位客户买过第二次，{model} 无从估计；请用 model=simple 或 auto。",
			EN: "Nobody has bought a second time, so {model} has nothing to learn from; use model=simple or auto.",
		}, "model", kind)), nil
	default:
		r.rep.Progress(0.1, fitting())
		r.fit, err = fitModel(r.ctx, kind, r.m, r.w)
	}
	return err == nil, err
}

// fitting names the stage.
func fitting() sdk.Text {
	return sdk.Text{ZH: "拟合购买模型", EN: "Fitting the model of purchases"}
}

// span is the longest time that a customer was watched, in weeks.
func (r *run) span() float64 {
	top := 0.0
	for _, t := range r.m.T {
		top = max(top, r.m.times[t])
	}
	return top * r.set.days() / 7
}

// money fits the model of spending.
func (r *run) money() error {
	if !r.h.worth {
		return nil
	}
	v := newWorth(r.h, nil)
	if !(v.mean > 0) {
		return nil
	}
	r.worth, r.purses = v, purses(r.h)
	if r.fit.kind == modelSimple && r.repeat < autoRepeats {
		return nil
	}
	r.rep.Progress(0.5, sdk.Text{ZH: "拟合金额模型", EN: "Fitting the model of spending"})
	fit, err := fitSpending(r.ctx, r.purses, r.w)
	if err != nil || fit == nil {
		return err
	}
	if r.spend = fit; !fit.heavy(v.mean) {
		r.worth = newWorth(r.h, fit)
	}
	return nil
}

// verify makes the check on later purchases.
func (r *run) verify() error {
	if r.ledger == nil {
		return nil
	}
	if r.set.calibration != 0 {
		c, err := r.ledger.checkAfter(r.ctx, r.fit, r.h, r.m, r.used, r.end, r.set.days(), r.w)
		r.check = c
		return err
	}
	day, ok := r.ledger.automaticEnd(r.end)
	if !ok {
		return nil
	}
	r.rep.Progress(0.6, sdk.Text{ZH: "用后一段数据检验", EN: "Checking on later data"})
	h, err := r.ledger.at(r.ctx, day, r.set.days())
	if err != nil {
		return err
	}
	m, err := mergeHistories(r.ctx, h)
	if err != nil {
		return err
	}
	if _, repeat := h.count(); repeat < checkLeast && r.fit.kind != modelSimple || repeat == 0 {
		return nil
	}
	f, err := fitModel(r.ctx, r.fit.kind, m, r.w)
	if err != nil {
		return err
	}
	r.check, err = r.ledger.checkAfter(r.ctx, f, h, m, day, r.end, r.set.days(), r.w)
	if r.check != nil {
		r.check.automatic = true
	}
	return err
}

// predict values the customers and divides them.
func (r *run) predict() error {
	r.rep.Progress(0.8, sdk.Text{ZH: "预测每位客户", EN: "Forecasting every customer"})
	f, err := r.fit.forecast(r.h, r.m, r.set.hz, r.worth, r.w)
	if err != nil {
		return err
	}
	d, labels := f.divide(r.set.segments)
	r.forecast, r.division, r.label = f, d, d.column(labels)
	return r.ctx.Err()
}

// model is what a run leaves behind for scoring later customers.
type model struct {
	Kind       string       `json:"kind"`
	Theta      []float64    `json:"theta"` // logarithms of the parameters
	Covariance [][]float64  `json:"covariance,omitempty"`
	Unit       string       `json:"unit"`
	Horizon    horizon      `json:"horizon"`
	Money      bool         `json:"money"`
	Mean       float64      `json:"mean,omitempty"` // of an order
	Spend      *storedSpend `json:"spend,omitempty"`
	Division   *division    `json:"division"`
}

type storedSpend struct {
	Spending   spending    `json:"spending"`
	Covariance [][]float64 `json:"covariance,omitempty"`
}

func (r *run) stored() model {
	md := model{
		Kind: r.fit.kind, Theta: r.fit.theta, Covariance: r.fit.covariance,
		Unit: r.set.unit, Horizon: r.set.hz, Division: r.division,
	}
	if r.worth != nil {
		md.Money, md.Mean = true, r.worth.mean
		if f := r.worth.fit; f != nil {
			md.Spend = &storedSpend{f.spending, f.covariance}
		}
	}
	return md
}

// valid reports whether a stored model can be used.
func (md *model) valid() bool {
	n := map[string]int{modelBGNBD: 4, modelPareto: 4, modelSimple: 1}[md.Kind]
	if n == 0 || len(md.Theta) != n || !square(md.Covariance, n) {
		return false
	}
	if md.Horizon.Months < 1 || md.Horizon.Months > 1200 || !(md.Horizon.Month > 0) || md.Division == nil || !md.Division.valid() {
		return false
	}
	return md.Spend == nil || square(md.Spend.Covariance, 3) && md.Spend.Spending.P > 0 && md.Spend.Spending.Q > 0 && md.Spend.Spending.Gamma > 0
}

// square reports whether a matrix is absent or n by n.
func square(c [][]float64, n int) bool {
	return c == nil || len(c) == n && !slices.ContainsFunc(c, func(row []float64) bool { return len(row) != n })
}

// fitted and worth come back from a stored model.
func (md *model) fitted() (*fitted, *worth) {
	f := &fitted{kind: md.Kind, forecaster: rebuild(md.Kind, md.Theta), solution: solution{theta: md.Theta, covariance: md.Covariance}}
	if !md.Money {
		return f, nil
	}
	v := &worth{mean: md.Mean}
	if md.Spend != nil {
		v.fit = &spendFit{spending: md.Spend.Spending, solution: solution{covariance: md.Spend.Covariance}}
	}
	return f, v
}
