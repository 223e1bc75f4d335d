package workspace_test

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"qunxiang/core"
	"qunxiang/core/workspace"
)

// Names and telephones on rows of purchases are kept beside them: they tell the same
// customer under two codes, are shown masked, and make nobody a described customer.
func TestContactsOfPurchases(t *testing.T) {
	t.Parallel()
	ctx := t.Context()
	p := project(t)
	importText(t, p, "orders.csv", "order_id,customer_id,date,amount,consignee,mobile\n"+
		"1,ann,2026-01-01,10,Ann Lee,13912340001\n2,bob,2026-01-02,20,Bob Ray,15812340002\n3,eve,2026-01-03,30,Lee Ann,+86 139 1234 0001\n4,cy,2026-01-04,5,Cy Moe,18612340003\n")
	set, err := p.Features(ctx, core.NoDate, 0)
	if err != nil || set.Table.Column("mobile") != nil || set.Table.Column("consignee") != nil {
		t.Fatalf("contacts are features: %v", err)
	}
	d, err := p.Duplicates(ctx, core.NoProgress)
	if err != nil || len(d.Pairs) != 1 || d.Pairs[0].A != "ann" || d.Pairs[0].B != "eve" || d.Pairs[0].Band != "sure" {
		t.Fatalf("pairs: %+v, %v", d, err)
	}
	if diff := cmp.Diff([]string{"consignee", "mobile"}, d.Columns); diff != "" {
		t.Error(diff)
	}
	book, err := p.Book(ctx, d.Pairs)
	if err != nil {
		t.Fatal(err)
	}
	want := []workspace.PairField{{Name: "consignee", A: "Ann Lee", B: "Lee Ann", Masked: true, Same: true}, {Name: "mobile", A: "13912340001", B: "+86 139 1234 0001", Masked: true, Same: true}}
	if diff := cmp.Diff(want, book.View(d.Pairs[0], true).Fields); diff != "" {
		t.Errorf("side by side (-want +got):\n%s", diff)
	}
	gaps, err := p.Gaps(ctx)
	if err != nil || len(gaps) != 6 || gaps[5].Of != 4 || gaps[5].Missing != 0 {
		t.Errorf("gaps: %+v, %v", gaps, err)
	}
	if got := column(t, p, "mobile", false); !strings.HasPrefix(got["ann"], "139****") {
		t.Errorf("shown: %v", got)
	}
	if _, err := p.DecideDuplicates(ctx, workspace.PairDecision{Sure: true}, core.NoProgress); err != nil {
		t.Fatal(err)
	}
	phones := map[string]string{"ann": "13912340001", "bob": "15812340002", "cy": "18612340003"}
	if diff := cmp.Diff(phones, column(t, p, "mobile", true)); diff != "" {
		t.Errorf("after eve became ann (-want +got):\n%s", diff)
	}
	importText(t, p, "more.csv", "order_id,customer_id,date,amount,consignee,mobile\n5,bob,2026-02-01,20,Bob Ray,17712340009\n")
	phones["bob"] = "17712340009"
	if diff := cmp.Diff(phones, column(t, p, "mobile", true)); diff != "" {
		t.Errorf("after a later file (-want +got):\n%s", diff)
	}
}

// What a customer list says counts before what orders say, and orders fill its gaps.
func TestContactsBesideACustomerList(t *testing.T) {
	t.Parallel()
	p := project(t)
	importText(t, p, "orders.csv", "order_id,customer_id,date,amount,mobile\n1,ann,2026-01-01,10,13912340001\n2,bob,2026-01-02,20,15812340002\n3,cy,2026-01-04,5,18612340003\n")
	importText(t, p, "people.csv", "customer_id,mobile,city\nann,13500001111,Paris\nbob,,Lyon\ncy,17799998888,Rome\n")
	want := map[string]string{"ann": "13500001111", "bob": "15812340002", "cy": "17799998888"}
	if diff := cmp.Diff(want, column(t, p, "mobile", true)); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}

// column is a column of the customers' table by customer.
func column(t *testing.T, p *workspace.Project, name string, reveal bool) map[string]string {
	t.Helper()
	v, err := p.Customers(t.Context(), workspace.CustomerQuery{Reveal: reveal})
	if err != nil {
		t.Fatal(err)
	}
	out := map[string]string{}
	for c, col := range v.Columns {
		for i := 0; col.Name == name && i < v.Len(); i++ {
			out[v.Key(i)] = v.Cell(i, c).Text
		}
	}
	return out
}
