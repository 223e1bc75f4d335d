package survey

import (
	"encoding/json"
	"math"
	"slices"
	"testing"

	"gonum.org/v1/gonum/mat"

	"qunxiang/internal/reference"
)

// Covariances and the first component against the principal components of mcdonalds that
// Dolnicar, Grün and Leisch (2018) publish: its eleven questions of yes or no as 1 and 0.
func TestComponentsOfMcDonalds(t *testing.T) {
	t.Parallel()
	var golden struct {
		Mcdonalds struct {
			SDev  []float64 `json:"pca_sdev"`
			Share []float64 `json:"pca_prop_var"`
		} `json:"mcdonalds"`
	}
	if err := json.Unmarshal(reference.Read(t, "golden/stats/survey_golden.json"), &golden); err != nil {
		t.Fatal(err)
	}
	rows := reference.Rows(t, "surveys/mcdonalds.csv")[1:]
	const k = 11
	columns := make([][]float64, k)
	for j := range columns {
		for _, row := range rows {
			columns[j] = append(columns[j], map[string]float64{"Yes": 1}[row[j]])
		}
	}
	m, err := covariances(t.Context(), columns, slices.Repeat([]float64{1}, len(rows)))
	if err != nil {
		t.Fatal(err)
	}
	var eigen mat.EigenSym
	if !eigen.Factorize(mat.NewSymDense(k, m.v), false) {
		t.Fatal("no eigenvalues")
	}
	values := eigen.Values(nil)
	slices.Reverse(values)
	for i, v := range values {
		if want := golden.Mcdonalds.SDev[i]; math.Abs(math.Sqrt(v)-want) > 1e-5 {
			t.Errorf("component %d: %v, want %v", i+1, math.Sqrt(v), want)
		}
	}
	_, share, err := m.component(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	_, total := m.sum()
	if got := share * k / total; math.Abs(got-golden.Mcdonalds.Share[0]) > 1e-5 { // of a covariance matrix
		t.Errorf("first share %v, want %v", got, golden.Mcdonalds.Share[0])
	}
}
