package workspace_test

import (
	"encoding/csv"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/xuri/excelize/v2"

	"qunxiang/core"
	"qunxiang/core/clean"
	"qunxiang/core/workspace"
	"qunxiang/sdk"
)

// spent is a project with a result of two segments: ann and eve are big.
func spent(t *testing.T, text string) *workspace.Project {
	t.Helper()
	p := project(t)
	importText(t, p, "orders.csv", text)
	if _, err := p.Run(t.Context(), workspace.RunRequest{Name: "all", Method: "spenders", AsOf: core.NoDate}, core.NoProgress); err != nil {
		t.Fatal(err)
	}
	return p
}

func into(t *testing.T, p *workspace.Project, file, to string, columns ...string) (workspace.IntoReport, error) {
	t.Helper()
	return p.Into(t.Context(), workspace.IntoRequest{
		ExportRequest: workspace.ExportRequest{Name: "all", To: to, Columns: columns, Lang: sdk.EN}, File: file,
	}, core.NoProgress)
}

// TestInto_accountsForEveryRow: each row of the file is counted once, whoever it is of.
func TestInto_accountsForEveryRow(t *testing.T) {
	t.Parallel()
	p := spent(t, orders)
	file := write(t, "crm.csv", "Name,Code,segment\nAnn, ann ,old\nEve,eve,\nEve 2,eve,old\nZoe,zoe,old\nNobody,,old\nANN,ANN,\n")
	to := filepath.Join(t.TempDir(), "out.csv")
	r, err := into(t, p, file, to, "segment", "as_of")
	if err != nil {
		t.Fatal(err)
	}
	got := [...]int{r.Rows, r.Matched, r.Unknown, r.NoKey, r.NotOnList, r.Repeated, r.NotInFile}
	if want := [...]int{6, 3, 2, 1, 0, 1, 1}; got != want {
		t.Errorf("rows, matched, unknown, no key, not on list, repeated, not in file %v, want %v", got, want)
	}
	if d := cmp.Diff([]workspace.FilledColumn{{Column: "segment", Changed: 4, Emptied: 1}}, r.Filled); d != "" {
		t.Errorf("filled (-want +got)\n%s", d)
	}
	if r.Key != "Code" || !slices.Equal(r.Appended, []string{"as_of"}) || !slices.Equal(r.Examples, []string{"ANN", "zoe"}) || len(r.Hints) != 1 {
		t.Errorf("%+v", r)
	}
	b, err := os.ReadFile(to)
	if err != nil {
		t.Fatal(err)
	}
	rows, err := csv.NewReader(strings.NewReader(string(b))).ReadAll()
	if err != nil {
		t.Fatal(err)
	}
	want := rows[1][2]
	if want == "" || rows[2][2] != want || rows[3][2] != want || rows[4][2] != "" || rows[5][2] != "old" || rows[5][3] != "" || rows[1][1] != " ann " {
		t.Errorf("%q", rows)
	}
}

// TestInto_codes: 17850.0 is 17850 where all codes stand so; leading zeros are told, not
// guessed; codes that a step made one lead to the same customer.
func TestInto_codes(t *testing.T) {
	t.Parallel()
	p := spent(t, "customer_id,order_date,amount,order_no\n17850,2024-01-05,150.00,1\n13047,2024-02-01,20.50,2\n0042,2024-03-01,10.00,3\n99,2024-03-02,500.00,4\n")
	for name, c := range map[string]struct {
		codes   string
		matched int
		hint    bool
	}{
		"as they are":   {"17850 13047 0042", 3, false},
		"with .0":       {"17850.0 13047.0 99.0", 3, false},
		"without zeros": {"17850 13047 42", 2, true},
	} {
		file := write(t, "crm.csv", "code,x\n"+strings.ReplaceAll(c.codes, " ", ",1\n")+",1\n")
		r, err := into(t, p, file, filepath.Join(t.TempDir(), "out.csv"))
		if err != nil || r.Matched != c.matched || (len(r.Hints) > 0) != c.hint || r.FloatKeys != (name == "with .0") {
			t.Errorf("%s: %+v, %v", name, r, err)
		}
	}
	l := clean.List{}
	l, _, err := l.Add(clean.Step{Kind: clean.Merge, Args: clean.Args{Groups: []clean.Group{{To: "17850", From: []string{"13047"}}}}})
	if err != nil {
		t.Fatal(err)
	}
	if err := p.SetSteps(l); err != nil {
		t.Fatal(err)
	}
	if _, err := p.Run(t.Context(), workspace.RunRequest{Name: "all", Method: "spenders", AsOf: core.NoDate}, core.NoProgress); err != nil {
		t.Fatal(err)
	}
	if r, err := into(t, p, write(t, "crm.csv", "code,x\n17850,1\n13047,1\n"), filepath.Join(t.TempDir(), "out.csv")); err != nil || r.Matched != 2 || r.Repeated != 1 {
		t.Errorf("merged: %+v, %v", r, err)
	}
}

