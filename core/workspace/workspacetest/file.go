// Package workspacetest has project files that live in memory, for tests of whatever works
// on a project; package store has the real ones and their own tests.
package workspacetest

import (
	"context"
	"slices"
	"strings"
	"sync"

	"qunxiang/core"
	"qunxiang/core/workspace"
)

// File is a project file in memory.
type File struct {
	Forgets bool // has no summary of the transactions, as files of older versions

	mu       sync.Mutex
	head     core.Project
	sources  []core.Source
	tx       *core.Transactions
	attrs    *core.Attributes
	records  []*core.Records
	runs     []*core.Segmentation
	settings map[string][]byte
	dirty    bool
}

// New makes the file of a new project.
func New(p core.Project) *File { return &File{head: p, settings: map[string][]byte{}} }

func (f *File) lock() func() { f.mu.Lock(); return f.mu.Unlock }

// Project is the head of the project.
func (f *File) Project() core.Project { defer f.lock()(); return f.head }

// SetProject replaces it.
func (f *File) SetProject(p core.Project) error {
	defer f.lock()()
	f.head, f.dirty = p, true
	return nil
}

// Sources are the imports, in order; they are the file's own.
func (f *File) Sources() ([]core.Source, error) { defer f.lock()(); return f.sources, nil }

// Transactions returns rows that are the caller's, as the real file does.
func (f *File) Transactions(context.Context) (*core.Transactions, error) {
	defer f.lock()()
	if f.tx == nil {
		return nil, nil
	}
	t := *f.tx
	t.Customer, t.Day, t.Amount, t.Clock = slices.Clone(t.Customer), slices.Clone(t.Day), slices.Clone(t.Amount), slices.Clone(t.Clock)
	t.Order, t.Quantity, t.Refund, t.Void = slices.Clone(t.Order), slices.Clone(t.Quantity), slices.Clone(t.Refund), slices.Clone(t.Void)
	t.Labels = slices.Clone(t.Labels)
	for i := range t.Labels {
		t.Labels[i].Codes = slices.Clone(t.Labels[i].Codes)
	}
	return &t, nil
}

// Lines leaves out what the real file leaves out.
func (f *File) Lines(ctx context.Context) (*core.Transactions, error) {
	lean, err := f.Transactions(ctx)
	if lean != nil {
		lean.Orders, lean.Labels, lean.Quantity = nil, nil, nil
	}
	return lean, err
}

// Summary is that of the transactions, unless the file forgets it.
func (f *File) Summary(context.Context) (*core.Summary, error) {
	defer f.lock()()
	if f.tx == nil || f.Forgets {
		return nil, nil
	}
	return f.tx.Summary, nil
}

// Attributes are those of the last import that brought some.
func (f *File) Attributes(context.Context) (*core.Attributes, error) {
	defer f.lock()()
	return f.attrs, nil
}

// Records are comments, events and surveys.
func (f *File) Records(context.Context) ([]*core.Records, error) {
	defer f.lock()()
	return f.records, nil
}

// Customers are the codes of the transactions.
func (f *File) Customers(context.Context) (*core.Dict, error) {
	defer f.lock()()
	if f.tx == nil {
		return &core.Dict{}, nil
	}
	return f.tx.Customers, nil
}

// Setting is nil where nothing is set.
func (f *File) Setting(k string) ([]byte, error) { defer f.lock()(); return f.settings[k], nil }

// SetSetting keeps a setting.
func (f *File) SetSetting(k string, v []byte) error {
	defer f.lock()()
	f.settings[k] = v
	return nil
}

// Dirty reports changes since the last save.
func (f *File) Dirty() bool { defer f.lock()(); return f.dirty }

// Save writes nowhere.
func (f *File) Save(context.Context) error { defer f.lock()(); f.dirty = false; return nil }

