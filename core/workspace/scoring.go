package workspace

import (
	"context"
	"math"
	"slices"
	"strconv"

	"qunxiang/core"
	"qunxiang/core/feature"
	"qunxiang/core/ingest"
	"qunxiang/core/run"
	"qunxiang/sdk"
	"qunxiang/sdk/expr"
	"qunxiang/sdk/table"
)

// scoring is a file on its way into the segments of a run.
type scoring struct {
	run    *core.Segmentation
	method core.Method
	file   string
	asOf   core.Date

	say   func(core.Message) sdk.Text
	notes []sdk.Diagnostic

	keys     *core.Dict
	set      *feature.Set
	rows     []int32 // of set that are scored
	table    *table.Table
	details  []sdk.DetailTable
	excluded []core.Excluded
}

// features computes the run's features for the customers of a file.
func (x *scoring) features(ctx context.Context, res *ingest.Result) error {
	o := feature.Options{AsOf: x.asOf, WindowMonths: windowOf(x.method.Info, x.run.Params)}
	if tx := res.Transactions; tx != nil {
		if o.AsOf == 0 || o.AsOf == core.NoDate {
			o.AsOf = max(x.run.AsOf, feature.AsOf(tx))
		}
		var err error
		if x.set, err = feature.FromTransactions(ctx, tx, o); err != nil {
			return err
		}
		x.keys = tx.Customers
	} else {
		codes := make([]uint32, res.Attributes.Customers.Len())
		for i := range codes {
			codes[i] = uint32(i)
		}
		x.set, x.keys = feature.Join(nil, res.Attributes, codes), res.Attributes.Customers
		x.set.AsOf = x.run.AsOf
	}
	if err := x.columns(); err != nil {
		return err
	}
	return x.addDetails(ctx, res.Transactions, o)
}

// windowOf is the months of history that a run has counted.
func windowOf(info sdk.Info, params sdk.Params) int {
	for _, q := range info.Params {
		if q.Host == sdk.HostWindow {
			return params.Int(q.ID)
		}
	}
	return 0
}

// columns picks the run's columns and leaves out the customers who lack a value that
// their role needs.
func (x *scoring) columns() error {
	t := &table.Table{Rows: x.set.Table.Rows}
	var missing []string
	for i, name := range x.run.Features {
		if x.run.Roles[i] == sdk.RoleTarget { // nobody knows it of new customers
			continue
		}
		c := x.set.Table.Column(name)
		if c == nil {
			missing = append(missing, name)
			continue
		}
		as, ok := sameKind(*c, x.kind(name))
		if !ok {
			return &core.Error{
				Code: "score_kind", Origin: core.OriginData, Op: "score", Where: core.Where{File: x.file, Column: name},
				Args: core.Args{"name": x.run.Name, "kind": core.Message{Key: "kind." + x.kind(name).String()}},
			}
		}
		as.Role = x.run.Roles[i]
		t.Columns = append(t.Columns, as)
	}
	if len(missing) > 0 {
		return &core.Error{
			Code: "score_columns", Origin: core.OriginData, Op: "score", Where: core.Where{File: x.file},
			Args: core.Args{"name": x.run.Name, "missing": missing, "count": len(missing)},
		}
	}
	x.excluded = slices.Clone(x.set.Excluded)
	keep := x.population()
	left := core.Excluded{Reason: "missing_value"}
	for i := range t.Rows {
		if keep != nil && !keep[i] {
			continue
		}
		if x.lacks(t, i) {
			left.Customers = append(left.Customers, x.set.Customers[i])
			continue
		}
		x.rows = append(x.rows, int32(i))
	}
	if left.Count = len(left.Customers); left.Count > 0 {
		x.excluded = append(x.excluded, left)
	}
	if len(x.rows) == 0 {
		return &core.Error{Code: run.CodeNoCustomers, Origin: core.OriginData, Op: "score", Where: core.Where{File: x.file}, Args: core.Args{"method": x.method.Info.Name}}
	}
	x.table = t.Pick(x.rows)
	return nil
}

// population is who of the file the run's filter lets in, nil for everybody. What the
// run has said of its customers and the file cannot tell is noted.
func (x *scoring) population() []bool {
	if n := len(x.run.Parents); n > 0 {
		x.note("score_within", core.Message{Key: "score.within", Args: core.Args{"name": x.run.Name, "segment": x.run.Parents[n-1].Title, "parent": x.run.Parents[n-1].Name}})
	}
	if x.run.Where == "" {
		return nil
	}
	keep, err := expr.Filter(x.run.Where, x.set.Table)
	if err != nil {
		x.note("score_where", core.Message{Key: "score.where", Args: core.Args{"name": x.run.Name, "where": x.run.Where}})
		return nil
	}
	x.excluded = append(x.excluded, dropped("filtered", x.set, nil, keep)...)
	return keep
}

func (x *scoring) note(code string, m core.Message) {
	x.notes = append(x.notes, sdk.Diagnostic{Severity: sdk.SeverityWarning, Code: code, Summary: x.say(m)})
}

// kind is the kind of a feature in the run.
func (x *scoring) kind(name string) table.Kind {
	for i := range x.run.Columns {
		if x.run.Columns[i].Name == name {
			return x.run.Columns[i].Kind
		}
	}
	return table.Float64
}

// lacks reports whether a row has no value where the method needs one.
func (x *scoring) lacks(t *table.Table, row int) bool {
	for i := range t.Columns {
		c := &t.Columns[i]
		if c.Missing(row) && slices.ContainsFunc(x.method.Info.Roles, func(r sdk.Role) bool { return r.ID == c.Role && r.Missing == sdk.MissingExclude }) {
			return true
		}
	}
	return false
}

