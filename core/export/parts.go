package export

import (
	"fmt"
	"html/template"
	"maps"
	"math"
	"slices"
	"strings"

	"qunxiang/core"
	"qunxiang/core/chart"
	"qunxiang/sdk"
	"qunxiang/sdk/table"
)

func (b *reporter) title() string {
	if name := b.in.Method.Name.In(b.in.Lang); name != "" && name != b.seg.Name {
		return b.lc.T("report.title", "project", b.in.Project.Name, "name", b.seg.Name, "method", name)
	}
	return b.lc.T("report.title_plain", "project", b.in.Project.Name, "name", b.seg.Name)
}

func (b *reporter) subtitle() string {
	parts := []string{b.lc.T("report.run", "n", b.seg.Run)}
	if b.seg.AsOf != core.NoDate {
		parts = append(parts, b.lc.T("report.as_of", "date", b.seg.AsOf))
	}
	if !b.seg.Created.IsZero() {
		parts = append(parts, b.lc.T("report.created", "time", b.lc.Time(b.seg.Created)))
	}
	return strings.Join(parts, " · ")
}

func (b *reporter) totals() (customers int, money float64) {
	for i := range b.seg.Segments {
		customers += b.seg.Segments[i].Size
		money += b.seg.Segments[i].Amount
	}
	return customers, money
}

func (b *reporter) money(v float64) string { return b.lc.Money(v, b.in.Project.Currency) }

func (b *reporter) figures() []pair {
	if len(b.seg.Segments) == 0 {
		return []pair{{b.lc.T("report.customers"), b.lc.Int(len(b.seg.Customers))}}
	}
	n, m := b.totals()
	out := []pair{{b.lc.T("report.customers"), b.lc.Int(n)}}
	if m != 0 {
		out = append(out, pair{b.lc.T("report.money"), b.lc.CompactMoney(m, b.in.Project.Currency)},
			pair{b.lc.T("report.mean"), b.money(m / float64(max(1, n)))})
	}
	filled := 0
	for i := range b.seg.Segments {
		if b.seg.Segments[i].Size > 0 {
			filled++
		}
	}
	return append(out, pair{b.lc.T("report.segments"), b.lc.Int(filled)})
}

// lead says in a sentence where the money is: the segment with the most of it.
func (b *reporter) lead() []string {
	if _, m := b.totals(); m <= 0 {
		return nil
	}
	best := 0
	for i := range b.seg.Segments {
		if b.seg.Segments[i].Amount > b.seg.Segments[best].Amount {
			best = i
		}
	}
	s := &b.seg.Segments[best]
	return []string{b.lc.T("report.lead", "segment", s.Name, "share", b.lc.Percent(s.Share), "money", b.lc.Percent(s.AmountShare))}
}

// segments is the table of segments, with the mean of every number that the run used.
func (b *reporter) segments() sheet {
	if len(b.seg.Segments) == 0 {
		return sheet{}
	}
	n, m := b.totals()
	means := b.means()
	s := sheet{Head: []cell{text(b.lc.T("report.segment")), number(b.lc.T("report.customers")), number(b.lc.T("report.share"))}}
	if m != 0 {
		s.Head = append(s.Head, number(b.lc.T("report.money")), number(b.lc.T("report.share")), number(b.lc.T("report.mean")))
	}
	for _, c := range means {
		s.Head = append(s.Head, number(c.title))
	}
	for i := range b.seg.Segments {
		g := &b.seg.Segments[i]
		c := chart.SegmentColor(g.ID, false)
		row := []cell{
			{Text: g.Name.In(b.in.Lang), More: g.Description.In(b.in.Lang), Chip: template.CSS(fmt.Sprintf("#%02x%02x%02x", c.R, c.G, c.B))},
			number(b.lc.Int(g.Size)), number(b.lc.Percent(g.Share)),
		}
		if m != 0 {
			row = append(row, number(b.money(g.Amount)), number(b.lc.Percent(g.AmountShare)), number(b.perHead(g.Amount, g.Size)))
		}
		for _, c := range means {
			row = append(row, number(c.text(b, c.mean[i])))
		}
		s.Rows = append(s.Rows, row)
	}
	s.Foot = []cell{text(b.lc.T("report.all")), number(b.lc.Int(n)), number(b.lc.Percent(1))}
	if m != 0 {
		s.Foot = append(s.Foot, number(b.money(m)), number(b.lc.Percent(1)), number(b.perHead(m, n)))
	}
	for _, c := range means {
		s.Foot = append(s.Foot, number(c.text(b, c.all)))
	}
	return s
}

func (b *reporter) perHead(m float64, n int) string {
	if n == 0 {
		return "–"
	}
	return b.money(m / float64(n))
}

// meanColumn is a feature with its mean in each segment; NaN where nobody has it.
type meanColumn struct {
	title, unit string
	mean        []float64
	all         float64
}

