package book_test

import (
	"context"
	"errors"
	"io"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"qunxiang/core/ingest/book"
	"qunxiang/core/ingest/internal/record"
	"qunxiang/internal/patience"
)

// The test's program is the far side of its own tests when it is started with "far" and
// what it is to do.
func TestMain(m *testing.M) {
	if len(os.Args) == 3 && os.Args[1] == "far" {
		os.Exit(far(os.Args[2]))
	}
	os.Exit(m.Run())
}

func far(mode string) int {
	switch mode {
	case "garbage":
		_, _ = io.WriteString(os.Stdout, strings.Repeat("no frame at all ", 10_000))
		return 0
	case "exit":
		return 3
	}
	return book.Main(func(_ context.Context, f *os.File, _ func()) (book.Reader, string, error) {
		return &table{mode: mode}, "test", nil
	})
}

// table is a book of one table that misbehaves as its mode says.
type table struct{ mode string }

func (t *table) Sheets() []book.Sheet { return []book.Sheet{{Name: "t"}} }
func (t *table) Close() error         { return nil }

const sound = 100_000 // rows of a sound table

func (t *table) Scan(_ context.Context, _ int, k book.Sink) (book.Tally, error) {
	put := func(n int, cells ...string) error {
		k.Begin(n)
		for c, s := range cells {
			if err := k.Cell(c, []byte(s)); err != nil {
				return err
			}
		}
		return k.End()
	}
	for n := 1; n <= sound; n++ {
		if err := put(n, strconv.Itoa(n), "", "text "+strconv.Itoa(n)); err != nil {
			return book.Tally{}, err
		}
		if n == sound/2 {
			if err := t.misbehave(put); err != nil {
				return book.Tally{}, err
			}
		}
	}
	return book.Tally{ErrorCells: 7, Notes: []book.Note{{ID: "note", Count: 1}}}, nil
}

func (t *table) misbehave(put func(n int, cells ...string) error) error {
	switch t.mode {
	case "panic":
		var none []int
		_ = none[len(t.mode)]
	case "die":
		os.Exit(9)
	case "hang":
		for { //nolint:staticcheck // what a reader in an endless loop does
		}
	case "memory":
		var all [][]byte
		for {
			b := make([]byte, 16<<20)
			for i := range b {
				b[i] = byte(i)
			}
			all = append(all, b)
			_ = all
		}
	case "flood":
		for n := sound; ; n++ {
			if err := put(n, strings.Repeat("x", 1000)); err != nil {
				return err
			}
		}
	case "broken":
		return book.Bad("xml", "part").At(50_001, 3)
	case "backwards":
		return put(1, "again")
	case "wide":
		return put(sound/2+1, make([]string, 2001)...)
	case "long":
		return put(sound/2+1, strings.Repeat("x", book.MaxRow+1))
	}
	return nil
}

func starts(mode string) map[string]book.Start {
	return map[string]book.Start{
		"apart": book.Command([]string{os.Args[0], "far", mode}),
		"inside": book.Inside(func(context.Context, *os.File, func()) (book.Reader, string, error) {
			return &table{mode: mode}, "test", nil
		}),
	}
}

func someFile(t *testing.T) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), "file")
	if err := os.WriteFile(path, []byte("x"), 0o600); err != nil {
		t.Fatal(err)
	}
	return path
}

// readAll reads the first table with Next.
func readAll(t *testing.T, start book.Start, l book.Limits) (rows int, tally book.Tally, err error) {
	t.Helper()
	b, err := book.Open(t.Context(), start, someFile(t), 1, l)
	if err != nil {
		return 0, tally, err
	}
	defer b.Close()
	r, err := b.Rows(t.Context(), 0, 0, 0)
	if err != nil {
		return 0, tally, err
	}
	var g record.Grid
	for {
		base, more, err := r.Next(t.Context(), []int{0, -1, 1}, &g)
		if err != nil || !more {
			return rows, r.Tally(), err
		}
		for i := range g.Rows {
			n := strconv.Itoa(base + g.LineOf(i) + 1)
			if rows++; rows <= sound/2 && (string(g.Cell(0, i)) != n || string(g.Cell(1, i)) != "text "+n) {
				t.Fatalf("row %s holds %q and %q", n, g.Cell(0, i), g.Cell(1, i))
			}
		}
	}
}

func TestSound(t *testing.T) {
	t.Parallel()
	for name, start := range starts("sound") {
		rows, tally, err := readAll(t, start, book.Limits{})
		if err != nil || rows != sound {
			t.Errorf("%s: %d rows, %v", name, rows, err)
		}
		if diff := cmp.Diff(book.Tally{ErrorCells: 7, Notes: []book.Note{{ID: "note", Count: 1}}}, tally); diff != "" {
			t.Errorf("%s: %s", name, diff)
		}
	}
}

