package view

import (
	"bytes"
	"encoding/json"
	"math"
)

// Object is a JSON object whose keys keep their order.
type Object []Field

// Field is one key of an Object with its value.
type Field struct {
	Key   string
	Value any
}

// MarshalJSON writes the fields in order.
func (o Object) MarshalJSON() ([]byte, error) {
	var w writer
	w.enc = json.NewEncoder(&w.b)
	w.enc.SetEscapeHTML(false)
	err := w.object(o)
	return w.b.Bytes(), err
}

// writer writes an object with those in it into one text: each with a text of its own would
// be copied as often as objects stand around it.
type writer struct {
	b   bytes.Buffer
	enc *json.Encoder // into b
}

func (w *writer) object(o Object) error {
	w.b.WriteByte('{')
	for i, f := range o {
		if i > 0 {
			w.b.WriteByte(',')
		}
		if err := w.plain(f.Key); err != nil {
			return err
		}
		w.b.WriteByte(':')
		if err := w.value(f.Value); err != nil {
			return err
		}
	}
	w.b.WriteByte('}')
	return nil
}

func (w *writer) value(v any) error {
	switch v := v.(type) {
	case Object:
		return w.object(v)
	case []Object:
		if v == nil {
			break
		}
		w.b.WriteByte('[')
		for i, o := range v {
			if i > 0 {
				w.b.WriteByte(',')
			}
			if err := w.object(o); err != nil {
				return err
			}
		}
		w.b.WriteByte(']')
		return nil
	}
	return w.plain(v)
}

// plain writes what is no object of ours.
func (w *writer) plain(v any) error {
	if err := w.enc.Encode(v); err != nil {
		return err
	}
	w.b.Truncate(w.b.Len() - 1) // the encoder's newline
	return nil
}

// has reports whether the object has the key.
func (o Object) has(key string) bool {
	for _, f := range o {
		if f.Key == key {
			return true
		}
	}
	return false
}

// number is v, or nil where JSON has no form for it.
func number(v float64) any {
	if math.IsNaN(v) || math.IsInf(v, 0) {
		return nil
	}
	return v
}

// list is v, never null.
func list[T any](v []T) []T {
	if v == nil {
		return []T{}
	}
	return v
}
