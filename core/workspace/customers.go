package workspace

import (
	"bytes"
	"cmp"
	"context"
	"math"
	"slices"
	"strings"

	"qunxiang/core"
	"qunxiang/core/expr"
	"qunxiang/core/feature"
	"qunxiang/core/privacy"
	"qunxiang/sdk/table"
)

// CustomerQuery picks and orders customers for a table.
type CustomerQuery struct {
	Search       string // part of the customer key, letters of either case
	Sort         string // column name, ColumnKey or ColumnSegment; "" = by key code
	Descending   bool
	Where        string  // expression over the columns
	Segmentation string  // name of a result; "" = every customer with features
	Run          int     // 0 = newest
	Segments     []int   // positions in the segmentation; nil = all
	Rows         []int32 // rows of the segmentation, for one cell of a chart; nil = all
	Excluded     string  // reason: those whom the result left out for it, instead of those in it
	Reveal       bool    // show direct identifiers and what is sensitive as they are
}

// The columns of a CustomerView that are no features.
const (
	ColumnKey     = "customer"
	ColumnSegment = "segment"
)

// CustomerColumn heads a column of a CustomerView.
type CustomerColumn struct {
	Name    string // feature, output, ColumnKey or ColumnSegment
	Unit    string
	Numeric bool
	Class   core.FieldClass // "" = made from purchases, answers, comments or events
	Masked  bool            // cells are shown masked
}

// Cell is one cell of a CustomerView.
type Cell struct {
	Text    string
	Number  float64
	Numeric bool
	Missing bool
	Segment int // position of the segment in ColumnSegment
}

// CustomerView is a list of customers, ready for a virtual table: every access is
// in constant time. Immutable.
type CustomerView struct {
	Columns []CustomerColumn
	Total   int // customers before Search, Where, Segments and Rows
	AsOf    core.Date

	order     []int32
	keys      *core.Dict
	customers []uint32
	columns   []*table.Column // by position in Columns; nil for key and segment
	label     []int32
	segments  []core.Segment
	classes   *classes
}

// Len returns the number of customers in the view.
func (v *CustomerView) Len() int { return len(v.order) }

// Key returns the key of the i-th customer.
func (v *CustomerView) Key(i int) string { return v.keys.At(int(v.customers[v.order[i]])) }

// Row returns the row of the i-th customer in the segmentation or the feature set.
func (v *CustomerView) Row(i int) int32 { return v.order[i] }

// Segment returns the i-th customer's segment; ok is false where there is none.
func (v *CustomerView) Segment(i int) (s core.Segment, position int, ok bool) {
	if v.label == nil {
		return core.Segment{}, 0, false
	}
	at := v.label[v.order[i]]
	return v.segments[at], int(at), true
}

// Cell returns the cell of the i-th customer in a column. The text of a segment is
// empty: the caller names it in its language by Segment.
func (v *CustomerView) Cell(i, col int) Cell {
	c := v.cell(i, col)
	if v.Columns[col].Masked && !c.Missing {
		if of := v.classes.of[v.Columns[col].Name]; v.columns[col] == nil {
			c = Cell{Text: v.classes.key.shown(c.Text)}
		} else {
			c = Cell{Text: privacy.MaskAs(of.class, of.holds, c.Text)}
		}
		if c.Text == "" {
			c.Text = privacy.Stars
		}
	}
	return c
}

func (v *CustomerView) cell(i, col int) Cell {
	r := int(v.order[i])
	switch c := v.columns[col]; {
	case c != nil && c.Missing(r):
		return Cell{Missing: true, Numeric: c.Numeric()}
	case c != nil && c.Numeric():
		return Cell{Number: c.Float(r), Numeric: true}
	case c != nil:
		return Cell{Text: c.Text(r)}
	case v.Columns[col].Name == ColumnSegment:
		return Cell{Segment: int(v.label[r])}
	}
	return Cell{Text: v.keys.At(int(v.customers[r]))}
}

// Customers returns the customers that a query asks for.
func (p *Project) Customers(ctx context.Context, q CustomerQuery) (*CustomerView, error) {
	keys, err := p.Keys(ctx)
	if err != nil {
		return nil, err
	}
	v := &CustomerView{keys: keys, Columns: []CustomerColumn{{Name: ColumnKey}}, columns: []*table.Column{nil}, AsOf: core.NoDate}
	var t *table.Table
	if q.Segmentation != "" {
		s, err := p.Segmentation(ctx, q.Segmentation, q.Run)
		if err != nil {
			return nil, err
		}
		if q.Excluded != "" {
			if t, err = p.leftOut(ctx, v, s, q.Excluded); err != nil {
				return nil, err
			}
		} else {
			v.customers, v.label, v.segments, v.AsOf = s.Customers, s.Label, s.Segments, s.AsOf
			if s.Label != nil {
				v.Columns, v.columns = append(v.Columns, CustomerColumn{Name: ColumnSegment}), append(v.columns, nil)
			}
			t = &table.Table{Rows: len(s.Customers), Columns: s.Columns}
		}
	} else {
		set, err := p.Features(ctx, core.NoDate, 0)
		if err != nil {
			return nil, err
		}
		v.customers, v.AsOf = set.Customers, set.AsOf
		t = &table.Table{Rows: set.Table.Rows, Columns: set.Table.Columns}
	}
	if err := p.describe(ctx, v, t, q); err != nil {
		return nil, err
	}
	v.Total = t.Rows
	if err := v.pick(q, t); err != nil {
		return nil, err
	}
	v.sort(q)
	return v, ctx.Err()
}

