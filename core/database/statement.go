package database

import (
	"strings"
	"unicode"

	"qunxiang/core"
)

// maxStatement bounds the SQL that a user hands in.
const maxStatement = 1 << 20

// checkStatement returns the user's SQL without a final semicolon. It must be one
// statement and begin with SELECT or WITH: what follows is wrapped as a sub-select and
// runs in a read-only session, so this is the first of three bolts, not the only one.
func checkStatement(sql string) (string, error) {
	if len(sql) > maxStatement || strings.ContainsRune(sql, 0) {
		return "", userError("database_not_select", "query", nil)
	}
	s := scanner{text: sql}
	first, end, depth, err := s.outline()
	if err != nil {
		return "", err
	}
	begins := first == "SELECT" || first == "WITH" || first == "(" // (SELECT …) UNION (SELECT …)
	if s.open || depth != 0 || !begins {
		return "", userError("database_not_select", "query", core.Args{"word": first})
	}
	return strings.TrimSpace(sql[:end]), nil
}

// outline finds the first word, where the statement ends, and how many brackets are open
// then. A bracket that closes what none opened would close the one that we wrap it in.
func (s *scanner) outline() (first string, end, depth int, err error) {
	end = len(s.text)
	for {
		word, at, ok := s.next()
		if !ok {
			return first, end, depth, nil
		}
		if end < len(s.text) { // something behind the semicolon
			return "", 0, 0, userError("database_many_statements", "query", nil)
		}
		switch word {
		case ";":
			end = at
		case "(":
			depth++
		case ")":
			depth--
		}
		if first == "" && end == len(s.text) {
			first = strings.ToUpper(word)
		}
		if depth < 0 {
			return "", 0, 0, userError("database_not_select", "query", nil)
		}
	}
}

// scanner walks through SQL from word to word, over comments and quoted texts.
type scanner struct {
	text string
	at   int
	open bool // a comment or a quoted text never ends
}

// next returns a word, or one character that is none.
func (s *scanner) next() (word string, at int, ok bool) {
	for s.at < len(s.text) {
		c, rest := s.text[s.at], s.text[s.at:]
		switch {
		case c <= ' ':
			s.at++
		case strings.HasPrefix(rest, "--"):
			s.skip("\n", true)
		case strings.HasPrefix(rest, "/*!"): // MySQL runs these
			s.open = true
			return "", 0, false
		case strings.HasPrefix(rest, "/*"):
			s.at += 2
			s.skip("*/", false)
		case c == '\'' || c == '"' || c == '`':
			from := s.at
			s.at++
			s.skip(string(c), false)
			return s.text[from:from+1] + "…", from, true
		case c == '$' && dollar(rest) != "":
			tag := dollar(rest)
			from := s.at
			s.at += len(tag)
			s.skip(tag, false)
			return "$…", from, true
		default:
			from := s.at
			s.at++
			if !letter(c) {
				return s.text[from:s.at], from, true
			}
			for s.at < len(s.text) && (letter(s.text[s.at]) || s.text[s.at] == '$') {
				s.at++
			}
			return s.text[from:s.at], from, true
		}
	}
	return "", 0, false
}

// skip moves behind the next end; a text that lacks it is open unless the end of
// everything does as well.
func (s *scanner) skip(end string, orEnd bool) {
	i := strings.Index(s.text[s.at:], end)
	if i < 0 {
		s.open = s.open || !orEnd
		s.at = len(s.text)
		return
	}
	s.at += i + len(end)
}

// dollar returns the tag at the start of a text quoted PostgreSQL's way, $$ or $tag$.
func dollar(s string) string {
	for i := 1; i < len(s); i++ {
		switch {
		case s[i] == '$':
			return s[:i+1]
		case !letter(s[i]) || i == 1 && unicode.IsDigit(rune(s[i])):
			return ""
		}
	}
	return ""
}

func letter(c byte) bool {
	return c == '_' || c >= '0' && c <= '9' || c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z' || c >= 0x80
}
