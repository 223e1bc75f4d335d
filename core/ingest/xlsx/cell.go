package xlsx

import (
	"bytes"
	"errors"
	"math"
	"strconv"

	"qunxiang/core/ingest/book"
	"qunxiang/core/ingest/internal/cell"
)

// row reads one row element; the scanner stands behind its start tag.
func (r *reader) row(empty bool) error {
	s := &r.scan
	r.rows++
	if err := r.number(); err != nil || empty {
		return err
	}
	k := r.sink
	k.Begin(r.last)
	col := -1
	depth := s.depth
	for {
		t, ok := s.next()
		if !ok || t == tokenEnd {
			return r.fault(broken("xml", r.part), col+1)
		}
		switch t {
		case tokenClose:
			if s.depth < depth {
				return k.End()
			}
		case tokenStart, tokenEmpty:
			if s.depth-b2i(t == tokenStart) != depth || string(s.name) != "c" {
				continue
			}
			if err := r.cell(k, &col, t == tokenEmpty); err != nil {
				return err
			}
		}
	}
}

// number sets the number of the row that begins.
func (r *reader) number() error {
	n := r.last + 1
	if v := r.scan.get("r"); v != nil {
		var ok bool
		if n, ok = digits(v); !ok || n <= r.last {
			return r.fault(broken("row_number", r.part), 0)
		}
	}
	if n > maxRows {
		return r.fault(tooLarge("rows", r.part), 0)
	}
	r.last = n
	return nil
}

func b2i(b bool) int {
	if b {
		return 1
	}
	return 0
}

// digits reads a whole number of up to seven digits.
func digits(b []byte) (int, bool) {
	n := 0
	for _, c := range b {
		if c < '0' || c > '9' {
			return 0, false
		}
		n = n*10 + int(c-'0')
	}
	return n, len(b) > 0 && len(b) <= 7
}

// column reads the letters of a cell's reference and checks its row.
func column(ref []byte, row int) (int, bool) {
	col, i := 0, 0
	for i < len(ref) && ref[i] >= 'A' && ref[i] <= 'Z' && i < 4 {
		col = col*26 + int(ref[i]-'A') + 1
		i++
	}
	n, ok := digits(ref[i:])
	return col - 1, ok && n == row && col > 0 && col <= maxColumns
}

// cell reads one cell; the scanner stands behind its start tag.
func (r *reader) cell(k book.Sink, col *int, empty bool) error {
	s := &r.scan
	*col++
	var typ, style []byte
	for _, a := range s.attrs {
		switch string(a.name) {
		case "r":
			c, ok := column(a.value, r.last)
			if !ok || c < *col {
				return r.fault(broken("cell_reference", r.part), *col+1)
			}
			*col = c
		case "t":
			typ = a.value
		case "s":
			style = a.value
		}
	}
	if r.cells++; r.cells > maxCells {
		return r.fault(tooLarge("cells", r.part), *col+1)
	}
	if *col >= maxColumns {
		return r.fault(tooLarge("columns", r.part), *col+1)
	}
	if empty {
		return nil
	}
	text, ok := r.quick()
	if !ok {
		var err error
		if text, err = r.content(*col); err != nil {
			return err
		}
	}
	if len(text) == 0 {
		return nil
	}
	return r.emit(k, *col, typ, style, text)
}

// quick reads <v>text</v></c>, which nearly every cell is, without the stack.
func (r *reader) quick() ([]byte, bool) {
	s := &r.scan
	rest := s.b[s.i:]
	if len(rest) < 12 || string(rest[:3]) != "<v>" || len(s.stack[s.depth-1]) != 1 {
		return nil, false
	}
	n := bytes.IndexByte(rest[3:], '<')
	if n < 0 || !bytes.HasPrefix(rest[3+n:], []byte("</v></c>")) || bytes.IndexByte(rest[3:3+n], '&') >= 0 {
		return nil, false
	}
	s.i += 3 + n + 8
	s.depth--
	return rest[3 : 3+n], true
}

