package advise_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"qunxiang/core"
	"qunxiang/core/advise"
	"qunxiang/core/feature"
	"qunxiang/sdk/table"
)

var everything = []string{"rfm", "kmeans", "mixed", "dtree", "lifecycle", "value", "hclust", "tiers", "basket", "rules"}

func methods(given []advise.Advice) []string {
	var out []string
	for _, a := range given {
		out = append(out, a.Method)
	}
	return out
}

// shop has n customers with orders over the days.
func shop(n, days int, once float64) *feature.Set {
	f, m, ten, rec := make([]int64, n), make([]float64, n), make([]int64, n), make([]int64, n)
	for i := range n {
		f[i], m[i], ten[i], rec[i] = 4, float64(10+i*i), int64(days), int64(i%days)
		if float64(i) < once*float64(n) {
			f[i] = 1
		}
	}
	return &feature.Set{AsOf: core.YMD(2024, 1, 1), Table: &table.Table{Rows: n, Columns: []table.Column{
		{Name: feature.Recency, Kind: table.Int64, Ints: rec},
		{Name: feature.Frequency, Kind: table.Int64, Ints: f},
		{Name: feature.Monetary, Kind: table.Float64, Floats: m},
		{Name: feature.Tenure, Kind: table.Int64, Ints: ten},
	}}}
}

// people has n customers with attributes.
func people(n int) *feature.Set {
	id, age, income, city, churn := make([]float64, n), make([]float64, n), make([]float64, n), make([]uint32, n), make([]uint32, n)
	for i := range n {
		id[i], age[i], income[i], city[i], churn[i] = float64(1000+i), float64(20+i%50), float64(i*i%997), uint32(i%3), uint32(i%2)
	}
	return &feature.Set{AsOf: core.NoDate, Table: &table.Table{Rows: n, Columns: []table.Column{
		{Name: "会员 id", Kind: table.Float64, Floats: id},
		{Name: "age", Kind: table.Float64, Floats: age},
		{Name: "income", Kind: table.Float64, Floats: income},
		{Name: "city", Kind: table.Category, Codes: city, Dict: []string{"a", "b", "c"}},
		{Name: "churn", Kind: table.Category, Codes: churn, Dict: []string{"no", "yes"}},
		{Name: "same", Kind: table.Float64, Floats: make([]float64, n)},
	}}}
}

func TestTransactionsOnly(t *testing.T) {
	t.Parallel()
	f := advise.Collect(shop(500, 400, 0.7), []core.Source{{Report: core.ImportReport{Detected: core.Detected{Mapping: map[core.Role]string{core.RoleProduct: "sku"}}}}}, everything)
	given := advise.Give(f, advise.Trials{Numbers: advise.Sweep{K: 4, Silhouette: 0.61, Structure: "clear", Customers: 500}})
	if got := methods(given); !slices.Equal(got, []string{"rfm", "kmeans", "value", "lifecycle", "hclust", "tiers", "basket"}) {
		t.Errorf("%v", got)
	}
	if p := given[0].Params; p["binning"] != "custom" || p["cuts_f"] != "2,3,5,10" {
		t.Errorf("70 %% one-time buyers, and rfm with %v", p)
	}
	if given[1].Params["k"] != "4" || !slices.Equal(given[1].Features, []string{feature.Recency, feature.Frequency, feature.Monetary}) {
		t.Errorf("%+v", given[1])
	}
}

func TestAttributesOnly(t *testing.T) {
	t.Parallel()
	f := advise.Collect(people(500), nil, everything)
	if !slices.Equal(f.LeftOut, []string{"会员 id", "churn", "same"}) {
		t.Errorf("left out %v", f.LeftOut)
	}
	given := advise.Give(f, advise.Trials{Numbers: advise.Sweep{K: 2, Silhouette: 0.1, Structure: "none", Customers: 500}})
	if got := methods(given); !slices.Equal(got, []string{"dtree", "mixed", "kmeans", "hclust"}) {
		t.Errorf("%v", got)
	}
	if given[0].Params["target"] != "churn" || !slices.Equal(given[1].Features, []string{"age", "income", "city"}) {
		t.Errorf("%+v", given[:2])
	}
	if slices.Contains(given[2].Features, "会员 id") || given[2].Params["k"] != "" {
		t.Errorf("%+v", given[2])
	}
	for _, a := range given[2:] { // a dendrogram can be cut where there is nothing, too
		if a.Score > 0.3 || a.Reasons[len(a.Reasons)-1].Rule != "kmeans_no_structure" {
			t.Errorf("%+v", a)
		}
	}
}

func TestThirtyCustomersAreEnoughAndFewerAreTold(t *testing.T) {
	t.Parallel()
	given := advise.Give(advise.Collect(shop(30, 400, 0), nil, everything), advise.Trials{})
	if given[0].Method != "rfm" || given[0].Score < 0.5 || given[0].Params["map"] != "eight" {
		t.Errorf("%+v", given[0])
	}
	given = advise.Give(advise.Collect(shop(29, 400, 0), nil, everything), advise.Trials{})
	if given[0].Method != "rules" {
		t.Errorf("%v", methods(given))
	}
	for _, a := range given[1:] {
		if a.Score > 0.2 || a.Reasons[len(a.Reasons)-1].Rule != "few_customers" {
			t.Errorf("%+v", a)
		}
	}
}

