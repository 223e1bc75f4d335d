package store

import (
	"bytes"
	"encoding/json"
	"fmt"
	"slices"

	"qunxiang/core"
)

// manifest is the list of all that the project holds. A change writes its blobs,
// then replaces the manifest: that moment is the change.
type manifest struct {
	Edit       uint64         `json:"edit"`     // raised by every change
	NextBlob   uint64         `json:"nextBlob"` // ids from here on are unused or garbage
	NextSource int            `json:"nextSource"`
	Project    core.Project   `json:"project"`
	Sources    []storedSource `json:"sources,omitempty"`
	Data       *dataset       `json:"data,omitempty"`
	Attributes *bundle        `json:"attributes,omitempty"`
	Records    []recordsEntry `json:"records,omitempty"` // since schema 2
	Runs       []runEntry     `json:"runs,omitempty"`
	LastRun    map[string]int `json:"lastRun,omitempty"`  // highest run number ever given, by name
	Settings   [][]byte       `json:"settings,omitempty"` // keys of the settings, sorted: one that is missing must not pass for one never set
}

// bundle is a document with the columns that it describes.
type bundle struct {
	Doc   span `json:"doc"`   // one blob: JSON
	Blobs span `json:"blobs"` // of its columns
}

// runEntry is a stored segmentation.
type runEntry struct {
	bundle
	Shares []span       `json:"shares,omitempty"` // blobs of attributes, now or once the project's, that its columns are in
	Head   core.RunHead `json:"head"`
}

// dataset is the project's transactions. Columns that the transactions do not have
// are not listed.
type dataset struct {
	Rows          int         `json:"rows"`
	Scale         int         `json:"scale"`
	QuantityScale int         `json:"quantityScale"`
	Columns       []columnRef `json:"columns"`
	Summary       *summaryRef `json:"summary,omitempty"` // since schema 1; older programs drop it with their next import
	Linked        *linkedRef  `json:"linked,omitempty"`  // since schema 2; the same
}

// span is a run of consecutive blob ids.
type span struct {
	First uint64 `json:"first"`
	Count int    `json:"count"`
}

// columnRef says where a column of the transactions, of the attributes or of a run
// is kept. Fields that a kind of column does not need are empty.
type columnRef struct {
	Kind  string   `json:"kind"`           // which column, or the type of its values
	Name  string   `json:"name,omitempty"` // of a user's column; the role of a label
	Unit  string   `json:"unit,omitempty"`
	Role  string   `json:"role,omitempty"`
	Rows  int      `json:"rows"`
	Parts []part   `json:"parts,omitempty"`
	Valid *part    `json:"valid,omitempty"` // bits: 1 = the value is there
	Dict  *dictRef `json:"dict,omitempty"`
}

// dictRef says where a dictionary is kept: numbers behind a prefix, or the lengths
// of the entries and their characters.
type dictRef struct {
	Len     int        `json:"len"`
	Numbers bool       `json:"numbers,omitempty"`
	Prefix  []byte     `json:"prefix,omitempty"`
	Width   int        `json:"width,omitempty"`
	Parts   []part     `json:"parts,omitempty"`
	Heap    []heapPart `json:"heap,omitempty"`
}

// heapPart is a stretch of characters in blobs of heapChunk bytes, the last shorter.
type heapPart struct {
	Bytes int  `json:"bytes"`
	Blobs span `json:"blobs"`
}

// part is a stretch of a column: rows in chunks of column.ChunkRows, one blob each.
type part struct {
	Rows  int  `json:"rows"`
	Blobs span `json:"blobs"`
}

// setting tells whether a setting is kept under the key, and where in the list it
// is or belongs.
func (m *manifest) setting(key []byte) (int, bool) {
	return slices.BinarySearchFunc(m.Settings, key, bytes.Compare)
}

func rowsOf(parts []part) int {
	n := 0
	for _, p := range parts {
		n += p.Rows
	}
	return n
}

// clone returns a copy that a change may edit. Slices are copied one level deep:
// entries behind them are replaced, never edited in place.
func (m *manifest) clone() (*manifest, error) {
	b, err := json.Marshal(m)
	if err != nil {
		return nil, fmt.Errorf("manifest: %w", err)
	}
	return parseManifest(b)
}

func parseManifest(b []byte) (*manifest, error) {
	m := &manifest{}
	if err := json.Unmarshal(b, m); err != nil {
		return nil, fmt.Errorf("%w: manifest: %w", errDamaged, err)
	}
	return m, nil
}

// verify holds the manifest against the values that are there: each blob and setting
// that is named is there and named once, but for what runs share. complain may stop it by
// returning an error.
func (m *manifest) verify(im *image, complain func(error) error) (named map[uint64]bool, err error) {
	named = make(map[uint64]bool)
	for i, key := range m.Settings {
		if i > 0 && bytes.Compare(m.Settings[i-1], key) >= 0 || !im.has(bucketSettings, key) {
			if err := complain(fmt.Errorf("%w: setting %x", errDamaged, key)); err != nil {
				return nil, err
			}
		}
	}
	check := func(s span, shared bool) {
		if err == nil {
			err = m.verifySpan(im, s, named, shared, complain)
		}
	}
	m.spans(func(s span) { check(s, false) })
	for _, r := range m.Runs {
		for _, s := range r.Shares {
			check(s, true)
		}
	}
	return named, err
}

// verifySpan is verify of one span; shared allows blobs that were named before.
func (m *manifest) verifySpan(im *image, s span, named map[uint64]bool, shared bool, complain func(error) error) error {
	if s.Count < 0 || s.Count > maxKeys {
		return complain(fmt.Errorf("%w: span of %d blobs", errDamaged, s.Count))
	}
	for i := range uint64(s.Count) {
		id := s.First + i
		var err error
		switch {
		case named[id] && shared:
		case named[id]:
			err = complain(fmt.Errorf("%w: blob %d is named twice", errDamaged, id))
		case id >= m.NextBlob:
			err = complain(fmt.Errorf("%w: blob %d was never given out", errDamaged, id))
		case !im.has(bucketBlobs, blobKey(id)):
			err = complain(fmt.Errorf("%w: blob %d is missing", errDamaged, id))
		}
		if err != nil {
			return err
		}
		named[id] = true
	}
	return nil
}

// spans calls yield for every span of blobs that the manifest names, but for what runs
// share.
func (m *manifest) spans(yield func(span)) {
	if m.Data != nil {
		for _, c := range m.Data.Columns {
			c.spans(yield)
		}
		m.Data.Summary.spans(yield)
		m.Data.Linked.spans(yield)
	}
	if m.Attributes != nil {
		yield(m.Attributes.Doc)
		yield(m.Attributes.Blobs)
	}
	for _, r := range m.Records {
		yield(r.Doc)
		yield(r.Blobs)
	}
	for _, r := range m.Runs {
		yield(r.Doc)
		yield(r.Blobs)
	}
}

// spans calls yield for every span of blobs of the column.
func (c *columnRef) spans(yield func(span)) {
	for _, p := range c.Parts {
		yield(p.Blobs)
	}
	if c.Valid != nil {
		yield(c.Valid.Blobs)
	}
	if c.Dict == nil {
		return
	}
	for _, p := range c.Dict.Parts {
		yield(p.Blobs)
	}
	for _, h := range c.Dict.Heap {
		yield(h.Blobs)
	}
}
