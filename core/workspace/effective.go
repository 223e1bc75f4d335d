package workspace

import (
	"context"
	"encoding/json"
	"slices"

	"qunxiang/core"
	"qunxiang/core/clean"
	"qunxiang/core/ingest"
)

// What files brought is stored and never changed by cleaning: the base data. Steps are
// a setting of the project; what everything else works with is the base data with the
// active steps applied, so that a step can be switched off, and holds for data
// imported later. Without active steps the two are the same, and nothing is computed.

// settingSteps is the setting that keeps the cleaning steps.
const settingSteps = "clean_steps"

// bundle is the project's data.
type bundle struct {
	tx      *core.Transactions // never nil; its customers are all of the project's
	attrs   *core.Attributes   // nil = none
	records []*core.Records
}

// Steps returns the project's cleaning steps.
func (p *Project) Steps(context.Context) (clean.List, error) {
	b, err := p.file.Setting(settingSteps)
	if err != nil {
		return clean.List{}, err
	}
	return clean.Parse(b)
}

// SetSteps stores the cleaning steps; everything derived from the data is made anew.
func (p *Project) SetSteps(l clean.List) error {
	b, err := l.Encode()
	if err != nil {
		return err
	}
	p.change.Lock()
	defer p.change.Unlock()
	return p.keepSteps(b)
}

