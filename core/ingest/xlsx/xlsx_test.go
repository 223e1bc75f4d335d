package xlsx_test

import (
	"archive/zip"
	"bytes"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"qunxiang/core/ingest/book"
	"qunxiang/core/ingest/book/booktest"
	"qunxiang/core/ingest/xlsx"
)

// sheets finds the folder of the readxl workbooks, or skips the test.
func sheets(tb testing.TB) map[string][]byte {
	tb.Helper()
	dir, err := os.Getwd()
	if err != nil {
		tb.Fatal(err)
	}
	for range 7 {
		z, err := zip.OpenReader(filepath.Join(dir, "..", "shared", "data", "import", "readxl_sheets.zip"))
		dir = filepath.Dir(dir)
		if err != nil {
			continue
		}
		defer z.Close()
		out := map[string][]byte{}
		for _, f := range z.File {
			r, err := f.Open()
			if err != nil {
				tb.Fatal(err)
			}
			if out[filepath.Base(f.Name)], err = io.ReadAll(r); err != nil {
				tb.Fatal(err)
			}
		}
		return out
	}
	tb.Skip("the shared test data are not there (../shared/data)")
	return nil
}

func open(tb testing.TB, b []byte) *xlsx.File {
	tb.Helper()
	f, err := xlsx.Open(bytes.NewReader(b), int64(len(b)))
	if err != nil {
		tb.Fatal(err)
	}
	return f
}

// cells reads a sheet by name ("" = the first) as text; trailing empty cells are cut.
func cells(tb testing.TB, b []byte, name string) [][]string {
	tb.Helper()
	f := open(tb, b)
	for i, s := range f.Sheets() {
		if s.Name != name && name != "" {
			continue
		}
		rows, err := booktest.Scan(tb.Context(), f, i)
		if err != nil {
			tb.Fatal(err)
		}
		return rows.Cells()
	}
	tb.Fatalf("no sheet %q in %v", name, f.Sheets())
	return nil
}

// Expected values: golden/dialect/excel_import_cases.json (tidyverse/readxl tests).
func TestReadxlCases(t *testing.T) {
	t.Parallel()
	files := sheets(t)
	for _, c := range []struct {
		file, sheet string
		want        [][]string
	}{
		{"blanks.xlsx", "different_rows", [][]string{{"x", "y"}, {"", "a"}, {"1"}}},
		{"blanks.xlsx", "same_row_middle", [][]string{{"x", "y"}, {"1", "a"}, {"2", "b"}}},
		{"missing-first-column.xlsx", "", [][]string{{"", "1"}, {"", "2"}, {"", "3"}}},
		{"vietnamese-utf8.xlsx", "", nil},
	} {
		got := cells(t, files[c.file], c.sheet)
		if c.want == nil {
			if got[0][0] != "Mô tả" || got[1][0] != "BÙN SÉT" {
				t.Errorf("%s: %q", c.file, got)
			}
			continue
		}
		if diff := cmp.Diff(c.want, got); diff != "" {
			t.Errorf("%s %s (-want +got):\n%s", c.file, c.sheet, diff)
		}
	}
	for _, name := range []string{"iris-excel-xlsx.xlsx", "iris-google-doc.xlsx"} {
		if got := cells(t, files[name], ""); len(got) != 151 || len(got[150]) != 5 || got[1][0] != "5.1" || got[150][4] != "virginica" {
			t.Errorf("%s: %d rows, %q", name, len(got), got[len(got)-1])
		}
	}
	for _, r := range cells(t, files["datetime-rounding.xlsx"], "")[1:] {
		if len(r) >= 2 && r[0] != r[1] && r[0]+" 00:00:00" != r[1] {
			t.Errorf("date %q, text %q", r[0], r[1])
		}
	}
	for _, name := range []string{"color-date-xlsx.xlsx", "color-date-lowercase-xlsx.xlsx"} {
		for _, r := range cells(t, files[name], "")[1:] {
			for _, c := range r {
				if strings.Contains(c, "-") {
					t.Errorf("%s: %q read as a date", name, c)
				}
			}
		}
	}
	if got := cells(t, files["dates-1900-LibreOffice.xlsx"], "")[0][0]; got != "2000-01-01" {
		t.Errorf("first date %q", got)
	}
	var names []string
	for _, s := range open(t, files["utf8-sheet-names.xlsx"]).Sheets() {
		names = append(names, s.Name)
	}
	if diff := cmp.Diff([]string{"µ", "∂"}, names[:2]); diff != "" {
		t.Errorf("sheet names: %v", names)
	}
	text := fmt.Sprint(cells(t, files["types.xlsx"], "text_coercion"))
	if !strings.Contains(text, "1.3") || !strings.Contains(text, "36436153") || strings.Contains(text, "36436153.0") {
		t.Errorf("text_coercion: %s", text)
	}
}

