package chart

import (
	"image/color"
	"math"
	"strings"
)

// heat is a table of coloured cells.
type heat struct {
	rows, columns []string
	note          string // above the cells; "" = nothing
	colour        func(th *theme, i, j int) color.RGBA
	text          func(i, j int) string // "" = an empty cell
	hit           func(i, j int) (Selection, []string)
}

// diverge returns the colour of a value −1…1: blue below zero, orange above, so that
// eyes that do not tell red from green see both.
func (th *theme) diverge(t float64) color.RGBA {
	t = min(1, max(-1, t))
	hue, c := 55.0, 0.14
	if t < 0 {
		hue, c, t = 255, 0.13, -t
	}
	if th.dark {
		return mix(th.track, oklch(0.74, c, hue), t)
	}
	return mix(th.track, oklch(0.60, c, hue), t)
}

// cellsMost is the number of rows and of columns that are drawn.
const cellsMost = 60

func (p *pen) heat(b box, h heat) {
	rows, columns := min(len(h.rows), cellsMost), min(len(h.columns), cellsMost)
	if rows == 0 || columns == 0 {
		return
	}
	st := style{size: sizeSmall, c: p.th.text, v: 0.5}
	small := style{size: sizeSmall, c: p.th.muted}
	if h.note != "" {
		p.text(b.x, b.y, p.fit(h.note, b.w, small), small)
		b = b.cut(0, sizeSmall+8, 0, 0)
	}
	left := 0.0
	for _, r := range h.rows[:rows] {
		left = max(left, p.width(r, st))
	}
	left = min(left, b.w*0.3) + 10
	step := min(220, (b.w-left)/float64(columns))
	head, lines := p.heatHead(h.columns[:columns], step, b.h*0.36)
	high := min(84, (b.h-head)/float64(rows))
	if high < 3 || step < 3 {
		return
	}
	for j := range columns {
		var ls []string
		if lines != nil {
			ls = lines[j]
		}
		if lines == nil && step < sizeTiny-1 {
			break // names would run into each other
		}
		p.heatTitle(box{b.x + left + float64(j)*step, b.y, step, head - 4}, h.columns[j], ls)
	}
	st.size = max(sizeTiny-1, min(st.size, high*0.8))
	figures := p.heatFigures(h, rows, columns, step-5.5)
	for i := range rows {
		y := b.y + head + float64(i)*high
		if high >= st.size {
			p.label(b.x, y+high/2, high, left-8, h.rows[i], st)
		}
		for j := range columns {
			p.heatCell(box{b.x + left + float64(j)*step, y, step, high}, h, i, j, figures)
		}
	}
}

// heatHead breaks the columns' names into lines and returns the height that they take.
// Where a name would have to be cut, no lines are returned: names are written upwards,
// in at most the room given.
func (p *pen) heatHead(names []string, step, room float64) (height float64, lines [][]string) {
	st := style{size: sizeSmall}
	most, longest := 0, 0.0
	for _, n := range names {
		longest = max(longest, p.width(n, st))
		ls := p.wrap(n, step-4, 3, st)
		if strings.Join(ls, "") != strings.ReplaceAll(n, " ", "") && strings.Join(ls, " ") != n {
			lines = nil
			most = -1
		}
		if most >= 0 {
			lines = append(lines, ls)
			most = max(most, len(ls))
		}
	}
	if most < 0 {
		return min(longest, room) + 10, nil
	}
	return blockHeight(most, st.size) + 8, lines
}

func (p *pen) heatTitle(b box, name string, lines []string) {
	if lines == nil {
		st := style{size: max(sizeTiny-1, min(sizeSmall, b.w)), c: p.th.text}
		p.textUp(b.x+b.w/2, b.bottom(), p.fit(name, b.h, st), st)
		return
	}
	st := style{size: sizeSmall, c: p.th.text, h: 0.5}
	y := b.bottom() - blockHeight(len(lines), st.size)
	for i, l := range lines {
		p.text(b.x+b.w/2, y+float64(i)*leading*st.size, l, st)
	}
}

// heatFigures is the size in which the numbers of all cells can be written, 0 = none: with
// the short ones alone, the small numbers would seem to be the only ones.
func (p *pen) heatFigures(h heat, rows, columns int, room float64) float64 {
	for _, size := range []float64{sizeSmall, sizeTiny - 1} {
		fits := true
		for i := range rows {
			for j := range columns {
				fits = fits && p.width(h.text(i, j), style{size: size}) <= room
			}
		}
		if fits {
			return size
		}
	}
	return 0
}

func (p *pen) heatCell(b box, h heat, i, j int, figures float64) {
	inner := p.snapped(b.cut(0, 0, 1.5, 1.5))
	text := h.text(i, j)
	c := p.th.track
	if text != "" {
		c = h.colour(p.th, i, j)
	}
	p.rect(inner, c)
	strong, _ := ink(c)
	st := style{size: figures, c: strong, h: 0.5, v: 0.5}
	if figures > 0 && st.size+3 <= inner.h {
		p.text(inner.x+inner.w/2, inner.y+inner.h/2, text, st)
	}
	sel, lines := h.hit(i, j)
	p.hit(b, sel, lines...)
}

// grid2 makes a table of numbers that are all missing.
func grid2(rows, columns int) [][]float64 {
	out := make([][]float64, rows)
	for i := range out {
		out[i] = make([]float64, columns)
		for j := range out[i] {
			out[i][j] = math.NaN()
		}
	}
	return out
}
