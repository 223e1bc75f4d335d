package core_test

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	"qunxiang/core"
	"qunxiang/sdk"
	"qunxiang/sdk/table"
)

func TestInCurrency_PutsTheSignIntoSentencesAndLeavesTheResultAsItIs(t *testing.T) {
	t.Parallel()
	said := sdk.Text{ZH: "消费金额平均 ¤352（全体 -¤1,062.50）", EN: "¤352 spent on average (all customers: -¤1,062.50)"}
	s := &core.Segmentation{
		Segments:    []core.Segment{{Name: sdk.Text{ZH: "消费金额 ≥ ¤48.23", EN: "money spent ≥ ¤48.23"}, Description: said}},
		Diagnostics: []sdk.Diagnostic{{Summary: said, Detail: sdk.Text{ZH: "“¤ 店”没有订单", EN: "“¤ shop” has no orders"}}},
		Tables: []sdk.DataTable{{ID: "none"}, {ID: "rules", Table: &table.Table{Rows: 2, Columns: []table.Column{
			{Name: "rule_en", Kind: table.String, Strings: []string{"money spent < ¤48.23", "orders ≥ 3"}},
			{Name: "n", Kind: table.Int64, Ints: []int64{1, 2}},
		}}}},
	}
	got := s.InCurrency("GBP")
	if want := (sdk.Text{ZH: "消费金额平均 £352（全体 -£1,062.50）", EN: "£352 spent on average (all customers: -£1,062.50)"}); got.Segments[0].Description != want || got.Diagnostics[0].Summary != want {
		t.Errorf("says %+v and %+v", got.Segments[0].Description, got.Diagnostics[0].Summary)
	}
	if n := got.Segments[0].Name.EN; n != "money spent ≥ £48.23" {
		t.Errorf("is called %q", n)
	}
	if d := got.Diagnostics[0].Detail; d != s.Diagnostics[0].Detail {
		t.Errorf("a shop of that name is called %q", d.EN)
	}
	if diff := cmp.Diff([]string{"money spent < £48.23", "orders ≥ 3"}, got.Tables[1].Table.Columns[0].Strings); diff != "" {
		t.Error(diff)
	}
	if s.Segments[0].Description != said || s.Tables[1].Table.Columns[0].Strings[0] != "money spent < ¤48.23" {
		t.Error("the result itself was changed")
	}
	if n := s.InCurrency("CHF").Segments[0].Name.EN; n != "money spent ≥ CHF 48.23" {
		t.Errorf("without a sign of its own: %q", n)
	}
	if n := s.InCurrency("").Segments[0].Name.EN; n != "money spent ≥ 48.23" {
		t.Errorf("without a currency: %q", n)
	}
}
