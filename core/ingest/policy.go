package ingest

import (
	"bytes"
	"strings"

	"qunxiang/core"
)

// policy applies the rules for cancelled, test and refunded rows to the columns of a
// table of purchases. docs/import.md states the rules.
type policy struct {
	tx         *core.Transactions
	refunds    core.RefundPolicy
	drop       []reason // by row; nil while nothing is dropped
	status     []state  // by code of the status column; nil without one
	codes      []uint32 // the status of every row
	after      []state  // by code of the status of the refund; nil without one
	afterCodes []uint32
	backed     bool     // what was given back is off the amounts: 0 = all of it
	product    []uint32 // nil without one
	products   *core.Dict
	codeOf     map[string]uint32 // orders by number, made when first needed
	hints      []core.Message
	once       bool               // an order's money stands in its first line
	numberless bool               // orders are visits: they were made of customer and day
	told       *core.Transactions // the rows before refunds were linked; nil where there are none
	lines      *core.Transactions // see gone
}

// state is what a status says.
type state uint8

const (
	done state = iota
	stateRefund
	statePartial
	stateCancelled
	stateUnpaid
	stateTest
)

func newPolicy(tx *core.Transactions, r core.RefundPolicy) *policy {
	p := &policy{tx: tx, refunds: r}
	for _, l := range tx.Labels {
		switch core.Role(l.Role) {
		case core.RoleStatus:
			p.codes = l.Codes
			for i := range l.Dict.Len() {
				p.status = append(p.status, stateOf(l.Dict.At(i)))
			}
		case core.RoleRefundStatus:
			p.afterCodes = l.Codes
			for i := range l.Dict.Len() {
				p.after = append(p.after, stateAfter(l.Dict.At(i)))
			}
		case core.RoleProduct:
			p.product, p.products = l.Codes, l.Dict
		}
	}
	return p
}

// stateOf reads a status. A refund that was refused is none.
func stateOf(s string) state {
	switch {
	case isWord("test", s):
		return stateTest
	case isWord("notrefund", s):
		return done
	case isWord("partial", s) && isWord("refund", s):
		return statePartial
	case isWord("refund", s):
		return stateRefund
	case isWord("unpaid", s):
		return stateUnpaid
	case isWord("cancelled", s):
		return stateCancelled
	}
	return done
}

// stateAfter reads the status of a refund: one that was only asked for is none yet.
func stateAfter(s string) state {
	st := stateOf(s)
	if st == stateRefund && !isWord("refunddone", s) {
		return done
	}
	return st
}

func (p *policy) stateAt(row int) state {
	if p.status != nil && p.codes[row] != core.NoCode {
		if s := p.status[p.codes[row]]; s != done {
			return s
		}
	}
	if p.after == nil || p.afterCodes[row] == core.NoCode {
		return done
	}
	s := p.after[p.afterCodes[row]]
	if p.backed && (s == stateRefund || s == statePartial) {
		return done // the money says how much
	}
	return s
}

// states reports whether anything says what became of the rows.
func (p *policy) states() bool { return p.status != nil || p.after != nil }

func (p *policy) exclude(row int, why reason) {
	if p.drop == nil {
		p.drop = make([]reason, p.tx.Rows())
	}
	p.drop[row] = why
}

func (p *policy) dropped(row int) bool { return p.drop != nil && p.drop[row] != used }

func (p *policy) apply() {
	p.totals()
	p.tests()
	p.statuses()
	switch p.refunds {
	case core.RefundKeep:
	case core.RefundDrop:
		for i, a := range p.tx.Amount {
			if !p.dropped(i) && (a < 0 || p.stateAt(i) == stateRefund) {
				p.exclude(i, refundDropped)
			}
		}
		p.moneyless()
	default:
		p.net()
		return
	}
	p.lines = p.gone()
}

// moneyless drops the customers that never paid anything, in a file that has money.
func (p *policy) moneyless() {
	paid := make([]bool, p.tx.Customers.Len())
	any := false
	for i, a := range p.tx.Amount {
		if a != 0 && !p.dropped(i) {
			paid[p.tx.Customer[i]] = true
			any = true
		}
	}
	for i, c := range p.tx.Customer {
		if any && !paid[c] && !p.dropped(i) {
			p.exclude(i, zeroAmount)
		}
	}
}

// totals drops rows whose customer is a word for a total: sums that have a date. Where
// orders have numbers a total has none.
func (p *policy) totals() {
	d := p.tx.Customers
	if d.Numbers != nil {
		return
	}
	var sums map[uint32]bool
	var b []byte
	for i := range d.Len() {
		if b = d.AppendTo(b[:0], i); len(b) <= 40 && isTotal(b) {
			if sums == nil {
				sums = map[uint32]bool{}
			}
			sums[uint32(i)] = true
		}
	}
	if sums == nil {
		return
	}
	for i, c := range p.tx.Customer {
		if sums[c] && (p.numberless || p.tx.Order == nil || p.tx.Order[i] == core.NoCode) {
			p.exclude(i, totalRow)
		}
	}
}

// isTotal reports a word for a total. It is asked of every customer: most do not begin
// as one does.
func isTotal(b []byte) bool {
	if len(b) == 0 || b[0] < 0x80 && bytes.IndexByte([]byte("tTsSgG"), b[0]) < 0 {
		return false
	}
	return isWord("total", string(b))
}

// tests drops orders and customers that are named as tests.
func (p *policy) tests() {
	orders, customers := testCodes(p.tx.Orders), testCodes(p.tx.Customers)
	if orders == nil && customers == nil {
		return
	}
	for i, c := range p.tx.Customer {
		if customers[c] || p.tx.Order != nil && orders[p.tx.Order[i]] {
			p.exclude(i, testOrder)
		}
	}
}

