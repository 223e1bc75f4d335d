package presenter_test

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	"qunxiang/core"
	"qunxiang/core/chart"
	"qunxiang/core/workspace"
	"qunxiang/gui/presenter"
	"qunxiang/gui/presenter/presentertest"
	"qunxiang/sdk"
)

func TestData_EveryRowIsAccountedFor(t *testing.T) {
	t.Parallel()
	r := presentertest.New(t, sdk.EN)
	d := r.WithOrders(t)
	rep := d.State().Import.Report
	out := 0
	for _, x := range rep.Rows.Excluded {
		out += x.Count
	}
	if rep.Rows.In != 8 || rep.Rows.Used+out != 8 {
		t.Errorf("%d rows in, %d used, %d left out", rep.Rows.In, rep.Rows.Used, out)
	}
	d.Next()
	r.Queue.Drain()
	if st := d.State(); st.Import.Phase != presenter.ImportNone || len(st.Sources) != 1 {
		t.Errorf("phase %v, %d sources", st.Import.Phase, len(st.Sources))
	}
}

func TestData_ARoleMovesFromColumnToColumn(t *testing.T) {
	t.Parallel()
	r := presentertest.New(t, sdk.EN)
	d := presenter.NewData(r.Desk, r.Exec, r.Session)
	r.Session.Create("p.qx", workspace.NewProject{})
	r.Queue.Until(t, "the project", func() bool { return r.Session.State().Open })
	d.OpenFile(r.Write(t, "o.csv", presentertest.Orders))
	r.Queue.Until(t, "the preview", func() bool { return d.State().Import.Phase == presenter.ImportReady })
	if need := d.State().Import.NeedsRole(); len(need) != 0 {
		t.Fatalf("roles missing at first: %v", need)
	}
	d.SetRole("amount", "")
	r.Queue.Until(t, "the answer", func() bool { return !d.State().Import.Looking })
	if got := d.State().Import.Mapping()["amount"]; got != "" {
		t.Errorf("amount is still %q", got)
	}
	d.SetRole("amount", core.RoleAmount)
	r.Queue.Until(t, "the answer", func() bool { return !d.State().Import.Looking })
	if got := d.State().Import.Mapping()["amount"]; got != core.RoleAmount {
		t.Errorf("amount is %q", got)
	}
}

func TestData_ATableWithStrangeHeadersAsksForItsColumns(t *testing.T) {
	t.Parallel()
	r := presentertest.New(t, sdk.EN)
	d := presenter.NewData(r.Desk, r.Exec, r.Session)
	r.Session.Create("p.qx", workspace.NewProject{})
	r.Queue.Until(t, "the project", func() bool { return r.Session.State().Open })
	d.OpenFile(r.Write(t, "odd.csv", "foo,bar,baz,qux\nx1,moon,1,a\nx2,sun,2,b\nx1,star,3,c\n"))
	d.Change(func(o *core.ImportOptions) { o.Kind = core.SourceTransactions })
	r.Queue.Until(t, "the preview", func() bool { return !d.State().Import.Looking })
	if st := d.State().Import; st.Phase != presenter.ImportReady || len(st.NeedsRole()) == 0 || len(st.Preview.Rows) != 3 {
		t.Errorf("phase %v, needs %v, error %v", st.Phase, st.NeedsRole(), st.Err)
	}
}

func TestData_AFileThatCannotBeReadSaysWhy(t *testing.T) {
	t.Parallel()
	r := presentertest.New(t, sdk.EN)
	d := presenter.NewData(r.Desk, r.Exec, r.Session)
	r.Session.Create("p.qx", workspace.NewProject{})
	r.Queue.Until(t, "the project", func() bool { return r.Session.State().Open })
	d.OpenFile(r.Write(t, "empty.csv", ""))
	r.Queue.Until(t, "the failure", func() bool { return d.State().Import.Phase == presenter.ImportFailed })
	if core.CodeOf(d.State().Import.Err) == "" {
		t.Error("no reason is given")
	}
}

