package chart

import (
	"cmp"
	"image/color"
	"slices"
)

// step is one tier of a ladder, or one stage of a life cycle.
type step struct {
	at          int // position of the segment
	from, keep  float64
	hasFrom     bool
	hasKeep     bool
	gap         float64 // expected days between purchases
	hasGap      bool
	overdue     float64
	hasOverdue  bool
	customers   int
	share       float64
	amountShare float64
}

// steps reads the table of tiers or of stages; those that are no segments are left out.
func (in *Input) steps(id, name string) []step {
	t := in.dataTable(id)
	keys := anyText(t, name, "segment")
	if keys == nil {
		return nil
	}
	var out []step
	for i := range t.Rows {
		s := step{at: in.segmentAt(cellText(keys, i))}
		if s.at < 0 {
			continue
		}
		g := &in.Seg.Segments[s.at]
		s.customers, s.share, s.amountShare = g.Size, g.Share, g.AmountShare
		s.from, s.hasFrom = at(number(t, "from"), i)
		s.keep, s.hasKeep = at(number(t, "keep"), i)
		s.gap, s.hasGap = at(number(t, "expectedGapDays"), i)
		s.overdue, s.hasOverdue = at(number(t, "overdueRatio"), i)
		out = append(out, s)
	}
	return out
}

func hasLadder(in *Input) bool { return hasSegments(in) && len(in.steps("ladder", "tier")) > 0 }

// newLadder draws the tiers as a pyramid, the highest on top: what it takes to be in
// one, how many are, and what they bring.
func newLadder(in *Input, o Options) (drawFunc, error) {
	all := in.steps("ladder", "tier")
	slices.SortStableFunc(all, func(a, b step) int { return cmp.Compare(b.from, a.from) })
	return func(p *pen, b box) { in.drawLadder(p, b, o, all) }, nil
}

func (in *Input) drawLadder(p *pen, b box, o Options, all []step) {
	all = all[:min(len(all), max(2, int(b.h/20)))]
	high := min(84, b.h/float64(len(all)))
	st := style{size: sizeBody, c: p.th.text, v: 0.5}
	small := style{size: sizeSmall, c: p.th.muted, v: 0.5}
	unit := in.ladderUnit()
	left, most := 0.0, 0.0
	for _, s := range all {
		left = max(left, p.width(in.segmentName(s.at), style{size: sizeBody, bold: true}), p.width(in.tierLine(s, unit), small))
		most = max(most, s.share)
	}
	left = min(left+16, b.w*0.36)
	right := min(150, b.w*0.3)
	middle := box{b.x + left, b.y, max(10, b.w-left-right), high * float64(len(all))}
	for i, s := range all {
		y := b.y + (float64(i)+0.5)*high
		bold := st
		bold.bold = true
		c := in.color(p, o, s.at)
		if line := in.tierLine(s, unit); line != "" && high >= 34 {
			p.text(b.x, y-9, p.fit(in.segmentName(s.at), left-10, bold), bold)
			p.text(b.x, y+9, p.fit(line, left-10, small), small)
		} else {
			p.text(b.x, y, p.fit(in.segmentName(s.at), left-10, bold), bold)
		}
		w := 2.0
		if most > 0 {
			w = max(3, middle.w*s.share/most)
		}
		bar := p.snapped(box{middle.x + (middle.w-w)/2, y - high*0.38, w, high * 0.76})
		p.round(bar, 4, c)
		strong, _ := ink(c)
		in.barText(p, bar, middle, p.lc.T("chart.tile.customers", "n", s.customers, "share", p.lc.Percent(s.share)), strong)
		p.text(b.right()-right+10, y, p.fit(p.lc.T("chart.ladder.money", "share", p.lc.Percent(s.amountShare)), right-10, small), small)
		p.hit(box{b.x, y - high/2, b.w, high}, Selection{Segments: []int{s.at}}, append(in.segmentLines(s.at), in.tierLine(s, unit))...)
	}
}

