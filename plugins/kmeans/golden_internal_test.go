package kmeans

import (
	"encoding/json"
	"math"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"

	"qunxiang/plugins/internal/cluster"
)

// shared reads a file of the client's reference data, which lies beside the project,
// and skips the test where it is absent.
func shared(t *testing.T, name string) []byte {
	t.Helper()
	dir, err := os.Getwd()
	if err != nil {
		t.Fatal(err)
	}
	for ; dir != filepath.Dir(dir); dir = filepath.Dir(dir) {
		if b, err := os.ReadFile(filepath.Join(dir, "..", "shared", "data", name)); err == nil {
			return b
		}
	}
	t.Skipf("reference data %s is not on this machine", name)
	return nil
}

// numbers reads so many columns of a CSV file with a header, from the given one.
func numbers(t *testing.T, name string, from, use int) cluster.Columns {
	t.Helper()
	p := cluster.Points{D: use}
	for _, line := range strings.Split(strings.TrimSpace(string(shared(t, name))), "\n")[1:] {
		for _, f := range strings.Split(strings.TrimSpace(line), ",")[from : from+use] {
			x, err := strconv.ParseFloat(f, 64)
			if err != nil {
				t.Fatal(err)
			}
			p.X = append(p.X, x)
		}
		p.N++
	}
	return cluster.ToColumns(p)
}

func points(rows [][]float64) cluster.Columns {
	return cluster.ToColumns(cluster.Points{N: len(rows), D: len(rows[0]), X: slices.Concat(rows...)})
}

// R 4.2.2's kmeans from given centres: Lloyd's iteration alone, and with single moves
// as Hartigan and Wong's.
func TestGolden_RFixedCentres(t *testing.T) {
	t.Parallel()
	var golden map[string]json.RawMessage
	if err := json.Unmarshal(shared(t, "golden/kmeans/kmeans_R_fixed_init.json"), &golden); err != nil {
		t.Fatal(err)
	}
	type result struct {
		Alg     string      `json:"alg"`
		Init    [][]float64 `json:"init"`
		Size    []int       `json:"size"`
		Centers [][]float64 `json:"centers"`
		Within  float64     `json:"tot"`
		Cluster []int32     `json:"cluster"`
	}
	w, tried := calm(1)(t), 0
	for name, raw := range golden {
		d, all := data{}, []result(nil)
		switch {
		case name == "provenance":
			continue
		case strings.HasPrefix(name, "iris"):
			d = newSample(nil, numbers(t, "classics/iris.csv", 0, 4), nil)
		case strings.HasPrefix(name, "ruspini"):
			d = newSample(nil, numbers(t, "classics/ruspini.csv", 1, 2), nil)
		default:
			t.Fatalf("which data are %s of?", name)
		}
		if err := json.Unmarshal(raw, &all); err != nil {
			t.Fatal(err)
		}
		for _, want := range all {
			tried++
			g, err := runLloyd(w, &d, slices.Concat(want.Init...), 1000, 0)
			if err == nil && want.Alg == "Hartigan-Wong" {
				err = polish(w, &d, g)
			}
			if err == nil {
				_, _, err = finish(w, &d, g)
			}
			if err != nil {
				t.Fatal(err)
			}
			switch {
			case want.Alg == "Hartigan-Wong" && g.Inertia > want.Within*(1+1e-9):
				t.Errorf("%s %s: inertia %.10f, R %.10f", name, want.Alg, g.Inertia, want.Within)
			case want.Alg == "Lloyd" && math.Abs(g.Inertia-want.Within) > 1e-8*want.Within:
				t.Errorf("%s %s: inertia %.10f, R %.10f", name, want.Alg, g.Inertia, want.Within)
			case want.Alg == "Lloyd":
				for i, c := range g.Label {
					if c+1 != want.Cluster[i] {
						t.Fatalf("%s: row %d in %d, R %d", name, i, c+1, want.Cluster[i])
					}
				}
			}
		}
	}
	if tried < 6 {
		t.Errorf("only %d of R's results were found", tried)
	}
}

// scikit-learn's weighted toy case, by hand: weights 3, 1, 1, 3.
func TestLloyd_WeightedHandCase(t *testing.T) {
	t.Parallel()
	d := newSample(nil, points([][]float64{{0, 0}, {0.5, 0}, {0.5, 1}, {1, 1}}), []float64{3, 1, 1, 3})
	g, err := runLloyd(calm(1)(t), &d, []float64{0, 0, 1, 1}, 100, 0)
	if err == nil {
		_, _, err = finish(calm(1)(t), &d, g)
	}
	if err != nil {
		t.Fatal(err)
	}
	if !slices.Equal(g.Label, []int32{0, 0, 1, 1}) || !slices.Equal(g.Centres, []float64{0.125, 0, 0.875, 1}) || math.Abs(g.Inertia-0.375) > 1e-15 {
		t.Errorf("labels %v centres %v inertia %g", g.Label, g.Centres, g.Inertia)
	}
}

// scikit-learn's relocation case: three equal centres; the farthest rows, 10 and 9.5,
// become the empty groups.
func TestLloyd_EqualCentres(t *testing.T) {
	t.Parallel()
	rows := [][]float64{{-10}, {-9.5}, {-9}, {-8.5}, {-8}, {-1}, {1}, {9}, {9.5}, {10}}
	d := newSample(nil, points(rows), nil)
	l := &lloyd{w: calm(1)(t), d: &d, g: &cluster.Grouping{K: 3, Centres: []float64{-10, -10, -10}, Label: make([]int32, d.Stride), Count: make([]int, 3)}, sums: newSums(3, 1)}
	for i := range d.N {
		l.sums.add(&d, i, -1, 0)
	}
	if err := l.reseed(); err != nil {
		t.Fatal(err)
	}
	if l.g.Label[9] != 1 || l.g.Label[8] != 2 || l.sums.count[0] != 8 || l.sums.coarse[0]+l.sums.fine[0] != -36 {
		t.Errorf("labels %v, counts %v, sum %g", l.g.Label, l.sums.count, l.sums.coarse[0]+l.sums.fine[0])
	}
}

// A row twice is a row of weight 2, and the scale of the weights does not matter.
func TestCompete_WeightsAreCopies(t *testing.T) {
	t.Parallel()
	base := cloud(300, 2, 5)
	weight, rows := make([]float64, base.N), []int32(nil)
	for i := range weight {
		weight[i] = float64(1 + i%3)
		for range 1 + i%3 {
			rows = append(rows, int32(i))
		}
	}
	copies, once := newSample(nil, cluster.Gather(base.Columns, rows), nil), newSample(nil, base.Columns, weight)
	scaled := make([]float64, base.N)
	for i, w := range weight {
		scaled[i] = w * 8
	}
	many := newSample(nil, base.Columns, scaled)
	s := search{restarts: 1, maxIterations: 300}
	start := plusPlus(base, 5, randomOf(3))
	var inertia []float64
	for _, d := range []*data{&copies, &once, &many} {
		g, err := runLloyd(calm(1)(t), d, slices.Clone(start), s.maxIterations, 0)
		if err == nil {
			_, _, err = finish(calm(1)(t), d, g)
		}
		if err != nil {
			t.Fatal(err)
		}
		inertia = append(inertia, g.Inertia)
	}
	if math.Abs(inertia[0]-inertia[1]) > 1e-9*inertia[0] || math.Abs(inertia[2]-8*inertia[1]) > 1e-9*inertia[2] {
		t.Errorf("inertia of copies %g, weights %g, scaled weights %g", inertia[0], inertia[1], inertia[2])
	}
}
