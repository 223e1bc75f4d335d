package ingest

import (
	"bytes"
	"encoding/binary"
	"unicode/utf8"

	"qunxiang/core"
)

// garbled are the lines of a block whose text was broken before it came to us: replaced
// characters, and letters that another encoding made of them.
type garbled struct {
	count int
	lines [maxExamples]uint32 // the first, in the block from 0
	text  string              // of the first cell
}

// The marks of broken text.
const (
	replaced = "\uFFFD"                       // what a decoder writes for bytes that it cannot read
	kunJinKa = "\xE9\x94\x9F\xE6\x96\xA4\xE6" // U+FFFD in UTF-8, read as GBK
	quoteAs  = "\xC3\xA2\xE2\x82\xAC"         // a curly quotation mark in UTF-8, read as Windows-1252
)

// ascii reports whether b is ASCII.
func ascii(b []byte) bool {
	for ; len(b) >= 32; b = b[32:] {
		if (binary.LittleEndian.Uint64(b)|binary.LittleEndian.Uint64(b[8:])|binary.LittleEndian.Uint64(b[16:])|binary.LittleEndian.Uint64(b[24:]))&0x8080808080808080 != 0 {
			return false
		}
	}
	for _, c := range b {
		if c >= utf8.RuneSelf {
			return false
		}
	}
	return true
}

// find looks for broken text in a block.
func (g *garbled) find(b []byte, newline byte) {
	line, from := uint32(0), 0
	for at := nextGarbled(b, 0); at >= 0; {
		line += uint32(bytes.Count(b[from:at], []byte{newline}))
		if g.count == 0 {
			g.text = around(b, at)
		}
		if g.count < maxExamples {
			g.lines[g.count] = line
		}
		g.count++
		end := bytes.IndexByte(b[at:], newline)
		if end < 0 {
			return
		}
		from = at + end
		at = nextGarbled(b, from)
	}
}

// nextGarbled returns where the next broken text begins, −1 for none.
func nextGarbled(b []byte, from int) int {
	best := -1
	nearer := func(at int) {
		if at >= 0 && (best < 0 || at < best) {
			best = at
		}
	}
	rest := b[from:]
	nearer(bytes.Index(rest, []byte(replaced)))
	nearer(bytes.Index(rest, []byte(kunJinKa)))
	nearer(bytes.Index(rest, []byte(quoteAs)))
	limit := len(rest)
	if best >= 0 {
		limit = best
	}
	nearer(misread(rest[:limit]))
	if best < 0 {
		return -1
	}
	return from + best
}

// misread finds UTF-8 that was read as Windows-1252 or Latin-1 and written as UTF-8
// again: "Ã©" for é, "ä¸­" for a Chinese character.
func misread(b []byte) int {
	for at := 0; ; {
		n := bytes.IndexByte(b[at:], 0xC3)
		if n < 0 || at+n+3 >= len(b) {
			return -1
		}
		at += n
		lead, next := b[at+1], b[at+2:]
		switch {
		case (lead == 0x83 || lead == 0x82) && next[0] == 0xC2:
			return at
		case lead >= 0xA4 && lead <= 0xA9:
			if k := trail(next); k > 0 && trail(next[k:]) > 0 {
				return at
			}
		}
		at += 2
	}
}

// trail returns the length of a character that stands for a byte of 0x80–0xBF in
// Windows-1252 or Latin-1, other than a blank; 0 for others.
func trail(b []byte) int {
	switch {
	case len(b) < 2:
		return 0
	case b[0] == 0xC2 && b[1] >= 0x80 && b[1] <= 0xBF && b[1] != 0xA0:
		return 2
	case b[0] == 0xC5 || b[0] == 0xC6 || b[0] == 0xCB:
		return 2
	case len(b) >= 3 && b[0] == 0xE2 && (b[1] == 0x80 || b[1] == 0x82 || b[1] == 0x84):
		return 3
	}
	return 0
}

// around returns a piece of the cell around b[at], for people.
func around(b []byte, at int) string {
	const reach = 12
	from, to := at, at
	for n := 0; from > 0 && n < reach && !endsCell(b[from-1]); n++ {
		_, size := utf8.DecodeLastRune(b[:from])
		from -= size
	}
	for n := 0; to < len(b) && n < reach && !endsCell(b[to]); n++ {
		_, size := utf8.DecodeRune(b[to:])
		to += size
	}
	return string(bytes.ToValidUTF8(b[from:to], []byte(replaced)))
}

func endsCell(c byte) bool { return bytes.IndexByte([]byte("\n\r,\t;\""), c) >= 0 }

// garbledRows gathers broken text over the blocks of a file.
type garbledRows struct {
	count int
	rows  []int // of the file, from 1
	text  string
}

func (g *garbledRows) add(line int, found *garbled) {
	if found.count == 0 {
		return
	}
	if g.count == 0 {
		g.text = found.text
	}
	for i := range min(found.count, maxExamples) {
		if len(g.rows) < maxExamples {
			g.rows = append(g.rows, line+int(found.lines[i])+1)
		}
	}
	g.count += found.count
}

// hints tells of broken text.
func (g *garbledRows) hints() []core.Message {
	if g.count == 0 {
		return nil
	}
	return []core.Message{{Key: "import.hint.garbled", Args: core.Args{"count": g.count, "rows": g.rows, "text": g.text}}}
}
