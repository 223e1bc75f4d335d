package chart

import (
	"fmt"
	"sync"

	"golang.org/x/image/font/sfnt"
	"golang.org/x/image/math/fixed"
	"gonum.org/v1/plot/vg"

	"qunxiang/assets"
)

// em is the resolution at which outlines are loaded, in units per em.
const em = 1000

// typeface turns runes into outlines of one weight: the first font of the chain
// that has the rune wins. It is safe for concurrent use.
type typeface struct {
	chain []*sfnt.Font

	mu     sync.Mutex
	buf    sfnt.Buffer
	glyphs map[rune]*glyph
}

// glyph is the outline of one rune, y down, em = 1000·64 units.
type glyph struct {
	segments sfnt.Segments
	advance  float64 // in em
}

// faces are parsed once: regular and bold. A font that does not parse is a mistake
// in the build, found by every test.
var faces = sync.OnceValue(func() [2]*typeface {
	regular, bold := mustParse(assets.FontRegular), mustParse(assets.FontBold)
	return [2]*typeface{
		{chain: []*sfnt.Font{regular, bold}, glyphs: map[rune]*glyph{}},
		{chain: []*sfnt.Font{bold, regular}, glyphs: map[rune]*glyph{}},
	}
})

func mustParse(b []byte) *sfnt.Font {
	f, err := sfnt.Parse(b)
	if err != nil {
		panic(fmt.Errorf("embedded font: %w", err))
	}
	return f
}

func face(bold bool) *typeface {
	if bold {
		return faces()[1]
	}
	return faces()[0]
}

// glyph returns the outline of r; a rune that no font has is drawn as U+25A1, so
// that it is seen to be missing.
func (t *typeface) glyph(r rune) *glyph {
	t.mu.Lock()
	defer t.mu.Unlock()
	if g, ok := t.glyphs[r]; ok {
		return g
	}
	g := t.load(r)
	t.glyphs[r] = g
	return g
}

func (t *typeface) load(r rune) *glyph {
	if invisible(r) {
		return &glyph{}
	}
	f, index := t.find(r)
	if index == 0 {
		f, index = t.find('□')
	}
	g := &glyph{}
	if s, err := f.LoadGlyph(&t.buf, index, fixed.I(em), nil); err == nil {
		g.segments = append(sfnt.Segments(nil), s...) // the buffer is used again
	}
	if a, err := f.GlyphAdvance(&t.buf, index, fixed.I(em), 0); err == nil {
		g.advance = float64(a) / 64 / em
	}
	return g
}

func (t *typeface) find(r rune) (*sfnt.Font, sfnt.GlyphIndex) {
	for _, f := range t.chain {
		if i, err := f.GlyphIndex(&t.buf, r); err == nil && i != 0 {
			return f, i
		}
	}
	return t.chain[0], 0
}

// invisible runes take no room: controls, joiners, direction marks, variation
// selectors. They come from names in the user's data.
func invisible(r rune) bool {
	switch {
	case r < 0x20, r >= 0x7f && r < 0xa0, r == 0x00ad, r == 0xfeff,
		r >= 0x200b && r <= 0x200f, r >= 0x202a && r <= 0x202e,
		r >= 0x2060 && r <= 0x206f, r >= 0xfe00 && r <= 0xfe0f:
		return true
	}
	return false
}

// width returns the advance of s in em.
func (t *typeface) width(s string) float64 {
	w := 0.0
	for _, r := range s {
		w += t.glyph(r).advance
	}
	return w
}

// fill draws s with its baseline starting at (x, y), in the canvas' colour.
func (t *typeface) fill(c vg.Canvas, s string, x, y, size vg.Length) {
	k := size / em / 64
	var p vg.Path
	for _, r := range s {
		g := t.glyph(r)
		p = appendOutline(p, g.segments, x, y, k)
		x += vg.Length(g.advance) * size
	}
	if len(p) > 0 {
		c.Fill(p)
	}
}

func appendOutline(p vg.Path, segments sfnt.Segments, x, y, k vg.Length) vg.Path {
	at := func(q fixed.Point26_6) vg.Point {
		return vg.Point{X: x + vg.Length(q.X)*k, Y: y - vg.Length(q.Y)*k}
	}
	open := false
	for _, s := range segments {
		switch s.Op {
		case sfnt.SegmentOpMoveTo:
			if open {
				p.Close()
			}
			p.Move(at(s.Args[0]))
			open = true
		case sfnt.SegmentOpLineTo:
			p.Line(at(s.Args[0]))
		case sfnt.SegmentOpQuadTo:
			p.QuadTo(at(s.Args[0]), at(s.Args[1]))
		case sfnt.SegmentOpCubeTo:
			p.CubeTo(at(s.Args[0]), at(s.Args[1]), at(s.Args[2]))
		}
	}
	if open {
		p.Close()
	}
	return p
}
