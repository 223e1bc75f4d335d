package ingest

import (
	"math/big"
	"slices"

	"qunxiang/core"
)

// finish applies the policies to the rows that were read and makes the report.
func (b *txBuilder) finish(l *layout, sum string) (*Result, error) {
	if len(b.day) == 0 {
		return nil, b.nothing(l)
	}
	tx := b.transactions()
	if tx.Orders == nil && l.det.Grain == core.GrainLine {
		visitOrders(tx)
	}
	pol := newPolicy(tx, l.det.Refunds)
	_, numbered := l.roles[core.RoleOrder]
	pol.numberless = !numbered
	pol.backed, pol.once = b.plan.back >= 0, l.onceMoney
	pol.apply()
	for k, why := range pol.drop {
		if why != used {
			b.exclude(why, b.rowNumber(k))
		}
	}
	who := b.contacts(tx, pol.drop)
	pol.compact()
	tx.Labels = withoutRefundStatus(tx.Labels)
	if pol.told != nil {
		pol.told.Labels = withoutRefundStatus(pol.told.Labels)
	}
	if tx.Rows() == 0 {
		return nil, b.nothing(l)
	}
	r := &Result{Transactions: tx, Told: pol.told, Gone: pol.lines, Contacts: who, Fingerprint: sum}
	r.Report = b.report(l, tx)
	r.Report.Hints = append(r.Report.Hints, pol.hints...)
	return r, nil
}

// withoutRefundStatus takes out a column that has done what it is for.
func withoutRefundStatus(labels []core.Labels) []core.Labels {
	return slices.DeleteFunc(labels, func(l core.Labels) bool { return l.Role == string(core.RoleRefundStatus) })
}

// nothing is the error for a table of which no row counts: it names the commonest
// reason, its first row and the column.
func (b *txBuilder) nothing(l *layout) error {
	worst := used
	for why := used + 1; why < reasons; why++ {
		if why != blankRow && b.count[why] > b.count[worst] {
			worst = why
		}
	}
	code, role := "no_usable_rows", core.Role("")
	switch worst {
	case used:
		return dataError("no_rows", core.Where{})
	case badDate, missingDate:
		code, role = "no_valid_date", core.RoleDate
	case badAmount, missingAmount:
		code, role = "no_valid_amount", core.RoleAmount
		if _, ok := l.roles[role]; !ok {
			role = core.RolePrice
		}
	case missingCustomer:
		code, role = "no_valid_customer", core.RoleCustomer
	}
	w := core.Where{Row: b.examples[worst][0]}
	if c, ok := l.roles[role]; ok {
		w.Column = l.names[c]
	}
	args := core.Args{"rows": b.in, "reason": core.Message{Key: "reason." + reasonIDs[worst]}, "cell": core.Message{Key: "import.cell.empty"}}
	odd := ""
	switch worst {
	case badDate:
		if odd = b.oddDate; withoutYear(odd) {
			code = "date_without_year"
		}
	case badAmount:
		odd = b.oddMoney
	}
	if odd != "" {
		args["cell"] = core.Message{Key: "import.cell.text", Args: core.Args{"text": odd}}
	}
	return dataErrorArgs(code, w, args)
}

