package clean_test

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"math/rand/v2"
	"slices"
	"strconv"
	"testing"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"qunxiang/core"
	"qunxiang/core/clean"
)

// line is a row of a small table of purchases.
type line struct {
	customer, order, product string
	day                      int // of 2024, from 0
	amount                   int64
}

func transactions(lines ...line) *core.Transactions {
	t := &core.Transactions{Customers: &core.Dict{}, Orders: &core.Dict{}, Scale: 2}
	products := &core.Dict{}
	codes := map[string]map[string]uint32{"c": {}, "o": {}, "p": {}}
	code := func(of string, d *core.Dict, s string) uint32 {
		if s == "" {
			return core.NoCode
		}
		c, ok := codes[of][s]
		if !ok {
			c = uint32(d.Len())
			codes[of][s] = c
			d.AppendString(s)
		}
		return c
	}
	var p []uint32
	for _, l := range lines {
		t.Customer = append(t.Customer, code("c", t.Customers, l.customer))
		t.Order = append(t.Order, code("o", t.Orders, l.order))
		p = append(p, code("p", products, l.product))
		t.Day = append(t.Day, core.YMD(2024, 1, 1)+core.Date(l.day))
		t.Amount = append(t.Amount, l.amount)
	}
	t.Labels = []core.Labels{{Role: "product", Dict: products, Codes: p}}
	return t
}

// rows writes transactions as sorted lines, so that neither order nor codes matter.
func rows(t *core.Transactions) []string {
	var out []string
	for i := range t.Rows() {
		s := t.Customers.At(int(t.Customer[i])) + " " + t.Day[i].String() + " " + strconv.FormatFloat(core.Money(t.Amount[i], t.Scale), 'g', -1, 64)
		if t.Order[i] != core.NoCode {
			s += " #" + t.Orders.At(int(t.Order[i]))
		}
		for _, l := range t.Labels {
			if l.Codes[i] != core.NoCode {
				s += " " + l.Dict.At(int(l.Codes[i]))
			}
		}
		out = append(out, s)
	}
	slices.Sort(out)
	return out
}

// attributes writes a table of customers as sorted lines.
func attributes(a *core.Attributes) []string {
	var out []string
	for i := range a.Customers.Len() {
		s := a.Customers.At(i)
		for _, c := range a.Columns {
			switch {
			case c.Floats != nil && (c.Valid == nil || c.Valid[i]):
				s += fmt.Sprintf(" %s=%g", c.Name, c.Floats[i])
			case c.Floats == nil && c.Codes[i] != core.NoCode:
				s += " " + c.Name + "=" + c.Dict[c.Codes[i]]
			}
		}
		out = append(out, s)
	}
	slices.Sort(out)
	return out
}

func sample() clean.Data {
	tx := transactions(
		line{"A", "1", "tea", 0, 1000}, line{"A", "1", "tea", 0, 1000}, line{"A", "1", "cup", 0, 500}, line{"A", "1", "cup", 0, 500},
		line{"B", "2", "tea", 10, 1000}, line{"B", "2", "tea", 10, 1000}, line{"B", "2", "pot", 10, 7000},
		line{"C", "3", "Tea ", 40, 2000}, line{"D", "3", "tea", 41, 2000},
		line{"test01", "4", "tea", 50, 1}, line{"E", "5", "", 400, 900_000},
	)
	keys := &core.Dict{}
	for _, k := range []string{"A", "B", "C", "test01", "Z"} {
		keys.AppendString(k)
	}
	attrs := &core.Attributes{Customers: keys, Columns: []core.AttributeColumn{
		{Name: "age", Floats: []float64{30, 999, 0, 20, 40}, Valid: []bool{true, true, false, true, true}},
		{Name: "city", Codes: []uint32{0, 1, core.NoCode, 2, 0}, Dict: []string{"上海", "上海市", "unknown"}},
	}}
	return clean.Data{Transactions: tx, Attributes: attrs}
}

func apply(t *testing.T, d clean.Data, steps ...clean.Step) (clean.Data, []clean.Effect) {
	t.Helper()
	for i := range steps {
		steps[i].ID = i + 1
	}
	out, effects, err := clean.Apply(t.Context(), d, steps)
	if err != nil {
		t.Fatal(err)
	}
	return out, effects
}

