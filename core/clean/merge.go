package clean

import (
	"slices"

	"qunxiang/core"
)

// merge gives the rows, attributes and records of some customers to others.
func (w *work) merge(s Step) error {
	into := map[string]string{}
	w.eff.Customers = 0
	for _, g := range s.Args.Groups {
		to := w.present(g)
		if to == "" {
			continue
		}
		for _, from := range append([]string{g.To}, g.From...) {
			if from != to {
				into[from] = to
			}
		}
	}
	who := map[string]bool{}
	if err := w.mergeRows(into, who); err != nil {
		return err
	}
	w.mergeAttributes(s.Args.Groups, into, who)
	for i, r := range w.Records {
		w.Records[i] = w.mergeRecords(r, into, who)
	}
	w.eff.Customers = len(who)
	return w.ctx.Err()
}

// present is the customer who stays: To, or the first of From where the data lack To.
func (w *work) present(g Group) string {
	names := append([]string{g.To}, g.From...)
	there := map[string]bool{}
	look := func(d *core.Dict) {
		for name := range codesOfNames(d, names) {
			there[name] = true
		}
	}
	if w.Transactions != nil {
		look(w.Transactions.Customers)
	}
	if !there[g.To] && w.Attributes != nil {
		look(w.Attributes.Customers)
	}
	for i := 0; i < len(w.Records) && !there[g.To]; i++ {
		look(w.Records[i].Customers)
	}
	for _, n := range names {
		if there[n] {
			return n
		}
	}
	return ""
}

func (w *work) mergeRows(into map[string]string, who map[string]bool) error {
	t := w.Transactions
	if t.Rows() == 0 {
		return nil
	}
	codes := codesOfNames(t.Customers, namesOf(into))
	to := make(map[uint32]uint32, len(codes))
	for name, c := range codes {
		if target, ok := codes[into[name]]; ok && into[name] != "" {
			to[c] = target
		}
	}
	if len(to) == 0 {
		return nil
	}
	isFrom := newBits(t.Customers.Len())
	for c := range to {
		isFrom.set(c)
	}
	out := *t
	out.Customer, out.Summary = slices.Clone(t.Customer), nil
	moved := NewExamples(t)
	err := w.each(t.Rows(), func(i int) {
		if c := t.Customer[i]; isFrom.has(c) {
			out.Customer[i] = to[c]
			moved.Offer(i)
			w.eff.Rows++
			who[t.Customers.At(int(c))] = true
		}
	})
	for _, e := range moved.List() {
		e.Before, e.After = e.Customer, into[e.Customer]
		w.eff.Examples = append(w.eff.Examples, e)
	}
	w.Transactions = &out
	return err
}

func namesOf(into map[string]string) []string {
	out := make([]string, 0, 2*len(into))
	for from, to := range into {
		out = append(out, from, to)
	}
	return out
}

// mergeAttributes makes one row of those of a group: a value of To wins, then those of From
// in order.
func (w *work) mergeAttributes(groups []Group, into map[string]string, who map[string]bool) {
	a := w.Attributes
	if a == nil {
		return
	}
	rows := codesOfNames(a.Customers, namesOf(into))
	second := newBits(a.Customers.Len()) // rows that go
	rename := map[uint32]string{}        // rows of From that become To's
	others := map[uint32][]int32{}       // by the row that stays, what it is completed from
	for _, g := range groups {
		var kept []uint32
		to := g.To
		for _, name := range append([]string{g.To}, g.From...) {
			if r, ok := rows[name]; ok {
				kept = append(kept, r)
				if target := into[name]; target != "" {
					to = target
					who[name] = true
				} else {
					to = name
				}
			}
		}
		if len(kept) == 0 {
			continue
		}
		first := kept[0]
		if at, ok := rows[to]; ok {
			first = at
		} else {
			rename[first] = to
		}
		for _, r := range kept {
			if r != first {
				second.set(r)
				others[first] = append(others[first], int32(r))
			}
		}
	}
	if len(rename) == 0 && len(others) == 0 {
		return
	}
	w.eff.Rows += second.count() + len(rename)
	w.eff.Dropped += second.count()
	w.Attributes = joinRows(a, second, rename, others)
}

// joinRows drops the second rows, renames some and completes others.
func joinRows(a *core.Attributes, second bitset, rename map[uint32]string, more map[uint32][]int32) *core.Attributes {
	keep := others(second, a.Customers.Len())
	out := pickAttributes(a, keep)
	if len(rename) > 0 {
		d := &core.Dict{}
		for _, r := range keep {
			if name, ok := rename[uint32(r)]; ok {
				d.AppendString(name)
			} else {
				d.AppendString(a.Customers.At(int(r)))
			}
		}
		out.Customers = d
	}
	for i, r := range keep {
		for _, from := range more[uint32(r)] {
			for c := range out.Columns {
				if !has(&out.Columns[c], i) && has(&a.Columns[c], int(from)) {
					take(&out.Columns[c], i, &a.Columns[c], int(from))
				}
			}
		}
	}
	return out
}

// mergeRecords gives the rows of some customers to others.
func (w *work) mergeRecords(r *core.Records, into map[string]string, who map[string]bool) *core.Records {
	codes := codesOfNames(r.Customers, namesOf(into))
	to := map[uint32]uint32{}
	var added []string
	for _, name := range sortedKeys(codes) {
		target := into[name]
		if target == "" {
			continue
		}
		who[name] = true
		at, ok := codes[target]
		if !ok {
			at = uint32(r.Customers.Len() + len(added))
			codes[target] = at
			added = append(added, target)
		}
		to[codes[name]] = at
	}
	if len(to) == 0 {
		return r
	}
	out := *r
	if len(added) > 0 {
		out.Customers = pickEntries(&core.Dict{}, nil)
		for i := range r.Customers.Len() {
			out.Customers.AppendString(r.Customers.At(i))
		}
		for _, name := range added {
			out.Customers.AppendString(name)
		}
	}
	out.Customer = slices.Clone(r.Customer)
	for i, c := range r.Customer {
		if t, ok := to[c]; ok {
			out.Customer[i] = t
			w.eff.Rows++
		}
	}
	return &out
}
