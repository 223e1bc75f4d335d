package presenter_test

import (
	"os"
	"slices"
	"strings"
	"testing"

	"qunxiang/core"
	"qunxiang/gui/presenter"
	"qunxiang/gui/presenter/presentertest"
	"qunxiang/sdk"
)

// commented is a project with orders, a result and comments, looked at.
func commented(t *testing.T) (*presentertest.Rig, *presenter.Comments) {
	t.Helper()
	r := presentertest.New(t, sdk.EN)
	r.WithResult(t)
	r.WithRecords(t, core.SourceComments, "said.csv", presentertest.Comments)
	c := presenter.NewComments(r.Desk, r.Exec, r.Session)
	c.Load()
	r.Queue.Until(t, "the comments", func() bool { return c.State().Phase == presenter.Ready })
	return r, c
}

func quotes(t *testing.T, r *presentertest.Rig, c *presenter.Comments, theme, feeling string) []presenter.CommentQuote {
	t.Helper()
	var out []presenter.CommentQuote
	asked := false
	c.Quotes(theme, feeling, func(qs []presenter.CommentQuote, err error) {
		if err != nil {
			t.Error(err)
		}
		out, asked = qs, true
	})
	r.Queue.Until(t, "the quotes", func() bool { return asked })
	return out
}

func TestComments_CountsAndQuotes(t *testing.T) {
	t.Parallel()
	r, c := commented(t)
	st := c.State()
	if st.All.Comments != 7 || len(st.Months) != 3 || st.Months[1].Positive != 1 || st.Months[1].Negative != 1 {
		t.Errorf("%d comments, months %+v", st.All.Comments, st.Months)
	}
	bad := quotes(t, r, c, "", "negative")
	if len(bad) != st.All.Negative || len(bad) == 0 {
		t.Errorf("%d complaints shown, %d counted", len(bad), st.All.Negative)
	}
	for _, q := range quotes(t, r, c, "", "") {
		if strings.Contains(q.Text, "13812345678") {
			t.Errorf("a telephone number is shown: %q", q.Text)
		}
	}
	for _, th := range st.All.Themes {
		if got := quotes(t, r, c, th.ID, ""); len(got) != th.Comments {
			t.Errorf("%s: %d quotes of %d comments", th.ID, len(got), th.Comments)
		}
	}
	c.By("First")
	r.Queue.Until(t, "the segments", func() bool { return c.State().Segments != nil || c.State().ByErr != nil })
	if st = c.State(); st.ByErr != nil || len(st.Segments) != 2 {
		t.Errorf("%d segments, %v", len(st.Segments), st.ByErr)
	}
}

