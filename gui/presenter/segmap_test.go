package presenter_test

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"qunxiang/gui/presenter"
	"qunxiang/gui/presenter/presentertest"
	"qunxiang/sdk"
)

func TestSegMap_WhatIsWrittenIsReadBack(t *testing.T) {
	t.Parallel()
	m := presenter.NewSegMap(nil)
	m.AddSegment(sdk.Text{ZH: "好", EN: `Good, "best"`})
	m.Fill()
	m.AddSegment(sdk.Text{ZH: "差", EN: "Bad"})
	m.Paint(0)
	m.Paint(7)
	want := m.State()
	again := presenter.NewSegMap(nil)
	again.SetText(want.Text())
	if diff := cmp.Diff(want.Cells, again.State().Cells); diff != "" {
		t.Errorf("cells (-want +got):\n%s", diff)
	}
	if diff := cmp.Diff(want.Segments, again.State().Segments); diff != "" {
		t.Errorf("segments (-want +got):\n%s", diff)
	}
}

func TestSegMap_GapsAndUndo(t *testing.T) {
	t.Parallel()
	m := presenter.NewSegMap(nil)
	if got := len(m.State().Gaps()); got != 25 {
		t.Fatalf("%d gaps in an empty map", got)
	}
	m.AddSegment(sdk.Text{ZH: "好", EN: "Good"})
	m.Paint(m.State().Index(5, 4, 0))
	m.Paint(m.State().Index(5, 4, 0)) // twice is once
	m.Undo()
	if st := m.State(); len(st.Gaps()) != 25 || st.CanUndo {
		t.Errorf("after undo %d gaps, more to undo: %v", len(st.Gaps()), st.CanUndo)
	}
}

func TestSegMap_ThreeMeasuresKeepTheCells(t *testing.T) {
	t.Parallel()
	m := presenter.NewSegMap(nil)
	m.AddSegment(sdk.Text{ZH: "好", EN: "Good"})
	m.Paint(m.State().Index(5, 5, 0))
	m.SetThree(true)
	if got := len(m.State().Gaps()); got != 120 {
		t.Errorf("%d gaps of 125", got)
	}
	m.SetThree(false)
	if got := len(m.State().Gaps()); got != 24 {
		t.Errorf("%d gaps of 25", got)
	}
}

func TestSegMap_PatternsOfMapFiles(t *testing.T) {
	t.Parallel()
	m := presenter.NewSegMap(nil)
	m.SetText("# comment\nscores=5\nchampions,冠军,Champions,5[45]\nlow,低,Low,[1-2].\nother,其他,Other,*\n")
	st := m.State()
	if len(st.Gaps()) != 0 || len(st.Segments) != 3 {
		t.Fatalf("%d gaps, %d segments", len(st.Gaps()), len(st.Segments))
	}
	for cell, want := range map[[2]int]string{{5, 4}: "champions", {5, 3}: "other", {2, 5}: "low", {3, 1}: "other"} {
		if got := st.Segments[st.Cells[st.Index(cell[0], cell[1], 0)]].Key; got != want {
			t.Errorf("cell %v is %s, not %s", cell, got, want)
		}
	}
}

// Two segments of a file that claim the same cells are for the user to sort out.
func TestSegMap_OverlapsAreAskedAbout(t *testing.T) {
	t.Parallel()
	const text = "good,好,Good,5. 4.\nloyal,忠,Loyal,.5\nrest,余,Rest,*\n"
	m := presenter.NewSegMap(nil)
	m.SetText(text)
	st := m.State()
	if got := len(st.Clashes()); got != 2 { // 55 and 45
		t.Fatalf("%d cells are claimed twice, want 2: %v", got, st.Claims)
	}
	if diff := cmp.Diff([]string{"45", "55"}, st.Gaps()); diff != "" {
		t.Errorf("a clash was decided without asking (-want +got):\n%s", diff)
	}
	m.FirstWins()
	if st = m.State(); len(st.Clashes()) != 0 || st.Segments[st.Cells[st.Index(5, 5, 0)]].Key != "good" {
		t.Errorf("the earlier line did not win: %v", st.Cells)
	}
	m.Undo()
	m.FillOther(sdk.Text{ZH: "其他", EN: "Other"})
	if st = m.State(); len(st.Gaps()) != 0 || st.Segments[st.Cells[st.Index(4, 5, 0)]].Key != "other" {
		t.Errorf("the cells are not in a segment of their own: %v", st.Cells)
	}
	m.SetText("first-match\n" + text)
	if st = m.State(); len(st.Gaps()) != 0 || len(st.Clashes()) != 0 {
		t.Errorf("the file said who wins, and still %v is asked", st.Clashes())
	}
}

func TestSegMap_HostileTextsAreRefused(t *testing.T) {
	t.Parallel()
	for name, text := range map[string]string{
		"nothing": "", "no map": "hello", "half a line": "a,b\n", "open bracket": "a,b,c,5[4\n", "letters": "a,b,c,xy\n",
		"too many scores": "scores=99999\na,b,c,11\n", "too long": strings.Repeat("a,b,c,11\n", 20000), "bad quotes": "\"a,b,c,11\n",
	} {
		m := presenter.NewSegMap(nil)
		m.SetText(text)
		if !m.State().BadText {
			t.Errorf("%s was taken", name)
		}
	}
}

func TestSegMap_StartsFromTheMethodsOwnMap(t *testing.T) {
	t.Parallel()
	r := presentertest.New(t, sdk.EN)
	r.WithResult(t)
	st := presenter.NewSegMap(r.Session.State().Latest).State()
	if st.Scores != 2 || len(st.Gaps()) != 0 || st.Counts == nil {
		t.Errorf("%d scores, gaps %v, counts %v", st.Scores, st.Gaps(), st.Counts)
	}
}
