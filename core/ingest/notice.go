package ingest

import (
	"bytes"
	"maps"
	"slices"
	"strings"

	"qunxiang/core"
	"qunxiang/core/ingest/internal/num"
)

// notice tells of columns that are not read and that change what the money means: another
// status, what was given back, money that was paid out, a currency.
func (l *layout) notice(ps []*profile, body [][]string) {
	if l.header < 0 {
		return
	}
	for _, c := range free(ps, l.roles) {
		if m, ok := l.unread(ps[c], c, body); ok {
			l.hints = append(l.hints, m)
		}
	}
}

// unread is what to tell of a column without a role.
func (l *layout) unread(p *profile, c int, body [][]string) (core.Message, bool) {
	say := func(key string, values []string) (core.Message, bool) {
		return core.Message{Key: key, Args: core.Args{"column": p.name, "values": values}}, len(values) > 0
	}
	name := fold(p.name)
	few := len(p.distinct) <= 40 && p.width <= 60
	switch {
	case few && len(p.distinct) > 1 && isWord("currencyheader", name):
		return say("import.hint.currency_column", firstOf(p.distinct, func(string) bool { return true }))
	case p.share(p.number) > 0.5 && (isWord("refund", name) || strings.Contains(name, "refund")):
		return say("import.hint.refund_column", firstOf(p.distinct, nonZero))
	case !few || p.share(p.number) > 0.5:
		return core.Message{}, false
	}
	if v := firstOf(l.purchases(body, c, outgoing), outgoing); len(v) > 0 && len(p.distinct) <= 4 {
		return say("import.hint.outgoing", v)
	}
	return say("import.hint.status_unread", firstOf(l.purchases(body, c, undone), undone))
}

// outgoing reports a word for money that was paid out.
func outgoing(s string) bool { return isWord("outgo", s) }

// purchases counts the cells of a column that fit, in rows that would count as purchases: with
// a customer and a day, no negative amount and no status that says the same.
func (l *layout) purchases(body [][]string, c int, fits func(string) bool) map[string]int {
	out := map[string]int{}
	for _, r := range body {
		v := cellAt(r, c)
		if v == "" || !fits(v) || cellAt(r, l.roles[core.RoleCustomer]) == "" || cellAt(r, l.roles[core.RoleDate]) == "" {
			continue
		}
		if a, ok := l.roles[core.RoleAmount]; ok {
			if d, ok := num.Parse([]byte(cellAt(r, a)), num.Style{}); ok && d.M <= 0 {
				continue
			}
		}
		if s, ok := l.roles[core.RoleStatus]; ok && stateOf(cellAt(r, s)) != done {
			continue
		}
		out[v]++
	}
	return out
}

// undone reports a cell that says that a purchase came to nothing.
func undone(s string) bool {
	if len([]rune(s)) > 12 && !strings.Contains(s, " ") {
		return false // a remark rather than a status
	}
	st := stateOf(s)
	return st == stateRefund || st == stateCancelled || st == statePartial
}

func nonZero(s string) bool {
	d, ok := num.Parse([]byte(s), num.Style{})
	return ok && d.M != 0
}

// firstOf returns the first three values that fit, in order.
func firstOf(values map[string]int, fits func(string) bool) []string {
	var out []string
	for _, v := range slices.Sorted(maps.Keys(values)) {
		if fits(v) && len(out) < 3 {
			out = append(out, v)
		}
	}
	return out
}

// masked counts customers whose name or number was made unreadable with asterisks.
func masked(d *core.Dict) (n int, example string) {
	if d == nil || bytes.IndexByte(d.Heap, '*') < 0 && !strings.Contains(d.Prefix, "*") {
		return 0, ""
	}
	for i := range d.Len() {
		if s := d.At(i); strings.Contains(s, "*") {
			if n++; n == 1 {
				example = s
			}
		}
	}
	return n, example
}

// withoutYear reports a date of a month and a day alone: 3/15, 03-15 or as it is written in
// Chinese.
func withoutYear(s string) bool {
	a, rest := leadingDigits(s)
	sep := []rune(rest)
	if a == 0 || a > 2 || len(sep) < 2 || !strings.ContainsRune("-/.\u6708", sep[0]) {
		return false
	}
	b, rest := leadingDigits(string(sep[1:]))
	if b == 0 || b > 2 {
		return false
	}
	rest = strings.TrimLeft(rest, "\u65E5\u53F7")
	return rest == "" || rest[0] == ' '
}

func leadingDigits(s string) (n int, rest string) {
	n = decimals([]byte(s))
	return n, s[n:]
}

// clipped is a cell as it is shown in a message.
func clipped(b []byte) string {
	r := []rune(string(bytes.ToValidUTF8(b, []byte(replaced))))
	if len(r) > 40 {
		return string(r[:40]) + "…"
	}
	return string(r)
}

// noAmount tells that nothing is money, and of an empty column that is called so: formulas
// that were saved without their results are read as empty cells.
func noAmount(ps []*profile) core.Message {
	for _, p := range ps {
		if p.n == 0 && headerScore(p.name)[core.RoleAmount] >= 80 {
			return core.Message{Key: "import.hint.empty_amount", Args: core.Args{"column": p.name}}
		}
	}
	return core.Message{Key: "import.hint.no_amount"}
}
