package view

import (
	"qunxiang/core"
	"qunxiang/core/workspace"
	"qunxiang/sdk"
)

// Agree is the answer of "agree": rows are the segments of the first segmentation,
// columns those of the second.
func Agree(a *workspace.Agreement) Object {
	pairs := make([]Object, 0, len(a.Pairs))
	for _, p := range a.Pairs {
		pairs = append(pairs, Object{
			{"row", a.A.Segments[p.A].Key}, {"column", a.B.Segments[p.B].Key}, {"customers", p.Customers}, {"jaccard", number(p.Jaccard)},
		})
	}
	share := 0.0
	if a.Customers > 0 {
		share = float64(a.Core) / float64(a.Customers)
	}
	rows, rowNames := keysAndNames(a.A)
	columns, columnNames := keysAndNames(a.B)
	return Object{
		{"ari", number(a.ARI)},
		{"ami", number(a.AMI)},
		{"table", a.Table},
		{"rows", rows},
		{"columns", columns},
		{"rowNames", rowNames},
		{"columnNames", columnNames},
		{"amiNormalisation", "arithmetic"},
		{"amiMax", number(a.AMIMax)},
		{"a", Object{{"name", a.A.Name}, {"run", a.A.Run}, {"method", a.A.Method}}},
		{"b", Object{{"name", a.B.Name}, {"run", a.B.Run}, {"method", a.B.Method}}},
		{"customers", a.Customers},
		{"excluded", Object{{"onlyA", a.OnlyA}, {"onlyB", a.OnlyB}}},
		{"core", Object{{"customers", a.Core}, {"share", number(share)}, {"segments", pairs}}},
	}
}

func keysAndNames(s *core.Segmentation) (keys []string, names []sdk.Text) {
	for _, g := range s.Segments {
		keys, names = append(keys, g.Key), append(names, g.Name)
	}
	return keys, names
}
