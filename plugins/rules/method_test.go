package rules_test

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"qunxiang/plugins/rules"
	"qunxiang/sdk"
	"qunxiang/sdk/expr"
	"qunxiang/sdk/sdktest"
	"qunxiang/sdk/table"
)

// shop is the six customers of docs/method/rules.md.
func shop() *table.Table {
	valid := table.NewBits(6)
	for i := range 5 {
		valid.Set(i)
	}
	return &table.Table{Rows: 6, Columns: []table.Column{
		{Name: "city", Kind: table.Category, Role: "columns", Codes: []uint32{0, 1, 0, 2, 1, 0}, Dict: []string{"上海", "北京", "广州"}, Valid: valid},
		{Name: "monetary", Kind: table.Float64, Role: "columns", Unit: "money", Floats: []float64{5000, 2400, 1999.5, 300, 2000, 0}},
		{Name: "recency_days", Kind: table.Int64, Role: "columns", Unit: "day", Ints: []int64{10, 200, 30, 400, 89, 90}},
	}}
}

func fit(tb testing.TB, in *table.Table, texts ...string) sdk.Response {
	tb.Helper()
	res, err := rules.New().Fit(tb.Context(), sdk.Request{Table: in, Params: sdk.Params{"rule": sdk.Texts(texts...)}, Threads: 1}, sdktest.Quiet{})
	if err != nil {
		tb.Fatal(err)
	}
	return res
}

func codes(list []sdk.Diagnostic) string {
	var out []string
	for _, d := range list {
		out = append(out, fmt.Sprintf("%s:%d", d.Code, d.Severity))
	}
	return strings.Join(out, " ")
}

func labels(res sdk.Response) string {
	var out []string
	for _, c := range res.Columns[0].Codes {
		out = append(out, res.Segments[c].Name.ZH)
	}
	return strings.Join(out, " ")
}

// The worked example of docs/method/rules.md.
func TestFit_WorkedExample(t *testing.T) {
	t.Parallel()
	res := fit(t, shop(), "重要|Key:monetary >= 2000 and recency_days < 90", "大额|Big：monetary >= 2000", "其他|Other:*")
	if got := labels(res); got != "重要 大额 其他 其他 重要 其他" {
		t.Error(got)
	}
	if res.Segments[0].Name.EN != "Key" || res.Segments[2].Description.EN == "" {
		t.Errorf("%+v", res.Segments)
	}
	if d := cmp.Diff([]int64{3, 2, 1, 1, 3, 1}, res.Columns[1].Ints); d != "" {
		t.Error(d)
	}
	// The predicate of a segment holds for its members alone.
	for i, s := range res.Segments {
		e, err := expr.FromRule(*s.Rule)
		if err != nil {
			t.Fatal(err)
		}
		rows, err := e.Rows(shop())
		if err != nil {
			t.Fatal(err)
		}
		for r, c := range res.Columns[0].Codes {
			if rows.Get(r) != (int(c) == i) {
				t.Errorf("%s: %s is wrong for row %d", s.Key, e, r)
			}
		}
	}
	if got := codes(res.Diagnostics); got != "rules_overlap:1" {
		t.Error(got)
	}
	if s := res.Diagnostics[0].Summary; !strings.Contains(s.EN, "customers: 2") || !strings.Contains(s.EN, "monetary ≥ 2000 and recency_days < 90") {
		t.Error(s.EN)
	}
	metrics := map[string]any{}
	for _, m := range res.Metrics {
		metrics[m.ID] = m.Word
		if m.Value != nil {
			metrics[m.ID] = *m.Value
		}
	}
	if d := cmp.Diff(map[string]any{"rules": 3.0, "proof": "other", "severalRules": 2.0}, metrics); d != "" {
		t.Error(d)
	}
	got := res.Tables[0].Table
	if d := cmp.Diff([]int64{2, 1, 3}, got.Column("customers").Ints); d != "" {
		t.Error(d)
	}
	if d := cmp.Diff([]int64{2, 3, 6}, got.Column("holds").Ints); d != "" {
		t.Error(d)
	}
}

