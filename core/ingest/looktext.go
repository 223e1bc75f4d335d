package ingest

import (
	"context"

	"qunxiang/core"
	"qunxiang/core/ingest/internal/text"
)

func look(ctx context.Context, path string, o core.ImportOptions, rows int) (*Preview, error) {
	if err := ctx.Err(); err != nil {
		return nil, err
	}
	f, err := openFile(path)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	head, size, err := headOf(f)
	if err != nil {
		return nil, err
	}
	if e := foreign(head); e != nil {
		return nil, e
	}
	if isZip(head) {
		return lookWorkbook(ctx, f, size, o, rows)
	}
	t, err := sniff(f, path, head, size, o, nil)
	if err != nil {
		return nil, err
	}
	p := &Preview{Detected: t.det, Encodings: text.Names(), Delimiters: []string{",", "\t", ";", "|", "^", " "}, Header: t.names, Size: size, Problems: t.hints}
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
	return p, nil
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
