package workspace

import (
	"context"
	"path/filepath"

	"qunxiang/core"
	"qunxiang/core/feature"
	"qunxiang/core/ingest"
)

// Import reads a file into the project. Rows that are there already are skipped and
// counted, so that importing a file twice changes nothing. The report tells of the
// rows that are new.
func (p *Project) Import(ctx context.Context, file string, o core.ImportOptions, pr core.Progress) (core.ImportReport, error) {
	p.change.Lock()
	defer p.change.Unlock()
	return p.importFile(ctx, file, o, pr, true)
}

// DryImport reports what Import would do and stores nothing.
func (p *Project) DryImport(ctx context.Context, file string, o core.ImportOptions, pr core.Progress) (core.ImportReport, error) {
	return p.importFile(ctx, file, o, pr, false)
}

func (p *Project) importFile(ctx context.Context, file string, o core.ImportOptions, pr core.Progress, store bool) (core.ImportReport, error) {
	o.Reader = p.w.cfg.Reader
	res, err := ingest.Read(ctx, file, o, func(f float64, stage core.Message) { pr(f*0.8, stage) })
	if err != nil {
		return core.ImportReport{}, err
	}
	return p.take(ctx, res, core.Source{Name: filepath.Base(file)}, pr, store)
}

// take adds what was read to the project, under the name and the origin that source has.
func (p *Project) take(ctx context.Context, res *ingest.Result, source core.Source, pr core.Progress, store bool) (core.ImportReport, error) {
	data, err := p.base(ctx)
	if err != nil {
		return core.ImportReport{}, err
	}
	pr(0.8, core.Message{Key: "stage.merge"})
	m := merging{bundle: data, file: source.Name, report: res.Report, from: data.tx.Rows()}
	if d := source.Database; d != nil && d.Aggregate {
		m.attrs = withoutFeatures(m.attrs)
	}
	m.merge(res)
	if err := ctx.Err(); err != nil || !store {
		return m.report, err
	}
	source.Fingerprint, source.Imported = res.Fingerprint, p.w.cfg.Now().UTC()
	source.Kind, source.Report = m.report.Detected.Kind, m.report
	before, err := p.file.Sources()
	if err != nil {
		return core.ImportReport{}, err
	}
	if m.tx, err = summarised(ctx, m.tx, append(before, source)); err != nil {
		return core.ImportReport{}, err
	}
	pr(0.85, core.Message{Key: "stage.store"})
	if err := p.file.AddSource(source, m.tx, m.from, m.newAttrs, m.newRecords...); err != nil {
		return core.ImportReport{}, err
	}
	p.changed(true)
	if steps, err := p.active(); err == nil && len(steps) == 0 && m.attrs == nil && len(m.records) == 0 {
		p.keep(m.tx) // otherwise the next load looks the keys up
	}
	pr(1, core.Message{Key: "stage.store"})
	return m.report, nil
}

// merging is a file on its way into the data.
type merging struct {
	bundle
	file       string // base name
	report     core.ImportReport
	from       int // rows of the transactions before
	newAttrs   *core.Attributes
	newRecords []*core.Records
}

// merge adds what was read to the data.
func (m *merging) merge(res *ingest.Result) {
	switch {
	case res.Transactions != nil:
		m.transactions(res.Transactions)
	case res.Attributes != nil:
		m.attrs = ingest.MergeAttributes(m.attrs, res.Attributes)
		m.newAttrs = m.attrs
		m.tx = withCustomers(m.tx, m.attrs.Customers)
	case res.Records != nil:
		m.rows(res.Records, res.Anonymous)
	}
}

func (m *merging) transactions(add *core.Transactions) {
	var added, dup int
	if m.from == 0 && m.tx.Customers.Len() == 0 {
		m.tx, added = add, add.Rows()
	} else {
		m.tx, added, dup = ingest.Merge(m.tx, add)
	}
	if dup > 0 {
		m.report = addedOnly(m.report, m.tx, m.from, added, dup)
	}
}

// keep puts freshly merged data into the cache, so that they need not be read back.
func (p *Project) keep(tx *core.Transactions) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.cache = cache{tx: tx, loaded: true}
}

// addedOnly turns the report of a file into that of its new rows: the others are
// excluded as imported before.
func addedOnly(r core.ImportReport, tx *core.Transactions, from, added, dup int) core.ImportReport {
	r = withoutDuplicates(r, dup)
	r.Lines, r.Orders = added, countOrders(tx, from)
	seen := make([]bool, tx.Customers.Len())
	r.Customers, r.FirstDate, r.LastDate = 0, core.NoDate, core.NoDate
	for _, c := range tx.Customer[from:] {
		if !seen[c] {
			seen[c] = true
			r.Customers++
		}
	}
	r.Amount = total(tx, from)
	if added > 0 {
		r.FirstDate, r.LastDate = feature.Span(&core.Transactions{Customer: tx.Customer[from:], Day: tx.Day[from:]})
	}
	return r
}

// withoutDuplicates counts rows that were imported before as excluded.
func withoutDuplicates(r core.ImportReport, dup int) core.ImportReport {
	r.Duplicates = dup
	r.Rows.Used -= dup
	r.Rows.Excluded = append(r.Rows.Excluded[:len(r.Rows.Excluded):len(r.Rows.Excluded)],
		core.Exclusion{Reason: "already_imported", Count: dup, Examples: []int{}})
	return r
}

// withCustomers returns tx with a dictionary that has the keys of more as well.
func withCustomers(tx *core.Transactions, more *core.Dict) *core.Transactions {
	if tx.Customers.Len() == 0 && more.Len() > 0 {
		out := *tx
		out.Customers = more // in whatever form it is kept
		return &out
	}
	known := make(map[string]bool, tx.Customers.Len())
	d := &core.Dict{}
	var b []byte
	for i := range tx.Customers.Len() {
		b = tx.Customers.AppendTo(b[:0], i)
		known[string(b)] = true
		d.AppendString(string(b))
	}
	grown := false
	for i := range more.Len() {
		b = more.AppendTo(b[:0], i)
		if !known[string(b)] {
			known[string(b)] = true
			d.AppendString(string(b))
			grown = true
		}
	}
	if !grown {
		return tx
	}
	out := *tx
	out.Customers = d
	return &out
}
