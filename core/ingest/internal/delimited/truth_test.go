package delimited_test

import (
	"archive/tar"
	"encoding/json"
	"errors"
	"io"
	"os"
	"strings"
	"testing"

	"github.com/klauspost/compress/zstd"

	"qunxiang/core/ingest/internal/delimited"
	"qunxiang/core/ingest/internal/text"
	"qunxiang/internal/reference"
)

// untar returns the files of an archive by their path behind the first folder.
func untar(tb testing.TB, name string) map[string][]byte {
	tb.Helper()
	f, err := os.Open(reference.File(tb, name))
	if err != nil {
		tb.Fatal(err)
	}
	defer f.Close()
	z, err := zstd.NewReader(f)
	if err != nil {
		tb.Fatal(err)
	}
	defer z.Close()
	out := map[string][]byte{}
	for t := tar.NewReader(z); ; {
		h, err := t.Next()
		if errors.Is(err, io.EOF) {
			return out
		}
		if err != nil {
			tb.Fatal(err)
		}
		if h.Typeflag != tar.TypeReg {
			continue
		}
		b, err := io.ReadAll(t)
		if err != nil {
			tb.Fatal(err)
		}
		_, path, _ := strings.Cut(strings.TrimPrefix(h.Name, "./"), "/")
		out[path] = b
	}
}

// decoded returns a file as UTF-8.
func decoded(b []byte) []byte {
	name, _ := text.Detect(b)
	if n, _ := text.BOM(b); n > 0 {
		b = b[n:]
	}
	if d := text.Decoder(name); d != nil {
		if out, err := d.Bytes(b); err == nil {
			return out
		}
	}
	return b
}

// The share of real files whose delimiter and quotation mark are found, beside the best
// published detectors (golden/dialect/dialect_ground_truth.json names them): 96.55 % of
// POLLOCK, 90.57 % of CSV_Wrangling, 99.08 % of W3C-CSVW. Of the files of CSV_Wrangling
// few are in the archive.
func TestTruth(t *testing.T) {
	t.Parallel()
	files := untar(t, "import/csvsniffer_dialect_benchmark.tar.zst")
	var truth struct {
		Files []struct {
			Suite, File, Delimiter, Quote string
			Present                       bool
		}
	}
	if err := json.Unmarshal(reference.Read(t, "golden/dialect/dialect_ground_truth.json"), &truth); err != nil {
		t.Fatal(err)
	}
	names := map[string]string{"comma": ",", "semicolon": ";", "tab": "\t", "vslash": "|", "nsign": "#", "space": " ", "doublequote": `"`, "singlequote": "'", "": `"`}
	for line := range strings.Lines(string(files["ground truth/CCSV-manual_Dialect_Annotation.txt"])) {
		if p := strings.Split(strings.TrimRight(line, "\r\n"), "|"); len(p) >= 5 && files["CSV/"+p[0]] != nil {
			truth.Files = append(truth.Files, struct {
				Suite, File, Delimiter, Quote string
				Present                       bool
			}{"CSV_Wrangling", "CSV/" + p[0], names[p[2]], names[p[3]], true})
		}
	}
	type score struct{ right, all int }
	got := map[string]*score{}
	for _, f := range truth.Files {
		b, ok := files[f.File]
		if !f.Present || !ok {
			continue
		}
		if got[f.Suite] == nil {
			got[f.Suite] = &score{}
		}
		s := got[f.Suite]
		s.all++
		d := delimited.Detect(decoded(b), true)
		delim := d.Delim
		if delim == delimited.Blanks || delim == delimited.WideBlanks {
			delim = " "
		}
		if delim == f.Delimiter && string(rune(d.Quote)) == f.Quote {
			s.right++
			continue
		}
		t.Logf("%s %s: %q %q width %d confidence %.2f, want %q %q", f.Suite, f.File, d.Delim, d.Quote, d.Width, d.Confidence, f.Delimiter, f.Quote)
	}
	for suite, floor := range map[string]struct{ right, all int }{"POLLOCK": {143, 145}, "CSV_Wrangling": {23, 24}, "W3C-CSVW": {219, 219}} {
		s := got[suite]
		if s == nil {
			t.Errorf("%s: no files", suite)
			continue
		}
		t.Logf("score: dialect of %s, %d of %d files right, %.2f %%", suite, s.right, s.all, 100*float64(s.right)/float64(s.all))
		if s.right < floor.right || s.all < floor.all {
			t.Errorf("%s: %d of %d, want %d of %d", suite, s.right, s.all, floor.right, floor.all)
		}
	}
}
