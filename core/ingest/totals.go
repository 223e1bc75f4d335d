package ingest

import (
	"math"

	"qunxiang/core"
	"qunxiang/core/ingest/internal/num"
)

// Exports with a row for each product often say the total of the order on every one of
// its rows (WooCommerce, JD). Adding these up would count an order's money as often as it
// has products.

// orderTotals finds that the amount is the total of the order, and takes quantity times
// price instead. What the user mapped counts.
func (l *layout) orderTotals(ps []*profile, body [][]string, fixed map[core.Role]int) {
	if _, chosen := fixed[core.RoleAmount]; chosen || l.det.Grain != core.GrainLine {
		return
	}
	var at [4]int
	for i, r := range [...]core.Role{core.RoleOrder, core.RoleAmount, core.RoleQuantity, core.RolePrice} {
		c, ok := l.roles[r]
		if !ok {
			return
		}
		at[i] = c
	}
	orders := sumOrders(ps, body, at)
	total, several := 0, 0
	for _, o := range orders {
		if o.lines > 1 {
			several++
			total += b2i(o.isTotal())
		}
	}
	if several == 0 || total*20 < several*19 {
		return
	}
	l.hints = append(l.hints, core.Message{Key: "import.hint.order_totals", Args: core.Args{"column": l.names[at[1]], "quantity": l.names[at[2]], "price": l.names[at[3]]}})
	delete(l.roles, core.RoleAmount)
	delete(l.det.Mapping, core.RoleAmount)
	delete(l.det.Confidence, "role."+string(core.RoleAmount))
}

// sumOrders adds up the orders of the sample; at are the columns of order, amount,
// quantity and price. Rows without one of these numbers say nothing.
func sumOrders(ps []*profile, body [][]string, at [4]int) map[string]*orderSum {
	orders := map[string]*orderSum{}
	for _, r := range body {
		if max(at[0], at[1], at[2], at[3]) >= len(r) || r[at[0]] == "" {
			continue
		}
		var v [3]float64
		ok := true
		for i := range v {
			var good bool
			v[i], good = num.Float([]byte(r[at[i+1]]), ps[at[i+1]].style())
			ok = ok && good
		}
		if !ok {
			continue
		}
		o := orders[r[at[0]]]
		if o == nil {
			o = &orderSum{total: v[0]}
			orders[r[at[0]]] = o
		}
		o.add(v[0], v[1]*v[2])
	}
	return orders
}

// orderSum is an order of the sample.
type orderSum struct {
	total, goods float64
	lines        int
	own          int  // lines whose amount is what their pieces cost
	other        bool // amounts differ
}

func (o *orderSum) add(amount, goods float64) {
	o.lines++
	o.goods += goods
	o.own += b2i(near(amount, goods))
	o.other = o.other || amount != o.total
}

// isTotal reports that all lines say the same, that it is not what their pieces cost, and
// that it may be what all of them cost, with shipping and discounts.
func (o *orderSum) isTotal() bool {
	return !o.other && o.own < o.lines && o.total > 0 && o.goods >= o.total*0.5 && o.goods <= o.total*1.8
}

func near(a, b float64) bool { return math.Abs(a-b) <= 0.01*math.Max(math.Abs(a), 0.5) }
