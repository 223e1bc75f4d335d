package presenter_test

import (
	"testing"

	"qunxiang/gui/presenter"
	"qunxiang/gui/presenter/presentertest"
	"qunxiang/sdk"
)

// A method that does not run at every change is tried when its form is left alone, and
// again after a change; nothing is stored by it.
func TestSegment_SlowMethodsAreTriedToo(t *testing.T) {
	t.Parallel()
	r := presentertest.New(t, sdk.EN)
	r.Slow = true
	r.WithOrders(t)
	g := presenter.NewSegment(r.Desk, r.Exec, r.Session)
	g.Load(presenter.Route{Method: "scores"})
	r.Queue.Until(t, "the preview", func() bool { return g.State().Preview != nil && !g.State().Looking })
	before := g.State().Preview
	big := before.Segments[0].Size
	g.Set("limit", "400")
	r.Queue.Until(t, "the next preview", func() bool { return g.State().Preview != before && !g.State().Looking })
	if now := g.State().Preview.Segments[0].Size; now >= big || now != 1 {
		t.Errorf("%d customers are above 400, before %d above 100", now, big)
	}
	runs, err := r.Session.Project().Runs(t.Context())
	if err != nil || len(runs) != 0 {
		t.Errorf("%d runs are stored, %v", len(runs), err)
	}
	g.Set("limit", "13") // refused: nothing to try
	r.Queue.Until(t, "the refusal", func() bool { s := g.State(); return s.Plan != nil && s.Plan.Refused() })
	if s := g.State(); s.Looking || s.Preview != nil {
		t.Errorf("looking %v, preview %v of a form that is refused", s.Looking, s.Preview)
	}
}
