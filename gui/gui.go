package gui

import (
	"crypto/rand"
	"os"
	"path/filepath"
	"strings"
	"time"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/app"

	"qunxiang/assets"
	"qunxiang/core"
	"qunxiang/core/workspace"
	"qunxiang/gui/page"
	"qunxiang/gui/presenter"
	"qunxiang/gui/theme"
	"qunxiang/gui/widget"
	"qunxiang/sdk"
)

// Config says what the window runs on.
type Config struct {
	Workspace *workspace.Workspace
	Folder    string   // of settings and drafts, see Folder
	Files     []string // to open at the start: a project, or data to import
	// Sample generates the sample shop into a folder and returns the files to import.
	Sample func(dir string, lang sdk.Lang) (name, currency string, files []string, err error)
	// Started is called when the window is on the screen, nil = nobody wants to know.
	Started func()
}

// appID names the application to the desktop.
const appID = "io.qunxiang.app"

// Run shows the window and returns when it is closed.
func Run(c Config) {
	a := app.NewWithID(appID)
	a.SetIcon(fyne.NewStaticResource("icon.png", assets.IconPNG))
	w := newWindow(a, c, exec())
	a.Lifecycle().SetOnStarted(func() {
		if c.Started != nil {
			c.Started()
		}
		w.openFiles(c.Files)
	})
	w.win.ShowAndRun()
}

// newSession makes the window's own presenter on the files of the folder.
func (w *window) newSession(c Config, x presenter.Exec) *presenter.Session {
	drafts := filepath.Join(c.Folder, "drafts")
	return presenter.NewSession(presenter.SessionConfig{
		Desk: w.desk, Exec: x, Settings: fileSettings{filepath.Join(c.Folder, "settings.json")},
		Draft: func(string) string {
			_ = os.MkdirAll(drafts, 0o700) // Create tells when the folder is not there
			return filepath.Join(drafts, strings.ToLower(rand.Text()[:10])+".qx")
		},
		Drafts: func() []string {
			found, _ := filepath.Glob(filepath.Join(drafts, "*.qx")) // the pattern is well formed
			return found
		},
		IsDraft: func(path string) bool { return filepath.Dir(path) == drafts },
		Discard: func(path string) { removeDraft(drafts, path) },
		Sample: func(lang sdk.Lang) (string, string, []string, error) {
			return c.Sample(filepath.Join(c.Folder, "sample"), lang)
		},
		Problem: w.problem,
		Done: func(text core.Message, at presenter.Route) {
			w.Say(w.env.Locale.Message(text), widget.Action{Text: w.env.T("gui.reports.look"), Icon: "results", Do: func() { w.session.Go(at) }})
		},
	})
}

// removeDraft deletes a draft's file and what the store keeps beside it. A path
// that is not inside the drafts folder is left alone.
func removeDraft(drafts, path string) {
	if filepath.Dir(path) != drafts {
		return
	}
	os.Remove(path)
	os.Remove(path + ".bak")
}

// isDark reports whether the window is dark now.
func (w *window) isDark() bool {
	return w.theme.Variant(w.app.Settings().ThemeVariant()) == 0
}

// openFiles opens what came by double click or by drop: a project, or data.
func (w *window) openFiles(paths []string) {
	var data []string
	for _, p := range paths {
		if strings.EqualFold(filepath.Ext(p), ".qx") {
			w.openProject(p)
			return
		}
		if page.IsDatabaseFile(p) {
			w.session.InProject(p, func() {
				w.session.Go(presenter.Route{Page: presenter.PageData, Section: "database"})
				w.models.database.OpenFile(p)
			})
			return
		}
		data = append(data, filesOf(p)...)
	}
	w.session.Import(data...)
}

// paint applies the settings' theme.
func (w *window) paint() {
	s := w.session.State().Settings
	w.theme = theme.New(theme.Mode(s.Theme), s.TextScale)
	w.app.Settings().SetTheme(w.theme)
}

// toastTime is how long a good message stays.
const toastTime = 8 * time.Second
