package page_test

import (
	"slices"
	"strings"
	"testing"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/test"

	"qunxiang/core/chart"
	"qunxiang/core/workspace"
	"qunxiang/gui/guitest"
	"qunxiang/gui/page"
	"qunxiang/gui/presenter"
	"qunxiang/gui/presenter/presentertest"
	"qunxiang/gui/theme"
	"qunxiang/i18n"
	"qunxiang/sdk"
)

// pages makes every page on one stage.
func pages(s *guitest.Stage) map[presenter.Page]page.Page {
	data := presenter.NewData(s.Desk, s.Exec, s.Session)
	segment := presenter.NewSegment(s.Desk, s.Exec, s.Session)
	results := presenter.NewResults(s.Desk, s.Exec, s.Session)
	return map[presenter.Page]page.Page{
		presenter.PageHome: page.NewHome(s.Config), presenter.PageData: page.NewData(s.Config, data),
		presenter.PageCustomers: page.NewCustomers(s.Config, presenter.NewCustomers(s.Exec, s.Session)),
		presenter.PageSegment:   page.NewSegment(s.Config, segment), presenter.PageResults: page.NewResults(s.Config, results),
		presenter.PageCompare: page.NewReferee(s.Config, presenter.NewReferee(s.Exec, s.Session)),
		presenter.PageReports: page.NewReports(s.Config, results), presenter.PageMethods: page.NewMethods(s.Config, segment),
		presenter.PageLearn: page.NewLearn(s.Config), presenter.PageSettings: page.NewSettings(s.Config),
	}
}

// looks are the states that a page can be in.
var looks = map[string]func(t *testing.T, s *guitest.Stage){
	"no project": func(*testing.T, *guitest.Stage) {},
	"no data": func(t *testing.T, s *guitest.Stage) {
		t.Helper()
		s.Session.Create("p.qx", workspace.NewProject{Name: "Empty"})
		s.Queue.Until(t, "the project", func() bool { return s.Session.State().Open })
	},
	"data":   func(t *testing.T, s *guitest.Stage) { t.Helper(); s.WithOrders(t) },
	"result": func(t *testing.T, s *guitest.Stage) { t.Helper(); s.WithResult(t) },
}

// TestEveryLookOfEveryPage lays out every page in every state, both languages and
// both themes.
func TestEveryLookOfEveryPage(t *testing.T) {
	for _, lang := range []sdk.Lang{sdk.ZH, sdk.EN} {
		mode := map[sdk.Lang]theme.Mode{sdk.ZH: theme.Light, sdk.EN: theme.Dark}[lang]
		for name, prepare := range looks {
			t.Run(string(lang)+"/"+name, func(t *testing.T) {
				guitest.App(t, mode)
				s := guitest.NewStage(t, lang)
				prepare(t, s)
				for id, p := range pages(s) {
					t.Run(string(id), func(t *testing.T) {
						if texts := guitest.Look(t, lang, s.Show(p, presenter.Route{Page: id})); len(texts) < 2 {
							t.Errorf("says hardly anything: %q", texts)
						}
						p.Hide()
					})
				}
			})
		}
	}
}

func TestResults_EverythingLeadsToTheCustomers(t *testing.T) {
	guitest.App(t, theme.Light)
	s := guitest.NewStage(t, sdk.EN)
	s.WithResult(t)
	p := pages(s)[presenter.PageResults]
	o := s.Show(p, presenter.Route{Page: presenter.PageResults})
	texts := strings.Join(guitest.Look(t, sdk.EN, o), "\n")
	for _, want := range []string{"First", "Big", "Small", "3", "2"} {
		if !strings.Contains(texts, want) {
			t.Errorf("%q is not on the page:\n%s", want, texts)
		}
	}
	buttons := guitest.Buttons(o)
	buttons[i18n.Locale{Lang: sdk.EN}.T("gui.results.list")].OnTapped()
	if got := s.Dialogs.Titles; len(got) != 1 || !strings.Contains(got[0], "First") {
		t.Errorf("dialogs %q", got)
	}
	guitest.Look(t, sdk.EN, s.Dialogs.Shown)
}

func TestResults_AListIsWritten(t *testing.T) {
	guitest.App(t, theme.Light)
	s := guitest.NewStage(t, sdk.EN)
	s.WithResult(t)
	s.Dialogs.Path = s.Dir + "/list.csv"
	o := s.Show(pages(s)[presenter.PageResults], presenter.Route{Page: presenter.PageResults})
	e := i18n.Locale{Lang: sdk.EN}
	guitest.Buttons(o)[e.T("gui.results.list")].OnTapped()
	s.Dialogs.Do[e.T("gui.export.do")]()
	s.Queue.Until(t, "the list", func() bool { return len(s.Dialogs.Said) == 1 })
	if want := e.T("gui.export.done", "n", 5, "file", "list.csv"); s.Dialogs.Said[0] != want {
		t.Errorf("said %q, not %q", s.Dialogs.Said[0], want)
	}
}