func TestCustomers_SearchSortAndSegments(t *testing.T) {
	t.Parallel()
	r := presentertest.New(t, sdk.EN)
	r.WithResult(t)
	c := presenter.NewCustomers(r.Exec, r.Session)
	keys := func() []string {
		r.Queue.Until(t, "the list", func() bool { return !c.State().Busy })
		out := []string{}
		for i := range c.State().View.Len() {
			out = append(out, c.State().View.Key(i))
		}
		return out
	}
	c.Load(presenter.Route{Page: presenter.PageCustomers})
	if got := keys(); len(got) != 5 {
		t.Errorf("everybody: %v", got)
	}
	c.SortBy("monetary")
	if diff := cmp.Diff([]string{"eve", "ann", "dan", "gil", "bob"}, keys()); diff != "" {
		t.Errorf("most money first (-want +got):\n%s", diff)
	}
	c.SortBy("monetary")
	if diff := cmp.Diff([]string{"bob", "gil", "dan", "ann", "eve"}, keys()); diff != "" {
		t.Errorf("least money first (-want +got):\n%s", diff)
	}
	c.Type(func(q *workspace.CustomerQuery) { q.Search = "N" })
	r.Queue.Drain()
	if diff := cmp.Diff([]string{"dan", "ann"}, keys()); diff != "" {
		t.Errorf("with an n (-want +got):\n%s", diff)
	}
	c.Load(presenter.Route{Page: presenter.PageCustomers, Name: "First", Segments: []int{1}})
	if diff := cmp.Diff([]string{"bob", "gil"}, keys()); diff != "" {
		t.Errorf("small ones (-want +got):\n%s", diff)
	}
	c.Change(func(q *workspace.CustomerQuery) { q.Where = "monetary >=" })
	r.Queue.Until(t, "the verdict", func() bool { return c.State().BadExpr != nil })
	if c.State().View == nil || c.State().Phase != presenter.Ready {
		t.Error("a half-typed filter took the list away")
	}
}

// A plugin that does not say what it is takes nothing from the methods of the others.
func TestSegment_BrokenPlugin(t *testing.T) {
	t.Parallel()
	r := presentertest.New(t, sdk.EN)
	r.WithOrders(t)
	r.Broken = &core.Error{Code: "plugin_start", Origin: core.OriginPlugin, Args: core.Args{"plugin": "mine"}}
	g := presenter.NewSegment(r.Desk, r.Exec, r.Session)
	g.Load(presenter.Route{Method: "scores"})
	r.Queue.Until(t, "the preview", func() bool { return g.State().Preview != nil })
	g.Load(presenter.Route{})
	r.Queue.Until(t, "the gallery", func() bool { return g.State().Phase == presenter.Ready })
	if s := g.State(); len(s.Methods) != 1 || core.CodeOf(s.Broken) != "plugin_start" || s.Err != nil {
		t.Errorf("%d methods, broken %v, error %v", len(s.Methods), s.Broken, s.Err)
	}
}

