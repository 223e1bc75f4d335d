package ingest

import (
	"bytes"
	"errors"
	"io"
	"math/rand/v2"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"

	"qunxiang/core"
	"qunxiang/core/ingest/internal/delimited"
	"qunxiang/core/ingest/internal/text"
)

// Text has neither checksums nor counts: what is lost there is lost in silence. So every
// line of it must come back, in a row that counts or in one that is excluded with a reason.

var hostileTexts = []string{"csv", "tsv", "fixed", "boxed", "weblog"}

// textFiles writes 20 small files of a kind of text.
func textFiles(kind string) [][]byte {
	var out [][]byte
	for _, s := range littles() {
		var b strings.Builder
		for r := range s.rows + 3 {
			s.textRow(&b, kind, r)
		}
		out = append(out, []byte(b.String()))
	}
	return out
}

func (s little) textRow(b *strings.Builder, kind string, r int) {
	day, who, money := "2024-0"+strconv.Itoa(1+r%9)+"-1"+strconv.Itoa(r%10), "客户 "+strconv.Itoa(r%7), strconv.Itoa(r*13%900)+".5"
	note := s.cell(r, 3)
	switch kind {
	case "csv":
		if r == 0 {
			b.WriteString("order,customer,day,amount,note\n")
		}
		b.WriteString(strconv.Itoa(1000+r) + "," + who + "," + day + "," + money + ",\"" + note + ", \"\"so\"\"\"\r\n")
	case "tsv":
		if r == 0 {
			b.WriteString("order\tcustomer\tday\tamount\tnote\n")
		}
		b.WriteString(strconv.Itoa(1000+r) + "\t" + who + "\t" + day + "\t" + money + "\t" + note + "\n")
	case "fixed":
		if r == 0 {
			b.WriteString("order  customer  day         amount  note\n")
		}
		b.WriteString(strconv.Itoa(1000+r) + "   " + who + "    " + day + strings.Repeat(" ", 8-len(money)) + money + "  " + note + "\n")
	case "boxed":
		if r == 0 {
			b.WriteString(" order | customer |    day     | amount\n-------+----------+------------+--------\n")
		}
		b.WriteString("  " + strconv.Itoa(1000+r) + " | " + who + "   | " + day + " | " + money + "\n")
	case "weblog":
		b.WriteString("10.0.0." + strconv.Itoa(r%9) + " - - [0" + strconv.Itoa(1+r%9) + "/Oct/2024:13:55:36 +0800] \"GET /p" + strconv.Itoa(r%5) + " HTTP/1.1\" 200 " + strconv.Itoa(r) + "\n")
	}
}

// checkText reads a mutated text: it ends with a clear error, or every letter and digit
// is in a cell, every line in a record, and, where it is imported as a whole, every record
// counts or is excluded. It returns whether it was taken.
func checkText(t *testing.T, path string, b []byte, whole bool) bool {
	t.Helper()
	name, _ := text.Detect(b)
	if signature(b) != "" || name == "" {
		return false
	}
	if read := checkRecords(t, b, name); !whole || !read {
		return read
	}
	if err := os.WriteFile(path, b, 0o600); err != nil {
		t.Fatal(err)
	}
	r, err := Read(t.Context(), path, core.ImportOptions{}, core.NoProgress)
	if err != nil {
		e, ok := errors.AsType[*core.Error](err)
		if !ok || e.Code == "" {
			t.Fatalf("%T %v of %q", err, err, b)
		}
		return false
	}
	rows := r.Report.Rows
	left := 0
	for _, e := range rows.Excluded {
		left += e.Count
	}
	if rows.In != rows.Used+left {
		t.Fatalf("%+v do not add up, of %q", rows, b)
	}
	return true
}

// checkRecords holds the records of a text against its bytes.
func checkRecords(t *testing.T, b []byte, encoding string) bool {
	t.Helper()
	if n, _ := text.BOM(b); n > 0 {
		b = b[n:]
	}
	if d := text.Decoder(encoding); d != nil {
		var err error
		if b, err = d.Bytes(b); err != nil {
			return false
		}
	}
	b = bytes.ReplaceAll(b, []byte{0}, nil)
	found := delimited.Detect(b, true)
	r := delimited.NewReader(bytes.NewReader(b), found.Dialect, found.Width)
	var all []byte
	line := 0
	for {
		rec, err := r.Next()
		if errors.Is(err, io.EOF) {
			break
		}
		if err != nil {
			return false // it is told
		}
		if rec.Line != line {
			t.Fatalf("a record begins at line %d, the one before ended at %d, of %q", rec.Line, line, b)
		}
		line += rec.Lines
		for _, c := range rec.Cells {
			all = append(all, c...)
		}
	}
	if want, got := letters(b), letters(all); !bytes.Equal(want, got) {
		t.Fatalf("%d letters and digits became %d, read as %+v, of %q", len(want), len(got), found, b)
	}
	return true
}

// letters are the letters and digits of a text, whatever their order.
func letters(b []byte) []byte {
	out := slices.DeleteFunc(bytes.Clone(b), func(c byte) bool {
		return (c < '0' || c > '9') && (c|0x20 < 'a' || c|0x20 > 'z')
	})
	slices.Sort(out)
	return out
}

// Every truncation, and mutations: QUNXIANG_MUTATIONS sets how many for each kind.
func TestHostileTexts(t *testing.T) {
	t.Parallel()
	each := 150
	if n, err := strconv.Atoi(os.Getenv("QUNXIANG_MUTATIONS")); err == nil {
		each = n
	}
	for _, kind := range hostileTexts {
		t.Run(kind, func(t *testing.T) {
			t.Parallel()
			path := filepath.Join(t.TempDir(), "a.txt")
			files := textFiles(kind)
			for _, b := range files {
				if !checkText(t, path, b, true) {
					t.Fatalf("not read: %.200q", b)
				}
				for n := 1; n < len(b); n += 256 {
					checkText(t, path, b[:n:n], n%3 == 0)
				}
			}
			rng := rand.New(rand.NewPCG(5, 2026))
			taken := 0
			for i := range each { // imports take ten times as long as their records
				taken += b2i(checkText(t, path, mutate(rng, files[i%len(files)]), i%10 == 0))
			}
			t.Logf("%d mutations, %d read, %d refused with words", each, taken, each-taken)
		})
	}
}
