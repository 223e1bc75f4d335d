// Package document writes values as JSON that keeps every float64: JSON has no NaN
// and no infinities, so these are noted beside the document, by path and bits.
package document

import (
	"encoding/json"
	"errors"
	"fmt"
	"math"
	"reflect"
	"slices"
	"strconv"
	"strings"
)

// ErrDocument is returned for bytes that are no document of the wanted type.
var ErrDocument = errors.New("malformed document")

// document is the stored form.
type document struct {
	Body   json.RawMessage   `json:"body"`
	Floats map[string]uint64 `json:"floats,omitempty"` // path → bits of a float64 that is not finite
}

// Marshal writes v, a tree of structs, slices, maps with string keys, pointers and
// plain values. v is not changed.
func Marshal(v any) ([]byte, error) {
	var d document
	body, err := json.Marshal(v)
	if _, bad := errors.AsType[*json.UnsupportedValueError](err); bad {
		d.Floats = make(map[string]uint64)
		clean := scrub(reflect.ValueOf(v), nil, d.Floats)
		body, err = json.Marshal(clean.Interface())
	}
	if err != nil {
		return nil, fmt.Errorf("marshal document: %w", err)
	}
	d.Body = body
	return json.Marshal(d)
}

// Unmarshal reads into the pointer v what Marshal wrote. Errors wrap [ErrDocument].
func Unmarshal(b []byte, v any) error {
	var d document
	if err := json.Unmarshal(b, &d); err != nil {
		return fmt.Errorf("%w: %w", ErrDocument, err)
	}
	if err := json.Unmarshal(d.Body, v); err != nil {
		return fmt.Errorf("%w: %w", ErrDocument, err)
	}
	for path, bits := range d.Floats {
		if !restore(reflect.ValueOf(v).Elem(), strings.Split(path, "/"), math.Float64frombits(bits)) {
			return fmt.Errorf("%w: no number at %q", ErrDocument, path)
		}
	}
	return nil
}

// scrub returns a deep copy of v with 0 in place of floats that are not finite.
func scrub(v reflect.Value, path []string, out map[string]uint64) reflect.Value {
	switch v.Kind() {
	case reflect.Float64:
		if f := v.Float(); math.IsNaN(f) || math.IsInf(f, 0) {
			out[strings.Join(path, "/")] = math.Float64bits(f)
			return reflect.Zero(v.Type())
		}
	case reflect.Struct:
		return scrubStruct(v, path, out)
	case reflect.Pointer, reflect.Slice, reflect.Map:
		if !v.IsNil() {
			return scrubBehind(v, path, out)
		}
	}
	return v
}

func scrubStruct(v reflect.Value, path []string, out map[string]uint64) reflect.Value {
	s := reflect.New(v.Type()).Elem()
	s.Set(v)
	for i := range v.NumField() {
		field := v.Type().Field(i)
		if field.IsExported() && field.Tag.Get("json") != "-" {
			s.Field(i).Set(scrub(v.Field(i), extend(path, field.Name), out))
		}
	}
	return s
}

// scrubBehind copies what a pointer, slice or map that is not nil refers to.
func scrubBehind(v reflect.Value, path []string, out map[string]uint64) reflect.Value {
	switch v.Kind() {
	case reflect.Pointer:
		p := reflect.New(v.Type().Elem())
		p.Elem().Set(scrub(v.Elem(), path, out))
		return p.Convert(v.Type())
	case reflect.Slice:
		s := reflect.MakeSlice(v.Type(), v.Len(), v.Len())
		for i := range v.Len() {
			s.Index(i).Set(scrub(v.Index(i), extend(path, strconv.Itoa(i)), out))
		}
		return s
	}
	m := reflect.MakeMapWithSize(v.Type(), v.Len())
	for _, k := range v.MapKeys() {
		m.SetMapIndex(k, scrub(v.MapIndex(k), extend(path, escape(k.String())), out))
	}
	return m
}

// restore sets the number at path; v is settable. It reports whether there is one.
func restore(v reflect.Value, path []string, f float64) bool {
	if v.Kind() == reflect.Pointer {
		return !v.IsNil() && restore(v.Elem(), path, f)
	}
	if v.Kind() == reflect.Float64 {
		v.SetFloat(f)
		return len(path) == 0 || len(path) == 1 && path[0] == ""
	}
	if len(path) == 0 {
		return false
	}
	switch v.Kind() {
	case reflect.Slice:
		i, err := strconv.Atoi(path[0])
		return err == nil && i >= 0 && i < v.Len() && restore(v.Index(i), path[1:], f)
	case reflect.Map:
		return restoreEntry(v, path, f)
	case reflect.Struct:
		field, ok := v.Type().FieldByName(path[0])
		return ok && field.IsExported() && restore(v.FieldByIndex(field.Index), path[1:], f)
	}
	return false
}

// restoreEntry replaces an entry of a map, which cannot be set in place.
func restoreEntry(v reflect.Value, path []string, f float64) bool {
	if v.Type().Key().Kind() != reflect.String {
		return false
	}
	k := reflect.ValueOf(unescape(path[0])).Convert(v.Type().Key())
	if !v.MapIndex(k).IsValid() {
		return false
	}
	e := reflect.New(v.Type().Elem()).Elem()
	e.Set(v.MapIndex(k))
	ok := restore(e, path[1:], f)
	v.SetMapIndex(k, e)
	return ok
}

func extend(path []string, s string) []string { return append(slices.Clone(path), s) }

// Map keys may hold the separator.
func escape(s string) string { return strings.ReplaceAll(strings.ReplaceAll(s, "~", "~0"), "/", "~1") }

func unescape(s string) string {
	return strings.ReplaceAll(strings.ReplaceAll(s, "~1", "/"), "~0", "~")
}
