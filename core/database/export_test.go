package database

import (
	"context"
	"database/sql"
	"database/sql/driver"

	"qunxiang/core"
)

// FakeAnswer is an answer that a test makes.
type FakeAnswer interface {
	Names() []string
	Row(cells [][]byte) error
	End() error
}

type fakeAnswer struct{ FakeAnswer }

func (a fakeAnswer) columns() []column {
	var out []column
	for _, n := range a.Names() {
		out = append(out, column{n, "TEXT"})
	}
	return out
}
func (a fakeAnswer) next(cells [][]byte) error { return a.Row(cells) }
func (a fakeAnswer) close() error              { return a.End() }

type fakeWire func(ctx context.Context, q string) (FakeAnswer, error)

func (w fakeWire) close() error { return nil }

func (w fakeWire) query(ctx context.Context, q string) (answer, error) {
	a, err := w(ctx, q)
	if err != nil {
		return nil, err
	}
	return fakeAnswer{a}, nil
}

// FakeConnector makes a connector of a function that answers.
func FakeConnector(query func(ctx context.Context, q string) (FakeAnswer, error)) driver.Connector {
	return connector{func(context.Context) (wire, error) { return fakeWire(query), nil }}
}

// Patient is the progress that speaks while a server is silent.
func Patient(p core.Progress) (show core.Progress, stop func()) { return patient(p) }

// ScanText scans a row of so many columns as the package does.
func ScanText(rows *sql.Rows, n int) ([]string, error) {
	cells, into, out := make([]cell, n), make([]any, n), make([]string, n)
	for i := range cells {
		into[i] = &cells[i]
	}
	err := rows.Scan(into...)
	for i, c := range cells {
		if out[i] = string(c.b); c.null {
			out[i] = "<NULL>"
		}
	}
	return out, err
}
