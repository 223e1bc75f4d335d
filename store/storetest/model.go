package storetest

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"maps"
	"slices"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	"qunxiang/core"
	"qunxiang/store/internal/document"
)

// Project is the part of store.File that holds data.
type Project interface {
	Project() core.Project
	SetProject(core.Project) error
	Sources() ([]core.Source, error)
	AddSource(s core.Source, tx *core.Transactions, fromRow int, a *core.Attributes, records ...*core.Records) error
	Transactions(context.Context) (*core.Transactions, error)
	Summary(context.Context) (*core.Summary, error)
	Attributes(context.Context) (*core.Attributes, error)
	Records(context.Context) ([]*core.Records, error)
	PutSegmentation(*core.Segmentation) error
	Segmentation(name string, run int) (*core.Segmentation, error)
	Runs() ([]core.RunHead, error)
	DeleteSegmentation(name string) error
	UpdateSegments(name string, run int, segs []core.Segment) error
	Setting(key string) ([]byte, error)
	SetSetting(key string, v []byte) error
}

// ErrNoRun is what a Model returns where a project returns the code no_such_run.
var ErrNoRun = errors.New("no such run")

// Model is a project in memory: the plainest thing that can be right. It keeps what
// it is given, so callers do not change it afterwards. Not safe for concurrent use.
type Model struct {
	head     core.Project
	sources  []core.Source
	tx       *core.Transactions
	attrs    *core.Attributes
	records  []*core.Records
	runs     []*core.Segmentation
	last     map[string]int
	settings map[string][]byte
}

// NewModel returns a model of an empty project.
func NewModel(p core.Project) *Model {
	return &Model{head: p, last: map[string]int{}, settings: map[string][]byte{}}
}

// Clone returns a model that goes its own way.
func (m *Model) Clone() *Model {
	c := *m
	c.sources, c.runs, c.records = slices.Clone(m.sources), slices.Clone(m.runs), slices.Clone(m.records)
	c.last, c.settings = maps.Clone(m.last), maps.Clone(m.settings)
	return &c
}

// Project implements Project.
func (m *Model) Project() core.Project { return m.head }

// SetProject implements Project.
func (m *Model) SetProject(p core.Project) error {
	m.head.Name, m.head.Currency = p.Name, p.Currency
	return nil
}

// Sources implements Project.
func (m *Model) Sources() ([]core.Source, error) { return append([]core.Source{}, m.sources...), nil }

// AddSource implements Project.
func (m *Model) AddSource(s core.Source, tx *core.Transactions, _ int, a *core.Attributes, records ...*core.Records) error {
	s.ID = len(m.sources) + 1
	m.sources = append(m.sources, s)
	if tx != nil {
		m.tx = tx
	}
	if a != nil {
		m.attrs = a
	}
	for _, r := range records {
		i := slices.IndexFunc(m.records, func(o *core.Records) bool { return o.Kind == r.Kind && o.Name == r.Name })
		if i < 0 {
			m.records = append(m.records, r)
		} else {
			m.records[i] = r
		}
	}
	return nil
}

// Transactions implements Project.
func (m *Model) Transactions(context.Context) (*core.Transactions, error) { return m.tx, nil }

// Summary implements Project: what was given with the transactions, if it is theirs.
func (m *Model) Summary(context.Context) (*core.Summary, error) {
	if m.tx == nil || !m.tx.Summarised(m.tx.Summary) {
		return nil, nil //nolint:nilnil // as the store does
	}
	return m.tx.Summary, nil
}

// Attributes implements Project.
func (m *Model) Attributes(context.Context) (*core.Attributes, error) { return m.attrs, nil }

// Records implements Project.
func (m *Model) Records(context.Context) ([]*core.Records, error) { return m.records, nil }

// PutSegmentation implements Project.
func (m *Model) PutSegmentation(s *core.Segmentation) error {
	m.last[s.Name]++
	s.Run = m.last[s.Name]
	kept := *s
	m.runs = append(m.runs, &kept)
	return nil
}

func (m *Model) find(name string, run int) int {
	for i, s := range slices.Backward(m.runs) {
		if s.Name == name && (run == 0 || s.Run == run) {
			return i
		}
	}
	return -1
}

// Segmentation implements Project.
func (m *Model) Segmentation(name string, run int) (*core.Segmentation, error) {
	if i := m.find(name, run); i >= 0 {
		return m.runs[i], nil
	}
	return nil, ErrNoRun
}

// Runs implements Project.
func (m *Model) Runs() ([]core.RunHead, error) {
	out := make([]core.RunHead, len(m.runs))
	for i, s := range m.runs {
		out[i] = core.RunHead{
			Name: s.Name, Method: s.Method, Run: s.Run, AsOf: s.AsOf, Created: s.Created,
			Segments: len(s.Segments), Customers: len(s.Customers),
		}
	}
	return out, nil
}

// DeleteSegmentation implements Project.
func (m *Model) DeleteSegmentation(name string) error {
	if m.find(name, 0) < 0 {
		return ErrNoRun
	}
	m.runs = slices.DeleteFunc(m.runs, func(s *core.Segmentation) bool { return s.Name == name })
	return nil
}

