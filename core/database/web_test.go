package database_test

import (
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"qunxiang/core"
	"qunxiang/core/database"
	"qunxiang/internal/patience"
)

// No server of ClickHouse or Trino was at hand: these tests hold the client to the
// protocols as their makers describe them (clickhouse.com/docs/interfaces/http,
// trino.io/docs/current/develop/client-protocol.html), with servers that answer by heart.

// table answers a statement: names, types, rows; nil is NULL.
type table struct {
	names, types []string
	rows         [][]any
}

var paid = table{
	[]string{"customer", "day", "amount"},
	[]string{"String", "Date", "Decimal(10, 2)"},
	[][]any{{"ann\t1", "2024-01-02", "10.50"}, {"ann\t1", "2024-01-03", "1"}, {`b\e'a`, "2024-01-04", "2"}, {nil, "2024-01-04", "2"}},
}

// clickhouse answers in TabSeparatedWithNamesAndTypes.
func clickhouse(t *testing.T, answer func(sql string) (table, string)) (url string, asked *[]string) {
	t.Helper()
	asked = &[]string{}
	s := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		b, err := io.ReadAll(r.Body)
		if err != nil {
			t.Error(err)
		}
		if q := r.URL.Query(); q.Get("readonly") != "2" || q.Get("default_format") != "TabSeparatedWithNamesAndTypes" || q.Get("database") != "shop" {
			t.Errorf("settings %v", q)
		}
		if strings.Contains(r.URL.String(), "geheim") {
			t.Error("the password is in the address, which servers log")
		}
		if r.Header.Get("X-ClickHouse-User") != "anna" || r.Header.Get("X-ClickHouse-Key") != "geheim" {
			w.WriteHeader(http.StatusForbidden)
			fmt.Fprint(w, "Code: 516. DB::Exception: anna: Authentication failed: password is incorrect, or there is no user with such name. (AUTHENTICATION_FAILED)")
			return
		}
		if strings.Contains(string(b), "FROM system.settings") {
			fmt.Fprint(w, "name\nString\njoin_use_nulls\ntransform_null_in\n")
			return
		}
		if q := r.URL.Query(); q.Get("join_use_nulls") != "1" || !q.Has("transform_null_in") || q.Has("cancel_http_readonly_queries_on_client_close") {
			t.Errorf("settings %v, want those that the server knows", q)
		}
		*asked = append(*asked, string(b))
		a, fault := answer(string(b))
		if fault != "" && len(a.names) == 0 {
			w.WriteHeader(http.StatusNotFound)
		}
		if len(a.names) > 0 {
			fmt.Fprintf(w, "%s\n%s\n", strings.Join(a.names, "\t"), strings.Join(a.types, "\t"))
		}
		esc := strings.NewReplacer(`\`, `\\`, "\t", `\t`, "\n", `\n`, "'", `\'`)
		for _, row := range a.rows {
			cells := make([]string, len(row))
			for i, c := range row {
				if cells[i] = `\N`; c != nil {
					cells[i] = esc.Replace(fmt.Sprint(c))
				}
			}
			fmt.Fprintln(w, strings.Join(cells, "\t"))
		}
		fmt.Fprint(w, fault)
	}))
	t.Cleanup(s.Close)
	return "clickhouse://anna@" + strings.TrimPrefix(s.URL, "http://") + "/shop", asked
}

var one = table{[]string{"1"}, []string{"UInt8"}, [][]any{{1}}}

func TestClickHouseRows(t *testing.T) {
	t.Parallel()
	url, asked := clickhouse(t, func(sql string) (table, string) {
		switch {
		case sql == "SELECT 1":
			return one, ""
		case strings.Contains(sql, "gone"):
			return table{}, "Code: 60. DB::Exception: Table shop.gone does not exist. (UNKNOWN_TABLE)"
		case strings.Contains(sql, "WHERE 1 = 0"):
			return table{paid.names, paid.types, nil}, ""
		case strings.Contains(sql, "FROM `half`"):
			return paid, "Code: 241. DB::Exception: Memory limit exceeded. (MEMORY_LIMIT_EXCEEDED)"
		}
		return paid, ""
	})
	db := core.Database{URL: url, Table: "paid"}
	r, _, err := database.Reader{}.Read(t.Context(), db, "geheim", core.ImportOptions{Kind: core.SourceTransactions}, core.NoProgress)
	if err != nil {
		t.Fatal(err)
	}
	if got := []string{r.Transactions.Customers.At(0), r.Transactions.Customers.At(1)}; got[0] != "ann\t1" || got[1] != `b\e'a` {
		t.Errorf("customers %q", got)
	}
	if r.Report.Rows.In != 4 || r.Report.Rows.Used != 3 || r.Report.Amount != 13.5 {
		t.Errorf("%+v", r.Report)
	}
	if last := (*asked)[len(*asked)-1]; !strings.HasPrefix(last, "SELECT `customer`, `day`, `amount`\nFROM `paid`") {
		t.Errorf("asked %q", last)
	}
	for table, want := range map[string]string{"gone": "database_no_table", "half": "database_query"} {
		_, _, err := database.Reader{}.Read(t.Context(), core.Database{URL: url, Table: table}, "geheim", core.ImportOptions{}, core.NoProgress)
		if core.CodeOf(err) != want && core.CodeOf(err) != want+"_near" {
			t.Errorf("%s: %v", table, err)
		}
	}
	if _, _, err := (database.Reader{}).Read(t.Context(), db, "wrong", core.ImportOptions{}, core.NoProgress); core.CodeOf(err) != "database_login" {
		t.Error(err)
	}
}

