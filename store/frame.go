package store

import (
	"context"
	"fmt"

	"qunxiang/core"
	"qunxiang/internal/large"
	"qunxiang/sdk/table"
	"qunxiang/store/internal/column"
	"qunxiang/store/internal/document"
)

// The kinds of columns of attributes and runs, since schema 1.
const (
	kindFloats   = "floats"
	kindInts     = "ints"
	kindCodes    = "codes"
	kindStrings  = "strings"
	kindCategory = "category"
	kindBytes    = "bytes"
)

// bundle queues a document with its columns. build queues the columns and returns
// the document that describes them.
func (w *writer) bundle(build func() (any, error)) (bundle, error) {
	b := bundle{Blobs: span{First: w.next}}
	doc, err := build()
	if err != nil {
		return b, err
	}
	b.Blobs.Count = int(w.next - b.Blobs.First)
	b.Doc, err = w.document(doc)
	return b, err
}

// document queues a document.
func (w *writer) document(doc any) (span, error) {
	text, err := document.Marshal(doc)
	if err != nil {
		return span{}, err
	}
	return span{First: w.add(codecS2, func(dst []byte) []byte { return append(dst, text...) }), Count: 1}, nil
}

// document reads what writer.document wrote.
func (l *loader) document(s span, doc any) error {
	if s.Count != 1 {
		return fmt.Errorf("%w: document of %d blobs", errDamaged, s.Count)
	}
	r := l.box.room()
	defer l.box.rooms.Put(r)
	b, err := l.blob(s.First, maxBlob, codecS2, r)
	if err != nil {
		return err
	}
	if err := document.Unmarshal(b, doc); err != nil {
		return fmt.Errorf("%w: %w", errDamaged, err)
	}
	return nil
}

// addCodes queues a plain column of codes.
func (w *writer) addCodes(v []uint32) *columnRef {
	if v == nil {
		return nil
	}
	return &columnRef{Kind: kindCodes, Rows: len(v), Parts: []part{addInts(w, v)}}
}

// loadRefInts reads what addCodes (or another column of integers) wrote.
func loadRefInts[T column.Int](l *loader, c *columnRef) ([]T, error) {
	if c == nil {
		return nil, nil
	}
	if err := c.check(); err != nil {
		return nil, err
	}
	out := large.Take[T](l.shelf, c.Rows)
	return out, loadInts(l, c.Parts, out)
}

// check bounds what a column asks for before anything is allocated for it.
func (c *columnRef) check() error {
	if c.Rows < 0 || c.Rows > maxRows || rowsOf(c.Parts) != c.Rows {
		return fmt.Errorf("%w: column %q of %d rows", errDamaged, c.Name, c.Rows)
	}
	return nil
}

// addStrings queues a list of texts.
func (w *writer) addStrings(v []string) *dictRef {
	if v == nil {
		return nil
	}
	d := &core.Dict{}
	for _, s := range v {
		d.AppendString(s)
	}
	return addDict(w, nil, d)
}

// loadStrings queues the reads of a list of texts; end gives the list.
func loadStrings(l *loader, ref *dictRef) (end func() ([]string, error), err error) {
	d, sum, err := loadDict(l, ref)
	if err != nil {
		return nil, err
	}
	return func() ([]string, error) {
		if d == nil {
			return nil, nil
		}
		if err := sum(); err != nil {
			return nil, err
		}
		out := make([]string, d.Len())
		for i := range out {
			out[i] = d.At(i)
		}
		return out, nil
	}, nil
}