// Every workbook of the collection reads to its end.
func TestReadxlAll(t *testing.T) {
	t.Parallel()
	for name, b := range sheets(t) {
		if filepath.Ext(name) != ".xlsx" {
			continue
		}
		f := open(t, b)
		for i, s := range f.Sheets() {
			rows, err := booktest.Scan(t.Context(), f, i)
			if err != nil {
				t.Errorf("%s %s: %v", name, s.Name, err)
			}
			if testing.Verbose() {
				t.Logf("%s %s: %d rows %.300v", name, s.Name, len(rows.Rows), rows.Rows)
			}
		}
	}
}

// parts of a small workbook.
func workbook(sheet, shared, styles string) []byte {
	var buf bytes.Buffer
	z := zip.NewWriter(&buf)
	add := func(name, text string) {
		if text == "" {
			return
		}
		w, err := z.Create(name)
		if err == nil {
			_, err = io.WriteString(w, text)
		}
		if err != nil {
			panic(err)
		}
	}
	const rel = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
	add("_rels/.rels", `<Relationships><Relationship Id="r1" Type="`+rel+`/officeDocument" Target="xl/workbook.xml"/></Relationships>`)
	add("xl/workbook.xml", `<workbook xmlns:r="`+rel+`"><sheets><sheet name="S" sheetId="1" r:id="r1"/></sheets></workbook>`)
	add("xl/_rels/workbook.xml.rels", `<Relationships><Relationship Id="r1" Type="`+rel+`/worksheet" Target="worksheets/sheet1.xml"/>`+
		`<Relationship Id="r2" Type="`+rel+`/sharedStrings" Target="/xl/sharedStrings.xml"/><Relationship Id="r3" Type="`+rel+`/styles" Target="styles.xml"/></Relationships>`)
	add("xl/worksheets/sheet1.xml", sheet)
	add("xl/sharedStrings.xml", shared)
	add("xl/styles.xml", styles)
	if err := z.Close(); err != nil {
		panic(err)
	}
	return buf.Bytes()
}

func data(rows string) string { return `<worksheet><sheetData>` + rows + `</sheetData></worksheet>` }

func TestForms(t *testing.T) {
	t.Parallel()
	styles := `<styleSheet><numFmts><numFmt numFmtId="200" formatCode="yyyy&quot;年&quot;m&quot;月&quot;d&quot;日&quot;"/><numFmt numFmtId="201" formatCode="[Red]0.00"/><numFmt numFmtId="202" formatCode="[h]:mm"/></numFmts>` +
		`<cellStyleXfs><xf numFmtId="14"/></cellStyleXfs><cellXfs><xf numFmtId="0"/><xf numFmtId="14"/><xf numFmtId="200"/><xf numFmtId="201"/><xf numFmtId="202"/></cellXfs></styleSheet>`
	shared := `<sst><si><t>plain</t></si><si><r><t>ri</t></r><r><rPr><b/></rPr><t xml:space="preserve">ch </t></r><rPh sb="0" eb="1"><t>phonetic</t></rPh></si><si><t>a &amp; b &#x5BA2;_x000D__x5BA2_</t></si><si/></sst>`
	for name, c := range map[string]struct {
		rows string
		want [][]string
	}{
		"numbers keep their digits":           {`<row r="1"><c r="A1"><v>8.289999999999999</v></c><c r="B1"><v>1.38E10</v></c><c r="C1" t="n"><v>36436153</v></c><c r="D1"><v>0.30000000000000004</v></c><c r="E1"><v>12345678901234567</v></c></row>`, [][]string{{"8.29", "13800000000", "36436153", "0.3", "12345678901234567"}}},
		"shared, rich and escaped text":       {`<row r="1"><c r="A1" t="s"><v>0</v></c><c r="B1" t="s"><v>1</v></c><c r="C1" t="s"><v>2</v></c><c r="D1" t="s"><v>3</v></c></row>`, [][]string{{"plain", "rich ", "a & b 客客"}}},
		"inline text, formulas and booleans":  {`<row r="1"><c r="A1" t="inlineStr"><is><r><t>in</t></r><r><t>line</t></r></is></c><c r="B1" t="str"><f>A1&amp;"x"</f><v>text</v></c><c r="C1"><f>1+1</f><v>2</v></c><c r="D1" t="b"><v>1</v></c><c r="E1" t="e"><v>#N/A</v></c></row>`, [][]string{{"inline", "text", "2", "TRUE"}}},
		"dates by style":                      {`<row r="1"><c r="A1" s="1"><v>40877</v></c><c r="B1" s="2"><v>40877.534722222</v></c><c r="C1" s="3"><v>40877</v></c><c r="D1" s="4"><v>0.5</v></c></row>`, [][]string{{"2011-11-30", "2011-11-30 12:50:00", "40877", "12:00:00"}}},
		"rows and cells without references":   {`<row><c><v>1</v></c><c/><c><v>3</v></c></row><row r="5"><c r="B5"><v>4</v></c><c><v>5</v></c></row><row/>`, [][]string{{"1", "", "3"}, {"", "4", "5"}}},
		"comments, CDATA and other elements":  {`<!-- a comment --><row r="1"><c r="A1" t="inlineStr"><is><t><![CDATA[a<b&c]]></t></is></c><extLst><ext><c r="Z9"/></ext></extLst></row>`, [][]string{{"a<b&c"}}},
		"blanks only are no text, and no row": {`<row r="1"><c r="A1" t="inlineStr"><is><t xml:space="preserve">  </t></is></c></row><row r="2"><c r="A2" s="1"/></row><row r="3"><c r="A3"><v>7</v></c></row>`, [][]string{{"7"}}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			if diff := cmp.Diff(c.want, cells(t, workbook(data(c.rows), shared, styles), "")); diff != "" {
				t.Errorf("cells (-want +got):\n%s", diff)
			}
		})
	}
}

