package database

import (
	"context"
	"database/sql"
	"io"
	"math"
	"strconv"
	"strings"
	"time"

	"qunxiang/core"
)

// column is a column of an answer.
type column struct {
	name string
	typ  string // in the database's words, upper case
}

// query runs one SELECT. Its errors are *core.Error.
func (s *session) query(ctx context.Context, q string) (*cursor, error) {
	rows, err := s.conn.QueryContext(ctx, q)
	if err != nil {
		return nil, s.a.explain(ctx, err, s.classify)
	}
	types, err := rows.ColumnTypes()
	if err != nil {
		_ = rows.Close() // the first error counts
		return nil, s.a.explain(ctx, err, s.classify)
	}
	c := &cursor{s: s, rows: rows, cells: make([]cell, len(types)), into: make([]any, len(types))}
	for i, t := range types {
		c.cols = append(c.cols, column{t.Name(), strings.ToUpper(t.DatabaseTypeName())})
		c.into[i] = &c.cells[i]
	}
	return c, nil
}

// cursor is the answer of a statement. Next and Close are those of ingest.Rows.
type cursor struct {
	s     *session
	rows  *sql.Rows
	cols  []column
	cells []cell
	into  []any
}

func (c *cursor) columns() []column { return c.cols }

func (c *cursor) Next(ctx context.Context, cells [][]byte) error {
	if !c.rows.Next() {
		if err := c.rows.Err(); err != nil {
			return c.s.a.explain(ctx, err, c.s.classify)
		}
		if err := ctx.Err(); err != nil {
			return core.AsError(err)
		}
		return io.EOF
	}
	if err := c.rows.Scan(c.into...); err != nil {
		return c.s.a.explain(ctx, err, c.s.classify)
	}
	for i := range c.cells {
		if cells[i] = c.cells[i].b; c.cells[i].null {
			cells[i] = nil
		}
	}
	return nil
}

func (c *cursor) Close() error { return c.rows.Close() }

// end is Close where the answer has been read: what was wrong with it came with its rows.
func (c *cursor) end() { _ = c.rows.Close() }

// cell takes one value of an answer as text: numbers with all their digits, dates as
// they are written, without a zone of this machine. Its bytes are used again.
type cell struct {
	b    []byte
	null bool
}

// Scan implements sql.Scanner.
func (c *cell) Scan(v any) error {
	c.b, c.null = c.b[:0], v == nil
	if c.b == nil {
		c.b = []byte{}
	}
	switch v := v.(type) {
	case nil:
	case *wireText:
		c.b = append(c.b, v.b...)
	case int64:
		c.b = strconv.AppendInt(c.b, v, 10)
	case float64:
		c.b = appendFloat(c.b, v, 64)
	case float32:
		c.b = appendFloat(c.b, float64(v), 32)
	case bool:
		c.b = strconv.AppendBool(c.b, v)
	case []byte:
		c.b = append(c.b, v...)
	case string:
		c.b = append(c.b, v...)
	case time.Time:
		c.b = v.AppendFormat(c.b, "2006-01-02 15:04:05")
	default:
		c.null = true
	}
	return nil
}

// appendFloat writes the shortest form that reads as the same number; without an
// exponent, as a customer's number would be written.
func appendFloat(b []byte, v float64, bits int) []byte {
	if a := math.Abs(v); a != 0 && (a < 1e-9 || a >= 1e18) {
		return strconv.AppendFloat(b, v, 'g', -1, bits)
	}
	return strconv.AppendFloat(b, v, 'f', -1, bits)
}

// collect reads a whole small answer of so many columns as text.
func collect(ctx context.Context, s *session, q string, width, limit int) ([][]string, error) {
	c, err := s.query(ctx, q)
	if err != nil {
		return nil, err
	}
	defer c.end()
	if len(c.columns()) != width {
		return nil, errAnswer
	}
	cells := make([][]byte, len(c.columns()))
	var out [][]string
	for len(out) < limit {
		err := c.Next(ctx, cells)
		if isEOF(err) {
			break
		}
		if err != nil {
			return nil, err
		}
		row := make([]string, len(cells))
		for i, b := range cells {
			row[i] = string(b)
		}
		out = append(out, row)
	}
	return out, nil
}
