package expr

import (
	"strings"
	"unicode"
)

type kind uint8

const (
	tokEnd kind = iota
	tokName
	tokQuoted // a name in backquotes, never a keyword
	tokNumber
	tokText
	tokOp // = != < <= > >=
	tokSign
)

type token struct {
	kind kind
	text string
	pos  int // 1-based character
}

// is reports whether the token is the sign or keyword s.
func (t token) is(s string) bool {
	return t.kind == tokSign && t.text == s || t.kind == tokName && strings.EqualFold(t.text, s)
}

// narrow maps full-width punctuation to its plain form.
var narrow = [...][2]rune{
	{'（', '('},
	{'）', ')'},
	{'，', ','},
	{'＝', '='},
	{'＞', '>'},
	{'＜', '<'},
	{'！', '!'},
	{'‘', '\''},
	{'’', '\''},
	{'“', '"'},
	{'”', '"'},
	{'≥', 'G'},
	{'≤', 'L'},
	{'≠', 'N'},
}

type lexer struct {
	src []rune // as written
	at  int
	out []token
}

// lex cuts the source into tokens; the last one is tokEnd.
func lex(src string) ([]token, error) {
	l := lexer{src: []rune(src)}
	for l.at < len(l.src) {
		if unicode.IsSpace(l.src[l.at]) {
			l.at++
			continue
		}
		if err := l.next(); err != nil {
			return nil, err
		}
	}
	l.add(tokEnd, "", l.at)
	return l.out, nil
}

func (l *lexer) add(k kind, text string, at int) {
	l.out = append(l.out, token{kind: k, text: text, pos: at + 1})
}

func plain(r rune) rune {
	for _, p := range narrow {
		if p[0] == r {
			return p[1]
		}
	}
	return r
}

// peek returns the plain form of the character n ahead, 0 at the end.
func (l *lexer) peek(n int) rune {
	if l.at+n >= len(l.src) {
		return 0
	}
	return plain(l.src[l.at+n])
}

func (l *lexer) next() error {
	c := l.src[l.at]
	p := plain(c)
	switch {
	case p != c && (p == 'G' || p == 'L' || p == 'N'):
		l.sign(tokOp, map[rune]string{'G': ">=", 'L': "<=", 'N': "!="}[p], 1)
	case p == '\'' || p == '"' || p == '`':
		return l.quoted(p)
	case unicode.IsLetter(c) || c == '_':
		l.word()
	case l.isNumber():
		l.number()
	case p == '(' || p == ')' || p == ',':
		l.sign(tokSign, string(p), 1)
	default:
		return l.operator()
	}
	return nil
}

func (l *lexer) sign(k kind, text string, size int) {
	l.add(k, text, l.at)
	l.at += size
}

// operators lists what can be written, longer spellings first.
var operators = [...]struct {
	text string
	kind kind
	as   string
}{
	{"==", tokOp, "="},
	{"!=", tokOp, "!="},
	{"<>", tokOp, "!="},
	{"<=", tokOp, "<="},
	{">=", tokOp, ">="},
	{"&&", tokSign, "and"},
	{"||", tokSign, "or"},
	{"=", tokOp, "="},
	{"<", tokOp, "<"},
	{">", tokOp, ">"},
	{"!", tokSign, "not"},
}

func (l *lexer) operator() error {
	two := string([]rune{l.peek(0), l.peek(1)})
	for _, o := range operators {
		if strings.HasPrefix(two, o.text) {
			l.sign(o.kind, o.as, len(o.text))
			return nil
		}
	}
	return fail("expr_sign", l.at+1, map[string]any{"found": string(l.src[l.at])})
}

// quoted reads a text or a backquoted name; the quote sign doubled stands for itself.
func (l *lexer) quoted(quote rune) error {
	start := l.at
	var b strings.Builder
	for l.at++; l.at < len(l.src); l.at++ {
		if plain(l.src[l.at]) != quote {
			b.WriteRune(l.src[l.at])
			continue
		}
		if l.peek(1) == quote && l.at+1 < len(l.src) {
			l.at++
			b.WriteRune(l.src[l.at])
			continue
		}
		l.at++
		k := tokText
		if quote == '`' {
			k = tokQuoted
		}
		l.add(k, b.String(), start)
		return nil
	}
	return fail("expr_quote", start+1, map[string]any{"quote": string(l.src[start])})
}

func (l *lexer) word() {
	start := l.at
	for l.at < len(l.src) {
		c := l.src[l.at]
		if !unicode.IsLetter(c) && !unicode.IsDigit(c) && !unicode.IsMark(c) && c != '_' && c != '.' {
			break
		}
		l.at++
	}
	l.add(tokName, string(l.src[start:l.at]), start)
}

func isDigit(c rune) bool { return c >= '0' && c <= '9' }

func (l *lexer) isNumber() bool {
	i := 0
	if c := l.peek(0); c == '-' || c == '+' {
		i = 1
	}
	return isDigit(l.peek(i)) || l.peek(i) == '.' && isDigit(l.peek(i+1))
}

// number takes everything that may belong to a number; the parser reads its value.
func (l *lexer) number() {
	start := l.at
	for l.at++; l.at < len(l.src); l.at++ {
		c := l.src[l.at]
		exponent := (c == '-' || c == '+') && (l.src[l.at-1] == 'e' || l.src[l.at-1] == 'E')
		if !exponent && !unicode.IsLetter(c) && !isDigit(c) && c != '.' && c != '_' {
			break
		}
	}
	l.add(tokNumber, string(l.src[start:l.at]), start)
}
