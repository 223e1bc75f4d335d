package store

import (
	"slices"
	"sync"
	"weak"

	"qunxiang/sdk/table"
)

// Most columns of a run are attributes of the customers as they were read from the file.
// Such a run names the blobs of the attributes and has none of its own. A later import
// puts new attributes in place of the old ones; blobs that a run names stay until the
// last such run is deleted.

// shares remembers the columns that were read: who is given one back, the very memory
// and not a copy, need not write it. The memory is not kept alive for that.
type shares struct {
	mu     sync.Mutex
	floats map[weak.Pointer[float64]]part
	codes  map[weak.Pointer[uint32]]part
}

// lent remembers a column of the attributes at hand; it forgets those before.
func (s *shares) lent(doc *attributesDoc, columns func(i int) (floats []float64, codes []uint32)) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.floats, s.codes = map[weak.Pointer[float64]]part{}, map[weak.Pointer[uint32]]part{}
	for i, ref := range doc.Columns {
		if len(ref.Parts) != 1 || ref.Rows < leastShared {
			continue
		}
		if floats, codes := columns(i); floats != nil {
			s.floats[weak.Make(&floats[0])] = ref.Parts[0]
		} else if codes != nil {
			s.codes[weak.Make(&codes[0])] = ref.Parts[0]
		}
	}
}

// leastShared is the length from which a column is worth it: two customers share nothing.
const leastShared = 2

// of returns where a column that was read is kept.
func (s *shares) of(c *table.Column) (part, bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	var p part
	var ok bool
	switch {
	case c.Kind == table.Float64 && len(c.Floats) > 0:
		p, ok = s.floats[weak.Make(&c.Floats[0])]
	case c.Kind == table.Category && len(c.Codes) > 0:
		p, ok = s.codes[weak.Make(&c.Codes[0])]
	}
	return p, ok && p.Rows == c.Len()
}

// shared returns where the values of a column of a run are kept already, if they are, and
// notes that the run names them.
func (w *writer) shared(c *table.Column) ([]part, bool) {
	p, ok := w.f.shares.of(c)
	if !ok || w.man.Attributes == nil || !w.man.Attributes.Blobs.holds(p.Blobs) {
		return nil, false
	}
	if !slices.Contains(w.shares, p.Blobs) {
		w.shares = append(w.shares, p.Blobs)
	}
	return []part{p}, true
}

// holds reports whether all of o is in s.
func (s span) holds(o span) bool {
	return o.First >= s.First && o.First+uint64(o.Count) <= s.First+uint64(s.Count)
}

// has reports whether a blob is in s.
func (s span) has(id uint64) bool { return id >= s.First && id-s.First < uint64(s.Count) }

// needed reports of blobs that were dropped whether the new manifest names them all the
// same: attributes by a run, or what a deleted run shared with the attributes.
func (m *manifest) needed() func(id uint64) bool {
	var named []span
	if m.Attributes != nil {
		named = append(named, m.Attributes.Blobs)
	}
	for _, r := range m.Runs {
		named = append(named, r.Shares...)
	}
	return func(id uint64) bool { return slices.ContainsFunc(named, func(s span) bool { return s.has(id) }) }
}
