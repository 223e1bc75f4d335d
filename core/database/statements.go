package database

import (
	"maps"
	"slices"
	"strings"

	"qunxiang/core"
	"qunxiang/core/ingest"
)

// list writes texts as a list in SQL.
func (p *pushdown) list(words []string) string {
	out := make([]string, len(words))
	for i, w := range words {
		out[i] = p.d.literal(w)
	}
	return "(" + strings.Join(out, ", ") + ")"
}

// missing is the condition for "the text is a word for an empty cell".
func (p *pushdown) missing(x string) string {
	words, names := ingest.MissingWords()
	return "(" + p.d.lower(x) + " IN " + p.list(append([]string{""}, words...)) + " AND " + x + " NOT IN " + p.list(names) + ")"
}

// base is the beginning of every statement: v has a row for each row of the table, with
// customer, day, order, amount and status; t has the reason r for which a row is left
// out (” = none) and whether its status calls it refunded (s).
func (p *pushdown) base(more string) string {
	order, status := "NULL", "NULL"
	if p.order != "" {
		order = p.order
	}
	if x := p.label(core.RoleStatus); x != "" {
		status = x
	}
	var b strings.Builder
	b.WriteString(strings.Replace(p.with, " AS ", p.d.once(), 1) + ", v" + p.d.once() + "(\n  SELECT " + p.key + " AS k,\n    " + p.date + " AS d,\n    " + order + " AS o,\n    " + p.amount + " AS a,\n    " + status + " AS w,\n    " +
		p.lack() + " AS m\n  FROM u\n), t" + p.d.once() + "(\n  SELECT k, d, o, a, " + p.refunded() + " AS s,\n    CASE")
	for _, c := range p.reasons() {
		b.WriteString("\n      WHEN " + c[0] + " THEN '" + c[1] + "'")
	}
	b.WriteString("\n      ELSE '' END AS r\n  FROM v\n)")
	b.WriteString(more)
	return b.String()
}

// lack says what the cells of a row lack, as far as v does not show it: 1 a date (which
// is not a bad one), 2 an amount, 4 everything.
func (p *pushdown) lack() string {
	x, k, _ := p.column(core.RoleDate)
	date := x + " IS NULL"
	if k == kindText || k == kindAny {
		date = "(" + date + " OR " + p.missing(asText(core.RoleDate)) + ")"
	}
	all := make([]string, len(p.cols))
	for i, c := range p.cols {
		all[i] = p.d.quote(c.name) + " IS NULL"
	}
	out := "CASE WHEN " + date + " THEN 1 ELSE 0 END"
	if p.noAmount != "" {
		out += " + CASE WHEN " + p.noAmount + " THEN 2 ELSE 0 END"
	}
	return out + " + CASE WHEN " + strings.Join(all, " AND ") + " THEN 4 ELSE 0 END"
}

// refunded is 1 for a row whose status calls it refunded. A negative amount is a refund
// whatever its status.
func (p *pushdown) refunded() string {
	words := p.statuses["order_refunded"]
	if len(words) == 0 || p.plan.Detected.Refunds != core.RefundNet {
		return "0"
	}
	return "CASE WHEN w IN " + p.list(words) + " AND a >= 0 THEN 1 ELSE 0 END"
}

// reasons are the conditions for leaving a row out, in the order in which an import asks.
func (p *pushdown) reasons() [][2]string {
	money := p.amount != "0"
	out := [][2]string{{"m >= 4", "blank_row"}, {"k IS NULL OR " + p.missing("k"), "missing_customer"}, {"d IS NULL AND (m = 1 OR m = 3)", "missing_date"}, {"d IS NULL", "bad_date"}}
	if len(p.badDays) > 0 {
		out = append(out, [2]string{"d IN " + p.list(p.badDays), "bad_date"})
	}
	if money {
		out = append(out, [2]string{"a IS NULL AND m >= 2", "missing_amount"}, [2]string{"a IS NULL", "bad_amount"})
	}
	policy := p.plan.Detected.Refunds
	if money && policy == core.RefundNet {
		out = append(out, [2]string{"a = 0", "zero_amount"})
	}
	for i, x := range []string{"k", "o"} {
		if len(p.tests[i]) > 0 {
			out = append(out, [2]string{x + " IN " + p.list(p.tests[i]), "test_order"})
		}
	}
	for _, why := range slices.Sorted(maps.Keys(p.statuses)) {
		if why != "order_refunded" {
			out = append(out, [2]string{"w IN " + p.list(p.statuses[why]), why})
		}
	}
	if policy == core.RefundDrop {
		out = append(out, [2]string{"a < 0", "refund_dropped"})
		if words := p.statuses["order_refunded"]; len(words) > 0 {
			out = append(out, [2]string{"w IN " + p.list(words), "refund_dropped"})
		}
	}
	return out
}

// netting reports whether refunds are to be set off against orders.
func (p *pushdown) netting() bool { return p.refunds && p.plan.Detected.Refunds == core.RefundNet }

// upTo is the condition for "not after the as-of date", where rows are.
func (p *pushdown) upTo() string {
	if !p.early {
		return ""
	}
	return " AND d <= " + p.d.literal(p.asOf.String())
}

