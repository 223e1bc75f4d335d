package hclust

import (
	"context"
	"errors"
	"math"
	"math/rand/v2"
	"testing"
	"time"

	"qunxiang/internal/patience"
	"qunxiang/plugins/internal/cluster"
)

func cloud(n, d int, seed uint64) cluster.Points {
	rnd := rand.New(rand.NewPCG(seed, 1))
	p := cluster.NewPoints(n, d)
	for i := range p.X {
		p.X[i] = rnd.NormFloat64() + float64(4*((i/d)%3))
	}
	return p
}

// naive joins the nearest pair again and again by the formula of Lance and Williams,
// with the weights that sites start with. Ward, centroid and median work on squares.
func naive(p cluster.Points, weight []int, linkage string) []float64 {
	n := p.N
	d, size, live := make([][]float64, n), make([]float64, n), make([]bool, n)
	squared := linkage == wardLinkage || linkage == centroid || linkage == median
	for i := range n {
		d[i], size[i], live[i] = make([]float64, n), float64(weight[i]), true
	}
	for i := range n {
		for j := range n {
			s := cluster.Square(p.Row(i), p.Row(j))
			switch {
			case linkage == wardLinkage:
				s *= 2 * size[i] * size[j] / (size[i] + size[j])
			case !squared:
				s = math.Sqrt(s)
			}
			d[i][j] = s
		}
	}
	var heights []float64
	for range n - 1 {
		a, b := -1, -1
		for i := range n {
			for j := range i {
				if live[i] && live[j] && (a < 0 || d[i][j] < d[a][b]) {
					a, b = i, j
				}
			}
		}
		h := d[a][b]
		if squared {
			heights = append(heights, math.Sqrt(h))
		} else {
			heights = append(heights, h)
		}
		live[b] = false
		na, nb := size[a], size[b]
		for x := range n {
			if !live[x] || x == a {
				continue
			}
			u, v, nx := d[a][x], d[b][x], size[x]
			var s float64
			switch linkage {
			case single:
				s = min(u, v)
			case complete:
				s = max(u, v)
			case average:
				s = (na*u + nb*v) / (na + nb)
			case weighted:
				s = (u + v) / 2
			case centroid:
				s = (na*u+nb*v)/(na+nb) - na*nb*h/(na+nb)/(na+nb)
			case median:
				s = u/2 + v/2 - h/4
			case wardLinkage:
				s = ((na+nx)*u + (nb+nx)*v - nx*h) / (na + nb + nx)
			}
			d[a][x], d[x][a] = s, s
		}
		size[a] += size[b]
	}
	return heights
}

func linkages() []string {
	return []string{wardLinkage, complete, average, single, weighted, centroid, median}
}

// Every linkage agrees with the plain algorithm, with weights and without.
func TestLink_AgreesWithThePlainAlgorithm(t *testing.T) {
	t.Parallel()
	for _, n := range []int{2, 3, 17, 200, 300} {
		for seed := range uint64(3) {
			p := cloud(n, 2+int(seed), seed)
			s := each(p)
			for i := range s.weight {
				s.weight[i] = 1 + int(seed)*(i%4)
			}
			for _, linkage := range linkages() {
				d, err := settings{linkage: linkage, distance: euclidean}.link(here(t), s)
				if err != nil {
					t.Fatal(err)
				}
				for i, want := range naive(p, s.weight, linkage) {
					if !nearly(d.height[i], want, 1e-9) {
						t.Fatalf("%s, %d sites, seed %d, step %d: %.12g, want %.12g", linkage, n, seed, i, d.height[i], want)
					}
				}
			}
		}
	}
}

// Blocks change nothing about Ward: in a large tree every join is the cheapest there is,
// by the plain algorithm.
func TestWard_LargeAgreesWithThePlainAlgorithm(t *testing.T) {
	t.Parallel()
	for _, d := range []int{1, 3, 12} {
		s := each(cloud(700, d, 5))
		got, err := settings{linkage: wardLinkage, distance: euclidean}.link(here(t), s)
		if err != nil {
			t.Fatal(err)
		}
		for i, h := range naive(s.p, s.weight, wardLinkage) {
			if !nearly(got.height[i], h, 1e-9) {
				t.Fatalf("%d features, step %d: %.12g, want %.12g", d, i, got.height[i], h)
			}
		}
	}
}

