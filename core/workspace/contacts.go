package workspace

import (
	"context"
	"slices"

	"qunxiang/core"
	"qunxiang/core/clean"
	"qunxiang/core/feature"
	"qunxiang/core/ingest"
	"qunxiang/sdk/table"
)

// What rows of purchases say of who bought (a name, a telephone, an address) is kept a row
// per customer beside them. It is no attribute: it makes nobody a described customer, goes
// to no method, and stands in no table of features. It tells the same customer under
// several codes, and is shown masked.

// withContacts reports sources whose files said who bought.
func withContacts(sources []core.Source) bool {
	return slices.ContainsFunc(sources, func(s core.Source) bool {
		return s.Kind == core.SourceTransactions && slices.ContainsFunc(s.Report.Detected.Columns, ingest.IsContact)
	})
}

// storedContacts reads the contacts as the files brought them; nil where there are none.
func (p *Project) storedContacts(ctx context.Context) (*core.Records, error) {
	sources, err := p.file.Sources()
	if err != nil || !withContacts(sources) {
		return nil, err
	}
	records, err := p.file.Records(ctx)
	for _, r := range records {
		if r.Kind == core.SourceContacts {
			return r, err
		}
	}
	return nil, err
}

// orderContacts are the contacts as attributes, with the customers that steps merged or
// took out; codes are those of the project. nil where there are none.
func (p *Project) orderContacts(ctx context.Context) (*core.Attributes, []uint32, error) {
	p.mu.RLock()
	c, revision := p.cache, p.revision
	p.mu.RUnlock()
	if c.contacted {
		return c.contacts, c.contactCodes, nil
	}
	r, err := p.storedContacts(ctx)
	if err != nil {
		return nil, nil, err
	}
	var attrs *core.Attributes
	var codes []uint32
	if r != nil {
		if attrs, err = p.stepped(r); err != nil {
			return nil, nil, err
		}
		keys, err := p.Keys(ctx)
		if err != nil {
			return nil, nil, err
		}
		if attrs, codes, err = knownContacts(ctx, attrs, keys); err != nil {
			return nil, nil, err
		}
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.revision == revision {
		p.cache.contacts, p.cache.contactCodes, p.cache.contacted = attrs, codes, true
	}
	return attrs, codes, nil
}

// stepped makes attributes of contacts, after the steps that are about customers: where
// several have become one, what is said of the one that stays comes first.
func (p *Project) stepped(r *core.Records) (*core.Attributes, error) {
	steps, err := p.active()
	if err != nil {
		return nil, err
	}
	into := moves(steps)
	a := &core.Attributes{Customers: &core.Dict{}}
	var rows [][]int // of r, by customer of a
	at := map[string]int{}
	put := func(i int, key string) {
		k, ok := at[key]
		if !ok {
			k = len(rows)
			at[key], rows = k, append(rows, nil)
			a.Customers.AppendString(key)
		}
		rows[k] = append(rows[k], i)
	}
	for _, moved := range []bool{false, true} {
		for i, c := range r.Customer {
			key := r.Customers.At(int(c))
			to, ok := into[key]
			for range steps { // one may have become part of one that became part of another
				if next, again := into[to]; again {
					to = next
				}
			}
			switch {
			case !ok && !moved:
				put(i, key)
			case ok && moved && to != "":
				put(i, to)
			}
		}
	}
	for _, col := range r.Columns {
		a.Columns = append(a.Columns, firstOf(col, rows))
	}
	return a, nil
}

// moves tells by customer whose part steps made them: "" of those taken out.
func moves(steps []clean.Step) map[string]string {
	into := map[string]string{}
	for _, s := range steps {
		switch s.Kind {
		case clean.DropCustomers:
			for _, k := range s.Args.Customers {
				into[k] = ""
			}
		case clean.Merge:
			for _, g := range s.Args.Groups {
				for _, k := range g.From {
					into[k] = g.To
				}
			}
		}
	}
	return into
}

// firstOf is a column with the first value that each of some lists of its rows has.
func firstOf(col core.AttributeColumn, rows [][]int) core.AttributeColumn {
	codes := slices.Repeat([]uint32{core.NoCode}, len(rows))
	for k, from := range rows {
		for _, i := range from {
			if codes[k] == core.NoCode {
				codes[k] = col.Codes[i]
			}
		}
	}
	return core.AttributeColumn{Name: col.Name, Codes: codes, Dict: col.Dict}
}

// knownContacts keeps the rows of customers whom keys has, with their codes.
func knownContacts(ctx context.Context, a *core.Attributes, keys *core.Dict) (*core.Attributes, []uint32, error) {
	if codes, err := codesOf(ctx, a.Customers, keys); err == nil || ctx.Err() != nil {
		return a, codes, err
	}
	index, err := newKeyIndex(ctx, keys)
	if err != nil {
		return nil, nil, err
	}
	out := &core.Attributes{Customers: &core.Dict{}}
	var codes []uint32
	var rows []int
	var b []byte
	for i := range a.Customers.Len() {
		key := a.Customers.View(b, i)
		if c, ok := index.find(key); ok {
			out.Customers.AppendString(string(key))
			codes, rows = append(codes, c), append(rows, i)
		}
	}
	for _, col := range a.Columns {
		kept := make([]uint32, len(rows))
		for k, i := range rows {
			kept[k] = col.Codes[i]
		}
		out.Columns = append(out.Columns, core.AttributeColumn{Name: col.Name, Codes: kept, Dict: col.Dict})
	}
	return out, codes, nil
}

// allRecords are the records to be stored: what a file of purchases says of who bought is
// put over what is known of them.
func (m *merging) allRecords(ctx context.Context, p *Project) ([]*core.Records, error) {
	if m.who == nil {
		return m.newRecords, nil
	}
	old, err := p.storedContacts(ctx)
	return append(slices.Clip(m.newRecords), ingest.MergeContacts(old, m.who)), err
}

// told are the columns of contacts that names call for, a value per row of the set: those
// of customers' own attributes come first, and have a gap filled from here.
func (p *Project) told(ctx context.Context, set *feature.Set, names []string, own []table.Column) ([]table.Column, error) {
	attrs, codes, err := p.orderContacts(ctx)
	if err != nil || attrs == nil || len(codes) == 0 {
		return own, err
	}
	c, err := p.classes(ctx)
	if err != nil {
		return nil, err
	}
	all := feature.Join(nil, c.withheld(attrs), codes)
	if all == nil {
		return own, nil
	}
	for i := range all.Table.Columns {
		col := all.Table.Columns[i]
		if !slices.Contains(names, col.Name) {
			continue
		}
		col = set.Spread(col, all.Customers)
		if at := slices.IndexFunc(own, func(o table.Column) bool { return o.Name == col.Name }); at >= 0 {
			own[at] = filled(own[at], col)
			continue
		}
		own = append(own, col)
	}
	return own, nil
}

// filled is a with the values of b where it has none. Columns of numbers stay as they are.
func filled(a, b table.Column) table.Column {
	if a.Kind != table.Category || b.Kind != table.Category {
		return a
	}
	out := table.Column{Name: a.Name, Unit: a.Unit, Kind: table.Category, Dict: slices.Concat(a.Dict, b.Dict), Codes: make([]uint32, a.Len()), Valid: table.NewBits(a.Len())}
	for i := range out.Codes {
		switch {
		case !a.Missing(i):
			out.Codes[i] = a.Codes[i]
		case !b.Missing(i):
			out.Codes[i] = uint32(len(a.Dict)) + b.Codes[i]
		default:
			continue
		}
		out.Valid.Set(i)
	}
	return out
}
