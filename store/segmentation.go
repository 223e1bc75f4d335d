package store

import (
	"context"
	"errors"
	"fmt"
	"slices"

	"qunxiang/core"
	"qunxiang/sdk/table"
)

// runDoc is the document of a stored segmentation: all of it but the columns, which
// are described. Fields are only ever added.
type runDoc struct {
	Head        core.Segmentation `json:"head"`
	ModelFormat string            `json:"modelFormat,omitempty"`
	ModelVer    int               `json:"modelVersion,omitempty"`
	Model       *heapPart         `json:"model,omitempty"`
	Customers   *columnRef        `json:"customers,omitempty"`
	Label       *columnRef        `json:"label,omitempty"`
	Columns     []columnRef       `json:"columns"`
	Excluded    []*columnRef      `json:"excluded"` // customers of Head.Excluded, by position
}

// PutSegmentation stores s as the next run under its name and sets s.Run. Run
// numbers are never given twice under a name, not even after a deletion.
func (f *File) PutSegmentation(s *core.Segmentation) error {
	run := 0
	err := f.change(context.Background(), "store run", func(w *writer) error {
		run = w.man.LastRun[s.Name] + 1
		stored := *s
		stored.Run = run
		b, err := w.bundle(func() (any, error) { return w.runDoc(&stored) })
		if err != nil {
			return err
		}
		if w.man.LastRun == nil {
			w.man.LastRun = make(map[string]int)
		}
		w.man.LastRun[s.Name] = run
		w.man.Runs = append(w.man.Runs, runEntry{bundle: b, Shares: w.shares, Head: core.RunHead{
			Name: s.Name, Method: s.Method, Run: run, AsOf: s.AsOf, Created: s.Created,
			Segments: len(s.Segments), Customers: len(s.Customers), Within: core.WithinPath(s.Parents),
		}})
		return nil
	})
	if err == nil {
		s.Run = run
	}
	return err
}

func (w *writer) runDoc(s *core.Segmentation) (*runDoc, error) {
	doc := &runDoc{Head: *s, ModelFormat: s.Model.Format, ModelVer: s.Model.Version, Customers: w.addCodes(s.Customers)}
	if s.Label != nil {
		doc.Label = &columnRef{Kind: kindInts, Rows: len(s.Label), Parts: []part{addInts(w, s.Label)}}
	}
	if s.Model.Data != nil {
		h := addHeap(w, s.Model.Data)
		doc.Model = &h
	}
	if s.Columns != nil {
		doc.Columns = make([]columnRef, len(s.Columns))
	}
	for i := range s.Columns {
		ref, err := w.addColumn(&s.Columns[i])
		if err != nil {
			return nil, err
		}
		doc.Columns[i] = ref
	}
	for _, e := range s.Excluded {
		doc.Excluded = append(doc.Excluded, w.addCodes(e.Customers))
	}
	return doc, nil
}

// Segmentation loads a stored run; run 0 is the newest under the name. It returns
// CodeNoSuchRun when there is none.
func (f *File) Segmentation(name string, run int) (*core.Segmentation, error) {
	f.mu.RLock()
	defer f.mu.RUnlock()
	const op = "read run"
	if err := f.usable(op); err != nil {
		return nil, err
	}
	e, err := f.man.run(f.path, name, run)
	if err != nil {
		return nil, err
	}
	var s *core.Segmentation
	err = f.read(func(src values) (err error) {
		s, err = loadRun(context.Background(), f.loader(op, src), e.Doc)
		return err
	})
	if err != nil {
		return nil, fail(op, f.path, err)
	}
	return s, nil
}

// run finds an entry of the manifest.
func (m *manifest) run(path, name string, run int) (*runEntry, error) {
	for i := len(m.Runs) - 1; i >= 0; i-- {
		if h := m.Runs[i].Head; h.Name == name && (run == 0 || h.Run == run) {
			return &m.Runs[i], nil
		}
	}
	return nil, problem(CodeNoSuchRun, core.OriginUser, "read run", path, core.Args{"name": name, "run": run})
}

func loadRun(ctx context.Context, l *loader, doc span) (*core.Segmentation, error) {
	var d runDoc
	if err := l.document(doc, &d); err != nil {
		return nil, err
	}
	s := &d.Head
	if len(d.Excluded) > len(s.Excluded) {
		return nil, fmt.Errorf("%w: excluded customers of a run", errDamaged)
	}
	if err := l.room(workOther * d.weight()); err != nil {
		return nil, err
	}
	columns := d.Columns[:len(d.Columns):len(d.Columns)]
	for _, c := range append(d.Excluded[:len(d.Excluded):len(d.Excluded)], d.Customers, d.Label) {
		if c != nil {
			columns = append(columns, *c)
		}
	}
	if err := l.makeRoom(columns); err != nil {
		return nil, err
	}
	var err, err2 error
	s.Customers, err = loadRefInts[uint32](l, d.Customers)
	s.Label, err2 = loadRefInts[int32](l, d.Label)
	if err := errors.Join(err, err2); err != nil {
		return nil, err
	}
	for i, ref := range d.Excluded {
		if s.Excluded[i].Customers, err = loadRefInts[uint32](l, ref); err != nil {
			return nil, err
		}
	}
	if err := l.model(&d); err != nil {
		return nil, err
	}
	var ends []func() error
	if d.Columns != nil {
		s.Columns = make([]table.Column, len(d.Columns))
	}
	for i := range d.Columns {
		end, err := loadTableColumn(l, d.Columns[i], &s.Columns[i])
		if err != nil {
			return nil, err
		}
		ends = append(ends, end)
	}
	if err := l.finish(ctx, ends); err != nil {
		return nil, err
	}
	return s, checkRun(s)
}

