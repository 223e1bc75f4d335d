package database

import (
	"cmp"
	"context"
	"errors"
	"io"
	"iter"
	"maps"
	"math"
	"slices"
	"strconv"
	"strings"

	"qunxiang/core"
	"qunxiang/core/ingest"
)

// pushdown is an adding up in SQL that is being prepared. What SQL cannot know, such as
// which word for a status means "cancelled", is asked of the database as a short list,
// decided here by the rules that an import has, and written into the statement.
type pushdown struct {
	*relation
	d    dialect
	plan *ingest.Plan
	asOf core.Date // NoDate = the day after the last

	with                     string // the statement's first part: u has the columns, and as texts those that matter
	key, date, order, amount string // expressions over the columns of u; "" = there is none
	scale                    int    // of amount where the database has no exact decimals
	badAmount                string // condition; "" = none is bad
	noAmount                 string // condition for "the cell is empty"
	link                     bool   // refunds can be linked by product and quantity

	badDays   []string            // texts in the form of a day that are none
	statuses  map[string][]string // by reason, of the status column
	tests     [2][]string         // customers and orders
	counts    map[string]int      // rows by reason, "" = used
	customers int                 // that have such rows
	refunds   bool                // there are rows that refund
	early     bool                // asOf lies before the last day
	partial   int                 // rows that tell of a refund of unknown size
}

// maxWords is how many different values a column may have that is looked through here.
const maxWords = 10_000

// plan looks at the first rows.
func plan(ctx context.Context, r *relation, o core.ImportOptions, asOf core.Date) (*pushdown, error) {
	if o.Kind != "" && o.Kind != core.SourceTransactions {
		return nil, userError("database_not_purchases", "as", nil)
	}
	o.Kind = core.SourceTransactions
	planned, err := ingest.PlanRows(ctx, r.source(headRows), o)
	if err != nil {
		return nil, err
	}
	p := &pushdown{relation: r, d: r.s.dialect(), plan: planned, asOf: asOf, statuses: map[string][]string{}, counts: map[string]int{}}
	_, product := planned.Role[core.RoleProduct]
	_, quantity := planned.Role[core.RoleQuantity]
	p.link = product && quantity
	return p, nil
}

// prepare asks the database what the general statement needs to know.
func (p *pushdown) prepare(ctx context.Context, pr core.Progress) error {
	p.counts = map[string]int{}
	for i, step := range []func(context.Context) error{p.keys, p.dates, p.money, p.status, p.testKeys, p.days, p.classify} {
		if err := step(ctx); err != nil {
			return err
		}
		pr(0.05*float64(i+1), core.Message{Key: "stage.database_look"})
	}
	return nil
}

// column is the column in a role, quoted, and what it holds; "" where none has it.
func (p *pushdown) column(r core.Role) (string, kind, string) {
	i, ok := p.plan.Role[r]
	if !ok {
		return "", kindOpaque, ""
	}
	c := p.cols[i]
	return p.d.quote(c.name), p.d.kind(c.typ), c.name
}

// label is a column as trimmed text, NULL where nothing is in it; "" where none has the role.
func (p *pushdown) label(r core.Role) string {
	if _, ok := p.plan.Role[r]; !ok {
		return ""
	}
	return "nullif(" + asText(r) + ", '')"
}

// asText is the column of u that has the trimmed text of the column in a role.
func asText(r core.Role) string { return "qx_" + string(r) }

// textOf lists the roles whose columns are needed as text.
func (p *pushdown) textOf() []core.Role {
	out := []core.Role{core.RoleCustomer, core.RoleDate, core.RoleOrder, core.RoleStatus}
	for _, r := range []core.Role{core.RoleAmount, core.RoleQuantity, core.RolePrice} {
		if x, k, _ := p.column(r); x != "" && p.d.badNumber(x, k) != "" {
			out = append(out, r)
		}
	}
	return out
}

func (p *pushdown) keys(context.Context) error {
	p.with = "WITH u AS (\n  SELECT q.*"
	for _, r := range p.textOf() {
		x, k, name := p.column(r)
		if x == "" {
			continue
		}
		if k == kindOpaque && (r == core.RoleCustomer || r == core.RoleOrder) {
			return dataError("database_key_type", name, nil)
		}
		t := p.d.trim(p.d.text("q."+x, k))
		if p.plan.Float[r] {
			t = p.d.unfloat(t)
		}
		p.with += ",\n    " + t + " AS " + asText(r)
	}
	p.with += "\n  FROM " + p.from + "\n)"
	p.key, p.order = p.label(core.RoleCustomer), p.label(core.RoleOrder)
	return nil
}