func TestSegment_PreviewGuardsAndRun(t *testing.T) {
	t.Parallel()
	r := presentertest.New(t, sdk.EN)
	r.WithOrders(t)
	g := presenter.NewSegment(r.Desk, r.Exec, r.Session)
	g.Load(presenter.Route{Method: "scores"})
	r.Queue.Until(t, "the preview", func() bool { return g.State().Preview != nil })
	if s := g.State(); s.Plan.Rows != 5 || s.Preview.Segments[0].Size != 3 {
		t.Errorf("%d customers, %d big", s.Plan.Rows, s.Preview.Segments[0].Size)
	}
	g.Set("limit", "13")
	r.Queue.Until(t, "the refusal", func() bool { return g.State().Plan != nil && g.State().Plan.Refused() })
	if g.State().Preview != nil {
		t.Error("a refused run has a preview")
	}
	g.Set("limit", "200")
	r.Queue.Until(t, "the next preview", func() bool { return g.State().Preview != nil })
	if got := g.State().Preview.Segments[0].Size; got != 1 {
		t.Errorf("%d big above 200", got)
	}
	if diff := cmp.Diff(map[string][]int{"r": {4, 1}, "f": {3, 2}}, presenter.Sizes(g.State().Preview)); diff != "" {
		t.Errorf("customers by score (-want +got):\n%s", diff)
	}
	g.Run("Named")
	r.Queue.Until(t, "the result", func() bool { return r.Session.State().Route.Page == presenter.PageResults })
	if got := r.Session.State().Route; got.Name != "Named" || got.Run != 1 {
		t.Errorf("went to %+v", got)
	}
	r.Session.Go(presenter.Route{Page: presenter.PageSegment, Method: "scores"})
	g.Run("Later")
	r.Session.Go(presenter.Route{Page: presenter.PageData})
	r.Queue.Until(t, "the word of the second result", func() bool { return len(r.Done) == 1 })
	if at := r.Session.State().Route.Page; at != presenter.PageData || r.Done[0].Args["name"] != "Later" {
		t.Errorf("on page %s, told %+v", at, r.Done)
	}
}

func TestResults_ShowsTheRunAskedForAndWhoIsBehindAMark(t *testing.T) {
	t.Parallel()
	r := presentertest.New(t, sdk.EN)
	g := r.WithResult(t)
	g.Run("Second")
	r.Queue.Until(t, "the second run", func() bool { return r.Session.State().Route.Name == "Second" })
	p := presenter.NewResults(r.Desk, r.Exec, r.Session)
	p.Load(presenter.Route{Name: "First", Run: 1})
	p.Load(presenter.Route{}) // the project changed meanwhile
	r.Queue.Until(t, "the result", func() bool { return p.State().Figure != nil })
	s := p.State()
	if s.Seg.Name != "First" || s.MethodName().EN != "Scores" || s.Kind == "" {
		t.Errorf("shows %q of %q as %q", s.Seg.Name, s.MethodName().EN, s.Kind)
	}
	route, ok := p.Behind(chart.Selection{R: 2, F: 1})
	if !ok || len(route.Rows) != 2 {
		t.Errorf("behind the cell: %+v, %v", route, ok)
	}
	if _, ok := p.Behind(chart.Selection{R: 9, F: 9}); ok {
		t.Error("somebody is behind an empty cell")
	}
	p.Rename(s.Seg.Segments[0].ID, "Giants")
	r.Queue.Until(t, "the new name", func() bool { return p.State().Seg.Segments[0].Name.EN == "Giants" })
	if got := p.State().Seg.Segments[0].Name.ZH; got != "大客户" {
		t.Errorf("the other language's name became %q", got)
	}
	p.Delete("First")
	r.Queue.Until(t, "the other result", func() bool { return p.State().Seg != nil && p.State().Seg.Name == "Second" })
}

func TestSegment_AdviceFillsTheForm(t *testing.T) {
	t.Parallel()
	r := presentertest.New(t, sdk.EN)
	r.WithOrders(t)
	g := presenter.NewSegment(r.Desk, r.Exec, r.Session)
	g.Load(presenter.Route{})
	r.Queue.Until(t, "the advice", func() bool { return g.State().HasData && !g.State().Advice.Looking })
	if a := g.State().Advice; a.Err != nil {
		t.Fatalf("no advice: %v", a.Err)
	}
	g.Follow(presenter.AdviceCard{Method: "scores", Params: map[string]string{"limit": "50"}, Features: []string{"frequency"}})
	r.Queue.Until(t, "the preview", func() bool { return g.State().Preview != nil })
	req := g.Request("x")
	if req.Method != "scores" || req.Set["limit"] != "50" || len(req.Features) != 1 || req.Features[0] != "frequency" {
		t.Errorf("the form asks for %+v", req)
	}
	g.Pick("scores")
	if req := g.Request("x"); len(req.Set) != 0 || len(req.Features) != 0 {
		t.Errorf("opened without advice it asks for %+v", req)
	}
}
