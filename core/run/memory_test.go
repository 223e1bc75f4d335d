package run_test

import (
	"context"
	"testing"

	"qunxiang/core"
	"qunxiang/core/feature"
	"qunxiang/core/run"
	"qunxiang/sdk"
	"qunxiang/sdk/table"
)

// hungry needs so many bytes for each customer, or only for each different value where they
// have been counted.
type hungry struct {
	halves

	perRow, perValue int64
}

func (h *hungry) Validate(_ context.Context, r sdk.ValidateRequest) (sdk.ValidateResponse, error) {
	out := sdk.ValidateResponse{Params: r.Params, MemoryBytes: int64(r.Rows) * h.perRow}
	if d := r.Columns[0].Distinct; d > 0 && h.perValue > 0 {
		out.MemoryBytes = int64(d) * h.perValue
	}
	return out, nil
}

// crowd is customers who have spent one of three sums.
func crowd(n int) *feature.Set {
	s := &feature.Set{AsOf: core.YMD(2024, 5, 1), Table: &table.Table{Rows: n, Columns: []table.Column{{Name: feature.Monetary, Kind: table.Float64}}}}
	for i := range n {
		s.Customers = append(s.Customers, uint32(i))
		s.Table.Columns[0].Floats = append(s.Table.Columns[0].Floats, float64(i%3))
	}
	return s
}

// A run is refused where all processes together, the method's or this one have too little
// room, with the number of customers that do fit.
func TestRoomForARun(t *testing.T) {
	t.Parallel()
	const mb = 1 << 20
	// 1,000 customers need 100 MB of the method, whose process takes 32 besides, and some
	// kilobytes here.
	for name, c := range map[string]struct {
		room       core.Room
		code       string
		need, free int
		fit        int
	}{
		"unknown":               {core.Room{}, "", 0, 0, 0},
		"all of it":             {core.Room{All: 133 * mb, Own: 133 * mb, Next: 133 * mb}, "", 0, 0, 0},
		"too little":            {core.Room{All: 131 * mb, Own: 131 * mb, Next: 131 * mb}, run.CodeNoMemory, 133, 131, 500},
		"few addresses there":   {core.Room{All: 900 * mb, Own: 900 * mb, Next: 80 * mb}, run.CodeNoMemory, 133, 80, 250},
		"few addresses here":    {core.Room{All: 900 * mb, Own: 1 << 15, Next: 900 * mb}, run.CodeNoMemory, 1, 1, 250},
		"too little for anyone": {core.Room{All: 31 * mb, Own: 31 * mb, Next: 31 * mb}, run.CodeNoMemoryAtAll, 133, 31, 0},
	} {
		h := &hungry{perRow: 100 * mb / 1000}
		r := request(&h.halves)
		r.Fitter, r.Features, r.Room = h, crowd(1000), c.room
		p, err := run.Prepare(t.Context(), r)
		if err != nil {
			t.Fatal(err)
		}
		_, err = p.Run(t.Context(), nil)
		if core.CodeOf(err) != c.code {
			t.Errorf("%s: %v, not %q", name, err, c.code)
			continue
		}
		if e := core.AsError(err); e != nil && (e.Args["need"] != c.need || e.Args["free"] != c.free || e.Args["fit"] != c.fit) {
			t.Errorf("%s: told %v", name, e.Args)
		}
	}
}

// Where the first look says that a run does not fit, different values are counted: a method
// that holds each of them once may need far less.
func TestDifferentValuesAreCountedBeforeARunIsRefused(t *testing.T) {
	t.Parallel()
	const mb = 1 << 20
	h := &hungry{perRow: mb, perValue: 10 * mb}
	r := request(&h.halves)
	r.Fitter, r.Features, r.Room = h, crowd(1000), core.Room{All: 64 * mb}
	p, err := run.Prepare(t.Context(), r)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := p.Run(t.Context(), nil); err != nil {
		t.Errorf("three values of 10 MB in 64: %v", err)
	}
}
