package core

import (
	"slices"
	"strings"

	"qunxiang/sdk"
	"qunxiang/sdk/table"
)

// TextColumn splits the name of a column of a result that holds texts in one language:
// "reason:zh-CN" is the Chinese half of "reason".
func TextColumn(name string) (base string, lang sdk.Lang, ok bool) {
	at := strings.LastIndexByte(name, ':')
	if at <= 0 {
		return name, "", false
	}
	if lang = sdk.Lang(name[at+1:]); lang != sdk.ZH && lang != sdk.EN {
		return name, "", false
	}
	return name[:at], lang, true
}

// TableIn returns a table of a result with its texts in one language: the columns of the
// other are gone.
func TableIn(t sdk.DataTable, lang sdk.Lang) sdk.DataTable {
	if t.Table == nil {
		return t
	}
	out := t
	out.Table = &table.Table{Rows: t.Table.Rows}
	out.Titles = make(map[string]sdk.Text, len(t.Titles))
	for _, c := range t.Table.Columns {
		base, of, two := TextColumn(c.Name)
		if two && of != lang || foreign(t.Table, c.Name, lang) {
			continue
		}
		if title, ok := t.Titles[c.Name]; ok {
			out.Titles[base] = title
		}
		c.Name = base
		out.Table.Columns = append(out.Table.Columns, c)
	}
	return out
}

// foreign reports one of a pair of columns, such as rule_zh and rule_en or zh and en, that
// is not in the language.
func foreign(t *table.Table, name string, lang sdk.Lang) bool {
	mine, other := "en", "zh"
	if lang == sdk.ZH {
		mine, other = other, mine
	}
	base, ok := strings.CutSuffix(name, other)
	return ok && (base == "" || strings.HasSuffix(base, "_")) && t.Column(base+mine) != nil
}

// TableIn is [TableIn] with segments of other results, which the run used as a column,
// called by their names.
func (s *Segmentation) TableIn(t sdk.DataTable, lang sdk.Lang) sdk.DataTable {
	return s.Named(TableIn(t, lang), lang)
}

// Named returns a table of the result in which segments of other results, which the run
// used as a column, are called by their names.
func (s *Segmentation) Named(t sdk.DataTable, lang sdk.Lang) sdk.DataTable {
	names := map[string]string{}
	for _, u := range s.Uses {
		for key, name := range u.Names {
			names[key] = name.In(lang)
		}
	}
	for _, g := range s.Segments { // its own segments are called by those who show them
		delete(names, g.Key)
	}
	if len(names) == 0 || t.Table == nil {
		return t
	}
	out := t
	out.Table = &table.Table{Rows: t.Table.Rows, Columns: slices.Clone(t.Table.Columns)}
	for j := range out.Table.Columns {
		c := &out.Table.Columns[j]
		if c.Kind != table.Category {
			continue
		}
		c.Dict = slices.Clone(c.Dict)
		for k, word := range c.Dict {
			if name := names[word]; name != "" {
				c.Dict[k] = name
			}
		}
	}
	return out
}
