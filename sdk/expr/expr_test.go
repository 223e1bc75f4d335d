package expr_test

import (
	"errors"
	"fmt"
	"math"
	"math/rand/v2"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"qunxiang/sdk/expr"
	"qunxiang/sdk/table"
)

// people is a table with a column of every kind and missing values in row 3.
func people(tb testing.TB) *table.Table {
	tb.Helper()
	valid := table.NewBits(5)
	for _, i := range []int{0, 1, 2, 4} {
		valid.Set(i)
	}
	const day = 86400 * 1e6
	out, err := table.New(5,
		table.Column{Name: "money", Kind: table.Float64, Floats: []float64{10, 20, math.NaN(), 40, -5}, Valid: valid},
		table.Column{Name: "orders", Kind: table.Int64, Ints: []int64{1, 2, 3, 4, math.MaxInt64}},
		table.Column{Name: "vip", Kind: table.Bool, Ints: []int64{1, 0, 1, 0, 1}},
		table.Column{Name: "joined", Kind: table.Time, Ints: []int64{0, day, day + 1, 2 * day, 3 * day}},
		table.Column{Name: "city", Kind: table.Category, Codes: []uint32{0, 1, 0, 0, 2}, Dict: []string{"上海", "北京", "9"}, Valid: valid},
		table.Column{Name: "家庭 电话", Kind: table.String, Strings: []string{"", "it's", "x", "y", "z"}},
	)
	if err != nil {
		tb.Fatal(err)
	}
	return out
}

func TestFilter(t *testing.T) {
	t.Parallel()
	tests := map[string]string{ // expression → rows, as digits
		"money >= 20":                     "1",
		"money > 20":                      "",
		"money<20":                        "04",
		"money != 10":                     "1234",
		"not money = 10":                  "1234",
		"20 <= money":                     "1",
		"money in (10, 20, 99)":           "01",
		"money is missing":                "23",
		"money is not missing":            "014",
		"orders > 2.5":                    "234",
		"orders >= 3 and orders < 4":      "2",
		"orders > 9e300":                  "",
		"orders < 9e300":                  "01234",
		"orders != 2":                     "0234",
		"orders = 9223372036854775807":    "", // not exactly a float64: 2⁶³ is meant
		"orders = 2.5":                    "",
		"orders = '2'":                    "1",
		"vip = true":                      "024",
		"vip = FALSE or orders=1":         "013",
		"vip = 1":                         "024",
		"joined = '1970-01-02'":           "12",
		"joined > '1970-01-02'":           "34",
		"joined <= '1970-01-02'":          "012",
		"joined >= '1970-01-02 00:00:01'": "34",
		"city in ('上海','北京')":             "012",
		"city not in ('上海')":              "134",
		"city = '上海' and vip = true or orders = 2": "012",
		"city = '上海' and (vip = true or orders=2)": "02",
		"not (city = '上海' or city is missing)":     "14",
		"city = 9":                                   "4",
		"city is null":                               "3",
		"`家庭 电话` = 'it''s'":                          "1",
		"`家庭 电话` > 'x'":                              "34",
		"`家庭 电话` = \"\"":                             "0",
		"orders≥3 && !（vip＝true）":                    "3",
		"city in （‘上海’，‘北京’）":                        "012",
		"NOT vip = true AND Orders_missing = 1 or 1": "!expr_end",
		"Money > 1":                                  "!expr_column",
		"``is missing":                               "!expr_column", // found by fuzzing
		"money > ":                                   "!expr_end",
		"money > 1 orders":                           "!expr_syntax",
		"money 1":                                    "!expr_syntax",
		"(money > 1":                                 "!expr_end",
		"money > '上海'":                               "!expr_type",
		"money = true":                               "!expr_type",
		"city > 9":                                   "!expr_type",
		"joined > 'soon'":                            "!expr_date",
		"joined > 5":                                 "!expr_date",
		"money > 1e999":                              "!expr_number",
		"money > 1_000":                              "!expr_number",
		"money > 12abc":                              "!expr_number",
		"money > 0x10":                               "!expr_number",
		"money # 1":                                  "!expr_sign",
		"city = '上海":                                 "!expr_quote",
		"city in ()":                                 "!expr_syntax",
		"city in ('a' 'b')":                          "!expr_syntax",
		"city is":                                    "!expr_end",
		"city not = 'a'":                             "!expr_syntax",
		"and":                                        "!expr_end",
		" ":                                          "!expr_empty",
		strings.Repeat("(", 300) + "money > 1":       "!expr_deep",
		strings.Repeat("not ", 300) + "money > 1": "!expr_deep",
		strings.Repeat("x", 70000):                "!expr_long",
	}
	in := people(t)
	for src, want := range tests {
		got := ""
		keep, err := expr.Filter(src, in)
		if err != nil {
			e, _ := errors.AsType[*expr.Error](err)
			got = "!" + e.Code
		}
		for i, k := range keep {
			if k {
				got += fmt.Sprint(i)
			}
		}
		if got != want {
			t.Errorf("%.40s: got %q, want %q", src, got, want)
		}
	}
}

