package ingest

import (
	"slices"

	"qunxiang/core"
)

// setRoles decides what the rows are and which column fills which role.
func (l *layout) setRoles(ps []*profile, body [][]string, o core.ImportOptions) error {
	fixed, err := l.fixedRoles(o)
	if err != nil {
		return err
	}
	cols, conf := assign(ps, fixed, l.header >= 0)
	for r, column := range o.Map {
		if column == "" { // the user said that no column has it
			delete(cols, r)
		}
	}
	l.kind, l.asked = o.Kind, o.Kind != ""
	if l.kind == "" {
		l.kind = guessRecords(ps, cols, fixed, l.header >= 0)
	}
	if l.kind == "" {
		l.kind = guessKind(ps, cols, fixed)
	}
	l.det.Kind = l.kind
	switch l.kind {
	case core.SourceCustomers:
		l.customerRoles(ps, cols, conf, fixed)
		return l.renameAttributes(fixed)
	case core.SourceSurvey, core.SourceComments, core.SourceEvents:
		return l.recordRoles(ps, fixed, o)
	case core.SourceTransactions:
	default:
		return userError("kind_unsupported", "as", core.Args{"kind": string(l.kind)})
	}
	l.transactionRoles(ps, cols, conf, fixed)
	l.setGrain(ps, body, o)
	l.orderTotals(ps, body, fixed)
	l.det.Refunds = o.Refunds
	if o.Refunds == "" {
		l.det.Refunds = core.RefundNet
	}
	return l.requireRoles()
}

// wide reports whether every column of the file is read: of all kinds but purchases.
func (l *layout) wide() bool { return l.kind != core.SourceTransactions }

// guessKind tells transactions from customers. A row per purchase has a date; a row
// per customer has no date of a purchase, and no customer twice.
func guessKind(ps []*profile, cols, fixed map[core.Role]int) core.SourceKind {
	date, hasDate := cols[core.RoleDate]
	cust, hasCust := cols[core.RoleCustomer]
	_, hasOrder := cols[core.RoleOrder]
	_, fixedDate := fixed[core.RoleDate]
	switch {
	case fixedDate || hasDate && hasOrder:
		return core.SourceTransactions
	case !hasDate:
		return kindWithoutDate(ps, cols)
	case hasCust && oneRowEach(ps[cust]) && len(ps) >= 4 && weakDate(ps[date].name, ps[cust].n):
		return core.SourceCustomers
	}
	return core.SourceTransactions
}

// weakDate reports whether a date column, in a table of n rows in which no customer
// comes twice, hardly speaks for purchases.
func weakDate(header string, n int) bool {
	s := headerScore(header)[core.RoleDate]
	return n >= 50 && s < 95 || n >= 3 && s < 65
}

// kindWithoutDate takes what has money for an order, or several times for a customer,
// as purchases: the missing date will then be said.
func kindWithoutDate(ps []*profile, cols map[core.Role]int) core.SourceKind {
	cust, hasCust := cols[core.RoleCustomer]
	_, hasOrder := cols[core.RoleOrder]
	_, hasAmount := cols[core.RoleAmount]
	_, hasPrice := cols[core.RolePrice]
	if hasOrder && (hasAmount || hasPrice) || hasCust && hasAmount && (len(ps) <= 4 || !oneRowEach(ps[cust])) {
		return core.SourceTransactions
	}
	return core.SourceCustomers
}

// oneRowEach reports whether hardly any value of the column comes twice.
func oneRowEach(p *profile) bool { return p.n > 0 && p.unique() >= 0.98 }

// customerRoles keeps only the key of a table with a row per customer.
func (l *layout) customerRoles(ps []*profile, cols map[core.Role]int, conf map[core.Role]float64, fixed map[core.Role]int) {
	l.roles = map[core.Role]int{}
	c, ok := cols[core.RoleCustomer]
	_, chosen := fixed[core.RoleCustomer]
	named := l.asked && conf[core.RoleCustomer] > 0.8 // duplicates will be said
	if ok && (chosen || named || oneRowEach(ps[c])) {
		l.setRole(core.RoleCustomer, c, conf[core.RoleCustomer])
		return
	}
	l.hints = append(l.hints, core.Message{Key: "import.hint.row_as_customer"})
}

// renameAttributes gives columns the names that the user mapped them to: in a table of
// customers every role but the customer's is the name of an attribute.
func (l *layout) renameAttributes(fixed map[core.Role]int) error {
	l.attributes = slices.Clone(l.names)
	for r, c := range fixed {
		if r != core.RoleCustomer {
			l.attributes[c] = string(r)
			l.setRole(r, c, 1)
		}
	}
	key, hasKey := l.roles[core.RoleCustomer]
	seen := map[string]bool{}
	for i, name := range l.attributes {
		if hasKey && i == key {
			continue
		}
		if seen[name] {
			return userError("attribute_twice", "map", core.Args{"attribute": name})
		}
		seen[name] = true
	}
	return nil
}

