package comment

import (
	_ "embed"
	"regexp"
	"strings"
	"sync"
	"unicode/utf8"

	"qunxiang/core/privacy"
)

//go:embed words/names.txt
var namesFile string

// masker hides who speaks, or is spoken of, in a quote.
type masker struct {
	told    *regexp.Regexp // a Chinese name behind “my name is”
	titled  *regexp.Regexp // a Chinese name before “Mr”
	western *regexp.Regexp
	place   *regexp.Regexp // an address with a house number
	digits  *regexp.Regexp
}

var masking = sync.OnceValue(func() *masker {
	words := map[string]string{}
	for line := range strings.Lines(namesFile) {
		kind, list, ok := strings.Cut(strings.TrimSpace(line), "\t")
		if !ok || strings.HasPrefix(line, "#") {
			continue
		}
		if kind != "latin" {
			list = strings.Join(strings.Fields(list), "|")
		}
		words[kind] = list
	}
	return &masker{
		told:    regexp.MustCompile(`(?:` + words["name"] + `)[\s:：\x{662F}\x{4E3A}]{0,3}(\p{Han}{2,4})`),
		titled:  regexp.MustCompile(`(\p{Han}{2,3})(?:` + words["title"] + `)`),
		western: regexp.MustCompile(`(?i:\b(?:` + words["latin"] + `|mr\.?|mrs\.?|ms\.?|dr\.?))\s+([A-Z][\p{L}'-]+(?:\s+[A-Z][\p{L}'-]+)*)`),
		place:   regexp.MustCompile(`\p{Han}{2,10}?(?:` + words["place"] + `)\s?[0-9\x{4E00}\x{4E8C}\x{4E09}\x{56DB}\x{4E94}\x{516D}\x{4E03}\x{516B}\x{4E5D}\x{5341}\x{767E}\x{96F6}]{1,6}\s?(?:` + words["house"] + `)(?:\s?[0-9A-Za-z\x{4E00}\x{4E8C}\x{4E09}\x{56DB}\x{4E94}\x{516D}\x{4E03}\x{516B}\x{4E5D}\x{5341}-]{1,6}\s?(?:` + words["house"] + `)?)*`),
		digits:  regexp.MustCompile(`[0-9][0-9 -]{4,}[0-9]`),
	}
})

// hidden stands for what a quote does not say.
const hidden = "***"

// Mask hides what could tell who wrote a comment: telephone numbers, e-mail addresses,
// links, cards, plates and accounts by their form (package privacy), addresses with a
// house number, any other number of six digits or more, and names where the words around
// them say that they are names. A name that nothing announces stays.
func Mask(text string) string {
	m := masking()
	text = privacy.MaskText(text)
	text = m.place.ReplaceAllString(text, hidden)
	text = m.digits.ReplaceAllString(text, hidden)
	text = inside(m.told, text, maskTold)
	text = inside(m.titled, text, maskTitled)
	return inside(m.western, text, func(string) string { return hidden })
}

// inside replaces the first group of every match.
func inside(re *regexp.Regexp, text string, mask func(string) string) string {
	var b strings.Builder
	from := 0
	for _, at := range re.FindAllStringSubmatchIndex(text, -1) {
		b.WriteString(text[from:at[2]])
		b.WriteString(mask(text[at[2]:at[3]]))
		from = at[3]
	}
	b.WriteString(text[from:])
	return b.String()
}

// maskTold hides the given name of a name of two to four characters at the beginning.
func maskTold(s string) string {
	for n := min(4, utf8.RuneCountInString(s)); n >= 2; n-- {
		name := firstRunes(s, n)
		if family := privacy.Surname(name); family != "" && len(family) < len(name) {
			return family + strings.Repeat("*", n-utf8.RuneCountInString(family)) + s[len(name):]
		}
	}
	return s
}

// maskTitled hides the given name of a name that ends where the title begins: 张小明先生.
func maskTitled(s string) string {
	if family := privacy.Surname(s); family != "" && len(family) < len(s) {
		return family + strings.Repeat("*", utf8.RuneCountInString(s[len(family):]))
	}
	_, first := utf8.DecodeRuneInString(s)
	if rest := s[first:]; utf8.RuneCountInString(rest) == 2 {
		if family := privacy.Surname(rest); family != "" && len(family) < len(rest) {
			return s[:first] + family + "*"
		}
	}
	return s
}

func firstRunes(s string, n int) string {
	for i := range s {
		if n == 0 {
			return s[:i]
		}
		n--
	}
	return s
}
