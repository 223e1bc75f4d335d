package workbook

import (
	"bytes"
	"encoding/xml"
	"strings"
	"unicode/utf8"
)

// appendText closes a cell with a text of its own. An empty text is an empty cell of its form.
func appendText(b []byte, s string) []byte {
	if s == "" {
		return append(b, "/>"...)
	}
	s = cut(s)
	b = append(b, ` t="inlineStr"><is><t`...)
	if blank(s[0]) || blank(s[len(s)-1]) {
		b = append(b, ` xml:space="preserve"`...)
	}
	return append(appendEscaped(append(b, '>'), s), "</t></is></c>"...)
}

func blank(c byte) bool { return c == ' ' || c == '\t' || c == '\n' || c == '\r' }

// cut is the text as far as a cell can hold it.
func cut(s string) string {
	if len(s) <= MaxText {
		return s
	}
	units := 0
	for i, r := range s {
		units++
		if r > 0xFFFF { // two units
			units++
		}
		if units > MaxText {
			return s[:i]
		}
	}
	return s
}

// appendEscaped writes a text between tags. What XML cannot hold becomes U+FFFD, and what
// would be read as the escape of a character, such as _x0041_, is told apart by one.
func appendEscaped(b []byte, s string) []byte {
	if plain(s) {
		return append(b, s...)
	}
	var buf bytes.Buffer
	_ = xml.EscapeText(&buf, []byte(s)) // to memory
	text := strings.ReplaceAll(buf.String(), "&#xA;", "\n")
	for {
		i := strings.Index(text, "_x")
		if i < 0 {
			return append(b, text...)
		}
		b = append(b, text[:i]...)
		if escape(text[i:]) {
			b = append(b, "_x005F"...)
		}
		b = append(b, '_')
		text = text[i+1:]
	}
}

// plain reports texts that stand as they are.
func plain(s string) bool {
	for i := range len(s) {
		switch c := s[i]; {
		case c < ' ', c == '&', c == '<', c == '>', c == '"', c == '\'', c == '_', c >= utf8.RuneSelf:
			return false
		}
	}
	return true
}

// escape reports whether s begins as the escape of a character does: _xHHHH_.
func escape(s string) bool {
	const length = len("_x0000_")
	if len(s) < length || s[length-1] != '_' {
		return false
	}
	for _, c := range []byte(s[2 : length-1]) {
		if c-'0' > 9 && c|0x20-'a' > 'f'-'a' {
			return false
		}
	}
	return true
}
