package record_test

import (
	"bytes"
	"encoding/csv"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"qunxiang/core/ingest/internal/record"
)

func cells(rows []record.Row) [][]string {
	var out [][]string
	for _, r := range rows {
		out = append(out, r.Cells)
	}
	return out
}

func TestRows(t *testing.T) {
	t.Parallel()
	rfc := record.Dialect{Delim: ',', Quote: '"', Newline: '\n'}
	for name, c := range map[string]struct {
		d    record.Dialect
		in   string
		want [][]string
	}{
		"plain":                     {rfc, "a,b\n1,2\n", [][]string{{"a", "b"}, {"1", "2"}}},
		"no last line end":          {rfc, "a,b\n1,2", [][]string{{"a", "b"}, {"1", "2"}}},
		"CRLF":                      {rfc, "a,b\r\n1,2\r\n", [][]string{{"a", "b"}, {"1", "2"}}},
		"quotes":                    {rfc, "\"a,1\",\"b\"\"c\"\n\"x\ny\",\"\"\n", [][]string{{"a,1", `b"c`}, {"x\ny", ""}}},
		"quotes after blanks":       {rfc, "1, \"a,b\" ,2\n", [][]string{{"1", "a,b", "2"}}},
		"a quote inside a cell":     {rfc, "5\" nail,\"x\"\n", [][]string{{`5" nail`, "x"}}},
		"text behind the quote":     {rfc, "\"big\" sale,2\n", [][]string{{"big sale", "2"}}},
		"short and blank rows":      {rfc, "a,b,c\n1\n\n,,\n", [][]string{{"a", "b", "c"}, {"1"}, {""}, {"", "", ""}}},
		"quoted CRLF":               {rfc, "\"a\"\r\n\"b\"\r\n", [][]string{{"a"}, {"b"}}},
		"runs of blanks":            {record.Dialect{Delim: record.Blanks, Newline: '\n'}, "  id   date  x \r\n 001 \t2 3\n", [][]string{{"id", "date", "x"}, {"001", "2", "3"}}},
		"backslash":                 {record.Dialect{Delim: ',', Quote: '"', Newline: '\n', Backslash: true}, `"a\"b,c",d` + "\n", [][]string{{`a"b,c`, "d"}}},
		"single quotation marks":    {record.Dialect{Delim: ',', Quote: '\'', Newline: '\n'}, "'a,b','it''s'\n", [][]string{{"a,b", "it's"}}},
		"old line ends":             {record.Dialect{Delim: ';', Quote: '"', Newline: '\r'}, "a;b\r\"1\";2\r", [][]string{{"a", "b"}, {"1", "2"}}},
		"one column":                {record.Dialect{Newline: '\n'}, "a b\nc\n", [][]string{{"a b"}, {"c"}}},
		"longer than eight bytes":   {rfc, "abcdefghijkl,mnopqrstuvwxyz,1\n,,\n", [][]string{{"abcdefghijkl", "mnopqrstuvwxyz", "1"}, {"", "", ""}}},
		"bytes next to a delimiter": {rfc, "\x80,\xAC\x2C-\n", [][]string{{"\x80", "\xAC", "-"}}},
	} {
		rows, err := c.d.Rows([]byte(c.in), 100)
		if err != nil {
			t.Errorf("%s: %v", name, err)
		}
		if diff := cmp.Diff(c.want, cells(rows)); diff != "" {
			t.Errorf("%s (-want +got):\n%s", name, diff)
		}
	}
}

// Cutting at any point and reading the pieces gives the same records.
func FuzzCut(f *testing.F) {
	f.Add("a,b\n\"x\ny\",2\n5\",1\n", 3, byte(','))
	f.Add("\"a\"\"b\"\n\"\"\n", 1, byte(';'))
	f.Fuzz(func(t *testing.T, s string, size int, delim byte) {
		d := record.Dialect{Delim: delim, Quote: '"', Newline: '\n'}
		if delim == '"' || delim == '\n' || delim == '\r' || size < 1 || size > 64 || len(s) > 4096 {
			return
		}
		b := []byte(s)
		if _, err := d.Cut(b, true); err != nil {
			return
		}
		want, err := d.Rows(b, 1<<20)
		if err != nil {
			return
		}
		var got [][]string
		var carry []byte
		for len(b) > 0 || len(carry) > 0 {
			n := min(size, len(b))
			carry = append(carry, b[:n]...)
			b = b[n:]
			end, err := d.Cut(carry, len(b) == 0)
			if err != nil {
				t.Fatalf("%q cut into pieces of %d: %v", s, size, err)
			}
			rows, err := d.Rows(bytes.Clone(carry[:end]), 1<<20)
			if err != nil {
				t.Fatal(err)
			}
			got = append(got, cells(rows)...)
			carry = carry[end:]
		}
		if diff := cmp.Diff(cells(want), got); diff != "" {
			t.Fatalf("%q in pieces of %d (-want +got):\n%s", s, size, diff)
		}
	})
}

// What encoding/csv reads strictly is read the same.
func FuzzLikeCSV(f *testing.F) {
	f.Add("a,b\n1,\"2\"\n")
	f.Add("\"a\"\"b\",c\n\n")
	f.Fuzz(func(t *testing.T, s string) {
		if strings.ContainsAny(s, "\r ") {
			return
		}
		r := csv.NewReader(strings.NewReader(s))
		r.FieldsPerRecord = -1
		want, err := r.ReadAll()
		if err != nil {
			return
		}
		d := record.Dialect{Delim: ',', Quote: '"', Newline: '\n'}
		rows, err := d.Rows([]byte(s), 1<<20)
		if err != nil {
			return
		}
		var got [][]string
		for _, r := range rows {
			if len(r.Cells) == 1 && r.Cells[0] == "" && s[r.Offset] == '\n' {
				continue // encoding/csv leaves blank lines out
			}
			got = append(got, r.Cells)
		}
		if diff := cmp.Diff(want, got); diff != "" {
			t.Fatalf("%q (-want +got):\n%s", s, diff)
		}
	})
}
