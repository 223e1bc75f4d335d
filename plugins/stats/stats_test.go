package stats_test

import (
	"context"
	"errors"
	"math"
	"math/rand/v2"
	"slices"
	"strconv"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"qunxiang/internal/patience"
	"qunxiang/internal/reference"
	"qunxiang/plugins/stats"
	"qunxiang/sdk"
	"qunxiang/sdk/sdktest"
	"qunxiang/sdk/table"
)

func TestContract(t *testing.T) {
	t.Parallel()
	sdktest.Run(t, stats.New())
}

// load makes a table of the columns of a file: numbers where every cell is one.
func load(t *testing.T, name, by string, features ...string) *table.Table {
	t.Helper()
	all := reference.Rows(t, name)
	head, rows := all[0], all[1:]
	out := &table.Table{Rows: len(rows)}
	add := func(column, role string, words bool) {
		at := slices.Index(head, column)
		if at < 0 {
			t.Fatalf("%s has no column %s", name, column)
		}
		c := table.Column{Name: column, Role: role, Kind: table.Float64}
		for _, r := range rows {
			x, err := strconv.ParseFloat(r[at], 64)
			if words = words || err != nil; words {
				break
			}
			c.Floats = append(c.Floats, x)
		}
		if words {
			c = word(column, role, rows, at)
		}
		out.Columns = append(out.Columns, c)
	}
	if by != "" {
		add(by, "by", false)
	}
	for _, f := range features {
		add(f, "features", false)
	}
	return out
}

func word(name, role string, rows [][]string, at int) table.Column {
	c := table.Column{Name: name, Role: role, Kind: table.Category}
	for _, r := range rows {
		k := slices.Index(c.Dict, r[at])
		if k < 0 {
			k = len(c.Dict)
			c.Dict = append(c.Dict, r[at])
		}
		c.Codes = append(c.Codes, uint32(k))
	}
	return c
}

func run(tb testing.TB, in *table.Table) sdk.Response {
	tb.Helper()
	res, err := stats.New().Fit(tb.Context(), sdk.Request{Table: in, Threads: 2}, sdktest.Quiet{})
	if err != nil {
		tb.Fatal(err)
	}
	return res
}

// row returns the first row of a table of the evidence whose columns have the given
// words.
func row(t *testing.T, res sdk.Response, id string, words map[string]string) func(column string) float64 {
	t.Helper()
	for _, d := range res.Tables {
		if d.ID != id {
			continue
		}
	rows:
		for i := range d.Table.Rows {
			for column, want := range words {
				c := d.Table.Column(column)
				if got := c.Text(i); c.Missing(i) != (want == "") || want != "" && got != want {
					continue rows
				}
			}
			return func(column string) float64 {
				c := d.Table.Column(column)
				if c.Missing(i) {
					return math.NaN()
				}
				return c.Float(i)
			}
		}
	}
	t.Fatalf("no row %v in %s; diagnostics %+v", words, id, res.Diagnostics)
	return nil
}

func near(t *testing.T, what string, got, want float64) {
	t.Helper()
	if !(math.Abs(got-want) <= 1e-9*math.Max(1e-9, math.Abs(want))) && got != want {
		t.Errorf("%s: got %.12g, want %.12g", what, got, want)
	}
}

