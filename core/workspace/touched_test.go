package workspace_test

import (
	"context"
	"errors"
	"strconv"
	"testing"

	"github.com/google/go-cmp/cmp"

	"qunxiang/core"
	"qunxiang/core/clean"
	"qunxiang/core/workspace"
)

// who lists the customers of rows, and what becomes of them.
func who(rows []clean.Example) []string {
	out := []string{}
	for _, x := range rows {
		out = append(out, x.Customer+" "+x.Order+" "+x.Before+">"+x.After)
	}
	return out
}

func TestTouchedRowsOfASteps(t *testing.T) {
	t.Parallel()
	ctx := t.Context()
	p := project(t)
	importText(t, p, "orders.csv", dirty)
	importText(t, p, "people.csv", "customer_id,age,city\nann,20,Paris\nbob,999,paris\neve,,Lyon\n")
	high, most := 100.0, 120.0
	for name, c := range map[string]struct {
		step clean.Step
		want []string
	}{
		"customers": {clean.Step{Kind: clean.DropCustomers, Args: clean.Args{Customers: []string{"ann"}}}, []string{"ann 1 >", "ann 3 >"}},
		"cap":       {clean.Step{Kind: clean.Outliers, Args: clean.Args{How: "cap", High: &high}}, []string{"ann 1 150>100", "eve 4 500>100"}},
		"limit":     {clean.Step{Kind: clean.LimitColumn, Args: clean.Args{Column: "age", High: &most}}, []string{"bob  999>"}},
		"unify":     {clean.Step{Kind: clean.Unify, Args: clean.Args{Column: "city", Groups: []clean.Group{{To: "Paris", From: []string{"paris"}}}}}, []string{"bob  paris>Paris"}},
		"merge":     {clean.Step{Kind: clean.Merge, Args: clean.Args{Groups: []clean.Group{{To: "ann", From: []string{"bob"}}}}}, []string{"ann  bob>ann"}},
		"nothing":   {clean.Step{Kind: clean.DropOrders, Args: clean.Args{Orders: []string{"77"}}}, []string{}},
	} {
		got, err := p.Touched(ctx, c.step, 10)
		if err != nil || got.Total != len(c.want) {
			t.Errorf("%s: %+v, %v", name, got, err)
		}
		if diff := cmp.Diff(c.want, who(got.Rows)); diff != "" {
			t.Errorf("%s (-want +got):\n%s", name, diff)
		}
	}
	added, _, err := p.AddStep(ctx, clean.Step{Kind: clean.DropCustomers, Args: clean.Args{Customers: []string{"ann"}}})
	if err != nil {
		t.Fatal(err)
	}
	if got, err := p.Touched(ctx, added, 1); err != nil || got.Total != 2 || len(got.Rows) != 1 {
		t.Errorf("of a step of the project: %+v, %v", got, err)
	}
	gone, cancel := context.WithCancel(ctx)
	cancel()
	if _, err := p.Touched(gone, added, 1); !errors.Is(err, context.Canceled) {
		t.Errorf("cancelled: %v", err)
	}
}

func TestGapsOfColumns(t *testing.T) {
	t.Parallel()
	p := project(t)
	importText(t, p, "orders.csv", "customer_id,order_date,amount,order_no\nann,2024-01-05,150.00,1\nbob,2024-02-01,20.50,\n,2024-02-01,20.50,3\n")
	importText(t, p, "people.csv", "customer_id,age,city\nann,20,Paris\nbob,,\neve,,Lyon\n")
	gaps, err := p.Gaps(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	got := map[string][2]int{}
	for _, g := range gaps {
		if g.Known {
			got[g.Column+string(rune('0'+g.Source))] = [2]int{g.Missing, g.Of}
		}
	}
	want := map[string][2]int{
		"customer_id1": {1, 3}, "order_date1": {0, 3}, "amount1": {0, 3}, "order_no1": {1, 2},
		"customer_id2": {0, 3}, "age2": {2, 3}, "city2": {1, 3},
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("gaps (-want +got):\n%s", diff)
	}
}

// Of several files of purchases, it is said that they are counted together; rows that were
// left out are counted in their own file.
func TestGapsOfSeveralFilesAreSaidToBe(t *testing.T) {
	t.Parallel()
	p := project(t)
	importText(t, p, "january.csv", "customer_id,order_date,amount,order_no\nann,2024-01-05,150.00,1\nbob,2024-01-06,20.50,\n,2024-01-07,20.50,3\n")
	importText(t, p, "february.csv", "customer_id,order_date,amount,order_no\nann,2024-02-05,15.00,4\nbob,2024-02-06,2.50,5\n")
	gaps, err := p.Gaps(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	want := map[string]workspace.Gap{
		"customer_id1": {Missing: 1, Of: 3, Files: 1}, "customer_id2": {Of: 2, Files: 1},
		"order_no1": {Missing: 1, Of: 4, Files: 2}, "order_no2": {Missing: 1, Of: 4, Files: 2},
	}
	for _, g := range gaps {
		name := g.Column + strconv.Itoa(g.Source)
		w, asked := want[name]
		delete(want, name)
		if asked && (g.Missing != w.Missing || g.Of != w.Of || g.Files != w.Files) {
			t.Errorf("%s: %+v, not %+v", name, g, w)
		}
	}
	if len(want) > 0 {
		t.Errorf("nothing is said of %v", want)
	}
}

func TestPairsSideBySide(t *testing.T) {
	t.Parallel()
	p := project(t)
	importText(t, p, "orders.csv", "customer_id,order_date,amount,order_no\na1,2024-01-05,150.00,1\na1,2024-03-05,1.00,2\na2,2024-02-01,20.50,3\n")
	importText(t, p, "people.csv", "customer_id,name,phone,city\na1,张伟民,13910203047,Paris\na2,张伟民,13910203047,Lyon\na3,李秀英,13755203941,Lyon\n")
	d, err := p.Duplicates(t.Context(), core.NoProgress)
	if err != nil || len(d.Pairs) != 1 {
		t.Fatal(d, err)
	}
	book, err := p.Book(t.Context(), d.Pairs)
	if err != nil {
		t.Fatal(err)
	}
	v := book.View(d.Pairs[0], false)
	if v.A != "a1" || v.B != "a2" || v.BuyA.Orders != 2 || v.BuyA.Amount != 151 || v.BuyB.Rows != 1 || v.BuyA.Last.String() != "2024-03-05" {
		t.Errorf("%+v", v)
	}
	for _, f := range v.Fields {
		want := map[string]bool{"name": true, "phone": true, "city": false}[f.Name]
		if f.Same != want || f.Differ == want || f.Masked != want || want && f.A == book.View(d.Pairs[0], true).Fields[0].A {
			t.Errorf("%+v", f)
		}
	}
}
