package ingest

import (
	"cmp"
	"slices"
	"strings"

	"qunxiang/core"
	"qunxiang/core/ingest/internal/intern"
	"qunxiang/core/ingest/internal/record"
	"qunxiang/core/privacy"
)

// mostContacts is how many columns of a table of purchases are kept for what they say of
// who bought.
const mostContacts = 8

// IsContact reports a column of purchases that says who bought, and that is kept beside
// them: names, telephones, e-mail addresses and addresses that have no role.
func IsContact(d core.DetectedColumn) bool {
	if d.Role != "" || d.Class != core.ClassDirect {
		return false
	}
	switch privacy.Kind(d.Holds) {
	case privacy.Name, privacy.Phone, privacy.Landline, privacy.ForeignPhone, privacy.Email, privacy.Address:
		return true
	}
	return false
}

// contactColumns are the columns of a layout that say who bought.
func (l *layout) contactColumns() []int {
	var out []int
	for c, d := range l.det.Columns {
		if IsContact(d) && c < len(l.names) && len(out) < mostContacts {
			out = append(out, c)
		}
	}
	return out
}

// fillContacts keeps the contacts of the rows that count.
func (t *txParser) fillContacts(g *record.Grid, out *part) {
	for len(out.columns) < len(t.contact) {
		out.columns = append(out.columns, intern.Part{})
	}
	for k, s := range t.contact {
		t.contacts[k].Fill(&out.columns[k], g.Data, g.Start[s][:out.rows], g.End[s][:out.rows])
	}
}

// contacts are what the rows say of who bought: of each customer with a row that counts
// (drop tells which do not; nil = all do), and of each column, the most frequent value, of
// equally frequent ones that of the latest day. nil where the table says nothing.
func (b *txBuilder) contacts(tx *core.Transactions, drop []reason) *core.Records {
	if len(b.who) == 0 {
		return nil
	}
	row := slices.Repeat([]uint32{core.NoCode}, tx.Customers.Len())
	r := &core.Records{Kind: core.SourceContacts, Customers: &core.Dict{}}
	var key []byte
	for i, c := range tx.Customer {
		if row[c] == core.NoCode && (drop == nil || drop[i] == used) {
			row[c] = uint32(len(r.Customer))
			r.Customer = append(r.Customer, row[c])
			key = tx.Customers.AppendTo(key[:0], int(c))
			r.Customers.AppendString(string(key))
		}
	}
	for k, keys := range b.who {
		p := picker{tx: tx, codes: b.whoCodes[k], dict: keys.Dict()}
		best := p.best()
		codes := slices.Repeat([]uint32{core.NoCode}, len(r.Customer))
		some := false
		for c, at := range row {
			if at != core.NoCode && best[c] != core.NoCode {
				codes[at], some = best[c], true
			}
		}
		if !some {
			continue
		}
		dict := prune(p.dict, codes)
		col := core.AttributeColumn{Name: b.plan.lay.names[b.plan.cols[b.plan.contact[k]]], Codes: codes}
		for i := range dict.Len() {
			col.Dict = append(col.Dict, dict.At(i))
		}
		r.Columns = append(r.Columns, col)
	}
	if len(r.Columns) == 0 {
		return nil
	}
	return r
}

// picker finds the value of a column that stands for a customer.
type picker struct {
	tx      *core.Transactions
	codes   []uint32
	dict    *core.Dict
	nothing []bool // values that are words for "missing"
}

// said is a row of a customer of whom a column says several things.
type said struct {
	customer, code uint32
	day            core.Date
}

// best is the code of every customer; core.NoCode where nothing is said.
func (p *picker) best() []uint32 {
	p.nothing = make([]bool, p.dict.Len())
	var b []byte
	for i := range p.nothing {
		b = p.dict.View(b, i)
		p.nothing[i] = isMissing(string(b))
	}
	first := slices.Repeat([]uint32{core.NoCode}, p.tx.Customers.Len())
	several := make([]bool, len(first))
	mixed := false
	for i, c := range p.tx.Customer {
		switch v := p.codes[i]; {
		case v == core.NoCode || p.nothing[v]:
		case first[c] == core.NoCode:
			first[c] = v
		case first[c] != v:
			several[c], mixed = true, true
		}
	}
	if mixed {
		p.decide(first, several)
	}
	return first
}

// decide settles the customers of whom several things are said.
func (p *picker) decide(first []uint32, several []bool) {
	var rows []said
	for i, c := range p.tx.Customer {
		if v := p.codes[i]; several[c] && v != core.NoCode && !p.nothing[v] {
			rows = append(rows, said{c, v, p.tx.Day[i]})
		}
	}
	slices.SortFunc(rows, func(a, b said) int {
		return cmp.Or(cmp.Compare(a.customer, b.customer), cmp.Compare(a.code, b.code), cmp.Compare(a.day, b.day))
	})
	type tally struct {
		n   int
		day core.Date
	}
	var top tally
	for from := 0; from < len(rows); {
		to := from + 1
		for to < len(rows) && rows[to].customer == rows[from].customer && rows[to].code == rows[from].code {
			to++
		}
		x, now := rows[from], tally{to - from, rows[to-1].day}
		begins := from == 0 || rows[from-1].customer != x.customer
		if begins || cmp.Or(now.n-top.n, int(now.day)-int(top.day), strings.Compare(p.dict.At(int(first[x.customer])), p.dict.At(int(x.code)))) > 0 {
			first[x.customer], top = x.code, now
		}
		from = to
	}
}

// MergeContacts puts what a later file says of who bought over what is known. Either may
// be nil.
func MergeContacts(old, add *core.Records) *core.Records {
	switch {
	case add == nil:
		return old
	case old == nil:
		return add
	}
	a := MergeAttributes(&core.Attributes{Customers: old.Customers, Columns: old.Columns}, &core.Attributes{Customers: add.Customers, Columns: add.Columns})
	r := &core.Records{Kind: core.SourceContacts, Customers: a.Customers, Columns: a.Columns}
	for i := range a.Customers.Len() {
		r.Customer = append(r.Customer, uint32(i))
	}
	return r
}
