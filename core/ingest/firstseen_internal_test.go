package ingest

import (
	"testing"

	"pgregory.net/rapid"

	"qunxiang/core"
)

// The orders of a first file are counted the quick way where that can be, as the slow one counts them.
func TestNewOrdersOfAFirstFile(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		codes := rapid.SliceOf(rapid.OneOf(rapid.Uint32Range(0, 8), rapid.Just(uint32(core.NoCode)))).Draw(t, "codes")
		if rapid.Bool().Draw(t, "as a file has them") {
			next, seen := uint32(0), map[uint32]uint32{}
			for i, o := range codes {
				if _, ok := seen[o]; !ok && o != core.NoCode {
					seen[o] = next
					next++
				}
				if o != core.NoCode {
					codes[i] = seen[o]
				}
			}
		}
		want, all := 0, map[uint32]bool{}
		for _, o := range codes {
			if o == core.NoCode || !all[o] {
				want++
			}
			all[o] = true
		}
		add := &core.Transactions{Customer: make([]uint32, len(codes)), Order: codes, Orders: &core.Dict{Numbers: make([]uint32, 9)}}
		if codes == nil {
			add.Order, add.Orders = nil, nil
		}
		if got := newOrders(add); got != want {
			t.Fatalf("%d new orders of %v, not %d", got, codes, want)
		}
	})
}
