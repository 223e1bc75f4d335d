package ingest

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"qunxiang/core"
)

// What the user chooses goes before what is found.
func TestOptions(t *testing.T) {
	t.Parallel()
	const sales = "when,who,paid,extra,nr\n01/02/2024,A,5,7,1\n02/02/2024,B,6,8,1\n03/02/2024,A,7,9,2\n"
	mapped := map[core.Role]string{core.RoleDate: "when", core.RoleCustomer: "who", core.RoleAmount: "extra", core.RoleOrder: "nr"}
	for name, c := range map[string]struct {
		text string
		o    core.ImportOptions
		want []string
	}{
		"columns":         {sales, core.ImportOptions{Map: mapped, DateOrder: core.DateDMY}, []string{"A 2024-02-01 7 1", "B 2024-02-02 8 1", "A 2024-02-03 9 2"}},
		"order of dates":  {sales, core.ImportOptions{Map: mapped, DateOrder: core.DateMDY}, []string{"A 2024-01-02 7 1", "B 2024-02-02 8 1", "A 2024-03-02 9 2"}},
		"a row, an order": {sales, core.ImportOptions{Map: mapped, DateOrder: core.DateDMY, Grain: core.GrainOrder}, []string{"A 2024-02-01 7", "B 2024-02-02 8", "A 2024-02-03 9"}},
		"lines without a number are one order a day": {
			"customer,date,amount\nA,2024-01-01,1\nA,2024-01-01,2\nA,2024-01-02,3\n",
			core.ImportOptions{Grain: core.GrainLine},
			[]string{"A 2024-01-01 1 A@2024-01-01", "A 2024-01-01 2 A@2024-01-01", "A 2024-01-02 3 A@2024-01-02"},
		},
		"header in row 3":     {"x,y,z\nnot,a,header\ncustomer,date,amount\nA,2024-01-01,1\n", core.ImportOptions{HeaderRow: 3}, []string{"A 2024-01-01 1"}},
		"no header":           {"A,2024-01-01,1.5\nB,2024-01-02,2.5\nA,2024-01-03,2.5\n", core.ImportOptions{HeaderRow: -1, Map: map[core.Role]string{core.RoleCustomer: "A", core.RoleDate: "B", core.RoleAmount: "C"}}, []string{"A 2024-01-01 1.5", "B 2024-01-02 2.5", "A 2024-01-03 2.5"}},
		"quantity × price":    {"customer,date,amount,quantity,price\nA,2024-01-01,99,2,1.25\n", core.ImportOptions{Map: map[core.Role]string{core.RoleQuantity: "quantity", core.RolePrice: "price"}}, []string{"A 2024-01-01 2.5 ×2"}},
		"a delimiter":         {"customer;date;amount\nA;2024-01-01;1\n", core.ImportOptions{Delimiter: ";"}, []string{"A 2024-01-01 1"}},
		"names with blanks":   {" Customer ID , Order Date ,Net Amount (USD)\nA,2024-01-01,1\n", core.ImportOptions{}, []string{"A 2024-01-01 1"}},
		"an apostrophe guard": {"customer,date,amount\n'=A,2024-01-01,1\n'+86,2024-01-01,2\n", core.ImportOptions{}, []string{"=A 2024-01-01 1", "+86 2024-01-01 2"}},
		"row names as R has":  {"\"order_date\",\"customer_id\",\"amount\"\n\"1\",2024-01-01,\"A\",1\n\"2\",2024-01-02,\"B\",2\n", core.ImportOptions{}, []string{"A 2024-01-01 1", "B 2024-01-02 2"}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			r := mustRead(t, file(t, "a.csv", c.text), c.o)
			if r.Transactions == nil {
				t.Fatalf("read as %s", r.Report.Detected.Kind)
			}
			if diff := cmp.Diff(c.want, rendered(r.Transactions, false)); diff != "" {
				t.Errorf("rows (-want +got):\n%s", diff)
			}
		})
	}
}

