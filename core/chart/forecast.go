package chart

import (
	"math"
	"strconv"

	"qunxiang/core"
	"qunxiang/sdk/table"
)

// The colours of what happened and of what was forecast, as ids of segment colours.
const (
	colourActual   = 1
	colourExpected = 8
)

// pairPoint is one place of a forecast: what happened, what was expected.
type pairPoint struct {
	x                float64
	name             string // of the place, "" = its number
	actual, expected float64
	hasActual        bool
	hasExpected      bool
	customers        float64 // −1 = not known
	holdout          bool
}

func hasCalibration(in *Input) bool {
	t := in.dataTable("calibration")
	named := anyNumber(t, "frequency", "orders", "x") != nil || anyText(t, "frequency") != nil
	return named && number(t, "actual") != nil && number(t, "expected") != nil
}

// newCalibration draws, by the number of orders in the first part of the data, how many
// followed in the second part and how many were forecast.
func newCalibration(in *Input, _ Options) (drawFunc, error) {
	t := in.dataTable("calibration")
	pts := in.pairs(t, anyNumber(t, "frequency", "orders", "x"), in.localText(t, "label", "name", "frequency"))
	if len(pts) == 0 {
		return nil, in.noData(KindCalibration)
	}
	lc := in.locale()
	x := axis{title: lc.T("chart.calibration.x")}
	y := axis{title: lc.T("chart.calibration.y")}
	return func(p *pen, b box) { in.drawPairs(p, b, pts, x, y) }, nil
}

func hasTracking(in *Input) bool {
	t := in.dataTable("tracking")
	return t != nil && t.Rows > 1 && number(t, "actual") != nil && number(t, "expected") != nil
}

// newTracking draws all customers' orders over time beside those forecast; the part of
// the time that the forecast did not know is marked.
func newTracking(in *Input, o Options) (drawFunc, error) {
	t := in.dataTable("tracking")
	pts := in.pairs(t, anyNumber(t, "period", "week", "x"), nil)
	if len(pts) < 2 {
		return nil, in.noData(KindTracking)
	}
	if o.By == "cumulative" {
		var actual, expected float64
		for i := range pts {
			actual, expected = actual+pts[i].actual, expected+pts[i].expected
			pts[i].actual, pts[i].expected = actual, expected
		}
	}
	x := axis{title: in.locale().T("chart.tracking.x")}
	y := axis{title: in.locale().T("chart.tracking.y")}
	return func(p *pen, b box) { in.drawPairs(p, b, pts, x, y) }, nil
}

// pairs reads the rows of a table of forecasts. x nil numbers them.
func (in *Input) pairs(t *table.Table, x, label *table.Column) []pairPoint {
	actual, expected, customers := number(t, "actual"), number(t, "expected"), anyNumber(t, "customers", "n")
	holdout, date := number(t, "holdout"), t.Column("date")
	var out []pairPoint
	for i := range t.Rows {
		q := pairPoint{x: float64(i + 1), customers: -1, name: cellText(label, i)}
		if x != nil {
			v, ok := at(x, i)
			if !ok {
				continue
			}
			q.x = v
		}
		q.actual, q.hasActual = at(actual, i)
		q.expected, q.hasExpected = at(expected, i)
		if n, ok := at(customers, i); ok {
			q.customers = n
		}
		if h, ok := at(holdout, i); ok {
			q.holdout = h != 0
		}
		if q.name == "" && date != nil && i < date.Len() && !date.Missing(i) {
			q.name = dateText(date, i)
		}
		if q.hasActual || q.hasExpected {
			out = append(out, q)
		}
	}
	return out
}

// dateText writes a date that a table holds as text, as microseconds or as days.
func dateText(c *table.Column, i int) string {
	switch c.Kind {
	case table.Category, table.String:
		return c.Text(i)
	case table.Time:
		return core.Date(math.Floor(float64(c.Ints[i]) / 86_400e6)).String()
	case table.Int64:
		if v := c.Ints[i]; v > -1e6 && v < 1e7 {
			return core.Date(v).String()
		}
	}
	return ""
}

