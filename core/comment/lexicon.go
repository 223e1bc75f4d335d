package comment

import (
	_ "embed"
	"strconv"
	"strings"
	"sync"
	"unicode/utf8"

	"github.com/kljensen/snowball/english"
)

//go:embed words/sentiment.zh.txt
var chineseFile string

//go:embed words/sentiment.en.txt
var englishFile string

//go:embed words/function.txt
var functionFile string

// role is what an entry of the lexicon does to the words around it.
type role uint8

const (
	roleNone       role = iota // it hides shorter words
	roleFeeling                // weight is its sentiment, −3…3
	roleNegator                // weight is the share of a feeling that is left, turned round
	roleBooster                // weight multiplies the feeling that follows
	roleContrast               // weight multiplies what follows in the sentence
	roleOpening                // a contrast where it opens a clause
	roleConcession             // weight multiplies its own clause
	roleQuestion               // weight multiplies the feelings of its clause if that asks
)

// entry is one word of the lexicon.
type entry struct {
	word   string
	weight float64
	role   role
}

// Lexicon is the list of words that carry, turn or strengthen feelings. It was written
// for this project, from no corpus. It is safe for concurrent use.
type Lexicon struct {
	han     map[rune][]entry // words by first character, longest first
	latin   map[string]entry // words and phrases as written, words separated by one blank
	stems   map[string]entry // single words by their stem
	longest map[string]uint8 // most words of a phrase that begins with the word
}

// DefaultLexicon is the embedded lexicon; it is parsed at the first use.
var DefaultLexicon = sync.OnceValue(func() *Lexicon {
	l := &Lexicon{han: map[rune][]entry{}, latin: map[string]entry{}, stems: map[string]entry{}, longest: map[string]uint8{}}
	l.read(functionFile, true)
	l.read(chineseFile, false)
	l.read(englishFile, false)
	return l
})

// roleOf is the role of a kind of function.txt.
func roleOf(kind string) role {
	switch kind {
	case "negator":
		return roleNegator
	case "booster":
		return roleBooster
	case "contrast":
		return roleContrast
	case "opening":
		return roleOpening
	case "concession":
		return roleConcession
	case "question":
		return roleQuestion
	}
	return roleNone
}

// read adds the words of a file; the first entry of a word counts.
func (l *Lexicon) read(file string, functions bool) {
	for line := range strings.Lines(file) {
		cells := strings.Split(strings.TrimSpace(line), "\t")
		if strings.HasPrefix(line, "#") || len(cells) < 2 {
			continue
		}
		e := entry{role: roleFeeling}
		if functions {
			e.role = roleOf(cells[0])
			cells = cells[1:]
		}
		e.weight, _ = strconv.ParseFloat(cells[0], 64)
		if e.weight == 0 {
			e.role = roleNone
		}
		for word := range strings.FieldsSeq(cells[1]) {
			e.word = Fold(strings.ReplaceAll(word, "_", " "))
			l.add(e)
		}
	}
}

func (l *Lexicon) add(e entry) {
	first, _ := utf8.DecodeRuneInString(e.word)
	if !latin(first) {
		list := l.han[first]
		at := 0
		for at < len(list) && len(list[at].word) >= len(e.word) {
			if list[at].word == e.word {
				return
			}
			at++
		}
		l.han[first] = append(list[:at:at], append([]entry{e}, list[at:]...)...)
		return
	}
	if _, there := l.latin[e.word]; there {
		return
	}
	l.latin[e.word] = e
	words := strings.Count(e.word, " ") + 1
	head, _, _ := strings.Cut(e.word, " ")
	l.longest[head] = max(l.longest[head], uint8(words))
	if words == 1 && e.role == roleFeeling && !strings.HasSuffix(e.word, "ly") { // “timely” has the stem of “time”
		if stem := english.Stem(e.word, false); l.stems[stem].word == "" {
			l.stems[stem] = e
		}
	}
}

// at returns the longest entry with which text begins, other than a Latin word.
func (l *Lexicon) at(text string, first rune) (entry, bool) {
	for _, e := range l.han[first] {
		if strings.HasPrefix(text, e.word) {
			return e, true
		}
	}
	return entry{}, false
}

// phrase returns the entry of the longest run of words that begins at words[0], and how
// many words it has.
func (l *Lexicon) phrase(words []token) (entry, int) {
	for n := min(int(l.longest[words[0].text]), len(words)); n > 1; n-- {
		if !together(words[:n]) {
			continue
		}
		if e, ok := l.latin[join(words[:n])]; ok {
			return e, n
		}
	}
	if e, ok := l.latin[words[0].text]; ok {
		return e, 1
	}
	if e, ok := l.stems[words[0].stem()]; ok {
		return e, 1
	}
	return entry{}, 1
}

// latin reports whether a word of letters with blanks between words begins with r.
func latin(r rune) bool {
	return r >= 'a' && r <= 'z' || r >= '0' && r <= '9' || r >= 0xc0 && r <= 0x24f
}
