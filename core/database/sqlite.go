package database

import (
	"bytes"
	"context"
	"database/sql"
	"errors"
	"io"
	"io/fs"
	"net/url"
	"os"
	"path/filepath"
	"strings"

	"modernc.org/sqlite"

	"qunxiang/core"
)

// openSQLite opens a file. It is a stranger's: nothing in it may run, attach, or grow
// without bounds.
func openSQLite(ctx context.Context, a *address) (*session, error) {
	if err := looksLikeSQLite(a.path); err != nil {
		return nil, err
	}
	abs, err := filepath.Abs(a.path)
	if err != nil {
		return nil, a.explain(ctx, err, nil)
	}
	u := url.URL{Scheme: "file", Path: filepath.ToSlash(abs)}
	if !strings.HasPrefix(u.Path, "/") { // C:/…
		u.Path = "/" + u.Path
	}
	q := url.Values{
		"mode": {"ro"}, "_query_only": {"1"}, "_defensive": {"1"}, "_dqs": {"0"}, "_busy_timeout": {"2000"},
		"_pragma": {"trusted_schema(0)", "cell_size_check(1)", "mmap_size(0)", "cache_size(-65536)"},
	}
	u.RawQuery = q.Encode()
	db, err := sql.Open("sqlite", u.String())
	if err != nil {
		return nil, a.explain(ctx, err, liteFailure)
	}
	s, err := connect(ctx, db, &session{a: a, d: liteDialect{}, classify: liteFailure, list: liteTables})
	if err != nil {
		return nil, err
	}
	err = liteLimits(s.conn)
	if err == nil {
		err = s.begin(ctx, "BEGIN")
	}
	if err != nil {
		s.close()
		return nil, a.explain(ctx, err, liteFailure)
	}
	return s, nil
}

// The numbers of sqlite3_limit, see sqlite.org/c3ref/c_limit_attached.html.
const (
	limitLength   = 0
	limitSQL      = 1
	limitColumn   = 2
	limitCompound = 4
	limitAttached = 7
	limitPattern  = 8
	limitWorkers  = 11
)

func liteLimits(conn *sql.Conn) error {
	for id, n := range map[int]int{
		limitLength: 1 << 26, limitSQL: 8 << 20, limitColumn: maxColumns, limitCompound: 500, limitAttached: 0, limitPattern: 10_000, limitWorkers: 0,
	} {
		if _, err := sqlite.Limit(conn, id, n); err != nil {
			return err
		}
	}
	return nil
}

// looksLikeSQLite reads the head of the file, so that no other file is opened as one.
func looksLikeSQLite(path string) error {
	f, err := os.Open(path)
	switch {
	case errors.Is(err, fs.ErrNotExist):
		return userError("database_missing", "from", core.Args{"database": path, "host": path})
	case errors.Is(err, fs.ErrPermission):
		return userError("database_forbidden", "from", core.Args{"detail": "", "host": path})
	case err != nil:
		return &core.Error{Code: "database_not_sqlite", Origin: core.OriginData, Op: op, Args: core.Args{"host": path}, Err: err}
	}
	defer f.Close()
	head := make([]byte, 16)
	if _, err := io.ReadFull(f, head); err != nil || !bytes.Equal(head, []byte("SQLite format 3\x00")) {
		return &core.Error{Code: "database_not_sqlite", Origin: core.OriginData, Op: op, Args: core.Args{"host": path}}
	}
	return nil
}

// liteFailure tells what SQLite's result codes mean (sqlite.org/rescode.html).
func liteFailure(err error) (failure, bool) {
	e, ok := errors.AsType[*sqlite.Error](err)
	if !ok {
		return failure{}, false
	}
	text := strings.TrimPrefix(e.Error(), "SQL logic error: ")
	switch e.Code() & 0xff {
	case 5, 6: // busy, locked
		return failure{"database_busy", ""}, true
	case 8, 3, 23: // read only, permission, authorisation
		return failure{"database_forbidden", text}, true
	case 11: // corrupt
		return failure{"database_damaged", ""}, true
	case 26: // not a database
		return failure{"database_not_sqlite", ""}, true
	case 14, 10: // cannot open, disk
		return failure{"database_unreadable", text}, true
	}
	if strings.Contains(text, "no such table") {
		return failure{"database_no_table", text}, true
	}
	return failure{"database_query", text}, true
}

func liteTables(ctx context.Context, s *session) ([]core.DatabaseTable, error) {
	found, err := collect(ctx, s, "SELECT name, type FROM sqlite_schema WHERE type IN ('table', 'view') AND name NOT LIKE 'sqlite\\_%' ESCAPE '\\' ORDER BY name", 2, maxTables)
	if err != nil {
		return nil, err
	}
	var out []core.DatabaseTable
	for _, f := range found {
		t := core.DatabaseTable{Name: f[0], View: f[1] == "view", Rows: -1}
		cols, err := collect(ctx, s, "SELECT name, type FROM pragma_table_xinfo("+literal(t.Name)+") WHERE hidden <> 1 ORDER BY cid", 2, maxColumns)
		if err != nil {
			if core.CodeOf(err) == "database_query" || core.CodeOf(err) == "database_no_table" { // a view whose table is gone
				continue
			}
			return nil, err
		}
		for _, c := range cols {
			t.Columns = append(t.Columns, core.DatabaseColumn{Name: c[0], Type: c[1]})
		}
		if !t.View {
			t.Rows = liteEstimate(ctx, s, t.Name)
		}
		out = append(out, t)
	}
	return out, ctx.Err()
}

// liteEstimate is the largest number of a row, which a table that nobody deletes from
// has as many of.
func liteEstimate(ctx context.Context, s *session, table string) int64 {
	r, err := collect(ctx, s, "SELECT coalesce(max(rowid), 0) FROM "+s.d.quote(table), 1, 1)
	if err != nil || len(r) == 0 {
		return -1
	}
	return whole(r[0][0])
}
