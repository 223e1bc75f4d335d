package objects

import (
	"bytes"
	"encoding/json"
	"strconv"

	"qunxiang/core/ingest/book"
	"qunxiang/core/ingest/internal/cell"
)

// The decoder has checked the grammar before: here everything stands where it should.

func blanks(b []byte) []byte {
	for len(b) > 0 && (b[0] == ' ' || b[0] == '\t' || b[0] == '\r' || b[0] == '\n') {
		b = b[1:]
	}
	return b
}

// object reads the object that b begins with and returns what is behind it.
func (w *walker) object(b []byte, depth int) (rest []byte, err error) {
	if depth > maxNested {
		return nil, book.Beyond("json_depth", "")
	}
	prefix := len(w.path)
	b = blanks(b[1:])
	for len(b) > 0 && b[0] != '}' {
		n := stringEnd(b)
		key, err := unquote(b[:n])
		if err != nil {
			return nil, err
		}
		if prefix > 0 {
			w.path = append(w.path[:prefix], '.')
		}
		w.path = append(w.path, key...)
		b = blanks(b[n:])
		if b, err = w.value(blanks(b[1:]), depth); err != nil { // behind the colon
			return nil, err
		}
		w.path = w.path[:prefix]
		if b = blanks(b); len(b) > 0 && b[0] == ',' {
			b = blanks(b[1:])
		}
	}
	if len(b) == 0 {
		return nil, book.Bad("json", "")
	}
	return b[1:], nil
}

// value reads the value that b begins with into the cell of the path.
func (w *walker) value(b []byte, depth int) (rest []byte, err error) {
	if len(b) == 0 {
		return nil, book.Bad("json", "")
	}
	n := 0
	var text []byte
	switch b[0] {
	case '{':
		return w.object(b, depth+1)
	case '"':
		n = stringEnd(b)
		if text, err = unquote(b[:n]); err != nil {
			return nil, err
		}
	case '[':
		n = arrayEnd(b)
		text = b[:n]
	default:
		for n < len(b) && bytes.IndexByte([]byte(",}] \t\r\n"), b[n]) < 0 {
			n++
		}
		text = scalar(b[:n])
	}
	col, err := w.column(w.path)
	if err != nil {
		return nil, err
	}
	for len(w.at) <= col {
		w.at = append(w.at, span{})
	}
	if w.at[col] != (span{}) {
		return nil, book.Bad("json_twice", string(w.path))
	}
	from := len(w.heap) + 1 // never 0: the column is taken, also by an empty text
	w.heap = append(append(w.heap, 0), text...)
	w.at[col] = span{from, len(w.heap)}
	return b[n:], nil
}

// scalar writes a number or a word as a cell.
func scalar(b []byte) []byte {
	switch b[0] {
	case 't':
		return []byte("TRUE")
	case 'f':
		return []byte("FALSE")
	case 'n':
		return nil
	}
	if bytes.ContainsAny(b, "eE") {
		if v, err := strconv.ParseFloat(string(b), 64); err == nil {
			if out, ok := cell.AppendNumber(nil, v); ok {
				return out
			}
		}
	}
	return b
}

// stringEnd is the length of the string that b begins with.
func stringEnd(b []byte) int {
	for i := 1; i < len(b); i++ {
		switch b[i] {
		case '\\':
			i++
		case '"':
			return i + 1
		}
	}
	return len(b)
}

// arrayEnd is the length of the array that b begins with.
func arrayEnd(b []byte) int {
	depth := 0
	for i := 0; i < len(b); i++ {
		switch b[i] {
		case '"':
			i += stringEnd(b[i:]) - 1
		case '[', '{':
			depth++
		case ']', '}':
			if depth--; depth == 0 {
				return i + 1
			}
		}
	}
	return len(b)
}

// unquote reads a string.
func unquote(b []byte) ([]byte, error) {
	if len(b) < 2 {
		return nil, book.Bad("json", "")
	}
	if bytes.IndexByte(b, '\\') < 0 {
		return b[1 : len(b)-1], nil
	}
	var s string
	if err := json.Unmarshal(b, &s); err != nil {
		return nil, err
	}
	return bytes.ReplaceAll([]byte(s), []byte{0}, nil), nil
}