// Heights never fall where they must not, and cuts nest.
func TestDendrogram_HeightsAndCuts(t *testing.T) {
	t.Parallel()
	for seed := range uint64(20) {
		p := cloud(120, 3, seed)
		for i := range p.X { // many ties
			p.X[i] = math.Round(p.X[i])
		}
		for _, linkage := range linkages() {
			d := tree(t, p, linkage)
			if linkage != centroid && linkage != median && d.falls() {
				t.Errorf("%s, seed %d: heights fall", linkage, seed)
			}
			fine := d.cut(12)
			for k := 11; k >= 1; k-- {
				coarse, of := d.cut(k), map[int32]int32{}
				for i, c := range fine {
					if x, ok := of[c]; ok && x != coarse[i] {
						t.Fatalf("%s: the cut into %d does not nest", linkage, k)
					}
					of[c] = coarse[i]
				}
				fine = coarse
			}
			u := d.upper()
			if len(u.leaf) != 120 || len(u.positions()) != 120 {
				t.Errorf("%d leaves", len(u.leaf))
			}
		}
	}
}

// A large tree is shown from above: the leaves hold everybody.
func TestUpper_LeavesHoldEverybody(t *testing.T) {
	t.Parallel()
	d := tree(t, cloud(2500, 2, 1), wardLinkage)
	u := d.upper()
	if len(u.leaf) != mostLeaves || len(u.left) != mostLeaves-1 {
		t.Fatalf("%d leaves, %d joins", len(u.leaf), len(u.left))
	}
	total := 0
	for _, node := range u.leaf {
		if int(node) < d.n {
			total++
		} else {
			total += d.size[int(node)-d.n]
		}
	}
	if total != 2500 || d.size[len(d.size)-1] != 2500 {
		t.Errorf("%d customers in the leaves", total)
	}
	seen := make([]bool, mostLeaves)
	for _, at := range u.positions() {
		seen[at] = true
	}
	for at, ok := range seen {
		if !ok {
			t.Errorf("no leaf at %d", at)
		}
	}
}

// Cells hold every row, and their splits find the cell again.
func TestPartition(t *testing.T) {
	t.Parallel()
	p := cloud(30_000, 3, 2)
	s, err := squeeze(t.Context(), p)
	if err != nil {
		t.Fatal(err)
	}
	if s.p.N != cells || s.lost <= 0 || s.lost > 0.05 {
		t.Errorf("%d cells, %.3f lost", s.p.N, s.lost)
	}
	for i := range p.N {
		if c := cellOf(s.split, p.Row(i)); c != s.of[i] {
			t.Fatalf("row %d is in cell %d, found in %d", i, s.of[i], c)
		}
	}
}

// Every linkage ends soon after the context.
func TestLink_Cancelled(t *testing.T) {
	t.Parallel()
	p := cloud(12_000, 40, 1)
	for _, linkage := range linkages() {
		ctx, cancel := context.WithCancel(t.Context())
		w := here(t)
		w.Ctx = ctx
		ended := time.Now().Add(30 * time.Millisecond)
		time.AfterFunc(30*time.Millisecond, cancel)
		_, err := settings{linkage: linkage, distance: euclidean}.link(w, each(p))
		if late := time.Since(ended); !errors.Is(err, context.Canceled) || late > patience.For(500*time.Millisecond) {
			t.Errorf("%s: %v, %v late", linkage, err, late)
		}
		cancel()
	}
}

func BenchmarkWard20k(b *testing.B) {
	p := cloud(20_000, 3, 1)
	w := make([]float64, p.N)
	for i := range w {
		w[i] = 1
	}
	for b.Loop() {
		if _, err := newWard(p, w).run(b.Context()); err != nil {
			b.Fatal(err)
		}
	}
}
