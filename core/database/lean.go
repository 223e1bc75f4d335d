package database

import (
	"cmp"
	"context"
	"errors"
	"slices"
	"strings"

	"qunxiang/core"
	"qunxiang/core/feature"
	"qunxiang/core/ingest"
)

// lean is the adding up of a table as most are: every row a purchase, days and amounts
// of one form. It is one statement that goes over the table once, groups by the values as
// they are, and counts for each customer the rows that are otherwise ("odd"). Customers
// with such rows are read and added up here, with those who share an order with them.
type lean struct {
	sql   string
	odd   string // condition for an odd row
	scale int
}

// errNotLean says that the table is to be added up the general way.
var errNotLean = errors.New("not lean")

// How many rows may leave a server one by one for customers with odd rows, and how many
// customers may be named in a statement.
const (
	maxHere  = 1_000_000
	maxNamed = 1000
	heard    = 10_000 // after so many customers the progress says how many there are
)

// lean makes the statement, or errNotLean where the columns are not of the common kind.
func (p *pushdown) lean(ctx context.Context) (*lean, error) {
	x, k, typ := p.raw(core.RoleCustomer)
	if k == kindOpaque || k == kindFloat {
		return nil, errNotLean
	}
	key := p.d.group(p.d.text(x, k))
	by := key
	switch {
	case k == kindAny:
		by = p.d.group(x)
	case k == kindExact && strings.Contains(typ, "INT"):
		by = x // sorts in half the time of its text
	}
	day, goodDay, width, err := p.leanDay(ctx)
	if err != nil {
		return nil, err
	}
	orders, oddOrder, goodOrder, err := p.leanOrders(ctx, day, width)
	if err != nil {
		return nil, err
	}
	money, goodMoney, scale, err := p.leanMoney(ctx)
	if err != nil {
		return nil, err
	}
	goodStatus, err := p.leanStatus(ctx)
	if err != nil {
		return nil, err
	}
	good := slices.DeleteFunc([]string{goodDay, goodMoney, goodOrder, goodStatus}, func(s string) bool { return s == "" })
	odd := "CASE WHEN " + strings.Join(good, " AND ") + " THEN 0 ELSE 1 END"
	first, last := "min("+day+")", "max("+day+")"
	if width == 0 {
		dx, dk, _ := p.raw(core.RoleDate)
		first, last = p.d.day("min("+dx+")", dk, p.plan.Unix), p.d.day("max("+dx+")", dk, p.plan.Unix)
	}
	sql := "SELECT " + key + " AS qx_key,\n  " + first + " AS qx_first,\n  " + last + " AS qx_last,\n  " + orders + " AS qx_orders,\n  count(DISTINCT " + day +
		") AS qx_days,\n  sum(" + money + ") AS qx_money,\n  count(*) AS qx_rows,\n  sum(" + odd + ") AS qx_odd,\n  " + oddOrder + " AS qx_odd_orders\nFROM " +
		p.from + "\nGROUP BY " + by
	return &lean{sql: sql, odd: odd + " = 1", scale: scale}, nil
}

// raw is the column in a role as it is in the table.
func (p *pushdown) raw(r core.Role) (string, kind, string) {
	x, k, _ := p.column(r)
	if x == "" {
		return "", k, ""
	}
	return "q." + x, k, p.cols[p.plan.Role[r]].typ
}

// leanDay is the day of a row in a form that compares cheaply, and the condition for its
// being one. width is the length of a text that holds it, 0 where the column has days or
// moments of its own type.
func (p *pushdown) leanDay(ctx context.Context) (day, good string, width int, err error) {
	x, k, _ := p.raw(core.RoleDate)
	switch {
	case p.plan.Serial || p.plan.Unix:
		return "", "", 0, errNotLean
	case k == kindDate || k == kindTime:
		return p.d.native(x), x + " IS NOT NULL", 0, nil
	case k != kindText && k != kindAny:
		return "", "", 0, errNotLean
	}
	one, err := collect(ctx, p.s, "SELECT "+p.d.text(x, k)+" AS w FROM "+p.from+" WHERE "+x+" IS NOT NULL LIMIT 1", 1, 1)
	if err != nil || len(one) != 1 {
		return "", "", 0, cmp.Or(err, errNotLean)
	}
	sample := one[0][0]
	if width = len(sample); width != 10 && width != 19 {
		return "", "", 0, errNotLean
	}
	if _, err := core.ParseDate(sample[:10]); err != nil {
		return "", "", 0, errNotLean
	}
	if width == 10 {
		return p.d.group(x), p.d.plainDay(x, sample), width, nil
	}
	return p.d.group(p.d.day(x, kindText, false)), p.d.plainDay(x, sample), width, nil
}

