package export

import (
	"context"
	"io"
	"slices"
	"strings"

	"qunxiang/core"
	"qunxiang/sdk"
	"qunxiang/sdk/table"
)

// ListInput is what a list of customers is made of. It is only read.
type ListInput struct {
	Seg    *core.Segmentation
	Keys   *core.Dict
	Method sdk.Info       // orders the columns; the zero Info leaves them as they are
	Extra  []table.Column // further columns, a value per row; written only where ListOptions.Columns names them
	Lang   sdk.Lang       // of the segments' names
	Secret []byte         // the project's key for pseudonyms
}

// Format is a kind of file.
type Format string

// The formats of lists.
const (
	CSV  Format = "csv"
	XLSX Format = "xlsx"
)

// The encodings of CSV. GBK writes GB 18030, which is the same bytes for every
// character of GBK and has room for all others.
const (
	UTF8BOM = "utf-8-bom"
	UTF8    = "utf-8"
	GBK     = "gbk"
)

// ListOptions choose what is written. The zero value is every customer with the
// method's own columns as CSV in UTF-8 with a byte order mark.
type ListOptions struct {
	Format   Format
	Segments []int    // positions in Seg.Segments; nil = all
	Columns  []string // after customer, segment_id and segment; nil = the method's own
	Identity Identity // "" = raw
	Encoding string   // of CSV; "" = UTF8BOM
	Progress core.Progress
}

// The columns that every list begins with.
const (
	ColumnCustomer  = "customer"
	ColumnSegmentID = "segment_id"
	ColumnSegment   = "segment"
)

// List writes a list of customers: the columns customer, segment_id and segment,
// then those of o.Columns, or the method's own. Customers are in the order of the
// segmentation. Columns that identify people are never among the default ones: only
// the key, and what the method used and answered.
//
// A result without segments leaves segment_id and segment empty.
//
// It returns core.Error unknown_column, too_many_rows, nothing_to_list or no_secret,
// ctx's error, or that of w.
func List(ctx context.Context, w io.Writer, in ListInput, o ListOptions) error {
	l, err := newList(in, o)
	if err != nil {
		return err
	}
	if o.Format == XLSX {
		return l.writeXLSX(ctx, w)
	}
	return l.writeCSV(ctx, w)
}

// ListColumns returns the names of the columns that List writes under o, and the
// number of customers.
func ListColumns(in ListInput, o ListOptions) (names []string, rows int, err error) {
	l, err := newList(in, o)
	if err != nil {
		return nil, 0, err
	}
	for i := range l.rows() {
		if l.keeps(l.label(i)) {
			rows++
		}
	}
	return l.header(), rows, nil
}

// list is a list about to be written.
type list struct {
	in      ListInput
	o       ListOptions
	columns []*table.Column
	keep    []bool // by segment position
}

func newList(in ListInput, o ListOptions) (*list, error) {
	if o.Identity == "" {
		o.Identity = IdentityRaw
	}
	if o.Progress == nil {
		o.Progress = core.NoProgress
	}
	if o.Identity == IdentityPseudonym && len(in.Secret) == 0 {
		return nil, &core.Error{Code: CodeNoSecret, Origin: core.OriginApp, Op: "export"}
	}
	l := &list{in: in, o: o, keep: make([]bool, len(in.Seg.Segments))}
	for i := range l.keep {
		l.keep[i] = o.Segments == nil || slices.Contains(o.Segments, i)
	}
	if o.Columns != nil {
		return l, l.pick(o.Columns)
	}
	for _, c := range ownColumns(in) {
		l.columns = append(l.columns, restated(in, c))
	}
	if len(in.Seg.Segments) == 0 && !answers(in) {
		return nil, &core.Error{Code: CodeNothing, Origin: core.OriginUser, Op: "export", Args: core.Args{"name": in.Seg.Name}}
	}
	return l, nil
}

// pick takes the named columns, each once.
func (l *list) pick(names []string) error {
	in := l.in
	for _, name := range names {
		if fixed(name) {
			continue
		}
		c := find(in, name)
		if c != nil {
			c = restated(in, c)
		}
		if c == nil {
			return &core.Error{
				Code: CodeNoColumn, Origin: core.OriginUser, Op: "export", Where: core.Where{Column: name},
				Args: core.Args{"column": name, "known": known(in)},
			}
		}
		if !slices.ContainsFunc(l.columns, func(o *table.Column) bool { return o.Name == c.Name }) {
			l.columns = append(l.columns, c)
		}
	}
	return nil
}

func fixed(name string) bool {
	return name == ColumnCustomer || name == ColumnSegmentID || name == ColumnSegment
}

