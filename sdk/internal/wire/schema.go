package wire

import (
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

// FromValidate writes the question whether a run would go well.
func FromValidate(method string, r sdk.ValidateRequest) *methodv1.ValidateRequest {
	return &methodv1.ValidateRequest{
		Method: method, Params: FromParams(r.Params), ParamsVersion: int32(r.Version),
		Schema: &methodv1.TableSchema{
			Rows: int64(r.Rows),
			Columns: each(r.Columns, func(c sdk.ColumnSchema) *methodv1.ColumnSchema {
				return &methodv1.ColumnSchema{
					Name: c.Name, Kind: fromKind(c.Kind), Unit: c.Unit, Role: c.Role, Missing: int64(c.Missing), Distinct: int64(c.Distinct),
				}
			}),
		},
	}
}

// ToValidate reads the question.
func ToValidate(m *methodv1.ValidateRequest) sdk.ValidateRequest {
	return sdk.ValidateRequest{
		Params: ToParams(m.GetParams()), Version: int(m.GetParamsVersion()), Rows: int(m.GetSchema().GetRows()),
		Columns: each(m.GetSchema().GetColumns(), func(c *methodv1.ColumnSchema) sdk.ColumnSchema {
			return sdk.ColumnSchema{
				Name: c.GetName(), Kind: toKind(c.GetKind()), Unit: c.GetUnit(), Role: c.GetRole(), Missing: int(c.GetMissing()), Distinct: int(c.GetDistinct()),
			}
		}),
	}
}

// FromValidated writes the answer.
func FromValidated(r sdk.ValidateResponse) *methodv1.ValidateResponse {
	return &methodv1.ValidateResponse{Params: FromParams(r.Params), Diagnostics: FromDiagnostics(r.Diagnostics), MemoryBytes: r.MemoryBytes}
}

// ToValidated reads the answer.
func ToValidated(m *methodv1.ValidateResponse) sdk.ValidateResponse {
	return sdk.ValidateResponse{Params: ToParams(m.GetParams()), Diagnostics: ToDiagnostics(m.GetDiagnostics()), MemoryBytes: m.GetMemoryBytes()}
}
