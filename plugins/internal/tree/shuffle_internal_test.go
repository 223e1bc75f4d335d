package tree

import (
	"math/rand/v2"
	"testing"

	"qunxiang/sdk/table"
)

// noisy makes rows of several numbers, one category with gaps, and a class that some of
// them explain.
func noisy(t *testing.T, n int) ([]Feature, *Target) {
	t.Helper()
	rnd := rand.New(rand.NewPCG(4, 4))
	columns := make([]*table.Column, 5)
	for j := range columns {
		columns[j] = &table.Column{Name: string(rune('a' + j)), Kind: table.Float64, Floats: make([]float64, n)}
		for i := range n {
			columns[j].Floats[i] = rnd.NormFloat64()
		}
	}
	class := make([]uint32, n)
	for i := range n {
		if columns[0].Floats[i]+columns[1].Floats[i]*columns[2].Floats[i]+rnd.NormFloat64()/2 > 0 {
			class[i] = 1
		}
	}
	target := &table.Column{Name: "y", Kind: table.Category, Codes: class, Dict: []string{"no", "yes"}}
	var notes Notes
	y := ReadOutcome(target, "", false, &notes)
	if y == nil {
		t.Fatal(notes)
	}
	return Read(t.Context(), columns, 0, 1), y.Target
}

// Losses that are not computed again are those that would come out.
func TestTrial_ShuffledLossIsThatOfEveryRow(t *testing.T) {
	t.Parallel()
	features, y := noisy(t, 3_000)
	c, err := CrossValidate(t.Context(), features, y, Options{MaxDepth: 6, MinLeaf: 10, Threads: 1}, 3, 1, false)
	if err != nil {
		t.Fatal(err)
	}
	for f, tr := range c.Trees {
		rows, spared := c.Rows[f], 0
		plain := c.plainLoss(tr, rows)
		for j := range features {
			asked := tr.asks(j)
			perm, want := newRand(7, uint64(j)).Perm(len(rows)), 0.0
			for k, i := range rows {
				want += y.Loss(tr.Nodes[tr.followShuffled(features, i, j, rows[perm[k]])].Stats, i)
				if !asked[plain.leaf[k]] {
					spared++
				}
			}
			if got := c.shuffledLoss(tr, rows, j, newRand(7, uint64(j)), plain); got != want {
				t.Errorf("fold %d, feature %d: %v, want %v", f, j, got, want)
			}
		}
		if spared == 0 {
			t.Error("every row asks for every feature: the test shows nothing")
		}
	}
}

// A few features choose the sample where they tell rows apart, all where many rows are
// alike in them: otherwise these would be in the sample, or not, together.
func TestSampleHashes_TellRowsApart(t *testing.T) {
	t.Parallel()
	features, y := noisy(t, 20_000)
	for j := range features {
		features[j].code = nil
	}
	few := hashes(t.Context(), features[:telling], y, 1)
	if got := sampleHashes(t.Context(), features, y, 1); got[5] != few[5] {
		t.Error("many features choose where few would do")
	}
	for j := range telling {
		for i := range features[j].raw {
			if i%10 > 0 {
				features[j].raw[i] = 0
			}
		}
	}
	all := hashes(t.Context(), features, y, 1)
	if got := sampleHashes(t.Context(), features, y, 1); got[5] != all[5] {
		t.Error("rows that are alike in a few features are chosen by these")
	}
}
