package chart

import (
	"image/color"
	"strconv"
)

// entry is one line of a legend.
type entry struct {
	name string
	id   int // of the segment: its marker
	c    color.RGBA
	sel  Selection
	tip  []string
}

// entries makes the legend of the segments that have customers.
func (in *Input) entries(p *pen, o Options) []entry {
	var out []entry
	for i := range in.Seg.Segments {
		if in.Seg.Segments[i].Size == 0 {
			continue
		}
		out = append(out, entry{
			name: in.segmentName(i), id: in.Seg.Segments[i].ID, c: in.color(p, o, i),
			sel: Selection{Segments: []int{i}}, tip: in.segmentLines(i),
		})
	}
	return out
}

// segmentLines is what hovering over a segment says.
func (in *Input) segmentLines(at int) []string {
	s, lc := &in.Seg.Segments[at], in.locale()
	out := []string{
		in.segmentName(at),
		lc.T("chart.hover.customers", "n", s.Size, "share", lc.Percent(s.Share)),
	}
	if s.Amount != 0 {
		out = append(out, lc.T("chart.hover.money", "money", lc.Money(s.Amount, in.Currency), "share", lc.Percent(s.AmountShare)))
		if s.Size > 0 {
			out = append(out, lc.T("chart.hover.mean", "money", lc.Money(s.Amount/float64(s.Size), in.Currency)))
		}
	}
	return out
}

// legend draws the entries beside b or under it, whichever costs less, and returns
// what is left of b. Entries never overlap: names are shortened, and those that do
// not fit are counted in a last "+3".
func (p *pen) legend(b box, es []entry) box {
	if len(es) < 2 || b.w < 200 || b.h < 120 {
		return b
	}
	st := style{size: sizeSmall, c: p.th.text}
	widest := 0.0
	for _, e := range es {
		widest = max(widest, p.width(e.name, st))
	}
	const mark = 16
	if b.w >= 460 && float64(len(es))*16 <= b.h {
		w := min(widest+mark, b.w*0.3)
		step := min(22, b.h/float64(len(es)))
		for i, e := range es {
			p.legendEntry(box{b.right() - w, b.y + float64(i)*step, w, step}, e, st)
		}
		return b.cut(0, 0, w+18, 0)
	}
	return p.legendBelow(b, es, min(widest+mark, b.w/2-6), st)
}

func (p *pen) legendBelow(b box, es []entry, w float64, st style) box {
	const gap, step = 12, 17
	columns := max(1, int((b.w+gap)/(w+gap)))
	rows := (len(es) + columns - 1) / columns
	if most := max(1, int(b.h*0.24/step)); rows > most {
		rows = most
	}
	h := float64(rows) * step
	for i, e := range es {
		at := box{b.x + float64(i%columns)*(w+gap), b.bottom() - h + float64(i/columns)*step, w, step}
		if i == rows*columns-1 && len(es) > rows*columns {
			st.c, st.v = p.th.muted, 0.5
			p.text(at.x, at.y+at.h/2, "+"+strconv.Itoa(len(es)-i), st)
			break
		}
		p.legendEntry(at, e, st)
	}
	return b.cut(0, 0, 0, h+8)
}

func (p *pen) legendEntry(b box, e entry, st style) {
	y := b.y + b.h/2
	p.marker(b.x+5, y, 4.5, e.id, e.c)
	st.v = 0.5
	p.text(b.x+16, y, p.fit(e.name, b.w-16, st), st)
	p.hit(b, e.sel, e.tip...)
}
