package survey_test

import (
	"math"
	"math/rand/v2"
	"slices"
	"strconv"
	"testing"

	"github.com/google/go-cmp/cmp"

	"qunxiang/core"
	"qunxiang/core/survey"
)

// grid are n respondents of k varied ratings 1–5 named t1 … tk, and their seconds.
func grid(n, k int) [][]string {
	head := []string{"customer", "所用时间"}
	for j := range k {
		head = append(head, "t"+strconv.Itoa(j+1))
	}
	table := [][]string{head}
	random := rand.New(rand.NewPCG(1, 2))
	for i := range n {
		row := []string{"c" + strconv.Itoa(i), strconv.Itoa(100+i%20) + "秒"}
		for range k {
			row = append(row, strconv.Itoa(1+random.IntN(5)))
		}
		table = append(table, row)
	}
	return table
}

func TestFlags(t *testing.T) {
	t.Parallel()
	table := grid(40, 12)
	for j := 2; j < 14; j++ {
		table[3][j] = "4"           // a straight line
		table[6][j] = table[5][j]   // the same as the row before
		table[9][j] = ""            // nothing
		table[11][j] = table[11][2] // the first half alike …
		if j > 7 {
			table[11][j] = strconv.Itoa(1 + j%5)
		}
	}
	table[15][1] = "36秒"   // faster than a third of 110
	table[16][1] = "1分10秒" // not
	table[20][0] = "c18"   // c18 answered in the row before
	rep := analyse(t, records("s", table), survey.Settings{})
	want := map[string][]int{
		survey.FlagStraight: {2, 10}, survey.FlagDuplicate: {4, 5}, survey.FlagMissing: {8}, survey.FlagSpeeder: {14}, survey.FlagRepeated: nil,
	}
	got := map[string][]int{}
	for _, flag := range survey.Flags() {
		got[flag] = rep.Flagged(flag)
	}
	if len(got[survey.FlagRepeated]) != 1 {
		t.Errorf("repeated: %v, want one of c18's two rows", got[survey.FlagRepeated])
	}
	got[survey.FlagRepeated] = nil
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("flags (-want +got):\n%s", diff)
	}
	if rep.Used != 40 || rep.Quality.Median != 108.5 { // 100 … 119 twice, of which 114 became 36 and 115 became 70
		t.Errorf("used %d, median %v: nobody is dropped by itself", rep.Used, rep.Quality.Median)
	}
	if rep.Quality.Longest[2] != 12 || rep.Quality.Spread[2] != 0 || rep.Quality.Straight[8] != -1 {
		t.Errorf("run %d, spread %v, %v", rep.Quality.Longest[2], rep.Quality.Spread[2], rep.Quality.Straight[8])
	}
	rep = analyse(t, records("s", table), survey.Settings{Exclude: []string{survey.FlagStraight, survey.FlagSpeeder}})
	if rep.Used != 37 || item(t, rep, "t1").Answered != 36 {
		t.Errorf("used %d, answered %d", rep.Used, item(t, rep, "t1").Answered)
	}
	a, err := survey.Features(t.Context(), []*core.Records{records("s", table)}, map[string]survey.Settings{"": {}, "s": {Exclude: []string{survey.FlagStraight}}}, core.NoDate)
	if err != nil {
		t.Fatal(err)
	}
	if a.Customers.Len() != 37 { // 39 customers less two
		t.Errorf("%d customers", a.Customers.Len())
	}
}

func TestDuplicatesByChanceAreNone(t *testing.T) {
	t.Parallel()
	table := [][]string{{"a", "b", "c", "d", "e", "f", "g", "h", "i", "j"}} // ten questions of yes or no say too little
	for i := range 500 {
		row := make([]string, 10)
		for j := range row {
			row[j] = []string{"yes", "no"}[i>>j&1]
		}
		table = append(table, row, row)
	}
	if got := analyse(t, records("s", table), survey.Settings{}).Quality.Counts[survey.FlagDuplicate]; got != 0 {
		t.Errorf("%d flagged", got)
	}
}

