package chart_test

import (
	"fmt"
	"image"
	"math"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"qunxiang/core"
	"qunxiang/core/chart"
	"qunxiang/sdk"
	"qunxiang/sdk/table"
)

// TestPlaneIsPrincipalComponents compares with R 4.2.2:
// p <- prcomp(USArrests, scale. = TRUE); summary(p)$importance[2, 1:2] = 0.62006 0.24744
// abs(p$rotation["Assault", "PC1"]) = 0.5831836 (no column is skewed above 1).
func TestPlaneIsPrincipalComponents(t *testing.T) {
	t.Parallel()
	columns := arrests(t)
	share, axis := chart.Plane([]string{"Murder", "Assault", "UrbanPop", "Rape"}, columns)
	for i, want := range []float64{0.6200604, 0.2474413} {
		if math.Abs(share[i]-want) > 5e-7 {
			t.Errorf("axis %d has %.7f of the variance, R gives %.7f", i+1, share[i], want)
		}
	}
	if math.Abs(axis[1]-0.5831836) > 5e-7 {
		t.Errorf("assault weighs %.7f on the first axis, R gives 0.5831836", axis[1])
	}
}

func TestDendrogramCuts(t *testing.T) {
	t.Parallel()
	in := hierarchy(sdk.EN, false)
	d, ok := chart.ReadDendrogram(in.Seg)
	if !ok {
		t.Fatal("no tree")
	}
	colours := map[int]int{}
	for k := 1; k <= d.Most(); k++ {
		groups := d.Cut(d.Height(k))
		if len(groups) != k {
			t.Errorf("the cut for %d groups gives %d", k, len(groups))
		}
		total, seen := 0, map[int]bool{}
		for _, g := range groups {
			total += g.Size
			if seen[g.Colour] {
				t.Errorf("%d groups: two have colour %d", k, g.Colour)
			}
			seen[g.Colour] = true
		}
		if total != 4338 {
			t.Errorf("%d groups hold %d of 4338 customers", k, total)
		}
		if k == 4 {
			for _, g := range groups {
				if g.Segment < 0 || in.Seg.Segments[g.Segment].Size != g.Size || g.Colour != g.Segment+1 {
					t.Errorf("at the result's own cut a group is not its segment: %+v", g)
				}
				colours[g.Colour]++
			}
		}
	}
	if len(colours) != 4 {
		t.Errorf("colours of the segments: %v", colours)
	}
	low, high := d.Range()
	if len(d.Cut(low-1)) != d.Most() || len(d.Cut(high)) != 1 || d.Own() != d.Height(4) {
		t.Error("the limits of the cut are wrong")
	}
}

// TestBrokenMerges reads tables that are no tree.
func TestBrokenMerges(t *testing.T) {
	t.Parallel()
	for name, spoil := range map[string]func(left, right []int64){
		"a node joined twice":   func(left, _ []int64) { left[40] = left[39] },
		"a node with itself":    func(left, right []int64) { left[3] = right[3] },
		"a node to come":        func(_, right []int64) { right[3] = 100 },
		"a node below the tree": func(left, _ []int64) { left[0] = -1 },
	} {
		in := hierarchy(sdk.EN, false)
		for i := range in.Seg.Tables {
			if tb := &in.Seg.Tables[i]; tb.ID == "merges" {
				spoil(tb.Table.Columns[0].Ints, tb.Table.Columns[1].Ints)
			}
		}
		if _, ok := chart.ReadDendrogram(in.Seg); ok {
			t.Errorf("%s: passes for a tree", name)
		}
	}
}

// TestAgreementLeadsToEveryCustomer asks the cells of two results side by side for their
// customers: each is behind one of them.
func TestAgreementLeadsToEveryCustomer(t *testing.T) {
	t.Parallel()
	f, err := chart.New(chart.KindAgreement, evidence(sdk.EN, false), chart.Options{})
	if err != nil {
		t.Fatal(err)
	}
	fr, err := f.Render(900, 600, 1)
	if err != nil {
		t.Fatal(err)
	}
	seen, rows := map[image.Rectangle]bool{}, 0
	for y := 0; y < 600; y += 3 {
		for x := 0; x < 900; x += 3 {
			if h, ok := fr.Hits.At(float64(x), float64(y)); ok && !seen[h.Box] {
				seen[h.Box] = true
				rows += len(h.Select.Rows)
			}
		}
	}
	if len(seen) != 4*11 || rows != 4338 {
		t.Errorf("%d cells with %d of 4338 customers", len(seen), rows)
	}
}

// TestCrosstabsAreOrderedByAssociation: city goes with the groups, the coin does not.
func TestCrosstabsAreOrderedByAssociation(t *testing.T) {
	t.Parallel()
	in := clusters(60, sdk.EN, false)
	text := func(name string, v ...string) table.Column {
		return table.Column{Name: name, Kind: table.String, Strings: v}
	}
	in.Seg.Tables = []sdk.DataTable{{ID: "crosstab", Table: &table.Table{Rows: 8, Columns: []table.Column{
		text("feature", "coin", "coin", "coin", "coin", "city", "city", "city", "city"),
		text("level", "head", "head", "tail", "tail", "north", "north", "south", "south"),
		text("group", "c1", "c2", "c1", "c2", "c1", "c2", "c1", "c2"),
		{Name: "n", Kind: table.Int64, Ints: []int64{10, 10, 10, 10, 19, 1, 1, 19}},
	}}}}
	if diff := cmp.Diff([]string{"city", "coin"}, chart.CrosstabFeatures(in.Seg)); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
	if _, err := chart.New(chart.KindCrosstab, in, chart.Options{X: "moon"}); core.CodeOf(err) != "chart_column" {
		t.Errorf("a column that is not there: %v", err)
	}
}

// TestInterestsOfManyThemesKeepTheirNames: of more themes than can be named beside each
// other, those are drawn that tell the groups apart, with their names.
func TestInterestsOfManyThemesKeepTheirNames(t *testing.T) {
	t.Parallel()
	in := clusters(60, sdk.EN, false)
	const themes = 50
	var segments, names []string
	var index, share []float64
	for _, s := range []string{"c1", "c2"} {
		for k := range themes {
			segments, names = append(segments, s), append(names, fmt.Sprintf("theme %02d", k))
			x := 100 + float64(k%3)
			if k%10 == 7 { // five that tell, the others are as everywhere
				x = map[string]float64{"c1": 300, "c2": 40}[s]
			}
			index, share = append(index, x), append(share, 0.02*x/100)
		}
	}
	in.Seg.Tables = []sdk.DataTable{{ID: "interests", Table: &table.Table{Rows: len(index), Columns: []table.Column{
		{Name: "segment", Kind: table.String, Strings: segments},
		{Name: "theme", Kind: table.String, Strings: names},
		{Name: "index", Kind: table.Float64, Floats: index},
		{Name: "share", Kind: table.Float64, Floats: share},
	}}}}
	f, err := chart.New(chart.KindInterests, in, chart.Options{})
	if err != nil {
		t.Fatal(err)
	}
	texts, _ := chart.Texts(f, 560, 500)
	var shown []string
	for _, s := range texts {
		if strings.HasPrefix(s, "theme ") {
			shown = append(shown, s)
		}
	}
	if len(shown) != 24 || !slices.IsSorted(shown) {
		t.Errorf("%d themes are named: %v", len(shown), shown)
	}
	for _, s := range []string{"theme 07", "theme 17", "theme 27", "theme 37", "theme 47"} {
		if !slices.Contains(shown, s) {
			t.Errorf("%q is not among %v", s, shown)
		}
	}
}
