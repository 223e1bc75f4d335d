package value

import (
	"math"

	"qunxiang/internal/large"
)

// monthWeeks is the length of a month in weeks, as the reference implementations take
// it; a day is a seventh of a week.
const monthWeeks = 4.345

// horizon is how far a forecast looks and how it counts money.
type horizon struct {
	Months   int     `json:"months"`
	Month    float64 `json:"month"`    // length of a month in the unit of the run
	Margin   float64 `json:"margin"`   // share of an order's value that is gained
	Discount float64 `json:"discount"` // yearly
}

// outlook is the forecast for one history.
type outlook struct {
	alive      float64
	orders     float64 // expected until the horizon
	discounted float64 // the same, each month's discounted to today
	stay       float64 // discounted, if the customer still is one
	variance   float64 // of ln discounted, from the uncertainty of the parameters
	low, high  float64 // factors of the interval, for the simple model
}

// outlooks forecasts every merged history. What a customer who is still one will buy
// depends on x and T only, so it is computed once for each pair.
func (f *fitted) outlooks(m *merged, hz horizon, money bool, w worker) ([]outlook, error) {
	pairs, of := m.pairs()
	future, err := f.futures(m, pairs, hz, money, w)
	if err != nil {
		return nil, err
	}
	out := make([]outlook, m.rows())
	if b, ok := f.forecaster.(*bgnbd); ok && !money {
		return out, b.outlooks(m, future, of, out, w)
	}
	err = w.EachBlock(m.rows(), func(_, from, to int) {
		for i := from; i < to; i++ {
			out[i] = f.outlook(float64(m.x[i]), m.times[m.tx[i]], m.times[m.T[i]], &future[of[i]], money)
		}
	})
	return out, err
}

// outlooks is what [fitted.outlook] gives without money, with logarithms from tables.
func (f *bgnbd) outlooks(m *merged, next []future, of []int32, out []outlook, w worker) error {
	log, lead := make([]float64, len(m.times)), make([]float64, m.most()+1)
	for i, t := range m.times {
		log[i] = math.Log1p(t / f.alpha)
	}
	for x := 1; x < len(lead); x++ {
		lead[x] = math.Log(f.a / (f.b + float64(x) - 1))
	}
	return w.EachBlock(m.rows(), func(_, from, to int) {
		for i := from; i < to; i++ {
			x := m.x[i]
			alive := 1.0
			if x > 0 {
				alive = 1 / (1 + math.Exp(lead[x]+(f.r+float64(x))*(log[m.T[i]]-log[m.tx[i]])))
			}
			out[i] = outlook{alive: alive, orders: next[of[i]].orders * alive, low: 1, high: 1}
		}
	})
}

func (f *fitted) outlook(x, tx, T float64, next *future, money bool) outlook {
	var gradient [4]float64
	var g []float64
	if money {
		g = gradient[:]
	}
	o := outlook{alive: f.alive(x, tx, T, g), orders: next.orders, discounted: next.discounted, stay: next.discounted, low: 1, high: 1}
	if s, ok := f.forecaster.(*simple); ok {
		o.low, o.high = s.spread(x)
		return o
	}
	o.orders *= o.alive
	o.discounted *= o.alive
	if f.covariance != nil && money {
		for j := range g {
			g[j] += next.gradient[j]
		}
		o.variance = f.quadratic(g)
	}
	return o
}

// future is what is ahead of a customer who is still one.
type future struct {
	orders, discounted float64
	gradient           [4]float64 // of ln discounted in the logarithms of the parameters
}

// pair is a number of repeat purchases and a position in the times.
type pair struct{ x, T int32 }

// pairs lists the different (x, T), sorted by x, and each row's position in the list.
func (m *merged) pairs() (list []pair, of []int32) {
	of = large.Make[int32](m.rows())
	at := make([]int32, len(m.times)) // position in list, +1
	begin := 0
	for i := range m.x {
		if i > 0 && m.x[i] != m.x[i-1] {
			for _, p := range list[begin:] {
				at[p.T] = 0
			}
			begin = len(list)
		}
		if at[m.T[i]] == 0 {
			list = append(list, pair{m.x[i], m.T[i]})
			at[m.T[i]] = int32(len(list))
		}
		of[i] = at[m.T[i]] - 1
	}
	return list, of
}

// futureBlock is the number of pairs that are computed together.
const futureBlock = 64

// futures computes what is ahead for every pair; the gradient by differences and in
// quarters of the horizon, since the forecast is smooth and an interval needs no more
// than three digits.
func (f *fitted) futures(m *merged, pairs []pair, hz horizon, money bool, w worker) ([]future, error) {
	out := make([]future, len(pairs))
	const step = 1e-4
	coarse := max(1, hz.Months/4)
	var moved []forecaster
	for j := range f.names() {
		if money && f.covariance != nil {
			theta := append([]float64(nil), f.theta...)
			theta[j] += step
			moved = append(moved, rebuild(f.kind, theta))
		}
	}
	err := w.Each((len(pairs)+futureBlock-1)/futureBlock, func(block int) {
		var now func(T, t float64) float64
		next := make([]func(T, t float64) float64, len(moved))
		for i := block * futureBlock; i < min((block+1)*futureBlock, len(pairs)); i++ {
			if p := pairs[i]; i == block*futureBlock || p.x != pairs[i-1].x {
				now = f.ahead(float64(p.x))
				for j, g := range moved {
					next[j] = g.ahead(float64(p.x))
				}
			}
			T := m.times[pairs[i].T]
			out[i].orders = now(T, float64(hz.Months)*hz.Month)
			if !money {
				continue
			}
			out[i].discounted = hz.discounted(now, T, 1)
			if len(moved) == 0 {
				continue
			}
			base := math.Log(hz.discounted(now, T, coarse))
			for j := range moved {
				out[i].gradient[j] = (math.Log(hz.discounted(next[j], T, coarse)) - base) / step
			}
		}
	})
	return out, err
}

