package survey

import (
	"cmp"
	"slices"
	"strings"
	"unicode/utf8"
)

// written is what a respondent typed behind a choice: "other〖tea〗".
var written = lazily(`〖[^〗]*〗`)

// separators are what exports put between the choices of one cell, the surest first. The
// commas come last, since they are in sentences too.
func separators() []string { return []string{"┋", "┃", "|", ";", "；", "\n", "、", ",", "，"} }

// cut divides a cell into its choices, each once, in the order of the cell.
func cut(cell, sep string) []string {
	var out []string
	for part := range strings.SplitSeq(cell, sep) {
		part = strings.TrimSpace(written().ReplaceAllString(part, ""))
		if part != "" && !blank(part) && !slices.Contains(out, part) {
			out = append(out, part)
		}
	}
	return out
}

// separator finds what divides the choices of a column, with how sure that is; "" where
// its cells are no lists of choices.
func separator(p *profile) (sep string, sure float64) {
	for i, s := range separators() {
		if sure := divides(p, s, i < 2); sure > 0 {
			return s, sure
		}
	}
	return "", 0
}

// maxOptions is how many choices a question may offer; with more it is open text.
const maxOptions = 300

// divides says how sure a separator divides lists of choices: choices come again and again
// in ever other company, parts of sentences and of addresses do not.
func divides(p *profile, sep string, certain bool) float64 {
	joined := 0
	for _, l := range p.labels {
		if strings.Contains(l.text, sep) {
			joined += l.count
		}
	}
	if joined == 0 || !certain && float64(joined) < 0.02*float64(p.answered) {
		return 0
	}
	c, ok := chosen(p, sep)
	switch {
	case !ok:
		return 0
	case certain:
		return 0.98
	case c.sizes < 2 && strings.ContainsAny(sep, ",，"), c.longest > 60, len(c.count) < 2: // "Rome, Italy": always two
		return 0
	}
	coverage, mean := c.coverage(), float64(c.total)/float64(len(c.count))
	if coverage < 0.8 || mean < 3 && p.answered >= 10 || mean < 1.5 {
		return 0
	}
	return 0.6 + 0.35*coverage
}

// choice is what cells are divided into.
type choice struct {
	count   map[string]int
	total   int
	longest int // characters
	sizes   int // distinct numbers of choices in a cell
}

// coverage is the share of choices made that somebody else made too.
func (c *choice) coverage() float64 {
	again := 0
	for _, n := range c.count {
		if n > 1 {
			again += n
		}
	}
	return float64(again) / float64(c.total)
}

// chosen divides all cells; false where there are more choices than a question offers.
func chosen(p *profile, sep string) (choice, bool) {
	c := choice{count: map[string]int{}}
	sizes := map[int]bool{}
	for _, l := range p.labels {
		parts := cut(l.text, sep)
		sizes[len(parts)] = true
		for _, o := range parts {
			c.count[o] += l.count
			c.total += l.count
			c.longest = max(c.longest, utf8.RuneCountInString(o))
		}
		if len(c.count) > maxOptions {
			return c, false
		}
	}
	c.sizes = len(sizes)
	return c, true
}

// options counts the choices of a column with several in a cell, the most chosen first.
func options(p *profile, sep string) []string {
	count := map[string]int{}
	for _, l := range p.labels {
		for _, o := range cut(l.text, sep) {
			count[o] += l.count
		}
	}
	out := make([]string, 0, len(count))
	for o := range count {
		out = append(out, o)
	}
	slices.SortFunc(out, func(a, b string) int { return cmp.Or(cmp.Compare(count[b], count[a]), cmp.Compare(a, b)) })
	return out
}