// leanOrders counts orders. oddOrder counts the numbers that would have to be trimmed
// before they are compared; good is the condition for an order's being none of a test.
func (p *pushdown) leanOrders(ctx context.Context, day string, width int) (orders, oddOrder, good string, err error) {
	x, k, typ := p.raw(core.RoleOrder)
	switch {
	case x == "":
		return p.leanVisits(day, width), "0", "", nil
	case k == kindExact && strings.Contains(typ, "INT"):
		return "count(DISTINCT " + x + ") + count(*) - count(" + x + ")", "0", "", nil
	case k != kindText && k != kindAny || p.plan.Float[core.RoleOrder]:
		return "", "", "", errNotLean
	}
	t := x
	if k == kindText {
		t = p.d.text(x, k)
	}
	orders = "count(DISTINCT " + p.d.group(t) + ") + count(*) - count(" + x + ")"
	var odd []string
	if k == kindAny {
		form, err := p.leanForm(ctx, x)
		if err != nil {
			return "", "", "", err
		}
		odd = []string{"typeof(" + x + ") NOT IN ('null', " + literal(form) + ")"}
		if form == "integer" {
			return orders, countAny(odd), "", nil
		}
	}
	odd = append(odd, t+" = ''", p.d.group(t)+" <> "+p.d.group(p.d.trim(t)))
	return orders, countAny(odd), p.leanNoTest(x, t), nil
}

// leanVisits counts orders where no column numbers them: by row, or by day or moment where
// the rows of one visit belong together.
func (p *pushdown) leanVisits(day string, width int) string {
	x, k, _ := p.raw(core.RoleDate)
	switch {
	case !p.plan.Visits:
		return "count(*)"
	case k == kindDate || width == 10:
		return "count(DISTINCT " + day + ")"
	case k == kindTime:
		return "count(DISTINCT " + p.d.second(x, k, false) + ")"
	}
	return "count(DISTINCT " + p.d.group(p.d.second(x, kindText, false)) + ")"
}

// leanForm is how a column without a type of its own holds its first value: other forms
// are not compared here.
func (p *pushdown) leanForm(ctx context.Context, x string) (string, error) {
	one, err := collect(ctx, p.s, "SELECT typeof("+x+") AS w FROM "+p.from+" WHERE "+x+" IS NOT NULL LIMIT 1", 1, 1)
	if err != nil || len(one) != 1 {
		return "", cmp.Or(err, errNotLean)
	}
	if form := one[0][0]; form == "integer" || form == "text" {
		return form, nil
	}
	return "", errNotLean
}

// leanNoTest is the condition for an order's being none of a test; t is the text of x.
func (p *pushdown) leanNoTest(x, t string) string {
	var test []string
	for _, w := range shortest(ingest.TestWords()) {
		test = append(test, p.d.starts(t, w))
	}
	return "(" + x + " IS NULL OR NOT (" + strings.Join(test, " OR ") + "))"
}

// countAny counts the rows for which one of the conditions holds.
func countAny(conditions []string) string {
	return "sum(CASE WHEN " + strings.Join(conditions, " OR ") + " THEN 1 ELSE 0 END)"
}

// shortest leaves out the words that begin with another.
func shortest(words []string) []string {
	slices.Sort(words)
	var out []string
	for _, w := range words {
		if n := len(out); n == 0 || !strings.HasPrefix(w, out[n-1]) {
			out = append(out, w)
		}
	}
	return out
}

// leanMoney is the amount and the condition for its being more than nothing.
func (p *pushdown) leanMoney(ctx context.Context) (money, good string, scale int, err error) {
	roles := []core.Role{core.RoleAmount}
	if _, ok := p.plan.Role[core.RoleAmount]; !ok {
		roles = []core.Role{core.RoleQuantity, core.RolePrice}
		if _, k, _ := p.raw(roles[0]); k == kindOpaque {
			return "0", "", 0, nil
		}
		if _, k, _ := p.raw(roles[1]); k == kindOpaque {
			return "0", "", 0, nil
		}
	}
	var parts, goods []string
	for _, r := range roles {
		x, k, _ := p.raw(r)
		if k != kindExact && k != kindFloat && k != kindAny {
			return "", "", 0, errNotLean
		}
		s, err := p.leanScale(ctx, x)
		if err != nil {
			return "", "", 0, err
		}
		m, g := p.d.positive(x, k, s)
		parts, goods, scale = append(parts, m), append(goods, g), scale+s
	}
	return strings.Join(parts, " * "), strings.Join(goods, " AND "), scale, nil
}

