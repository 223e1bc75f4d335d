//go:build linux

package database_test

import (
	"context"
	"os"
	"os/exec"
	"os/user"
	"path/filepath"
	"strconv"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/jackc/pgx/v5/pgconn"

	"qunxiang/core"
	"qunxiang/core/database"
	"qunxiang/internal/patience"
)

// pgPrograms finds the server's programs; Debian keeps them out of PATH.
func pgPrograms(t *testing.T) string {
	t.Helper()
	if p, err := exec.LookPath("initdb"); err == nil {
		return filepath.Dir(p)
	}
	found, err := filepath.Glob("/usr/lib/postgresql/*/bin/initdb")
	if err != nil || len(found) == 0 {
		t.Skip("PostgreSQL is not installed (Debian: postgresql); sh scripts/deps.sh test installs it")
	}
	return filepath.Dir(found[len(found)-1])
}

// unprivileged returns who is to run the server, which refuses root; nil = the caller.
func unprivileged(t *testing.T) *syscall.Credential {
	t.Helper()
	if os.Getuid() != 0 {
		return nil
	}
	for _, name := range []string{"postgres", "nobody"} {
		u, err := user.Lookup(name)
		if err != nil {
			continue
		}
		uid, err1 := strconv.ParseUint(u.Uid, 10, 32)
		gid, err2 := strconv.ParseUint(u.Gid, 10, 32)
		if err1 == nil && err2 == nil {
			return &syscall.Credential{Uid: uint32(uid), Gid: uint32(gid)}
		}
	}
	t.Skip("there is no user who may run PostgreSQL (postgres or nobody)")
	return nil
}

// postgres starts a server of its own in a folder of its own, reached through a socket
// there, and ends it with the test. The password of "shop owner" is "s3cret/pass".
func postgres(t *testing.T) (dir string, admin *pgconn.PgConn) {
	t.Helper()
	bin, who := pgPrograms(t), unprivileged(t)
	dir, err := os.MkdirTemp("", "qunxiang-pg") //nolint:usetesting // a socket's path has a limit
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { os.RemoveAll(dir) })
	pw := filepath.Join(dir, "pw")
	if err := os.WriteFile(pw, []byte("s3cret/pass\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	if who != nil {
		for _, p := range []string{dir, pw} {
			if err := os.Chown(p, int(who.Uid), int(who.Gid)); err != nil {
				t.Fatal(err)
			}
		}
	}
	run := func(name string, args ...string) *exec.Cmd {
		c := exec.Command(filepath.Join(bin, name), args...) //nolint:noctx // ended by hand: it has to end in order
		c.Dir, c.Env = dir, append(os.Environ(), "LC_ALL=C", "TZ=UTC")
		c.SysProcAttr = &syscall.SysProcAttr{Credential: who, Pdeathsig: syscall.SIGQUIT}
		return c
	}
	data := filepath.Join(dir, "data")
	if out, err := run("initdb", "-D", data, "-U", "postgres", "-E", "UTF8", "--locale=C", "--no-sync", "--auth=scram-sha-256", "--pwfile="+pw).CombinedOutput(); err != nil {
		t.Fatalf("initdb: %v\n%s", err, out)
	}
	server := run("postgres", "-D", data, "-k", dir, "-c", "listen_addresses=", "-c", "fsync=off", "-c", "shared_buffers=16MB", "-c", "max_connections=10")
	log, err := os.Create(filepath.Join(dir, "log"))
	if err != nil {
		t.Fatal(err)
	}
	defer log.Close()
	server.Stdout, server.Stderr = log, log
	if err := server.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		_ = server.Process.Signal(syscall.SIGINT) // "fast shutdown"
		_ = server.Wait()                         // its exit code is the signal's
	})
	deadline := time.Now().Add(2 * time.Minute)
	for {
		admin, err = pgconn.Connect(t.Context(), "host="+dir+" user=postgres password=s3cret/pass dbname=postgres")
		if err == nil {
			t.Cleanup(func() { _ = admin.Close(context.Background()) })
			return dir, admin
		}
		if time.Now().After(deadline) {
			b, _ := os.ReadFile(log.Name())
			t.Fatalf("the server does not come up: %v\n%s", err, b)
		}
		time.Sleep(20 * time.Millisecond) // nothing tells when it listens
	}
}

// pgStore makes a database that a test writes to, with the types of columns under test.
func pgStore(t *testing.T, dir string, admin *pgconn.PgConn, types map[string]string) store {
	t.Helper()
	return store{
		url: "postgres://postgres:s3cret%2Fpass@/postgres?host=" + dir,
		exec: func(tb testing.TB, q string) {
			tb.Helper()
			if _, err := admin.Exec(tb.Context(), q).ReadAll(); err != nil {
				tb.Fatalf("%v\n%.2000s", err, q)
			}
		},
		types: types,
	}
}

