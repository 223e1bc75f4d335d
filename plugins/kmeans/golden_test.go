package kmeans_test

import (
	"encoding/json"
	"math"
	"os"
	"slices"
	"strconv"
	"testing"

	"github.com/google/go-cmp/cmp"

	"qunxiang/sdk"
)

// best is golden/kmeans/kmeans_best_known.json: optima found by scikit-learn 1.2.1 with
// many restarts from two independent seeds.
type best struct {
	Sets map[string]struct {
		K map[string]struct {
			Inertia float64  `json:"best_inertia"`
			Agree   bool     `json:"two_seeds_agree"`
			Sizes   []int    `json:"sizes_desc"`
			Sil     *float64 `json:"silhouette"`
			CH      *float64 `json:"calinski_harabasz"`
			DB      *float64 `json:"davies_bouldin"`
		} `json:"k"`
	} `json:"sets"`
}

func TestMethod_BestKnownOptima(t *testing.T) {
	t.Parallel()
	b, err := os.ReadFile(sharedFile(t, "golden/kmeans/kmeans_best_known.json"))
	if err != nil {
		t.Fatal(err)
	}
	var golden best
	if err := json.Unmarshal(b, &golden); err != nil {
		t.Fatal(err)
	}
	span := func(from, to int) (out []int) {
		for j := from; j < to; j++ {
			out = append(out, j)
		}
		return out
	}
	data := map[string]struct {
		file  string
		scale string
		use   []int
	}{
		"iris_raw":                  {"classics/iris.csv", "none", span(0, 4)},
		"iris_z":                    {"classics/iris.csv", "zscore", span(0, 4)},
		"mall_income_spend_raw":     {"customers/mall_customers.csv", "none", []int{3, 4}},
		"mall_income_spend_z":       {"customers/mall_customers.csv", "zscore", []int{3, 4}},
		"mall_age_income_spend_raw": {"customers/mall_customers.csv", "none", []int{2, 3, 4}},
		"wholesale_raw6":            {"customers/wholesale_customers.csv", "none", span(2, 8)},
		"ruspini_raw":               {"classics/ruspini.csv", "none", []int{1, 2}},
		"wine_raw":                  {"classics/wine_data.csv", "none", span(0, 13)},
	}
	for name, d := range data {
		for ks, want := range golden.Sets[name].K {
			t.Run(name+" "+ks, func(t *testing.T) {
				t.Parallel()
				k, _ := strconv.Atoi(ks)
				columns, names := load(t, d.file, true, d.use...)
				p := raw(sdk.Params{"k": sdk.Int(int64(k)), "restarts": sdk.Int(25), "scale": sdk.TextValue(d.scale)})
				res := fit(t, request(columns, names, p))
				allowed := 1e-6
				if !want.Agree {
					allowed = 1e-3
				}
				got := metric(t, res, "inertia")
				if got > want.Inertia*(1+allowed) {
					t.Fatalf("inertia %.6f, best known %.6f", got, want.Inertia)
				}
				n := sizes(res)
				slices.SortFunc(n, func(a, b int) int { return b - a })
				if k == 1 || math.Abs(got-want.Inertia) > want.Inertia*1e-6 {
					return // another optimum, not worse
				}
				if want.Agree && !slices.Equal(n, want.Sizes) {
					t.Errorf("sizes %v, want %v", n, want.Sizes)
				}
				for id, v := range map[string]*float64{"silhouette": want.Sil, "calinskiHarabasz": want.CH, "daviesBouldin": want.DB} {
					if v != nil && math.Abs(metric(t, res, id)-*v) > 1e-5*max(1, *v) {
						t.Errorf("%s %.6f, want %.6f", id, metric(t, res, id), *v)
					}
				}
			})
		}
	}
}

func TestMethod_Digits(t *testing.T) {
	t.Parallel()
	use := make([]int, 64)
	for j := range use {
		use[j] = j
	}
	columns, names := load(t, "classics/digits.csv.gz", false, use...)
	res := fit(t, request(columns, names, raw(sdk.Params{"k": sdk.Int(10), "restarts": sdk.Int(4)})))
	const bestKnown = 1165175.142485 // scikit-learn 1.2.1, seeds disagree
	if got := metric(t, res, "inertia"); got > bestKnown*1.001 {
		t.Errorf("inertia %.3f, best known %.3f", got, bestKnown)
	}
}

// xclara has three well separated groups of 1,149, 952 and 899 points (R, cluster).
func TestMethod_XClara(t *testing.T) {
	t.Parallel()
	columns, names := load(t, "classics/xclara.csv", true, 1, 2)
	res := fit(t, request(columns, names, raw(nil)))
	n := sizes(res)
	slices.Sort(n)
	if d := cmp.Diff([]int{899, 952, 1149}, n); d != "" {
		t.Error(d)
	}
	if word(res, "structure") != "clear" {
		t.Errorf("structure %s", word(res, "structure"))
	}
}

// The silhouettes of R's cluster package for a given partition, through our method: the
// k = 4 partition of ruspini is the same for PAM and k-means.
func TestMethod_RuspiniSilhouette(t *testing.T) {
	t.Parallel()
	columns, names := load(t, "classics/ruspini.csv", true, 1, 2)
	res := fit(t, request(columns, names, raw(sdk.Params{"k": sdk.Int(4)})))
	if got := metric(t, res, "silhouette"); math.Abs(got-0.73765699088) > 1e-10 {
		t.Errorf("silhouette %.11f", got)
	}
	if got := metric(t, res, "inertia"); math.Abs(got-12881.051236) > 1e-6 {
		t.Errorf("inertia %.6f", got)
	}
	if word(res, "silhouetteKind") != "exact" {
		t.Error("kind")
	}
}

// scikit-learn's hand cases: test_calinski_harabasz_score and test_davies_bouldin_score.
func TestMethod_HandCases(t *testing.T) {
	t.Parallel()
	four := map[string][]float64{"a": {0, 0.5, 0.5, 1}, "b": {0, 0, 1, 1}}
	res := fit(t, request(four, []string{"a", "b"}, raw(sdk.Params{"k": sdk.Int(2)})))
	if got := metric(t, res, "inertia"); math.Abs(got-0.25) > 1e-12 {
		t.Errorf("inertia %g, want 0.25", got)
	}
	res = fit(t, request(four, []string{"a", "b"}, raw(sdk.Params{"k": sdk.Int(4)})))
	if got := metric(t, res, "inertia"); got != 0 {
		t.Errorf("k = n: inertia %g", got)
	}
	res = fit(t, request(four, []string{"a", "b"}, raw(sdk.Params{"k": sdk.Int(1)})))
	if len(res.Segments) != 1 || word(res, "structure") != "none" {
		t.Errorf("k = 1: %d segments", len(res.Segments))
	}
}

// The worked example of docs/method/kmeans.md.
func TestMethod_WorkedExample(t *testing.T) {
	t.Parallel()
	six := map[string][]float64{"a": {1, 2, 1, 8, 9, 8}, "b": {1, 1, 2, 8, 8, 9}}
	res := fit(t, request(six, []string{"a", "b"}, raw(sdk.Params{"k": sdk.Int(2)})))
	if got := metric(t, res, "inertia"); math.Abs(got-8.0/3) > 1e-12 {
		t.Errorf("inertia %g", got)
	}
	if got := metric(t, res, "calinskiHarabasz"); math.Abs(got-220.5) > 1e-9 {
		t.Errorf("Calinski–Harabasz %g", got)
	}
}
