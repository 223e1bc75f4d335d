package workspace

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"slices"

	"qunxiang/core"
	"qunxiang/core/clean"
	"qunxiang/core/feature"
	"qunxiang/core/ingest"
)

// cache holds what is derived from the imported data until they change.
type cache struct {
	tx       *core.Transactions
	attrs    *core.Attributes
	codes    []uint32 // customer code of each row of attrs
	loaded   bool
	voided   bool       // the file has rows besides that do not count
	lean     bool       // tx has no order numbers, labels and quantities
	keys     *core.Dict // read alone, before the rest is loaded
	features map[featureKey]*feature.Set

	summary      *core.Summary // as stored; of use before the rest is loaded
	summarised   bool          // summary is what the file has
	described    bool          // attrs and codes are what the file has
	records      []*core.Records
	contacts     *core.Attributes // what purchases say of who bought …
	contactCodes []uint32         // … and whose they are
	contacted    bool
	recorded     bool // records are what the file has
	made         map[madeKey][]made

	classes *classes // of columns; nil = not asked yet

	steps   []clean.Step // those switched on
	stepped bool         // steps are those of the project
}

type featureKey struct {
	asOf   core.Date
	window int
	lean   bool // without what is costly to make of records
}

// madeKey tells features made of records apart.
type madeKey struct {
	asOf core.Date
	lean bool
}

// settingAsOf is the setting that keeps the user's as-of date.
const settingAsOf = "as_of"

// load returns the imported data. Transactions are never nil: a project of
// attributes alone has no rows in them, and its customer dictionary all the same.
func (p *Project) load(ctx context.Context) (*core.Transactions, *core.Attributes, error) {
	return p.loadAs(ctx, false, p.file.Transactions)
}

// loadLean is load for whoever needs no order numbers, labels and quantities, which
// are most of a large project.
func (p *Project) loadLean(ctx context.Context) (*core.Transactions, *core.Attributes, error) {
	return p.loadAs(ctx, true, p.file.Lines)
}