// content reads a cell of any form and returns its value or inline text.
func (r *reader) content(col int) ([]byte, error) {
	s := &r.scan
	depth := s.depth
	r.scratch = r.scratch[:0]
	take, phonetic := false, false
	for {
		t, ok := s.next()
		if !ok || t == tokenEnd {
			return nil, r.fault(broken("xml", r.part), col+1)
		}
		switch t {
		case tokenText:
			n := len(r.scratch)
			if r.scratch, ok = plainText(r.scratch, s.text, s.raw); !ok {
				return nil, r.fault(broken("entity", r.part), col+1)
			}
			if !take || phonetic {
				r.scratch = r.scratch[:n]
			}
		case tokenStart, tokenClose:
			switch string(s.name) {
			case "v", "t":
				take = t == tokenStart
			case "rPh":
				phonetic = t == tokenStart
			}
			if s.depth < depth {
				return r.scratch, nil
			}
		}
	}
}

// emit writes the value of a cell as text and gives it to the sink.
func (r *reader) emit(k book.Sink, col int, typ, style, text []byte) error {
	switch string(typ) {
	case "", "n":
		var ok bool
		if text, ok = r.decimal(text, style); !ok {
			return r.fault(broken("number", r.part), col+1)
		}
	case "s":
		i, ok := digits9(text)
		if !ok || i >= r.f.strings.len() {
			return r.fault(broken("string_index", r.part), col+1)
		}
		text = r.f.strings.at(i)
	case "b":
		if text[0] == '1' || text[0]|0x20 == 't' {
			text = []byte("TRUE")
		} else {
			text = []byte("FALSE")
		}
	case "e":
		r.errCells++
		return nil
	case "str", "inlineStr", "d":
	default:
		return r.fault(broken("cell_type", r.part), col+1)
	}
	if len(text) == 0 {
		return nil
	}
	err := k.Cell(col, text)
	if e, ok := errors.AsType[*book.Error](err); ok {
		e.Part = r.part
	}
	return err
}

// digits9 reads an index of up to nine digits.
func digits9(b []byte) (int, bool) {
	b = bytes.TrimSpace(b)
	n := 0
	for _, c := range b {
		if c < '0' || c > '9' {
			return 0, false
		}
		n = n*10 + int(c-'0')
	}
	return n, len(b) > 0 && len(b) <= 9
}

// decimal returns the text of a number: as it stands where that is short and plain,
// otherwise rounded to the 15 digits that a spreadsheet shows, without an exponent; a
// date where the style says so.
func (r *reader) decimal(text, style []byte) ([]byte, bool) {
	plain, whole := form(text)
	kind := r.kind(style)
	if kind == cell.Plain && plain && len(text) <= 16 {
		return bytes.TrimSuffix(text, []byte(".0")), true
	}
	v, err := strconv.ParseFloat(string(bytes.TrimSpace(text)), 64)
	if err != nil || math.IsNaN(v) || math.IsInf(v, 0) {
		return nil, false
	}
	if kind != cell.Plain {
		if out, ok := cell.AppendDate(r.scratch[:0], v, kind, r.f.system); ok {
			r.scratch = out
			return out, true
		}
	}
	if whole && len(text) <= 19 && math.Abs(v) >= 1e15 {
		return text, true // an identifier longer than binary64 can hold: its digits are the truth
	}
	var ok bool
	r.scratch, ok = cell.AppendNumber(r.scratch[:0], v)
	return r.scratch, ok
}

// form tells whether a number is digits with at most a sign and a point, and whether
// it is digits alone.
func form(text []byte) (plain, whole bool) {
	digits, dots := 0, 0
	for i, c := range text {
		switch {
		case c >= '0' && c <= '9':
			digits++
		case c == '.':
			dots++
		case c != '-' || i > 0:
			return false, false
		}
	}
	return digits > 0 && dots <= 1, digits == len(text)
}

// kind returns whether a style shows dates.
func (r *reader) kind(style []byte) cell.Kind {
	if len(style) > 0 {
		if n, ok := digits(style); ok && n < len(r.f.dates) {
			return r.f.dates[n]
		}
	}
	return cell.Plain
}
