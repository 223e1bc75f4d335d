package presenter

import (
	"context"
	"maps"
	"slices"
	"strconv"

	"qunxiang/core"
	"qunxiang/core/ingest"
	"qunxiang/core/workspace"
)

// previewRows is the number of rows of a file shown before the import: enough to
// scroll, quick to read.
const previewRows = 200

// Inspection is what a file holds beside the rows of its table.
type Inspection = ingest.Inspection

// RejectedRow is a row of a file that was left out.
type RejectedRow = ingest.Rejected

// ImportPhase is how far one file is.
type ImportPhase int

// The phases of an import.
const (
	ImportNone ImportPhase = iota
	ImportLooking
	ImportReady
	ImportOrders // orders that the project has are other ones in the file: see OrdersState
	ImportRunning
	ImportDone
	ImportFailed
)

// ImportState is one file on its way in.
type ImportState struct {
	Phase   ImportPhase
	File    string
	Waiting int                // files of the list that are not imported, without this one
	Options core.ImportOptions // what the user fixed; zero fields are detected
	Read    core.ImportOptions // with what a template or an earlier file of the project says
	Choice  string             // name of the template that the user chose, "" = by itself
	Names   []string           // of the project's templates
	Preview *ingest.Preview    // nil until looked at
	Around  *ingest.Inspection // what is above, between and below the rows; nil until the file was walked through
	Looking bool               // a newer preview is being made
	Orders  *OrdersState       // what is to be decided of orders, nil = nothing
	Alike   []string           // files of an archive with the same columns, of which none was chosen
	Report  core.ImportReport
	Sheets  []workspace.SheetReport // of an import of all tables of the file with the same columns, of which Report is the sum
	Source  int                     // id of what it became
	Err     error
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
// A survey and a table of customers need none: their rows are customers where no
// column says so.
func (s ImportState) NeedsRole() []core.Role { return needsRole(s.Preview) }

// NoRows reports whether the table that was looked at has a header and no row of data:
// there is nothing to import.
func (s ImportState) NoRows() bool { return s.Preview != nil && len(s.Preview.Rows) == 0 }

// Remarks are what was noticed of the table. Without a row of data it cannot be said who
// the customers are.
func (s ImportState) Remarks() []core.Message {
	switch {
	case s.Preview == nil:
		return nil
	case !s.NoRows():
		return s.Preview.Problems
	}
	return slices.DeleteFunc(slices.Clone(s.Preview.Problems), func(m core.Message) bool { return m.Key == "import.hint.row_as_customer" })
}

// ErrNoRows is what an import of such a table would end with.
func ErrNoRows() error {
	return &core.Error{Code: "no_rows", Origin: core.OriginData, Op: "import"}
}

func needsRole(pv *ingest.Preview) []core.Role {
	if pv == nil {
		return nil
	}
	var out []core.Role
	for _, r := range neededRoles(pv.Detected.Kind) {
		if pv.Detected.Mapping[r] == "" {
			out = append(out, r)
		}
	}
	return out
}

func neededRoles(kind core.SourceKind) []core.Role {
	switch kind {
	case core.SourceTransactions:
		return []core.Role{core.RoleCustomer, core.RoleDate}
	case core.SourceComments:
		return []core.Role{core.RoleText}
	case core.SourceEvents:
		return []core.Role{core.RoleEvent}
	}
	return nil
}

// OpenFile looks at a file.
func (d *Data) OpenFile(file string) {
	d.update(func(s *DataState) {
		s.Import = ImportState{Phase: ImportLooking, File: file, Waiting: s.waiting(file)}
	})
	d.relook(core.ImportOptions{})
}

// ChooseTemplate reads the file by a template of the project; "" lets the program choose.
func (d *Data) ChooseTemplate(name string) {
	d.update(func(s *DataState) { s.Import.Choice = name })
	d.relook(core.ImportOptions{})
}

// SaveTemplate keeps how the file was read under a name.
func (d *Data) SaveTemplate(name string, done func(err error)) {
	p, source := d.session.Project(), d.state.Import.Source
	if p == nil || source == 0 {
		return
	}
	fetch(&d.around, func(ctx context.Context) (core.Template, error) {
		return p.SaveTemplate(ctx, name, strconv.Itoa(source))
	}, func(_ core.Template, err error) { done(err) })
}

// Change looks at the file again with other options.
func (d *Data) Change(f func(o *core.ImportOptions)) {
	o := d.state.Import.Options
	o.Map = maps.Clone(o.Map)
	f(&o)
	d.relook(o)
}

// withRole is a mapping in which a column has the role and no other, and no other column
// has it. An empty role leaves the column without one.
func withRole(mapping map[core.Role]string, column string, role core.Role) map[core.Role]string {
	m := map[core.Role]string{}
	for r, c := range mapping {
		m[r] = c
		if c == column || r == role {
			m[r] = ""
		}
	}
	if role != "" {
		m[role] = column
	}
	return m
}

// SetRole gives a column a role; the column that had it loses it. An empty role
// takes the column's role away.
func (d *Data) SetRole(column string, role core.Role) {
	pv := d.state.Import.Preview
	if pv == nil {
		return
	}
	d.Change(func(o *core.ImportOptions) {
		o.Map = withRole(pv.Detected.Mapping, column, role)
		o.Kind = pv.Detected.Kind // what the file holds does not change by it
	})
}

func (d *Data) relook(o core.ImportOptions) {
	file, p, choice := d.state.Import.File, d.session.Project(), d.state.Import.Choice
	d.around.stop()
	d.update(func(s *DataState) { s.Import.Options, s.Import.Looking = o, true })
	fetch(&d.look, func(ctx context.Context) (looked, error) { return d.preview(ctx, p, file, o, choice) },
		func(l looked, err error) {
			d.update(func(s *DataState) {
				s.Import.Looking, s.Import.Err = false, err
				if s.Import.Names, s.Import.Alike = l.names, l.alike; err != nil {
					s.Import.Phase = ImportFailed
					return
				}
				s.Import.Preview, s.Import.Read, s.Import.Phase = l.preview, l.read, ImportReady
			})
			if err == nil {
				d.walk(file, l.read)
			}
		})
}

// looked is what a look at a file showed.
type looked struct {
	preview *ingest.Preview
	read    core.ImportOptions // with which it is imported
	names   []string           // of the project's templates
	alike   []string           // files of an archive with the same columns, where one is to be chosen
}

// preview looks at a file as the project reads files like it.
func (d *Data) preview(ctx context.Context, p Project, file string, o core.ImportOptions, choice string) (l looked, err error) {
	var chosen *core.Template
	l.read = o
	if p != nil {
		all, err := p.Templates(ctx)
		if err != nil {
			return l, err
		}
		for i, t := range all {
			if l.names = append(l.names, t.Name); t.Name == choice {
				chosen = &all[i]
			}
		}
		like, err := p.ReadLike(ctx, file, o, chosen)
		switch {
		case err == nil:
			l.read = like
		case chosen != nil || ctx.Err() != nil:
			return l, err
		}
	}
	if l.preview, err = d.table(ctx, file, l.read); core.CodeOf(err) == "archive_choose" {
		a, second := d.desk.Alike(ctx, file, o)
		if second == nil {
			l.alike = a.Names
		}
	}
	return l, err
}

// walk goes through the file for what is not part of its table, in the background.
func (d *Data) walk(file string, o core.ImportOptions) {
	o.Map = nil
	if at := d.state.Import.Preview; at != nil && o.HeaderRow == 0 && at.Detected.HeaderRow > 0 {
		o.HeaderRow = at.Detected.HeaderRow
	}
	fetch(&d.around, func(ctx context.Context) (*ingest.Inspection, error) { return d.desk.Inspect(ctx, file, o, 0) },
		func(v *ingest.Inspection, err error) {
			if err == nil {
				d.update(func(s *DataState) { s.Import.Around = v })
			}
		})
}

// table looks at a file. Where only the columns that the kind needs are not known, it
// shows the table all the same, so that the user can point at them.
func (d *Data) table(ctx context.Context, file string, o core.ImportOptions) (*ingest.Preview, error) {
	pv, err := d.desk.Look(ctx, file, o, previewRows)
	kind, plain := core.SourceTransactions, core.SourceCustomers
	switch core.CodeOf(err) {
	case "no_date_column", "no_customer_column":
	case "no_text_column":
		kind, plain = core.SourceComments, core.SourceSurvey
	case "no_event_column":
		kind, plain = core.SourceEvents, core.SourceSurvey
	default:
		return pv, err
	}
	bare := o
	bare.Kind, bare.Map = plain, nil
	table, second := d.desk.Look(ctx, file, bare, previewRows)
	if second != nil {
		return nil, err
	}
	shown := *table
	shown.Detected.Kind, shown.Problems = kind, nil
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
	if p == nil || st.Phase == ImportRunning || st.File == "" || d.state.Running {
		return
	}
	d.update(func(s *DataState) { s.Import.Phase, s.Import.Err = ImportRunning, nil })
	var r read
	d.cancel = d.desk.Start("import", core.Message{Key: "gui.task.import"}, func(ctx context.Context, pr core.Progress) (err error) {
		r, err = d.read(ctx, p, st.File, st.Read, pr)
		return err
	}, func(err error) {
		d.exec.Post(func() {
			if err == nil && r.asks != nil && d.session.Project() == p {
				d.cancel = nil
				d.asked(r.asks)
				return
			}
			d.imported(p, r.report, r.source, err)
		})
	})
}

// ImportAll imports all tables of the file that have the same columns, each as a source of
// its own.
func (d *Data) ImportAll() {
	p, st := d.session.Project(), d.state.Import
	if p == nil || st.Phase == ImportRunning || st.File == "" || d.state.Running {
		return
	}
	d.update(func(s *DataState) { s.Import.Phase, s.Import.Err = ImportRunning, nil })
	var report core.ImportReport
	var sheets []workspace.SheetReport
	d.cancel = d.desk.Start("import", core.Message{Key: "gui.task.import"}, func(ctx context.Context, pr core.Progress) (err error) {
		report, sheets, err = p.ImportSheets(ctx, st.File, st.Options, nil, true, pr)
		return err
	}, func(err error) {
		d.exec.Post(func() {
			if d.session.Project() != p {
				return
			}
			for _, s := range sheets {
				d.paths[s.Source] = st.File
			}
			d.update(func(s *DataState) { s.Import.Sheets = sheets })
			d.imported(p, report, 0, err)
			if err != nil {
				d.sources(p) // those before the one that failed are there
			}
		})
	})
}

func (d *Data) imported(p Project, report core.ImportReport, source int, err error) {
	if d.session.Project() != p {
		return
	}
	d.cancel = nil
	file := d.state.Import.File
	if err == nil && source > 0 {
		d.paths[source] = file
	}
	d.update(func(s *DataState) {
		switch {
		case Cancelled(err):
			s.Import.Phase, s.Import.Orders = ImportReady, nil
		case err != nil:
			s.Import.Phase, s.Import.Err = ImportFailed, err
		default:
			s.Import.Phase, s.Import.Report, s.Import.Source, s.Import.Orders = ImportDone, report, source, nil
		}
		if !Cancelled(err) {
			s.settle(file, report, source, err)
		}
	})
	if err == nil {
		d.sources(p)
	}
}

// Next puts the file away; where there is a list it is seen again.
func (d *Data) Next() {
	if d.cancel != nil && d.state.Import.Phase == ImportRunning {
		d.cancel()
		d.cancel = nil
	}
	d.look.stop()
	d.around.stop()
	d.update(func(s *DataState) {
		if i := s.find(s.Import.File); i >= 0 && s.Import.Preview != nil && s.Files[i].State != FileDone && s.Import.Phase == ImportReady {
			s.change(i, func(f *QueuedFile) {
				f.looked(looked{preview: s.Import.Preview, read: s.Import.Read}, s.Import.Options)
			})
		}
		s.Import = ImportState{}
	})
	d.Load()
}
