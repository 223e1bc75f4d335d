package run_test

import (
	"context"
	"errors"
	"testing"

	"github.com/google/go-cmp/cmp"

	"qunxiang/core"
	"qunxiang/core/feature"
	"qunxiang/core/run"
	"qunxiang/sdk"
	"qunxiang/sdk/table"
)

// counter is a method of long tables that looks at no column and makes no segments.
type counter struct {
	details []sdk.Detail
	asked   sdk.ValidateRequest
	given   sdk.Request
}

func (c *counter) info() sdk.Info {
	return sdk.Info{ID: "counter", Version: "1.0.0", Name: sdk.Text{ZH: "计数", EN: "Counter"}, Details: c.details}
}

func (c *counter) Validate(_ context.Context, r sdk.ValidateRequest) (sdk.ValidateResponse, error) {
	c.asked = r
	return sdk.ValidateResponse{Params: r.Params}, nil
}

func (c *counter) Fit(_ context.Context, r sdk.Request, _ func(float64, sdk.Text)) (sdk.Response, error) {
	c.given = r
	n := float64(r.Table.Rows)
	return sdk.Response{Metrics: []sdk.Metric{{ID: "rows", Title: sdk.Text{ZH: "行", EN: "rows"}, Value: &n}}}, nil
}

// withOrders is the set of features() with a customer that never bought.
func withOrders() *feature.Set {
	s := features()
	orders := table.Column{Name: feature.Frequency, Kind: table.Int64, Ints: []int64{1, 0, 2, 3}, Valid: table.NewBits(4)}
	for _, i := range []int{0, 2, 3} {
		orders.Valid.Set(i)
	}
	s.Table.Columns = append(s.Table.Columns, orders)
	return s
}

func TestLongTablesAreAboutThoseWhoTakePart(t *testing.T) {
	t.Parallel()
	c := &counter{details: []sdk.Detail{{ID: sdk.DetailOrders, Required: true}, {ID: sdk.DetailEvents}}}
	var asked []uint32
	p, err := run.Prepare(t.Context(), run.Request{
		Method: core.Method{Info: c.info()}, Fitter: c, Name: "n", Features: withOrders(), Keep: []bool{true, true, true, false},
		Detail: func(_ context.Context, id string, customers []uint32) (*table.Table, error) {
			if id != sdk.DetailOrders {
				return nil, nil //nolint:nilnil // no such data
			}
			asked = customers
			return &table.Table{Rows: 2, Columns: []table.Column{{Name: "customer", Kind: table.Int64, Ints: []int64{0, 1}}}}, nil
		},
	})
	if err != nil {
		t.Fatal(err)
	}
	s, err := p.Run(t.Context(), func(float64, sdk.Text) {})
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff([]uint32{1, 6}, asked); diff != "" {
		t.Errorf("customers (-want +got):\n%s", diff)
	}
	if c.asked.Rows != 2 || !c.asked.HasDetail(sdk.DetailOrders) || c.asked.HasDetail(sdk.DetailEvents) || c.asked.Details[0].Rows != 2 || c.asked.AsOf != int(core.YMD(2024, 5, 1)) {
		t.Errorf("asked with %+v", c.asked)
	}
	if c.given.Table.Rows != 2 || len(c.given.Table.Columns) != 0 || c.given.Detail(sdk.DetailOrders) == nil || c.given.AsOf != c.asked.AsOf {
		t.Errorf("given %+v", c.given)
	}
	if len(s.Customers) != 2 || len(s.Segments) != 0 || len(s.Label) != 0 || len(s.Metrics) != 1 {
		t.Errorf("got %+v", s)
	}
	left := map[string]int{}
	for _, e := range s.Excluded {
		left[e.Reason] += e.Count
	}
	if left[feature.ReasonNoOrders] != 2 {
		t.Errorf("left out %v", left)
	}
}

func TestRequiredLongTableIsMissing(t *testing.T) {
	t.Parallel()
	for _, id := range []string{sdk.DetailOrders, sdk.DetailLines, sdk.DetailComments, sdk.DetailEvents} {
		c := &counter{details: []sdk.Detail{{ID: id, Required: true}}}
		_, err := run.Prepare(t.Context(), run.Request{Method: core.Method{Info: c.info()}, Fitter: c, Name: "n", Features: features()})
		if e, ok := errors.AsType[*core.Error](err); !ok || e.Code != run.CodeDetailMissing || e.Origin != core.OriginUser {
			t.Errorf("%s: %v", id, err)
		}
	}
}
