package segmap

import (
	"encoding/csv"
	"strconv"
	"strings"
	"unicode"
	"unicode/utf8"
)

// Limits on a map's text; a map is written by hand and read by people.
const (
	maxText     = 64 << 10
	maxSegments = 200
	maxName     = 120
)

// MaxScores is the largest number of scores of one measure.
const MaxScores = 9

// Segment is one segment of a map.
type Segment struct {
	Key    string // lower-case letters, digits, _ and -
	NameZH string
	NameEN string
	Line   int // where it first stands, 1-based
}

// Map is a parsed map. The zero value is not usable; make one with [Parse].
type Map struct {
	Segments   []Segment
	Scores     int  // scores that the map is drawn for; 0 = those of the run
	FirstMatch bool // the first line that fits a cell wins
	Places     int  // 2 = recency and frequency, 3 = with monetary
	Other      int  // position of the segment of all cells left, -1 = none

	rules []rule
}

// rule puts the cells of one pattern into a segment. Bit s of a place's set is score s.
type rule struct {
	segment, line int
	text          string
	places        []uint16
}

// Kind says what is wrong with a map.
type Kind string

// The kinds of problems. The first five are found by [Parse], the others by [Map.Compile].
const (
	Syntax      Kind = "map_syntax"      // a line is not key,name,name,pattern
	BadKey      Kind = "map_key"         // a key has other characters, or a directive is unknown
	BadPattern  Kind = "map_pattern"     // a pattern cannot be read
	TooLarge    Kind = "map_too_large"   // text or number of segments
	Empty       Kind = "map_empty"       // no segment
	BadScore    Kind = "map_score"       // a pattern names a score that does not exist
	Gap         Kind = "map_gap"         // cells without a segment
	Overlap     Kind = "map_overlap"     // cells with several segments
	Unreachable Kind = "map_unreachable" // a segment without a cell
)

// Problem is one thing that is wrong with a map.
type Problem struct {
	Kind  Kind
	Line  int      // 1-based, 0 = the whole map
	Text  string   // the piece of the map that is meant
	Cells []string // such as 55 or 555; of Gap and Overlap
	Keys  []string // segments involved, for Overlap and Unreachable
}

// Fatal reports whether the problem makes the map unusable. An overlap under
// first-match and an unreachable segment are only remarks.
func (p Problem) Fatal(firstMatch bool) bool {
	return p.Kind != Unreachable && (p.Kind != Overlap || !firstMatch)
}

// Parse reads a map. A map is returned only when there is no problem.
func Parse(text string) (*Map, []Problem) {
	if len(text) > maxText {
		return nil, []Problem{{Kind: TooLarge}}
	}
	p := parser{m: Map{Other: -1, Places: 2}, keys: map[string]int{}}
	line := 0
	for s := range strings.SplitSeq(strings.TrimPrefix(text, "\ufeff"), "\n") {
		line++
		p.line(line, strings.TrimSpace(s))
	}
	switch {
	case len(p.problems) > 0:
		return nil, p.problems
	case len(p.m.Segments) == 0:
		return nil, []Problem{{Kind: Empty}}
	case len(p.m.Segments) > maxSegments:
		return nil, []Problem{{Kind: TooLarge}}
	}
	return &p.m, nil
}

type parser struct {
	m        Map
	keys     map[string]int
	problems []Problem
}

func (p *parser) fail(k Kind, line int, text string) {
	if len(p.problems) < 20 { // the first few say enough
		p.problems = append(p.problems, Problem{Kind: k, Line: line, Text: text})
	}
}

func (p *parser) line(n int, s string) {
	if s == "" || s[0] == '#' {
		return
	}
	if !strings.Contains(s, ",") { // typed with a Chinese keyboard
		s = strings.ReplaceAll(s, "，", ",")
	}
	if !strings.Contains(s, ",") {
		p.directive(n, s)
		return
	}
	r := csv.NewReader(strings.NewReader(s))
	r.TrimLeadingSpace, r.LazyQuotes = true, true
	f, err := r.Read()
	if err != nil || len(f) < 4 {
		p.fail(Syntax, n, s)
		return
	}
	if f[0] == "key" && len(p.m.Segments) == 0 { // a header line
		return
	}
	p.segment(n, f)
}

