package ingest

import (
	"cmp"
	"context"
	"errors"
	"io"
	"slices"

	"qunxiang/core"
)

// Bounds on the rows that an import remembers to be kept with it.
const (
	maxKept     = 10_000  // rows in all
	maxKeptEach = 1_000   // of each reason before others get what is left
	maxParsed   = 200_000 // records that are read again to find them; lines without quotation marks are passed over
)

// KeptRows are rows that an import left out, as a project keeps them.
type KeptRows struct {
	Rows     []Rejected
	Complete bool // these are all
}

// Left returns rows that the import of the file left out, to be kept: the first thousand of
// each reason, then others, ten thousand at most. The file is read once more as far as they go,
// unless that would be long. o are the options of the import.
func (r *Result) Left(ctx context.Context, path string, o core.ImportOptions) (KeptRows, error) {
	if r.Rejects == nil {
		return KeptRows{}, ctx.Err()
	}
	rows, all := r.Rejects.noted.few()
	if len(rows) == 0 {
		return KeptRows{Complete: all}, ctx.Err()
	}
	o.Reader = slices.Clone(o.Reader)
	x := &Rejection{Result: r, Options: asRead(o, r.Report.Detected), path: path, rows: rows, budget: maxParsed}
	out := KeptRows{Complete: all}
	err := x.Each(ctx, 0, nil, func(row Rejected) error {
		out.Rows = append(out.Rows, row)
		return nil
	})
	if errors.Is(err, errTooFar) {
		out.Complete, err = false, nil
	}
	return out, err
}

// Rejects are places of rows that a reading left out.
type Rejects struct{ noted *journal }

// Equal reports whether the same rows were left out for the same reasons.
func (r *Rejects) Equal(other *Rejects) bool {
	if r == nil || other == nil {
		return r == other
	}
	a, allA := r.noted.few()
	b, allB := other.noted.few()
	return allA == allB && slices.Equal(a, b)
}

// errTooFar ends a reading that would be long.
var errTooFar = errors.New("too many records to read again")

// fewRejected is a journal that keeps no more than can be kept.
func fewRejected() *journal { return &journal{most: maxKept} }

// note notes a row, unless there are enough of its reason.
func (j *journal) note(row int, why reason) {
	j.count[why]++
	if j.most == 0 || j.count[why] <= j.most {
		j.rows = append(j.rows, journalRow{row, why})
	}
}

// few chooses the rows that are kept, in file order; all tells whether these are all.
func (j *journal) few() (rows []journalRow, all bool) {
	total := 0
	for _, n := range j.count {
		total += n
	}
	slices.SortStableFunc(j.rows, func(a, b journalRow) int { return cmp.Compare(a.row, b.row) })
	if total <= maxKept {
		return j.rows, true
	}
	var count [reasons]int
	var later []journalRow
	for _, r := range j.rows {
		if count[r.why]++; count[r.why] <= maxKeptEach {
			rows = append(rows, r)
		} else {
			later = append(later, r)
		}
	}
	rows = append(rows, later[:max(0, min(len(later), maxKept-len(rows)))]...)
	slices.SortStableFunc(rows, func(a, b journalRow) int { return cmp.Compare(a.row, b.row) })
	return rows, false
}

// StoredRejection is a rejection of rows that a project kept: nothing is read. report is
// that of the import.
func StoredRejection(report core.ImportReport, fingerprint string, rows []Rejected) *Rejection {
	r := &Rejection{Result: &Result{Report: report, Fingerprint: fingerprint}, Options: asRead(core.ImportOptions{}, report.Detected), stored: rows}
	for _, c := range report.Detected.Columns {
		r.Header = append(r.Header, c.Name)
	}
	return r
}

// each hands over stored rows.
func (r *Rejection) each(ctx context.Context, most int, names []string, fn func(Rejected) error) error {
	count := map[string]int{}
	for _, row := range r.stored {
		if len(names) > 0 && !slices.Contains(names, row.Reason) {
			continue
		}
		if count[row.Reason]++; most > 0 && count[row.Reason] > most {
			continue
		}
		if err := fn(row); err != nil {
			return err
		}
	}
	return ctx.Err()
}

// seek reads up to the row of that number, or the one behind where there is none.
func (r *Rejection) seek(ctx context.Context, p *Plain, next func(context.Context) (plainRow, error), have plainRow, row int) (plainRow, error) {
	var err error
	for have.number < row {
		if t, text := p.src.(*textRows); text && have.number >= 0 && row > have.number+1 && p.passed() {
			if err := t.r.Skip(row - 1); err != nil {
				return have, err
			}
			if err := ctx.Err(); err != nil {
				return have, err
			}
		}
		if r.budget > 0 {
			if r.budget--; r.budget == 0 {
				return have, errTooFar
			}
		}
		if have, err = next(ctx); err != nil {
			if errors.Is(err, io.EOF) {
				return plainRow{number: -1}, err
			}
			return have, err
		}
	}
	return have, nil
}
