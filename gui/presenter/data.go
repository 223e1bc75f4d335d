package presenter

import (
	"context"
	"maps"

	"qunxiang/core"
	"qunxiang/core/ingest"
)

// previewRows is the number of rows of a file shown before the import: enough to
// scroll, quick to read.
const previewRows = 200

// ImportPhase is how far one file is.
type ImportPhase int

// The phases of an import.
const (
	ImportNone ImportPhase = iota
	ImportLooking
	ImportReady
	ImportRunning
	ImportDone
	ImportFailed
)

// DataState is what the Data page shows: the sources, and the file being imported.
type DataState struct {
	Phase   Phase
	Sources []core.Source
	Err     error
	Import  ImportState
}

// ImportState is one file on its way in.
type ImportState struct {
	Phase    ImportPhase
	File     string
	Waiting  int                // files in the queue behind it
	Options  core.ImportOptions // what the user fixed; zero fields are detected
	Preview  *ingest.Preview    // nil until looked at
	Looking  bool               // a newer preview is being made
	Report   core.ImportReport
	Err      error
	Fraction float64
}

// Mapping returns the roles in force by column header: those detected, changed by the user.
func (s ImportState) Mapping() map[string]core.Role {
	out := map[string]core.Role{}
	if s.Preview == nil {
		return out
	}
	for role, column := range s.Preview.Detected.Mapping {
		out[column] = role
	}
	return out
}

// NeedsRole reports which roles the import cannot do without and does not have.
// A table of anything else but purchases needs none: its rows are customers where no
// column says so.
func (s ImportState) NeedsRole() []core.Role {
	if s.Preview == nil || s.Preview.Detected.Kind != core.SourceTransactions {
		return nil
	}
	var out []core.Role
	for _, r := range []core.Role{core.RoleCustomer, core.RoleDate} {
		if s.Preview.Detected.Mapping[r] == "" {
			out = append(out, r)
		}
	}
	return out
}

// Data is the presenter of the Data page.
type Data struct {
	Live[DataState]
	exec    Exec
	desk    Desk
	session *Session
	look    reader
	list    reader
	cancel  func()
}

// NewData makes the presenter.
func NewData(desk Desk, exec Exec, session *Session) *Data {
	return &Data{exec: exec, desk: desk, session: session, look: reader{exec: exec}, list: reader{exec: exec}}
}

func (d *Data) update(f func(*DataState)) {
	st := d.state
	f(&st)
	d.set(st)
}

// Load reads the sources and takes the next waiting file where none is open.
func (d *Data) Load() {
	p := d.session.Project()
	if p == nil {
		d.Reset()
		return
	}
	if d.state.Phase == Empty {
		d.update(func(s *DataState) { s.Phase = Loading })
	}
	d.sources(p)
	switch ph := d.state.Import.Phase; ph {
	case ImportNone, ImportDone:
		if f := d.session.NextFile(); f != "" {
			d.OpenFile(f)
			return
		}
	}
	d.update(func(s *DataState) { s.Import.Waiting = len(d.session.State().Queue) })
}

// Reset forgets the file and the sources: another project is open.
func (d *Data) Reset() {
	d.look.stop()
	d.list.stop()
	d.set(DataState{})
}

// OpenFile looks at a file.
func (d *Data) OpenFile(file string) {
	d.update(func(s *DataState) {
		s.Import = ImportState{Phase: ImportLooking, File: file, Waiting: len(d.session.State().Queue)}
	})
	d.relook(core.ImportOptions{})
}

// Change looks at the file again with other options.
func (d *Data) Change(f func(o *core.ImportOptions)) {
	o := d.state.Import.Options
	o.Map = maps.Clone(o.Map)
	f(&o)
	d.relook(o)
}

