package check

import (
	"unicode"
	"unicode/utf8"

	"qunxiang/sdk"
)

// The longest texts, in characters.
const (
	MaxName = 256  // names, titles, keys, words, cells
	MaxLong = 4096 // sentences: summaries, descriptions, diagnostics
	maxHelp = 64 << 10
)

// Clean reports whether s may be shown: valid UTF-8 of at most limit characters,
// without control characters and without those that turn the direction of writing,
// with which a name can pretend to be another. Line ends are allowed in long texts.
func Clean(s string, limit int, lines bool) bool {
	if !utf8.ValidString(s) || utf8.RuneCountInString(s) > limit {
		return false
	}
	for _, r := range s {
		if lines && (r == '\n' || r == '\t') {
			continue
		}
		if unicode.IsControl(r) || turns(r) {
			return false
		}
	}
	return true
}

// Scrub makes s fit to be shown: what [Clean] refuses is left out or cut off. It is
// for texts that are not worth failing a run over.
func Scrub(s string, limit int) string {
	if Clean(s, limit, false) {
		return s
	}
	out := make([]rune, 0, min(len(s), limit))
	for _, r := range s {
		if len(out) == limit {
			break
		}
		if r == '\n' || r == '\t' {
			r = ' '
		}
		if r == utf8.RuneError || unicode.IsControl(r) || turns(r) {
			continue
		}
		out = append(out, r)
	}
	return string(out)
}

// turns reports the marks, embeddings, overrides and isolates of bidirectional
// text, line separators, and what has no width at all.
func turns(r rune) bool {
	switch {
	case r == 0x061C, r == 0xFEFF, r >= 0x200B && r <= 0x200F, r >= 0x2028 && r <= 0x202E, r >= 0x2060 && r <= 0x2069:
		return true
	}
	return false
}

// both checks a text that is shown: present in both languages and clean.
func both(t sdk.Text, field string, limit int, lines bool) *Fault {
	if t.ZH == "" || t.EN == "" {
		return fault(CodeText, "field", field)
	}
	return maybe(t, field, limit, lines)
}

// maybe checks a text that may be absent; one half alone is not a text.
func maybe(t sdk.Text, field string, limit int, lines bool) *Fault {
	if (t.ZH == "") != (t.EN == "") || !Clean(t.ZH, limit, lines) || !Clean(t.EN, limit, lines) {
		return fault(CodeText, "field", field)
	}
	return nil
}

func word(s, field string, limit int) *Fault {
	if !Clean(s, limit, false) {
		return fault(CodeText, "field", field)
	}
	return nil
}

// first returns the first fault of several checks.
func first(faults ...*Fault) *Fault {
	for _, f := range faults {
		if f != nil {
			return f
		}
	}
	return nil
}

// set finds repetitions.
type set map[string]bool

func (s set) add(v, field string) *Fault {
	if s[v] {
		return fault(CodeRepeated, "field", field, "value", Scrub(v, MaxName))
	}
	s[v] = true
	return nil
}
