package view

import (
	"qunxiang/core"
	"qunxiang/core/workspace"
	"qunxiang/i18n"
)

// ImportDatabase is the answer of "import --from": that of [Import], and the SQL that
// ran, the as-of date of what the database added up, and the first rows of a dry run.
func ImportDatabase(r workspace.DatabaseReport, loc i18n.Locale) Object {
	o := Import(r.ImportReport, loc)
	o = append(o, Object{{"statement", r.Statement}, {"asOf", date(r.AsOf)}}...)
	if r.First != nil {
		rows := make([][]string, 0, len(r.First.Rows))
		rows = append(rows, r.First.Rows...)
		o = append(o, Object{{"header", list(r.First.Header)}, {"firstRows", rows}}...)
	}
	return o
}

// Tables is the answer of "tables".
func Tables(tables []core.DatabaseTable) []Object {
	out := make([]Object, 0, len(tables))
	for _, t := range tables {
		columns := make([]Object, 0, len(t.Columns))
		for _, c := range t.Columns {
			columns = append(columns, Object{{"name", c.Name}, {"type", c.Type}})
		}
		o := Object{{"name", t.Name}, {"view", t.View}, {"rows", nil}, {"columns", columns}}
		if t.Rows >= 0 {
			o[2] = Object{{"rows", t.Rows}}[0]
		}
		out = append(out, o)
	}
	return out
}
