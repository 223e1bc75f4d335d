package chart

import (
	"math"
	"slices"
)

// tile is one segment of a treemap.
type tile struct {
	at    int // position of the segment
	value float64
	box
}

// newTreemap makes a squarified treemap of the segments.
func newTreemap(in *Input, o Options) (drawFunc, error) {
	money := o.By == "money" && hasMoney(in)
	var tiles []tile
	for i := range in.Seg.Segments {
		s := &in.Seg.Segments[i]
		v := float64(s.Size)
		if money {
			v = s.Amount
		}
		if v > 0 {
			tiles = append(tiles, tile{at: i, value: v})
		}
	}
	slices.SortStableFunc(tiles, func(a, b tile) int {
		switch {
		case a.value > b.value:
			return -1
		case a.value < b.value:
			return 1
		}
		return 0
	})
	return func(p *pen, b box) { in.drawTreemap(p, b, o, slices.Clone(tiles), money) }, nil
}

func (in *Input) drawTreemap(p *pen, b box, o Options, tiles []tile, money bool) {
	squarify(tiles, b)
	var unnamed []entry
	for i := range tiles {
		if !in.tileFits(p, &tiles[i]) {
			unnamed = append(unnamed, in.entries(p, o)[in.entryAt(tiles[i].at)])
		}
	}
	if len(unnamed) > 0 && b.h > 200 && b.w > 280 {
		st := style{size: sizeSmall, c: p.th.text}
		widest := 0.0
		for _, e := range unnamed {
			widest = max(widest, p.width(e.name, st))
		}
		b = p.legendBelow(b, unnamed, min(widest+16, b.w/2-6), st)
		squarify(tiles, b)
	}
	for i := range tiles {
		in.drawTile(p, o, &tiles[i], money)
	}
}

// entryAt turns a position among segments into one among those with customers.
func (in *Input) entryAt(at int) int {
	n := 0
	for i := range at {
		if in.Seg.Segments[i].Size > 0 {
			n++
		}
	}
	return n
}

func tileStyle(t *tile) style {
	size := min(17, max(sizeSmall, math.Sqrt(t.w*t.h)/9))
	return style{size: size, bold: true}
}

// tileFits reports whether the tile has room for its segment's name.
func (in *Input) tileFits(p *pen, t *tile) bool {
	st := tileStyle(t)
	lines := p.wrap(in.segmentName(t.at), t.w-16, 3, st)
	if t.w < 34 || blockHeight(len(lines), st.size) > t.h-12 || lines[len(lines)-1] == "" {
		return false
	}
	return !cutShort(lines) || t.w >= 120 // a long rule may be cut where enough of it is left
}

func cutShort(lines []string) bool {
	return slices.ContainsFunc(lines, func(l string) bool { return len(l) > 3 && l[len(l)-3:] == "…" })
}

func (in *Input) drawTile(p *pen, o Options, t *tile, money bool) {
	s, c := &in.Seg.Segments[t.at], in.color(p, o, t.at)
	b := p.snapped(t.inset(1))
	p.round(b, 3, c)
	p.hit(t.box, Selection{Segments: []int{t.at}}, in.segmentLines(t.at)...)
	if !in.tileFits(p, t) {
		return
	}
	strong, soft := ink(c)
	st := tileStyle(t)
	st.c = strong
	in2 := b.inset(8)
	y := in2.y + p.lines(in2.x, in2.y, p.wrap(in.segmentName(t.at), in2.w, 3, st), st) + st.size*0.55
	small := style{size: max(sizeTiny, min(13, st.size*0.78)), c: soft}
	lc := p.lc
	first, second := lc.T("chart.tile.customers", "n", s.Size, "share", lc.Percent(s.Share)), ""
	if s.Amount != 0 {
		second = lc.CompactMoney(s.Amount, in.Currency) + " · " + lc.Percent(s.AmountShare)
	}
	if money {
		first, second = second, first
	}
	for _, line := range []string{first, second} {
		if line == "" || y+small.size > in2.bottom() || p.width(line, small) > in2.w {
			continue
		}
		p.text(in2.x, y, line, small)
		y += small.size * leading * 1.05
	}
}

// squarify lays out tiles, largest first, with sides as equal as can be. Source:
// Bruls, Huizing, van Wijk, "Squarified Treemaps" (2000).
func squarify(tiles []tile, b box) {
	total := 0.0
	for i := range tiles {
		total += tiles[i].value
	}
	for len(tiles) > 0 && total > 0 {
		short := min(b.w, b.h)
		perUnit := b.w * b.h / total
		n, sum := 1, tiles[0].value
		best := worst(tiles[:1], sum*perUnit, short, perUnit)
		for n < len(tiles) {
			w := worst(tiles[:n+1], (sum+tiles[n].value)*perUnit, short, perUnit)
			if w > best {
				break
			}
			best, sum, n = w, sum+tiles[n].value, n+1
		}
		b = layRow(tiles[:n], sum, b, perUnit)
		tiles, total = tiles[n:], total-sum
	}
}

// worst is the largest ratio of sides in a row of tiles of the given area.
func worst(row []tile, area, short, perUnit float64) float64 {
	w := 0.0
	for i := range row {
		a := row[i].value * perUnit
		w = max(w, short*short*a/(area*area), area*area/(short*short*a))
	}
	return w
}

// layRow places a row along the short side of b and returns the rest of b.
func layRow(row []tile, sum float64, b box, perUnit float64) box {
	if b.w >= b.h {
		w, y := sum*perUnit/b.h, b.y
		for i := range row {
			h := b.h * row[i].value / sum
			row[i].box = box{b.x, y, w, h}
			y += h
		}
		return b.cut(w, 0, 0, 0)
	}
	h, x := sum*perUnit/b.w, b.x
	for i := range row {
		w := b.w * row[i].value / sum
		row[i].box = box{x, b.y, w, h}
		x += w
	}
	return b.cut(0, h, 0, 0)
}