func TestFit_Diagnostics(t *testing.T) {
	t.Parallel()
	for name, tt := range map[string]struct {
		rules []string
		want  string // codes with severity
		says  string // part of the first English sentence
	}{
		"total":            {[]string{"高:monetary >= 2000", "低:monetary < 2000"}, "rules_missing:1", "lacks monetary"},
		"total with not":   {[]string{"高:monetary >= 2000", "低:not monetary >= 2000"}, "", ""},
		"a gap":            {[]string{"高:monetary >= 2000", "低:monetary < 1000"}, "rules_gap:3", "“1000 ≤ monetary < 2000” (customers: 1), for example monetary = 1000"},
		"nobody in it":     {[]string{"高:monetary >= 301", "低:monetary < 300.5"}, "rules_gap:3", "(customers: 0)"},
		"missing in data":  {[]string{"沪:city = '上海'", "非沪:city in ('北京','广州')", "空:city not in ('上海','北京','广州') and city is not missing"}, "rules_gap:3 rule_empty:2", "“city is missing” (customers: 1), for example city missing"},
		"negative days":    {[]string{"近:recency_days < 90 and recency_days >= 0", "远:recency_days >= 90"}, "rules_missing:1", ""},
		"shadowed":         {[]string{"高:monetary >= 1000", "更高:monetary >= 2000", "其他"}, "rule_shadowed:2 rules_overlap:1", ""},
		"never":            {[]string{"怪:monetary > 2 and monetary < 1", "其他:其他"}, "rule_never:2", ""},
		"empty":            {[]string{"巨:monetary > 1e9", "其他:"}, "rule_empty:2", ""},
		"after the rest":   {[]string{"其他:*", "高:monetary > 1"}, "rule_shadowed:2 rules_overlap:1", ""},
		"none":             {nil, "rules_none:3", ""},
		"blank":            {[]string{" "}, "rules_none:3", ""},
		"no colon":         {[]string{"monetary > 1"}, "rule_syntax:3", "NAME:CONDITION"},
		"no name":          {[]string{":monetary > 1"}, "rule_syntax:3", "NAME:CONDITION"},
		"cut off":          {[]string{"高:monetary >"}, "rule_syntax:3", "Rule 1: The condition ends too early (character 13)"},
		"unknown column":   {[]string{"高:monetery > 1", "其他"}, "rule_column:3", "the nearest are: monetary"},
		"text with number": {[]string{"其他", "高:monetary > '很多'"}, "rule_column:3", "Rule 2"},
		"control sign":     {[]string{"高\x01:monetary > 1"}, "rule_syntax:3", "cannot be seen"},
		"long name":        {[]string{strings.Repeat("长", 200) + ":monetary > 1"}, "rule_syntax:3", "too long"},
		"one name twice":   {[]string{"沪:city='上海'", "高:monetary>2000", "沪:true"}, "rules_overlap:1", ""},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			res := fit(t, shop(), tt.rules...)
			if len(res.Columns) > 0 { // what was said before there were rows
				v, err := rules.New().Validate(t.Context(), sdk.ValidateRequest{Params: sdk.Params{"rule": sdk.Texts(tt.rules...)}, Columns: sdk.Schema(shop())})
				if err != nil {
					t.Fatal(err)
				}
				res.Diagnostics = append(v.Diagnostics, res.Diagnostics...)
			}
			if got := codes(res.Diagnostics); got != tt.want {
				t.Errorf("got %q, want %q: %+v", got, tt.want, res.Diagnostics)
			}
			for _, d := range res.Diagnostics {
				if d.Summary.ZH == "" || strings.ContainsAny(d.Summary.ZH+d.Summary.EN, "{}") {
					t.Errorf("%+v", d.Summary)
				}
			}
			if len(res.Diagnostics) > 0 && !strings.Contains(res.Diagnostics[0].Summary.EN, tt.says) {
				t.Error(res.Diagnostics[0].Summary.EN)
			}
		})
	}
	if res := fit(t, shop(), "沪:city='上海'", "高:monetary>2000", "沪:true"); len(res.Segments) != 2 || labels(res) != "沪 高 沪 沪 沪 沪" {
		t.Error(labels(res))
	}
}

// Before the rows are there a gap is a warning: the run itself counts and refuses.
func TestValidate(t *testing.T) {
	t.Parallel()
	res, err := rules.New().Validate(t.Context(), sdk.ValidateRequest{
		Params:  sdk.Params{"rule": sdk.Texts("高:monetary >= 2000", "低:monetary < 1000")},
		Columns: []sdk.ColumnSchema{{Name: "monetary", Kind: table.Float64, Role: "columns"}},
	})
	if err != nil || codes(res.Diagnostics) != "rules_gap:2" {
		t.Error(err, res.Diagnostics)
	}
}

