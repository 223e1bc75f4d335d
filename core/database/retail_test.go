package database_test

import (
	"bytes"
	"encoding/csv"
	"errors"
	"io"
	"os"
	"strconv"
	"strings"
	"testing"

	"github.com/klauspost/compress/zstd"

	"qunxiang/core"
	"qunxiang/core/database"
	"qunxiang/core/feature"
	"qunxiang/core/ingest"
	"qunxiang/internal/reference"
)

// retailRows is how many rows of Online Retail are written to a database in a normal
// test; QUNXIANG_LONG takes all 541,909.
func retailRows() int {
	if os.Getenv("QUNXIANG_LONG") != "" {
		return 1 << 30
	}
	return 12_000
}

// retail writes the UCI data set Online Retail (Chen, Sain & Guo 2012,
// doi 10.24432/C5BW33) to a database, reads it back both ways, and compares with the
// import of the file. A sixth of its invoices are cancellations with a number of their
// own, which name neither the order nor, often, a quantity that was bought at once.
func retail(t *testing.T, s store) {
	t.Helper()
	z, err := zstd.NewReader(bytes.NewReader(reference.Read(t, "transactions/online_retail_uci.csv.zst")))
	if err != nil {
		t.Fatal(err)
	}
	defer z.Close()
	r := csv.NewReader(z)
	head, err := r.Read()
	if err != nil {
		t.Fatal(err)
	}
	var rows [][]string
	var file bytes.Buffer
	w := csv.NewWriter(&file)
	write := func(rec []string) {
		if err := w.Write(rec); err != nil {
			t.Fatal(err)
		}
	}
	write(head)
	kinds := map[string]string{"Quantity": "int", "UnitPrice": "money", "InvoiceDate": "time", "CustomerID": "key"}
	columns := make([]string, len(head))
	for i, h := range head {
		kind := kinds[h]
		if kind == "" {
			kind = "text"
		}
		columns[i] = h + " " + kind
	}
	for len(rows) < retailRows() {
		rec, err := r.Read()
		if errors.Is(err, io.EOF) {
			break
		}
		if err != nil {
			t.Fatal(err)
		}
		write(rec)
		row := make([]string, len(rec))
		for i, c := range rec {
			row[i] = "'" + strings.ReplaceAll(c, "'", "''") + "'"
			if c == "" {
				row[i] = "NULL"
			} else if _, err := strconv.ParseFloat(c, 64); err == nil && (head[i] == "Quantity" || head[i] == "UnitPrice") {
				row[i] = c
			}
		}
		rows = append(rows, row)
	}
	w.Flush()
	s.fill(t, "retail", columns, rows)

	db := core.Database{URL: s.url, Table: "retail"}
	a := same(t, db, core.ImportOptions{}, core.NoDate)
	same(t, db, core.ImportOptions{}, a.AsOf-20)

	path := t.TempDir() + "/retail.csv"
	if err := os.WriteFile(path, file.Bytes(), 0o600); err != nil {
		t.Fatal(err)
	}
	want, err := ingest.Read(t.Context(), path, core.ImportOptions{}, core.NoProgress)
	if err != nil {
		t.Fatal(err)
	}
	got, _, err := database.Reader{}.Read(t.Context(), db, "", core.ImportOptions{}, core.NoProgress)
	if err != nil {
		t.Fatal(err)
	}
	ws, err1 := feature.Summarise(t.Context(), want.Transactions)
	gs, err2 := feature.Summarise(t.Context(), got.Transactions)
	if err := errors.Join(err1, err2); err != nil {
		t.Fatal(err)
	}
	of := map[string]core.Tally{} // a database's rows come in any order
	for i, tally := range gs.Of {
		of[got.Transactions.Customers.At(i)] = tally
	}
	for i, tally := range ws.Of {
		if key := want.Transactions.Customers.At(i); tally != of[key] {
			t.Fatalf("%s: %+v from the file, %+v from the database", key, tally, of[key])
		}
	}
	t.Logf("%d rows, %d customers, %s; hints %v", len(rows), a.Report.Customers, a.AsOf, a.Report.Hints)
}

func TestOnlineRetailSQLite(t *testing.T) {
	t.Parallel()
	retail(t, lite(t))
}