func TestPrefixedNames(t *testing.T) {
	t.Parallel()
	sheet := `<x:worksheet xmlns:x="u"><x:sheetData><x:row r="1"><x:c r="A1"><x:v>1</x:v></x:c></x:row><x:row r="2"><x:c r="A2"><x:v>2</x:v></x:c></x:row></x:sheetData></x:worksheet>`
	if diff := cmp.Diff([][]string{{"1"}, {"2"}}, cells(t, workbook(sheet, "", ""), "")); diff != "" {
		t.Errorf("cells (-want +got):\n%s", diff)
	}
}

// What is malformed anywhere is an error, never fewer rows.
func TestMalformed(t *testing.T) {
	t.Parallel()
	good := strings.Repeat(`<row><c><v>1</v></c></row>`, 500)
	for name, c := range map[string]struct {
		sheet  string
		detail string
	}{
		"cut off":                    {`<worksheet><sheetData>` + good, "xml"},
		"cut inside a row":           {`<worksheet><sheetData>` + good + `<row><c><v>1`, "xml"},
		"tags crossed":               {data(good + `<row><c><v>1</c></v></row>` + good), "xml"},
		"undefined entity in text":   {data(good + `<row><c t="inlineStr"><is><t>a&nbsp;b</t></is></c></row>` + good), "entity"},
		"bare ampersand":             {data(good + `<row><c t="inlineStr"><is><t>a & b</t></is></c></row>`), "entity"},
		"document type":              {`<!DOCTYPE x [<!ENTITY e "e">]>` + data(good), "xml"},
		"attribute without quotes":   {data(`<row r=1><c><v>1</v></c></row>`), "xml"},
		"attribute twice":            {data(`<row r="1" r="2"><c><v>1</v></c></row>`), "xml"},
		"second root":                {data(good) + `<worksheet/>`, "xml"},
		"text behind the root":       {data(good) + `x`, "xml"},
		"control character":          {data(`<row><c t="inlineStr"><is><t>` + "\x01" + `</t></is></c></row>`), "encoding"},
		"not UTF-8":                  {data(`<row><c t="inlineStr"><is><t>` + "\xff\xfe" + `</t></is></c></row>`), "encoding"},
		"string index out of range":  {data(`<row r="1"><c r="A1" t="s"><v>9</v></c></row>`), "string_index"},
		"string index negative":      {data(`<row r="1"><c r="A1" t="s"><v>-1</v></c></row>`), "string_index"},
		"number that is none":        {data(`<row r="1"><c r="A1"><v>abc</v></c></row>`), "number"},
		"rows out of order":          {data(`<row r="5"><c r="A5"><v>1</v></c></row><row r="4"><c r="A4"><v>1</v></c></row>`), "row_number"},
		"cell of another row":        {data(`<row r="5"><c r="A4"><v>1</v></c></row>`), "cell_reference"},
		"cells out of order":         {data(`<row r="1"><c r="B1"><v>1</v></c><c r="A1"><v>1</v></c></row>`), "cell_reference"},
		"unknown type":               {data(`<row r="1"><c r="A1" t="zz"><v>1</v></c></row>`), "cell_type"},
		"no data":                    {`<worksheet/>`, "xml"},
		"column beyond the last one": {data(`<row r="1"><c r="XFE1"><v>1</v></c></row>`), "cell_reference"},
		"too many columns":           {data(`<row r="1"><c r="XFD1"><v>1</v></c></row>`), "columns"},
		"row beyond the last one":    {data(`<row r="1048577"><c><v>1</v></c></row>`), "rows"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			b := workbook(c.sheet, `<sst><si><t>a</t></si></sst>`, "")
			f := open(t, b)
			rows, err := booktest.Scan(t.Context(), f, 0)
			var e *book.Error
			if !errors.As(err, &e) || e.Detail != c.detail {
				t.Fatalf("%d rows, %v; want %s", len(rows.Rows), err, c.detail)
			}
			if e.Part != "xl/worksheets/sheet1.xml" || e.Row == 0 {
				t.Errorf("place %q row %d", e.Part, e.Row)
			}
		})
	}
}