func (in *Input) drawPairs(p *pen, b box, pts []pairPoint, x, y axis) {
	lc := in.locale()
	b = p.legend(b, []entry{
		{name: lc.T("chart.actual"), id: colourActual, c: SegmentColor(colourActual, in.Dark)},
		{name: lc.T("chart.expected"), id: colourExpected, c: SegmentColor(colourExpected, in.Dark)},
	})
	x.lo, x.hi, x.scale = pts[0].x, pts[0].x, linearScale{}
	y.lo, y.hi, y.scale = 0, 0, linearScale{}
	named := false
	for _, q := range pts {
		x.lo, x.hi = min(x.lo, q.x), max(x.hi, q.x)
		y.lo, y.hi = min(y.lo, q.actual, q.expected), max(y.hi, q.actual, q.expected)
		named = named || q.name != ""
	}
	pad := max((x.hi-x.lo)*0.03, 0.3)
	x.lo, x.hi = x.lo-pad, x.hi+pad
	y.hi += max((y.hi-y.lo)*0.06, 1e-9)
	if named || len(pts) <= 12 {
		x.ticks, x.label = pairTicks(p, b, pts)
	}
	p.axes(b, x, y, func(m *mapping) {
		in.drawHoldout(p, m, pts)
		in.drawSeries(p, m, pts, colourExpected)
		in.drawSeries(p, m, pts, colourActual)
		in.hitPairs(p, m, pts)
	})
}

// pairTicks names as many of the places as there is room for.
func pairTicks(p *pen, b box, pts []pairPoint) (ticks []float64, label func(float64) string) {
	names := map[float64]string{}
	widest := 0.0
	for _, q := range pts {
		s := q.name
		if s == "" {
			s = strconv.FormatFloat(q.x, 'g', -1, 64)
		}
		names[q.x] = s
		widest = max(widest, p.width(s, style{size: sizeSmall}))
	}
	step := max(1, int(math.Ceil(float64(len(pts))*(widest+14)/max(1, b.w-60))))
	for i := 0; i < len(pts); i += step {
		ticks = append(ticks, pts[i].x)
	}
	return ticks, func(v float64) string { return names[v] }
}

// drawHoldout shades the part that the forecast did not know.
func (in *Input) drawHoldout(p *pen, m *mapping, pts []pairPoint) {
	from := -1
	for i, q := range pts {
		if q.holdout {
			from = i
			break
		}
	}
	if from <= 0 {
		return
	}
	x := m.px((pts[from-1].x + pts[from].x) / 2)
	p.rect(box{x, m.box.y, m.right() - x, m.h}, p.th.track)
	p.gridLines(m)
	for y := m.box.y; y < m.bottom(); y += 8 {
		p.line(x, y, x, min(y+5, m.bottom()), 1.4, p.th.muted)
	}
	st := style{size: sizeSmall, c: p.th.muted}
	room := m.right() - x - 8
	if room < 60 {
		st.h, room, x = 1, x-m.box.x-8, x-10
	}
	p.text(x+5, m.box.y+4, p.fit(p.lc.T("chart.tracking.holdout"), room, st), st)
}

func (in *Input) drawSeries(p *pen, m *mapping, pts []pairPoint, id int) {
	c := SegmentColor(id, in.Dark)
	var line [][2]float64
	for _, q := range pts {
		v, ok := q.actual, q.hasActual
		if id == colourExpected {
			v, ok = q.expected, q.hasExpected
		}
		if ok {
			line = append(line, [2]float64{m.px(q.x), m.py(v)})
		}
	}
	p.polyline(line, 2, c)
	if len(line) > 60 {
		return
	}
	r := 4.0
	if len(line) > 30 {
		r = 2.6
	}
	for _, q := range line {
		p.marker(q[0], q[1], r+1.2, id, p.th.background)
		p.marker(q[0], q[1], r, id, c)
	}
}

func (in *Input) hitPairs(p *pen, m *mapping, pts []pairPoint) {
	lc := in.locale()
	half := m.w / float64(max(2, 2*len(pts)))
	for _, q := range pts {
		head := q.name
		if head == "" {
			head = lc.Number(q.x, -1)
		}
		lines := []string{m.x.title + ": " + head}
		if q.hasActual {
			lines = append(lines, lc.T("chart.pair", "name", lc.T("chart.actual"), "value", lc.Number(q.actual, -1)))
		}
		if q.hasExpected {
			lines = append(lines, lc.T("chart.pair", "name", lc.T("chart.expected"), "value", lc.Number(q.expected, -1)))
		}
		if q.customers >= 0 {
			lines = append(lines, lc.T("chart.subtitle.customers", "n", int(q.customers)))
		}
		p.hit(box{m.px(q.x) - half, m.box.y, 2 * half, m.h}, Selection{}, lines...)
	}
}
