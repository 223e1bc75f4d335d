package presenter_test

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	"qunxiang/core/workspace"
	"qunxiang/gui/presenter"
	"qunxiang/gui/presenter/presentertest"
	"qunxiang/sdk"
)

// builder opens a rule builder on five customers whose money is 10 (bob), 100 … 300 (eve).
func builder(t *testing.T, lines string) (*presentertest.Rig, *presenter.Rules, *string) {
	t.Helper()
	r := presentertest.New(t, sdk.EN)
	r.WithOrders(t)
	got := new(string)
	b := presenter.NewRules(r.Exec, r.Session, func(s string) { *got = s })
	presenter.OpenRules(b, lines, "", "")
	settle(t, r, b)
	return r, b, got
}

func settle(t *testing.T, r *presentertest.Rig, b *presenter.Rules) {
	t.Helper()
	r.Queue.Until(t, "the counts", func() bool {
		s := b.State()
		return s.Phase == presenter.Ready && !s.Counting && !s.Proving
	})
}

// counter counts the customers of a condition by listing them.
func counter(t *testing.T, r *presentertest.Rig) func(where string) int {
	t.Helper()
	list := presenter.NewCustomers(r.Exec, r.Session)
	return func(where string) int {
		list.Query(workspace.CustomerQuery{Where: where})
		r.Queue.Until(t, "the list", func() bool { return !list.State().Busy })
		if list.State().BadExpr != nil || list.State().View == nil {
			t.Fatalf("%q: %v", where, list.State().BadExpr)
		}
		return list.State().View.Len()
	}
}

func takes(s presenter.RulesState) []int {
	out := []int{}
	for _, row := range s.Rows {
		out = append(out, row.Takes)
	}
	return append(out, s.Free)
}

func TestRules_CountWhileTypingAndUndo(t *testing.T) {
	t.Parallel()
	r, b, got := builder(t, "big:monetary >= 100\nsmall:monetary < 100")
	if diff := cmp.Diff([]int{3, 2, 0}, takes(b.State())); diff != "" {
		t.Errorf("customers (-want +got):\n%s", diff)
	}
	if s := b.State(); len(s.Findings) != 0 || !s.Valid || s.Total != 5 {
		t.Errorf("findings %+v, valid %v, of %d", s.Findings, s.Valid, s.Total)
	}
	shape := b.State().Shape
	b.SetValue(0, 0, "20")
	b.SetValue(0, 0, "200")
	settle(t, r, b)
	if *got != "big:monetary >= 200\nsmall:monetary < 100" || b.State().Shape != shape {
		t.Errorf("rules %q, shape %d after %d", *got, b.State().Shape, shape)
	}
	if f := b.State().Findings; len(f) == 0 || f[0].Kind != "gap" || f[0].Customers == 0 || f[0].Where != "monetary >= 100 and monetary < 200" {
		t.Errorf("findings %+v", f)
	}
	b.Undo() // both keystrokes at once
	settle(t, r, b)
	if *got != "big:monetary >= 100\nsmall:monetary < 100" || !b.State().CanRedo {
		t.Errorf("after undoing %q", *got)
	}
	b.Redo()
	settle(t, r, b)
	if *got != "big:monetary >= 200\nsmall:monetary < 100" {
		t.Errorf("after redoing %q", *got)
	}
}

func TestRules_OrderDecidesAndFaultsStayWithTheirRule(t *testing.T) {
	t.Parallel()
	r, b, got := builder(t, "all:monetary >= 0 or monetary < 0 or monetary is missing\nbig:monetary >= 100")
	kinds := func() (out []string) {
		for _, f := range b.State().Findings {
			out = append(out, f.Kind)
		}
		return out
	}
	if diff := cmp.Diff([]string{"shadowed", "overlap"}, kinds()); diff != "" {
		t.Errorf("findings (-want +got):\n%s", diff)
	}
	b.Move(1, -1)
	settle(t, r, b)
	if diff := cmp.Diff([]int{3, 2, 0}, takes(b.State())); diff != "" {
		t.Errorf("moved up (-want +got):\n%s", diff)
	}
	b.SetValue(0, 0, "much")
	settle(t, r, b)
	if s := b.State(); s.Valid || *got != "" || s.Rows[0].Fault.EN != `"much" is no number.` || s.Rows[1].Takes != 5 {
		t.Errorf("valid %v, rules %q, fault %q", s.Valid, *got, s.Rows[0].Fault.EN)
	}
	b.Remove(0)
	b.Remove(0)
	settle(t, r, b)
	if s := b.State(); s.Valid || s.Free != 5 {
		t.Errorf("without rules: valid %v, %d without", s.Valid, s.Free)
	}
	b.AddRest()
	settle(t, r, b)
	if s := b.State(); !s.Valid || s.Free != 0 || *got != "Others:*" {
		t.Errorf("everybody else: valid %v, %q", s.Valid, *got)
	}
}

func TestRules_TextAndPickersAreTheSame(t *testing.T) {
	t.Parallel()
	r, b, got := builder(t, "")
	if s := b.State(); len(s.Rows) != 3 || !s.Valid || !s.Rows[2].Else {
		t.Fatalf("the example has rules %+v", s.Rows)
	}
	b.ShowText(true)
	b.SetText("a:frequency in (1, 2) and monetary > 5\nb:(monetary > 1 and frequency > 1) or monetary < 9\nelse")
	settle(t, r, b)
	s := b.State()
	if s.Rows[0].Typed || !s.Rows[1].Typed || !s.Rows[2].Else || s.Text != "a:frequency in (1, 2) and monetary > 5\nb:(monetary > 1 and frequency > 1) or monetary < 9\nelse" {
		t.Errorf("rows %+v", s.Rows)
	}
	b.ShowText(false)
	b.TypeRule(0, true)
	b.SetSource(0, "monetary >= 100")
	b.TypeRule(0, false)
	settle(t, r, b)
	if diff := cmp.Diff([]presenter.Test{{Column: "monetary", Op: presenter.AtLeast, Value: "100"}}, b.State().Rows[0].Tests); diff != "" {
		t.Errorf("pickers (-want +got):\n%s", diff)
	}
	if *got == "" || b.State().Rows[0].Takes != 3 {
		t.Errorf("rules %q take %d", *got, b.State().Rows[0].Takes)
	}
}

// The number beside a rule leads to just the customers that it counts.
func TestRules_LeadToTheirCustomers(t *testing.T) {
	t.Parallel()
	r := presentertest.New(t, sdk.EN)
	r.WithOrders(t)
	count := counter(t, r)
	for _, where := range []string{"", "monetary > 5 or frequency > 3"} {
		for _, lines := range []string{
			"Big:monetary >= 100\nOften:frequency >= 2 or recency_days < 10\nRest:*",
			"Big:monetary >= 100\nOld:recency_days > 20",
		} {
			b := presenter.NewRules(r.Exec, r.Session, func(string) {})
			presenter.OpenRules(b, lines, where, "")
			r.Queue.Until(t, "the counts", func() bool { return b.State().Phase == presenter.Ready && !b.State().Counting })
			s := b.State()
			for i, row := range s.Rows {
				if got := count(b.Behind(i)); got != row.Takes {
					t.Errorf("where %q: %q gives %d customers, rule %q takes %d", where, b.Behind(i), got, row.Name, row.Takes)
				}
			}
			if s.Free > 0 && count(b.Behind(-1)) != s.Free {
				t.Errorf("where %q: %q gives %d customers, %d are free", where, b.Behind(-1), count(b.Behind(-1)), s.Free)
			}
		}
	}
}
