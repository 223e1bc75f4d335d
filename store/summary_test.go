package store_test

import (
	"testing"

	"qunxiang/core"
	"qunxiang/store"
)

// A summary is what the next import says it is, and none where it says nothing or what
// cannot be; nothing of the one before stays in the file.
func TestSummaryFollowsTheRows(t *testing.T) {
	t.Parallel()
	f := create(t, store.Options{OneShot: true})
	add := func(rows int, s func(tx *core.Transactions) *core.Summary) *core.Summary {
		t.Helper()
		tx := orders(rows)
		tx.Customers.Numbers = orders(300_000).Customers.Numbers // more than one chunk
		old, err := f.Transactions(t.Context())
		must(t, err)
		tx.Summary = s(tx)
		must(t, f.AddSource(core.Source{Name: "a.csv"}, tx, old.Rows(), nil))
		got, err := f.Summary(t.Context())
		must(t, err)
		return got
	}
	made := func(tx *core.Transactions) *core.Summary {
		s := &core.Summary{Rows: tx.Rows(), Scale: tx.Scale, From: 5, To: 9, Of: make([]core.Tally, tx.Customers.Len())}
		for i := range s.Of {
			s.Of[i] = core.Tally{Money: int64(-i) << 20, First: core.NoDate, Last: core.Date(i), Orders: ^uint32(i), Days: uint32(i)}
		}
		return s
	}
	if got := add(0, made); got != nil {
		t.Error("a summary of no rows")
	}
	var want *core.Summary
	same(t, made(&core.Transactions{Customer: make([]uint32, 100), Scale: 2, Customers: &core.Dict{Numbers: make([]uint32, 30_000)}}), add(100, made))
	rows := 100
	for name, wrong := range map[string]func(tx *core.Transactions) *core.Summary{
		"none":           func(*core.Transactions) *core.Summary { return nil },
		"of other rows":  func(tx *core.Transactions) *core.Summary { s := made(tx); s.Rows--; return s },
		"of fewer":       func(tx *core.Transactions) *core.Summary { s := made(tx); s.Of = s.Of[1:]; return s },
		"of other money": func(tx *core.Transactions) *core.Summary { s := made(tx); s.Scale++; return s },
	} {
		if got := add(rows+100, wrong); got != nil {
			t.Errorf("%s: a summary", name)
		}
		rows += 200
		want = add(rows, func(tx *core.Transactions) *core.Summary { want = made(tx); return want })
	}
	must(t, f.Save(t.Context()))
	r, err := store.Check(t.Context(), f.Path())
	must(t, err)
	if r.Garbage > 0 || len(r.Problems) > 0 {
		t.Errorf("left over: %+v", r)
	}
	ro, err := store.Open(f.Path(), store.Options{ReadOnly: true})
	must(t, err)
	got, err := ro.Summary(t.Context())
	must(t, err)
	same(t, want, got)
	must(t, ro.Close())
}