// leanScale finds how many decimal places the first rows need, where that matters.
func (p *pushdown) leanScale(ctx context.Context, x string) (int, error) {
	if p.d.inexact(x, 0) == "" {
		return 0, nil
	}
	parts := make([]string, maxScale+1)
	for s := range parts {
		parts[s] = "coalesce(sum(CASE WHEN " + p.d.inexact("x", s) + " THEN 1 ELSE 0 END), 0)"
	}
	rows, err := collect(ctx, p.s, "SELECT "+strings.Join(parts, ", ")+" FROM (SELECT "+x+" AS x FROM "+p.from+" LIMIT "+itoa(headRows)+") AS h", len(parts), 1)
	if err != nil || len(rows) != 1 {
		return 0, cmp.Or(err, errNotLean)
	}
	if s := slices.Index(rows[0], "0"); s >= 0 && s <= 6 {
		return max(s, 2), nil
	}
	return 0, errNotLean
}

// leanStatus is the condition for a status of the first rows that changes nothing.
func (p *pushdown) leanStatus(ctx context.Context) (string, error) {
	x, k, _ := p.raw(core.RoleStatus)
	if x == "" {
		return "", nil
	}
	t := p.d.text(x, k)
	rows, err := collect(ctx, p.s, "SELECT DISTINCT h.w AS w FROM (SELECT "+t+" AS w FROM "+p.from+" LIMIT "+itoa(headRows)+") AS h WHERE h.w IS NOT NULL LIMIT 101", 1, 101)
	if err != nil || len(rows) > 100 {
		return "", cmp.Or(err, errNotLean)
	}
	var plain []string
	for _, r := range rows {
		if why, partial := ingest.StatusReason(r[0]); why == "" && !partial && ingest.Trim(r[0]) == r[0] {
			plain = append(plain, r[0])
		}
	}
	if len(plain) == 0 {
		return "", errNotLean
	}
	slices.Sort(plain)
	return "(" + x + " IS NULL OR " + t + " IN " + p.list(plain) + ")", nil
}

// leanSums runs the statement. What it cannot answer is errNotLean.
func (p *pushdown) leanSums(ctx context.Context, l *lean, here int, pr core.Progress) (*sums, error) {
	g, err := p.groups(ctx, l, pr)
	if err != nil {
		return nil, err
	}
	p.counts = map[string]int{}
	out := &sums{last: core.NoDate}
	if g.odd > 0 || len(g.named) > 0 {
		if g.odd > here || len(g.named) > maxNamed || p.plan.Detected.Refunds == core.RefundDrop {
			return nil, errNotLean
		}
		pr(0.7, core.Message{Key: "stage.database_rows"})
		if err := p.readOdd(ctx, l, g, out, pr); err != nil {
			return nil, err
		}
	}
	if err := p.take(ctx, g, out); err != nil {
		return nil, err
	}
	if p.asOf != core.NoDate && out.last > p.asOf {
		return nil, errNotLean
	}
	if p.counts[""] == 0 {
		return nil, p.nothing()
	}
	return out, nil
}

// take takes over the customers whose rows were not read, and counts the rows of the rest.
func (p *pushdown) take(ctx context.Context, g *grouped, out *sums) error {
	for _, t := range g.of {
		if out.seen[t.key] {
			continue
		}
		p.counts[""] += t.rows
		out.of = append(out.of, t)
		out.last = max(out.last, t.last)
	}
	for _, t := range g.test {
		if !out.seen[t.raw] {
			p.counts["test_order"] += t.rows
		}
	}
	missing := g.null
	for _, t := range g.missing {
		if !out.seen[t.raw] {
			missing += t.rows
		}
	}
	return p.blank(ctx, missing, g.null)
}

// oddRows selects the rows of the customers that the statement cannot add up: those with
// an odd row, with an order that has one, and the named.
func (p *pushdown) oddRows(l *lean, g *grouped) string {
	all, _, _ := strings.Cut(p.relation.statement(0), "\nFROM ")
	x, k, _ := p.raw(core.RoleCustomer)
	key, inner := p.d.group(p.d.text(x, k)), " FROM "+p.from+" WHERE "+l.odd
	var where []string
	if g.odd > 0 {
		where = append(where, key+" IN (SELECT "+key+" AS w"+inner+" AND "+x+" IS NOT NULL)")
	}
	if o, ok, _ := p.raw(core.RoleOrder); o != "" && g.odd > 0 {
		t := p.d.group(p.d.text(o, ok))
		where = append(where, key+" IN (SELECT "+key+" AS w FROM "+p.from+" WHERE "+x+" IS NOT NULL AND "+t+" IN (SELECT "+t+" AS w"+inner+" AND "+o+" IS NOT NULL))")
	}
	if len(g.named) > 0 {
		where = append(where, key+" IN "+p.list(g.named))
	}
	return all + "\nFROM " + p.from + "\nWHERE " + strings.Join(where, "\n  OR ")
}

