package export

import "strings"

// Safe returns s so that no spreadsheet takes it, or a part of it, for a formula:
// an apostrophe is put before a first character that starts one, and before one
// that follows a comma, semicolon or tab, where a program that splits the file by
// another delimiter would start a cell. Numbers that we format are never passed
// through it. [Plain] is the inverse.
//
// Source of the list of characters: OWASP, "CSV Injection"; the full-width forms
// are taken for formulas by East Asian versions of the programs.
func Safe(s string) string {
	if !strings.ContainsAny(s, starters) {
		return s
	}
	var b strings.Builder
	start := true // a cell may start here
	for i, r := range s {
		if start && dangerous(s[i:]) {
			b.WriteByte('\'')
		}
		start = strings.ContainsRune(splitters, r)
		b.WriteRune(r)
	}
	return b.String()
}

// Plain takes out the apostrophes that Safe put in.
func Plain(s string) string {
	if !strings.Contains(s, "'") {
		return s
	}
	var b strings.Builder
	start := true
	for i, r := range s {
		if start && r == '\'' && dangerous(s[i+1:]) {
			start = false
			continue
		}
		start = strings.ContainsRune(splitters, r)
		b.WriteRune(r)
	}
	return b.String()
}

const (
	starters  = "=+-@\t\r\n＝＋－＠"
	splitters = ",;\t"
)

// dangerous reports whether a cell that begins with s could be a formula: blanks
// and apostrophes may stand before the character that starts it. (Apostrophes
// count so that a text which has one of its own comes back the same.)
func dangerous(s string) bool {
	s = strings.TrimLeft(s, " '\"\u00a0\u3000\ufeff\u200b")
	return s != "" && strings.ContainsRune(starters, firstRune(s))
}

func firstRune(s string) rune {
	for _, r := range s {
		return r
	}
	return 0
}
