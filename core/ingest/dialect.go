package ingest

import (
	"bytes"
	"errors"
	"strings"

	"qunxiang/core"
	"qunxiang/core/ingest/internal/day"
	"qunxiang/core/ingest/internal/num"
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

// delimiters are what is tried, the likeliest first.
var delimiters = [...]byte{',', '\t', ';', '|', '^'}

// setDialect finds delimiter, quotes and line ends.
func (t *textFile) setDialect(b []byte, o core.ImportOptions, cut bool) error {
	t.dialect.Newline = '\n'
	if bytes.IndexByte(b, '\n') < 0 && bytes.IndexByte(b, '\r') >= 0 {
		t.dialect.Newline = '\r'
	}
	t.dialect.Quote = '"'
	b = b[:min(len(b), delimBytes)]
	if cut || len(b) == delimBytes {
		if n := bytes.LastIndexByte(b, t.dialect.Newline); n > 0 {
			b = b[:n+1]
		}
	}
	if o.Delimiter != "" {
		c, ok := delimOf(o.Delimiter)
		if !ok {
			return userError("bad_delimiter", "delimiter", core.Args{"delimiter": o.Delimiter})
		}
		t.dialect.Delim, t.dialect.Wide = c, o.Delimiter == wideBlanks
	} else {
		t.dialect = bestDelimiter(b, t.dialect)
	}
	t.dialect.Backslash = backslashed(b)
	if singleQuoted(b, t.dialect) {
		t.dialect.Quote = '\''
	}
	return nil
}

// backslashed reports whether quotes inside quotes are written with a backslash, and
// not doubled.
func backslashed(b []byte) bool {
	slash := []byte(`\"`)
	n := bytes.Count(b, slash)
	if n == 0 {
		return false
	}
	rest := bytes.ReplaceAll(b, slash, nil)
	return n > bytes.Count(rest, []byte(`""`))-bytes.Count(rest, []byte(`,"",`))
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

// bestDelimiter weighs how regular the table is that each delimiter makes. The
// delimiter stays 0 where the text has one column.
func bestDelimiter(b []byte, d record.Dialect) record.Dialect {
	best, bestScore := d, 0.0
	try := func(c byte, wide bool) {
		k := d
		k.Delim, k.Wide = c, wide
		rows, err := k.Rows(b, 200)
		if errors.Is(err, record.ErrTooManyFields) && best.Delim == 0 {
			best = k // better to say that than to read one column
		}
		if err != nil {
			return
		}
		if s := regularity(rows); s > bestScore*1.05 {
			best, bestScore = k, s
		}
	}
	for _, c := range delimiters {
		try(c, false)
	}
	if bestScore <= 0.5 { // nearly every text has blanks
		try(record.Blanks, false)
		try(record.Blanks, true)
	}
	return best
}

// regularity is the share of rows with the commonest width, times how much a wider
// table says, times the share of cells that look like one value.
func regularity(rows []record.Row) float64 {
	width := tableWidth(cellsOf(rows))
	if width < 2 {
		return 0
	}
	same, all, values, cells := 0, 0, 0, 0
	for _, r := range rows {
		if lastFilled(r.Cells) == 0 {
			continue
		}
		all++
		if len(r.Cells) != width {
			continue
		}
		same++
		for _, c := range r.Cells {
			cells++
			c = strings.TrimSpace(c)
			_, isNum := num.Parse([]byte(c), num.Style{})
			_, isDate := day.Parse([]byte(c), day.Style{Order: core.DateDMY})
			if isNum || isDate || isMissing(c) || len(c) < 40 && !strings.ContainsAny(c, ",;|\t") {
				values++
			}
		}
	}
	if all == 0 || cells == 0 {
		return 0
	}
	return float64(same) / float64(all) * (1 - 1/float64(width)) * (0.4 + 0.6*float64(values)/float64(cells))
}

// singleQuoted reports whether cells are put in single quotation marks.
func singleQuoted(b []byte, d record.Dialect) bool {
	if d.Delim == 0 || d.Delim == record.Blanks {
		return false
	}
	q := bytes.Count(b, []byte{'\'', d.Delim, '\''}) + bytes.Count(b, []byte{'\'', d.Delim}) + bytes.Count(b, []byte{d.Delim, '\''})
	return q > 10 && q*4 > bytes.Count(b, []byte{d.Delim}) && bytes.Count(b, []byte{'"'}) < q/10
}

func (t *textFile) dialectConfidence(o core.ImportOptions) float64 {
	switch {
	case o.Delimiter != "":
		return 1
	case t.dialect.Delim == 0:
		return 0.5
	}
	return min(0.99, 0.3+0.7*regularity(t.rows))
}