// addColumn queues a table column.
func (w *writer) addColumn(c *table.Column) (columnRef, error) {
	ref := columnRef{Name: c.Name, Unit: c.Unit, Role: c.Role, Rows: c.Len()}
	if c.Valid != nil {
		if len(c.Valid) < (c.Len()+63)/64 {
			return ref, fmt.Errorf("column %q: %w: short validity bitmap", c.Name, table.ErrShape)
		}
		p := addBools(w, bitsToBools(c.Valid, c.Len()))
		ref.Valid = &p
	}
	shared, known := w.shared(c)
	switch c.Kind {
	case table.Float64:
		if ref.Kind, ref.Parts = kindFloats, shared; !known {
			ref.Parts = []part{addFloats(w, c.Floats)}
		}
	case table.Int64, table.Bool, table.Time:
		ref.Kind, ref.Parts = kindInts+":"+c.Kind.String(), []part{addInts(w, c.Ints)}
	case table.Category:
		if ref.Kind, ref.Parts = kindCategory, shared; !known {
			ref.Parts = []part{addInts(w, c.Codes)}
		}
		ref.Dict = w.addStrings(c.Dict)
	case table.String:
		ref.Kind, ref.Dict = kindStrings, w.addStrings(c.Strings)
	default:
		return ref, fmt.Errorf("column %q: %w: %v", c.Name, table.ErrShape, c.Kind)
	}
	return ref, nil
}

// loadTableColumn queues the reads of a table column into dst; end completes it.
func loadTableColumn(l *loader, ref columnRef, dst *table.Column) (end func() error, err error) {
	dst.Name, dst.Unit, dst.Role = ref.Name, ref.Unit, ref.Role
	end = func() error { return nil }
	if ref.Kind != kindStrings {
		if err := ref.check(); err != nil {
			return nil, err
		}
	}
	switch ref.Kind {
	case kindFloats:
		dst.Kind, dst.Floats = table.Float64, large.Take[float64](l.shelf, ref.Rows)
		err = loadFloats(l, ref.Parts, dst.Floats)
	case kindInts + ":int64", kindInts + ":bool", kindInts + ":time":
		if err := dst.Kind.UnmarshalText([]byte(ref.Kind[len(kindInts)+1:])); err != nil {
			return nil, fmt.Errorf("%w: %w", errDamaged, err)
		}
		dst.Ints = large.Take[int64](l.shelf, ref.Rows)
		err = loadInts(l, ref.Parts, dst.Ints)
	case kindCategory:
		dst.Kind, dst.Codes = table.Category, large.Take[uint32](l.shelf, ref.Rows)
		n := 0
		if ref.Dict != nil {
			n = ref.Dict.Len
		}
		if err := loadCodes(l, ref.Parts, dst.Codes, n, false); err != nil {
			return nil, err
		}
		end, err = loadTexts(l, ref.Dict, &dst.Dict)
	case kindStrings:
		dst.Kind = table.String
		end, err = loadTexts(l, ref.Dict, &dst.Strings)
	default:
		err = fmt.Errorf("%w: column of kind %q", errDamaged, ref.Kind)
	}
	if err != nil || ref.Valid == nil {
		return end, err
	}
	return loadValid(l, ref, dst, end)
}

func loadTexts(l *loader, ref *dictRef, dst *[]string) (func() error, error) {
	texts, err := loadStrings(l, ref)
	if err != nil {
		return nil, err
	}
	return func() (err error) {
		*dst, err = texts()
		return err
	}, nil
}

func loadValid(l *loader, ref columnRef, dst *table.Column, then func() error) (func() error, error) {
	if ref.Valid.Rows != ref.Rows || ref.Rows < 0 || ref.Rows > maxRows {
		return nil, fmt.Errorf("%w: validity of column %q", errDamaged, ref.Name)
	}
	valid := make([]bool, ref.Rows)
	return func() error {
		dst.Valid = boolsToBits(valid)
		return then()
	}, loadBools(l, []part{*ref.Valid}, valid)
}

func bitsToBools(b table.Bits, n int) []bool {
	out := make([]bool, n)
	for i := range out {
		out[i] = b.Get(i)
	}
	return out
}

func boolsToBits(v []bool) table.Bits {
	out := table.NewBits(len(v))
	for i, b := range v {
		if b {
			out.Set(i)
		}
	}
	return out
}

// finish runs the loader and then the ends.
func (l *loader) finish(ctx context.Context, ends []func() error) error {
	if err := l.run(ctx); err != nil {
		return err
	}
	for _, end := range ends {
		if err := end(); err != nil {
			return err
		}
	}
	return nil
}
