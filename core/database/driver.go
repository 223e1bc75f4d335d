package database

import (
	"context"
	"database/sql"
	"database/sql/driver"
	"errors"

	"qunxiang/core"
)

// wire is a connection that a driver of this package has made: PostgreSQL's protocol,
// ClickHouse's and Trino's HTTP interfaces. What is here makes drivers of package
// database/sql of them, so that everything else speaks to that alone.
type wire interface {
	// query begins one SELECT. Until ctx ends, it and the rows of its answer are good.
	query(ctx context.Context, sql string) (answer, error)
	close() error
}

// answer is what comes back: columns first, then rows.
type answer interface {
	columns() []column
	// next sets the cells of one row, nil = NULL; io.EOF at the end. They hold until the
	// next row.
	next(cells [][]byte) error
	// close ends an answer of which nobody wants the rest, for the server, too.
	close() error
}

// errQueryOnly says that these drivers run a SELECT and nothing else.
var errQueryOnly = errors.New("database: the session only reads")

// connector makes connections of a kind; it implements driver.Connector.
type connector struct {
	dial func(ctx context.Context) (wire, error)
}

// Connect implements driver.Connector.
func (c connector) Connect(ctx context.Context) (driver.Conn, error) {
	w, err := c.dial(ctx)
	if err != nil {
		return nil, err
	}
	return &wireConn{w}, nil
}

// Driver implements driver.Connector.
func (c connector) Driver() driver.Driver { return wireDriver{c} }

// wireDriver is the driver of a connector, whose address is already known.
type wireDriver struct{ c connector }

// Open implements driver.Driver.
func (d wireDriver) Open(string) (driver.Conn, error) { return d.c.Connect(context.Background()) }

// wireConn makes a driver.Conn of a wire.
type wireConn struct{ w wire }

// QueryContext implements driver.QueryerContext.
func (c *wireConn) QueryContext(ctx context.Context, q string, args []driver.NamedValue) (driver.Rows, error) {
	if len(args) > 0 {
		return nil, errQueryOnly // nothing of a user's ever becomes an argument
	}
	a, err := c.w.query(ctx, q)
	if err != nil {
		return nil, err
	}
	n := len(a.columns())
	return &wireRows{a: a, cells: make([][]byte, n), values: make([]wireText, n)}, nil
}

// Close implements driver.Conn.
func (c *wireConn) Close() error { return c.w.close() }

// Begin implements driver.Conn. Where there are transactions the wire is in one already.
func (c *wireConn) Begin() (driver.Tx, error) { return nil, errQueryOnly }

// Prepare implements driver.Conn.
func (c *wireConn) Prepare(q string) (driver.Stmt, error) { return &wireStmt{c, q}, nil }

// wireStmt is a statement that is run later.
type wireStmt struct {
	c *wireConn
	q string
}

// Close implements driver.Stmt.
func (s *wireStmt) Close() error { return nil }

// NumInput implements driver.Stmt.
func (s *wireStmt) NumInput() int { return 0 }

// Exec implements driver.Stmt.
func (s *wireStmt) Exec([]driver.Value) (driver.Result, error) { return nil, errQueryOnly }

// Query implements driver.Stmt.
func (s *wireStmt) Query([]driver.Value) (driver.Rows, error) {
	return s.c.QueryContext(context.Background(), s.q, nil)
}

// wireText is a value on its way through database/sql: a pointer to the same bytes for
// every row, so that none is made for a cell. [cell.Scan] copies them.
type wireText struct{ b []byte }

// wireRows makes a driver.Rows of an answer.
type wireRows struct {
	a      answer
	cells  [][]byte
	values []wireText
}

// Columns implements driver.Rows.
func (r *wireRows) Columns() []string {
	cols := r.a.columns()
	out := make([]string, len(cols))
	for i, c := range cols {
		out[i] = c.name
	}
	return out
}

// ColumnTypeDatabaseTypeName implements driver.RowsColumnTypeDatabaseTypeName.
func (r *wireRows) ColumnTypeDatabaseTypeName(i int) string { return r.a.columns()[i].typ }

// Next implements driver.Rows.
func (r *wireRows) Next(values []driver.Value) error {
	if err := r.a.next(r.cells); err != nil {
		return err
	}
	for i, b := range r.cells {
		if b == nil {
			values[i] = nil
			continue
		}
		r.values[i].b = b
		values[i] = &r.values[i]
	}
	return nil
}

// Close implements driver.Rows.
func (r *wireRows) Close() error { return r.a.close() }

// openWire connects by a driver of this package.
func openWire(ctx context.Context, a *address, d dialect, dial func(context.Context) (wire, error), classify func(error) (failure, bool), list string) (*session, error) {
	return connect(ctx, sql.OpenDB(connector{dial}), &session{
		a: a, d: d, classify: classify,
		list: func(ctx context.Context, s *session) ([]core.DatabaseTable, error) {
			return informationSchema(ctx, s, list)
		},
	})
}
