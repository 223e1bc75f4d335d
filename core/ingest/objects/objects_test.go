package objects_test

import (
	"errors"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"qunxiang/core/ingest/book"
	"qunxiang/core/ingest/book/booktest"
	"qunxiang/core/ingest/objects"
)

func read(t *testing.T, s string) ([]book.Row, error) {
	t.Helper()
	f, err := objects.Open(t.Context(), strings.NewReader(s), int64(len(s)), func() {})
	if err != nil {
		return nil, err
	}
	k, err := booktest.Scan(t.Context(), f, 0)
	return k.Rows, err
}

func TestRecords(t *testing.T) {
	t.Parallel()
	want := []book.Row{
		{Number: 0, Cells: []string{"id", "name", "ok", "at.city", "tags"}},
		{Number: 1, Cells: []string{"12345678901234567890", "客\"户", "TRUE"}},
		{Number: 2, Cells: []string{"1.50", "", "FALSE", "上海", `["a",{"b":1}]`}},
		{Number: 3, Cells: []string{"120000"}},
	}
	records := []string{
		`{"id":12345678901234567890,"name":"客\"户","ok":true}`,
		`{"at":{"city":"\u4e0a\u6d77"},"tags":["a",{"b":1}],"ok":false,"id":1.50,"name":null}`,
		`{"id":1.2e5}`,
	}
	for name, s := range map[string]string{
		"lines":              strings.Join(records, "\n") + "\n",
		"lines with a mark":  "\uFEFF" + strings.Join(records, "\r\n"),
		"one after another":  strings.Join(records, " "),
		"array":              "[" + strings.Join(records, ",\n") + "]\n",
		"with blanks within": " [\n " + strings.ReplaceAll(strings.Join(records, " ,\t"), `"id":`, `"id" :  `) + " ]",
	} {
		got, err := read(t, s)
		if diff := cmp.Diff(want, got); diff != "" || err != nil {
			t.Errorf("%s: %v\n%s", name, err, diff)
		}
	}
	if got, err := read(t, "[]"); err != nil || len(got) != 0 {
		t.Errorf("empty array: %v %v", got, err)
	}
}

func TestFaults(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		s, detail string
		row       int
	}{
		"cut in a record":    {"{\"a\":1}\n{\"a\":", "json_end", 2},
		"cut in an array":    {`[{"a":1},{"a":2}`, "json_end", 2},
		"malformed":          {"{\"a\":1}\n{\"a\" 2}", "json", 2},
		"text behind":        {`[{"a":1}] x`, "json", 1},
		"no object":          {"{\"a\":1}\n[2]", "json_object", 2},
		"member twice":       {`{"a":1,"a":2}`, "json_twice", 1},
		"not UTF-8":          {"{\"a\":\"\xff\"}", "encoding", 1},
		"too deep":           {strings.Repeat(`{"a":`, 20) + "1" + strings.Repeat("}", 20), "json_depth", 1},
		"record of 9 MB":     {`{"a":"` + strings.Repeat("x", 9<<20) + `"}`, "row_bytes", 1},
		"nothing in objects": {"{}{}", "JSON", 0},
	} {
		_, err := read(t, c.s)
		e, ok := errors.AsType[*book.Error](err)
		if !ok || e.Detail != c.detail || e.Row != c.row {
			t.Errorf("%s: %v, want %s in row %d", name, err, c.detail, c.row)
		}
	}
}

func FuzzJSON(f *testing.F) {
	f.Add(`{"a":1,"b":{"c":"\u00e9"},"d":[1,"]"]}` + "\n{}")
	f.Add(`[{"a":null},{"a":-1e5}]`)
	f.Fuzz(func(t *testing.T, s string) {
		if _, err := read(t, s); err != nil {
			if _, ok := errors.AsType[*book.Error](err); !ok {
				t.Fatalf("%T: %v", err, err)
			}
		}
	})
}
