package wire

import (
	"math"

	"qunxiang/sdk"
	"qunxiang/sdk/internal/methodv1"
	"qunxiang/sdk/table"
)

// FromSchema writes the head of a table of so many rows, dictionaries included.
func FromSchema(t *table.Table, rows int) *methodv1.TableSchema {
	s := &methodv1.TableSchema{Rows: int64(rows), Columns: make([]*methodv1.ColumnSchema, len(t.Columns))}
	for i := range t.Columns {
		c := &t.Columns[i]
		s.Columns[i] = &methodv1.ColumnSchema{
			Name: c.Name, Kind: fromKind(c.Kind), Unit: c.Unit, Role: c.Role, Dictionary: c.Dict, Missing: int64(c.CountMissing()),
		}
	}
	return s
}

// FromDetails writes the heads of the long tables, dictionaries included.
func FromDetails(list []sdk.DetailTable) []*methodv1.DetailSchema {
	return each(list, func(d sdk.DetailTable) *methodv1.DetailSchema {
		return &methodv1.DetailSchema{Id: d.ID, Schema: FromSchema(d.Table, d.Table.Rows)}
	})
}

// FromAsOf writes an as-of date, which is a day of the calendar's and so fits.
func FromAsOf(day int) int32 { return int32(min(max(day, math.MinInt32), math.MaxInt32)) }

// FromValidate writes the question whether a run would go well.
func FromValidate(method string, r sdk.ValidateRequest) *methodv1.ValidateRequest {
	return &methodv1.ValidateRequest{
		Method: method, Params: FromParams(r.Params), ParamsVersion: int32(r.Version), Schema: fromHead(r.Columns, r.Rows), AsOf: FromAsOf(r.AsOf),
		Details: each(r.Details, func(d sdk.DetailSchema) *methodv1.DetailSchema {
			return &methodv1.DetailSchema{Id: d.ID, Schema: fromHead(d.Columns, d.Rows)}
		}),
	}
}

// ToValidate reads the question.
func ToValidate(m *methodv1.ValidateRequest) sdk.ValidateRequest {
	columns, rows := toHead(m.GetSchema())
	return sdk.ValidateRequest{
		Params: ToParams(m.GetParams()), Version: int(m.GetParamsVersion()), Columns: columns, Rows: rows, AsOf: int(m.GetAsOf()),
		Details: each(m.GetDetails(), func(d *methodv1.DetailSchema) sdk.DetailSchema {
			columns, rows := toHead(d.GetSchema())
			return sdk.DetailSchema{ID: d.GetId(), Columns: columns, Rows: rows}
		}),
	}
}

// fromHead writes the head of a table without its dictionaries.
func fromHead(columns []sdk.ColumnSchema, rows int) *methodv1.TableSchema {
	return &methodv1.TableSchema{
		Rows: int64(rows),
		Columns: each(columns, func(c sdk.ColumnSchema) *methodv1.ColumnSchema {
			return &methodv1.ColumnSchema{
				Name: c.Name, Kind: fromKind(c.Kind), Unit: c.Unit, Role: c.Role, Missing: int64(c.Missing), Distinct: int64(c.Distinct),
			}
		}),
	}
}

func toHead(m *methodv1.TableSchema) (columns []sdk.ColumnSchema, rows int) {
	return each(m.GetColumns(), func(c *methodv1.ColumnSchema) sdk.ColumnSchema {
		return sdk.ColumnSchema{
			Name: c.GetName(), Kind: toKind(c.GetKind()), Unit: c.GetUnit(), Role: c.GetRole(), Missing: int(c.GetMissing()), Distinct: int(c.GetDistinct()),
		}
	}), int(m.GetRows())
}

// FromValidated writes the answer.
func FromValidated(r sdk.ValidateResponse) *methodv1.ValidateResponse {
	return &methodv1.ValidateResponse{Params: FromParams(r.Params), Diagnostics: FromDiagnostics(r.Diagnostics), MemoryBytes: r.MemoryBytes}
}

// ToValidated reads the answer.
func ToValidated(m *methodv1.ValidateResponse) sdk.ValidateResponse {
	return sdk.ValidateResponse{Params: ToParams(m.GetParams()), Diagnostics: ToDiagnostics(m.GetDiagnostics()), MemoryBytes: m.GetMemoryBytes()}
}
