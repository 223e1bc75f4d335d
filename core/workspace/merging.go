package workspace

import (
	"context"
	"math"
	"slices"

	"qunxiang/core"
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
	who        *core.Records // what purchases say of who bought; nil = nothing
	orders     core.OrderPolicy
	list       int // how many orders of each kind are listed
	listed     []ingest.OrderChange
	live       *core.Transactions // the rows of tx that count, once purchases were added
	asOf       core.Date          // that runs use by default, where purchases or the user decide it; else NoDate
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
		m.who = res.Contacts
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
		var err error
		if m.tx, err = withCustomers(ctx, m.tx, m.attrs.Customers); err != nil {
			return err
		}
	case res.Records != nil:
		if err := m.rows(ctx, res.Records, res.Anonymous); err != nil {
			return err
		}
	}
	return ctx.Err()
}

// transactions adds purchases and tells what is new, changed and missing.
func (m *merging) transactions(ctx context.Context, res *ingest.Result) error {
	before, first, last := m.tx, m.report.FirstDate, m.report.LastDate
	add, numbered := res.Transactions, m.report.Detected.Mapping[core.RoleOrder] != ""
	if res.Told != nil {
		if add = res.Told; m.list == 0 { // it is merged once, and memory is dear
			res.Transactions = nil
		}
	}
	if m.nettedBefore(res.Fingerprint) {
		m.nothingNew(before)
		return nil
	}
	o := ingest.JoinOptions{Orders: m.orders, List: m.list, Parts: res.Corrected || !numbered} // of a visit without a number each of two files may have a part
	was := m.tx
	j, err := prompt(ctx, func() (*ingest.Joined, error) {
		j, err := ingest.Join(ctx, was, add, res.Gone, storedFiles(m.sources, was.Rows()), o)
		if err == nil {
			j.Transactions = ingest.WithLinked(j.Transactions)
		}
		return j, err
	})
	if err != nil {
		return err
	}
	m.tx = j.Transactions
	if m.report.Diff, m.listed = &j.Diff, j.Orders; !numbered {
		j.Diff.Unchanged, j.Diff.Changed, j.Diff.Examples.Changed = 0, 0, nil
	}
	var rows []int32
	m.live, rows = ingest.LiveRows(m.tx)
	m.aside(j)
	if before.Rows() > 0 && (j.Duplicates+j.Kept > 0 || rows != nil) {
		m.added(before, rows)
	}
	if n := m.tx.Rows() - m.from; n != m.report.Lines {
		m.report.Stored = n
	}
	m.tell(j, first, last)
	if n := m.netted(); n > 0 && slices.Contains(add.Refund, true) && j.Known+j.Diff.Changed+j.Linked > 0 {
		m.hint("import.hint.netted_before", core.Args{"count": n})
	}
	return nil
}

// aside counts rows that the project has, and those that are kept out of its orders.
func (m *merging) aside(j *ingest.Joined) {
	if j.Known > 0 {
		m.report = withoutDuplicates(m.report, j.Known)
	}
	if j.Kept > 0 {
		m.report = leftOut(m.report, "order_kept", j.Kept)
	}
}

// netted counts the sources of an earlier version of the program, which stored what refunds
// had left of the purchases, and not the refunds.
func (m *merging) netted() (n int) {
	for _, s := range m.sources {
		if nettedSource(s) {
			n++
		}
	}
	return n
}

// nettedSource reports whether refunds were linked when a source was stored. Since then what
// is stored are more rows than the lines that count.
func nettedSource(s core.Source) bool {
	return s.Kind == core.SourceTransactions && s.Report.Stored == 0 && s.Report.Lines > 0 && s.Report.Duplicates == 0 &&
		slices.ContainsFunc(s.Report.Rows.Excluded, func(x core.Exclusion) bool { return x.Reason == "refund_linked" && x.Count > 0 })
}

// nettedBefore reports whether the file itself is such a source: then its rows are no longer
// as it tells them, and would be added a second time.
func (m *merging) nettedBefore(fingerprint string) bool {
	return slices.ContainsFunc(m.sources, func(s core.Source) bool {
		return nettedSource(s) && s.Fingerprint != "" && s.Fingerprint == fingerprint
	})
}

// nothingNew reports a file of which the project has every row.
func (m *merging) nothingNew(before *core.Transactions) {
	m.report = withoutDuplicates(m.report, m.report.Rows.Used)
	m.report.Diff = &core.OrderDiff{}
	var rows []int32
	m.live, rows = ingest.LiveRows(m.tx)
	m.added(before, rows)
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

// added turns the report of a file into that of what it changed: its new rows that count
// (rows are all that do, nil = every one), and the difference in money.
func (m *merging) added(before *core.Transactions, rows []int32) {
	live, r, at := m.live, &m.report, m.from
	if rows != nil {
		at, _ = slices.BinarySearch(rows, int32(m.from))
	}
	r.Lines, r.Orders, r.Customers = live.Rows()-at, countOrders(live, at), 0
	seen := make([]bool, live.Customers.Len())
	for _, c := range live.Customer[at:] {
		if !seen[c] {
			seen[c] = true
			r.Customers++
		}
	}
	r.FirstDate, r.LastDate = core.NoDate, core.NoDate
	if r.Lines > 0 {
		r.FirstDate, r.LastDate = slices.Min(live.Day[at:]), slices.Max(live.Day[at:])
	}
	if rows == nil { // then nothing before changed
		r.Amount = total(&core.Transactions{Amount: live.Amount[at:], Scale: live.Scale})
		return
	}
	units := math.Pow10(m.tx.Scale)
	r.Amount = math.Round((total(live)-total(ingest.Live(before)))*units) / units
}

// tell says in words what a file of the given days changed in the project.
func (m *merging) tell(j *ingest.Joined, first, last core.Date) {
	d := j.Diff
	switch {
	case d.Changed > 0 && m.orders == core.OrdersKeep:
		m.hint("import.hint.orders_kept", core.Args{"count": d.Changed, "examples": d.Examples.Changed})
	case d.Changed > 0:
		m.hint("import.hint.orders_changed", core.Args{"count": d.Changed, "examples": d.Examples.Changed, "replaced": j.Replaced, "withdrawn": j.Withdrawn})
	}
	if j.Unclear > 0 {
		m.hint("import.hint.orders_unclear", core.Args{"count": j.Unclear})
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