func day(n int) *core.Date {
	d := core.YMD(2024, 1, 1) + core.Date(n)
	return &d
}

func ptr(x float64) *float64 { return &x }

func TestRowSteps(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		step      clean.Step
		rows      int // that are left
		money     float64
		customers int // concerned
	}{
		"equal rows":          {clean.Step{Kind: clean.DropDuplicates}, 8, 9135.01, 2},
		"whole orders only":   {clean.Step{Kind: clean.DropDuplicates, Args: clean.Args{How: "orders"}}, 9, 9145.01, 1},
		"shared order number": {clean.Step{Kind: clean.DropDuplicates, Args: clean.Args{How: "number"}}, 10, 9140.01, 1},
		"test accounts":       {clean.Step{Kind: clean.DropTests}, 10, 9160, 1},
		"a customer":          {clean.Step{Kind: clean.DropCustomers, Args: clean.Args{Customers: []string{"E", "nobody"}}}, 10, 160.01, 1},
		"an order":            {clean.Step{Kind: clean.DropOrders, Args: clean.Args{Orders: []string{"3"}}}, 9, 9120.01, 2},
		"days":                {clean.Step{Kind: clean.KeepDates, Args: clean.Args{From: day(1), To: day(100)}}, 6, 130.01, 2},
		"cap":                 {clean.Step{Kind: clean.Outliers, Args: clean.Args{How: "cap", High: ptr(100)}}, 11, 260.01, 1},
		"drop":                {clean.Step{Kind: clean.Outliers, Args: clean.Args{How: "drop", High: ptr(100), Low: ptr(1)}}, 9, 160, 2},
		"group":               {clean.Step{Kind: clean.Outliers, Args: clean.Args{How: "group", High: ptr(100)}}, 11, 9160.01, 1},
		"unit of all":         {clean.Step{Kind: clean.Rescale, Args: clean.Args{Factor: 0.01}}, 11, 91.6001, 6},
		"unit of a period":    {clean.Step{Kind: clean.Rescale, Args: clean.Args{Factor: 0.001, From: day(300)}}, 11, 169.01, 1},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			in := sample()
			before := rows(in.Transactions)
			out, effects := apply(t, in, c.step)
			e := effects[0]
			if e.After.Rows != c.rows || e.After.Money != c.money || e.Customers != c.customers {
				t.Errorf("after: %+v, %d customers concerned, want %d rows of %v and %d", e.After, e.Customers, c.rows, c.money, c.customers)
			}
			if e.Before.Rows != 11 || e.Before.Orders != 5 || e.Before.Customers != 7 || e.Before.Money != 9160.01 {
				t.Errorf("before: %+v", e.Before)
			}
			if len(e.Examples) == 0 {
				t.Error("no example")
			}
			if diff := cmp.Diff(before, rows(in.Transactions)); diff != "" {
				t.Error("the input was changed:", diff)
			}
			if got := clean.Count(out); got != e.After {
				t.Errorf("counted anew: %+v, effect %+v", got, e.After)
			}
		})
	}
}

// Of two states of an order line the later one stays; equal rows are another matter.
func TestChangedLines(t *testing.T) {
	t.Parallel()
	d := clean.Data{Transactions: transactions(
		line{"A", "1", "tea", 0, 1000}, line{"A", "1", "tea", 2, 900}, line{"A", "1", "cup", 0, 500}, line{"A", "1", "cup", 0, 500},
		line{"B", "2", "tea", 3, 700}, line{"B", "2", "tea", 3, 600}, line{"C", "2", "tea", 3, 50}, line{"D", "", "tea", 3, 50}, line{"D", "", "tea", 4, 50},
	)}
	out, effects := apply(t, d, clean.Step{Kind: clean.DropDuplicates, Args: clean.Args{How: "changed"}})
	want := []string{"A 2024-01-01 5 #1 cup", "A 2024-01-01 5 #1 cup", "A 2024-01-03 9 #1 tea", "B 2024-01-04 6 #2 tea", "C 2024-01-04 0.5 #2 tea", "D 2024-01-04 0.5 tea", "D 2024-01-05 0.5 tea"}
	if diff := cmp.Diff(want, rows(out.Transactions)); diff != "" || effects[0].Dropped != 2 {
		t.Error(diff, effects[0])
	}
}