// testCodes lists the entries of a dictionary that are tests.
func testCodes(d *core.Dict) map[uint32]bool {
	if d.Len() == 0 || d.Numbers != nil && !isTest([]byte(d.Prefix)) {
		return nil
	}
	var out map[uint32]bool
	var b []byte
	for i := range d.Len() {
		b = d.AppendTo(b[:0], i)
		if isTest(b) {
			if out == nil {
				out = map[uint32]bool{}
			}
			out[uint32(i)] = true
		}
	}
	return out
}

// isTest reports test, TEST-001, test_2 and keys that begin with the Chinese word.
func isTest(b []byte) bool {
	if len(b) < 4 || b[0] < 0x80 && b[0]|0x20 != 't' {
		return false
	}
	s := strings.ToLower(string(b))
	for _, w := range wordLists()["test"].contains {
		if strings.HasPrefix(s, w) {
			return true
		}
	}
	rest, ok := strings.CutPrefix(s, "test")
	return ok && strings.Trim(rest, "0123456789-_ .#") == ""
}

// statuses drops rows that never became a purchase.
func (p *policy) statuses() {
	if !p.states() {
		return
	}
	partial := 0
	for i := range p.tx.Amount {
		if p.dropped(i) {
			continue
		}
		switch p.stateAt(i) {
		case stateCancelled:
			p.exclude(i, cancelled)
		case stateUnpaid:
			p.exclude(i, unpaid)
		case stateTest:
			p.exclude(i, testOrder)
		case statePartial:
			if !p.backed {
				partial++
			}
		}
	}
	if partial > 0 && p.refunds != core.RefundKeep {
		p.hints = append(p.hints, core.Message{Key: "import.hint.partial_refunds", Args: core.Args{"count": partial}})
	}
}

// gone returns the lines with an order number that their status calls cancelled or
// refunded, for a project that has them as purchases; nil without any. It shares the dictionaries.
func (p *policy) gone() *core.Transactions {
	if p.drop == nil || p.tx.Order == nil {
		return nil
	}
	out := &core.Transactions{Customers: p.tx.Customers, Orders: p.tx.Orders}
	product := core.Labels{Role: string(core.RoleProduct), Dict: p.products}
	for i, why := range p.drop {
		if why != cancelled && why != orderRefunded || p.tx.Order[i] == core.NoCode {
			continue
		}
		out.Customer, out.Day, out.Order = append(out.Customer, p.tx.Customer[i]), append(out.Day, p.tx.Day[i]), append(out.Order, p.tx.Order[i])
		if p.product != nil {
			product.Codes = append(product.Codes, p.product[i])
		}
	}
	if p.product != nil {
		out.Labels = []core.Labels{product}
	}
	if out.Rows() == 0 {
		return nil
	}
	return out
}

// compact removes the dropped rows, and the entries of dictionaries that only they had.
func (p *policy) compact() {
	t := p.tx
	if p.drop == nil {
		return
	}
	k := 0
	for i, why := range p.drop {
		if why != used {
			continue
		}
		t.Customer[k], t.Day[k], t.Amount[k] = t.Customer[i], t.Day[i], t.Amount[i]
		if t.Clock != nil {
			t.Clock[k] = t.Clock[i]
		}
		if t.Order != nil {
			t.Order[k] = t.Order[i]
		}
		if t.Quantity != nil {
			t.Quantity[k] = t.Quantity[i]
		}
		if t.Refund != nil {
			t.Refund[k] = t.Refund[i]
		}
		for l := range t.Labels {
			t.Labels[l].Codes[k] = t.Labels[l].Codes[i]
		}
		k++
	}
	t.Customer, t.Day, t.Amount = t.Customer[:k], t.Day[:k], t.Amount[:k]
	if t.Clock != nil {
		t.Clock = t.Clock[:k]
	}
	if t.Quantity != nil {
		t.Quantity = t.Quantity[:k]
	}
	if t.Refund != nil {
		t.Refund = t.Refund[:k]
	}
	t.Customers = prune(t.Customers, t.Customer)
	if t.Order != nil {
		t.Order = t.Order[:k]
		t.Orders = prune(t.Orders, t.Order)
	}
	for l := range t.Labels {
		t.Labels[l].Codes = t.Labels[l].Codes[:k]
		t.Labels[l].Dict = prune(t.Labels[l].Dict, t.Labels[l].Codes)
	}
}

// prune keeps the entries of d that codes use, in order of first appearance, and
// rewrites codes.
func prune(d *core.Dict, codes []uint32) *core.Dict {
	to := make([]uint32, d.Len())
	from := make([]uint32, 0, d.Len())
	for i, c := range codes {
		if c == core.NoCode {
			continue
		}
		if to[c] == 0 {
			from = append(from, c)
			to[c] = uint32(len(from))
		}
		codes[i] = to[c] - 1
	}
	out := &core.Dict{Prefix: d.Prefix, Width: d.Width}
	if d.Numbers != nil {
		out.Numbers = make([]uint32, len(from))
		for i, c := range from {
			out.Numbers[i] = d.Numbers[c]
		}
		return out
	}
	var b bytes.Buffer
	var cell []byte
	for _, c := range from {
		cell = d.AppendTo(cell[:0], int(c))
		b.Write(cell)
		out.Ends = append(out.Ends, uint32(b.Len()))
	}
	out.Heap = b.Bytes()
	return out
}
