package page_test

import (
	"strings"
	"testing"

	"fyne.io/fyne/v2"

	"qunxiang/core/workspace"
	"qunxiang/gui/guitest"
	"qunxiang/gui/page"
	"qunxiang/gui/presenter"
	"qunxiang/gui/theme"
	"qunxiang/i18n"
	"qunxiang/sdk"
)

// cared are the sections that look after the data.
func cared(s *guitest.Stage) map[string]page.Page {
	return map[string]page.Page{
		"quality": page.NewQuality(s.Config, presenter.NewQuality(s.Desk, s.Exec, s.Session)),
		"people":  page.NewPeople(s.Config, presenter.NewPeople(s.Desk, s.Exec, s.Session)),
		"fields":  page.NewFields(s.Config, presenter.NewFields(s.Desk, s.Exec, s.Session)),
	}
}

func route(section string) presenter.Route {
	return presenter.Route{Page: presenter.PageData, Section: section}
}

// settled shows a section and waits until it says one of its words.
func settled(t *testing.T, s *guitest.Stage, p page.Page, section, word string) fyne.CanvasObject {
	t.Helper()
	o := s.Show(p, route(section))
	s.Queue.Until(t, word, func() bool { return strings.Contains(strings.Join(guitest.Texts(o), "\n"), word) })
	return o
}

func TestCareOfData_EveryLook(t *testing.T) {
	for _, lang := range []sdk.Lang{sdk.ZH, sdk.EN} {
		mode := map[sdk.Lang]theme.Mode{sdk.ZH: theme.Light, sdk.EN: theme.Dark}[lang]
		l := i18n.Locale{Lang: lang}
		guitest.App(t, mode)
		s := guitest.NewStage(t, lang)
		for id, p := range cared(s) {
			if texts := guitest.Look(t, lang, s.Show(p, route(id))); len(texts) < 2 {
				t.Errorf("%s without a project says %q", id, texts)
			}
			p.Hide()
		}
		s.Session.Create("p.qx", workspace.NewProject{Name: "Empty"})
		s.Queue.Until(t, "the project", func() bool { return s.Session.State().Open })
		for id, p := range cared(s) {
			guitest.Look(t, lang, settled(t, s, p, id, l.T("gui.noData")))
			p.Hide()
		}
		s = guitest.NewStage(t, lang)
		s.WithOrders(t)
		for id, word := range map[string]string{"quality": l.T("gui.quality.rows.title"), "people": l.T("gui.people.noColumns"), "fields": "order_no"} {
			p := cared(s)[id]
			guitest.Look(t, lang, settled(t, s, p, id, word))
			p.Hide()
		}
		s = guitest.NewStage(t, lang)
		s.WithFlaws(t)
		for id, word := range map[string]string{"quality": l.T("gui.quality.rows.title"), "people": l.T("gui.people.accept"), "fields": "phone"} {
			p := cared(s)[id]
			o := settled(t, s, p, id, word)
			texts := strings.Join(guitest.Look(t, lang, o), "\n")
			if id != "quality" && strings.Contains(texts, "13910203040") {
				t.Errorf("%s shows a telephone", id)
			}
			p.Hide()
		}
	}
}

func TestQuality_MendsFromThePage(t *testing.T) {
	guitest.App(t, theme.Light)
	s := guitest.NewStage(t, sdk.EN)
	s.WithFlaws(t)
	l := i18n.Locale{Lang: sdk.EN}
	m := presenter.NewQuality(s.Desk, s.Exec, s.Session)
	p := page.NewQuality(s.Config, m)
	o := settled(t, s, p, "quality", "5 rows")
	guitest.Buttons(o)["5 rows"].OnTapped()
	s.Queue.Until(t, "the rows", func() bool { r := m.State().Rows; return r != nil && r.Phase == presenter.Ready })
	if texts := strings.Join(guitest.Look(t, sdk.EN, s.Dialogs.Shown), "\n"); !strings.Contains(texts, "c000") || !strings.Contains(texts, "1970-01-01") {
		t.Errorf("the rows are not shown:\n%s", texts)
	}
	s.Dialogs.Do[l.T("gui.ok")]()
	guitest.Buttons(o)["4 no customer"].OnTapped()
	if texts := strings.Join(guitest.Look(t, sdk.EN, s.Dialogs.Shown), "\n"); !strings.Contains(texts, "orders.csv") {
		t.Errorf("the rows that were left out are not shown:\n%s", texts)
	}
	m.Preview(*m.State().Issue("early_dates"), 0)
	guitest.Buttons(o)[l.T("gui.quality.fix")].OnTapped()
	s.Queue.Until(t, "the preview", func() bool { f := m.State().Fix; return f != nil && f.Phase == presenter.Ready })
	texts := strings.Join(guitest.Look(t, sdk.EN, s.Dialogs.Shown), "\n")
	for _, want := range []string{"before", "after", "orders", "customers"} {
		if !strings.Contains(texts, want) {
			t.Errorf("no %q in the preview:\n%s", want, texts)
		}
	}
	s.Dialogs.Do[l.T("gui.quality.apply")]()
	s.Queue.Until(t, "the step", func() bool { st := m.State(); return !st.Busy && len(st.Card.Steps) == 1 })
	if texts := strings.Join(guitest.Look(t, sdk.EN, p.Content()), "\n"); !strings.Contains(texts, "1. ") {
		t.Errorf("the step is not listed:\n%s", texts)
	}
	p.Undo()
	s.Queue.Until(t, "undo", func() bool { st := m.State(); return !st.Busy && len(st.Card.Steps) == 0 })
}

func TestPeople_KeysDecide(t *testing.T) {
	guitest.App(t, theme.Light)
	s := guitest.NewStage(t, sdk.EN)
	s.WithFlaws(t)
	m := presenter.NewPeople(s.Desk, s.Exec, s.Session)
	p := page.NewPeople(s.Config, m)
	settled(t, s, p, "people", i18n.Locale{Lang: sdk.EN}.T("gui.people.accept"))
	for _, k := range []fyne.KeyName{fyne.KeyDown, fyne.KeyA, fyne.KeyN, fyne.KeyL} {
		p.TypedKey(&fyne.KeyEvent{Name: k})
	}
	s.Queue.Until(t, "the decisions", func() bool { return !m.State().Busy })
	st := m.State()
	for _, state := range []string{presenter.PairAccepted, presenter.PairRejected, presenter.PairLater} {
		if st.Count(state) != 1 {
			t.Errorf("%d pairs %s", st.Count(state), state)
		}
	}
	guitest.Look(t, sdk.EN, p.Content())
	p.Undo()
	s.Queue.Until(t, "undo", func() bool { return !m.State().Busy && m.State().Count(presenter.PairLater) == 0 })
}