// trino answers a statement in pages of one row, as the protocol has it: the first
// answers have no columns yet, and one of them is "not yet".
func trino(t *testing.T, answer func(sql string) (table, map[string]any)) (url string, cancelled *atomic.Bool) {
	t.Helper()
	var s *httptest.Server
	current := map[string]table{}
	busy := map[string]bool{}
	cancelled = &atomic.Bool{}
	n := 0
	s = httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.Header.Get("X-Trino-User") != "anna" || r.Header.Get("X-Trino-Catalog") != "hive" || r.Header.Get("X-Trino-Schema") != "shop" {
			t.Errorf("headers %v", r.Header)
		}
		send := func(v map[string]any) {
			if err := json.NewEncoder(w).Encode(v); err != nil {
				t.Error(err)
			}
		}
		if r.Method == http.MethodDelete {
			cancelled.Store(true)
			w.WriteHeader(http.StatusNoContent)
			return
		}
		if r.Method == http.MethodPost {
			b, err := io.ReadAll(r.Body)
			if err != nil {
				t.Error(err)
			}
			a, fault := answer(string(b))
			if fault != nil {
				send(map[string]any{"id": "q", "error": fault})
				return
			}
			n++
			id := fmt.Sprint(n)
			current[id] = a
			send(map[string]any{"id": id, "nextUri": s.URL + "/v1/statement/queued/" + id + "/0", "stats": map[string]any{"state": "QUEUED"}})
			return
		}
		parts := strings.Split(strings.TrimPrefix(r.URL.Path, "/v1/statement/queued/"), "/")
		id := parts[0]
		var at int
		if _, err := fmt.Sscan(parts[1], &at); err != nil {
			t.Error(err)
		}
		if at == 1 && !busy[id] {
			busy[id] = true
			w.WriteHeader(http.StatusServiceUnavailable)
			return
		}
		a := current[id]
		columns := make([]map[string]any, len(a.names))
		for i := range a.names {
			columns[i] = map[string]any{"name": a.names[i], "type": a.types[i]}
		}
		v := map[string]any{"id": id, "nextUri": fmt.Sprintf("%s/v1/statement/queued/%s/%d", s.URL, id, at+1)}
		if at > 0 {
			v["columns"] = columns
		}
		if at > 1 && at-2 < len(a.rows) {
			v["data"] = [][]any{a.rows[at-2]}
		}
		if at-2 >= len(a.rows) {
			delete(v, "nextUri")
		}
		send(v)
	}))
	t.Cleanup(s.Close)
	return "trino://anna@" + strings.TrimPrefix(s.URL, "http://") + "/hive/shop", cancelled
}

