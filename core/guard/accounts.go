package guard

import (
	"math"
	"slices"
	"strings"
	"sync"

	"qunxiang/core"
	"qunxiang/core/feature"
	"qunxiang/sdk"
	"qunxiang/sdk/table"
)

// A customer with this share of all orders, among that many, is a till's collecting
// account and no person.
const (
	collects      = 0.05
	collectsAmong = 100
)

// testAccounts: customers that are no customers, by their keys or by their orders.
func testAccounts(l *look) []Finding {
	if l.Features == nil {
		return nil
	}
	var out []Finding
	if found := l.namedTest(); len(found) > 0 {
		out = append(out, Finding{
			Code: TestAccounts, Severity: sdk.SeverityWarning, Rows: len(found), Keys: l.customerKeys(found),
			Args: core.Args{"count": len(found), "why": core.Message{Key: "guard.accounts.named", Args: core.Args{"count": len(found)}}},
		})
	}
	if c, share := l.collector(); share > 0 {
		out = append(out, Finding{
			Code: TestAccounts, Severity: sdk.SeverityWarning, Rows: 1, Keys: l.customerKeys([]uint32{c}),
			Args: core.Args{"count": 1, "why": core.Message{Key: "guard.accounts.collector", Args: core.Args{"share": math.Round(1000*share) / 10}}},
		})
	}
	return out
}

// namedTest returns the customers of the run whose key is a test account's.
func (l *look) namedTest() []uint32 {
	if l.Keys == nil || l.Keys.Numbers != nil && !isTest([]byte(l.Keys.Prefix)) {
		return nil
	}
	var out []uint32
	var b []byte
	for _, r := range l.Rows {
		code := l.Features.Customers[r]
		if b = l.Keys.View(b, int(code)); isTest(b) {
			out = append(out, code)
		}
	}
	return out
}

// signs are the words of test accounts by their first byte.
var signs = sync.OnceValue(func() (by [256][]string) {
	for _, w := range words()["test"].within {
		by[w[0]] = append(by[w[0]], w)
		if u := strings.ToUpper(w)[0]; u != w[0] {
			by[u] = append(by[u], w)
		}
	}
	return by
})

// TestKey reports whether a customer's key is a test account's by its words.
func TestKey(key []byte) bool { return isTest(key) }

// isTest reports whether a key is a test account's: one of the whole words, or one that
// holds a sign. A sign in Latin letters begins and ends where a word does.
func isTest(key []byte) bool {
	const longest, longestNumber = 16, 8
	if plain(key) {
		numbered := len(key) > 0 && key[0] > '9' && key[len(key)-1] <= '9'
		return !numbered && len(key) <= longestNumber && words()["test"].whole[string(key)]
	}
	if len(key) <= longest && words()["test"].whole[strings.ToLower(string(key))] {
		return true
	}
	by := signs()
	for i, c := range key {
		for _, w := range by[c] {
			if i+len(w) <= len(key) && strings.EqualFold(string(key[i:i+len(w)]), w) && border(key, i, i+len(w)) {
				return true
			}
		}
	}
	return false
}

// plain reports whether a key is a number with at most two letters before it, as nearly
// all of a large project are: no sign fits into it.
func plain(key []byte) bool {
	for i, c := range key {
		if (c < '0' || c > '9') && (i > 1 || c|0x20 < 'a' || c|0x20 > 'z') {
			return false
		}
	}
	return true
}

func border(key []byte, from, to int) bool {
	letter := func(c byte) bool { return c|0x20 >= 'a' && c|0x20 <= 'z' }
	before := from > 0 && letter(key[from]) && letter(key[from-1])
	after := to < len(key) && letter(key[to-1]) && letter(key[to])
	return !before && !after
}

// collector returns the customer with the most orders where they are a collecting
// account's, and their share.
func (l *look) collector() (customer uint32, share float64) {
	c := l.Features.Table.Column(feature.Frequency)
	if c == nil || c.Kind != table.Int64 || len(l.Rows) < collectsAmong {
		return 0, 0
	}
	total, most := int64(0), int64(0)
	for _, r := range l.Rows {
		if c.Missing(int(r)) {
			continue
		}
		total += c.Ints[r]
		if c.Ints[r] > most {
			most, customer = c.Ints[r], l.Features.Customers[r]
		}
	}
	if total == 0 || float64(most) < collects*float64(total) {
		return 0, 0
	}
	return customer, float64(most) / float64(total)
}

// Diagnostics puts findings into sentences.
func Diagnostics(found []Finding, say func(core.Message) sdk.Text) []sdk.Diagnostic {
	var out []sdk.Diagnostic
	for _, f := range found {
		d := sdk.Diagnostic{Severity: f.Severity, Code: f.Code, Param: f.Param, Summary: say(f.Message()), Detail: say(f.Advice())}
		if len(f.Columns) > 0 {
			d.Column = f.Columns[0]
		}
		out = append(out, d)
	}
	return slices.Clip(out)
}
