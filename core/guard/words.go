package guard

import (
	_ "embed"
	"strings"
	"sync"
)

//go:embed words.txt
var wordsFile string

// vocabulary are the words of one kind.
type vocabulary struct {
	whole  map[string]bool
	within []string
}

// words is parsed once from the embedded table.
var words = sync.OnceValue(func() map[string]vocabulary {
	out := map[string]vocabulary{}
	for line := range strings.Lines(wordsFile) {
		kind, list, ok := strings.Cut(strings.TrimSpace(line), "\t")
		if !ok || strings.HasPrefix(line, "#") {
			continue
		}
		v := vocabulary{whole: map[string]bool{}}
		for _, w := range strings.Fields(list) {
			if part, ok := strings.CutPrefix(w, "~"); ok {
				v.within = append(v.within, part)
			} else {
				v.whole[w] = true
			}
		}
		out[kind] = v
	}
	return out
})

// Is reports whether a name or key is of a kind: "id", "outcome", "recency", "test" or
// "contact".
func Is(kind, text string) bool {
	text = strings.ToLower(strings.TrimSpace(text))
	v := words()[kind]
	if v.whole[text] {
		return true
	}
	for _, w := range v.within {
		if strings.Contains(text, w) {
			return true
		}
	}
	return false
}
