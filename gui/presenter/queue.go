package presenter

import (
	"cmp"
	"context"
	"slices"

	"qunxiang/core"
	"qunxiang/core/ingest"
)

// FileState is how far a file of the list is.
type FileState int

// The states of a file of the list.
const (
	FileWaiting FileState = iota // nobody looked at it
	FileReady                    // can be imported without a question
	FileAsks                     // needs an answer first
	FileRunning
	FileDone
	FileFailed
)

// QueuedFile is a file of several that were dropped at once.
type QueuedFile struct {
	Path    string
	State   FileState
	Preview *ingest.Preview    // nil until looked at
	Options core.ImportOptions // what the user fixed
	Read    core.ImportOptions // with which it is imported
	Report  core.ImportReport
	Source  int   // id of what it became
	Orders  int   // of the project that it has with other lines, which is to be decided
	Err     error // why it cannot be imported
}

// Kind is what the file seems to hold, "" where that is not known.
func (f QueuedFile) Kind() core.SourceKind {
	if f.Preview == nil {
		return ""
	}
	return f.Preview.Detected.Kind
}

// looked takes what a look at the file showed.
func (f *QueuedFile) looked(l looked, o core.ImportOptions) {
	pv := l.preview
	f.Preview, f.Options, f.Read, f.Err = pv, o, l.read, nil
	f.State = FileReady
	if pv != nil && len(pv.Rows) == 0 {
		f.State, f.Err = FileFailed, ErrNoRows()
		return
	}
	if len(needsRole(pv)) > 0 || len(questions(pv)) > 0 {
		f.State = FileAsks
	}
}

// Questions are what a person should answer before the file is imported.
func (f QueuedFile) Questions() []core.Message { return questions(f.Preview) }

func questions(pv *ingest.Preview) []core.Message {
	if pv == nil {
		return nil
	}
	ask := []string{
		"import.hint.two_dates", "import.hint.ambiguous_dates", "import.hint.encoding_guessed",
		"import.hint.customer_guessed", "import.hint.row_as_customer", "import.hint.garbled",
	}
	var out []core.Message
	for _, m := range pv.Problems {
		if slices.Contains(ask, m.Key) {
			out = append(out, m)
		}
	}
	return out
}

// rank orders the list: purchases first, so that what follows finds its customers.
func (f QueuedFile) rank() int {
	order := []core.SourceKind{core.SourceTransactions, core.SourceCustomers, core.SourceSurvey, core.SourceComments, core.SourceEvents}
	if i := slices.Index(order, f.Kind()); i >= 0 {
		return i
	}
	return len(order)
}

// Sure counts the files that can be imported without a question.
func (s *DataState) Sure() int { return s.count(FileReady) }

func (s *DataState) count(state FileState) (n int) {
	for _, f := range s.Files {
		if f.State == state {
			n++
		}
	}
	return n
}

// waiting counts the files that are not imported, without the one that is named.
func (s *DataState) waiting(but string) (n int) {
	for _, f := range s.Files {
		if f.Path != but && f.State != FileDone && f.State != FileFailed {
			n++
		}
	}
	return n
}

func (s *DataState) find(path string) int {
	return slices.IndexFunc(s.Files, func(f QueuedFile) bool { return f.Path == path })
}

func (d *Data) at(path string) int { return d.state.find(path) }

// change changes a file of the list; the list is a new one, as states are read-only.
func (s *DataState) change(i int, f func(*QueuedFile)) {
	s.Files = slices.Clone(s.Files)
	f(&s.Files[i])
}

// settle notes how the import of a file ended.
func (s *DataState) settle(path string, report core.ImportReport, source int, err error) {
	i := s.find(path)
	if i < 0 {
		return
	}
	s.change(i, func(f *QueuedFile) {
		f.State, f.Report, f.Source, f.Err = FileDone, report, source, nil
		if err != nil {
			f.State, f.Err = FileFailed, err
		}
	})
}

// queue adds files to the list and looks at them.
func (d *Data) queue(files []string) {
	d.update(func(s *DataState) {
		for _, f := range files {
			if i := s.find(f); i >= 0 {
				s.change(i, func(q *QueuedFile) { *q = QueuedFile{Path: f} })
				continue
			}
			s.Files = append(slices.Clip(s.Files), QueuedFile{Path: f})
		}
		if s.Import.File != "" {
			s.Import.Waiting = s.waiting(s.Import.File)
		}
	})
	d.scanNext()
}