// Values by R 4.2.2: lm and anova, oneway.test, kruskal.test, cor.test; skewness and
// excess kurtosis of type 1.
func TestIris(t *testing.T) {
	t.Parallel()
	res := run(t, load(t, "classics/iris.csv", "Species", "Sepal.Length", "Sepal.Width"))
	at := func(test string) func(string) float64 {
		return row(t, res, "tests", map[string]string{"feature": "Sepal.Length", "test": test})
	}
	near(t, "F", at("anova")("statistic"), 119.264502184)
	near(t, "eta²", at("anova")("effect"), 63.21213333333333/(63.21213333333333+38.9562))
	near(t, "Welch F", at("welch")("statistic"), 138.908285268938)
	near(t, "Welch df", at("welch")("df2"), 92.2111453204574)
	near(t, "Welch p", at("welch")("p"), 1.5050589627451e-28)
	near(t, "H", at("kruskal")("statistic"), 96.9374360006482)
	near(t, "ε²", at("kruskal")("effect"), 96.9374360006482/149)
	c := row(t, res, "correlation", map[string]string{"a": "Sepal.Length", "b": "Sepal.Width"})
	near(t, "r", c("pearson"), -0.117569784133002)
	near(t, "p of r", c("pearsonP"), 0.151898260711448)
	near(t, "ρ", c("spearman"), -0.166777658283235)
	near(t, "p of ρ", c("spearmanP"), 0.0413679942488459)
	d := row(t, res, "descriptives", map[string]string{"feature": "Sepal.Length", "group": ""})
	near(t, "skewness", d("skewness"), 0.311753058502296)
	near(t, "kurtosis", d("kurtosis"), -0.573567948924977)
	near(t, "groups", row(t, res, "descriptives", map[string]string{"feature": "Sepal.Length", "group": "setosa"})("mean"), 5.006)
}

// Values of golden/stats/r_basic_stats.json (R): χ² of a small table, chickwts, mtcars.
func TestReference(t *testing.T) {
	t.Parallel()
	counts := [][]int{{1, 8, 2}, {2, 4, 1}, {12, 0, 2}}
	in := &table.Table{Columns: []table.Column{
		{Name: "g", Role: "by", Kind: table.Category, Dict: []string{"a", "b", "c"}},
		{Name: "f", Role: "features", Kind: table.Category, Dict: []string{"x", "y", "z"}},
	}}
	for l, r := range counts {
		for g, n := range r {
			for range n {
				in.Rows++
				in.Columns[0].Codes = append(in.Columns[0].Codes, uint32(g))
				in.Columns[1].Codes = append(in.Columns[1].Codes, uint32(l))
			}
		}
	}
	at := row(t, run(t, in), "tests", map[string]string{"test": "chi2"})
	near(t, "χ²", at("statistic"), 18.036363636363635)
	near(t, "p of χ²", math.Round(at("p")*1e13)/1e13, 0.0012140660338)

	res := run(t, load(t, "classics/chickwts.csv", "feed", "weight"))
	at = row(t, res, "tests", map[string]string{"test": "anova"})
	near(t, "F", math.Round(at("statistic")*1e10)/1e10, 15.3647997747)
	near(t, "p of F", math.Round(at("p")*1e20)/1e20, 5.9364198535e-10)
	at = row(t, res, "tests", map[string]string{"test": "kruskal"})
	near(t, "H", math.Round(at("statistic")*1e10)/1e10, 37.3427176943)
	near(t, "p of H", math.Round(at("p")*1e17)/1e17, 5.1128295119e-07)

	res = run(t, load(t, "classics/mtcars.csv", "am", "mpg", "vs"))
	at = row(t, res, "tests", map[string]string{"test": "welch_t", "feature": "mpg"})
	near(t, "t", math.Round(at("statistic")*1e10)/1e10, -3.7671231451)
	near(t, "df", math.Round(at("df1")*1e10)/1e10, 18.3322516384)
	near(t, "p of t", math.Round(at("p")*1e13)/1e13, 0.0013736383331)
	d := row(t, res, "descriptives", map[string]string{"feature": "mpg", "group": ""})
	near(t, "quartile", d("q1"), 15.425)
	near(t, "median", d("median"), 19.2)
}

// Values by R 4.2.2: chisq.test of am and vs of mtcars, with and without correction.
func TestTwoByTwo(t *testing.T) {
	t.Parallel()
	in := load(t, "classics/mtcars.csv", "am", "vs")
	rows := reference.Rows(t, "classics/mtcars.csv")[1:]
	in.Columns[1] = word("vs", "features", rows, 8)
	res := run(t, in)
	near(t, "χ²", row(t, res, "tests", map[string]string{"test": "chi2"})("statistic"), 0.906882591093117)
	near(t, "with Yates", row(t, res, "tests", map[string]string{"test": "chi2_yates"})("statistic"), 0.347535505430242)
	near(t, "its p", row(t, res, "tests", map[string]string{"test": "chi2_yates"})("p"), 0.55551154701315)
	near(t, "residual", row(t, res, "crosstab", map[string]string{"level": "0", "group": "0"})("residual"), 0.95230383339201)
}

