package presenter

import (
	"context"
	"errors"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"qunxiang/core"
	"qunxiang/core/ingest"
	"qunxiang/i18n"
)

// mostRejected is how many rows of a reason are shown; an export has all.
const mostRejected = 1000

// RejectedState are the rows of a source that were left out.
type RejectedState struct {
	Phase    Phase
	Source   core.Source
	Path     string // of the file, "" = not known: it must be chosen
	Changed  bool   // the file is not the one that was imported
	Kept     bool   // the rows are those that the project keeps: no file is needed
	Partial  bool   // … and are not all
	Reason   string // whose rows are shown
	Reasons  []core.Exclusion
	Header   []string
	Rows     []ingest.Rejected
	Edits    map[int]map[int]string // by row of the file and column
	Fixed    map[int]map[int]string // edits that were imported
	At       int                    // row of Rows that is being edited, −1 = none
	Settled  bool                   // rows of the reason have been counted; they are not to be corrected
	Busy     bool                   // corrected rows are being imported
	Imported *core.ImportReport     // of corrected rows, nil = none were
	Err      error

	rejection *ingest.Rejection
	edited    map[int]ingest.Rejected // the rows that Edits is about, of any reason
}

// Cell returns a cell as it was edited.
func (s RejectedState) Cell(row, col int) (text string, edited bool) {
	r := s.Rows[row]
	if t, ok := s.Edits[r.Row][col]; ok {
		return t, true
	}
	if t, ok := s.Fixed[r.Row][col]; ok {
		return t, false
	}
	if col < len(r.Cells) {
		return r.Cells[col], false
	}
	return "", false
}

// Width is the number of columns, with those beyond the last of the header.
func (s RejectedState) Width() int {
	n := len(s.Header)
	for _, r := range s.Rows {
		n = max(n, len(r.Cells))
	}
	return n
}

// Corrected counts the rows that were edited.
func (s RejectedState) Corrected() int { return len(s.Edits) }

// Column is the column that the reason is about, −1 = none in particular.
func (s RejectedState) Column() int {
	role := map[string]core.Role{
		"missing_customer": core.RoleCustomer, "duplicate_customer": core.RoleCustomer, "missing_date": core.RoleDate, "bad_date": core.RoleDate,
		"missing_amount": core.RoleAmount, "bad_amount": core.RoleAmount, "zero_amount": core.RoleAmount, "cancelled": core.RoleStatus,
		"unpaid": core.RoleStatus, "missing_text": core.RoleText, "missing_event": core.RoleEvent,
	}[s.Reason]
	name := s.Source.Report.Detected.Mapping[role]
	if role == core.RoleAmount && name == "" {
		name = s.Source.Report.Detected.Mapping[core.RolePrice]
	}
	for i, h := range s.Header {
		if h == name && name != "" {
			return i
		}
	}
	return -1
}

// ShowRejected shows the rows of a source that were left out for a reason.
func (d *Data) ShowRejected(source int, reason string) {
	for _, src := range d.state.Sources {
		if src.ID != source {
			continue
		}
		st := &RejectedState{Source: src, Reason: reason, Path: d.paths[source], At: -1}
		for _, x := range src.Report.Rows.Excluded {
			if x.Reason != "already_imported" {
				st.Reasons = append(st.Reasons, x)
			}
		}
		d.update(func(s *DataState) { s.Rejected = st })
		d.readRejected()
	}
}

// RejectedFile says where the file of the source is.
func (d *Data) RejectedFile(path string) {
	d.rejected(func(s *RejectedState) { s.Path, s.rejection = path, nil })
	d.readRejected()
}

// RejectedReason shows the rows of another reason.
func (d *Data) RejectedReason(reason string) {
	d.rejected(func(s *RejectedState) { s.Reason, s.At = reason, -1 })
	d.readRejected()
}

// CloseRejected goes back.
func (d *Data) CloseRejected() {
	d.rows.stop()
	d.update(func(s *DataState) { s.Rejected = nil })
}

// rejected changes a copy of the state.
func (d *Data) rejected(f func(*RejectedState)) {
	if d.state.Rejected == nil {
		return
	}
	st := *d.state.Rejected
	f(&st)
	d.update(func(s *DataState) { s.Rejected = &st })
}

