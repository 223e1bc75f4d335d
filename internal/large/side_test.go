package large_test

import (
	"testing"

	"qunxiang/internal/large"
)

func TestSide(t *testing.T) {
	t.Parallel()
	for _, n := range []int{0, 1, 100, 4096, 50_001, 100_000, 131_072} {
		for _, d := range []int{1, 2, 3, 40, 140} {
			if d*n > 3<<20 {
				continue
			}
			a := large.Side[float64](d, n)
			if len(a) != d {
				t.Fatalf("%d arrays of %d", len(a), d)
			}
			for j := range a {
				if len(a[j]) != n {
					t.Fatalf("array %d of %d has %d of %d values", j, d, len(a[j]), n)
				}
				for i := range a[j] {
					if a[j][i] != 0 {
						t.Fatalf("value %d of array %d is %v", i, j, a[j][i])
					}
					a[j][i] = float64(j*n + i + 1)
				}
			}
			for j := range a {
				for i, x := range a[j] {
					if x != float64(j*n+i+1) {
						t.Fatalf("value %d of array %d of %d × %d does not stay", i, j, d, n)
					}
				}
			}
			isWhole(t, a)
		}
	}
}

// isWhole checks that the memory of large arrays is one, and holds them.
func isWhole(t *testing.T, a [][]float64) {
	t.Helper()
	d, n := len(a), len(a[0])
	all, step := large.Whole(a)
	if all == nil {
		if n > 50_000 {
			t.Errorf("%d arrays of %d values are not side by side", d, n)
		}
		return
	}
	if step < n || step%8 != 0 || len(all) != d*step {
		t.Fatalf("%d × %d: %d values, %d apart", d, n, len(all), step)
	}
	for j := range a {
		if &all[j*step] != &a[j][0] {
			t.Fatalf("array %d is elsewhere", j)
		}
		for i, x := range all[j*step+n : (j+1)*step] {
			if x != 0 {
				t.Fatalf("value %d behind array %d is %v", i, j, x)
			}
		}
	}
}

func TestWhole_RefusesOthers(t *testing.T) {
	t.Parallel()
	const n = 60_001
	side := func() [][]float64 { return large.Side[float64](5, n) }
	for name, a := range map[string][][]float64{
		"none":      nil,
		"empty":     {{}, {}},
		"small":     {make([]float64, 8), make([]float64, 8)},
		"apart":     {large.Make[float64](n), large.Make[float64](n)},
		"cut":       {side()[0][:n:n], side()[1]},
		"two":       {side()[0], side()[1]},
		"turned":    func() [][]float64 { s := side(); return [][]float64{s[1], s[0]} }(),
		"left out":  func() [][]float64 { s := side(); return [][]float64{s[0], s[2]} }(),
		"shorter":   func() [][]float64 { s := side(); return [][]float64{s[0], s[1][:n-1]} }(),
		"lengthier": func() [][]float64 { s := side(); return [][]float64{append(s[0], 1)[:n], s[1]} }(),
		"in a page": func() [][]float64 { // where another object might begin
			all := large.Make[float64](64 * 1024)
			return [][]float64{all[8 : 32*1024], all[32*1024 : 64*1024-8]}
		}(),
	} {
		if all, _ := large.Whole(a); all != nil {
			t.Errorf("%s: arrays are taken for one piece", name)
		}
	}
	s := side()
	if all, step := large.Whole(s[1:4]); all == nil || &all[0] != &s[1][0] || len(all) != 3*step {
		t.Error("some of the arrays are not found side by side")
	}
}
