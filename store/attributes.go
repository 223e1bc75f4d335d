package store

import (
	"context"
	"fmt"

	"qunxiang/core"
	"qunxiang/internal/large"
)

// attributesDoc is the document of the customer attributes.
type attributesDoc struct {
	Customers *dictRef    `json:"customers"`
	Columns   []columnRef `json:"columns"`
}

// attributes queues a in place of the stored attributes.
func (w *writer) attributes(a *core.Attributes) error {
	if old := w.man.Attributes; old != nil {
		w.drop(old.Doc)
		w.drop(old.Blobs)
	}
	b, err := w.bundle(func() (any, error) {
		doc := &attributesDoc{Customers: addDict(w, nil, a.Customers)}
		for _, c := range a.Columns {
			ref, err := w.attribute(c, a.Customers.Len())
			if err != nil {
				return nil, err
			}
			doc.Columns = append(doc.Columns, ref)
		}
		return doc, nil
	})
	w.man.Attributes = &b
	return err
}

func (w *writer) attribute(c core.AttributeColumn, rows int) (columnRef, error) {
	ref := columnRef{Name: c.Name, Rows: rows}
	if c.Floats != nil {
		ref.Kind, ref.Parts = kindFloats, []part{addFloats(w, c.Floats)}
	} else {
		ref.Kind, ref.Parts, ref.Dict = kindCategory, []part{addInts(w, c.Codes)}, w.addStrings(c.Dict)
	}
	if c.Valid != nil {
		p := addBools(w, c.Valid)
		ref.Valid = &p
	}
	if rowsOf(ref.Parts) != rows || ref.Valid != nil && ref.Valid.Rows != rows {
		return ref, &core.Error{
			Code: core.CodeInternal, Origin: core.OriginApp, Op: "import",
			Err: fmt.Errorf("attribute %q has %d values for %d customers", c.Name, rowsOf(ref.Parts), rows),
		}
	}
	return ref, nil
}

// Attributes loads the customer attributes; nil when there are none. The columns are
// immutable by convention: a run that is made of them and stored shares their blobs.
func (f *File) Attributes(ctx context.Context) (*core.Attributes, error) {
	f.mu.RLock()
	defer f.mu.RUnlock()
	const op = "read attributes"
	if err := f.usable(op); err != nil {
		return nil, err
	}
	if f.man.Attributes == nil {
		return nil, nil //nolint:nilnil // no attributes is a state of its own
	}
	var a *core.Attributes
	err := f.read(func(src values) (err error) {
		l := f.loader(op, src)
		l.shares = &f.shares
		a, err = loadAttributes(ctx, l, f.man.Attributes.Doc)
		return err
	})
	if err != nil {
		return nil, fail(op, f.path, err)
	}
	return a, nil
}

func loadAttributes(ctx context.Context, l *loader, at span) (*core.Attributes, error) {
	var doc attributesDoc
	if err := l.document(at, &doc); err != nil {
		return nil, err
	}
	if doc.Customers == nil {
		return nil, fmt.Errorf("%w: attributes without customers", errDamaged)
	}
	if err := l.room(workAttributes * (doc.Customers.weight() + weight(doc.Columns))); err != nil {
		return nil, err
	}
	if err := l.makeRoom(doc.Columns, doc.Customers); err != nil {
		return nil, err
	}
	a := &core.Attributes{}
	var end func() error
	var err error
	if a.Customers, end, err = loadDict(l, doc.Customers); err != nil {
		return nil, err
	}
	ends := []func() error{end}
	for _, ref := range doc.Columns {
		if ref.Rows != doc.Customers.Len {
			return nil, fmt.Errorf("%w: attribute %q", errDamaged, ref.Name)
		}
		a.Columns = append(a.Columns, core.AttributeColumn{})
		// Not a pointer into a.Columns: it moves as the list grows.
		i := len(a.Columns) - 1
		c, end, err := loadAttribute(l, ref)
		if err != nil {
			return nil, err
		}
		ends = append(ends, func() error {
			err := end()
			a.Columns[i] = *c
			return err
		})
	}
	if err := l.finish(ctx, ends); err != nil {
		return nil, err
	}
	if l.shares != nil {
		l.shares.lent(&doc, func(i int) ([]float64, []uint32) { return a.Columns[i].Floats, a.Columns[i].Codes })
	}
	return a, nil
}

func loadAttribute(l *loader, ref columnRef) (*core.AttributeColumn, func() error, error) {
	c := &core.AttributeColumn{Name: ref.Name}
	end := func() error { return nil }
	var err error
	switch ref.Kind {
	case kindFloats:
		c.Floats = large.Take[float64](l.shelf, ref.Rows)
		err = loadFloats(l, ref.Parts, c.Floats)
	case kindCategory:
		n := 0
		if ref.Dict != nil {
			n = ref.Dict.Len
		}
		c.Codes = large.Take[uint32](l.shelf, ref.Rows)
		if err := loadCodes(l, ref.Parts, c.Codes, n, true); err != nil {
			return nil, nil, err
		}
		end, err = loadTexts(l, ref.Dict, &c.Dict)
	default:
		err = fmt.Errorf("%w: attribute of kind %q", errDamaged, ref.Kind)
	}
	if err != nil {
		return nil, nil, err
	}
	if ref.Valid != nil {
		if ref.Valid.Rows != ref.Rows {
			return nil, nil, fmt.Errorf("%w: validity of attribute %q", errDamaged, ref.Name)
		}
		c.Valid = make([]bool, ref.Rows)
		err = loadBools(l, []part{*ref.Valid}, c.Valid)
	}
	return c, end, err
}
