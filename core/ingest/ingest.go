package ingest

import (
	"context"
	"errors"
	"hash/maphash"
	"os"

	"qunxiang/core"
)

// Result is what a file holds. Codes in Transactions and Attributes are into their own
// dictionaries, see [Merge].
type Result struct {
	Report       core.ImportReport
	Transactions *core.Transactions // nil for a table of customers
	Attributes   *core.Attributes   // nil for a table of purchases
	SHA256       string             // of the file, hex
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
	f, err := os.Open(path)
	if err != nil {
		return nil, err
	}
	defer f.Close() //nolint:errcheck // only read from
	head, size, err := headOf(f)
	if err != nil {
		return nil, err
	}
	if e := foreign(head); e != nil {
		return nil, e
	}
	return readText(ctx, f, path, head, size, o, p, tu)
}

// attempts is how often a text is read again when the whole of it contradicts what the
// sample showed: once for the encoding, once for the order of day and month.
const attempts = 3

// readText reads delimited text.
func readText(ctx context.Context, f *os.File, path string, head []byte, size int64, o core.ImportOptions, p core.Progress, tu tuning) (*Result, error) {
	var stumbled []byte
	choice := o
	for try := 1; ; try++ {
		t, err := sniff(f, path, head, size, choice, stumbled)
		if err != nil {
			return nil, err
		}
		t.encodingGuessed = choice.Encoding == "" && stumbled == nil
		if t.kind == core.SourceCustomers {
			r, invalid, err := t.readCustomers(ctx, p, tu)
			if errors.Is(err, errNotUTF8) && try < attempts {
				stumbled = invalid
				continue
			}
			return r, err
		}
		r, b, err := t.readTransactions(ctx, p, tu)
		switch {
		case errors.Is(err, errNotUTF8) && try < attempts:
			stumbled = b.invalid
			continue
		case err == nil && choice.DateOrder == "" && try < attempts:
			if better := b.betterOrder(t.dates.Order); better != "" {
				choice.DateOrder = better
				continue
			}
		}
		if err != nil {
			return nil, err
		}
		return b.finish(t.layout, r)
	}
}

// readTransactions reads the rows of a table of purchases.
func (t *textFile) readTransactions(ctx context.Context, p core.Progress, tu tuning) (string, *txBuilder, error) {
	seed := maphash.MakeSeed()
	plan := newTxPlan(t.layout, t.dialect, t.encoding, seed)
	b := newTxBuilder(plan, t.startLine, t.expectedRows(), seed)
	sum, err := t.pipeline(ctx, tu, plan.newParser, b, p)
	return sum, b, err
}

// expectedRows estimates the rows from the size of the file, rather too many.
func (t *textFile) expectedRows() int {
	return int(float64(t.size)/max(1, t.rowBytes)*1.05) + 1024
}

// betterOrder returns the order of day and month that reads more dates than the one
// that was used, "" when there is none.
func (b *txBuilder) betterOrder(now core.DateOrder) core.DateOrder {
	best, n := core.DateOrder(""), 0
	for i, o := range orders {
		if o != now && b.alt[i] > n {
			best, n = o, b.alt[i]
		}
	}
	if n > len(b.day)/20+b.count[badDate]/2 && n*2 > b.count[badDate] {
		return best
	}
	return ""
}
