package comment

import (
	"cmp"
	"math"
	"slices"
)

// Feeling is the sentiment of a comment.
type Feeling string

// The feelings.
const (
	Positive Feeling = "positive"
	Neutral  Feeling = "neutral"
	Negative Feeling = "negative"
)

// FeelingOf returns the feeling of a score: beyond ±0.05 it is one, as VADER has it
// (Hutto and Gilbert 2014, ICWSM, p. 222).
func FeelingOf(score float64) Feeling {
	switch {
	case score >= 0.05:
		return Positive
	case score <= -0.05:
		return Negative
	}
	return Neutral
}

// Reason is a word that made the sentiment of a comment.
type Reason struct {
	Word string  `json:"word"` // folded, with its negation
	Sum  float64 `json:"sum"`  // what it added, in units of the lexicon
}

const (
	// normal is VADER's α: the sum s of a text becomes s / √(s² + α), and lies in −1…1.
	normal = 15
	// scope is how many tokens behind a negation it reaches.
	scope = 5
	// doubted is what is left of what a sentence says before a “but”.
	doubted = 0.6
	// relief is the share of a negative word that a negation turns into praise: “not
	// expensive” is less than “cheap”.
	relief = 0.6
)

// clause is a part of a text between marks, with the sum of its feelings.
type clause struct {
	from, to int // tokens
	sum      float64
	weight   float64 // of the clause in its sentence
	reasons  []Reason
}

// Score returns the sentiment of a text, −1…1 and 0 where no word tells, and the words
// that made it, the strongest first.
func (l *Lexicon) Score(text string) (float64, []Reason) {
	list := l.tokens(Fold(text), nil)
	return total(l.clauses(list))
}

// total is the sentiment of clauses taken together.
func total(clauses []clause) (float64, []Reason) {
	sum := 0.0
	var reasons []Reason
	for _, c := range clauses {
		sum += c.sum * c.weight
		for _, r := range c.reasons {
			reasons = append(reasons, Reason{Word: r.Word, Sum: r.Sum * c.weight})
		}
	}
	slices.SortStableFunc(reasons, func(a, b Reason) int { return cmp.Compare(math.Abs(b.Sum), math.Abs(a.Sum)) })
	return squash(sum), reasons
}

func squash(sum float64) float64 { return sum / math.Sqrt(sum*sum+normal) }

// clauses cuts tokens into clauses and adds up each.
func (l *Lexicon) clauses(list []token) []clause {
	var out []clause
	sentence := 0 // first clause of the sentence in out
	from := 0
	closing := func(to int, ended bool, mark string) {
		if to > from {
			c := clause{from: from, to: to, weight: 1}
			turn := c.read(list[from:to], mark)
			if turn > 0 { // “but”: what was said before counts less, what follows more
				for i := sentence; i < len(out); i++ {
					out[i].weight *= doubted
				}
				c.weight *= turn
			}
			out = append(out, c)
		}
		if ended {
			sentence = len(out)
		}
	}
	for i, t := range list {
		switch {
		case t.class == classEnd, t.class == classBreak:
			closing(i, t.class == classEnd, t.text)
			from = i + 1
		case t.entry.role == roleContrast && i > from:
			closing(i, false, "")
			from = i
		}
	}
	closing(len(list), true, "")
	return out
}

// state is what the tokens before have done to the next feeling.
type state struct {
	factor float64 // of boosters
	turned float64 // of negations, 0 = none
	since  int     // tokens since the last negation
	word   string  // negation before the feeling
	asks   float64 // factor of praise in a clause that asks, 0 = it does not
}

// read adds up the feelings of a clause. It returns the weight of a “but”, 0 = there is none.
func (c *clause) read(list []token, mark string) (turn float64) {
	s := state{factor: 1}
	for i, t := range list {
		s.age()
		e := t.entry
		if i+1 < len(list) && degree(t, list[i+1]) {
			e = entry{word: e.word, role: roleBooster, weight: 1.3}
		}
		switch e.role {
		case roleContrast:
			turn = e.weight
		case roleOpening:
			if i == 0 {
				turn = e.weight
			}
		case roleConcession:
			c.weight *= e.weight
		case roleFeeling:
			c.feel(&s, e)
		default:
			s.hear(t, e)
		}
	}
	c.close(s.asks, mark)
	return turn
}

// age lets a negation reach only so far.
func (s *state) age() {
	if s.turned == 0 {
		return
	}
	if s.since++; s.since > scope {
		s.turned, s.word = 0, ""
	}
}

// hear remembers a word that acts on the next feeling.
func (s *state) hear(t token, e entry) {
	switch e.role {
	case roleNegator:
		s.since = 0
		if s.turned != 0 {
			s.turned *= -e.weight
			return
		}
		s.turned, s.word = -e.weight, t.text
		if t.class == classLatin {
			s.word += " "
		}
	case roleBooster:
		s.factor = max(s.factor, e.weight)
		if e.weight < 1 {
			s.factor = e.weight
		}
	case roleQuestion:
		s.asks = e.weight
	default:
	}
}

// close weighs the clause by the mark behind it.
func (c *clause) close(asks float64, mark string) {
	if mark == "?" || mark == "？" {
		asks = 0.5
	}
	if asks > 0 && c.sum > 0 { // “is it good?” praises nothing, “is it that bad?” still complains
		c.sum *= asks
	}
	if mark == "!" || mark == "！" {
		c.sum *= 1.1
	}
}

// feel adds a feeling to the clause.
func (c *clause) feel(s *state, e entry) {
	v := e.weight * s.factor
	word := e.word
	switch {
	case s.turned < 0 && v < 0:
		v *= s.turned * relief
		word = s.word + word
	case s.turned != 0:
		v *= s.turned
		word = s.word + word
	}
	c.sum += v
	c.reasons = append(c.reasons, Reason{Word: word, Sum: v})
	*s = state{factor: 1, asks: s.asks}
}

// good is the character that is praise alone and a degree before a bad adjective.
const good = "\u597d"

// degree reports whether t only strengthens what follows: “good slow” is very slow.
func degree(t, next token) bool {
	return t.text == good && t.entry.role == roleFeeling && next.entry.role == roleFeeling && next.entry.weight < 0
}