// model queues the reads of the method's model.
func (l *loader) model(d *runDoc) error {
	m := &d.Head.Model
	m.Format, m.Version = d.ModelFormat, d.ModelVer
	h := d.Model
	if h == nil {
		return nil
	}
	if h.Bytes < 0 || h.Bytes > maxBlob || h.Blobs.Count != (h.Bytes+heapChunk-1)/heapChunk {
		return fmt.Errorf("%w: model of %d bytes", errDamaged, h.Bytes)
	}
	m.Data = make([]byte, h.Bytes)
	l.loadHeap([]heapPart{*h}, m.Data)
	return nil
}

// checkRun holds a loaded run to what its users rely on: columns as long as the list
// of customers, labels that name a segment, none where there are no segments.
func checkRun(s *core.Segmentation) error {
	if none := len(s.Segments) == 0 && s.Label == nil; !none && len(s.Label) != len(s.Customers) {
		return fmt.Errorf("%w: %d labels for %d customers", errDamaged, len(s.Label), len(s.Customers))
	}
	for _, x := range s.Label {
		if x < 0 || int(x) >= len(s.Segments) {
			return fmt.Errorf("%w: label %d of %d segments", errDamaged, x, len(s.Segments))
		}
	}
	for i := range s.Columns {
		if s.Columns[i].Len() != len(s.Customers) {
			return fmt.Errorf("%w: column %q of a run", errDamaged, s.Columns[i].Name)
		}
	}
	return nil
}

// Runs lists the stored runs in the order in which they were made.
func (f *File) Runs() ([]core.RunHead, error) {
	f.mu.RLock()
	defer f.mu.RUnlock()
	if err := f.usable("list runs"); err != nil {
		return nil, err
	}
	out := make([]core.RunHead, len(f.man.Runs))
	for i, r := range f.man.Runs {
		out[i] = r.Head
	}
	return out, nil
}

// DeleteSegmentation deletes all runs under a name; CodeNoSuchRun when there is none.
func (f *File) DeleteSegmentation(name string) error {
	return f.change(context.Background(), "delete run", func(w *writer) error {
		if _, err := w.man.run(w.f.path, name, 0); err != nil {
			return err
		}
		w.man.Runs = slices.DeleteFunc(w.man.Runs, func(e runEntry) bool {
			if e.Head.Name != name {
				return false
			}
			w.drop(e.Doc)
			w.drop(e.Blobs)
			for _, s := range e.Shares {
				w.drop(s)
			}
			return true
		})
		return nil
	})
}

// UpdateSegments replaces the segments of a stored run (names, descriptions); their
// number and order must stay, since labels are positions. run 0 is the newest.
func (f *File) UpdateSegments(name string, run int, segs []core.Segment) error {
	return f.updateRun("rename segments", name, run, segs, func(head *core.Segmentation) { head.Segments = segs })
}

// Annotate replaces what is known about a run without changing it: its segments (of the
// same number), its evidence tables and its diagnostics.
func (f *File) Annotate(name string, run int, s *core.Segmentation) error {
	return f.updateRun("annotate run", name, run, s.Segments, func(head *core.Segmentation) {
		head.Segments, head.Tables, head.Diagnostics = s.Segments, s.Tables, s.Diagnostics
	})
}

func (f *File) updateRun(op, name string, run int, segs []core.Segment, change func(*core.Segmentation)) error {
	return f.change(context.Background(), op, func(w *writer) error {
		e, err := w.man.run(w.f.path, name, run)
		if err != nil {
			return err
		}
		var doc runDoc
		err = f.read(func(src values) error {
			return (&loader{box: f.box, src: src}).document(e.Doc, &doc)
		})
		if err != nil {
			return err
		}
		if len(segs) != len(doc.Head.Segments) {
			return &core.Error{
				Code: core.CodeInternal, Origin: core.OriginApp, Op: op,
				Err: fmt.Errorf("%d segments for a run of %d", len(segs), len(doc.Head.Segments)),
			}
		}
		change(&doc.Head)
		w.drop(e.Doc)
		e.Doc, err = w.document(&doc)
		return err
	})
}
