package value

import (
	"math"
	"slices"
	"strconv"

	"qunxiang/sdk"
	"qunxiang/sdk/table"
)

// metrics is the evidence in numbers and words.
func (r *run) metrics() []sdk.Metric {
	var out []sdk.Metric
	word := func(id, v string, title sdk.Text) { out = append(out, sdk.Metric{ID: id, Title: title, Word: v}) }
	add := func(id string, v float64, title sdk.Text) {
		if v-v == 0 {
			out = append(out, sdk.Metric{ID: id, Title: title, Value: &v})
		}
	}
	word("model", r.fit.kind, sdk.Text{ZH: "所用模型", EN: "Model used"})
	word("source", r.sourceWord(), sdk.Text{ZH: "历史来自", EN: "Histories from"})
	if r.ledger != nil {
		word("observedUntil", dateOf(r.used), sdk.Text{ZH: "历史截至", EN: "Histories up to"})
	}
	if r.fit.kind != modelSimple {
		add("logLikelihood", r.fit.log, sdk.Text{ZH: "对数似然", EN: "Log-likelihood"})
	}
	add("customers", float64(r.all), sdk.Text{ZH: "有历史的客户", EN: "Customers with a history"})
	add("repeatCustomers", float64(r.repeat), sdk.Text{ZH: "有复购的客户", EN: "Customers with repeat purchases"})
	add("totalOrders", total(r.forecast.orders), sdk.Text{ZH: "展望期内预期购买次数合计", EN: "Expected purchases until the horizon, all customers"})
	if r.spend != nil && r.worth.fit != nil {
		add("spendLogLikelihood", r.spend.log, sdk.Text{ZH: "金额模型的对数似然", EN: "Log-likelihood of spending"})
		add("spendCustomers", float64(r.spend.customers), sdk.Text{ZH: "金额模型的客户", EN: "Customers in the model of spending"})
	}
	if r.worth != nil {
		add("frequencyValueCorrelation", r.correlation(), sdk.Text{ZH: "复购次数与均价的相关", EN: "Correlation of frequency and value"})
		add("totalClv", total(r.forecast.clv), sdk.Text{ZH: "预期价值合计", EN: "Expected value of all customers"})
		add("totalAtRisk", total(r.forecast.risk), sdk.Text{ZH: "风险金额合计", EN: "Money at risk of all customers"})
	}
	return out
}

func (r *run) sourceWord() string {
	if r.ledger == nil {
		return "columns"
	}
	return "orders"
}

// total adds what is known.
func total(v []float64) float64 {
	var s sum
	for _, x := range v {
		if x == x {
			s.add(x)
		}
	}
	return s.value()
}

// sum adds so exactly that the order of customers does not show (Neumaier 1974).
type sum struct{ high, low float64 }

func (s *sum) add(v float64) {
	t := s.high + v
	if math.Abs(s.high) >= math.Abs(v) {
		s.low += (s.high - t) + v
	} else {
		s.low += (v - t) + s.high
	}
	s.high = t
}

func (s *sum) value() float64 { return s.high + s.low }

// correlation is Pearson's, of repeat purchases and their mean value, over customers
// with both.
func (r *run) correlation() float64 {
	var n, mx, my, xx, yy, xy float64
	for _, p := range r.purses {
		n += p.weight
		dx, dy := p.x-mx, p.m-my
		mx += dx * p.weight / n
		my += dy * p.weight / n
		xx += p.weight * dx * (p.x - mx)
		yy += p.weight * dy * (p.m - my)
		xy += p.weight * dx * (p.m - my)
	}
	if n < 3 {
		return math.NaN()
	}
	return xy / math.Sqrt(xx) / math.Sqrt(yy)
}

// record is a table of one row that reads as an object.
type record struct{ d sdk.DataTable }

func newRecord(id string, title sdk.Text) *record {
	return &record{sdk.DataTable{ID: id, Title: title, Record: true, Titles: map[string]sdk.Text{}, Table: &table.Table{Rows: 1}}}
}

