package quality_test

import (
	"context"
	"encoding/json"
	"fmt"
	"maps"
	"math"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"qunxiang/core"
	"qunxiang/core/clean"
	"qunxiang/core/quality"
	"qunxiang/i18n"
	"qunxiang/sdk"
)

// row is a purchase of a test shop.
type row struct {
	customer, order, product, channel string
	day                               core.Date
	amount                            int64
}

// shop is an ordinary shop: it sells every day for a year, in plausible amounts.
type shop struct {
	rows    []row
	keys    []string
	age     []float64
	income  []float64
	city    []string
	sources []core.Source
	records []*core.Records
	more    []core.AttributeColumn
	same    []quality.Same
	asOf    core.Date
	today   core.Date
}

var start = core.YMD(2023, 3, 1)

func newShop(seed uint64) *shop {
	rnd := rand.New(rand.NewPCG(seed, 5))
	s := &shop{asOf: core.NoDate, today: core.NoDate}
	cities := []string{"上海", "北京", "广州", "成都", "New York", "Paris"}
	for i := range 400 {
		s.keys = append(s.keys, fmt.Sprintf("M%04d", 1000+i))
		s.age = append(s.age, float64(18+rnd.IntN(60)))
		s.income = append(s.income, math.Round(math.Exp(9+rnd.NormFloat64()*0.6)))
		s.city = append(s.city, cities[rnd.IntN(len(cities))])
	}
	order := 0
	for d := range core.Date(365) {
		for range 6 + rnd.IntN(8) {
			order++
			who := s.keys[rnd.IntN(len(s.keys))]
			if order <= len(s.keys) {
				who = s.keys[order-1]
			}
			seen := map[int]bool{}
			for range 1 + rnd.IntN(3) {
				p := rnd.IntN(40)
				if seen[p] {
					continue
				}
				seen[p] = true
				s.rows = append(s.rows, row{who, fmt.Sprint("A", 10000+order), fmt.Sprint("item ", p), []string{"store", "online"}[rnd.IntN(2)], start + d, int64(math.Exp(8 + rnd.NormFloat64()*0.7))})
			}
		}
	}
	s.sources = []core.Source{{
		ID: 1, Name: "orders.csv", Kind: core.SourceTransactions, Imported: time.Date(2024, 3, 2, 10, 0, 0, 0, time.UTC),
		Report: core.ImportReport{Rows: core.Reconciliation{In: len(s.rows), Used: len(s.rows)}, Lines: len(s.rows), Detected: core.Detected{Mapping: map[core.Role]string{core.RoleOrder: "no"}, Confidence: map[string]float64{}}},
	}, {ID: 2, Name: "members.csv", Kind: core.SourceCustomers, Report: core.ImportReport{Rows: core.Reconciliation{In: 400, Used: 400}}}}
	return s
}

type coder struct {
	dict *core.Dict
	code map[string]uint32
}

func (c *coder) of(s string) uint32 {
	if s == "" {
		return core.NoCode
	}
	if c.code == nil {
		c.code, c.dict = map[string]uint32{}, &core.Dict{}
	}
	if _, ok := c.code[s]; !ok {
		c.code[s] = uint32(c.dict.Len())
		c.dict.AppendString(s)
	}
	return c.code[s]
}

func (s *shop) input() quality.Input {
	var who, orders, products, channels coder
	tx := &core.Transactions{Scale: 2}
	labels := []core.Labels{{Role: "product"}, {Role: "channel"}}
	for _, r := range s.rows {
		tx.Customer, tx.Order = append(tx.Customer, who.of(r.customer)), append(tx.Order, orders.of(r.order))
		tx.Day, tx.Amount = append(tx.Day, r.day), append(tx.Amount, r.amount)
		labels[0].Codes, labels[1].Codes = append(labels[0].Codes, products.of(r.product)), append(labels[1].Codes, channels.of(r.channel))
	}
	tx.Customers, tx.Orders, labels[0].Dict, labels[1].Dict = who.dict, orders.dict, products.dict, channels.dict
	tx.Labels = labels
	a := &core.Attributes{Customers: &core.Dict{}, Columns: []core.AttributeColumn{{Name: "age", Floats: s.age}, {Name: "income", Floats: s.income}, {Name: "city"}}}
	for i := range s.age {
		if math.IsNaN(s.age[i]) {
			if a.Columns[0].Valid == nil {
				a.Columns[0].Valid = slices.Repeat([]bool{true}, len(s.age))
			}
			a.Columns[0].Valid[i] = false
		}
	}
	var cities coder
	for i, k := range s.keys {
		a.Customers.AppendString(k)
		a.Columns[2].Codes = append(a.Columns[2].Codes, cities.of(s.city[i]))
	}
	for i := range cities.dict.Len() {
		a.Columns[2].Dict = append(a.Columns[2].Dict, cities.dict.At(i))
	}
	a.Columns = append(a.Columns, s.more...)
	d := clean.Data{Transactions: tx, Attributes: a, Records: s.records, Files: clean.FilesOf(s.sources, tx.Rows())}
	return quality.Input{Data: d, Sources: s.sources, AsOf: s.asOf, Today: s.today, Same: s.same}
}

