package ingest

import (
	"math"
	"math/bits"
	"slices"

	"qunxiang/core"
)

// Merge adds the rows of add that old does not have. Rows are compared as a
// multiset over the columns that both have: what a file holds n times and the
// project m times is there max(n, m) times afterwards, so that importing a file
// again, or one that overlaps, adds no duplicate, while two equal lines of one
// order stay two.
//
// merged begins with the rows of old; their codes keep their meaning, since
// dictionaries only grow. Neither argument is changed. old may be nil.
func Merge(old, add *core.Transactions) (merged *core.Transactions, added, duplicates int) {
	if old == nil || old.Rows() == 0 && old.Customers.Len() == 0 {
		return add, add.Rows(), 0
	}
	a := recode(old, add)
	fresh := freshRows(old, a)
	return join(old, a, fresh), len(fresh), a.Rows() - len(fresh)
}

// recode returns add with codes of dictionaries that begin with those of old, and
// with the scale that both will have.
func recode(old, add *core.Transactions) *core.Transactions {
	a := *add
	a.Customers, a.Customer = extend(old.Customers, add.Customers, add.Customer)
	if add.Orders != nil {
		a.Orders, a.Order = extend(old.Orders, add.Orders, add.Order)
	}
	a.Labels = nil
	for _, l := range add.Labels {
		var before *core.Dict
		if o := labelsOf(old, l.Role); o != nil {
			before = o.Dict
		}
		l.Dict, l.Codes = extend(before, l.Dict, l.Codes)
		a.Labels = append(a.Labels, l)
	}
	return &a
}

// extend returns the dictionary of all entries of old and then the new ones of add,
// and codes translated to it.
func extend(old, add *core.Dict, codes []uint32) (*core.Dict, []uint32) {
	if old.Len() == 0 {
		return add, codes
	}
	index := make(map[string]uint32, old.Len())
	var b []byte
	for i := range old.Len() {
		b = old.AppendTo(b[:0], i)
		index[string(b)] = uint32(i)
	}
	translate := make([]uint32, add.Len())
	var fresh []int
	for i := range add.Len() {
		b = add.AppendTo(b[:0], i)
		c, known := index[string(b)]
		if !known {
			c = uint32(old.Len() + len(fresh))
			fresh = append(fresh, i)
		}
		translate[i] = c
	}
	out := make([]uint32, len(codes))
	for i, c := range codes {
		if out[i] = c; c != core.NoCode {
			out[i] = translate[c]
		}
	}
	return grow(old, add, fresh), out
}

// grow returns old with some entries of add behind it.
func grow(old, add *core.Dict, entries []int) *core.Dict {
	if len(entries) == 0 {
		return old
	}
	if old.Numbers != nil && add.Numbers != nil && old.Prefix == add.Prefix && old.Width == add.Width {
		d := &core.Dict{Prefix: old.Prefix, Width: old.Width, Numbers: slices.Clone(old.Numbers)}
		for _, i := range entries {
			d.Numbers = append(d.Numbers, add.Numbers[i])
		}
		return d
	}
	d := &core.Dict{}
	if old.Numbers == nil {
		d.Heap, d.Ends = slices.Clone(old.Heap), slices.Clone(old.Ends)
	} else {
		for i := range old.Len() {
			d.AppendString(old.At(i))
		}
	}
	for _, i := range entries {
		d.AppendString(add.At(i))
	}
	return d
}

func labelsOf(t *core.Transactions, role string) *core.Labels {
	for i := range t.Labels {
		if t.Labels[i].Role == role {
			return &t.Labels[i]
		}
	}
	return nil
}

// freshRows returns the rows of a that go beyond what old has. The smaller side is
// in the table: a counts, old is looked up.
func freshRows(old, a *core.Transactions) []int32 {
	so, sa := signers(old, a)
	count := make(map[signature]int32, a.Rows()) // copies in old of what a has, less what a used up
	keys := make([]signature, a.Rows())
	for i := range keys {
		keys[i] = sa(i)
		count[keys[i]] = 0
	}
	for i := range old.Rows() {
		k := so(i)
		if n, ok := count[k]; ok {
			count[k] = n + 1
		}
	}
	fresh := make([]int32, 0, len(keys))
	for i, k := range keys {
		if n := count[k]; n > 0 {
			count[k] = n - 1
			continue
		}
		fresh = append(fresh, int32(i))
	}
	return fresh
}

// signature is a hash of a row wide enough to stand for it: 128 bits collide in
// 10¹² rows with a chance of 10⁻¹⁵.
type signature [2]uint64

