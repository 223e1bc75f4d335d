package clean

import (
	"context"

	"qunxiang/core"
)

// Data are the data of a project as the steps see them.
type Data struct {
	Transactions *core.Transactions // may be nil
	Attributes   *core.Attributes   // may be nil
	Records      []*core.Records
	// Files tells which rows of Transactions came from which source: the first Rows rows from the first,
	// and so on. Nil where that is not known: steps about a file then do nothing.
	Files []File
}

// File is how many rows of the transactions a source gave.
type File struct {
	Source int // id
	Rows   int
}

// FilesOf returns the Files of transactions that the sources gave, nil where their numbers
// of rows do not tell.
func FilesOf(sources []core.Source, rows int) []File {
	var out []File
	for _, s := range sources {
		if s.Kind == core.SourceTransactions {
			out = append(out, File{s.ID, s.Report.Lines})
			rows -= s.Report.Lines
		}
	}
	if rows != 0 {
		return nil
	}
	return out
}

// Apply returns the data after the steps, in order, with the effect of each; a step that
// is switched off has one without change. The input is not changed and may share columns with the
// output. Files of the result is nil when rows were dropped. An error is a step that
// cannot be ([Step.Check]), an amount that does not fit ("step_overflow"), or the end of ctx.
func Apply(ctx context.Context, in Data, steps []Step) (Data, []Effect, error) {
	for _, s := range steps {
		if err := s.Check(); err != nil {
			return in, nil, err
		}
	}
	w := &work{ctx: ctx, Data: in}
	w.Records = append([]*core.Records(nil), in.Records...)
	for _, s := range steps {
		if s.Args.File != 0 && !s.Off {
			w.nameRows()
			break
		}
	}
	var out []Effect
	before := w.count()
	for _, s := range steps {
		e, err := w.step(s, before)
		if err != nil {
			return in, nil, err
		}
		before = e.After
		out = append(out, e)
	}
	return w.Data, out, ctx.Err()
}

// Active reports whether any step is switched on.
func Active(steps []Step) bool {
	for _, s := range steps {
		if !s.Off {
			return true
		}
	}
	return false
}

// work is the state between steps.
type work struct {
	Data
	ctx   context.Context
	file  []int32 // source of each row of the transactions; nil while no step asks
	eff   *Effect
	coded *core.Dict // attributes whose codes are known
	codes []uint32
}

func (w *work) step(s Step, before Counts) (Effect, error) {
	e := Effect{Step: s.ID, Kind: s.Kind, Off: s.Off, Before: before, After: before}
	if s.Off {
		return e, nil
	}
	w.eff = &e
	if err := w.do(s); err != nil {
		return e, err
	}
	if e.Rows == 0 && e.Customers == 0 && e.Remark.Key == "" {
		e.Remark = core.Message{Key: "clean.remark.nothing"}
	}
	if e.Rows == 0 && e.Customers == 0 {
		return e, w.ctx.Err()
	}
	e.After = w.count()
	e.tidy()
	return e, w.ctx.Err()
}

func (w *work) do(s Step) error {
	switch s.Kind {
	case DropDuplicates:
		return w.dropDuplicates(s)
	case DropTests, DropCustomers:
		return w.dropCustomers(s)
	case DropOrders:
		return w.dropOrders(s)
	case KeepDates:
		return w.keepDates(s)
	case Outliers:
		return w.outliers(s)
	case Merge:
		return w.merge(s)
	case Rescale:
		if s.Args.Column == "" {
			return w.rescale(s)
		}
	}
	return w.onColumn(s)
}

// nameRows notes the source of every row.
func (w *work) nameRows() {
	n := 0
	for _, f := range w.Files {
		n += f.Rows
	}
	if n != w.Transactions.Rows() || n == 0 {
		return
	}
	w.file = make([]int32, 0, n)
	for _, f := range w.Files {
		for range f.Rows {
			w.file = append(w.file, int32(f.Source))
		}
	}
}

// block is the number of rows between two looks at the context.
const block = 1 << 16

// each calls f for the rows 0…n−1.
func (w *work) each(n int, f func(i int)) error { return each(w.ctx, n, f) }

func each(ctx context.Context, n int, f func(i int)) error {
	for lo := 0; lo < n; lo += block {
		if err := ctx.Err(); err != nil {
			return err
		}
		for i := lo; i < min(n, lo+block); i++ {
			f(i)
		}
	}
	return nil
}
