package guard_test

import (
	"fmt"
	"math"
	"math/rand/v2"
	"slices"
	"testing"

	"qunxiang/core"
	"qunxiang/core/feature"
	"qunxiang/core/guard"
	"qunxiang/sdk"
	"qunxiang/sdk/table"
)

// clean is a k-means run on the customers of an ordinary shop: n of them, orders over a
// year, attributes that describe.
func clean(n int) guard.Input {
	rnd := rand.New(rand.NewPCG(11, uint64(n)))
	keys, tx := &core.Dict{}, &core.Transactions{Scale: 2}
	rec, freq, mon, mean := make([]int64, n), make([]int64, n), make([]float64, n), make([]float64, n)
	city, age := make([]uint32, n), make([]float64, n)
	for i := range n {
		keys.AppendString(fmt.Sprintf("K%05d", i+1))
		orders := 1 + rnd.IntN(6)
		base := math.Exp(4 + rnd.NormFloat64()/2)
		last := core.YMD(2023, 12, 31) - core.Date(rnd.IntN(300))
		for range orders {
			amount := int64(100*base*math.Exp(rnd.NormFloat64()/3)) + 1
			tx.Customer, tx.Day, tx.Amount = append(tx.Customer, uint32(i)), append(tx.Day, last-core.Date(rnd.IntN(60))), append(tx.Amount, amount)
			tx.Order = append(tx.Order, uint32(len(tx.Order)))
			mon[i] += core.Money(amount, 2)
		}
		rec[i], freq[i], mean[i] = int64(core.YMD(2024, 1, 1)-last), int64(orders), mon[i]/float64(orders)
		city[i], age[i] = uint32(rnd.IntN(4)), float64(18+rnd.IntN(60))
	}
	tx.Customers = keys
	set := &feature.Set{AsOf: core.YMD(2024, 1, 1), Table: &table.Table{Rows: n, Columns: []table.Column{
		{Name: feature.Recency, Kind: table.Int64, Unit: "day", Role: "features", Ints: rec},
		{Name: feature.Frequency, Kind: table.Int64, Unit: "order", Role: "features", Ints: freq},
		{Name: feature.Monetary, Kind: table.Float64, Unit: "money", Role: "features", Floats: mon},
		{Name: "age", Kind: table.Float64, Role: "features", Floats: age},
		{Name: "city", Kind: table.Category, Role: "features", Codes: city, Dict: []string{"A", "B", "C", "D"}},
	}}}
	in := guard.Input{
		Info:   sdk.Info{ID: "kmeans", Tags: []string{"clustering"}, Params: []sdk.Param{{ID: "scale", Kind: sdk.ParamChoice}}},
		Params: sdk.Params{"scale": sdk.TextValue("zscore")}, Features: set, Transactions: tx, Keys: keys, AsOf: set.AsOf,
		Sources: []core.Source{{Name: "orders.csv", Kind: core.SourceTransactions, Report: core.ImportReport{
			Lines: tx.Rows(), Detected: core.Detected{Confidence: map[string]float64{"dateOrder": 1}, Mapping: map[core.Role]string{core.RoleDate: "date"}},
		}}},
	}
	for i := range n {
		set.Customers = append(set.Customers, uint32(i))
		in.Rows = append(in.Rows, int32(i))
	}
	t := *set.Table
	t.Columns = slices.Clone(t.Columns)
	in.Table = &t
	return in
}

func codes(found []guard.Finding) []string {
	var out []string
	for _, f := range found {
		out = append(out, f.Code)
	}
	return out
}

func TestCleanDataAreSilent(t *testing.T) {
	t.Parallel()
	for _, n := range []int{1, 40, 2_000, 20_000} {
		if got := guard.Before(t.Context(), clean(n)); len(got) > 0 {
			t.Errorf("%d customers: %v", n, codes(got))
		}
	}
}

// column returns the column of the run and of the data behind it.
func column(in guard.Input, name string) *table.Column { return in.Table.Column(name) }

func add(in guard.Input, c table.Column) {
	in.Table.Columns = append(in.Table.Columns, c)
}

