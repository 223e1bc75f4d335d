package ingest

import (
	"cmp"
	"math/bits"
	"slices"
	"strings"

	"qunxiang/core"
)

// net links refunds to what they refund. A linked refund reduces the rows of its
// purchase, and removes those that it uses up; what cannot be linked stays as a row
// that lowers the money and counts no order.
func (p *policy) net() {
	p.moneylessOrders()
	refunds := p.refundRows()
	p.lines = p.gone()
	if len(refunds) > 0 {
		p.told = p.asTold(refunds)
		p.link(refunds)
	}
}

// asTold copies the rows that are not dropped, before refunds change them, with the
// refunds marked.
func (p *policy) asTold(refunds []int) *core.Transactions {
	t := *p.tx
	t.Refund = make([]bool, t.Rows())
	for _, r := range refunds {
		t.Refund[r] = true
	}
	keep := make([]int32, 0, t.Rows())
	for i := range t.Customer {
		if !p.dropped(i) {
			keep = append(keep, int32(i))
		}
	}
	out := pickRows(&t, keep)
	if len(keep) < t.Rows() {
		out.Customers = prune(out.Customers, out.Customer)
		if out.Order != nil {
			out.Orders = prune(out.Orders, out.Order)
		}
		for i := range out.Labels {
			out.Labels[i].Dict = prune(out.Labels[i].Dict, out.Labels[i].Codes)
		}
	}
	return out
}

// link links the given refunds to purchases.
func (p *policy) link(refunds []int) {
	slices.SortStableFunc(refunds, p.compare)
	byOrder := p.orderIndex(refunds)
	byProduct := p.productIndex(refunds)
	for _, r := range refunds {
		if p.dropped(r) {
			continue
		}
		rows := p.sameOrder(byOrder, r)
		if len(rows) == 0 {
			if p.linkLine(byProduct, r) {
				continue
			}
			rows = p.cancelsOrder(r)
		}
		p.reduce(rows, r)
	}
}

// refundRows returns the rows that are refunds, and drops purchases that their status
// calls refunded.
func (p *policy) refundRows() []int {
	if !p.states() && !p.backed && !anyNegative(p.tx.Amount) {
		return nil
	}
	var out []int
	twins := p.twins()
	for i, a := range p.tx.Amount {
		if p.dropped(i) {
			continue
		}
		switch {
		case a < 0:
			out = append(out, i)
		case a == 0 && p.backed && !p.once:
			p.exclude(i, orderRefunded)
		case p.stateAt(i) != stateRefund:
		case twins[i]:
			p.tx.Amount[i] = -a
			out = append(out, i)
		default:
			p.exclude(i, orderRefunded)
		}
	}
	return out
}

func anyNegative(v []int64) bool {
	signs := int64(0)
	for _, a := range v {
		signs |= a
	}
	return signs < 0
}

// line identifies a line of an order by its content.
type line struct {
	order, product uint32
	amount         int64
}

// twins finds rows with the status of a refund whose order has the same line as a
// purchase: they are the record of a refund, not the purchase itself.
func (p *policy) twins() map[int]bool {
	if !p.states() || p.tx.Order == nil {
		return nil
	}
	open := map[line][]int{}
	for i, a := range p.tx.Amount {
		if a > 0 && !p.dropped(i) && p.stateAt(i) == stateRefund && p.tx.Order[i] != core.NoCode {
			open[p.line(i)] = append(open[p.line(i)], i)
		}
	}
	if len(open) == 0 {
		return nil
	}
	out := map[int]bool{}
	for i, a := range p.tx.Amount {
		if a > 0 && !p.dropped(i) && p.stateAt(i) == done && p.tx.Order[i] != core.NoCode {
			if rows := open[p.line(i)]; len(rows) > 0 {
				out[rows[0]] = true
				open[p.line(i)] = rows[1:]
			}
		}
	}
	return out
}

func (p *policy) line(i int) line {
	l := line{order: p.tx.Order[i], product: core.NoCode, amount: p.tx.Amount[i]}
	if p.product != nil {
		l.product = p.product[i]
	}
	return l
}

// purchasesOf lists the purchases of orders.
type purchasesOf struct {
	place []int32 // by code of the order: place in ends and one, 0 = the order has no refund
	ends  []int32 // of the rows of each order
	rows  []int32
}

