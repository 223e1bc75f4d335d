package ingest_test

import (
	"bytes"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"golang.org/x/text/encoding"
	"golang.org/x/text/encoding/simplifiedchinese"
	"golang.org/x/text/encoding/unicode"
	"pgregory.net/rapid"

	"qunxiang/core"
	"qunxiang/core/ingest"
)

// written are the encodings of the property, with what stands before the text.
func written() map[string]encoding.Encoding {
	return map[string]encoding.Encoding{
		"utf-8":        encoding.Nop,
		"utf-8-bom":    unicode.UTF8BOM,
		"gb18030":      simplifiedchinese.GB18030,
		"utf-16le-bom": unicode.UTF16(unicode.LittleEndian, unicode.UseBOM),
		"utf-16be-bom": unicode.UTF16(unicode.BigEndian, unicode.UseBOM),
	}
}

// A text of any encoding, delimiter, quoting and line end keeps every byte of the cells that
// are not named: what was appended taken off again is the file as it was. No cell ends with
// a backslash: before a closing quotation mark that reads in two ways, and is refused.
func TestEditText_keepsEveryOtherByte(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	rapid.Check(t, func(t *rapid.T) {
		enc := rapid.SampledFrom([]string{"utf-8", "utf-8-bom", "gb18030", "utf-16le-bom", "utf-16be-bom"}).Draw(t, "encoding")
		delim := rapid.SampledFrom([]string{",", ";", "\t", "|"}).Draw(t, "delimiter")
		end := rapid.SampledFrom([]string{"\n", "\r\n"}).Draw(t, "line end")
		last := rapid.SampledFrom([]string{"", end}).Draw(t, "last")
		always := rapid.Bool().Draw(t, "always quoted")
		quote := func(s string) string {
			if always || strings.ContainsAny(s, delim+"\"\r\n") {
				return `"` + strings.ReplaceAll(s, `"`, `""`) + `"`
			}
			return s
		}
		cell := rapid.SampledFrom([]string{"", "张三", "李,四", "a;b", "x\ty", "a|b", `say "hi"`, "two\nlines", " blank ", "1,234.50", "0042", "€珷|\\b", "=A1", "备注，全角"})
		rows := rapid.IntRange(2, 12).Draw(t, "rows")
		var before, after []string
		header := []string{"客户编号", "姓名", "备注", "金额"}
		line := func(cells []string) string {
			out := make([]string, len(cells))
			for i, c := range cells {
				out[i] = quote(c)
			}
			return strings.Join(out, delim)
		}
		before, after = append(before, line(header)), append(after, line(append(slices.Clone(header), "segment")))
		for i := range rows {
			cells := []string{fmt.Sprintf("C%04d", i), cell.Draw(t, "name"), cell.Draw(t, "remark"), fmt.Sprintf("%d.50", i)}
			before = append(before, line(cells))
			after = append(after, line(append(slices.Clone(cells), "重要客户"+delim+"A")))
		}
		write := func(lines []string) []byte {
			b, err := written()[enc].NewEncoder().Bytes([]byte(strings.Join(lines, end) + last))
			if err != nil {
				t.Fatal(err)
			}
			return b
		}
		path := filepath.Join(dir, "in.csv")
		if err := os.WriteFile(path, write(before), 0o600); err != nil {
			t.Fatal(err)
		}
		o := core.ImportOptions{Delimiter: delim, HeaderRow: 1}
		if enc == "gb18030" { // a few characters do not always show it
			o.Encoding = enc
		}
		p, err := ingest.OpenPlain(t.Context(), path, o)
		if err != nil {
			t.Fatal(err)
		}
		defer p.Close()
		var got bytes.Buffer
		n := 0
		_, err = p.EditText(t.Context(), &got, ingest.Edit{Append: []string{"segment"}, Row: func(cells []string, _ int) ([]string, bool) {
			if cells[0] != fmt.Sprintf("C%04d", n) {
				t.Fatalf("row %d: key %q", n, cells[0])
			}
			n++
			return []string{"重要客户" + delim + "A"}, true
		}})
		if err != nil {
			t.Fatal(err)
		}
		if want := write(after); !bytes.Equal(got.Bytes(), want) || n != rows {
			t.Fatalf("%d rows\n got %q\nwant %q", n, got.Bytes(), want)
		}
	})
}

// What is around the table, short rows, rows with too many cells and bytes that are no
// characters stay; a filled column changes and nothing else.
func TestEditText_keepsWhatIsAround(t *testing.T) {
	t.Parallel()
	in := "Export of customers\n\nid;name;tier;x\n1; \"A\" ;\"old\";\xff\xfe\n2;B\n3;C;old;y;more\n\nTotal;3\n"
	want := "Export of customers\n\nid;name;tier;x;segment\n1; \"A\" ;\"g;1\";\xff\xfe;s1\n2;B;\"g;2\";;s2\n3;C;\"g;3\";y;s3;more\n\nTotal;3\n"
	path := filepath.Join(t.TempDir(), "in.csv")
	if err := os.WriteFile(path, []byte(in), 0o600); err != nil {
		t.Fatal(err)
	}
	p, err := ingest.OpenPlain(t.Context(), path, core.ImportOptions{Encoding: "utf-8", Delimiter: ";", HeaderRow: 3})
	if err != nil {
		t.Fatal(err)
	}
	defer p.Close()
	var got bytes.Buffer
	done, err := p.EditText(t.Context(), &got, ingest.Edit{Fill: []int{2}, Append: []string{"segment"}, Row: func(cells []string, _ int) ([]string, bool) {
		return []string{"g;" + cells[0], "s" + cells[0]}, cells[0] != "Total"
	}})
	if err != nil || done.Rows != 3 || done.Long != 1 {
		t.Errorf("%+v, %v", done, err)
	}
	if got.String() != want {
		t.Errorf("\n got %q\nwant %q", got.String(), want)
	}
}

// What could only be guessed is refused, with its row.
func TestEditText_refuses(t *testing.T) {
	t.Parallel()
	for code, in := range map[string]string{
		"edit_quotes":   "id,name,tier\n1,\"A,x\n2,B,y\n3,C,z\n",
		"edit_encoding": "id,name,tier\n1,caf\xe9,x\n2,na\xefve,y\n",
	} {
		path := filepath.Join(t.TempDir(), "in.csv")
		if err := os.WriteFile(path, []byte(in), 0o600); err != nil {
			t.Fatal(err)
		}
		o := core.ImportOptions{Delimiter: ",", HeaderRow: 1, Encoding: "utf-8"}
		if code == "edit_encoding" {
			o.Encoding = "windows-1252"
		}
		p, err := ingest.OpenPlain(t.Context(), path, o)
		if err != nil {
			t.Fatal(err)
		}
		defer p.Close()
		_, err = p.EditText(t.Context(), &bytes.Buffer{}, ingest.Edit{Append: []string{"segment"}, Row: func([]string, int) ([]string, bool) { return []string{"重要"}, true }})
		if e := core.AsError(err); e == nil || e.Code != code || e.Where.Row != 2 {
			t.Errorf("%s: %v", code, err)
		}
	}
}
