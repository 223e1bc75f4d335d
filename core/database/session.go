package database

import (
	"context"
	"database/sql"
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
type session struct {
	a        *address
	db       *sql.DB
	conn     *sql.Conn // the one connection: the transaction is its
	d        dialect
	classify func(error) (failure, bool)
	list     func(ctx context.Context, s *session) ([]core.DatabaseTable, error)
}

// connect takes the session's connection out of db.
func connect(ctx context.Context, db *sql.DB, s *session) (*session, error) {
	db.SetMaxOpenConns(1)
	s.db = db
	var err error
	if s.conn, err = db.Conn(ctx); err != nil {
		_ = db.Close() // the first error counts
		return nil, s.a.explain(ctx, err, s.classify)
	}
	return s, nil
}

func (s *session) dialect() dialect { return s.d }

// tables lists tables and views, sorted by name.
func (s *session) tables(ctx context.Context) ([]core.DatabaseTable, error) { return s.list(ctx, s) }

func (s *session) close() {
	_ = s.conn.Close() // nothing was written; the transaction ends with it
	_ = s.db.Close()
}

// begin runs the statements that make the session read-only.
func (s *session) begin(ctx context.Context, statements ...string) error {
	for _, q := range statements {
		if _, err := s.conn.ExecContext(ctx, q); err != nil {
			return s.a.explain(ctx, err, s.classify)
		}
	}
	return nil
}

// open connects to a database. The password counts where the URL has none.
func open(ctx context.Context, raw, password string) (*session, error) {
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
