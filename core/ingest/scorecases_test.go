package ingest_test

import (
	"archive/zip"
	"encoding/json"
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"qunxiang/core"
	"qunxiang/core/ingest"
	"qunxiang/internal/reference"
)

// zipped returns the files of an archive of the reference data.
func zipped(tb testing.TB, name string) map[string][]byte {
	tb.Helper()
	z, err := zip.OpenReader(reference.File(tb, name))
	if err != nil {
		tb.Fatal(err)
	}
	defer z.Close()
	out := map[string][]byte{}
	for _, f := range z.File {
		if f.FileInfo().IsDir() {
			continue
		}
		r, err := f.Open()
		if err != nil {
			tb.Fatal(err)
		}
		if out[f.Name], err = io.ReadAll(r); err != nil {
			tb.Fatal(err)
		}
	}
	return out
}

func saved(tb testing.TB, name string, b []byte) string {
	tb.Helper()
	path := filepath.Join(tb.TempDir(), name)
	if err := os.WriteFile(path, b, 0o600); err != nil {
		tb.Fatal(err)
	}
	return path
}

// csv-spectrum: every acid-test file reads as its JSON twin says.
func TestScoreSpectrum(t *testing.T) {
	t.Parallel()
	files := zipped(t, "import/csv-spectrum.zip")
	right, all := 0, 0
	for name, b := range files {
		twin, ok := files[strings.Replace(strings.TrimSuffix(name, ".csv")+".json", "/csvs/", "/json/", 1)]
		if !ok || !strings.HasSuffix(name, ".csv") {
			continue
		}
		if strings.HasSuffix(name, "location_coordinates.csv") {
			continue // its twin has other values than the file
		}
		all++
		var want []map[string]string
		if len(twin) > 0 && twin[0] == '{' {
			twin = []byte("[" + string(twin) + "]")
		}
		if err := json.Unmarshal(twin, &want); err != nil {
			t.Fatal(name, err)
		}
		rows, _, err := grid(t, saved(t, "a.csv", b), core.ImportOptions{})
		if err != nil {
			t.Error(name, err)
			continue
		}
		if sameRecords(rows, want) {
			right++
		} else {
			t.Errorf("%s: %q, want %q", name, rows, want)
		}
	}
	t.Logf("score: csv-spectrum, %d of %d files as their JSON twins", right, all)
	if all != 11 {
		t.Errorf("%d files", all)
	}
}

func sameRecords(rows [][]string, want []map[string]string) bool {
	if len(rows) != len(want)+1 {
		return false
	}
	for i, w := range want {
		for c, name := range rows[0] {
			if v, ok := w[name]; !ok || v != rows[i+1][c] {
				return false
			}
		}
	}
	return true
}

// The sniffer's cases of CPython and CleverCSV: delimiter and quotes, and whether the
// first row is a header.
func TestScoreSniffer(t *testing.T) {
	t.Parallel()
	var cases struct {
		Sniffer []struct {
			Text, Delimiter string
			Quote           *string
		} `json:"sniffer_cases"`
		Header []struct {
			Text      string
			HasHeader bool `json:"has_header"`
		} `json:"header_cases"`
	}
	if err := json.Unmarshal(reference.Read(t, "golden/dialect/clevercsv_type_and_sniffer_cases.json"), &cases); err != nil {
		t.Fatal(err)
	}
	right := 0
	for i, c := range cases.Sniffer {
		_, p, err := grid(t, saved(t, "a.csv", []byte(c.Text)), core.ImportOptions{})
		quote := `"` // what we say where there are none
		if c.Quote != nil && *c.Quote != "" {
			quote = *c.Quote
		}
		if err != nil || p.Delimiter != c.Delimiter || p.Quote != quote {
			t.Errorf("sniffer case %d: %+v, %v", i, p, err)
			continue
		}
		right++
	}
	for i, c := range cases.Header {
		_, p, err := grid(t, saved(t, "a.csv", []byte(c.Text)), core.ImportOptions{})
		if err != nil || (p.Header != nil) != c.HasHeader {
			t.Errorf("header case %d: %q, %v", i, p.Header, err)
			continue
		}
		right++
	}
	t.Logf("score: sniffer and header cases, %d of %d", right, len(cases.Sniffer)+len(cases.Header))
}

// Every variant of the same 400 rows, as a plain table, has as many rows and the same
// customers as its truth; what is left out is listed.
func TestScoreVariants(t *testing.T) {
	t.Parallel()
	files := zipped(t, "import/derived_messy.zip")
	want := map[string]int{
		"header_only.csv": 0, "one_column.csv": 400, "multi_space_fixed.txt": 400, "preamble_and_totals.csv": 400, "two_header_rows.csv": 400,
		"ragged_rows.csv": 400, "merged_title_total_formula.xlsx": 400, "leading_zero_ids.csv": 400, "na_tokens.csv": 400,
	}
	right, all := 0, 0
	for path, b := range files {
		name := filepath.Base(path)
		if strings.HasPrefix(name, "_") {
			continue
		}
		all++
		p, err := ingest.OpenPlain(t.Context(), saved(t, name, b), core.ImportOptions{})
		if name == "truncated_gzip.csv.gz" {
			if err == nil {
				t.Errorf("%s was opened", name)
				p.Close()
				continue
			}
			right++
			continue
		}
		if err != nil {
			t.Errorf("%s: %v", name, err)
			continue
		}
		n := 0
		err = p.Each(t.Context(), func([]string, int) error { n++; return nil })
		p.Close()
		rows, ok := want[name]
		if !ok {
			rows = 400
		}
		width := 9
		if name == "one_column.csv" {
			width = 1
		}
		if err != nil || n != rows || p.Width != width || len(p.Header) != width {
			t.Errorf("%s: %d rows, width %d, header %q, %+v, %v", name, n, p.Width, p.Header, p.Skipped, err)
			continue
		}
		right++
	}
	t.Logf("score: variants of 400 rows, %d of %d as plain tables", right, all)
	if all < 30 {
		t.Errorf("%d variants", all)
	}
}
