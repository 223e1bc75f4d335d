package tree

import (
	"math"
	"math/rand/v2"
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"
	"pgregory.net/rapid"

	"qunxiang/sdk/table"
)

// crowd makes customers with numbers of few and of many values, categories, and gaps.
// kind 0 has two classes, 1 four, 2 a number.
func crowd(n, kind int, wide bool, seed uint64) ([]table.Column, *Target) {
	rnd := rand.New(rand.NewPCG(seed, 7))
	columns := []table.Column{
		{Name: "few", Kind: table.Int64, Ints: make([]int64, n), Valid: table.NewBits(n)},
		{Name: "level", Kind: table.Category, Codes: make([]uint32, n), Dict: []string{"a", "b", "c", "d", "e"}},
		{Name: "near", Kind: table.Int64, Ints: make([]int64, n)},
		{Name: "value", Kind: table.Float64, Floats: make([]float64, n)},
		{Name: "town", Kind: table.Category, Codes: make([]uint32, n)},
	}
	for k := range 300 {
		columns[4].Dict = append(columns[4].Dict, "town "+string(rune('a'+k%26))+string(rune('a'+k/26)))
	}
	y := &Target{Classes: []string{"a", "b", "c", "d"}[:2+2*(kind&1)]}
	values := make([]float64, n)
	for i := range n {
		x := rnd.IntN(40)
		columns[0].Ints[i] = int64(x)
		if rnd.IntN(8) > 0 {
			columns[0].Valid.Set(i)
		}
		columns[1].Codes[i] = uint32(rnd.IntN(5))
		columns[2].Ints[i] = int64(x/2 + rnd.IntN(4))
		columns[3].Floats[i] = float64(rnd.IntN(200))
		if wide {
			columns[3].Floats[i] = rnd.NormFloat64()
		}
		columns[4].Codes[i] = uint32(rnd.IntN(300))
		score := float64(x) + 8*float64(columns[1].Codes[i]%3) + 6*rnd.NormFloat64() + math.Mod(columns[3].Floats[i], 7) + float64(columns[4].Codes[i]%11)
		values[i] = math.Round(score)
		if kind < 2 {
			y.Class = append(y.Class, byte(min(float64(len(y.Classes)-1), max(0, score/50*float64(len(y.Classes))))))
		}
	}
	if kind == 2 {
		y = NewNumbers(values)
	}
	return columns, y
}

func pointers(columns []table.Column) []*table.Column {
	var out []*table.Column
	for i := range columns {
		out = append(out, &columns[i])
	}
	return out
}

// Where every value has its own bin, the upper part of a tree on many rows is grown just
// as it would be on sorted lists.
func TestBig_AgreesWithLists(t *testing.T) {
	t.Parallel()
	for kind, name := range []string{"two classes", "four classes", "numbers"} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			columns, y := crowd(12_000, kind, false, 3)
			features := Read(t.Context(), pointers(columns), 1, 1)
			o := Options{MaxDepth: 5, MinLeaf: 10, Threads: 2}
			exact, _, err := Grow(t.Context(), features, y, o)
			if err != nil {
				t.Fatal(err)
			}
			g := newGrower(features, y, o)
			stats := make([]float64, y.width())
			for i := range y.Len() {
				y.add(stats, int32(i))
			}
			root := g.root(stats, y.Len())
			newBig(g).run(root, count(y.Len()))
			got := flat(root)
			if d := cmp.Diff(exact, got, cmpopts.EquateApprox(1e-9, 1e-6)); d != "" {
				t.Error(d)
			}
		})
	}
}

// With 255 bins and the cut then moved to the best value beside it, the gain of the root
// is that of the exact search, or next to it.
func TestBig_BinsLoseLittle(t *testing.T) {
	t.Parallel()
	columns, y := crowd(ExactRows+5000, 0, true, 5)
	features := Read(t.Context(), pointers(columns), 1, 2)
	o := Options{MaxDepth: 4, MinLeaf: 20, Threads: 2}
	tr, leaf, err := Grow(t.Context(), features, y, o)
	if err != nil {
		t.Fatal(err)
	}
	one, again, err := Grow(t.Context(), features, y, Options{MaxDepth: 4, MinLeaf: 20, Threads: 1})
	if err != nil {
		t.Fatal(err)
	}
	if d := cmp.Diff(tr, one); d != "" || !slices.Equal(leaf, again) {
		t.Errorf("one thread: %s", d)
	}
	for i, at := range leaf {
		if tr.Follow(features, int32(i)) != int(at) {
			t.Fatalf("row %d is in another leaf than where its values lead", i)
		}
	}
	some, sample, _, _ := Arrange(t.Context(), features, y, ExactRows, 2)
	exact, _, err := Grow(t.Context(), some, sample, o)
	if err != nil {
		t.Fatal(err)
	}
	risk := func(t *Tree) float64 {
		sum := 0.0
		for i := range t.Nodes {
			if t.Nodes[i].Leaf() {
				sum += t.Nodes[i].Risk
			}
		}
		return sum / t.Nodes[0].Risk
	}
	if got, want := risk(tr), risk(exact); got > want*1.01 {
		t.Errorf("impurity left %.4f, exact %.4f", got, want)
	}
}

// Whatever the values: every row is in the leaf its values lead to, no leaf is too small
// where nothing is missing, statistics add up, and no division raises the impurity.
func TestGrow_Properties(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(rt *rapid.T) {
		n := rapid.IntRange(2, 120).Draw(rt, "n")
		value := rapid.OneOf(rapid.SampledFrom([]float64{0, 1, -1, 1e300, -1e300, math.MaxFloat64, 5e-324, math.Inf(1), math.NaN()}), rapid.Float64Range(-3, 3))
		c := table.Column{Name: "x", Kind: table.Float64, Floats: rapid.SliceOfN(value, n, n).Draw(rt, "x")}
		k := table.Column{Name: "k", Kind: table.Category, Dict: []string{"a", "b", "c"}, Codes: rapid.SliceOfN(rapid.Uint32Range(0, 2), n, n).Draw(rt, "k")}
		y := &Target{Classes: []string{"a", "b"}, Class: rapid.SliceOfN(rapid.Uint8Range(0, 1), n, n).Draw(rt, "y")}
		o := Options{MinLeaf: rapid.IntRange(1, 10).Draw(rt, "least"), Entropy: rapid.Bool().Draw(rt, "entropy")}
		features := Read(t.Context(), []*table.Column{&c, &k}, 1, 1)
		tr, leaf, err := Grow(t.Context(), features, y, o)
		if err != nil {
			rt.Fatal(err)
		}
		for i := range n {
			if tr.Follow(features, int32(i)) != int(leaf[i]) {
				rt.Fatalf("row %d is in another leaf than where its values lead", i)
			}
		}
		for i := range tr.Nodes {
			nd := &tr.Nodes[i]
			if nd.N < o.MinLeaf && i > 0 {
				rt.Fatalf("a node of %d rows, at least %d asked", nd.N, o.MinLeaf)
			}
			if nd.Leaf() {
				continue
			}
			l, r := &tr.Nodes[nd.Left], &tr.Nodes[nd.Right]
			if l.N+r.N != nd.N || nd.Threshold-nd.Threshold != 0 {
				rt.Fatalf("node %d: %d and %d of %d rows, cut at %g", nd.Number, l.N, r.N, nd.N, nd.Threshold)
			}
			if !features[nd.Feature].Gaps && l.Risk+r.Risk > nd.Risk+1e-9 {
				rt.Fatalf("node %d: impurity rises", nd.Number)
			}
		}
	})
}
