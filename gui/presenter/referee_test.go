package presenter_test

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	"qunxiang/core/chart"
	"qunxiang/gui/presenter"
	"qunxiang/gui/presenter/presentertest"
	"qunxiang/sdk"
)

func TestReferee_ComparesTwoResultsAndLeadsToTheirCustomers(t *testing.T) {
	t.Parallel()
	r := presentertest.New(t, sdk.EN)
	g := r.WithResult(t)
	p := presenter.NewReferee(r.Exec, r.Session)
	p.Load(presenter.Route{})
	r.Queue.Until(t, "the results", func() bool { return p.State().Phase == presenter.Empty })
	g.Set("limit", "200")
	g.Run("Second")
	r.Queue.Until(t, "the second run", func() bool { return r.Session.State().Route.Name == "Second" })
	p.Load(presenter.Route{Name: "First"})
	r.Queue.Until(t, "the verdict", func() bool { return p.State().Figure != nil })
	s := p.State()
	if s.A.Name != "First" || s.B.Name != "Second" || s.Result.Customers != 5 {
		t.Fatalf("compares %v with %v, %d customers", s.A, s.B, s.Result.Customers)
	}
	// Big above 100 against above 200: 3 and 2 against 1 and 4.
	if diff := cmp.Diff([][]int{{1, 2}, {0, 2}}, s.Result.Table); diff != "" {
		t.Errorf("cross table (-want +got):\n%s", diff)
	}
	if route, ok := p.Behind(chart.Selection{Rows: []int32{1}}); !ok || route.Name != "First" || len(route.Rows) != 1 {
		t.Errorf("behind a cell: %+v, %v", route, ok)
	}
	p.OpenPair(-1)
	r.Queue.Until(t, "the core", func() bool { return r.Session.State().Route.Page == presenter.PageCustomers })
	if got := len(r.Session.State().Route.Rows); got != s.Result.Core {
		t.Errorf("%d core members are shown of %d", got, s.Result.Core)
	}
	p.Pick(s.A, s.A)
	r.Queue.Until(t, "the next verdict", func() bool { return !p.State().Busy })
	if s := p.State(); s.Result.ARI != 1 || s.Verdict() != "same" {
		t.Errorf("a result against itself: %g, %s", s.Result.ARI, s.Verdict())
	}
}
