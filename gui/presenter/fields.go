package presenter

import (
	"context"

	"qunxiang/core"
	"qunxiang/core/workspace"
	"qunxiang/sdk/expr"
)

// FieldRow is a column of a source with its class and its gaps.
type FieldRow struct {
	workspace.Field
	Gap workspace.Gap
}

// WhereMissing is the filter of the customers whose value is missing, "" where there are none
// or the column is no attribute of customers.
func (r FieldRow) WhereMissing() string {
	if r.Gap.Missing == 0 || r.Kind != core.SourceCustomers || r.Attribute == "" {
		return ""
	}
	return expr.Quote(r.Attribute) + " is missing"
}

// FieldsState is what the section of fields and privacy shows.
type FieldsState struct {
	Phase  Phase
	Err    error
	Busy   bool
	Rows   []FieldRow // in the order of sources and columns
	Filter core.FieldClass
	Undoes int
	Redoes int
}

// Count returns how many columns are of a class.
func (s FieldsState) Count(c core.FieldClass) int {
	n := 0
	for i := range s.Rows {
		if s.Rows[i].Class == c {
			n++
		}
	}
	return n
}

// Shown are the columns of the chosen class, or all.
func (s FieldsState) Shown() []FieldRow {
	if s.Filter == "" {
		return s.Rows
	}
	var out []FieldRow
	for _, r := range s.Rows {
		if r.Class == s.Filter {
			out = append(out, r)
		}
	}
	return out
}

// Fields is the presenter of the section.
type Fields struct {
	Live[FieldsState]
	desk     Desk
	exec     Exec
	session  *Session
	project  Project
	revision int
	asked    int
	cancel   func()
	past     []classChange
	next     []classChange
}

// classChange is a class that the user chose; "" is what was found.
type classChange struct {
	column        string
	before, after core.FieldClass
}

// NewFields makes the presenter.
func NewFields(desk Desk, exec Exec, session *Session) *Fields {
	return &Fields{desk: desk, exec: exec, session: session}
}

func (f *Fields) update(fn func(*FieldsState)) {
	st := f.state
	fn(&st)
	f.set(st)
}

// Reset forgets everything: another project is open.
func (f *Fields) Reset() {
	f.Cancel()
	f.asked++
	f.project, f.past, f.next, f.cancel = nil, nil, nil, nil
	f.set(FieldsState{})
}

// Cancel stops what is running.
func (f *Fields) Cancel() {
	if f.cancel != nil {
		f.cancel()
	}
}

// Load lists the columns unless that was done since the project changed last.
func (f *Fields) Load() {
	p := f.session.Project()
	switch {
	case p == nil:
		f.Reset()
	case p == f.project && p.Revision() == f.revision && f.state.Phase != Failed:
	default:
		f.read(p, nil)
	}
}

// read lists the columns, after a change where there is one.
func (f *Fields) read(p Project, change map[string]core.FieldClass) {
	if p != f.project {
		f.past, f.next = nil, nil
	}
	f.project, f.revision = p, p.Revision()
	f.asked++
	asked := f.asked
	f.update(func(s *FieldsState) {
		s.Busy = true
		if s.Rows == nil {
			s.Phase, s.Err = Loading, nil
		}
	})
	var rows []FieldRow
	f.cancel = f.desk.Start("fields", core.Message{Key: "gui.task.fields"}, func(ctx context.Context, _ core.Progress) (err error) {
		if change != nil {
			if err := p.SetClasses(ctx, change); err != nil {
				return err
			}
		}
		rows, err = readFields(ctx, p)
		return err
	}, func(err error) {
		f.exec.Post(func() {
			if asked == f.asked && f.session.Project() == p {
				f.take(p, rows, err)
			}
		})
	})
}

func readFields(ctx context.Context, p Project) ([]FieldRow, error) {
	fields, err := p.Fields(ctx)
	if err != nil {
		return nil, err
	}
	gaps, err := p.Gaps(ctx)
	if err != nil {
		return nil, err
	}
	rows := make([]FieldRow, len(fields))
	for i, x := range fields {
		rows[i] = FieldRow{Field: x}
		if i < len(gaps) && gaps[i].Source == x.Source && gaps[i].Column == x.Column {
			rows[i].Gap = gaps[i]
		}
	}
	return rows, nil
}

func (f *Fields) take(p Project, rows []FieldRow, err error) {
	f.cancel = nil
	f.revision = p.Revision()
	f.update(func(s *FieldsState) {
		s.Busy, s.Undoes, s.Redoes = false, len(f.past), len(f.next)
		switch {
		case err != nil && s.Rows != nil:
		case err != nil:
			s.Phase, s.Err = Failed, err
		case len(rows) == 0:
			s.Phase, s.Rows = Empty, nil
		default:
			s.Phase, s.Err, s.Rows = Ready, nil, rows
			if s.Filter != "" && s.Count(s.Filter) == 0 {
				s.Filter = ""
			}
		}
	})
	if err != nil && f.state.Rows != nil {
		f.session.Fail(err)
	}
}

// Filter shows the columns of one class only; the same one again shows all.
func (f *Fields) Filter(c core.FieldClass) {
	f.update(func(s *FieldsState) {
		if s.Filter == c {
			c = ""
		}
		s.Filter = c
	})
}

// SetClass chooses the class of a column, in whatever file it is; "" goes back to what was found.
func (f *Fields) SetClass(column string, c core.FieldClass) {
	now := core.FieldClass("")
	for _, r := range f.state.Rows {
		if r.Column == column && r.By == "user" {
			now = r.Class
		}
	}
	p := f.session.Project()
	if p == nil || now == c {
		return
	}
	f.past, f.next = append(f.past, classChange{column, now, c}), nil
	f.read(p, map[string]core.FieldClass{column: c})
}

// Undo takes the last choice back.
func (f *Fields) Undo() {
	if p, n := f.session.Project(), len(f.past); p != nil && n > 0 {
		x := f.past[n-1]
		f.past, f.next = f.past[:n-1], append(f.next, x)
		f.read(p, map[string]core.FieldClass{x.column: x.before})
	}
}

// Redo makes it again.
func (f *Fields) Redo() {
	if p, n := f.session.Project(), len(f.next); p != nil && n > 0 {
		x := f.next[n-1]
		f.next, f.past = f.next[:n-1], append(f.past, x)
		f.read(p, map[string]core.FieldClass{x.column: x.after})
	}
}
