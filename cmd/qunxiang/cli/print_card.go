package cli

import (
	"qunxiang/core"
	"qunxiang/sdk"
)

// cardTable is the id of the table of the five criteria.
const cardTable = "card"

// printCard shows the five criteria as a row a segment, and the reasons of what is not met.
func printCard(w *printer, t sdk.DataTable, segments []core.Segment) {
	l := w.loc
	t = core.TableIn(t, l.Lang)
	segment, criterion, verdict, reason := t.Table.Column("segment"), t.Table.Column("criterion"), t.Table.Column("verdict"), t.Table.Column("reason")
	if segment == nil || criterion == nil || verdict == nil || reason == nil {
		return
	}
	w.blank()
	w.line(t.Title.In(l.Lang))
	g := &grid{head: []string{l.T("cli.col.segment")}}
	var rows [][]string
	var reasons []string
	at := map[string]int{}
	for i := range t.Table.Rows {
		key := segment.Text(i)
		r, ok := at[key]
		if !ok {
			r = len(rows)
			at[key] = r
			rows = append(rows, []string{oneLine(segmentName(l.Lang, segments, key))})
		}
		name, word := l.Word("criterion", criterion.Text(i)), l.Word("verdict", verdict.Text(i))
		if len(rows) == 1 {
			g.head = append(g.head, name)
		}
		rows[r] = append(rows[r], word)
		if verdict.Text(i) == "fail" {
			reasons = append(reasons, l.T("cli.card.reason", "segment", rows[r][0], "criterion", name, "reason", reason.Text(i)))
		}
	}
	for _, r := range rows {
		g.add(r...)
	}
	w.grid(g, "  ")
	for _, r := range reasons {
		w.line("  " + r)
	}
}

// segmentName is the name of the segment with the key.
func segmentName(lang sdk.Lang, segments []core.Segment, key string) string {
	for _, s := range segments {
		if s.Key == key {
			return s.Name.In(lang)
		}
	}
	return key
}
