package database_test

import (
	"context"
	"database/sql"
	"fmt"
	"maps"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	_ "modernc.org/sqlite" // to write what is read
	"pgregory.net/rapid"

	"qunxiang/core"
	"qunxiang/core/database"
	"qunxiang/core/feature"
)

// store is a database of a test that tables can be written to.
type store struct {
	url   string
	exec  func(t testing.TB, q string)
	types map[string]string // column types by kind: key, day, time, money, float, int, text
}

func lite(tb testing.TB) store {
	tb.Helper()
	path := filepath.Join(tb.TempDir(), "shop's data.db")
	db, err := sql.Open("sqlite", path)
	if err != nil {
		tb.Fatal(err)
	}
	db.SetMaxOpenConns(1)                                                               // BEGIN and COMMIT are of one connection
	if _, err := db.ExecContext(tb.Context(), "PRAGMA synchronous = OFF"); err != nil { // it need not outlive a crash
		tb.Fatal(err)
	}
	tb.Cleanup(func() { db.Close() })
	return store{
		url: "sqlite://" + filepath.ToSlash(path),
		exec: func(tb testing.TB, q string) {
			tb.Helper()
			if _, err := db.ExecContext(tb.Context(), q); err != nil {
				tb.Fatalf("%v\n%.2000s", err, q)
			}
		},
		types: map[string]string{"key": "TEXT", "day": "DATE", "time": "TIMESTAMP", "money": "REAL", "float": "REAL", "int": "INTEGER", "text": "TEXT"},
	}
}

// fill makes a table of columns "name kind" and rows of SQL literals.
func (s store) fill(tb testing.TB, table string, columns []string, rows [][]string) {
	tb.Helper()
	defs := make([]string, len(columns))
	for i, c := range columns {
		name, kind, _ := strings.Cut(c, " ")
		defs[i] = name + " " + s.types[kind]
	}
	s.exec(tb, "DROP TABLE IF EXISTS "+table)
	s.exec(tb, "CREATE TABLE "+table+" ("+strings.Join(defs, ", ")+")")
	s.exec(tb, "BEGIN")
	for part := range slices.Chunk(rows, 500) {
		values := make([]string, len(part))
		for i, r := range part {
			values[i] = "(" + strings.Join(r, ", ") + ")"
		}
		s.exec(tb, "INSERT INTO "+table+" VALUES "+strings.Join(values, ", "))
	}
	s.exec(tb, "COMMIT")
}

// fataler is a test, or a draw of one.
type fataler interface {
	Helper()
	Fatal(args ...any)
	Fatalf(format string, args ...any)
	Errorf(format string, args ...any)
	Context() context.Context
}

// features are the features of customers by their keys.
type features map[string][]float64

// fates are how many rows became what: by the reason for which they are left out, and
// "in" and "used".
type fates map[string]int

func fatesOf(r core.ImportReport) fates {
	out := fates{"in": r.Rows.In, "used": r.Rows.Used}
	for _, e := range r.Rows.Excluded {
		out[e.Reason] += e.Count
	}
	return out
}

// withRefunds counts the rows that refunds used up as used.
func (f fates) withRefunds() fates {
	out := maps.Clone(f)
	for _, why := range []string{"order_refunded", "refund_linked"} {
		out["used"] += out[why]
		delete(out, why)
	}
	return out
}

// byRows reads all rows and computes features.
func byRows(t fataler, db core.Database, o core.ImportOptions, asOf core.Date) (features, core.Date, fates) {
	t.Helper()
	r, _, err := database.Reader{}.Read(t.Context(), db, "", o, core.NoProgress)
	if err != nil {
		t.Fatal(err)
	}
	if asOf == core.NoDate {
		asOf = feature.AsOf(r.Transactions)
	}
	set, err := feature.FromTransactions(t.Context(), r.Transactions, feature.Options{AsOf: asOf})
	if err != nil {
		t.Fatal(err)
	}
	out := features{}
	for i, code := range set.Customers {
		row := make([]float64, len(feature.Names()))
		for k, name := range feature.Names() {
			c := set.Table.Column(name)
			if c.Floats != nil {
				row[k] = c.Floats[i]
			} else {
				row[k] = float64(c.Ints[i])
			}
		}
		out[r.Transactions.Customers.At(int(code))] = row
	}
	return out, asOf, fatesOf(r.Report)
}

