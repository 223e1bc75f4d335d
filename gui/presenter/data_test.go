package presenter_test

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"qunxiang/core"
	"qunxiang/core/workspace"
	"qunxiang/gui/presenter"
	"qunxiang/gui/presenter/presentertest"
	"qunxiang/sdk"
)

func emptyProject(t *testing.T, lang sdk.Lang) (*presentertest.Rig, *presenter.Data) {
	t.Helper()
	r := presentertest.New(t, lang)
	d := presenter.NewData(r.Desk, r.Exec, r.Session)
	r.Session.Create("p.qx", workspace.NewProject{Currency: "EUR"})
	r.Queue.Until(t, "the project", func() bool { return r.Session.State().Open })
	return r, d
}

const twoReadings = "order,date,customer,amount\n11,03/04/2024,ann,10\n12,05/06/2024,bea,20\n13,07/08/2024,ann,30\n"

// Several files make a list in which purchases come first; those without a question are
// imported with one command, the others wait for their answer.
func TestData_SeveralFilesAreImportedAsFarAsTheyAreSure(t *testing.T) {
	t.Parallel()
	r, d := emptyProject(t, sdk.EN)
	people := r.Write(t, "people.csv", "customer_id,age,city\nann,30,Rome\nbob,31,Bari\neve,32,Oslo\ndan,33,Rome\n")
	orders, unsure, broken := r.Write(t, "orders.csv", presentertest.Orders), r.Write(t, "unsure.csv", twoReadings), r.Write(t, "empty.csv", "")
	r.Session.Import(people, broken, unsure, orders)
	d.Load()
	r.Queue.Until(t, "the looks", func() bool {
		for _, f := range d.State().Files {
			if f.State == presenter.FileWaiting {
				return false
			}
		}
		return len(d.State().Files) == 4
	})
	states := func() map[string]presenter.FileState {
		out := map[string]presenter.FileState{}
		for _, f := range d.State().Files {
			out[filepath.Base(f.Path)] = f.State
		}
		return out
	}
	want := map[string]presenter.FileState{
		"orders.csv": presenter.FileReady, "unsure.csv": presenter.FileAsks, "people.csv": presenter.FileReady, "empty.csv": presenter.FileFailed,
	}
	if diff := cmp.Diff(want, states()); diff != "" {
		t.Fatalf("(-want +got):\n%s", diff)
	}
	if last := d.State().Files[2]; filepath.Base(last.Path) != "people.csv" {
		t.Errorf("%s is third, behind the purchases there should be customers", last.Path)
	}
	d.ImportSure()
	r.Queue.Until(t, "the imports", func() bool { return !d.State().Running && len(d.State().Sources) == 2 })
	want["orders.csv"], want["people.csv"] = presenter.FileDone, presenter.FileDone
	if diff := cmp.Diff(want, states()); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
	if s := d.State().Sources[0]; s.Name != "orders.csv" {
		t.Errorf("%s was imported first", s.Name)
	}
	d.OpenQueued(unsure)
	r.Queue.Until(t, "the look", func() bool { return d.State().Import.Phase == presenter.ImportReady && !d.State().Import.Looking })
	d.Change(func(o *core.ImportOptions) { o.DateOrder = core.DateDMY })
	r.Queue.Until(t, "the answer", func() bool { return !d.State().Import.Looking })
	d.Next()
	if got := states()["unsure.csv"]; got != presenter.FileReady {
		t.Errorf("the answered file is in state %d", got)
	}
	d.ImportSure()
	r.Queue.Until(t, "the last import", func() bool { return !d.State().Running && len(d.State().Sources) == 3 })
	if s := d.State().Sources[2].Report; s.FirstDate.String() != "2024-04-03" {
		t.Errorf("the answer was not used: first day %s", s.FirstDate)
	}
	d.Drop(broken)
	d.CloseFiles()
	if len(d.State().Files) != 0 {
		t.Error("the list is still there")
	}
}

