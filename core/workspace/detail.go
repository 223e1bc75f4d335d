package workspace

import (
	"context"

	"qunxiang/core"
	"qunxiang/core/feature"
	"qunxiang/sdk"
	"qunxiang/sdk/table"
)

// detail makes the long tables of a run: as of the date and within the window of its
// features. Comments and events are not imported yet, so no project has any.
func (p *Project) detail(o feature.Options) func(context.Context, string, []uint32) (*table.Table, error) {
	return func(ctx context.Context, id string, customers []uint32) (*table.Table, error) {
		var load func(context.Context) (*core.Transactions, *core.Attributes, error)
		var build func(context.Context, *core.Transactions, feature.Options, []uint32) (*table.Table, error)
		switch id {
		case sdk.DetailOrders:
			load, build = p.loadLean, feature.Orders
		case sdk.DetailLines:
			load, build = p.load, feature.Lines
		default:
			return nil, nil //nolint:nilnil // no such data is an answer
		}
		tx, _, err := load(ctx)
		if err != nil || tx.Rows() == 0 {
			return nil, err
		}
		return build(ctx, tx, o, customers)
	}
}
