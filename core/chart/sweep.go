package chart

import (
	"cmp"
	"image/color"
	"slices"

	"qunxiang/core"
	"qunxiang/sdk/table"
)

// sweepIndices are the indices that a sweep of the number of clusters may have, in
// the order in which they are drawn.
func sweepIndices() []string {
	return []string{
		"silhouette", "inertia", "gap", "calinskiHarabasz", "daviesBouldin",
		"cost", "bic", "aic", "icl", "stability", "logLikelihood",
	}
}

func hasSweep(in *Input) bool {
	t := in.dataTable("sweep")
	return number(t, "k") != nil && t.Rows > 1 && slices.ContainsFunc(sweepIndices(), func(n string) bool { return number(t, n) != nil })
}

// sweepPoint is one number of clusters: what an index says of it and how sure it is.
type sweepPoint struct{ k, v, se float64 }

// sweepPanel is one index over the number of clusters.
type sweepPanel struct {
	name   string
	points []sweepPoint
	vote   int // the number that the index prefers; 0 = none, −1 = it was not asked
}

// newSweep draws one panel per index over the number of clusters, with the number
// that was chosen marked in all of them and each index's own vote in its panel.
func newSweep(in *Input, o Options) (drawFunc, error) {
	t := in.dataTable("sweep")
	votes := in.votes()
	var panels []sweepPanel
	for _, n := range sweepIndices() {
		s := sweepPanel{name: n, points: sweepPoints(t, n), vote: -1}
		if v, asked := votes[n]; asked {
			s.vote = v
		}
		if len(s.points) > 0 {
			panels = append(panels, s)
		}
	}
	if len(panels) == 0 {
		return nil, &core.Error{
			Code: "chart_no_data", Origin: core.OriginUser, Op: "chart",
			Args: core.Args{"kind": KindSweep, "kinds": []string{KindSizes}},
		}
	}
	return func(p *pen, b box) { in.drawSweep(p, b, o.K, panels) }, nil
}

// votes returns what each index prefers; the elbow is the vote of the inertia.
func (in *Input) votes() map[string]int {
	t := in.dataTable("votes")
	index, k := textColumn(t, "index"), number(t, "k")
	if index == nil || k == nil {
		return nil
	}
	out := make(map[string]int, t.Rows)
	for i := range t.Rows {
		name := cellText(index, i)
		if name == "elbow" {
			name = "inertia"
		}
		out[name] = 0
		if !k.Missing(i) && drawable(k.Float(i)) {
			out[name] = int(k.Float(i))
		}
	}
	return out
}

func sweepPoints(t *table.Table, name string) []sweepPoint {
	k, v, se := number(t, "k"), number(t, name), number(t, name+"SE")
	if v == nil {
		return nil
	}
	var out []sweepPoint
	for i := range t.Rows {
		if v.Missing(i) || k.Missing(i) || !drawable(v.Float(i)) || !drawable(k.Float(i)) {
			continue
		}
		q := sweepPoint{k: k.Float(i), v: v.Float(i)}
		if se != nil && !se.Missing(i) && drawable(se.Float(i)) {
			q.se = max(0, se.Float(i))
		}
		out = append(out, q)
	}
	slices.SortFunc(out, func(a, b sweepPoint) int { return cmp.Compare(a.k, b.k) })
	return out
}

func (in *Input) drawSweep(p *pen, b box, marked int, panels []sweepPanel) {
	columns := 1
	if len(panels) > 1 && b.w > 520 {
		columns = 2
	}
	const least = 110 // dips a panel
	if n := (len(panels) + 1) / 2; n > 1 && (b.w > 1000 || b.w > 480 && float64(n)*least > b.h) {
		columns = 3
	}
	most := max(1, int(b.h/least)) * columns
	panels = panels[:min(len(panels), most)]
	rows := (len(panels) + columns - 1) / columns
	const gap = 22
	w, h := (b.w-gap*float64(columns-1))/float64(columns), (b.h-gap*float64(rows-1))/float64(rows)
	for i, s := range panels {
		at := box{b.x + float64(i%columns)*(w+gap), b.y + float64(i/columns)*(h+gap), w, h}
		if i == len(panels)-1 && len(panels)%columns != 0 {
			at.w = b.right() - at.x
		}
		in.drawIndex(p, at, marked, s)
	}
	p.area = nil // several panels have no one mapping
}