func TestSegment_RunsFromTheForm(t *testing.T) {
	guitest.App(t, theme.Light)
	s := guitest.NewStage(t, sdk.ZH)
	s.WithOrders(t)
	o := s.Show(pages(s)[presenter.PageSegment], presenter.Route{Page: presenter.PageSegment, Method: "scores"})
	texts := guitest.Look(t, sdk.ZH, o)
	if !slices.Contains(texts, "大客户") || slices.Contains(texts, "切点") {
		t.Errorf("the preview is missing, or a field whose condition does not hold is there: %q", texts)
	}
	guitest.Buttons(o)[i18n.Locale{Lang: sdk.ZH}.T("gui.segment.run")].OnTapped()
	s.Queue.Until(t, "the run", func() bool { return s.Session.State().Route.Page == presenter.PageResults })
	if got := s.Session.State().Route.Name; got != "打分" {
		t.Errorf("the result is called %q", got)
	}
}

func TestData_ShowsTheFileBeforeAndAfterTheImport(t *testing.T) {
	for _, lang := range []sdk.Lang{sdk.ZH, sdk.EN} {
		guitest.App(t, theme.Light)
		s := guitest.NewStage(t, lang)
		p := pages(s)[presenter.PageData]
		s.Session.Sample()
		s.Queue.Until(t, "the sample", func() bool { return len(s.Session.State().Queue) == 1 })
		o := s.Show(p, presenter.Route{Page: presenter.PageData})
		texts := guitest.Look(t, lang, o)
		l := i18n.Locale{Lang: lang}
		if !slices.Contains(texts, "customer_id") || !slices.Contains(texts, l.T("gui.role.customer")+" ▾") {
			t.Errorf("columns and roles are missing: %q", texts)
		}
		guitest.Buttons(o)[l.T("gui.import.do")].OnTapped()
		s.Queue.Until(t, "the import", func() bool { return guitest.Buttons(o)[l.T("gui.import.next")] != nil })
		if texts := guitest.Look(t, lang, o); !slices.ContainsFunc(texts, func(x string) bool { return strings.Contains(x, "8") && strings.Contains(x, "7") }) {
			t.Errorf("the rows are not accounted for: %q", texts)
		}
	}
}

// BenchmarkPageSwitch shows another page of a project with a result, laid out and
// drawn by the software painter; what the window adds is one frame.
func BenchmarkPageSwitch(b *testing.B) {
	guitest.App(b, theme.Light)
	s := guitest.NewStage(b, sdk.EN)
	s.WithResult(b)
	all := pages(s)
	order := presenter.Pages()
	w := test.NewTempWindow(b, all[presenter.PageHome].Content())
	w.Resize(fyne.NewSize(guitest.PageWidth, guitest.PageHeight))
	at := 0
	for b.Loop() {
		at = (at + 1) % len(order)
		w.SetContent(s.Show(all[order[at]], presenter.Route{Page: order[at]}))
	}
}

// TestResults_ToolsOfTheCharts lays out what a chart can be worked with: the cut of a
// dendrogram, the numbers of groups of a sweep.
func TestResults_ToolsOfTheCharts(t *testing.T) {
	for _, lang := range []sdk.Lang{sdk.ZH, sdk.EN} {
		guitest.App(t, theme.Light)
		s := guitest.NewStage(t, lang)
		s.Tables = presentertest.Tree()
		s.WithResult(t)
		m := presenter.NewResults(s.Desk, s.Exec, s.Session)
		p := page.NewResults(s.Config, m)
		route := presenter.Route{Page: presenter.PageResults}
		for kind, want := range map[string]string{chart.KindDendrogram: "2 ", chart.KindSweep: "3"} {
			o := s.Show(p, route)
			m.SetKind(kind)
			s.Queue.Drain()
			texts := strings.Join(guitest.Look(t, lang, o), "\n")
			if !strings.Contains(texts, want) {
				t.Errorf("%s %s: no %q in\n%s", lang, kind, want, texts)
			}
		}
		m.SetCut(1.5)
		m.PickK(3)
		s.Queue.Drain()
		guitest.Look(t, lang, p.Content())
	}
}
