package ingest

import (
	"archive/zip"
	"bytes"
	"io"
	"path"
	"strconv"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"qunxiang/core/ingest/book"
	"qunxiang/core/ingest/book/booktest"
	"qunxiang/core/ingest/internal/day"
	"qunxiang/internal/reference"
)

// members returns the files of an archive of the reference data by their base names.
func members(tb testing.TB, name string) map[string][]byte {
	tb.Helper()
	b := reference.Read(tb, name)
	z, err := zip.NewReader(bytes.NewReader(b), int64(len(b)))
	if err != nil {
		tb.Fatal(err)
	}
	out := map[string][]byte{}
	for _, f := range z.File {
		if strings.HasSuffix(f.Name, "/") {
			continue
		}
		r, err := f.Open()
		if err != nil {
			tb.Fatal(err)
		}
		if out[path.Base(f.Name)], err = io.ReadAll(r); err != nil {
			tb.Fatal(err)
		}
	}
	return out
}

// opens opens a file that lies in memory as a book.
func opens(tb testing.TB, b []byte) (book.Reader, string, error) {
	tb.Helper()
	return openFormat(tb.Context(), bytes.NewReader(b), b[:min(len(b), headBytes)], int64(len(b)), func() {})
}

// tableOf reads a table by its name, "" for the first; cells is where it stands.
func tableOf(tb testing.TB, b []byte, name string) []book.Row {
	tb.Helper()
	r, _, err := opens(tb, b)
	if err != nil {
		tb.Fatal(err)
	}
	for i, s := range r.Sheets() {
		if s.Name == name || name == "" {
			t, err := booktest.Scan(tb.Context(), r, i)
			if err != nil {
				tb.Fatal(err)
			}
			return t.Rows
		}
	}
	tb.Fatalf("no table %q among %v", name, r.Sheets())
	return nil
}

// columnAt returns a column below the header, "" for what is missing; rows is how many.
func columnAt(rows []book.Row, col, n int) []string {
	out := make([]string, n)
	for _, r := range rows {
		if i := r.Number - 2; i >= 0 && i < n && col < len(r.Cells) {
			out[i] = r.Cells[col]
		}
	}
	return out
}

func header(rows []book.Row) []string {
	if len(rows) == 0 || rows[0].Number != 1 {
		return nil
	}
	return rows[0].Cells
}

func first(rows []book.Row, row, col int) string {
	for _, r := range rows {
		if r.Number == row && col < len(r.Cells) {
			return r.Cells[col]
		}
	}
	return ""
}

// Expected values of this file: golden/dialect/excel_import_cases.json, from the tests of
// tidyverse/readxl; one test for each of its cases, each for both formats where both are
// there.

func TestReadxlDates(t *testing.T) {
	t.Parallel()
	files := members(t, "import/readxl_sheets.zip")
	var want []book.Row
	for _, name := range []string{"dates-1900.xls", "dates-1904.xls", "dates-1900-LibreOffice.xlsx"} {
		got := tableOf(t, files[name], "")
		if first(got, 1, 0) != "2000-01-01" {
			t.Errorf("%s begins with %q", name, first(got, 1, 0))
		}
		for i := range got { // one of the columns holds a time of day or text in some of the files
			got[i].Cells = got[i].Cells[:1]
		}
		if want == nil {
			want = got
		}
		if diff := cmp.Diff(want, got); diff != "" {
			t.Errorf("%s differs (-1900 +got):\n%s", name, diff)
		}
	}
	for _, name := range []string{"datetime-rounding.xlsx", "datetime-rounding.xls"} {
		rows := tableOf(t, files[name], "")
		at := map[string]int{}
		for i, h := range header(rows) {
			at[h] = i
		}
		n := 0
		for _, r := range rows[1:] {
			got, text := r.Cells[at["dttm"]], r.Cells[at["dttm_string"]]
			if n++; got != text && got+" 00:00:00" != text {
				t.Errorf("%s row %d: %q, the text is %q", name, r.Number, got, text)
			}
		}
		if n == 0 {
			t.Errorf("%s has no rows", name)
		}
	}
	for _, name := range []string{"color-date-xlsx.xlsx", "color-date-xls.xls", "color-date-lowercase-xlsx.xlsx"} {
		for _, r := range tableOf(t, files[name], "") {
			for _, c := range r.Cells {
				if _, err := strconv.ParseFloat(c, 64); err != nil {
					t.Errorf("%s row %d: %q is no number", name, r.Number, c)
				}
			}
		}
	}
}