func TestExactMoney(t *testing.T) {
	t.Parallel()
	d := clean.Data{Transactions: transactions(line{"A", "1", "", 0, 1999}, line{"B", "2", "", 1, -50}, line{"C", "3", "", 40, 123})}
	out, _ := apply(t, d, clean.Step{Kind: clean.Rescale, Args: clean.Args{Factor: 0.01, To: day(1)}})
	want := []string{"A 2024-01-01 0.1999 #1", "B 2024-01-02 -0.005 #2", "C 2024-02-10 1.23 #3"}
	if diff := cmp.Diff(want, rows(out.Transactions)); diff != "" {
		t.Error(diff)
	}
	back, _ := apply(t, out, clean.Step{Kind: clean.Rescale, Args: clean.Args{Factor: 100, To: day(1)}})
	if diff := cmp.Diff(rows(d.Transactions), rows(back.Transactions)); diff != "" {
		t.Error(diff)
	}
	d.Transactions.Amount[0] = 1 << 61
	_, _, err := clean.Apply(t.Context(), d, []clean.Step{{ID: 1, Kind: clean.Rescale, Args: clean.Args{Factor: 10_000}}})
	if core.CodeOf(err) != "step_overflow" {
		t.Errorf("an amount that does not fit: %v", err)
	}
}

func TestRescaleAFile(t *testing.T) {
	t.Parallel()
	d := sample()
	d.Files = []clean.File{{Source: 3, Rows: 4}, {Source: 7, Rows: 7}}
	step := clean.Step{Kind: clean.Rescale, Args: clean.Args{Factor: 10, File: 3}}
	out, effects := apply(t, d, clean.Step{Kind: clean.DropTests}, step)
	if e := effects[1]; e.Rows != 4 || e.After.Money != 9160+270 {
		t.Errorf("%+v", e)
	}
	if out.Files != nil {
		t.Error("rows were dropped: which file has how many is not known any more")
	}
	d.Files = nil
	if _, effects = apply(t, d, step); effects[0].Rows != 0 || effects[0].Remark.Key != "clean.remark.no_file" {
		t.Errorf("without files: %+v", effects[0])
	}
}

func TestColumnSteps(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		step clean.Step
		want []string
		n    int
	}{
		"word of a number":   {clean.Step{Kind: clean.AsMissing, Args: clean.Args{Column: "age", Words: []string{"999"}}}, []string{"A age=30 city=上海", "B city=上海市", "C", "Z age=40 city=上海", "test01 age=20 city=unknown"}, 1},
		"word of a category": {clean.Step{Kind: clean.AsMissing, Args: clean.Args{Column: "city", Words: []string{"unknown"}}}, []string{"A age=30 city=上海", "B age=999 city=上海市", "C", "Z age=40 city=上海", "test01 age=20"}, 1},
		"limits":             {clean.Step{Kind: clean.LimitColumn, Args: clean.Args{Column: "age", Low: ptr(21), High: ptr(120)}}, []string{"A age=30 city=上海", "B city=上海市", "C", "Z age=40 city=上海", "test01 city=unknown"}, 2},
		"cap":                {clean.Step{Kind: clean.CapColumn, Args: clean.Args{Column: "age", High: ptr(100)}}, []string{"A age=30 city=上海", "B age=100 city=上海市", "C", "Z age=40 city=上海", "test01 age=20 city=unknown"}, 1},
		"cap at percentile":  {clean.Step{Kind: clean.CapColumn, Args: clean.Args{Column: "age", Percentile: 75}}, []string{"A age=30 city=上海", "B age=279.75 city=上海市", "C", "Z age=40 city=上海", "test01 age=27.5 city=unknown"}, 2},
		"median with flag":   {clean.Step{Kind: clean.FillColumn, Args: clean.Args{Column: "age", How: "median", Flag: true}}, []string{"A age=30 age_missing=0 city=上海", "B age=999 age_missing=0 city=上海市", "C age=35 age_missing=1", "Z age=40 age_missing=0 city=上海", "test01 age=20 age_missing=0 city=unknown"}, 1},
		"own category":       {clean.Step{Kind: clean.FillColumn, Args: clean.Args{Column: "city", How: "value", Value: "未知"}}, []string{"A age=30 city=上海", "B age=999 city=上海市", "C city=未知", "Z age=40 city=上海", "test01 age=20 city=unknown"}, 1},
		"spellings":          {clean.Step{Kind: clean.Unify, Args: clean.Args{Column: "city"}}, []string{"A age=30 city=上海", "B age=999 city=上海", "C", "Z age=40 city=上海", "test01 age=20 city=unknown"}, 1},
		"named spellings":    {clean.Step{Kind: clean.Unify, Args: clean.Args{Column: "city", Groups: []clean.Group{{To: "沪", From: []string{"上海", "上海市"}}}}}, []string{"A age=30 city=沪", "B age=999 city=沪", "C", "Z age=40 city=沪", "test01 age=20 city=unknown"}, 3},
		"unit":               {clean.Step{Kind: clean.Rescale, Args: clean.Args{Column: "age", Factor: 12}}, []string{"A age=360 city=上海", "B age=11988 city=上海市", "C", "Z age=480 city=上海", "test01 age=240 city=unknown"}, 4},
		"out":                {clean.Step{Kind: clean.DropColumn, Args: clean.Args{Column: "age"}}, []string{"A city=上海", "B city=上海市", "C", "Z city=上海", "test01 city=unknown"}, 5},
		"merge":              {clean.Step{Kind: clean.Merge, Args: clean.Args{Groups: []clean.Group{{To: "C", From: []string{"B", "Z"}}}}}, []string{"A age=30 city=上海", "C age=999 city=上海市", "test01 age=20 city=unknown"}, 3 + 2},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			in := sample()
			before := attributes(in.Attributes)
			out, effects := apply(t, in, c.step)
			if diff := cmp.Diff(c.want, attributes(out.Attributes)); diff != "" {
				t.Error(diff)
			}
			if effects[0].Rows != c.n {
				t.Errorf("%d cells or rows, want %d", effects[0].Rows, c.n)
			}
			if diff := cmp.Diff(before, attributes(in.Attributes)); diff != "" {
				t.Error("the input was changed:", diff)
			}
		})
	}
}

