package presenter_test

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	"qunxiang/core"
	"qunxiang/core/chart"
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
	p.SetKind(chart.KindDendrogram)
	p.TakeBack()
	if c = p.State().Cut; !c.Own {
		t.Errorf("taken back: %+v", c)
	}
	p.MakeAgain()
	if c = p.State().Cut; c.Own || len(c.Groups) != 4 {
		t.Errorf("made again: %+v", c)
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
	p.StepK(1)
	r.Queue.Drain()
	p.StepK(1) // there is no further one
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
	changes, moves := presenter.Compare(two, three)
	want := []presenter.Change{{
		Before: []presenter.Group{{Name: sdk.Text{EN: "A"}, Size: 4, Amount: 40}},
		After:  []presenter.Group{{Name: sdk.Text{EN: "A1"}, Size: 2, Amount: 20}, {Name: sdk.Text{EN: "A2"}, Size: 2, Amount: 20}},
	}}
	if diff := cmp.Diff(want, changes); diff != "" || len(moves) != 0 {
		t.Errorf("a split (-want +got), %v moved:\n%s", moves, diff)
	}
	changes, moves = presenter.Compare(three, two)
	if len(changes) != 1 || len(changes[0].Before) != 2 || len(changes[0].After) != 1 || len(moves) != 0 {
		t.Errorf("a join: %+v, %v moved", changes, moves)
	}
	changes, moves = presenter.Compare(two, make([]int32{0, 0, 0, 1, 1, 1}, "A", "B"))
	one := []presenter.Move{{From: sdk.Text{EN: "A"}, To: sdk.Text{EN: "B"}, Size: 1}}
	if diff := cmp.Diff(one, moves); diff != "" || len(changes) != 0 {
		t.Errorf("one that moves: %+v\n%s", changes, diff)
	}
	// Most of A go to a new group that is mostly B's: the numbers of the split alone would not add up.
	many := make([]int32{0, 0, 0, 0, 0, 1, 1, 1, 1, 1, 1, 1, 1, 1}, "A", "B")
	changes, moves = presenter.Compare(many, make([]int32{0, 0, 1, 1, 1, 1, 1, 1, 1, 2, 2, 2, 2, 2}, "A1", "mid", "B1"))
	along := []presenter.Move{{From: sdk.Text{EN: "A"}, To: sdk.Text{EN: "mid"}, Size: 3}}
	if diff := cmp.Diff(along, moves); diff != "" || len(changes) != 1 || changes[0].After[0].Size+changes[0].After[1].Size != changes[0].Before[0].Size+3 {
		t.Errorf("a split that takes others along: %+v\n%s", changes, diff)
	}
	if changes, _ = presenter.Compare(two, two); len(changes) != 0 {
		t.Errorf("no change: %+v", changes)
	}
}
