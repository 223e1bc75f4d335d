package presenter_test

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	"qunxiang/core/chart"
	"qunxiang/gui/presenter"
	"qunxiang/gui/presenter/presentertest"
	"qunxiang/sdk"
)

func TestResults_ABoxLeadsToItsCustomers(t *testing.T) {
	t.Parallel()
	r := presentertest.New(t, sdk.EN)
	r.WithResult(t)
	p := presenter.NewResults(r.Desk, r.Exec, r.Session)
	p.Load(presenter.Route{Name: "First"})
	r.Queue.Until(t, "the result", func() bool { return p.State().Figure != nil })
	if _, ok := p.BehindBox(); ok {
		t.Error("nobody drew a box, and it leads somewhere")
	}
	p.Box(func() []int32 { return []int32{0, 2, 3} })
	r.Queue.Until(t, "who is in the box", func() bool { b := p.State().Boxed; return b != nil && !b.Looking })
	b, seg := p.State().Boxed, p.State().Seg
	sum := 0
	for _, x := range b.Segments {
		sum += x.Customers
	}
	if sum != 3 || b.Share != 3/float64(len(seg.Label)) {
		t.Errorf("%d customers in the segments of the box, %v of all", sum, b.Share)
	}
	route, ok := p.BehindBox()
	want := presenter.Route{Page: presenter.PageCustomers, Name: "First", Run: seg.Run, Rows: []int32{0, 2, 3}}
	if diff := cmp.Diff(want, route); !ok || diff != "" {
		t.Errorf("route (-want +got):\n%s", diff)
	}
	p.SetKind(chart.KindSizes)
	if p.State().Boxed != nil {
		t.Error("the box of one chart is on another")
	}
}

// A chart is chosen for a method: another result of it shows the same, and no figure of
// before is shown meanwhile.
func TestResults_NoFigureOfAnotherChart(t *testing.T) {
	t.Parallel()
	r := presentertest.New(t, sdk.EN)
	g := r.WithResult(t)
	p := presenter.NewResults(r.Desk, r.Exec, r.Session)
	p.Load(presenter.Route{Name: "First"})
	r.Queue.Until(t, "the figure", func() bool { return p.State().Figure != nil })
	p.SetKind(chart.KindSizes)
	if f := p.State().Figure; f != nil {
		t.Errorf("a figure of kind %s is shown as %s", f.Kind(), p.State().Kind)
	}
	r.Queue.Until(t, "the figure", func() bool { return p.State().Figure != nil })
	g.Run("Second")
	r.Queue.Until(t, "the second run", func() bool { return r.Session.State().Route.Name == "Second" })
	p.Load(r.Session.State().Route)
	r.Queue.Until(t, "its figure", func() bool { s := p.State(); return s.Seg.Name == "Second" && s.Figure != nil })
	if k := p.State().Kind; k != chart.KindSizes {
		t.Errorf("the second result shows %s", k)
	}
}
