package database

import (
	"context"
	"database/sql"
	"errors"
	"io"
	"log"
	"net"
	"strconv"
	"strings"

	"github.com/go-sql-driver/mysql"

	"qunxiang/core"
)

// openMySQL connects to MySQL or MariaDB. Files of this machine are out of the server's
// reach: LOAD DATA LOCAL stays off, and so do several statements in one.
func openMySQL(ctx context.Context, a *address) (*session, error) {
	c := mysql.NewConfig()
	c.User, c.Passwd, c.DBName = a.url.User.Username(), a.password, strings.Trim(a.url.Path, "/")
	c.Net, c.Addr = "tcp", net.JoinHostPort(a.url.Hostname(), portOr(a, "3306"))
	if socket := a.url.Query().Get("socket"); socket != "" {
		c.Net, c.Addr = "unix", socket
	}
	c.TLSConfig = "preferred"
	if tls := a.url.Query().Get("tls"); tls != "" {
		c.TLSConfig = tls
	}
	c.Timeout, c.MaxAllowedPacket = connectTimeout, 64<<20
	c.Logger = log.New(io.Discard, "", 0) // what matters comes back as an error
	connector, err := mysql.NewConnector(c)
	if err != nil {
		return nil, badURL(redacted(a.url.String()))
	}
	s, err := connect(ctx, sql.OpenDB(connector), &session{a: a, d: mysqlDialect{}, classify: mysqlFailure, list: mysqlTables})
	if err != nil {
		return nil, err
	}
	// One of the two limits is MySQL's, the other MariaDB's.
	ms := strconv.FormatInt(a.timeout().Milliseconds(), 10)
	if _, err := s.conn.ExecContext(ctx, "SET SESSION max_execution_time = "+ms); err != nil {
		_, _ = s.conn.ExecContext(ctx, "SET SESSION max_statement_time = "+strconv.Itoa(int(a.timeout().Seconds()))) // an old server has neither
	}
	err = s.begin(ctx,
		"SET SESSION sql_mode = 'STRICT_TRANS_TABLES,NO_BACKSLASH_ESCAPES'",
		"SET SESSION TRANSACTION ISOLATION LEVEL REPEATABLE READ",
		"START TRANSACTION WITH CONSISTENT SNAPSHOT, READ ONLY",
	)
	if err != nil {
		s.close()
		return nil, err
	}
	return s, nil
}

func portOr(a *address, port string) string {
	if p := a.url.Port(); p != "" {
		return p
	}
	return port
}

// mysqlFailure tells what MySQL's error numbers mean (dev.mysql.com, "Server Error
// Message Reference").
func mysqlFailure(err error) (failure, bool) {
	if errors.Is(err, mysql.ErrInvalidConn) {
		return failure{"database_lost", ""}, true
	}
	e, ok := errors.AsType[*mysql.MySQLError](err)
	if !ok {
		return failure{}, false
	}
	switch e.Number {
	case 1044, 1142, 1143, 1227, 1792:
		return failure{"database_forbidden", e.Message}, true
	case 1045, 1698:
		return failure{"database_login", ""}, true
	case 1049:
		return failure{"database_missing", ""}, true
	case 1146, 1051:
		return failure{"database_no_table", e.Message}, true
	case 3024, 1969, 1317:
		return failure{"database_timeout", ""}, true
	}
	return failure{"database_query", e.Message}, true
}

func mysqlTables(ctx context.Context, s *session) ([]core.DatabaseTable, error) {
	return informationSchema(ctx, s, `SELECT t.table_name, t.table_type, coalesce(t.table_rows, -1), c.column_name, c.column_type
FROM information_schema.tables t JOIN information_schema.columns c ON c.table_schema = t.table_schema AND c.table_name = t.table_name
WHERE t.table_schema = database() ORDER BY t.table_name, c.ordinal_position`)
}

// mysqlDialect is that of MySQL 8 and MariaDB 10.
type mysqlDialect struct{ common }

func (mysqlDialect) quote(name string) string { return "`" + strings.ReplaceAll(name, "`", "``") + "`" }

func (mysqlDialect) kind(typ string) kind {
	typ = strings.TrimPrefix(typ, "UNSIGNED ")
	switch typ {
	case "TINYINT", "SMALLINT", "MEDIUMINT", "INT", "BIGINT", "DECIMAL", "YEAR":
		return kindExact
	case "FLOAT", "DOUBLE":
		return kindFloat
	case "DATE":
		return kindDate
	case "DATETIME", "TIMESTAMP":
		return kindTime
	case "BLOB", "BINARY", "VARBINARY", "BIT", "GEOMETRY", "JSON":
		return kindOpaque
	}
	return kindText
}

// text compares by its bytes: other collations take upper and lower case for the same.
func (mysqlDialect) text(x string, _ kind) string {
	return "CAST(" + x + " AS CHAR CHARACTER SET utf8mb4) COLLATE utf8mb4_bin"
}

func (mysqlDialect) trim(x string) string { return "trim(" + x + ")" }

func (mysqlDialect) unfloat(x string) string {
	return "CASE WHEN " + x + " REGEXP '^[0-9]+[.]0$' THEN left(" + x + ", char_length(" + x + ") - 2) ELSE " + x + " END"
}

func (mysqlDialect) iso(x string) string { return x + " REGEXP " + literal(isoDay) }

func (mysqlDialect) day(x string, k kind, unix bool) string {
	switch {
	case unix:
		return "date_format(timestampadd(SECOND, " + unixSeconds(x) + ", '1970-01-01'), '%Y-%m-%d')"
	case k == kindText:
		return "left(" + x + ", 10)"
	}
	return "date_format(" + x + ", '%Y-%m-%d')"
}

func (mysqlDialect) second(x string, k kind, unix bool) string {
	switch {
	case unix:
		return "date_format(timestampadd(SECOND, " + unixSeconds(x) + ", '1970-01-01'), '%Y-%m-%d %H:%i:%s')"
	case k == kindText:
		return "left(concat(replace(" + x + ", 'T', ' '), ' 00:00:00'), 19)"
	}
	return "date_format(" + x + ", '%Y-%m-%d %H:%i:%s')"
}

func (mysqlDialect) exact(x string, k kind, _ int) string {
	if k == kindFloat {
		return "CAST(CAST(" + x + " AS CHAR) AS DECIMAL(38, 12))"
	}
	return x
}

func (mysqlDialect) badNumber(string, kind) string { return "" }

func (mysqlDialect) native(x string) string { return "date(" + x + ")" }

// group compares blanks at the end, too, which utf8mb4_bin does not.
func (mysqlDialect) group(x string) string { return "CAST(" + x + " AS BINARY)" }

func (mysqlDialect) plainDay(x, sample string) string {
	return x + " REGEXP " + literal(dayPattern(sample))
}

func (d mysqlDialect) positive(x string, k kind, _ int) (money, good string) {
	return d.exact(x, k, 0), x + " > 0 AND " + x + " < 1e15"
}
