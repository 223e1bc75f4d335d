package xlsx

import (
	"bytes"
	"strconv"
	"unicode/utf8"
)

// token is the kind of what the scanner read.
type token uint8

const (
	tokenEnd   token = iota // no more bytes
	tokenStart              // <name …>
	tokenEmpty              // <name …/>
	tokenClose              // </name>
	tokenText               // character data
)

// attr is one attribute; the value is still escaped.
type attr struct{ name, value []byte }

// maxAttrs is how many attributes an element may have.
const maxAttrs = 64

// scanner reads well-formed XML from bytes that end at the end of an element or of the
// document. Its stack goes on from one piece to the next.
type scanner struct {
	b     []byte
	i     int
	stack [][]byte
	depth int
	name  []byte // of the tag, without its prefix
	text  []byte
	raw   bool // text is a CDATA section: nothing is escaped in it
	attrs []attr
	root  bool // the root element was there and is closed
}

// feed gives the scanner its next piece.
func (s *scanner) feed(b []byte) { s.b, s.i = b, 0 }

// maxDepth bounds the nesting of elements.
const maxDepth = 64

// next returns the next tag or text; ok is false for what is not XML.
func (s *scanner) next() (t token, ok bool) {
	for s.i < len(s.b) {
		if s.b[s.i] != '<' {
			return s.chars()
		}
		if s.i+1 >= len(s.b) {
			return 0, false
		}
		switch s.b[s.i+1] {
		case '/':
			return s.close()
		case '?':
			if !s.skip("?>") {
				return 0, false
			}
		case '!':
			rest := s.b[s.i:]
			switch {
			case bytes.HasPrefix(rest, []byte("<!--")):
				s.i += 4
				if !s.skip("-->") {
					return 0, false
				}
			case bytes.HasPrefix(rest, []byte("<![CDATA[")):
				return s.cdata()
			default:
				return 0, false // document types bring entities: refused
			}
		default:
			return s.open()
		}
	}
	return tokenEnd, true
}

func (s *scanner) skip(end string) bool {
	n := bytes.Index(s.b[s.i:], []byte(end))
	if n < 0 {
		return false
	}
	s.i += n + len(end)
	return true
}

// chars reads character data up to the next tag.
func (s *scanner) chars() (token, bool) {
	n := bytes.IndexByte(s.b[s.i:], '<')
	if n < 0 {
		n = len(s.b) - s.i
	}
	s.text, s.raw = s.b[s.i:s.i+n], false
	s.i += n
	if s.depth == 0 && len(bytes.TrimSpace(bytes.TrimPrefix(s.text, []byte("\xEF\xBB\xBF")))) > 0 {
		return 0, false
	}
	return tokenText, true
}

func (s *scanner) cdata() (token, bool) {
	from := s.i + len("<![CDATA[")
	n := bytes.Index(s.b[from:], []byte("]]>"))
	if n < 0 || s.depth == 0 {
		return 0, false
	}
	s.text, s.raw = s.b[from:from+n], true
	s.i = from + n + 3
	return tokenText, true
}

func (s *scanner) close() (token, bool) {
	b := s.b[s.i+2:]
	n := bytes.IndexByte(b, '>')
	if n < 0 || s.depth == 0 {
		return 0, false
	}
	name := bytes.TrimRight(b[:n], " \t\r\n")
	if string(name) != string(s.stack[s.depth-1]) {
		return 0, false
	}
	s.i += n + 3
	s.depth--
	s.root = s.root || s.depth == 0
	s.name = local(name)
	return tokenClose, true
}

// open reads a start tag with its attributes.
func (s *scanner) open() (token, bool) { //nolint:gocyclo // the grammar of a start tag, and the hot path of every cell
	b := s.b
	i := s.i + 1
	from := i
	for i < len(b) && nameByte(b[i]) {
		i++
	}
	full := b[from:i]
	if len(full) == 0 || full[0]-'0' <= 9 || full[0] == '-' || full[0] == '.' || s.depth == 0 && s.root || s.depth >= maxDepth {
		return 0, false
	}
	s.attrs = s.attrs[:0]
	for {
		gap := i
		for i < len(b) && space(b[i]) {
			i++
		}
		if i >= len(b) {
			return 0, false
		}
		switch b[i] {
		case '>':
			s.i = i + 1
			s.push(full)
			return tokenStart, true
		case '/':
			if i+1 >= len(b) || b[i+1] != '>' {
				return 0, false
			}
			s.i = i + 2
			s.name = local(full)
			s.root = s.root || s.depth == 0
			return tokenEmpty, true
		}
		if i == gap {
			return 0, false // attributes are divided by blanks
		}
		if i = s.attr(i); i < 0 {
			return 0, false
		}
	}
}

