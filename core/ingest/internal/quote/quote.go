// Package quote reads the quotation marks of delimited text.
package quote

// Undo appends the text of a quoted cell with its escapes resolved: a quotation mark that
// stands twice and, with backslash, a quotation mark or a backslash behind a backslash.
func Undo(dst, text []byte, mark byte, backslash bool) []byte {
	for i := 0; i < len(text); i++ {
		if i+1 < len(text) {
			next := text[i+1]
			if text[i] == mark && next == mark || backslash && text[i] == '\\' && (next == mark || next == '\\') {
				i++
			}
		}
		dst = append(dst, text[i])
	}
	return dst
}