func TestContract(t *testing.T) {
	t.Parallel()
	in := &table.Table{Rows: 300, Columns: []table.Column{
		{Name: "monetary", Kind: table.Float64, Role: "columns"},
		{Name: "orders", Kind: table.Int64, Role: "columns"},
		{Name: "city", Kind: table.Category, Role: "columns", Dict: []string{"上海", "北京"}},
	}}
	for i := range in.Rows {
		in.Columns[0].Floats = append(in.Columns[0].Floats, float64(i*37%1000)+0.5)
		in.Columns[1].Ints = append(in.Columns[1].Ints, int64(i%7))
		in.Columns[2].Codes = append(in.Columns[2].Codes, uint32(i%2))
	}
	sdktest.Run(t, rules.New(), sdktest.Case{
		Name: "three rules", Table: in,
		Params: sdk.Params{"rule": sdk.Texts("高:monetary >= 500", "沪:city = '上海' and orders > 3", "其他:*")},
	})
}

// Every customer has exactly one segment, that of the first rule that holds.
func TestFit_FirstWins(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		n := rapid.IntRange(1, 40).Draw(t, "rows")
		in := &table.Table{Rows: n, Columns: []table.Column{{Name: "x", Kind: table.Int64, Role: "columns"}}}
		for range n {
			in.Columns[0].Ints = append(in.Columns[0].Ints, int64(rapid.IntRange(-5, 5).Draw(t, "x")))
		}
		var texts []string
		var limits []int
		for i := range rapid.IntRange(0, 5).Draw(t, "rules") {
			limit := rapid.IntRange(-6, 6).Draw(t, "limit")
			limits = append(limits, limit)
			texts = append(texts, fmt.Sprintf("r%d:x > %d", i, limit))
		}
		res, err := rules.New().Fit(context.Background(), sdk.Request{Table: in, Params: sdk.Params{"rule": sdk.Texts(append(texts, "other")...)}, Threads: 1}, sdktest.Quiet{})
		if err != nil {
			t.Fatal(err)
		}
		for r, x := range in.Columns[0].Ints {
			want := len(limits)
			for i := len(limits) - 1; i >= 0; i-- {
				if x > int64(limits[i]) {
					want = i
				}
			}
			if got := res.Columns[0].Codes[r]; int(got) != want {
				t.Fatalf("x=%d: segment %d, want %d", x, got, want)
			}
		}
	})
}

// However long names, texts and lists are, the answer is one that a host accepts.
func TestFit_LongTexts(t *testing.T) {
	t.Parallel()
	in := &table.Table{Rows: 2}
	var all []string
	for i := range 40 {
		name := fmt.Sprintf("列%d %s", i, strings.Repeat("很长", 100))
		in.Columns = append(in.Columns, table.Column{Name: name, Kind: table.Category, Role: "columns", Codes: []uint32{0, 0}, Dict: []string{"x"}})
		all = append(all, "`"+name+"` = '"+strings.Repeat("长", 2000)+"'")
	}
	for name, texts := range map[string][]string{
		"a gap": {all[0]}, "two": {all[0], all[1], "other"}, "many": {strings.Join(all[:8], " and "), "other"}, "or": {strings.Join(all[:8], " or ")},
		"a column that is not there": {"`" + strings.Repeat("无", 500) + "` = 1"},
	} {
		for i := range texts {
			texts[i] = fmt.Sprintf("r%d:%s", i, texts[i])
		}
		res := fit(t, in, texts...)
		for _, d := range res.Diagnostics {
			if len([]rune(d.Summary.ZH)) > 4096 || len([]rune(d.Summary.EN)) > 4096 || len([]rune(d.Column)) > 256 {
				t.Errorf("%s: %d characters", name, len([]rune(d.Summary.ZH)))
			}
		}
		for _, s := range res.Segments {
			if s.Rule != nil && strings.Contains(fmt.Sprint(*s.Rule), strings.Repeat("长", 2000)) {
				t.Errorf("%s: the predicate has a text that no host takes", name)
			}
		}
	}
}

func TestFit_Cancelled(t *testing.T) {
	t.Parallel()
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	_, err := rules.New().Fit(ctx, sdk.Request{Table: shop(), Params: sdk.Params{"rule": sdk.Texts("其他:*")}}, sdktest.Quiet{})
	if !errors.Is(err, context.Canceled) {
		t.Error(err)
	}
}
