package sheet

import (
	"strings"
	"unicode"

	"qunxiang/sdk"
	"qunxiang/sdk/table"
)

// Sheet builds a table row by row. A NaN is a missing number, an empty text a missing
// word.
type Sheet struct {
	t     sdk.DataTable
	words []map[string]uint32
}

// Field is one column of a sheet.
type Field struct {
	name  string
	kind  table.Kind
	title sdk.Text
}

// Real is a column of numbers: its name in the evidence and its titles.
func Real(name, zh, en string) Field { return Field{name, table.Float64, sdk.Text{ZH: zh, EN: en}} }

// Whole is a column of whole numbers.
func Whole(name, zh, en string) Field { return Field{name, table.Int64, sdk.Text{ZH: zh, EN: en}} }

// Word is a column of words.
func Word(name, zh, en string) Field { return Field{name, table.Category, sdk.Text{ZH: zh, EN: en}} }

// Flag is a column of yes and no.
func Flag(name, zh, en string) Field { return Field{name, table.Bool, sdk.Text{ZH: zh, EN: en}} }

// New makes an empty sheet.
func New(id string, title sdk.Text, fields ...Field) *Sheet {
	s := &Sheet{t: sdk.DataTable{ID: id, Title: title, Titles: map[string]sdk.Text{}, Table: &table.Table{}}}
	for _, f := range fields {
		s.t.Table.Columns = append(s.t.Table.Columns, table.Column{Name: f.name, Kind: f.kind})
		s.t.Titles[f.name] = f.title
		s.words = append(s.words, map[string]uint32{})
	}
	return s
}

// Row adds one row: a float64 for Real, an int for Whole, a string for Word, a bool for
// Flag.
func (s *Sheet) Row(values ...any) {
	at := s.t.Table.Rows
	s.t.Table.Rows++
	for k, v := range values {
		c := &s.t.Table.Columns[k]
		there := true
		switch v := v.(type) {
		case float64:
			if there = v-v == 0; !there {
				v = 0
			}
			c.Floats = append(c.Floats, v)
		case int:
			c.Ints = append(c.Ints, int64(v))
		case bool:
			bit := int64(0)
			if v {
				bit = 1
			}
			c.Ints = append(c.Ints, bit)
		case string:
			there = v != ""
			c.Codes = append(c.Codes, s.word(k, v))
		}
		for len(c.Valid) <= at/64 {
			c.Valid = append(c.Valid, 0)
		}
		if there {
			c.Valid.Set(at)
		}
	}
}

func (s *Sheet) word(k int, v string) uint32 {
	v = Label(v, 200)
	code, ok := s.words[k][v]
	if !ok {
		c := &s.t.Table.Columns[k]
		code = uint32(len(c.Dict))
		s.words[k][v] = code
		c.Dict = append(c.Dict, v)
	}
	return code
}

// Table returns what was built.
func (s *Sheet) Table() sdk.DataTable { return s.t }

// Label makes a text from the data fit to be shown: at most so many characters, on one
// line, without signs that control the terminal or turn the direction of writing.
func Label(text string, most int) string {
	text = strings.Map(func(r rune) rune {
		if unicode.IsControl(r) || r == unicode.ReplacementChar || unicode.Is(unicode.Cf, r) {
			return ' '
		}
		return r
	}, text)
	if r := []rune(text); len(r) > most {
		return string(r[:most-1]) + "…"
	}
	return text
}