// found is what the file was read for.
type found struct {
	rejection *ingest.Rejection
	rows      []ingest.Rejected
	kept      bool
	partial   bool
	fixed     map[int]map[int]string
}

// errNoFile says that the project does not keep the rows and nobody knows where the file is.
var errNoFile = errors.New("the file must be chosen")

// find returns the rows that were left out: those that the project keeps where these are all
// or the file is not known, else those of the file.
func (d *Data) find(ctx context.Context, p Project, st RejectedState) (f found, err error) {
	k, err := p.KeptRejected(ctx, st.Source.ID)
	if err != nil {
		return f, err
	}
	f.fixed = k.Fixed
	switch {
	case k.Rejection != nil && (k.Complete || st.Path == ""):
		f.rejection, f.kept, f.partial = k.Rejection, true, !k.Complete
		return f, nil
	case st.Path == "":
		return f, errNoFile
	}
	f.rejection, err = d.desk.Rejected(ctx, st.Path, ingest.Again(st.Source.Report.Detected), core.NoProgress)
	if errors.Is(err, os.ErrNotExist) && k.Rejection != nil {
		f.rejection, f.kept, f.partial, err = k.Rejection, true, true, nil
	}
	return f, err
}

// readRejected reads the rows of the reason out of the file.
func (d *Data) readRejected() {
	p, st := d.session.Project(), *d.state.Rejected
	if p == nil {
		return
	}
	d.rejected(func(s *RejectedState) { s.Phase, s.Err, s.Rows, s.At = Loading, nil, nil, -1 })
	fetch(&d.rows, func(ctx context.Context) (f found, err error) {
		if f.rejection, f.kept, f.partial, f.fixed = st.rejection, st.Kept, st.Partial, st.Fixed; f.rejection == nil {
			if f, err = d.find(ctx, p, st); err != nil {
				return f, err
			}
		}
		err = f.rejection.Each(ctx, mostRejected, []string{st.Reason}, func(r ingest.Rejected) error {
			f.rows = append(f.rows, r)
			return nil
		})
		return f, err
	}, func(f found, err error) {
		d.rejected(func(s *RejectedState) {
			switch {
			case errors.Is(err, errNoFile), errors.Is(err, os.ErrNotExist): // it was moved or deleted
				s.Phase, s.Path = Empty, ""
			case err != nil:
				s.Phase, s.Err = Failed, err
			default:
				s.Phase, s.rejection, s.Rows, s.Header = Ready, f.rejection, f.rows, f.rejection.Header
				s.Kept, s.Partial, s.Fixed = f.kept, f.partial, f.fixed
				s.Settled = ingest.Settled(s.Reason) || s.Reason == "blank_row"
				s.Changed = s.Source.Fingerprint != "" && f.rejection.Result.Fingerprint != s.Source.Fingerprint
			}
		})
	})
}

// EditRow chooses the row that is edited.
func (d *Data) EditRow(at int) { d.rejected(func(s *RejectedState) { s.At = at }) }

// EditCell changes a cell of the row that is edited.
func (d *Data) EditCell(col int, text string) {
	d.rejected(func(s *RejectedState) {
		if s.At < 0 || s.At >= len(s.Rows) {
			return
		}
		r := s.Rows[s.At]
		before := ""
		if col < len(r.Cells) {
			before = r.Cells[col]
		}
		s.Edits = maps.Clone(s.Edits)
		if s.Edits == nil {
			s.Edits = map[int]map[int]string{}
		}
		cells := maps.Clone(s.Edits[r.Row])
		if cells == nil {
			cells = map[int]string{}
		}
		if cells[col] = text; text == before {
			delete(cells, col)
		}
		s.edited = maps.Clone(s.edited)
		if s.edited == nil {
			s.edited = map[int]ingest.Rejected{}
		}
		s.Edits[r.Row], s.edited[r.Row] = cells, r
		if len(cells) == 0 {
			delete(s.Edits, r.Row)
		}
	})
}

