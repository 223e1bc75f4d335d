package page_test

import (
	"strings"
	"testing"

	"qunxiang/core"
	"qunxiang/gui/guitest"
	"qunxiang/gui/page"
	"qunxiang/gui/presenter"
	"qunxiang/gui/presenter/presentertest"
	"qunxiang/gui/theme"
	"qunxiang/i18n"
	"qunxiang/sdk"
)

// sections makes the sections of the Data page that show surveys, comments and events.
func sections(s *guitest.Stage) map[string]page.Page {
	return map[string]page.Page{
		"survey":   page.NewSurvey(s.Config, presenter.NewSurvey(s.Desk, s.Exec, s.Session)),
		"comments": page.NewComments(s.Config, presenter.NewComments(s.Desk, s.Exec, s.Session)),
		"events":   page.NewEvents(s.Config, presenter.NewEvents(s.Desk, s.Exec, s.Session)),
	}
}

// recorded is a project with orders, a survey, comments and events.
func recorded(t *testing.T, s *guitest.Stage) {
	t.Helper()
	s.WithResult(t)
	s.WithRecords(t, core.SourceSurvey, "mood.csv", presentertest.Survey())
	s.WithRecords(t, core.SourceComments, "said.csv", presentertest.Comments)
	s.WithRecords(t, core.SourceEvents, "done.csv", presentertest.Events())
}

// TestSections_EveryLook lays out the sections without a project, without such data and
// with it, in both languages and themes.
func TestSections_EveryLook(t *testing.T) {
	states := map[string]func(*testing.T, *guitest.Stage){"no project": looks["no project"], "no records": looks["data"], "records": recorded}
	for _, lang := range []sdk.Lang{sdk.ZH, sdk.EN} {
		mode := map[sdk.Lang]theme.Mode{sdk.ZH: theme.Dark, sdk.EN: theme.Light}[lang]
		for name, prepare := range states {
			t.Run(string(lang)+"/"+name, func(t *testing.T) {
				guitest.App(t, mode)
				s := guitest.NewStage(t, lang)
				prepare(t, s)
				l := i18n.Locale{Lang: lang}
				for id, p := range sections(s) {
					o := s.Show(p, presenter.Route{Page: presenter.PageData, Section: id})
					loading := l.T("gui." + id + ".loading")
					s.Queue.Until(t, "the section", func() bool { return !strings.Contains(strings.Join(guitest.Texts(o), "\n"), loading) })
					texts := guitest.Look(t, lang, o)
					if len(texts) < 2 {
						t.Errorf("%s says hardly anything: %q", id, texts)
					}
					if name == "no records" {
						guitest.Buttons(o)[l.T("gui."+id+".import")].OnTapped()
						if len(s.Asked) == 0 || s.Asked[len(s.Asked)-1] != "pick" {
							t.Errorf("%s: the button for a file asked %q", id, s.Asked)
						}
					}
					p.Hide()
				}
			})
		}
	}
}

func TestSurveySection_LeadsToASegmentation(t *testing.T) {
	guitest.App(t, theme.Light)
	s := guitest.NewStage(t, sdk.EN)
	recorded(t, s)
	p := sections(s)["survey"]
	o := s.Show(p, presenter.Route{Page: presenter.PageData, Section: "survey"})
	l := i18n.Locale{Lang: sdk.EN}
	s.Queue.Until(t, "the survey", func() bool { return guitest.Buttons(o)[l.T("gui.survey.use")] != nil })
	texts := strings.Join(guitest.Look(t, sdk.EN, o), "\n")
	for _, want := range []string{"service_1", l.T("gui.survey.alpha.good"), l.T("gui.survey.scale.why"), "3 of 40"} {
		if !strings.Contains(texts, want) {
			t.Errorf("%q is not on the page:\n%s", want, texts)
		}
	}
	for name, b := range guitest.Buttons(o) {
		if strings.HasSuffix(name, " answers") { // of those who gave one answer throughout
			b.OnTapped()
		}
	}
	s.Queue.Until(t, "the respondents", func() bool { return len(s.Dialogs.Titles) > 0 })
	guitest.Look(t, sdk.EN, s.Dialogs.Shown)
	guitest.Buttons(o)[l.T("gui.survey.use")].OnTapped()
	if r := s.Session.State().Route; r.Page != presenter.PageSegment || r.Method != "kmeans" || len(r.Features) < 2 {
		t.Errorf("route %+v", r)
	}
}