func (s *signature) add(v uint64) {
	for i, k := range [2]uint64{0x9e3779b97f4a7c15, 0xd6e8feb86659fd93} {
		hi, lo := bits.Mul64(s[i]^v^k, k|1)
		s[i] = bits.RotateLeft64(hi^lo, 23) + v*k
	}
}

// signers return functions that sign a row of old and of a over the columns that
// both have.
func signers(old, a *core.Transactions) (so, sa func(int) signature) {
	so, sa = signCommon(old, max(old.Scale, a.Scale)), signCommon(a, max(old.Scale, a.Scale))
	both := func(cond bool, fo, fa func(int) uint64) {
		if !cond {
			return
		}
		po, pa := so, sa
		so = func(i int) signature { s := po(i); s.add(fo(i)); return s }
		sa = func(i int) signature { s := pa(i); s.add(fa(i)); return s }
	}
	clock := func(t *core.Transactions) func(int) uint64 { return func(i int) uint64 { return uint64(t.Clock[i]) } }
	order := func(t *core.Transactions) func(int) uint64 { return func(i int) uint64 { return uint64(t.Order[i]) } }
	both(old.Clock != nil && a.Clock != nil, clock(old), clock(a))
	both(old.Order != nil && a.Order != nil, order(old), order(a))
	if old.Quantity != nil && a.Quantity != nil {
		scale := max(old.QuantityScale, a.QuantityScale)
		quantity := func(t *core.Transactions) func(int) uint64 {
			return func(i int) uint64 { return math.Float64bits(rescaled(t.Quantity[i], t.QuantityScale, scale)) }
		}
		both(true, quantity(old), quantity(a))
	}
	for i := range a.Labels {
		la := &a.Labels[i]
		lo := labelsOf(old, la.Role)
		if lo == nil {
			continue
		}
		both(true, func(i int) uint64 { return uint64(lo.Codes[i]) }, func(i int) uint64 { return uint64(la.Codes[i]) })
	}
	return so, sa
}

// signCommon signs the columns that transactions always have.
func signCommon(t *core.Transactions, scale int) func(int) signature {
	return func(i int) signature {
		var s signature
		s.add(uint64(t.Customer[i]))
		s.add(uint64(t.Day[i]))
		s.add(math.Float64bits(rescaled(t.Amount[i], t.Scale, scale)))
		if t.Refund != nil && t.Refund[i] {
			s.add(1)
		}
		return s
	}
}

// rescaled is v of one scale in units of a finer one, the same float64 for the same
// amount whichever scale it had.
func rescaled(v int64, from, to int) float64 { return float64(v) * math.Pow10(to-from) }

// join puts the fresh rows of a behind old.
func join(old, a *core.Transactions, fresh []int32) *core.Transactions {
	out := &core.Transactions{Customers: a.Customers, Orders: old.Orders}
	if a.Orders != nil {
		out.Orders = a.Orders
	}
	n := old.Rows()
	out.Customer = appendPicked(old.Customer, a.Customer, fresh)
	out.Day = appendPicked(old.Day, a.Day, fresh)
	out.Amount, out.Scale = joinScaled(old.Amount, old.Scale, a.Amount, a.Scale, fresh)
	if old.Clock != nil || a.Clock != nil {
		out.Clock = appendPicked(orFilled(old.Clock, n, 0), orFilled(a.Clock, a.Rows(), 0), fresh)
	}
	if out.Orders != nil {
		out.Order = appendPicked(orFilled(old.Order, n, core.NoCode), orFilled(a.Order, a.Rows(), core.NoCode), fresh)
	}
	if old.Quantity != nil || a.Quantity != nil {
		out.Quantity, out.QuantityScale = joinScaled(orFilled(old.Quantity, n, 0), old.QuantityScale, orFilled(a.Quantity, a.Rows(), 0), a.QuantityScale, fresh)
	}
	if old.Refund != nil || a.Refund != nil {
		out.Refund = appendPicked(orFilled(old.Refund, n, false), orFilled(a.Refund, a.Rows(), false), fresh)
	}
	for _, l := range old.Labels {
		codes := slices.Repeat([]uint32{core.NoCode}, a.Rows())
		if la := labelsOf(a, l.Role); la != nil {
			codes, l.Dict = la.Codes, la.Dict
		}
		l.Codes = appendPicked(l.Codes, codes, fresh)
		out.Labels = append(out.Labels, l)
	}
	for _, l := range a.Labels {
		if labelsOf(old, l.Role) == nil {
			l.Codes = appendPicked(slices.Repeat([]uint32{core.NoCode}, n), l.Codes, fresh)
			out.Labels = append(out.Labels, l)
		}
	}
	return out
}

func orFilled[T any](v []T, n int, x T) []T {
	if v != nil {
		return v
	}
	return slices.Repeat([]T{x}, n)
}

