package page_test

import (
	"archive/zip"
	"bytes"
	"fmt"
	"slices"
	"strings"
	"testing"

	"qunxiang/core/workspace"
	"qunxiang/gui/guitest"
	"qunxiang/gui/page"
	"qunxiang/gui/presenter"
	"qunxiang/gui/theme"
	"qunxiang/i18n"
	"qunxiang/sdk"
)

const oddOrders = "June,,,\norder_no,order_date,customer_id,amount\n1,05/06/2024,ann,150\n1,06/06/2024,ann,oops\n2,31/02/2024,bob,20\n3,07/06/2024,,30\n4,08/06/2024,dan,30\nTotal,,,230\n"

// TestData_EveryLookOfTheImport lays out the list of files, a file before its import,
// its rows left out, and what came of them, in both languages.
func TestData_EveryLookOfTheImport(t *testing.T) {
	for _, lang := range []sdk.Lang{sdk.ZH, sdk.EN} {
		guitest.App(t, map[sdk.Lang]theme.Mode{sdk.ZH: theme.Dark, sdk.EN: theme.Light}[lang])
		s := guitest.NewStage(t, lang)
		l := i18n.Locale{Lang: lang}
		d := presenter.NewData(s.Desk, s.Exec, s.Session)
		p := page.NewData(s.Config, d)
		s.Session.Create("p.qx", workspace.NewProject{Name: "P", Currency: "EUR"})
		s.Queue.Until(t, "the project", func() bool { return s.Session.State().Open })
		s.Session.Import(s.Write(t, "odd.csv", oddOrders), s.Write(t, "bad.csv", ""), s.Write(t, "people.csv", "customer_id,age\nann,30\nbob,31\ndan,32\n"))
		o := s.Show(p, presenter.Route{Page: presenter.PageData})
		s.Queue.Until(t, "the looks", func() bool {
			return len(d.State().Files) == 3 && !slices.ContainsFunc(d.State().Files, func(f presenter.QueuedFile) bool { return f.State == presenter.FileWaiting })
		})
		texts := guitest.Look(t, lang, o)
		for _, want := range []string{"odd.csv", "bad.csv", l.T("gui.files.state.asks"), l.T("gui.files.state.failed"), l.T("gui.files.state.ready")} {
			if !slices.Contains(texts, want) {
				t.Errorf("the list lacks %q: %q", want, texts)
			}
		}
		guitest.Buttons(o)[l.T("gui.files.answer")].OnTapped()
		s.Queue.Until(t, "the look", func() bool { return d.State().Import.Around != nil })
		texts = guitest.Look(t, lang, o)
		for _, want := range []string{l.T("gui.kind.transactions.hint"), l.T("gui.skipped.total"), l.T("gui.import.columns")} {
			if !strings.Contains(tightly(strings.Join(texts, "")), tightly(want)) { // lines may break anywhere
				t.Errorf("the file lacks %q: %q", want, texts)
			}
		}
		guitest.Buttons(o)[l.T("gui.import.fix.date", "cell", "05/06/2024", "day", "2024-06-05", "order", l.T("gui.dateOrder.dmy"))].OnTapped()
		s.Queue.Until(t, "the answer", func() bool { return !d.State().Import.Looking })
		guitest.Buttons(o)[l.T("gui.import.do")].OnTapped()
		s.Queue.Until(t, "the import", func() bool { return d.State().Import.Phase == presenter.ImportDone && len(d.State().Sources) == 1 })
		guitest.Look(t, lang, o)
		d.ShowRejected(d.State().Import.Source, "bad_date")
		s.Queue.Until(t, "the rows", func() bool { return d.State().Rejected.Phase == presenter.Ready })
		d.EditRow(0)
		d.EditCell(1, "28/02/2024")
		if texts = guitest.Look(t, lang, o); !slices.Contains(texts, l.T("gui.rejected.row", "row", 5)) {
			t.Errorf("the row is not there: %q", texts)
		}
		guitest.Buttons(o)[l.T("gui.rejected.import", "n", 1)].OnTapped()
		s.Queue.Until(t, "the corrected row", func() bool { return d.State().Rejected.Imported != nil })
		if texts = guitest.Look(t, lang, o); !slices.Contains(texts, l.T("gui.rejected.done", "used", 1, "in", 1, "duplicates", 0)) {
			t.Errorf("nothing says what came of it: %q", texts)
		}
		d.CloseRejected()
		d.Next()
		d.CloseFiles()
		s.Queue.Until(t, "the sources", func() bool { return len(d.State().Sources) == 2 })
		if texts = guitest.Look(t, lang, o); !slices.Contains(texts, l.T("gui.data.leftOut")) {
			t.Errorf("the sources do not say what was left out: %q", texts)
		}
		p.Hide()
	}
}