// active returns the steps that are switched on.
func (p *Project) active() ([]clean.Step, error) {
	p.mu.RLock()
	c := p.cache
	p.mu.RUnlock()
	if c.stepped {
		return c.steps, nil
	}
	b, err := p.file.Setting(settingSteps)
	if err != nil {
		return nil, err
	}
	var steps []clean.Step
	if len(b) > 0 {
		l, err := clean.Parse(b)
		if err != nil {
			return nil, err
		}
		steps = l.Active()
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	p.cache.steps, p.cache.stepped = steps, true
	return steps, nil
}

// Base returns the data as the files brought them, for judging them and for a preview of steps.
func (p *Project) Base(ctx context.Context) (clean.Data, error) {
	b, err := p.base(ctx)
	if err != nil {
		return clean.Data{}, err
	}
	return p.cleanData(ctx, b)
}

// Effective returns the data with the active steps applied.
func (p *Project) Effective(ctx context.Context) (clean.Data, error) {
	if steps, err := p.active(); err == nil && len(steps) == 0 {
		return p.Base(ctx)
	}
	tx, attrs, err := p.load(ctx)
	if err != nil {
		return clean.Data{}, err
	}
	records, err := p.Records(ctx)
	if err != nil {
		return clean.Data{}, err
	}
	return p.cleanData(ctx, bundle{tx, attrs, records})
}

func (p *Project) cleanData(ctx context.Context, b bundle) (clean.Data, error) {
	sources, err := p.file.Sources()
	if err != nil {
		return clean.Data{}, err
	}
	return prompt(ctx, func() (clean.Data, error) {
		live, rows := ingest.LiveRows(b.tx)
		return clean.Data{Transactions: live, Attributes: b.attrs, Records: b.records, Files: filesOf(sources, b.tx.Rows(), rows)}, nil
	})
}

// filesOf tells how many of n rows that count (rows, nil = all) came from which source, nil
// where that is not known.
func filesOf(sources []core.Source, n int, rows []int32) []clean.File {
	var out []clean.File
	from := 0
	for _, s := range sources {
		if s.Kind != core.SourceTransactions {
			continue
		}
		to := from + storedRows(s)
		if to > n {
			return nil
		}
		f := clean.File{Source: s.ID, Rows: to - from}
		if rows != nil {
			first, _ := slices.BinarySearch(rows, int32(from))
			last, _ := slices.BinarySearch(rows, int32(to))
			f.Rows = last - first
		}
		out = append(out, f)
		from = to
	}
	if from != n {
		return nil
	}
	return out
}

// storedRows is how many rows of purchases a source put into the project.
func storedRows(s core.Source) int {
	if s.Report.Stored > 0 {
		return s.Report.Stored
	}
	return s.Report.Lines
}

// Effects returns what each step of the project does, those switched off included.
func (p *Project) Effects(ctx context.Context) ([]clean.Effect, error) {
	l, err := p.Steps(ctx)
	if err != nil || len(l.Steps) == 0 {
		return nil, err
	}
	data, err := p.Base(ctx)
	if err != nil {
		return nil, err
	}
	_, effects, err := clean.Apply(ctx, data, l.Steps)
	return effects, err
}

// base returns the data to which an import adds.
func (p *Project) base(ctx context.Context) (bundle, error) {
	steps, err := p.active()
	if err != nil {
		return bundle{}, err
	}
	if len(steps) > 0 {
		return p.stored(ctx)
	}
	tx, attrs, err := p.load(ctx)
	if err != nil {
		return bundle{}, err
	}
	p.mu.RLock()
	voided := p.cache.voided
	p.mu.RUnlock()
	if voided {
		return p.stored(ctx)
	}
	records, err := p.Records(ctx)
	return bundle{tx, attrs, records}, err
}

// stored reads the data of the file.
func (p *Project) stored(ctx context.Context) (b bundle, err error) {
	if b.tx, err = p.file.Transactions(ctx); err != nil {
		return b, err
	}
	if b.tx == nil {
		b.tx = &core.Transactions{Customers: &core.Dict{}}
	}
	if b.attrs, err = p.file.Attributes(ctx); err != nil {
		return b, err
	}
	b.records, err = p.storedRecords(ctx)
	return b, err
}

// applied returns the data with the active steps applied, as the cache holds them; nil
// where no step is active.
func (p *Project) applied(ctx context.Context) (*cache, error) {
	steps, err := p.active()
	if err != nil || len(steps) == 0 {
		return nil, err
	}
	p.mu.RLock()
	c, revision := p.cache, p.revision
	p.mu.RUnlock()
	if c.loaded && c.recorded && c.summarised {
		return &c, nil
	}
	if err := p.apply(ctx, steps, &c); err != nil {
		return nil, err
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.revision == revision { // otherwise these are the data of before a change
		c.features, c.made, c.keys = p.cache.features, p.cache.made, p.cache.keys
		p.cache = c
	}
	return &c, nil
}

// apply fills c with the data with the steps applied.
func (p *Project) apply(ctx context.Context, steps []clean.Step, c *cache) error {
	b, err := p.stored(ctx)
	if err != nil {
		return err
	}
	in, err := p.cleanData(ctx, b)
	if err != nil {
		return err
	}
	out, err := prompt(ctx, func() (clean.Data, error) {
		out, _, err := clean.Apply(ctx, in, steps)
		return out, err
	})
	if err != nil {
		return err
	}
	if c.tx = out.Transactions; c.tx == nil {
		c.tx = &core.Transactions{Customers: b.tx.Customers}
	}
	if c.tx == in.Transactions && c.tx == b.tx { // the steps are about something else
		if c.summary, err = p.file.Summary(ctx); err != nil {
			return err
		}
	}
	if !c.tx.Summarised(c.summary) {
		sources, err := p.file.Sources()
		if err != nil {
			return err
		}
		if c.tx, err = summarised(ctx, c.tx, c.tx, sources); err != nil {
			return err
		}
		c.summary = c.tx.Summary
	}
	if c.attrs, c.codes = out.Attributes, nil; c.attrs != nil {
		if c.codes, err = codesOf(ctx, c.attrs.Customers, c.tx.Customers); err != nil {
			return err
		}
	}
	c.records = out.Records
	c.loaded, c.lean, c.described, c.recorded, c.summarised = true, false, true, true, true
	return nil
}

// stepsMark is what the active steps add to the fingerprint of the data.
func stepsMark(steps []clean.Step) ([]byte, error) {
	if len(steps) == 0 {
		return nil, nil
	}
	return json.Marshal(steps)
}

// countCustomers counts the customers of the project.
func (p *Project) countCustomers(ctx context.Context, tx *core.Transactions) (int, error) {
	steps, err := p.active()
	p.mu.RLock()
	voided := p.cache.voided
	p.mu.RUnlock()
	if err != nil || len(steps) == 0 && !voided {
		return tx.Customers.Len(), err
	}
	attrs, codes, err := p.attributes(ctx)
	if err != nil {
		return 0, err
	}
	records, err := p.Records(ctx)
	if err != nil {
		return 0, err
	}
	return customersOf(ctx, bundle{tx, attrs, records}, codes)
}

// customersOf counts those who have a purchase, an attribute or a record, and are not
// only known by a key that a step left empty.
func customersOf(ctx context.Context, b bundle, codes []uint32) (n int, err error) {
	seen := make([]bool, b.tx.Customers.Len())
	mark := func(c uint32) {
		if !seen[c] {
			seen[c] = true
			n++
		}
	}
	for _, c := range b.tx.Customer {
		mark(c)
	}
	for _, c := range codes {
		mark(c)
	}
	for _, r := range b.records {
		to, err := codesOf(ctx, r.Customers, b.tx.Customers)
		if err != nil {
			return n, err
		}
		for _, c := range r.Customer {
			mark(to[c])
		}
	}
	return n, nil
}
