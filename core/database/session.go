package database

import (
	"context"
	"io"
	"time"

	"qunxiang/core"
)

// The limits of what is taken from a database.
const (
	maxRows        = 50_000_000
	maxCell        = 1 << 20          // bytes
	maxColumns     = 2000             // as in a file
	connectTimeout = 15 * time.Second // to reach the host and to log in
	stopTimeout    = 300 * time.Millisecond
	// statementTimeout ends a statement on the server; ?timeout=SECONDS in the URL changes it.
	statementTimeout = 30 * time.Minute
)

// session is an open, read-only connection that runs one statement after the other.
type session interface {
	// query runs one SELECT. Its errors are *core.Error.
	query(ctx context.Context, sql string) (cursor, error)
	// tables lists tables and views, sorted by name.
	tables(ctx context.Context) ([]core.DatabaseTable, error)
	dialect() dialect
	close()
}

// cursor is the answer of a statement. Next and Close are those of ingest.Rows.
type cursor interface {
	io.Closer
	columns() []column
	Next(ctx context.Context, cells [][]byte) error
}

// column is a column of an answer.
type column struct {
	name string
	typ  string // in the database's words, upper case
}

// open connects to a database. The password counts where the URL has none.
func open(ctx context.Context, raw, password string) (session, error) {
	a, err := parse(raw, password)
	if err != nil {
		return nil, err
	}
	switch a.scheme {
	case "sqlite":
		return openSQLite(ctx, a)
	case "postgres":
		return openPostgres(ctx, a)
	case "mysql":
		return openMySQL(ctx, a)
	case "clickhouse", "clickhouses":
		return openClickHouse(ctx, a)
	default:
		return openTrino(ctx, a)
	}
}

// timeout is how long a statement may run.
func (a *address) timeout() time.Duration {
	if d, err := time.ParseDuration(a.url.Query().Get("timeout") + "s"); err == nil && d >= time.Second {
		return d
	}
	return statementTimeout
}
