package ingest

import (
	"slices"

	"qunxiang/core"
)

// The ways in which an order of a file stands to the project.
const (
	OrderNew      = "new"
	OrderChanged  = "changed"
	OrderVanished = "vanished"
)

// OrderChange is an order that a project and a file do not have alike, with its lines on
// both sides.
type OrderChange struct {
	Kind     string // OrderNew …
	Order    string
	Customer string
	Day      core.Date   // the first
	Was      []OrderLine // as the project has it; refunds are lines with negative amounts
	Is       []OrderLine // as the file has it
}

// OrderLine is a line of an order.
type OrderLine struct {
	Product  string
	Quantity float64 // 0 = not known
	Amount   float64 // in currency units
	Same     bool    // the other side has it too
}

// listing collects the orders to be listed, by code.
type listing struct {
	most                    int // of each kind; 0 = nothing is listed
	fresh, changed, missing []uint32
}

func (l *listing) add(to *[]uint32, code uint32) {
	if len(*to) < l.most {
		*to = append(*to, code)
	}
}

// changes lists the orders that differ, changed ones first, with their lines.
func (c *comparison) changes() []OrderChange {
	l := &c.listing
	out := make([]OrderChange, 0, len(l.changed)+len(l.missing)+len(l.fresh))
	at := map[uint32]int{}
	for _, of := range []struct {
		kind  string
		codes []uint32
	}{{OrderChanged, l.changed}, {OrderVanished, l.missing}, {OrderNew, l.fresh}} {
		for _, code := range of.codes {
			if _, twice := at[code]; twice {
				continue
			}
			at[code] = len(out)
			out = append(out, OrderChange{Kind: of.kind, Order: textAt(c.add.Orders, code), Day: core.NoDate})
		}
	}
	owner := make([]uint32, len(out))
	for i := range owner {
		owner[i] = core.NoCode
	}
	c.gather(c.add, at, out, owner, func(o *OrderChange, l OrderLine) { o.Is = append(o.Is, l) })
	c.gather(c.old, at, out, owner, func(o *OrderChange, l OrderLine) { o.Was = append(o.Was, l) })
	for i := range out {
		out[i].Customer = textAt(c.add.Customers, owner[i])
		matchLines(out[i].Was, out[i].Is)
	}
	return out
}

// gather hands over the lines of the orders in at that count. An order is of the customer
// who comes first.
func (c *comparison) gather(t *core.Transactions, at map[uint32]int, orders []OrderChange, owner []uint32, add func(*OrderChange, OrderLine)) {
	product := labelsOf(t, string(core.RoleProduct))
	for i, code := range t.Order {
		k, listed := at[code]
		if !listed || t.Void != nil && t.Void[i] {
			continue
		}
		if owner[k] == core.NoCode {
			owner[k] = t.Customer[i]
		}
		if owner[k] != t.Customer[i] {
			continue
		}
		l := OrderLine{Amount: core.Money(t.Amount[i], t.Scale)}
		if t.Quantity != nil {
			l.Quantity = core.Money(t.Quantity[i], t.QuantityScale)
		}
		if product != nil {
			l.Product = textAt(product.Dict, product.Codes[i])
		}
		if o := &orders[k]; o.Day == core.NoDate || t.Day[i] < o.Day {
			o.Day = t.Day[i]
		}
		add(&orders[k], l)
	}
}

// matchLines marks the lines that both sides have.
func matchLines(was, is []OrderLine) {
	for i := range was {
		k := slices.IndexFunc(is, func(l OrderLine) bool { return l == was[i] })
		if k >= 0 {
			was[i].Same, is[k].Same = true, true
		}
	}
}

// keepOld takes the rows of orders that the project has out of the fresh ones, refunds of
// them as well, and counts those of them that the file's own refunds left.
func (c *comparison) keepOld() (kept int) {
	c.list()
	c.meet()
	refunded := c.known()
	c.fresh = slices.DeleteFunc(c.fresh, func(r int32) bool {
		i := int(r)
		q := c.of(c.add.Order[i])
		known := q != nil && q.customer == c.add.Customer[i]
		if c.add.Refund != nil && c.add.Refund[i] {
			known = refunded[goneLine{order: c.add.Order[i], customer: c.add.Customer[i]}]
		}
		if known && (c.own == nil || !c.own.dropped(i)) {
			kept++
		}
		return known
	})
	c.orders, c.place, c.isFresh, c.several = nil, nil, nil, false
	return kept
}

// known are the orders of refunds of the file that the project has, by number and customer.
func (c *comparison) known() map[goneLine]bool {
	ask := map[goneLine]bool{}
	for i, is := range c.add.Refund {
		if is && c.add.Order[i] != core.NoCode {
			ask[goneLine{order: c.add.Order[i], customer: c.add.Customer[i]}] = false
		}
	}
	if len(ask) == 0 {
		return nil
	}
	for i := range c.old.Order {
		k := goneLine{order: c.old.Order[i], customer: c.old.Customer[i]}
		if _, asked := ask[k]; asked && c.live(i) {
			ask[k] = true
		}
	}
	return ask
}