func (r *record) add(name string, v float64, title sdk.Text) {
	r.d.Titles[name] = title
	r.d.Table.Columns = append(r.d.Table.Columns, floats(name, "", []float64{v}))
}

func (r *record) word(name, v string, title sdk.Text) {
	r.d.Titles[name] = title
	r.d.Table.Columns = append(r.d.Table.Columns, table.Column{Name: name, Kind: table.String, Strings: []string{v}})
}

// tables is the evidence that is more than a number.
func (r *run) tables() []sdk.DataTable {
	out := []sdk.DataTable{r.paramsTable()}
	if r.check != nil {
		out = append(out, r.check.record(), r.check.frequencyTable(), r.check.trackingTable())
	}
	return append(out, r.newcomerTable(), r.aliveTable(), r.segmentTable())
}

// paramsTable is the record of the parameters with their standard errors.
func (r *run) paramsTable() sdk.DataTable {
	rec := newRecord("params", sdk.Text{ZH: "模型参数", EN: "Parameters"})
	put := func(name string, v, se float64) {
		rec.add(name, v, sdk.Text{ZH: name, EN: name})
		rec.add(name+"SE", se, sdk.Text{ZH: name + " 的标准误", EN: "standard error of " + name})
	}
	if s, ok := r.fit.forecaster.(*simple); ok {
		rec.add("rate", 1/s.prior, sdk.Text{ZH: "平均节奏（每单位时间的复购次数）", EN: "mean pace (repeat purchases in a unit of time)"})
	}
	errors := r.fit.errors()
	for i, name := range r.fit.names() {
		put(name, math.Exp(r.fit.theta[i]), errors[i])
	}
	if f := r.spend; f != nil && r.worth.fit != nil {
		e := f.errors()
		put("p", f.P, e[0])
		put("q", f.Q, e[1])
		put("gamma", f.Gamma, e[2]*f.Gamma/math.Exp(f.theta[2]))
	} else if r.worth != nil {
		rec.add("meanValue", r.worth.mean, sdk.Text{ZH: "每单平均金额", EN: "mean value of an order"})
	}
	return rec.d
}

// record is the outcome of the check in numbers.
func (c *check) record() sdk.DataTable {
	rec := newRecord("holdout", sdk.Text{ZH: "后段检验", EN: "Check on later data"})
	rec.word("calibrationEnd", dateOf(c.calibration), sdk.Text{ZH: "校准截止日", EN: "end of calibration"})
	rec.word("end", dateOf(c.end), sdk.Text{ZH: "检验截止日", EN: "end of the check"})
	chosen := "given"
	if c.automatic {
		chosen = "automatic"
	}
	rec.word("chosen", chosen, sdk.Text{ZH: "截止日由谁定", EN: "date chosen"})
	rec.add("weeks", c.weeks, sdk.Text{ZH: "检验周数", EN: "weeks of the check"})
	rec.add("customers", c.customers, sdk.Text{ZH: "客户数", EN: "customers"})
	rec.add("actual", c.actual, sdk.Text{ZH: "实际购买次数", EN: "purchases that happened"})
	rec.add("expected", c.expected, sdk.Text{ZH: "预期购买次数", EN: "purchases expected"})
	rec.add("mae", c.mae, sdk.Text{ZH: "平均绝对误差（每位客户）", EN: "mean absolute error, by customer"})
	rec.add("rmse", c.rmse, sdk.Text{ZH: "均方根误差（每位客户）", EN: "root mean squared error, by customer"})
	rec.add("correlation", c.correlation, sdk.Text{ZH: "相关系数", EN: "correlation"})
	rec.add("bias", c.bias(), sdk.Text{ZH: "偏差（预期 ÷ 实际 − 1）", EN: "bias (expected ÷ happened − 1)"})
	rec.add("naiveMae", c.naive, sdk.Text{ZH: "“照旧”预测的平均绝对误差", EN: "mean absolute error of “as before”"})
	return rec.d
}

// bias is the share by which expectations are too high, NaN where nothing happened.
func (c *check) bias() float64 { return c.expected/c.actual - 1 }

