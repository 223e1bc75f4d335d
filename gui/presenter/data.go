package presenter

import (
	"context"
	"slices"

	"qunxiang/core"
	"qunxiang/core/workspace"
)

// DataState is what the Data page shows: the sources, the files that wait, the file
// being imported, and the rows of one that were left out.
type DataState struct {
	Phase    Phase
	Sources  []core.Source
	Err      error
	Import   ImportState
	Files    []QueuedFile   // of a drop of several files
	Running  bool           // files of the list are being imported
	Rejected *RejectedState // nil = nobody asked for them
}

// Data is the presenter of the Data page.
type Data struct {
	Live[DataState]
	exec    Exec
	desk    Desk
	session *Session
	look    reader
	around  reader
	scan    reader
	list    reader
	rows    reader
	notes   reader
	cancel  func()
	paths   map[int]string // of the files of sources, by id: known as long as the window is open
}

// NewData makes the presenter.
func NewData(desk Desk, exec Exec, session *Session) *Data {
	return &Data{
		exec: exec, desk: desk, session: session, paths: map[int]string{},
		look: reader{exec: exec}, around: reader{exec: exec}, scan: reader{exec: exec}, list: reader{exec: exec}, rows: reader{exec: exec}, notes: reader{exec: exec},
	}
}

func (d *Data) update(f func(*DataState)) {
	st := d.state
	f(&st)
	d.set(st)
}

// Load reads the sources and takes the waiting files: one is looked at at once, several
// make a list.
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
	d.take()
}

// take takes the files that wait.
func (d *Data) take() {
	var files []string
	for f := d.session.NextFile(); f != ""; f = d.session.NextFile() {
		files = append(files, f)
	}
	if len(files) == 0 {
		return
	}
	if r := d.state.Rejected; r != nil && len(r.Edits) == 0 { // otherwise nobody would see the new file
		d.CloseRejected()
	}
	if d.state.Import.Phase == ImportFailed && d.state.Import.Preview == nil { // what cannot be read gives way
		d.update(func(s *DataState) { s.Import = ImportState{} })
	}
	open := d.state.Import.Phase != ImportNone && d.state.Import.Phase != ImportDone
	if len(files) == 1 && !open && len(d.state.Files) == 0 {
		d.OpenFile(files[0])
		return
	}
	if open && d.at(d.state.Import.File) < 0 {
		files = slices.Insert(files, 0, d.state.Import.File)
	}
	d.queue(files)
}

// Reset forgets everything: another project is open.
func (d *Data) Reset() {
	for _, r := range []*reader{&d.look, &d.around, &d.scan, &d.list, &d.rows, &d.notes} {
		r.stop()
	}
	d.paths = map[int]string{}
	d.cancel = nil
	d.set(DataState{})
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

// read is what came of a file.
type read struct {
	report core.ImportReport
	source int                // which it became
	asks   *workspace.Pending // it was not stored: there is something to decide
}

// read imports a file, unless there is something to decide of its orders.
func (d *Data) read(ctx context.Context, p Project, file string, o core.ImportOptions, pr core.Progress) (r read, err error) {
	n, err := p.Prepare(ctx, file, o, pr)
	if err != nil {
		return r, err
	}
	if n.Asks() && o.Orders == "" {
		r.asks = n
		return r, nil
	}
	if r.report, err = p.Take(ctx, n, pr); err == nil {
		r.source, err = lastSource(ctx, p)
	}
	return r, err
}
