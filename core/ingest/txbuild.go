package ingest

import (
	"cmp"
	"errors"
	"hash/maphash"
	"slices"
	"sort"

	"qunxiang/core"
	"qunxiang/core/ingest/internal/intern"
	"qunxiang/internal/large"
)

// maxExamples is how many row numbers a report names for each reason.
const maxExamples = 5

// tally counts rows and remembers which lines were left out.
type tally struct {
	base     int // lines before the data
	in       int
	count    [reasons]int
	examples [reasons][]int
	garbled  garbledRows
	skipped  []uint32 // lines that are no row in use, from base
	journal  *journal // of all rows that are left out; nil = none is kept
}

func (t *tally) add(p *part) {
	t.in += p.in
	t.garbled.add(p.line, &p.garbled)
	for _, s := range p.skipped {
		line := p.line + int(s.line)
		t.skipped = append(t.skipped, uint32(line-t.base))
		if s.why != used {
			t.exclude(s.why, line+1)
		}
	}
}

// exclude counts one row by its number in the file, from 1.
func (t *tally) exclude(why reason, row int) {
	t.count[why]++
	if t.journal != nil {
		t.journal.note(row, why)
	}
	if len(t.examples[why]) < maxExamples {
		t.examples[why] = append(t.examples[why], row)
	}
}

// rowNumber returns the number in the file of the k-th row that was in use when the
// file was read.
func (t *tally) rowNumber(k int) int {
	before := sort.Search(len(t.skipped), func(j int) bool { return int(t.skipped[j])-j > k })
	return t.base + k + before + 1
}

// reconciliation is the proof that no row was lost.
func (t *tally) reconciliation() core.Reconciliation {
	r := core.Reconciliation{In: t.in, Used: t.in, Excluded: []core.Exclusion{}}
	for why := used + 1; why < reasons; why++ {
		if n := t.count[why]; n > 0 {
			slices.Sort(t.examples[why])
			r.Excluded = append(r.Excluded, core.Exclusion{Reason: reasonIDs[why], Count: n, Examples: t.examples[why]})
			r.Used -= n
		}
	}
	return r
}

// txBuilder assembles the parts of a table of purchases.
type txBuilder struct {
	tally
	plan     *txPlan
	keys     [keyRoles]*intern.Keys
	codes    [keyRoles][]uint32
	who      []*intern.Keys // of the columns that say who bought …
	whoCodes [][]uint32     // … by row
	day      []core.Date
	clock    []int32
	amount   money
	quantity money
	alt      [3]int
	invalid  []byte         // evidence that the text is not UTF-8
	oddDate  string         // the first cell that is no date …
	oddMoney string         // … and no number
	signs    map[string]int // amounts by their currency
	backed   int            // amounts of which something was given back …
	over     int            // … and those of which more was than they are
}

// errNotUTF8 ends an attempt to read the text as UTF-8.
var errNotUTF8 = errors.New("text is not UTF-8")

// newTxBuilder makes room for the expected rows. Memory is taken as it is filled.
func newTxBuilder(p *txPlan, base, expected int, seed maphash.Seed) *txBuilder {
	b := &txBuilder{plan: p}
	b.base = base
	b.day = large.Room[core.Date](expected)
	b.amount.v = large.Room[int64](expected)
	for k := range b.keys {
		if p.key[k] >= 0 {
			b.keys[k] = intern.NewKeys(seed)
			b.codes[k] = large.Room[uint32](expected)
		}
	}
	for range p.contact {
		b.who = append(b.who, intern.NewKeys(seed))
	}
	b.whoCodes = make([][]uint32, len(b.who))
	if p.key[keyOrder] >= 0 {
		b.keys[keyOrder].Reserve(expected)
	}
	return b
}

func (b *txBuilder) add(p *part) error {
	if p.invalid != nil && b.invalid == nil {
		b.invalid = p.invalid
		if b.plan.lay.encodingGuessed {
			return errNotUTF8
		}
	}
	b.tally.add(p)
	rows := len(b.day)
	b.day = append(b.day, p.day...)
	if p.timed && b.clock == nil {
		b.clock = make([]int32, rows, cap(b.day))
	}
	if b.clock != nil {
		b.clock = append(b.clock, p.clock...)
	}
	b.amount.join(&p.amount)
	if b.plan.qty >= 0 {
		b.quantity.join(&p.quantity)
	}
	if err := b.addKeys(p); err != nil {
		return err
	}
	for i := range b.alt {
		b.alt[i] += p.alt[i]
	}
	b.oddDate, b.oddMoney = cmp.Or(b.oddDate, p.oddDate), cmp.Or(b.oddMoney, p.oddMoney)
	b.backed, b.over = b.backed+p.backed, b.over+p.over
	for c, n := range p.signs {
		if b.signs == nil {
			b.signs = map[string]int{}
		}
		b.signs[c] += n
	}
	return nil
}

// addKeys appends a block's codes of texts.
func (b *txBuilder) addKeys(p *part) (err error) {
	for k, keys := range b.keys {
		if keys == nil {
			continue
		}
		if b.codes[k], err = keys.Codes(&p.keys[k], b.codes[k]); err != nil {
			return dataError("too_many_values", core.Where{Column: b.plan.lay.names[b.plan.cols[b.plan.key[k]]]})
		}
	}
	for k, keys := range b.who {
		if b.whoCodes[k], err = keys.Codes(&p.columns[k], b.whoCodes[k]); err != nil {
			return dataError("too_many_values", core.Where{Column: b.plan.lay.names[b.plan.cols[b.plan.contact[k]]]})
		}
	}
	return nil
}

// transactions hands the columns over.
func (b *txBuilder) transactions() *core.Transactions {
	b.amount.trim()
	t := &core.Transactions{
		Customers: b.keys[keyCustomer].Dict(), Customer: b.codes[keyCustomer],
		Day: b.day, Clock: b.clock, Amount: b.amount.v, Scale: b.amount.scale,
	}
	if k := b.keys[keyOrder]; k != nil {
		t.Orders, t.Order = k.Dict(), b.codes[keyOrder]
	}
	if b.plan.qty >= 0 {
		b.quantity.trim()
		t.Quantity, t.QuantityScale = b.quantity.v, b.quantity.scale
	}
	for k := keyProduct; k < keyRoles; k++ {
		if b.keys[k] != nil {
			t.Labels = append(t.Labels, core.Labels{Role: string(keyRole[k]), Dict: b.keys[k].Dict(), Codes: b.codes[k]})
		}
	}
	return t
}
