package comment

import (
	_ "embed"
	"encoding/json"
	"slices"
	"strconv"
	"strings"
	"sync"
	"unicode"
	"unicode/utf8"

	"qunxiang/core"
)

//go:embed words/themes.txt
var themesFile string

// Theme is what comments may be about. A comment with one of the words has the theme.
type Theme struct {
	ID    string   `json:"id"`    // of a default theme, otherwise the user's name for it
	Words []string `json:"words"` // Chinese words match anywhere, English ones as whole words in any form
}

const (
	mostThemes = 200
	mostWords  = 2000 // of one theme
	longName   = 60   // characters of a name or word

	parting = ",，、;；" // stand between words
)

// DefaultThemes are the themes that the project brings: shops, restaurants, banks and
// insurers. Their names are i18n "theme."+ID. The caller may change the slice.
func DefaultThemes() []Theme {
	themes, err := ParseThemes([]byte(themesFile))
	if err != nil {
		panic("comment: the embedded themes: " + err.Error()) // a test reads them
	}
	return themes
}

// IsDefault reports whether the id is that of a default theme, which has a name in i18n.
func IsDefault(id string) bool { return defaultIDs()[id] }

var defaultIDs = sync.OnceValue(func() map[string]bool {
	out := map[string]bool{}
	for _, t := range DefaultThemes() {
		out[t.ID] = true
	}
	return out
})

// ParseThemes reads a list of themes: lines “theme: word, word”, as the method interests
// reads them (full-width marks are understood, lines that begin with # are skipped, a theme
// without words stands for its own name), or JSON: [{"id": …, "words": […]}] or
// {"theme": ["word", …]}. Errors: themes_line, themes_json, themes_size, themes_none.
func ParseThemes(data []byte) ([]Theme, error) {
	text := strings.TrimPrefix(string(data), "\ufeff")
	if !utf8.ValidString(text) {
		return nil, themesError("themes_encoding", nil)
	}
	var themes []Theme
	var err error
	if trimmed := strings.TrimSpace(text); strings.HasPrefix(trimmed, "{") || strings.HasPrefix(trimmed, "[") {
		themes, err = themesOfJSON([]byte(trimmed))
	} else {
		themes, err = themesOfLines(text)
	}
	if err != nil {
		return nil, err
	}
	if len(themes) == 0 {
		return nil, themesError("themes_none", nil)
	}
	return themes, nil
}

func themesError(code string, args core.Args) error {
	return &core.Error{Code: code, Origin: core.OriginData, Op: "read themes", Args: args}
}

func themesOfJSON(data []byte) ([]Theme, error) {
	var list []Theme
	if data[0] == '{' {
		byName := map[string][]string{}
		if err := json.Unmarshal(data, &byName); err != nil {
			return nil, &core.Error{Code: "themes_json", Origin: core.OriginData, Op: "read themes", Err: err}
		}
		for id, words := range byName {
			list = append(list, Theme{id, words})
		}
		slices.SortFunc(list, func(a, b Theme) int { return strings.Compare(a.ID, b.ID) })
	} else if err := json.Unmarshal(data, &list); err != nil {
		return nil, &core.Error{Code: "themes_json", Origin: core.OriginData, Op: "read themes", Err: err}
	}
	var out []Theme
	for i, t := range list {
		if !addTheme(&out, t.ID, t.Words) {
			return nil, themesError("themes_line", core.Args{"line": i + 1})
		}
	}
	return out, sized(out)
}

func themesOfLines(text string) ([]Theme, error) {
	var out []Theme
	n := 0
	for row := range strings.Lines(text) {
		n++
		row = strings.TrimSpace(row)
		if row == "" || strings.HasPrefix(row, "#") {
			continue
		}
		name, rest, found := strings.Cut(strings.Replace(row, "：", ":", 1), ":")
		if !found && strings.ContainsAny(row, ",，、") {
			return nil, themesError("themes_line", core.Args{"line": n})
		}
		if !addTheme(&out, name, []string{rest}) {
			return nil, themesError("themes_line", core.Args{"line": n})
		}
	}
	return out, sized(out)
}

// addTheme adds a theme, or its words to the one of the same name. It reports false where
// the name is empty or too long.
// Marks that part words are blanks in a name and part words within a word, so that what is
// read from JSON can be written as lines.
func addTheme(list *[]Theme, name string, words []string) bool {
	name = clean(strings.Map(func(r rune) rune {
		if strings.ContainsRune(parting+":：", r) {
			return ' '
		}
		return r
	}, name))
	name = strings.TrimLeft(name, "#{[ ")
	if name == "" || utf8.RuneCountInString(name) > longName {
		return false
	}
	at := slices.IndexFunc(*list, func(t Theme) bool { return t.ID == name })
	if at < 0 {
		at = len(*list)
		*list = append(*list, Theme{ID: name})
	}
	t := &(*list)[at]
	words = strings.FieldsFunc(strings.Join(words, ","), func(r rune) bool { return strings.ContainsRune(parting, r) })
	for _, w := range words {
		if w = clean(w); w != "" && utf8.RuneCountInString(w) <= longName && !slices.Contains(t.Words, w) {
			t.Words = append(t.Words, w)
		}
	}
	if len(t.Words) == 0 {
		t.Words = []string{name}
	}
	return true
}

// clean takes control characters and blanks at the ends off.
func clean(s string) string {
	return strings.TrimSpace(strings.Map(func(r rune) rune {
		if unicode.IsControl(r) || unicode.Is(unicode.Cf, r) {
			return ' '
		}
		return r
	}, s))
}

func sized(list []Theme) error {
	for _, t := range list {
		if len(t.Words) > mostWords {
			return themesError("themes_size", core.Args{"most": mostWords, "theme": t.ID, "themes": mostThemes})
		}
	}
	if len(list) > mostThemes {
		return themesError("themes_size", core.Args{"most": mostWords, "theme": strconv.Itoa(len(list)), "themes": mostThemes})
	}
	return nil
}

// FormatThemes writes themes as lines that ParseThemes and the method interests read.
func FormatThemes(themes []Theme) []byte {
	var b strings.Builder
	for _, t := range themes {
		b.WriteString(t.ID + ": " + strings.Join(t.Words, ", ") + "\n")
	}
	return []byte(b.String())
}
