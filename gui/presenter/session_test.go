package presenter_test

import (
	"errors"
	"testing"

	"github.com/google/go-cmp/cmp"

	"qunxiang/core"
	"qunxiang/core/workspace"
	"qunxiang/gui/presenter"
	"qunxiang/gui/presenter/presentertest"
	"qunxiang/sdk"
)

func TestSession_ImportWithoutProjectMakesADraft(t *testing.T) {
	t.Parallel()
	r := presentertest.New(t, sdk.EN)
	file := r.Write(t, "till export.csv", presentertest.Orders)
	r.Session.Import(file)
	r.Queue.Until(t, "a draft", func() bool { return r.Session.State().Open && len(r.Session.State().Queue) == 1 })
	st := r.Session.State()
	if !st.Draft || st.Info.Project.Name != "till export" || st.Route.Page != presenter.PageData {
		t.Errorf("draft %v, name %q, page %q", st.Draft, st.Info.Project.Name, st.Route.Page)
	}
	if st.Unsaved() {
		t.Error("an empty draft need not be saved")
	}
}

func TestSession_SampleGoesToTheImport(t *testing.T) {
	t.Parallel()
	r := presentertest.New(t, sdk.EN)
	r.Session.Sample()
	r.Queue.Until(t, "the sample", func() bool { return len(r.Session.State().Queue) == 1 })
	if st := r.Session.State(); st.Info.Project.Name != "Sample" || st.Info.Project.Currency != "EUR" {
		t.Errorf("project %+v", st.Info.Project)
	}
}

func TestSession_BackGoesWhereItCameFrom(t *testing.T) {
	t.Parallel()
	r := presentertest.New(t, sdk.EN)
	r.Session.Go(presenter.Route{Page: presenter.PageMethods, Method: "scores"})
	r.Session.Go(presenter.Route{Page: presenter.PageLearn})
	r.Session.Back()
	if diff := cmp.Diff(presenter.Route{Page: presenter.PageMethods, Method: "scores"}, r.Session.State().Route); diff != "" {
		t.Errorf("route (-want +got):\n%s", diff)
	}
	r.Session.Back()
	if st := r.Session.State(); st.Route.Page != presenter.PageHome || st.CanBack {
		t.Errorf("at %q, can go back: %v", st.Route.Page, st.CanBack)
	}
	r.Session.Back() // nothing more to go back to
}

func TestSession_SavedProjectIsRemembered(t *testing.T) {
	t.Parallel()
	r := presentertest.New(t, sdk.EN)
	r.WithResult(t)
	r.Session.Save(nil)
	r.Queue.Until(t, "the save", func() bool { return !r.Session.State().Dirty })
	kept := r.Settings.Kept.Recent
	if len(kept) != 1 || kept[0].Name != "Shop" || kept[0].Customers != 5 || kept[0].Result != "First" || len(kept[0].Segments) != 2 {
		t.Errorf("recent %+v", kept)
	}
	r.Session.CloseProject()
	if st := r.Session.State(); st.Open || st.Unsaved() || st.Latest != nil {
		t.Errorf("after closing: %+v", st)
	}
	r.Session.Forget(kept[0].Path)
	if len(r.Settings.Kept.Recent) != 0 {
		t.Error("still remembered")
	}
}

func TestSession_DraftGoesAwayWhenClosedOrSaved(t *testing.T) {
	t.Parallel()
	r := presentertest.New(t, sdk.EN)
	r.Session.Create("", workspace.NewProject{Name: "One"})
	r.Queue.Until(t, "the draft", func() bool { return r.Session.State().Open })
	r.Session.CloseProject()
	r.Session.Create("", workspace.NewProject{Name: "Two"})
	r.Queue.Until(t, "the second draft", func() bool { return r.Session.State().Open })
	saved := false
	r.Session.SaveAs("two", func() { saved = true })
	r.Queue.Until(t, "the save", func() bool { return saved })
	if diff := cmp.Diff([]string{"drafts/One.qx", "drafts/Two.qx"}, r.Dropped); diff != "" {
		t.Errorf("dropped drafts (-want +got):\n%s", diff)
	}
	if got := r.Session.State().Path; got != "two.qx" {
		t.Errorf("saved as %q", got)
	}
}

// A draft that was made for a file is called after that file until it is saved: then it is
// called as its own file is. A name that the user gave stays.
func TestSession_ADraftTakesTheNameThatItIsSavedUnder(t *testing.T) {
	t.Parallel()
	r := presentertest.New(t, sdk.EN)
	name := func() string { return r.Session.State().Info.Project.Name }
	save := func(path string) {
		saved := false
		r.Session.SaveAs(path, func() { saved = true })
		r.Queue.Until(t, "the save", func() bool { return saved })
	}
	r.Session.InProject("/data/till export.csv", func() {})
	r.Queue.Until(t, "the draft", func() bool { return r.Session.State().Open })
	save("/my/柳巷 家居.qx")
	r.Queue.Until(t, "the new name", func() bool { return name() == "柳巷 家居" })
	save("/my/copy.qx")
	if name() != "柳巷 家居" {
		t.Errorf("a copy is called %q", name())
	}
	r.Session.Create("", workspace.NewProject{Name: "Corner shop"})
	r.Queue.Until(t, "the second draft", func() bool { return name() == "Corner shop" })
	save("/my/c.qx")
	if name() != "Corner shop" {
		t.Errorf("a name that was given became %q", name())
	}
}

func TestSession_ProblemsAreShownOnceAndCancellingIsNone(t *testing.T) {
	t.Parallel()
	r := presentertest.New(t, sdk.EN)
	r.Session.Open("nowhere.qx")
	r.Queue.Until(t, "the problem", func() bool { return len(r.Problems) == 1 })
	if core.CodeOf(r.Problems[0]) != "not_a_project" || r.Session.State().Busy {
		t.Errorf("problem %v, busy %v", r.Problems[0], r.Session.State().Busy)
	}
	r.Session.Fail(&core.Error{Code: core.CodeCancelled})
	if len(r.Problems) != 1 {
		t.Error("a cancelling was shown as a problem")
	}
}

func TestSession_SettingsThatCannotBeKeptStillHold(t *testing.T) {
	t.Parallel()
	r := presentertest.New(t, sdk.EN)
	r.Settings.Err = errors.New("disk full")
	r.Session.Configure(func(s *presenter.Settings) { s.Lang = sdk.ZH })
	if r.Session.Lang() != sdk.ZH || len(r.Problems) != 1 {
		t.Errorf("language %q, %d problems", r.Session.Lang(), len(r.Problems))
	}
}
