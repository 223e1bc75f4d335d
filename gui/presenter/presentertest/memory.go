package presentertest

import (
	"context"
	"slices"
	"sync"

	"qunxiang/core"
	"qunxiang/core/workspace"
)

// memory is a project file that lives in memory.
type memory struct {
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

func (m *memory) lock() func() { m.mu.Lock(); return m.mu.Unlock }

func (m *memory) Project() core.Project { defer m.lock()(); return m.head }

func (m *memory) SetProject(p core.Project) error {
	defer m.lock()()
	m.head, m.dirty = p, true
	return nil
}

func (m *memory) Sources() ([]core.Source, error) { defer m.lock()(); return m.sources, nil }

// Transactions returns rows that are the caller's, as the real file does.
func (m *memory) Transactions(context.Context) (*core.Transactions, error) {
	defer m.lock()()
	if m.tx == nil {
		return nil, nil
	}
	t := *m.tx
	t.Customer, t.Day, t.Amount, t.Clock = slices.Clone(t.Customer), slices.Clone(t.Day), slices.Clone(t.Amount), slices.Clone(t.Clock)
	t.Order, t.Quantity, t.Refund, t.Void = slices.Clone(t.Order), slices.Clone(t.Quantity), slices.Clone(t.Refund), slices.Clone(t.Void)
	t.Labels = slices.Clone(t.Labels)
	for i := range t.Labels {
		t.Labels[i].Codes = slices.Clone(t.Labels[i].Codes)
	}
	return &t, nil
}

func (m *memory) Lines(ctx context.Context) (*core.Transactions, error) { return m.Transactions(ctx) }

func (m *memory) Summary(context.Context) (*core.Summary, error) { return nil, nil }

func (m *memory) Attributes(context.Context) (*core.Attributes, error) {
	defer m.lock()()
	return m.attrs, nil
}

func (m *memory) Records(context.Context) ([]*core.Records, error) {
	defer m.lock()()
	return m.records, nil
}

func (m *memory) Customers(context.Context) (*core.Dict, error) {
	defer m.lock()()
	if m.tx == nil {
		return &core.Dict{}, nil
	}
	return m.tx.Customers, nil
}

func (m *memory) Setting(k string) ([]byte, error) { defer m.lock()(); return m.settings[k], nil }

func (m *memory) SetSetting(k string, v []byte) error {
	defer m.lock()()
	m.settings[k] = v
	return nil
}

func (m *memory) Dirty() bool { defer m.lock()(); return m.dirty }

func (m *memory) Save(context.Context) error { defer m.lock()(); m.dirty = false; return nil }

func (m *memory) SaveAs(context.Context, string) error {
	defer m.lock()()
	m.dirty = false
	return nil
}

func (m *memory) Close() error { return nil }

func (m *memory) AddSource(s core.Source, tx *core.Transactions, _ int, a *core.Attributes, records ...*core.Records) error {
	defer m.lock()()
	s.ID = len(m.sources) + 1
	m.sources, m.tx, m.dirty = append(slices.Clone(m.sources), s), tx, true
	if a != nil {
		m.attrs = a
	}
	m.records = slices.Clone(m.records)
	for _, r := range records {
		at := slices.IndexFunc(m.records, func(o *core.Records) bool { return o.Kind == r.Kind && o.Name == r.Name })
		if at < 0 {
			m.records = append(m.records, r)
		} else {
			m.records[at] = r
		}
	}
	return nil
}

func (m *memory) PutSegmentation(s *core.Segmentation) error {
	defer m.lock()()
	s.Run = 1
	for _, old := range m.runs {
		if old.Name == s.Name {
			s.Run = old.Run + 1
		}
	}
	m.runs, m.dirty = append(slices.Clone(m.runs), s), true
	return nil
}

func (m *memory) Segmentation(name string, run int) (*core.Segmentation, error) {
	defer m.lock()()
	return m.find(name, run)
}

func (m *memory) find(name string, run int) (*core.Segmentation, error) {
	for _, s := range slices.Backward(m.runs) {
		if s.Name == name && (run == 0 || s.Run == run) {
			return s, nil
		}
	}
	return nil, &core.Error{Code: "unknown_segmentation", Origin: core.OriginUser, Args: core.Args{"name": name}}
}

func (m *memory) UpdateSegments(name string, run int, segs []core.Segment) error {
	defer m.lock()()
	s, err := m.find(name, run)
	if err != nil {
		return err
	}
	changed := *s
	changed.Segments = segs
	m.runs = slices.Clone(m.runs)
	m.runs[slices.Index(m.runs, s)] = &changed
	return nil
}

func (m *memory) Runs() ([]core.RunHead, error) {
	defer m.lock()()
	out := []core.RunHead{}
	for _, s := range m.runs {
		out = append(out, core.RunHead{Name: s.Name, Method: s.Method, Run: s.Run, AsOf: s.AsOf, Created: s.Created, Customers: len(s.Customers), Segments: len(s.Segments)})
	}
	return out, nil
}

func (m *memory) DeleteSegmentation(name string) error {
	defer m.lock()()
	m.runs = slices.DeleteFunc(slices.Clone(m.runs), func(s *core.Segmentation) bool { return s.Name == name })
	return nil
}

// files remembers projects by path, so that one can be closed and opened again.
type files struct {
	mu   sync.Mutex
	open map[string]*memory
}

func (f *files) Create(_ context.Context, path string, p core.Project) (workspace.File, error) {
	f.mu.Lock()
	defer f.mu.Unlock()
	m := &memory{head: p, settings: map[string][]byte{}}
	f.open[path] = m
	return m, nil
}

func (f *files) Open(_ context.Context, path string) (workspace.File, error) {
	f.mu.Lock()
	defer f.mu.Unlock()
	for known, m := range f.open {
		if known == path || len(path) > len(known) && path[len(path)-len(known)-1] == '/' && path[len(path)-len(known):] == known {
			return m, nil
		}
	}
	return nil, &core.Error{Code: "not_a_project", Origin: core.OriginData, Where: core.Where{File: path}}
}
