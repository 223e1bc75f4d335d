package i18n

import (
	"bytes"
	"encoding/json"
	"fmt"
	"slices"
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

// parse makes the table of all texts.
func parse(files [][]byte) map[string]string {
	lines := 0
	for _, f := range files {
		lines += bytes.Count(f, []byte{'\n'})
	}
	out := make(map[string]string, lines)
	for _, f := range files {
		for line := range bytes.Lines(f) {
			if key, text, ok := entry(line); ok {
				out[string(key)] = unquote(text)
			}
		}
	}
	return out
}

// The lines of a file: {, then a key and its text each, by rising key, then }. That they are is for the
// package's tests to see.
const (
	keyBegins = `  "`
	textAfter = `": "`
)

// entry takes a line apart.
func entry(line []byte) (key, text []byte, ok bool) {
	rest, ok := bytes.CutPrefix(bytes.TrimRight(line, "\n"), []byte(keyBegins))
	if !ok {
		return nil, nil, false
	}
	key, text, ok = bytes.Cut(rest, []byte(textAfter))
	return key, bytes.TrimSuffix(bytes.TrimSuffix(text, []byte{','}), []byte{'"'}), ok
}

// find looks for a key among the lines of a file, which stand in the order of their keys.
func find(file []byte, key string) (string, bool) {
	lo, hi := bytes.IndexByte(file, '\n')+1, bytes.LastIndexByte(file, '}')
	for lo < hi {
		mid := lo + (hi-lo)/2
		from := lo + bytes.LastIndexByte(file[lo:mid], '\n') + 1
		to := from + bytes.IndexByte(file[from:], '\n')
		own, text, _ := entry(file[from:to])
		switch {
		case string(own) == key:
			return unquote(text), true
		case string(own) < key:
			lo = to + 1
		default:
			hi = from
		}
	}
	return "", false
}

// unquote reads what stands between the quotation marks of a text. A broken text is a
// programmer's mistake.
func unquote(text []byte) string {
	if bytes.IndexByte(text, '\\') < 0 {
		return string(text)
	}
	var out string
	if err := json.Unmarshal(slices.Concat([]byte{'"'}, text, []byte{'"'}), &out); err != nil {
		panic(fmt.Errorf("%s: %w", text, err))
	}
	return out
}
