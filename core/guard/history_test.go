package guard_test

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	"qunxiang/core"
	"qunxiang/core/guard"
)

// history has one purchase per customer and day over so many cents.
func history(customers, days int, cents func(day int) int64) *core.Transactions {
	tx := &core.Transactions{Customers: &core.Dict{Numbers: make([]uint32, customers)}, Scale: 2}
	for d := range days {
		for c := range customers {
			tx.Customer, tx.Day = append(tx.Customer, uint32(c)), append(tx.Day, core.YMD(2024, 1, 1)+core.Date(d))
			tx.Amount = append(tx.Amount, cents(d)+int64(c))
		}
	}
	return tx
}

// twice is tx with its rows behind it once more.
func twice(tx *core.Transactions) *core.Transactions {
	out := *tx
	out.Customer, out.Day, out.Amount = append(tx.Customer, tx.Customer...), append(tx.Day, tx.Day...), append(tx.Amount, tx.Amount...)
	return &out
}

func TestLearn(t *testing.T) {
	t.Parallel()
	plain := func(int) int64 { return 5000 }
	last := core.YMD(2024, 1, 1) + 59
	files := []core.Source{{Name: "a.csv", Kind: core.SourceTransactions}, {Name: "b.csv", Kind: core.SourceTransactions}}
	files[0].Report.Lines, files[1].Report.Lines = 40*15, 40*15
	for name, c := range map[string]struct {
		tx      *core.Transactions
		sources []core.Source
		want    *guard.History
	}{
		"nothing": {history(0, 0, plain), nil, &guard.History{Last: core.NoDate}},
		"plain":   {history(40, 60, plain), nil, &guard.History{Rows: 2400, Last: last}},
		"twice":   {twice(history(40, 60, plain)), nil, &guard.History{Rows: 4800, Last: last, Doubled: &guard.Doubled{Rows: 2400, Of: 4800}}},
		"many":    {twice(history(5000, 60, plain)), nil, &guard.History{Rows: 600_000, Last: last, Doubled: &guard.Doubled{Rows: 60 * 715, Of: 120 * 715}}}, // every 7th customer
		"fen from February on": {
			history(40, 60, func(d int) int64 { return 5000 * (1 + 99*int64(d/31)) }), nil,
			&guard.History{Rows: 2400, Last: last, Jump: &guard.Jump{Months: true, From: core.YMD(2024, 1, 1), To: core.YMD(2024, 2, 1), Before: 50.2, After: 5000, Times: 100}},
		},
		"fen in one file": {
			history(40, 30, func(d int) int64 { return 5000 * (1 + 99*int64(d/15)) }), files,
			&guard.History{Rows: 1200, Last: last - 30, Jump: &guard.Jump{FromFile: "a.csv", ToFile: "b.csv", Before: 50.2, After: 5000, Times: 100}},
		},
	} {
		got := guard.Learn(c.tx, c.sources)
		if diff := cmp.Diff(c.want, got); diff != "" {
			t.Errorf("%s (-want +got):\n%s", name, diff)
		}
		if diff := cmp.Diff(got, guard.Noted(got.Note())); diff != "" {
			t.Errorf("%s, written down (-want +got):\n%s", name, diff)
		}
	}
	if guard.Noted(nil) != nil || guard.Noted([]byte("?")) != nil {
		t.Error("a history of nothing")
	}
}
