package ingest

import (
	"archive/zip"
	"bytes"
	"context"
	"encoding/base64"
	"encoding/csv"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/klauspost/compress/gzip"
	"github.com/klauspost/compress/zstd"
	"github.com/parquet-go/parquet-go"

	"qunxiang/core"
	"qunxiang/internal/patience"
	"qunxiang/internal/reference"
)

const shopCSV = "order_id,customer,order_date,amount,city\n" +
	"00017,c1,2024-03-05,1299.50,上海\n00017,c1,2024-03-05,20,上海\n00018,c2,2024-03-06,8000,\"北京, 朝阳\"\n" +
	"00019,c3,2024-02-30,1,x\n00020,,2024-03-07,5,广州\n00021,c2,2024-03-08,7.25,北京\n"

// shopBzip2 is shopCSV as bzip2(1) packs it: Go has no writer.
const shopBzip2 = "QlpoOTFBWSZTWTRku4EAAFnb+QAQUAd/4AAAriOeYAAUAMcABArwhyAgAIoNTRqeonlPQRoAYIaBo9NQZTRT1NGmCaNNMCYhhGmTWegduPibyS9KqhTQKULX" +
	"XXxYGJtv5XG8PHAKnUHuajDai3ZAUBEqgwFARQEiDAFhQQlRMzzFkNaCgJEYEDFrWTpJwdBKV05mNViA33W4Stq0blShL5sJ5HNd7EBiIx+YwGRj8JogiGbxAFlFcMxH+LuSKcKEgaMl3Ag="

func packed(tb testing.TB, format string, files ...string) string {
	tb.Helper()
	var b bytes.Buffer
	var err error
	switch format {
	case "gzip":
		w := gzip.NewWriter(&b)
		_, err = io.WriteString(w, files[1])
		err = errors.Join(err, w.Close())
	case "zstd":
		w, e := zstd.NewWriter(nil)
		if e != nil {
			tb.Fatal(e)
		}
		b.Write(w.EncodeAll([]byte(files[1]), nil))
	case "zip":
		z := zip.NewWriter(&b)
		for i := 0; i < len(files); i += 2 {
			w, e := z.Create(files[i])
			if e == nil {
				_, e = io.WriteString(w, files[i+1])
			}
			err = errors.Join(err, e)
		}
		err = errors.Join(err, z.Close())
	}
	if err != nil {
		tb.Fatal(err)
	}
	return b.String()
}

// shopIn writes the shop in a format; values are typed where the format has types.
func shopIn(tb testing.TB, format string) string {
	tb.Helper()
	rows, err := csv.NewReader(strings.NewReader(shopCSV)).ReadAll()
	if err != nil {
		tb.Fatal(err)
	}
	var b strings.Builder
	esc := escaper.Replace
	switch format {
	case "csv":
		return shopCSV
	case "gzip", "zstd", "zip":
		return packed(tb, format, "orders.csv", shopCSV)
	case "bzip2":
		raw, err := base64.StdEncoding.DecodeString(shopBzip2)
		if err != nil {
			tb.Fatal(err)
		}
		return string(raw)
	case "html":
		b.WriteString("<html><body><table><tr><td colspan=5>Report</td></tr>")
		for _, r := range rows {
			b.WriteString("<tr><td>" + strings.Join([]string{esc(r[0]), esc(r[1]), esc(r[2]), esc(r[3]), esc(r[4])}, "</td><td>") + "</td></tr>")
		}
		return b.String() + "</table></body></html>"
	case "json", "jsonl":
		for _, r := range rows[1:] {
			sep := ",\n"
			if b.Len() == 0 || format == "jsonl" {
				sep = "\n"
			}
			fmt.Fprintf(&b, `%s{"order_id":%q,"customer":%q,"order_date":%q,"amount":%s,"city":%q}`, sep, r[0], r[1], r[2], r[3], r[4])
		}
		if format == "json" {
			return "[" + b.String() + "]"
		}
		return strings.TrimPrefix(b.String(), "\n")
	case "xml":
		b.WriteString(`<?xml version="1.0"?><Workbook xmlns="urn:schemas-microsoft-com:office:spreadsheet" xmlns:ss="urn:schemas-microsoft-com:office:spreadsheet"><Worksheet ss:Name="orders"><Table>`)
		for i, r := range rows {
			b.WriteString("<Row>")
			for c, v := range r {
				fmt.Fprintf(&b, `<Cell><Data ss:Type="%s">%s</Data></Cell>`, map[bool]string{true: "Number", false: "String"}[i > 0 && c == 3], esc(v))
			}
			b.WriteString("</Row>")
		}
		return b.String() + "</Table></Worksheet></Workbook>"
	case "ods", "fods":
		b.WriteString(`<?xml version="1.0"?><office:document xmlns:office="o" xmlns:table="t" xmlns:text="x"><office:body><office:spreadsheet><table:table table:name="orders">`)
		for i, r := range rows {
			b.WriteString("<table:table-row>")
			for c, v := range r {
				typ := `office:value-type="string"`
				switch {
				case i > 0 && c == 3:
					typ = `office:value-type="float" office:value="` + v + `"`
				case i > 0 && c == 2 && v != "2024-02-30":
					typ = `office:value-type="date" office:date-value="` + v + `"`
				}
				fmt.Fprintf(&b, `<table:table-cell %s><text:p>%s</text:p></table:table-cell>`, typ, esc(v))
			}
			b.WriteString("</table:table-row>")
		}
		b.WriteString(`</table:table></office:spreadsheet></office:body></office:document>`)
		if format == "fods" {
			return b.String()
		}
		return packed(tb, "zip", "mimetype", "application/vnd.oasis.opendocument.spreadsheet", "content.xml", b.String())
	case "parquet":
		type row struct {
			Order    string  `parquet:"order_id"`
			Customer *string `parquet:"customer"`
			Date     string  `parquet:"order_date,dict"`
			Amount   float64 `parquet:"amount"`
			City     string  `parquet:"city"`
		}
		w := parquet.NewGenericWriter[row](&b)
		for _, r := range rows[1:] {
			v, err := strconv.ParseFloat(r[3], 64)
			if err != nil {
				tb.Fatal(err)
			}
			k := row{Order: r[0], Date: r[2], Amount: v, City: r[4]}
			if r[1] != "" {
				k.Customer = &r[1]
			}
			if _, err := w.Write([]row{k}); err != nil {
				tb.Fatal(err)
			}
		}
		if err := w.Close(); err != nil {
			tb.Fatal(err)
		}
		return b.String()
	}
	tb.Fatal(format)
	return ""
}

