package database_test

import (
	"bytes"
	"context"
	"maps"
	"math/rand/v2"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"qunxiang/core"
	"qunxiang/core/database"
	"qunxiang/internal/patience"
)

// What SQL must leave to us, counted by hand: a refund without an order's number, and a
// cancellation that has the number of its order behind a C.
func TestRefundsThatSQLCannotLink(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		name    string
		columns []string
		rows    [][]string
		want    features
	}{
		{
			"by product, price and quantity",
			[]string{"customer key", "ordered day", "order_id key", "product text", "quantity int", "amount money"},
			[][]string{
				{"'ann'", "'2024-01-01'", "'1'", "'tea'", "2", "10"},
				{"'ann'", "'2024-01-05'", "'2'", "'cup'", "1", "7"},
				{"'ann'", "'2024-01-09'", "NULL", "'cup'", "-1", "-7"},
				{"'bea'", "'2024-01-10'", "'3'", "'cup'", "1", "7"},
			},
			// Order 2 is gone, so ann's last order is that of the 1st; the as-of date is the 11th.
			features{"ann": {10, 1, 10, 1, 10, 10}, "bea": {1, 1, 7, 1, 7, 1}},
		},
		{
			"by the number behind a C",
			[]string{"customer key", "ordered day", "order_id key", "amount money"},
			[][]string{
				{"'ann'", "'2024-01-01'", "'1'", "10"},
				{"'ann'", "'2024-01-05'", "'2'", "7.5"},
				{"'ann'", "'2024-01-09'", "'C2'", "-7.5"},
				{"'bea'", "'2024-01-10'", "'3'", "7"},
			},
			features{"ann": {10, 1, 10, 1, 10, 10}, "bea": {1, 1, 7, 1, 7, 1}},
		},
		{
			"what belongs to nothing lowers the money",
			[]string{"customer key", "ordered day", "order_id key", "amount money"},
			[][]string{
				{"'ann'", "'2024-01-01'", "'1'", "10"},
				{"'ann'", "'2024-01-09'", "'9'", "-2.5"},
				{"'bea'", "'2024-01-05'", "'3'", "7"},
				{"'bea'", "'2024-01-06'", "'3'", "-7"},
				{"'cat'", "'2024-01-05'", "'4'", "7"},
				{"'cat'", "'2024-01-06'", "'4'", "-3"},
			},
			features{"ann": {9, 1, 7.5, 1, 7.5, 9}, "cat": {5, 1, 4, 1, 4, 5}},
		},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			s := lite(t)
			s.fill(t, "orders", c.columns, c.rows)
			db := core.Database{URL: s.url, Table: "orders"}
			o := core.ImportOptions{Kind: core.SourceTransactions, Map: map[core.Role]string{core.RoleCustomer: "customer", core.RoleDate: "ordered"}}
			same(t, db, o, core.NoDate)
			got, _ := bySQL(t, db, o, core.NoDate)
			if d := cmp.Diff(c.want, got); d != "" {
				t.Errorf("(-want +got) %v\n%s", slices.Sorted(maps.Keys(got)), d)
			}
		})
	}
}

// Values of every kind in a column that has no type.
func TestSQLiteValues(t *testing.T) {
	t.Parallel()
	s := lite(t)
	s.exec(t, `CREATE TABLE o (customer, day, amount);
		INSERT INTO o VALUES (17850.0, '2024-01-01', 0.30000000000000004), (17850, '2024-01-02 10:00:00.5', 1), ('17850', '2024-01-02T11:00:00Z', 2.25),
		(' 17850 ', '2024-02-30', 5), (9007199254740993, '2024-01-03', 1e3), (NULL, '2024-01-03', 1), ('x', NULL, 1), ('x', '2024-01-03', NULL), ('x', 'soon', 1), ('x', '2024-01-03', 'n/a'), (NULL, NULL, NULL)`)
	db := core.Database{URL: s.url, Table: "o"}
	a := same(t, db, core.ImportOptions{}, core.NoDate)
	got, _ := bySQL(t, db, core.ImportOptions{}, core.NoDate)
	if d := cmp.Diff(features{"17850": {2, 3, 3.55, 2, 3.55 / 3, 3}, "9007199254740993": {1, 1, 1000, 1, 1000, 1}}, got); d != "" {
		t.Error(d)
	}
	reasons := map[string]int{}
	for _, e := range a.Report.Rows.Excluded {
		reasons[e.Reason] = e.Count
	}
	if d := cmp.Diff(map[string]int{"bad_date": 2, "missing_customer": 1, "missing_date": 1, "missing_amount": 2, "blank_row": 1}, reasons); d != "" {
		t.Error(d)
	}
}

