package event_test

import (
	"math/rand/v2"
	"strconv"
	"testing"

	"qunxiang/core"
	"qunxiang/core/event"
)

// BenchmarkFeatures is a year of a million events of fifty kinds by a hundred thousand
// customers.
func BenchmarkFeatures(b *testing.B) {
	const rows, customers = 1_000_000, 100_000
	random := rand.New(rand.NewPCG(1, 2))
	r := &core.Records{Kind: core.SourceEvents, Customers: &core.Dict{}, Columns: []core.AttributeColumn{{Name: core.ColumnEvent}, {Name: core.ColumnChannel, Dict: []string{"app", "web", "shop"}}}}
	for i := range customers {
		r.Customers.AppendString("c" + strconv.Itoa(i))
	}
	for i := range 50 {
		r.Columns[0].Dict = append(r.Columns[0].Dict, "event"+strconv.Itoa(i))
	}
	for range rows {
		r.Customer = append(r.Customer, uint32(random.IntN(customers)))
		r.Day = append(r.Day, core.YMD(2024, 1, 1)+core.Date(random.IntN(366)))
		r.Columns[0].Codes = append(r.Columns[0].Codes, uint32(random.IntN(50)))
		r.Columns[1].Codes = append(r.Columns[1].Codes, uint32(random.IntN(3)))
	}
	for b.Loop() {
		if _, err := event.Features(b.Context(), []*core.Records{r}, core.NoDate); err != nil {
			b.Fatal(err)
		}
	}
}
