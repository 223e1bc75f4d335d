package presenter_test

import (
	"math"
	"slices"
	"testing"

	"qunxiang/core"
	"qunxiang/gui/presenter"
	"qunxiang/gui/presenter/presentertest"
	"qunxiang/sdk"
)

// surveyed is a project with orders and a survey, looked at.
func surveyed(t *testing.T) (*presentertest.Rig, *presenter.Survey) {
	t.Helper()
	r := presentertest.New(t, sdk.EN)
	r.WithOrders(t)
	r.WithRecords(t, core.SourceSurvey, "mood.csv", presentertest.Survey())
	v := presenter.NewSurvey(r.Desk, r.Exec, r.Session)
	v.Load()
	r.Queue.Until(t, "the survey", func() bool { return v.State().Phase == presenter.Ready })
	return r, v
}

// settled waits until nothing is on its way.
func settled(t *testing.T, r *presentertest.Rig, v *presenter.Survey) presenter.SurveyState {
	t.Helper()
	r.Queue.Until(t, "the survey", func() bool { return !v.State().Busy })
	return v.State()
}

func TestSurvey_SaysWhatIsThere(t *testing.T) {
	t.Parallel()
	r, v := surveyed(t)
	st := v.State()
	if st.Report.Rows != 40 || st.All != 40 || st.Known != 3 {
		t.Errorf("%d answers of %d respondents, %d known; want 40, 40, 3", st.Report.Rows, st.All, st.Known)
	}
	if len(st.Report.Scales) != 1 || !st.Report.Scales[0].Sure {
		t.Fatalf("scales %v", st.Report.Scales)
	}
	for _, it := range st.Report.Scales[0].Items {
		if want := it.Name == "service_3"; it.Reversed != want || it.Suggested != want {
			t.Errorf("%s: reversed %v, suggested %v", it.Name, it.Reversed, it.Suggested)
		}
	}
	names, method := st.Features()
	if method != "kmeans" || !slices.Contains(names, "nps") || slices.Contains(names, "service_1") {
		t.Errorf("features %v for %q", names, method)
	}
	set, err := presenterFeatures(t, r)
	if err != nil {
		t.Fatal(err)
	}
	for _, n := range names {
		if !slices.Contains(set, n) {
			t.Errorf("%q is offered and is no feature: %v", n, set)
		}
	}
}

// presenterFeatures lists the project's features.
func presenterFeatures(t *testing.T, r *presentertest.Rig) ([]string, error) {
	t.Helper()
	set, err := r.Session.Project().Features(t.Context(), core.NoDate, 0)
	if err != nil {
		return nil, err
	}
	var out []string
	for _, c := range set.Table.Columns {
		out = append(out, c.Name)
	}
	return out, nil
}

func TestSurvey_ChangesAreKeptAndTakenBack(t *testing.T) {
	t.Parallel()
	r, v := surveyed(t)
	alpha := v.State().Report.Scales[0].Alpha
	v.SetReversed("service_3", false)
	st := settled(t, r, v)
	if now := st.Report.Scales[0].Alpha; !(now < alpha) || !st.CanUndo || !st.Changed {
		t.Errorf("alpha %v after %v, undo %v, changed %v", now, alpha, st.CanUndo, st.Changed)
	}
	v.SetKind("gender", "number") // its answers are words
	if st = settled(t, r, v); core.CodeOf(st.Wrong) != "survey_wrong_kind" {
		t.Errorf("refused with %v", st.Wrong)
	}
	other := presenter.NewSurvey(r.Desk, r.Exec, r.Session)
	other.Load()
	if got := settled(t, r, other).Report.Scales[0].Alpha; got == alpha {
		t.Error("the change was not kept")
	}
	v.Undo()
	if st = settled(t, r, v); math.Abs(st.Report.Scales[0].Alpha-alpha) > 1e-12 || st.CanUndo || st.Changed {
		t.Errorf("alpha %v, not %v, undo %v, changed %v", st.Report.Scales[0].Alpha, alpha, st.CanUndo, st.Changed)
	}
	v.Redo()
	if st = settled(t, r, v); !(st.Report.Scales[0].Alpha < alpha) || !st.CanUndo || st.CanRedo || !st.Changed {
		t.Errorf("again: alpha %v, undo %v, redo %v, changed %v", st.Report.Scales[0].Alpha, st.CanUndo, st.CanRedo, st.Changed)
	}
	v.Undo()
	if st = settled(t, r, v); !st.CanRedo {
		t.Error("nothing to make again")
	}
	v.SetReversed("service_2", true)
	if st = settled(t, r, v); st.CanRedo {
		t.Error("a change that was taken back can be made after another one")
	}
}

func TestSurvey_AScaleOfOnesOwn(t *testing.T) {
	t.Parallel()
	r, v := surveyed(t)
	v.Pick("service_1", true)
	v.Pick("service_4", true)
	v.Pick("service_2", true)
	v.Pick("service_2", false)
	if got := v.State().PickedItems(); !slices.Equal(got, []string{"service_1", "service_4"}) {
		t.Fatalf("ticked %v", got)
	}
	v.MakeScale(" Twins ")
	st := settled(t, r, v)
	at := slices.IndexFunc(st.Report.Scales, func(s *presenter.SurveyScale) bool { return s.Name == "Twins" })
	if at < 0 || !st.Report.Scales[at].Given || math.Abs(st.Report.Scales[at].Alpha-1) > 1e-9 || len(st.PickedItems()) > 0 {
		t.Errorf("scales %v, ticked %v", st.Report.Scales, st.PickedItems())
	}
	v.DropScale("Twins")
	if st = settled(t, r, v); slices.ContainsFunc(st.Report.Scales, func(s *presenter.SurveyScale) bool { return s.Name == "Twins" }) {
		t.Error("the scale is still there")
	}
	v.ForgetAll()
	if st = settled(t, r, v); st.Changed || !st.CanUndo {
		t.Errorf("changed %v, undo %v", st.Changed, st.CanUndo)
	}
}

func TestSurvey_FlagsLeadToRespondents(t *testing.T) {
	t.Parallel()
	r, v := surveyed(t)
	for _, flag := range presenter.SurveyFlags() {
		want := v.State().Report.Quality.Counts[flag]
		var got []presenter.Respondent
		asked := false
		v.Flagged(flag, func(who []presenter.Respondent, err error) {
			if err != nil {
				t.Error(err)
			}
			got, asked = who, true
		})
		r.Queue.Until(t, "the respondents", func() bool { return asked })
		if len(got) != want {
			t.Errorf("%s: %d respondents, counted %d", flag, len(got), want)
		}
	}
	v.Exclude(presenter.FlagStraight, true)
	st := settled(t, r, v)
	if n := st.Report.Quality.Counts[presenter.FlagStraight]; n == 0 || st.Report.Used != st.Report.Rows-n {
		t.Errorf("%d straight-liners, %d of %d count", n, st.Report.Used, st.Report.Rows)
	}
}

func TestSurvey_NoneAndNoProject(t *testing.T) {
	t.Parallel()
	r := presentertest.New(t, sdk.ZH)
	v := presenter.NewSurvey(r.Desk, r.Exec, r.Session)
	v.Load()
	r.WithOrders(t)
	v.Load()
	if st := settled(t, r, v); st.Phase != presenter.Empty {
		t.Errorf("phase %v with error %v", st.Phase, st.Err)
	}
}
