package chart

import (
	"math"
	"slices"
	"strconv"

	"qunxiang/core"
	"qunxiang/sdk/table"
)

// maxScore is the most bins that RFM scores can have.
const maxScore = 9

// gridCell is one cell of the R×F grid.
type gridCell struct {
	customers int
	money     float64
	bySegment map[int]int
	segment   int // the commonest one; of an empty cell the one that would own it, −1 = unknown
	pure      bool
	rich      bool // money is known
}

// grid is the R×F grid: cells[r-1][f-1].
type grid struct {
	n, total int
	cells    [maxScore][maxScore]gridCell
	money    bool // there is money
}

func hasGrid(in *Input) bool {
	if !hasSegments(in) {
		return false
	}
	for _, name := range []string{"r", "f"} {
		c := in.column(name)
		if c == nil || !c.Numeric() || c.Len() != len(in.Seg.Label) || !scores(c) {
			return false
		}
	}
	return true
}

// scores reports whether all values are whole numbers 1…maxScore.
func scores(c *table.Column) bool {
	for i := range c.Len() {
		if v := c.Float(i); !c.Missing(i) && (v < 1 || v > maxScore || v != math.Trunc(v)) {
			return false
		}
	}
	return true
}

func newGrid(in *Input, o Options) (drawFunc, error) {
	g := countGrid(in)
	return func(p *pen, b box) { in.drawGrid(p, b, o, g) }, nil
}

func countGrid(in *Input) *grid {
	g := &grid{n: 2}
	r, f, m := in.column("r"), in.column("f"), in.column("monetary")
	if m != nil && (!m.Numeric() || m.Len() != len(in.Seg.Label)) {
		m = nil
	}
	g.money = m != nil
	for i, label := range in.Seg.Label {
		if r.Missing(i) || f.Missing(i) {
			continue
		}
		ri, fi := int(r.Float(i)), int(f.Float(i))
		g.n = max(g.n, ri, fi)
		c := &g.cells[ri-1][fi-1]
		if c.bySegment == nil {
			c.bySegment = map[int]int{}
		}
		c.customers++
		c.rich = g.money
		g.total++
		c.bySegment[int(label)]++
		if m != nil && !m.Missing(i) {
			c.money += m.Float(i)
		}
	}
	for i := range g.cells {
		for j := range g.cells[i] {
			g.cells[i][j].settle(len(in.Seg.Segments))
		}
	}
	in.ownEmpty(g)
	return g
}

// ownEmpty fills in the owners of empty cells from the method's table of cells.
func (in *Input) ownEmpty(g *grid) {
	t := in.dataTable("cells")
	r, f, s := number(t, "r"), number(t, "f"), textColumn(t, "segment")
	if r == nil || f == nil || s == nil {
		return
	}
	for i := range t.Rows {
		ri, fi := r.Float(i), f.Float(i)
		if s.Missing(i) || ri < 1 || ri > maxScore || fi < 1 || fi > maxScore {
			continue
		}
		g.n = max(g.n, int(ri), int(fi))
		c := &g.cells[int(ri)-1][int(fi)-1]
		if c.customers == 0 {
			c.segment = slices.IndexFunc(in.Seg.Segments, func(x core.Segment) bool { return x.Key == s.Text(i) })
		}
	}
}

// settle finds the commonest segment, the first of equals.
func (c *gridCell) settle(segments int) {
	most := 0
	for at := range segments {
		if n := c.bySegment[at]; n > most {
			most, c.segment = n, at
		}
	}
	c.pure = most == c.customers
	if most == 0 {
		c.segment = -1
	}
}

func (in *Input) drawGrid(p *pen, b box, o Options, g *grid) {
	byMoney := g.money && o.By != "customers"
	value := func(c *gridCell) float64 {
		if byMoney {
			return c.money / float64(c.customers)
		}
		return float64(c.customers)
	}
	if b.h > 260 {
		b = p.legend(b, in.entries(p, o))
	}
	small := style{size: sizeSmall, c: p.th.muted}
	lo, hi := g.span(value)
	if b.h > 190 {
		p.colourKey(box{b.x, b.bottom() - 12, b.w, 12}, in, byMoney, lo, hi)
		b = b.cut(0, 0, 0, 24)
	}
	// Axis names: R above the column of scores, F below the row of scores.
	p.text(b.x, b.y, p.fit(p.lc.T("chart.grid.r"), b.w, small), small)
	b = b.cut(22, small.size+8, 0, small.size*2+12)
	st := small
	st.h, st.v = 1, 1
	p.text(b.right(), b.bottom()+small.size*2+10, p.fit(p.lc.T("chart.grid.f"), b.w, small), st)
	cw, ch := b.w/float64(g.n), b.h/float64(g.n)
	for r := g.n; r >= 1; r-- {
		y := b.y + float64(g.n-r)*ch
		p.text(b.x-8, y+ch/2, strconv.Itoa(r), style{size: sizeBody, bold: true, c: p.th.muted, h: 1, v: 0.5})
		for f := 1; f <= g.n; f++ {
			c := &g.cells[r-1][f-1]
			cell := p.snapped(box{b.x + float64(f-1)*cw, y, cw, ch}.inset(1.5))
			in.drawCell(p, o, cell, c, position(value, c, lo, hi))
			p.hit(cell, Selection{R: r, F: f}, in.cellLines(c, r, f, g)...)
		}
	}
	for f := 1; f <= g.n; f++ {
		p.text(b.x+(float64(f)-0.5)*cw, b.bottom()+6, strconv.Itoa(f), style{size: sizeBody, bold: true, c: p.th.muted, h: 0.5})
	}
}

