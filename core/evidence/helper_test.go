package evidence_test

import (
	"encoding/csv"
	"encoding/json"
	"math"
	"os"
	"strconv"
	"testing"

	"qunxiang/core/evidence"
	"qunxiang/internal/reference"
)

// readJSON reads a file of the reference data.
func readJSON(t *testing.T, name string, into any) {
	t.Helper()
	b, err := os.ReadFile(reference.File(t, name))
	if err != nil {
		t.Fatal(err)
	}
	if err := json.Unmarshal(b, into); err != nil {
		t.Fatal(err)
	}
}

// readCSV returns the numbers of the named columns and the texts of another.
func readCSV(t *testing.T, name string, columns []string, class string) (evidence.Points, []string) {
	t.Helper()
	f, err := os.Open(reference.File(t, name))
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	rows, err := csv.NewReader(f).ReadAll()
	if err != nil {
		t.Fatal(err)
	}
	at := map[string]int{}
	for j, h := range rows[0] {
		at[h] = j
	}
	p, classes := evidence.Points{D: len(columns)}, []string(nil)
	for _, row := range rows[1:] {
		for _, c := range columns {
			x, err := strconv.ParseFloat(row[at[c]], 64)
			if err != nil {
				t.Fatal(err)
			}
			p.X = append(p.X, x)
		}
		p.N++
		if class != "" {
			classes = append(classes, row[at[class]])
		}
	}
	return p, classes
}

// points makes points of rows.
func points(rows ...[]float64) evidence.Points {
	p := evidence.Points{N: len(rows), D: len(rows[0])}
	for _, r := range rows {
		p.X = append(p.X, r...)
	}
	return p
}

func near(t *testing.T, what string, got, want, tolerance float64) {
	t.Helper()
	if math.IsNaN(got) != math.IsNaN(want) || math.Abs(got-want) > tolerance {
		t.Errorf("%s: got %.12g, want %.12g", what, got, want)
	}
}
