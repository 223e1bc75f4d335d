package ingest

import (
	"archive/zip"
	"bytes"
	"fmt"
	"io"
	"maps"
	"path"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/klauspost/compress/gzip"
	"github.com/klauspost/compress/zstd"
	"github.com/parquet-go/parquet-go"
)

// little is a small table to be written in every format.
type little struct {
	rows, cols int
	seed       uint64
}

func littles() []little {
	var out []little
	for i := range 20 {
		out = append(out, little{rows: 1 + i*i/5, cols: 1 + i%7, seed: uint64(i)})
	}
	return out
}

func (s little) cell(r, c int) string {
	switch (uint64(r*31+c) + s.seed) % 5 {
	case 0:
		return strconv.Itoa(r*100 + c)
	case 1:
		return "2024-0" + strconv.Itoa(1+r%9) + "-1" + strconv.Itoa(c%10)
	case 2:
		return "客户" + strconv.Itoa(r)
	case 3:
		return strconv.Itoa(r) + "." + strconv.Itoa(c+1)
	}
	return fmt.Sprintf("text %d <&> %d", r, c)
}

// smallFiles writes 20 small files of a format.
func smallFiles(tb testing.TB, format string) map[string][]byte {
	tb.Helper()
	out := map[string][]byte{}
	if format == "xls" || format == "xlsx" {
		all := members(tb, "import/readxl_sheets.zip")
		for _, name := range slices.Sorted(maps.Keys(all)) {
			if path.Ext(name) == "."+format && len(out) < 20 && len(all[name]) < 30_000 {
				out[name] = all[name]
			}
		}
		return out
	}
	for i, s := range littles() {
		out[strconv.Itoa(i)] = s.write(tb, format)
	}
	return out
}

func (s little) write(tb testing.TB, format string) []byte {
	tb.Helper()
	var b bytes.Buffer
	check := func(err error) {
		if err != nil {
			tb.Fatal(err)
		}
	}
	switch format {
	case "ods":
		z := zip.NewWriter(&b)
		w, err := z.Create("mimetype")
		check(err)
		_, err = io.WriteString(w, "application/vnd.oasis.opendocument.spreadsheet")
		check(err)
		w, err = z.Create("content.xml")
		check(err)
		_, err = io.WriteString(w, s.ods())
		check(err)
		check(z.Close())
	case "fods":
		b.WriteString(strings.Replace(strings.Replace(s.ods(), "<office:document-content", "<office:document", 1), "</office:document-content", "</office:document", 1))
	case "xml":
		s.xml(&b)
	case "html":
		s.html(&b)
	case "json":
		s.json(&b)
	case "gzip":
		w := gzip.NewWriter(&b)
		_, err := io.WriteString(w, s.csv())
		check(err)
		check(w.Close())
	case "zstd":
		w, err := zstd.NewWriter(&b)
		check(err)
		_, err = io.WriteString(w, s.csv())
		check(err)
		check(w.Close())
	case "zip":
		z := zip.NewWriter(&b)
		w, err := z.Create("orders.csv")
		check(err)
		_, err = io.WriteString(w, s.csv())
		check(err)
		check(z.Close())
	case "parquet":
		type row struct {
			ID     int64
			Name   string   `parquet:"name,optional,dict"`
			Amount float64  `parquet:"amount,snappy"`
			Tags   []string `parquet:"tags,list"`
			When   time.Time
		}
		w := parquet.NewGenericWriter[row](&b)
		for r := range s.rows {
			_, err := w.Write([]row{{int64(r), s.cell(r, 2), float64(r) / 4, []string{"a", "b"}[:r%3], time.Unix(int64(r)*86400, 0)}})
			check(err)
			if r%100 == 99 {
				check(w.Flush())
			}
		}
		check(w.Close())
	}
	return b.Bytes()
}

func (s little) csv() string {
	var b strings.Builder
	for r := range s.rows {
		for c := range s.cols {
			b.WriteString(s.cell(r, c) + ",")
		}
		b.WriteByte('\n')
	}
	return b.String()
}

var escaper = strings.NewReplacer("&", "&amp;", "<", "&lt;", ">", "&gt;")

func (s little) ods() string {
	var b strings.Builder
	b.WriteString(`<?xml version="1.0"?><office:document-content xmlns:office="urn:oasis:names:tc:opendocument:xmlns:office:1.0" xmlns:table="urn:t" xmlns:text="urn:x"><office:body><office:spreadsheet><table:table table:name="表">`)
	for r := range s.rows {
		b.WriteString("<table:table-row>")
		for c := range s.cols {
			v := s.cell(r, c)
			if _, err := strconv.ParseFloat(v, 64); err == nil {
				fmt.Fprintf(&b, `<table:table-cell office:value-type="float" office:value="%s"><text:p>%s</text:p></table:table-cell>`, v, v)
				continue
			}
			fmt.Fprintf(&b, `<table:table-cell office:value-type="string"><text:p>%s</text:p></table:table-cell>`, escaper.Replace(v))
		}
		b.WriteString(`<table:table-cell table:number-columns-repeated="1000"/></table:table-row>`)
	}
	b.WriteString(`<table:table-row table:number-rows-repeated="1048000"><table:table-cell/></table:table-row></table:table></office:spreadsheet></office:body></office:document-content>`)
	return b.String()
}

func (s little) xml(b *bytes.Buffer) {
	fmt.Fprintf(b, `<?xml version="1.0"?><Workbook xmlns="urn:schemas-microsoft-com:office:spreadsheet" xmlns:ss="urn:schemas-microsoft-com:office:spreadsheet"><Worksheet ss:Name="S"><Table ss:ExpandedRowCount="%d">`, s.rows)
	for r := range s.rows {
		b.WriteString("<Row>")
		for c := range s.cols {
			fmt.Fprintf(b, `<Cell><Data ss:Type="String">%s</Data></Cell>`, escaper.Replace(s.cell(r, c)))
		}
		b.WriteString("</Row>")
	}
	b.WriteString("</Table></Worksheet></Workbook>")
}

func (s little) html(b *bytes.Buffer) {
	b.WriteString(`<html><head><meta charset="utf-8"></head><body><table class="grid"><caption>T</caption>`)
	for r := range s.rows {
		b.WriteString(`<tr class="row">`)
		for c := range s.cols {
			fmt.Fprintf(b, `<td style="x">%s</td>`, escaper.Replace(s.cell(r, c)))
		}
		b.WriteString("</tr>\n")
	}
	b.WriteString("</table></body></html>")
}

func (s little) json(b *bytes.Buffer) {
	array := s.seed%2 == 1
	if array {
		b.WriteByte('[')
	}
	for r := range s.rows {
		if array && r > 0 {
			b.WriteByte(',')
		}
		b.WriteString("{")
		for c := range s.cols {
			fmt.Fprintf(b, `"c%d": %q,`, c, s.cell(r, c))
		}
		fmt.Fprintf(b, `"n": {"x": %d}}`+"\n", r)
	}
	if array {
		b.WriteByte(']')
	}
}
