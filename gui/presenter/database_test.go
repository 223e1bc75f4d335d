package presenter_test

import (
	"context"
	"strings"
	"testing"

	"qunxiang/core"
	"qunxiang/core/ingest"
	"qunxiang/core/workspace"
	"qunxiang/gui/presenter"
	"qunxiang/gui/presenter/presentertest"
	"qunxiang/sdk"
)

// databases stands for the databases of a desk.
type databases struct {
	presenter.Desk
	passwords []string
	asked     []workspace.DatabaseImport
}

func (d *databases) Tables(_ context.Context, _, password string) ([]core.DatabaseTable, error) {
	d.passwords = append(d.passwords, password)
	if password == "wrong" {
		return nil, &core.Error{Code: "database_login", Origin: core.OriginUser}
	}
	return []core.DatabaseTable{{Name: "orders", Rows: 3, Columns: []core.DatabaseColumn{{Name: "who"}, {Name: "on"}}}, {Name: "v", View: true, Rows: -1}}, nil
}

func (d *databases) LookDatabase(_ context.Context, r workspace.DatabaseImport) (*ingest.Preview, error) {
	d.asked = append(d.asked, r)
	pv := &ingest.Preview{Header: []string{"who", "on"}, Rows: [][]string{{"ann", "2024-01-01"}}}
	pv.Detected.Kind, pv.Detected.Mapping = core.SourceTransactions, map[core.Role]string{core.RoleCustomer: "who", core.RoleDate: r.Options.Map[core.RoleDate]}
	if r.Options.Kind == core.SourceCustomers {
		pv.Detected.Kind, pv.Detected.Mapping = core.SourceCustomers, map[core.Role]string{core.RoleCustomer: "who"}
	} else if r.Options.Map[core.RoleDate] == "" {
		return nil, &core.Error{Code: "no_date_column", Origin: core.OriginData}
	}
	return pv, nil
}

func (d *databases) ExplainDatabase(_ context.Context, r workspace.DatabaseImport) (string, error) {
	if r.Aggregate {
		return "SELECT … GROUP BY who", nil
	}
	return "SELECT * FROM orders", nil
}

func opened(t *testing.T) (*presentertest.Rig, *databases, *presenter.Database) {
	t.Helper()
	r := presentertest.New(t, sdk.EN)
	desk := &databases{Desk: r.Desk}
	d := presenter.NewDatabase(desk, r.Exec, r.Session)
	r.Session.Create("shop.qx", workspace.NewProject{Name: "Shop", Currency: "EUR"})
	r.Queue.Until(t, "the project", func() bool { return r.Session.State().Open })
	d.Load()
	r.Queue.Drain()
	return r, desk, d
}

// A wrong password is told and forgotten; the right one is in no state and in no project.
func TestDatabasePasswordIsKeptNowhere(t *testing.T) {
	t.Parallel()
	r, desk, d := opened(t)
	d.SetAddress(func(a *presenter.Address) {
		*a = presenter.Address{Kind: "postgres", Host: "db.example", Port: "5433", Database: "shop", User: "anna"}
	})
	d.Connect("wrong")
	r.Queue.Until(t, "the refusal", func() bool { return d.State().Phase == presenter.Failed })
	if core.CodeOf(d.State().Err) != "database_login" {
		t.Error(d.State().Err)
	}
	d.Connect("geheim")
	r.Queue.Until(t, "the tables", func() bool { return d.State().Phase == presenter.Ready })
	if got := d.State().Address.URL(); got != "postgres://anna@db.example:5433/shop" {
		t.Error(got)
	}
	kept, err := r.Session.Project().Setting("gui.database")
	if err != nil || !strings.Contains(string(kept), "db.example") || strings.Contains(string(kept), "geheim") {
		t.Errorf("kept %s, %v", kept, err)
	}
	again := presenter.NewDatabase(desk, r.Exec, r.Session)
	again.Load()
	if a := again.State().Address; a.Host != "db.example" || a.User != "anna" {
		t.Errorf("remembered %+v", a)
	}
	if len(desk.passwords) != 2 {
		t.Errorf("connected %d times; remembering must not connect", len(desk.passwords))
	}
}

