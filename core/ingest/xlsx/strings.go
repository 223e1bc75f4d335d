package xlsx

import (
	"io"
	"math"
	"unicode/utf8"
)

// table holds the shared strings as bytes.
type table struct {
	heap []byte
	ends []uint32
}

func (t *table) len() int { return len(t.ends) }

func (t *table) at(i int) []byte {
	from := uint32(0)
	if i > 0 {
		from = t.ends[i-1]
	}
	return t.heap[from:t.ends[i]]
}

// loadStrings reads the shared strings once.
func (f *File) loadStrings() error {
	if f.strings != nil {
		return nil
	}
	f.strings = &table{}
	if f.sst == "" {
		return nil
	}
	if _, err := f.find(f.sst); err != nil {
		return nil // named but absent: any use of it is an error later
	}
	r, err := f.openPart(f.sst, maxStrings)
	if err != nil {
		return err
	}
	defer r.Close()
	b, err := io.ReadAll(r)
	if err != nil {
		return err
	}
	return f.strings.parse(b, f.sst)
}

// parse reads the strings: the text of <t>, also in the runs of rich text, but not in
// phonetic guides.
func (t *table) parse(b []byte, part string) error { //nolint:gocyclo // one case for each kind of token
	if !utf8.Valid(b) || control(b) {
		return broken("encoding", part)
	}
	t.heap = make([]byte, 0, len(b)/2)
	s := &scanner{}
	s.feed(b)
	var item, text, phonetic bool
	for {
		k, ok := s.next()
		if !ok {
			return broken("xml", part)
		}
		switch k {
		case tokenEnd:
			if s.depth != 0 || !s.root {
				return broken("xml", part)
			}
			return nil
		case tokenText:
			if item && text && !phonetic {
				if t.heap, ok = plainText(t.heap, s.text, s.raw); !ok {
					return broken("entity", part)
				}
			}
		case tokenEmpty:
			if string(s.name) == "si" {
				t.ends = append(t.ends, uint32(len(t.heap)))
			}
		case tokenStart, tokenClose:
			open := k == tokenStart
			switch string(s.name) {
			case "si":
				if item = open; !open {
					t.ends = append(t.ends, uint32(len(t.heap)))
				}
			case "t":
				text = open
			case "rPh":
				phonetic = open
			}
		}
		if len(t.heap) > math.MaxInt32 {
			return tooLarge("strings", part)
		}
	}
}