func look(tb testing.TB, in quality.Input) *quality.Card {
	tb.Helper()
	c, err := quality.Look(tb.Context(), in)
	if err != nil {
		tb.Fatal(err)
	}
	return c
}

func ids(c *quality.Card) []string {
	out := []string{}
	for _, i := range c.Issues {
		out = append(out, i.ID)
	}
	slices.Sort(out)
	return out
}

func TestNothingIsWrongWithAnOrdinaryShop(t *testing.T) {
	t.Parallel()
	for seed := range uint64(10) {
		c := look(t, newShop(seed).input())
		if len(c.Issues) > 0 || c.Score != 100 || !c.Reconciliation.Holds() {
			t.Errorf("seed %d: score %v, %v", seed, c.Score, ids(c))
		}
	}
}

// plant is an error put into a shop, and what must be said of it.
type plant struct {
	put   func(s *shop, rnd *rand.Rand)
	count int    // what the issue counts; 0 = not compared
	fixed string // the score of this dimension is 100 again after the fix; "" = there is none
}

// some changes n different rows.
func (s *shop) some(rnd *rand.Rand, n int, f func(r *row)) {
	for _, i := range rnd.Perm(len(s.rows))[:n] {
		f(&s.rows[i])
	}
}

func plants() map[string]plant {
	return map[string]plant{
		"future_dates":   {func(s *shop, rnd *rand.Rand) { s.some(rnd, 3, func(r *row) { r.day = core.YMD(2029, 1, 5) }) }, 3, "validity"},
		"early_dates":    {func(s *shop, rnd *rand.Rand) { s.some(rnd, 4, func(r *row) { r.day = core.YMD(1970, 1, 1) }) }, 4, "validity"},
		"dates_apart":    {func(s *shop, rnd *rand.Rand) { s.some(rnd, 2, func(r *row) { r.day -= 730 + 365 }) }, 2, "validity"},
		"large_amounts":  {func(s *shop, rnd *rand.Rand) { s.some(rnd, 2, func(r *row) { r.amount = 90_000_000 }) }, 2, "validity"},
		"test_accounts":  {func(s *shop, rnd *rand.Rand) { s.some(rnd, 9, func(r *row) { r.customer = "测试账号" }) }, 1, "validity"},
		"equal_rows":     {func(s *shop, rnd *rand.Rand) { s.rows = append(s.rows, s.rows[100], s.rows[300]) }, 2, "uniqueness"},
		"doubled_orders": {func(s *shop, rnd *rand.Rand) { s.rows = append(s.rows, s.rows...) }, 0, "uniqueness"},
		"changed_orders": {func(s *shop, rnd *rand.Rand) {
			for _, i := range []int{40, 900, 2500} {
				r := s.rows[i]
				r.amount, r.day = r.amount+100, r.day+1
				s.rows = append(s.rows, r)
			}
		}, 3, "uniqueness"},
		"shared_orders": {func(s *shop, rnd *rand.Rand) {
			s.rows = append(s.rows, row{s.keys[7], s.rows[5000].order, "item 77", "store", s.rows[5000].day, 700}, row{s.keys[8], s.rows[5000].order, "item 78", "store", s.rows[5000].day, 700})
		}, 1, "consistency"},
		"reused_orders": {func(s *shop, rnd *rand.Rand) {
			for i := range s.rows {
				s.rows[i].order = fmt.Sprint("B", int(s.rows[i].order[5]), " ", int(s.rows[i].day)%3, s.rows[i].order[3:])
			}
		}, 0, ""},
		"mixed_units:2023-09": {func(s *shop, rnd *rand.Rand) {
			for i := range s.rows {
				if d := s.rows[i].day; d >= core.YMD(2023, 9, 1) && d <= core.YMD(2023, 10, 31) {
					s.rows[i].amount *= 100
				}
			}
		}, 0, "consistency"},
		"amount_jump": {func(s *shop, rnd *rand.Rand) {
			for i := range s.rows {
				if s.rows[i].day >= core.YMD(2023, 9, 1) {
					s.rows[i].amount *= 6
				}
			}
		}, 0, ""},
		"gaps": {func(s *shop, rnd *rand.Rand) {
			s.rows = slices.DeleteFunc(s.rows, func(r row) bool { return r.day >= start+100 && r.day < start+109 })
		}, 9, ""},
		"stale":       {func(s *shop, rnd *rand.Rand) { s.asOf = start + 365 + 200 }, 201, ""},
		"stale_today": {func(s *shop, rnd *rand.Rand) { s.today = start + 365 + 100 }, 101, ""},
		"negative_customers": {func(s *shop, rnd *rand.Rand) {
			s.rows = append(s.rows, row{s.keys[3], "", "", "store", start + 9, -1 << 40})
		}, 1, "validity"},
		"zero_customers": {func(s *shop, rnd *rand.Rand) {
			s.rows = append(s.rows, row{"newcomer", "", "item 3", "store", start + 9, 500}, row{"newcomer", "", "item 3", "store", start + 9, -500})
		}, 1, ""},
		"collecting_account": {func(s *shop, rnd *rand.Rand) {
			s.some(rnd, 900, func(r *row) { r.customer, r.order = "till 1", r.order+"t" })
		}, 0, "validity"},
		"scientific_keys": {func(s *shop, rnd *rand.Rand) { s.some(rnd, 50, func(r *row) { r.customer = "1.38E+10" }) }, 1, ""},
		"keys_as_numbers": {func(s *shop, rnd *rand.Rand) { s.some(rnd, 50, func(r *row) { r.customer = "17850.0" }) }, 1, ""},
		"clipped_keys": {func(s *shop, rnd *rand.Rand) {
			s.some(rnd, 50, func(r *row) { r.customer = fmt.Sprint("62220210", 1000000+rnd.IntN(90000), "000") })
		}, 0, ""},
		"same_written": {func(s *shop, rnd *rand.Rand) {
			s.some(rnd, 300, func(r *row) { r.customer, r.order = strings.ToLower(r.customer), r.order+"s" })
		}, 0, "uniqueness"},
		"buyers_unknown":  {func(s *shop, rnd *rand.Rand) { s.some(rnd, 1, func(r *row) { r.customer, r.order = "guest47", "" }) }, 1, ""},
		"missing:age":     {func(s *shop, rnd *rand.Rand) { s.age[3], s.age[7] = math.NaN(), math.NaN() }, 2, "completeness"},
		"missing:city":    {func(s *shop, rnd *rand.Rand) { s.city[5] = "" }, 1, "completeness"},
		"missing:channel": {func(s *shop, rnd *rand.Rand) { s.some(rnd, 30, func(r *row) { r.channel = "" }) }, 30, "completeness"},
		"empty_column:city": {func(s *shop, rnd *rand.Rand) {
			s.city = slices.Repeat([]string{""}, 399)
			s.city = append(s.city, "x")
			s.keys, s.age, s.income, s.city = s.keys[:399], s.age[:399], s.income[:399], s.city[:399]
		}, 0, ""},
		"constant_column:income": {func(s *shop, rnd *rand.Rand) { s.income = slices.Repeat([]float64{5}, 400) }, 0, ""},
		"words_for_missing:city": {func(s *shop, rnd *rand.Rand) { s.city[5], s.city[6] = "未知", "Unknown" }, 2, ""},
		"sentinels:age": {func(s *shop, rnd *rand.Rand) {
			for i := range 20 {
				s.age[i*3] = 999
			}
		}, 20, ""},
		"out_of_range:age": {func(s *shop, rnd *rand.Rand) { s.age[9], s.age[12] = 154, -3 }, 2, "validity"},
		"spellings:city": {func(s *shop, rnd *rand.Rand) {
			s.city[0], s.city[1], s.city[2], s.city[3] = "上海市", " 北京", "ＮＥＷ ＹＯＲＫ", "paris"
		}, 4, "consistency"},
		"spellings:channel": {func(s *shop, rnd *rand.Rand) {
			s.some(rnd, 40, func(r *row) { r.channel = strings.ToUpper(r.channel) })
		}, 40, "consistency"},
		"units_of_column:income": {func(s *shop, rnd *rand.Rand) {
			for i := range 100 {
				s.income[i] *= 10_000
			}
		}, 100, ""},
		"unreadable_dates:orders.csv":      {func(s *shop, rnd *rand.Rand) { exclude(s, "bad_date", 12) }, 12, ""},
		"rows_without_customer:orders.csv": {func(s *shop, rnd *rand.Rand) { exclude(s, "missing_customer", 5000) }, 5000, ""},
		"reversed_range:min_spend": {func(s *shop, rnd *rand.Rand) {
			low, high := make([]float64, 400), make([]float64, 400)
			for i := range low {
				low[i], high[i] = float64(i), float64(i+5)
			}
			low[7], high[7] = high[7], low[7]
			s.more = []core.AttributeColumn{{Name: "min_spend", Floats: low}, {Name: "max_spend", Floats: high}}
		}, 1, ""},
		"reversed_range:start_date": {func(s *shop, rnd *rand.Rand) {
			from, to := make([]uint32, 400), slices.Repeat([]uint32{1}, 400)
			from[3], to[3] = 1, 0
			dict := []string{"2023-01-05", "2024/02/01"}
			s.more = []core.AttributeColumn{{Name: "start_date", Codes: from, Dict: dict}, {Name: "end_date", Codes: to, Dict: dict}}
		}, 1, ""},
		"currencies:currency": {func(s *shop, rnd *rand.Rand) {
			s.more = []core.AttributeColumn{{Name: "currency", Codes: append(make([]uint32, 390), slices.Repeat([]uint32{1}, 10)...), Dict: []string{"CNY", "usd"}}}
		}, 400, ""},
		"id_column:phone": {func(s *shop, rnd *rand.Rand) {
			c := core.AttributeColumn{Name: "phone"}
			for i := range 400 {
				c.Codes, c.Dict = append(c.Codes, uint32(i)), append(c.Dict, fmt.Sprint("138", 10000000+i*7))
			}
			s.more = []core.AttributeColumn{c}
		}, 1, ""},
		"customers_without_orders": {func(s *shop, rnd *rand.Rand) {
			for i := range s.keys {
				s.keys[i] = "X" + s.keys[i]
			}
		}, 400, ""},
		"mixed_units_file:till.csv": {func(s *shop, rnd *rand.Rand) {
			half := len(s.rows) * 2 / 3
			for i := half; i < len(s.rows); i++ {
				s.rows[i].amount *= 100
				s.rows[i].day -= 240 // the same months, so that these are no jump
			}
			s.till(half)
		}, 0, "consistency"},
		"not_in_files:channel": {func(s *shop, rnd *rand.Rand) {
			half := len(s.rows) - 500
			for i := half; i < len(s.rows); i++ {
				s.rows[i].channel = ""
			}
			s.till(half)
		}, 500, ""},
		"ambiguous_dates:day:orders.csv": {func(s *shop, rnd *rand.Rand) {
			s.sources[0].Report.Detected.Mapping[core.RoleDate], s.sources[0].Report.Detected.Confidence["dateOrder"] = "day", 0.5
		}, 1, ""},
		"file_currencies:amount:orders.csv": {func(s *shop, rnd *rand.Rand) {
			s.sources[0].Report.Hints = []core.Message{{Key: "import.hint.currencies", Args: core.Args{"column": "amount", "signs": []string{"¥ (120)", "$ (30)", "€ (2)"}}}}
		}, 32, ""},
		"file_currencies:money:orders.csv": {func(s *shop, rnd *rand.Rand) {
			s.sources[0].Report.Hints = []core.Message{{Key: "import.hint.currency_column", Args: core.Args{"column": "money", "values": []string{"CNY", "USD"}}}}
		}, 1, ""},
		"not_numbers:age:members.csv": {func(s *shop, rnd *rand.Rand) { // as it comes out of the project file
			s.sources[1].Report.Hints = []core.Message{{Key: "import.hint.not_numbers", Args: core.Args{"column": "age", "count": 3.0}}}
		}, 3, ""},
		"same_customer": {func(s *shop, rnd *rand.Rand) {
			s.same = []quality.Same{{Group: clean.Group{To: s.keys[0], From: []string{s.keys[5], s.keys[9]}}, Sure: true}}
		}, 2, ""},
		"perhaps_same": {func(s *shop, rnd *rand.Rand) {
			s.same = []quality.Same{{Group: clean.Group{To: s.keys[0], From: []string{s.keys[5]}}}}
		}, 1, ""},
		"strangers:comments": {func(s *shop, rnd *rand.Rand) {
			who := &core.Dict{}
			who.AppendString(s.keys[0])
			who.AppendString("nobody")
			s.records = []*core.Records{{Kind: core.SourceComments, Customers: who, Customer: []uint32{0, 1, 1}, Columns: []core.AttributeColumn{{Name: "text", Codes: []uint32{0, 0, 0}, Dict: []string{"fine"}}}}}
		}, 1, ""},
		"unanswered:survey:May": {func(s *shop, rnd *rand.Rand) {
			who := &core.Dict{}
			who.AppendString(s.keys[0])
			s.records = []*core.Records{{Kind: core.SourceSurvey, Name: "May", Customers: who, Customer: []uint32{0, 0}, Columns: []core.AttributeColumn{{Name: "q1", Floats: []float64{5, 0}, Valid: []bool{true, false}}}}}
		}, 1, ""},
	}
}