// A table without a known date is shown all the same, so that the column can be pointed at.
func TestDatabaseRoles(t *testing.T) {
	t.Parallel()
	r, desk, d := opened(t)
	d.OpenFile("/data/till.db")
	r.Queue.Until(t, "the tables", func() bool { return d.State().Phase == presenter.Ready })
	d.Choose("orders")
	r.Queue.Until(t, "the look", func() bool { return d.State().Preview != nil })
	if need := d.State().NeedsRole(); len(need) == 0 || d.State().Ready() {
		t.Errorf("needs %v", need)
	}
	d.SetRole("who", core.RoleCustomer)
	r.Queue.Drain()
	d.SetRole("on", core.RoleDate)
	r.Queue.Until(t, "the date", func() bool { return d.State().Ready() })
	if d.State().SQL != "SELECT * FROM orders" {
		t.Error(d.State().SQL)
	}
	d.SetAggregate(true)
	r.Queue.Until(t, "the sum", func() bool { return strings.Contains(d.State().SQL, "GROUP BY") })
	if last := desk.asked[len(desk.asked)-1]; !last.Aggregate || last.URL != "sqlite:///data/till.db" || last.Table != "orders" || last.Options.Map[core.RoleDate] != "on" {
		t.Errorf("%+v", last)
	}
	d.Import() // the rig's workspace has no databases, and says so
	r.Queue.Until(t, "the end", func() bool { return !d.State().Running && d.State().RunErr != nil })
	if core.CodeOf(d.State().RunErr) != "database_none" {
		t.Error(d.State().RunErr)
	}
}

// What stands behind a report was listed before the import: it is read again.
func TestDatabaseListsAgainBehindAReport(t *testing.T) {
	t.Parallel()
	r, desk, d := opened(t)
	d.OpenFile("/data/till.db")
	r.Queue.Until(t, "the tables", func() bool { return d.State().Phase == presenter.Ready })
	before := len(desk.passwords)
	d.CloseReport()
	r.Queue.Until(t, "the tables again", func() bool { return len(desk.passwords) == before+1 })
	d.Disconnect()
	d.CloseReport()
	r.Queue.Drain()
	if len(desk.passwords) != before+1 {
		t.Error("connected without having been asked to")
	}
}

// A file that is dropped before there is a project gets one named after it.
func TestInProjectMakesADraft(t *testing.T) {
	t.Parallel()
	r := presentertest.New(t, sdk.EN)
	called := 0
	r.Session.InProject("/data/till.db", func() { called++ })
	r.Queue.Until(t, "the draft", func() bool { return called == 1 })
	if p := r.Session.Project(); p == nil || p.Head().Name != "till" {
		t.Fatalf("%v", p)
	}
	r.Session.InProject("/data/other.db", func() { called++ })
	if called != 2 || r.Session.Project().Head().Name != "till" {
		t.Errorf("called %d times, project %s", called, r.Session.Project().Head().Name)
	}
}

func TestDatabaseAddresses(t *testing.T) {
	t.Parallel()
	for want, a := range map[string]presenter.Address{
		"sqlite:///C:/data/a%20b.db":                      {Kind: "sqlite", Path: "C:/data/a b.db"},
		"mysql://host/shop?tls=true":                      {Kind: "mysql", Host: " host ", Database: "/shop/", Secure: true},
		"clickhouses://u@host:8443/db":                    {Kind: "clickhouse", Host: "host", Port: "8443", Database: "db", User: "u", Secure: true},
		"postgres://u%40x@[::1]:5432/shop":                {Kind: "postgres", Host: "::1", Port: "5432", Database: "shop", User: "u@x"},
		"postgres://h.example/shop?sslmode=require":       {Kind: "postgres", Host: "h.example", Database: "shop", Secure: true},
		"trino://analyst@trino.example/hive/sales%20data": {Kind: "trino", Host: "trino.example", Database: "hive/sales data", User: "analyst"},
	} {
		if got := a.URL(); got != want {
			t.Errorf("%s, want %s", got, want)
		}
	}
	if (presenter.Address{Kind: "postgres", Host: " "}).Complete() || (presenter.Address{Kind: "sqlite"}).Complete() {
		t.Error("nothing to connect to")
	}
}