// Rows that were left out are shown with the column that is wrong, corrected, and
// imported as a source of their own; what was not corrected stays out.
func TestData_RowsLeftOutAreCorrected(t *testing.T) {
	t.Parallel()
	r, d := emptyProject(t, sdk.ZH)
	d.OpenFile(r.Write(t, "orders.csv", "order_no,order_date,customer_id,amount\n1,2024-01-05,ann,150\n1,2024-01-05,ann,oops\n2,2024-02-30,bob,20\n3,2024-02-31,eve,30\n"))
	r.Queue.Until(t, "the preview", func() bool { return d.State().Import.Phase == presenter.ImportReady })
	d.Import()
	r.Queue.Until(t, "the import", func() bool { return d.State().Import.Phase == presenter.ImportDone && len(d.State().Sources) == 1 })
	source := d.State().Import.Source
	d.ShowRejected(source, "bad_date")
	ready := func() bool { return d.State().Rejected.Phase == presenter.Ready }
	r.Queue.Until(t, "the rows", ready)
	st := d.State().Rejected
	if len(st.Rows) != 2 || st.Rows[0].Row != 4 || st.Header[st.Column()] != "order_date" || st.Changed || st.Settled {
		t.Fatalf("rows %v, column %d, changed %v", st.Rows, st.Column(), st.Changed)
	}
	d.EditRow(0)
	d.EditCell(1, "2024-02-29")
	d.EditCell(3, "21")
	d.EditCell(3, "20") // as it was: no edit
	d.RejectedReason("bad_amount")
	r.Queue.Until(t, "the other rows", ready)
	d.EditRow(0)
	d.EditCell(3, "12")
	if n := d.State().Rejected.Corrected(); n != 2 {
		t.Fatalf("%d rows are corrected, not 2", n)
	}
	d.ImportCorrected()
	r.Queue.Until(t, "the import of the corrected", func() bool { return !d.State().Rejected.Busy && len(d.State().Sources) == 2 })
	st = d.State().Rejected
	if st.Err != nil || st.Imported == nil || st.Imported.Rows.Used != 2 || st.Corrected() != 0 {
		t.Fatalf("%v %+v", st.Err, st.Imported)
	}
	if text, edited := st.Cell(0, 3); text != "12" || edited {
		t.Errorf("the corrected cell is %q, edited %v", text, edited)
	}
	if name := d.State().Sources[1].Name; name != "orders（已更正）.csv" {
		t.Errorf("the source is called %s", name)
	}
	info, err := r.Session.Project().Info(t.Context())
	if err != nil || info.Orders != 2 || info.Lines != 3 {
		t.Errorf("%d orders, %d lines, %v; want 2 and 3", info.Orders, info.Lines, err)
	}
	to, n := filepath.Join(r.Dir, "r.csv"), 0
	d.ExportRejected(to, func(rows int, err error) {
		if n = rows; err != nil {
			t.Error(err)
		}
	})
	r.Queue.Until(t, "the export", func() bool { return n > 0 })
	b, err := os.ReadFile(to)
	if err != nil || n != 3 || !strings.Contains(string(b), "3,2024-02-31,eve,30,") {
		t.Errorf("%d rows, %v:\n%s", n, err, b)
	}
	d.CloseRejected()
	if d.State().Rejected != nil {
		t.Error("the rows are still shown")
	}
}

