package workspace

import (
	"context"
	"slices"

	"qunxiang/core"
	"qunxiang/core/feature"
	"qunxiang/core/privacy"
	"qunxiang/sdk"
	"qunxiang/sdk/table"
)

// detail makes the long tables of a run: as of the date and within the window of its
// features.
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
			return p.recordDetail(ctx, id, o, customers)
		}
		tx, _, err := load(ctx)
		if err != nil || tx.Rows() == 0 {
			return nil, err
		}
		return build(ctx, tx, o, customers)
	}
}

// recordDetail makes the long tables of comments and of events; nil where the project has
// none up to the date.
func (p *Project) recordDetail(ctx context.Context, id string, o feature.Options, customers []uint32) (*table.Table, error) {
	kind, build := core.SourceComments, feature.Comments
	if id == sdk.DetailEvents {
		kind, build = core.SourceEvents, feature.Events
	}
	records, err := p.Records(ctx)
	if err != nil {
		return nil, err
	}
	at := slices.IndexFunc(records, func(r *core.Records) bool { return r.Kind == kind })
	if at < 0 || id != sdk.DetailComments && id != sdk.DetailEvents {
		return nil, nil //nolint:nilnil // no such data is an answer
	}
	keys, err := p.Keys(ctx)
	if err != nil {
		return nil, err
	}
	codes, err := codesOf(ctx, records[at].Customers, keys)
	if err != nil {
		return nil, err
	}
	return build(ctx, inert(ctx, records[at]), codes, o, customers)
}

// inert is records whose texts have their telephones, addresses of e-mail and the like
// masked: a method reads what people say, not how to reach them.
func inert(ctx context.Context, r *core.Records) *core.Records {
	at := slices.IndexFunc(r.Columns, func(c core.AttributeColumn) bool { return c.Name == core.ColumnText && c.Dict != nil })
	if at < 0 {
		return r
	}
	out := *r
	out.Columns = slices.Clone(r.Columns)
	dict := make([]string, len(r.Columns[at].Dict))
	for i, s := range r.Columns[at].Dict {
		if i%1024 == 0 && ctx.Err() != nil {
			break // whoever builds the table says so
		}
		dict[i] = privacy.MaskText(s)
	}
	out.Columns[at].Dict = dict
	return &out
}
