// Package webfont cuts a TrueType font down to the characters of one document and
// packs it as WOFF, so that a page can carry its own letters.
//
// Glyphs keep their numbers; the outlines that are not needed become empty, which
// compresses to nearly nothing. Layout tables are dropped. It imports the standard
// library only and is meant for the fonts of package assets.
//
// Sources: OpenType specification 1.9 (tables cmap, glyf, loca, head); W3C, "WOFF
// File Format 1.0".
package webfont

import (
	"bytes"
	"compress/zlib"
	"encoding/binary"
	"errors"
	"fmt"
	"maps"
	"slices"
)

// ErrFont is returned for a file that is not a TrueType font with glyf outlines.
var ErrFont = errors.New("not a TrueType font")

// Subset returns the font as WOFF with the glyphs of the runes only. Runes that the
// font does not have are left out. Equal input gives equal bytes.
func Subset(ttf []byte, runes map[rune]bool) ([]byte, error) {
	f, err := parse(ttf)
	if err != nil {
		return nil, err
	}
	glyphs := map[rune]uint32{}
	keep := map[uint32]bool{0: true}
	for r := range runes {
		if g := f.glyph(r); g != 0 && int(g) < f.glyphs() {
			glyphs[r] = g
			f.addGlyph(keep, g)
		}
	}
	tables := map[string][]byte{"cmap": cmap(glyphs)}
	for _, name := range []string{"OS/2", "head", "hhea", "hmtx", "maxp", "name", "post"} {
		if b, ok := f.tables[name]; ok {
			tables[name] = b
		}
	}
	tables["glyf"], tables["loca"] = f.outlines(keep)
	head := bytes.Clone(tables["head"])
	binary.BigEndian.PutUint16(head[50:], 1) // long offsets in loca
	tables["head"] = head
	return pack(tables)
}

// font is a parsed font; tables are slices of the file.
type font struct {
	tables map[string][]byte
	loca   []uint32
	ranges []cmapRange
}

// cmapRange maps runes first…last to glyphs from start.
type cmapRange struct{ first, last, start uint32 }

func parse(b []byte) (*font, error) {
	if len(b) < 12 || binary.BigEndian.Uint32(b) != 0x00010000 {
		return nil, ErrFont
	}
	f := &font{tables: map[string][]byte{}}
	n := int(binary.BigEndian.Uint16(b[4:]))
	for i := range n {
		at := 12 + 16*i
		if at+16 > len(b) {
			return nil, ErrFont
		}
		off, size := uint64(binary.BigEndian.Uint32(b[at+8:])), uint64(binary.BigEndian.Uint32(b[at+12:]))
		if off+size > uint64(len(b)) {
			return nil, fmt.Errorf("%w: table %q lies outside the file", ErrFont, b[at:at+4])
		}
		f.tables[string(b[at:at+4])] = b[off : off+size]
	}
	if len(f.tables["head"]) < 54 || f.tables["glyf"] == nil {
		return nil, fmt.Errorf("%w: no outlines", ErrFont)
	}
	f.readLoca()
	return f, f.readCmap()
}

func (f *font) readLoca() {
	b := f.tables["loca"]
	if binary.BigEndian.Uint16(f.tables["head"][50:]) == 0 {
		for ; len(b) >= 2; b = b[2:] {
			f.loca = append(f.loca, 2*uint32(binary.BigEndian.Uint16(b)))
		}
		return
	}
	for ; len(b) >= 4; b = b[4:] {
		f.loca = append(f.loca, binary.BigEndian.Uint32(b))
	}
}

func (f *font) glyphs() int { return max(0, len(f.loca)-1) }