func TestSpellingsOfProducts(t *testing.T) {
	t.Parallel()
	out, effects := apply(t, sample(), clean.Step{Kind: clean.Unify, Args: clean.Args{Table: "transactions", Column: "product"}})
	if got := rows(out.Transactions); !slices.Contains(got, "C 2024-02-10 20 #3 tea") || effects[0].Rows != 1 {
		t.Errorf("%v\n%+v", got, effects[0])
	}
}

// The column of a step may not be there in data imported later; nothing is then done, and
// it is said.
func TestNothingToDo(t *testing.T) {
	t.Parallel()
	for _, s := range []clean.Step{
		{Kind: clean.DropColumn, Args: clean.Args{Column: "no such"}},
		{Kind: clean.Unify, Args: clean.Args{Table: "survey:x", Column: "no such"}},
		{Kind: clean.FillColumn, Args: clean.Args{Column: "city", How: "median"}},
		{Kind: clean.KeepDates, Args: clean.Args{Table: "events", From: day(0)}},
		{Kind: clean.Merge, Args: clean.Args{Groups: []clean.Group{{To: "x", From: []string{"y"}}}}},
		{Kind: clean.DropOrders, Args: clean.Args{Orders: []string{"no such"}}},
	} {
		in := sample()
		out, effects := apply(t, in, s)
		if effects[0].Remark.Key == "" || effects[0].Before != effects[0].After {
			t.Errorf("%s: %+v", s.Kind, effects[0])
		}
		if out.Transactions != in.Transactions || out.Attributes != in.Attributes {
			t.Errorf("%s: data were made anew for nothing", s.Kind)
		}
	}
	if _, _, err := clean.Apply(t.Context(), clean.Data{}, []clean.Step{{ID: 1, Kind: clean.DropTests}, {ID: 2, Kind: clean.DropDuplicates}, {ID: 3, Kind: clean.KeepDates, Args: clean.Args{To: day(0)}}, {ID: 4, Kind: clean.Outliers, Args: clean.Args{How: "group", High: ptr(0)}}, {ID: 5, Kind: clean.Rescale, Args: clean.Args{Factor: 2}}, {ID: 6, Kind: clean.Merge, Args: clean.Args{Groups: []clean.Group{{To: "x", From: []string{"y"}}}}}}); err != nil {
		t.Error("no data at all:", err)
	}
}