func TestReadxlTypes(t *testing.T) {
	t.Parallel()
	files := members(t, "import/readxl_sheets.zip")
	for _, name := range []string{"types.xlsx", "types.xls"} {
		rows := tableOf(t, files[name], "guess_me")
		if diff := cmp.Diff([]string{"blank", "boolean", "date", "numeric", "text"}, header(rows)); diff != "" {
			t.Fatalf("%s: %s", name, diff)
		}
		want := []string{"", "TRUE", "2017-02-27", "1", "hello"}
		for i, w := range want {
			if got := columnAt(rows, i, 1)[0]; got != w {
				t.Errorf("%s column %d: %q, want %q", name, i, got, w)
			}
			if got := columnAt(rows, i, 3)[2]; got != "" {
				t.Errorf("%s column %d row 3: %q, want nothing", name, i, got)
			}
		}
		text := tableOf(t, files[name], "text_coercion")
		at := map[string]string{}
		for _, r := range text {
			for i := 0; i+1 < len(r.Cells); i++ {
				at[strings.ToLower(strings.TrimSpace(r.Cells[i+1]))] = r.Cells[i]
				at[strings.ToLower(strings.TrimSpace(r.Cells[i]))] = r.Cells[i+1]
			}
		}
		if at["floating point"] != "1.3" || at["student number"] != "36436153" {
			t.Errorf("%s text_coercion: %v", name, text)
		}
	}
	// In a column of dates, numbers are days of the workbook's calendar: here that of 1904.
	// One departure: readxl reads the 4.3 of row 5 as 1904-01-05, for us it is no date.
	dates := columnAt(tableOf(t, files["types.xlsx"], "date_coercion"), 0, 7)
	for i, want := range []string{"2016-05-23", "", "", "", "", "2012-01-02", "2011-09-11"} {
		got := ""
		if st, ok := day.Parse([]byte(dates[i]), day.Style{Serial: 1904}); ok {
			got = st.Day.String()
		}
		if got != want {
			t.Errorf("date_coercion row %d: %q reads as %q, want %q", i+1, dates[i], got, want)
		}
	}
	numbers := columnAt(tableOf(t, files["types.xlsx"], "numeric_coercion"), 0, 7)
	if numbers[1] != "72" || numbers[0] == "" || numbers[3] == "" || numbers[6] == "" {
		t.Errorf("numeric_coercion: %q", numbers)
	}
}

func TestReadxlBlanks(t *testing.T) {
	t.Parallel()
	files := members(t, "import/readxl_sheets.zip")
	for _, ext := range []string{".xlsx", ".xls"} {
		for _, c := range []struct {
			file, sheet string
			x, y        []string
		}{
			{"blanks", "different_rows", []string{"", "1"}, []string{"a", ""}},
			{"blanks", "same_row_middle", []string{"1", "", "2"}, []string{"a", "", "b"}},
			{"blanks", "same_row_first", []string{"", "1"}, []string{"", "a"}},
		} {
			rows := tableOf(t, files[c.file+ext], c.sheet)
			if diff := cmp.Diff(c.x, columnAt(rows, 0, len(c.x))); diff != "" {
				t.Errorf("%s%s %s x: %s", c.file, ext, c.sheet, diff)
			}
			if diff := cmp.Diff(c.y, columnAt(rows, 1, len(c.y))); diff != "" {
				t.Errorf("%s%s %s y: %s", c.file, ext, c.sheet, diff)
			}
		}
		missing := tableOf(t, files["missing-values-"+ext[1:]+ext], "")
		for c := range 2 {
			got := columnAt(missing, c, 3)
			for i := range got {
				if isMissing(got[i]) {
					got[i] = ""
				}
			}
			if diff := cmp.Diff([]string{"", "1", "2"}, got); diff != "" {
				t.Errorf("missing-values %s: %s", ext, diff)
			}
		}
		if got := tableOf(t, files["missing-first-column"+ext], ""); len(got) != 3 || len(got[0].Cells) != 2 || got[0].Cells[0] != "" {
			t.Errorf("missing-first-column%s: %v", ext, got)
		}
		named := tableOf(t, files["empty-named-column"+ext], "")
		if h := header(named); len(h) != 4 || h[1] != "y" || strings.Join(columnAt(named, 1, 3), "") != "" {
			t.Errorf("empty-named-column%s: %v", ext, named)
		}
	}
}

