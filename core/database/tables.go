package database

import (
	"cmp"
	"context"
	"errors"
	"slices"
	"strconv"
	"strings"

	"qunxiang/core"
)

// maxTables bounds how many tables are listed.
const maxTables = 5000

// informationSchema makes tables of rows of table, type, estimate, column, type of the
// column, sorted by table.
func informationSchema(ctx context.Context, s *session, q string) ([]core.DatabaseTable, error) {
	rows, err := collect(ctx, s, q, 5, maxTables*20)
	if err != nil {
		return nil, err
	}
	var out []core.DatabaseTable
	for _, r := range rows {
		if n := len(out); n == 0 || out[n-1].Name != r[0] {
			if n == maxTables {
				break
			}
			out = append(out, core.DatabaseTable{Name: r[0], View: strings.Contains(strings.ToUpper(r[1]), "VIEW"), Rows: whole(r[2])})
		}
		t := &out[len(out)-1]
		t.Columns = append(t.Columns, core.DatabaseColumn{Name: r[3], Type: r[4]})
	}
	return out, nil
}

// whole reads a whole number, −1 for none.
func whole(s string) int64 {
	if n, err := strconv.ParseInt(s, 10, 64); err == nil && n >= 0 {
		return n
	}
	return -1
}

// quoteTable writes the name of a table, whose schema may stand before a point.
func quoteTable(d dialect, name string) string {
	parts := strings.Split(name, ".")
	for i, p := range parts {
		parts[i] = d.quote(strings.Trim(p, "\"`"))
	}
	return strings.Join(parts, ".")
}

// noTable adds to an error about a table that is not there those that are called alike.
func noTable(ctx context.Context, s *session, name string, err error) error {
	e, ok := errors.AsType[*core.Error](err)
	if !ok || e.Code != "database_no_table" {
		return err
	}
	out := *e
	out.Args = core.Args{}
	for k, v := range e.Args {
		out.Args[k] = v
	}
	out.Args["table"] = name
	if name == "" {
		return &out
	}
	all, listErr := s.tables(ctx)
	if listErr != nil || len(all) == 0 {
		return &out
	}
	out.Code, out.Args["tables"] = "database_no_table_near", nearest(name, all)
	return &out
}

// nearest are the five names most like the wanted one.
func nearest(name string, all []core.DatabaseTable) []string {
	names := make([]string, len(all))
	for i, t := range all {
		names[i] = t.Name
	}
	want := strings.ToLower(name)
	slices.SortStableFunc(names, func(a, b string) int {
		return cmp.Compare(distance(want, strings.ToLower(a)), distance(want, strings.ToLower(b)))
	})
	return names[:min(5, len(names))]
}

// distance is the Levenshtein distance, less where one name holds the other.
func distance(a, b string) int {
	if len(a) > 200 || len(b) > 200 {
		return 1000
	}
	row := make([]int, len(b)+1)
	for j := range row {
		row[j] = j
	}
	for i := range len(a) {
		diagonal := row[0]
		row[0] = i + 1
		for j := range len(b) {
			cost := diagonal
			if a[i] != b[j] {
				cost++
			}
			diagonal = row[j+1]
			row[j+1] = min(cost, row[j]+1, row[j+1]+1)
		}
	}
	if strings.Contains(a, b) || strings.Contains(b, a) {
		return row[len(b)] / 4
	}
	return row[len(b)]
}

func itoa(n int) string { return strconv.Itoa(n) }
