package cli

import (
	"slices"
	"strings"

	"qunxiang/core"
	"qunxiang/i18n"
	"qunxiang/sdk"
	"qunxiang/sdk/table"
)

// mostRows is how many rows of an evidence table are printed; --json has them all.
const mostRows = 30

// printSegmentation shows the segments, what was left out, and the numbers of the
// evidence.
func printSegmentation(w *printer, s *core.Segmentation, currency string) {
	l := w.loc
	w.say("cli.show.head", "name", s.Name, "run", s.Run, "method", s.Method, "customers", len(s.Customers))
	if s.AsOf != core.NoDate {
		w.say("cli.show.asOf", "date", s.AsOf)
	}
	for i, x := range s.Parents {
		key := "cli.show.within"
		if i > 0 {
			key = "cli.show.within_deeper"
		}
		w.say(key, "name", x.Name, "run", x.Run, "segment", x.Title)
	}
	w.blank()
	if len(s.Segments) > 0 {
		w.grid(segmentGrid(l, s, currency), "  ")
	}
	for _, e := range s.Excluded {
		w.line(l.T("cli.show.excluded", "count", e.Count, "reason", l.T("reason."+e.Reason)))
	}
	for _, d := range s.Diagnostics {
		w.line(diagnosticLine(l, d))
	}
	if len(s.Metrics) > 0 {
		w.blank()
		w.say("cli.show.evidence")
		g := &grid{right: []bool{false, true}}
		for _, x := range s.Metrics {
			value := l.Word(x.ID, x.Word)
			if x.Value != nil {
				value = l.Number(*x.Value, -1)
			}
			g.add(oneLine(x.Title.In(l.Lang)), oneLine(value))
		}
		w.grid(g, "  ")
	}
}

func segmentGrid(l i18n.Locale, s *core.Segmentation, currency string) *grid {
	money, stable := false, false
	for _, g := range s.Segments {
		money = money || g.Amount != 0
		stable = stable || g.Stability != nil
	}
	head := []string{"#", l.T("cli.col.segment"), l.T("cli.col.customers"), l.T("cli.col.share")}
	if money {
		head = append(head, l.T("cli.col.amount"), l.T("cli.col.share"))
	}
	if stable {
		head = append(head, l.T("cli.col.stability"))
	}
	out := &grid{head: head, right: []bool{true, false, true, true, true, true, true}}
	for _, g := range s.Segments {
		row := []string{l.Int(g.ID), oneLine(g.Name.In(l.Lang)), l.Int(g.Size), l.Percent(g.Share)}
		if money {
			row = append(row, l.Money(g.Amount, currency), l.Percent(g.AmountShare))
		}
		if stable {
			text := ""
			if g.Stability != nil {
				text = l.Number(*g.Stability, 2)
			}
			row = append(row, text)
		}
		out.add(row...)
	}
	return out
}

func diagnosticLine(l i18n.Locale, d sdk.Diagnostic) string {
	text := d.Summary.In(l.Lang)
	if !d.Detail.IsZero() {
		text = l.T("cli.two_sentences", "first", text, "second", d.Detail)
	}
	if d.Severity == sdk.SeverityInfo {
		return l.T("cli.hint", "text", text)
	}
	return l.T("cli.warning", "text", text)
}

// printTable writes a table of the evidence; segments are called by their names.
func printTable(w *printer, t sdk.DataTable, of *core.Segmentation) {
	if t.Table == nil || t.Table.Rows == 0 {
		return
	}
	l := w.loc
	t = of.TableIn(t, l.Lang)
	segments := of.Segments
	w.blank()
	w.line(t.Title.In(l.Lang))
	g := &grid{}
	for j := range t.Table.Columns {
		c := &t.Table.Columns[j]
		title := c.Name
		if text, ok := t.Titles[c.Name]; ok && !text.IsZero() {
			title = text.In(l.Lang)
		}
		g.head = append(g.head, oneLine(title))
		g.right = append(g.right, c.Numeric() && c.Kind != table.Bool)
	}
	for i := range min(t.Table.Rows, mostRows) {
		row := make([]string, len(t.Table.Columns))
		for j := range t.Table.Columns {
			row[j] = l.Word(t.Table.Columns[j].Name, cellText(l, &t.Table.Columns[j], i))
			if at := slices.IndexFunc(segments, func(s core.Segment) bool { return s.Key == row[j] }); at >= 0 && t.Table.Columns[j].Name == "segment" {
				row[j] = oneLine(segments[at].Name.In(l.Lang))
			}
		}
		g.add(row...)
	}
	w.grid(g, "  ")
	if more := t.Table.Rows - mostRows; more > 0 {
		w.say("cli.show.more", "count", more)
	}
}

func cellText(l i18n.Locale, c *table.Column, i int) string {
	switch {
	case c.Missing(i):
		return ""
	case c.Kind == table.Int64:
		return l.Int(int(c.Ints[i]))
	case c.Kind == table.Bool:
		return l.T("cli.bool." + map[bool]string{true: "true", false: "false"}[c.Ints[i] != 0])
	case c.Kind == table.Float64:
		return l.Number(c.Floats[i], -1)
	case c.Kind == table.Time:
		return core.Date(c.Ints[i] / (24 * 3600 * 1e6)).String()
	}
	return oneLine(strings.ReplaceAll(c.Text(i), "\n", " "))
}