// scanNext looks at the next file of the list that nobody looked at.
func (d *Data) scanNext() {
	i := slices.IndexFunc(d.state.Files, func(f QueuedFile) bool { return f.State == FileWaiting })
	if i < 0 {
		return
	}
	path, o, p := d.state.Files[i].Path, d.state.Files[i].Options, d.session.Project()
	fetch(&d.scan, func(ctx context.Context) (looked, error) { return d.preview(ctx, p, path, o, "") },
		func(l looked, err error) {
			d.update(func(s *DataState) {
				i := s.find(path)
				if i < 0 || s.Files[i].State != FileWaiting {
					return
				}
				s.change(i, func(f *QueuedFile) {
					f.looked(l, o)
					if err != nil {
						f.State, f.Err = FileFailed, err
					}
				})
				slices.SortStableFunc(s.Files, func(a, b QueuedFile) int { return cmp.Compare(a.rank(), b.rank()) })
			})
			d.scanNext()
		})
}

// OpenQueued shows a file of the list before its import.
func (d *Data) OpenQueued(path string) {
	i := d.at(path)
	if i < 0 || d.state.Running {
		return
	}
	f := d.state.Files[i]
	if f.State == FileDone {
		d.update(func(s *DataState) {
			s.Import = ImportState{Phase: ImportDone, File: path, Report: f.Report, Source: f.Source, Preview: f.Preview, Options: f.Options, Read: f.Read, Waiting: s.waiting(path)}
		})
		return
	}
	d.OpenFile(path)
	if f.Preview != nil {
		d.relook(f.Options)
	}
}

// Drop takes a file off the list.
func (d *Data) Drop(path string) {
	d.update(func(s *DataState) {
		s.Files = slices.DeleteFunc(slices.Clone(s.Files), func(f QueuedFile) bool { return f.Path == path && f.State != FileRunning })
	})
}

// CloseFiles puts the list away.
func (d *Data) CloseFiles() {
	if d.state.Running {
		return
	}
	d.scan.stop()
	d.update(func(s *DataState) { s.Files = nil })
}

// StopFiles cancels the import of the list.
func (d *Data) StopFiles() {
	if d.cancel != nil {
		d.cancel()
	}
}

// ImportSure imports all files of the list that need no answer, in its order, as one
// task. A file that fails does not stop the others.
func (d *Data) ImportSure() {
	p := d.session.Project()
	if p == nil || d.state.Running || d.state.Import.Phase == ImportRunning {
		return
	}
	var todo []QueuedFile
	for _, f := range d.state.Files {
		if f.State == FileReady {
			todo = append(todo, f)
		}
	}
	if len(todo) == 0 {
		return
	}
	d.update(func(s *DataState) { s.Running = true })
	d.cancel = d.desk.Start("import", core.Message{Key: "gui.task.import"}, func(ctx context.Context, pr core.Progress) error {
		return d.importEach(ctx, p, todo, pr)
	}, func(error) {
		d.exec.Post(func() { d.allImported(p) })
	})
}

func (d *Data) importEach(ctx context.Context, p Project, todo []QueuedFile, pr core.Progress) error {
	for i, f := range todo {
		d.exec.Post(func() { d.mark(p, f.Path, FileRunning) })
		share := func(x float64, stage core.Message) { pr((float64(i)+x)/float64(len(todo)), stage) }
		r, err := d.read(ctx, p, f.Path, f.Read, share)
		if Cancelled(err) || ctx.Err() != nil && err != nil {
			d.exec.Post(func() { d.mark(p, f.Path, FileReady) })
			return err
		}
		d.exec.Post(func() {
			if d.session.Project() != p {
				return
			}
			if r.asks != nil {
				d.ask(f.Path, r.asks.Report.Diff.Changed)
				return
			}
			if err == nil {
				d.paths[r.source] = f.Path
			}
			d.update(func(s *DataState) { s.settle(f.Path, r.report, r.source, err) })
		})
	}
	return nil
}

// ask leaves a file of the list to the person: it has orders of the project with other lines.
func (d *Data) ask(path string, orders int) {
	if i := d.at(path); i >= 0 {
		d.update(func(s *DataState) {
			s.change(i, func(f *QueuedFile) { f.State, f.Orders = FileAsks, orders })
		})
	}
}

func (d *Data) mark(p Project, path string, state FileState) {
	if i := d.at(path); i >= 0 && d.session.Project() == p {
		d.update(func(s *DataState) { s.change(i, func(f *QueuedFile) { f.State = state }) })
	}
}

func (d *Data) allImported(p Project) {
	if d.session.Project() != p {
		return
	}
	d.cancel = nil
	d.update(func(s *DataState) { s.Running = false })
	d.sources(p)
}
