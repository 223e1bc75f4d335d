package ingest_test

import (
	"encoding/json"
	"math"
	"slices"
	"strconv"
	"strings"
	"testing"

	"qunxiang/core"
	"qunxiang/core/ingest"
	"qunxiang/internal/reference"
)

// tableFacts are what pandas found in a file (golden/dialect/import_facts.json).
type tableFacts struct {
	File     string             `json:"file"`
	Rows     int                `json:"rows"`
	Columns  []string           `json:"columns"`
	Nulls    map[string]int     `json:"nulls"`
	Sums     map[string]float64 `json:"numeric_sums"`
	Distinct map[string]int     `json:"distinct"`
}

// naWords are what pandas takes for missing.
var naWords = []string{"", "#N/A", "#NA", "-1.#IND", "-1.#QNAN", "-NaN", "-nan", "1.#IND", "1.#QNAN", "<NA>", "N/A", "NA", "NULL", "NaN", "None", "n/a", "nan", "null"}

// column gathers what the facts tell of one column.
type column struct {
	null     int
	sum      float64
	distinct map[string]bool
}

// Every table of the reference facts has their rows, columns, missing cells, sums and
// distinct values.
func TestScoreFacts(t *testing.T) {
	t.Parallel()
	var facts struct{ Tables []tableFacts }
	if err := json.Unmarshal(reference.Read(t, "golden/dialect/import_facts.json"), &facts); err != nil {
		t.Fatal(err)
	}
	right := 0
	for _, f := range facts.Tables {
		if testing.Short() && f.Rows > 50000 {
			continue
		}
		if sameFacts(t, f) {
			right++
		}
	}
	if want := len(facts.Tables); right < want && !testing.Short() {
		t.Errorf("%d of %d tables", right, want)
	}
	t.Logf("score: %d of %d tables have the rows, columns, missing cells, sums and distinct values of pandas", right, len(facts.Tables))
}

func sameFacts(t *testing.T, f tableFacts) bool {
	t.Helper()
	name, sheet, _ := strings.Cut(strings.TrimSuffix(f.File, " (decompressed)"), "!")
	o := core.ImportOptions{}
	if !strings.HasSuffix(name, ".zip") {
		o.Sheet = sheet
	}
	if strings.Contains(sheet, ".csv") {
		o.Sheet = sheet
	}
	p, err := ingest.OpenPlain(t.Context(), reference.File(t, name), o)
	if err != nil {
		t.Errorf("%s: %v", f.File, err)
		return false
	}
	defer p.Close()
	got, err := gather(t, p, f.File)
	if err != nil {
		t.Errorf("%s: %v", f.File, err)
		return false
	}
	ok := true
	wrong := func(what string, got, want any) {
		t.Errorf("%s: %s %v, want %v", f.File, what, got, want)
		ok = false
	}
	header := slices.Clone(p.Header)
	if p.Header == nil {
		for i := range p.Width {
			header = append(header, strconv.Itoa(i))
		}
	}
	if len(header) == len(f.Columns)+1 && header[0] == "" { // the names of rows, as R writes them
		header, got = header[1:], got[1:]
	}
	if p.Rows != f.Rows {
		wrong("rows", p.Rows, f.Rows)
	}
	if len(header) != len(f.Columns) {
		wrong("columns", header, f.Columns)
		return ok
	}
	for i, c := range f.Columns {
		g := got[i]
		if h := strings.TrimSpace(header[i]); h != c && !strings.HasPrefix(c, "Unnamed") {
			wrong("header", h, c)
		}
		if g.null != f.Nulls[c] {
			wrong("missing in "+c, g.null, f.Nulls[c])
		}
		if s, has := f.Sums[c]; has && math.Abs(g.sum-s) > 1e-9*math.Abs(s)+5.1e-7 { // some are rounded to six decimals
			wrong("sum of "+c, g.sum, s)
		}
		if n, has := f.Distinct[c]; has && len(g.distinct) != n {
			wrong("distinct in "+c, len(g.distinct), n)
		}
	}
	return ok
}

func gather(t *testing.T, p *ingest.Plain, file string) ([]column, error) {
	t.Helper()
	out := make([]column, p.Width)
	for i := range out {
		out[i].distinct = map[string]bool{}
	}
	onlyEmpty := strings.Contains(file, "online_retail_uci")
	err := p.Each(t.Context(), func(cells []string, _ int) error {
		for i, c := range cells[:min(len(cells), len(out))] {
			o := &out[i]
			if c == "" || !onlyEmpty && slices.Contains(naWords, c) {
				o.null++
				continue
			}
			if v, err := strconv.ParseFloat(c, 64); err == nil {
				o.sum += v
			}
			if len(o.distinct) < 100_000 {
				o.distinct[c] = true
			}
		}
		return nil
	})
	return out, err
}
