package chart

import (
	"image/color"
	"math"
	"strconv"
)

// barRow is one bar: a segment, or the rest that found no room.
type barRow struct {
	name         string
	id           int
	at           []int // positions of the segments behind it
	share, other float64
	label        string
}

// newBars makes horizontal bars of customers (or money) by segment, in the order
// of the segments. A thin line in each bar marks the share of the other quantity,
// so that "few customers, much money" is seen at once.
func newBars(money bool) func(*Input, Options) (drawFunc, error) {
	return func(in *Input, o Options) (drawFunc, error) {
		return func(p *pen, b box) { in.drawBars(p, b, o, money) }, nil
	}
}

func (in *Input) drawBars(p *pen, b box, o Options, money bool) {
	other := hasMoney(in)
	noted := other && b.h > 150
	if noted {
		b = b.cut(0, 0, 0, 20)
	}
	rows := in.barRows(money, int(b.h/14))
	if len(rows) == 0 {
		return
	}
	step := min(46, b.h/float64(len(rows)))
	if noted {
		p.barNote(box{b.x, b.y + step*float64(len(rows)) + 4, b.w, 16}, money)
	}
	st := style{size: min(sizeBody, max(sizeTiny, step*0.62)), c: p.th.text, v: 0.5}
	num := st
	num.size = max(sizeTiny, st.size-0.5)
	nameW, labelW, most := 0.0, 0.0, 0.0
	for _, r := range rows {
		nameW, labelW = max(nameW, p.width(r.name, st)), max(labelW, p.width(r.label, num))
		most = max(most, math.Abs(r.share))
		if other {
			most = max(most, math.Abs(r.other))
		}
	}
	nameW = min(nameW, b.w*0.34)
	left := b.x + 16 + nameW + 10
	room := max(20, b.right()-left-labelW-8)
	for i, r := range rows {
		y := b.y + (float64(i)+0.5)*step
		c := p.th.axis
		if len(r.at) == 1 {
			c = in.color(p, o, r.at[0])
			p.marker(b.x+5, y, min(5, step*0.3), r.id, c)
		}
		p.label(b.x+16, y, step, nameW+1, r.name, st)
		p.bar(box{left, y - step*0.31, room, step * 0.62}, r, most, other, c)
		num.c = p.th.muted
		num.h = 0
		p.text(left+room*max(0, max(r.share, r.markAt(other)))/most+8, y, r.label, num)
		p.hit(box{b.x, y - step/2, b.w, step}, Selection{Segments: r.at}, in.barLines(r)...)
	}
}

// markAt is where the line of the other quantity ends, for the label to clear it.
func (r barRow) markAt(other bool) float64 {
	if other {
		return r.other
	}
	return 0
}

func (p *pen) bar(b box, r barRow, most float64, other bool, c color.RGBA) {
	if most <= 0 {
		return
	}
	w := b.w * max(0, r.share) / most
	b = p.snapped(b)
	if w > 0 {
		p.round(box{b.x, b.y, max(w, 2), b.h}, min(3, b.h/4), c)
	}
	if other {
		x := b.x + b.w*max(0, r.other)/most
		line := box{x - 1, b.y - 2, 2, b.h + 4}
		p.rect(p.snapped(line.inset(-1)), p.th.background)
		p.rect(p.snapped(line), p.th.text)
	}
}

func (p *pen) barNote(b box, money bool) {
	key := "chart.bars.mark_money"
	if money {
		key = "chart.bars.mark_customers"
	}
	st := style{size: sizeSmall, c: p.th.muted, v: 0.5}
	y := b.y + b.h/2
	p.rect(p.snapped(box{b.x + 4, y - 6, 2, 12}), p.th.text)
	p.text(b.x+16, y, p.fit(p.lc.T(key), b.w-16, st), st)
}

// barRows makes at most limit rows; what is over is summed up in the last one.
func (in *Input) barRows(money bool, limit int) []barRow {
	limit = max(2, limit)
	var rows []barRow
	for i := range in.Seg.Segments {
		s := &in.Seg.Segments[i]
		if s.Size == 0 {
			continue
		}
		r := barRow{name: in.segmentName(i), id: s.ID, at: []int{i}, share: s.Share, other: s.AmountShare}
		if money {
			r.share, r.other = r.other, r.share
		}
		rows = append(rows, r)
	}
	if len(rows) > limit {
		rest := barRow{name: in.locale().T("chart.rest", "n", len(rows)-limit+1)}
		for _, r := range rows[limit-1:] {
			rest.at = append(rest.at, r.at...)
			rest.share += r.share
			rest.other += r.other
		}
		rows = append(rows[:limit-1], rest)
	}
	for i := range rows {
		rows[i].label = in.barLabel(rows[i], money)
	}
	return rows
}

func (in *Input) barLabel(r barRow, money bool) string {
	lc, n, m := in.locale(), 0, 0.0
	for _, at := range r.at {
		n += in.Seg.Segments[at].Size
		m += in.Seg.Segments[at].Amount
	}
	if money {
		return lc.CompactMoney(m, in.Currency) + "  " + lc.Percent(r.share)
	}
	return lc.Compact(float64(n)) + "  " + lc.Percent(r.share)
}

func (in *Input) barLines(r barRow) []string {
	if len(r.at) == 1 {
		return in.segmentLines(r.at[0])
	}
	return []string{r.name + " (" + strconv.Itoa(len(r.at)) + ")", r.label}
}
