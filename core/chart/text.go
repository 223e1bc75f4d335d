package chart

import (
	"image/color"
	"math"
	"strings"
	"unicode"

	"gonum.org/v1/plot/vg"
)

// The sizes of text, in dips.
const (
	sizeTitle = 16.0
	sizeBody  = 12.0
	sizeSmall = 11.0
	sizeTiny  = 9.5
)

// leading is the distance of baselines in a block of text, in em.
const leading = 1.32

// style is how a piece of text looks and where it sits relative to its point:
// h and v are 0 (left, top), 0.5 (centre), 1 (right, bottom).
type style struct {
	size float64
	bold bool
	c    color.Color
	h, v float64
}

// The height of capitals and Han characters above the baseline and the part of Han
// characters below it, in em: what text is centred by.
const (
	capHeight = 0.80
	capDepth  = 0.06
)

// text draws one line.
func (p *pen) text(x, y float64, s string, st style) {
	t := face(st.bold)
	if st.h != 0 {
		x -= st.h * t.width(s) * st.size
	}
	if p.seen != nil {
		top := y - st.v*(capHeight+capDepth)*st.size
		p.seen(s, box{x, top, t.width(s) * st.size, (capHeight + capDepth) * st.size})
	}
	y += st.size * (capHeight*(1-st.v) - capDepth*st.v)
	pt := p.at(x, y)
	p.c.SetColor(st.c)
	t.fill(p.c, s, pt.X, pt.Y, vg.Length(st.size)*p.unit)
}

// textUp draws one line from the bottom to the top; (x, y) is the middle of its foot.
func (p *pen) textUp(x, y float64, s string, st style) {
	t := face(st.bold)
	if p.seen != nil {
		w, h := t.width(s)*st.size, (capHeight+capDepth)*st.size
		p.seen(s, box{x - h/2, y - w, h, w})
	}
	p.c.SetColor(st.c)
	p.c.Push()
	p.c.Translate(p.at(x+st.size*(capHeight-capDepth)/2, y))
	p.c.Rotate(math.Pi / 2)
	t.fill(p.c, s, 0, 0, vg.Length(st.size)*p.unit)
	p.c.Pop()
}

// width returns the width of a line, in dips.
func (p *pen) width(s string, st style) float64 { return face(st.bold).width(s) * st.size }

// fit returns s shortened with … so that it is no wider than room; "" where not
// even one character fits.
func (p *pen) fit(s string, room float64, st style) string {
	if p.width(s, st) <= room {
		return s
	}
	t := face(st.bold)
	used := t.glyph('…').advance * st.size
	end := 0
	for i, r := range s {
		used += t.glyph(r).advance * st.size
		if used > room {
			break
		}
		end = i + len(string(r))
	}
	if end == 0 {
		return ""
	}
	return strings.TrimRight(s[:end], " ") + "…"
}

// wrap breaks s into at most lines lines no wider than room: between words, after _
// and /, or anywhere between Han characters. The last line is shortened with … where needed.
func (p *pen) wrap(s string, room float64, lines int, st style) []string {
	if p.width(s, st) <= room {
		return []string{s}
	}
	var out []string
	line := ""
	for _, word := range words(s) {
		if len(out) == lines-1 || line == "" || p.width(line+strings.TrimRight(word, " "), st) <= room {
			line += word
			continue
		}
		out = append(out, strings.TrimRight(line, " "))
		line = word
	}
	if line = strings.TrimRight(line, " "); line != "" {
		out = append(out, line)
	}
	for i := range out {
		out[i] = p.fit(out[i], room, st)
	}
	return out
}

// words splits s where a line may break; blanks stay with the word before them.
func words(s string) []string {
	var out []string
	start := 0
	prev := rune(0)
	for i, r := range s {
		han := unicode.Is(unicode.Han, r) || unicode.Is(unicode.Hiragana, r) || unicode.Is(unicode.Katakana, r)
		prevHan := unicode.Is(unicode.Han, prev)
		closing := strings.ContainsRune("，。、；：）》”’！？", r)
		joint := prev == ' ' || prev == '_' || prev == '/'
		if i > start && !closing && r != ' ' && (joint || han || prevHan) {
			out = append(out, s[start:i])
			start = i
		}
		prev = r
	}
	return append(out, s[start:])
}

// lines draws a block of lines, top line first; (x, y) is the block's point by st.
// It returns the block's height.
func (p *pen) lines(x, y float64, ls []string, st style) float64 {
	h := blockHeight(len(ls), st.size)
	y -= st.v * h
	st.v = 0
	for i, l := range ls {
		p.text(x, y+float64(i)*leading*st.size, l, st)
	}
	return h
}

func blockHeight(n int, size float64) float64 {
	if n == 0 {
		return 0
	}
	return (float64(n-1)*leading + capHeight + capDepth) * size
}
