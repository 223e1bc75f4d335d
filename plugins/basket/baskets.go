package basket

import (
	"cmp"
	"context"
	"slices"

	"qunxiang/plugins/internal/sheet"
	"qunxiang/plugins/internal/twofold"
	"qunxiang/sdk/table"
)

// baskets are the sets of things that were bought together: basket b holds
// items[start[b]:start[b+1]], rising and each once, and belongs to customer owner[b].
type baskets struct {
	names []string // of the items, sorted
	start []int
	items []int32
	owner []int32
	money []float64 // of each item, its mean amount a basket; nil without amounts
}

func (b *baskets) n() int { return len(b.owner) }

func (b *baskets) of(i int) []int32 { return b.items[b.start[i]:b.start[i+1]] }

// line is one bought thing.
type line struct {
	customer, item int32
	day, order     int64
	amount         float64
}

// longest is how many characters of a thing's name count.
const longest = 100

// stride is how many steps pass between two looks at the context.
const stride = 1 << 15

// readLines returns the lines with something in the column of items, and the items'
// names. Items are numbered by name, so that the order of the file does not matter.
func readLines(ctx context.Context, t *table.Table, column string) (lines []line, names []string, err error) {
	c := t.Column(column)
	customer, day, order, amount := t.Column("customer"), t.Column("day"), t.Column("order"), t.Column("amount")
	used := make([]bool, len(c.Dict))
	for i := range t.Rows {
		if !c.Missing(i) {
			used[c.Codes[i]] = true
		}
	}
	for k, u := range used {
		if u && c.Dict[k] != "" {
			names = append(names, sheet.Label(c.Dict[k], longest))
		}
	}
	slices.Sort(names)
	names = slices.Compact(names)
	code := make([]int32, len(c.Dict))
	for k, name := range c.Dict {
		at, ok := slices.BinarySearch(names, sheet.Label(name, longest))
		code[k] = int32(at)
		if !ok {
			code[k] = -1
		}
	}
	for i := range t.Rows {
		if i%stride == 0 && ctx.Err() != nil {
			return nil, nil, ctx.Err()
		}
		if c.Missing(i) || code[c.Codes[i]] < 0 {
			continue
		}
		l := line{customer: int32(customer.Ints[i]), item: code[c.Codes[i]], day: day.Ints[i], amount: amount.Floats[i]}
		if order != nil && !order.Missing(i) {
			l.order = order.Ints[i]
		}
		lines = append(lines, l)
	}
	return lines, names, nil
}

// gather puts lines of equal key into one basket. The lines of a customer stand
// together in the order of days, as the host sends them.
func gather(ctx context.Context, lines []line, names []string, key func(a, b *line) int) (*baskets, error) {
	slices.SortStableFunc(lines, func(a, b line) int {
		return cmp.Or(cmp.Compare(a.customer, b.customer), key(&a, &b), cmp.Compare(a.item, b.item))
	})
	if err := ctx.Err(); err != nil {
		return nil, err
	}
	b := &baskets{names: names, start: []int{0}, money: make([]float64, len(names))}
	count, money := make([]int, len(names)), make([]twofold.Sum, len(names))
	for i := 0; i < len(lines); {
		if i%stride == 0 && ctx.Err() != nil {
			return nil, ctx.Err()
		}
		end := i
		for end < len(lines) && lines[end].customer == lines[i].customer && key(&lines[end], &lines[i]) == 0 {
			l := &lines[end]
			if at := b.start[len(b.start)-1]; len(b.items) == at || b.items[len(b.items)-1] != l.item {
				b.items = append(b.items, l.item)
				count[l.item]++
			}
			money[l.item].Add(l.amount)
			end++
		}
		b.start = append(b.start, len(b.items))
		b.owner = append(b.owner, lines[i].customer)
		i = end
	}
	for k, n := range count {
		if n > 0 {
			b.money[k] = money[k].Value() / float64(n)
		}
	}
	return b, nil
}

// keys say which lines of one customer belong together.
func keys() map[string]func(a, b *line) int {
	return map[string]func(a, b *line) int{
		basketOrder:    func(a, b *line) int { return cmp.Compare(a.order, b.order) },
		basketDay:      func(a, b *line) int { return cmp.Compare(a.day, b.day) },
		basketCustomer: func(*line, *line) int { return 0 },
	}
}

// enough is the share of baskets with two things or more that makes a kind of basket
// worth searching.
const enough = 0.05

// choose gathers the baskets of the kind asked for; automatic takes the narrowest kind
// of which enough hold two things or more.
func choose(ctx context.Context, lines []line, names []string, kind string) (b *baskets, chosen string, err error) {
	kinds := []string{kind}
	if kind == basketAuto {
		kinds = []string{basketOrder, basketDay, basketCustomer}
	}
	for _, k := range kinds {
		if b, err = gather(ctx, lines, names, keys()[k]); err != nil {
			return nil, "", err
		}
		chosen = k
		if float64(b.several()) >= enough*float64(b.n()) {
			break
		}
	}
	return b, chosen, nil
}

// several counts the baskets with two things or more.
func (b *baskets) several() (n int) {
	for i := range b.owner {
		if len(b.of(i)) > 1 {
			n++
		}
	}
	return n
}

// only keeps the baskets of the customers for whom keep is true.
func (b *baskets) only(keep func(customer int32) bool) *baskets {
	out := &baskets{names: b.names, money: b.money, start: []int{0}}
	for i, c := range b.owner {
		if keep(c) {
			out.items = append(out.items, b.of(i)...)
			out.start = append(out.start, len(out.items))
			out.owner = append(out.owner, c)
		}
	}
	return out
}
