package presentertest

import (
	"qunxiang/sdk"
	"qunxiang/sdk/table"
)

// Tree are the tables of a result with a dendrogram over four leaves, 1+2 at height 1,
// 3+4 at 2, all at 5, and a sweep of two numbers of groups.
func Tree() []sdk.DataTable {
	return []sdk.DataTable{
		{ID: "merges", Table: &table.Table{Rows: 3, Columns: []table.Column{
			{Name: "left", Kind: table.Int64, Ints: []int64{0, 2, 4}},
			{Name: "right", Kind: table.Int64, Ints: []int64{1, 3, 5}},
			{Name: "height", Kind: table.Float64, Floats: []float64{1, 2, 5}},
		}}},
		{ID: "leaves", Table: &table.Table{Rows: 4, Columns: []table.Column{
			{Name: "customers", Kind: table.Int64, Ints: []int64{1, 1, 1, 2}},
			{Name: "segment", Kind: table.Category, Dict: []string{"big", "small"}, Codes: []uint32{0, 0, 1, 1}},
			{Name: "position", Kind: table.Int64, Ints: []int64{0, 1, 2, 3}},
		}}},
		{ID: "sweep", Table: &table.Table{Rows: 2, Columns: []table.Column{
			{Name: "k", Kind: table.Int64, Ints: []int64{2, 3}},
			{Name: "silhouette", Kind: table.Float64, Floats: []float64{.5, .4}},
		}}},
		{ID: "votes", Table: &table.Table{Rows: 2, Columns: []table.Column{
			{Name: "index", Kind: table.String, Strings: []string{"silhouette", "gap"}},
			{Name: "k", Kind: table.Int64, Ints: []int64{2, 0}, Valid: table.Bits{1}},
		}}},
	}
}
