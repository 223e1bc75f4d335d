package workspace_test

import (
	"context"
	"testing"

	"github.com/google/go-cmp/cmp"

	"qunxiang/core"
	"qunxiang/core/ingest"
	"qunxiang/core/workspace"
	"qunxiang/core/workspace/workspacetest"
)

// adder is a database whose customers have been added up.
type adder struct {
	keys   []string
	orders []float64
	asked  *[]string // passwords
}

func (adder) Clean(url string) (clean, password string, found bool) {
	if url == "db://anna:geheim@host" {
		return "db://anna@host", "geheim", true
	}
	return url, "", false
}

func (adder) Name(db core.Database) string { return db.Table }

func (a adder) Tables(_ context.Context, _, password string) ([]core.DatabaseTable, error) {
	*a.asked = append(*a.asked, password)
	return []core.DatabaseTable{{Name: "orders"}}, nil
}

func (adder) Look(context.Context, core.Database, string, core.ImportOptions, int) (*ingest.Preview, error) {
	return &ingest.Preview{Header: []string{"customer"}}, nil
}

func (adder) Explain(context.Context, core.Database, string, core.ImportOptions) (string, error) {
	return "SELECT", nil
}

func (adder) Read(context.Context, core.Database, string, core.ImportOptions, core.Progress) (*ingest.Result, string, error) {
	return nil, "", &core.Error{Code: "database_query", Origin: core.OriginUser}
}

func (a adder) Aggregate(_ context.Context, db core.Database, password string, _ core.ImportOptions, asOf core.Date, dry bool, _ core.Progress) (*core.Aggregated, error) {
	*a.asked = append(*a.asked, db.URL+" "+password)
	out := &core.Aggregated{AsOf: core.YMD(2024, 3, 11), Statement: "SELECT", Fingerprint: "f"}
	out.Report.Detected.Kind = core.SourceCustomers
	if dry {
		return out, nil
	}
	d := &core.Dict{}
	for _, k := range a.keys {
		d.AppendString(k)
	}
	out.Attributes = &core.Attributes{Customers: d, Columns: []core.AttributeColumn{{Name: "frequency", Floats: a.orders}, {Name: "recency_days", Floats: a.orders}}}
	return out, nil
}

func TestWhatADatabaseAddsUpReplacesWhatItAddedUpBefore(t *testing.T) {
	t.Parallel()
	var asked []string
	a := &adder{[]string{"ann", "bea"}, []float64{3, 4}, &asked}
	w := workspace.New(workspace.Config{Methods: spenders{}, Files: &workspacetest.Folder{}, Threads: 1, Databases: a})
	t.Cleanup(func() { _ = w.Close() })
	p, err := w.Create(t.Context(), "shop.qx", workspace.NewProject{})
	if err != nil {
		t.Fatal(err)
	}
	importText(t, p, "people.csv", "customer,age\nann,20\ncat,30\nbea,40\n")
	r := workspace.DatabaseImport{Database: core.Database{URL: "db://anna:geheim@host", Table: "orders", Aggregate: true}, AsOf: core.NoDate}
	dry := r
	dry.Dry, dry.Rows = true, 3
	report, err := p.ImportDatabase(t.Context(), dry, core.NoProgress)
	if err != nil || report.First == nil || report.Statement != "SELECT" {
		t.Fatalf("%+v %v", report, err)
	}
	if sources, err := p.Sources(t.Context()); err != nil || len(sources) != 1 {
		t.Fatalf("a dry run left %d sources, %v", len(sources), err)
	}
	if _, err := p.ImportDatabase(t.Context(), r, core.NoProgress); err != nil {
		t.Fatal(err)
	}
	if got := frequencies(t, p); !cmp.Equal(got, map[string]string{"ann": "3", "bea": "4", "cat": ""}) {
		t.Errorf("%v", got)
	}
	a.keys, a.orders = []string{"bea", "dan"}, []float64{5, 6}
	if _, err := p.ImportDatabase(t.Context(), r, core.NoProgress); err != nil {
		t.Fatal(err)
	}
	if got := frequencies(t, p); !cmp.Equal(got, map[string]string{"ann": "", "bea": "5", "cat": "", "dan": "6"}) {
		t.Errorf("%v", got)
	}
	if d, err := p.AsOf(t.Context()); err != nil || d != core.YMD(2024, 3, 11) {
		t.Errorf("as of %v, %v", d, err)
	}
	sources, err := p.Sources(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	want := &core.DatabaseSource{Database: core.Database{URL: "db://anna@host", Table: "orders", Aggregate: true}, Statement: "SELECT", AsOf: core.YMD(2024, 3, 11)}
	if d := cmp.Diff(want, sources[2].Database); d != "" {
		t.Errorf("source (-want +got)\n%s", d)
	}
	if _, err := w.Tables(t.Context(), "db://anna@host", "other"); err != nil {
		t.Fatal(err)
	}
	if d := cmp.Diff([]string{"db://anna@host geheim", "db://anna@host geheim", "db://anna@host geheim", "other"}, asked); d != "" {
		t.Errorf("passwords (-want +got)\n%s", d)
	}
}

// frequencies are those of all customers, "" where missing.
func frequencies(t *testing.T, p *workspace.Project) map[string]string {
	t.Helper()
	set, err := p.Features(t.Context(), core.NoDate, 0)
	if err != nil {
		t.Fatal(err)
	}
	keys, err := p.Keys(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	out := map[string]string{}
	c := set.Table.Column("frequency")
	for i, code := range set.Customers {
		if out[keys.At(int(code))] = ""; !c.Missing(i) {
			out[keys.At(int(code))] = string('0' + rune(c.Floats[i]))
		}
	}
	return out
}

func TestWithoutDatabases(t *testing.T) {
	t.Parallel()
	p := project(t)
	_, err := p.ImportDatabase(t.Context(), workspace.DatabaseImport{}, core.NoProgress)
	if core.CodeOf(err) != "database_none" {
		t.Error(err)
	}
}