// dates finds the expression for the day. A column of texts may hold ISO days only, or
// what is no date at all.
func (p *pushdown) dates(ctx context.Context) error {
	x, k, name := p.column(core.RoleDate)
	texts := k == kindText || k == kindAny && !p.plan.Unix
	t := asText(core.RoleDate)
	var err error
	switch {
	case p.plan.Serial || k == kindOpaque || k == kindExact && !p.plan.Unix || k == kindFloat:
		err = dataError("database_date_text", name, core.Args{"example": ""})
	case k == kindAny && p.plan.Unix:
		err = p.nothingElse(ctx, "typeof("+x+") <> 'integer'", func(s string) bool { return ingest.IsDay(s) || ingest.IsNumber(s) })
		p.date = "CASE WHEN typeof(" + x + ") = 'integer' THEN " + p.d.day(x, k, true) + " END"
	case !texts:
		p.date = p.d.day(x, k, p.plan.Unix)
	default:
		err = p.nothingElse(ctx, "NOT "+p.d.iso(t), ingest.IsDay)
		p.date = "CASE WHEN " + p.d.iso(t) + " THEN " + p.d.day(t, kindText, false) + " END"
	}
	if err != nil {
		return err
	}
	if p.plan.Visits {
		second := p.d.second(x, k, p.plan.Unix)
		if texts {
			second = p.d.second(t, kindText, false)
		}
		p.order = p.d.join(p.d.join(p.key, "'@'"), second)
	}
	return nil
}

// nothingElse makes sure that what SQL does not read as a date is none for an import either.
func (p *pushdown) nothingElse(ctx context.Context, where string, readable func(string) bool) error {
	odd, err := p.words(ctx, asText(core.RoleDate), where)
	if err != nil {
		return err
	}
	if i := slices.IndexFunc(odd, readable); i >= 0 || len(odd) > maxWords {
		_, _, name := p.column(core.RoleDate)
		return dataError("database_date_text", name, core.Args{"example": odd[max(i, 0)]})
	}
	return nil
}

// words lists the different values of an expression where a condition holds, at most
// one more than maxWords, NULL left out.
func (p *pushdown) words(ctx context.Context, x, where string) ([]string, error) {
	rows, err := collect(ctx, p.s, p.with+"\nSELECT DISTINCT "+x+" AS w FROM u WHERE "+x+" IS NOT NULL AND ("+where+") LIMIT "+itoa(maxWords+1), 1, maxWords+1)
	if err != nil {
		return nil, err
	}
	out := make([]string, len(rows))
	for i, r := range rows {
		out[i] = r[0]
	}
	slices.Sort(out)
	return out, nil
}

// money finds the expression for the amount: a column, or quantity times price.
func (p *pushdown) money(ctx context.Context) error {
	roles := []core.Role{core.RoleAmount}
	if _, ok := p.plan.Role[core.RoleAmount]; !ok {
		roles = []core.Role{core.RoleQuantity, core.RolePrice}
		for _, r := range roles {
			if _, ok := p.plan.Role[r]; !ok {
				p.amount = "0"
				return nil
			}
		}
	}
	var parts, bad, none []string
	for _, r := range roles {
		x, k, name := p.column(r)
		if k != kindExact && k != kindFloat && k != kindAny {
			return dataError("database_amount_text", name, core.Args{"example": ""})
		}
		scale, err := p.scaleOf(ctx, x, name)
		if err != nil {
			return err
		}
		none = append(none, x+" IS NULL")
		if b := p.d.badNumber(x, k); b != "" {
			odd, err := p.words(ctx, asText(r), b)
			if err != nil {
				return err
			}
			if i := slices.IndexFunc(odd, ingest.IsNumber); i >= 0 || len(odd) > maxWords {
				return dataError("database_amount_text", name, core.Args{"example": odd[max(i, 0)]})
			}
			bad = append(bad, b)
			none = append(none, p.missing(asText(r)))
		}
		parts = append(parts, p.d.exact(x, k, scale))
		p.scale += scale
	}
	p.badAmount, p.noAmount = strings.Join(bad, " OR "), strings.Join(none, " OR ")
	p.amount = strings.Join(parts, " * ")
	if p.badAmount != "" {
		p.amount = "CASE WHEN NOT (" + p.badAmount + ") THEN " + p.amount + " END"
	}
	return nil
}

// maxScale is how many decimal places amounts may need where the database has no exact
// decimals.
const maxScale = 9

// scaleOf finds how many decimal places the numbers of a column need.
func (p *pushdown) scaleOf(ctx context.Context, x, name string) (int, error) {
	if p.d.inexact(x, 0) == "" {
		return 0, nil
	}
	places := "CASE"
	for s := range maxScale + 1 {
		places += " WHEN NOT " + p.d.inexact(x, s) + " THEN " + itoa(s)
	}
	sql := p.with + "\nSELECT coalesce(max(CASE WHEN typeof(" + x + ") IN ('integer', 'real') THEN abs(" + x + ") END), 0) AS top, count(*) AS n, " +
		"coalesce(max(" + places + " ELSE " + itoa(maxScale+1) + " END), 0) AS places FROM u"
	rows, err := collect(ctx, p.s, sql, 3, 1)
	if err != nil || len(rows) != 1 {
		return 0, err
	}
	top, err1 := strconv.ParseFloat(rows[0][0], 64)
	n, err2 := strconv.ParseFloat(rows[0][1], 64)
	s, err3 := strconv.Atoi(rows[0][2])
	if errors.Join(err1, err2, err3) == nil && s <= maxScale && top*math.Pow10(s)*max(1, n) < 9e18 && top*math.Pow10(s) < 1<<52 {
		return s, nil
	}
	return 0, dataError("database_amount_fine", name, core.Args{"places": maxScale})
}