var readers = map[string][]string{"inside": nil, "apart": {os.Args[0], "read", "-"}}

// The same table comes out of every format, whatever the file is called, in this process
// and in one of its own.
func TestEveryFormat(t *testing.T) {
	t.Parallel()
	want := mustRead(t, file(t, "shop.csv", shopCSV), core.ImportOptions{})
	for _, format := range []string{"csv", "gzip", "bzip2", "zstd", "zip", "html", "json", "jsonl", "xml", "ods", "fods", "parquet"} {
		for where, reader := range readers {
			t.Run(format+" "+where, func(t *testing.T) {
				t.Parallel()
				path := file(t, "misnamed.pdf", shopIn(t, format))
				got := mustRead(t, path, core.ImportOptions{Reader: reader})
				if diff := cmp.Diff(rendered(want.Transactions, true), rendered(got.Transactions, true)); diff != "" {
					t.Errorf("rows (-csv +got):\n%s", diff)
				}
				for i, e := range got.Report.Rows.Excluded {
					if w := want.Report.Rows.Excluded[i]; e.Reason != w.Reason || e.Count != w.Count {
						t.Errorf("excluded %+v, want %+v", e, w)
					}
				}
				if got.Report.Rows.In != want.Report.Rows.In {
					t.Errorf("%d rows in, want %d", got.Report.Rows.In, want.Report.Rows.In)
				}
				b, err := os.ReadFile(path)
				if err != nil {
					t.Fatal(err)
				}
				sum := newFingerprint()
				sum.Write(b)
				if got.Fingerprint != fingerprintText(sum) {
					t.Error("the fingerprint is not that of the file")
				}
				look, err := Look(t.Context(), path, core.ImportOptions{Reader: reader}, 3)
				if err != nil || len(look.Rows) != 3 || look.Rows[0][0] != "00017" {
					t.Errorf("Look: %+v, %v", look, err)
				}
			})
		}
	}
}

