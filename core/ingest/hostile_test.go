package ingest

import (
	"bytes"
	"context"
	"errors"
	"io"
	"maps"
	"math/rand/v2"
	"os"
	"slices"
	"strconv"
	"testing"
	"time"

	"qunxiang/core/ingest/book"
)

// found is what reading a file gave.
type found struct {
	rows  int // of all tables; of an archive lines
	notes int
	err   error
}

// digest reads everything in a file, as the reading process would; a panic is a failure
// of the test, whoever caused it.
func digest(tb testing.TB, b []byte) (f found) {
	tb.Helper()
	ctx, cancel := context.WithTimeout(tb.Context(), time.Minute)
	defer cancel()
	defer func() {
		if r := recover(); r != nil {
			tb.Fatalf("panic: %v", r)
		}
		if ctx.Err() != nil {
			tb.Fatal("still reading after a minute")
		}
	}()
	r, _, err := openFormat(ctx, bytes.NewReader(b), b[:min(len(b), headBytes)], int64(len(b)), func() {})
	if err != nil {
		return found{err: err}
	}
	defer r.Close()
	if p, ok := r.(book.Packed); ok {
		if len(p.Entries()) != 1 {
			return found{err: book.Bad("entries", "")} // it is said that there is none, or asked which
		}
		w := &lineWriter{w: io.Discard}
		if err := p.Unpack(ctx, 0, w); err != nil {
			return found{err: err}
		}
		return found{rows: w.lines}
	}
	for i := range r.Sheets() {
		k := &countSink{}
		t, err := r.Scan(ctx, i, k)
		if err != nil {
			return found{err: err}
		}
		f.rows += k.rows
		f.notes += len(t.Notes) + t.ErrorCells
	}
	return f
}

// countSink counts rows with text, within the limits of the stream.
type countSink struct {
	rows, cells int
	filled      bool
}

func (k *countSink) Begin(int) { k.filled = false }

func (k *countSink) Cell(col int, text []byte) error {
	if len(bytes.TrimSpace(text)) == 0 {
		return nil
	}
	if k.filled = true; col >= book.MaxColumns {
		return book.Beyond("columns", "")
	}
	if k.cells++; k.cells > 5_000_000 {
		return book.Beyond("output", "") // as the stream does
	}
	return nil
}

func (k *countSink) End() error {
	k.rows += b2i(k.filled)
	return nil
}

func (k *countSink) Progress(float64) {}

var hostileFormats = []string{"xlsx", "xls", "ods", "fods", "xml", "html", "json", "parquet", "gzip", "zstd", "zip"}

// explicit checks that a fault is one that can be told.
func explicit(t *testing.T, err error) {
	t.Helper()
	e, ok := errors.AsType[*book.Error](err)
	if !ok {
		t.Fatalf("%T: %v", err, err)
	}
	if e.Code == "" || e.Detail == "" {
		t.Fatalf("%+v says nothing", e)
	}
}

// Every truncation, in steps of 256 bytes, is an error or loses no row.
func TestHostileTruncations(t *testing.T) {
	t.Parallel()
	for _, format := range hostileFormats {
		t.Run(format, func(t *testing.T) {
			t.Parallel()
			files := smallFiles(t, format)
			if len(files) < 20 && format != "xls" && format != "xlsx" {
				t.Fatalf("%d files", len(files))
			}
			for name, b := range files {
				whole := digest(t, b)
				if whole.err != nil {
					t.Fatalf("%s: %v", name, whole.err)
				}
				for n := 1; n < len(b); n += 256 {
					if signature(b[:n]) == "" {
						continue // not recognised any more: it would be read, and refused, as text
					}
					switch got := digest(t, b[:n:n]); {
					case got.err != nil:
						explicit(t, got.err)
					case got.rows < whole.rows && got.notes == 0 && !lineCut(format, b[:n]):
						t.Errorf("%s cut at %d of %d: %d of %d rows and not a word", name, n, len(b), got.rows, whole.rows)
					}
				}
			}
		})
	}
}

// lineCut reports JSON Lines cut between two records: nothing in the format tells.
func lineCut(format string, b []byte) bool {
	return format == "json" && b[0] == '{' && bytes.HasSuffix(bytes.TrimSpace(b), []byte("}"))
}

// Mutations neither crash nor hang, nor lose rows in silence where the format has
// checksums or counts. QUNXIANG_MUTATIONS sets how many there are for each format;
// make fuzz does 100,000.
func TestHostileMutations(t *testing.T) {
	t.Parallel()
	each := 400
	if n, err := strconv.Atoi(os.Getenv("QUNXIANG_MUTATIONS")); err == nil {
		each = n
	}
	for _, format := range hostileFormats {
		t.Run(format, func(t *testing.T) {
			t.Parallel()
			files := smallFiles(t, format)
			names := slices.Sorted(maps.Keys(files))
			rows := map[string]int{}
			for _, name := range names {
				rows[name] = digest(t, files[name]).rows
			}
			rng := rand.New(rand.NewPCG(4, 2026))
			silent, read, refused := 0, 0, 0
			for i := range each {
				name := names[i%len(names)]
				b := mutate(rng, files[name])
				if signature(b) == "" {
					continue
				}
				got := digest(t, b)
				if got.err != nil {
					explicit(t, got.err)
					refused++
					continue
				}
				read++
				if got.rows < rows[name] && got.notes == 0 {
					silent++
					if slices.Contains([]string{"xlsx", "ods", "gzip", "zip", "zstd", "parquet"}, format) && !told(files[name], b) {
						t.Errorf("mutation %d of %s: %d of %d rows and not a word", i, name, got.rows, rows[name])
					}
				}
			}
			t.Logf("%d mutations: %d read, %d refused with words, %d another kind of file; %d with fewer rows that the format itself cannot tell", each, read, refused, each-read-refused, silent)
		})
	}
}

// told reports a mutation that makes another sound file: of the directory of an archive,
// which has no checksum, or of a zstd frame so that it has none.
func told(a, b []byte) bool {
	if b[0] == 0x28 && b[4]&4 == 0 {
		return true
	}
	i := bytes.Index(a, []byte("PK\x01\x02"))
	return i >= 0 && len(a) == len(b) && bytes.Equal(a[:i], b[:i])
}

// mutate changes a few places of a file: bits, bytes, lengths, pieces moved or left out.
func mutate(rng *rand.Rand, b []byte) []byte {
	b = bytes.Clone(b)
	for range 1 + rng.IntN(4) {
		if len(b) < 8 {
			return b
		}
		at := rng.IntN(len(b))
		n := min(1+rng.IntN(16), len(b)-at)
		switch rng.IntN(7) {
		case 0:
			b[at] ^= 1 << rng.IntN(8)
		case 1:
			b[at] = byte(rng.Uint32())
		case 2:
			b[at] = [...]byte{0, 0xFF, 0x7F, 0x80, '<', '>', '"', '&', '\n'}[rng.IntN(9)]
		case 3:
			for i := range n {
				b[at+i] = 0xFF
			}
		case 4:
			b = slices.Delete(b, at, at+n)
		case 5:
			b = slices.Insert(b, at, bytes.Clone(b[at:at+n])...)
		case 6:
			copy(b[at:at+n], b[rng.IntN(len(b)-n+1):])
		}
	}
	return b
}