// of returns the purchases of an order, in the order of the file.
func (x *purchasesOf) of(order uint32) []int32 {
	if x == nil || order == core.NoCode || x.place[order] == 0 {
		return nil
	}
	k, from := x.place[order]-1, int32(0)
	if k > 0 {
		from = x.ends[k-1]
	}
	return x.rows[from:x.ends[k]]
}

// orderIndex lists the purchases of every order that has a refund.
func (p *policy) orderIndex(refunds []int) *purchasesOf {
	if p.tx.Order == nil {
		return nil
	}
	x := &purchasesOf{place: make([]int32, p.tx.Orders.Len())}
	orders := int32(0)
	for _, r := range refunds {
		if o := p.tx.Order[r]; o != core.NoCode && x.place[o] == 0 {
			orders++
			x.place[o] = orders
		}
	}
	purchase := func(i int, o uint32) bool {
		return o != core.NoCode && x.place[o] > 0 && p.tx.Amount[i] > 0 && !p.dropped(i)
	}
	next := make([]int32, orders+1)
	for i, o := range p.tx.Order {
		if purchase(i, o) {
			next[x.place[o]]++
		}
	}
	for k := range orders {
		next[k+1] += next[k]
	}
	x.rows = make([]int32, next[orders])
	for i, o := range p.tx.Order {
		if purchase(i, o) {
			k := x.place[o] - 1
			x.rows[next[k]] = int32(i)
			next[k]++
		}
	}
	x.ends = next[:orders] // each is now where the next begins
	return x
}

// sameOrder lists the purchases of the order of a refund: those of its customer, since
// tills begin their numbers again.
func (p *policy) sameOrder(byOrder *purchasesOf, r int) []int {
	if byOrder == nil {
		return nil
	}
	var out []int
	for _, i := range byOrder.of(p.tx.Order[r]) {
		if p.tx.Customer[i] == p.tx.Customer[r] {
			out = append(out, int(i))
		}
	}
	return out
}

// productIndex lists the purchases of every customer and product that has a refund, in
// the order of the file.
func (p *policy) productIndex(refunds []int) map[uint64][]int {
	if p.product == nil || p.tx.Quantity == nil {
		return nil
	}
	out := map[uint64][]int{}
	for _, r := range refunds {
		out[p.bought(r)] = nil
	}
	for i, a := range p.tx.Amount {
		if a <= 0 || p.dropped(i) {
			continue
		}
		k := p.bought(i)
		if rows, ok := out[k]; ok {
			out[k] = append(rows, i)
		}
	}
	return out
}

func (p *policy) bought(i int) uint64 { return uint64(p.tx.Customer[i])<<32 | uint64(p.product[i]) }

// linkLine links a returned quantity of a product to the customer's latest earlier
// purchase of it, at the same price, that still has as many pieces.
func (p *policy) linkLine(byProduct map[uint64][]int, r int) bool {
	if byProduct == nil || p.product[r] == core.NoCode {
		return false
	}
	q := -p.tx.Quantity[r]
	if q <= 0 {
		return false
	}
	best := -1
	for _, i := range byProduct[p.bought(r)] {
		if p.dropped(i) || p.tx.Quantity[i] < q || p.later(i, r) || !p.samePrice(i, r) {
			continue
		}
		if best < 0 || p.betterLink(i, best, q) {
			best = i
		}
	}
	if best < 0 {
		return false
	}
	p.tx.Quantity[best] -= q
	p.tx.Amount[best] += p.tx.Amount[r]
	if p.tx.Amount[best] <= 0 || p.tx.Quantity[best] == 0 {
		p.exclude(best, orderRefunded)
	}
	p.exclude(r, refundLinked)
	return true
}

// betterLink reports whether a refund of q pieces belongs to row i rather than row j:
// to the later one, then to one of exactly q pieces, then to the smaller. Texts decide
// between equals, so that the result does not depend on the order of the file.
func (p *policy) betterLink(i, j int, q int64) bool {
	t := p.tx
	switch {
	case p.later(i, j):
		return true
	case p.later(j, i):
		return false
	case t.Quantity[i] != t.Quantity[j]:
		return t.Quantity[i] == q || t.Quantity[j] != q && t.Quantity[i] < t.Quantity[j]
	}
	return p.orderText(i) < p.orderText(j)
}