// readCmap reads the subtables for Unicode, formats 4 and 12.
func (f *font) readCmap() error {
	b := f.tables["cmap"]
	if len(b) < 4 {
		return fmt.Errorf("%w: no character map", ErrFont)
	}
	for i := range int(binary.BigEndian.Uint16(b[2:])) {
		at := 4 + 8*i
		if at+8 > len(b) {
			break
		}
		off := int(binary.BigEndian.Uint32(b[at+4:]))
		if off < 0 || off+16 > len(b) {
			continue
		}
		switch sub := b[off:]; binary.BigEndian.Uint16(sub) {
		case 4:
			f.readFormat4(sub)
		case 12:
			f.readFormat12(sub)
		}
	}
	if len(f.ranges) == 0 {
		return fmt.Errorf("%w: no Unicode character map", ErrFont)
	}
	return nil
}

func (f *font) readFormat12(b []byte) {
	n := int(binary.BigEndian.Uint32(b[12:]))
	for i := 0; i < n && 16+12*i+12 <= len(b); i++ {
		g := b[16+12*i:]
		f.ranges = append(f.ranges, cmapRange{binary.BigEndian.Uint32(g), binary.BigEndian.Uint32(g[4:]), binary.BigEndian.Uint32(g[8:])})
	}
}

func (f *font) readFormat4(b []byte) {
	u16 := func(at int) int {
		if at < 0 || at+2 > len(b) {
			return 0
		}
		return int(binary.BigEndian.Uint16(b[at:]))
	}
	n := u16(6) / 2
	for s := range n {
		last, first := u16(14+2*s), u16(16+2*n+2*s)
		delta, offset := u16(16+4*n+2*s), u16(16+6*n+2*s)
		if offset == 0 {
			for c := first; c <= last && c < 0xffff; c++ {
				f.ranges = append(f.ranges, cmapRange{uint32(c), uint32(c), uint32((c + delta) & 0xffff)})
			}
			continue
		}
		for c := first; c <= last && c < 0xffff; c++ {
			if g := u16(16 + 6*n + 2*s + offset + 2*(c-first)); g != 0 {
				f.ranges = append(f.ranges, cmapRange{uint32(c), uint32(c), uint32((g + delta) & 0xffff)})
			}
		}
	}
}

func (f *font) glyph(r rune) uint32 {
	for _, c := range f.ranges {
		if uint32(r) >= c.first && uint32(r) <= c.last {
			return c.start + uint32(r) - c.first
		}
	}
	return 0
}

// outline returns the data of a glyph.
func (f *font) outline(g uint32) []byte {
	glyf := f.tables["glyf"]
	if int(g)+1 >= len(f.loca) {
		return nil
	}
	from, to := f.loca[g], f.loca[g+1]
	if from > to || uint64(to) > uint64(len(glyf)) {
		return nil
	}
	return glyf[from:to]
}

// The flags of a component of a composite glyph.
const (
	wordArguments = 0x0001
	oneScale      = 0x0008
	moreFollow    = 0x0020
	twoScales     = 0x0040
	fourScales    = 0x0080
)

// addGlyph keeps a glyph and those that it is composed of.
func (f *font) addGlyph(keep map[uint32]bool, g uint32) {
	if keep[g] {
		return
	}
	keep[g] = true
	b := f.outline(g)
	if len(b) < 10 || int16(binary.BigEndian.Uint16(b)) >= 0 {
		return
	}
	for b = b[10:]; len(b) >= 4; {
		flags := binary.BigEndian.Uint16(b)
		f.addGlyph(keep, uint32(binary.BigEndian.Uint16(b[2:])))
		size := 6
		if flags&wordArguments != 0 {
			size = 8
		}
		switch {
		case flags&oneScale != 0:
			size += 2
		case flags&twoScales != 0:
			size += 4
		case flags&fourScales != 0:
			size += 8
		}
		if flags&moreFollow == 0 || size > len(b) {
			return
		}
		b = b[size:]
	}
}

