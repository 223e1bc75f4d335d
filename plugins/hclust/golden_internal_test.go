package hclust

import (
	"encoding/csv"
	"encoding/json"
	"math"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"testing"

	"qunxiang/plugins/internal/cluster"
)

// sharedFile returns the path of a file of the client's reference data, which lies
// beside the project, and skips the test where it is absent.
func sharedFile(t *testing.T, name string) string {
	t.Helper()
	dir, err := os.Getwd()
	if err != nil {
		t.Fatal(err)
	}
	for ; dir != filepath.Dir(dir); dir = filepath.Dir(dir) {
		p := filepath.Join(dir, "..", "shared", "data", name)
		if _, err := os.Stat(p); err == nil {
			return p
		}
	}
	t.Skipf("reference data %s is not on this machine", name)
	return ""
}

func readJSON(t *testing.T, name string, to any) {
	t.Helper()
	b, err := os.ReadFile(sharedFile(t, name))
	if err != nil {
		t.Fatal(err)
	}
	if err := json.Unmarshal(b, to); err != nil {
		t.Fatal(err)
	}
}

// readPoints reads columns of a CSV file with a header.
func readPoints(t *testing.T, name string, use ...int) cluster.Points {
	t.Helper()
	f, err := os.Open(sharedFile(t, name))
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	rows, err := csv.NewReader(f).ReadAll()
	if err != nil {
		t.Fatal(err)
	}
	p := cluster.NewPoints(len(rows)-1, len(use))
	for i, row := range rows[1:] {
		for j, c := range use {
			if p.Row(i)[j], err = strconv.ParseFloat(row[c], 64); err != nil {
				t.Fatal(err)
			}
		}
	}
	return p
}

// each makes every row a site of its own.
func each(p cluster.Points) *sites {
	s := &sites{p: p}
	for i := range p.N {
		s.weight, s.of = append(s.weight, 1), append(s.of, int32(i))
	}
	return s
}

func here(t *testing.T) cluster.Worker {
	t.Helper()
	return cluster.Worker{Ctx: t.Context(), Stop: func() bool { return false }, Threads: 2}
}

func tree(t *testing.T, p cluster.Points, linkage string) *dendrogram {
	t.Helper()
	d, err := settings{linkage: linkage, distance: euclidean}.link(here(t), each(p))
	if err != nil {
		t.Fatal(err)
	}
	return d
}

// samePartition compares up to the names of the groups.
func samePartition[T comparable](a []int32, b []T) bool {
	to, from := map[int32]T{}, map[T]int32{}
	for i, x := range a {
		y, ok := to[x]
		z, back := from[b[i]]
		if ok != back || ok && (y != b[i] || z != x) {
			return false
		}
		to[x], from[b[i]] = b[i], x
	}
	return true
}

func nearly(a, b, tolerance float64) bool { return math.Abs(a-b) <= tolerance*max(1, math.Abs(b)) }

// reference is one linkage of R 4.2.2's hclust and cutree.
type reference struct {
	Height     []float64        `json:"height"`
	Cophenetic float64          `json:"cophenetic_cor"`
	Cut        map[string][]int `json:"cut"`
}

// ours names R's linkages.
func ours(r string) string {
	if r == "ward.D2" {
		return wardLinkage
	}
	return r
}

func (want reference) check(t *testing.T, p cluster.Points, name string) {
	t.Helper()
	d := tree(t, p, ours(name))
	heights := slices.Clone(d.height)
	if name == centroid || name == median { // R was given squared distances
		for i, h := range heights {
			heights[i] = h * h
		}
	}
	last := heights[len(heights)-len(want.Height):]
	for i, h := range want.Height {
		if !nearly(last[i], h, 1e-9) {
			t.Errorf("height %d: %.10g, want %.10g", i, last[i], h)
		}
	}
	for k, cut := range want.Cut {
		n, _ := strconv.Atoi(k[1:])
		if got := d.cut(n); !samePartition(got, cut) {
			t.Errorf("cut %s: %v, want %v", k, got, cut)
		}
	}
	r := &run{tree: d, sites: each(p), w: here(t), metric: metric{}}
	if got := r.cophenetic(); want.Cophenetic != 0 && name != centroid && name != median && !nearly(got, want.Cophenetic, 1e-9) {
		t.Errorf("cophenetic correlation %.10g, want %.10g", got, want.Cophenetic)
	}
}

