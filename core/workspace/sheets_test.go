package workspace_test

import (
	"archive/zip"
	"bytes"
	"fmt"
	"slices"
	"strings"
	"testing"

	"qunxiang/core"
)

// months is a workbook with a sheet for each month, the columns of the third in another
// order, a sheet with other columns and one that is empty.
func months() string {
	var b strings.Builder
	b.WriteString(`<?xml version="1.0"?><?mso-application progid="Excel.Sheet"?><Workbook xmlns="urn:schemas-microsoft-com:office:spreadsheet" xmlns:ss="urn:schemas-microsoft-com:office:spreadsheet">`)
	sheet := func(name string, rows ...string) {
		fmt.Fprintf(&b, `<Worksheet ss:Name="%s"><Table>`, name)
		for _, r := range rows {
			b.WriteString("<Row>")
			for c := range strings.SplitSeq(r, ",") {
				fmt.Fprintf(&b, `<Cell><Data ss:Type="String">%s</Data></Cell>`, c)
			}
			b.WriteString("</Row>")
		}
		b.WriteString("</Table></Worksheet>")
	}
	sheet("Notes", "about,this file", "made,by hand")
	sheet("Jan", "order_id,customer,date,amount", "1,ann,2024-01-03,10", "2,bob,2024-01-04,20", "3,,2024-01-05,5")
	sheet("Feb", "order_id,customer,date,amount", "4,ann,2024-02-03,30", "5,eve,2024-02-30,7")
	sheet("Mar", "customer,order_id,amount,date", "dan,6,40,2024-03-03")
	sheet("Apr")
	b.WriteString("</Workbook>")
	return b.String()
}

// TestImportSheets: all sheets with the same columns at once, each accounted for by itself,
// twice the same; what is not among them is told.
func TestImportSheets(t *testing.T) {
	t.Parallel()
	p := project(t)
	file := write(t, "year.xls", months())
	dry, _, err := p.ImportSheets(t.Context(), file, core.ImportOptions{Sheet: "*"}, nil, false, core.NoProgress)
	if src, e := p.Sources(t.Context()); err != nil || e != nil || len(src) > 0 || dry.Rows.Used != 4 {
		t.Fatalf("dry: %+v, %d sources, %v %v", dry.Rows, len(src), err, e)
	}
	total, sheets, err := p.ImportSheets(t.Context(), file, core.ImportOptions{Sheet: "*"}, nil, true, core.NoProgress)
	if err != nil {
		t.Fatal(err)
	}
	if total.Rows.In != 6 || total.Rows.Used != 4 || total.Amount != 100 || total.Customers != 3 || total.Orders != 4 || total.FirstDate.String() != "2024-01-03" || total.LastDate.String() != "2024-03-03" {
		t.Errorf("all sheets: %+v", total)
	}
	var names []string
	in := 0
	for _, s := range sheets {
		in += s.Report.Rows.In
	}
	src, err := p.Sources(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	for _, s := range src {
		names = append(names, s.Name)
	}
	if want := []string{"year.xls#Jan", "year.xls#Feb", "year.xls#Mar"}; !slices.Equal(names, want) || in != total.Rows.In {
		t.Errorf("sources %q, want %q; rows of the sheets %d", names, want, in)
	}
	if h := hints(total); !strings.Contains(h, "other_sheets") {
		t.Errorf("hints %s: nothing says what was not read", h)
	}
	again, _, err := p.ImportSheets(t.Context(), file, core.ImportOptions{Sheet: "*"}, nil, true, core.NoProgress)
	if err != nil || again.Rows.Used != 0 || again.Duplicates != 4 || again.Amount != 0 {
		t.Errorf("again: %+v, %v", again, err)
	}
	if one, err := p.DryImport(t.Context(), file, core.ImportOptions{Sheet: "Feb"}, core.NoProgress); err != nil || one.Rows.In != 2 {
		t.Errorf("one by its name: %+v, %v", one.Rows, err)
	}
}

// TestImportSheetsOfAnArchive: files of a ZIP with the same columns, and a file that is one table.
func TestImportSheetsOfAnArchive(t *testing.T) {
	t.Parallel()
	p := project(t)
	var b bytes.Buffer
	z := zip.NewWriter(&b)
	for name, text := range map[string]string{
		"jan.csv": "order_id,customer,date,amount\n1,ann,2024-01-03,10\n", "feb.csv": "order_id,customer,date,amount\n2,ann,2024-02-03,20\n",
		"readme.txt": "made by hand\n", "__MACOSX/._jan.csv": "\x00\x05",
	} {
		w, err := z.Create(name)
		if err != nil {
			t.Fatal(err)
		}
		if _, err := w.Write([]byte(text)); err != nil {
			t.Fatal(err)
		}
	}
	if err := z.Close(); err != nil {
		t.Fatal(err)
	}
	file := write(t, "year.zip", b.String())
	total, sheets, err := p.ImportSheets(t.Context(), file, core.ImportOptions{Sheet: "*"}, nil, true, core.NoProgress)
	if err != nil || len(sheets) != 2 || total.Amount != 30 || total.Customers != 1 {
		t.Errorf("%+v, %d files, %v", total, len(sheets), err)
	}
	one := write(t, "one.csv", "order_id,customer,date,amount\n1,ann,2024-01-03,10\n")
	if total, _, err = p.ImportSheets(t.Context(), one, core.ImportOptions{Sheet: "*"}, nil, true, core.NoProgress); err != nil || total.Rows.In != 1 || total.Duplicates != 1 {
		t.Errorf("a file that is one table: %+v, %v", total, err)
	}
}