// sameKind returns a column as the kind that it has in the run: what is only numbers in
// one file may be names in another, and whole numbers are numbers.
func sameKind(c table.Column, want table.Kind) (table.Column, bool) {
	if c.Kind == want {
		return c, true
	}
	n := c.Len()
	out := table.Column{Name: c.Name, Kind: want, Unit: c.Unit, Valid: c.Valid}
	switch {
	case want == table.Float64 && c.Numeric():
		for i := range n {
			out.Floats = append(out.Floats, c.Float(i))
		}
	case want == table.Int64 && c.Kind == table.Float64:
		for i, v := range c.Floats {
			if v != math.Trunc(v) && !c.Missing(i) {
				return c, true // fractions where there were none: numbers all the same
			}
			out.Ints = append(out.Ints, int64(v))
		}
	case want == table.Category && c.Numeric():
		code := map[string]uint32{}
		for i := range n {
			s := strconv.FormatFloat(c.Float(i), 'g', -1, 64)
			if _, ok := code[s]; !ok {
				code[s] = uint32(len(out.Dict))
				out.Dict = append(out.Dict, s)
			}
			out.Codes = append(out.Codes, code[s])
		}
	default:
		return c, false
	}
	return out, true
}

// addDetails makes the long tables that the method asks for. A file has orders or none:
// where the method cannot do without another, its run cannot take in new customers.
func (x *scoring) addDetails(ctx context.Context, tx *core.Transactions, o feature.Options) error {
	customers := x.customers()
	for _, d := range x.method.Info.Details {
		build := map[string]func(context.Context, *core.Transactions, feature.Options, []uint32) (*table.Table, error){
			sdk.DetailOrders: feature.Orders, sdk.DetailLines: feature.Lines,
		}[d.ID]
		if build == nil || tx.Rows() == 0 {
			if d.Required {
				return &core.Error{
					Code: "score_detail", Origin: core.OriginData, Op: "score", Where: core.Where{File: x.file},
					Args: core.Args{"name": x.run.Name, "detail": core.Message{Key: "detail." + d.ID}},
				}
			}
			continue
		}
		t, err := build(ctx, tx, o, customers)
		if err != nil {
			return err
		}
		x.details = append(x.details, sdk.DetailTable{ID: d.ID, Table: t})
	}
	return nil
}

func (x *scoring) customers() []uint32 {
	out := make([]uint32, len(x.rows))
	for i, r := range x.rows {
		out[i] = x.set.Customers[r]
	}
	return out
}

func (x *scoring) request() sdk.ApplyRequest {
	r := sdk.ApplyRequest{Table: x.table, Details: x.details, Model: x.run.Model}
	if x.set.AsOf != core.NoDate {
		r.AsOf = int(x.set.AsOf)
	}
	return r
}

// scored makes a result of the method's answer, in the segments of the run.
func (x *scoring) scored(answer sdk.ApplyResponse) (*core.Segmentation, error) {
	for _, d := range answer.Diagnostics {
		if d.Severity == sdk.SeverityError {
			return nil, &core.Error{
				Code: run.CodeRefused, Origin: core.OriginData, Op: "score", Where: core.Where{File: x.file, Column: d.Column},
				Args: core.Args{"reason": d.Summary, "method": x.method.Info.Name},
			}
		}
	}
	s := *x.run
	s.AsOf, s.Customers, s.Excluded = x.set.AsOf, x.customers(), x.excluded
	s.Segments, s.Columns, s.Label = slices.Clone(s.Segments), slices.Clone(x.table.Columns), nil
	for i := range s.Segments {
		g := &s.Segments[i]
		g.Size, g.Share, g.Amount, g.AmountShare, g.Stability = 0, 0, 0, 0, nil
	}
	names := map[string]bool{}
	for i := range s.Columns {
		s.Columns[i].Role = ""
		names[s.Columns[i].Name] = true
	}
	for _, c := range answer.Columns {
		if slices.ContainsFunc(x.method.Info.Outputs, func(o sdk.Output) bool { return o.ID == c.Name && o.Meaning == sdk.MeaningSegment }) {
			if err := x.label(&s, &c); err != nil {
				return nil, err
			}
			continue
		}
		if names[c.Name] { // as in the run
			c.Name = x.method.Info.ID + "_" + c.Name
		}
		names[c.Name] = true
		s.Columns = append(s.Columns, c)
	}
	return &s, nil
}

// label puts the rows into the run's segments, which the user may have renamed.
func (x *scoring) label(s *core.Segmentation, c *table.Column) error {
	at := make([]int32, len(c.Dict))
	for i, key := range c.Dict {
		j := slices.IndexFunc(s.Segments, func(g core.Segment) bool { return g.Key == key })
		if j < 0 && slices.Contains(c.Codes, uint32(i)) {
			return &core.Error{
				Code: "score_segment", Origin: core.OriginPlugin, Op: "score", Where: core.Where{Plugin: x.method.Plugin},
				Args: core.Args{"method": x.method.Info.Name, "segment": key, "name": s.Name},
			}
		}
		at[i] = int32(j)
	}
	s.Label = make([]int32, len(c.Codes))
	for i, code := range c.Codes {
		s.Label[i] = at[code]
		s.Segments[at[code]].Size++
	}
	for i := range s.Segments {
		s.Segments[i].Share = float64(s.Segments[i].Size) / float64(len(s.Label))
	}
	return nil
}