// A sample ends after its rows, and the next request begins anew.
func TestSample(t *testing.T) {
	t.Parallel()
	for name, start := range starts("sound") {
		b, err := book.Open(t.Context(), start, someFile(t), 1, book.Limits{})
		if err != nil {
			t.Fatal(name, err)
		}
		for _, skip := range []int{-1, 10} {
			r, err := b.Rows(t.Context(), 0, skip, 600)
			if err != nil {
				t.Fatal(name, err)
			}
			rows, err := r.Sample(t.Context())
			if err != nil || len(rows) != 600 || rows[0].Number != max(0, skip)+1 {
				t.Errorf("%s: %d rows, %v", name, len(rows), err)
			}
		}
		b.Close()
	}
}

// Whatever happens on the far side is one error here.
func TestMisbehaviour(t *testing.T) {
	t.Parallel()
	for mode, c := range map[string]struct {
		code   book.Code
		inside bool // as well
	}{
		"panic":     {book.Crashed, true},
		"die":       {book.Crashed, false},
		"exit":      {book.Crashed, false},
		"garbage":   {book.Garbled, false},
		"hang":      {book.Hung, false},
		"memory":    {book.Memory, false},
		"flood":     {book.TooLarge, true},
		"broken":    {book.Broken, true},
		"backwards": {book.Garbled, true},
		"wide":      {"", true}, // blank cells are none
		"long":      {book.TooLarge, true},
	} {
		for where, start := range starts(mode) {
			if where == "inside" && !c.inside {
				continue
			}
			t.Run(mode+" "+where, func(t *testing.T) {
				t.Parallel()
				l := book.Limits{Output: 64 << 20}
				if mode == "hang" {
					l.Idle = 300 * time.Millisecond
				}
				begun := time.Now()
				_, _, err := readAll(t, start, l)
				if c.code == "" {
					if err != nil {
						t.Error(err)
					}
					return
				}
				e, ok := errors.AsType[*book.Error](err)
				if !ok || e.Code != c.code {
					t.Errorf("%v, want %s", err, c.code)
				}
				if d := time.Since(begun); d > patience.For(30*time.Second) {
					t.Errorf("took %v", d)
				}
			})
		}
	}
}

// The end of the context ends the far side at once.
func TestCancel(t *testing.T) {
	t.Parallel()
	ctx, cancel := context.WithCancel(t.Context())
	b, err := book.Open(ctx, starts("hang")["apart"], someFile(t), 1, book.Limits{})
	if err != nil {
		t.Fatal(err)
	}
	defer b.Close()
	r, err := b.Rows(ctx, 0, 0, 0)
	if err != nil {
		t.Fatal(err)
	}
	time.AfterFunc(100*time.Millisecond, cancel)
	begun := time.Now()
	var g record.Grid
	for more := true; more && err == nil; {
		_, more, err = r.Next(ctx, []int{0}, &g)
	}
	if !errors.Is(err, context.Canceled) || time.Since(begun) > patience.For(5*time.Second) {
		t.Errorf("%v after %v", err, time.Since(begun))
	}
}

// Frames of nonsense never panic and never end well with rows missing.
func FuzzFrames(f *testing.F) {
	f.Add([]byte{'R', 9, 0, 0, 0, 0, 0, 0, 0, 1, 1, 1, 'a', 0})
	f.Add([]byte{'E', 2, 0, 0, 0, '{', '}'})
	f.Fuzz(func(t *testing.T, frames []byte) {
		info := `{"protocol":1,"sheets":[{"name":"t"}]}`
		stream := append([]byte{'I', byte(len(info)), 0, 0, 0}, info...)
		b, err := book.Open(t.Context(), func() (book.Conn, error) { return &canned{r: strings.NewReader(string(stream) + string(frames))}, nil }, "", 1, book.Limits{})
		if err != nil {
			t.Fatal(err)
		}
		defer b.Close()
		r, err := b.Rows(t.Context(), 0, 0, 0)
		if err != nil {
			t.Fatal(err)
		}
		var g record.Grid
		for n := 0; ; n++ {
			_, more, err := r.Next(t.Context(), []int{0, -1, 1}, &g)
			if err != nil || !more {
				return
			}
			for i := range g.Rows {
				_, _ = g.Cell(0, i), g.Cell(1, i)
			}
		}
	})
}

// canned says what it was given.
type canned struct{ r io.Reader }

func (c *canned) Read(b []byte) (int, error)  { return c.r.Read(b) }
func (c *canned) Write(b []byte) (int, error) { return len(b), nil }
func (c *canned) Kill()                       {}
func (c *canned) Wait() *book.Error           { return nil }

// BenchmarkRows sends rows of three cells from the other process.
func BenchmarkRows(b *testing.B) {
	path := filepath.Join(b.TempDir(), "file")
	if err := os.WriteFile(path, []byte("x"), 0o600); err != nil {
		b.Fatal(err)
	}
	for b.Loop() {
		k, err := book.Open(b.Context(), book.Command([]string{os.Args[0], "far", "sound"}), path, 1, book.Limits{})
		if err != nil {
			b.Fatal(err)
		}
		r, err := k.Rows(b.Context(), 0, 0, 0)
		var g record.Grid
		for more := true; more && err == nil; {
			_, more, err = r.Next(b.Context(), []int{0, -1, 1}, &g)
		}
		if err != nil {
			b.Fatal(err)
		}
		k.Close()
	}
	b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(b.N)/sound, "ns/row")
}