func find(in ListInput, name string) *table.Column {
	for _, cols := range [][]table.Column{in.Seg.Columns, in.Extra} {
		for i := range cols {
			if cols[i].Name == name && cols[i].Len() == len(in.Seg.Customers) {
				return &cols[i]
			}
		}
	}
	return nil
}

func known(in ListInput) []string {
	var out []string
	for _, cols := range [][]table.Column{in.Seg.Columns, in.Extra} {
		for i := range cols {
			if !fixed(cols[i].Name) {
				out = append(out, cols[i].Name)
			}
		}
	}
	return out
}

// restated returns the column as the method measured it: where the method announces an
// output METHOD_NAME (the mean of the money, say, for its sum), that one under the name.
func restated(in ListInput, c *table.Column) *table.Column {
	own := find(in, in.Method.ID+"_"+c.Name)
	if own == nil || !standsIn(in, own.Name) {
		return c
	}
	named := *own
	named.Name = c.Name
	return &named
}

// ownColumns returns the method's own columns: what it is about (recency, frequency
// and money of RFM) and what it answered, then the features it was free to pick. What
// stands in for a feature, or was only on offer beside it, is left out.
func ownColumns(in ListInput) []*table.Column {
	var own, picked []*table.Column
	for i := range in.Seg.Columns {
		c := &in.Seg.Columns[i]
		switch {
		case fixed(c.Name) || c.Len() != len(in.Seg.Customers) || standsIn(in, c.Name) || onOffer(in, c.Name):
		case slices.Contains(in.Seg.Features, c.Name) && freelyPicked(in.Method, c.Role):
			picked = append(picked, c)
		default:
			own = append(own, c)
		}
	}
	slices.SortStableFunc(own, func(a, b *table.Column) int { return promised(a.Name) - promised(b.Name) })
	return slices.Concat(own, picked)
}

// standsIn reports whether a column is the method's own version of another.
func standsIn(in ListInput, name string) bool {
	of, ok := strings.CutPrefix(name, in.Method.ID+"_")
	return ok && find(in, of) != nil && slices.ContainsFunc(in.Method.Outputs, func(o sdk.Output) bool { return o.ID == name })
}

// onOffer reports whether a feature is in the run only because the method may want
// it instead of another: the hint of an optional role of one column.
func onOffer(in ListInput, name string) bool {
	return slices.Contains(in.Seg.Features, name) && slices.ContainsFunc(in.Method.Roles, func(r sdk.Role) bool {
		return r.Min == 0 && r.Max == 1 && r.Param == "" && slices.Contains(r.Hints, name)
	})
}

// freelyPicked reports whether a feature's role takes any number of columns; of an
// unknown role, whether the method has such a role at all.
func freelyPicked(m sdk.Info, role string) bool {
	open := func(r sdk.Role) bool { return r.Max != 1 }
	if i := slices.IndexFunc(m.Roles, func(r sdk.Role) bool { return r.ID == role }); i >= 0 {
		return open(m.Roles[i])
	}
	return slices.ContainsFunc(m.Roles, open)
}

// promised is the place of a column among those that scripts rely on, which come
// first and in this order.
func promised(name string) int {
	order := [...]string{
		"recency_days", "frequency", "monetary", "r", "f", "m", "rfm_score",
		"p_alive", "expected_orders", "clv", "distance", "silhouette",
	}
	if i := slices.Index(order[:], name); i >= 0 {
		return i
	}
	return len(order)
}

func (l *list) header() []string {
	out := []string{ColumnCustomer, ColumnSegmentID, ColumnSegment}
	for _, c := range l.columns {
		out = append(out, c.Name)
	}
	return out
}

// rows is the number of customers of the result, on the list or not.
func (l *list) rows() int { return len(l.in.Seg.Customers) }

// label is the segment of a row, noLabel in a result without segments.
func (l *list) label(row int) int32 {
	if l.in.Seg.Label == nil {
		return noLabel
	}
	return l.in.Seg.Label[row]
}

// noLabel is the label of rows that are in no segment.
const noLabel = -1

// answers reports whether the method has said something about each customer.
func answers(in ListInput) bool {
	return slices.ContainsFunc(in.Seg.Columns, func(c table.Column) bool {
		return c.Role == "" && !slices.Contains(in.Seg.Features, c.Name) && !slices.Contains(money[:], c.Name)
	})
}

// money are the columns that every run keeps beside the method's own.
var money = [...]string{"recency_days", "frequency", "monetary"}

// keeps reports whether rows with the label are in the list.
func (l *list) keeps(label int32) bool {
	if label == noLabel {
		return len(l.keep) == 0 && l.o.Segments == nil
	}
	return label >= 0 && int(label) < len(l.keep) && l.keep[label]
}

func (l *list) segmentName(at int) string { return l.in.Seg.Segments[at].Name.In(l.in.Lang) }
