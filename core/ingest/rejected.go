package ingest

import (
	"cmp"
	"context"
	"errors"
	"io"
	"slices"

	"qunxiang/core"
)

// Rejected is a row of a file that an import leaves out.
type Rejected struct {
	Row    int      // of the file, 1-based
	Reason string   // as in [core.Exclusion]
	Cells  []string // as in the file; nil where the file no longer has the row
}

// Rejection knows the rows of a file that an import leaves out.
type Rejection struct {
	Result  *Result  // what the import takes
	Header  []string // of the file's columns
	Options core.ImportOptions

	path   string
	rows   []journalRow // in file order
	stored []Rejected   // of a project: nothing is read
	budget int          // of records to be read, 0 = no bound
}

// journal notes every row that is left out, where a report keeps a few of each reason.
type journal struct {
	rows  []journalRow
	count [reasons]int // of every row, noted or not
	most  int          // rows of a reason that are noted; 0 = all
}

type journalRow struct {
	row int
	why reason
}

// FindRejected reads a file as [Read] does and remembers every row that is left out.
// Errors are those of Read. It needs 16 bytes for every such row.
func FindRejected(ctx context.Context, path string, o core.ImportOptions, p core.Progress) (*Rejection, error) {
	tu := defaultTuning()
	tu.journal = &journal{}
	res, err := read(ctx, path, o, p, tu)
	if err != nil {
		return nil, atFile(path, err)
	}
	r := &Rejection{Result: res, path: path, rows: tu.journal.rows, Options: asRead(o, res.Report.Detected)}
	slices.SortStableFunc(r.rows, func(a, b journalRow) int { return cmp.Compare(a.row, b.row) })
	for _, c := range res.Report.Detected.Columns {
		r.Header = append(r.Header, c.Name)
	}
	return r, nil
}

// asRead fixes in the options what was found of the file itself, so that its rows are
// found at the same numbers.
func asRead(o core.ImportOptions, d core.Detected) core.ImportOptions {
	o.Encoding, o.Delimiter, o.HeaderRow = d.Encoding, d.Delimiter, d.HeaderRow
	if d.Sheet != "" {
		o.Sheet = d.Sheet
	}
	if o.HeaderRow == 0 {
		o.HeaderRow = -1
	}
	return o
}

// Count is the number of rows that are left out.
func (r *Rejection) Count() int { return len(r.rows) + len(r.stored) }

// Each reads the file once more and calls fn with the rows that are left out, in file
// order; most bounds the rows of each reason, 0 = all. Only the reasons that are named
// count; none named = all.
func (r *Rejection) Each(ctx context.Context, most int, reasons []string, fn func(Rejected) error) error {
	if r.stored != nil {
		return r.each(ctx, most, reasons, fn)
	}
	rows := r.chosen(most, reasons)
	if len(rows) == 0 {
		return ctx.Err()
	}
	p, err := openPlain(ctx, r.path, r.Options)
	if err != nil {
		return atFile(r.path, err)
	}
	defer p.Close()
	next := p.raw()
	have := plainRow{number: -1}
	for n, w := range rows {
		if n%1024 == 0 && ctx.Err() != nil {
			return ctx.Err()
		}
		if !errors.Is(err, io.EOF) {
			if have, err = r.seek(ctx, p, next, have, w.row); err != nil && !errors.Is(err, io.EOF) {
				return atFile(r.path, err)
			}
		}
		out := Rejected{Row: w.row, Reason: reasonIDs[w.why]}
		if have.number == w.row {
			out.Cells = have.cells
		}
		if err := fn(out); err != nil {
			return err
		}
	}
	return ctx.Err()
}

// chosen are the rows that Each hands over.
func (r *Rejection) chosen(most int, reasons []string) []journalRow {
	var count [len(reasonIDs)]int
	out := make([]journalRow, 0, min(len(r.rows), 1<<16))
	for _, w := range r.rows {
		if len(reasons) > 0 && !slices.Contains(reasons, reasonIDs[w.why]) {
			continue
		}
		if count[w.why]++; most > 0 && count[w.why] > most {
			continue
		}
		out = append(out, w)
	}
	return out
}

// passed reports whether all rows that were read to find the header were handed over.
func (p *Plain) passed() bool { return p.rawLeft == 0 && !p.ended }

// raw returns the rows of the file from its first, whatever they are.
func (p *Plain) raw() func(context.Context) (plainRow, error) {
	first := p.first
	p.rawLeft = len(first)
	return func(ctx context.Context) (plainRow, error) {
		switch {
		case len(first) > 0:
			r := first[0]
			first = first[1:]
			p.rawLeft = len(first)
			return r, nil
		case p.ended:
			return plainRow{}, io.EOF
		}
		return p.src.next(ctx)
	}
}