// Where the project does not keep the rows and the file is gone, or is another by now, that
// is said.
func TestData_RowsLeftOutNeedTheFile(t *testing.T) {
	t.Parallel()
	r := presentertest.New(t, sdk.EN)
	d := r.WithOrders(t)
	r.Queue.Until(t, "the sources", func() bool { return len(d.State().Sources) == 1 })
	source := d.State().Sources[0].ID
	p, ok := r.Session.Project().(interface {
		SetSetting(key string, v []byte) error
	})
	if !ok {
		t.Fatal("a project has settings")
	}
	if err := p.SetSetting("rejected_rows/1", nil); err != nil { // as in projects of before
		t.Fatal(err)
	}
	path := filepath.Join(r.Dir, "orders.csv")
	if err := os.Rename(path, path+".old"); err != nil {
		t.Fatal(err)
	}
	d.ShowRejected(source, "missing_date")
	r.Queue.Until(t, "the question", func() bool { return d.State().Rejected.Phase == presenter.Empty && d.State().Rejected.Path == "" })
	other := r.Write(t, "other.csv", presentertest.Orders+"zoe,,1.00,9\n")
	d.RejectedFile(other)
	r.Queue.Until(t, "the rows", func() bool { return d.State().Rejected.Phase == presenter.Ready })
	if st := d.State().Rejected; !st.Changed || len(st.Rows) != 2 {
		t.Errorf("changed %v, %d rows", st.Changed, len(st.Rows))
	}
	d.RejectedFile(path + ".old")
	r.Queue.Until(t, "the rows", func() bool { return d.State().Rejected.Phase == presenter.Ready })
	if st := d.State().Rejected; st.Changed || len(st.Rows) != 1 {
		t.Errorf("changed %v, %d rows", st.Changed, len(st.Rows))
	}
}

// Another kind can be chosen though the columns that it needs are not known: the table
// stays in sight and asks for them.
func TestData_EveryKindCanBeChosen(t *testing.T) {
	t.Parallel()
	r, d := emptyProject(t, sdk.EN)
	d.OpenFile(r.Write(t, "odd.csv", "foo,bar,baz\nx1,moon,1\nx2,sun,2\nx1,star,3\n"))
	r.Queue.Until(t, "the preview", func() bool { return !d.State().Import.Looking })
	for kind, need := range map[core.SourceKind]int{
		core.SourceTransactions: 2, core.SourceCustomers: 0, core.SourceSurvey: 0, core.SourceComments: 1, core.SourceEvents: 1,
	} {
		d.Change(func(o *core.ImportOptions) { o.Kind, o.Map = kind, nil })
		r.Queue.Until(t, "the look", func() bool { return !d.State().Import.Looking })
		st := d.State().Import
		if st.Err != nil || st.Preview.Detected.Kind != kind || len(st.NeedsRole()) > need {
			t.Errorf("%s: %v, shown as %s, needs %v", kind, st.Err, st.Preview.Detected.Kind, st.NeedsRole())
		}
	}
	d.Change(func(o *core.ImportOptions) { o.Kind = core.SourceEvents })
	r.Queue.Until(t, "the look", func() bool { return !d.State().Import.Looking })
	d.SetRole("bar", core.RoleEvent)
	r.Queue.Until(t, "the answer", func() bool { return !d.State().Import.Looking })
	if st := d.State().Import; st.Preview.Detected.Kind != core.SourceEvents || len(st.NeedsRole()) != 0 {
		t.Errorf("shown as %s, needs %v, %v", st.Preview.Detected.Kind, st.NeedsRole(), st.Err)
	}
}