func TestMergeMovesEverything(t *testing.T) {
	t.Parallel()
	in := sample()
	who := &core.Dict{}
	who.AppendString("B")
	who.AppendString("Q")
	in.Records = []*core.Records{{Kind: core.SourceComments, Customers: who, Customer: []uint32{0, 1, 0}, Columns: []core.AttributeColumn{{Name: "text", Codes: []uint32{0, 0, 0}, Dict: []string{"good"}}}}}
	out, effects := apply(t, in, clean.Step{Kind: clean.Merge, Args: clean.Args{Groups: []clean.Group{{To: "A", From: []string{"B"}}, {To: "nobody", From: []string{"C", "D"}}}}})
	e := effects[0]
	if e.After.Money != e.Before.Money || e.After.Rows != e.Before.Rows || e.After.Customers != e.Before.Customers-2 || e.Customers != 2 {
		t.Errorf("%+v", e)
	}
	got := rows(out.Transactions)
	if !slices.Contains(got, "C 2024-02-11 20 #3 tea") {
		t.Errorf("D's row should be C's, the first who is there: %v", got)
	}
	r := out.Records[0]
	if a, b := r.Customers.At(int(r.Customer[0])), r.Customers.At(int(r.Customer[1])); a != "A" || b != "Q" {
		t.Errorf("comments are of %s and %s", a, b)
	}
	if in.Records[0].Customer[0] != 0 || in.Records[0].Customers.Len() != 2 {
		t.Error("the input was changed")
	}
}

func TestMarkedBuyers(t *testing.T) {
	t.Parallel()
	out, _ := apply(t, sample(), clean.Step{Kind: clean.Outliers, Args: clean.Args{How: "group", High: ptr(60)}})
	want := []string{"A age=30 city=上海 outlier=none", "B age=999 city=上海市 outlier=large_buyer", "C outlier=none", "D outlier=none", "E outlier=large_buyer", "Z age=40 city=上海 outlier=none", "test01 age=20 city=unknown outlier=none"}
	if diff := cmp.Diff(want, attributes(out.Attributes)); diff != "" {
		t.Error(diff)
	}
}

// Whatever the order of the rows, the same rows stay.
func TestTheOrderOfRowsDoesNotMatter(t *testing.T) {
	t.Parallel()
	steps := []clean.Step{
		{Kind: clean.DropDuplicates, Args: clean.Args{How: "orders"}},
		{Kind: clean.DropDuplicates, Args: clean.Args{How: "number"}},
		{Kind: clean.DropDuplicates},
		{Kind: clean.DropDuplicates, Args: clean.Args{How: "changed"}},
		{Kind: clean.Unify, Args: clean.Args{Table: "transactions", Column: "product"}},
		{Kind: clean.Outliers, Args: clean.Args{How: "cap", Percentile: 90}},
		{Kind: clean.Merge, Args: clean.Args{Groups: []clean.Group{{To: "A", From: []string{"B"}}}}},
		{Kind: clean.Rescale, Args: clean.Args{Factor: 0.1}},
	}
	rapid.Check(t, func(r *rapid.T) {
		lines := rapid.SliceOfN(rapid.Custom(func(r *rapid.T) line {
			return line{
				rapid.SampledFrom([]string{"A", "B", "C"}).Draw(r, "customer"), rapid.SampledFrom([]string{"", "1", "2", "3"}).Draw(r, "order"),
				rapid.SampledFrom([]string{"", "tea", "Tea", "ＴＥＡ", "cup"}).Draw(r, "product"), rapid.IntRange(0, 3).Draw(r, "day"), rapid.SampledFrom([]int64{-100, 1, 100, 101, 9999}).Draw(r, "amount"),
			}
		}), 1, 30).Draw(r, "lines")
		other := slices.Clone(lines)
		rnd := rand.New(rand.NewPCG(rapid.Uint64().Draw(r, "seed"), 1))
		rnd.Shuffle(len(other), func(i, j int) { other[i], other[j] = other[j], other[i] })
		a, ea, err := clean.Apply(context.Background(), clean.Data{Transactions: transactions(lines...)}, steps)
		if err != nil {
			r.Fatal(err)
		}
		b, eb, err := clean.Apply(context.Background(), clean.Data{Transactions: transactions(other...)}, steps)
		if err != nil {
			r.Fatal(err)
		}
		if diff := cmp.Diff(rows(a.Transactions), rows(b.Transactions)); diff != "" {
			r.Fatal(diff)
		}
		x, _ := json.Marshal(ea)
		y, _ := json.Marshal(eb)
		if string(x) != string(y) {
			r.Fatalf("effects:\n%s\n%s", x, y)
		}
	})
}