// till makes the rows from one on those of a second file.
func (s *shop) till(from int) {
	till := s.sources[0]
	till.ID, till.Name, till.Report.Lines = 3, "till.csv", len(s.rows)-from
	s.sources[0].Report.Lines = from
	s.sources = append(s.sources, till)
}

// What a file does not have is no gap in the column of another: neither counted nor shown,
// nor anything to be filled.
func TestAColumnOfAnotherFileHasNoGaps(t *testing.T) {
	t.Parallel()
	s := newShop(3)
	half := len(s.rows) / 2
	for i := range s.rows {
		if i >= half || i == 7 {
			s.rows[i].channel = ""
		}
	}
	s.till(half)
	c := look(t, s.input())
	i, ok := c.Issue("missing:channel")
	if !ok || i.Count != 1 || i.Share != 1/float64(half) || i.Severity != quality.Low || len(i.Examples) != 1 {
		t.Errorf("%+v", i)
	}
	if i, ok := c.Issue("not_in_files:channel"); !ok || i.Count != len(s.rows)-half || i.Args["file"] != "till.csv" || len(i.Fixes) != 0 {
		t.Errorf("%+v", i)
	}
	s.sources = s.sources[:2] // whose rows are whose is not known
	s.sources[0].Report.Lines = 1
	c = look(t, s.input())
	if i, ok := c.Issue("missing:channel"); !ok || i.Count != len(s.rows)-half+1 {
		t.Errorf("%+v", i)
	}
}