// ExportRejected writes all rows that may be corrected, of every reason.
func (d *Data) ExportRejected(to string, done func(rows int, err error)) {
	if d.state.Rejected == nil || d.state.Rejected.rejection == nil {
		return
	}
	r, n := d.state.Rejected.rejection, 0
	d.desk.Start("export", core.Message{Key: "gui.task.export"}, func(ctx context.Context, _ core.Progress) (err error) {
		n, err = d.desk.WriteRejected(ctx, r, to, true, d.reason)
		return err
	}, func(err error) {
		d.exec.Post(func() {
			if !Cancelled(err) {
				done(n, err)
			}
		})
	})
}

func (d *Data) reason(id string) string {
	return i18n.Locale{Lang: d.session.Lang()}.T("reason." + id)
}

// ImportCorrected imports the rows that were edited as a source of their own.
func (d *Data) ImportCorrected() {
	p, st := d.session.Project(), d.state.Rejected
	if p == nil || st == nil || st.rejection == nil || st.Busy || len(st.Edits) == 0 {
		return
	}
	d.rejected(func(s *RejectedState) { s.Busy, s.Err, s.Imported = true, nil, nil })
	name := strings.TrimSuffix(st.Source.Name, filepath.Ext(st.Source.Name))
	name = i18n.Locale{Lang: d.session.Lang()}.T("gui.rejected.name", "name", name) + ".csv"
	var report core.ImportReport
	d.cancel = d.desk.Start("import", core.Message{Key: "gui.task.import"}, func(ctx context.Context, pr core.Progress) (err error) {
		report, err = d.importCorrected(ctx, p, *st, name, pr)
		return err
	}, func(err error) {
		d.exec.Post(func() { d.corrected(p, report, err) })
	})
}

// importCorrected writes the edited rows to a file and imports that.
func (d *Data) importCorrected(ctx context.Context, p Project, st RejectedState, name string, pr core.Progress) (core.ImportReport, error) {
	dir, err := os.MkdirTemp("", "qunxiang-*")
	if err != nil {
		return core.ImportReport{}, err
	}
	defer os.RemoveAll(dir)
	path := filepath.Join(dir, name)
	if err := d.writeCorrected(path, st); err != nil {
		return core.ImportReport{}, err
	}
	return p.Import(ctx, path, st.rejection.CorrectedOptions(), pr)
}

func (d *Data) writeCorrected(path string, st RejectedState) (err error) {
	f, err := os.OpenFile(path, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o600)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, f.Close()) }()
	w, err := ingest.NewRejectedWriter(f, st.rejection, d.reason)
	if err != nil {
		return err
	}
	for _, n := range slices.Sorted(maps.Keys(st.Edits)) {
		r := st.edited[n]
		r.Cells = slices.Clone(r.Cells)
		for c, text := range st.Edits[n] {
			for len(r.Cells) <= c {
				r.Cells = append(r.Cells, "")
			}
			r.Cells[c] = text
		}
		if err := w.Write(r); err != nil {
			return err
		}
	}
	return w.Flush()
}

func (d *Data) corrected(p Project, report core.ImportReport, err error) {
	if d.session.Project() != p {
		return
	}
	d.cancel = nil
	d.rejected(func(s *RejectedState) {
		s.Busy = false
		switch {
		case Cancelled(err):
		case err != nil:
			s.Err = err
		default:
			if r := report.Rows; r.Used+report.Duplicates == r.In { // otherwise some are still left out
				s.Fixed = maps.Clone(s.Fixed)
				if s.Fixed == nil {
					s.Fixed = map[int]map[int]string{}
				}
				maps.Copy(s.Fixed, s.Edits)
				d.noteFixed(p, s.Source.ID, s.Edits)
				s.Edits, s.edited = nil, nil
			}
			s.Imported, s.At = &report, -1
		}
	})
	if err == nil {
		d.sources(p)
	}
}

// noteFixed notes in the project what was corrected, so that it is seen the next time.
func (d *Data) noteFixed(p Project, source int, cells map[int]map[int]string) {
	fetch(&d.notes, func(ctx context.Context) (struct{}, error) {
		return struct{}{}, p.MarkFixed(ctx, source, cells)
	}, func(struct{}, error) {}) // without the mark the rows are only shown as they were
}
