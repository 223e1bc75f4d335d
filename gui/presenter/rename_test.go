package presenter_test

import (
	"testing"

	"qunxiang/gui/presenter"
	"qunxiang/gui/presenter/presentertest"
	"qunxiang/sdk"
)

func TestResults_NamesAreTakenBackAndGivenAgain(t *testing.T) {
	t.Parallel()
	r := presentertest.New(t, sdk.EN)
	r.WithResult(t)
	p := presenter.NewResults(r.Desk, r.Exec, r.Session)
	p.Load(presenter.Route{Name: "First"})
	r.Queue.Until(t, "the result", func() bool { return p.State().Seg != nil })
	name := func() sdk.Text { return p.State().Seg.Segments[0].Name }
	is := func(en string) {
		t.Helper()
		r.Queue.Until(t, "the name "+en, func() bool { return name().EN == en })
	}
	id := p.State().Seg.Segments[0].ID
	p.Rename(id, "Whales")
	is("Whales")
	p.Rename(id, "Stars")
	is("Stars")
	p.TakeBack()
	is("Whales")
	p.TakeBack()
	is("Big")
	p.TakeBack() // nothing left
	p.MakeAgain()
	is("Whales")
	if zh := name().ZH; zh != "大客户" {
		t.Errorf("the other language's name is now %q", zh)
	}
	p.Rename(id, "Giants") // what was taken back cannot come again
	is("Giants")
	p.MakeAgain()
	r.Queue.Drain()
	if en := name().EN; en != "Giants" || len(r.Problems) > 0 {
		t.Errorf("the name is %q, problems %v", en, r.Problems)
	}
}
