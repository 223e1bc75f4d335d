package gui

import (
	"net/url"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"fyne.io/fyne/v2"

	"qunxiang/core/workspace"
	"qunxiang/gui/theme"
	"qunxiang/gui/widget"
)

// dropped takes files that were dropped on the window.
func (w *window) dropped(uris []fyne.URI) {
	paths := make([]string, 0, len(uris))
	for _, u := range uris {
		paths = append(paths, u.Path())
	}
	w.closeDialogs()
	w.openFiles(paths)
}

// guard asks about unsaved work and about what is still running, and calls then when both
// may go.
func (w *window) guard(then func()) {
	st, e := w.session.State(), w.env
	running := ""
	// What pages find out for themselves is found out again.
	asked := func(t workspace.TaskState) bool {
		return slices.Contains([]string{"run", "stability", "import", "export", "report"}, t.Kind)
	}
	if i := slices.IndexFunc(st.Tasks, asked); st.Open && i >= 0 {
		running = e.T("gui.running.text", "task", e.Locale.Message(st.Tasks[i].Title))
	}
	switch {
	case !st.Unsaved() && running == "":
		then()
		return
	case !st.Unsaved():
		w.Confirm(e.T("gui.running"), running, e.T("gui.running.stop"), then)
		return
	}
	text := widget.Column(theme.GapS, widget.Para(e, e.T("gui.unsaved.text", "name", st.Info.Project.Name)))
	if running != "" {
		text.Add(widget.Para(e, running))
	}
	w.Show(e.T("gui.unsaved"), widget.Fixed(text, theme.FormWidth, 0),
		widget.Action{Text: e.T("gui.cancel")},
		widget.Action{Text: e.T("gui.unsaved.drop"), Do: then},
		widget.Action{Text: e.T("gui.unsaved.save"), Primary: true, Do: func() { w.saveThen(then) }})
}

func (w *window) quit() {
	w.guard(func() {
		s := w.win.Canvas().Size()
		st := w.session.State().Settings
		st.Width, st.Height = s.Width, s.Height
		if err := (fileSettings{filepath.Join(w.cfg.Folder, "settings.json")}).Save(st); err != nil {
			fyne.LogError("settings", err)
		}
		w.session.Watch(nil)
		w.session.CloseProject()
		w.app.Quit()
	})
}

func (w *window) closeProject() {
	if w.session.State().Open {
		w.guard(w.session.CloseProject)
	}
}

// openProject opens a project file; "" asks which.
func (w *window) openProject(path string) {
	w.guard(func() {
		if path != "" {
			w.session.Open(path)
			return
		}
		w.OpenFile([]string{".qx"}, w.session.Open)
	})
}

// newProject asks for a name and makes a draft.
func (w *window) newProject() {
	w.guard(func() {
		e := w.env
		name, currency := widget.NewEntry(), widget.NewEntry()
		name.SetText(e.T("gui.new.default"))
		currency.SetText(e.T("gui.new.currency.default"))
		form := widget.Column(theme.GapM,
			widget.Column(theme.GapXS, widget.NewText(e.T("gui.settings.name")).Bold(), widget.Fixed(name, theme.FormWidth, 0)),
			widget.Column(theme.GapXS, widget.NewText(e.T("gui.settings.currency")).Bold(), currency, widget.Hint(e, e.T("gui.new.currency.hint"))))
		w.Show(e.T("gui.menu.new"), form, widget.Action{Text: e.T("gui.cancel")},
			widget.Action{Text: e.T("gui.new.do"), Primary: true, Do: func() {
				w.session.Create("", workspace.NewProject{Name: name.Text, Currency: currency.Text})
			}})
		w.Focus(name)
	})
}

func (w *window) sampleShop() { w.guard(w.session.Sample) }

// pickData asks for a file to import.
func (w *window) pickData() {
	w.pickFiles(dataEndings(), func(paths []string) { w.session.Import(paths...) })
}

// mostOfFolder is how many files of a folder are taken.
const mostOfFolder = 200

// filesOf returns the data files of a folder, in the order of their names; a file is
// itself.
func filesOf(path string) []string {
	entries, err := os.ReadDir(path)
	if err != nil {
		return []string{path} // what is wrong with it is said when it is read
	}
	var out []string
	for _, e := range entries {
		known := slices.Contains(dataEndings(), strings.ToLower(filepath.Ext(e.Name())))
		if len(out) < mostOfFolder && known && e.Type().IsRegular() && !strings.HasPrefix(e.Name(), ".") {
			out = append(out, filepath.Join(path, e.Name()))
		}
	}
	return out
}

func dataEndings() []string {
	return []string{".csv", ".tsv", ".txt", ".xlsx", ".xlsm", ".xls", ".ods", ".fods", ".xml", ".html", ".htm", ".json", ".jsonl", ".ndjson", ".parquet", ".gz", ".zst", ".zip"}
}

func (w *window) save() { w.saveThen(nil) }

func (w *window) saveThen(then func()) {
	st := w.session.State()
	done := func() {
		w.Say(w.env.T("gui.saved", "file", filepath.Base(w.session.State().Path)))
		if then != nil {
			then()
		}
	}
	switch {
	case !st.Open:
	case st.Draft:
		w.SaveFile(safeName(st.Info.Project.Name)+".qx", func(path string) { w.session.SaveAs(path, done) })
	default:
		w.session.Save(done)
	}
}

func (w *window) saveAs() {
	if st := w.session.State(); st.Open {
		w.SaveFile(safeName(st.Info.Project.Name)+".qx", func(path string) { w.session.SaveAs(path, nil) })
	}
}

// browse opens a file with the machine's own program.
func (w *window) browse(path string) {
	if err := w.app.OpenURL(&url.URL{Scheme: "file", Path: path}); err != nil {
		w.problem(err)
	}
}

func (w *window) about() {
	e := w.env
	w.Show(e.T("gui.app"), widget.Fixed(widget.Para(e, e.T("gui.settings.about.text")), theme.FormWidth, 0), widget.Action{Text: e.T("gui.ok"), Primary: true})
}
