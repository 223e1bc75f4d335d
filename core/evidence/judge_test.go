package evidence_test

import (
	"math"
	"math/rand/v2"
	"strconv"
	"testing"

	"qunxiang/core/evidence"
)

func judge(t *testing.T, p evidence.Points, label []int32, k int) evidence.Indices {
	t.Helper()
	in, err := evidence.Judge(t.Context(), p, label, k, 2)
	if err != nil {
		t.Fatal(err)
	}
	return in
}

// Silhouettes of R 4.2 cluster::silhouette: iris by species, and Ruspini's data in the
// four groups in which the file lists them, which are those of pam with k = 4.
func TestSilhouettesOfR(t *testing.T) {
	t.Parallel()
	var golden struct {
		Result map[string]struct {
			Avg   float64
			Clus  []float64
			Sizes []int
		}
	}
	readJSON(t, "golden/validity/silhouette_R.json", &golden)
	iris, species := readCSV(t, "classics/iris.csv", []string{"Sepal.Length", "Sepal.Width", "Petal.Length", "Petal.Width"}, "Species")
	codes, label := map[string]int32{}, []int32(nil)
	for _, s := range species {
		if _, ok := codes[s]; !ok {
			codes[s] = int32(len(codes))
		}
		label = append(label, codes[s])
	}
	ruspini, _ := readCSV(t, "classics/ruspini.csv", []string{"x", "y"}, "")
	var four []int32
	for c, n := range golden.Result["ruspini_pam_k4"].Sizes {
		for range n {
			four = append(four, int32(c))
		}
	}
	for name, c := range map[string]struct {
		p     evidence.Points
		label []int32
	}{"iris_species": {iris, label}, "ruspini_pam_k4": {ruspini, four}} {
		want := golden.Result[name]
		got := judge(t, c.p, c.label, len(want.Clus))
		near(t, name, got.Silhouette, want.Avg, 1e-9)
		for k, w := range want.Clus {
			sum, n := 0.0, 0
			for i, l := range c.label {
				if int(l) == k {
					sum += got.Rows[i]
					n++
				}
			}
			near(t, name+" group "+strconv.Itoa(k), sum/float64(n), w, 1e-9)
		}
	}
}

// Iris by species: written out in R 4.2.2; scikit-learn's calinski_harabasz_score and
// davies_bouldin_score give the same 487.33 and 0.75137.
func TestIndicesOfIris(t *testing.T) {
	t.Parallel()
	iris, species := readCSV(t, "classics/iris.csv", []string{"Sepal.Length", "Sepal.Width", "Petal.Length", "Petal.Width"}, "Species")
	label := make([]int32, len(species))
	for i, s := range species {
		label[i] = map[string]int32{"setosa": 0, "versicolor": 1, "virginica": 2}[s]
	}
	got := judge(t, iris, label, 3)
	near(t, "inertia", got.Inertia, 89.2974, 1e-9)
	near(t, "Calinski–Harabasz", got.CalinskiHarabasz, 487.3308763749, 1e-9)
	near(t, "Davies–Bouldin", got.DaviesBouldin, 0.7513707095, 1e-9)
	centres, err := evidence.JudgeCentres(t.Context(), iris, label, 3)
	if err != nil {
		t.Fatal(err)
	}
	if centres.SilhouetteKind != evidence.Centroid || centres.DaviesBouldin != got.DaviesBouldin || centres.Silhouette <= got.Silhouette {
		t.Errorf("by centres: %+v", centres.Silhouette)
	}
}

// The cases of scikit-learn's own tests (sklearn/metrics/cluster/tests/test_unsupervised.py).
func TestIndicesOfScikitLearn(t *testing.T) {
	t.Parallel()
	got := judge(t, points([]float64{0}, []float64{1}, []float64{1}, []float64{2}, []float64{3}, []float64{3}), []int32{0, 1, 1, 1, 2, 2}, 3)
	for i, want := range []float64{0, 0.5, 0.5, 0, 1, 1} {
		near(t, "silhouette of row "+strconv.Itoa(i), got.Rows[i], want, 1e-15)
	}
	var rows [][]float64
	var label []int32
	add := func(c int32, pair ...[]float64) {
		for range 5 {
			rows = append(rows, pair...)
			label = append(label, c, c)
		}
	}
	add(0, []float64{0, 0}, []float64{1, 1})
	add(1, []float64{3, 3}, []float64{4, 4})
	add(2, []float64{0, 4}, []float64{1, 3})
	add(3, []float64{3, 1}, []float64{4, 0})
	got = judge(t, points(rows...), label, 4)
	near(t, "Calinski–Harabasz", got.CalinskiHarabasz, 108, 1e-9)
	near(t, "Davies–Bouldin", got.DaviesBouldin, 0.47140452079103173, 1e-12)
	same := make([][]float64, 10)
	for i := range same {
		same[i] = []float64{1, 1}
	}
	got = judge(t, points(same...), []int32{0, 0, 0, 0, 0, 1, 1, 1, 1, 1}, 2)
	near(t, "Calinski–Harabasz of equal points", got.CalinskiHarabasz, 1, 0)
	near(t, "silhouette of equal points", got.Silhouette, 0, 0)
}

