package parquetfile_test

import (
	"bytes"
	"errors"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/parquet-go/parquet-go"

	"qunxiang/core/ingest/book"
	"qunxiang/core/ingest/book/booktest"
	"qunxiang/core/ingest/parquetfile"
)

type line struct {
	ID     int64     `parquet:"id"`
	Name   *string   `parquet:"name,dict,snappy"`
	Amount int64     `parquet:"amount,decimal(2:18)"`
	Small  int32     `parquet:"small,decimal(3:9)"`
	Day    int32     `parquet:"day,date"`
	When   time.Time `parquet:"when,timestamp(microsecond)"`
	Clock  int64     `parquet:"clock,time(microsecond)"`
	Rate   float32   `parquet:"rate,zstd"`
	Price  float64   `parquet:"price,gzip"`
	Paid   bool      `parquet:"paid"`
	Count  uint32    `parquet:"count"`
	Tags   []string  `parquet:"tags,list"`
	Buyer  struct {
		City string `parquet:"city"`
	} `parquet:"buyer"`
}

func written(tb testing.TB, lines ...line) []byte {
	tb.Helper()
	var b bytes.Buffer
	w := parquet.NewGenericWriter[line](&b)
	if _, err := w.Write(lines); err != nil {
		tb.Fatal(err)
	}
	if err := w.Close(); err != nil {
		tb.Fatal(err)
	}
	return b.Bytes()
}

func read(tb testing.TB, b []byte) ([]book.Row, error) {
	tb.Helper()
	f, err := parquetfile.Open(bytes.NewReader(b), int64(len(b)))
	if err != nil {
		return nil, err
	}
	k, err := booktest.Scan(tb.Context(), f, 0)
	return k.Rows, err
}

// Meanings of stored values: the Parquet format's LogicalTypes.md.
func TestValues(t *testing.T) {
	t.Parallel()
	name := "客户"
	l := line{
		ID: 9007199254740993, Name: &name, Amount: -1005, Small: 7, Day: 19782, When: time.Date(2024, 5, 1, 12, 30, 0, 0, time.UTC), Clock: 3_600_000_000,
		Rate: 0.1, Price: 0.30000000000000004, Paid: true, Count: 4_000_000_000, Tags: []string{"a", "b"},
	}
	l.Buyer.City = "上海"
	empty := line{When: time.Date(1969, 12, 31, 0, 0, 0, 0, time.UTC), Day: -1}
	got, err := read(t, written(t, l, empty))
	if err != nil {
		t.Fatal(err)
	}
	want := []book.Row{
		{Number: 0, Cells: []string{"id", "name", "amount", "small", "day", "when", "clock", "rate", "price", "paid", "count", "tags", "buyer.city"}},
		{Number: 1, Cells: []string{"9007199254740993", "客户", "-10.05", "0.007", "2024-02-29", "2024-05-01 12:30:00", "01:00:00", "0.1", "0.3", "TRUE", "4000000000", "a; b", "上海"}},
		{Number: 2, Cells: []string{"0", "", "0.00", "0.000", "1969-12-31", "1969-12-31", "00:00:00", "0", "0", "FALSE", "0"}},
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
}

func TestFaults(t *testing.T) {
	t.Parallel()
	b := written(t, make([]line, 100)...)
	encrypted := append(bytes.Clone(b[:len(b)-4]), "PARE"...)
	for name, c := range map[string]struct {
		b    []byte
		code book.Code
	}{
		"cut":       {b[:len(b)-10], book.Broken},
		"footer":    {append(bytes.Clone(b[:len(b)-8]), "\xFF\xFF\xFF\x7FPAR1"...), book.Broken},
		"encrypted": {encrypted, book.Encrypted},
		"nothing":   {[]byte("PAR1PAR1"), book.Broken},
	} {
		_, err := read(t, c.b)
		e, ok := errors.AsType[*book.Error](err)
		if !ok || e.Code != c.code {
			t.Errorf("%s: %v, want %s", name, err, c.code)
		}
	}
}
