package workspace

import (
	"context"

	"qunxiang/core"
	"qunxiang/core/feature"
	"qunxiang/core/guard"
	"qunxiang/sdk/table"
)

// summarised returns transactions with their summary, for the file to store: a run as
// (live are those of its rows that count) of any day from the last one on then reads a row per customer and not every order.
func summarised(ctx context.Context, tx, live *core.Transactions, sources []core.Source) (*core.Transactions, error) {
	return prompt(ctx, func() (*core.Transactions, error) {
		s, err := feature.Summarise(ctx, live)
		if err != nil {
			return nil, err
		}
		out := *tx
		out.Summary = s
		if s != nil {
			rows := *live
			rows.Summary = s
			s.Notes = guard.Learn(&rows, sources).Note()
			s.Rows = tx.Rows() // of what is stored
		}
		return &out, nil
	})
}

// summary returns the summary of the project's transactions, nil where it is not known.
func (p *Project) summary(ctx context.Context) (*core.Summary, error) {
	p.mu.RLock()
	c := p.cache
	p.mu.RUnlock()
	switch {
	case c.summarised:
		return c.summary, nil
	case c.loaded && c.tx.Summarised(c.tx.Summary):
		return c.tx.Summary, nil
	}
	if a, err := p.applied(ctx); err != nil {
		return nil, err
	} else if a != nil {
		return a.summary, nil
	}
	s, err := p.file.Summary(ctx)
	if err != nil {
		return nil, err
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	p.cache.summary, p.cache.summarised = s, true
	return s, nil
}

// learnt is what the guards have learnt from the transactions, nil where it is not known.
func (p *Project) learnt(ctx context.Context) (*guard.History, error) {
	s, err := p.summary(ctx)
	if err != nil || s == nil {
		return nil, err
	}
	return guard.Noted(s.Notes), nil
}

// history returns the features of the transactions; where there are none, of nobody, as of
// the date all the same: a database may have added them up.
func (p *Project) history(ctx context.Context, o feature.Options) (*feature.Set, error) {
	s, err := p.summary(ctx)
	if err != nil {
		return nil, err
	}
	if feature.Covers(s, o) {
		return feature.FromSummary(s, o), nil
	}
	tx, _, err := p.loadLean(ctx)
	if err != nil {
		return nil, err
	}
	if tx.Rows() == 0 {
		return &feature.Set{AsOf: o.AsOf, Table: &table.Table{}}, nil
	}
	return feature.FromTransactions(ctx, tx, o)
}

// attributes returns the attributes of the customers and the customer code of each of
// their rows. It does not read the transactions.
func (p *Project) attributes(ctx context.Context) (*core.Attributes, []uint32, error) {
	p.mu.RLock()
	c := p.cache
	p.mu.RUnlock()
	if c.loaded || c.described {
		return c.attrs, c.codes, nil
	}
	if a, err := p.applied(ctx); err != nil {
		return nil, nil, err
	} else if a != nil {
		return a.attrs, a.codes, nil
	}
	attrs, err := p.file.Attributes(ctx)
	if err != nil {
		return nil, nil, err
	}
	var codes []uint32
	if attrs != nil {
		keys, err := p.Keys(ctx)
		if err != nil {
			return nil, nil, err
		}
		if codes, err = codesOf(ctx, attrs.Customers, keys); err != nil {
			return nil, nil, err
		}
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	p.cache.attrs, p.cache.codes, p.cache.described = attrs, codes, true
	return attrs, codes, nil
}
