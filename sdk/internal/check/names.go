package check

import "strings"

// Every program that is linked with the rules starts with them, so they are no regular
// expressions, which would have to be compiled each time; the tests hold both against
// each other.

// maxID is the longest id.
const maxID = 64

func lower(c byte) bool { return c >= 'a' && c <= 'z' }
func digit(c byte) bool { return c >= '0' && c <= '9' }
func alnum(c byte) bool { return lower(c|0x20) || digit(c) }

// each reports whether s has from one to most bytes, all of which are allowed.
func each(s string, most int, allowed func(c byte) bool) bool {
	if s == "" || len(s) > most {
		return false
	}
	for i := range len(s) {
		if !allowed(s[i]) {
			return false
		}
	}
	return true
}

// isID reports ids of methods, parameters, roles and diagnostics: [a-z][a-z0-9_-]{0,63}.
func isID(s string) bool {
	return each(s, maxID, func(c byte) bool { return lower(c) || digit(c) || c == '_' || c == '-' }) && lower(s[0])
}

// isField reports ids of outputs, metrics and tables: [A-Za-z][A-Za-z0-9_]{0,63}.
func isField(s string) bool {
	return each(s, maxID, func(c byte) bool { return alnum(c) || c == '_' }) && !digit(s[0]) && s[0] != '_'
}

// isVersion reports versions: three numbers of at most six digits, and what may follow - or +:
// \d{1,6}\.\d{1,6}\.\d{1,6}([-+][0-9A-Za-z.+-]{1,64})?
func isVersion(s string) bool {
	if i := strings.IndexAny(s, "-+"); i >= 0 {
		if !each(s[i+1:], 64, func(c byte) bool { return alnum(c) || c == '.' || c == '+' || c == '-' }) {
			return false
		}
		s = s[:i]
	}
	n := 0
	for part := range strings.SplitSeq(s, ".") {
		if n++; !each(part, 6, digit) {
			return false
		}
	}
	return n == 3
}

// isMedia reports media types: [a-z0-9.+-]+/[a-z0-9.+-]+(;[A-Za-z0-9=._ -]+)?
func isMedia(s string) bool {
	s, parameters, more := strings.Cut(s, ";")
	if more && !each(parameters, len(parameters), func(c byte) bool { return alnum(c) || strings.IndexByte("=._ -", c) >= 0 }) {
		return false
	}
	kind, sub, ok := strings.Cut(s, "/")
	named := func(c byte) bool { return lower(c) || digit(c) || c == '.' || c == '+' || c == '-' }
	return ok && each(kind, len(s), named) && each(sub, len(s), named)
}