func TestLatestAnswersCount(t *testing.T) {
	t.Parallel()
	r := records("s", [][]string{{"customer", "序号", "提交答卷时间", "score"}, {"a", "1", "t", "1"}, {"a", "2", "t", "5"}, {"b", "3", "t", "3"}, {"a", "4", "t", "2"}})
	r.Day = []core.Date{10, 30, 20, 30}
	for asOf, want := range map[core.Date]float64{core.NoDate: 2, 30: 2, 29: 1, 10: 1} {
		a, err := survey.Features(t.Context(), []*core.Records{r}, nil, asOf)
		if err != nil {
			t.Fatal(err)
		}
		if got := value(t, a, "a", "score"); got != want {
			t.Errorf("as of %v: %v, want %v", asOf, got, want)
		}
	}
	if a, err := survey.Features(t.Context(), []*core.Records{r}, nil, 9); err != nil || a != nil {
		t.Errorf("before anybody answered: %v, %v", a, err)
	}
}

// value is a customer's number in a column; NaN = missing.
func value(t *testing.T, a *core.Attributes, customer, column string) float64 {
	t.Helper()
	at := slices.IndexFunc(a.Columns, func(c core.AttributeColumn) bool { return c.Name == column })
	if at < 0 {
		t.Fatalf("no column %q", column)
	}
	for i := range a.Customers.Len() {
		if a.Customers.At(i) == customer {
			if c := a.Columns[at]; c.Valid[i] {
				return c.Floats[i]
			}
			return math.NaN()
		}
	}
	t.Fatalf("no customer %q", customer)
	return 0
}

func TestFeatures(t *testing.T) {
	t.Parallel()
	first := records("first", wjx())
	second := records("second", [][]string{{"customer", "4、您有多大可能把我们推荐给朋友", "more"}, {"r2", "9", "x"}, {"new", "1", "y"}, {"r3", "", "x"}})
	a, err := survey.Features(t.Context(), []*core.Records{first, second}, nil, core.NoDate)
	if err != nil {
		t.Fatal(err)
	}
	var names []string
	for _, c := range a.Columns {
		names = append(names, c.Name)
	}
	want := []string{
		"1、您的性别", "2、您常买的品类: 日用", "2、您常买的品类: 零食", "2、您常买的品类: 饮料", "3、评价—服务", "3、评价—价格", "3、评价—环境",
		"4、您有多大可能把我们推荐给朋友", "nps", "nps_group", "5(A.便宜)", "5(B.方便)", "7、是否会员", "scale_3、评价",
		"4、您有多大可能把我们推荐给朋友 (second)", "nps (second)", "nps_group (second)", "more",
	}
	if diff := cmp.Diff(want, names); diff != "" {
		t.Errorf("columns (-want +got):\n%s", diff)
	}
	for customer, c := range map[string]struct{ flag, nps float64 }{"r1": {1, 0}, "r2": {0, 1}, "r5": {math.NaN(), 4}, "new": {math.NaN(), math.NaN()}} {
		if diff := cmp.Diff([]float64{c.flag, c.nps}, []float64{value(t, a, customer, "2、您常买的品类: 饮料"), value(t, a, customer, "nps")}, nan()); diff != "" {
			t.Errorf("%s (-want +got):\n%s", customer, diff)
		}
	}
	near(t, "scale", value(t, a, "r1", "scale_3、评价"), 1, 1e-12)
	near(t, "second nps", value(t, a, "new", "nps (second)"), 1, 1e-12)
}

func nan() cmp.Option {
	return cmp.Comparer(func(a, b float64) bool { return a == b || math.IsNaN(a) && math.IsNaN(b) })
}

