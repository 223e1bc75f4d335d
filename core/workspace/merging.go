package workspace

import (
	"context"
	"math"

	"qunxiang/core"
	"qunxiang/core/feature"
	"qunxiang/core/ingest"
)

// merging is a file on its way into the data.
type merging struct {
	bundle
	file       string // base name
	sources    []core.Source
	report     core.ImportReport
	from       int // rows of the transactions before
	newAttrs   *core.Attributes
	newRecords []*core.Records
	asOf       core.Date // that runs use by default, where purchases or the user decide it; else NoDate
}

// merge adds what was read to the data.
func (m *merging) merge(ctx context.Context, res *ingest.Result) error {
	if err := m.join(ctx, res); err != nil {
		return err
	}
	m.numbered(res)
	if !res.Corrected {
		m.compareFormat(res)
	}
	switch {
	case res.Transactions != nil:
		if err := m.transactions(ctx, res); err != nil {
			return err
		}
	case res.Attributes != nil:
		before := m.attrs
		m.attrs = ingest.MergeAttributes(before, res.Attributes)
		if res.Corrected && before != nil { // they add, what the project has stays
			m.attrs = ingest.MergeAttributes(m.attrs, before)
		}
		m.newAttrs = m.attrs
		m.tx = withCustomers(m.tx, m.attrs.Customers)
	case res.Records != nil:
		m.rows(res.Records, res.Anonymous)
	}
	return ctx.Err()
}

// transactions adds purchases and tells what is new, changed and missing.
func (m *merging) transactions(ctx context.Context, res *ingest.Result) error {
	before, first, last := m.tx, m.report.FirstDate, m.report.LastDate
	join, numbered := ingest.Join, m.report.Detected.Mapping[core.RoleOrder] != ""
	if res.Corrected || !numbered { // of a visit without a number each of two files may have a part
		join = ingest.Complete
	}
	j, err := join(ctx, m.tx, res.Transactions, res.Gone, storedFiles(m.sources, m.tx.Rows()))
	if err != nil {
		return err
	}
	m.tx = j.Transactions
	if m.report.Diff = &j.Diff; !numbered {
		j.Diff.Changed = 0
	}
	if j.Duplicates > 0 || m.tx.Void != nil {
		if j.Duplicates > 0 {
			m.report = withoutDuplicates(m.report, j.Duplicates)
		}
		m.added(before)
	}
	m.tell(j, first, last)
	return nil
}

// storedFiles are how many rows each source of purchases put into the project, nil
// where they do not add up to what is there.
func storedFiles(sources []core.Source, rows int) []int {
	var out []int
	for _, s := range sources {
		if s.Kind == core.SourceTransactions {
			out = append(out, storedRows(s))
			rows -= storedRows(s)
		}
	}
	if rows != 0 {
		return nil
	}
	return out
}

// added turns the report of a file into that of what it changed: its new rows, and what
// they and the rows that gave way come to.
func (m *merging) added(before *core.Transactions) {
	tx, r := m.tx, &m.report
	rows := *tx
	if rows.Void != nil {
		rows.Void = append(make([]bool, 0, tx.Rows()), tx.Void...)
		for i := range m.from { // only the new rows
			rows.Void[i] = true
		}
	} else {
		rows = core.Transactions{
			Customers: tx.Customers, Customer: tx.Customer[m.from:], Day: tx.Day[m.from:], Amount: tx.Amount[m.from:], Scale: tx.Scale, Orders: tx.Orders,
		}
		if tx.Order != nil {
			rows.Order = tx.Order[m.from:]
		}
		if tx.Refund != nil {
			rows.Refund = tx.Refund[m.from:]
		}
	}
	live := ingest.Live(&rows)
	r.Lines, r.Orders, r.Stored = live.Rows(), countOrders(live, 0), 0
	if n := tx.Rows() - m.from; n != r.Lines {
		r.Stored = n
	}
	seen := make([]bool, tx.Customers.Len())
	r.Customers = 0
	for _, c := range live.Customer {
		if !seen[c] {
			seen[c] = true
			r.Customers++
		}
	}
	r.FirstDate, r.LastDate = core.NoDate, core.NoDate
	if live.Rows() > 0 {
		r.FirstDate, r.LastDate = feature.Span(live)
	}
	if r.Amount = total(live); tx.Void != nil {
		units := math.Pow10(tx.Scale)
		r.Amount = math.Round((total(ingest.Live(tx))-total(ingest.Live(before)))*units) / units
	}
}

// tell says in words what a file of the given days changed in the project.
func (m *merging) tell(j *ingest.Joined, first, last core.Date) {
	d := j.Diff
	if d.Changed > 0 {
		m.hint("import.hint.orders_changed", core.Args{"count": d.Changed, "examples": d.Examples.Changed, "replaced": j.Replaced, "withdrawn": j.Withdrawn})
	}
	if d.Vanished > 0 {
		m.hint("import.hint.orders_vanished", core.Args{"count": d.Vanished, "examples": d.Examples.Vanished, "from": first, "to": last})
	}
	if j.Linked > 0 {
		m.fewerUnlinked(j.Settled)
		m.hint("import.hint.refunds_linked", core.Args{"count": j.Linked})
	}
}

// fewerUnlinked takes refunds that found their order in the project off those that the
// file could not link.
func (m *merging) fewerUnlinked(linked int) {
	var out []core.Message
	for _, h := range m.report.Hints {
		if n, ok := h.Args["count"].(int); ok && h.Key == "import.hint.unlinked_refunds" {
			if n <= linked {
				continue
			}
			h.Args = core.Args{"count": n - linked}
		}
		out = append(out, h)
	}
	m.report.Hints = out
}
