package delimited_test

import (
	"bytes"
	"errors"
	"io"
	"testing"
	"testing/iotest"

	"qunxiang/core/ingest/internal/delimited"
)

// readAll reads every record as text.
func readAll(src io.Reader, f delimited.Finding) (rows [][]string, lines int, err error) {
	r := delimited.NewReader(src, f.Dialect, f.Width)
	for {
		rec, err := r.Next()
		if errors.Is(err, io.EOF) {
			return rows, lines, nil
		}
		if err != nil {
			return rows, lines, err
		}
		row := make([]string, len(rec.Cells))
		for i, c := range rec.Cells {
			row[i] = string(c)
		}
		rows = append(rows, row)
		if rec.Line != lines {
			return rows, lines, errors.New("a record does not begin where the one before ended")
		}
		lines += rec.Lines
	}
}

// The records of a text do not depend on how it arrives, follow one another line by
// line, and hold every letter and digit that stands in the text.
func FuzzReader(f *testing.F) {
	for _, s := range []string{
		"a,b\n1,2\n", "a;b\r\n\"x\r\ny\";2\r\n", "a,b,c\n1,\"2,3\n4,5,6\n", "'a'|'b'\n'c'|d\n", "a  b\n1   2\n", "a\rb\r", "\"", "a,\"b\"\"", "\\\"a,b", "a\tb\n\"\t\"\n",
		"a,b,c\n1,2,3\n1;2;3\n", "a,b\n\"1\"x\",2\n", "#\n#\n", "\x00\xff,\n", "a, b\n1, 2\n",
		"name    city\nAnn     Bath\nLi Wei  York\n", " id | name\n----+------\n  1 | a\n  2 | b\n", "CITY  N\n----- --\nBath   1\nNew Y 22\n",
		"h - - [10/Oct/2024:13:55:36 +0800] \"GET / HTTP/1.1\" 200 5\n", "#Fields: date cs-uri\n2024-01-02 /a\n2024-01-03 /b\n",
	} {
		f.Add([]byte(s))
	}
	f.Fuzz(func(t *testing.T, b []byte) {
		if len(b) > 1<<16 {
			return
		}
		found := delimited.Detect(b, true)
		if found.Confidence < 0 || found.Confidence > 1 || found.Width < 1 {
			t.Fatalf("%+v", found)
		}
		rows, lines, err := readAll(bytes.NewReader(b), found)
		again, _, err2 := readAll(iotest.OneByteReader(bytes.NewReader(b)), found)
		if (err == nil) != (err2 == nil) || len(rows) != len(again) {
			t.Fatalf("%d rows and %v at once, %d rows and %v byte by byte", len(rows), err, len(again), err2)
		}
		var all []byte
		for i, r := range rows {
			for c, cell := range r {
				if again[i][c] != cell {
					t.Fatalf("row %d differs", i)
				}
				all = append(all, cell...)
			}
		}
		if err != nil {
			if !errors.Is(err, delimited.ErrTooManyFields) {
				t.Fatal(err)
			}
			return
		}
		if want, got := solid(b), solid(all); !bytes.Equal(want, got) {
			t.Fatalf("%q became %q (%+v, %d lines)", b, rows, found, lines)
		}
	})
}

// solid are the letters and digits of a text.
func solid(b []byte) []byte {
	var out []byte
	for _, c := range b {
		if c >= '0' && c <= '9' || c|0x20 >= 'a' && c|0x20 <= 'z' || c >= 0x80 {
			out = append(out, c)
		}
	}
	return out
}