// compare orders rows by content: by time, then the larger amount, then by the texts
// of order, product and customer, then the larger quantity.
func (p *policy) compare(i, j int) int {
	t := p.tx
	switch {
	case p.later(j, i):
		return -1
	case p.later(i, j):
		return 1
	}
	if c := cmp.Compare(abs(t.Amount[j]), abs(t.Amount[i])); c != 0 { // texts are costly, and rarely asked for
		return c
	}
	if c := compareTexts(t.Orders, t.Order, i, j); c != 0 {
		return c
	}
	if c := compareTexts(p.products, p.product, i, j); c != 0 {
		return c
	}
	return p.compareRest(i, j)
}

// compareTexts compares two rows of a column of codes by their texts; none is "".
func compareTexts(d *core.Dict, codes []uint32, i, j int) int {
	if codes == nil || codes[i] == codes[j] {
		return 0
	}
	return strings.Compare(textAt(d, codes[i]), textAt(d, codes[j]))
}

func textAt(d *core.Dict, code uint32) string {
	if code == core.NoCode {
		return ""
	}
	return d.At(int(code))
}

func (p *policy) compareRest(i, j int) int {
	t := p.tx
	if t.Customer[i] != t.Customer[j] {
		return strings.Compare(t.Customers.At(int(t.Customer[i])), t.Customers.At(int(t.Customer[j])))
	}
	if t.Quantity != nil {
		return cmp.Compare(abs(t.Quantity[j]), abs(t.Quantity[i]))
	}
	return 0
}

func (p *policy) orderText(i int) string {
	if t := p.tx; t.Order != nil && t.Order[i] != core.NoCode {
		return t.Orders.At(int(t.Order[i]))
	}
	return ""
}

// later reports whether row i happened after row j.
func (p *policy) later(i, j int) bool {
	t := p.tx
	if t.Day[i] != t.Day[j] || t.Clock == nil {
		return t.Day[i] > t.Day[j]
	}
	return t.Clock[i] > t.Clock[j]
}

// samePrice compares amount ÷ quantity of two rows by cross multiplication. Amounts
// were reduced together with their quantities, so the price of a row stays.
func (p *policy) samePrice(i, j int) bool {
	t := p.tx
	h1, l1 := bits.Mul64(abs(t.Amount[i]), abs(t.Quantity[j]))
	h2, l2 := bits.Mul64(abs(t.Amount[j]), abs(t.Quantity[i]))
	return h1 == h2 && l1 == l2
}

// cancelsOrder finds the order that a cancellation numbered C + number cancels.
func (p *policy) cancelsOrder(r int) []int {
	t := p.tx
	if t.Order == nil || t.Order[r] == core.NoCode || p.tx.Orders.Numbers != nil {
		return nil
	}
	key := t.Orders.AppendTo(nil, int(t.Order[r]))
	if len(key) < 2 || key[0]|0x20 != 'c' {
		return nil
	}
	var out []int
	code, ok := p.orderCode(string(key[1:]))
	if !ok {
		return nil
	}
	for i, o := range t.Order {
		if o == code && t.Customer[i] == t.Customer[r] && t.Amount[i] > 0 && !p.dropped(i) {
			out = append(out, i)
		}
	}
	return out
}

// orderCode finds an order by its number.
func (p *policy) orderCode(key string) (uint32, bool) {
	if p.codeOf == nil {
		p.codeOf = map[string]uint32{}
		for i := range p.tx.Orders.Len() {
			p.codeOf[p.tx.Orders.At(i)] = uint32(i)
		}
	}
	c, ok := p.codeOf[key]
	return c, ok
}

// reduce takes a refund off the rows of its order: first off the same product, then
// off the rest. What is left over stays as a refund without an order.
func (p *policy) reduce(rows []int, r int) {
	t := p.tx
	slices.SortStableFunc(rows, p.compare)
	rest := -t.Amount[r]
	for pass := range 2 {
		for _, i := range rows {
			if rest == 0 {
				break
			}
			same := p.product != nil && p.product[i] == p.product[r]
			if p.dropped(i) || (pass == 0) != same {
				continue
			}
			cut := min(rest, t.Amount[i])
			if t.Quantity != nil && same && t.Quantity[r] != 0 {
				t.Quantity[i] -= min(t.Quantity[i], max(t.Quantity[r], -t.Quantity[r]))
			}
			t.Amount[i] -= cut
			rest -= cut
			if t.Amount[i] == 0 {
				p.exclude(i, orderRefunded)
			}
		}
	}
	if rest == 0 {
		p.exclude(r, refundLinked)
		return
	}
	t.Amount[r] = -rest
	if t.Refund == nil {
		t.Refund = make([]bool, t.Rows())
	}
	t.Refund[r] = true
}