func TestComments_ThemesAreEditedAppliedAndReset(t *testing.T) {
	t.Parallel()
	r, c := commented(t)
	before := len(c.State().Themes)
	if id := c.NewTheme(" Courier: manners "); id != "Courier  manners" {
		t.Fatalf("the theme is called %q", id)
	}
	c.AddWord("Courier  manners", "courier, rude，态度")
	c.RemoveWord("Courier  manners", "Courier  manners")
	words := func() []string { return c.State().Themes[len(c.State().Themes)-1].Words }
	c.UndoTheme()
	if !slices.Contains(words(), "Courier  manners") || !c.State().CanRedo {
		t.Errorf("taken back: words %q, redo %v", words(), c.State().CanRedo)
	}
	c.RedoTheme()
	if slices.Contains(words(), "Courier  manners") || c.State().CanRedo {
		t.Errorf("made again: words %q, redo %v", words(), c.State().CanRedo)
	}
	if st := c.State(); !st.Edited || len(st.Themes) != before+1 || st.All.Comments != 7 {
		t.Errorf("%d themes, edited %v", len(st.Themes), st.Edited)
	}
	c.Apply()
	theme := func() int {
		return slices.IndexFunc(c.State().All.Themes, func(s presenter.ThemeSummary) bool { return s.ID == "Courier  manners" })
	}
	r.Queue.Until(t, "the comments anew", func() bool { return theme() >= 0 })
	if st := c.State(); st.All.Themes[theme()].Comments != 2 || st.Edited || !st.Own {
		t.Errorf("theme %+v, edited %v, own %v", st.All.Themes[theme()], st.Edited, st.Own)
	}
	path := r.Dir + "/themes.txt"
	if err := presenter.WriteText(path, string(c.State().ThemesText())); err != nil {
		t.Fatal(err)
	}
	c.DefaultThemes()
	r.Queue.Until(t, "the default themes", func() bool { return !c.State().Busy && !c.State().Own })
	if len(c.State().Themes) != before {
		t.Errorf("%d themes, not %d", len(c.State().Themes), before)
	}
	c.ReadThemes(path)
	r.Queue.Until(t, "the file", func() bool { return c.State().Edited })
	if len(c.State().Themes) != before+1 {
		t.Errorf("the file gave %d themes", len(c.State().Themes))
	}
	if err := os.WriteFile(path, []byte(":::\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	c.ReadThemes(path)
	r.Queue.Until(t, "the wrong file", func() bool { return c.State().Wrong != nil })
}

func TestComments_FeaturesAreThere(t *testing.T) {
	t.Parallel()
	r, c := commented(t)
	set, err := r.Session.Project().Features(t.Context(), core.NoDate, 0)
	if err != nil {
		t.Fatal(err)
	}
	names := c.State().Features()
	if len(names) < 4 {
		t.Errorf("features %v", names)
	}
	for _, n := range names {
		if set.Table.Column(n) == nil {
			t.Errorf("%q is offered and is no feature", n)
		}
	}
}

func TestComments_None(t *testing.T) {
	t.Parallel()
	r := presentertest.New(t, sdk.ZH)
	c := presenter.NewComments(r.Desk, r.Exec, r.Session)
	c.Load()
	r.WithOrders(t)
	c.Load()
	r.Queue.Until(t, "the answer", func() bool { return !c.State().Busy && c.State().Phase != presenter.Loading })
	if st := c.State(); st.Phase != presenter.Empty {
		t.Errorf("phase %v, %v", st.Phase, st.Err)
	}
}

func TestEvents_CountsAndFeatures(t *testing.T) {
	t.Parallel()
	r := presentertest.New(t, sdk.EN)
	r.WithOrders(t)
	v := presenter.NewEvents(r.Desk, r.Exec, r.Session)
	v.Load()
	r.Queue.Until(t, "the answer", func() bool { return !v.State().Busy })
	if st := v.State(); st.Phase != presenter.Empty {
		t.Fatalf("phase %v, %v", st.Phase, st.Err)
	}
	r.WithRecords(t, core.SourceEvents, "done.csv", presentertest.Events())
	r.Session.SetAsOf(core.YMD(2024, 9, 1))
	v.Load()
	r.Queue.Until(t, "the events", func() bool { return v.State().Phase == presenter.Ready })
	st := v.State()
	if st.Overview.Events != 60 || st.Overview.Kinds != 3 || len(st.Overview.ByMonth) != 8 {
		t.Errorf("overview %+v", st.Overview)
	}
	set, err := r.Session.Project().Features(t.Context(), core.NoDate, 0)
	if err != nil {
		t.Fatal(err)
	}
	if len(st.Made) < 8+3+3 || len(st.Features()) < 5 {
		t.Errorf("made %v, offered %v", st.Made, st.Features())
	}
	for _, n := range st.Features() {
		if set.Table.Column(n) == nil {
			t.Errorf("%q is offered and is no feature", n)
		}
	}
	column, ok := st.EventColumn("visit")
	if !ok || set.Table.Column(column) == nil {
		t.Errorf("no column for an event: %q", column)
	}
	view, err := r.Session.Project().Customers(t.Context(), presenter.CustomerQuery{Where: presenter.Reaches(column, 1)})
	if err != nil {
		t.Fatal(err)
	}
	for _, x := range st.Overview.ByEvent {
		if x.Name == "visit" && view.Len() != x.Customers {
			t.Errorf("%d customers behind an event of %d", view.Len(), x.Customers)
		}
	}
}
