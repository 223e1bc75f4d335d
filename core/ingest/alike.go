package ingest

import (
	"context"
	"slices"
	"strings"

	"qunxiang/core"
)

// AllSheets in place of a sheet's name means every table of the file that has the same
// columns as the one that would be read by itself.
const AllSheets = "*"

// Alike are the tables of a file with the same columns: sheets of a workbook, or files of
// an archive.
type Alike struct {
	Names  []string // as --sheet takes them, in the order of the file; fewer than two where there is nothing to choose
	Others []string // tables with other columns, or none that can be read
}

// FindAlike looks at the tables of a file, of which there may be several, and finds those
// with the same columns: the most of them, and among equals those with the table that
// [Look] would choose. A file that is one table gives none. Hidden sheets are never among
// them. Errors are those of [Look].
func FindAlike(ctx context.Context, path string, o core.ImportOptions) (Alike, error) {
	o.Sheet = ""
	names, looks, err := tablesOf(ctx, path, o)
	if err != nil || len(names) < 2 {
		return Alike{}, atFile(path, err)
	}
	groups := map[string][]int{}
	var order []string
	for i, columns := range looks {
		if columns == "" {
			continue
		}
		if groups[columns] == nil {
			order = append(order, columns)
		}
		groups[columns] = append(groups[columns], i)
	}
	var best []int
	for _, columns := range order {
		if g := groups[columns]; len(g) > len(best) {
			best = g
		}
	}
	var out Alike
	for i, name := range names {
		if slices.Contains(best, i) {
			out.Names = append(out.Names, name)
		} else {
			out.Others = append(out.Others, name)
		}
	}
	return out, nil
}

// tablesOf lists the tables of a file with what their columns are called, "" where a table
// cannot be read.
func tablesOf(ctx context.Context, path string, o core.ImportOptions) (names, columns []string, err error) {
	f, err := openFile(path)
	if err != nil {
		return nil, nil, err
	}
	s := &opened{f: f, path: path}
	defer s.close()
	if err := s.recognise(ctx, o); err != nil || s.book == nil {
		return nil, nil, err
	}
	if s.packs() {
		return filesOf(ctx, s, path, o)
	}
	for i, sheet := range s.book.Sheets[:min(len(s.book.Sheets), maxSheets)] {
		if sheet.Hidden || sheet.Name == "" {
			continue
		}
		t, err := sampleSheet(ctx, s, i, o)
		if err != nil && !otherSheetMayDo(err) {
			return nil, nil, err
		}
		names = append(names, sheet.Name)
		if err != nil || t.score(false) <= 0 {
			columns = append(columns, "")
			continue
		}
		columns = append(columns, columnsKey(t.kind, t.names))
	}
	return names, columns, nil
}

// filesOf is tablesOf for the files of an archive.
func filesOf(ctx context.Context, s *opened, path string, o core.ImportOptions) (names, columns []string, err error) {
	for _, e := range s.book.Entries {
		if !hiddenEntry(e.Name) {
			names = append(names, e.Name)
		}
	}
	if len(names) < 2 || len(names) > maxSheets {
		return nil, nil, nil
	}
	for _, name := range names {
		o.Sheet = name
		v, err := look(ctx, path, o, 1)
		if ctx.Err() != nil {
			return nil, nil, ctx.Err()
		}
		columns = append(columns, columnsOf(v, err))
	}
	return names, columns, nil
}

// hiddenEntry reports files that an archive has for its own sake.
func hiddenEntry(name string) bool {
	last := name[strings.LastIndexByte(name, '/')+1:]
	return last == "" || strings.HasPrefix(last, ".") || strings.HasPrefix(name, "__MACOSX/")
}

func columnsOf(v *Preview, err error) string {
	if err != nil || len(v.Rows) == 0 {
		return ""
	}
	return columnsKey(v.Detected.Kind, v.Header)
}

// columnsKey is equal for tables of the same kind whose columns are called the same,
// whatever their order.
func columnsKey(kind core.SourceKind, names []string) string {
	key := make([]string, len(names))
	for i, n := range names {
		key[i] = strings.ToLower(strings.Join(strings.Fields(n), " "))
	}
	slices.Sort(key)
	return string(kind) + "\x00" + strings.Join(key, "\x00")
}
