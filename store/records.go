package store

import (
	"context"
	"fmt"

	"qunxiang/core"
	"qunxiang/internal/large"
)

// maxRecords bounds how many surveys and the like a project may have.
const maxRecords = 1000

// recordsEntry is one Records of the project, since schema 2.
type recordsEntry struct {
	bundle
	Kind core.SourceKind `json:"kind"`
	Name string          `json:"name,omitempty"`
}

// recordsDoc is the document of one Records.
type recordsDoc struct {
	Customers *dictRef    `json:"customers"`
	Customer  *columnRef  `json:"customer"`      // codes, one for each row
	Day       *columnRef  `json:"day,omitempty"` // days, one for each row
	Columns   []columnRef `json:"columns"`
}

// records queues r in place of the stored Records of its kind and name.
func (w *writer) records(r *core.Records) error {
	if err := checkRecords(r); err != nil {
		return err
	}
	b, err := w.bundle(func() (any, error) {
		doc := &recordsDoc{Customers: addDict(w, nil, r.Customers), Customer: w.addCodes(append([]uint32{}, r.Customer...))}
		if r.Day != nil {
			doc.Day = &columnRef{Kind: kindInts, Rows: len(r.Day), Parts: []part{addInts(w, r.Day)}}
		}
		for _, c := range r.Columns {
			ref, err := w.attribute(c, r.Rows())
			if err != nil {
				return nil, err
			}
			doc.Columns = append(doc.Columns, ref)
		}
		return doc, nil
	})
	if err != nil {
		return err
	}
	entry := recordsEntry{bundle: b, Kind: r.Kind, Name: r.Name}
	for i, old := range w.man.Records {
		if old.Kind == r.Kind && old.Name == r.Name {
			w.drop(old.Doc)
			w.drop(old.Blobs)
			w.man.Records[i] = entry
			return nil
		}
	}
	if len(w.man.Records) >= maxRecords {
		return problem(CodeTooMuch, core.OriginData, "import", w.f.path, core.Args{"rows": len(w.man.Records) + 1, "limit": maxRecords})
	}
	w.man.Records = append(w.man.Records, entry)
	return nil
}

// checkRecords refuses rows of unequal length and codes without a key: a programmer's
// mistake that must not reach a file.
func checkRecords(r *core.Records) error {
	bad := r.Customers == nil || r.Day != nil && len(r.Day) != r.Rows()
	for _, c := range r.Customer {
		bad = bad || int(c) >= r.Customers.Len()
	}
	if bad {
		return &core.Error{
			Code: core.CodeInternal, Origin: core.OriginApp, Op: "import",
			Err: fmt.Errorf("records %q of kind %q have no sound customers or days", r.Name, r.Kind),
		}
	}
	return nil
}

// Records loads what is known of customers beside purchases and attributes: comments,
// events, and each survey, in the order of their first import; nil when there is none.
// The result is the caller's and immutable by convention.
func (f *File) Records(ctx context.Context) ([]*core.Records, error) {
	f.mu.RLock()
	defer f.mu.RUnlock()
	const op = "read records"
	if err := f.usable(op); err != nil {
		return nil, err
	}
	var out []*core.Records
	err := f.read(func(src values) error {
		for _, e := range f.man.Records {
			r, err := loadRecords(ctx, f.loader(op, src), e)
			if err != nil {
				return err
			}
			out = append(out, r)
		}
		return nil
	})
	if err != nil {
		return nil, fail(op, f.path, err)
	}
	return out, nil
}

// check reports a document that cannot be followed, or for whose rows there is no memory.
func (d *recordsDoc) check(l *loader) error {
	if d.Customers == nil || d.Customer == nil {
		return fmt.Errorf("%w: records without customers", errDamaged)
	}
	if err := d.Customer.check(); err != nil {
		return err
	}
	return l.room(workOther * (d.Customers.weight() + 8*int64(d.Customer.Rows) + weight(d.Columns)))
}

func loadRecords(ctx context.Context, l *loader, e recordsEntry) (*core.Records, error) {
	var doc recordsDoc
	if err := l.document(e.Doc, &doc); err != nil {
		return nil, err
	}
	if err := doc.check(l); err != nil {
		return nil, err
	}
	all := append(doc.Columns[:len(doc.Columns):len(doc.Columns)], *doc.Customer)
	if err := l.makeRoom(all, doc.Customers); err != nil {
		return nil, err
	}
	r := &core.Records{Kind: e.Kind, Name: e.Name}
	rows := doc.Customer.Rows
	r.Customer = large.Take[uint32](l.shelf, rows)
	if err := loadCodes(l, doc.Customer.Parts, r.Customer, doc.Customers.Len, false); err != nil {
		return nil, err
	}
	var end func() error
	var err error
	if r.Customers, end, err = loadDict(l, doc.Customers); err != nil {
		return nil, err
	}
	ends := []func() error{end}
	if doc.Day != nil {
		if doc.Day.Rows != rows {
			return nil, fmt.Errorf("%w: days of records", errDamaged)
		}
		if r.Day, err = loadRefInts[core.Date](l, doc.Day); err != nil {
			return nil, err
		}
	}
	columns := make([]*core.AttributeColumn, len(doc.Columns))
	for i, ref := range doc.Columns {
		if ref.Rows != rows {
			return nil, fmt.Errorf("%w: column %q of records", errDamaged, ref.Name)
		}
		if columns[i], end, err = loadAttribute(l, ref); err != nil {
			return nil, err
		}
		ends = append(ends, end)
	}
	if err := l.finish(ctx, ends); err != nil {
		return nil, err
	}
	for _, c := range columns {
		r.Columns = append(r.Columns, *c)
	}
	return r, nil
}