func TestOnlyWhatIsInstalledIsAdvisedAndEveryReasonHasItsRule(t *testing.T) {
	t.Parallel()
	for n, set := range map[string]*feature.Set{"orders": shop(200, 900, 0.2), "people": people(200)} {
		given := advise.Give(advise.Collect(set, nil, []string{"rfm", "kmeans"}), advise.Trials{})
		for _, a := range given {
			if a.Method != "rfm" && a.Method != "kmeans" {
				t.Errorf("%s: %s is not there", n, a.Method)
			}
			for _, r := range a.Reasons {
				if r.Rule == "" || r.Message().Key != "advise."+r.Rule {
					t.Errorf("%s: %+v", n, r)
				}
			}
			if len(a.Reasons) == 0 || a.Score <= 0 || a.Score > 1 {
				t.Errorf("%s: %s", n, fmt.Sprint(a))
			}
		}
	}
	if got := advise.Give(advise.Collect(&feature.Set{Table: &table.Table{}}, nil, everything), advise.Trials{}); len(got) != 1 || got[0].Method != "rules" {
		t.Errorf("nothing there: %v", methods(got))
	}
}

// What is advised can be run as it stands: rules by hand come with two to begin with.
func TestRulesByHandHaveABeginning(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		values  []float64
		want    string
		reached int
	}{
		"money":    {[]float64{5, 12.5, 40, 366.6, 380, 90, 7, 8, 9, 10}, "高|High:`sp``end` >= 360\n其他|Other:*", 2},
		"negative": {[]float64{-5, -44, -38.5, -90, -70}, "高|High:`sp``end` >= -5\n其他|Other:*", 1},
		"ties":     {[]float64{0, 0, 0, 0, 7.5}, "高|High:`sp``end` >= 7.5\n其他|Other:*", 1},
		"all":      {[]float64{1.5, 7, 7, 7, 7}, "高|High:`sp``end` >= 7\n其他|Other:*", 4},
		"none":     {[]float64{6.99, 7, 7, 7.5, 7.001}, "高|High:`sp``end` >= 7.5\n其他|Other:*", 1},
	} {
		set := &feature.Set{AsOf: core.NoDate, Table: &table.Table{Rows: len(c.values), Columns: []table.Column{{Name: "sp`end", Kind: table.Float64, Floats: c.values}}}}
		given := advise.Give(advise.Collect(set, nil, everything), advise.Trials{})
		if given[0].Method != "rules" || given[0].Params["rule"] != c.want {
			t.Errorf("%s: %+v", name, given[0])
		}
		if r := given[0].Reasons[len(given[0].Reasons)-1]; r.Rule != "rules_start" || r.Args["reached"] != c.reached || r.Args["count"] != len(c.values) {
			t.Errorf("%s: %+v", name, r)
		}
	}
	same := &feature.Set{AsOf: core.NoDate, Table: &table.Table{Rows: 3, Columns: []table.Column{{Name: "x", Kind: table.Float64, Floats: []float64{4, 4, 4}}}}}
	if given := advise.Give(advise.Collect(same, nil, everything), advise.Trials{}); given[0].Params["rule"] != "" {
		t.Errorf("all the same: %+v", given[0])
	}
}

// German credit data write the outcome "default" as 1 and 2.
func TestOutcomesMayBeAnyTwoWholeNumbers(t *testing.T) {
	t.Parallel()
	for want, values := range map[string][]float64{"default": {1, 2, 1, 1, 2}, "": {1, 2, 3, 1, 2}} {
		set := &feature.Set{AsOf: core.NoDate, Table: &table.Table{Rows: 5, Columns: []table.Column{
			{Name: "default", Kind: table.Float64, Floats: values}, {Name: "age", Kind: table.Float64, Floats: []float64{20.5, 31, 47, 55, 62}},
		}}}
		f := advise.Collect(set, nil, everything)
		if got := strings.Join(f.Outcomes, " "); got != want || !slices.Equal(f.LeftOut, []string{"default"}) || !slices.Equal(f.Numbers, []string{"age"}) {
			t.Errorf("%v: outcomes %q, left out %v, numbers %v", values, got, f.LeftOut, f.Numbers)
		}
	}
}

// The mixed method is tried as k-means is: what the trial says decides, and without one the
// advice says so.
func TestMixedIsAdvisedByItsTrial(t *testing.T) {
	t.Parallel()
	f := advise.Collect(people(500), nil, everything)
	for _, c := range []struct {
		tried advise.Sweep
		rule  string
		k     string
		score float64
	}{
		{advise.Sweep{}, "mixed_untried", "", 0.5},
		{advise.Sweep{K: 3, Silhouette: 0.21, Structure: "none", Customers: 500}, "mixed_no_structure", "", 0.3},
		{advise.Sweep{K: 3, Silhouette: 0.41, Structure: "weak", Customers: 500}, "mixed_k", "3", 0.7},
		{advise.Sweep{K: 4, Silhouette: 0.61, Structure: "clear", Customers: 500}, "mixed_k", "4", 0.8},
	} {
		given := advise.Give(f, advise.Trials{Kinds: c.tried})
		a := given[slices.Index(methods(given), "mixed")]
		if last := a.Reasons[len(a.Reasons)-1]; last.Rule != c.rule || a.Params["k"] != c.k || a.Score != c.score {
			t.Errorf("%+v: %+v", c.tried, a)
		}
	}
}
