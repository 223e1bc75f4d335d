package delimited

import (
	"bytes"
	"unicode/utf8"
)

// sampleLines is how many lines are looked at for columns by place.
const sampleLines = 400

// lines are the lines of the sample with text, without their ends.
func (in sample) lines(d *Dialect) [][]byte {
	var out [][]byte
	for b := in.b; len(b) > 0 && len(out) < sampleLines; {
		end, size := d.lineEnd(b, 0)
		if size == 0 && !in.complete && len(out) > 0 {
			break // the sample ends inside a line
		}
		if text := bytes.TrimRight(b[:end], " \t\r"); len(text) > 0 {
			out = append(out, text)
		}
		b = b[end+size:]
		if size == 0 {
			break
		}
	}
	return out
}

// drawn finds a table of bars and rules. ok is false where there is none.
func drawn(in sample, base Dialect) (Finding, bool) {
	if !bytes.Contains(in.b, []byte("--")) && !bytes.Contains(in.b, []byte("==")) && !bytes.Contains(in.b, []byte("─")) && !bytes.Contains(in.b, []byte("═")) {
		return Finding{}, false
	}
	lines := in.lines(&base)
	for _, l := range lines[:min(len(lines), 60)] {
		n, framed := ruled(l)
		if n == 0 || n == 1 && !framed {
			continue
		}
		d := base
		d.Delim, d.Quote, d.Framed = Boxed, 0, framed
		return Finding{Dialect: d, Width: n, Confidence: 0.95}, d.fills(lines, n)
	}
	return Finding{}, false
}

// fills reports whether most lines between the rules have so many cells.
func (d *Dialect) fills(lines [][]byte, width int) bool {
	rows, same := 0, 0
	var r record
	for _, l := range lines {
		if isRule(l) {
			continue
		}
		r = record{cells: r.cells[:0]}
		d.boxed(l, &r)
		rows++
		bar, _ := barAt(bytes.TrimSpace(l))
		same += b2i(len(r.cells) == width && (!d.Framed || bar == 0))
	}
	return same >= 2 && same*10 >= rows*6
}

// ruled counts the columns of a rule with bars or crossings, 0 for any other line. framed
// says that it begins with one.
func ruled(line []byte) (columns int, framed bool) {
	line = bytes.TrimSpace(line)
	if !isRule(line) {
		return 0, false
	}
	dashes, crossings := false, 0
	for i := 0; i < len(line); {
		r, n := utf8.DecodeRune(line[i:])
		switch {
		case isDash(r):
			if !dashes {
				columns++
			}
			dashes = true
		case r == '+' || r == '|' || r >= 0x2500 && r <= 0x257F:
			crossings++
			framed = framed || i == 0
			dashes = false
		}
		i += n
	}
	if crossings == 0 {
		return 0, false
	}
	return columns, framed
}