// TestInto_workbook: the values of the sheet are where they were, numbers are numbers, text is
// text, no formula comes of what the program writes, and what is lost is said.
func TestInto_workbook(t *testing.T) {
	t.Parallel()
	p := spent(t, orders)
	f := excelize.NewFile()
	for cell, v := range map[string]any{
		"A1": "Members of the shop", "A3": "Code", "B3": "Name", "C3": "Visits", "D3": "Phone", "A4": "ann", "B4": "=1+1", "C4": 7, "D4": "13800138000",
		"A5": "eve", "B5": "007", "C5": 2.5, "A6": "who", "B6": "x", "C6": 1, "A8": "Total: 3",
	} {
		if err := f.SetCellValue("Sheet1", cell, v); err != nil {
			t.Fatal(err)
		}
	}
	if _, err := f.NewSheet("Other"); err != nil {
		t.Fatal(err)
	}
	dir := t.TempDir()
	file, to := filepath.Join(dir, "crm.xlsx"), filepath.Join(dir, "out.xlsx")
	if err := f.SaveAs(file); err != nil {
		t.Fatal(err)
	}
	r, err := into(t, p, file, to, "Group=segment", "as_of")
	if err != nil || r.Matched != 2 || r.Unknown != 1 || !slices.Contains(r.Lost, "other_sheets") || !slices.Contains(r.Lost, "formulas") {
		t.Fatalf("%+v, %v", r, err)
	}
	out, err := excelize.OpenFile(to)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = out.Close() }()
	for cell, want := range map[string]string{
		"A1": "Members of the shop", "D3": "Phone", "E3": "Group", "F3": "as_of", "A4": "ann", "B4": "=1+1", "C4": "7", "D4": "13800138000", "B5": "007", "C5": "2.5",
		"F4": "2024-03-02", "E6": "", "F6": "", "A8": "Total: 3", "E8": "",
	} {
		if got, err := out.GetCellValue("Sheet1", cell); err != nil || got != want {
			t.Errorf("%s: %q, want %q (%v)", cell, got, want, err)
		}
		if formula, err := out.GetCellFormula("Sheet1", cell); err != nil || formula != "" {
			t.Errorf("%s is the formula %q (%v)", cell, formula, err)
		}
	}
	for cell, want := range map[string]excelize.CellType{"C4": excelize.CellTypeUnset, "D4": excelize.CellTypeInlineString, "A4": excelize.CellTypeInlineString} {
		if got, err := out.GetCellType("Sheet1", cell); err != nil || got != want {
			t.Errorf("%s is of type %v, want %v (%v)", cell, got, want, err)
		}
	}
	if _, err := into(t, p, file, filepath.Join(dir, "x.csv")); core.CodeOf(err) != "into_workbook" {
		t.Errorf("a workbook as CSV: %v", err)
	}
}

// What would write twice, or over the codes, is refused before a file is made.
func TestInto_refuses(t *testing.T) {
	t.Parallel()
	p := spent(t, orders)
	file := write(t, "crm.csv", "Code,Name\nann,A\neve,E\n")
	to := filepath.Join(t.TempDir(), "out.csv")
	for code, columns := range map[string][]string{
		"into_column_twice": {"x=segment", "x=as_of"}, "unknown_column": {"nothing"},
	} {
		if _, err := into(t, p, file, to, columns...); core.CodeOf(err) != code {
			t.Errorf("%q: %v", columns, err)
		}
	}
	if _, err := into(t, p, file, to, "Code=segment"); core.CodeOf(err) != "into_column_twice" {
		t.Errorf("over the codes: %v", err)
	}
	if _, err := os.Stat(to); err == nil {
		t.Error("a file was made")
	}
}
