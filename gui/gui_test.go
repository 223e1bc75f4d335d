package gui //nolint:testpackage // the window's own parts are not exported

import (
	"os"
	"path/filepath"
	"testing"

	"github.com/google/go-cmp/cmp"

	"qunxiang/gui/presenter"
	"qunxiang/i18n"
	"qunxiang/sdk"
)

func TestSettingsAreKeptAndBrokenOnesGiveDefaults(t *testing.T) {
	path := filepath.Join(t.TempDir(), "deep", "settings.json")
	f := fileSettings{path}
	want := presenter.Settings{Lang: sdk.ZH, Theme: "dark", TextScale: 1.18, Folder: "/x", Recent: []presenter.Recent{{Path: "a.qx", Name: "A"}}}
	if err := f.Save(want); err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(want, f.Load()); diff != "" {
		t.Errorf("settings (-want +got):\n%s", diff)
	}
	for _, text := range []string{"", "{", `{"lang":"xx","theme":"pink","textSize":99}`, `[]`} {
		if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
		got := f.Load()
		if got.Lang != sdk.ZH && got.Lang != sdk.EN || got.Theme != "light" || got.TextScale != 1 {
			t.Errorf("%q gives %+v", text, got)
		}
	}
}

func TestSystemLangFollowsTheEnvironment(t *testing.T) {
	for _, c := range []struct {
		env  map[string]string
		want sdk.Lang
	}{
		{map[string]string{"LANG": "zh_CN.UTF-8"}, sdk.ZH},
		{map[string]string{"LANG": "zh_CN.UTF-8", "LC_ALL": "en_US.UTF-8"}, sdk.EN},
		{map[string]string{"LC_ALL": "C.UTF-8", "LANG": "zh_TW"}, sdk.ZH},
		{map[string]string{"LC_MESSAGES": "de_DE"}, sdk.EN},
	} {
		if got := systemLang(func(k string) string { return c.env[k] }); got != c.want {
			t.Errorf("%v gives %q", c.env, got)
		}
	}
}

func TestOnlyDraftsAreRemoved(t *testing.T) {
	dir := t.TempDir()
	drafts := filepath.Join(dir, "drafts")
	if err := os.MkdirAll(drafts, 0o700); err != nil {
		t.Fatal(err)
	}
	mine, draft := filepath.Join(dir, "mine.qx"), filepath.Join(drafts, "x.qx")
	for _, p := range []string{mine, draft} {
		if err := os.WriteFile(p, nil, 0o600); err != nil {
			t.Fatal(err)
		}
		removeDraft(drafts, p)
	}
	if _, err := os.Stat(mine); err != nil {
		t.Error("a project of the user's was removed")
	}
	if _, err := os.Stat(draft); err == nil {
		t.Error("the draft is still there")
	}
}

func TestSafeName(t *testing.T) {
	for in, want := range map[string]string{"柳巷家居": "柳巷家居", "a/b\\c": "a_b_c", "  ": "project", "..": "project", "x\n": "x", `q"<>|?*`: "q______"} {
		if got := safeName(in); got != want {
			t.Errorf("%q becomes %q, not %q", in, got, want)
		}
	}
}

func TestFyneSpeaksTheWindowsLanguage(t *testing.T) {
	for _, l := range []sdk.Lang{sdk.ZH, sdk.EN} {
		if err := setFyneLanguage(i18n.Locale{Lang: l}); err != nil {
			t.Error(err)
		}
		for _, w := range fyneWords() {
			if !(i18n.Locale{Lang: l}).Has("fyne." + w) {
				t.Errorf("%s: %q has no text", l, w)
			}
		}
	}
}
