package store

import (
	"context"
	"fmt"

	"qunxiang/core"
	"qunxiang/internal/large"
	"qunxiang/store/internal/column"
)

// summaryRef says where the summary of the transactions is kept. It is never needed:
// who does not find it, or finds that it is not that of the rows, reads the rows.
type summaryRef struct {
	Rows    int         `json:"rows"` // of the transactions that it was made from
	From    core.Date   `json:"from"`
	To      core.Date   `json:"to"`
	Columns []columnRef `json:"columns"`
	Notes   []byte      `json:"notes,omitempty"`
}

// tallyFields are the columns of a summary, all needed, since schema 1.
func tallyFields() []string { return []string{"money", "first", "last", "orders", "days"} }

// getTallies and setTallies move one field between tallies and a block of a column.
func getTallies(field string, of []core.Tally, v []int64) {
	of = of[:len(v)]
	switch field {
	case "money":
		for i := range of {
			v[i] = of[i].Money
		}
	case "first":
		for i := range of {
			v[i] = int64(of[i].First)
		}
	case "last":
		for i := range of {
			v[i] = int64(of[i].Last)
		}
	case "orders":
		for i := range of {
			v[i] = int64(of[i].Orders)
		}
	case "days":
		for i := range of {
			v[i] = int64(of[i].Days)
		}
	}
}

func setTallies(field string, of []core.Tally, v []int64) {
	of = of[:len(v)]
	switch field {
	case "money":
		for i, x := range v {
			of[i].Money = x
		}
	case "first":
		for i, x := range v {
			of[i].First = core.Date(x)
		}
	case "last":
		for i, x := range v {
			of[i].Last = core.Date(x)
		}
	case "orders":
		for i, x := range v {
			of[i].Orders = uint32(x)
		}
	case "days":
		for i, x := range v {
			of[i].Days = uint32(x)
		}
	}
}

// addSummary queues the summary of tx; nil where it has none.
func addSummary(w *writer, tx *core.Transactions) *summaryRef {
	s := tx.Summary
	if !tx.Summarised(s) {
		return nil
	}
	ref := &summaryRef{Rows: s.Rows, From: s.From, To: s.To, Notes: s.Notes}
	for _, f := range tallyFields() {
		p := addChunks(w, s.Of, codecRaw, func(dst []byte, of []core.Tally) []byte {
			var v [column.BlockRows]int64 // whole blocks make the same chunk as all at once
			dst, _ = column.AppendBlocks(dst, len(of), v[:], func(from int, block []int64) bool {
				getTallies(f, of[from:], block)
				return true
			})
			return dst
		})
		ref.Columns = append(ref.Columns, columnRef{Kind: f, Rows: len(s.Of), Parts: []part{p}})
	}
	return ref
}

// Summary loads what the transactions add up to, nil where that is not known.
func (f *File) Summary(ctx context.Context) (*core.Summary, error) {
	f.mu.RLock()
	defer f.mu.RUnlock()
	const op = "read summary"
	if err := f.usable(op); err != nil {
		return nil, err
	}
	var s *core.Summary
	err := f.read(func(src values) (err error) {
		s, err = loadSummary(ctx, f.loader(op, src), f.man.Data)
		return err
	})
	if err != nil {
		return nil, fail(op, f.path, err)
	}
	return s, nil
}

func loadSummary(ctx context.Context, l *loader, d *dataset) (*core.Summary, error) {
	if d == nil || d.Summary == nil || d.Summary.Rows != d.Rows {
		return nil, nil //nolint:nilnil // no summary is a state of its own
	}
	customers := 0
	if c := d.find(colCustomer, ""); c != nil && c.Dict != nil {
		customers = c.Dict.Len
	}
	if customers < 0 || customers > maxRows || d.Scale < 0 || d.Scale > 15 {
		return nil, fmt.Errorf("%w: summary", errDamaged)
	}
	if err := l.room(workSummary * d.Summary.weight()); err != nil {
		return nil, err
	}
	s := &core.Summary{Rows: d.Rows, Scale: d.Scale, From: d.Summary.From, To: d.Summary.To, Of: make([]core.Tally, customers), Notes: d.Summary.Notes}
	large.Hint(s.Of)
	for _, f := range tallyFields() {
		ref := d.Summary.find(f)
		if ref == nil || ref.Rows != customers {
			return nil, nil //nolint:nilnil // another program's, of no use here
		}
		err := loadChunks(l, ref.Parts, s.Of, codecRaw, func(of []core.Tally, b []byte) error {
			var v [column.BlockRows]int64
			return column.DecodeBlocks(b, len(of), v[:], func(from int, block []int64) { setTallies(f, of[from:], block) })
		})
		if err != nil {
			return nil, err
		}
	}
	return s, l.run(ctx)
}

func (r *summaryRef) find(kind string) *columnRef {
	for i := range r.Columns {
		if r.Columns[i].Kind == kind {
			return &r.Columns[i]
		}
	}
	return nil
}

// spans calls yield for every span of blobs of the summary.
func (r *summaryRef) spans(yield func(span)) {
	if r == nil {
		return
	}
	for i := range r.Columns {
		r.Columns[i].spans(yield)
	}
}