func (b *txBuilder) report(l *layout, tx *core.Transactions) core.ImportReport {
	r := core.ImportReport{Rows: b.reconciliation(), Detected: l.det, Customers: tx.Customers.Len(), Lines: tx.Rows(), Hints: l.hints}
	r.Orders = countOrders(tx)
	if !l.grainFixed && tx.Orders != nil {
		r.Detected.Grain, r.Detected.Confidence["oneRowIs"] = core.GrainLine, 1
		if tx.Orders.Len() == tx.Rows() {
			r.Detected.Grain = core.GrainOrder
		}
	}
	if s, rough, fits := exactSum(tx.Amount); fits {
		r.Amount = core.Money(s, tx.Scale)
	} else {
		r.Amount = rough / core.Money(1, -tx.Scale)
	}
	r.FirstDate, r.LastDate = span(tx.Day)
	if n := countTrue(tx.Refund); n > 0 {
		r.Hints = append(r.Hints, core.Message{Key: "import.hint.unlinked_refunds", Args: core.Args{"count": n}})
	}
	r.Hints = append(r.Hints, b.currencies(l)...)
	if b.backed > 0 {
		r.Hints = append(r.Hints, core.Message{Key: "import.hint.refund_netted", Args: core.Args{"column": l.names[l.roles[core.RoleRefund]], "count": b.backed}})
	}
	if b.over > 0 {
		r.Hints = append(r.Hints, core.Message{Key: "import.hint.refund_over", Args: core.Args{"column": l.names[l.roles[core.RoleRefund]], "count": b.over}})
	}
	if b.invalid != nil {
		r.Hints = append(r.Hints, core.Message{Key: "import.hint.invalid_text"})
	}
	if n := b.count[badDate] + b.count[badAmount]; n > 0 {
		r.Hints = append(r.Hints, core.Message{Key: "import.hint.unreadable_rows", Args: core.Args{"count": n}})
	}
	if n := b.count[missingCustomer]; n*5 > b.in {
		r.Hints = append(r.Hints, core.Message{Key: "import.hint.many_without_customer", Args: core.Args{"count": n, "share": float64(n) * 100 / float64(b.in)}})
	}
	return r
}

// countOrders counts the orders that are not refunds only.
func countOrders(tx *core.Transactions) int {
	if tx.Refund == nil {
		if tx.Orders == nil {
			return tx.Rows()
		}
		return tx.Orders.Len()
	}
	if tx.Orders == nil {
		return tx.Rows() - countTrue(tx.Refund)
	}
	seen := make([]bool, tx.Orders.Len())
	n := 0
	for i, o := range tx.Order {
		switch {
		case tx.Refund[i]:
		case o == core.NoCode:
			n++
		case !seen[o]:
			seen[o] = true
			n++
		}
	}
	return n
}

func countTrue(v []bool) (n int) {
	for _, b := range v {
		if b {
			n++
		}
	}
	return n
}

// span returns the first and the last of days, of which there is at least one.
func span(days []core.Date) (first, last core.Date) {
	first, last = days[0], days[0]
	for _, d := range days {
		first, last = min(first, d), max(last, d)
	}
	return first, last
}

// exactSum adds without overflow; fits tells whether 64 bits were enough for n.
func exactSum(v []int64) (n int64, f float64, fits bool) {
	var hi, lo int64 // v = hi·2³² + lo
	for _, x := range v {
		hi += x >> 32
		lo += x & (1<<32 - 1)
	}
	s := new(big.Int).Lsh(big.NewInt(hi), 32)
	s.Add(s, big.NewInt(lo))
	f, _ = new(big.Float).SetInt(s).Float64()
	return s.Int64(), f, s.IsInt64()
}

// visitOrders makes an order of all rows that a customer has at one time, for lines
// without an order number. The number names customer and time, so that it is the same
// in every file.
func visitOrders(tx *core.Transactions) {
	type visit struct {
		customer uint32
		day      core.Date
		clock    int32
	}
	codes := map[visit]uint32{}
	tx.Orders = &core.Dict{}
	tx.Order = make([]uint32, tx.Rows())
	var b []byte
	for i, c := range tx.Customer {
		v := visit{customer: c, day: tx.Day[i]}
		if tx.Clock != nil {
			v.clock = tx.Clock[i]
		}
		o, ok := codes[v]
		if !ok {
			o = uint32(len(codes))
			codes[v] = o
			b = append(tx.Customers.AppendTo(b[:0], int(c)), '@')
			b = append(b, v.day.String()...)
			if tx.Clock != nil {
				b = append(b, 'T', byte('0'+v.clock/36000), byte('0'+v.clock/3600%10), byte('0'+v.clock/600%6), byte('0'+v.clock/60%10))
				b = append(b, byte('0'+v.clock%60/10), byte('0'+v.clock%10))
			}
			tx.Orders.Heap = append(tx.Orders.Heap, b...)
			tx.Orders.Ends = append(tx.Orders.Ends, uint32(len(tx.Orders.Heap)))
		}
		tx.Order[i] = o
	}
}
