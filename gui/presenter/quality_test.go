package presenter_test

import (
	"testing"

	"qunxiang/core"
	"qunxiang/gui/presenter"
	"qunxiang/gui/presenter/presentertest"
	"qunxiang/sdk"
)

func judged(t *testing.T, r *presentertest.Rig, q *presenter.Quality) presenter.QualityState {
	t.Helper()
	r.Queue.Until(t, "the card", func() bool { s := q.State(); return s.Phase == presenter.Ready && !s.Busy })
	return q.State()
}

func TestQuality_AFixFromPreviewToUndo(t *testing.T) {
	t.Parallel()
	r := presentertest.New(t, sdk.EN)
	q := presenter.NewQuality(r.Desk, r.Exec, r.Session)
	q.Load()
	if s := q.State(); s.Phase != presenter.Empty || s.Card != nil {
		t.Errorf("without a project: %+v", s)
	}
	r.WithFlaws(t)
	q.Load()
	st := judged(t, r, q)
	early := st.Issue("early_dates")
	if early == nil || early.Count != 5 || len(early.Fixes) == 0 {
		t.Fatalf("early dates: %+v", early)
	}
	if c := st.Card.Reconciliation; !c.Holds() || c.In != 240 || c.Used != 236 {
		t.Errorf("rows %+v", c)
	}
	q.Show(early.Dimension)
	for _, i := range q.State().Issues() {
		if i.Dimension != early.Dimension {
			t.Errorf("%s is of %s", i.ID, i.Dimension)
		}
	}
	q.Show(early.Dimension)
	if got := len(q.State().Issues()); got != len(st.Card.Issues) {
		t.Errorf("%d issues of %d after choosing twice", got, len(st.Card.Issues))
	}
	q.Preview(*early, 0)
	r.Queue.Until(t, "the preview", func() bool { f := q.State().Fix; return f != nil && f.Phase == presenter.Ready })
	f := q.State().Fix
	if f.Change.Before.Rows != 176 || f.Change.After.Rows != 171 || f.Rows.Total != 5 || f.Rows.Rows[0].Customer != "c000" {
		t.Errorf("before %+v, after %+v, rows %+v", f.Change.Before, f.Change.After, f.Rows)
	}
	if got := judged(t, r, q); len(got.Card.Steps) != 0 {
		t.Errorf("looking changed the steps: %+v", got.Card.Steps)
	}
	q.Apply(f.Step())
	st = judged(t, r, q)
	if st.Issue("early_dates") != nil || len(st.Card.Steps) != 1 || st.Card.Reconciliation.Used != 231 || !st.Card.Reconciliation.Holds() {
		t.Errorf("after the step: %+v", st.Card.Reconciliation)
	}
	q.StepRows(st.Card.Steps[0])
	r.Queue.Until(t, "the rows", func() bool { s := q.State().Rows; return s != nil && s.Phase == presenter.Ready })
	if got := q.State().Rows.Rows.Total; got != 5 {
		t.Errorf("%d rows behind the step", got)
	}
	q.Undo()
	if st = judged(t, r, q); st.Issue("early_dates") == nil || st.Steps.Redoes() != 1 {
		t.Error("undo did not bring the issue back")
	}
	q.Redo()
	if st = judged(t, r, q); st.Issue("early_dates") != nil {
		t.Error("redo did nothing")
	}
	q.Switch(st.Card.Steps[0].ID, false)
	if st = judged(t, r, q); st.Issue("early_dates") == nil || !st.Card.Steps[0].Off {
		t.Error("a step that is switched off still works")
	}
	q.Remove(st.Card.Steps[0].ID)
	if st = judged(t, r, q); len(st.Card.Steps) != 0 {
		t.Errorf("steps %+v", st.Card.Steps)
	}
	if len(r.Problems) != 0 {
		t.Errorf("problems %v", r.Problems)
	}
}

func TestQuality_MovesStepsAndTellsOfStaleResults(t *testing.T) {
	t.Parallel()
	r := presentertest.New(t, sdk.EN)
	r.WithFlaws(t)
	g := presenter.NewSegment(r.Desk, r.Exec, r.Session)
	g.Load(presenter.Route{Method: "scores"})
	r.Queue.Until(t, "the plan", func() bool { return g.State().Plan != nil })
	g.Run("First")
	r.Queue.Until(t, "the run", func() bool { return r.Session.State().Latest != nil })
	q := presenter.NewQuality(r.Desk, r.Exec, r.Session)
	q.Load()
	st := judged(t, r, q)
	q.Apply(st.Issue("early_dates").Fixes[0])
	st = judged(t, r, q)
	if len(st.Stale) != 1 || st.Stale[0].Name != "First" || st.Stale[0].Run != 1 {
		t.Fatalf("stale %+v", st.Stale)
	}
	q.Undo()
	if st = judged(t, r, q); len(st.Stale) != 0 {
		t.Errorf("the steps are as they were, stale is %+v", st.Stale)
	}
	q.Redo()
	judged(t, r, q)
	q.RunAgain()
	r.Queue.Until(t, "the runs", func() bool { s := q.State(); return !s.Busy && len(s.Stale) == 0 })
	heads, err := r.Session.Project().Runs(t.Context())
	if err != nil || len(heads) != 2 {
		t.Errorf("runs %+v, %v", heads, err)
	}
	for _, i := range q.State().Card.Issues {
		if len(i.Fixes) > 0 {
			q.Apply(i.Fixes[0])
			break
		}
	}
	st = judged(t, r, q)
	if len(st.Card.Steps) != 2 {
		t.Fatalf("steps %+v", st.Card.Steps)
	}
	second := st.Card.Steps[1].ID
	q.Move(second, -1)
	if st = judged(t, r, q); st.Card.Steps[0].ID != second {
		t.Errorf("steps %+v", st.Card.Steps)
	}
	if len(r.Problems) != 0 {
		t.Errorf("problems %v", r.Problems)
	}
}