func exclude(s *shop, reason string, n int) {
	r := &s.sources[0].Report.Rows
	r.In += n
	r.Excluded = append(r.Excluded, core.Exclusion{Reason: reason, Count: n, Examples: []int{7, 9}})
}

// Every planted error is found, counted, and gone after its fix.
func TestPlantedErrorsAreFound(t *testing.T) {
	t.Parallel()
	// About a state of all data, or of a file whose rows are not known.
	without := map[string]bool{"amount_jump": true, "stale": true, "stale_today": true, "units_of_column": true, "unanswered": true, "currencies": true, "file_currencies": true, "not_numbers": true, "customers_without_orders": true, "mixed_units_file": true, "not_in_files": true}
	for id, p := range plants() {
		t.Run(id, func(t *testing.T) {
			t.Parallel()
			for seed := range uint64(2) {
				s := newShop(seed)
				p.put(s, rand.New(rand.NewPCG(seed, 77)))
				in := s.input()
				c := look(t, in)
				i, ok := c.Issue(id)
				if !ok {
					t.Fatalf("seed %d: not found; found %v", seed, ids(c))
				}
				said(t, i)
				if len(i.Examples) == 0 && i.Unit != quality.Columns && i.Unit != quality.Files && !without[i.Code] {
					t.Error("no example")
				}
				if p.count > 0 && i.Count != p.count {
					t.Errorf("seed %d: counts %d, planted %d", seed, i.Count, p.count)
				}
				if len(i.Fixes) == 0 {
					if p.fixed != "" {
						t.Fatal("no fix")
					}
					continue
				}
				after(t, in, i, p.fixed)
			}
		})
	}
}

