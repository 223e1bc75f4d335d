package workspace

import (
	"context"
	"math"

	"qunxiang/core"
	"qunxiang/core/ingest"
)

// Gap is how many values of a column are missing, in the data as they were imported.
type Gap struct {
	Source  int // id
	Column  string
	Missing int
	Of      int  // customers for attributes, rows for the rest
	Known   bool // false: the project does not keep the column
	// Files is the number of files whose values are counted together: what was kept of them
	// no longer tells them apart. 1 = of this file alone, and where rows were left out.
	Files int
}

// Gaps counts the missing values of the columns of [Project.Fields], in their order. Files of
// purchases are counted together.
func (p *Project) Gaps(ctx context.Context) ([]Gap, error) {
	fields, err := p.Fields(ctx)
	if err != nil {
		return nil, err
	}
	b, err := p.base(ctx)
	if err != nil {
		return nil, err
	}
	sources, err := p.file.Sources()
	if err != nil {
		return nil, err
	}
	who, err := p.storedContacts(ctx)
	if err != nil {
		return nil, err
	}
	kept := countedGaps(b, who)
	out, keys, files := make([]Gap, 0, len(fields)), make([]string, 0, len(fields)), map[string]int{}
	for _, f := range fields {
		g, key := gapOf(f, sources, kept)
		g.Source, g.Column = f.Source, f.Column
		out, keys = append(out, g), append(keys, key)
		files[key]++
	}
	for i, key := range keys {
		if out[i].Files = 1; key != "" {
			out[i].Files = files[key]
		}
	}
	return out, ctx.Err()
}

// countedGaps counts the missing values of everything that is kept, by attribute, role, record
// and column, or contact.
func countedGaps(b bundle, who *core.Records) map[string]Gap {
	tx := ingest.Live(b.tx)
	kept := map[string]Gap{}
	for i := range tx.Labels {
		kept["tx:"+tx.Labels[i].Role] = countCodes(tx.Labels[i].Codes)
	}
	if tx.Order != nil {
		kept["tx:"+string(core.RoleOrder)] = countCodes(tx.Order)
	}
	if b.attrs != nil {
		for i := range b.attrs.Columns {
			kept["at:"+b.attrs.Columns[i].Name] = countCells(&b.attrs.Columns[i], b.attrs.Customers.Len())
		}
	}
	for _, r := range b.records {
		for i := range r.Columns {
			kept["re:"+string(r.Kind)+":"+r.Columns[i].Name] = countCells(&r.Columns[i], r.Rows())
		}
	}
	if who != nil {
		for i := range who.Columns {
			kept["who:"+who.Columns[i].Name] = countCells(&who.Columns[i], who.Rows())
		}
	}
	return kept
}

// gapOf finds the count of a column: of what was kept of it, under which key, or, for columns
// without which a row does not count, of the rows that were left out for it (no key).
func gapOf(f Field, sources []core.Source, kept map[string]Gap) (g Gap, key string) {
	found := func(k string) bool {
		of, ok := kept[k]
		if ok {
			g, key = of, k
		}
		return ok
	}
	switch {
	case f.Kind == core.SourceTransactions && found("who:"+f.Attribute):
		return g, key
	case f.Attribute != "" && found("at:"+f.Attribute):
		return g, key
	case found("re:" + string(f.Kind) + ":" + f.Column):
		return g, key
	}
	for _, s := range sources {
		if s.ID != f.Source {
			continue
		}
		for _, role := range roles(s.Report.Detected.Mapping) { // that the column has in its source
			if s.Report.Detected.Mapping[role] != f.Column {
				continue
			}
			if found("re:"+string(f.Kind)+":"+string(role)) || s.Kind == core.SourceTransactions && found("tx:"+string(role)) {
				return g, key
			}
			if of, ok := gapLeftOut(s, role); ok {
				return of, ""
			}
		}
	}
	return Gap{}, ""
}

// gapLeftOut counts the rows that were left out because they lack a role, for the roles
// that a row has to have: no value of them is missing in what was kept.
func gapLeftOut(s core.Source, role core.Role) (Gap, bool) {
	reason := map[core.Role]string{core.RoleCustomer: "missing_customer", core.RoleDate: "missing_date", core.RoleAmount: "missing_amount"}[role]
	if reason == "" || s.Kind == core.SourceCustomers && role != core.RoleCustomer {
		return Gap{}, false
	}
	g := Gap{Of: s.Report.Rows.In, Known: true}
	for _, x := range s.Report.Rows.Excluded {
		if x.Reason == reason {
			g.Missing = x.Count
		}
	}
	return g, true
}

func countCodes(codes []uint32) Gap {
	g := Gap{Of: len(codes), Known: true}
	for _, c := range codes {
		if c == core.NoCode {
			g.Missing++
		}
	}
	return g
}

func countCells(c *core.AttributeColumn, n int) Gap {
	if c.Floats == nil {
		return countCodes(c.Codes)
	}
	g := Gap{Of: n, Known: true}
	for i, v := range c.Floats {
		if c.Valid != nil && !c.Valid[i] || math.IsNaN(v) {
			g.Missing++
		}
	}
	return g
}