// bySQL lets the database add up.
func bySQL(t fataler, db core.Database, o core.ImportOptions, asOf core.Date) (features, *core.Aggregated) {
	t.Helper()
	return bySQLOf(t, database.Reader{}, db, o, asOf)
}

func bySQLOf(t fataler, d database.Reader, db core.Database, o core.ImportOptions, asOf core.Date) (features, *core.Aggregated) {
	t.Helper()
	a, err := d.Aggregate(t.Context(), db, "", o, asOf, false, core.NoProgress)
	if err != nil {
		t.Fatal(err)
	}
	out := features{}
	for i := range a.Attributes.Customers.Len() {
		row := make([]float64, len(a.Attributes.Columns))
		for k, c := range a.Attributes.Columns {
			row[k] = c.Floats[i]
		}
		out[a.Attributes.Customers.At(i)] = row
	}
	return out, a
}

// ways are those of adding up: the general statement, the plain one with the rows that it
// leaves over (also of a file), and what suits the database.
var ways = []database.Reader{{Here: -1}, {Here: 1 << 30}, {}}

// same holds the ways to the same result, to the last bit: the rows, the plain statement
// with the rows that it leaves over, and the general statement.
func same(t fataler, db core.Database, o core.ImportOptions, asOf core.Date) *core.Aggregated {
	t.Helper()
	want, day, rows := byRows(t, db, o, asOf)
	if len(want) == 0 { // rows of customers without an order are kept; sums of nothing are not
		for _, by := range ways {
			if _, err := by.Aggregate(t.Context(), db, "", o, asOf, false, core.NoProgress); !refused(err) {
				t.Errorf("no customer is left, and adding up says %v", err)
			}
		}
		return nil
	}
	var a *core.Aggregated
	for _, by := range ways {
		a = equal(t, by, db, o, asOf, want, day, rows)
	}
	return a
}

func equal(t fataler, by database.Reader, db core.Database, o core.ImportOptions, asOf core.Date, want features, day core.Date, rows fates) *core.Aggregated {
	t.Helper()
	got, a := bySQLOf(t, by, db, o, asOf)
	if a.AsOf != day {
		t.Errorf("as of %v, by rows %v", a.AsOf, day)
	}
	for _, k := range slices.Sorted(maps.Keys(want)) {
		if !slices.Equal(want[k], got[k]) {
			t.Fatalf("%q: by SQL %v, by rows %v (%v)\n%s", k, got[k], want[k], feature.Names(), a.Statement)
		}
	}
	if d := cmp.Diff(len(want), len(got)); d != "" {
		t.Fatalf("customers (-rows +SQL): %s\n%s", d, a.Statement)
	}
	counted := fatesOf(a.Report)
	if strings.HasPrefix(a.Statement, "WITH u") { // SQL sets off sums of orders: which rows a refund used up it does not know
		rows, counted = rows.withRefunds(), counted.withRefunds()
	}
	if d := cmp.Diff(rows, counted); d != "" {
		t.Errorf("rows (-rows +SQL, here %d): %s\n%s", by.Here, d, a.Statement)
	}
	return a
}

// refused reports an error that says that no row counts.
func refused(err error) bool {
	code := core.CodeOf(err)
	return code == "no_rows" || code == "no_usable_rows" || strings.HasPrefix(code, "no_valid_")
}

