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
	tx := ingest.Live(b.tx)
	kept := map[string]Gap{} // by attribute, role, record and column, or contact
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
	who, err := p.storedContacts(ctx)
	if err != nil {
		return nil, err
	}
	if who != nil {
		for i := range who.Columns {
			kept["who:"+who.Columns[i].Name] = countCells(&who.Columns[i], who.Rows())
		}
	}
	out := make([]Gap, 0, len(fields))
	for _, f := range fields {
		g := gapOf(f, sources, kept)
		g.Source, g.Column = f.Source, f.Column
		out = append(out, g)
	}
	return out, ctx.Err()
}

// gapOf finds the count of a column: of what was kept of it, or, for columns without which a row does
// not count, of the rows that were left out for it.
func gapOf(f Field, sources []core.Source, kept map[string]Gap) Gap {
	if g, ok := kept["who:"+f.Attribute]; ok && f.Kind == core.SourceTransactions {
		return g
	}
	if g, ok := kept["at:"+f.Attribute]; ok && f.Attribute != "" {
		return g
	}
	if g, ok := kept["re:"+string(f.Kind)+":"+f.Column]; ok {
		return g
	}
	for _, s := range sources {
		if s.ID != f.Source {
			continue
		}
		if g, ok := gapIn(f, s, kept); ok {
			return g
		}
	}
	return Gap{}
}

// gapIn finds the count of a column by the roles that it has in its source.
func gapIn(f Field, s core.Source, kept map[string]Gap) (Gap, bool) {
	for _, role := range roles(s.Report.Detected.Mapping) {
		if s.Report.Detected.Mapping[role] != f.Column {
			continue
		}
		if g, ok := kept["re:"+string(f.Kind)+":"+string(role)]; ok {
			return g, true
		}
		if g, ok := kept["tx:"+string(role)]; ok && s.Kind == core.SourceTransactions {
			return g, true
		}
		if g, ok := gapLeftOut(s, role); ok {
			return g, true
		}
	}
	return Gap{}, false
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