// status sorts the words of the status column by what they mean.
func (p *pushdown) status(ctx context.Context) error {
	x := p.label(core.RoleStatus)
	if x == "" {
		return nil
	}
	rows, err := collect(ctx, p.s, p.with+"\nSELECT "+x+" AS w, count(*) AS n FROM u GROUP BY "+x+" LIMIT "+itoa(maxWords+1), 2, maxWords+1)
	if err != nil {
		return err
	}
	if len(rows) > maxWords {
		_, _, name := p.column(core.RoleStatus)
		return dataError("database_many_words", name, core.Args{"limit": maxWords})
	}
	for _, r := range rows {
		why, partial := ingest.StatusReason(r[0])
		if partial {
			p.partial += int(max(0, whole(r[1])))
		}
		if why != "" && r[0] != "" {
			p.statuses[why] = append(p.statuses[why], r[0])
		}
	}
	for _, words := range p.statuses {
		slices.Sort(words)
	}
	return nil
}

// testKeys finds the customers and orders that are named as tests.
func (p *pushdown) testKeys(ctx context.Context) error {
	for i, x := range []string{p.key, p.order} {
		if x == "" || i == 1 && p.plan.Visits {
			continue
		}
		var like []string
		for _, w := range ingest.TestWords() {
			like = append(like, p.d.starts(x, w))
		}
		found, err := p.words(ctx, x, strings.Join(like, " OR "))
		if err != nil {
			return err
		}
		if len(found) > maxWords {
			_, _, name := p.column([]core.Role{core.RoleCustomer, core.RoleOrder}[i])
			return dataError("database_many_words", name, core.Args{"limit": maxWords})
		}
		p.tests[i] = slices.DeleteFunc(found, func(s string) bool { return !ingest.IsTest(s) })
	}
	return nil
}

// days finds days that do not exist, and whether the as-of date lies before the last.
func (p *pushdown) days(ctx context.Context) error {
	c, err := p.s.query(ctx, p.with+"\nSELECT DISTINCT "+p.date+" AS d FROM u")
	if err != nil {
		return err
	}
	defer c.end()
	if len(c.columns()) != 1 {
		return errAnswer
	}
	cells := make([][]byte, 1)
	for {
		err := c.Next(ctx, cells)
		if isEOF(err) {
			slices.Sort(p.badDays)
			return nil
		}
		if err != nil {
			return err
		}
		switch d := string(cells[0]); {
		case cells[0] == nil:
		case len(d) != 10 || !ingest.IsDay(d):
			p.badDays = append(p.badDays, d)
		default:
			p.early = p.early || p.asOf != core.NoDate && d > p.asOf.String()
		}
		if len(p.badDays) > maxWords {
			_, _, name := p.column(core.RoleDate)
			return dataError("database_date_text", name, core.Args{"example": p.badDays[0]})
		}
	}
}

// classify counts the rows by what becomes of them, and looks for refunds.
func (p *pushdown) classify(ctx context.Context) error {
	sql := p.base("") + "\nSELECT r, count(*) AS n, sum(CASE WHEN a < 0 OR s = 1 THEN 1 ELSE 0 END) AS f, count(DISTINCT k) AS c\nFROM t GROUP BY r ORDER BY r"
	rows, err := collect(ctx, p.s, sql, 4, 100)
	if err != nil {
		return err
	}
	for _, r := range rows {
		p.counts[r[0]] += int(max(0, whole(r[1])))
		if r[0] == "" {
			n, err := count([]byte(r[2]))
			p.refunds = n > 0 || err != nil
			p.customers = int(max(0, whole(r[3])))
		}
	}
	if p.moneyless() {
		rows, err := collect(ctx, p.s, p.base("")+"\nSELECT count(*) AS n FROM t WHERE r = '' AND k NOT IN ("+paid+") AND EXISTS ("+paid+")", 1, 1)
		if err != nil || len(rows) != 1 {
			return cmp.Or(err, error(errAnswer))
		}
		if n := int(max(0, whole(rows[0][0]))); n > 0 {
			p.counts[""] -= n
			p.counts["zero_amount"] += n
		}
	}
	if p.counts[""] == 0 {
		return p.nothing()
	}
	return nil
}

// nothing is the error where no row counts, with the reason for which most are left out.
func (p *pushdown) nothing() error {
	best := "blank_row"
	if p.counts[""] > 0 { // what counts is refunded whole
		best = "order_refunded"
	}
	for _, why := range slices.Sorted(maps.Keys(p.counts)) {
		if why != "" && p.counts[why] > p.counts[best] {
			best = why
		}
	}
	return dataError("no_usable_rows", "", core.Args{"rows": p.report().Rows.In, "reason": core.Message{Key: "reason." + best}})
}

func isEOF(err error) bool { return errors.Is(err, io.EOF) }

func mapKeys(m map[string]int) iter.Seq[string] { return maps.Keys(m) }
