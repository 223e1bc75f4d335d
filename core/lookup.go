package core

import (
	"slices"

	"qunxiang/sdk"
	"qunxiang/sdk/table"
)

// DataTable returns the table of the evidence with the id, nil where the result has none.
func (s *Segmentation) DataTable(id string) *table.Table {
	i := slices.IndexFunc(s.Tables, func(t sdk.DataTable) bool { return t.ID == id })
	if i < 0 {
		return nil
	}
	return s.Tables[i].Table
}
