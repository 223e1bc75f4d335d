package ingest

import (
	"archive/zip"
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"maps"
	"math/rand/v2"
	"os"
	"path"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/klauspost/compress/gzip"
	"github.com/klauspost/compress/zstd"
	"github.com/parquet-go/parquet-go"

	"qunxiang/core/ingest/book"
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

// found is what reading a file gave.
type found struct {
	rows  int // of all tables; of an archive lines
	notes int
	err   error
}

// digest reads everything in a file, as the reading process would; a panic is a failure
// of the test, whoever caused it.
func digest(tb testing.TB, b []byte) (f found) {
	tb.Helper()
	ctx, cancel := context.WithTimeout(tb.Context(), time.Minute)
	defer cancel()
	defer func() {
		if r := recover(); r != nil {
			tb.Fatalf("panic: %v", r)
		}
		if ctx.Err() != nil {
			tb.Fatal("still reading after a minute")
		}
	}()
	r, _, err := openFormat(ctx, bytes.NewReader(b), b[:min(len(b), headBytes)], int64(len(b)), func() {})
	if err != nil {
		return found{err: err}
	}
	defer r.Close()
	if p, ok := r.(book.Packed); ok {
		if len(p.Entries()) != 1 {
			return found{err: book.Bad("entries", "")} // it is said that there is none, or asked which
		}
		w := &lineWriter{w: io.Discard}
		if err := p.Unpack(ctx, 0, w); err != nil {
			return found{err: err}
		}
		return found{rows: w.lines}
	}
	for i := range r.Sheets() {
		k := &countSink{}
		t, err := r.Scan(ctx, i, k)
		if err != nil {
			return found{err: err}
		}
		f.rows += k.rows
		f.notes += len(t.Notes) + t.ErrorCells
	}
	return f
}

// countSink counts rows with text, within the limits of the stream.
type countSink struct {
	rows, cells int
	filled      bool
}

func (k *countSink) Begin(int) { k.filled = false }

func (k *countSink) Cell(col int, text []byte) error {
	if len(bytes.TrimSpace(text)) == 0 {
		return nil
	}
	if k.filled = true; col >= book.MaxColumns {
		return book.Beyond("columns", "")
	}
	if k.cells++; k.cells > 5_000_000 {
		return book.Beyond("output", "") // as the stream does
	}
	return nil
}

func (k *countSink) End() error {
	k.rows += b2i(k.filled)
	return nil
}

func (k *countSink) Progress(float64) {}

func b2i(b bool) int {
	if b {
		return 1
	}
	return 0
}

var hostileFormats = []string{"xlsx", "xls", "ods", "fods", "xml", "html", "json", "parquet", "gzip", "zstd", "zip"}

// explicit checks that a fault is one that can be told.
func explicit(t *testing.T, err error) {
	t.Helper()
	e, ok := errors.AsType[*book.Error](err)
	if !ok {
		t.Fatalf("%T: %v", err, err)
	}
	if e.Code == "" || e.Detail == "" {
		t.Fatalf("%+v says nothing", e)
	}
}

// Every truncation, in steps of 256 bytes, is an error or loses no row.
func TestHostileTruncations(t *testing.T) {
	t.Parallel()
	for _, format := range hostileFormats {
		t.Run(format, func(t *testing.T) {
			t.Parallel()
			files := smallFiles(t, format)
			if len(files) < 20 && format != "xls" && format != "xlsx" {
				t.Fatalf("%d files", len(files))
			}
			for name, b := range files {
				whole := digest(t, b)
				if whole.err != nil {
					t.Fatalf("%s: %v", name, whole.err)
				}
				for n := 1; n < len(b); n += 256 {
					if signature(b[:n], int64(n)) == "" {
						continue // not recognised any more: it would be read, and refused, as text
					}
					switch got := digest(t, b[:n:n]); {
					case got.err != nil:
						explicit(t, got.err)
					case got.rows < whole.rows && got.notes == 0 && !lineCut(format, b[:n]):
						t.Errorf("%s cut at %d of %d: %d of %d rows and not a word", name, n, len(b), got.rows, whole.rows)
					}
				}
			}
		})
	}
}

// lineCut reports JSON Lines cut between two records: nothing in the format tells.
func lineCut(format string, b []byte) bool {
	return format == "json" && b[0] == '{' && bytes.HasSuffix(bytes.TrimSpace(b), []byte("}"))
}

// Mutations neither crash nor hang, nor lose rows in silence where the format has
// checksums or counts. QUNXIANG_MUTATIONS sets how many there are for each format;
// make fuzz does 100,000.
func TestHostileMutations(t *testing.T) {
	t.Parallel()
	each := 400
	if n, err := strconv.Atoi(os.Getenv("QUNXIANG_MUTATIONS")); err == nil {
		each = n
	}
	for _, format := range hostileFormats {
		t.Run(format, func(t *testing.T) {
			t.Parallel()
			files := smallFiles(t, format)
			names := slices.Sorted(maps.Keys(files))
			rows := map[string]int{}
			for _, name := range names {
				rows[name] = digest(t, files[name]).rows
			}
			rng := rand.New(rand.NewPCG(4, 2026))
			silent := 0
			for i := range each {
				name := names[i%len(names)]
				b := mutate(rng, files[name])
				if signature(b, int64(len(b))) == "" {
					continue
				}
				got := digest(t, b)
				if got.err != nil {
					explicit(t, got.err)
					continue
				}
				if got.rows < rows[name] && got.notes == 0 {
					silent++
					if slices.Contains([]string{"xlsx", "ods", "gzip", "zip", "zstd", "parquet"}, format) && !told(files[name], b) {
						t.Errorf("mutation %d of %s: %d of %d rows and not a word", i, name, got.rows, rows[name])
					}
				}
			}
			t.Logf("%d mutations, %d with fewer rows that the format itself cannot tell", each, silent)
		})
	}
}

// told reports a mutation that makes another sound file: of the directory of an archive,
// which has no checksum, or of a zstd frame so that it has none.
func told(a, b []byte) bool {
	if b[0] == 0x28 && b[4]&4 == 0 {
		return true
	}
	i := bytes.Index(a, []byte("PK\x01\x02"))
	return i >= 0 && len(a) == len(b) && bytes.Equal(a[:i], b[:i])
}

// mutate changes a few places of a file: bits, bytes, lengths, pieces moved or left out.
func mutate(rng *rand.Rand, b []byte) []byte {
	b = bytes.Clone(b)
	for range 1 + rng.IntN(4) {
		if len(b) < 8 {
			return b
		}
		at := rng.IntN(len(b))
		n := min(1+rng.IntN(16), len(b)-at)
		switch rng.IntN(7) {
		case 0:
			b[at] ^= 1 << rng.IntN(8)
		case 1:
			b[at] = byte(rng.Uint32())
		case 2:
			b[at] = [...]byte{0, 0xFF, 0x7F, 0x80, '<', '>', '"', '&', '\n'}[rng.IntN(9)]
		case 3:
			for i := range n {
				b[at+i] = 0xFF
			}
		case 4:
			b = slices.Delete(b, at, at+n)
		case 5:
			b = slices.Insert(b, at, bytes.Clone(b[at:at+n])...)
		case 6:
			copy(b[at:at+n], b[rng.IntN(len(b)-n+1):])
		}
	}
	return b
}