func (l *layout) setRole(r core.Role, c int, conf float64) {
	l.roles[r] = c
	if l.det.Mapping == nil {
		l.det.Mapping = map[core.Role]string{}
	}
	l.det.Mapping[r] = l.names[c]
	l.det.Confidence["role."+string(r)] = conf
}

// transactionRoles settles the roles of a table of purchases.
func (l *layout) transactionRoles(ps []*profile, cols map[core.Role]int, conf map[core.Role]float64, fixed map[core.Role]int) {
	l.roles = map[core.Role]int{}
	settleMoney(cols, conf, fixed)
	if _, ok := cols[core.RoleCustomer]; !ok {
		if c, ok := guessCustomer(ps, cols); ok {
			cols[core.RoleCustomer], conf[core.RoleCustomer] = c, 0.4
		}
	}
	for _, r := range roleOrder {
		if c, ok := cols[r]; ok {
			l.setRole(r, c, conf[r])
		}
	}
	if c, ok := l.roles[core.RoleCustomer]; ok && conf[core.RoleCustomer] < 0.5 {
		l.hints = append(l.hints, core.Message{Key: "import.hint.customer_guessed", Args: core.Args{"column": l.names[c]}})
	}
	_, amount := l.roles[core.RoleAmount]
	_, quantity := l.roles[core.RoleQuantity]
	_, price := l.roles[core.RolePrice]
	if !amount && (!quantity || !price) {
		l.hints = append(l.hints, noAmount(ps))
	}
}

// settleMoney decides between an amount and quantity × price: what the user mapped
// counts, and a price alone is the amount.
func settleMoney(cols map[core.Role]int, conf map[core.Role]float64, fixed map[core.Role]int) {
	_, amount := fixed[core.RoleAmount]
	_, price := fixed[core.RolePrice]
	_, quantity := fixed[core.RoleQuantity]
	if !amount && price && quantity {
		delete(cols, core.RoleAmount)
	}
	_, amount = cols[core.RoleAmount]
	_, quantity = cols[core.RoleQuantity]
	if c, ok := cols[core.RolePrice]; ok && !amount && !quantity && !price {
		cols[core.RoleAmount], conf[core.RoleAmount] = c, 0.7
		delete(cols, core.RolePrice)
	}
}

// setGrain decides whether a row is an order or a line of one.
func (l *layout) setGrain(ps []*profile, body [][]string, o core.ImportOptions) {
	l.det.Grain = o.Grain
	l.det.Confidence["oneRowIs"] = 1
	if o.Grain != "" {
		l.grainFixed = true
		return
	}
	l.det.Grain, l.det.Confidence["oneRowIs"] = core.GrainOrder, 0.8
	if c, ok := l.roles[core.RoleOrder]; ok {
		if p := ps[c]; len(p.distinct) < p.n {
			l.det.Grain, l.det.Confidence["oneRowIs"] = core.GrainLine, 0.95
		}
		return
	}
	if _, ok := l.roles[core.RoleProduct]; ok && l.sameDayRows(body) {
		l.det.Grain, l.det.Confidence["oneRowIs"] = core.GrainLine, 0.7
	}
}

// sameDayRows reports whether a customer has several rows at one time.
func (l *layout) sameDayRows(body [][]string) bool {
	cust, ok1 := l.roles[core.RoleCustomer]
	date, ok2 := l.roles[core.RoleDate]
	if !ok1 || !ok2 {
		return false
	}
	type visit struct{ customer, date string }
	seen := map[visit]bool{}
	rows, again := 0, 0
	for _, r := range body {
		if max(cust, date) >= len(r) {
			continue
		}
		v := visit{r[cust], r[date]}
		rows++
		if seen[v] {
			again++
		}
		seen[v] = true
	}
	return again > 0
}

// requireRoles refuses a table of purchases that lacks a customer or a date.
func (l *layout) requireRoles() error {
	if _, ok := l.roles[core.RoleDate]; !ok {
		return dataErrorArgs("no_date_column", core.Where{Row: l.header + 1}, core.Args{"columns": l.names})
	}
	if _, ok := l.roles[core.RoleCustomer]; !ok {
		return dataErrorArgs("no_customer_column", core.Where{Row: l.header + 1}, core.Args{"columns": l.names})
	}
	return nil
}

// describe tells the user the columns as they are read.
func (l *layout) describe(ps []*profile) {
	byCol := map[int]core.Role{}
	for r, c := range l.roles {
		byCol[c] = r
	}
	for c, p := range ps {
		d := core.DetectedColumn{Name: l.names[c], Type: p.kind(), Role: byCol[c], Confidence: 0.9}
		if d.Role != "" {
			d.Confidence = l.det.Confidence["role."+string(d.Role)]
			delete(l.det.Confidence, "role."+string(d.Role))
		}
		if d.Role == core.RoleCustomer || d.Role == core.RoleOrder {
			d.Type = "id"
		}
		l.classify(c, &d, p)
		l.det.Columns = append(l.det.Columns, d)
	}
}
