package ingest

import (
	"context"
	"hash/maphash"

	"qunxiang/core"
	"qunxiang/core/ingest/internal/text"
)

func look(ctx context.Context, path string, o core.ImportOptions, rows int) (*Preview, error) {
	src, err := open(ctx, path, &o, func(float64, core.Message) {})
	if err != nil {
		return nil, err
	}
	defer src.close()
	if src.book != nil {
		return lookBook(ctx, src, o, rows)
	}
	t, err := sniff(src.f, src.path, src.head, src.size, o, nil)
	if err != nil {
		return nil, err
	}
	t.det.Sheet = src.sheetName("")
	p := &Preview{Detected: t.det, Encodings: text.Names(), Delimiters: []string{",", "\t", ";", "|", "^", " "}, Header: t.names, Size: src.size, Problems: t.hints}
	body := t.rows[t.header+1:]
	all := make([][]string, 0, len(body))
	for _, r := range body {
		if lastFilled(r.Cells) == 0 {
			continue
		}
		all = append(all, r.Cells)
		p.show(r.Cells, r.Line+1, rows)
	}
	p.count(t.layout, all)
	b := &block{data: t.head[min(t.start, int64(len(t.head))):]}
	switch {
	case len(t.down) > 0:
		b = t.filledDown(all)
	case t.byLine:
		if b, err = t.headBlock(); err != nil {
			return nil, err
		}
	}
	p.foresee(t, b)
	return p, nil
}

// foresee reads the rows of the sample as an import would, and tells what it would
// leave out.
func (p *Preview) foresee(t table, b *block) {
	l := t.known()
	d, encoding := t.format()
	line, _ := t.base()
	seed := maphash.MakeSeed()
	var ps parser
	if l.wide() {
		ps = newAttrPlan(l, d, encoding, seed).newParser()
	} else {
		ps = newTxPlan(l, d, encoding, seed).newParser()
	}
	ps.parse(b)
	if b.out.err != nil {
		return // the import will say so
	}
	sum := tally{base: line}
	b.out.line = line
	sum.add(&b.out)
	for _, e := range sum.reconciliation().Excluded {
		if e.Reason == reasonIDs[blankRow] {
			continue
		}
		p.Problems = append(p.Problems, core.Message{Key: "import.hint.sample_excluded", Args: core.Args{
			"count": e.Count, "rows": sum.in, "row": e.Examples[0], "reason": core.Message{Key: "reason." + e.Reason},
		}})
	}
}

// show adds a row to the preview while there is room.
func (p *Preview) show(cells []string, number, rows int) {
	if len(p.Rows) < rows {
		p.Rows = append(p.Rows, fit(cells, len(p.Header)))
		p.RowNumbers = append(p.RowNumbers, number)
	}
}

// fit makes a row as long as the table is wide.
func fit(r []string, width int) []string {
	out := make([]string, width)
	copy(out, r)
	return out
}

// count counts the rows and orders of the sample.
func (p *Preview) count(l *layout, rows [][]string) {
	p.Lines, p.Orders = len(rows), len(rows)
	order, byOrder := l.roles[core.RoleOrder]
	cust, okC := l.roles[core.RoleCustomer]
	date, okD := l.roles[core.RoleDate]
	if !byOrder && (!okC || !okD || l.det.Grain != core.GrainLine) {
		return
	}
	seen := map[[2]string]bool{}
	for _, r := range rows {
		var k [2]string
		switch {
		case byOrder && order < len(r):
			k[0] = r[order]
		case !byOrder && max(cust, date) < len(r):
			k = [2]string{r[cust], r[date]}
		}
		seen[k] = true
	}
	p.Orders = len(seen)
}