func (c meanColumn) text(b *reporter, v float64) string {
	switch {
	case c.unit == "money" && !math.IsNaN(v):
		return b.money(v)
	case (c.unit == "day" || c.unit == "order") && !math.IsNaN(v):
		return b.lc.Number(v, 1)
	}
	return b.lc.Number(v, -1)
}

// maxMeans is the number of features that fit in the table of segments.
const maxMeans = 5

func (b *reporter) means() []meanColumn {
	var out []meanColumn
	for i := range b.seg.Columns {
		c := &b.seg.Columns[i]
		used := slices.Contains(b.seg.Features, c.Name)
		if len(out) == maxMeans || !used || c.Name == "monetary" || !c.Numeric() || c.Len() != len(b.seg.Label) {
			continue
		}
		m := b.mean(c)
		m.title, m.unit = b.lc.T("report.mean_of", "name", b.columnTitle(c.Name)), c.Unit
		out = append(out, m)
	}
	return out
}

func (b *reporter) mean(c *table.Column) meanColumn {
	k := len(b.seg.Segments)
	sum, n := make([]float64, k+1), make([]float64, k+1)
	for i, label := range b.seg.Label {
		if !c.Missing(i) && label >= 0 && int(label) < k {
			sum[label], n[label] = sum[label]+c.Float(i), n[label]+1
			sum[k], n[k] = sum[k]+c.Float(i), n[k]+1
		}
	}
	for i := range sum {
		sum[i] /= n[i] // 0/0 = NaN, shown as a dash
	}
	return meanColumn{mean: sum[:k], all: sum[k]}
}

func (b *reporter) columnTitle(name string) string {
	for _, o := range b.in.Method.Outputs {
		if o.ID == name {
			return o.Title.In(b.in.Lang)
		}
	}
	if key := "chart.column." + name; b.lc.Has(key) {
		return b.lc.T(key)
	}
	return name
}

func (b *reporter) titlesOf(names []string) []string {
	out := make([]string, len(names))
	for i, n := range names {
		out[i] = b.columnTitle(n)
	}
	return out
}

func (b *reporter) notes() []string {
	var out []string
	for _, d := range b.seg.Diagnostics {
		s := d.Summary.In(b.in.Lang)
		if !d.Detail.IsZero() {
			s += " " + d.Detail.In(b.in.Lang)
		}
		out = append(out, s)
	}
	return out
}

func (b *reporter) metrics() *sheet {
	s := sheet{Head: []cell{text(b.lc.T("report.index")), number(b.lc.T("report.value")), text(b.lc.T("report.meaning"))}}
	for _, m := range b.seg.Metrics {
		title := m.Title.In(b.in.Lang)
		if title == "" {
			title = m.ID
		}
		v := b.lc.Word(m.ID, m.Word)
		if m.Value != nil {
			v = b.lc.Number(*m.Value, -1)
		}
		s.Rows = append(s.Rows, []cell{text(title), number(v), text(m.Help.In(b.in.Lang))})
	}
	if len(s.Rows) == 0 {
		return nil
	}
	return &s
}

// maxTableRows is the number of rows of a method's table that a report prints.
const maxTableRows = 60

func (b *reporter) tables() []sheet {
	var out []sheet
	for _, d := range b.seg.Tables {
		if d.Table == nil || d.Table.Rows == 0 || drawn(d.ID) {
			continue
		}
		s := sheet{Title: d.Title.In(b.in.Lang)}
		if s.Title == "" {
			s.Title = d.ID
		}
		d = b.seg.TableIn(d, b.in.Lang)
		shown := b.columnsOf(d.Table)
		for _, c := range shown {
			title := d.Titles[c.Name].In(b.in.Lang)
			if title == "" {
				title = b.columnTitle(c.Name)
			}
			s.Head = append(s.Head, cell{Text: title, Number: c.Numeric()})
		}
		for r := range min(d.Table.Rows, maxTableRows) {
			var row []cell
			for _, c := range shown {
				row = append(row, b.tableCell(c, r))
			}
			s.Rows = append(s.Rows, row)
		}
		if d.Table.Rows > maxTableRows {
			s.Note = b.lc.T("report.more_rows", "n", d.Table.Rows-maxTableRows)
		}
		out = append(out, s)
	}
	return out
}

// columnsOf returns the columns of a method's table without those whose name says
// that they are in the other language.
func (b *reporter) columnsOf(t *table.Table) []*table.Column {
	other := "_zh"
	if b.in.Lang == sdk.ZH {
		other = "_en"
	}
	var out []*table.Column
	for i := range t.Columns {
		if !strings.HasSuffix(t.Columns[i].Name, other) {
			out = append(out, &t.Columns[i])
		}
	}
	return out
}

// drawn reports whether a chart of the report shows the whole table.
func drawn(id string) bool { return id == "cells" || id == "map" || id == "nodes" }

