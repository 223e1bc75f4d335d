package workspace_test

import (
	"context"
	"slices"
	"sync"

	"qunxiang/core"
	"qunxiang/core/workspace"
	"qunxiang/sdk"
	"qunxiang/sdk/table"
)

// memory is a project file that lives in memory; package store has the real one and
// its own tests.
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
	forgets  bool // has no summary
}

// Transactions returns rows that are the caller's, as the real file does.
func (m *memory) Transactions(context.Context) (*core.Transactions, error) {
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

func (m *memory) Project() core.Project           { return m.head }
func (m *memory) SetProject(p core.Project) error { m.head = p; return nil }
func (m *memory) Sources() ([]core.Source, error) { return m.sources, nil }
func (m *memory) Lines(ctx context.Context) (*core.Transactions, error) {
	lean, err := m.Transactions(ctx)
	if lean != nil {
		lean.Orders, lean.Labels, lean.Quantity = nil, nil, nil
	}
	return lean, err
}

func (m *memory) Summary(context.Context) (*core.Summary, error) {
	if m.tx == nil || m.forgets {
		return nil, nil
	}
	return m.tx.Summary, nil
}

func (m *memory) Attributes(context.Context) (*core.Attributes, error) { return m.attrs, nil }
func (m *memory) Records(context.Context) ([]*core.Records, error)     { return m.records, nil }
func (m *memory) Setting(k string) ([]byte, error)                     { return m.settings[k], nil }
func (m *memory) SetSetting(k string, v []byte) error                  { m.settings[k] = v; return nil }
func (m *memory) Dirty() bool                                          { return m.dirty }
func (m *memory) Save(context.Context) error                           { m.dirty = false; return nil }
func (m *memory) SaveAs(context.Context, string) error                 { return nil }
func (m *memory) Close() error                                         { return nil }
func (m *memory) UpdateSegments(n string, r int, g []core.Segment) error {
	s, err := m.Segmentation(n, r)
	if err == nil {
		s.Segments = g
	}
	return err
}

func (m *memory) Customers(context.Context) (*core.Dict, error) {
	if m.tx == nil {
		return &core.Dict{}, nil
	}
	return m.tx.Customers, nil
}

func (m *memory) AddSource(s core.Source, tx *core.Transactions, _ int, a *core.Attributes, records ...*core.Records) error {
	m.mu.Lock()
	defer m.mu.Unlock()
	s.ID = len(m.sources) + 1
	m.sources, m.tx, m.dirty = append(m.sources, s), tx, true
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
	s.Run = 1
	for _, old := range m.runs {
		if old.Name == s.Name {
			s.Run = old.Run + 1
		}
	}
	m.runs = append(m.runs, s)
	return nil
}

func (m *memory) Segmentation(name string, run int) (*core.Segmentation, error) {
	for _, s := range slices.Backward(m.runs) {
		if s.Name == name && (run == 0 || s.Run == run) {
			return s, nil
		}
	}
	return nil, &core.Error{Code: "unknown_segmentation", Origin: core.OriginUser}
}

func (m *memory) Runs() ([]core.RunHead, error) {
	var out []core.RunHead
	for _, s := range slices.Backward(m.runs) {
		out = append(out, core.RunHead{Name: s.Name, Method: s.Method, Run: s.Run, AsOf: s.AsOf, Customers: len(s.Customers), Segments: len(s.Segments)})
	}
	return out, nil
}

func (m *memory) DeleteSegmentation(name string) error {
	m.runs = slices.DeleteFunc(m.runs, func(s *core.Segmentation) bool { return s.Name == name })
	return nil
}

type files struct{}

func (files) Create(_ context.Context, _ string, p core.Project) (workspace.File, error) {
	return &memory{head: p, settings: map[string][]byte{}}, nil
}

func (files) Open(context.Context, string) (workspace.File, error) {
	return nil, &core.Error{Code: "not_a_project", Origin: core.OriginData}
}

// spenders is a catalogue of one method: customers above a limit are "big".
type spenders struct{}

func (spenders) Methods(context.Context) ([]core.Method, error) {
	return []core.Method{{Plugin: "bundled", Info: sdk.Info{
		ID: "spenders", Version: "1.0.0", Name: sdk.Text{ZH: "消费", EN: "Spenders"},
		Roles: []sdk.Role{{ID: "money", Min: 1, Max: 1, Kinds: []table.Kind{table.Float64, table.Int64}, Hints: []string{"monetary"}}},
		Params: []sdk.Param{
			{ID: "limit", Kind: sdk.ParamReal, Default: sdk.Real(100)},
			{ID: "window_months", Kind: sdk.ParamInt, Default: sdk.Int(0), Host: sdk.HostWindow},
		},
		Outputs: []sdk.Output{{ID: "segment", Kind: table.Category, Meaning: sdk.MeaningSegment}},
	}}}, nil
}

func (spenders) Validate(_ context.Context, _ string, r sdk.ValidateRequest) (sdk.ValidateResponse, error) {
	return sdk.ValidateResponse{Params: r.Params}, nil
}

func (spenders) Fit(_ context.Context, _ string, r sdk.Request, _ func(float64, sdk.Text)) (sdk.Response, error) {
	seg := table.Column{Name: "segment", Kind: table.Category, Dict: []string{"big", "small"}}
	for i := range r.Table.Rows {
		code := uint32(1)
		if r.Table.Columns[0].Float(i) > r.Params.Real("limit") {
			code = 0
		}
		seg.Codes = append(seg.Codes, code)
	}
	return sdk.Response{Columns: []table.Column{seg}, Segments: []sdk.Segment{
		{Key: "big", Name: sdk.Text{ZH: "大客户", EN: "Big"}}, {Key: "small", Name: sdk.Text{ZH: "小客户", EN: "Small"}},
	}}, nil
}