func TestNormal(t *testing.T) {
	t.Parallel()
	for _, c := range [][3]string{ // two spellings, and whether they are one
		{"上海", "上海市", "="},
		{" 北京 ", "北京", "="},
		{"ＡＢＣ", "abc", "="},
		{"VIP 会员", "vip会员", "="},
		{"Men's wear", "MENS WEAR", "="},
		{"T-Shirt", "tshirt", "="},
		{"广西壮族自治区", "广西", "="},
		{"超市", "超", "≠"},
		{"1.5", "15", "≠"},
		{"C++", "C", "≠"},
		{"size 10-12", "size 1012", "≠"},
		{"A", "B", "≠"},
		{"2024-01", "202401", "≠"},
	} {
		if got := clean.Normal(c[0]) == clean.Normal(c[1]); got != (c[2] == "=") {
			t.Errorf("%q and %q: %q, %q", c[0], c[1], clean.Normal(c[0]), clean.Normal(c[1]))
		}
	}
	if g := clean.Spellings([]string{"吉林省", "吉林市", "吉林"}, []int{5, 5, 5}); len(g) != 0 {
		t.Errorf("a province and a city are not one: %v", g)
	}
}

func TestBadSteps(t *testing.T) {
	t.Parallel()
	for _, text := range []string{
		`{}`, `{"kind":"explode"}`, `{"kind":"drop_tests","args":{"factor":2}}`, `{"kind":"drop_customers"}`, `{"kind":"drop_customers","args":{"customers":[""]}}`,
		`{"kind":"outliers","args":{"how":"keep","high":1}}`, `{"kind":"outliers","args":{"how":"cap"}}`, `{"kind":"outliers","args":{"how":"cap","percentile":101}}`, `{"kind":"outliers","args":{"how":"cap","percentile":99,"high":1}}`,
		`{"kind":"rescale","args":{"factor":-1}}`, `{"kind":"rescale","args":{"factor":1e300}}`, `{"kind":"rescale","args":{"factor":2,"file":1,"from":"2024-01-01"}}`,
		`{"kind":"keep_dates","args":{}}`, `{"kind":"keep_dates","args":{"from":"2024-02-01","to":"2024-01-01"}}`, `{"kind":"keep_dates","args":{"from":"2024-02-30"}}`,
		`{"kind":"cap_column","args":{"column":"a","low":2,"high":1}}`, `{"kind":"fill_column","args":{"column":"a","how":"value"}}`, `{"kind":"fill_column","args":{"column":"a","how":"median","value":"1"}}`,
		`{"kind":"merge_customers","args":{"groups":[{"to":"a","from":["b"]},{"to":"c","from":["b"]}]}}`, `{"kind":"merge_customers","args":{"groups":[{"to":"a","from":["b"]},{"to":"b","from":["c"]}]}}`,
		`{"kind":"unify","args":{"table":"../x","column":"a"}}`, `{"kind":"drop_tests","more":1}`, `[]`, `nonsense`, `{"kind":"limit_column","args":{"column":"a","low":1e400}}`,
	} {
		_, err := clean.ParseStep([]byte(text))
		e, ok := errors.AsType[*core.Error](err)
		if !ok || e.Code != clean.CodeInvalid || e.Origin != core.OriginUser {
			t.Errorf("%s: %v", text, err)
		}
	}
	if _, err := clean.ParseStep([]byte(`{"kind":"keep_dates","args":{"to":"2024-01-31"}}`)); err != nil {
		t.Error(err)
	}
}

func TestCancel(t *testing.T) {
	t.Parallel()
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	for _, k := range []clean.Step{{Kind: clean.DropDuplicates}, {Kind: clean.DropTests}, {Kind: clean.Rescale, Args: clean.Args{Factor: 2}}, {Kind: clean.Outliers, Args: clean.Args{How: "cap", High: ptr(1)}}} {
		if _, _, err := clean.Apply(ctx, sample(), []clean.Step{k}); core.CodeOf(err) != core.CodeCancelled {
			t.Errorf("%s: %v", k.Kind, err)
		}
	}
}
