package database

import (
	"context"
	"errors"
	"io"
	"net/url"
	"strconv"
	"strings"

	"github.com/jackc/pgx/v5/pgconn"
	"github.com/jackc/pgx/v5/pgconn/ctxwatch"

	"qunxiang/core/ingest"
)

// pgWire speaks to PostgreSQL at the level of its protocol: values come as the text that
// the server writes, with all their digits.
type pgWire struct{ conn *pgconn.PgConn }

func openPostgres(ctx context.Context, a *address) (*session, error) {
	c, err := pgConfig(a)
	if err != nil {
		return nil, err
	}
	dial := func(ctx context.Context) (wire, error) {
		conn, err := pgconn.ConnectConfig(ctx, c)
		if err != nil {
			return nil, err
		}
		w := &pgWire{conn}
		if _, err := conn.Exec(ctx, pgBegin).ReadAll(); err != nil {
			_ = w.close() // the first error counts
			return nil, err
		}
		return w, nil
	}
	return openWire(ctx, a, pgDialect{}, dial, pgFailure, pgTables)
}

// pgConfig is how to connect: for one read-only transaction that sees one moment.
func pgConfig(a *address) (*pgconn.Config, error) {
	u := *a.url
	q := u.Query()
	q.Del("timeout")
	zone := q.Get("timezone")
	q.Del("timezone")
	u.RawQuery, u.Scheme = q.Encode(), "postgres"
	u.User = url.User(a.url.User.Username())
	c, err := pgconn.ParseConfig(u.String())
	if err != nil {
		return nil, badURL(redacted(a.url.String()))
	}
	if a.password != "" {
		c.Password = a.password
	} else {
		a.password = c.Password // of the environment or of the user's own file: to be kept out of messages
	}
	c.ConnectTimeout = connectTimeout
	c.MaxProtocolMessageBodyLen = 64 << 20
	c.BuildContextWatcherHandler = func(conn *pgconn.PgConn) ctxwatch.Handler {
		return &pgconn.CancelRequestContextWatcherHandler{Conn: conn, DeadlineDelay: stopTimeout}
	}
	for k, v := range map[string]string{
		"application_name": "qunxiang", "default_transaction_read_only": "on", "client_encoding": "UTF8", "datestyle": "ISO",
		"statement_timeout": strconv.FormatInt(a.timeout().Milliseconds(), 10), "lock_timeout": "10000", "bytea_output": "hex",
		"extra_float_digits": "1", "standard_conforming_strings": "on", "synchronize_seqscans": "off", "timezone": zone,
	} {
		if v != "" {
			c.RuntimeParams[k] = v
		}
	}
	return c, nil
}

func (w *pgWire) close() error {
	ctx, stop := context.WithTimeout(context.Background(), stopTimeout) // the task's context may have ended
	defer stop()
	return w.conn.Close(ctx) // nothing was written
}

func (w *pgWire) query(ctx context.Context, sql string) (answer, error) {
	// The extended protocol takes one statement only, whatever checkStatement overlooked.
	d, err := w.conn.Prepare(ctx, "", sql, nil)
	if err != nil {
		w.restart(ctx)
		return nil, err
	}
	c := &pgAnswer{w: w, restart: func() { w.restart(ctx) }, r: w.conn.ExecParams(ctx, sql, nil, nil, nil, nil)}
	for _, f := range d.Fields {
		c.cols = append(c.cols, column{f.Name, pgType(f.DataTypeOID)})
	}
	return c, nil
}

type pgAnswer struct {
	w       *pgWire
	restart func()
	r       *pgconn.ResultReader
	cols    []column
	done    bool
}

func (c *pgAnswer) columns() []column { return c.cols }

func (c *pgAnswer) next(cells [][]byte) error {
	if c.done {
		return io.EOF
	}
	if c.r.NextRow() {
		copy(cells, c.r.Values())
		return nil
	}
	c.done = true
	if _, err := c.r.Close(); err != nil {
		c.restart()
		return err
	}
	return io.EOF
}

