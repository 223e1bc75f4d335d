package store_test

import (
	"math"
	"math/rand/v2"
	"os"
	"path/filepath"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	"qunxiang/core"
	"qunxiang/sdk"
	"qunxiang/sdk/table"
	"qunxiang/store"
)

// same compares what the store gives back: NaN equals NaN, times are instants.
func same(t *testing.T, want, got any) {
	t.Helper()
	if d := cmp.Diff(want, got, cmpopts.EquateNaNs(), cmpopts.EquateApproxTime(0)); d != "" {
		t.Fatalf("(-want +got)\n%s", d)
	}
}

func must(t *testing.T, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

func create(t *testing.T, o store.Options) *store.File {
	t.Helper()
	dir := t.TempDir()
	o.WorkDir = filepath.Join(dir, "work")
	f, err := store.Create(filepath.Join(dir, "shop.qx"), core.Project{Name: "店", Currency: "CNY"}, o)
	must(t, err)
	t.Cleanup(func() { must(t, f.Close()) })
	return f
}

// orders makes transactions of n rows: random customers, rising days, money with
// two decimals, order numbers in sequence.
func orders(n int) *core.Transactions {
	r := rand.New(rand.NewPCG(1, uint64(n)))
	customers := max(1, n/10)
	tx := &core.Transactions{
		Customers: &core.Dict{Prefix: "C", Width: 8, Numbers: make([]uint32, customers)},
		Orders:    &core.Dict{Prefix: "SO", Width: 10, Numbers: make([]uint32, n)},
		Customer:  make([]uint32, n), Day: make([]core.Date, n), Amount: make([]int64, n), Order: make([]uint32, n), Scale: 2,
	}
	for i, p := range r.Perm(customers) {
		tx.Customers.Numbers[i] = uint32(p)
	}
	for i := range n {
		tx.Orders.Numbers[i] = uint32(100000 + i)
		tx.Customer[i] = r.Uint32N(uint32(customers))
		tx.Day[i] = core.Date(19000 + r.IntN(730))
		tx.Amount[i] = int64(math.Exp(r.NormFloat64()+4) * 100)
		tx.Order[i] = uint32(i)
	}
	return tx
}

func run(name string) *core.Segmentation {
	nan, zero := math.NaN(), 0.0
	return &core.Segmentation{
		Name: name, Method: "rfm", MethodVersion: "1.0.0", Plugin: "bundled", AsOf: core.YMD(2024, 12, 31), Seed: math.MaxUint64,
		Params:   sdk.Params{"bins": sdk.Int(5), "a/b~c": sdk.Numbers(1, math.Inf(1), math.NaN()), "auto": sdk.Auto()},
		Features: []string{"recency_days"}, Where: "x > 1", Identity: "00ff", Created: time.Date(2025, 1, 2, 3, 4, 5, 678, time.UTC),
		Segments: []core.Segment{
			{ID: 1, Key: "champions", Name: sdk.Text{}, Size: 2, Share: 1, Amount: math.NaN(), Stability: &nan, Rule: &sdk.Rule{Op: sdk.OpGt, Column: "m", Number: &nan}},
			{ID: 2, Key: "lost", Stability: &zero},
		},
		Excluded: []core.Excluded{{Reason: "no_orders", Count: 2, Customers: []uint32{7, 9}}, {Reason: "none"}},
		Metrics:  []sdk.Metric{{ID: "inertia", Value: &nan}, {ID: "k", Value: &zero}, {ID: "w", Word: "weak"}},
		Tables: []sdk.DataTable{{ID: "sweep", Record: true, Table: &table.Table{Rows: 2, Columns: []table.Column{
			{Name: "gap", Kind: table.Float64, Floats: []float64{math.NaN(), 1}, Valid: table.Bits{1}},
			{Name: "big", Kind: table.Int64, Ints: []int64{math.MaxInt64, math.MinInt64}},
		}}}},
		Diagnostics: []sdk.Diagnostic{{Severity: sdk.SeverityWarning, Code: "few_rows"}},
		Model:       sdk.Model{Format: "application/json", Version: 3, Data: []byte(`{"k":1}`)},
		Customers:   []uint32{3, 1, 2}, Label: []int32{0, 1, 0},
		Columns: []table.Column{
			{Name: "recency_days", Kind: table.Float64, Unit: "day", Role: "recency", Floats: []float64{1, math.NaN(), math.Copysign(0, -1)}, Valid: table.Bits{5}},
			{Name: "r", Kind: table.Int64, Ints: []int64{5, -1, math.MinInt64}},
			{Name: "vip", Kind: table.Bool, Ints: []int64{1, 0, 1}},
			{Name: "seg", Kind: table.Category, Codes: []uint32{1, 0, 1}, Dict: []string{"", "客群"}},
			{Name: "note", Kind: table.String, Strings: []string{"", "x", "\xff"}},
		},
	}
}

func TestEverythingComesBackAfterSaveAndReopen(t *testing.T) {
	t.Parallel()
	for name, o := range map[string]store.Options{"session": {}, "one shot": {OneShot: true}} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			f := create(t, o)
			tx := orders(1000)
			tx.Clock, tx.Quantity, tx.QuantityScale, tx.Refund = make([]int32, 1000), make([]int64, 1000), 3, make([]bool, 1000)
			tx.Refund[7], tx.Clock[3], tx.Quantity[1] = true, 86399, -5
			d := &core.Dict{}
			d.AppendString("")
			d.AppendString("书")
			tx.Labels = []core.Labels{{Role: "product", Dict: d, Codes: make([]uint32, 1000)}}
			tx.Labels[0].Codes[5] = core.NoCode
			a := &core.Attributes{Customers: d, Columns: []core.AttributeColumn{
				{Name: "age", Floats: []float64{math.NaN(), 3.5}, Valid: []bool{false, true}},
				{Name: "city", Codes: []uint32{0, core.NoCode}, Dict: []string{"上海"}},
			}}
			src := core.Source{Name: "a.csv", SHA256: "00", Kind: core.SourceTransactions, Imported: time.Unix(1e9, 0)}
			src.Report.Hints = []core.Message{{Key: "hint.x", Args: core.Args{
				"n": 3, "m": int64(1 << 60), "f": 2.0, "day": core.YMD(2024, 2, 29), "s": "text", "list": []string{"a"},
				"words": sdk.Text{EN: "a", ZH: "b"}, "inner": core.Message{Key: "k", Args: core.Args{"n": 1}},
			}}}
			must(t, f.AddSource(src, tx, 0, a))
			first, second := run("rfm"), run("rfm")
			must(t, f.PutSegmentation(first))
			must(t, f.PutSegmentation(second))
			must(t, f.SetSetting("map", []byte("{}")))
			check := func(f *store.File) {
				t.Helper()
				got, err := f.Transactions(t.Context())
				must(t, err)
				same(t, tx, got)
				attrs, err := f.Attributes(t.Context())
				must(t, err)
				same(t, a, attrs)
				for i, want := range []*core.Segmentation{second, first, second} {
					s, err := f.Segmentation("rfm", i)
					must(t, err)
					same(t, want, s)
				}
				v, err := f.Setting("map")
				must(t, err)
				same(t, "{}", string(v))
				ss, err := f.Sources()
				must(t, err)
				src.ID = 1
				same(t, []core.Source{src}, ss)
				heads, err := f.Runs()
				must(t, err)
				if len(heads) != 2 || heads[1].Run != 2 || heads[0].Segments != 2 || heads[0].Customers != 3 {
					t.Fatalf("heads %+v", heads)
				}
			}
			check(f)
			if !f.Dirty() {
				t.Fatal("changes do not show as unsaved")
			}
			must(t, f.Save(t.Context()))
			if f.Dirty() {
				t.Fatal("unsaved changes after a save")
			}
			check(f)
			for _, ro := range []bool{true, false} {
				work := filepath.Join(filepath.Dir(f.Path()), "work2")
				g, err := store.Open(f.Path(), store.Options{WorkDir: work, ReadOnly: ro, OneShot: ro})
				must(t, err)
				check(g)
				must(t, g.Close())
				if left, _ := os.ReadDir(work); len(left) > 0 {
					t.Fatalf("left in the work directory: %v", left)
				}
			}
		})
	}
}