// refundParts are the tables that tell which refunds SQL can set off: f has the orders
// with a refund; hard has the customers whose refunds it cannot, see docs/sql.md.
func (p *pushdown) refundParts() string {
	hard := []string{"p > 0 AND n > 0 AND (k1 <> k2 OR d1 <> d2)", "x > 0 AND p > 0"}
	if !p.plan.Visits { // a cancellation may have the number of its order behind a C
		hard = append(hard, "p = 0 AND n > 0 AND ("+p.d.starts("f.o", "c")+")")
	}
	loose := ""
	switch {
	case p.early:
		hard = []string{"1 = 1"}
		loose = "a < 0"
	case p.link:
		hard = append(hard, "p = 0 AND n > 0")
		loose = "a < 0 AND o IS NULL"
	}
	sql := `, b` + p.d.once() + `(
  SELECT k, d, o, a, s FROM t WHERE r = ''
), f` + p.d.once() + `(
  SELECT o, min(k) AS k1, max(k) AS k2,
    min(CASE WHEN a >= 0 AND s = 0 THEN d END) AS d1, max(CASE WHEN a >= 0 AND s = 0 THEN d END) AS d2,
    sum(CASE WHEN a >= 0 AND s = 0 THEN 1 ELSE 0 END) AS p, sum(CASE WHEN a < 0 THEN 1 ELSE 0 END) AS n, sum(s) AS x,
    sum(CASE WHEN s = 1 THEN 0 ELSE a END) AS net
  FROM b WHERE o IS NOT NULL GROUP BY o
  HAVING sum(CASE WHEN a < 0 THEN 1 ELSE 0 END) + sum(s) > 0
), hard AS (
  SELECT b.k AS k FROM b INNER JOIN f ON b.o = f.o WHERE ` + "(" + strings.Join(hard, ") OR (") + ")"
	if loose != "" {
		sql += "\n  UNION ALL SELECT k FROM b WHERE " + loose
	}
	return sql + "\n)"
}

// statement adds up.
func (p *pushdown) statement() string {
	switch {
	case p.netting():
		return p.netted()
	case p.moneyless():
		return p.plain("\n  AND (k IN ("+paid+") OR NOT EXISTS ("+paid+"))") + "\nORDER BY 1"
	}
	return p.plain("") + "\nORDER BY 1"
}

// paid are the customers who paid anything.
const paid = "SELECT k FROM t WHERE r = '' AND a <> 0"

// moneyless reports whether customers who never paid anything are left out.
func (p *pushdown) moneyless() bool {
	return p.plan.Detected.Refunds == core.RefundDrop && p.amount != "0"
}

// plain is the statement where every row that counts is a purchase.
func (p *pushdown) plain(where string) string {
	return p.base("") + "\nSELECT k, min(d) AS first_day, max(d) AS last_day, count(DISTINCT o) + count(*) - count(o) AS orders,\n  count(DISTINCT d) AS days, " +
		"sum(a) AS money, max(d) AS last_any\nFROM t WHERE r = ''" + p.upTo() + where + "\nGROUP BY k"
}

// netted is the statement that sets refunds off against the order whose number they have.
func (p *pushdown) netted() string {
	buys := "b.a >= 0 AND b.s = 0 AND (f.o IS NULL OR f.net > 0)"
	stays := "(" + buys + ") OR b.a < 0 AND (f.o IS NULL OR f.p = 0 OR f.net < 0)"
	return p.base(p.refundParts()) + "\nSELECT b.k AS k, min(CASE WHEN " + buys + " THEN b.d END) AS first_day, max(CASE WHEN " + buys + " THEN b.d END) AS last_day,\n  " +
		"count(DISTINCT CASE WHEN " + buys + " THEN b.o END) + sum(CASE WHEN " + buys + " AND b.o IS NULL THEN 1 ELSE 0 END) AS orders,\n  " +
		"count(DISTINCT CASE WHEN " + buys + " THEN b.d END) AS days, sum(CASE WHEN b.s = 1 THEN 0 ELSE b.a END) AS money,\n  " +
		"max(CASE WHEN " + stays + " THEN b.d END) AS last_any\nFROM b LEFT JOIN f ON b.o = f.o\nWHERE b.k NOT IN (SELECT k FROM hard)" +
		strings.Replace(p.upTo(), "d <=", "b.d <=", 1) + "\nGROUP BY b.k\nORDER BY 1"
}

// openRows selects the rows of the customers whose refunds have to be linked here, "" for
// none.
func (p *pushdown) openRows() string {
	if !p.netting() {
		return ""
	}
	all, _, _ := strings.Cut(p.relation.statement(0), "\nFROM ")
	return p.base(p.refundParts()) + "\n" + all + "\nFROM u\nWHERE " + p.key + " IN (SELECT k FROM hard)"
}

// rowOptions let the rows be read as the statement reads them.
func (p *pushdown) rowOptions() core.ImportOptions {
	o := core.ImportOptions{Kind: core.SourceTransactions, Map: map[core.Role]string{}, Refunds: p.plan.Detected.Refunds, Grain: core.GrainOrder}
	for _, r := range []core.Role{
		core.RoleCustomer, core.RoleDate, core.RoleAmount, core.RoleOrder, core.RoleQuantity, core.RolePrice,
		core.RoleProduct, core.RoleCategory, core.RoleChannel, core.RoleStatus,
	} {
		o.Map[r] = ""
		if i, ok := p.plan.Role[r]; ok {
			o.Map[r] = p.plan.Columns[i]
		}
	}
	if _, numbered := p.plan.Role[core.RoleOrder]; numbered || p.plan.Visits {
		o.Grain = core.GrainLine
	}
	return o
}