func (p *parser) directive(n int, s string) {
	v, isScores := strings.CutPrefix(s, "scores=")
	scores, err := strconv.Atoi(strings.TrimSpace(v))
	switch {
	case s == "first-match":
		p.m.FirstMatch = true
	case isScores && err == nil && scores >= 2 && scores <= MaxScores:
		p.m.Scores = scores
	default:
		p.fail(Syntax, n, s)
	}
}

func (p *parser) segment(n int, f []string) {
	key, zh, en := strings.TrimSpace(f[0]), strings.TrimSpace(f[1]), strings.TrimSpace(f[2])
	if !validKey(key) || !validName(zh) || !validName(en) {
		p.fail(BadKey, n, key)
		return
	}
	at, known := p.keys[key]
	if !known {
		at = len(p.m.Segments)
		p.keys[key] = at
		p.m.Segments = append(p.m.Segments, named(key, zh, en, n))
	}
	any := false
	for _, field := range f[3:] {
		for text := range strings.FieldsSeq(field) {
			p.pattern(n, at, text)
			any = true
		}
	}
	if !any {
		p.fail(BadPattern, n, f[3])
	}
}

func named(key, zh, en string, line int) Segment {
	switch {
	case zh == "" && en == "":
		zh, en = key, key
	case zh == "":
		zh = en
	case en == "":
		en = zh
	}
	return Segment{Key: key, NameZH: zh, NameEN: en, Line: line}
}

func (p *parser) pattern(n, segment int, text string) {
	if text == "*" {
		if p.m.Other >= 0 && p.m.Other != segment {
			p.fail(BadPattern, n, text)
			return
		}
		p.m.Other = segment
		return
	}
	places, ok := parsePlaces(text)
	if !ok {
		p.fail(BadPattern, n, text)
		return
	}
	p.m.Places = max(p.m.Places, len(places))
	p.m.rules = append(p.m.rules, rule{segment: segment, line: n, text: text, places: places})
}

// parsePlaces reads a pattern of two or three places.
func parsePlaces(s string) ([]uint16, bool) {
	var out []uint16
	for len(s) > 0 {
		var set uint16
		switch c := s[0]; {
		case c >= '1' && c <= '9':
			set, s = 1<<(c-'0'), s[1:]
		case c == '.':
			set, s = anyScore, s[1:]
		case c == '[':
			end := strings.IndexByte(s, ']')
			if end < 0 {
				return nil, false
			}
			set, s = parseSet(s[1:end]), s[end+1:]
		}
		if set == 0 {
			return nil, false
		}
		out = append(out, set)
	}
	return out, len(out) == 2 || len(out) == 3
}

// anyScore is the set of the scores 1…9. A dot keeps bit 0 as well, which tells it
// from a set that names every score.
const anyScore = 1<<10 - 1

// parseSet reads what stands between brackets; 0 means that it cannot be read.
func parseSet(s string) uint16 {
	var set uint16
	for len(s) > 0 {
		lo := s[0]
		hi, size := lo, 1
		if len(s) >= 3 && s[1] == '-' {
			hi, size = s[2], 3
		}
		if lo < '1' || hi > '9' || lo > hi {
			return 0
		}
		for c := lo; c <= hi; c++ {
			set |= 1 << (c - '0')
		}
		s = s[size:]
	}
	return set
}

// validName refuses what no name has: control characters and broken text.
func validName(s string) bool {
	return len(s) <= maxName && utf8.ValidString(s) && !strings.ContainsFunc(s, unicode.IsControl)
}

func validKey(s string) bool {
	for _, c := range []byte(s) {
		ok := c >= 'a' && c <= 'z' || c >= '0' && c <= '9' || c == '_' || c == '-'
		if !ok {
			return false
		}
	}
	return s != "" && len(s) <= 64
}
