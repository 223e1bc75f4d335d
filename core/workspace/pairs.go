package workspace

import (
	"cmp"
	"context"
	"slices"

	"qunxiang/core"
	"qunxiang/core/identity"
	"qunxiang/core/ingest"
	"qunxiang/core/privacy"
)

// PairBook holds what is known of the customers of pairs, as they were imported: before
// any of them were put together.
type PairBook struct {
	keys    *core.Dict
	classes *classes
	known   []pairTable // what a customer list says, and what orders say
	buys    map[uint32]*Bought
}

// pairTable is what one kind of source says of the customers of pairs.
type pairTable struct {
	attrs *core.Attributes
	row   map[uint32]int // of attrs, by customer
}

// cell is what column k says of a customer, "" for nothing.
func (t pairTable) cell(k int, customer uint32) string {
	if i, ok := t.row[customer]; ok {
		return cellOf(&t.attrs.Columns[k], i)
	}
	return ""
}

// Bought is what a customer's purchases come to.
type Bought struct {
	Rows        int
	Orders      int
	Amount      float64
	First, Last core.Date
}

// PairField is one attribute of the two customers of a pair.
type PairField struct {
	Name   string
	A, B   string // "" = not known; masked where the class asks for it
	Masked bool
	Same   bool // both are known and equal
	Differ bool // both are known and are not equal
}

// PairView is two customers side by side.
type PairView struct {
	A, B   string // codes, masked where they are direct identifiers
	Fields []PairField
	BuyA   Bought
	BuyB   Bought
	Masked bool // something is hidden
}

// Book gathers what is known of the customers of pairs.
func (p *Project) Book(ctx context.Context, pairs []Duplicate) (*PairBook, error) {
	b := &PairBook{buys: make(map[uint32]*Bought, 2*len(pairs))}
	for _, d := range pairs {
		b.buys[d.a], b.buys[d.b] = &Bought{First: core.NoDate, Last: core.NoDate}, &Bought{First: core.NoDate, Last: core.NoDate}
	}
	var err error
	if b.keys, err = p.file.Customers(ctx); err != nil {
		return nil, err
	}
	if b.classes, err = p.classes(ctx); err != nil {
		return nil, err
	}
	base, err := p.base(ctx)
	if err != nil {
		return nil, err
	}
	if base.attrs != nil {
		codes, err := codesOf(ctx, base.attrs.Customers, b.keys)
		if err != nil {
			return nil, err
		}
		b.learn(base.attrs, codes)
	}
	who, err := p.storedContacts(ctx)
	if err != nil {
		return nil, err
	}
	if who != nil {
		attrs, codes, err := knownContacts(ctx, &core.Attributes{Customers: who.Customers, Columns: who.Columns}, b.keys)
		if err != nil {
			return nil, err
		}
		b.learn(attrs, codes)
	}
	return b, b.count(ctx, ingest.Live(base.tx))
}

// learn adds what attributes say of the customers of pairs.
func (b *PairBook) learn(attrs *core.Attributes, codes []uint32) {
	t := pairTable{attrs, map[uint32]int{}}
	for i, c := range codes {
		if b.buys[c] != nil {
			t.row[c] = i
		}
	}
	b.known = append(b.known, t)
}

// count adds the purchases up. Orders are the distinct numbers of rows that are no refunds,
// and every such row without one.
func (b *PairBook) count(ctx context.Context, tx *core.Transactions) error {
	type order struct{ customer, number uint32 }
	seen := map[order]bool{}
	for i := range tx.Rows() {
		if i%65536 == 0 && ctx.Err() != nil {
			return ctx.Err()
		}
		c := tx.Customer[i]
		x := b.buys[c]
		if x == nil {
			continue
		}
		x.Rows++
		x.Amount += core.Money(tx.Amount[i], tx.Scale)
		if d := tx.Day[i]; x.First == core.NoDate || d < x.First {
			x.First = d
		}
		if d := tx.Day[i]; x.Last == core.NoDate || d > x.Last {
			x.Last = d
		}
		switch {
		case tx.Refund != nil && tx.Refund[i]:
		case tx.Order == nil || tx.Order[i] == core.NoCode:
			x.Orders++
		case !seen[order{c, tx.Order[i]}]:
			seen[order{c, tx.Order[i]}] = true
			x.Orders++
		}
	}
	return ctx.Err()
}

// View puts the two customers of a pair side by side; reveal shows what is masked.
func (b *PairBook) View(d Duplicate, reveal bool) PairView {
	v := PairView{A: b.keys.At(int(d.a)), B: b.keys.At(int(d.b))}
	if b.classes.key.class == core.ClassDirect {
		v.Masked = true
		if !reveal {
			v.A, v.B = b.classes.key.shown(v.A), b.classes.key.shown(v.B)
		}
	}
	if x := b.buys[d.a]; x != nil {
		v.BuyA = *x
	}
	if x := b.buys[d.b]; x != nil {
		v.BuyB = *x
	}
	for _, t := range b.known {
		for k := range t.attrs.Columns {
			name, x, y := t.attrs.Columns[k].Name, t.cell(k, d.a), t.cell(k, d.b)
			at := slices.IndexFunc(v.Fields, func(f PairField) bool { return f.Name == name })
			if at < 0 {
				v.Fields = append(v.Fields, PairField{Name: name, A: x, B: y})
				continue
			}
			f := &v.Fields[at]
			f.A, f.B = cmp.Or(f.A, x), cmp.Or(f.B, y)
		}
	}
	for i := range v.Fields {
		f, as := &v.Fields[i], b.classes.of[v.Fields[i].Name]
		if f.A != "" && f.B != "" {
			f.Same = alike(f.A, f.B, as.holds)
			f.Differ = !f.Same
		}
		if privacy.Hidden(as.class) {
			f.Masked, v.Masked = true, true
			if !reveal {
				f.A, f.B = privacy.MaskAs(as.class, as.holds, f.A), privacy.MaskAs(as.class, as.holds, f.B)
			}
		}
	}
	return v
}

// alike reports cells that are equal, or of one normal form: a telephone with and without
// +86, a name with and without a title.
func alike(a, b string, holds privacy.Kind) bool {
	if e := identity.EvidenceOf(holds); e != "" {
		x, _ := identity.Normal(e, a)
		y, _ := identity.Normal(e, b)
		if x != "" && x == y {
			return true
		}
	}
	return a == b
}