// said checks that an issue and its fixes have whole sentences in both languages.
func said(t *testing.T, i quality.Issue) {
	t.Helper()
	messages := []core.Message{i.Message(), i.Advice()}
	for _, f := range i.Fixes {
		messages = append(messages, f.Message())
	}
	for _, lang := range []sdk.Lang{sdk.ZH, sdk.EN} {
		l := i18n.Locale{Lang: lang}
		for _, m := range messages {
			if text := l.Message(m); text == m.Key || strings.ContainsAny(text, "{}") || strings.Contains(text, "clean.") {
				t.Errorf("%s in %s: %q", m.Key, lang, text)
			}
		}
	}
}

// after applies the fixes of an issue: each is a step that can be, and the first takes the
// issue away.
func after(t *testing.T, in quality.Input, i quality.Issue, dimension string) {
	t.Helper()
	for k, f := range i.Fixes {
		f.ID = 1
		out, effects, err := clean.Apply(t.Context(), in.Data, []clean.Step{f})
		if err != nil || effects[0].Rows == 0 && effects[0].Customers == 0 {
			t.Fatalf("fix %d: %v %+v", k, err, effects)
		}
		if k > 0 {
			continue
		}
		then := in
		then.Data, then.Steps, then.Effects = out, []clean.Step{f}, effects
		c := look(t, then)
		if _, still := c.Issue(i.ID); still && i.Code != "same_customer" { // who has been merged is found by whoever finds pairs
			t.Errorf("still there after %s", f.Kind)
		}
		if !c.Reconciliation.Holds() {
			t.Errorf("rows are not accounted for: %+v", c.Reconciliation)
		}
		for _, d := range c.Dimensions {
			if string(d.Dimension) == dimension && d.Score != 100 {
				t.Errorf("%s is %v after the fix: %v", dimension, d.Score, ids(c))
			}
		}
	}
}