// span returns the smallest and the largest value of the cells with customers.
func (g *grid) span(value func(*gridCell) float64) (lo, hi float64) {
	lo, hi = math.Inf(1), math.Inf(-1)
	for i := range g.cells {
		for j := range g.cells[i] {
			if c := &g.cells[i][j]; c.customers > 0 {
				lo, hi = min(lo, value(c)), max(hi, value(c))
			}
		}
	}
	return lo, hi
}

// position places a cell on the colour ramp: on a square-root scale, because one
// rich cell would otherwise leave all others pale.
func position(value func(*gridCell) float64, c *gridCell, lo, hi float64) float64 {
	if c.customers == 0 || hi <= lo {
		return 0.5
	}
	return math.Sqrt((value(c) - lo) / (hi - lo))
}

func (in *Input) drawCell(p *pen, o Options, b box, c *gridCell, t float64) {
	strip := box{b.x, b.y + 3, min(5, b.w*0.1), b.h - 6}
	if c.customers == 0 {
		p.round(b, 3, p.th.track)
		if c.segment >= 0 {
			p.rect(p.snapped(strip), mix(in.color(p, o, c.segment), p.th.track, 0.5))
		}
		return
	}
	fill := p.th.ramp(t)
	p.round(b, 3, fill)
	in.drawStrip(p, o, p.snapped(strip), c)
	strong, soft := ink(fill)
	big := style{size: min(18, max(sizeTiny, b.h*0.26)), bold: true, c: strong, h: 0.5, v: 0.5}
	little := style{size: min(12, max(sizeTiny, b.h*0.17)), c: soft, h: 0.5, v: 0.5}
	x, y := b.x+b.w/2+2, b.y+b.h/2
	count := p.lc.Compact(float64(c.customers))
	second := ""
	if c.rich {
		second = p.lc.CompactMoney(c.money/float64(c.customers), in.Currency)
	}
	if second == "" || b.h < 38 || p.width(second, little) > b.w-14 {
		p.text(x, y, p.fit(count, b.w-10, big), big)
		return
	}
	p.text(x, y-little.size*0.62, p.fit(count, b.w-10, big), big)
	p.text(x, y+big.size*0.62, second, little)
}

// drawStrip colours the left edge of a cell by the segments of its customers.
func (in *Input) drawStrip(p *pen, o Options, b box, c *gridCell) {
	y := b.y
	for at := range in.Seg.Segments {
		if n := c.bySegment[at]; n > 0 {
			h := b.h * float64(n) / float64(c.customers)
			p.rect(box{b.x, y, b.w, h}, in.color(p, o, at))
			y += h
		}
	}
}

// cellLines is what hovering over a cell says.
func (in *Input) cellLines(c *gridCell, r, f int, g *grid) []string {
	lc := in.locale()
	out := []string{lc.T("chart.hover.cell", "r", r, "f", f)}
	if c.customers == 0 {
		if c.segment >= 0 {
			out = append(out, in.segmentName(c.segment))
		}
		return append(out, lc.T("chart.hover.nobody"))
	}
	out = append(out, lc.T("chart.hover.customers", "n", c.customers, "share", lc.Percent(float64(c.customers)/float64(g.total))))
	if g.money {
		out = append(out,
			lc.T("chart.hover.money_plain", "money", lc.Money(c.money, in.Currency)),
			lc.T("chart.hover.mean", "money", lc.Money(c.money/float64(c.customers), in.Currency)))
	}
	if c.pure {
		return append(out, in.segmentName(c.segment))
	}
	for at := range in.Seg.Segments {
		if n := c.bySegment[at]; n > 0 {
			out = append(out, lc.T("chart.pair", "name", in.segmentName(at), "value", lc.Int(n)))
		}
	}
	return out
}

// colourKey draws the ramp with its limits.
func (p *pen) colourKey(b box, in *Input, byMoney bool, lo, hi float64) {
	if hi < lo {
		return
	}
	st := style{size: sizeSmall, c: p.th.muted, v: 0.5}
	title, low, high := p.lc.T("chart.grid.mean"), p.lc.CompactMoney(lo, in.Currency), p.lc.CompactMoney(hi, in.Currency)
	if !byMoney {
		title, low, high = p.lc.T("chart.grid.customers"), p.lc.Compact(lo), p.lc.Compact(hi)
	}
	y := b.y + b.h/2
	x := b.x
	if b.w > 260 {
		p.text(x, y, title, st)
		x += p.width(title, st) + 12
	}
	p.text(x, y, low, st)
	x += p.width(low, st) + 6
	w := min(160, b.right()-x-p.width(high, st)-6)
	const steps = 32
	for i := range steps {
		p.rect(box{x + w*float64(i)/steps, b.y + 1, w/steps + 0.6, b.h - 2}, p.th.ramp(float64(i)/(steps-1)))
	}
	p.text(x+w+6, y, high, st)
}