func TestTrinoRows(t *testing.T) {
	t.Parallel()
	data := table{
		[]string{"customer", "day", "amount", "gift"},
		[]string{"varchar", "date", "decimal(10,2)", "boolean"},
		[][]any{{"ann", "2024-01-02", "10.50", true}, {"ann", "2024-01-03", json.Number("1"), false}, {"bea", "2024-01-04", json.Number("9007199254740993"), nil}, {nil, "2024-01-04", "2", true}},
	}
	url, _ := trino(t, func(sql string) (table, map[string]any) {
		switch {
		case sql == "SELECT 1":
			return table{[]string{"_col0"}, []string{"integer"}, [][]any{{1}}}, nil
		case strings.Contains(sql, "gone"):
			return table{}, map[string]any{"message": "line 1:15: Table 'hive.shop.gone' does not exist", "errorName": "TABLE_NOT_FOUND"}
		case strings.Contains(sql, "WHERE 1 = 0"):
			return table{data.names, data.types, nil}, nil
		case strings.Contains(sql, "information_schema"):
			return table{[]string{"t", "k", "n", "c", "y"}, []string{"varchar", "varchar", "integer", "varchar", "varchar"}, [][]any{{"paid", "BASE TABLE", -1, "customer", "varchar"}}}, nil
		}
		return data, nil
	})
	r, sql, err := database.Reader{}.Read(t.Context(), core.Database{URL: url, Table: "paid"}, "", core.ImportOptions{Kind: core.SourceTransactions}, core.NoProgress)
	if err != nil {
		t.Fatal(err)
	}
	if r.Report.Rows.In != 4 || r.Report.Rows.Used != 3 || r.Transactions.Amount[2] != 90071992547409930 || r.Transactions.Scale != 1 {
		t.Errorf("%+v %v", r.Report.Rows, r.Transactions.Amount)
	}
	if want := "SELECT \"customer\", \"day\", \"amount\", \"gift\"\nFROM \"paid\" AS q"; sql != want {
		t.Error(cmp.Diff(want, sql))
	}
	_, _, err = database.Reader{}.Read(t.Context(), core.Database{URL: url, Table: "gone"}, "", core.ImportOptions{}, core.NoProgress)
	if core.CodeOf(err) != "database_no_table_near" {
		t.Error(err)
	}
	if all, err := (database.Reader{}).Tables(t.Context(), url, ""); err != nil || len(all) != 1 || all[0].Rows != -1 || all[0].Columns[0].Name != "customer" {
		t.Errorf("%+v %v", all, err)
	}
	if _, err := (database.Reader{}).Tables(t.Context(), url, "geheim"); core.CodeOf(err) != "database_insecure" {
		t.Errorf("a password goes out unencrypted: %v", err)
	}
}

// A server that leads elsewhere, that never ends, or that answers nonsense.
func TestHostileServers(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		scheme string
		answer http.HandlerFunc
		want   string
	}{
		"leads to another host": {"trino", func(w http.ResponseWriter, _ *http.Request) {
			fmt.Fprint(w, `{"id":"1","nextUri":"http://elsewhere.invalid/v1/statement/1"}`)
		}, "database_lost"},
		"redirects": {"trino", func(w http.ResponseWriter, r *http.Request) {
			http.Redirect(w, r, "http://elsewhere.invalid/", http.StatusFound)
		}, "database_unreachable"},
		"redirects again": {"clickhouse", func(w http.ResponseWriter, r *http.Request) {
			http.Redirect(w, r, "http://elsewhere.invalid/", http.StatusTemporaryRedirect)
		}, "database_unreachable"},
		"is no JSON": {"trino", func(w http.ResponseWriter, _ *http.Request) { fmt.Fprint(w, "<html>hello") }, "database_lost"},
		"has odd rows": {"trino", func(w http.ResponseWriter, _ *http.Request) {
			fmt.Fprint(w, `{"id":"1","columns":[{"name":"a","type":"integer"}],"data":[[1,2]]}`)
		}, "database_lost"},
		"has no columns": {"clickhouse", func(w http.ResponseWriter, _ *http.Request) { fmt.Fprint(w, "") }, "database_lost"},
		"has odd cells":  {"clickhouse", func(w http.ResponseWriter, _ *http.Request) { fmt.Fprint(w, "a\nUInt8\n1\t2\n") }, "database_lost"},
		"ends in a line": {"clickhouse", func(w http.ResponseWriter, _ *http.Request) { fmt.Fprint(w, "a\nUInt8\n1") }, "database_lost"},
		"has endless line": {"clickhouse", func(w http.ResponseWriter, _ *http.Request) {
			for range 1 << 10 {
				fmt.Fprint(w, strings.Repeat("x", 1<<13))
			}
		}, "database_cell_too_long"},
		"is another server": {"clickhouse", func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(http.StatusNotFound) }, "database_unreachable"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s := httptest.NewServer(c.answer)
			t.Cleanup(s.Close)
			_, err := database.Reader{}.Tables(t.Context(), c.scheme+"://anna@"+strings.TrimPrefix(s.URL, "http://")+"/shop", "")
			if core.CodeOf(err) != c.want {
				t.Errorf("%v, want %s", err, c.want)
			}
		})
	}
}

// A server that does not answer is left within half a second (and some).
func TestSilentServersAreLeft(t *testing.T) {
	t.Parallel()
	for _, scheme := range []string{"trino", "clickhouse"} {
		hold := make(chan struct{})
		s := httptest.NewServer(http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) {
			select {
			case <-hold:
			case <-r.Context().Done():
			}
		}))
		ctx, cancel := context.WithTimeout(t.Context(), 100*time.Millisecond)
		begun := time.Now()
		_, err := database.Reader{}.Tables(ctx, scheme+"://anna@"+strings.TrimPrefix(s.URL, "http://")+"/shop", "")
		took := time.Since(begun)
		cancel()
		close(hold)
		s.Close()
		if core.CodeOf(err) != core.CodeCancelled || took > patience.For(2*time.Second) {
			t.Errorf("%s: %v after %v", scheme, err, took)
		}
	}
}
