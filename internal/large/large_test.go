package large_test

import (
	"testing"

	"qunxiang/internal/large"
)

func TestArraysAreZeroAndWritable(t *testing.T) {
	t.Parallel()
	for _, n := range []int{0, 1, 1000, 1 << 20, 3<<20 + 7} { // the last two are large enough for the hint
		s := large.Make[float64](n)
		if len(s) != n {
			t.Fatalf("Make(%d) has %d values", n, len(s))
		}
		for i := range s {
			if s[i] != 0 {
				t.Fatalf("value %d of %d is %v", i, n, s[i])
			}
			s[i] = float64(i)
		}
		for i := range s {
			if s[i] != float64(i) {
				t.Fatalf("value %d of %d does not stay", i, n)
			}
		}
		if r := large.Room[int32](n); len(r) != 0 || cap(r) < n {
			t.Fatalf("Room(%d) has %d of %d", n, len(r), cap(r))
		}
	}
}

func TestShelf(t *testing.T) {
	t.Parallel()
	for _, shelf := range []*large.Shelf{nil, new(large.Shelf), large.NewShelf([]int{1 << 20, 3 << 20, 1 << 19})} {
		var all [][]int32
		var wide [][]float64
		for i := range 300 { // some megabytes, of several sizes, and one that needs pages of its own
			n := i * 31
			if i == 200 {
				n = 1 << 20
			}
			a, b := large.Take[int32](shelf, n), large.Take[float64](shelf, n/2)
			if len(a) != n || cap(a) != n || len(b) != n/2 || cap(b) != n/2 {
				t.Fatalf("%d and %d values of %d", len(a), len(b), n)
			}
			for at := range a {
				if a[at] != 0 {
					t.Fatalf("value %d of %d is %v", at, n, a[at])
				}
				a[at] = int32(i)
			}
			for at := range b {
				if b[at] != 0 {
					t.Fatalf("value %d of %d is %v", at, n/2, b[at])
				}
				b[at] = float64(i)
			}
			all, wide = append(all, a), append(wide, b)
		}
		for i := range all { // none lies over another
			for _, x := range all[i] {
				if x != int32(i) {
					t.Fatalf("array %d has %d", i, x)
				}
			}
			for _, x := range wide[i] {
				if x != float64(i) {
					t.Fatalf("array %d has %v", i, x)
				}
			}
		}
	}
}

// What is given back is taken again, as zeros, by no two at a time.
func TestShelf_GiveBack(t *testing.T) {
	t.Parallel()
	shelf := new(large.Shelf)
	reused := 0
	type lent struct {
		a     []int32
		value int32
	}
	var out []lent
	seen := map[*int32]bool{}
	for i := range 500 {
		a := large.Take[int32](shelf, 1+i*7919%60_000)
		for at, x := range a {
			if x != 0 {
				t.Fatalf("round %d: value %d is %d", i, at, x)
			}
			a[at] = int32(i)
		}
		if seen[&a[0]] {
			reused++
		}
		seen[&a[0]] = true
		if out = append(out, lent{a, int32(i)}); i%3 > 0 {
			for _, x := range out[i%len(out)].a {
				if x != out[i%len(out)].value {
					t.Fatalf("round %d: an array holds %d, not %d", i, x, out[i%len(out)].value)
				}
			}
			large.GiveBack(shelf, out[i%len(out)].a)
			out = append(out[:i%len(out)], out[i%len(out)+1:]...)
		}
	}
	if reused < 50 {
		t.Errorf("%d of 500 arrays lie where others did", reused)
	}
	large.GiveBack(nil, make([]float64, 5000)) // nobody keeps it
}

// A shelf is made for what needs one, and nothing is set aside for less than half a large page.
func TestNewShelf(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		bytes []int
		want  bool
	}{{nil, false}, {[]int{1 << 19, 100}, false}, {[]int{8 << 20}, false}, {[]int{1 << 20}, true}, {[]int{1 << 19, 8 << 20, 1 << 19}, true}} {
		if got := large.NewShelf(c.bytes) != nil; got != c.want {
			t.Errorf("%d: %v", c.bytes, got)
		}
	}
}