// Next month's file is read as this month's was, by itself or by a template that is chosen.
func TestData_ATemplateIsKeptAndUsed(t *testing.T) {
	t.Parallel()
	r, d := emptyProject(t, sdk.EN)
	d.OpenFile(r.Write(t, "june.csv", twoReadings))
	ready := func() bool { return d.State().Import.Phase == presenter.ImportReady && !d.State().Import.Looking }
	r.Queue.Until(t, "the preview", ready)
	d.Change(func(o *core.ImportOptions) { o.DateOrder = core.DateDMY })
	r.Queue.Until(t, "the answer", ready)
	d.Import()
	r.Queue.Until(t, "the import", func() bool { return d.State().Import.Phase == presenter.ImportDone })
	kept := false
	d.SaveTemplate("monthly", func(err error) {
		if kept = true; err != nil {
			t.Error(err)
		}
	})
	r.Queue.Until(t, "the template", func() bool { return kept })
	d.Next()
	d.OpenFile(r.Write(t, "july.csv", strings.ReplaceAll(twoReadings, "2024", "2025")))
	r.Queue.Until(t, "the preview", ready)
	st := d.State().Import
	if u := st.Read.Like; u == nil || u.Name != "monthly" || u.Kind != core.UsedTemplate || st.Preview.Detected.DateOrder != core.DateDMY {
		t.Fatalf("read like %+v, dates %s", u, st.Preview.Detected.DateOrder)
	}
	if diff := cmp.Diff([]string{"monthly"}, st.Names); diff != "" {
		t.Errorf("templates (-want +got):\n%s", diff)
	}
	d.OpenFile(r.Write(t, "people.csv", "name,age\nann,3\nbea,4\n"))
	r.Queue.Until(t, "the preview", ready)
	d.ChooseTemplate("monthly")
	r.Queue.Until(t, "the refusal", func() bool { return !d.State().Import.Looking })
	if code := core.CodeOf(d.State().Import.Err); code != "template_columns" {
		t.Errorf("a file without the template's columns: %q", code)
	}
	d.ChooseTemplate("")
	r.Queue.Until(t, "the preview", ready)
}

// TestData_OrdersThatDifferAreDecided: a file with other lines of the project's orders is not
// stored before a choice was made, alone or in a list.
func TestData_OrdersThatDifferAreDecided(t *testing.T) {
	t.Parallel()
	r := presentertest.New(t, sdk.EN)
	d := r.WithOrders(t)
	d.Next()
	again := strings.Replace(strings.Replace(presentertest.Orders, "150.00,1", "155.00,1", 1), "fay,,12.00,7", "fay,2024-03-30,12.00,7", 1)
	r.Session.Import(r.Write(t, "again.csv", again))
	d.Load()
	r.Queue.Until(t, "the preview", func() bool { return d.State().Import.Phase == presenter.ImportReady })
	d.Import()
	r.Queue.Until(t, "the question", func() bool { return d.State().Import.Phase == presenter.ImportOrders })
	st := d.State().Import.Orders
	if st.Count("new") != 1 || st.Count("changed") != 1 || st.Count("unchanged") != 6 || len(st.List()) != 1 || st.List()[0].Order != "1" {
		t.Fatalf("new %d, changed %d, unchanged %d, list %v", st.Count("new"), st.Count("changed"), st.Count("unchanged"), st.List())
	}
	d.ShowOrders("new")
	if l := d.State().Import.Orders.List(); len(l) != 1 || l[0].Order != "7" {
		t.Errorf("new: %v", l)
	}
	d.LeaveOrders()
	if im := d.State().Import; im.Phase != presenter.ImportReady || len(d.State().Sources) != 1 {
		t.Fatalf("left: phase %v, %d sources", im.Phase, len(d.State().Sources))
	}
	d.Import()
	r.Queue.Until(t, "the question", func() bool { return d.State().Import.Phase == presenter.ImportOrders })
	d.ChooseOrders(core.OrdersKeep)
	r.Queue.Until(t, "the choice", func() bool { return !d.State().Import.Orders.Busy })
	d.TakeOrders()
	r.Queue.Until(t, "the import", func() bool { return d.State().Import.Phase == presenter.ImportDone && len(d.State().Sources) == 2 })
	if rep := d.State().Import.Report; rep.Amount != 12 || rep.Rows.Used != 1 {
		t.Errorf("kept: %v in %d rows", rep.Amount, rep.Rows.Used)
	}
	d.Next()
	r.Session.Import(r.Write(t, "third.csv", again), r.Write(t, "people.csv", "customer_id,age\nann,30\nbob,31\n"))
	d.Load()
	r.Queue.Until(t, "the looks", func() bool { st := d.State(); return st.Sure() == 2 })
	d.ImportSure()
	r.Queue.Until(t, "the list", func() bool { return !d.State().Running && len(d.State().Sources) == 3 })
	for _, f := range d.State().Files {
		if strings.HasSuffix(f.Path, "third.csv") && (f.State != presenter.FileAsks || f.Orders != 1) {
			t.Errorf("the file of the list: state %v, %d orders", f.State, f.Orders)
		}
	}
}

