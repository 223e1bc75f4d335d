package chart_test

import (
	"image"
	"testing"

	"github.com/google/go-cmp/cmp"

	"qunxiang/core"
	"qunxiang/core/chart"
	"qunxiang/sdk"
	"qunxiang/sdk/table"
)

// analysis is five customers by city and by the segments of another result, with their
// cross table.
func analysis() chart.Input {
	word := func(name string, codes []uint32, dict ...string) table.Column {
		return table.Column{Name: name, Kind: table.Category, Codes: codes, Dict: dict}
	}
	s := &core.Segmentation{
		Name: "stats", AsOf: core.NoDate, Customers: []uint32{0, 1, 2, 3, 4},
		Features: []string{"segment:other", "city"}, Roles: []string{"by", "features"},
		Uses:    []core.RunUse{{As: "segment:other", Name: "other", Names: map[string]sdk.Text{"c1": {ZH: "大客户", EN: "Big"}, "c2": {ZH: "小客户", EN: "Small"}}}},
		Columns: []table.Column{word("segment:other", []uint32{0, 0, 1, 1, 1}, "c1", "c2"), word("city", []uint32{0, 1, 0, 0, 1}, "Bonn", "Oslo")},
		Tables: []sdk.DataTable{{ID: "crosstab", Table: &table.Table{Rows: 4, Columns: []table.Column{
			word("feature", []uint32{0, 0, 0, 0}, "city"), word("level", []uint32{0, 0, 1, 1}, "Bonn", "Oslo"), word("group", []uint32{0, 1, 0, 1}, "c1", "c2"),
			{Name: "n", Kind: table.Int64, Ints: []int64{1, 2, 1, 1}},
		}}}},
	}
	return chart.Input{Seg: s, Lang: sdk.EN}
}

// cells are the customers behind the cells of a cross table, by what the cells are called.
func cells(t *testing.T, in chart.Input) map[string][]int32 {
	t.Helper()
	f, err := chart.New(chart.KindCrosstab, in, chart.Options{})
	if err != nil {
		t.Fatal(err)
	}
	fr, err := f.Render(600, 400, 1)
	if err != nil {
		t.Fatal(err)
	}
	out := map[string][]int32{}
	for _, m := range fr.Hits.Marks() {
		if m.Box.Intersect(image.Rect(0, 0, 600, 400)).Empty() {
			t.Errorf("%q is off the picture", m.Lines)
		}
		out[m.Lines[0]] = m.Select.Rows
	}
	return out
}

func TestCrosstab_CellsLeadToTheirCustomers(t *testing.T) {
	t.Parallel()
	in := analysis()
	want := map[string][]int32{"Bonn × Big": {0}, "Bonn × Small": {2, 3}, "Oslo × Big": {1}, "Oslo × Small": {4}}
	if diff := cmp.Diff(want, cells(t, in)); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
	in.Seg.Tables[0].Table.Columns[3].Ints[0] = 2 // not what the columns say
	for name, rows := range cells(t, in) {
		if rows != nil {
			t.Errorf("%s leads to %v although its number is another", name, rows)
		}
	}
}

func TestClass_IsTheNameOfTheSegment(t *testing.T) {
	t.Parallel()
	s := analysis().Seg
	if n := s.Class("c1"); n.EN != "c1" {
		t.Errorf("without an outcome: %q", n.EN)
	}
	s.Roles[0] = "target"
	if n := s.Class("c1"); n.EN != "Big" || n.ZH != "大客户" {
		t.Errorf("of a segment: %+v", n)
	}
	if n := s.Class("yes"); n.EN != "yes" {
		t.Errorf("of none: %q", n.EN)
	}
}