func TestPostgreSQL(t *testing.T) {
	t.Parallel()
	dir, admin := postgres(t)
	s := pgStore(t, dir, admin, map[string]string{"key": "text", "day": "date", "time": "timestamp", "money": "numeric(16,4)", "float": "double precision", "int": "integer", "text": "varchar(40)"})
	t.Run("SQL equals rows", func(t *testing.T) { equality(t, s) })
	t.Run("as texts and zoned", func(t *testing.T) {
		if os.Getenv("QUNXIANG_LONG") == "" {
			t.Skip("a second set of types takes QUNXIANG_LONG=1")
		}
		s := s
		s.types = map[string]string{"key": "char(12)", "day": "text", "time": "timestamptz", "money": "real", "float": "numeric", "int": "bigint", "text": "text"}
		equality(t, s)
	})
	t.Run("values", func(t *testing.T) { pgValues(t, s) })
	t.Run("read only", func(t *testing.T) { pgReadOnly(t, s) })
	t.Run("errors", func(t *testing.T) { pgErrors(t, s, dir) })
	t.Run("tables", func(t *testing.T) { pgTables(t, s) })
	t.Run("cancel", func(t *testing.T) {
		stops(t, core.Database{URL: s.url, Query: "SELECT g AS customer, date '2024-01-01' AS day, 1 AS amount, pg_sleep(30)::text AS s FROM generate_series(1, 10) g"})
		stops(t, core.Database{URL: s.url, Query: "SELECT (g % 100000)::text AS customer, date '2024-01-01' + (g % 300)::int AS day, 1 AS amount FROM generate_series(1, 2000000000) g"})
	})
	t.Run("online retail", func(t *testing.T) { retail(t, s) })
}

// stops cancels a read and expects it to end within half a second (and some, for a busy
// machine).
func stops(t *testing.T, db core.Database) {
	t.Helper()
	for _, sums := range []bool{false, true} {
		ctx, cancel := context.WithTimeout(t.Context(), 300*time.Millisecond)
		begun := time.Now()
		var err error
		if sums {
			_, err = database.Reader{}.Aggregate(ctx, db, "", core.ImportOptions{}, core.NoDate, false, core.NoProgress)
		} else {
			_, _, err = database.Reader{}.Read(ctx, db, "", core.ImportOptions{}, core.NoProgress)
		}
		took := time.Since(begun)
		cancel()
		if core.CodeOf(err) != core.CodeCancelled || took > patience.For(2*time.Second) {
			t.Errorf("aggregate %v: %v after %v", sums, err, took)
		}
	}
}

func pgValues(t *testing.T, s store) {
	t.Helper()
	s.exec(t, `DROP TABLE IF EXISTS v; CREATE TABLE v (customer bigint, "Order Date" timestamptz, amount numeric, note bytea);
		INSERT INTO v VALUES (9007199254740993, '2024-01-01 23:30:00+00', 0.1, 'x'), (9007199254740993, '2024-02-01 00:10:00+00', 12345678.91, NULL),
		(17850, '2024-02-03 00:00:00+00', 1e3, NULL), (NULL, '2024-02-03', 5, NULL)`)
	db := core.Database{URL: s.url + "&timezone=Asia%2FShanghai", Table: "v"}
	r, _, err := database.Reader{}.Read(t.Context(), db, "", core.ImportOptions{}, core.NoProgress)
	if err != nil {
		t.Fatal(err)
	}
	tx := r.Transactions
	if got := tx.Customers.At(0); got != "9007199254740993" {
		t.Errorf("customer %s", got)
	}
	if tx.Day[0] != core.YMD(2024, 1, 2) || tx.Day[1] != core.YMD(2024, 2, 1) { // in Shanghai
		t.Errorf("days %v", tx.Day)
	}
	if tx.Scale != 2 || tx.Amount[0] != 10 || tx.Amount[1] != 1234567891 || tx.Amount[2] != 100000 {
		t.Errorf("amounts %v in 10^-%d", tx.Amount, tx.Scale)
	}
	if r.Report.Rows.In != 4 || r.Report.Rows.Excluded[0].Reason != "missing_customer" || r.Report.Rows.Excluded[0].Examples[0] != 4 {
		t.Errorf("%+v", r.Report.Rows)
	}
	same(t, db, core.ImportOptions{}, core.NoDate)
}