func TestPeople_DecidesUndoesAndUnmerges(t *testing.T) {
	t.Parallel()
	r := presentertest.New(t, sdk.EN)
	r.WithFlaws(t)
	p := presenter.NewPeople(r.Desk, r.Exec, r.Session)
	p.Load()
	settled := func() presenter.PeopleState {
		r.Queue.Until(t, "the pairs", func() bool { s := p.State(); return s.Phase == presenter.Ready && !s.Busy })
		return p.State()
	}
	st := settled()
	if st.Sure() != 6 || st.Count(presenter.PairOpen) != 6 || st.View == nil {
		t.Fatalf("%d sure of %d pairs", st.Sure(), len(st.Pairs))
	}
	for _, f := range st.View.Fields {
		switch f.Name {
		case "phone":
			if !f.Masked || !f.Same || f.A == "" || f.A[3] != '*' {
				t.Errorf("telephone %+v", f)
			}
		case "age":
			if f.Same == f.Differ {
				t.Errorf("age %+v", f)
			}
		}
	}
	if v := st.View; v.BuyA.Orders+v.BuyB.Orders < 4 || v.BuyA.Amount <= 0 {
		t.Errorf("purchases %+v, %+v", v.BuyA, v.BuyB)
	}
	p.Reveal()
	for _, f := range p.State().View.Fields {
		if f.Name == "phone" && len(f.A) != 11 {
			t.Errorf("revealed telephone %q", f.A)
		}
	}
	first := st.Now().ID
	p.Decide(presenter.PairAccepted)
	p.Decide(presenter.PairRejected) // of the next one, while the first is being stored
	p.Decide(presenter.PairLater)
	st = settled()
	if st.Count(presenter.PairAccepted) != 1 || st.Count(presenter.PairRejected) != 1 || st.Count(presenter.PairLater) != 1 || st.Found.Merged != 1 {
		t.Errorf("states of %+v, merged %d", st.Pairs, st.Found.Merged)
	}
	steps, err := r.Session.Project().Steps(t.Context())
	if err != nil || len(steps.Steps) != 1 {
		t.Errorf("steps %+v, %v", steps.Steps, err)
	}
	p.AcceptSure()
	if st = settled(); st.Found.Merged != 4 {
		t.Errorf("%d merged", st.Found.Merged)
	}
	p.Undo()
	if st = settled(); st.Found.Merged != 1 || st.Count(presenter.PairOpen) != 3 {
		t.Errorf("%d merged, %d open after undo", st.Found.Merged, st.Count(presenter.PairOpen))
	}
	p.Redo()
	if st = settled(); st.Found.Merged != 4 {
		t.Errorf("%d merged after redo", st.Found.Merged)
	}
	p.Filter(presenter.PairAccepted)
	for p.State().Now().ID != first {
		p.Move(1)
	}
	p.Decide(presenter.PairOpen)
	if st = settled(); st.Found.Merged != 3 || st.Count(presenter.PairOpen) != 1 {
		t.Errorf("%d merged, %d open after taking one apart", st.Found.Merged, st.Count(presenter.PairOpen))
	}
	if len(r.Problems) != 0 {
		t.Errorf("problems %v", r.Problems)
	}
}

func TestFields_ClassesGapsAndUndo(t *testing.T) {
	t.Parallel()
	r := presentertest.New(t, sdk.EN)
	r.WithFlaws(t)
	f := presenter.NewFields(r.Desk, r.Exec, r.Session)
	f.Load()
	settled := func() map[string]presenter.FieldRow {
		r.Queue.Until(t, "the fields", func() bool { s := f.State(); return s.Phase == presenter.Ready && !s.Busy })
		out := map[string]presenter.FieldRow{}
		for _, x := range f.State().Rows {
			out[x.File+" "+x.Column] = x
		}
		return out
	}
	rows := settled()
	if x := rows["people.csv phone"]; x.Class != core.ClassDirect || x.Gap.Of != 60 || x.Gap.Missing != 0 || x.WhereMissing() != "" {
		t.Errorf("phone %+v", x)
	}
	if x := rows["orders.csv customer_id"]; x.Gap.Missing != 4 || x.Gap.Of != 180 {
		t.Errorf("customer %+v", x)
	}
	f.Filter(core.ClassDirect)
	if got := f.State().Shown(); len(got) != f.State().Count(core.ClassDirect) || len(got) == 0 {
		t.Errorf("%d direct identifiers shown", len(got))
	}
	f.SetClass("city", core.ClassSensitive)
	if x := settled()["people.csv city"]; x.Class != core.ClassSensitive || x.By != "user" || x.Example == "Paris" {
		t.Errorf("city %+v", x)
	}
	f.Undo()
	if x := settled()["people.csv city"]; x.Class != rows["people.csv city"].Class || x.By == "user" {
		t.Errorf("city after undo %+v", x)
	}
	f.Redo()
	if x := settled()["people.csv city"]; x.Class != core.ClassSensitive {
		t.Errorf("city after redo %+v", x)
	}
	if len(r.Problems) != 0 {
		t.Errorf("problems %v", r.Problems)
	}
}