// word translates what a method writes in a cell: keys of segments, names of columns.
func (b *reporter) word(s string) string {
	for i := range b.seg.Segments {
		if key := b.seg.Segments[i].Key; key == s && s != "" {
			return b.seg.Segments[i].Name.In(b.in.Lang)
		}
	}
	return b.columnTitle(s)
}

func (b *reporter) tableCell(c *table.Column, i int) cell {
	switch {
	case c.Missing(i):
		return cell{Text: "–", Number: c.Numeric()}
	case c.Unit == "money":
		return number(b.money(c.Float(i)))
	case c.Kind == table.Bool:
		return number(b.lc.T(fmt.Sprintf("report.bool_%d", c.Ints[i])))
	case c.Numeric():
		return number(b.lc.Number(c.Float(i), -1))
	case c.Kind == table.Time:
		return text(timeText(c.Ints[i]))
	}
	return text(b.lc.Word(c.Name, b.word(c.Text(i))))
}

// counted reconciles the customers: in segments plus left out, by reason.
func (b *reporter) counted() sheet {
	n, _ := b.totals()
	all := n
	s := sheet{Head: []cell{text(b.lc.T("report.what")), number(b.lc.T("report.customers"))}}
	s.Rows = append(s.Rows, []cell{text(b.lc.T("report.in_segments")), number(b.lc.Int(n))})
	for _, x := range b.seg.Excluded {
		s.Rows = append(s.Rows, []cell{text(b.lc.T("report.left_out", "reason", b.reason(x.Reason))), number(b.lc.Int(x.Count))})
		all += x.Count
	}
	s.Foot = []cell{text(b.lc.T("report.all")), number(b.lc.Int(all))}
	return s
}

func (b *reporter) reason(id string) string {
	if key := "reason." + id; b.lc.Has(key) {
		return b.lc.T(key)
	}
	return id
}

// source reconciles the rows of an imported file.
func (b *reporter) source(src *core.Source) sheet {
	r := src.Report
	s := sheet{Title: src.Name, Head: []cell{text(b.lc.T("report.what")), number(b.lc.T("report.rows"))}}
	s.Rows = append(s.Rows, []cell{text(b.lc.T("report.used")), number(b.lc.Int(r.Rows.Used))})
	for _, x := range r.Rows.Excluded {
		s.Rows = append(s.Rows, []cell{text(b.lc.T("report.left_out", "reason", b.reason(x.Reason))), number(b.lc.Int(x.Count))})
	}
	s.Foot = []cell{text(b.lc.T("report.rows_in")), number(b.lc.Int(r.Rows.In))}
	s.Note = b.lc.T("report.source.note", "customers", r.Customers, "orders", r.Orders, "first", r.FirstDate, "last", r.LastDate)
	if r.Orders == 0 {
		s.Note = b.lc.T("report.source.note_customers", "customers", r.Customers)
	}
	return s
}

// within is the way to the segment that a run stays within, outermost first.
func (b *reporter) within() string {
	if len(b.seg.Parents) == 0 {
		return b.seg.Within
	}
	steps := make([]string, len(b.seg.Parents))
	for i, p := range b.seg.Parents {
		steps[i] = p.Name + " / " + p.Title.In(b.in.Lang)
	}
	return strings.Join(steps, " › ")
}

func (b *reporter) made() []pair {
	method := b.seg.Method
	if name := b.in.Method.Name.In(b.in.Lang); name != "" {
		method = name + " (" + b.seg.Method + ")"
	}
	out := []pair{
		{b.lc.T("report.method"), method},
		{b.lc.T("report.version"), b.seg.MethodVersion},
		{b.lc.T("report.plugin"), b.seg.Plugin},
		{b.lc.T("report.features"), strings.Join(b.titlesOf(b.seg.Features), b.lc.T("list.comma"))},
	}
	if b.seg.Where != "" {
		out = append(out, pair{b.lc.T("report.where"), b.seg.Where})
	}
	if b.seg.Within != "" {
		out = append(out, pair{b.lc.T("report.within"), b.within()})
	}
	return append(out, pair{b.lc.T("report.seed"), fmt.Sprint(b.seg.Seed)}, pair{b.lc.T("report.identity"), b.seg.Identity})
}

func (b *reporter) params() []pair {
	var out []pair
	for _, id := range slices.Sorted(maps.Keys(b.seg.Params)) {
		v := b.seg.Params[id]
		p, ok := b.in.Method.Param(id)
		name, value := id, v.String()
		if ok && !p.Title.IsZero() {
			name = p.Title.In(b.in.Lang)
		}
		for _, c := range p.Choices {
			if c.ID == v.Text && p.Kind == sdk.ParamChoice {
				value = c.Title.In(b.in.Lang)
			}
		}
		if v.IsAuto() {
			value = b.lc.T("report.auto")
		}
		if value == "" {
			continue
		}
		out = append(out, pair{name, value})
	}
	return out
}
