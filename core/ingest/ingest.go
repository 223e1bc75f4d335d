package ingest

import (
	"context"
	"errors"
	"hash/maphash"

	"qunxiang/core"
	"qunxiang/core/ingest/internal/record"
	"qunxiang/core/ingest/internal/text"
)

// Result is what a file holds. Codes in Transactions and Attributes are into their own
// dictionaries, see [Merge].
type Result struct {
	Report       core.ImportReport
	Transactions *core.Transactions // nil for a table of customers
	Told         *core.Transactions // purchases and refunds before they were linked, which is what a project keeps; nil = as Transactions
	Attributes   *core.Attributes   // nil but for a table of customers
	Gone         *core.Transactions // lines of orders that the file calls cancelled or refunded: who, when, which; nil = none
	Contacts     *core.Records      // what purchases say of who bought, a row per customer; nil = nothing
	Records      *core.Records      // of a survey, comments or events; a survey has no name yet
	Anonymous    bool               // no column of Records says who: each row is a customer of its own, numbered
	Corrected    bool               // rows that an earlier import left out, see [RejectedWriter]: they complete what a project has
	Fingerprint  string             // of the file's bytes, with the name of the hash
	Rejects      *Rejects           // rows that were left out, to be kept: see [Result.Left]
}

// Read imports a file. What o leaves open is detected and told in the report.
//
// Errors are *core.Error: origin data where the file is at fault (with the row and the
// column), user where a choice in o cannot be met, app where the file cannot be read.
// The context's end stops it within a few blocks. p is called at most a hundred times.
func Read(ctx context.Context, path string, o core.ImportOptions, p core.Progress) (*Result, error) {
	r, err := read(ctx, path, o, p, defaultTuning())
	return r, atFile(path, err)
}

func read(ctx context.Context, path string, o core.ImportOptions, p core.Progress, tu tuning) (*Result, error) {
	src, err := open(ctx, path, &o, p)
	if err != nil {
		return nil, err
	}
	defer src.close()
	if tu.journal == nil {
		tu.journal = fewRejected()
	}
	var r *Result
	if src.book != nil {
		r, err = readBook(ctx, src, o, p, tu)
	} else {
		r, err = readText(ctx, src, o, p, tu)
	}
	if r != nil {
		r.Rejects = &Rejects{tu.journal}
	}
	return r, err
}

// attempts is how often a text is read again when the whole of it contradicts what the
// sample showed: once for the encoding, once for the order of day and month.
const attempts = 3

// table is a file whose layout is known, and that can be read as often as needed.
type table interface {
	known() *layout
	// read runs the rows through parsers into an assembler and returns the file's hash.
	read(ctx context.Context, newParser func() parser, a assembler, p core.Progress) (fingerprint string, err error)
	format() (d record.Dialect, encoding string)
	base() (line, expectedRows int) // lines before the data; an estimate of the rows, rather too many
	log() *journal                  // for the rows that are left out; nil = none
}

// readText reads delimited text.
func readText(ctx context.Context, src *opened, o core.ImportOptions, p core.Progress, tu tuning) (*Result, error) {
	var stumbled []byte
	careful := false
	for try := 1; ; try++ {
		t, err := sniff(src.f, src.path, src.head, src.size, o, stumbled)
		if err != nil {
			return nil, err
		}
		t.det.Sheet = src.sheetName("")
		t.tuning = tu
		t.encodingGuessed = o.Encoding == "" && try < attempts
		if t.careful = t.wantsCare(careful); t.unproven() && stumbled == nil {
			if stumbled, err = firstInvalid(ctx, src.f); err != nil {
				return nil, err
			}
			if stumbled != nil { // the sample was ASCII, the rest is not UTF-8
				continue
			}
		}
		r, again, err := t.attempt(ctx, o, p)
		if !careful && oddQuotes(err) {
			careful, try = true, try-1
			continue
		}
		switch {
		case again.invalid != nil && try < attempts:
			stumbled = again.invalid
		case again.order != "" && try < attempts:
			o.DateOrder = again.order
		default:
			return src.stamped(ctx, r, err)
		}
	}
}

// wantsCare reports whether the text is read record by record.
func (t *textFile) wantsCare(oddQuotes bool) bool { return oddQuotes || t.byLine || len(t.down) > 0 }

// stamped gives what was read out of an archive the fingerprint of the archive: that is the
// file that may come again.
func (s *opened) stamped(ctx context.Context, r *Result, err error) (*Result, error) {
	if err == nil && s.archive != nil {
		r.Fingerprint, err = s.hash(ctx)
	}
	return r, err
}