// TestData_RejectedRowsWithoutTheFile: when the window was opened again and the file is gone,
// rows that were left out are seen and corrected all the same, and stay marked.
func TestData_RejectedRowsWithoutTheFile(t *testing.T) {
	t.Parallel()
	r := presentertest.New(t, sdk.EN)
	r.WithOrders(t)
	if err := os.Remove(filepath.Join(r.Dir, "orders.csv")); err != nil {
		t.Fatal(err)
	}
	d := presenter.NewData(r.Desk, r.Exec, r.Session)
	d.Load()
	r.Queue.Until(t, "the sources", func() bool { return len(d.State().Sources) == 1 })
	show := func() *presenter.RejectedState {
		t.Helper()
		d.ShowRejected(1, "missing_date")
		r.Queue.Until(t, "the rows", func() bool { return d.State().Rejected.Phase != presenter.Loading })
		return d.State().Rejected
	}
	st := show()
	if st.Phase != presenter.Ready || len(st.Rows) != 1 || st.Rows[0].Row != 8 || !st.Kept || st.Partial {
		t.Fatalf("phase %v, rows %v", st.Phase, st.Rows)
	}
	d.EditRow(0)
	d.EditCell(1, "2024-03-28")
	d.ImportCorrected()
	r.Queue.Until(t, "the corrected row", func() bool { return d.State().Rejected.Imported != nil && len(d.State().Sources) == 2 })
	if rep := d.State().Rejected.Imported; rep.Rows.Used != 1 || rep.Amount != 12 {
		t.Errorf("corrected: %+v", rep.Rows)
	}
	d.CloseRejected()
	r.Queue.Until(t, "the mark", func() bool {
		k, err := r.Session.Project().KeptRejected(t.Context(), 1)
		return err == nil && len(k.Fixed) == 1
	})
	if st = show(); st.Fixed[8][1] != "2024-03-28" {
		t.Errorf("the correction is not marked: %v", st.Fixed)
	}
}

// A table with a header and no row of data is told at once, in the list of files and on
// the page of the file.
func TestData_ATableWithoutRowsIsNotOffered(t *testing.T) {
	t.Parallel()
	r, d := emptyProject(t, sdk.EN)
	head, orders := r.Write(t, "head.csv", "colour,age,city\n"), r.Write(t, "orders.csv", presentertest.Orders)
	r.Session.Import(head, orders)
	d.Load()
	r.Queue.Until(t, "the looks", func() bool {
		return len(d.State().Files) == 2 && d.State().Files[0].State != presenter.FileWaiting && d.State().Files[1].State != presenter.FileWaiting
	})
	for _, f := range d.State().Files {
		if empty := f.Path == head; empty != (f.State == presenter.FileFailed) || empty != (core.CodeOf(f.Err) == "no_rows") {
			t.Errorf("%s: state %d, error %v", f.Path, f.State, f.Err)
		}
	}
	for path, want := range map[string]bool{head: true, orders: false} {
		d.OpenFile(path)
		r.Queue.Until(t, "the look", func() bool { return d.State().Import.Preview != nil })
		if got := d.State().Import.NoRows(); got != want {
			t.Errorf("%s: no rows %t", path, got)
		}
		for _, m := range d.State().Import.Remarks() {
			if m.Key == "import.hint.row_as_customer" {
				t.Errorf("%s: who the customers are is said of no row", path)
			}
		}
	}
}