func TestIndicesAreUndefinedForOneGroupAndForSingletons(t *testing.T) {
	t.Parallel()
	p := points([]float64{0}, []float64{1}, []float64{5})
	for name, label := range map[string][]int32{"one": {0, 0, 0}, "singletons": {0, 1, 2}} {
		got := judge(t, p, label, 3)
		if !math.IsNaN(got.Silhouette) || !math.IsNaN(got.CalinskiHarabasz) || !math.IsNaN(got.DaviesBouldin) {
			t.Errorf("%s: %+v", name, got)
		}
	}
}

func TestSampledSilhouetteHoldsTheExactOne(t *testing.T) {
	t.Parallel()
	rnd := rand.New(rand.NewPCG(7, 7))
	p, label := evidence.Points{N: 10_400, D: 2}, []int32(nil)
	for i := range p.N {
		c := int32(i % 3)
		p.X = append(p.X, float64(c)*3+rnd.NormFloat64(), rnd.NormFloat64())
		label = append(label, c)
	}
	got := judge(t, p, label, 3)
	small := evidence.Points{N: 9_999, D: 2, X: p.X[:2*9_999]} // exact, and nearly the same data
	exact := judge(t, small, label[:small.N], 3)
	if got.SilhouetteKind != evidence.Sampled || exact.SilhouetteKind != evidence.Exact || got.SilhouetteSE <= 0 {
		t.Fatalf("kinds %q and %q, error %v", got.SilhouetteKind, exact.SilhouetteKind, got.SilhouetteSE)
	}
	near(t, "sampled", got.Silhouette, exact.Silhouette, 4*got.SilhouetteSE)
}

// Categories are judged as the numbers that they stand for, 0 or 1/√2 for each value, and
// rows that are written when asked for as rows that are held.
func TestCategoriesAreNumbers(t *testing.T) {
	t.Parallel()
	for _, n := range []int{300, 12_000} {
		rnd := rand.New(rand.NewPCG(4, uint64(n)))
		levels := []int{2, 5}
		dense, lean := evidence.Points{N: n, D: 2 + 2 + 5}, evidence.Points{N: n, D: 2}
		label, numbers, codes := make([]int32, n), make([]float64, 2*n), make([][]int32, 2)
		for i := range n {
			label[i] = int32(rnd.IntN(3))
			row := make([]float64, dense.D)
			for j := range 2 {
				row[j] = rnd.NormFloat64() + float64(label[i])
				numbers[2*i+j] = row[j]
			}
			at := 2
			for j, most := range levels {
				code := int32(rnd.IntN(most+1)) - 1
				if code >= 0 {
					row[at+int(code)] = math.Sqrt(0.5)
				}
				codes[j] = append(codes[j], code)
				at += most
			}
			dense.X = append(dense.X, row...)
		}
		lean.Row = func(i int, row []float64) { copy(row, numbers[2*i:]) }
		for j, most := range levels {
			lean.Categories = append(lean.Categories, evidence.Category{Levels: most, Code: func(i int) int32 { return codes[j][i] }})
		}
		a, b := judge(t, dense, label, 3), judge(t, lean, label, 3)
		near(t, "inertia", b.Inertia, a.Inertia, 1e-9*a.Inertia)
		near(t, "silhouette", b.Silhouette, a.Silhouette, 1e-12)
		near(t, "error of the silhouette", b.SilhouetteSE, a.SilhouetteSE, 1e-12)
		near(t, "by centres", b.Centroid, a.Centroid, 1e-12)
		near(t, "Calinski–Harabasz", b.CalinskiHarabasz, a.CalinskiHarabasz, 1e-9*a.CalinskiHarabasz)
		near(t, "Davies–Bouldin", b.DaviesBouldin, a.DaviesBouldin, 1e-10)
		for i := range a.Rows {
			near(t, "row "+strconv.Itoa(i), b.Rows[i], a.Rows[i], 1e-12)
		}
	}
}