func TestGolden_USArrests(t *testing.T) {
	t.Parallel()
	var golden struct {
		Raw    map[string]reference `json:"raw_euclidean"`
		Scaled map[string]reference `json:"scaled_euclidean"`
	}
	readJSON(t, "golden/hclust/usarrests_hclust.json", &golden)
	p := readPoints(t, "classics/usarrests.csv", 1, 2, 3, 4)
	for name, want := range golden.Raw {
		t.Run("raw "+name, func(t *testing.T) { want.check(t, p, name) })
	}
	z := cluster.NewPoints(p.N, p.D)
	for j := range p.D {
		column := make([]float64, p.N)
		for i := range column {
			column[i] = p.Row(i)[j]
		}
		mean, sd := cluster.MeanSD(column)
		sd *= math.Sqrt(float64(p.N) / float64(p.N-1)) // R's scale
		for i, x := range column {
			z.Row(i)[j] = (x - mean) / sd
		}
	}
	for name, want := range golden.Scaled {
		t.Run("scaled "+name, func(t *testing.T) { want.check(t, z, name) })
	}
}

func TestGolden_Iris(t *testing.T) {
	t.Parallel()
	var golden struct {
		Result map[string]reference `json:"result"`
	}
	readJSON(t, "golden/hclust/iris_hclust.json", &golden)
	p := readPoints(t, "classics/iris.csv", 0, 1, 2, 3)
	for name, want := range golden.Result {
		if name == "ward.D" { // Ward of unsquared distances, which we do not offer
			continue
		}
		t.Run(name, func(t *testing.T) { want.check(t, p, name) })
	}
}

// SciPy's cases (hierarchy_test_data.py): heights, numbering and sizes.
func TestGolden_SciPy(t *testing.T) {
	t.Parallel()
	var golden struct {
		Y        []float64              `json:"ytdist_condensed_n6"`
		Linkage  map[string][][]float64 `json:"linkage"`
		X        [][]float64            `json:"X6"`
		LinkageX map[string][][]float64 `json:"linkage_X"`
		Q        [][]float64            `json:"Q_X"`
		Cuts     struct {
			Distance map[string][]int `json:"distance"`
			Most     map[string][]int `json:"maxclust"`
		} `json:"fcluster_single_on_Q_X"`
	}
	readJSON(t, "golden/hclust/scipy_hierarchy_cases.json", &golden)
	compare := func(t *testing.T, d *dendrogram, want [][]float64) {
		t.Helper()
		for i, z := range want {
			got := []float64{float64(d.left[i]), float64(d.right[i]), d.height[i], float64(d.size[i])}
			for j := range z {
				if !nearly(got[j], z[j], 1e-8) {
					t.Errorf("step %d: %v, want %v", i, got, z)
					break
				}
			}
		}
	}
	ones := []int{1, 1, 1, 1, 1, 1}
	for name, want := range golden.Linkage {
		t.Run(name, func(t *testing.T) {
			dist, y := newCondensed(6), golden.Y
			for i := range dist {
				dist.fill(i, func(int) float64 { d := y[0]; y = y[1:]; return d })
			}
			merges, err := chainStored(t.Context(), dist, []float64{1, 1, 1, 1, 1, 1}, updateFor(name))
			if err != nil {
				t.Fatal(err)
			}
			compare(t, arrange(ones, merges, false), want)
		})
	}
	for name, want := range golden.LinkageX {
		t.Run("X "+name, func(t *testing.T) {
			compare(t, tree(t, cluster.Points{N: 6, D: 2, X: slices.Concat(golden.X...)}, name), want)
		})
	}
	q := tree(t, cluster.Points{N: len(golden.Q), D: len(golden.Q[0]), X: slices.Concat(golden.Q...)}, single)
	for h, want := range golden.Cuts.Distance {
		at, _ := strconv.ParseFloat(h, 64)
		if got, _ := q.below(at); !samePartition(got, want) {
			t.Errorf("height %s: %v, want %v", h, got, want)
		}
	}
	for k, want := range golden.Cuts.Most {
		n, _ := strconv.ParseFloat(k, 64)
		if got := q.cut(int(n)); !samePartition(got, want) {
			t.Errorf("k %s: %v, want %v", k, got, want)
		}
	}
}
