package gui

import (
	"encoding/json"
	"os"
	"path/filepath"
	"strings"

	"qunxiang/core"
	"qunxiang/gui/presenter"
	"qunxiang/gui/theme"
	"qunxiang/sdk"
)

// Folder is where the window keeps its own things: settings and drafts. A file
// named portable.txt beside the program puts the folder there.
func Folder() (string, error) {
	if exe, err := os.Executable(); err == nil {
		beside := filepath.Dir(exe)
		if _, err := os.Stat(filepath.Join(beside, "portable.txt")); err == nil {
			return filepath.Join(beside, "qunxiang-data"), nil
		}
	}
	dir, err := os.UserConfigDir()
	if err != nil {
		return "", err
	}
	return filepath.Join(dir, "qunxiang"), nil
}

// fileSettings keeps settings in a JSON file of its own; Fyne's preferences cannot
// be moved and know no lists.
type fileSettings struct{ path string }

// Load implements presenter.SettingsStore: a missing or broken file gives defaults.
func (f fileSettings) Load() presenter.Settings {
	var s presenter.Settings
	if b, err := os.ReadFile(f.path); err == nil {
		_ = json.Unmarshal(b, &s) // a file broken by hand gives what could be read
	}
	if s.Lang != sdk.ZH && s.Lang != sdk.EN {
		s.Lang = systemLang(os.Getenv)
	}
	switch theme.Mode(s.Theme) {
	case theme.Light, theme.Dark, theme.System:
	default:
		s.Theme = string(theme.Light)
	}
	if s.TextScale < 0.8 || s.TextScale > 1.6 {
		s.TextScale = theme.TextNormal
	}
	return s
}

// Save implements presenter.SettingsStore.
func (f fileSettings) Save(s presenter.Settings) error {
	b, err := json.MarshalIndent(s, "", "  ")
	if err != nil {
		return &core.Error{Code: core.CodeInternal, Origin: core.OriginApp, Op: "save settings", Err: err}
	}
	if err := os.MkdirAll(filepath.Dir(f.path), 0o700); err != nil {
		return &core.Error{Code: "file_write", Origin: core.OriginApp, Op: "save settings", Where: core.Where{File: filepath.Base(f.path)}, Err: err}
	}
	return presenter.WriteText(f.path, string(b)+"\n")
}

// systemLang reads the language from the environment as gettext does.
func systemLang(env func(string) string) sdk.Lang {
	for _, name := range []string{"LC_ALL", "LC_MESSAGES", "LANG"} {
		v := strings.ToLower(env(name))
		if v == "" || v == "c" || v == "posix" || strings.HasPrefix(v, "c.") {
			continue
		}
		if strings.HasPrefix(v, "zh") {
			return sdk.ZH
		}
		return sdk.EN
	}
	return machineLang()
}
