package interests

import (
	"errors"
	"slices"
	"strconv"
	"strings"

	"qunxiang/plugins/internal/sheet"
)

// themeList is the user's list: a name or text with one of words[t] counts for theme
// names[t].
type themeList struct {
	names []string
	words [][]string // lower case
}

// errThemes is wrapped by the errors of parseThemes.
var errThemes = errors.New("malformed list of themes")

// badLine says which line of a list of themes cannot be read.
type badLine struct{ line int }

func (e badLine) Error() string { return "line " + strconv.Itoa(e.line) }
func (e badLine) Unwrap() error { return errThemes }

// parseThemes reads “theme: word, word” lines. Empty lines and those that begin with #
// are skipped, full-width punctuation is understood, a theme without words stands for
// its own name.
func parseThemes(text string) (themeList, error) {
	var out themeList
	n := 0
	for row := range strings.Lines(strings.TrimPrefix(text, "\ufeff")) {
		n++
		row = strings.TrimSpace(row)
		if row == "" || strings.HasPrefix(row, "#") {
			continue
		}
		name, rest, found := strings.Cut(strings.Replace(row, "：", ":", 1), ":")
		name = sheet.Label(strings.TrimSpace(name), longest)
		if name == "" || !found && strings.ContainsAny(row, ",，、") {
			return themeList{}, badLine{n}
		}
		words := strings.FieldsFunc(strings.ToLower(rest), func(r rune) bool { return strings.ContainsRune(",，、;；", r) })
		var clean []string
		for _, w := range words {
			if w = strings.TrimSpace(w); w != "" {
				clean = append(clean, w)
			}
		}
		if len(clean) == 0 {
			clean = []string{strings.ToLower(name)}
		}
		if at := slices.Index(out.names, name); at >= 0 {
			out.words[at] = append(out.words[at], clean...)
			continue
		}
		out.names, out.words = append(out.names, name), append(out.words, clean)
	}
	return out, nil
}

// of returns the themes whose words the text has.
func (l *themeList) of(text string) (themes []int) {
	text = strings.ToLower(text)
	for t, words := range l.words {
		if slices.ContainsFunc(words, func(w string) bool { return strings.Contains(text, w) }) {
			themes = append(themes, t)
		}
	}
	return themes
}