// frequencyTable compares by the number of repeat purchases before the day.
func (c *check) frequencyTable() sdk.DataTable {
	n := len(c.byFrequency)
	labels, customers := make([]string, n), make([]int64, n)
	actual, expected := nans(n), nans(n)
	for i, row := range c.byFrequency {
		if labels[i] = strconv.Itoa(i); i == mostCalls {
			labels[i] += "+"
		}
		if customers[i] = int64(row.customers); row.customers > 0 {
			actual[i], expected[i] = row.actual, row.expected
		}
	}
	return sdk.DataTable{
		ID: "calibration", Title: sdk.Text{ZH: "按之前的复购次数检验", EN: "Check by earlier repeat purchases"},
		Titles: map[string]sdk.Text{
			"frequency": {ZH: "校准期复购次数", EN: "Repeat purchases in calibration"}, "customers": {ZH: "客户数", EN: "Customers"},
			"actual": {ZH: "实际平均", EN: "Happened, mean"}, "expected": {ZH: "预期平均", EN: "Expected, mean"},
		},
		Table: &table.Table{Rows: n, Columns: []table.Column{
			{Name: "frequency", Kind: table.String, Strings: labels},
			{Name: "customers", Kind: table.Int64, Ints: customers},
			floats("actual", "", actual), floats("expected", "", expected),
		}},
	}
}

// trackingTable compares week by week.
func (c *check) trackingTable() sdk.DataTable {
	n := len(c.tracking)
	period, holdout := make([]int64, n), make([]int64, n)
	date := make([]string, n)
	v := [4][]float64{make([]float64, n), make([]float64, n), make([]float64, n), make([]float64, n)}
	for i, row := range c.tracking {
		period[i], date[i] = int64(i+1), dateOf(row.end)
		if row.end > c.calibration {
			holdout[i] = 1
		}
		v[0][i], v[1][i], v[2][i], v[3][i] = row.actual, row.expected, row.actual, row.expected
		if i > 0 {
			v[2][i] += v[2][i-1]
			v[3][i] += v[3][i-1]
		}
	}
	return sdk.DataTable{
		ID: "tracking", Title: sdk.Text{ZH: "逐周复购", EN: "Repeat purchases by week"},
		Titles: map[string]sdk.Text{
			"period": {ZH: "周", EN: "Week"}, "date": {ZH: "截至", EN: "Until"}, "holdout": {ZH: "检验期", EN: "Check"},
			"actual": {ZH: "实际", EN: "Happened"}, "expected": {ZH: "预期", EN: "Expected"},
			"cumulativeActual": {ZH: "累计实际", EN: "Happened so far"}, "cumulativeExpected": {ZH: "累计预期", EN: "Expected so far"},
		},
		Table: &table.Table{Rows: n, Columns: []table.Column{
			{Name: "period", Kind: table.Int64, Ints: period},
			{Name: "date", Kind: table.String, Strings: date},
			floats("actual", "", v[0]), floats("expected", "", v[1]),
			{Name: "holdout", Kind: table.Bool, Ints: holdout},
			floats("cumulativeActual", "", v[2]), floats("cumulativeExpected", "", v[3]),
		}},
	}
}

// newcomerTable says what a new customer will buy.
func (r *run) newcomerTable() sdk.DataTable {
	weeks := []int64{4, 13, 26, 39, 52, 78, 104}
	v := make([]float64, len(weeks))
	ahead := r.fit.ahead(0)
	for i, w := range weeks {
		v[i] = ahead(0, float64(w)*7/r.set.days())
	}
	return sdk.DataTable{
		ID: "newCustomer", Title: sdk.Text{ZH: "一位新客户的预期复购", EN: "Expected repeat purchases of a new customer"},
		Titles: map[string]sdk.Text{"weeks": {ZH: "首单后周数", EN: "Weeks after the first"}, "expected": {ZH: "预期复购次数", EN: "Expected repeat purchases"}},
		Table: &table.Table{Rows: len(weeks), Columns: []table.Column{
			{Name: "weeks", Kind: table.Int64, Ints: weeks}, floats("expected", "", v),
		}},
	}
}