func TestArchives(t *testing.T) {
	t.Parallel()
	shop := file(t, "shop.csv", shopCSV)
	book := shopIn(t, "ods")
	two := packed(t, "zip", "a/订单.csv", shopCSV, "other.csv", "x,y\n1,2\n", "book.ods", book)
	want := rendered(mustRead(t, shop, core.ImportOptions{}).Transactions, true)
	for sheet, name := range map[string]string{"订单.csv": "a/订单.csv", "a/订单.csv": "a/订单.csv", "book.ods": "book.ods!orders", "BOOK.ods!orders": "book.ods!orders"} {
		r := mustRead(t, file(t, "two.zip", two), core.ImportOptions{Sheet: sheet})
		if diff := cmp.Diff(want, rendered(r.Transactions, true)); diff != "" || r.Report.Detected.Sheet != name {
			t.Errorf("--sheet %s reads %s: %s", sheet, r.Report.Detected.Sheet, diff)
		}
	}
	inner := packed(t, "zip", "orders.csv", shopCSV)
	long := packed(t, "gzip", "", strings.Repeat(shopCSV, 2000))
	for name, c := range map[string]struct {
		text  string
		sheet string
		code  string
		row   bool
	}{
		"several files":   {two, "", "archive_choose", false},
		"no such file":    {two, "none.csv", "archive_choose", false},
		"no such sheet":   {two, "book.ods!none", "no_sheet", false},
		"zip in a zip":    {packed(t, "zip", "in.zip", inner), "", "format_refused", false},
		"zip in a gzip":   {packed(t, "gzip", "", inner), "", "format_refused", false},
		"gzip in a gzip":  {packed(t, "gzip", "", packed(t, "gzip", "", shopCSV)), "", "format_refused", false},
		"nothing in it":   {packed(t, "zip", "dir/", ""), "", "archive_empty", false},
		"empty file":      {packed(t, "zip", "a.csv", ""), "", "file_empty", false},
		"truncated":       {long[:len(long)-20], "", "archive_broken", true},
		"picture in it":   {packed(t, "zip", "a.png", "\x89PNG\r\n"), "", "not_a_table", false},
		"document":        {packed(t, "zip", "word/document.xml", "<w/>"), "", "not_a_table", false},
		"binary workbook": {packed(t, "zip", "xl/workbook.bin", "x"), "", "format_refused", false},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			for _, reader := range readers {
				_, err := Read(t.Context(), file(t, "a.zip", c.text), core.ImportOptions{Sheet: c.sheet, Reader: reader}, core.NoProgress)
				e, ok := errors.AsType[*core.Error](err)
				if !ok || e.Code != c.code || e.Where.File != "a.zip" || c.row != (e.Where.Row > 0) {
					t.Errorf("%v, want %s", err, c.code)
				}
			}
		})
	}
}

// A truncated archive says how far it could be read.
func TestTruncatedGzip(t *testing.T) {
	t.Parallel()
	for _, reader := range readers {
		path := filepath.Join(t.TempDir(), "truncated_gzip.csv.gz")
		if err := os.WriteFile(path, members(t, "import/derived_messy.zip")["truncated_gzip.csv.gz"], 0o600); err != nil {
			t.Fatal(err)
		}
		_, err := Read(t.Context(), path, core.ImportOptions{Reader: reader}, core.NoProgress)
		e, ok := errors.AsType[*core.Error](err)
		if !ok || e.Code != "archive_broken" || e.Where.Row != 400 { // of 401 lines
			t.Errorf("%v", err)
		}
	}
}

// The workbooks in the old format among the reference data; rows of the README there.
func TestOldWorkbooks(t *testing.T) {
	t.Parallel()
	for name, rows := range map[string]int{"cn_bankloan": 700, "cn_consumption_data": 940, "cn_business_circle": 431} {
		path := reference.File(t, "customers/"+name+".xls")
		for _, reader := range readers {
			if r := mustRead(t, path, core.ImportOptions{Reader: reader}); r.Report.Rows.In != rows || r.Report.Rows.Used != rows {
				t.Errorf("%s: %+v", name, r.Report.Rows)
			}
		}
	}
	sale := tableOf(t, reference.Read(t, "transactions/cn_catering_sale.xls"), "")
	if len(sale) != 202 || sale[0].Cells[0] != "日期" || sale[1].Cells[0] != "2015-03-01" {
		t.Errorf("cn_catering_sale: %d rows, %v", len(sale), sale[:2])
	}
}

// A reader that is ended, or that cannot be started, is one error that names the file.
func TestReaderTrouble(t *testing.T) {
	t.Parallel()
	path := file(t, "a.ods", shopIn(t, "ods"))
	for name, argv := range map[string][]string{
		"not there":    {filepath.Join(t.TempDir(), "none")},
		"says no word": {os.Args[0], "-test.run", "^$"},
	} {
		_, err := Read(t.Context(), path, core.ImportOptions{Reader: argv}, core.NoProgress)
		if e, ok := errors.AsType[*core.Error](err); !ok || e.Where.File != "a.ods" {
			t.Errorf("%s: %v", name, err)
		}
	}
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if _, err := Read(ctx, path, core.ImportOptions{Reader: readers["apart"]}, core.NoProgress); !errors.Is(err, context.Canceled) {
		t.Errorf("cancelled: %v", err)
	}
	ctx, cancel = context.WithTimeout(t.Context(), 50*time.Millisecond)
	defer cancel()
	big := file(t, "big.gz", packed(t, "gzip", "", shopCSV+strings.Repeat("00021,c2,2024-03-08,7.25,"+strings.Repeat("北京", 200)+"\n", 200_000)))
	begun := time.Now()
	if _, err := Read(ctx, big, core.ImportOptions{Reader: readers["apart"]}, core.NoProgress); err != nil && time.Since(begun) > patience.For(20*time.Second) {
		t.Errorf("%v after %v", err, time.Since(begun))
	}
}
