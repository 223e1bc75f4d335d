package parquetfile_test

import (
	"bytes"
	"errors"
	"runtime/metrics"
	"testing"
	"time"

	"github.com/parquet-go/parquet-go"

	"qunxiang/core/ingest/book"
)

// encoded has a column for every encoding whose runs or blocks announce their length.
type encoded struct {
	Plain   int64    `parquet:"plain,plain"`
	Delta   int64    `parquet:"delta,delta"`
	Lengths string   `parquet:"lengths,delta"`
	Words   string   `parquet:"words,dict,zstd"`
	Maybe   *float64 `parquet:"maybe,optional,gzip"`
	Many    []int32  `parquet:"many,list,dict"`
	Flag    bool     `parquet:"flag"`
}

func encodedFile(tb testing.TB, rows, version int) []byte {
	tb.Helper()
	var b bytes.Buffer
	w := parquet.NewGenericWriter[encoded](&b, parquet.DataPageVersion(version), parquet.PageBufferSize(256))
	half := 0.5
	for i := range rows {
		e := encoded{Plain: int64(i), Delta: int64(i * i), Lengths: "text"[:i%5%4], Words: "word"[:i%3], Many: []int32{1, 2, 3}[:i%4], Flag: i%3 == 0}
		if i%2 == 0 {
			e.Maybe = &half
		}
		if _, err := w.Write([]encoded{e}); err != nil {
			tb.Fatal(err)
		}
	}
	if err := w.Close(); err != nil {
		tb.Fatal(err)
	}
	return b.Bytes()
}

// allocated is what this process has allocated so far.
func allocated() uint64 {
	s := []metrics.Sample{{Name: "/gc/heap/allocs:bytes"}}
	metrics.Read(s)
	return s[0].Value.Uint64()
}

// Every byte set to values that make sizes and counts enormous: an error or all rows, at
// once and in little memory. It does not run beside other tests, whose memory would count.
func TestAnnouncedSizes(t *testing.T) { //nolint:paralleltest // see above
	for version := 1; version <= 2; version++ {
		whole := encodedFile(t, 10, version)
		if rows, err := read(t, whole); err != nil || len(rows) != 11 {
			t.Fatalf("version %d: %d rows, %v", version, len(rows), err)
		}
		start, refused := time.Now(), 0
		before := allocated()
		tried := 0
		for at := range whole {
			for _, v := range [...]byte{0xFF, 0x7F, whole[at] ^ 0x40} {
				b := bytes.Clone(whole)
				b[at] = v
				rows, err := read(t, b)
				tried++
				if e, ok := errors.AsType[*book.Error](err); err != nil && !ok {
					t.Fatalf("byte %d: %T %v", at, err, err)
				} else if err != nil && e.Detail == "" {
					t.Fatalf("byte %d: %+v says nothing", at, e)
				}
				if err != nil {
					refused++
				} else if len(rows) != 11 {
					t.Errorf("byte %d as %#x: %d of 11 rows and not a word", at, v, len(rows))
				}
				if used := allocated() - before; used > 64<<20 {
					t.Errorf("byte %d as %#x: %d MB for %d bytes", at, v, used>>20, len(b))
				}
				before = allocated()
			}
		}
		t.Logf("version %d: %d changes, %d refused, %v", version, tried, refused, time.Since(start).Round(time.Millisecond))
	}
}

// Whatever stands in a file, reading it ends with rows or a clear error, and in memory
// that is in proportion to it.
func FuzzParquet(f *testing.F) {
	for _, rows := range []int{0, 1, 40} {
		f.Add(encodedFile(f, rows, 1))
		f.Add(encodedFile(f, rows, 2))
	}
	name := "n"
	f.Add(written(f, line{ID: 1, Name: &name}, line{Tags: []string{"a", "b"}}))
	f.Fuzz(func(t *testing.T, b []byte) {
		if len(b) > 1<<16 {
			return
		}
		before := allocated()
		_, err := read(t, b)
		if e, ok := errors.AsType[*book.Error](err); err != nil && (!ok || e.Detail == "") {
			t.Fatalf("%T %v", err, err)
		}
		if used := allocated() - before; used > 512<<20 {
			t.Fatalf("%d MB for %d bytes, %v", used>>20, len(b), err)
		}
	})
}
