package e2e_test

import (
	"database/sql"

	"github.com/rogpeppe/go-internal/testscript"
	_ "modernc.org/sqlite" // to write what the program reads
)

// sqlite runs statements against a SQLite file: sqlite F.db F.sql
func sqlite(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) != 2 {
		ts.Fatalf("usage: sqlite F.db F.sql")
	}
	db, err := sql.Open("sqlite", ts.MkAbs(args[0]))
	ts.Check(err)
	_, err = db.Exec(ts.ReadFile(args[1])) //nolint:noctx // a moment's work
	ts.Check(err)
	ts.Check(db.Close())
}