// describe heads the columns of a view: those of the table, and the direct identifiers of
// the customers, which are in no table of features.
func (p *Project) describe(ctx context.Context, v *CustomerView, t *table.Table, q CustomerQuery) error {
	var err error
	if v.classes, err = p.classes(ctx); err != nil {
		return err
	}
	v.Columns[0].Class = v.classes.key.class
	v.Columns[0].Masked = !q.Reveal && v.classes.key.class == core.ClassDirect
	var names []string
	for name, c := range v.classes.of {
		if c.class == core.ClassDirect && t.Column(name) == nil {
			names = append(names, name)
		}
	}
	all := &feature.Set{Customers: v.customers, Table: &table.Table{Rows: t.Rows}}
	more, err := p.identifiers(ctx, all, names)
	if err != nil {
		return err
	}
	t.Columns = append(slices.Clip(t.Columns), more...)
	for i := range t.Columns {
		c := &t.Columns[i]
		class := v.classes.of[c.Name].class
		hidden := !q.Reveal && privacy.Hidden(class)
		v.Columns = append(v.Columns, CustomerColumn{Name: c.Name, Unit: c.Unit, Numeric: c.Numeric() && !hidden, Class: class, Masked: hidden})
		v.columns = append(v.columns, c)
	}
	return nil
}

func (v *CustomerView) pick(q CustomerQuery, t *table.Table) error {
	var where []bool
	if strings.TrimSpace(q.Where) != "" {
		var err error
		if where, err = expr.Filter(q.Where, t); err != nil {
			return err
		}
	}
	needle := []byte(strings.ToLower(strings.TrimSpace(q.Search)))
	var key []byte
	take := func(r int32) bool {
		if where != nil && !where[r] || q.Segments != nil && (v.label == nil || !slices.Contains(q.Segments, int(v.label[r]))) {
			return false
		}
		if len(needle) == 0 {
			return true
		}
		key = v.keys.AppendTo(key[:0], int(v.customers[r]))
		return bytes.Contains(bytes.ToLower(key), needle)
	}
	rows := q.Rows
	if rows == nil {
		rows = make([]int32, t.Rows)
		for i := range rows {
			rows[i] = int32(i)
		}
	}
	v.order = make([]int32, 0, len(rows))
	for _, r := range rows {
		if int(r) < t.Rows && take(r) {
			v.order = append(v.order, r)
		}
	}
	return nil
}

// sort orders the view; equal values keep the order of the rows, missing ones go last.
func (v *CustomerView) sort(q CustomerQuery) {
	at := slices.IndexFunc(v.Columns, func(c CustomerColumn) bool { return c.Name == q.Sort })
	if at < 0 {
		return
	}
	sign := 1
	if q.Descending {
		sign = -1
	}
	c := v.columns[at]
	switch {
	case c != nil && c.Numeric():
		v.sortNumbers(c, sign)
	case c == nil && q.Sort == ColumnSegment:
		slices.SortStableFunc(v.order, func(a, b int32) int { return sign * cmp.Compare(v.label[a], v.label[b]) })
	default:
		text := func(r int32) string {
			if c == nil {
				return v.keys.At(int(v.customers[r]))
			}
			return c.Text(int(r))
		}
		texts := make(map[int32]string, len(v.order))
		for _, r := range v.order {
			texts[r] = text(r)
		}
		slices.SortStableFunc(v.order, func(a, b int32) int { return sign * strings.Compare(texts[a], texts[b]) })
	}
}

func (v *CustomerView) sortNumbers(c *table.Column, sign int) {
	type pair struct {
		key float64
		row int32
	}
	pairs := make([]pair, len(v.order))
	for i, r := range v.order {
		k := math.Inf(1)
		if !c.Missing(int(r)) {
			k = float64(sign) * c.Float(int(r))
		}
		pairs[i] = pair{k, r}
	}
	slices.SortStableFunc(pairs, func(a, b pair) int { return cmp.Compare(a.key, b.key) })
	for i, p := range pairs {
		v.order[i] = p.row
	}
}
