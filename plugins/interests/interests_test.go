package interests_test

import (
	"fmt"
	"math"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"qunxiang/plugins/interests"
	"qunxiang/sdk"
	"qunxiang/sdk/sdktest"
	"qunxiang/sdk/table"
)

func TestContract(t *testing.T) {
	t.Parallel()
	sdktest.Run(t, interests.New())
}

// shop is what customers bought: a list of categories each.
type shop [][]string

func (s shop) request(params sdk.Params) sdk.Request {
	lines := &table.Table{Columns: []table.Column{
		{Name: "customer", Kind: table.Int64},
		{Name: "day", Kind: table.Int64},
		{Name: "amount", Kind: table.Float64},
		{Name: "order", Kind: table.Int64},
		{Name: "category", Kind: table.Category},
	}}
	c := lines.Columns
	for who, things := range s {
		for k, what := range things {
			lines.Rows++
			c[0].Ints, c[1].Ints, c[3].Ints = append(c[0].Ints, int64(who)), append(c[1].Ints, int64(k)), append(c[3].Ints, int64(k))
			c[2].Floats = append(c[2].Floats, float64(10*len(what)))
			at := slices.Index(c[4].Dict, what)
			if at < 0 {
				at = len(c[4].Dict)
				c[4].Dict = append(c[4].Dict, what)
			}
			c[4].Codes = append(c[4].Codes, uint32(at))
		}
	}
	return sdk.Request{
		Table: &table.Table{Rows: len(s)}, Params: params, Seed: 1, Threads: 2,
		Details: []sdk.DetailTable{{ID: sdk.DetailLines, Table: lines}},
	}
}

func run(tb testing.TB, req sdk.Request) sdk.Response {
	tb.Helper()
	res, err := interests.New().Fit(tb.Context(), req, sdktest.Quiet{})
	if err != nil {
		tb.Fatal(err)
	}
	return res
}

func has(res sdk.Response, code string) bool {
	return slices.ContainsFunc(res.Diagnostics, func(d sdk.Diagnostic) bool { return d.Code == code })
}

func word(res sdk.Response, id string) string {
	for _, m := range res.Metrics {
		if m.ID == id {
			return m.Word
		}
	}
	return ""
}

// taste draws from the categories a…h with the given chances, two decimals of 1 each.
func taste(rnd *rand.Rand, n int, chances ...int) []string {
	out := make([]string, n)
	for i := range out {
		x := rnd.IntN(100)
		for k, c := range chances {
			if x -= c; x < 0 {
				out[i] = string(rune('a' + k))
				break
			}
		}
	}
	return out
}

// Three planted tastes come back, with their names, whatever the order of customers.
func TestFindsTastes(t *testing.T) {
	t.Parallel()
	rnd := rand.New(rand.NewPCG(1, 1))
	tastes := [][]int{{40, 35, 5, 5, 5, 5, 3, 2}, {4, 4, 42, 38, 3, 3, 3, 3}, {3, 3, 4, 4, 3, 3, 48, 32}}
	var s shop
	var truth []int
	for i := range 600 {
		k := i % 3
		s = append(s, taste(rnd, 8+rnd.IntN(12), tastes[k]...))
		truth = append(truth, k)
	}
	res := run(t, s.request(nil))
	label := res.Columns[0]
	right := map[[2]int]int{}
	for i, k := range truth {
		right[[2]int{k, int(label.Codes[i])}]++
	}
	good := 0
	for k := range 3 {
		best := 0
		for l := range label.Dict {
			if label.Dict[l] != "unclear" {
				best = max(best, right[[2]int{k, l}])
			}
		}
		good += best
	}
	var names []string
	for _, g := range res.Segments {
		names = append(names, g.Name.EN)
	}
	slices.Sort(names)
	if d := cmp.Diff([]string{"Fans of a, b", "Fans of c, d", "Fans of g, h"}, names[:3]); d != "" || good < 570 || word(res, "structure") != "clear" {
		t.Errorf("%s; %d of 600 right, %s", d, good, word(res, "structure"))
	}
	if asked := run(t, s.request(sdk.Params{"k": sdk.Int(3)})); word(asked, "structure") != "clear" || has(asked, "no_structure") {
		t.Errorf("three groups asked for: %s %+v", word(asked, "structure"), asked.Diagnostics)
	}
	other := slices.Clone(s)
	slices.Reverse(other)
	back := run(t, other.request(nil))
	for i := range s {
		if x, y := label.Text(i), back.Columns[0].Text(len(s)-1-i); x != y {
			t.Fatalf("customer %d is %s, in another order %s", i, x, y)
		}
	}
}

// Customers who all draw from one taste are one group, in 19 of 20 seeds at least.
func TestNoStructure(t *testing.T) {
	t.Parallel()
	wrong := 0
	for seed := range uint64(20) {
		rnd := rand.New(rand.NewPCG(seed, 2))
		var s shop
		for range 400 {
			s = append(s, taste(rnd, 1+rnd.IntN(15), 30, 20, 15, 10, 10, 5, 5, 5))
		}
		if res := run(t, s.request(nil)); word(res, "structure") != "none" || !has(res, "no_structure") {
			wrong++
		}
		if seed > 2 {
			continue
		}
		if res := run(t, s.request(sdk.Params{"k": sdk.Int(3)})); word(res, "structure") != "none" || !has(res, "no_structure") {
			t.Errorf("seed %d, three groups asked for: %s %+v", seed, word(res, "structure"), res.Diagnostics)
		}
	}
	if wrong > 1 {
		t.Errorf("%d of 20 times a group was seen in nothing", wrong)
	}
}

