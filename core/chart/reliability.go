package chart

import (
	"cmp"
	"math"
	"slices"
)

// reliable is one group of customers with about the same predicted probability.
type reliable struct {
	predicted, observed, low, high float64
	customers                      float64 // −1 = not known
	ranged                         bool
}

func hasReliability(in *Input) bool {
	t := in.anyTable("reliability", "calibration")
	return number(t, "predicted") != nil && number(t, "observed") != nil
}

// newReliability draws predicted against observed shares (DeGroot and Fienberg 1983):
// on the diagonal a forecast of 30 % comes true for 30 %.
func newReliability(in *Input, _ Options) (drawFunc, error) {
	t := in.anyTable("reliability", "calibration")
	predicted, observed := number(t, "predicted"), number(t, "observed")
	low, high, customers := number(t, "low"), number(t, "high"), anyNumber(t, "customers", "n", "count")
	var all []reliable
	for i := range t.Rows {
		x, ok := at(predicted, i)
		y, also := at(observed, i)
		if !ok || !also {
			continue
		}
		q := reliable{predicted: x, observed: y, customers: -1}
		if n, ok := at(customers, i); ok {
			q.customers = n
		}
		l, hasLow := at(low, i)
		h, hasHigh := at(high, i)
		if hasLow && hasHigh {
			q.low, q.high, q.ranged = min(l, h), max(l, h), true
		}
		all = append(all, q)
	}
	if len(all) == 0 {
		return nil, in.noData(KindReliability)
	}
	slices.SortStableFunc(all, func(a, b reliable) int { return cmp.Compare(a.predicted, b.predicted) })
	return func(p *pen, b box) { in.drawReliability(p, b, all) }, nil
}

func (in *Input) drawReliability(p *pen, b box, all []reliable) {
	lc := in.locale()
	top, most := 0.0, 1.0
	for _, q := range all {
		top = max(top, q.predicted, q.observed)
		if q.ranged {
			top = max(top, q.high)
		}
		most = max(most, q.customers)
	}
	top = min(1, max(0.05, top*1.06))
	percent := func(v float64) string {
		if whole := math.Round(v * 100); math.Abs(whole-v*100) < 1e-6 {
			return lc.Number(whole, 0) + "%"
		}
		return lc.Percent(v)
	}
	side := axis{lo: 0, hi: top, scale: linearScale{}, label: percent}
	x, y := side, side
	x.title, y.title = lc.T("chart.reliability.x"), lc.T("chart.reliability.y")
	p.axes(b, x, y, func(m *mapping) {
		for t := 0.0; t < 1; t += 0.02 { // the diagonal, dashed
			p.line(m.px(t*top), m.py(t*top), m.px((t+0.012)*top), m.py((t+0.012)*top), 1.4, p.th.axis)
		}
		c := SegmentColor(colourActual, in.Dark)
		line := make([][2]float64, 0, len(all))
		for _, q := range all {
			line = append(line, [2]float64{m.px(q.predicted), m.py(min(q.observed, top))})
		}
		p.polyline(line, 1.4, mix(p.th.background, c, 0.5))
		for i, q := range all {
			x, y := line[i][0], line[i][1]
			if q.ranged {
				p.whisker(x, m.py(max(0, q.low)), m.py(min(top, q.high)), 4, p.th.muted)
			}
			r := 5.0
			if q.customers >= 0 {
				r = 3.5 + 5.5*math.Sqrt(q.customers/most)
			}
			p.dot(x, y, r+1.2, p.th.background)
			p.dot(x, y, r, c)
			p.hit(box{x - r - 2, y - r - 2, 2*r + 4, 2*r + 4}, Selection{}, in.reliableLines(q)...)
		}
	})
}

func (in *Input) reliableLines(q reliable) []string {
	lc := in.locale()
	out := []string{
		lc.T("chart.pair", "name", lc.T("chart.predicted"), "value", lc.Percent(q.predicted)),
		lc.T("chart.pair", "name", lc.T("chart.observed"), "value", lc.Percent(q.observed)),
	}
	if q.ranged {
		out = append(out, lc.T("chart.hover.interval", "low", lc.Percent(q.low), "high", lc.Percent(q.high)))
	}
	if q.customers >= 0 {
		out = append(out, lc.T("chart.subtitle.customers", "n", int(q.customers)))
	}
	return out
}
