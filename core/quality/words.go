package quality

import (
	_ "embed"
	"strings"
	"sync"
)

//go:embed words.txt
var wordsFile string

type wordList struct {
	whole  map[string]bool
	within []string
	order  []string
}

// wordLists are the words of this package by their kind.
var wordLists = sync.OnceValue(func() map[string]wordList {
	out := map[string]wordList{}
	for line := range strings.Lines(wordsFile) {
		kind, list, ok := strings.Cut(strings.TrimSpace(line), "\t")
		if !ok || strings.HasPrefix(line, "#") {
			continue
		}
		w := wordList{whole: map[string]bool{}, order: strings.Fields(list)}
		for _, word := range w.order {
			if part, ok := strings.CutPrefix(word, "~"); ok {
				w.within = append(w.within, part)
			} else {
				w.whole[strings.ReplaceAll(word, "_", " ")] = true
			}
		}
		out[kind] = w
	}
	return out
})

// is reports whether a text is of a kind: "missing", "currency", "age", "birthyear".
func is(kind, text string) bool {
	text = strings.ToLower(strings.TrimSpace(text))
	w := wordLists()[kind]
	if w.whole[strings.ReplaceAll(text, "_", " ")] {
		return true
	}
	for _, part := range w.within {
		if strings.Contains(text, part) {
			return true
		}
	}
	return false
}

// rangeWords are pairs of words that name the two ends of a range.
func rangeWords() [][2]string {
	var out [][2]string
	for _, pair := range wordLists()["range"].order {
		a, b, _ := strings.Cut(pair, "/")
		out = append(out, [2]string{a, b})
	}
	return out
}
