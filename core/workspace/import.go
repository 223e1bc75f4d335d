package workspace

import (
	"context"
	"path/filepath"
	"slices"

	"qunxiang/core"
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
	res.Report.Like = o.Like
	if o.Like != nil {
		res.Report.Hints = append(slices.Clone(o.Like.Notes), res.Report.Hints...)
	}
	r, err := p.take(ctx, res, core.Source{Name: filepath.Base(file)}, o.Orders, pr, store)
	if err == nil && store && o.Like != nil {
		err = p.adoptClasses(o.Like.Classes)
	}
	return r, err
}

// take adds what was read to the project, under the name and the origin that source has.
func (p *Project) take(ctx context.Context, res *ingest.Result, source core.Source, orders core.OrderPolicy, pr core.Progress, store bool) (core.ImportReport, error) {
	data, err := p.base(ctx)
	if err != nil {
		return core.ImportReport{}, err
	}
	pr(0.8, core.Message{Key: "stage.merge"})
	m := merging{bundle: data, file: source.Name, report: res.Report, orders: orders, from: data.tx.Rows()}
	if m.sources, err = p.file.Sources(); err != nil {
		return core.ImportReport{}, err
	}
	if m.asOf, err = p.decided(ctx, data.tx); err != nil {
		return core.ImportReport{}, err
	}
	if d := source.Database; d != nil && d.Aggregate {
		m.attrs = withoutFeatures(m.attrs)
	}
	if err := m.merge(ctx, res); err != nil || !store {
		return m.report, err
	}
	source.Fingerprint, source.Imported = res.Fingerprint, p.w.cfg.Now().UTC()
	source.Kind, source.Report = m.report.Detected.Kind, m.report
	if m.live == nil {
		m.live = ingest.Live(m.tx)
	}
	if m.tx, err = summarised(ctx, m.tx, m.live, append(m.sources, source)); err != nil {
		return core.ImportReport{}, err
	}
	pr(0.85, core.Message{Key: "stage.store"})
	if err := p.file.AddSource(source, m.tx, m.from, m.newAttrs, m.newRecords...); err != nil {
		return core.ImportReport{}, err
	}
	p.changed(true)
	if steps, err := p.active(); err == nil && len(steps) == 0 && m.attrs == nil && len(m.records) == 0 {
		p.keep(m.tx, m.live) // otherwise the next load looks the keys up
	}
	pr(1, core.Message{Key: "stage.store"})
	return m.report, nil
}

// keep puts freshly merged data into the cache, so that they need not be read back.
func (p *Project) keep(tx, live *core.Transactions) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.cache = cache{tx: tx, loaded: true}
	if live.Rows() != tx.Rows() {
		p.cache.tx, p.cache.voided = live, true
	}
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