func tightly(s string) string { return strings.Join(strings.Fields(s), "") }

// TestData_OrdersThatDiffer lays out what a file changes in orders of the project, in both
// languages, with a choice and an order's lines.
func TestData_OrdersThatDiffer(t *testing.T) {
	for _, lang := range []sdk.Lang{sdk.ZH, sdk.EN} {
		guitest.App(t, map[sdk.Lang]theme.Mode{sdk.ZH: theme.Light, sdk.EN: theme.Dark}[lang])
		s := guitest.NewStage(t, lang)
		l := i18n.Locale{Lang: lang}
		d := presenter.NewData(s.Desk, s.Exec, s.Session)
		p := page.NewData(s.Config, d)
		s.Session.Create("p.qx", workspace.NewProject{Name: "P", Currency: "EUR"})
		s.Queue.Until(t, "the project", func() bool { return s.Session.State().Open })
		bring := func(name, rows string, phase presenter.ImportPhase) {
			s.Session.Import(s.Write(t, name, "order_no,order_date,customer_id,product,quantity,amount\n"+rows))
			d.Load()
			s.Queue.Until(t, "the look", func() bool { return d.State().Import.Phase == presenter.ImportReady })
			d.Import()
			s.Queue.Until(t, name, func() bool { return d.State().Import.Phase == phase })
		}
		o := s.Show(p, presenter.Route{Page: presenter.PageData})
		bring("one.csv", "1,2024-06-05,ann,tea,2,150\n1,2024-06-05,ann,cup,1,9\n2,2024-06-06,bob,tea,1,75\n3,2024-06-07,dan,cup,1,9\n", presenter.ImportDone)
		d.Next()
		bring("two.csv", "1,2024-06-05,ann,tea,2,140\n1,2024-06-05,ann,cup,1,9\n3,2024-06-07,dan,cup,1,9\n4,2024-06-09,eve,cup,1,9\n", presenter.ImportOrders)
		texts := guitest.Look(t, lang, o)
		for _, want := range []string{l.T("gui.orders.title", "file", "two.csv"), l.T("gui.orders.order", "order", "1"), l.T("gui.orders.policy.keep"), l.T("gui.orders.unchanged")} {
			if !slices.Contains(texts, want) {
				t.Errorf("the orders lack %q: %q", want, texts)
			}
		}
		d.ChooseOrders("replace")
		s.Queue.Until(t, "the choice", func() bool { return !d.State().Import.Orders.Busy })
		guitest.Look(t, lang, o)
		d.ShowOrders("vanished")
		if texts = guitest.Look(t, lang, o); !slices.Contains(texts, l.T("gui.orders.order", "order", "2")) {
			t.Errorf("the order that vanished is not shown: %q", texts)
		}
		guitest.Buttons(o)[l.T("gui.orders.do")].OnTapped()
		s.Queue.Until(t, "the import", func() bool { return d.State().Import.Phase == presenter.ImportDone })
		if got := d.State().Import.Report.Amount; got != -1 {
			t.Errorf("the project has %v more, want −1: ten less of order 1, nine of order 4", got)
		}
		p.Hide()
	}
}

