package workspace

import (
	"context"
	"path/filepath"
	"slices"
	"strconv"
	"strings"

	"qunxiang/core"
	"qunxiang/core/ingest"
)

// Records returns what is known of customers beside purchases and attributes: comments,
// events and each survey, with the active steps applied; nil when there is none.
func (p *Project) Records(ctx context.Context) ([]*core.Records, error) {
	p.mu.RLock()
	c := p.cache
	p.mu.RUnlock()
	if c.recorded {
		return c.records, nil
	}
	if a, err := p.applied(ctx); err != nil {
		return nil, err
	} else if a != nil {
		return a.records, nil
	}
	records, err := p.storedRecords(ctx)
	if err != nil {
		return nil, err
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	p.cache.records, p.cache.recorded = records, true
	return records, nil
}

// storedRecords reads the records; projects without any have no source of their kinds.
func (p *Project) storedRecords(ctx context.Context) ([]*core.Records, error) {
	sources, err := p.file.Sources()
	if err != nil || !slices.ContainsFunc(sources, func(s core.Source) bool { return ofRecords(s.Kind) }) {
		return nil, err
	}
	records, err := p.file.Records(ctx)
	return slices.DeleteFunc(slices.Clone(records), func(r *core.Records) bool { return r.Kind == core.SourceContacts }), err
}

// ofRecords reports whether sources of the kind bring records.
func ofRecords(k core.SourceKind) bool {
	return k == core.SourceSurvey || k == core.SourceComments || k == core.SourceEvents
}

// rows adds answers, comments or events.
func (m *merging) rows(ctx context.Context, add *core.Records, anonymous bool) error {
	at := m.same(add)
	var old *core.Records
	if at >= 0 {
		old = m.records[at]
	} else if add.Kind == core.SourceSurvey {
		named := *add
		named.Name = m.surveyName()
		add = &named
	}
	var own func(n int) *core.Dict
	if anonymous && m.tx.Customers.Len() > 0 {
		own = m.ownKeys
	}
	merged, added, dup, err := ingest.MergeRecords(ctx, old, add, own)
	if err != nil {
		return err
	}
	if dup > 0 {
		m.report = withoutDuplicates(m.report, dup)
		m.report.Records = added
		m.report.Customers, m.report.FirstDate, m.report.LastDate = spanOf(merged, old.Rows())
	}
	m.records = slices.Clone(m.records)
	if at < 0 {
		m.records = append(m.records, merged)
	} else {
		m.records[at] = merged
	}
	m.newRecords = []*core.Records{merged}
	m.tellLate(merged)
	m.tx, err = withCustomers(ctx, m.tx, merged.Customers)
	return err
}

// tellLate says how many rows are too late to be known on the as-of date.
func (m *merging) tellLate(r *core.Records) {
	late := 0
	for _, d := range r.Day {
		if d > m.asOf {
			late++
		}
	}
	if late > 0 && m.asOf != core.NoDate {
		m.hint("import.hint.after_as_of", core.Args{"count": late, "of": r.Rows(), "day": m.asOf})
	}
}

// same returns where the records are that a file continues: those of its kind, or the
// survey with the same items. It is −1 where there are none.
func (m *merging) same(add *core.Records) int {
	return slices.IndexFunc(m.records, func(r *core.Records) bool {
		return r.Kind == add.Kind && (add.Kind != core.SourceSurvey || ingest.SameItems(r, add))
	})
}

// surveyName names a new survey after its file.
func (m *merging) surveyName() string {
	stem := strings.TrimSuffix(m.file, filepath.Ext(m.file))
	name := stem
	taken := func(r *core.Records) bool { return r.Kind == core.SourceSurvey && r.Name == name }
	for n := 2; slices.ContainsFunc(m.records, taken); n++ {
		name = stem + " " + strconv.Itoa(n)
	}
	return name
}

// ownMark begins the key of a customer of whom only one row of a file is known, in a
// project that knows customers by keys of their own.
const ownMark = "#"

// ownKeys gives keys to n rows of nobody known, after those that were given before.
func (m *merging) ownKeys(n int) *core.Dict {
	top := uint64(0)
	var b []byte
	for i := range m.tx.Customers.Len() {
		b = m.tx.Customers.AppendTo(b[:0], i)
		if digits, ok := strings.CutPrefix(string(b), ownMark); ok {
			if v, err := strconv.ParseUint(digits, 10, 32); err == nil {
				top = max(top, v)
			}
		}
	}
	d := &core.Dict{}
	for i := range uint64(n) {
		d.AppendString(ownMark + strconv.FormatUint(top+i+1, 10))
	}
	return d
}

// spanOf tells of the rows from the given one on: how many customers, first and last day.
func spanOf(r *core.Records, from int) (customers int, first, last core.Date) {
	first, last = core.NoDate, core.NoDate
	seen := make([]bool, r.Customers.Len())
	for i := from; i < r.Rows(); i++ {
		if c := r.Customer[i]; !seen[c] {
			seen[c] = true
			customers++
		}
		if r.Day == nil || r.Day[i] == core.NoDate {
			continue
		}
		if first == core.NoDate || r.Day[i] < first {
			first = r.Day[i]
		}
		last = max(last, r.Day[i])
	}
	return customers, first, last
}