// close ends an answer of which nobody wants the rest: the server is told to stop.
func (c *pgAnswer) close() error {
	if c.done {
		return nil
	}
	c.done = true
	for range 2 * headRows { // a sample is read to its end, so that the transaction goes on
		if !c.r.NextRow() {
			_, err := c.r.Close()
			if err != nil {
				c.restart()
			}
			return err
		}
	}
	ctx, stop := context.WithTimeout(context.Background(), stopTimeout) // the task's context may have ended
	defer stop()
	_ = c.w.conn.CancelRequest(ctx) // or the rest is read and thrown away
	_, _ = c.r.Close()              // "cancelled" is what was asked for
	c.restart()
	return nil
}

// pgBegin begins the transaction, and lets it sort more in memory than the 4 MB that
// servers allow a session unless told otherwise: adding up 10 million rows took 10.5 s
// where it took 16. A server from version 14 on then also notices within 5 seconds that a
// program has died, and does not sort on for nobody.
const pgBegin = "BEGIN TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY; " +
	"SELECT set_config('work_mem', '64MB', true) WHERE pg_size_bytes(current_setting('work_mem')) < 67108864; " +
	"SELECT set_config(name, '5000', true) FROM pg_settings WHERE name = 'client_connection_check_interval'"

// restart begins a new transaction where an error has ended the old one, so that what is
// asked next is not refused for it.
func (w *pgWire) restart(ctx context.Context) {
	_, _ = w.conn.Exec(ctx, "ROLLBACK; "+pgBegin).ReadAll() // a lost connection will say so again
}

// pgFailure tells what the codes of SQLSTATE mean (postgresql.org, "PostgreSQL Error Codes").
func pgFailure(err error) (failure, bool) {
	e, ok := errors.AsType[*pgconn.PgError](err)
	if !ok {
		if _, ok := errors.AsType[*pgconn.ConnectError](err); ok {
			return failure{"database_unreachable", reach(err)}, true
		}
		return failure{}, false
	}
	switch {
	case e.Code == "42P01":
		return failure{"database_no_table", e.Message}, true
	case e.Code == "42501" || e.Code == "25006":
		return failure{"database_forbidden", e.Message}, true
	case e.Code == "28P01" || strings.HasPrefix(e.Code, "28"):
		return failure{"database_login", e.Message}, true
	case e.Code == "3D000":
		return failure{"database_missing", ""}, true
	case e.Code == "57014":
		return failure{"database_timeout", ""}, true
	case e.Code == "55P03" || e.Code == "53300" || e.Code == "57P03":
		return failure{"database_busy", ""}, true
	case strings.HasPrefix(e.Code, "57P") || strings.HasPrefix(e.Code, "08"):
		return failure{"database_lost", ""}, true
	}
	return failure{"database_query", e.Message}, true
}

// pgTables lists tables as [informationSchema] takes them.
const pgTables = `SELECT CASE n.nspname WHEN current_schema() THEN '' ELSE n.nspname || '.' END || c.relname,
  CASE WHEN c.relkind IN ('v', 'm') THEN 'VIEW' ELSE 'TABLE' END,
  CASE WHEN c.relkind = 'v' OR c.reltuples < 0 THEN -1 ELSE c.reltuples::bigint END,
  a.attname, format_type(a.atttypid, a.atttypmod)
FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace JOIN pg_attribute a ON a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped
WHERE c.relkind IN ('r', 'p', 'v', 'm', 'f') AND n.nspname NOT IN ('pg_catalog', 'information_schema') AND n.nspname !~ '^pg_'
  AND has_table_privilege(c.oid, 'SELECT') AND NOT c.relispartition
ORDER BY n.nspname <> current_schema(), 1, a.attnum`