// sweepTitle writes the index on the left of its panel and its vote on the right.
func (p *pen) sweepTitle(b box, s sweepPanel) box {
	st := style{size: sizeSmall, c: p.th.muted}
	vote := ""
	switch {
	case s.vote > 0:
		vote = p.lc.T("chart.sweep.vote", "k", s.vote)
	case s.vote == 0:
		vote = p.lc.T("chart.sweep.novote")
	}
	room := b.w
	if vote != "" {
		right := style{size: sizeSmall, bold: true, c: p.th.text, h: 1}
		vote = p.fit(vote, b.w/2, right)
		p.text(b.right(), b.y, vote, right)
		room -= p.width(vote, right) + 10
	}
	name := p.lc.T("chart.index." + s.name)
	if p.width(name, st) > room {
		name = p.lc.T("chart.short." + s.name)
	}
	p.text(b.x, b.y, p.fit(name, room, st), st)
	return b.cut(0, st.size+8, 0, 0)
}

func (in *Input) drawIndex(p *pen, b box, marked int, s sweepPanel) {
	b = p.sweepTitle(b, s)
	lo, hi := s.points[0].v, s.points[0].v
	ticks := make([]float64, 0, len(s.points))
	for i, q := range s.points {
		lo, hi = min(lo, q.v-q.se), max(hi, q.v+q.se)
		if len(s.points) <= 14 || i%((len(s.points)+13)/14) == 0 {
			ticks = append(ticks, q.k)
		}
	}
	pad := max((hi-lo)*0.1, 1e-9*max(1, hi))
	x := axis{lo: s.points[0].k - 0.5, hi: s.points[len(s.points)-1].k + 0.5, scale: linearScale{}, ticks: ticks}
	y := axis{lo: lo - pad, hi: hi + pad, scale: linearScale{}}
	p.axes(b, x, y, func(m *mapping) { in.drawIndexLine(p, m, marked, s) })
}

func (in *Input) drawIndexLine(p *pen, m *mapping, marked int, s sweepPanel) {
	chosen := float64(len(in.Seg.Segments))
	line := SegmentColor(1, in.Dark)
	path := make([][2]float64, 0, len(s.points))
	for _, q := range s.points {
		path = append(path, [2]float64{m.px(q.k), m.py(q.v)})
		if q.k == chosen {
			p.rect(box{m.px(q.k) - 9, m.box.y, 18, m.h}, mix(p.th.background, line, 0.13))
		}
		if marked > 0 && int(q.k) == marked && q.k != chosen {
			p.rect(box{m.px(q.k) - 9, m.box.y, 18, m.h}, mix(p.th.background, SegmentColor(7, in.Dark), 0.3))
		}
	}
	p.polyline(path, 2, line)
	for i, q := range s.points {
		x, y := path[i][0], path[i][1]
		if q.se > 0 {
			p.whisker(x, m.py(q.v-q.se), m.py(q.v+q.se), 4, mix(line, p.th.background, 0.35))
		}
		r := 3.2
		if q.k == chosen {
			r = 5.5
		}
		if int(q.k) == s.vote { // a ring around the vote
			p.dot(x, y, r+5.2, p.th.text)
			p.dot(x, y, r+3.6, p.th.background)
		} else {
			p.dot(x, y, r+1.4, p.th.background)
		}
		p.dot(x, y, r, line)
		p.hit(box{x - 10, m.box.y, 20, m.h}, Selection{K: int(q.k)}, in.sweepLines(s, q)...)
	}
}

func (in *Input) sweepLines(s sweepPanel, q sweepPoint) []string {
	lc := in.locale()
	value := lc.Number(q.v, -1)
	if q.se > 0 {
		value = lc.T("chart.hover.plusminus", "v", value, "se", lc.Number(q.se, -1))
	}
	out := []string{
		lc.T("chart.hover.k", "k", int(q.k)),
		lc.T("chart.pair", "name", lc.T("chart.index."+s.name), "value", value),
	}
	if int(q.k) == s.vote {
		out = append(out, lc.T("chart.hover.vote"))
	}
	return out
}

// whisker is a vertical interval with caps.
func (p *pen) whisker(x, y0, y1, half float64, c color.Color) {
	p.line(x, y0, x, y1, 1.4, c)
	p.line(x-half, y0, x+half, y0, 1.4, c)
	p.line(x-half, y1, x+half, y1, 1.4, c)
}