// Every truncation of a workbook is an error.
func TestTruncated(t *testing.T) {
	t.Parallel()
	b := workbook(data(strings.Repeat(`<row><c><v>1</v></c></row>`, 500)), "", "")
	for n := range len(b) {
		f, err := xlsx.Open(bytes.NewReader(b[:n]), int64(n))
		if err != nil {
			continue
		}
		rows, err := booktest.Scan(t.Context(), f, 0)
		if err == nil {
			t.Fatalf("cut at %d of %d bytes: %d rows and no error", n, len(b), len(rows.Rows))
		}
	}
}

// A flipped bit is an error or changes nothing that is read: the archive has checksums.
func TestFlipped(t *testing.T) {
	t.Parallel()
	b := workbook(data(strings.Repeat(`<row><c><v>1</v></c></row>`, 50)), "", "")
	for i := range b {
		c := bytes.Clone(b)
		c[i] ^= 1 << (i % 8)
		f, err := xlsx.Open(bytes.NewReader(c), int64(len(c)))
		if err != nil {
			continue
		}
		rows, err := booktest.Scan(t.Context(), f, 0)
		if err == nil && len(rows.Rows) != 50 {
			t.Fatalf("bit flipped in byte %d: %d rows and no error", i, len(rows.Rows))
		}
	}
}

// Bombs are refused before they are inflated.
func TestBombs(t *testing.T) {
	t.Parallel()
	bomb := workbook(data(`<row><c><v>1</v></c></row>`+strings.Repeat(" ", 64<<20)), "", "")
	f := open(t, bomb)
	if _, err := booktest.Scan(t.Context(), f, 0); !tooLarge(err) {
		t.Errorf("64 MB of blanks: %v", err)
	}
	var buf bytes.Buffer
	z := zip.NewWriter(&buf)
	for i := range 3000 {
		if _, err := z.Create(fmt.Sprint("e", i)); err != nil {
			t.Fatal(err)
		}
	}
	if err := z.Close(); err != nil {
		t.Fatal(err)
	}
	if _, err := xlsx.Open(bytes.NewReader(buf.Bytes()), int64(buf.Len())); !tooLarge(err) {
		t.Errorf("3,000 entries: %v", err)
	}
}

func tooLarge(err error) bool {
	var e *book.Error
	return errors.As(err, &e) && e.Code == book.TooLarge
}

func FuzzSheet(f *testing.F) {
	f.Add(data(`<row r="1"><c r="A1" s="1" t="s"><v>0</v></c></row>`), `<sst><si><t>a</t></si></sst>`)
	f.Add(data(`<row><c t="inlineStr"><is><t>a&amp;</t></is></c></row>`), `<sst/>`)
	f.Fuzz(func(t *testing.T, sheet, shared string) {
		b := workbook(sheet, shared, "")
		file, err := xlsx.Open(bytes.NewReader(b), int64(len(b)))
		if err != nil {
			return
		}
		if _, err := booktest.Scan(t.Context(), file, 0); err != nil {
			var e *book.Error
			if !errors.As(err, &e) {
				t.Fatalf("%T: %v", err, err)
			}
		}
	})
}
