package workspace_test

import (
	"os"
	"path/filepath"
	"testing"

	"github.com/google/go-cmp/cmp"

	"qunxiang/core"
	"qunxiang/core/workspace"
	"qunxiang/core/workspace/workspacetest"
	"qunxiang/sdk"
)

const orders = `customer_id,order_date,amount,order_no
ann,2024-01-05,150.00,1
bob,2024-02-01,20.50,2
ann,2024-03-01,10.00,3
eve,2023-01-01,500.00,4
`

const people = `customer_id,age,city
ann,30,Berlin
zoe,22,Paris
`

func write(t *testing.T, name, text string) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), name)
	if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	return path
}

func project(t *testing.T) *workspace.Project {
	t.Helper()
	w := workspace.New(workspace.Config{Methods: spenders{}, Files: &workspacetest.Folder{}, Threads: 1})
	p, err := w.Create(t.Context(), "shop.qx", workspace.NewProject{})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = w.Close() })
	return p
}

func importText(t *testing.T, p *workspace.Project, name, text string) core.ImportReport {
	t.Helper()
	r, err := p.Import(t.Context(), write(t, name, text), core.ImportOptions{}, core.NoProgress)
	if err != nil {
		t.Fatal(err)
	}
	used := r.Rows.Used
	for _, e := range r.Rows.Excluded {
		used += e.Count
	}
	if used != r.Rows.In {
		t.Errorf("%s: %d rows in, %d used and excluded", name, r.Rows.In, used)
	}
	return r
}

func TestImportTwiceAddsNothing(t *testing.T) {
	t.Parallel()
	p := project(t)
	if r := importText(t, p, "orders.csv", orders); r.Rows.Used != 4 || r.Customers != 3 || r.Amount != 680.5 {
		t.Fatalf("first import: %+v", r)
	}
	r := importText(t, p, "orders.csv", orders+"bob,2024-03-02,1.00,5\n")
	if r.Duplicates != 4 || r.Rows.Used != 1 || r.Customers != 1 || r.Amount != 1 {
		t.Errorf("second import: %+v", r)
	}
	in, err := p.Info(t.Context())
	if err != nil || in.Orders != 5 || in.Customers != 3 || in.Amount != 681.5 || in.AsOf.String() != "2024-03-03" {
		t.Errorf("info %+v, %v", in, err)
	}
}

func TestDryImportStoresNothing(t *testing.T) {
	t.Parallel()
	p := project(t)
	r, err := p.DryImport(t.Context(), write(t, "o.csv", orders), core.ImportOptions{}, core.NoProgress)
	if err != nil || r.Rows.Used != 4 {
		t.Fatalf("%+v %v", r, err)
	}
	if in, err := p.Info(t.Context()); err != nil || len(in.Sources) != 0 || p.Dirty() {
		t.Errorf("stored %+v, %v", in, err)
	}
}

func TestRunWithinAndWhere(t *testing.T) {
	t.Parallel()
	p := project(t)
	importText(t, p, "orders.csv", orders)
	run := func(r workspace.RunRequest) *core.Segmentation {
		t.Helper()
		r.Method, r.AsOf = "spenders", core.NoDate
		s, err := p.Run(t.Context(), r, core.NoProgress)
		if err != nil {
			t.Fatal(err)
		}
		return s
	}
	s := run(workspace.RunRequest{Name: "all"})
	if got := []int{s.Segments[0].Size, s.Segments[1].Size, s.Run}; !cmp.Equal(got, []int{2, 1, 1}) {
		t.Errorf("sizes and run %v, want ann and eve big", got)
	}
	s = run(workspace.RunRequest{Name: "inside", Within: "all/big", Set: map[string]string{"limit": "200"}})
	if s.Segments[0].Size != 1 || s.Segments[1].Size != 1 || s.Excluded[0].Reason != "outside_segment" || s.Excluded[0].Count != 1 {
		t.Errorf("within: %+v %+v", s.Segments, s.Excluded)
	}
	s = run(workspace.RunRequest{Name: "recent", Where: "recency_days < 100"})
	if len(s.Customers) != 2 || s.Excluded[0].Reason != "filtered" {
		t.Errorf("where: %d customers, %+v", len(s.Customers), s.Excluded)
	}
	s = run(workspace.RunRequest{Name: "window", Set: map[string]string{"window_months": "12"}})
	if len(s.Customers) != 2 || s.Excluded[0].Reason != "outside_window" {
		t.Errorf("window: %d customers, %+v", len(s.Customers), s.Excluded)
	}
	if again := run(workspace.RunRequest{Name: "all"}); again.Run != 2 {
		t.Errorf("second run is number %d", again.Run)
	}
}

func TestAttributesJoin(t *testing.T) {
	t.Parallel()
	for _, first := range []string{"orders", "people"} {
		t.Run(first+" first", func(t *testing.T) {
			t.Parallel()
			p := project(t)
			if first == "orders" {
				importText(t, p, "orders.csv", orders)
			}
			importText(t, p, "people.csv", people)
			if first == "people" {
				importText(t, p, "orders.csv", orders)
			}
			set, err := p.Features(t.Context(), core.NoDate, 0)
			if err != nil {
				t.Fatal(err)
			}
			keys, err := p.Keys(t.Context())
			if err != nil {
				t.Fatal(err)
			}
			ages := map[string]float64{}
			age := set.Table.Column("age")
			for i, c := range set.Customers {
				if !age.Missing(i) {
					ages[keys.At(int(c))] = age.Floats[i]
				}
			}
			if diff := cmp.Diff(map[string]float64{"ann": 30, "zoe": 22}, ages); diff != "" {
				t.Errorf("ages (-want +got):\n%s", diff)
			}
			if len(set.Customers) != 4 {
				t.Errorf("%d customers, want ann, bob, eve and zoe", len(set.Customers))
			}
		})
	}
}

