package gui

import (
	"cmp"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/container"
	fynewidget "fyne.io/fyne/v2/widget"

	"qunxiang/gui/presenter"
	"qunxiang/gui/theme"
	"qunxiang/gui/widget"
)

// fileDialog asks for a file to open or to write. Fyne's own empties an existing
// file before the program has anything to write, and takes no typed path.
type fileDialog struct {
	w       *window
	save    bool
	endings []string
	done    func(paths []string)
	folder  string
	entries []fileEntry
	chosen  map[string]bool // open: names picked
	path    *widget.Entry
	name    *widget.Entry
	list    *widget.List
	wrong   *widget.Text
	close   func()
}

type fileEntry struct {
	name string
	dir  bool
	size int64
}

// OpenFile implements page.Dialogs.
func (w *window) OpenFile(endings []string, done func(path string)) {
	w.pickFiles(endings, func(paths []string) { done(paths[0]) })
}

func (w *window) pickFiles(endings []string, done func(paths []string)) {
	d := &fileDialog{w: w, endings: endings, done: done}
	d.show(w.env.T("gui.file.open"), w.env.T("gui.file.open.do"), "")
}

// SaveFile implements page.Dialogs.
func (w *window) SaveFile(name string, done func(path string)) {
	d := &fileDialog{w: w, save: true, done: func(paths []string) { done(paths[0]) }}
	if e := filepath.Ext(name); e != "" {
		d.endings = []string{e}
	}
	d.show(w.env.T("gui.file.save"), w.env.T("gui.file.save.do"), safeName(name))
}

func (d *fileDialog) show(title, do, name string) {
	e := d.w.env
	d.folder = d.w.session.State().Settings.Folder
	if st, err := os.Stat(d.folder); err != nil || !st.IsDir() {
		d.folder, _ = os.UserHomeDir() // "" lists the working folder
	}
	d.path, d.name, d.chosen = widget.NewEntry(), widget.NewEntry(), map[string]bool{}
	d.path.OnSubmitted = d.typed
	d.name.SetText(name)
	d.name.SetPlaceHolder(e.T("gui.file.name"))
	d.name.OnSubmitted = func(string) { d.accept() }
	d.wrong = widget.NewText("").Color("error")
	d.list = widget.NewList(func() int { return len(d.entries) }, newFileRow, d.updateRow)
	d.list.OnEnter = d.entered
	d.list.OnSelected = d.tapped
	up := widget.Action{Icon: "back", Do: func() { d.enter(filepath.Dir(d.folder)) }}.Button()
	top := container.NewBorder(nil, nil, up, nil, d.path)
	bottom := widget.Column(theme.GapXS, container.NewBorder(nil, nil, widget.Centered(widget.Whole(e.T("gui.file.name.label"))), nil, widget.Inset(d.name, 0, 0, 0, theme.GapS)), d.wrong)
	left := widget.Fixed(container.NewVScroll(d.places()), theme.StatWidth, 0)
	body := container.NewBorder(top, bottom, widget.Inset(left, theme.GapS, theme.GapS, theme.GapS, 0), nil, widget.Inset(widget.Panel(d.list), theme.GapS, 0, theme.GapS, 0))
	content := widget.Fixed(body, theme.DialogWide*0.86, theme.DialogTall*0.72)
	d.close = d.w.showKeeping(title, content, widget.Action{Text: e.T("gui.cancel"), Do: func() { d.close() }}, widget.Action{Text: do, Primary: true, Do: d.accept})
	d.enter(d.folder)
	if d.save {
		d.w.Focus(d.name)
	}
}

// places are the folders that people keep things in.
func (d *fileDialog) places() fyne.CanvasObject {
	box := widget.Column(2)
	home, _ := os.UserHomeDir() // without a home there are no places
	add := func(title, dir string) {
		if st, err := os.Stat(dir); dir != "" && err == nil && st.IsDir() {
			box.Add(widget.NewFlatTappable(widget.Inset(widget.NewText(title), theme.GapS, theme.GapS, theme.GapS, theme.GapS), func() { d.enter(dir) }))
		}
	}
	e := d.w.env
	add(e.T("gui.file.home"), home)
	for _, n := range []string{"Desktop", "Documents", "Downloads"} {
		add(e.T("gui.file."+strings.ToLower(n)), filepath.Join(home, n))
	}
	add(e.T("gui.file.root"), filepath.VolumeName(home)+string(filepath.Separator))
	return box
}

// enter reads a folder away from the window's thread and shows it.
func (d *fileDialog) enter(dir string) {
	d.w.exec.Work(func() {
		list, err := os.ReadDir(dir)
		entries := d.keep(dir, list)
		d.w.exec.Post(func() {
			if err != nil {
				d.wrong.Set(d.w.env.T("gui.file.noFolder", "folder", dir))
				return
			}
			d.folder, d.entries = dir, entries
			clear(d.chosen)
			d.wrong.Set("")
			d.path.SetText(dir)
			d.list.UnselectAll()
			d.list.Refresh()
			d.list.ScrollToTop()
		})
	})
}

func (d *fileDialog) keep(dir string, list []fs.DirEntry) []fileEntry {
	out := make([]fileEntry, 0, len(list))
	for _, x := range list {
		info, err := x.Info()
		if err != nil || strings.HasPrefix(x.Name(), ".") {
			continue
		}
		if info.Mode()&fs.ModeSymlink != 0 {
			if to, err := os.Stat(filepath.Join(dir, x.Name())); err == nil {
				info = to
			}
		}
		if !info.IsDir() && !d.fits(x.Name()) {
			continue
		}
		out = append(out, fileEntry{x.Name(), info.IsDir(), info.Size()})
	}
	slices.SortFunc(out, func(a, b fileEntry) int {
		if a.dir != b.dir {
			return map[bool]int{true: -1, false: 1}[a.dir]
		}
		return cmp.Compare(strings.ToLower(a.name), strings.ToLower(b.name))
	})
	return out
}

