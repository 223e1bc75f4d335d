package ingest

import (
	"strings"

	"qunxiang/core"
	"qunxiang/core/ingest/internal/delimited"
	"qunxiang/core/ingest/internal/record"
)

// wideBlanks is the name of the delimiter "two blanks or more".
const wideBlanks = "  "

func delimName(d record.Dialect) string {
	switch {
	case d.Delim == 0:
		return ""
	case d.Wide:
		return wideBlanks
	}
	return string(rune(d.Delim))
}

// setDialect finds delimiter, quotes and line ends.
func (t *textFile) setDialect(b []byte, o core.ImportOptions, cut bool) error {
	found, err := findDialect(b, !cut, o)
	if err != nil {
		return err
	}
	t.found = found
	t.byLine = found.ByLine()
	t.dialect = record.Dialect{Newline: found.Newline, Quote: found.Quote, Backslash: found.Backslash}
	if t.dialect.Newline == 0 {
		t.dialect.Newline = '\n'
	}
	switch found.Delim {
	case delimited.Blanks, delimited.WideBlanks:
		t.dialect.Delim, t.dialect.Wide = record.Blanks, found.Delim == delimited.WideBlanks
	case "", delimited.Fixed, delimited.Boxed, delimited.WebLog:
	default:
		t.dialect.Delim = found.Delim[0]
		if found.Width <= 1 && o.Delimiter == "" {
			t.dialect.Delim = 0
		}
	}
	return nil
}

func delimOf(s string) (byte, bool) {
	switch strings.ToLower(s) {
	case "tab", `\t`, "\t":
		return '\t', true
	case "comma":
		return ',', true
	case "semicolon":
		return ';', true
	case "pipe":
		return '|', true
	case "space", "blanks", " ", wideBlanks:
		return record.Blanks, true
	}
	if len(s) != 1 || s[0] >= 0x80 || s[0] == '"' || s[0] == '\n' || s[0] == '\r' || s[0] == 0 {
		return 0, false
	}
	return s[0], true
}

func (t *textFile) dialectConfidence(o core.ImportOptions) float64 {
	switch {
	case o.Delimiter != "":
		return 1
	case t.dialect.Delim == 0 && !t.byLine:
		return 0.5
	}
	return t.found.Confidence
}
