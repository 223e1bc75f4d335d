package rfm_test

import (
	"slices"
	"strings"
	"testing"

	"qunxiang/sdk"
	"qunxiang/sdk/expr"
	"qunxiang/sdk/table"
)

// Every segment's rule picks exactly its customers, whatever the binning and the map; the
// rules read as people would say it.
func TestMethod_Rules(t *testing.T) {
	t.Parallel()
	settings := everyBinning()
	settings["fixed"] = sdk.Params{
		"map": sdk.TextValue("eight"), "compare": sdk.TextValue("fixed"),
		"compare_r": sdk.Real(30.5), "compare_f": sdk.Real(2), "compare_m": sdk.Real(100),
	}
	settings["own map"] = sdk.Params{
		"map":      sdk.TextValue("custom"),
		"map_file": sdk.TextValue("best,最好,Best,[45][35][245]\nsome,一些,Some,1.. [23][23][23]\nother,其他,Other,*"),
	}
	for name, p := range settings {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			shop := shop(3000, 5)
			in := shop.table()
			res := fit(t, in, p)
			seen := &table.Table{Rows: in.Rows, Columns: append(append([]table.Column{}, in.Columns...), res.Columns[1:4]...)}
			for s, g := range res.Segments {
				if g.Rule == nil { // no score of so few leads there
					if slices.Contains(res.Columns[0].Codes, uint32(s)) {
						t.Fatalf("%s has customers and no rule", g.Key)
					}
					continue
				}
				e, err := expr.FromRule(*g.Rule)
				if err != nil {
					t.Fatal(g.Key, err)
				}
				rows, err := e.Rows(seen)
				if err != nil {
					t.Fatal(g.Key, err)
				}
				for i, c := range res.Columns[0].Codes {
					if rows.Get(i) != (int(c) == s) {
						t.Fatalf("%s: customer %d is in %s, rule %s", g.Key, i, res.Segments[c].Key, e)
					}
				}
			}
		})
	}
	res := fit(t, shopTable(), nil)
	for key, want := range map[string]string{"champions": "r = 5 and f >= 4", "loyal": "r >= 3 and r <= 4 and f >= 4", "hibernating": "r = 2 and f <= 2 or r = 1 and f = 2"} {
		for _, g := range res.Segments {
			if g.Key != key {
				continue
			}
			if e, err := expr.FromRule(*g.Rule); err != nil || strings.NewReplacer("(", "", ")", "").Replace(e.String()) != want {
				t.Errorf("%s: %v %v, want %s", key, e, err, want)
			}
		}
	}
}

func shopTable() *table.Table {
	c := shop(500, 2)
	return c.table()
}