// unproven reports whether the file must be looked through for what is not UTF-8 before
// it is read: a careful reading does not notice by itself.
func (t *textFile) unproven() bool {
	return t.careful && t.encodingGuessed && t.encoding == text.UTF8
}

// attempt reads the file as it was sniffed, and tells what it took to read it.
func (t *textFile) attempt(ctx context.Context, o core.ImportOptions, p core.Progress) (*Result, again, error) {
	r, again, err := readTable(ctx, t, o, p)
	if err == nil {
		r = r.with(append(t.repairs(), t.filler.hints(t.layout)...))
	}
	return r, again, err
}

// again is what the whole of a file showed against its sample.
type again struct {
	invalid []byte         // not UTF-8
	order   core.DateOrder // reads more dates
}

// readTable reads a table whose layout is known.
func readTable(ctx context.Context, t table, o core.ImportOptions, p core.Progress) (*Result, again, error) {
	seed := maphash.MakeSeed()
	l := t.known()
	d, encoding := t.format()
	line, rows := t.base()
	if l.wide() {
		b := newAttrBuilder(newAttrPlan(l, d, encoding, seed), line, seed)
		b.journal = t.log()
		sum, err := t.read(ctx, b.plan.newParser, b, p)
		if errors.Is(err, errNotUTF8) {
			return nil, again{invalid: b.invalid}, err
		}
		if err != nil {
			return nil, again{}, err
		}
		if o.DateOrder == "" {
			if better := b.betterOrder(l); better != "" {
				return nil, again{order: better}, errOtherOrder
			}
		}
		r, err := b.finish(l, sum)
		return r.with(b.garbled.hints()).corrected(l), again{}, err
	}
	b := newTxBuilder(newTxPlan(l, d, encoding, seed), line, rows, seed)
	b.journal = t.log()
	sum, err := t.read(ctx, b.plan.newParser, b, p)
	if errors.Is(err, errNotUTF8) {
		return nil, again{invalid: b.invalid}, err
	}
	if err != nil {
		return nil, again{}, err
	}
	if o.DateOrder == "" {
		if better := b.betterOrder(l.dates.Order); better != "" {
			return nil, again{order: better}, errOtherOrder
		}
	}
	r, err := b.finish(l, sum)
	if err == nil {
		r.with(append(r.remarks(l), b.garbled.hints()...))
	}
	return r.corrected(l), again{}, err
}

// with adds hints to a result; nil stays nil.
func (r *Result) with(hints []core.Message) *Result {
	if r != nil {
		r.Report.Hints = append(r.Report.Hints, hints...)
	}
	return r
}

// corrected marks a file of corrected rows: what it says of an order is not all of it, so
// that nothing of a project is taken back.
func (r *Result) corrected(l *layout) *Result {
	if r != nil && len(l.aside) > 0 {
		r.Corrected, r.Gone = true, nil
		r.Report.Hints = append(r.Report.Hints, core.Message{Key: "import.hint.corrected", Args: core.Args{"count": r.Report.Rows.Used}})
	}
	return r
}

// errOtherOrder ends an attempt with the wrong order of day and month.
var errOtherOrder = errors.New("dates have another order")

// betterOrder returns the order of day and month that reads more dates than the one
// that was used, "" when there is none.
func (b *txBuilder) betterOrder(now core.DateOrder) core.DateOrder {
	best, n := core.DateOrder(""), 0
	for i, o := range orders {
		if o != now && b.alt[i] > n {
			best, n = o, b.alt[i]
		}
	}
	if n > len(b.day)/20 && n*2 > b.count[badDate] {
		return best
	}
	return ""
}

func (t *textFile) known() *layout                   { return t.layout }
func (t *textFile) log() *journal                    { return t.tuning.log() }
func (t *textFile) format() (record.Dialect, string) { return t.dialect, t.encoding }
func (t *textFile) base() (line, expectedRows int) {
	return t.startLine, int(float64(t.size)/max(1, t.rowBytes)*1.05) + 1024
}

func (t *textFile) read(ctx context.Context, newParser func() parser, a assembler, p core.Progress) (string, error) {
	sum := newFingerprint()
	src := func(ctx context.Context, free <-chan *block, work, order chan<- *block) error {
		return t.readBlocks(ctx, t.tuning.block, sum, free, work, order)
	}
	if t.careful {
		src = func(ctx context.Context, free <-chan *block, work, order chan<- *block) error {
			return t.readCarefully(ctx, sum, free, work, order)
		}
	}
	err := pipeline(ctx, t.tuning, src, t.startLine, t.size, newParser, a, p)
	return fingerprintText(sum), err
}
