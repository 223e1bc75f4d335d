package chart

import "math"

// rowName is the label of one row of a chart of horizontal rows.
type rowName struct {
	text string
	sub  string // second line, "" = none
	id   int    // of the segment, for its marker; 0 = none
	at   int    // its position
}

// rows draws names on the left and a value axis below, and calls draw for every
// row with the middle of its band and its height.
func (p *pen) rows(in *Input, o Options, b box, names []rowName, x axis, draw func(m *mapping, i int, y, h float64)) {
	if len(names) == 0 {
		return
	}
	const most = 140 // dips a row: few rows do not drift apart on a tall page
	b.h = min(b.h, most*float64(len(names))+60)
	st := style{size: sizeBody, c: p.th.text, v: 0.5, h: 1}
	st.size = max(sizeTiny, min(st.size, b.h/float64(len(names)+2)*0.75))
	widest := 0.0
	for _, n := range names {
		widest = max(widest, p.width(n.text, st), p.width(n.sub, st))
	}
	widest = min(widest, b.w*0.34)
	gap := 8.0
	if names[0].id > 0 {
		gap = 24
	}
	plain := axis{lo: 0, hi: float64(len(names)), scale: linearScale{}, bare: true, ticks: []float64{}}
	p.axes(b.cut(widest+gap, 0, 0, 0), x, plain, func(m *mapping) {
		step := m.h / float64(len(names))
		for i, n := range names {
			y := m.box.y + (float64(i)+0.5)*step
			p.rowText(m.box.x-gap+2, y, step, widest+1, n, st)
			if n.id > 0 {
				p.marker(m.box.x-12, y, 4.5, n.id, in.color(p, o, n.at))
			}
			draw(m, i, y, step)
		}
	})
}

// rowText writes a row's label, on two lines where it has two and the row is high enough.
func (p *pen) rowText(x, y, high, room float64, n rowName, st style) {
	if n.sub == "" {
		p.label(x, y, high, room, n.text, st)
		return
	}
	if two := 2*st.size + 5; high < two {
		p.text(x, y, p.fit(n.text+" "+n.sub, room, st), st)
		return
	}
	p.text(x, y-st.size*0.62, p.fit(n.text, room, st), st)
	p.text(x, y+st.size*0.62, p.fit(n.sub, room, st), st)
}

// label writes a name in the middle of a row, on several lines where it is long and the row
// is high enough: long names often begin alike.
func (p *pen) label(x, y, high, room float64, name string, st style) {
	small := st
	small.size = max(sizeTiny, st.size-1)
	if lines := min(3, int(high/(leading*small.size))); lines > 1 && p.width(name, st) > room {
		p.lines(x, y, p.wrap(name, room, lines, small), small)
		return
	}
	p.text(x, y, p.fit(name, room, st), st)
}

// segmentRows are the rows of the segments that keep says are shown.
func (in *Input) segmentRows(keep func(at int) bool) []rowName {
	var out []rowName
	for i := range in.Seg.Segments {
		if keep(i) {
			out = append(out, rowName{text: in.segmentName(i), id: in.Seg.Segments[i].ID, at: i})
		}
	}
	return out
}

// quantile of sorted values, linear between neighbours (type 7 of R).
func quantile(sorted []float64, q float64) float64 {
	at := q * float64(len(sorted)-1)
	i := int(math.Floor(at))
	if i+1 >= len(sorted) {
		return sorted[len(sorted)-1]
	}
	return sorted[i] + (at-float64(i))*(sorted[i+1]-sorted[i])
}
