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
	return p.importFileOf(ctx, file, o, pr, store, func(*ingest.Result) {})
}

// importFileOf is importFile; seen gets what was read before it is merged.
func (p *Project) importFileOf(ctx context.Context, file string, o core.ImportOptions, pr core.Progress, store bool, seen func(*ingest.Result)) (core.ImportReport, error) {
	n, err := p.read(ctx, file, o, pr)
	if err != nil {
		return core.ImportReport{}, err
	}
	seen(n.res)
	var kept keptRows
	if store {
		if kept, err = leftOf(ctx, file, n.options, n.res); err != nil {
			return core.ImportReport{}, err
		}
	}
	r, err := p.take(ctx, n.res, n.source, o.Orders, pr, store)
	if err == nil && store {
		err = p.keepLeft(kept)
	}
	if err == nil && store && o.Like != nil {
		err = p.adoptClasses(o.Like.Classes)
	}
	return r, err
}

// read reads a file that is to be imported.
func (p *Project) read(ctx context.Context, file string, o core.ImportOptions, pr core.Progress) (*Pending, error) {
	o.Reader = p.w.cfg.Reader
	if err := p.w.fits(file); err != nil {
		return nil, err
	}
	res, err := prompt(ctx, func() (*ingest.Result, error) {
		return ingest.Read(ctx, file, o, func(f float64, stage core.Message) {
			if ctx.Err() == nil {
				pr(f*0.8, stage)
			}
		})
	})
	if err != nil {
		return nil, err
	}
	res.Report.Like = o.Like
	if o.Like != nil {
		res.Report.Hints = append(slices.Clone(o.Like.Notes), res.Report.Hints...)
	}
	name := filepath.Base(file)
	if o.Several {
		name += "#" + o.Sheet
	}
	return &Pending{res: res, file: file, source: core.Source{Name: name}, options: o}, nil
}

// take adds what was read to the project, under the name and the origin that source has.
func (p *Project) take(ctx context.Context, res *ingest.Result, source core.Source, orders core.OrderPolicy, pr core.Progress, store bool) (core.ImportReport, error) {
	m, err := p.merged(ctx, res, source, orders, 0, pr)
	if err != nil {
		return core.ImportReport{}, err
	}
	if !store {
		return m.report, nil
	}
	return p.store(ctx, m, res.Fingerprint, source, pr)
}

// merged puts what was read beside the project's data and stores nothing; list is how many
// orders of each kind are listed.
func (p *Project) merged(ctx context.Context, res *ingest.Result, source core.Source, orders core.OrderPolicy, list int, pr core.Progress) (*merging, error) {
	data, err := p.base(ctx)
	if err != nil {
		return nil, err
	}
	pr(0.8, core.Message{Key: "stage.merge"})
	m := &merging{bundle: data, file: source.Name, report: res.Report, orders: orders, list: list, from: data.tx.Rows()}
	m.report.Hints = slices.Clip(m.report.Hints) // what is read may be merged more than once
	if m.sources, err = p.file.Sources(); err != nil {
		return nil, err
	}
	if m.asOf, err = p.decided(ctx, data.tx); err != nil {
		return nil, err
	}
	if d := source.Database; d != nil && d.Aggregate {
		m.attrs = withoutFeatures(m.attrs)
	}
	return m, m.merge(ctx, res)
}

// store puts merged data into the file.
func (p *Project) store(ctx context.Context, m *merging, fingerprint string, source core.Source, pr core.Progress) (core.ImportReport, error) {
	source.Fingerprint, source.Imported = fingerprint, p.w.cfg.Now().UTC()
	source.Kind, source.Report = m.report.Detected.Kind, m.report
	if m.live == nil {
		m.live = ingest.Live(m.tx)
	}
	var err error
	if m.tx, err = summarised(ctx, m.tx, m.live, append(m.sources, source)); err != nil {
		return core.ImportReport{}, err
	}
	pr(0.85, core.Message{Key: "stage.store"})
	records, err := m.allRecords(ctx, p)
	if err != nil {
		return core.ImportReport{}, err
	}
	if err := p.file.AddSource(source, m.tx, m.from, m.newAttrs, records...); err != nil {
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
	return leftOut(r, "already_imported", dup)
}

// leftOut counts used rows as excluded.
func leftOut(r core.ImportReport, reason string, n int) core.ImportReport {
	r.Rows.Used -= n
	r.Rows.Excluded = append(r.Rows.Excluded[:len(r.Rows.Excluded):len(r.Rows.Excluded)],
		core.Exclusion{Reason: reason, Count: n, Examples: []int{}})
	return r
}
