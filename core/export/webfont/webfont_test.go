package webfont_test

import (
	"bytes"
	"compress/zlib"
	"encoding/binary"
	"errors"
	"io"
	"slices"
	"testing"

	"golang.org/x/image/font/sfnt"
	"golang.org/x/image/math/fixed"

	"qunxiang/assets"
	"qunxiang/core/export/webfont"
)

func runes(s string) map[rune]bool {
	out := map[rune]bool{}
	for _, r := range s {
		out[r] = true
	}
	return out
}

// unpack turns a WOFF file back into a TrueType font, for a parser that is not ours.
func unpack(t *testing.T, b []byte) []byte {
	t.Helper()
	be := binary.BigEndian
	if string(b[:4]) != "wOFF" || int(be.Uint32(b[8:])) != len(b) {
		t.Fatalf("not a WOFF file of %d bytes", len(b))
	}
	n := int(be.Uint16(b[12:]))
	out := append([]byte{0, 1, 0, 0}, byte(n>>8), byte(n), 0, 0, 0, 0, 0, 0)
	var data []byte
	for i := range n {
		e := b[44+20*i:]
		raw := b[be.Uint32(e[4:]) : be.Uint32(e[4:])+be.Uint32(e[8:])]
		if be.Uint32(e[8:]) < be.Uint32(e[12:]) {
			r, err := zlib.NewReader(bytes.NewReader(raw))
			if err != nil {
				t.Fatal(err)
			}
			if raw, err = io.ReadAll(r); err != nil || len(raw) != int(be.Uint32(e[12:])) {
				t.Fatalf("table %s: %d bytes, %v", e[:4], len(raw), err)
			}
		}
		out = append(out, e[:4]...)
		out = be.AppendUint32(out, be.Uint32(e[16:]))
		out = be.AppendUint32(out, uint32(12+16*n+len(data)))
		out = be.AppendUint32(out, uint32(len(raw)))
		data = append(data, raw...)
		data = append(data, make([]byte, (4-len(data)%4)%4)...)
	}
	return append(out, data...)
}

func TestSubsetKeepsItsGlyphsOnly(t *testing.T) {
	t.Parallel()
	const text = "客群 Segments éÅ 12.5% ¥€ ，。"
	for _, ttf := range [][]byte{assets.FontRegular, assets.FontBold} {
		woff, err := webfont.Subset(ttf, runes(text))
		if err != nil {
			t.Fatal(err)
		}
		if len(woff) > 60_000 {
			t.Errorf("%d bytes for %d characters", len(woff), len(text))
		}
		got, err := sfnt.Parse(unpack(t, woff))
		if err != nil {
			t.Fatal(err)
		}
		want, err := sfnt.Parse(ttf)
		if err != nil {
			t.Fatal(err)
		}
		for r := range runes(text) {
			if !sameGlyph(t, want, got, r) {
				t.Errorf("%q is drawn otherwise", r)
			}
		}
		var buf sfnt.Buffer
		if i, err := got.GlyphIndex(&buf, '国'); i != 0 || err != nil {
			t.Errorf("a character that was not asked for is there: %d %v", i, err)
		}
		again, err := webfont.Subset(ttf, runes(text))
		if err != nil || !bytes.Equal(woff, again) {
			t.Errorf("other bytes the second time (%v)", err)
		}
	}
}

func sameGlyph(t *testing.T, a, b *sfnt.Font, r rune) bool {
	t.Helper()
	var buf sfnt.Buffer
	load := func(f *sfnt.Font) (sfnt.Segments, fixed.Int26_6) {
		i, err := f.GlyphIndex(&buf, r)
		if err != nil || i == 0 {
			t.Fatalf("%q: glyph %d, %v", r, i, err)
		}
		s, err := f.LoadGlyph(&buf, i, fixed.I(1000), nil)
		if err != nil {
			t.Fatal(err)
		}
		s = slices.Clone(s)
		w, err := f.GlyphAdvance(&buf, i, fixed.I(1000), 0)
		if err != nil {
			t.Fatal(err)
		}
		return s, w
	}
	s1, w1 := load(a)
	s2, w2 := load(b)
	return slices.Equal(s1, s2) && w1 == w2
}

func FuzzSubset(f *testing.F) {
	f.Add(assets.FontRegular[:4096])
	f.Add([]byte("\x00\x01\x00\x00"))
	f.Fuzz(func(t *testing.T, b []byte) {
		if _, err := webfont.Subset(b, runes("a客")); err != nil && !errors.Is(err, webfont.ErrFont) {
			t.Error(err)
		}
	})
}
