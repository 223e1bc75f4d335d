package export

import (
	"slices"
	"strconv"

	"qunxiang/core"
	"qunxiang/sdk/table"
)

// The columns of [Cells] that tell of the run.
const (
	ColumnAsOf    = "as_of"
	ColumnRun     = "run"
	ColumnRunDate = "run_date"
)

// Cells are the values of a result as texts, to be written into the rows of somebody
// else's file by customer.
type Cells struct {
	l       *list
	columns []string
	own     []*table.Column // by column; nil = of the list or the run itself
}

// NewCells prepares the columns of o, or segment, segment_id, what the method answered and
// as_of. Errors are those of [List].
func NewCells(in ListInput, o ListOptions) (*Cells, error) {
	c := &Cells{columns: o.Columns}
	if o.Columns != nil {
		o.Columns = slices.DeleteFunc(slices.Clone(o.Columns), ofRun)
	}
	o.Identity = IdentityNone
	var err error
	if c.l, err = newList(in, o); err != nil {
		return nil, err
	}
	if c.columns == nil {
		c.columns = []string{ColumnSegment, ColumnSegmentID}
		if len(in.Seg.Segments) == 0 {
			c.columns = nil
		}
		for _, own := range c.l.columns {
			if !slices.Contains(in.Seg.Features, own.Name) {
				c.columns = append(c.columns, own.Name)
			}
		}
		c.columns = append(c.columns, ColumnAsOf)
	}
	for _, name := range c.columns {
		var own *table.Column
		if k := slices.IndexFunc(c.l.columns, func(l *table.Column) bool { return l.Name == name }); k >= 0 {
			own = c.l.columns[k]
		}
		c.own = append(c.own, own)
	}
	return c, nil
}

// ofRun reports a column that tells of the run alone.
func ofRun(name string) bool {
	return name == ColumnAsOf || name == ColumnRun || name == ColumnRunDate || fixed(name)
}

// Columns are the names of the columns.
func (c *Cells) Columns() []string { return c.columns }

// On reports whether the customer of a row of the result is on the list.
func (c *Cells) On(row int) bool { return c.l.keeps(c.l.label(row)) }

// Row returns the cells of a row of the result, safe for spreadsheets.
func (c *Cells) Row(row int) []string {
	out := make([]string, len(c.columns))
	seg, label := c.l.in.Seg, c.l.label(row)
	for i, name := range c.columns {
		switch {
		case c.own[i] != nil:
			out[i] = cellText(c.own[i], row)
		case name == ColumnSegment && label != noLabel:
			out[i] = Safe(c.l.segmentName(int(label)))
		case name == ColumnSegmentID && label != noLabel:
			out[i] = strconv.Itoa(seg.Segments[label].ID)
		case name == ColumnAsOf && seg.AsOf != core.NoDate:
			out[i] = seg.AsOf.String()
		case name == ColumnRun:
			out[i] = strconv.Itoa(seg.Run)
		case name == ColumnRunDate:
			out[i] = core.DateOf(seg.Created).String()
		}
	}
	return out
}

// cellText is a cell as text: numbers as they are, texts safe.
func cellText(c *table.Column, row int) string {
	if c.Missing(row) {
		return ""
	}
	switch c.Kind {
	case table.Float64:
		return string(appendFloat(nil, c.Floats[row]))
	case table.Int64:
		return strconv.FormatInt(c.Ints[row], 10)
	case table.Bool:
		return strconv.FormatBool(c.Ints[row] != 0)
	case table.Time:
		return timeText(c.Ints[row])
	}
	return Safe(c.Text(row))
}