// An issue lowers its dimension by the formula of docs/quality.md, and nothing else.
func TestScores(t *testing.T) {
	t.Parallel()
	s := newShop(1)
	exclude(s, "missing_customer", len(s.rows)/4)
	exclude(s, "missing_date", len(s.rows)/4)
	c := look(t, s.input())
	in := float64(s.sources[0].Report.Rows.In)
	one := 1 - float64(len(s.rows)/4)/in
	want := map[quality.Dimension]float64{quality.Completeness: math.Round(1000*one*one) / 10, quality.Validity: 100, quality.Uniqueness: 100, quality.Consistency: 100, quality.Timeliness: 100}
	got := map[quality.Dimension]float64{}
	for _, d := range c.Dimensions {
		got[d.Dimension] = d.Score
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
	if whole := math.Round(10*(0.25*100*one*one+75)) / 10; c.Score != whole {
		t.Errorf("score %v, want %v", c.Score, whole)
	}
	sum := 0.0
	for _, w := range quality.Weights() {
		sum += w.Weight
	}
	if math.Abs(sum-1) > 1e-12 {
		t.Errorf("weights add up to %v", sum)
	}
	s = newShop(1)
	exclude(s, "bad_date", 1) // one in ten thousand still shows
	if c = look(t, s.input()); c.Score != 99.9 && c.Score >= 100 {
		t.Errorf("score %v", c.Score)
	}
}

// The order of rows does not matter.
func TestTheOrderOfRowsDoesNotMatter(t *testing.T) {
	t.Parallel()
	s := newShop(2)
	all := plants()
	for _, id := range slices.Sorted(maps.Keys(all)) { // not in files: rows that change places change files
		p := all[id]
		if !strings.HasPrefix(id, "not_in_files") && !strings.HasPrefix(id, "doubled") && !strings.HasPrefix(id, "mixed") && !strings.HasPrefix(id, "reused") && !strings.HasPrefix(id, "empty") && id != "unanswered:survey:May" && !strings.HasPrefix(id, "customers_without") && id != "currencies:currency" {
			p.put(s, rand.New(rand.NewPCG(2, 78)))
		}
	}
	want := document(t, look(t, s.input()))
	rnd := rand.New(rand.NewPCG(9, 9))
	rnd.Shuffle(len(s.rows), func(i, j int) { s.rows[i], s.rows[j] = s.rows[j], s.rows[i] })
	if diff := cmp.Diff(want, document(t, look(t, s.input()))); diff != "" {
		t.Error(diff)
	}
}

func document(t *testing.T, c *quality.Card) string {
	t.Helper()
	b, err := json.MarshalIndent(c, "", " ")
	if err != nil {
		t.Fatal(err)
	}
	return string(b)
}

func TestCancel(t *testing.T) {
	t.Parallel()
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if _, err := quality.Look(ctx, newShop(1).input()); core.CodeOf(err) != core.CodeCancelled {
		t.Error(err)
	}
}

func TestNoData(t *testing.T) {
	t.Parallel()
	c := look(t, quality.Input{AsOf: core.NoDate, Today: core.NoDate})
	if len(c.Issues) > 0 || !c.Reconciliation.Holds() {
		t.Errorf("%+v", c)
	}
}