// Three bolts: one SELECT, a sub-select, a read-only session.
func pgReadOnly(t *testing.T, s store) {
	t.Helper()
	s.exec(t, "DROP TABLE IF EXISTS w; CREATE TABLE w (customer text, day date, amount int); INSERT INTO w VALUES ('a', '2024-01-01', 1); CREATE SEQUENCE IF NOT EXISTS tick; "+
		"CREATE OR REPLACE FUNCTION poke() RETURNS int LANGUAGE sql AS 'INSERT INTO w VALUES (''evil'', ''2024-01-01'', 1) RETURNING 1'")
	for _, q := range []string{
		"SELECT customer, day, amount FROM w; DROP TABLE w",
		"DELETE FROM w RETURNING customer, day, amount",
		"WITH gone AS (DELETE FROM w RETURNING *) SELECT * FROM gone",
		"SELECT customer, day, poke() AS amount FROM w",
		"SELECT customer, day, nextval('tick') AS amount FROM w",
		"SELECT * INTO w2 FROM w",
		"SELECT 1) AS q; DROP TABLE w; SELECT * FROM (SELECT * FROM w",
		"SELECT customer, day, set_config('transaction_read_only', 'off', false)::text, poke() AS amount FROM w",
		"SELECT customer, day, amount FROM w FOR UPDATE",
	} {
		for _, sums := range []bool{false, true} {
			db := core.Database{URL: s.url, Query: q, Aggregate: sums}
			var err error
			if sums {
				_, err = database.Reader{}.Aggregate(t.Context(), db, "", core.ImportOptions{}, core.NoDate, false, core.NoProgress)
			} else {
				_, _, err = database.Reader{}.Read(t.Context(), db, "", core.ImportOptions{}, core.NoProgress)
			}
			if err == nil {
				t.Errorf("%s: was let through", q)
			}
		}
	}
	if r, _, err := (database.Reader{}).Read(t.Context(), core.Database{URL: s.url, Query: "SELECT * FROM w -- all\n;"}, "", core.ImportOptions{}, core.NoProgress); err != nil || r.Report.Rows.In != 1 {
		t.Errorf("the table has changed: %v", err)
	}
}

func pgErrors(t *testing.T, s store, dir string) {
	t.Helper()
	s.exec(t, "DROP TABLE IF EXISTS hidden; CREATE TABLE hidden (customer text, day date, amount int); DROP ROLE IF EXISTS clerk; CREATE ROLE clerk LOGIN PASSWORD 'p'")
	for _, c := range []struct{ url, password, table, want string }{
		{"postgres://postgres@/postgres?host=" + dir, "wrong", "w", "database_login"},
		{"postgres://postgres@/postgres?host=" + dir, "", "w", "database_login"},
		{"postgres://clerk@/nothing?host=" + dir, "p", "w", "database_missing"},
		{"postgres://clerk@/postgres?host=" + dir, "p", "hidden", "database_forbidden"},
		{s.url, "", "hiden", "database_no_table_near"},
		{"postgres://postgres@127.0.0.1:1/postgres", "s3cret/pass", "w", "database_unreachable"},
		{"postgres://postgres@no-such-host.invalid/postgres", "s3cret/pass", "w", "database_unreachable"},
		{s.url + "&timeout=1", "", "(SELECT 1)", "database_no_table_near"},
	} {
		_, _, err := database.Reader{}.Read(t.Context(), core.Database{URL: c.url, Table: c.table}, c.password, core.ImportOptions{}, core.NoProgress)
		if core.CodeOf(err) != c.want {
			t.Errorf("%s %s: %v, want %s", c.url, c.table, err, c.want)
		}
		if err != nil && (strings.Contains(err.Error(), "s3cret") || strings.Contains(err.Error(), "wrong")) {
			t.Errorf("the error tells the password: %v", err)
		}
	}
	_, _, err := database.Reader{}.Read(t.Context(), core.Database{URL: s.url + "&timeout=1", Query: "SELECT 'a' AS customer, date '2024-01-01' AS day, pg_sleep(20)::text AS s"}, "", core.ImportOptions{}, core.NoProgress)
	if core.CodeOf(err) != "database_timeout" {
		t.Errorf("%v, want a timeout", err)
	}
	_, _, err = database.Reader{}.Read(t.Context(), core.Database{URL: s.url, Query: "SELECT 'a' AS customer, 'b' AS customer, date '2024-01-01' AS day"}, "", core.ImportOptions{}, core.NoProgress)
	if core.CodeOf(err) != "database_column_twice" {
		t.Errorf("%v, want a column twice", err)
	}
}

func pgTables(t *testing.T, s store) {
	t.Helper()
	s.exec(t, `DROP SCHEMA IF EXISTS shop CASCADE; CREATE SCHEMA shop; CREATE TABLE shop."Paid Orders" ("Customer No" text, paid numeric(10,2)); CREATE VIEW public.a_view AS SELECT 1 AS one; ANALYZE`)
	all, err := database.Reader{}.Tables(t.Context(), s.url, "")
	if err != nil {
		t.Fatal(err)
	}
	found := 0
	for _, f := range all {
		switch f.Name {
		case "shop.Paid Orders":
			found++
			if len(f.Columns) != 2 || f.Columns[1] != (core.DatabaseColumn{Name: "paid", Type: "numeric(10,2)"}) || f.Rows != 0 {
				t.Errorf("%+v", f)
			}
		case "a_view":
			found++
			if !f.View || f.Rows != -1 {
				t.Errorf("%+v", f)
			}
		}
	}
	if found != 2 {
		t.Errorf("%+v", all)
	}
	s.exec(t, `INSERT INTO shop."Paid Orders" VALUES ('a', 1)`)
	if p, err := (database.Reader{}).Look(t.Context(), core.Database{URL: s.url, Table: "shop.Paid Orders"}, "", core.ImportOptions{Kind: core.SourceCustomers}, 5); err != nil || p.Rows[0][0] != "a" {
		t.Errorf("%+v, %v", p, err)
	}
}