// What SQL would read otherwise than an import is refused, with the column.
func TestColumnsThatSQLReadsOtherwise(t *testing.T) {
	t.Parallel()
	s := lite(t)
	for _, c := range []struct{ insert, want, column string }{
		{"('a', '2024/01/02', 5)", "database_date_text", "day"},
		{"('a', '20240102', 5)", "database_date_text", "day"},
		{"('a', '2024-01-02', '1,234.50')", "database_amount_text", "amount"},
		{"('a', '2024-01-02', 0.1234567891)", "database_amount_fine", "amount"},
		{"('a', '2024-01-02', 1e30)", "database_amount_fine", "amount"},
		{"('a', '2024-13-02', 5)", "no_usable_rows", ""},
	} {
		s.exec(t, "DROP TABLE IF EXISTS o; CREATE TABLE o (customer, day, amount); INSERT INTO o VALUES "+c.insert)
		_, err := database.Reader{Here: -1}.Aggregate(t.Context(), core.Database{URL: s.url, Table: "o"}, "", core.ImportOptions{
			Map: map[core.Role]string{core.RoleCustomer: "customer", core.RoleDate: "day", core.RoleAmount: "amount"},
		}, core.NoDate, false, core.NoProgress)
		if e := core.AsError(err); core.CodeOf(err) != c.want || e.Where.Column != c.column {
			t.Errorf("%s: %v, want %s at %s", c.insert, err, c.want, c.column)
		}
	}
	_, err := database.Reader{Here: -1}.Aggregate(t.Context(), core.Database{URL: s.url, Table: "o"}, "", core.ImportOptions{Kind: core.SourceCustomers}, core.NoDate, false, core.NoProgress)
	if core.CodeOf(err) != "database_not_purchases" {
		t.Error(err)
	}
}

func TestSQLiteErrors(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	text := filepath.Join(dir, "orders.csv")
	if err := os.WriteFile(text, bytes.Repeat([]byte("a,b\n"), 100), 0o600); err != nil {
		t.Fatal(err)
	}
	s := lite(t)
	s.exec(t, "CREATE TABLE orders (customer TEXT, day TEXT, amount REAL); CREATE VIEW v AS SELECT * FROM orders; CREATE VIEW broken AS SELECT * FROM gone")
	for _, c := range []struct{ url, table, want string }{
		{"sqlite://" + filepath.ToSlash(filepath.Join(dir, "nothing.db")), "o", "database_missing"},
		{"sqlite://" + filepath.ToSlash(text), "o", "database_not_sqlite"},
		{"sqlite://" + filepath.ToSlash(dir), "o", "database_not_sqlite"},
		{s.url, "order", "database_no_table_near"},
		{s.url, "broken", "database_no_table_near"},
		{s.url, "orders", "no_rows"},
		{s.url, "v", "no_rows"},
	} {
		_, _, err := database.Reader{}.Read(t.Context(), core.Database{URL: c.url, Table: c.table}, "", core.ImportOptions{}, core.NoProgress)
		if core.CodeOf(err) != c.want {
			t.Errorf("%s %s: %v, want %s", c.url, c.table, err, c.want)
		}
	}
	all, err := database.Reader{}.Tables(t.Context(), s.url, "")
	if err != nil || len(all) != 2 || all[0].Name != "orders" || all[0].Rows != 0 || !all[1].View || len(all[1].Columns) != 3 {
		t.Errorf("%+v %v", all, err)
	}
}