// Values of golden/stats/survey_golden.json (R): sex and frequency of visits.
func TestSurvey(t *testing.T) {
	t.Parallel()
	at := row(t, run(t, load(t, "surveys/mcdonalds.csv", "Gender", "VisitFrequency")), "tests", map[string]string{"test": "chi2"})
	near(t, "χ²", math.Round(at("statistic")*1e8)/1e8, 7.47005692)
	near(t, "p", at("p"), 0.18796190536979698)
	near(t, "V", math.Round(at("effect")*1e8)/1e8, 0.07170165)
}

// The worked example of docs/method/stats.md.
func TestWorkedExample(t *testing.T) {
	t.Parallel()
	in := &table.Table{Rows: 6, Columns: []table.Column{
		{Name: "city", Role: "by", Kind: table.Category, Dict: []string{"A", "B"}, Codes: []uint32{0, 0, 0, 1, 1, 1}},
		{Name: "spend", Role: "features", Kind: table.Float64, Floats: []float64{1, 2, 3, 5, 6, 10}},
	}}
	res := run(t, in)
	a := row(t, res, "tests", map[string]string{"test": "anova"})
	near(t, "F", a("statistic"), 37.5/4)
	near(t, "η²", a("effect"), 37.5/53.5)
	w := row(t, res, "tests", map[string]string{"test": "welch"})
	near(t, "Welch", w("statistic"), 25/(1.0/3+7.0/3))
	near(t, "H", row(t, res, "tests", map[string]string{"test": "kruskal"})("statistic"), 27.0/7)
	near(t, "advised", w("advised"), 1)
	if d := res.Diagnostics[len(res.Diagnostics)-1]; d.Code != "differences" {
		t.Errorf("%+v", d)
	}
}

// What is measured does not depend on the order of customers, nor on the unit of money.
func TestOrderAndUnit(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(rt *rapid.T) {
		rnd := rand.New(rand.NewPCG(rapid.Uint64().Draw(rt, "seed"), 1))
		n := rapid.IntRange(3, 80).Draw(rt, "n")
		in := made(rnd, n)
		want := run(t, in)
		order := make([]int32, n)
		for i, j := range rnd.Perm(n) {
			order[i] = int32(j)
		}
		got := run(t, in.Pick(order))
		if d := cmp.Diff(plain(want), plain(got)); d != "" {
			rt.Fatal(d)
		}
		const unit = 1.0 / 1024
		for i := range in.Columns[1].Floats {
			in.Columns[1].Floats[i] *= unit
		}
		other := run(t, in)
		for i, d := range want.Tables {
			if d.ID != "descriptives" && d.ID != "correlation" {
				if diff := cmp.Diff(plain(sdk.Response{Tables: want.Tables[i : i+1]}), plain(sdk.Response{Tables: other.Tables[i : i+1]})); diff != "" {
					rt.Fatal(diff)
				}
			}
		}
	})
}

func made(rnd *rand.Rand, n int) *table.Table {
	in := &table.Table{Rows: n, Columns: []table.Column{
		{Name: "g", Role: "by", Kind: table.Category, Dict: []string{"a", "b", "c"}},
		{Name: "x", Role: "features", Kind: table.Float64, Valid: table.NewBits(n)},
		{Name: "y", Role: "features", Kind: table.Int64},
		{Name: "c", Role: "features", Kind: table.Category, Dict: []string{"p", "q"}},
		{Name: "b", Role: "features", Kind: table.Bool},
	}}
	c := in.Columns
	for i := range n {
		c[0].Codes = append(c[0].Codes, uint32(rnd.IntN(3)))
		c[1].Floats = append(c[1].Floats, math.Exp(5*rnd.NormFloat64()))
		if rnd.IntN(5) > 0 {
			c[1].Valid.Set(i)
		}
		c[2].Ints = append(c[2].Ints, int64(rnd.IntN(10)))
		c[3].Codes = append(c[3].Codes, uint32(rnd.IntN(2)))
		c[4].Ints = append(c[4].Ints, int64(rnd.IntN(2)))
	}
	return in
}