// aliveTable counts customers by their chance of still being one.
func (r *run) aliveTable() sdk.DataTable {
	from := []float64{0.9, 0.5, 0.1, 0}
	to := []float64{1, 0.9, 0.5, 0.1}
	customers, risk := make([]int64, len(from)), make([]sum, len(from))
	band := func(p float64) int {
		return slices.IndexFunc(from, func(least float64) bool { return p >= least })
	}
	rows := &r.forecast.rows
	bands := make([]int8, len(rows.alive))
	for i, p := range rows.alive {
		bands[i] = int8(band(p))
		customers[bands[i]] += int64(rows.weight[i])
	}
	for i, v := range r.forecast.risk {
		if row := rows.of[i]; row >= 0 {
			risk[bands[row]].add(v)
		}
	}
	t := &table.Table{Rows: len(from), Columns: []table.Column{
		floats("from", "", from), floats("to", "", to), {Name: "customers", Kind: table.Int64, Ints: customers},
	}}
	if r.forecast.risk != nil {
		at := make([]float64, len(risk))
		for i := range risk {
			at[i] = risk[i].value()
		}
		t.Columns = append(t.Columns, floats("atRisk", "money", at))
	}
	return sdk.DataTable{
		ID: "alive", Title: sdk.Text{ZH: "仍是客户的概率", EN: "Chance of still being a customer"},
		Titles: titlesOf(t, map[string]sdk.Text{
			"from": {ZH: "从", EN: "From"}, "to": {ZH: "到", EN: "To"},
			"customers": {ZH: "客户数", EN: "Customers"}, "atRisk": {ZH: "风险金额", EN: "Money at risk"},
		}),
		Table: t,
	}
}

// titlesOf keeps the titles of columns that there are.
func titlesOf(t *table.Table, all map[string]sdk.Text) map[string]sdk.Text {
	out := make(map[string]sdk.Text, len(t.Columns))
	for i := range t.Columns {
		out[t.Columns[i].Name] = all[t.Columns[i].Name]
	}
	return out
}

// segmentTable sums up each segment's forecast.
func (r *run) segmentTable() sdk.DataTable {
	label := r.label
	n := len(label.Dict)
	customers := make([]int64, n)
	f := r.forecast
	by := func(v []float64) []float64 {
		parts, out := make([]sum, n), make([]float64, n)
		for i, c := range label.Codes {
			if x := v[i]; x == x {
				parts[c].add(x)
			}
		}
		for i := range parts {
			out[i] = parts[i].value()
		}
		return out
	}
	for _, c := range label.Codes {
		customers[c]++
	}
	alive := by(f.alive)
	for i := range alive {
		alive[i] /= float64(max(1, customers[i]))
	}
	t := &table.Table{Rows: n, Columns: []table.Column{
		{Name: "segment", Kind: table.String, Strings: label.Dict},
		{Name: "customers", Kind: table.Int64, Ints: customers},
		floats("pAlive", "", alive), floats("expectedOrders", "", by(f.orders)),
	}}
	if f.clv != nil {
		t.Columns = append(t.Columns, floats("clv", "money", by(f.clv)), floats("atRisk", "money", by(f.risk)))
	}
	return sdk.DataTable{
		ID: "segmentValue", Title: sdk.Text{ZH: "各客群的预期", EN: "Forecast by segment"},
		Titles: titlesOf(t, map[string]sdk.Text{
			"segment": {ZH: "客群", EN: "Segment"}, "customers": {ZH: "客户数", EN: "Customers"},
			"pAlive": {ZH: "仍是客户的平均概率", EN: "Mean chance of still being a customer"}, "expectedOrders": {ZH: "预期购买次数", EN: "Expected purchases"},
			"clv": {ZH: "预期价值", EN: "Expected value"}, "atRisk": {ZH: "风险金额", EN: "Money at risk"},
		}),
		Table: t,
	}
}