// TestData_SheetsAtOnce lays out a workbook of months, an archive of files and what came of
// them, in both languages.
func TestData_SheetsAtOnce(t *testing.T) {
	var book strings.Builder
	book.WriteString(`<?xml version="1.0"?><?mso-application progid="Excel.Sheet"?><Workbook xmlns="urn:schemas-microsoft-com:office:spreadsheet" xmlns:ss="urn:schemas-microsoft-com:office:spreadsheet">`)
	archive := &bytes.Buffer{}
	z := zip.NewWriter(archive)
	for i, name := range []string{"Jan", "Feb", "Mar"} {
		text := fmt.Sprintf("order_no,order_date,customer_id,amount\n%d,2024-0%d-05,ann,1%d\n%d,2024-0%d-06,bob,oops\n", 2*i+1, i+1, i, 2*i+2, i+1)
		w, err := z.Create(name + ".csv")
		if err == nil {
			_, err = w.Write([]byte(text))
		}
		if err != nil {
			t.Fatal(err)
		}
		fmt.Fprintf(&book, `<Worksheet ss:Name="%s"><Table>`, name)
		for l := range strings.Lines(text) {
			book.WriteString("<Row>")
			for c := range strings.SplitSeq(strings.TrimSpace(l), ",") {
				fmt.Fprintf(&book, `<Cell><Data ss:Type="String">%s</Data></Cell>`, c)
			}
			book.WriteString("</Row>")
		}
		book.WriteString("</Table></Worksheet>")
	}
	book.WriteString("</Workbook>")
	if err := z.Close(); err != nil {
		t.Fatal(err)
	}
	for _, lang := range []sdk.Lang{sdk.ZH, sdk.EN} {
		guitest.App(t, map[sdk.Lang]theme.Mode{sdk.ZH: theme.Light, sdk.EN: theme.Dark}[lang])
		s := guitest.NewStage(t, lang)
		l := i18n.Locale{Lang: lang}
		d := presenter.NewData(s.Desk, s.Exec, s.Session)
		p := page.NewData(s.Config, d)
		s.Session.Create("p.qx", workspace.NewProject{Name: "P", Currency: "EUR"})
		s.Queue.Until(t, "the project", func() bool { return s.Session.State().Open })
		o := s.Show(p, presenter.Route{Page: presenter.PageData})
		d.OpenFile(s.Write(t, "year.xls", book.String()))
		s.Queue.Until(t, "the look", func() bool { return d.State().Import.Phase == presenter.ImportReady })
		guitest.Look(t, lang, o)
		guitest.Buttons(o)[l.T("gui.import.fix.allSheets", "n", 3)].OnTapped()
		s.Queue.Until(t, "the sheets", func() bool { return d.State().Import.Phase == presenter.ImportDone && len(d.State().Sources) == 3 })
		texts := guitest.Look(t, lang, o)
		for _, want := range []string{l.T("gui.import.sheets", "n", 3), "Feb"} {
			if !slices.Contains(texts, want) {
				t.Errorf("the report lacks %q: %q", want, texts)
			}
		}
		d.ShowRejected(2, "bad_amount")
		s.Queue.Until(t, "the rows", func() bool { return d.State().Rejected.Phase == presenter.Ready })
		d.CloseRejected()
		d.Next()
		d.OpenFile(s.Write(t, "year.zip", archive.String()))
		s.Queue.Until(t, "the question", func() bool { return d.State().Import.Phase == presenter.ImportFailed })
		guitest.Look(t, lang, o)
		if guitest.Buttons(o)[l.T("gui.import.fix.sheet", "sheet", "Feb.csv")] == nil {
			t.Error("no file of the archive can be chosen")
		}
		guitest.Buttons(o)[l.T("gui.import.fix.allFiles", "n", 3)].OnTapped()
		s.Queue.Until(t, "the files", func() bool { return d.State().Import.Phase == presenter.ImportDone && len(d.State().Sources) == 6 })
		if got := d.State().Import.Report; got.Rows.Used != 0 || got.Duplicates != 3 {
			t.Errorf("the files are the sheets: %+v", got.Rows)
		}
		guitest.Look(t, lang, o)
		p.Hide()
	}
}
