package host

import (
	"bytes"
	"strings"
	"sync"
	"unicode"
)

// The parts of a plugin's words that are kept: a Go panic says what happened first, a
// program of another language says it last.
const (
	headBytes = 8 << 10
	tailBytes = 8 << 10
)

// tail keeps the beginning and the end of what is written to it. The zero value is ready.
type tail struct {
	mu   sync.Mutex
	head []byte
	last []byte // up to twice tailBytes, so that it is seldom moved
	cut  bool
}

// Write implements io.Writer; it never fails.
func (t *tail) Write(b []byte) (int, error) {
	t.mu.Lock()
	defer t.mu.Unlock()
	n := len(b)
	if room := headBytes - len(t.head); room > 0 {
		k := min(room, len(b))
		t.head = append(t.head, b[:k]...)
		b = b[k:]
	}
	if len(b) > tailBytes {
		b, t.cut = b[len(b)-tailBytes:], true
	}
	t.last = append(t.last, b...)
	if len(t.last) > 2*tailBytes {
		t.last, t.cut = append(t.last[:0], t.last[len(t.last)-tailBytes:]...), true
	}
	return n, nil
}

// String returns what was kept.
func (t *tail) String() string {
	t.mu.Lock()
	defer t.mu.Unlock()
	var b bytes.Buffer
	b.Write(t.head)
	if t.cut {
		b.WriteString("\n[…]\n")
	}
	b.Write(t.last)
	return strings.TrimSpace(strings.ToValidUTF8(b.String(), "\uFFFD"))
}

// maxReason bounds the line that is shown to the user.
const maxReason = 300

// reason is the most telling line: a panic or fatal error, otherwise the last line.
func (t *tail) reason() string {
	found := ""
	for line := range strings.Lines(t.String()) {
		line = strings.TrimSpace(line)
		if strings.HasPrefix(line, "panic: ") || strings.HasPrefix(line, "fatal error: ") {
			found = line
			break
		}
		if line != "" {
			found = line
		}
	}
	r := []rune(strings.Map(printable, found))
	return string(r[:min(len(r), maxReason)])
}

func printable(r rune) rune {
	if unicode.IsPrint(r) {
		return r
	}
	return -1
}