// planted makes each mistake in clean data.
var planted = map[string]func(*guard.Input){
	guard.ScaleDominance: func(in *guard.Input) {
		in.Params["scale"] = sdk.TextValue("none")
		for i, c := 0, column(*in, feature.Monetary); i < in.Table.Rows; i++ {
			c.Floats[i] *= 20
		}
	},
	guard.IDAsFeature: func(in *guard.Input) {
		v := make([]float64, in.Table.Rows)
		for i := range v {
			v[i] = float64(100_000 + i)
		}
		add(*in, table.Column{Name: "会员 编号", Kind: table.Float64, Role: "features", Floats: v})
	},
	guard.FutureFeature: func(in *guard.Input) { in.AsOf = core.YMD(2023, 6, 1) },
	guard.ReversedRecency: func(in *guard.Input) {
		v, rec := make([]float64, in.Table.Rows), column(*in, feature.Recency)
		for i := range v {
			v[i] = 400 - float64(rec.Ints[i]) + float64(i*7%301)
		}
		add(*in, table.Column{Name: "最近消费", Kind: table.Float64, Role: "features", Floats: v})
	},
	guard.DuplicatedOrders: func(in *guard.Input) {
		tx := in.Transactions
		for i := range tx.Rows() / 3 {
			tx.Customer, tx.Day, tx.Amount, tx.Order = append(tx.Customer, tx.Customer[i]), append(tx.Day, tx.Day[i]), append(tx.Amount, tx.Amount[i]), append(tx.Order, tx.Order[i])
		}
	},
	guard.OneTimeBuyers: func(in *guard.Input) {
		for i, c := 0, column(*in, feature.Frequency); i < in.Table.Rows; i++ {
			if i%10 < 7 {
				c.Ints[i] = 1
			}
		}
	},
	guard.Collapsed: func(in *guard.Input) {
		in.Info = sdk.Info{ID: "rfm", Params: []sdk.Param{{ID: "bins"}}}
		in.Params = sdk.Params{"bins": sdk.Int(5), "binning": sdk.TextValue("independent")}
		c := column(*in, feature.Frequency)
		c.Role = "frequency"
		for i := range c.Ints {
			c.Ints[i] = 1 + int64(i%2)
		}
	},
	guard.CorrelatedTwins: func(in *guard.Input) {
		m := column(*in, feature.Monetary)
		v := make([]float64, len(m.Floats))
		for i, x := range m.Floats {
			v[i] = x*x + 1
		}
		add(*in, table.Column{Name: "points", Kind: table.Float64, Role: "features", Floats: v})
	},
	guard.MixedUnits: func(in *guard.Input) {
		for i, d := range in.Transactions.Day {
			if d >= core.YMD(2023, 9, 1) {
				in.Transactions.Amount[i] *= 100
			}
		}
	},
	guard.AmbiguousDates: func(in *guard.Input) { in.Sources[0].Report.Detected.Confidence["dateOrder"] = 0.5 },
	guard.TestAccounts: func(in *guard.Input) {
		keys := &core.Dict{}
		for i := range in.Keys.Len() {
			keys.AppendString(map[int]string{3: "test01", 7: "内部-王", 9: "TEST"}[i] + map[bool]string{true: "", false: in.Keys.At(i)}[i == 3 || i == 7 || i == 9])
		}
		in.Keys = keys
	},
}

func TestEveryPlantedMistakeFires(t *testing.T) {
	t.Parallel()
	for code, plant := range planted {
		t.Run(code, func(t *testing.T) {
			t.Parallel()
			in := clean(2_000)
			plant(&in)
			got := codes(guard.Before(t.Context(), in))
			if !slices.Contains(got, code) {
				t.Errorf("silent; found %v", got)
			}
			if len(got) > 1 && code != guard.FutureFeature {
				t.Errorf("others fire too: %v", got)
			}
		})
	}
}

func TestOtherFormsOfTheMistakes(t *testing.T) {
	t.Parallel()
	cases := map[string]struct {
		code  string
		plant func(*guard.Input)
	}{
		"a name for every customer": {guard.IDAsFeature, func(in *guard.Input) {
			c := table.Column{Name: "name", Kind: table.Category, Role: "features"}
			for i := range in.Table.Rows {
				c.Codes, c.Dict = append(c.Codes, uint32(i)), append(c.Dict, fmt.Sprint("N", i))
			}
			add(*in, c)
		}},
		"a collecting account": {guard.TestAccounts, func(in *guard.Input) { column(*in, feature.Frequency).Ints[5] = 900 }},
		"dates as recency": {guard.ReversedRecency, func(in *guard.Input) {
			c := column(*in, "age")
			c.Name, c.Role = "last", "recency"
			for i := range c.Floats {
				c.Floats[i] = float64(20230101 + i%28)
			}
		}},
		"rows without order numbers": {guard.DuplicatedOrders, func(in *guard.Input) {
			tx := in.Transactions
			for i := range tx.Rows() / 8 {
				tx.Customer, tx.Day, tx.Amount = append(tx.Customer, tx.Customer[i]), append(tx.Day, tx.Day[i]), append(tx.Amount, tx.Amount[i])
			}
			tx.Order = nil
		}},
		"a file in cents": {guard.MixedUnits, func(in *guard.Input) {
			half := in.Transactions.Rows() / 2
			for i := half; i < in.Transactions.Rows(); i++ {
				in.Transactions.Amount[i] *= 10_000
			}
			in.Sources = append(in.Sources, in.Sources[0])
			in.Sources[0].Report.Lines, in.Sources[1].Report.Lines = half, in.Transactions.Rows()-half
		}},
		"a column that tells the outcome": {guard.FutureFeature, func(in *guard.Input) {
			in.Info = sdk.Info{ID: "dtree", Roles: []sdk.Role{{ID: "target", Param: "target"}}}
			left, called := table.Column{Name: "left", Kind: table.Category, Role: "target", Dict: []string{"no", "yes"}}, column(*in, "city")
			for i := range in.Table.Rows {
				v := uint32(i % 3 / 2)
				left.Codes = append(left.Codes, v)
				called.Codes[i] = v
			}
			add(*in, left)
		}},
	}
	for name, c := range cases {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			in := clean(2_000)
			c.plant(&in)
			if got := codes(guard.Before(t.Context(), in)); !slices.Contains(got, c.code) {
				t.Errorf("silent; found %v", got)
			}
		})
	}
}

