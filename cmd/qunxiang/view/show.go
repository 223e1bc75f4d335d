package view

import (
	"maps"
	"slices"
	"time"

	"qunxiang/core"
	"qunxiang/sdk"
	"qunxiang/sdk/expr"
	"qunxiang/sdk/table"
)

// Show is the answer of "show" and "run": the segments, the evidence and the
// parameters of one run.
func Show(s *core.Segmentation) Object {
	segments := make([]Object, 0, len(s.Segments))
	for _, g := range s.Segments {
		segments = append(segments, segment(g))
	}
	return Object{
		{"name", s.Name},
		{"method", s.Method},
		{"methodVersion", s.MethodVersion},
		{"plugin", s.Plugin},
		{"run", s.Run},
		{"asOf", date(s.AsOf)},
		{"seed", s.Seed},
		{"customers", max(len(s.Customers), len(s.Label))},
		{"excluded", excluded(s.Excluded)},
		{"segments", segments},
		{"evidence", Evidence(s.Metrics, s.Tables)},
		{"params", Params(s.Params)},
		{"features", list(s.Features)},
		{"where", s.Where},
		{"within", s.Within},
		{"parents", parents(s.Parents)},
		{"uses", uses(s.Uses)},
		{"diagnostics", diagnostics(s.Diagnostics)},
		{"identity", s.Identity},
		{"created", s.Created.UTC().Format(time.RFC3339)},
	}
}

// parents are the segments that a run stays within, outermost first.
func parents(in []core.Parent) []Object {
	out := make([]Object, 0, len(in))
	for _, p := range in {
		out = append(out, Object{{"name", p.Name}, {"run", p.Run}, {"segment", p.Segment}, {"title", p.Title}})
	}
	return out
}

// uses are the results that served a run as columns.
func uses(in []core.RunUse) []Object {
	out := make([]Object, 0, len(in))
	for _, u := range in {
		out = append(out, Object{{"as", u.As}, {"name", u.Name}, {"run", u.Run}})
	}
	return out
}

func excluded(in []core.Excluded) []Object {
	out := make([]Object, 0, len(in))
	for _, e := range in {
		out = append(out, Object{{"reason", e.Reason}, {"count", e.Count}})
	}
	return out
}

func segment(g core.Segment) Object {
	var stability any
	if g.Stability != nil {
		stability = number(*g.Stability)
	}
	o := Object{
		{"id", g.ID},
		{"key", g.Key},
		{"name", g.Name},
		{"size", g.Size},
		{"share", number(g.Share)},
		{"amount", number(g.Amount)},
		{"amountShare", number(g.AmountShare)},
		{"stability", stability},
	}
	if !g.Description.IsZero() {
		o = append(o, Field{"description", g.Description})
	}
	if g.Rule != nil {
		if e, err := expr.FromRule(*g.Rule); err == nil {
			o = append(o, Field{"rule", e.String()})
		}
	}
	return o
}

// Evidence puts the metrics, by id, and the tables, as lists of objects (records as
// one object), side by side. A table never hides a metric of the same id.
func Evidence(metrics []sdk.Metric, tables []sdk.DataTable) Object {
	var o Object
	for _, m := range metrics {
		if o.has(m.ID) {
			continue
		}
		if m.Value != nil {
			o = append(o, Field{m.ID, number(*m.Value)})
		} else {
			o = append(o, Field{m.ID, m.Word})
		}
	}
	for _, t := range tables {
		if o.has(t.ID) || t.Table == nil {
			continue
		}
		o = append(o, Field{t.ID, rows(t)})
	}
	if o == nil {
		return Object{}
	}
	return o
}

func rows(t sdk.DataTable) any {
	out := make([]Object, t.Table.Rows)
	for i := range out {
		row := make(Object, 0, len(t.Table.Columns))
		for j := range t.Table.Columns {
			c := &t.Table.Columns[j]
			name, lang, two := core.TextColumn(c.Name)
			switch {
			case !two:
				row = append(row, Field{c.Name, cell(c, i)})
			case row.has(name): // the other language of the text before
				last := &row[len(row)-1]
				text, _ := last.Value.(Object)
				last.Value = append(text, Field{string(lang), cell(c, i)})
			default:
				row = append(row, Field{name, Object{{string(lang), cell(c, i)}}})
			}
		}
		out[i] = row
	}
	if t.Record && len(out) == 1 {
		return out[0]
	}
	return out
}

func cell(c *table.Column, i int) any {
	if c.Missing(i) {
		return nil
	}
	switch c.Kind {
	case table.Float64:
		return number(c.Floats[i])
	case table.Int64:
		return c.Ints[i]
	case table.Bool:
		return c.Ints[i] != 0
	case table.Time:
		return Moment(c.Ints[i])
	}
	return c.Text(i)
}

// Moment writes microseconds since 1970 as a day, with the time where there is one.
func Moment(us int64) string {
	t := time.UnixMicro(us).UTC()
	if t.Equal(t.Truncate(24 * time.Hour)) {
		return t.Format(time.DateOnly)
	}
	return t.Format(time.RFC3339)
}

// Params are the parameters as plain values, by name: numbers, switches, texts,
// lists; "auto" where the choice was left to the method; null where nothing is set.
func Params(p sdk.Params) Object {
	o := make(Object, 0, len(p))
	for _, id := range slices.Sorted(maps.Keys(p)) {
		o = append(o, Field{id, plain(p[id])})
	}
	return o
}

func plain(v sdk.Value) any {
	switch v.Kind {
	case sdk.KindAuto:
		return "auto"
	case sdk.KindInt:
		return v.Int
	case sdk.KindReal:
		return number(v.Real)
	case sdk.KindBool:
		return v.Bool
	case sdk.KindText:
		return v.Text
	case sdk.KindTexts:
		return list(v.Texts)
	case sdk.KindNumbers:
		return list(v.Numbers)
	}
	return nil
}

func severity(s sdk.Severity) string {
	switch s {
	case sdk.SeverityInfo:
		return "info"
	case sdk.SeverityWarning:
		return "warning"
	}
	return "error"
}

func diagnostics(in []sdk.Diagnostic) []Object {
	out := make([]Object, 0, len(in))
	for _, d := range in {
		o := Object{{"severity", severity(d.Severity)}, {"code", d.Code}, {"summary", d.Summary}}
		if !d.Detail.IsZero() {
			o = append(o, Field{"detail", d.Detail})
		}
		if d.Param != "" {
			o = append(o, Field{"param", d.Param})
		}
		if d.Column != "" {
			o = append(o, Field{"column", d.Column})
		}
		out = append(out, o)
	}
	return out
}

// date is yyyy-mm-dd, or null for none.
func date(d core.Date) any {
	if d == core.NoDate {
		return nil
	}
	return d.String()
}
