package workspace

import (
	"context"
	"slices"

	"qunxiang/core"
	"qunxiang/core/comment"
	"qunxiang/core/event"
	"qunxiang/core/feature"
)

// maker makes features of customers out of records, as of a day that no row is later
// than. It returns nil where the records have nothing for it.
type maker struct {
	of   string // what its features come from; behind the name of one that is taken already
	make func(ctx context.Context, records []*core.Records, asOf core.Date) (*core.Attributes, error)
	// lean makes the columns of the same customers that cost little; nil = all do.
	lean func(ctx context.Context, records []*core.Records, asOf core.Date) (*core.Attributes, error)
}

// makers are all of them, in the order of their columns in the table of features.
func (p *Project) makers() []maker {
	return []maker{
		{of: "survey", make: p.surveyFeatures},
		{of: "events", make: event.Features},
		{of: "comments", make: p.commentFeatures, lean: comment.Counts},
	}
}

// made are the features from records as of a day.
type made struct {
	attrs *core.Attributes
	codes []uint32
	of    string
}

// fromRecords returns the features made from the project's records as of a day; lean those
// that cost little.
func (p *Project) fromRecords(ctx context.Context, asOf core.Date, lean bool) ([]made, error) {
	records, err := p.Records(ctx)
	if err != nil || len(records) == 0 {
		return nil, err
	}
	p.mu.RLock()
	out, ok := p.cache.made[madeKey{asOf, lean}]
	p.mu.RUnlock()
	if ok {
		return out, nil
	}
	keys, err := p.Keys(ctx)
	if err != nil {
		return nil, err
	}
	known := make([]*core.Records, len(records))
	for i, r := range records {
		known[i] = feature.Until(r, asOf)
	}
	for _, m := range p.makers() {
		do := m.make
		if lean && m.lean != nil {
			do = m.lean
		}
		a, err := do(ctx, known, asOf)
		if err != nil {
			return nil, err
		}
		if a == nil || len(a.Columns) == 0 {
			continue
		}
		codes, err := codesOf(ctx, a.Customers, keys)
		if err != nil {
			return nil, err
		}
		out = append(out, made{a, codes, m.of})
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.cache.made == nil {
		p.cache.made = map[madeKey][]made{}
	}
	p.cache.made[madeKey{asOf, lean}] = out
	return out, nil
}

// joinMade adds features from records to a set. A name that the set has already gets what the
// feature comes from behind it.
func joinMade(set *feature.Set, all []made, asOf core.Date) *feature.Set {
	for _, m := range all {
		a := &core.Attributes{Customers: m.attrs.Customers, Columns: slices.Clone(m.attrs.Columns)}
		for i := range a.Columns {
			for set != nil && set.Table.Column(a.Columns[i].Name) != nil {
				a.Columns[i].Name += " (" + m.of + ")"
			}
		}
		set = feature.Join(set, a, m.codes)
	}
	if set != nil && set.AsOf == core.NoDate && len(all) > 0 {
		dated := *set
		dated.AsOf = asOf
		set = &dated
	}
	return set
}

// said is what the user set about the records that features are made of; nil where there
// are no records.
func (p *Project) said(ctx context.Context, sources []core.Source) ([]byte, error) {
	if !slices.ContainsFunc(sources, func(s core.Source) bool { return ofRecords(s.Kind) }) {
		return nil, nil
	}
	names, err := p.Surveys(ctx)
	if err != nil {
		return nil, err
	}
	var out []byte
	keys := []string{settingThemes}
	for _, name := range names {
		keys = append(keys, settingSurvey+name)
	}
	for _, key := range keys {
		b, err := p.file.Setting(key)
		if err != nil {
			return nil, err
		}
		if len(b) > 0 {
			out = append(append(append(out, key...), 0), b...)
		}
	}
	return out, nil
}

// recordsSpan returns the first and last day of the records, NoDate for none.
func recordsSpan(records []*core.Records) (first, last core.Date) {
	first, last = core.NoDate, core.NoDate
	for _, r := range records {
		for _, d := range r.Day {
			if d == core.NoDate {
				continue
			}
			if first == core.NoDate || d < first {
				first = d
			}
			last = max(last, d)
		}
	}
	return first, last
}