// In a shop of one price the lines of an order cost the same; their products tell them apart.
func TestLinesOfOnePriceAreNotDoubled(t *testing.T) {
	t.Parallel()
	for _, same := range []bool{false, true} {
		in := clean(2_000)
		tx := in.Transactions
		products := core.Labels{Role: string(core.RoleProduct), Dict: &core.Dict{}}
		for _, name := range []string{"tea", "cup"} {
			products.Dict.AppendString(name)
		}
		for i := range tx.Rows() { // every order gets a second line that costs the same
			products.Codes = append(products.Codes, 0)
			tx.Customer, tx.Day = append(tx.Customer, tx.Customer[i]), append(tx.Day, tx.Day[i])
			tx.Amount, tx.Order = append(tx.Amount, tx.Amount[i]), append(tx.Order, tx.Order[i])
		}
		for len(products.Codes) < tx.Rows() {
			code := uint32(1)
			if same {
				code = 0
			}
			products.Codes = append(products.Codes, code)
		}
		tx.Labels = []core.Labels{products}
		if got := codes(guard.Before(t.Context(), in)); slices.Contains(got, guard.DuplicatedOrders) != same {
			t.Errorf("the same product twice: %t; found %v", same, got)
		}
	}
}

func TestARunWithoutOrdersHearsNothingOfThem(t *testing.T) {
	t.Parallel()
	for _, code := range []string{guard.DuplicatedOrders, guard.OneTimeBuyers, guard.MixedUnits, guard.AmbiguousDates} {
		in := clean(2_000)
		planted[code](&in)
		in.Table.Columns = in.Table.Columns[3:] // age and city
		if got := guard.Before(t.Context(), in); len(got) > 0 {
			t.Errorf("%s: %v", code, codes(got))
		}
	}
}

func TestTheOrderOfRowsDoesNotMatter(t *testing.T) {
	t.Parallel()
	in := clean(12_000)
	planted[guard.CorrelatedTwins](&in)
	want := guard.Before(t.Context(), in)
	perm := rand.New(rand.NewPCG(1, 1)).Perm(12_000)
	rows := make([]int32, len(perm))
	for i, p := range perm {
		rows[i] = int32(p)
	}
	in.Table, in.Rows = in.Table.Pick(rows), rows
	got := guard.Before(t.Context(), in)
	if len(want) != 1 || len(got) != 1 || fmt.Sprint(got[0]) != fmt.Sprint(want[0]) {
		t.Errorf("%v and %v", want, got)
	}
}

func TestHostileInputIsSurvived(t *testing.T) {
	t.Parallel()
	for _, v := range []float64{math.NaN(), math.Inf(1), 1e300, -1e300, 0} {
		in := clean(100)
		for _, c := range []string{feature.Monetary, "age"} {
			for i := range in.Table.Rows {
				column(in, c).Floats[i] = v
			}
		}
		in.Params["scale"] = sdk.TextValue("none")
		guard.Before(t.Context(), in)
	}
	guard.Before(t.Context(), guard.Input{})
	guard.Before(t.Context(), guard.Input{Table: &table.Table{}, Features: &feature.Set{Table: &table.Table{}}})
}

func TestTinySegments(t *testing.T) {
	t.Parallel()
	s := &core.Segmentation{Segments: []core.Segment{{Key: "a", Size: 990, Share: 0.99}, {Key: "b", Size: 10, Share: 0.01}}}
	if got := guard.After(s); len(got) != 0 {
		t.Errorf("a hundredth and ten customers are enough: %v", got)
	}
	s.Segments[1].Size, s.Segments[1].Share = 9, 0.009
	got := guard.After(s)
	if len(got) != 1 || got[0].Code != guard.TinySegment || got[0].Rows != 9 {
		t.Errorf("%v", got)
	}
	if left := guard.Without(got, []sdk.Diagnostic{{Code: "tiny_segment"}}); len(left) != 0 {
		t.Error("said twice")
	}
}

func BenchmarkAMillionCustomers(b *testing.B) {
	in := clean(1_000_000)
	in.History = guard.Learn(in.Transactions, in.Sources)
	for b.Loop() {
		guard.Before(b.Context(), in)
	}
}
