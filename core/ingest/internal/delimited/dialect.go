package delimited

import "bytes"

// Limits of one record, as in package record.
const (
	MaxRecord = 1 << 20 // bytes
	MaxFields = 2000
)

// Blanks is the delimiter of columns that runs of blanks divide.
const Blanks = "\x00blanks"

// WideBlanks is the delimiter of columns that two blanks or more divide.
const WideBlanks = "\x00wide"

// Dialect is how a delimited text is written. Records end at \n, \r\n or, where Newline
// says so, at \r.
type Dialect struct {
	Delim     string // 1–2 bytes, [Blanks], [WideBlanks], [Fixed], [Boxed] or [WebLog]; "" = one column
	Quote     byte   // 0 = none
	Newline   byte   // '\n' or '\r'; 0 = either
	Backslash bool   // a backslash takes the meaning off a quote
	Skip      bool   // blanks behind a delimiter do not belong to the cell

	Cuts   []Cut // of Fixed: the columns
	Narrow bool  // of Fixed: every character takes one place
	Framed bool  // of Boxed: bars stand at the ends of the lines, too
}

// blanks reports a delimiter of runs of blanks.
func (d *Dialect) blanks() bool { return d.Delim == Blanks || d.Delim == WideBlanks }

// lineEnd returns where the line that holds b[i] ends and how many bytes its end takes;
// 0 bytes at the end of b.
func (d *Dialect) lineEnd(b []byte, i int) (end, size int) {
	var n int
	switch d.Newline {
	case 0:
		n = bytes.IndexAny(b[i:], "\r\n")
	default:
		n = bytes.IndexByte(b[i:], d.Newline)
	}
	if n < 0 {
		return len(b), 0
	}
	end, size = i+n, 1
	if b[end] == '\r' && end+1 < len(b) && b[end+1] == '\n' {
		return end, 2
	}
	if b[end] == '\n' && end > i && b[end-1] == '\r' {
		return end - 1, 2
	}
	return end, size
}

// atEnd reports whether a line ends at b[i] and how many bytes its end takes.
func (d *Dialect) atEnd(b []byte, i int) (size int, ok bool) {
	switch {
	case i >= len(b):
		return 0, true
	case b[i] == '\n' && d.Newline != '\r':
		return 1, true
	case b[i] != '\r':
		return 0, false
	case i+1 < len(b) && b[i+1] == '\n':
		return 2, true
	case i+1 >= len(b), d.Newline != '\n':
		return 1, true
	}
	return 0, false
}

// delimAt returns the length of the delimiter at b[i], 0 for none.
func (d *Dialect) delimAt(b []byte, i int) int {
	switch d.Delim {
	case "":
		return 0
	case Blanks:
		return run(b, i)
	case WideBlanks:
		n := run(b, i)
		if n >= 2 || n == 1 && b[i] == '\t' {
			return n
		}
		return 0
	}
	if b[i] != d.Delim[0] || len(d.Delim) > 1 && !bytes.HasPrefix(b[i:], []byte(d.Delim)) {
		return 0
	}
	n := len(d.Delim)
	if d.Skip {
		for i+n < len(b) && b[i+n] == ' ' {
			n++
		}
	}
	return n
}

// run counts the blanks and tabs at b[i].
func run(b []byte, i int) int {
	n := 0
	for i+n < len(b) && (b[i+n] == ' ' || b[i+n] == '\t') {
		n++
	}
	return n
}
