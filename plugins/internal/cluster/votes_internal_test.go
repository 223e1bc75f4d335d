package cluster

import (
	"context"
	"errors"
	"math"
	"sync/atomic"
	"testing"
)

// Only an index that prefers another number disagrees; one without a preference does not.
func TestRemarkVotes(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		votes []Vote
		want  int
	}{
		{[]Vote{{index: "silhouette", k: 2}, {index: "gap", k: 2}, {index: "elbow", k: 0}}, 0},
		{[]Vote{{index: "silhouette", k: 2}, {index: "gap", k: 1}, {index: "elbow", k: 0}}, 1},
		{[]Vote{{index: "silhouette", k: 2}, {index: "gap", k: 2}, {index: "elbow", k: 3}}, 1},
	} {
		r := Outcome{Votes: c.votes, G: &Grouping{K: 2}}
		if r.RemarkVotes(); len(r.Diags) != c.want {
			t.Errorf("%v: %d remarks, want %d", c.votes, len(r.Diags), c.want)
		}
	}
}

// Three indices decide by majority, the silhouette a draw; the others are shown.
func TestElect(t *testing.T) {
	t.Parallel()
	var all []*Judged
	for k, s := range []float64{0.5, 0.4, 0.45, math.NaN()} {
		all = append(all, &Judged{G: &Grouping{K: k + 2}, Silhouette: s})
	}
	for _, c := range []struct{ silhouette, calinski, davies, gap, elbow, want int }{
		{2, 4, 2, 4, 2, 4},
		{2, 4, 3, 3, 3, 2},
		{2, 4, 4, 0, 4, 2},
		{2, 5, 2, 5, 2, 5},
		{2, 3, 2, 1, 3, 2},
	} {
		votes := []Vote{{"silhouette", c.silhouette}, {"calinskiHarabasz", c.calinski}, {"daviesBouldin", c.davies}, {"gap", c.gap}, {"elbow", c.elbow}}
		if got := Elect(votes, all); got != c.want {
			t.Errorf("%v: %d", c, got)
		}
	}
}

// The rule of the gap begins at one group, and at two where there is structure.
func TestGap_choice(t *testing.T) {
	t.Parallel()
	g := Gap{Gap: []float64{1, 0.9, 1.2, 2, 1.9}, SE: []float64{0.1, 0.1, 0.1, 0.1, 0.1}}
	if k := g.choice(); k != 1 {
		t.Errorf("%d, want 1", k)
	}
	if g.structure = true; g.choice() != 4 {
		t.Errorf("%d, want 4", g.choice())
	}
	if k := (Gap{Gap: []float64{1, 2}, SE: []float64{0, 0}}).choice(); k != 0 {
		t.Errorf("a rising curve has %d", k)
	}
}

// A cancel among the later reference sets ends in its error.
func TestGapStatistic_CancelledLate(t *testing.T) {
	t.Parallel()
	p := NewPoints(300, 2)
	for i := range p.X {
		p.X[i] = float64(i * i % 97)
	}
	var calls atomic.Int64
	w := Worker{Ctx: t.Context(), Stop: func() bool { return false }, Threads: 2}
	_, err := GapStatistic(w, ToColumns(p), 3, true, 1, func(_ Worker, _ Columns, most int) ([]float64, error) {
		if calls.Add(1) > 1+fewReferences {
			return nil, context.Canceled
		}
		return make([]float64, most), nil
	})
	if !errors.Is(err, context.Canceled) {
		t.Errorf("got %v", err)
	}
}
