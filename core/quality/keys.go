package quality

import (
	"bytes"
	"slices"

	"golang.org/x/text/width"

	"qunxiang/core"
	"qunxiang/core/clean"
	"qunxiang/core/guard"
)

// keys looks at the customers' keys: test accounts, collecting accounts, numbers that a
// spreadsheet has spoilt, and keys that differ in how they are written alone.
func (l *look) keys() {
	d, live := l.customers()
	if d.Len() == 0 {
		return
	}
	all := 0
	for _, is := range live {
		if is {
			all++
		}
	}
	l.collector()
	if d.Numbers != nil && !guard.TestKey([]byte(d.Prefix)) {
		return // running numbers
	}
	o := odd{}
	var b []byte
	for i := range d.Len() {
		if !live[i] {
			continue
		}
		key := d.View(b, i)
		if d.Numbers != nil {
			b = key
		}
		o.look(key, uint32(i))
	}
	l.oddKeys("test_accounts", Medium, o.tests, all, fix(clean.DropTests, clean.Args{}))
	l.oddKeys("scientific_keys", High, o.powers, all)
	l.oddKeys("keys_as_numbers", Low, o.floats, all)
	if len(o.clipped) >= 3 && 2*len(o.clipped) > o.long {
		l.oddKeys("clipped_keys", High, o.clipped, all)
	}
	l.written(d, live, all)
}

// odd are customers with odd keys, and how many keys are so long that a spreadsheet would
// round them.
type odd struct {
	tests, powers, floats, clipped []uint32
	long                           int
}

func (o *odd) look(key []byte, code uint32) {
	switch {
	case guard.TestKey(key):
		o.tests = append(o.tests, code)
	case power(key):
		o.powers = append(o.powers, code)
	case pointZero(key):
		o.floats = append(o.floats, code)
	}
	if len(key) >= 16 && digitsOnly(key) {
		o.long++
		if len(bytes.Trim(key[15:], "0")) == 0 {
			o.clipped = append(o.clipped, code)
		}
	}
}

// customers is the dictionary of the project's customers, and who of them still has data.
func (l *look) customers() (*core.Dict, []bool) {
	if l.tx.Rows() > 0 {
		live := make([]bool, l.tx.Customers.Len())
		for _, c := range l.tx.Customer {
			live[c] = true
		}
		return l.tx.Customers, live
	}
	if a := l.Data.Attributes; a != nil {
		return a.Customers, slices.Repeat([]bool{true}, a.Customers.Len())
	}
	return &core.Dict{}, nil
}

// oddKeys tells of customers with odd keys.
func (l *look) oddKeys(code string, s Severity, who []uint32, all int, fixes ...clean.Step) {
	if len(who) == 0 {
		return
	}
	i := Issue{Code: code, Dimension: Validity, Severity: s, Unit: Customers, Count: len(who), Share: share(len(who), all), Fixes: fixes}
	dict, _ := l.customers()
	if l.tx.Rows() > 0 {
		odd := map[uint32]bool{}
		for _, c := range who {
			odd[c] = true
		}
		sum := int64(0)
		for r, c := range l.tx.Customer {
			if odd[c] {
				sum += l.tx.Amount[r]
			}
		}
		i.Amount = l.currency(sum)
	}
	i.Args = core.Args{"amount": i.Amount}
	keys := make([]string, 0, len(who))
	for _, c := range who {
		keys = append(keys, dict.At(int(c)))
	}
	slices.Sort(keys)
	i.Examples = customers(keys)
	l.add(1, i)
}

// power reports a number with an exponent: 1.38E+10.
func power(key []byte) bool {
	at := bytes.IndexAny(key, "eE")
	if at < 1 || at+2 >= len(key) || key[at+1] != '+' {
		return false
	}
	return digitsOnly(key[at+2:]) && digitsOnly(bytes.Replace(key[:at], []byte("."), nil, 1))
}

// pointZero reports a whole number that was written as a fraction: 17850.0.
func pointZero(key []byte) bool {
	whole, part, ok := bytes.Cut(key, []byte("."))
	return ok && len(part) > 0 && digitsOnly(whole) && len(bytes.Trim(part, "0")) == 0
}

func digitsOnly(b []byte) bool {
	for _, c := range b {
		if c < '0' || c > '9' {
			return false
		}
	}
	return len(b) > 0
}

// A customer with this share of all orders, among that many customers, is a till's
// collecting account and no person.
const (
	collects      = 0.05
	collectsAmong = 100
)