// plain is what a result says, without how it is laid out.
func plain(r sdk.Response) map[string][][]any {
	out := map[string][][]any{}
	for _, d := range r.Tables {
		for i := range d.Table.Rows {
			var line []any
			for k := range d.Table.Columns {
				c := &d.Table.Columns[k]
				switch {
				case c.Missing(i):
					line = append(line, nil)
				case c.Kind == table.Category:
					line = append(line, c.Text(i))
				default:
					line = append(line, c.Float(i))
				}
			}
			out[d.ID] = append(out[d.ID], line)
		}
	}
	return out
}

// Data that break other tools end in a sentence, and what is left is right.
func TestHostile(t *testing.T) {
	t.Parallel()
	nan, inf := math.NaN(), math.Inf(1)
	column := func(v ...float64) *table.Table {
		in := &table.Table{Rows: len(v), Columns: []table.Column{
			{Name: "组 别", Role: "by", Kind: table.Category, Dict: []string{"甲", "乙"}},
			{Name: "消费 金额", Role: "features", Kind: table.Float64, Floats: v},
		}}
		for i := range v {
			in.Columns[0].Codes = append(in.Columns[0].Codes, uint32(i%2))
		}
		return in
	}
	for name, c := range map[string]struct {
		in   *table.Table
		code string
	}{
		"one customer": {column(5), "one_group"},
		"constant":     {column(5, 5, 5, 5), "constant"},
		"not finite":   {column(1, nan, inf, 4, 5, 6), "not_finite"},
		"nothing":      {column(nan, nan), "all_missing"},
		"huge":         {column(1e300, -1e300, 1.5e300, 2e300, -1e300, 1e300), "differences"},
		"tiny":         {column(1e-320, 2e-320, 5e-324, 1e-310), "differences"},
	} {
		res := run(t, c.in)
		if !slices.ContainsFunc(res.Diagnostics, func(d sdk.Diagnostic) bool { return d.Code == c.code }) {
			t.Errorf("%s: %+v", name, res.Diagnostics)
		}
		for _, d := range res.Tables {
			if err := d.Table.Check(); err != nil {
				t.Errorf("%s: %v", name, err)
			}
		}
	}
	many := column(make([]float64, 200)...)
	many.Columns[0].Dict = nil
	for i := range 200 {
		many.Columns[0].Dict = append(many.Columns[0].Dict, strconv.Itoa(i))
		many.Columns[0].Codes[i] = uint32(i)
	}
	if res := run(t, many); len(res.Diagnostics) != 1 || res.Diagnostics[0].Code != "too_many_groups" || len(res.Tables) > 0 {
		t.Errorf("200 groups: %+v", res.Diagnostics)
	}
	res := run(t, column(1e300, -1e300, 1.5e300, 2e300))
	near(t, "mean of huge numbers", row(t, res, "descriptives", map[string]string{"group": ""})("mean"), 0.875e300)
}

// A run ends within half a second of being told to.
func TestCancel(t *testing.T) {
	t.Parallel()
	rnd := rand.New(rand.NewPCG(1, 2))
	in := made(rnd, 1_000_000)
	ctx, cancel := context.WithTimeout(t.Context(), 50*time.Millisecond)
	defer cancel()
	start := time.Now()
	_, err := stats.New().Fit(ctx, sdk.Request{Table: in, Threads: 1}, sdktest.Quiet{})
	took := time.Since(start) - 50*time.Millisecond
	t.Logf("ended %v after the end", took)
	if !errors.Is(err, context.DeadlineExceeded) || took > patience.For(500*time.Millisecond) {
		t.Errorf("%v after %v", err, took)
	}
}
