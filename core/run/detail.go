package run

import (
	"context"
	"slices"

	"qunxiang/core"
	"qunxiang/core/feature"
	"qunxiang/sdk"
	"qunxiang/sdk/table"
)

// addDetails makes the long tables that the method asks for, about the customers of
// the plan. One that is required and that the project has no data for refuses the run.
func (p *Plan) addDetails(ctx context.Context) error {
	info := p.Method.Info
	if len(info.Details) == 0 {
		return nil
	}
	customers := p.customers()
	for _, d := range info.Details {
		var t *table.Table
		if p.req.Detail != nil {
			var err error
			if t, err = p.req.Detail(ctx, d.ID, customers); err != nil {
				return err
			}
		}
		switch {
		case t != nil:
			p.Details = append(p.Details, sdk.DetailTable{ID: d.ID, Table: t})
		case d.Required:
			return &core.Error{
				Code: CodeDetailMissing, Origin: core.OriginUser, Op: "run",
				Args: core.Args{"method": info.Name, "detail": core.Message{Key: "detail." + d.ID}, "import": core.Message{Key: "detail.import." + d.ID}},
			}
		}
	}
	return nil
}

// customers are the codes of the plan's rows.
func (p *Plan) customers() []uint32 {
	if all := p.req.Features.Customers; len(all) == len(p.Rows) { // rows rise
		return all
	}
	out := make([]uint32, len(p.Rows))
	for i, r := range p.Rows {
		out[i] = p.req.Features.Customers[r]
	}
	return out
}

// needsOrders returns the column that tells who has a valid order, where only those can
// take part: the method works on orders, or on nothing but the fact that there are
// some. It is nil where orders do not matter, or the project has none.
func (p *Plan) needsOrders(cols []column) *table.Column {
	wants := slices.ContainsFunc(p.Method.Info.Details, func(d sdk.Detail) bool {
		return d.Required && (d.ID == sdk.DetailOrders || d.ID == sdk.DetailLines)
	})
	if !wants && len(cols) > 0 {
		return nil
	}
	return p.req.Features.Table.Column(feature.Frequency)
}

// request is the run as the method gets it.
func (p *Plan) request() sdk.Request {
	return sdk.Request{
		Table: p.Table, Details: p.Details, AsOf: asOf(p.req.Features.AsOf), Params: p.Params, Seed: p.req.Seed, Threads: max(1, p.req.Threads),
	}
}

// asOf is a date as methods have it: 0 is none.
func asOf(d core.Date) int {
	if d == core.NoDate {
		return 0
	}
	return int(d)
}