// collector looks for the collecting account of a till.
func (l *look) collector() {
	rows := make([]int32, l.tx.Customers.Len())
	all := 0
	for i, c := range l.tx.Customer {
		if l.tx.Amount[i] > 0 {
			rows[c]++
			all++
		}
	}
	who, most, buyers := -1, int32(0), 0
	for c, n := range rows {
		if n > 0 {
			buyers++
		}
		if n > most {
			who, most = c, n
		}
	}
	if buyers < collectsAmong || float64(most) < collects*float64(all) {
		return
	}
	key := l.tx.Customers.At(who)
	i := Issue{
		Code: "collecting_account", Dimension: Validity, Severity: High, Unit: Rows, Count: int(most), Share: share(int(most), all),
		Examples: customers([]string{key}), Fixes: []clean.Step{fix(clean.DropCustomers, clean.Args{Customers: []string{key}})},
	}
	sum := int64(0)
	for r, c := range l.tx.Customer {
		if int(c) == who {
			sum += l.tx.Amount[r]
		}
	}
	i.Amount = l.currency(sum)
	i.Args = core.Args{"customer": key, "amount": i.Amount}
	l.add(0.5, i)
}

// written looks for keys that are one but for case, blanks and width.
func (l *look) written(d *core.Dict, live []bool, all int) {
	size := 1
	for size < 2*d.Len() {
		size *= 2
	}
	table := make([]int32, size)
	groups := map[int32][]string{} // by the entry seen first
	var b, other []byte
	l.each(d.Len(), func(i int) {
		if !live[i] {
			return
		}
		b = folded(d.AppendTo(b[:0], i))
		at := int(hash(b)) & (size - 1)
		for ; table[at] != 0; at = (at + 1) & (size - 1) {
			first := table[at] - 1
			other = folded(d.AppendTo(other[:0], int(first)))
			if bytes.Equal(b, other) {
				if groups[first] == nil {
					groups[first] = []string{d.At(int(first))}
				}
				groups[first] = append(groups[first], d.At(i))
				return
			}
		}
		table[at] = int32(i) + 1
	})
	if len(groups) == 0 {
		return
	}
	i := Issue{Code: "same_written", Dimension: Uniqueness, Severity: Medium, Unit: Customers}
	var merge []clean.Group
	told := map[string]bool{} // by core/identity
	for _, s := range l.Same {
		for _, k := range append([]string{s.To}, s.From...) {
			told[k] = true
		}
	}
	for _, g := range groups {
		if !slices.ContainsFunc(g, func(k string) bool { return !told[k] }) {
			continue
		}
		slices.Sort(g)
		merge = append(merge, clean.Group{To: g[0], From: g[1:]})
		i.Count += len(g) - 1
	}
	if len(merge) == 0 {
		return
	}
	slices.SortFunc(merge, func(a, b clean.Group) int { return bytes.Compare([]byte(a.To), []byte(b.To)) })
	for _, g := range merge[:min(len(merge), 5)] {
		i.Examples = append(i.Examples, clean.Example{Customer: g.To, Day: core.NoDate, Before: g.From[0], After: g.To})
	}
	i.Share, i.Fixes = share(i.Count, all), []clean.Step{fix(clean.Merge, clean.Args{Groups: merge})}
	i.Args = core.Args{"groups": len(merge), "a": merge[0].To, "b": merge[0].From[0]}
	l.add(1, i)
}

// folded brings a key, in place where it can, to half width and lower case without
// blanks around it.
func folded(key []byte) []byte {
	for i, c := range key {
		if c >= 0x80 {
			return bytes.ToLower(bytes.TrimSpace(width.Fold.Bytes(key)))
		}
		if c >= 'A' && c <= 'Z' {
			key[i] = c | 0x20
		}
	}
	return bytes.TrimSpace(key)
}

// hash is FNV-1a, stirred.
func hash(b []byte) uint64 {
	h := uint64(14695981039346656037)
	for _, c := range b {
		h = (h ^ uint64(c)) * 1099511628211
	}
	h = (h ^ h>>31) * 0x94d049bb133111eb
	return h ^ h>>29
}

// same tells of customers under several ids that were found by phone, e-mail or name.
func (l *look) same() {
	var sure, unsure []Same
	for _, s := range l.Same {
		if s.Sure {
			sure = append(sure, s)
		} else {
			unsure = append(unsure, s)
		}
	}
	l.sameAs("same_customer", sure, true)
	l.sameAs("perhaps_same", unsure, false)
}

func (l *look) sameAs(code string, found []Same, sure bool) {
	if len(found) == 0 {
		return
	}
	d, _ := l.customers()
	i := Issue{Code: code, Dimension: Uniqueness, Severity: Medium, Unit: Customers}
	w := 1.0
	if !sure {
		i.Severity, w = Low, 0.3
	}
	var merge []clean.Group
	for _, s := range found {
		i.Count += len(s.From)
		merge = append(merge, s.Group)
		if len(i.Examples) < 5 && len(s.From) > 0 {
			i.Examples = append(i.Examples, clean.Example{Customer: s.To, Day: core.NoDate, Before: s.From[0], After: s.To})
		}
	}
	i.Share, i.Args = share(i.Count, d.Len()), core.Args{"groups": len(merge)}
	if sure && !l.handled(func(s clean.Step) bool { return s.Kind == clean.Merge && s.Issue == code }) { // otherwise that step grows
		i.Fixes = []clean.Step{fix(clean.Merge, clean.Args{Groups: merge})}
	}
	l.add(w, i)
}
