package feature_test

import (
	"math/rand/v2"
	"testing"

	"qunxiang/core"
	"qunxiang/core/feature"
)

// BenchmarkFromTransactions measures ten million chronological orders of a million
// customers, the size of the largest comparison with other tools.
func BenchmarkFromTransactions(b *testing.B) {
	const rows, customers = 10_000_000, 1_000_000
	r := rand.New(rand.NewPCG(1, 1))
	tx := &core.Transactions{
		Customers: &core.Dict{Prefix: "C", Numbers: make([]uint32, customers)}, Orders: &core.Dict{Prefix: "O", Numbers: make([]uint32, rows)},
		Customer: make([]uint32, rows), Day: make([]core.Date, rows), Amount: make([]int64, rows), Order: make([]uint32, rows), Scale: 2,
	}
	for i := range rows {
		u := r.Float64()
		tx.Customer[i], tx.Day[i] = uint32(customers*u*u), core.Date(19000+i*730/rows)
		tx.Amount[i], tx.Order[i] = r.Int64N(10000), uint32(i)
	}
	for b.Loop() {
		if _, err := feature.FromTransactions(b.Context(), tx, feature.Options{AsOf: core.NoDate}); err != nil {
			b.Fatal(err)
		}
	}
}