// readOdd reads the rows that the statement leaves over. Where none of them counts, an
// import would refuse them all and say of one reason only: then the rows of a customer
// who is in order are read along.
func (p *pushdown) readOdd(ctx context.Context, l *lean, g *grouped, s *sums, pr core.Progress) error {
	s.seen = map[string]bool{}
	err := p.readHere(ctx, hereRows{sql: p.oddRows(l, g), from: 0.7}, s, pr)
	if len(g.of) == 0 || !noneCounts(err) {
		return err
	}
	few := slices.MinFunc(g.of, func(a, b tally) int { return cmp.Or(cmp.Compare(a.rows, b.rows), cmp.Compare(a.key, b.key)) })
	g.named = append(g.named, few.raw)
	clear(s.seen)
	if err := p.readHere(ctx, hereRows{sql: p.oddRows(l, g), from: 0.7}, s, pr); err != nil {
		return err
	}
	s.open--
	s.openRows -= few.rows
	return nil
}

// hereRows are rows to be read and added up here.
type hereRows struct {
	sql    string
	from   float64 // where the progress is
	expect int64   // how many there are, 0 = not known
}

// readHere reads rows and leaves them to [pushdown.addLinked]. It notes whose they are
// where s.seen is there for that.
func (p *pushdown) readHere(ctx context.Context, h hereRows, s *sums, pr core.Progress) error {
	src := p.rows(h.sql)
	src.Expect = h.expect
	open, at := src.Open, p.plan.Role[core.RoleCustomer]
	if s.seen != nil {
		src.Open = func(ctx context.Context) (ingest.Rows, error) {
			r, err := open(ctx)
			return &noting{Rows: r, at: at, seen: s.seen, float: p.plan.Float[core.RoleCustomer]}, err
		}
	}
	res, err := ingest.ReadRows(ctx, src, p.rowOptions(), func(f float64, _ core.Message) {
		pr(h.from+(0.95-h.from)*f, core.Message{Key: "stage.database_rows"})
	})
	if err != nil {
		return err
	}
	s.tx, s.openRows, s.open = res.Transactions, res.Report.Rows.In, res.Transactions.Customers.Len()
	p.counts[""] += res.Report.Rows.Used
	for _, e := range res.Report.Rows.Excluded {
		p.counts[e.Reason] += e.Count
	}
	for _, h := range res.Report.Hints {
		if h.Key == "import.hint.partial_refunds" {
			p.plan.Hints = append(p.plan.Hints, h)
		}
	}
	if _, last := feature.Span(s.tx); last != core.NoDate {
		s.last = max(s.last, last)
	}
	return nil
}

// everyRow reads the whole table, of about so many rows, where that is quicker than
// anything else.
func (p *pushdown) everyRow(ctx context.Context, rows int64, out *core.Aggregated, pr core.Progress) (*sums, error) {
	p.counts = map[string]int{}
	out.Statement = p.relation.statement(0)
	s := &sums{last: core.NoDate}
	err := p.readHere(ctx, hereRows{sql: out.Statement, from: 0.05, expect: rows}, s, pr)
	s.open = 0 // nobody in particular
	p.plan.Hints = append(p.plan.Hints, core.Message{Key: "database.hint.file_read"})
	return s, err
}

// noting notes the customers of the rows that pass.
type noting struct {
	ingest.Rows
	at    int
	seen  map[string]bool
	float bool
}

// Next implements ingest.Rows.
func (r *noting) Next(ctx context.Context, cells [][]byte) error {
	if err := r.Rows.Next(ctx, cells); err != nil {
		return err
	}
	if c := cells[r.at]; c != nil && !r.seen[string(c)] {
		r.seen[string(c)] = true
		r.seen[plainKey(string(c), r.float)] = true
	}
	return nil
}

// blank counts the rows without a customer. Of those whose cell is empty some may have
// nothing at all.
func (p *pushdown) blank(ctx context.Context, missing, null int) error {
	if missing > 0 {
		p.counts["missing_customer"] += missing
	}
	if null == 0 {
		return nil
	}
	all := make([]string, len(p.cols))
	for i, c := range p.cols {
		all[i] = p.d.quote(c.name) + " IS NULL"
	}
	n, err := collect(ctx, p.s, "SELECT count(*) AS n FROM "+p.from+" WHERE "+strings.Join(all, " AND "), 1, 1)
	if err != nil || len(n) != 1 {
		return cmp.Or(err, errNotLean)
	}
	if empty := int(max(0, whole(n[0][0]))); empty > 0 {
		p.counts["blank_row"] += empty
		if p.counts["missing_customer"] -= empty; p.counts["missing_customer"] <= 0 {
			delete(p.counts, "missing_customer")
		}
	}
	return nil
}