// UpdateSegments implements Project.
func (m *Model) UpdateSegments(name string, run int, segs []core.Segment) error {
	i := m.find(name, run)
	if i < 0 {
		return ErrNoRun
	}
	changed := *m.runs[i]
	changed.Segments = segs
	m.runs[i] = &changed
	return nil
}

// Setting implements Project.
func (m *Model) Setting(key string) ([]byte, error) { return m.settings[key], nil }

// SetSetting implements Project.
func (m *Model) SetSetting(key string, v []byte) error {
	if v == nil {
		delete(m.settings, key)
		return nil
	}
	m.settings[key] = bytes.Clone(v)
	return nil
}

// Diff returns how got differs from want in anything that a project tells, "" when
// it does not. NaN equals NaN; times are instants.
func Diff(ctx context.Context, want, got Project) (string, error) {
	w, err := tell(ctx, want)
	if err != nil {
		return "", fmt.Errorf("wanted project: %w", err)
	}
	g, err := tell(ctx, got)
	if err != nil {
		return "", fmt.Errorf("project at hand: %w", err)
	}
	if a, err := w.digest(); err == nil {
		if b, err := g.digest(); err == nil && a == b {
			return "", nil // the usual case, a hundred times faster than looking for differences
		}
	}
	return cmp.Diff(w, g, cmpopts.EquateNaNs(), cmpopts.EquateApproxTime(0), cmpopts.EquateEmpty()), nil
}

// told is all that a project tells.
type told struct {
	Project    core.Project
	Sources    []core.Source
	Tx         *core.Transactions
	Summary    *core.Summary
	Attributes *core.Attributes
	Records    []*core.Records
	Heads      []core.RunHead
	Runs       []*core.Segmentation
	Settings   map[string]string
}

func tell(ctx context.Context, p Project) (t told, err error) {
	t.Project = p.Project()
	if t.Sources, err = p.Sources(); err != nil {
		return t, err
	}
	if t.Tx, err = p.Transactions(ctx); err != nil {
		return t, err
	}
	if t.Tx != nil { // the summary is told by itself
		rows := *t.Tx
		rows.Summary, t.Tx = nil, &rows
	}
	if t.Summary, err = p.Summary(ctx); err != nil {
		return t, err
	}
	if t.Attributes, err = p.Attributes(ctx); err != nil {
		return t, err
	}
	if t.Records, err = p.Records(ctx); err != nil {
		return t, err
	}
	if t.Heads, err = p.Runs(); err != nil {
		return t, err
	}
	for _, h := range t.Heads {
		s, err := p.Segmentation(h.Name, h.Run)
		if err != nil {
			return t, err
		}
		t.Runs = append(t.Runs, s)
	}
	t.Settings = make(map[string]string)
	for _, key := range settingKeys() {
		v, err := p.Setting(key)
		if err != nil {
			return t, err
		}
		if v != nil {
			t.Settings[key] = string(v)
		}
	}
	return t, nil
}

// digest sums up everything, columns by their bytes.
func (t told) digest() ([32]byte, error) {
	h := sha256.New()
	doc := func(v any) error {
		b, err := document.Marshal(v)
		h.Write(b)
		return err
	}
	small := t
	small.Tx, small.Attributes = nil, nil
	if err := doc(small); err != nil {
		return [32]byte{}, err
	}
	if x := t.Tx; x != nil {
		days := make([]int32, len(x.Day))
		for i, d := range x.Day {
			days[i] = int32(d)
		}
		sums(h, x.Customer, days, x.Clock, x.Amount, x.Order, x.Quantity, x.Refund, x.Void, int64(x.Scale), int64(x.QuantityScale))
		dicts(h, x.Customers, x.Orders)
		for _, l := range x.Labels {
			sums(h, []byte(l.Role), l.Codes)
			dicts(h, l.Dict)
		}
	}
	if err := doc(t.Attributes); err != nil {
		return [32]byte{}, err
	}
	for _, s := range t.Runs {
		sums(h, s.Customers, s.Label, s.Model.Data)
		for _, e := range s.Excluded {
			sums(h, e.Customers)
		}
		for i := range s.Columns {
			c := s.Columns[i]
			sums(h, c.Floats, c.Ints, c.Codes, []uint64(c.Valid))
			c.Floats, c.Ints, c.Codes, c.Valid = nil, nil, nil, nil
			if err := doc(c); err != nil {
				return [32]byte{}, err
			}
		}
	}
	return [32]byte(h.Sum(nil)), nil
}

func sums(h io.Writer, columns ...any) {
	for _, c := range columns {
		_ = binary.Write(h, binary.LittleEndian, int64(binary.Size(c)))
		_ = binary.Write(h, binary.LittleEndian, c)
	}
}

func dicts(h io.Writer, ds ...*core.Dict) {
	for _, d := range ds {
		if d == nil {
			d = &core.Dict{Width: -1}
		}
		sums(h, d.Heap, d.Ends, []byte(d.Prefix), int64(d.Width), d.Numbers)
	}
}

// settingKeys are the keys that random changes use.
func settingKeys() []string { return []string{"map", "view", "columns"} }