// Every failure is a sentence in both languages that names the position.
func TestError_Text(t *testing.T) {
	t.Parallel()
	_, err := expr.Filter("money > 1 and 城市 = '上海'", people(t))
	e, ok := errors.AsType[*expr.Error](err)
	if !ok || e.Pos != 15 || e.Column != "城市" {
		t.Fatalf("%+v", err)
	}
	for _, s := range []string{e.Text().ZH, e.Text().EN} {
		if !strings.Contains(s, "城市") || !strings.Contains(s, "15") || strings.Contains(s, "{") {
			t.Error(s)
		}
	}
}

func TestNear(t *testing.T) {
	t.Parallel()
	got := expr.Near("recency", []string{"monetary", "frequency", "recency_days", "city"})
	if got[0] != "recency_days" {
		t.Error(got)
	}
	if got := expr.Near("monetery", []string{"city", "monetary", "money"}); got[0] != "monetary" {
		t.Error(got)
	}
}

// What is printed reads as the same, and so does the predicate tree.
func TestExpr_RoundTrip(t *testing.T) {
	t.Parallel()
	in := people(t)
	for _, src := range []string{
		"money >= 20 and (orders<2 or not vip = true) or city = 9", "not (money > 1 or city is not missing)", "not not money < 3",
		"`家庭 电话` = 'it''s' or `家庭 电话` != \"a‘’\"", "joined > '1970-01-02' and city not in ('上海', 9, true)", "true", "false or money = 1e30",
		"city = 09", "money != 1.50", "not false and `家庭 电话` > 'x' or true", "vip != false", "money in (10) or 20 <= money",
	} {
		e, err := expr.Parse(src)
		if err != nil {
			t.Fatalf("%s: %v", src, err)
		}
		again, err := expr.Parse(e.String())
		if err != nil {
			t.Fatalf("%s became %s: %v", src, e, err)
		}
		back, err := expr.FromRule(e.Rule())
		if err != nil {
			t.Fatal(err)
		}
		want, _ := e.Rows(in)
		for _, other := range []*expr.Expr{again, back} {
			got, err := other.Rows(in)
			if err != nil || !cmp.Equal(want, got) {
				t.Errorf("%s: %v became %v: %v %v", src, want, got, other, err)
			}
		}
	}
}

func TestExpr_Columns(t *testing.T) {
	t.Parallel()
	e, err := expr.Parse("b > 1 and (a = 2 or not b is missing)")
	if err != nil {
		t.Fatal(err)
	}
	if d := cmp.Diff([]string{"a", "b"}, e.Columns()); d != "" {
		t.Error(d)
	}
}

// An expression and its negation share out all rows.
func TestFilter_Total(t *testing.T) {
	t.Parallel()
	in := people(t)
	for _, src := range []string{"money > 10", "city in ('上海')", "orders <= 2 or vip = true", "money is missing", "joined < '1970-01-03'"} {
		a, err := expr.Filter(src, in)
		if err != nil {
			t.Fatal(err)
		}
		b, err := expr.Filter("not ("+src+")", in)
		if err != nil {
			t.Fatal(err)
		}
		for i := range a {
			if a[i] == b[i] {
				t.Errorf("%s: row %d in both or neither", src, i)
			}
		}
	}
}

func FuzzParse(f *testing.F) {
	f.Add("money >= 2000 and not (city in ('上海', \"x\") or `a b` is missing)")
	f.Add("1 < a && b<>'' || !（c≥-1.5e3）")
	in := people(f)
	f.Fuzz(func(t *testing.T, src string) {
		keep, err := expr.Filter(src, in)
		if err == nil && len(keep) != in.Rows {
			t.Fatal("no answer")
		}
		if err != nil {
			if e, ok := errors.AsType[*expr.Error](err); !ok || e.Code == "" || e.Text().EN == "" {
				t.Fatalf("%v", err)
			}
			return
		}
		e, _ := expr.Parse(src)
		again, err := expr.Filter(e.String(), in)
		if err != nil || !cmp.Equal(keep, again) {
			t.Fatalf("%q was written %q: %v", src, e, err)
		}
	})
}

func BenchmarkFilter1M(b *testing.B) {
	const n = 1_000_000
	rnd := rand.New(rand.NewPCG(1, 1))
	t := &table.Table{Rows: n, Columns: []table.Column{
		{Name: "monetary", Kind: table.Float64, Floats: make([]float64, n)},
		{Name: "recency_days", Kind: table.Int64, Ints: make([]int64, n)},
		{Name: "city", Kind: table.Category, Codes: make([]uint32, n), Dict: []string{"上海", "北京", "广州", "深圳"}},
	}}
	for i := range n {
		t.Columns[0].Floats[i] = rnd.Float64() * 4000
		t.Columns[1].Ints[i] = int64(rnd.IntN(400))
		t.Columns[2].Codes[i] = uint32(rnd.IntN(4))
	}
	for b.Loop() {
		if _, err := expr.Filter("monetary >= 2000 and recency_days < 90 or city in ('上海','北京')", t); err != nil {
			b.Fatal(err)
		}
	}
}

// The words that a condition compares a column with, in either spelling of not.
func TestExpr_Texts(t *testing.T) {
	t.Parallel()
	e, err := expr.Parse("seg in ('b','a') or not seg = 'c' and seg != 'd' and city = 'x' and seg > 'e'")
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff([]string{"a", "b", "c", "d"}, e.Texts("seg")); diff != "" {
		t.Errorf("words (-want +got):\n%s", diff)
	}
}