// barText writes in a bar, or beside it where the bar is too short.
func (in *Input) barText(p *pen, bar, room box, s string, strong color.RGBA) {
	st := style{size: sizeSmall, bold: true, c: strong, v: 0.5, h: 0.5}
	if bar.h < st.size+2 {
		return
	}
	w := p.width(s, st)
	if w <= bar.w-8 {
		p.text(bar.x+bar.w/2, bar.y+bar.h/2, s, st)
		return
	}
	st.c, st.h = p.th.text, 0
	if w <= room.right()-bar.right()-8 {
		p.text(bar.right()+6, bar.y+bar.h/2, s, st)
	}
}

// ladderUnit is the column that the tiers are drawn by: its unit writes thresholds.
func (in *Input) ladderUnit() string {
	if in.column("tier_value") != nil {
		return "tier_value"
	}
	return "monetary"
}

// tierLine says from what value on a customer is in a tier, and what keeps one there.
func (in *Input) tierLine(s step, column string) string {
	lc := in.locale()
	switch {
	case !s.hasFrom:
		return ""
	case s.hasKeep && s.keep != s.from:
		return lc.T("chart.ladder.keep", "from", in.value(column, s.from), "keep", in.value(column, s.keep))
	}
	return lc.T("chart.ladder.from", "from", in.value(column, s.from))
}

func hasStages(in *Input) bool { return hasSegments(in) && len(in.steps("stages", "stage")) > 1 }

// newStages draws the stages of the life cycle from left to right in their order.
func newStages(in *Input, o Options) (drawFunc, error) {
	all := in.steps("stages", "stage")
	return func(p *pen, b box) { in.drawStages(p, b, o, all) }, nil
}

func (in *Input) drawStages(p *pen, b box, o Options, all []step) {
	n := len(all)
	most := 0.0
	for _, s := range all {
		most = max(most, s.share, s.amountShare)
	}
	wide := b.w / float64(n)
	name := style{size: min(sizeBody, max(sizeTiny, wide/7)), c: p.th.text, h: 0.5}
	const above, below = 34, 44
	room := box{b.x, b.y + above, b.w, b.h - above - below}
	if room.h < 20 || most <= 0 {
		return
	}
	for i, s := range all {
		x := b.x + (float64(i)+0.5)*wide
		c := in.color(p, o, s.at)
		high := max(2, room.h*s.share/most)
		bar := p.snapped(box{x - wide*0.3, room.bottom() - high, wide * 0.6, high})
		p.round(bar, 4, c)
		mark := room.bottom() - room.h*s.amountShare/most
		p.rect(p.snapped(box{bar.x - 4, mark - 2, bar.w + 8, 4}), p.th.background)
		p.rect(p.snapped(box{bar.x - 4, mark - 1, bar.w + 8, 2}), p.th.text)
		top := min(bar.y, mark) - 6
		num := style{size: sizeSmall, c: p.th.muted, h: 0.5, v: 1}
		if s := p.lc.Int(s.customers); p.width(s, num) <= wide-4 {
			p.text(x, top, s, num)
		}
		if share := p.lc.Percent(s.share); p.width(share, num) <= wide-4 {
			p.text(x, top-sizeSmall-3, share, num)
		}
		p.lines(x, room.bottom()+8, p.wrap(in.segmentName(s.at), wide-6, 2, name), name)
		lines := in.segmentLines(s.at)
		if s.hasGap {
			lines = append(lines, p.lc.T("chart.stages.gap", "n", p.lc.Number(s.gap, 0)))
		}
		if s.hasOverdue {
			lines = append(lines, p.lc.T("chart.stages.overdue", "x", p.lc.Number(s.overdue, 1)))
		}
		p.hit(box{x - wide/2, b.y, wide, b.h - 12}, Selection{Segments: []int{s.at}}, lines...)
	}
	p.line(b.x, room.bottom(), b.right(), room.bottom(), 1, p.th.axis)
	st := style{size: sizeTiny, c: p.th.muted, v: 1}
	p.text(b.x, b.bottom(), p.fit(p.lc.T("chart.stages.note"), b.w, st), st)
}