// SetRole gives a column a role; the column that had it loses it. An empty role
// takes the column's role away.
func (d *Data) SetRole(column string, role core.Role) {
	pv := d.state.Import.Preview
	if pv == nil {
		return
	}
	d.Change(func(o *core.ImportOptions) {
		m := map[core.Role]string{}
		for r, c := range pv.Detected.Mapping {
			m[r] = c
			if c == column || r == role {
				m[r] = ""
			}
		}
		if role != "" {
			m[role] = column
		}
		o.Map = m
	})
}

func (d *Data) relook(o core.ImportOptions) {
	file := d.state.Import.File
	d.update(func(s *DataState) { s.Import.Options, s.Import.Looking = o, true })
	fetch(&d.look, func(ctx context.Context) (*ingest.Preview, error) { return d.preview(ctx, file, o) },
		func(pv *ingest.Preview, err error) {
			d.update(func(s *DataState) {
				s.Import.Looking, s.Import.Err = false, err
				if err != nil {
					s.Import.Phase = ImportFailed
					return
				}
				s.Import.Preview, s.Import.Phase = pv, ImportReady
			})
		})
}

// preview looks at a file. Where only the columns of customer or date are not known,
// it shows the table all the same, so that the user can point at them.
func (d *Data) preview(ctx context.Context, file string, o core.ImportOptions) (*ingest.Preview, error) {
	pv, err := d.desk.Look(ctx, file, o, previewRows)
	switch core.CodeOf(err) {
	case "no_date_column", "no_customer_column":
	case "no_text_column", "no_event_column": // the user chose the kind: shown as a survey, of which every column may be anything
		plain := o
		plain.Kind, plain.Map = core.SourceSurvey, nil
		return d.desk.Look(ctx, file, plain, previewRows)
	default:
		return pv, err
	}
	plain := o
	plain.Kind, plain.Map = core.SourceCustomers, nil
	table, second := d.desk.Look(ctx, file, plain, previewRows)
	if second != nil {
		return nil, err
	}
	shown := *table
	shown.Detected.Kind, shown.Problems = core.SourceTransactions, nil
	shown.Detected.Mapping = map[core.Role]string{}
	for r, c := range o.Map {
		if c != "" {
			shown.Detected.Mapping[r] = c
		}
	}
	if shown.Detected.Refunds == "" {
		shown.Detected.Refunds = core.RefundNet
	}
	return &shown, nil
}

// Import reads the file into the project as a task.
func (d *Data) Import() {
	p, st := d.session.Project(), d.state.Import
	if p == nil || st.Phase == ImportRunning || st.File == "" {
		return
	}
	d.update(func(s *DataState) { s.Import.Phase, s.Import.Err = ImportRunning, nil })
	var report core.ImportReport
	d.cancel = d.desk.Start("import", core.Message{Key: "gui.task.import"}, func(ctx context.Context, pr core.Progress) (err error) {
		report, err = p.Import(ctx, st.File, st.Options, pr)
		return err
	}, func(err error) {
		d.exec.Post(func() { d.imported(p, report, err) })
	})
}

func (d *Data) imported(p Project, report core.ImportReport, err error) {
	if d.session.Project() != p {
		return
	}
	d.cancel = nil
	d.update(func(s *DataState) {
		switch {
		case Cancelled(err):
			s.Import.Phase = ImportReady
		case err != nil:
			s.Import.Phase, s.Import.Err = ImportFailed, err
		default:
			s.Import.Phase, s.Import.Report = ImportDone, report
		}
	})
	if err == nil {
		d.sources(p)
	}
}

func (d *Data) sources(p Project) {
	fetch(&d.list, p.Sources, func(src []core.Source, err error) {
		d.update(func(s *DataState) {
			s.Phase, s.Sources, s.Err = Ready, src, err
			if err != nil {
				s.Phase = Failed
			}
		})
	})
}

// Next puts the file away and takes the next waiting one.
func (d *Data) Next() {
	if d.cancel != nil {
		d.cancel()
		d.cancel = nil
	}
	d.look.stop()
	d.update(func(s *DataState) { s.Import = ImportState{} })
	d.Load()
}
