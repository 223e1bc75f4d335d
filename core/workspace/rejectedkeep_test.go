package workspace_test

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"qunxiang/core"
	"qunxiang/core/ingest"
	"qunxiang/core/workspace"
	"qunxiang/core/workspace/workspacetest"
)

// TestRowsThatWereLeftOutOutliveTheFile: they are seen, exported, corrected and imported when
// the file is gone, and what was corrected stays marked.
func TestRowsThatWereLeftOutOutliveTheFile(t *testing.T) {
	t.Parallel()
	p := project(t)
	file := write(t, "orders.csv", "order_id,date,customer,amount\n1,2024-01-01,ann,10\n2,2024-02-30,bea,20\n3,2024-01-03,,7\n4,2024-01-05,dan,x\n")
	if _, err := p.Import(t.Context(), file, core.ImportOptions{}, core.NoProgress); err != nil {
		t.Fatal(err)
	}
	if err := os.Remove(file); err != nil {
		t.Fatal(err)
	}
	k, err := p.KeptRejected(t.Context(), 1)
	if err != nil || k.Rejection == nil || !k.Complete {
		t.Fatalf("kept %+v: %v", k, err)
	}
	var rows []ingest.Rejected
	if err := k.Rejection.Each(t.Context(), 0, nil, func(r ingest.Rejected) error { rows = append(rows, r); return nil }); err != nil {
		t.Fatal(err)
	}
	want := []ingest.Rejected{
		{Row: 3, Reason: "bad_date", Cells: []string{"2", "2024-02-30", "bea", "20"}},
		{Row: 4, Reason: "missing_customer", Cells: []string{"3", "2024-01-03", "", "7"}},
		{Row: 5, Reason: "bad_amount", Cells: []string{"4", "2024-01-05", "dan", "x"}},
	}
	if d := cmp.Diff(want, rows); d != "" {
		t.Errorf("rows (-want +got):\n%s", d)
	}
	out := filepath.Join(t.TempDir(), "left.csv")
	w := workspace.New(workspace.Config{Methods: spenders{}, Files: &workspacetest.Folder{}, Threads: 1})
	n, err := w.WriteRejected(t.Context(), k.Rejection, out, false, func(reason string) string { return reason })
	if err != nil || n != 3 {
		t.Fatalf("wrote %d: %v", n, err)
	}
	b, err := os.ReadFile(out)
	if err != nil {
		t.Fatal(err)
	}
	fixed := strings.Replace(string(b), "2024-02-30", "2024-02-29", 1)
	r, err := p.Import(t.Context(), write(t, "left.csv", fixed), k.Rejection.CorrectedOptions(), core.NoProgress)
	if err != nil || r.Rows.In != 3 || r.Rows.Used != 1 || r.Amount != 20 {
		t.Fatalf("corrected: %+v, %v", r.Rows, err)
	}
	if err := p.MarkFixed(t.Context(), 1, map[int]map[int]string{3: {1: "2024-02-29"}}); err != nil {
		t.Fatal(err)
	}
	if k, err = p.KeptRejected(t.Context(), 1); err != nil || k.Fixed[3][1] != "2024-02-29" {
		t.Errorf("marked %v, %v", k.Fixed, err)
	}
	if k, err = p.KeptRejected(t.Context(), 2); err != nil || k.Rejection == nil || k.Rejection.Count() != 2 {
		t.Errorf("of the corrected rows: %+v, %v", k, err)
	}
	if _, err := p.KeptRejected(t.Context(), 9); core.CodeOf(err) != "unknown_source" {
		t.Errorf("of a source that is not there: %v", err)
	}
}
