package presenter_test

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	"qunxiang/gui/presenter"
	"qunxiang/gui/presenter/presentertest"
	"qunxiang/sdk"
)

func sizesOf(s presenter.TiersState) []int {
	out := []int{}
	for _, r := range s.Rungs {
		out = append(out, r.Customers)
	}
	return out
}

func TestTiers_ThresholdsAreTypedDraggedAndTakenBack(t *testing.T) {
	t.Parallel()
	r := presentertest.New(t, sdk.EN)
	r.WithOrders(t)
	got := ""
	l := presenter.NewTiers(r.Exec, r.Session, func(s string) { got = s })
	presenter.OpenTiers(l, "monetary", "Low:0,High:100", 0, "", "")
	r.Queue.Until(t, "the values", func() bool { return l.State().Phase == presenter.Ready })
	if diff := cmp.Diff([]int{2, 3}, sizesOf(l.State())); diff != "" || got != "Low:0,High:100" {
		t.Errorf("%q (-want +got):\n%s", got, diff)
	}
	st := l.State()
	if st.Total != 5 || st.Rungs[0].Amount+st.Rungs[1].Amount != st.Money || !st.IsMoney {
		t.Errorf("%d customers with %g, %+v", st.Total, st.Money, st.Rungs)
	}
	l.Type(1, "1,5")
	l.Type(1, "1.5")
	if got != "Low:0,High:1.5" || sizesOf(l.State())[1] != 5 {
		t.Errorf("typed: %q, %v", got, sizesOf(l.State()))
	}
	l.Type(1, "0")
	if s := l.State(); !s.Faulty || s.Rungs[1].Fault != "order" || got != "" {
		t.Errorf("out of order: %+v, %q", s.Rungs, got)
	}
	l.Type(1, "-1") // lower still: nobody is counted in two tiers
	if sum := sizesOf(l.State()); sum[0]+sum[1] != 5 || l.Behind(1) != "" {
		t.Errorf("out of order there are %v of 5 customers, behind %q", sum, l.Behind(1))
	}
	l.Undo()
	if got != "Low:0,High:100" {
		t.Errorf("taken back: %q", got)
	}
	l.Add()
	l.Rename(2, "Top: tier, best")
	if s := l.State(); len(s.Rungs) != 3 || s.Rungs[2].From <= 100 || s.Rungs[2].Name != "Top  tier  best" {
		t.Errorf("added: %+v", s.Rungs)
	}
	l.Drag(1, 1) // above the tier over it
	if l.State().Rungs[1].From != 100 {
		t.Errorf("dragged too high: %+v", l.State().Rungs[1])
	}
	at := l.State().Rungs[1].At
	l.Drag(1, at*0.9)
	if x := l.State().Rungs[1].From; x >= 100 || x <= 0 || x != presenter.Round(x, false) {
		t.Errorf("dragged to %g", x)
	}
	l.Remove(2)
	l.Remove(1) // two are the least
	if len(l.State().Rungs) != 2 {
		t.Errorf("%d tiers are left", len(l.State().Rungs))
	}
}

func TestTiers_BeginWithTheCustomersOwnValues(t *testing.T) {
	t.Parallel()
	r := presentertest.New(t, sdk.ZH)
	r.WithOrders(t)
	l := presenter.NewTiers(r.Exec, r.Session, func(string) {})
	presenter.OpenTiers(l, "monetary", "", 0, "monetary > 20", "")
	r.Queue.Until(t, "the values", func() bool { return l.State().Phase == presenter.Ready })
	s := l.State()
	if len(s.Rungs) < 2 || s.Faulty || s.Rungs[0].Name != "普通" {
		t.Errorf("the ladder is %+v", s.Rungs)
	}
	l.Type(1, "0.01万")
	if x := l.State().Rungs[1].From; x != 100 {
		t.Errorf("0.01万 is read as %g", x)
	}
}

// A tier's number leads to just the customers that it counts.
func TestTiers_LeadToTheirCustomers(t *testing.T) {
	t.Parallel()
	r := presentertest.New(t, sdk.EN)
	r.WithOrders(t)
	count := counter(t, r)
	for _, where := range []string{"", "frequency >= 1"} {
		l := presenter.NewTiers(r.Exec, r.Session, func(string) {})
		presenter.OpenTiers(l, "monetary", "Low:0,Mid:20,High:100", 0, where, "")
		r.Queue.Until(t, "the values", func() bool { return l.State().Phase == presenter.Ready })
		for i, rung := range l.State().Rungs {
			if got := count(l.Behind(i)); got != rung.Customers {
				t.Errorf("where %q: %q gives %d customers, the tier has %d", where, l.Behind(i), got, rung.Customers)
			}
			if i > 0 {
				if got := count(l.BehindNear(i)); got != rung.Near {
					t.Errorf("where %q: %q gives %d customers, %d are near", where, l.BehindNear(i), got, rung.Near)
				}
			}
		}
	}
	l := presenter.NewTiers(r.Exec, r.Session, func(string) {})
	presenter.OpenTiers(l, "monetary", "Low:0,High:100", 3, "", "")
	r.Queue.Until(t, "the values", func() bool { return l.State().Phase == presenter.Ready })
	if got := l.Behind(1); got != "" { // the list knows whole histories only
		t.Errorf("of three months: %q", got)
	}
}