func (p *Project) loadAs(ctx context.Context, lean bool, read func(context.Context) (*core.Transactions, error)) (*core.Transactions, *core.Attributes, error) {
	p.mu.RLock()
	c := p.cache
	p.mu.RUnlock()
	if c.loaded && (lean || !c.lean) {
		return c.tx, c.attrs, nil
	}
	if a, err := p.applied(ctx); err != nil {
		return nil, nil, err
	} else if a != nil {
		return a.tx, a.attrs, nil
	}
	tx, err := orNone(read(ctx))
	if err != nil {
		return nil, nil, err
	}
	if lean && slices.Contains(tx.Refund, true) && !tx.Linked.Of(tx) { // which refund is of which purchase needs all columns
		lean = false
		if tx, err = p.file.Transactions(ctx); err != nil {
			return nil, nil, err
		}
	}
	live, err := prompt(ctx, func() (*core.Transactions, error) { return ingest.OwnLive(tx), nil })
	if err != nil {
		return nil, nil, err
	}
	voided := live != tx
	tx = live
	attrs, err := p.file.Attributes(ctx)
	if err != nil {
		return nil, nil, err
	}
	var codes []uint32
	if attrs != nil {
		if codes, err = codesOf(ctx, attrs.Customers, tx.Customers); err != nil {
			return nil, nil, err
		}
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	p.cache.tx, p.cache.attrs, p.cache.codes, p.cache.loaded, p.cache.lean, p.cache.voided = tx, attrs, codes, true, lean, voided
	return tx, attrs, nil
}

// orNone makes transactions of nobody where a project has none.
func orNone(tx *core.Transactions, err error) (*core.Transactions, error) {
	if tx == nil && err == nil {
		tx = &core.Transactions{Customers: &core.Dict{}}
	}
	return tx, err
}

// Keys returns the customer keys of the project by code. It does not read the
// transactions.
func (p *Project) Keys(ctx context.Context) (*core.Dict, error) {
	p.mu.RLock()
	c := p.cache
	p.mu.RUnlock()
	switch {
	case c.loaded:
		return c.tx.Customers, nil
	case c.keys != nil:
		return c.keys, nil
	}
	keys, err := p.file.Customers(ctx)
	if err != nil {
		return nil, err
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	p.cache.keys = keys
	return keys, nil
}

// AsOf returns the as-of date that runs use unless they name one: the user's
// choice, else the last day of a purchase and one, else that of a comment, an event or
// an answer. It is NoDate without any.
func (p *Project) AsOf(ctx context.Context) (core.Date, error) {
	b, err := p.file.Setting(settingAsOf)
	if err != nil {
		return core.NoDate, err
	}
	if len(b) > 0 {
		return core.ParseDate(string(b))
	}
	if s, err := p.summary(ctx); err != nil || s != nil {
		return feature.AsOfSummary(s), err
	}
	tx, _, err := p.loadLean(ctx)
	if err != nil {
		return core.NoDate, err
	}
	if day := feature.AsOf(tx); day != core.NoDate {
		return day, nil
	}
	records, err := p.Records(ctx)
	if _, last := recordsSpan(records); last != core.NoDate {
		return last + 1, err
	}
	return core.NoDate, err
}

// decided returns the as-of date where the user or purchases decide it, NoDate where the
// days of records do.
func (p *Project) decided(ctx context.Context, tx *core.Transactions) (core.Date, error) {
	b, err := p.file.Setting(settingAsOf)
	if err != nil || len(b) == 0 && tx.Rows() == 0 {
		return core.NoDate, err
	}
	return p.AsOf(ctx)
}

// SetAsOf keeps the user's as-of date; NoDate goes back to the automatic one.
func (p *Project) SetAsOf(d core.Date) error { return p.SetSetting(settingAsOf, []byte(d.String())) }

// Info is a project at a glance.
type Info struct {
	Project   core.Project
	Sources   []core.Source
	Runs      []core.RunHead
	Customers int
	Orders    int
	Lines     int
	Amount    float64
	FirstDate core.Date
	LastDate  core.Date
	AsOf      core.Date
}

// Info returns the project at a glance.
func (p *Project) Info(ctx context.Context) (Info, error) {
	in := Info{Project: p.Head(), FirstDate: core.NoDate, LastDate: core.NoDate, AsOf: core.NoDate}
	var err error
	if in.Sources, err = p.Sources(ctx); err != nil {
		return in, err
	}
	if in.Runs, err = p.Runs(ctx); err != nil {
		return in, err
	}
	if len(in.Sources) == 0 {
		return in, nil
	}
	tx, _, err := p.loadLean(ctx)
	if err != nil {
		return in, err
	}
	if in.Customers, err = p.countCustomers(ctx, tx); err != nil {
		return in, err
	}
	in.Lines, in.Orders = tx.Rows(), countOrders(tx, 0)
	in.Amount = total(tx)
	in.FirstDate, in.LastDate = feature.Span(tx)
	in.AsOf, err = p.AsOf(ctx)
	return in, err
}

// total returns the money of the rows. It is exact while the
// minor units fit an int64, which real money does.
func total(tx *core.Transactions) float64 {
	var sum int64
	for _, a := range tx.Amount {
		next := sum + a
		if (next > sum) != (a > 0) && a != 0 { // it does not fit
			return rough(tx)
		}
		sum = next
	}
	return core.Money(sum, tx.Scale)
}

func rough(tx *core.Transactions) (sum float64) {
	for _, a := range tx.Amount {
		sum += core.Money(a, tx.Scale)
	}
	return sum
}

// countOrders counts the distinct orders of the rows from the given one.
func countOrders(tx *core.Transactions, from int) int {
	if tx.Order == nil {
		n := 0
		for i := from; i < tx.Rows(); i++ {
			if tx.Refund == nil || !tx.Refund[i] {
				n++
			}
		}
		return n
	}
	top := uint32(0)
	for _, o := range tx.Order[from:] {
		if o != core.NoCode {
			top = max(top, o)
		}
	}
	seen := make([]bool, top+1)
	n := 0
	for i := from; i < tx.Rows(); i++ {
		o := tx.Order[i]
		switch {
		case tx.Refund != nil && tx.Refund[i]:
		case o == core.NoCode:
			n++
		case !seen[o]:
			seen[o] = true
			n++
		}
	}
	return n
}

// fingerprint is a hash of the imported files, in order, with how they were read, of
// the active cleaning steps, and of what the user said of surveys and of themes.
func (p *Project) fingerprint(ctx context.Context) (string, error) {
	sources, err := p.file.Sources()
	if err != nil {
		return "", err
	}
	h := sha256.New()
	for _, s := range sources {
		h.Write([]byte(s.SHA256 + s.Fingerprint)) // one of the two
		d := s.Report.Detected
		for _, part := range []string{string(s.Kind), d.Encoding, d.Delimiter, d.Sheet, string(d.DateOrder), string(d.Grain), string(d.Refunds)} {
			h.Write([]byte(part + "\x00"))
		}
		for _, role := range roles(d.Mapping) {
			h.Write([]byte(string(role) + "\x00" + d.Mapping[role] + "\x00"))
		}
	}
	steps, err := p.active()
	if err != nil {
		return "", err
	}
	mark, err := stepsMark(steps)
	if err != nil {
		return "", err
	}
	h.Write(mark)
	said, err := p.said(ctx, sources)
	if err != nil {
		return "", err
	}
	h.Write(said)
	return hex.EncodeToString(h.Sum(nil)), nil
}

func roles(m map[core.Role]string) []core.Role {
	out := make([]core.Role, 0, len(m))
	for r := range m {
		out = append(out, r)
	}
	slices.Sort(out)
	return out
}
