package objects

import (
	"bytes"
	"encoding/json"
	"errors"
	"io"
	"slices"

	"qunxiang/core/ingest/book"
)

// What an interface of a shop answers is one object around the list of records:
// {"code":0,"data":{"total":2,"list":[{…},{…}]}}.

// wrapped returns the path of the list of objects in a file that is one object, nil where
// it is none or has no such list. head is the beginning of the text, or with complete all
// of it. The longest list counts.
func wrapped(head []byte, complete bool) []string {
	if len(head) == 0 || head[0] != '{' {
		return nil
	}
	d := json.NewDecoder(bytes.NewReader(head))
	s := lists{d: d}
	err := s.value(nil)
	if err == nil { // the first object ends here: is it all?
		_, err = d.Token()
		if !errors.Is(err, io.EOF) || !complete {
			return nil
		}
	} else if complete {
		return nil // the fault will be told
	}
	return s.best
}

// lists looks for lists of objects.
type lists struct {
	d    *json.Decoder
	best []string
	size int64
}

// value reads the next value; path leads to it through objects only.
func (s *lists) value(path []string) error {
	t, err := s.d.Token()
	if err != nil {
		return err
	}
	switch t {
	case json.Delim('{'):
		for s.d.More() {
			key, err := s.d.Token()
			if err != nil {
				return err
			}
			name, _ := key.(string)
			if len(path) >= maxNested {
				return book.Beyond("json_depth", "")
			}
			if err := s.value(append(slices.Clone(path), name)); err != nil {
				return err
			}
		}
	case json.Delim('['):
		return s.list(path)
	default:
		return nil
	}
	_, err = s.d.Token()
	return err
}

// list reads the rest of a list. One that the text breaks off in counts as well.
func (s *lists) list(path []string) (err error) {
	from, objects := s.d.InputOffset(), 0
	defer func() {
		if size := s.d.InputOffset() - from; objects > 0 && len(path) > 0 && size > s.size {
			s.best, s.size = path, size
		}
	}()
	for s.d.More() {
		var v json.RawMessage
		if err := s.d.Decode(&v); err != nil {
			return err
		}
		if v[0] != '{' {
			objects = -1 << 30
		}
		objects++
	}
	_, err = s.d.Token()
	return err
}

// descend reads up to the bracket of the list at the end of a path.
func (w *walker) descend(g *guard, d *json.Decoder, path []string) (json.Token, error) {
	for _, name := range path {
		if _, err := d.Token(); err != nil { // the brace
			return nil, w.fault(err)
		}
		for {
			g.left = maxRecord
			key, err := d.Token()
			if err != nil {
				return nil, w.fault(err)
			}
			if key == name {
				break
			}
			var other json.RawMessage
			if err := d.Decode(&other); err != nil {
				return nil, w.fault(err)
			}
		}
	}
	list, err := d.Token()
	if err != nil {
		return nil, w.fault(err)
	}
	return list, nil
}

// ending reads what is behind the records: nothing, or the rest of the object around them.
func (w *walker) ending(g *guard, d *json.Decoder) error {
	for {
		g.left = maxRecord
		switch _, err := d.Token(); {
		case errors.Is(err, io.EOF):
			return nil
		case err != nil && w.f.inside:
			return w.fault(err)
		case err != nil || !w.f.inside:
			return book.Bad("json", "").At(w.n, 0)
		}
	}
}