// discounted is Σ_k (E(k months) − E(k−1 months)) / (1+d)^(k/12); with several months
// at once, their purchases count with the mean of their factors.
func (hz horizon) discounted(ahead func(T, t float64) float64, T float64, months int) float64 {
	v := math.Pow(1+hz.Discount, -1.0/12)
	total, before, factor := 0.0, 0.0, 1.0
	for k := 0; k < hz.Months; {
		to, mean := min(k+months, hz.Months), 0.0
		for i := k; i < to; i++ {
			factor *= v
			mean += factor / float64(to-k)
		}
		now := ahead(T, float64(to)*hz.Month)
		total += (now - before) * mean
		k, before = to, now
	}
	return total
}

// worth is a spending model, or the means where there is none.
type worth struct {
	fit  *spendFit
	mean float64 // value of an order where nothing is known of the customer
}

// newWorth chooses how orders are valued: the fitted model where it is usable.
func newWorth(h *histories, fit *spendFit) *worth {
	v := &worth{fit: fit}
	sum, n := 0.0, 0.0
	for i, x := range h.x {
		if x > 0 && h.money[i] > 0 {
			sum, n = sum+h.money[i], n+1
		}
	}
	if n == 0 {
		for i, x := range h.x {
			if x >= 0 && h.first != nil && h.first[i] > 0 {
				sum, n = sum+h.first[i], n+1
			}
		}
	}
	if n > 0 {
		v.mean = sum / n
	}
	return v
}

// heavy reports a spending model whose mean is infinite, or so large that it is made of
// customers that nobody has seen.
func (s spending) heavy(mean float64) bool {
	m := s.mean(0, 0, nil)
	return !(m < 5*mean)
}

// order is the expected value of an order of a customer, and the variance of its
// logarithm.
func (v *worth) order(x int32, money float64) (value, variance float64) {
	known := x > 0 && money > 0
	if v.fit == nil {
		if known {
			return (v.mean + float64(x)*money) / float64(x+1), 0
		}
		return v.mean, 0
	}
	var g [3]float64
	if known {
		value = v.fit.mean(float64(x), money, &g)
	} else {
		value = v.fit.mean(0, 0, &g)
	}
	return value, v.fit.quadratic(g[:])
}

// mostMoney keeps absurd data within the range of numbers.
const mostMoney = 1e300

// forecast is the answer for every customer; NaN where there is none.
type forecast struct {
	alive, orders, value, clv, low, high, risk []float64

	nobodyLeaves bool // the model has no leaving in its forecasts
	rows         rowForecast
}

// rowForecast is the part that is the same for equal histories.
type rowForecast struct {
	alive, orders, weight []float64
	of                    []int32 // customer → row, −1 for none
}

// forecast values every customer. money tells whether values of orders are known.
func (f *fitted) forecast(h *histories, m *merged, hz horizon, v *worth, w worker) (*forecast, error) {
	look, err := f.outlooks(m, hz, v != nil, w)
	if err != nil {
		return nil, err
	}
	n := len(h.x)
	out := &forecast{nobodyLeaves: f.kind == modelSimple, rows: rowForecast{make([]float64, len(look)), make([]float64, len(look)), m.weight, m.of}}
	for i := range look {
		out.rows.alive[i], out.rows.orders[i] = look[i].alive, look[i].orders
	}
	if v == nil {
		return out, out.spread(n, w)
	}
	out.alive, out.orders = nans(n), nans(n)
	out.value, out.clv, out.low, out.high, out.risk = nans(n), nans(n), nans(n), nans(n), nans(n)
	certain := f.covariance == nil && f.kind != modelSimple
	err = w.EachBlock(n, func(_, from, to int) {
		for i := from; i < to; i++ {
			if m.of[i] < 0 {
				continue
			}
			o := &look[m.of[i]]
			out.alive[i], out.orders[i] = o.alive, o.orders
			value, variance := v.order(h.x[i], h.money[i])
			clv := min(hz.Margin*value*o.discounted, mostMoney)
			out.value[i], out.clv[i] = value, clv
			out.risk[i] = min(hz.Margin*value*o.stay*(1-o.alive), mostMoney)
			if !certain {
				se := min(normal95*math.Sqrt(o.variance+variance), 50)
				out.low[i], out.high[i] = clv*o.low*math.Exp(-se), min(clv*o.high*math.Exp(se), mostMoney)
			}
		}
	})
	return out, err
}

// spread gives n customers what their histories have, where nothing else counts.
func (f *forecast) spread(n int, w worker) error {
	type both struct{ alive, orders float64 } // beside each other: histories come in no order
	rows := make([]both, len(f.rows.alive))
	for i := range rows {
		rows[i] = both{f.rows.alive[i], f.rows.orders[i]}
	}
	f.alive, f.orders = large.Make[float64](n), large.Make[float64](n)
	return w.EachBlock(n, func(_, from, to int) {
		for i := from; i < to; i++ {
			b := both{math.NaN(), math.NaN()}
			if row := f.rows.of[i]; row >= 0 {
				b = rows[row]
			}
			f.alive[i], f.orders[i] = b.alive, b.orders
		}
	})
}

func nans(n int) []float64 {
	out := large.Make[float64](n)
	for i := range out {
		out[i] = math.NaN()
	}
	return out
}
