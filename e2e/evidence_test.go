package e2e_test

import (
	"fmt"
	"math"
	"math/rand/v2"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

// shopOf writes the orders of three kinds of customers who are easily told apart, and
// makes a project of them.
func shopOf(b *bench, more ...string) {
	b.t.Helper()
	rnd := rand.New(rand.NewPCG(3, 3))
	var s strings.Builder
	s.WriteString("customer,date,order,amount\n")
	order := 0
	for c := range 240 {
		orders, amount, month := 2+rnd.IntN(2), 20.0, 1+rnd.IntN(2)
		switch c % 3 {
		case 1:
			orders, amount, month = 8+rnd.IntN(4), 80, 9+rnd.IntN(3)
		case 2:
			orders, amount, month = 3+rnd.IntN(2), 900, 5+rnd.IntN(2)
		}
		for range orders {
			order++
			fmt.Fprintf(&s, "C%04d,2024-%02d-%02d,R%05d,%.2f\n", c, month, 13+rnd.IntN(15), order, amount*(0.8+0.4*rnd.Float64()))
		}
	}
	for _, line := range more {
		s.WriteString(line + "\n")
	}
	if err := os.WriteFile(b.path("orders.csv"), []byte(s.String()), 0o600); err != nil {
		b.t.Fatal(err)
	}
	b.run("new", "p.qx", "--quiet")
	b.run("import", "p.qx", "orders.csv", "--quiet")
}

// shown is what these tests read of the answer of "run" and "show".
type shown struct {
	Segments []struct {
		Key       string
		Stability *float64
	}
	Evidence struct {
		Inertia, Silhouette, CalinskiHarabasz, DaviesBouldin *float64
		SilhouetteKind, Structure                            string
		Sweep                                                []struct{ K int }
		Stability                                            []struct {
			Segment, Verdict string
			Mean, Low, High  *float64
		}
		Card []struct {
			Segment, Criterion, Verdict string
			Reason                      map[string]string
		}
	}
	Diagnostics []struct{ Code string }
}

func TestEvidence_ofAClustering(t *testing.T) {
	t.Parallel()
	b := newBench(t)
	shopOf(b)
	var got shown
	b.json(&got, "run", "p.qx", "kmeans", "--name", "groups", "--set", "k=3", "--seed", "5")
	e := got.Evidence
	if e.Inertia == nil || e.Silhouette == nil || e.CalinskiHarabasz == nil || e.DaviesBouldin == nil || e.SilhouetteKind != "exact" || e.Structure == "" || len(e.Sweep) == 0 {
		t.Errorf("evidence %+v", e)
	}
	if len(e.Stability) != 3 || len(e.Card) != 15 {
		t.Fatalf("%d segments tested, %d lines of the card", len(e.Stability), len(e.Card))
	}
	for i, s := range e.Stability {
		if s.Mean == nil || *s.Mean < 0.85 || s.Verdict != "very_stable" || got.Segments[i].Stability == nil || *got.Segments[i].Stability != *s.Mean {
			t.Errorf("stability of %s: %+v", s.Segment, s)
		}
	}
	for _, c := range e.Card {
		if c.Reason["zh-CN"] == "" || c.Reason["en"] == "" || !slices.Contains([]string{"pass", "fail", "unknown"}, c.Verdict) {
			t.Errorf("card %+v", c)
		}
	}
	var again, without shown
	b.json(&again, "run", "p.qx", "kmeans", "--name", "groups", "--set", "k=3", "--seed", "5")
	if *again.Segments[0].Stability != *got.Segments[0].Stability {
		t.Error("the same seed, another stability")
	}
	b.json(&without, "run", "p.qx", "kmeans", "--name", "groups", "--set", "k=3", "--stability", "0")
	if without.Segments[0].Stability != nil || len(without.Evidence.Stability) != 0 {
		t.Error("--stability 0 tested all the same")
	}
}

func TestEvidence_ofAStoredRun(t *testing.T) {
	t.Parallel()
	b := newBench(t)
	shopOf(b)
	b.run("run", "p.qx", "rfm", "--name", "value", "--quiet")
	var got shown
	b.json(&got, "stability", "p.qx", "value", "--replicates", "10")
	var kept shown
	b.json(&kept, "show", "p.qx", "value")
	if len(got.Evidence.Stability) == 0 || len(kept.Evidence.Stability) != len(got.Evidence.Stability) {
		t.Errorf("%d tested, %d kept", len(got.Evidence.Stability), len(kept.Evidence.Stability))
	}
}

func TestAgree_ofTwoRuns(t *testing.T) {
	t.Parallel()
	b := newBench(t)
	shopOf(b)
	b.run("run", "p.qx", "kmeans", "--name", "a", "--set", "k=3", "--quiet")
	b.run("run", "p.qx", "hclust", "--name", "b", "--set", "k=3", "--quiet")
	var got struct {
		ARI, AMI *float64
		Table    [][]int
		Rows     []string
		Columns  []string
		Core     struct{ Customers int }
	}
	b.json(&got, "agree", "p.qx", "a", "b")
	if got.ARI == nil || *got.ARI < 0.9 || got.AMI == nil || len(got.Table) != len(got.Rows) || len(got.Table[0]) != len(got.Columns) || got.Core.Customers < 200 {
		t.Errorf("%+v", got)
	}
}

func TestAdvise_givesMethodsAndGuards(t *testing.T) {
	t.Parallel()
	b := newBench(t)
	var dear []string
	for i := range 60 {
		dear = append(dear, fmt.Sprintf("散客%02d,2024-12-%02d,X%03d,%d", i, 13+i%15, i, 90_000+i))
	}
	shopOf(b, dear...)
	var got struct {
		Advice []struct {
			Method   string
			Params   map[string]any
			Features []string
			Reasons  []struct {
				Rule string
				Text map[string]string
			}
			Score float64
		}
		Guards []struct{ Code string }
	}
	b.json(&got, "advise", "p.qx")
	if len(got.Advice) < 2 || got.Advice[0].Method != "rfm" || len(got.Advice[0].Reasons) == 0 || got.Advice[0].Reasons[0].Text["zh-CN"] == "" {
		t.Errorf("%+v", got.Advice)
	}
	var codes []string
	for _, g := range got.Guards {
		codes = append(codes, g.Code)
	}
	for _, want := range []string{"test_accounts", "mixed_units"} {
		if !slices.Contains(codes, want) {
			t.Errorf("guards %v, not %s", codes, want)
		}
	}
	var run shown
	b.json(&run, "run", "p.qx", "rfm", "--name", "v")
	if !slices.ContainsFunc(run.Diagnostics, func(d struct{ Code string }) bool { return d.Code == "test_accounts" }) {
		t.Errorf("the run kept %v", run.Diagnostics)
	}
}

// The same bootstrap written in R 4.2.2 on its own kmeans (nstart = 10, 1,000 draws, iris in
// population z-scores, k = 3, seed 1) gives 0.9070, 0.9951 and 0.9090 for the groups of 47,
// 50 and 53 flowers, with standard errors of 0.0024, 0.0004 and 0.0026.
func TestStability_ofIrisAsInR(t *testing.T) {
	t.Parallel()
	data, err := sharedData()
	if err != nil {
		t.Skip(err)
	}
	raw, err := os.ReadFile(filepath.Join(data, "classics", "iris.csv"))
	if err != nil {
		t.Fatal(err)
	}
	b := newBench(t)
	var s strings.Builder
	for i, line := range strings.Split(strings.TrimSpace(string(raw)), "\n") {
		if i == 0 {
			fmt.Fprintln(&s, "customer,"+line)
			continue
		}
		fmt.Fprintf(&s, "F%03d,%s\n", i, line)
	}
	if err := os.WriteFile(b.path("iris.csv"), []byte(s.String()), 0o600); err != nil {
		t.Fatal(err)
	}
	b.run("new", "p.qx", "--quiet")
	b.run("import", "p.qx", "iris.csv", "--as", "customers", "--map", "customer=customer", "--quiet")
	var got struct {
		Segments []struct {
			Size      int
			Stability float64
		}
	}
	b.json(&got, "run", "p.qx", "kmeans", "--name", "iris", "--set", "k=3", "--set", "cap=0", "--set", "log=none",
		"--features", "Sepal.Length,Sepal.Width,Petal.Length,Petal.Width", "--stability", "400")
	want := map[int]float64{47: 0.9070, 50: 0.9951, 53: 0.9090}
	for _, g := range got.Segments {
		if w, ok := want[g.Size]; !ok || math.Abs(g.Stability-w) > 0.015 {
			t.Errorf("%d flowers: %.4f, want %.4f", g.Size, g.Stability, w)
		}
	}
}