// SaveAs writes nowhere, whatever the path.
func (f *File) SaveAs(context.Context, string) error {
	defer f.lock()()
	f.dirty = false
	return nil
}

// Close keeps everything.
func (f *File) Close() error { return nil }

// AddSource takes what an import brought.
func (f *File) AddSource(s core.Source, tx *core.Transactions, _ int, a *core.Attributes, records ...*core.Records) error {
	defer f.lock()()
	s.ID = len(f.sources) + 1
	f.sources, f.tx, f.dirty = append(slices.Clone(f.sources), s), tx, true
	if a != nil {
		f.attrs = a
	}
	f.records = slices.Clone(f.records)
	for _, r := range records {
		at := slices.IndexFunc(f.records, func(o *core.Records) bool { return o.Kind == r.Kind && o.Name == r.Name })
		if at < 0 {
			f.records = append(f.records, r)
		} else {
			f.records[at] = r
		}
	}
	return nil
}

// PutSegmentation numbers the run and keeps it.
func (f *File) PutSegmentation(s *core.Segmentation) error {
	defer f.lock()()
	s.Run = 1
	for _, old := range f.runs {
		if old.Name == s.Name {
			s.Run = old.Run + 1
		}
	}
	f.runs, f.dirty = append(slices.Clone(f.runs), s), true
	return nil
}

// Segmentation is a run; 0 is the newest of the name.
func (f *File) Segmentation(name string, run int) (*core.Segmentation, error) {
	defer f.lock()()
	return f.find(name, run)
}

func (f *File) find(name string, run int) (*core.Segmentation, error) {
	for _, s := range slices.Backward(f.runs) {
		if s.Name == name && (run == 0 || s.Run == run) {
			return s, nil
		}
	}
	return nil, &core.Error{Code: "unknown_segmentation", Origin: core.OriginUser, Args: core.Args{"name": name}}
}

// UpdateSegments gives a run other segments.
func (f *File) UpdateSegments(name string, run int, segs []core.Segment) error {
	defer f.lock()()
	s, err := f.find(name, run)
	if err != nil {
		return err
	}
	changed := *s
	changed.Segments = segs
	f.runs = slices.Clone(f.runs)
	f.runs[slices.Index(f.runs, s)] = &changed
	return nil
}

// Runs are in the order in which they were made.
func (f *File) Runs() ([]core.RunHead, error) {
	defer f.lock()()
	out := []core.RunHead{}
	for _, s := range f.runs {
		out = append(out, core.RunHead{Name: s.Name, Method: s.Method, Run: s.Run, AsOf: s.AsOf, Created: s.Created, Customers: len(s.Customers), Segments: len(s.Segments)})
	}
	return out, nil
}

// DeleteSegmentation forgets all runs of a name.
func (f *File) DeleteSegmentation(name string) error {
	defer f.lock()()
	f.runs = slices.DeleteFunc(slices.Clone(f.runs), func(s *core.Segmentation) bool { return s.Name == name })
	return nil
}

// Folder remembers files by path, so that one can be closed and opened again. The zero
// value is an empty folder.
type Folder struct {
	mu    sync.Mutex
	files map[string]*File
}

// Create makes a file, in place of one that has the path already.
func (f *Folder) Create(_ context.Context, path string, p core.Project) (workspace.File, error) {
	f.mu.Lock()
	defer f.mu.Unlock()
	if f.files == nil {
		f.files = map[string]*File{}
	}
	made := New(p)
	f.files[path] = made
	return made, nil
}

// Open opens a file that was made here; a path that ends in its own is its, too.
func (f *Folder) Open(_ context.Context, path string) (workspace.File, error) {
	f.mu.Lock()
	defer f.mu.Unlock()
	for known, file := range f.files {
		if known == path || strings.HasSuffix(path, "/"+known) {
			return file, nil
		}
	}
	return nil, &core.Error{Code: "not_a_project", Origin: core.OriginData, Where: core.Where{File: path}}
}
