package database

import (
	"strconv"
	"strings"
)

// kind is what a column holds, as far as adding up in SQL goes.
type kind int

const (
	kindText kind = iota
	kindExact
	kindFloat
	kindDate
	kindTime   // a day and a time of day
	kindAny    // SQLite: every value has a type of its own
	kindOpaque // blobs, arrays, documents: neither a key, nor a date, nor a number
)

// dialect writes the expressions in which databases differ. Arguments named x are
// expressions; texts come out trimmed of nothing.
type dialect interface {
	quote(name string) string
	literal(text string) string
	// kind tells what a type in the database's words holds.
	kind(typ string) kind
	// cell is a value as an import reads it: text, or what the driver makes the same text of.
	cell(x string, k kind) string
	// text is a value as text, the same that cell gives.
	text(x string, k kind) string
	// trim takes blanks off both ends.
	trim(x string) string
	// unfloat writes 17850.0 as 17850.
	unfloat(x string) string
	// iso tells whether a text is a day yyyy-mm-dd, with or without a time.
	iso(x string) string
	// day is the day of a value, as the text yyyy-mm-dd.
	day(x string, k kind, unix bool) string
	// second is day and time of a value to the second, as text.
	second(x string, k kind, unix bool) string
	// exact is a number in units of 10^-scale where the database has no exact decimals,
	// else as an exact decimal.
	exact(x string, k kind, scale int) string
	// inexact tells whether a number needs more decimal places than scale; "" where the
	// database has exact decimals and scale means nothing.
	inexact(x string, scale int) string
	// badNumber tells whether a value is none that can be added up; "" = every value is one.
	badNumber(x string, k kind) string
	// starts tells whether a text begins with another, whatever the case of letters.
	starts(x, with string) string
	// lower is a text in small letters.
	lower(x string) string
	// native is the day of a day or a moment in the database's own type.
	native(x string) string
	// group is an expression of text that is compared by its bytes.
	group(x string) string
	// plainDay tells whether a text is a day that exists, with or without a time, written
	// as the sample is. A text with blanks around it is none.
	plainDay(x, sample string) string
	// positive is exact where it is cheap, and the condition for its holding and being
	// more than nothing.
	positive(x string, k kind, scale int) (money, good string)
	// once stands between the name of a part of a statement and its bracket, so that the
	// part is computed once, however often it is used.
	once() string
	// join puts two texts together.
	join(x, y string) string
}

// common is what most dialects write alike. A dialect that differs has a method of its own.
type common struct{}

func (common) quote(name string) string { return `"` + strings.ReplaceAll(name, `"`, `""`) + `"` }

func (common) literal(text string) string { return literal(text) }

func (common) cell(x string, _ kind) string { return x }

func (common) inexact(string, int) string { return "" }

func (common) starts(x, with string) string {
	return "left(lower(" + x + "), " + strconv.Itoa(len([]rune(with))) + ") = " + literal(strings.ToLower(with))
}

func (common) lower(x string) string { return "lower(" + x + ")" }

func (common) group(x string) string { return x }

func (common) once() string { return " AS " }

func (common) join(x, y string) string { return "concat(" + x + ", " + y + ")" }

// literal writes a text as SQL. Only ours and the database's own values are written so.
func literal(s string) string { return "'" + strings.ReplaceAll(s, "'", "''") + "'" }

// backslashed is literal where a backslash in a text means something.
func backslashed(s string) string { return literal(strings.ReplaceAll(s, `\`, `\\`)) }

// dayPattern is the pattern of days that exist, as wide as the sample.
func dayPattern(sample string) string {
	p := `^([0-9]{4}-((0[13578]|1[02])-(0[1-9]|[12][0-9]|3[01])|(0[469]|11)-(0[1-9]|[12][0-9]|30)|02-(0[1-9]|1[0-9]|2[0-8]))` +
		`|([0-9]{2}(0[48]|[2468][048]|[13579][26])|([02468][048]|[13579][26])00)-02-29)`
	if len(sample) > 10 {
		p += "[ T]([01][0-9]|2[0-3]):[0-5][0-9]:[0-5][0-9]"
	}
	return p + "$"
}
