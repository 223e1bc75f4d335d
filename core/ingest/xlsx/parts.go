package xlsx

import (
	"path"
	"strconv"
	"strings"
	"unicode/utf8"

	"qunxiang/core/ingest/book"
	"qunxiang/core/ingest/internal/cell"
)

// walk reads a whole small part; visit sees every start tag.
func walk(b []byte, part string, visit func(s *scanner, empty bool) error) error {
	if !utf8.Valid(b) || control(b) {
		return broken("encoding", part)
	}
	s := &scanner{}
	s.feed(b)
	for {
		t, ok := s.next()
		if !ok {
			return broken("xml", part)
		}
		switch t {
		case tokenEnd:
			if s.depth != 0 || !s.root {
				return broken("xml", part)
			}
			return nil
		case tokenStart, tokenEmpty:
			if err := visit(s, t == tokenEmpty); err != nil {
				return err
			}
		}
	}
}

// value returns an attribute as text.
func (s *scanner) value(name string) string {
	b, ok := unescape(nil, s.get(name))
	if !ok {
		return ""
	}
	return string(b)
}

type relation struct{ id, kind, target string }

func relations(b []byte, part string) ([]relation, error) {
	var out []relation
	err := walk(b, part, func(s *scanner, _ bool) error {
		if string(s.name) == "Relationship" && s.value("TargetMode") != "External" {
			out = append(out, relation{s.value("Id"), s.value("Type"), s.value("Target")})
		}
		return nil
	})
	return out, err
}

// readBook reads the list of sheets, the calendar and the styles.
func (f *File) readBook(part string) error {
	b, err := f.small(part)
	if err != nil {
		return err
	}
	dir, base := path.Split(part)
	relPart := path.Join(dir, "_rels", base+".rels")
	rb, err := f.small(relPart)
	if err != nil {
		return err
	}
	rels, err := relations(rb, relPart)
	if err != nil {
		return err
	}
	styles := ""
	for _, r := range rels {
		switch {
		case strings.HasSuffix(r.kind, "/sharedStrings"):
			f.sst = resolve(dir, r.target)
		case strings.HasSuffix(r.kind, "/styles"):
			styles = resolve(dir, r.target)
		}
	}
	if err := f.readSheets(b, part, dir, rels); err != nil || styles == "" {
		return err
	}
	if _, err := f.find(styles); err != nil {
		return nil //nolint:nilerr // some writers name a part that they leave out; every style is then plain
	}
	return f.readStyles(styles)
}

// readSheets reads the list of sheets and the calendar.
func (f *File) readSheets(b []byte, part, dir string, rels []relation) error {
	byID := map[string]relation{}
	for _, r := range rels {
		byID[r.id] = r
	}
	err := walk(b, part, func(s *scanner, _ bool) error {
		switch string(s.name) {
		case "workbookPr":
			if v := s.value("date1904"); v == "1" || v == "true" {
				f.system = 1904
			}
		case "sheet":
			r := byID[s.relID()]
			if strings.HasSuffix(r.kind, "/worksheet") {
				f.sheets = append(f.sheets, book.Sheet{Name: s.value("name"), Hidden: s.value("state") != "" && s.value("state") != "visible"})
				f.parts = append(f.parts, resolve(dir, r.target))
			}
		}
		return nil
	})
	for i := range f.sheets {
		f.sheets[i].Mac = f.system == 1904
	}
	if err == nil && len(f.sheets) == 0 {
		err = broken("no_sheets", part)
	}
	return err
}

// relID returns the r:id of a sheet, not its sheetId.
func (s *scanner) relID() string {
	for _, a := range s.attrs {
		if n := string(a.name); strings.Contains(n, ":") && string(local(a.name)) == "id" {
			return string(a.value)
		}
	}
	return ""
}

// readStyles finds which cell styles are dates.
func (f *File) readStyles(part string) error {
	b, err := f.small(part)
	if err != nil {
		return err
	}
	custom := map[int]cell.Kind{}
	in := false
	return walk(b, part, func(s *scanner, empty bool) error {
		switch string(s.name) {
		case "numFmt":
			if id, err := strconv.Atoi(s.value("numFmtId")); err == nil {
				custom[id] = cell.KindOf(s.value("formatCode"))
			}
		case "cellXfs":
			in = !empty
		case "cellStyleXfs", "cellStyles", "dxfs":
			in = false
		case "xf":
			if !in {
				return nil
			}
			id, _ := strconv.Atoi(s.value("numFmtId")) // none is 0, the general format
			k, ok := custom[id]
			if !ok {
				k = cell.Builtin(id)
			}
			f.dates = append(f.dates, k)
		}
		return nil
	})
}