// The worked example of docs/method/interests.md.
func TestWorkedExample(t *testing.T) {
	t.Parallel()
	s := shop{{"tea", "tea", "tea", "cup"}, {"cup"}, {}}
	res := run(t, s.request(nil))
	// ln(1+3)/ln 2 = 2 of tea, 1 + 1 of cups: shares 1/2 and 1/2.
	near := func(what string, got, want float64) {
		if math.Abs(got-want) > 1e-12 {
			t.Errorf("%s: %g, want %g", what, got, want)
		}
	}
	near("index of tea", res.Columns[3].Floats[0], 100*(2+1.5)/(3+3)/0.5)
	near("index of cups", res.Columns[3].Floats[1], 100*(1+1.5)/(1+3)/0.5)
	if !res.Columns[2].Missing(2) || res.Columns[0].Text(2) != "unclear" || !has(res, "few_customers") || !has(res, "no_theme") {
		t.Errorf("%+v", res.Diagnostics)
	}
	ll := math.Log(0.5) * 4
	for _, m := range res.Metrics {
		if m.ID == "logLikelihood" {
			near("log-likelihood", *m.Value, ll)
		}
		if m.ID == "bic" {
			near("BIC", *m.Value, -2*ll+math.Log(2))
		}
	}
}

// A list of themes merges names, in both kinds of punctuation, and reads comments.
func TestThemes(t *testing.T) {
	t.Parallel()
	list := sdk.TextValue("\ufeff# 我的主题\n茶：茶叶, 茶杯\n咖啡: coffee，豆\n\nMilk\n")
	var s shop
	for i := range 60 {
		s = append(s, [][]string{{"绿茶叶", "玻璃茶杯"}, {"Coffee Beans", "咖啡豆"}, {"milk 1L", "unknown"}}[i%3])
	}
	res := run(t, s.request(sdk.Params{"themes": list}))
	if d := cmp.Diff([]string{"Milk", "咖啡", "茶"}, res.Columns[2].Dict); d != "" {
		t.Error(d)
	}
	comments := &table.Table{Rows: 300, Columns: []table.Column{{Name: "customer", Kind: table.Int64}, {Name: "text", Kind: table.String}}}
	for i := range 300 {
		comments.Columns[0].Ints = append(comments.Columns[0].Ints, int64(i/5))
		comments.Columns[1].Strings = append(comments.Columns[1].Strings, []string{"茶叶很香", "The COFFEE is cold"}[i/5%2])
	}
	req := sdk.Request{Table: &table.Table{Rows: 60}, Params: sdk.Params{"themes": list, "k": sdk.Int(2)}, Threads: 1, Details: []sdk.DetailTable{{ID: sdk.DetailComments, Table: comments}}}
	res = run(t, req)
	if word(res, "from") != "comments" || res.Columns[0].Text(0) == res.Columns[0].Text(1) {
		t.Errorf("comments: %s, %+v", word(res, "from"), res.Segments)
	}
	bad := run(t, s.request(sdk.Params{"themes": sdk.TextValue("tea: a\nno colon, but a comma")}))
	if !has(bad, "bad_themes") || !strings.Contains(bad.Diagnostics[0].Summary.EN, "2") {
		t.Errorf("%+v", bad.Diagnostics)
	}
	if unmet := run(t, s.request(sdk.Params{"themes": sdk.TextValue("wine: claret")})); !has(unmet, "themes_unmet") || !strings.Contains(unmet.Diagnostics[0].Summary.EN, "claret") {
		t.Errorf("%+v", unmet.Diagnostics)
	}
}

// Comments say nothing by themselves: what is missing is the list, not the comments.
func TestCommentsNeedThemes(t *testing.T) {
	t.Parallel()
	res := run(t, shop{{"a"}, {"b"}}.request(sdk.Params{"from": sdk.TextValue("comments")}))
	if len(res.Diagnostics) != 1 || res.Diagnostics[0].Param != "themes" || !strings.HasPrefix(res.Diagnostics[0].Summary.EN, "Comments need") {
		t.Errorf("%+v", res.Diagnostics)
	}
}

func TestHostile(t *testing.T) {
	t.Parallel()
	none := shop{{}, {}}.request(nil)
	bare := none
	bare.Details = nil
	var many, same shop
	for i := range 3000 {
		many = append(many, []string{fmt.Sprint("品 类 ", i), fmt.Sprint("品 类 ", i*7%3000)})
		same = append(same, []string{"one"})
	}
	for name, c := range map[string]struct {
		req  sdk.Request
		code string
	}{
		"nothing bought": {none, "no_interests"}, "no transactions": {bare, "no_interests"},
		"one customer": {shop{{"a"}}.request(nil), "few_customers"}, "all alike": {same.request(nil), "no_structure"},
		"thousands of categories": {many.request(nil), "rare_themes"},
		"more groups than tastes": {same.request(sdk.Params{"k": sdk.Int(9)}), "k_too_large"},
	} {
		res := run(t, c.req)
		if c.code != "" && !has(res, c.code) {
			t.Errorf("%s: %+v", name, res.Diagnostics)
		}
	}
}