func (d *fileDialog) fits(name string) bool {
	return len(d.endings) == 0 || slices.Contains(d.endings, strings.ToLower(filepath.Ext(name)))
}

func (d *fileDialog) tapped(i fynewidget.ListItemID) {
	if i < 0 || i >= len(d.entries) {
		return
	}
	d.list.UnselectAll()
	x := d.entries[i]
	if x.dir {
		d.enter(filepath.Join(d.folder, x.name))
		return
	}
	if d.save {
		d.name.SetText(x.name)
		return
	}
	d.chosen[x.name] = !d.chosen[x.name]
	var names []string
	for _, f := range d.entries {
		if d.chosen[f.name] {
			names = append(names, f.name)
		}
	}
	d.name.SetText(strings.Join(names, "; "))
	d.list.Refresh()
}

// entered takes Enter on a row: it opens a folder, and picks a file where none is picked yet.
func (d *fileDialog) entered(i int) bool {
	if i < 0 || i >= len(d.entries) {
		return false
	}
	if x := d.entries[i]; x.dir {
		d.enter(filepath.Join(d.folder, x.name))
		return true
	}
	if strings.TrimSpace(d.name.Text) == "" {
		d.tapped(i)
	}
	return false // the dialog's main button takes what is picked
}

// typed takes a path typed into the path field: a folder or a file.
func (d *fileDialog) typed(text string) {
	if st, err := os.Stat(text); err == nil && !st.IsDir() && !d.save {
		d.finish([]string{text})
		return
	}
	d.enter(text)
}

// accept takes the name field: one name, or several after taps, or a whole path.
func (d *fileDialog) accept() {
	text := strings.TrimSpace(d.name.Text)
	if text == "" {
		d.wrong.Set(d.w.env.T("gui.file.noName"))
		return
	}
	if d.save {
		d.acceptSave(d.absolute(text))
		return
	}
	if st, err := os.Stat(d.absolute(text)); err == nil && !st.IsDir() { // names may hold a semicolon
		d.finish([]string{d.absolute(text)})
		return
	}
	var paths []string
	for n := range strings.SplitSeq(text, ";") {
		if n = strings.TrimSpace(n); n == "" {
			continue
		}
		p := d.absolute(n)
		st, err := os.Stat(p)
		switch {
		case err != nil:
			d.wrong.Set(d.w.env.T("gui.file.noFile", "file", n))
			return
		case st.IsDir():
			d.enter(p)
			return
		}
		paths = append(paths, p)
	}
	d.finish(paths)
}

func (d *fileDialog) absolute(name string) string {
	if filepath.IsAbs(name) {
		return name
	}
	return filepath.Join(d.folder, name)
}

func (d *fileDialog) acceptSave(path string) {
	if filepath.Ext(path) == "" && len(d.endings) > 0 {
		path += d.endings[0]
	}
	st, err := os.Stat(path)
	switch {
	case err == nil && st.IsDir():
		d.enter(path)
	case err == nil:
		e := d.w.env
		d.w.Confirm(e.T("gui.file.replace"), e.T("gui.file.replace.text", "file", filepath.Base(path)), e.T("gui.file.replace.do"), func() { d.finish([]string{path}) })
	default:
		d.finish([]string{path})
	}
}

func (d *fileDialog) finish(paths []string) {
	d.close()
	d.w.session.Configure(func(s *presenter.Settings) { s.Folder = filepath.Dir(paths[0]) })
	d.done(paths)
}

// fileRow is one line of the list.
type fileRow struct {
	fynewidget.BaseWidget
	box          *fyne.Container
	icon, folder fyne.CanvasObject
	name, size   *widget.Text
}

func newFileRow() fyne.CanvasObject {
	r := &fileRow{
		icon: widget.Icon("file", theme.ColorMuted, theme.IconSize), folder: widget.Icon("open", theme.ColorAccentText, theme.IconSize),
		name: widget.NewText(""), size: widget.Muted("").Keep(),
	}
	r.box = container.NewBorder(nil, nil, widget.Inset(container.NewStack(r.icon, r.folder), 0, theme.GapS, 0, theme.GapXS), widget.Inset(r.size, 0, theme.GapS, 0, 0), r.name)
	r.ExtendBaseWidget(r)
	return r
}

// CreateRenderer implements fyne.Widget.
func (r *fileRow) CreateRenderer() fyne.WidgetRenderer { return fynewidget.NewSimpleRenderer(r.box) }

func (d *fileDialog) updateRow(i fynewidget.ListItemID, o fyne.CanvasObject) {
	r, ok := o.(*fileRow)
	if !ok || i >= len(d.entries) {
		return
	}
	x := d.entries[i]
	r.name.Set(x.name)
	r.size.Set("")
	r.icon.Hide()
	r.folder.Show()
	if !x.dir {
		r.size.Set(fileSize(d.w.env, x.size))
		r.folder.Hide()
		r.icon.Show()
	}
	r.name.Color("foreground")
	if d.chosen[x.name] {
		r.name.Color(theme.ColorAccentText)
		r.size.Set("✓ " + fileSize(d.w.env, x.size))
	}
	r.name.Refresh()
}

func fileSize(e widget.Env, n int64) string {
	if n < 1<<20 {
		return e.T("gui.file.kb", "n", max(1, int(n>>10)))
	}
	return e.T("gui.file.mb", "n", e.Locale.Number(float64(n)/(1<<20), 1))
}
