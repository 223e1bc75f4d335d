package agree_test

import (
	"encoding/json"
	"math"
	"math/rand/v2"
	"os"
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"

	"qunxiang/core"
	"qunxiang/core/agree"
	"qunxiang/internal/reference"
)

// segmentation puts customer i, with code first+i, into the segment label[i].
func segmentation(first uint32, label ...int32) *core.Segmentation {
	s := &core.Segmentation{Label: label}
	for i, l := range label {
		s.Customers = append(s.Customers, first+uint32(i))
		for int(l) >= len(s.Segments) {
			s.Segments = append(s.Segments, core.Segment{ID: len(s.Segments) + 1})
		}
	}
	return s
}

func compare(t *testing.T, a, b *core.Segmentation) *agree.Result {
	t.Helper()
	r, err := agree.Compare(t.Context(), a, b)
	if err != nil {
		t.Fatal(err)
	}
	return r
}

// The cases of scikit-learn's tests (sklearn/metrics/cluster/tests/test_supervised.py) and,
// for the indices of pairs, of ELKI; see the file. AMI is scikit-learn's default, the
// arithmetic mean; 0.27502 is what it gave with average_method="max" (version 0.20).
func TestPublishedIndices(t *testing.T) {
	t.Parallel()
	var golden struct {
		External []struct {
			A, B     []int32
			ARI, AMI *float64
			Tol      float64
		}
	}
	b, err := os.ReadFile(reference.File(t, "golden/validity/cluster_validity_cases.json"))
	if err != nil {
		t.Fatal(err)
	}
	if err := json.Unmarshal(b, &golden); err != nil {
		t.Fatal(err)
	}
	seen := 0
	for _, c := range golden.External {
		r := compare(t, segmentation(0, c.A...), segmentation(0, c.B...))
		if c.ARI != nil {
			seen++
			tolerance := c.Tol
			if tolerance < 1e-3 {
				tolerance = 1e-12
			}
			near(t, "ARI", r.ARI, *c.ARI, tolerance)
		}
		if c.AMI != nil {
			seen++
			near(t, "AMI", r.AMI, *c.AMI, 1e-5)
			near(t, "AMI max", r.AMIMax, 0.27502, 1e-5)
		}
	}
	if seen < 3 {
		t.Errorf("only %d golden numbers", seen)
	}
}

func TestTheSameDivisionAgrees(t *testing.T) {
	t.Parallel()
	r := compare(t, segmentation(0, 0, 1, 0), segmentation(0, 1, 0, 1))
	want := &agree.Result{
		Customers: 3, ARI: 1, AMI: 1, AMIMax: 1, Table: [][]int{{0, 2}, {1, 0}}, RowTotals: []int{2, 1}, ColumnTots: []int{1, 2},
		Pairs: []agree.Pair{{A: 0, B: 1, Customers: 2, Jaccard: 1}, {A: 1, B: 0, Customers: 1, Jaccard: 1}}, Core: 3, CoreOf: []uint32{0, 1, 2},
	}
	near(t, "AMI", r.AMI, 1, 1e-12)
	near(t, "AMI max", r.AMIMax, 1, 1e-12)
	r.AMI, r.AMIMax = 1, 1
	if diff := cmp.Diff(want, r); diff != "" {
		t.Error(diff)
	}
}

func TestCustomersOfOneSideAreCounted(t *testing.T) {
	t.Parallel()
	r := compare(t, segmentation(0, 0, 0, 1, 1), segmentation(2, 0, 0, 1, 1, 1))
	if r.Customers != 2 || r.OnlyA != 2 || r.OnlyB != 3 {
		t.Errorf("%d in both, %d and %d alone", r.Customers, r.OnlyA, r.OnlyB)
	}
	none := compare(t, segmentation(0, 0), segmentation(5, 0))
	if !math.IsNaN(none.ARI) || none.Customers != 0 {
		t.Errorf("nobody in both: %+v", none)
	}
}

// Two divisions at random agree by chance alone, and the order of customers does not matter.
func TestChanceAndOrder(t *testing.T) {
	t.Parallel()
	rnd := rand.New(rand.NewPCG(4, 2))
	const n = 20_000
	a, b := make([]int32, n), make([]int32, n)
	for i := range a {
		a[i], b[i] = rnd.Int32N(6), rnd.Int32N(4)
	}
	x, y := segmentation(0, a...), segmentation(0, slices.Clone(b)...)
	r := compare(t, x, y)
	near(t, "ARI", r.ARI, 0, 0.002)
	near(t, "AMI", r.AMI, 0, 0.002)
	for i, j := range rnd.Perm(n) {
		y.Customers[i], y.Label[i] = uint32(j), b[j]
	}
	if !cmp.Equal(r, compare(t, x, y)) {
		t.Error("the order of customers matters")
	}
	back := compare(t, y, x)
	near(t, "ARI the other way round", back.ARI, r.ARI, 1e-12)
	near(t, "AMI the other way round", back.AMI, r.AMI, 1e-9)
	if !slices.Equal(back.CoreOf, r.CoreOf) {
		t.Error("other core members the other way round")
	}
}

func near(t *testing.T, what string, got, want, tolerance float64) {
	t.Helper()
	if math.IsNaN(got) || math.Abs(got-want) > tolerance {
		t.Errorf("%s: got %.9g, want %.9g", what, got, want)
	}
}

// A division compared with itself agrees wholly, not by a last digit more.
func TestIndicesAreNeverAboveOne(t *testing.T) {
	t.Parallel()
	for k := 2; k < 40; k++ {
		table := make([][]int, k)
		for i := range table {
			table[i] = make([]int, k)
			table[i][i] = 3*i*i + 7*i + 2
		}
		if ari, ami, amiMax := agree.Indices(table); ari != 1 || ami > 1 || amiMax > 1 || ami < 1-1e-12 {
			t.Errorf("%d groups: ARI %v, AMI %v, %v", k, ari, ami, amiMax)
		}
	}
}