// A table with a row per customer becomes numbers and categories.
func TestCustomers(t *testing.T) {
	t.Parallel()
	r := mustRead(t, file(t, "a.csv", "会员号,年龄,城市,积分,开卡日期\n001,30,上海,\"1,200\",2020-01-01\n002,,北京,NA,2020-01-02\n001,31,上海,5,2020-01-03\n003,28,none,12%,2020-01-04\n,1,x,2,2020-01-05\n"), core.ImportOptions{Kind: core.SourceCustomers})
	want := &core.Attributes{Customers: r.Attributes.Customers, Columns: []core.AttributeColumn{
		{Name: "年龄", Floats: []float64{30, 0, 28}, Valid: []bool{true, false, true}},
		{Name: "城市", Codes: []uint32{0, 1, 2}, Dict: []string{"上海", "北京", "none"}},
		{Name: "积分", Floats: []float64{1200, 0, 0.12}, Valid: []bool{true, false, true}},
		{Name: "开卡日期", Codes: []uint32{0, 1, 2}, Dict: []string{"2020-01-01", "2020-01-02", "2020-01-04"}},
	}}
	if diff := cmp.Diff(want, r.Attributes); diff != "" {
		t.Errorf("attributes (-want +got):\n%s", diff)
	}
	if got := r.Attributes.Customers.At(2); got != "003" {
		t.Errorf("third customer %q", got)
	}
	wantOut := []core.Exclusion{{Reason: "missing_customer", Count: 1, Examples: []int{6}}, {Reason: "duplicate_customer", Count: 1, Examples: []int{4}}}
	if diff := cmp.Diff(wantOut, r.Report.Rows.Excluded); diff != "" {
		t.Errorf("excluded (-want +got):\n%s", diff)
	}
}

// Kinds of the reference tables.
func TestKinds(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		kind     core.SourceKind
		customer string // "" = the row's number
	}{
		"customers/mall_customers.csv": {core.SourceCustomers, "CustomerID"}, "customers/wholesale_customers.csv": {core.SourceCustomers, ""}, "customers/telco_churn.csv": {core.SourceCustomers, "customerID"},
		"classics/iris.csv": {core.SourceCustomers, ""}, "classics/ruspini.csv": {core.SourceCustomers, "name"}, "classics/kyphosis.csv": {core.SourceCustomers, ""},
		"customers/bank_churners.csv": {core.SourceCustomers, "CLIENTNUM"}, "customers/cc_general.csv": {core.SourceCustomers, "CUST_ID"}, "customers/rfm_data_customer.csv": {core.SourceCustomers, "customer_id"},
		"transactions/CDNOW_master.txt": {core.SourceTransactions, "customer_id"}, "transactions/CDNOW_sample.txt": {core.SourceTransactions, "A"}, "transactions/btyd_cdnowElog.csv": {core.SourceTransactions, "masterid"},
		"transactions/clvtools_apparelTrans.csv": {core.SourceTransactions, "Id"}, "transactions/groceries_dataset.csv": {core.SourceTransactions, "Member_number"},
		"transactions/lifetimes_example_transactions.csv": {core.SourceTransactions, "id"}, "transactions/rfm_data_orders.csv": {core.SourceTransactions, "customer_id"},
		"import/cn_gbk/meal_order_detail_utf8bom.csv": {core.SourceTransactions, "emp_id"}, "import/cn_gbk/water_moment_gbk.csv": {core.SourceCustomers, ""},
	} {
		t.Run(strings.ReplaceAll(name, "/", "_"), func(t *testing.T) {
			t.Parallel()
			p, err := Look(t.Context(), data(t, name), core.ImportOptions{}, 5)
			if err != nil {
				t.Fatal(err)
			}
			if p.Detected.Kind != c.kind || p.Detected.Mapping[core.RoleCustomer] != c.customer {
				t.Errorf("%s with customer %q", p.Detected.Kind, p.Detected.Mapping[core.RoleCustomer])
			}
		})
	}
}

func FuzzRead(f *testing.F) {
	f.Add([]byte("customer,date,amount\nA,2024-01-01,1\n"))
	f.Add([]byte(chinese))
	f.Add([]byte("\xFF\xFEa\x00,\x00b\x00\n\x001\x00,\x002\x00\n\x00"))
	f.Add([]byte("PK\x03\x04"))
	f.Add([]byte("a  b  c\n1  2  3\n"))
	f.Fuzz(func(t *testing.T, b []byte) {
		path := file(t, "f", string(b))
		if _, err := Look(t.Context(), path, core.ImportOptions{}, 5); err != nil && core.CodeOf(err) == core.CodeInternal {
			t.Fatalf("Look: %v", err)
		}
		one, err := read(t.Context(), path, core.ImportOptions{}, core.NoProgress, tuning{block: 16, workers: 2})
		if err != nil {
			if core.CodeOf(atFile(path, err)) == core.CodeInternal {
				t.Fatalf("%v", err)
			}
			return
		}
		checkSums(t, one)
		all, err := read(t.Context(), path, core.ImportOptions{}, core.NoProgress, tuning{block: 1 << 20, workers: 1})
		if err != nil {
			t.Fatal(err)
		}
		if diff := cmp.Diff(one, all); diff != "" {
			t.Fatalf("blocks of 16 bytes (-) and one block (+):\n%s", diff)
		}
	})
}