func appendPicked[T any](old, add []T, rows []int32) []T {
	out := make([]T, len(old), len(old)+len(rows))
	copy(out, old)
	for _, r := range rows {
		out = append(out, add[r])
	}
	return out
}

// joinScaled joins fixed-point columns at the finer scale, or at the finest one at
// which every value fits, rounding what is beyond.
func joinScaled(old []int64, so int, add []int64, sa int, rows []int32) ([]int64, int) {
	top := 0.0
	for _, v := range old {
		top = max(top, math.Abs(core.Money(v, so)))
	}
	for _, r := range rows {
		top = max(top, math.Abs(core.Money(add[r], sa)))
	}
	scale := max(so, sa)
	for scale > 0 && top*math.Pow10(scale) > 1<<62 {
		scale--
	}
	out := make([]int64, 0, len(old)+len(rows))
	for _, v := range old {
		out = append(out, toScale(v, so, scale))
	}
	for _, r := range rows {
		out = append(out, toScale(add[r], sa, scale))
	}
	return out, scale
}

func toScale(v int64, from, to int) int64 {
	for ; from < to; from++ {
		v *= 10
	}
	for ; from > to; from-- {
		half := int64(5)
		if v < 0 {
			half = -5
		}
		v = (v + half) / 10
	}
	return v
}

// MergeAttributes adds attributes of customers: what add says of a customer and an
// attribute replaces what old said; a missing value replaces nothing. Customers and
// attributes of old keep their place. old may be nil.
func MergeAttributes(old, add *core.Attributes) *core.Attributes {
	if old == nil {
		return add
	}
	rows := make([]uint32, add.Customers.Len())
	for i := range rows {
		rows[i] = uint32(i)
	}
	dict, rows := extend(old.Customers, add.Customers, rows)
	out := &core.Attributes{Customers: dict}
	for i := range old.Columns {
		out.Columns = append(out.Columns, overlay(&old.Columns[i], columnOf(add, old.Columns[i].Name), rows, dict.Len()))
	}
	for i := range add.Columns {
		if columnOf(old, add.Columns[i].Name) == nil {
			out.Columns = append(out.Columns, overlay(nil, &add.Columns[i], rows, dict.Len()))
		}
	}
	return out
}

func columnOf(a *core.Attributes, name string) *core.AttributeColumn {
	for i := range a.Columns {
		if a.Columns[i].Name == name {
			return &a.Columns[i]
		}
	}
	return nil
}

// overlay returns a column of n rows: old with the values of add over it at rows.
// Where one is numbers and the other categories, the new file decides and the old
// values are dropped. Either may be nil.
func overlay(old, add *core.AttributeColumn, rows []uint32, n int) core.AttributeColumn {
	if old != nil && add != nil && (old.Floats == nil) != (add.Floats == nil) {
		old = nil
	}
	model := add
	if model == nil {
		model = old
	}
	if model.Floats != nil {
		return overlayNumbers(model.Name, old, add, rows, n)
	}
	return overlayCategories(model.Name, old, add, rows, n)
}

func overlayNumbers(name string, old, add *core.AttributeColumn, rows []uint32, n int) core.AttributeColumn {
	out := core.AttributeColumn{Name: name, Floats: make([]float64, n), Valid: make([]bool, n)}
	put := func(c *core.AttributeColumn, at func(int) uint32) {
		if c == nil {
			return
		}
		for i, v := range c.Floats {
			if c.Valid == nil || c.Valid[i] {
				out.Floats[at(i)], out.Valid[at(i)] = v, true
			}
		}
	}
	put(old, func(i int) uint32 { return uint32(i) })
	put(add, func(i int) uint32 { return rows[i] })
	if !slices.Contains(out.Valid, false) {
		out.Valid = nil
	}
	return out
}

func overlayCategories(name string, old, add *core.AttributeColumn, rows []uint32, n int) core.AttributeColumn {
	out := core.AttributeColumn{Name: name, Codes: slices.Repeat([]uint32{core.NoCode}, n)}
	code := map[string]uint32{}
	put := func(c *core.AttributeColumn, at func(int) uint32) {
		if c == nil {
			return
		}
		for i, v := range c.Codes {
			if v == core.NoCode {
				continue
			}
			text := c.Dict[v]
			k, ok := code[text]
			if !ok {
				k = uint32(len(out.Dict))
				code[text] = k
				out.Dict = append(out.Dict, text)
			}
			out.Codes[at(i)] = k
		}
	}
	put(old, func(i int) uint32 { return uint32(i) })
	put(add, func(i int) uint32 { return rows[i] })
	return out
}
