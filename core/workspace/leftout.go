package workspace

import (
	"context"
	"slices"

	"qunxiang/core"
	"qunxiang/sdk/table"
)

// leftOut makes v the customers whom a result left out for a reason, with their features
// where they all have some: who never ordered has none.
func (p *Project) leftOut(ctx context.Context, v *CustomerView, s *core.Segmentation, reason string) (*table.Table, error) {
	for _, x := range s.Excluded {
		if x.Reason == reason {
			v.customers = append(v.customers, x.Customers...)
		}
	}
	slices.Sort(v.customers)
	v.AsOf = s.AsOf
	set, err := p.Features(ctx, s.AsOf, 0)
	if err != nil {
		return nil, err
	}
	row := make(map[uint32]int32, len(set.Customers))
	for i, c := range set.Customers {
		row[c] = int32(i)
	}
	rows := make([]int32, 0, len(v.customers))
	for _, c := range v.customers {
		if i, ok := row[c]; ok {
			rows = append(rows, i)
		}
	}
	if len(rows) < len(v.customers) {
		return &table.Table{Rows: len(v.customers)}, nil
	}
	return set.Table.Pick(rows), nil
}