// pgType names the types that matter here by their fixed numbers (pg_type.dat).
func pgType(oid uint32) string {
	switch oid {
	case 20, 21, 23, 26:
		return "INTEGER"
	case 1700, 790:
		return "NUMERIC"
	case 700, 701:
		return "FLOAT"
	case 1082:
		return "DATE"
	case 1114:
		return "TIMESTAMP"
	case 1184:
		return "TIMESTAMPTZ"
	case 17, 114, 3802, 142, 600, 869, 650:
		return "OPAQUE"
	}
	return "TEXT"
}

// pgDialect is PostgreSQL's.
type pgDialect struct{ common }

func (pgDialect) kind(typ string) kind {
	switch typ {
	case "INTEGER", "NUMERIC":
		return kindExact
	case "FLOAT":
		return kindFloat
	case "DATE":
		return kindDate
	case "TIMESTAMP", "TIMESTAMPTZ":
		return kindTime
	case "OPAQUE":
		return kindOpaque
	}
	return kindText
}

// cell writes a moment as the clock of the session's zone shows it.
func (pgDialect) cell(x string, k kind) string {
	if k == kindTime {
		return x + "::timestamp"
	}
	return x
}

func (pgDialect) text(x string, k kind) string {
	return pgDialect{}.cell(x, k) + "::text COLLATE \"C\""
}

func (pgDialect) trim(x string) string { return "btrim(" + x + ", " + literal(ingest.Blanks()) + ")" }

func (pgDialect) unfloat(x string) string {
	return "regexp_replace(" + x + `, '^([0-9]+)[.]0$', '\1')`
}

// isoDay is a day, with or without a time and a zone.
const isoDay = `^[0-9]{4}-[0-9]{2}-[0-9]{2}([ T]([01][0-9]|2[0-3]):[0-5][0-9](:[0-5][0-9]([.][0-9]+)?)?(Z|[+-][0-9]{2}(:?[0-9]{2})?)?)?$`

func (pgDialect) iso(x string) string { return x + " ~ " + literal(isoDay) }

func (pgDialect) day(x string, k kind, unix bool) string {
	switch {
	case unix:
		return "to_char(to_timestamp(" + unixSeconds(x) + ") AT TIME ZONE 'UTC', 'YYYY-MM-DD')"
	case k == kindText:
		return "left(" + x + ", 10)"
	}
	return "(" + x + "::date)::text"
}

func (pgDialect) second(x string, k kind, unix bool) string {
	switch {
	case unix:
		return "to_char(to_timestamp(" + unixSeconds(x) + ") AT TIME ZONE 'UTC', 'YYYY-MM-DD HH24:MI:SS')"
	case k == kindText:
		return "left(replace(" + x + ", 'T', ' ') || ' 00:00:00', 19)"
	}
	return "date_trunc('second', " + x + "::timestamp)::text"
}

// exact takes the shortest digits of a binary fraction, as the row path reads them.
func (pgDialect) exact(x string, k kind, _ int) string {
	if k == kindFloat {
		return "(" + x + "::text)::numeric"
	}
	return x + "::numeric"
}

func (pgDialect) badNumber(x string, k kind) string {
	if k == kindExact || k == kindFloat {
		return "(" + x + "::text IN ('NaN', 'Infinity', '-Infinity'))"
	}
	return ""
}

func (pgDialect) join(x, y string) string { return x + " || " + y }

func (pgDialect) native(x string) string { return x + "::date" }

func (pgDialect) plainDay(x, sample string) string { return x + " ~ " + literal(dayPattern(sample)) }

// positive leaves NaN and Infinity out, which are more than any number.
func (d pgDialect) positive(x string, k kind, _ int) (money, good string) {
	if k == kindExact {
		return x, x + " > 0 AND " + x + " < 1000000000000000"
	}
	return "CASE WHEN " + x + " > 0 AND " + x + " < 1e15 THEN " + d.exact(x, k, 0) + " END", x + " > 0 AND " + x + " < 1e15"
}
