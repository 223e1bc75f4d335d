package ingest

import (
	"context"
	"math"
	"slices"
	"strconv"

	"qunxiang/core"
)

// MergeRecords adds the rows of add that old does not have, compared as [Merge] does: as
// a multiset over customer, day and the columns that both have. Where the customers of add
// are only numbers of its rows, own gives the keys of n new ones: they are then not
// compared. merged begins with the rows of old and has the kind and the name of old.
// Neither argument is changed. old may be nil; so may own be, for rows with customers.
// The error is that of ctx, which is looked at every few milliseconds.
func MergeRecords(ctx context.Context, old, add *core.Records, own func(n int) *core.Dict) (merged *core.Records, added, duplicates int, err error) {
	if old.Rows() == 0 {
		if own != nil {
			out := *add
			out.Customers = own(add.Rows())
			return &out, add.Rows(), 0, ctx.Err()
		}
		return add, add.Rows(), 0, ctx.Err()
	}
	a := *add
	var codes []uint32
	dict := old.Customers
	if own == nil {
		dict, codes = extend(old.Customers, add.Customers)
		a.Customer = translate(add.Customer, codes)
	}
	columns, err := pairRecords(ctx, old, add)
	if err != nil {
		return nil, 0, 0, err
	}
	fresh, err := freshRecords(ctx, old, &a, columns, own == nil)
	if err != nil || len(fresh) == 0 {
		return old, 0, a.Rows(), err
	}
	if own != nil {
		dict, codes = extend(old.Customers, own(len(fresh)))
		a.Customer = make([]uint32, a.Rows())
		for i, row := range fresh {
			a.Customer[row] = codes[i]
		}
	}
	out := &core.Records{Kind: old.Kind, Name: old.Name, Customers: dict, Customer: appendPicked(old.Customer, a.Customer, fresh)}
	if old.Day != nil || a.Day != nil {
		out.Day = appendPicked(orFilled(old.Day, old.Rows(), core.NoDate), orFilled(a.Day, a.Rows(), core.NoDate), fresh)
	}
	for _, c := range columns {
		if err := ctx.Err(); err != nil {
			return nil, 0, 0, err
		}
		out.Columns = append(out.Columns, c.join(old.Rows(), fresh))
	}
	return out, len(fresh), a.Rows() - len(fresh), nil
}

// recordPair is a column of either or both sides, in one form: numbers, or codes into
// one dictionary that begins with that of old.
type recordPair struct {
	name     string
	numbers  bool
	old, add []uint64 // bits of the number, or code; missing where noValue; nil = the side has no such column
	dict     []string
}

// noValue stands for a missing cell: no bits of a number that is read, and no code.
const noValue = math.MaxUint64

func pairRecords(ctx context.Context, old, add *core.Records) ([]recordPair, error) {
	var out []recordPair
	for i := range old.Columns {
		if err := ctx.Err(); err != nil {
			return nil, err
		}
		out = append(out, pairCells(&old.Columns[i], add.Column(old.Columns[i].Name)))
	}
	for i := range add.Columns {
		if old.Column(add.Columns[i].Name) == nil {
			out = append(out, pairCells(nil, &add.Columns[i]))
		}
	}
	return out, ctx.Err()
}

// pairCells brings two columns to one form; where one side has numbers and the other
// words, the numbers become words.
func pairCells(old, add *core.AttributeColumn) recordPair {
	p := recordPair{numbers: true}
	for _, c := range [...]*core.AttributeColumn{old, add} {
		if c != nil {
			p.name, p.numbers = c.Name, p.numbers && c.Floats != nil
		}
	}
	code := map[string]uint64{}
	cells := func(c *core.AttributeColumn) []uint64 {
		switch {
		case c == nil:
			return nil
		case p.numbers:
			return numberBits(c)
		}
		return p.words(c, code)
	}
	p.old, p.add = cells(old), cells(add)
	return p
}

func numberBits(c *core.AttributeColumn) []uint64 {
	out := make([]uint64, len(c.Floats))
	for i, v := range c.Floats {
		out[i] = math.Float64bits(v + 0) // −0 is 0
		if c.Valid != nil && !c.Valid[i] {
			out[i] = noValue
		}
	}
	return out
}

// words gives the codes of a column in the dictionary of the pair, which grows.
func (p *recordPair) words(c *core.AttributeColumn, code map[string]uint64) []uint64 {
	of := func(s string) uint64 {
		k, ok := code[s]
		if !ok {
			k = uint64(len(p.dict))
			code[s] = k
			p.dict = append(p.dict, s)
		}
		return k
	}
	if c.Floats != nil {
		out := numberBits(c)
		for i, b := range out {
			if b != noValue {
				out[i] = of(strconv.FormatFloat(c.Floats[i], 'f', -1, 64))
			}
		}
		return out
	}
	to := make([]uint64, len(c.Dict))
	for i, s := range c.Dict {
		to[i] = of(s)
	}
	out := make([]uint64, len(c.Codes))
	for i, k := range c.Codes {
		out[i] = noValue
		if k != core.NoCode {
			out[i] = to[k]
		}
	}
	return out
}

// join puts the fresh rows of the new side behind the n rows of the old one.
func (p *recordPair) join(n int, fresh []int32) core.AttributeColumn {
	cells := appendPicked(orFilled(p.old, n, noValue), p.addOr(fresh), fresh)
	if !p.numbers {
		c := core.AttributeColumn{Name: p.name, Codes: make([]uint32, len(cells)), Dict: p.dict}
		for i, v := range cells {
			if c.Codes[i] = core.NoCode; v != noValue {
				c.Codes[i] = uint32(v)
			}
		}
		return c
	}
	c := core.AttributeColumn{Name: p.name, Floats: make([]float64, len(cells)), Valid: make([]bool, len(cells))}
	for i, v := range cells {
		if v != noValue {
			c.Floats[i], c.Valid[i] = math.Float64frombits(v), true
		}
	}
	if !slices.Contains(c.Valid, false) {
		c.Valid = nil
	}
	return c
}

// addOr returns the cells of the new side, missing ones where it has no such column.
func (p *recordPair) addOr(fresh []int32) []uint64 {
	if p.add != nil {
		return p.add
	}
	return slices.Repeat([]uint64{noValue}, int(slices.Max(fresh))+1)
}

// freshRecords returns the rows of a that go beyond what old has.
func freshRecords(ctx context.Context, old, a *core.Records, columns []recordPair, named bool) ([]int32, error) {
	var pairs []pair
	if named {
		pairs = append(pairs, pair{codes32(old.Customer), codes32(a.Customer)})
	}
	if old.Day != nil && a.Day != nil {
		pairs = append(pairs, pair{codes32(old.Day), codes32(a.Day)})
	}
	for _, c := range columns {
		if c.old != nil && c.add != nil {
			pairs = append(pairs, pair{asIs(c.old), asIs(c.add)})
		}
	}
	return freshOf(ctx, old.Rows(), a.Rows(), pairs)
}

func asIs(v []uint64) func(int, []uint64) {
	return func(from int, out []uint64) { copy(out, v[from:from+len(out)]) }
}

// SameItems reports whether two surveys ask the same: most of the items of each are
// among those of the other.
func SameItems(a, b *core.Records) bool {
	both := 0
	for i := range a.Columns {
		if b.Column(a.Columns[i].Name) != nil {
			both++
		}
	}
	return both > 0 && 5*both >= 4*len(a.Columns) && 5*both >= 4*len(b.Columns)
}