// A drawn shop: few customers, orders, products and days, so that refunds meet
// purchases in every way that there is.
func shop(rt *rapid.T, columns []string) [][]string {
	pick := func(label string, words ...string) string { return rapid.SampledFrom(words).Draw(rt, label) }
	text := func(s string) string {
		if s == "" {
			return "NULL"
		}
		return "'" + s + "'"
	}
	n := rapid.IntRange(4, 60).Draw(rt, "rows")
	rows := make([][]string, n)
	refunds := rapid.IntRange(0, 3).Draw(rt, "refunds") > 0
	tidy := rapid.Bool().Draw(rt, "tidy") // an order is of one customer and one day, a product has one price
	day := 0
	for i := range rows {
		if day < 20 && rapid.IntRange(0, 2).Draw(rt, "step") == 0 {
			day++
		}
		qty := rapid.IntRange(1, 4).Draw(rt, "qty")
		if refunds && rapid.IntRange(0, 3).Draw(rt, "back") == 0 {
			qty = -qty
		}
		price := rapid.SampledFrom([]int{150, 299, 1000, 1}).Draw(rt, "price")
		order, product := pick("order", "", "o1", "o2", "o3", "o4", "o5", "Co1", "Co2", "TEST-7"), pick("product", "tea", "cup")
		customer, on := pick("customer", "ann", "bea", " cat", "dan", "Test01", "", "n/a"), day
		if tidy {
			price = map[string]int{"tea": 150, "cup": 299}[product]
			qty = max(-2, min(2, qty))
			if order != "" {
				k := int(order[len(order)-1]-'0') % 5
				if customer = []string{"ann", "bea", "cat"}[k%3]; qty > 0 {
					on = 4 * k
				}
			}
		}
		for _, c := range columns {
			name, kind, _ := strings.Cut(c, " ")
			v := ""
			switch name {
			case "customer":
				v = text(customer)
			case "ordered":
				v = fmt.Sprintf("'2024-02-%02d'", on+1)
				if kind == "time" {
					v = fmt.Sprintf("'2024-02-%02d 10:%02d:00'", on+1, rapid.IntRange(0, 2).Draw(rt, "minute"))
				}
				if rapid.IntRange(0, 40).Draw(rt, "no day") == 0 {
					v = "NULL"
				}
			case "order_id":
				v = text(order)
			case "product":
				v = text(product)
			case "quantity":
				v = fmt.Sprint(qty)
			case "price":
				v = fmt.Sprintf("%d.%02d", price/100, price%100)
			case "amount":
				v = fmt.Sprintf("%.2f", float64(qty*price)/100)
				if rapid.IntRange(0, 20).Draw(rt, "no money") == 0 {
					v = pick("odd", "0", "NULL")
				}
			case "status":
				v = text(pick("status", "done", "done", "done", "done", "refunded", "cancelled", "unpaid", ""))
			}
			rows[i] = append(rows[i], v)
		}
	}
	return rows
}

// shapes are the tables that a shop may keep.
var shapes = [][]string{
	{"customer key", "ordered day", "amount money"},
	{"customer key", "ordered time", "order_id key", "amount money"},
	{"customer key", "ordered day", "order_id key", "amount float", "status text"},
	{"customer key", "ordered time", "order_id key", "product text", "quantity int", "price money", "status text"},
	{"customer key", "ordered time", "product text", "quantity int", "amount money"},
	{"customer key", "ordered day", "order_id key", "product text", "quantity int", "amount money"},
	{"customer key", "ordered day", "order_id key"},
}

// equality draws shops and compares both ways under every policy.
func equality(t *testing.T, s store) {
	t.Helper()
	table := 0
	rapid.Check(t, func(rt *rapid.T) {
		columns := shapes[rapid.IntRange(0, len(shapes)-1).Draw(rt, "shape")]
		rows := shop(rt, columns)
		table++
		s.fill(t, "orders", columns, rows)
		o := core.ImportOptions{Kind: core.SourceTransactions, Map: map[core.Role]string{core.RoleCustomer: "customer", core.RoleDate: "ordered"}}
		o.Refunds = rapid.SampledFrom([]core.RefundPolicy{"", core.RefundNet, core.RefundDrop, core.RefundKeep}).Draw(rt, "policy")
		asOf := core.NoDate
		if rapid.IntRange(0, 3).Draw(rt, "early") == 0 {
			asOf = core.YMD(2024, 2, 7)
		}
		db := core.Database{URL: s.url, Table: "orders"}
		if _, _, err := (database.Reader{}).Read(t.Context(), db, "", o, core.NoProgress); err != nil {
			for _, by := range ways {
				if a, sumErr := by.Aggregate(t.Context(), db, "", o, asOf, false, core.NoProgress); !refused(err) || !refused(sumErr) {
					rt.Fatalf("rows: %v; SQL, here %d: %v\n%+v", err, by.Here, sumErr, a)
				}
			}
			rt.Skip("no row counts")
		}
		same(rt, db, o, asOf)
	})
}

func TestSQLEqualsRowsSQLite(t *testing.T) {
	t.Parallel()
	equality(t, lite(t))
}
