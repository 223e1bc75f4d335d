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
	res, err := ingest.Read(ctx, file, o, func(f float64, stage core.Message) { pr(f*0.8, stage) })
	if err != nil {
		return core.ImportReport{}, err
	}
	tx, attrs, err := p.load(ctx)
	if err != nil {
		return core.ImportReport{}, err
	}
	pr(0.8, core.Message{Key: "stage.merge"})
	from := tx.Rows()
	report := res.Report
	switch {
	case res.Transactions != nil:
		var added, dup int
		if from == 0 && tx.Customers.Len() == 0 {
			tx, added = res.Transactions, res.Transactions.Rows()
		} else {
			tx, added, dup = ingest.Merge(tx, res.Transactions)
		}
		if dup > 0 {
			report = addedOnly(report, tx, from, added, dup)
		}
	case res.Attributes != nil:
		attrs = ingest.MergeAttributes(attrs, res.Attributes)
		tx = withCustomers(tx, attrs.Customers)
	}
	if err := ctx.Err(); err != nil || !store {
		return report, err
	}
	source := core.Source{
		Name: filepath.Base(file), Fingerprint: res.Fingerprint, Imported: p.w.cfg.Now().UTC(),
		Kind: report.Detected.Kind, Report: report,
	}
	before, err := p.file.Sources()
	if err != nil {
		return core.ImportReport{}, err
	}
	if tx, err = summarised(ctx, tx, append(before, source)); err != nil {
		return core.ImportReport{}, err
	}
	pr(0.85, core.Message{Key: "stage.store"})
	var changedAttrs *core.Attributes
	if res.Attributes != nil {
		changedAttrs = attrs
	}
	if err := p.file.AddSource(source, tx, from, changedAttrs); err != nil {
		return core.ImportReport{}, err
	}
	p.changed(true)
	p.keep(tx, attrs)
	pr(1, core.Message{Key: "stage.store"})
	return report, nil
}

// keep puts freshly merged data into the cache, so that they need not be read back.
func (p *Project) keep(tx *core.Transactions, attrs *core.Attributes) {
	if attrs != nil {
		return // the next load looks the keys up
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	p.cache = cache{tx: tx, loaded: true}
}

// addedOnly turns the report of a file into that of its new rows: the others are
// excluded as imported before.
func addedOnly(r core.ImportReport, tx *core.Transactions, from, added, dup int) core.ImportReport {
	r.Duplicates = dup
	r.Rows.Used -= dup
	r.Rows.Excluded = append(r.Rows.Excluded[:len(r.Rows.Excluded):len(r.Rows.Excluded)],
		core.Exclusion{Reason: "already_imported", Count: dup, Examples: []int{}})
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