// outlines makes the tables glyf and loca (long offsets) of the kept glyphs.
func (f *font) outlines(keep map[uint32]bool) (glyf, loca []byte) {
	for g := range f.glyphs() {
		loca = binary.BigEndian.AppendUint32(loca, uint32(len(glyf)))
		if keep[uint32(g)] {
			glyf = append(glyf, f.outline(uint32(g))...)
			glyf = append(glyf, make([]byte, (4-len(glyf)%4)%4)...)
		}
	}
	return glyf, binary.BigEndian.AppendUint32(loca, uint32(len(glyf)))
}

// cmap makes a character map with one subtable of format 12.
func cmap(glyphs map[rune]uint32) []byte {
	var groups []cmapRange
	for _, r := range slices.Sorted(maps.Keys(glyphs)) {
		g := glyphs[r]
		if n := len(groups); n > 0 && groups[n-1].last+1 == uint32(r) && groups[n-1].start+uint32(r)-groups[n-1].first == g {
			groups[n-1].last++
			continue
		}
		groups = append(groups, cmapRange{uint32(r), uint32(r), g})
	}
	be := binary.BigEndian
	b := be.AppendUint16(nil, 0)
	b = be.AppendUint16(b, 1)
	b = be.AppendUint16(b, 3)  // platform Windows
	b = be.AppendUint16(b, 10) // full Unicode
	b = be.AppendUint32(b, 12)
	b = be.AppendUint16(b, 12) // format
	b = be.AppendUint16(b, 0)
	b = be.AppendUint32(b, uint32(16+12*len(groups)))
	b = be.AppendUint32(b, 0)
	b = be.AppendUint32(b, uint32(len(groups)))
	for _, g := range groups {
		b = be.AppendUint32(be.AppendUint32(be.AppendUint32(b, g.first), g.last), g.start)
	}
	return b
}

// pack makes a WOFF file of the tables.
func pack(tables map[string][]byte) ([]byte, error) {
	names := slices.Sorted(maps.Keys(tables))
	be := binary.BigEndian
	const header, entry = 44, 20
	var dir, data []byte
	total := uint32(12 + 16*len(names))
	for _, name := range names {
		raw := tables[name]
		small, err := deflate(raw)
		if err != nil {
			return nil, err
		}
		if len(small) >= len(raw) {
			small = raw
		}
		dir = append(dir, name...)
		dir = be.AppendUint32(dir, uint32(header+entry*len(names)+len(data)))
		dir = be.AppendUint32(dir, uint32(len(small)))
		dir = be.AppendUint32(dir, uint32(len(raw)))
		dir = be.AppendUint32(dir, checksum(raw))
		data = append(data, small...)
		data = append(data, make([]byte, (4-len(data)%4)%4)...)
		total += uint32(len(raw)+3) &^ 3
	}
	b := append([]byte("wOFF"), 0, 1, 0, 0)
	b = be.AppendUint32(b, uint32(header+len(dir)+len(data)))
	b = be.AppendUint16(b, uint16(len(names)))
	b = be.AppendUint16(b, 0)
	b = be.AppendUint32(b, total)
	b = append(b, 0, 1, 0, 0)           // version of the font
	b = append(b, make([]byte, 5*4)...) // no metadata, no private data
	return append(append(b, dir...), data...), nil
}

func deflate(b []byte) ([]byte, error) {
	var out bytes.Buffer
	w, err := zlib.NewWriterLevel(&out, zlib.BestCompression)
	if err != nil {
		return nil, err
	}
	if _, err := w.Write(b); err != nil {
		return nil, err
	}
	if err := w.Close(); err != nil {
		return nil, err
	}
	return out.Bytes(), nil
}

// checksum is the sum of the table's 32-bit words.
func checksum(b []byte) uint32 {
	sum := uint32(0)
	for len(b) >= 4 {
		sum += binary.BigEndian.Uint32(b)
		b = b[4:]
	}
	if len(b) > 0 {
		var last [4]byte
		copy(last[:], b)
		sum += binary.BigEndian.Uint32(last[:])
	}
	return sum
}