// attr reads name="value" at i and returns the position behind it, −1 for a fault.
func (s *scanner) attr(i int) int { //nolint:gocyclo // the grammar of an attribute, and the hot path of every cell
	b := s.b
	from := i
	for i < len(b) && nameByte(b[i]) {
		i++
	}
	name := b[from:i]
	for i < len(b) && space(b[i]) {
		i++
	}
	if len(name) == 0 || i >= len(b) || b[i] != '=' || len(s.attrs) >= maxAttrs {
		return -1
	}
	for i++; i < len(b) && space(b[i]); i++ {
	}
	if i >= len(b) || b[i] != '"' && b[i] != '\'' {
		return -1
	}
	quote := b[i]
	from = i + 1
	for i++; i < len(b) && b[i] != quote; i++ {
		if b[i] == '<' {
			return -1
		}
	}
	if i >= len(b) {
		return -1
	}
	for _, a := range s.attrs {
		if string(a.name) == string(name) {
			return -1
		}
	}
	s.attrs = append(s.attrs, attr{name, b[from:i]})
	return i + 1
}

func (s *scanner) push(full []byte) {
	if s.depth == len(s.stack) {
		s.stack = append(s.stack, nil)
	}
	s.stack[s.depth] = append(s.stack[s.depth][:0], full...)
	s.depth++
	s.name = local(full)
}

// get returns an attribute by its name without prefix.
func (s *scanner) get(name string) []byte {
	for _, a := range s.attrs {
		if string(local(a.name)) == name {
			return a.value
		}
	}
	return nil
}

// local cuts the namespace prefix off a name.
func local(name []byte) []byte {
	if i := bytes.IndexByte(name, ':'); i >= 0 {
		return name[i+1:]
	}
	return name
}

func space(c byte) bool { return c == ' ' || c == '\n' || c == '\t' || c == '\r' }

func nameByte(c byte) bool {
	return c|0x20 >= 'a' && c|0x20 <= 'z' || c >= '0' && c <= '9' || c == ':' || c == '_' || c == '-' || c == '.' || c >= 0x80
}

// unescape appends the text with its references resolved; false for one that XML does
// not know.
func unescape(dst, b []byte) ([]byte, bool) {
	for {
		i := bytes.IndexByte(b, '&')
		if i < 0 {
			return append(dst, b...), true
		}
		dst = append(dst, b[:i]...)
		b = b[i+1:]
		n := bytes.IndexByte(b, ';')
		if n <= 0 || n > 10 {
			return dst, false
		}
		switch ref := string(b[:n]); ref {
		case "amp":
			dst = append(dst, '&')
		case "lt":
			dst = append(dst, '<')
		case "gt":
			dst = append(dst, '>')
		case "quot":
			dst = append(dst, '"')
		case "apos":
			dst = append(dst, '\'')
		default:
			r, ok := charRef(ref)
			if !ok {
				return dst, false
			}
			dst = utf8.AppendRune(dst, r)
		}
		b = b[n+1:]
	}
}

func charRef(ref string) (rune, bool) {
	if len(ref) < 2 || ref[0] != '#' {
		return 0, false
	}
	base, digits := 10, ref[1:]
	if digits[0] == 'x' || digits[0] == 'X' {
		base, digits = 16, digits[1:]
	}
	v, err := strconv.ParseUint(digits, base, 32)
	if err != nil || v > utf8.MaxRune || v >= 0xD800 && v < 0xE000 || v < 0x20 && v != 9 && v != 10 && v != 13 {
		return 0, false
	}
	return rune(v), true
}

// control reports whether b holds a character that XML does not allow.
func control(b []byte) bool {
	for _, c := range b {
		if c < 0x20 && c != '\n' && c != '\r' && c != '\t' {
			return true
		}
	}
	return false
}

// plainText appends the text of a cell: references resolved, and the escape _xHHHH_
// that spreadsheets use for control characters.
func plainText(dst, b []byte, raw bool) ([]byte, bool) {
	from := len(dst)
	ok := true
	if raw {
		dst = append(dst, b...)
	} else if dst, ok = unescape(dst, b); !ok {
		return dst, false
	}
	if bytes.Contains(dst[from:], []byte("_x")) {
		dst = append(dst[:from], unescapeHex(dst[from:])...)
	}
	return dst, ok
}

func unescapeHex(b []byte) []byte {
	out := make([]byte, 0, len(b))
	for len(b) > 0 {
		if len(b) >= 7 && b[0] == '_' && b[1] == 'x' && b[6] == '_' {
			if v, err := strconv.ParseUint(string(b[2:6]), 16, 16); err == nil && (v < 0xD800 || v >= 0xE000) {
				if v >= 0x20 || v == '\n' || v == '\t' {
					out = utf8.AppendRune(out, rune(v))
				}
				b = b[7:]
				continue
			}
		}
		out = append(out, b[0])
		b = b[1:]
	}
	return out
}
