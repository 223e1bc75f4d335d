package workspace_test

import (
	"context"
	"fmt"
	"math/rand/v2"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"qunxiang/core"
	"qunxiang/core/workspace"
	"qunxiang/core/workspace/workspacetest"
)

// one is a folder with one file that may be opened any number of times.
type one struct{ file *workspacetest.File }

func (o one) Create(context.Context, string, core.Project) (workspace.File, error) {
	return o.file, nil
}
func (o one) Open(context.Context, string) (workspace.File, error) { return o.file, nil }

// Whatever is imported, in whatever order, features are the same with the stored
// summary as from the rows; also where the summary cannot decide them.
func TestFeaturesDoNotDependOnTheSummary(t *testing.T) {
	t.Parallel()
	for seed := range uint64(40) {
		r := rand.New(rand.NewPCG(seed, 2))
		with, without := workspacetest.New(core.Project{}), workspacetest.New(core.Project{})
		without.Forgets = true
		for range 1 + r.IntN(3) {
			text := randomFile(r)
			for _, m := range []*workspacetest.File{with, without} {
				importText(t, opened(t, m), "file.csv", text)
			}
			for _, asOf := range []core.Date{core.NoDate, core.YMD(2024, 3, 1), core.YMD(2024, 4, 15), core.YMD(2025, 1, 1)} {
				for _, window := range []int{0, 2} {
					want, err1 := opened(t, without).Features(t.Context(), asOf, window)
					got, err2 := opened(t, with).Features(t.Context(), asOf, window)
					if diff := cmp.Diff(want, got); diff != "" || core.CodeOf(err1) != core.CodeOf(err2) {
						t.Fatalf("seed %d, as of %v, window %d: %v, %v (-rows +summary):\n%s", seed, asOf, window, err1, err2, diff)
					}
				}
			}
		}
		tx, err := with.Transactions(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		if tx.Rows() > 0 && !tx.Summarised(tx.Summary) {
			t.Fatal("the file was given no summary")
		}
	}
}

// opened is the file opened anew: nothing is cached.
func opened(t *testing.T, m *workspacetest.File) *workspace.Project {
	t.Helper()
	w := workspace.New(workspace.Config{Methods: spenders{}, Files: one{m}, Threads: 1})
	t.Cleanup(func() { _ = w.Close() })
	p, err := w.Open(t.Context(), "shop.qx")
	if err != nil {
		t.Fatal(err)
	}
	return p
}

// randomFile has orders with refunds, or attributes of customers.
func randomFile(r *rand.Rand) string {
	var b strings.Builder
	if r.IntN(4) == 0 {
		b.WriteString("customer_id,age,city\n")
		for i := range 3 + r.IntN(5) {
			fmt.Fprintf(&b, "c%d,%d,town %d\n", i*(1+r.IntN(2)), 20+r.IntN(50), r.IntN(3))
		}
		return b.String()
	}
	b.WriteString("customer_id,order_date,amount,order_no\n")
	for range 3 + r.IntN(30) {
		amount := r.IntN(20000) - 2000
		fmt.Fprintf(&b, "c%d,2024-%02d-%02d,%d.%02d,%d\n", r.IntN(8), 1+r.IntN(4), 1+r.IntN(28), amount/100, max(amount, -amount)%100, r.IntN(40))
	}
	return b.String()
}