// A query that never ends stops within half a second (and some, for a busy machine).
func TestSQLiteStops(t *testing.T) {
	t.Parallel()
	s := lite(t)
	s.exec(t, "CREATE TABLE o (customer TEXT)")
	for _, q := range []string{
		"WITH RECURSIVE c(x) AS (SELECT 1 UNION ALL SELECT x + 1 FROM c) SELECT x AS customer, '2024-01-01' AS day, 1 AS amount FROM c",
		"WITH RECURSIVE c(x) AS (SELECT 1 UNION ALL SELECT x + 1 FROM c) SELECT count(*) AS customer, '2024-01-01' AS day, 1 AS amount FROM c",
	} {
		for _, sums := range []bool{false, true} {
			ctx, cancel := context.WithTimeout(t.Context(), 200*time.Millisecond)
			begun := time.Now()
			var err error
			if db := (core.Database{URL: s.url, Query: q}); sums {
				_, err = database.Reader{}.Aggregate(ctx, db, "", core.ImportOptions{}, core.NoDate, false, core.NoProgress)
			} else {
				_, _, err = database.Reader{}.Read(ctx, db, "", core.ImportOptions{}, core.NoProgress)
			}
			took := time.Since(begun)
			cancel()
			if core.CodeOf(err) != core.CodeCancelled || took > patience.For(2*time.Second) {
				t.Errorf("%s: %v after %v", q, err, took)
			}
		}
	}
}

// A damaged file is a stranger's: whatever its bytes, reading it ends in an answer or an
// error, never in a panic or a hang.
func TestDamagedSQLite(t *testing.T) {
	t.Parallel()
	s := lite(t)
	rows := make([][]string, 300)
	for i := range rows {
		rows[i] = []string{"'customer " + strings.Repeat("x", i%40) + "'", "'2024-01-02'", "'" + strings.Repeat("o", i%7) + "'", "12.5"}
	}
	s.fill(t, "orders", []string{"customer key", "ordered day", "order_id key", "amount money"}, rows)
	s.exec(t, "CREATE INDEX by_order ON orders (order_id)")
	whole, err := os.ReadFile(strings.TrimPrefix(s.url, "sqlite://"))
	if err != nil {
		t.Fatal(err)
	}
	n := 150
	if os.Getenv("QUNXIANG_LONG") != "" {
		n = 20_000
	}
	r := rand.New(rand.NewPCG(1, 2))
	path := filepath.Join(t.TempDir(), "d.db")
	failed := 0
	for range n {
		b := bytes.Clone(whole)
		switch r.IntN(3) {
		case 0:
			b = b[:r.IntN(len(b))]
		default:
			for range 1 + r.IntN(20) {
				b[16+r.IntN(len(b)-16)] = byte(r.IntN(256))
			}
		}
		if err := os.WriteFile(path, b, 0o600); err != nil {
			t.Fatal(err)
		}
		ctx, cancel := context.WithTimeout(t.Context(), patience.For(20*time.Second))
		db := core.Database{URL: "sqlite://" + filepath.ToSlash(path), Table: "orders"}
		_, _, err1 := database.Reader{}.Read(ctx, db, "", core.ImportOptions{}, core.NoProgress)
		_, err2 := database.Reader{}.Aggregate(ctx, db, "", core.ImportOptions{}, core.NoDate, false, core.NoProgress)
		_, err3 := database.Reader{}.Tables(ctx, db.URL, "")
		for _, err := range []error{err1, err2, err3} {
			if err != nil {
				failed++
			}
			if c := core.CodeOf(err); c == core.CodeInternal || c == core.CodeCancelled {
				t.Fatalf("%v", err)
			}
		}
		cancel()
	}
	if failed == 0 {
		t.Error("nothing was damaged")
	}
}