func TestTicksOfABlock(t *testing.T) {
	t.Parallel()
	r := records("s", [][]string{
		{"customer", "Uses - tea", "Uses - coffee", "city"}, {"a", "tea", "", "x"}, {"b", "", "coffee", "x"}, {"c", "", "", "y"}, {"d", "tea", "coffee", "y"},
	})
	a, err := survey.Features(t.Context(), []*core.Records{r}, nil, core.NoDate)
	if err != nil {
		t.Fatal(err)
	}
	it := item(t, analyse(t, r, survey.Settings{}), "Uses - tea")
	if it.Answered != 3 || it.Missing != 1 {
		t.Errorf("%d answered, %d missing: who ticked nothing did not answer", it.Answered, it.Missing)
	}
	near(t, "tea", shareOf(it, "tea"), 2.0/3, 1e-12)
	for customer, want := range map[string]float64{"a": 1, "b": 0, "c": math.NaN(), "d": 1} {
		if diff := cmp.Diff(want, value(t, a, customer, "Uses - tea"), nan()); diff != "" {
			t.Errorf("%s: %s", customer, diff)
		}
	}
}

func TestWeights(t *testing.T) {
	t.Parallel()
	// The weighted share of yes is (1 + 3) / 8; the effective size of 1, 1, 3, 3 is 64/20.
	r := records("s", [][]string{{"member", "recommend us", "weight"}, {"yes", "10", "1"}, {"no", "10", "1"}, {"yes", "0", "3"}, {"no", "8", "3"}, {"yes", "10", "-1"}, {"yes", "10", "0"}, {"yes", "10", ""}})
	rep := analyse(t, r, survey.Settings{})
	if rep.Weights == nil || rep.Weights.Bad != 3 {
		t.Fatalf("weights %+v", rep.Weights)
	}
	near(t, "effective", rep.Weights.Effective, 3.2, 1e-9)
	near(t, "design effect", rep.Weights.Design, 1.25, 1e-9)
	near(t, "smallest", rep.Weights.Min, 0.5, 1e-6)
	it := item(t, rep, "member")
	near(t, "yes", shareOf(it, "yes"), 0.5, 1e-12)
	if it.Answered != 4 {
		t.Errorf("%d answered, weights that are not positive count nowhere", it.Answered)
	}
	nps := item(t, rep, "recommend us").NPS
	near(t, "NPS", nps.NPS, 100*(2.0-3)/8, 1e-9)
	none := ""
	near(t, "unweighted", shareOf(item(t, analyse(t, r, survey.Settings{Weight: &none}), "member"), "yes"), 5.0/7, 1e-12)

	bad := records("s", [][]string{{"member", "weight"}, {"yes", "0"}, {"no", "-2"}})
	bad.Columns[1].Floats = []float64{math.NaN(), math.Inf(1)}
	rep = analyse(t, bad, survey.Settings{})
	if rep.Weights == nil || !rep.Weights.Unweighted || rep.Weights.Bad != 2 || item(t, rep, "member").Answered != 2 {
		t.Errorf("no usable weight: %+v", rep.Weights)
	}
}

func TestNPSOfFew(t *testing.T) {
	t.Parallel()
	// All ten are promoters: the score interval is (n − z²)/(n + z²) … 1, n = 10.
	table := [][]string{{"recommend"}}
	for range 10 {
		table = append(table, []string{"10"})
	}
	table = append(table, []string{"12"}) // no point of the scale
	s := item(t, analyse(t, records("s", table), survey.Settings{Kinds: map[string]survey.Kind{"recommend": survey.Number}}), "recommend")
	if s.Max != 12 {
		t.Errorf("max %v", s.Max)
	}
	table = table[:11]
	nps := item(t, analyse(t, records("s", table), survey.Settings{Kinds: map[string]survey.Kind{"recommend": survey.NPS}}), "recommend").NPS
	z2 := 1.959963984540054 * 1.959963984540054
	near(t, "low", nps.Interval.Low, 100*(10-z2)/(10+z2), 1e-9)
	near(t, "high", nps.Interval.High, 100, 1e-9)
	if !nps.Few || nps.NPS != 100 {
		t.Errorf("%+v", nps)
	}
}