func TestReadxlNames(t *testing.T) {
	t.Parallel()
	files := members(t, "import/readxl_sheets.zip")
	for _, ext := range []string{".xlsx", ".xls"} {
		rows := tableOf(t, files["unnamed-duplicated-columns"+ext], "")
		if got := columnNames(header(rows), 4); cmp.Diff([]string{"A", "var2", "C", "var2 2"}, got) != "" {
			t.Errorf("unnamed-duplicated-columns%s: %q", ext, got)
		}
		rows = tableOf(t, files["names-need-repair-"+ext[1:]+ext], "")
		if got := columnNames(header(rows), 4); cmp.Diff([]string{"a b", "a b 2", "C", "c%&$"}, got) != "" {
			t.Errorf("names-need-repair%s: %q", ext, got)
		}
		r, _, err := opens(t, files["utf8-sheet-names"+ext])
		if err != nil {
			t.Fatal(err)
		}
		if s := r.Sheets(); s[0].Name != "µ" || s[1].Name != "∂" {
			t.Errorf("utf8-sheet-names%s: %v", ext, s)
		}
		rows = tableOf(t, files["vietnamese-utf8"+ext], "")
		if first(rows, 1, 0) != "Mô tả" || first(rows, 2, 0) != "BÙN SÉT" {
			t.Errorf("vietnamese-utf8%s: %v", ext, rows)
		}
	}
}

func TestReadxlIris(t *testing.T) {
	t.Parallel()
	files := members(t, "import/readxl_sheets.zip")
	var want [][]string
	for _, name := range []string{"iris-excel-xlsx.xlsx", "iris-excel-xls.xls", "iris-google-doc.xlsx"} {
		rows := tableOf(t, files[name], "")
		if len(rows) != 151 || len(rows[150].Cells) != 5 || first(rows, 2, 0) != "5.1" || first(rows, 151, 4) != "virginica" {
			t.Errorf("%s: %d rows", name, len(rows))
		}
		var got [][]string
		for _, r := range rows[1:] {
			got = append(got, r.Cells)
		}
		if want == nil {
			want = got
		}
		if diff := cmp.Diff(want, got); diff != "" {
			t.Errorf("%s: %s", name, diff)
		}
	}
	if rows := tableOf(t, files["65536-rows-xls.xls"], ""); len(rows) == 0 || rows[len(rows)-1].Number != 65536 {
		t.Errorf("65536-rows-xls.xls: %v", rows)
	}
}

// The format is told by the first bytes, whatever the name says.
func TestReadxlWrongName(t *testing.T) {
	t.Parallel()
	for name, b := range members(t, "import/readxl_sheets.zip") {
		_, format, err := opens(t, b)
		if err != nil || format != strings.TrimPrefix(path.Ext(name), ".") {
			t.Errorf("%s is %s, %v", name, format, err)
		}
	}
}

// Every sheet of the collection reads to its end, and the two formats of one workbook
// hold the same.
func TestReadxlAll(t *testing.T) {
	t.Parallel()
	files := members(t, "import/readxl_sheets.zip")
	for name, b := range files {
		r, _, err := opens(t, b)
		if err != nil {
			t.Errorf("%s: %v", name, err)
			continue
		}
		for i, s := range r.Sheets() {
			k := &booktest.Table{}
			tally, err := r.Scan(t.Context(), i, k)
			if err != nil || len(tally.Notes) > 0 {
				t.Errorf("%s %s: %v %v", name, s.Name, err, tally.Notes)
			}
		}
	}
	for _, pair := range []string{"types", "blanks", "geometry", "empty-sheets", "no-yes-col-names", "unnamed-duplicated-columns", "list_type", "style-only-cells"} {
		a, _, errA := opens(t, files[pair+".xlsx"])
		b, _, errB := opens(t, files[pair+".xls"])
		if errA != nil || errB != nil || len(a.Sheets()) == 0 {
			t.Fatal(pair, errA, errB)
		}
		for i, s := range a.Sheets() {
			for j, other := range b.Sheets() {
				if s.Name != other.Name || s.Name == "warning_AKE6" { // beyond the 256 columns of XLS
					continue
				}
				x, errX := booktest.Scan(t.Context(), a, i)
				y, errY := booktest.Scan(t.Context(), b, j)
				if errX != nil || errY != nil {
					t.Fatal(pair, errX, errY)
				}
				if diff := cmp.Diff(x.Rows, y.Rows); diff != "" {
					t.Errorf("%s %s (-xlsx +xls):\n%s", pair, s.Name, diff)
				}
			}
		}
	}
}
