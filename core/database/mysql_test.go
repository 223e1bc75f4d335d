//go:build linux

package database_test

import (
	"database/sql"
	"os"
	"os/exec"
	"path/filepath"
	"syscall"
	"testing"
	"time"

	"github.com/go-sql-driver/mysql"

	"qunxiang/core"
	"qunxiang/core/database"
)

// mariadb starts a server of its own in a folder of its own, reached through a socket
// there, and ends it with the test. It is skipped where the programs are absent: they
// are large, and scripts/deps.sh does not install them (Debian: mariadb-server-core and mariadb-client-core).
func mariadb(t *testing.T) store {
	t.Helper()
	server, err1 := exec.LookPath("/usr/sbin/mariadbd")
	install, err2 := exec.LookPath("mariadb-install-db")
	if err1 != nil || err2 != nil {
		t.Skip("MariaDB is not installed (Debian: mariadb-server-core and mariadb-client-core)")
	}
	who := unprivileged(t)
	dir, err := os.MkdirTemp("", "qunxiang-my") //nolint:usetesting // a socket's path has a limit
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { os.RemoveAll(dir) })
	if who != nil {
		if err := os.Chown(dir, int(who.Uid), int(who.Gid)); err != nil {
			t.Fatal(err)
		}
	}
	run := func(name string, args ...string) *exec.Cmd {
		c := exec.Command(name, args...) //nolint:noctx // ended by hand: it has to end in order
		c.Dir, c.SysProcAttr = dir, &syscall.SysProcAttr{Credential: who, Pdeathsig: syscall.SIGKILL}
		return c
	}
	data, socket := filepath.Join(dir, "data"), filepath.Join(dir, "s")
	if out, err := run(install, "--no-defaults", "--datadir="+data, "--auth-root-authentication-method=normal", "--skip-test-db").CombinedOutput(); err != nil {
		t.Fatalf("mariadb-install-db: %v\n%s", err, out)
	}
	c := run(server, "--no-defaults", "--datadir="+data, "--socket="+socket, "--skip-networking", "--innodb-flush-log-at-trx-commit=0", "--innodb-buffer-pool-size=32M", "--pid-file="+filepath.Join(dir, "pid"))
	log, err := os.Create(filepath.Join(dir, "log"))
	if err != nil {
		t.Fatal(err)
	}
	defer log.Close()
	c.Stdout, c.Stderr = log, log
	if err := c.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		_ = c.Process.Kill()
		_ = c.Wait() // its exit code is the signal's
	})
	conf := mysql.NewConfig()
	conf.User, conf.Net, conf.Addr, conf.MultiStatements = "root", "unix", socket, true
	connector, err := mysql.NewConnector(conf)
	if err != nil {
		t.Fatal(err)
	}
	db := sql.OpenDB(connector)
	t.Cleanup(func() { db.Close() })
	db.SetMaxOpenConns(1) // BEGIN and COMMIT are of one connection
	for deadline := time.Now().Add(2 * time.Minute); db.PingContext(t.Context()) != nil; {
		if time.Now().After(deadline) {
			b, _ := os.ReadFile(log.Name())
			t.Fatalf("the server does not come up\n%s", b)
		}
		time.Sleep(50 * time.Millisecond) // nothing tells when it listens
	}
	s := store{
		url: "mysql://root@localhost/shop?socket=" + socket,
		exec: func(tb testing.TB, q string) {
			tb.Helper()
			if _, err := db.ExecContext(tb.Context(), q); err != nil {
				tb.Fatalf("%v\n%.2000s", err, q)
			}
		},
		types: map[string]string{"key": "VARCHAR(60)", "day": "DATE", "time": "DATETIME", "money": "DECIMAL(16,4)", "float": "DOUBLE", "int": "INT", "text": "VARCHAR(60)"},
	}
	s.exec(t, "CREATE DATABASE shop CHARACTER SET utf8mb4; USE shop; SET sql_mode = 'STRICT_TRANS_TABLES,NO_BACKSLASH_ESCAPES'")
	return s
}

func TestMariaDB(t *testing.T) {
	t.Parallel()
	s := mariadb(t)
	t.Run("SQL equals rows", func(t *testing.T) { equality(t, s) })
	t.Run("online retail", func(t *testing.T) { retail(t, s) })
	t.Run("values", func(t *testing.T) {
		s.exec(t, "DROP TABLE IF EXISTS v; CREATE TABLE v (customer VARCHAR(20), day DATETIME, amount DECIMAL(30,2)); "+
			"INSERT INTO v VALUES ('Ann', '2024-01-01 23:59:59', 0.10), ('ANN', '2024-01-02 00:00:00', 12345678901.25), ('ann ', '2024-01-03', 1), (NULL, '2024-01-03', 1)")
		db := core.Database{URL: s.url, Table: "v"}
		a := same(t, db, core.ImportOptions{}, core.NoDate)
		if a.Report.Customers != 3 { // whatever the collation thinks
			t.Errorf("%+v", a.Report)
		}
	})
	t.Run("read only", func(t *testing.T) {
		for q, want := range map[string]string{
			"SELECT 1; DROP TABLE v":                                    "database_many_statements",
			"SELECT customer, day, amount FROM v INTO OUTFILE '/tmp/x'": "database_query",
			"DELETE FROM v":                                 "database_not_select",
			"SELECT /*! 1 */ customer FROM v":               "database_not_select",
			"SELECT customer, day, amount FROM gone":        "database_no_table",
			"SELECT customer, day, amount, sleep(9) FROM v": "",
		} {
			if want == "" {
				stops(t, core.Database{URL: s.url, Query: q})
				continue
			}
			_, _, err := database.Reader{}.Read(t.Context(), core.Database{URL: s.url, Query: q}, "", core.ImportOptions{}, core.NoProgress)
			if core.CodeOf(err) != want {
				t.Errorf("%s: %v, want %s", q, err, want)
			}
		}
		_, _, err := database.Reader{}.Read(t.Context(), core.Database{URL: s.url, Table: "v"}, "wrong", core.ImportOptions{}, core.NoProgress)
		if core.CodeOf(err) != "database_login" {
			t.Errorf("%v, want a refused login", err)
		}
		all, err := database.Reader{}.Tables(t.Context(), s.url, "")
		if err != nil || len(all) < 2 || all[len(all)-1].Columns[2] != (core.DatabaseColumn{Name: "amount", Type: "decimal(30,2)"}) {
			t.Errorf("%+v %v", all, err)
		}
	})
}
