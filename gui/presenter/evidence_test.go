package presenter_test

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	"qunxiang/core"
	"qunxiang/gui/presenter"
	"qunxiang/gui/presenter/presentertest"
	"qunxiang/sdk"
)

func TestResults_CutMovesAndComesBack(t *testing.T) {
	t.Parallel()
	r := presentertest.New(t, sdk.EN)
	r.Tables = presentertest.Tree()
	r.WithResult(t)
	p := presenter.NewResults(r.Desk, r.Exec, r.Session)
	p.Load(presenter.Route{Name: "First", Run: 1})
	r.Queue.Until(t, "the result", func() bool { return p.State().Figure != nil })
	c := p.State().Cut
	if c == nil || !c.Own || len(c.Groups) != 2 || c.Height != 3.5 || c.Most != 4 {
		t.Fatalf("the result's own cut: %+v", c)
	}
	p.SetCut(1.5)
	r.Queue.Drain()
	if c = p.State().Cut; c.Own || len(c.Groups) != 3 || p.State().Options.Cut == nil {
		t.Errorf("at 1.5: %+v", c)
	}
	p.SetCut(1e9)
	if c = p.State().Cut; len(c.Groups) != 1 || c.Height > 6 {
		t.Errorf("far above: %+v", c)
	}
	p.CutInto(4)
	if c = p.State().Cut; len(c.Groups) != 4 {
		t.Errorf("into four: %+v", c)
	}
	p.CutInto(5)
	if c = p.State().Cut; len(c.Groups) != 4 {
		t.Errorf("into more than there are leaves: %+v", c)
	}
	p.Load(presenter.Route{}) // facts are read again meanwhile
	r.Queue.Drain()
	if c = p.State().Cut; len(c.Groups) != 4 {
		t.Errorf("reading again has moved the cut: %+v", c)
	}
	p.ResetCut()
	if c = p.State().Cut; !c.Own || p.State().Options.Cut != nil {
		t.Errorf("back again: %+v", c)
	}
	if p.UseCut() {
		t.Error("the result's own cut is run once more")
	}
}

func TestResults_VotesAndAnotherNumber(t *testing.T) {
	t.Parallel()
	r := presentertest.New(t, sdk.EN)
	r.Tables = presentertest.Tree()
	r.WithResult(t)
	p := presenter.NewResults(r.Desk, r.Exec, r.Session)
	p.Load(presenter.Route{Name: "First", Run: 1})
	r.Queue.Until(t, "the result", func() bool { return p.State().Figure != nil })
	c := p.State().Choice
	if diff := cmp.Diff([]presenter.Vote{{Index: "silhouette", K: 2}, {Index: "gap"}}, c.Votes); diff != "" {
		t.Errorf("votes (-want +got):\n%s", diff)
	}
	p.PickK(3)
	r.Queue.Drain()
	if c = p.State().Choice; c.Picked != 3 || c.Comparing { // this method takes no k
		t.Errorf("a look at three: %+v", c)
	}
}

func TestCompareTellsSplitsAndJoins(t *testing.T) {
	t.Parallel()
	make := func(label []int32, names ...string) *core.Segmentation {
		s := &core.Segmentation{Label: label}
		for i, n := range names {
			g := core.Segment{ID: i + 1, Name: sdk.Text{EN: n}}
			for _, l := range label {
				if int(l) == i {
					g.Size++
					g.Amount += 10
				}
			}
			s.Segments = append(s.Segments, g)
		}
		for i := range label {
			s.Customers = append(s.Customers, uint32(i))
		}
		return s
	}
	two := make([]int32{0, 0, 0, 0, 1, 1}, "A", "B")
	three := make([]int32{0, 0, 1, 1, 2, 2}, "A1", "A2", "B")
	changes, moved := presenter.Compare(two, three)
	want := []presenter.Change{{
		Before: []presenter.Group{{Name: sdk.Text{EN: "A"}, Size: 4, Amount: 40}},
		After:  []presenter.Group{{Name: sdk.Text{EN: "A1"}, Size: 2, Amount: 20}, {Name: sdk.Text{EN: "A2"}, Size: 2, Amount: 20}},
	}}
	if diff := cmp.Diff(want, changes); diff != "" || moved != 0 {
		t.Errorf("a split (-want +got), %d moved:\n%s", moved, diff)
	}
	changes, moved = presenter.Compare(three, two)
	if len(changes) != 1 || len(changes[0].Before) != 2 || len(changes[0].After) != 1 || moved != 0 {
		t.Errorf("a join: %+v, %d moved", changes, moved)
	}
	changes, moved = presenter.Compare(two, make([]int32{0, 0, 0, 1, 1, 1}, "A", "B"))
	if len(changes) != 0 || moved != 1 {
		t.Errorf("one that moves: %+v, %d moved", changes, moved)
	}
	if changes, _ = presenter.Compare(two, two); len(changes) != 0 {
		t.Errorf("no change: %+v", changes)
	}
}
