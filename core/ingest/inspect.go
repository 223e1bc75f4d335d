package ingest

import (
	"context"
	"errors"
	"slices"

	"qunxiang/core"
)

// Inspection is what a file holds, before anything is imported: the table as it stands,
// and how an import would read it.
type Inspection struct {
	*Plain            // the table, its header and what is not part of it
	Complete bool     // all rows were counted
	Samples  []Sample // the first rows
	Columns  []core.DetectedColumn
	Look     *Preview    // nil where an import would refuse the file …
	Refused  *core.Error // … for this reason
	Problems []core.Message
	Detected core.Detected
	Lines    int // rows …
	Orders   int // … and the distinct orders among them; 0 where the rows are no purchases
}

// Sample is a row of the table with its number in the file.
type Sample struct {
	Row   int      `json:"row"`
	Cells []string `json:"cells"`
}

// inspectRows is how many rows are counted and searched for notes.
const inspectRows = 500_000

// errEnough ends the reading of a large file.
var errEnough = errors.New("enough")

// Inspect says what is in a file: the table with what is above, between and below it,
// and how an import would read it, with its first rows. A table that means nothing to an
// import is no error: Refused says why. Errors are those of [OpenPlain].
func Inspect(ctx context.Context, path string, o core.ImportOptions, rows int) (*Inspection, error) {
	p, err := OpenPlain(ctx, path, o)
	if err != nil {
		return nil, err
	}
	defer p.Close()
	v := &Inspection{Plain: p, Complete: true}
	look, refused := Look(ctx, path, o, 0)
	if e, ok := errors.AsType[*core.Error](refused); refused != nil && (!ok || e.Origin == core.OriginCancelled || ctx.Err() != nil) {
		return nil, refused
	}
	orders := newOrderCount(look)
	var sample [][]string
	err = p.Each(ctx, func(cells []string, row int) error {
		if len(v.Samples) < rows {
			v.Samples = append(v.Samples, Sample{row, slices.Clone(cells)})
		}
		if len(sample) < headMax {
			sample = append(sample, slices.Clone(cells))
		}
		orders.add(cells)
		if p.Rows >= inspectRows {
			return errEnough
		}
		return nil
	})
	if errors.Is(err, errEnough) {
		v.Complete, err = false, nil
	}
	if err != nil {
		return nil, atFile(path, err)
	}
	if refused == nil {
		v.Look, v.Detected, v.Columns, v.Problems = look, look.Detected, look.Detected.Columns, look.Problems
		v.Lines, v.Orders = orders.lines, orders.count(look)
	} else {
		v.refuse(core.AsError(refused), sample)
	}
	v.Problems = append(v.Problems, v.remarks()...)
	return v, nil
}

// orderCount counts the rows and the orders among them.
type orderCount struct {
	cols  []int // that make an order together; nil = a row is one
	lines int
	seen  map[string]bool
}

func newOrderCount(look *Preview) *orderCount {
	c := &orderCount{seen: map[string]bool{}}
	if look == nil || look.Detected.Kind != core.SourceTransactions {
		return c
	}
	find := func(r core.Role) int { return slices.Index(look.Header, look.Detected.Mapping[r]) }
	switch order, cust, date := find(core.RoleOrder), find(core.RoleCustomer), find(core.RoleDate); {
	case order >= 0:
		c.cols = []int{order}
	case look.Detected.Grain == core.GrainLine && cust >= 0 && date >= 0:
		c.cols = []int{cust, date}
	}
	return c
}

func (c *orderCount) add(cells []string) {
	c.lines++
	if c.cols == nil {
		return
	}
	key := ""
	for _, i := range c.cols {
		if i < len(cells) {
			key += cells[i] + "\x00"
		}
	}
	c.seen[key] = true
}

// count is the number of orders, 0 where the rows are no purchases.
func (c *orderCount) count(look *Preview) int {
	switch {
	case look.Detected.Kind != core.SourceTransactions:
		return 0
	case c.cols == nil:
		return c.lines
	}
	return len(c.seen)
}

// refuse describes the columns of a table that an import would not take.
func (v *Inspection) refuse(e *core.Error, sample [][]string) {
	v.Refused = e
	v.Detected = core.Detected{Encoding: v.Encoding, Delimiter: v.Delimiter, Sheet: v.Sheet, Confidence: map[string]float64{"headerRow": v.Confidence}}
	if len(v.HeaderRows) > 0 {
		v.Detected.HeaderRow = v.HeaderRows[len(v.HeaderRows)-1]
	}
	for _, p := range profiles(columnNames(v.Header, v.Width), sample) {
		v.Columns = append(v.Columns, core.DetectedColumn{Name: p.name, Type: p.kind(), Confidence: p.certainty()})
	}
	v.Detected.Columns = v.Columns
}

// remarks are the odd rows in words.
func (v *Inspection) remarks() []core.Message {
	out := make([]core.Message, 0, len(v.Odd))
	for _, o := range v.Odd {
		out = append(out, core.Message{Key: "preview.odd." + o.Kind, Args: core.Args{"count": o.Count, "rows": o.Rows}})
	}
	if len(v.HeaderRows) == 0 && v.Header == nil && v.Width > 0 {
		out = append(out, core.Message{Key: "preview.no_header"})
	}
	return out
}
