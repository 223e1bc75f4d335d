package database_test

import (
	"strings"
	"testing"

	"qunxiang/core"
	"qunxiang/core/database"
)

func TestOneSelectOnly(t *testing.T) {
	t.Parallel()
	s := lite(t)
	s.exec(t, "CREATE TABLE o (customer TEXT, day TEXT, amount REAL); INSERT INTO o VALUES ('a', '2024-01-02', 5)")
	for _, c := range []struct{ query, want string }{
		{"SELECT * FROM o", ""},
		{" select * from o ; ", ""},
		{"/* all; of them */ SELECT * FROM o -- ; the end", ""},
		{"WITH p AS (SELECT * FROM o) SELECT * FROM p", ""},
		{"SELECT 'a;b' || \"customer\" AS customer, day, amount FROM o", ""},
		{"SELECT * FROM o; SELECT 1", "database_many_statements"},
		{"DROP TABLE o", "database_not_select"},
		{"", "database_which"},
		{";", "database_not_select"},
		{"-- nothing", "database_not_select"},
		{"SELECT * FROM o)", "database_not_select"},
		{"SELECT 1) AS q; DROP TABLE o; SELECT (1", "database_not_select"},
		{"SELECT 'never ends", "database_not_select"},
		{"SELECT /* never ends", "database_not_select"},
		{"SELECT /*! 1; */ 1", "database_not_select"},
		{"SELECT $$;$$", "database_query"},
		{"PRAGMA query_only = 0", "database_not_select"},
		{"EXPLAIN SELECT 1", "database_not_select"},
		{"ATTACH 'x' AS y", "database_not_select"},
		{"SELECT load_extension('x') AS customer, day, amount FROM o", "database_query"},
		{"SELECT nothing FROM o", "database_query"},
		{"SELECT \x00", "database_not_select"},
		{"SELECT " + strings.Repeat("(", 100_000), "database_not_select"},
		{"SELECT " + strings.Repeat("(", 5_000) + "1" + strings.Repeat(")", 5_000), "database_query"},
	} {
		_, _, err := database.Reader{}.Read(t.Context(), core.Database{URL: s.url, Query: c.query}, "", core.ImportOptions{}, core.NoProgress)
		if got := core.CodeOf(err); got != c.want {
			t.Errorf("%.80q: %q (%v), want %q", c.query, got, err, c.want)
		}
	}
}

func FuzzStatement(f *testing.F) {
	for _, q := range []string{"SELECT 1", "SELECT ';' -- x\n;", "WITH a AS (SELECT $t$;$t$) SELECT * FROM a", "/*", "'", "SELECT 1; DROP TABLE o"} {
		f.Add(q)
	}
	s := lite(f)
	s.exec(f, "CREATE TABLE o (customer TEXT, day TEXT, amount REAL); INSERT INTO o VALUES ('a', '2024-01-02', 5)")
	f.Fuzz(func(t *testing.T, q string) {
		_, _, err := database.Reader{}.Read(t.Context(), core.Database{URL: s.url, Query: q}, "", core.ImportOptions{}, core.NoProgress)
		if core.CodeOf(err) == core.CodeInternal {
			t.Fatalf("%q: %v", q, err)
		}
		if _, _, err := (database.Reader{}).Read(t.Context(), core.Database{URL: s.url, Table: "o"}, "", core.ImportOptions{}, core.NoProgress); err != nil {
			t.Fatalf("%q has changed the table: %v", q, err)
		}
	})
}

func TestSecretsComeOutOfAddresses(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		url, clean, password string
		found                bool
	}{
		{"postgres://anna:p%40ss@host:5432/db?sslmode=require", "postgres://anna@host:5432/db?sslmode=require", "p@ss", true},
		{"postgres://anna@host/db?password=geheim&sslpassword=x", "postgres://anna@host/db", "geheim", true},
		{"mysql://anna@host/db", "mysql://anna@host/db", "", false},
		{"sqlite:///data/shop.db", "sqlite:///data/shop.db", "", false},
		{"postgres://anna:pass word@host/db", "postgres://anna@host/db", "", false},
	} {
		clean, password, found := database.Secret(c.url)
		if clean != c.clean || password != c.password || found != c.found {
			t.Errorf("%s: %q %q %v", c.url, clean, password, found)
		}
	}
	for _, url := range []string{"", "shop.db", "oracle://x/y", "postgres://", "sqlite://", "postgres://anna:p%ZZss@host/db", "http://host/", "mysql:///db"} {
		_, err := database.Reader{}.Tables(t.Context(), url, "")
		if core.CodeOf(err) != "database_url" || strings.Contains(err.Error(), "ZZss") {
			t.Errorf("%q: %v", url, err)
		}
		if e := core.AsError(err); strings.Contains(e.Args["url"].(string), "ZZss") {
			t.Errorf("%q: the error shows the password", url)
		}
	}
}
