package i18n

import (
	"bytes"
	"encoding/json"
	"fmt"
	"strings"
	"sync"
	"sync/atomic"
)

// book holds the texts of a language. A command asks for a dozen of them and lives for
// milliseconds, of which reading all files would take three; so the first few are
// looked up where they stand, and only who asks for more gets the table of all.
type book struct {
	ending string // of its files
	asked  atomic.Int32
	files  func() [][]byte
	all    func() map[string]string
}

// few is how many texts are looked up before the table of all is made.
const few = 64

func newBook(ending string) *book {
	b := &book{ending: ending}
	b.files = sync.OnceValue(func() [][]byte { return contents(ending) })
	b.all = sync.OnceValue(func() map[string]string { return parse(b.files()) })
	return b
}

// text returns the text under key and whether there is one.
func (b *book) text(key string) (string, bool) {
	if b.asked.Load() >= few {
		text, ok := b.all()[key]
		return text, ok
	}
	b.asked.Add(1)
	for _, f := range b.files() {
		if text, ok := find(f, key); ok {
			return text, true
		}
	}
	return "", false
}

// contents returns the files with an ending.
func contents(ending string) [][]byte {
	files, err := locales.ReadDir("locales")
	if err != nil {
		panic(err)
	}
	out := make([][]byte, 0, len(files)/2)
	for _, f := range files {
		if !strings.HasSuffix(f.Name(), ending) {
			continue
		}
		b, err := locales.ReadFile("locales/" + f.Name())
		if err != nil {
			panic(err)
		}
		out = append(out, b)
	}
	return out
}

// parse makes the table of all texts. A broken file is a programmer's mistake that the
// package's tests find.
func parse(files [][]byte) map[string]string {
	out := map[string]string{}
	for _, f := range files {
		if err := json.Unmarshal(f, &out); err != nil { // adds to out
			panic(fmt.Errorf("%.40q: %w", f, err))
		}
	}
	return out
}

// The lines of a file: {, then a key and its text each, by rising key, then }.
const (
	keyBegins = `  "`
	textAfter = `": "`
)

// find looks for a key among the lines of a file, which stand in the order of their keys.
func find(file []byte, key string) (string, bool) {
	lo, hi := bytes.IndexByte(file, '\n')+1, bytes.LastIndexByte(file, '}')
	for lo < hi {
		mid := lo + (hi-lo)/2
		from := lo + bytes.LastIndexByte(file[lo:mid], '\n') + 1
		to := from + bytes.IndexByte(file[from:], '\n')
		own, text, _ := strings.Cut(strings.TrimPrefix(string(file[from:to]), keyBegins), textAfter)
		switch {
		case own == key:
			return unquote(strings.TrimSuffix(strings.TrimSuffix(text, ","), `"`))
		case own < key:
			lo = to + 1
		default:
			hi = from
		}
	}
	return "", false
}

// unquote reads what stands between the quotation marks of a text.
func unquote(text string) (string, bool) {
	if strings.IndexByte(text, '\\') < 0 {
		return text, true
	}
	var out string
	if err := json.Unmarshal([]byte(`"`+text+`"`), &out); err != nil {
		panic(fmt.Errorf("%s: %w", text, err))
	}
	return out, true
}