func TestCustomers(t *testing.T) {
	t.Parallel()
	p := project(t)
	importText(t, p, "orders.csv", orders)
	if _, err := p.Run(t.Context(), workspace.RunRequest{Method: "spenders", Name: "s", AsOf: core.NoDate}, core.NoProgress); err != nil {
		t.Fatal(err)
	}
	list := func(q workspace.CustomerQuery) []string {
		t.Helper()
		v, err := p.Customers(t.Context(), q)
		if err != nil {
			t.Fatal(err)
		}
		var out []string
		for i := range v.Len() {
			out = append(out, v.Key(i))
		}
		return out
	}
	for name, c := range map[string]struct {
		q    workspace.CustomerQuery
		want []string
	}{
		"all":            {workspace.CustomerQuery{}, []string{"ann", "bob", "eve"}},
		"by money, down": {workspace.CustomerQuery{Sort: "monetary", Descending: true}, []string{"eve", "ann", "bob"}},
		"by name, down":  {workspace.CustomerQuery{Sort: workspace.ColumnKey, Descending: true}, []string{"eve", "bob", "ann"}},
		"search":         {workspace.CustomerQuery{Search: "E"}, []string{"eve"}},
		"filter":         {workspace.CustomerQuery{Where: "frequency = 1"}, []string{"bob", "eve"}},
		"of a segment":   {workspace.CustomerQuery{Segmentation: "s", Segments: []int{1}}, []string{"bob"}},
		"rows of a cell": {workspace.CustomerQuery{Segmentation: "s", Rows: []int32{2, 0}, Sort: workspace.ColumnSegment}, []string{"eve", "ann"}},
	} {
		if diff := cmp.Diff(c.want, list(c.q)); diff != "" {
			t.Errorf("%s (-want +got):\n%s", name, diff)
		}
	}
	if _, err := p.Customers(t.Context(), workspace.CustomerQuery{Where: "nonsense >"}); err == nil {
		t.Error("a broken filter was taken")
	}
}

// A segment that is there gets its new name; one that is not is told, and nothing changes.
func TestRenameSegment(t *testing.T) {
	t.Parallel()
	p := project(t)
	importText(t, p, "orders.csv", orders)
	if _, err := p.Run(t.Context(), workspace.RunRequest{Method: "spenders", Name: "all", AsOf: core.NoDate}, core.NoProgress); err != nil {
		t.Fatal(err)
	}
	if err := p.RenameSegment(t.Context(), "all", 0, 1, sdk.Text{ZH: "常客", EN: "Regulars"}); err != nil {
		t.Fatal(err)
	}
	if err := p.RenameSegment(t.Context(), "all", 0, 99, sdk.Text{ZH: "谁", EN: "Who"}); core.AsError(err) == nil || core.AsError(err).Code != "unknown_segment" {
		t.Errorf("a segment that is not there: %v", err)
	}
	s, err := p.Segmentation(t.Context(), "all", 0)
	if err != nil || s.Segments[0].Name.EN != "Regulars" || s.Segments[1].Name.EN == "Who" {
		t.Errorf("%+v, %v", s.Segments, err)
	}
}

// Amounts in the words of a method carry the sign of the project's currency, however the
// result is read.
func TestSegmentation_InTheCurrencyOfTheProject(t *testing.T) {
	t.Parallel()
	p := project(t)
	importText(t, p, "orders.csv", orders)
	if _, err := p.Run(t.Context(), workspace.RunRequest{Method: "spenders", Name: "all", AsOf: core.NoDate}, core.NoProgress); err != nil {
		t.Fatal(err)
	}
	if err := p.RenameSegment(t.Context(), "all", 0, 1, sdk.Text{ZH: "花费 ≥ ¤500", EN: "spent ≥ ¤500"}); err != nil {
		t.Fatal(err)
	}
	s, err := p.Segmentation(t.Context(), "all", 0)
	if want := "spent ≥ " + core.CurrencySign(p.Head().Currency) + "500"; err != nil || s.Segments[0].Name.EN != want {
		t.Errorf("%q instead of %q, %v", s.Segments[0].Name.EN, want, err)
	}
	if _, err := p.Segmentation(t.Context(), "none", 0); err == nil {
		t.Error("a result that is not there was read")
	}
}

// Those whom a result left out are listed by reason, and nobody else.
func TestCustomers_LeftOutForAReason(t *testing.T) {
	t.Parallel()
	p := project(t)
	importText(t, p, "orders.csv", orders)
	s, err := p.Run(t.Context(), workspace.RunRequest{Method: "spenders", Name: "some", AsOf: core.NoDate, Where: "monetary >= 100"}, core.NoProgress)
	if err != nil {
		t.Fatal(err)
	}
	if len(s.Excluded) == 0 {
		t.Fatal("nobody was left out")
	}
	for _, x := range s.Excluded {
		v, err := p.Customers(t.Context(), workspace.CustomerQuery{Segmentation: "some", Excluded: x.Reason})
		if err != nil || v.Total != x.Count || v.Len() != x.Count {
			t.Errorf("%s: %d customers listed, %d left out, %v", x.Reason, v.Total, x.Count, err)
		}
	}
	v, err := p.Customers(t.Context(), workspace.CustomerQuery{Segmentation: "some", Excluded: "nonsense"})
	if err != nil || v.Len() != 0 {
		t.Errorf("for no reason: %v, %v", v, err)
	}
}
