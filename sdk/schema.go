package sdk

import (
	"slices"

	"qunxiang/sdk/table"
)

// Schema describes the columns of a table as [ValidateRequest] has them, missing values
// counted, different ones of categories only. Since 1.0.
func Schema(t *table.Table) []ColumnSchema {
	out := make([]ColumnSchema, len(t.Columns))
	for i := range t.Columns {
		c := &t.Columns[i]
		out[i] = ColumnSchema{Name: c.Name, Kind: c.Kind, Unit: c.Unit, Role: c.Role, Missing: c.CountMissing(), Distinct: len(c.Dict)}
	}
	return out
}

// Question is the run as Validate was asked about it. A method whose Fit is also called
// without the host, such as by its tests, begins with Info.Complete(r.Question()).
// Since 1.0.
func (r Request) Question() ValidateRequest {
	out := ValidateRequest{Params: r.Params, Columns: Schema(r.Table), Rows: r.Table.Rows, AsOf: r.AsOf}
	for _, d := range r.Details {
		out.Details = append(out.Details, DetailSchema{ID: d.ID, Columns: Schema(d.Table), Rows: d.Table.Rows})
	}
	return out
}

// Failed reports whether one of the diagnostics is an error, which stops the run.
// Since 1.0.
func Failed(list []Diagnostic) bool {
	return slices.ContainsFunc(list, func(d Diagnostic) bool { return d.Severity == SeverityError })
}
