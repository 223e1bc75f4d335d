package parquetfile_test

import (
	"bytes"
	"math/rand/v2"
	"strconv"
	"testing"

	"github.com/parquet-go/parquet-go"
)

// Pages that LZ4 hardly makes smaller, of both versions, with and without a dictionary, are
// read as they were written.
func TestLZ4(t *testing.T) {
	t.Parallel()
	type row struct {
		Text  string  `parquet:"text"`
		Word  string  `parquet:"word,dict"`
		Value int64   `parquet:"value"`
		Maybe *string `parquet:"maybe,optional"`
	}
	for _, version := range []int{1, 2} {
		var b bytes.Buffer
		codec := parquet.LookupCompressionCodec(7) // LZ4_RAW
		w := parquet.NewGenericWriter[row](&b, parquet.DataPageVersion(version), parquet.Compression(codec), parquet.PageBufferSize(1<<14))
		r := rand.New(rand.NewPCG(1, 2))
		want := make([]row, 3000)
		for i := range want {
			text := strconv.FormatUint(r.Uint64(), 36) + strconv.FormatUint(r.Uint64(), 36)
			want[i] = row{Text: text, Word: text[:6], Value: r.Int64()}
			if i%3 > 0 {
				want[i].Maybe = &text
			}
		}
		if _, err := w.Write(want); err != nil {
			t.Fatal(err)
		}
		if err := w.Close(); err != nil {
			t.Fatal(err)
		}
		got, err := read(t, b.Bytes())
		if err != nil || len(got) != len(want)+1 {
			t.Fatalf("version %d: %d rows, %v", version, len(got), err)
		}
		for i, g := range got[1:] {
			maybe := ""
			if want[i].Maybe != nil {
				maybe = *want[i].Maybe
			}
			for c, cell := range []string{want[i].Text, want[i].Word, strconv.FormatInt(want[i].Value, 10), maybe} {
				if has := append(g.Cells, "")[c]; has != cell {
					t.Fatalf("version %d, row %d, column %d: %q, want %q", version, i+1, c, has, cell)
				}
			}
		}
	}
}
