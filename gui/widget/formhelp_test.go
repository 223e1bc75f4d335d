package widget_test

import (
	"strings"
	"testing"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/test"

	"qunxiang/gui/guitest"
	"qunxiang/gui/theme"
	"qunxiang/gui/widget"
	"qunxiang/sdk"
)

func TestForm_HelpSpeaksOfWhatTheFormShows(t *testing.T) {
	guitest.App(t, theme.Light)
	params := []sdk.Param{
		{
			ID: "k", Kind: sdk.ParamInt, Default: sdk.Auto(), Auto: true, Title: sdk.Text{ZH: "群数", EN: "Groups"},
			Help: sdk.Text{ZH: "auto 时逐个试 k_min 到 k_max。", EN: "With auto all from k_min to k_max; not automatically."},
		},
		{ID: "k_min", Kind: sdk.ParamInt, Default: sdk.Int(2), Title: sdk.Text{ZH: "最少", EN: "Fewest"}},
		{ID: "k_max", Kind: sdk.ParamInt, Default: sdk.Int(8), Title: sdk.Text{ZH: "最多", EN: "Most"}},
	}
	for lang, want := range map[sdk.Lang]string{
		sdk.ZH: "“自动”时逐个试 “最少”到 “最多”。",
		sdk.EN: `With "automatic" all from "Fewest" to "Most"; not automatically.`,
	} {
		f := widget.NewForm(widget.FormConfig{Env: guitest.Env(lang), Params: params})
		test.NewTempWindow(t, f).Resize(fyne.NewSize(700, 500))
		if texts := guitest.Texts(f); !strings.Contains(strings.Join(texts, " "), want) {
			t.Errorf("the form says %q", texts)
		}
	}
}
