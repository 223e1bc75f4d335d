package workspace_test

import (
	"strings"
	"testing"

	"qunxiang/core"
	"qunxiang/core/workspace"
	"qunxiang/core/workspace/workspacetest"
)

// TestProjectsOfBeforeRefundsWereKept: a project whose file was imported when refunds were
// taken off at once and not kept. The same file again adds nothing, and of one that overlaps it
// is said that refunds may count twice.
func TestProjectsOfBeforeRefundsWereKept(t *testing.T) {
	t.Parallel()
	const text = "order_id,date,customer,product,quantity,amount\n1,2024-01-05,ann,tea,2,100\n2,2024-01-06,bob,cup,1,9\n1,2024-01-07,ann,tea,-1,-50\n"
	full := project(t)
	importText(t, full, "june.csv", text)
	src, err := full.Sources(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	if r := src[0].Report; r.Stored != 3 || r.Lines != 2 {
		t.Fatalf("stored %d, lines %d: the rows of a file with refunds are more than its lines", r.Stored, r.Lines)
	}
	m := workspacetest.New(core.Project{})
	w := workspace.New(workspace.Config{Methods: spenders{}, Files: one{file: m}, Threads: 1})
	t.Cleanup(func() { _ = w.Close() })
	p, err := w.Create(t.Context(), "old.qx", workspace.NewProject{})
	if err != nil {
		t.Fatal(err)
	}
	importText(t, p, "june.csv", "order_id,date,customer,product,quantity,amount\n1,2024-01-05,ann,tea,1,50\n2,2024-01-06,bob,cup,1,9\n")
	old, err := m.Sources()
	if err != nil {
		t.Fatal(err)
	}
	old[0].Fingerprint = src[0].Fingerprint
	old[0].Report.Rows = core.Reconciliation{In: 3, Used: 2, Excluded: []core.Exclusion{{Reason: "refund_linked", Count: 1}}}
	r := importText(t, p, "june.csv", text)
	if got, _ := money(t, p); got != 59 || r.Rows.Used != 0 || r.Amount != 0 {
		t.Errorf("the same file again: %v, want 59; %d rows used", got, r.Rows.Used)
	}
	r = importText(t, p, "july.csv", text+"3,2024-01-08,eve,cup,1,5\n")
	if !strings.Contains(hints(r), "netted_before") {
		t.Errorf("hints %s: nothing says that refunds may count twice", hints(r))
	}
	r = importText(t, full, "july.csv", text+"3,2024-01-08,eve,cup,1,5\n")
	if got, _ := money(t, full); strings.Contains(hints(r), "netted_before") || got != 64 {
		t.Errorf("where refunds are kept: %v, want 64; hints %s", got, hints(r))
	}
}
