package database_test

import (
	"context"
	"database/sql"
	"errors"
	"io"
	"testing"

	"qunxiang/core/database"
)

// lines is an answer of rows of one text each.
type lines struct {
	of     [][]byte
	fault  error
	closed bool
}

func (l *lines) Names() []string { return []string{"a", "b"} }

func (l *lines) Row(cells [][]byte) error {
	if len(l.of) == 0 {
		return l.fault
	}
	cells[0], cells[1] = l.of[0], nil
	l.of = l.of[1:]
	return nil
}

func (l *lines) End() error {
	l.closed = true
	return nil
}

// The drivers of this package are drivers of database/sql: they prepare, run and end a
// SELECT, hand faults through, and do nothing else.
func TestDriver(t *testing.T) {
	t.Parallel()
	fault := errors.New("the plug is out")
	answer := &lines{}
	db := sql.OpenDB(database.FakeConnector(func(_ context.Context, q string) (database.FakeAnswer, error) {
		if q == "" {
			return nil, fault
		}
		return answer, nil
	}))
	defer db.Close()

	*answer = lines{of: [][]byte{[]byte("x"), {}}, fault: io.EOF}
	got, err := readTexts(t, db, "SELECT")
	if err != nil || len(got) != 2 || got[0] != "x" || got[1] != "" || !answer.closed {
		t.Errorf("%q, %v, closed %v", got, err, answer.closed)
	}
	*answer = lines{of: [][]byte{[]byte("x")}, fault: fault}
	if got, err := readTexts(t, db, "SELECT"); !errors.Is(err, fault) || len(got) != 1 {
		t.Errorf("%q, %v: the fault is lost", got, err)
	}
	if _, err := readTexts(t, db, ""); !errors.Is(err, fault) {
		t.Errorf("%v: the fault is lost", err)
	}
	stmt, err := db.PrepareContext(t.Context(), "SELECT")
	if err != nil {
		t.Fatal(err)
	}
	defer stmt.Close()
	*answer = lines{fault: io.EOF}
	rows, err := stmt.QueryContext(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	if rows.Next() || rows.Err() != nil || rows.Close() != nil {
		t.Errorf("a prepared statement: %v", rows.Err())
	}
	if _, err := stmt.ExecContext(t.Context()); err == nil {
		t.Error("a prepared statement was let write")
	}
	if _, err := db.ExecContext(t.Context(), "DELETE"); err == nil {
		t.Error("a statement was let write")
	}
	if tx, err := db.BeginTx(t.Context(), nil); err == nil {
		t.Errorf("a second transaction, %v", tx.Rollback())
	}
	if _, err := db.QueryContext(t.Context(), "SELECT ?", 1); err == nil { //nolint:sqlclosecheck,rowserrcheck // there are none
		t.Error("an argument was taken")
	}
}

// readTexts reads the first column by the package's own scanner.
func readTexts(t *testing.T, db *sql.DB, q string) ([]string, error) {
	t.Helper()
	rows, err := db.QueryContext(t.Context(), q)
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	var out []string
	for rows.Next() {
		text, err := database.ScanText(rows, 2)
		if err != nil {
			t.Fatal(err)
		}
		out = append(out, text[0])
		if text[1] != "<NULL>" {
			t.Errorf("%q, want nothing", text[1])
		}
	}
	return out, rows.Err()
}
