package sheetxml_test

import (
	"archive/zip"
	"bytes"
	"errors"
	"io"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"qunxiang/core/ingest/book"
	"qunxiang/core/ingest/book/booktest"
	"qunxiang/core/ingest/sheetxml"
)

// content is a document with the tables.
func content(tables string) string {
	return `<?xml version="1.0" encoding="UTF-8"?><office:document-content xmlns:office="o" xmlns:table="t" xmlns:text="x" xmlns:style="s"><office:automatic-styles>` +
		`<style:style style:name="ta1"><style:table-properties table:display="true"/></style:style><style:style style:name="ta2"><style:table-properties table:display="false"/></style:style>` +
		`</office:automatic-styles><office:body><office:spreadsheet>` + tables + `</office:spreadsheet></office:body></office:document-content>`
}

func archive(tb testing.TB, parts map[string]string) []byte {
	tb.Helper()
	var b bytes.Buffer
	z := zip.NewWriter(&b)
	for name, s := range parts {
		w, err := z.Create(name)
		if err == nil {
			_, err = io.WriteString(w, s)
		}
		if err != nil {
			tb.Fatal(err)
		}
	}
	if err := z.Close(); err != nil {
		tb.Fatal(err)
	}
	return b.Bytes()
}

func readODS(tb testing.TB, b []byte) (*sheetxml.ODS, *booktest.Table, book.Tally, error) {
	tb.Helper()
	z, err := zip.NewReader(bytes.NewReader(b), int64(len(b)))
	if err != nil {
		tb.Fatal(err)
	}
	o, err := sheetxml.OpenODS(tb.Context(), z, func() {})
	if err != nil {
		return nil, nil, book.Tally{}, err
	}
	k := &booktest.Table{}
	tally, err := o.Scan(tb.Context(), 0, k)
	return o, k, tally, err
}

func TestODS(t *testing.T) {
	t.Parallel()
	o, got, tally, err := readODS(t, archive(t, map[string]string{"content.xml": content(
		`<table:table table:name="订单" table:style-name="ta1"><table:table-column/><table:table-header-rows><table:table-row>` +
			`<table:table-cell office:value-type="string"><text:p>a<text:s text:c="2"/>b</text:p><text:p>c</text:p></table:table-cell>` +
			`<table:covered-table-cell table:number-columns-repeated="2"/><table:table-cell office:value-type="string"><office:annotation><text:p>note</text:p></office:annotation><text:p>&lt;d&gt;</text:p></table:table-cell>` +
			`</table:table-row></table:table-header-rows>` +
			`<table:table-row table:number-rows-repeated="3"><table:table-cell table:number-columns-repeated="16384"/></table:table-row>` +
			`<table:table-row table:number-rows-repeated="2"><table:table-cell office:value-type="float" office:value="0.30000000000000004"><text:p>0,3</text:p></table:table-cell>` +
			`<table:table-cell office:value-type="date" office:date-value="2024-02-29"><text:p>29.02.</text:p></table:table-cell>` +
			`<table:table-cell office:value-type="date" office:date-value="2016-04-28T11:29:59.999999"><text:p>x</text:p></table:table-cell>` +
			`<table:table-cell office:value-type="time" office:time-value="PT08H30M00S"><text:p>8:30</text:p></table:table-cell>` +
			`<table:table-cell office:value-type="boolean" office:boolean-value="true"><text:p>WAHR</text:p></table:table-cell>` +
			`<table:table-cell office:value-type="currency" office:value="-12.5"><text:p>12,50-</text:p></table:table-cell>` +
			`<table:table-cell office:value-type="string"><text:p>#N/A</text:p></table:table-cell>` +
			`<table:table-cell office:value-type="float" office:value="1" table:number-columns-repeated="2"><text:p>1</text:p></table:table-cell></table:table-row></table:table>` +
			`<table:table table:name="hidden" table:style-name="ta2"><table:table-row/></table:table>`,
	)}))
	if err != nil {
		t.Fatal(err)
	}
	values := []string{"0.3", "2024-02-29", "2016-04-28 11:30:00", "08:30:00", "TRUE", "-12.5", "", "1", "1"}
	want := []book.Row{
		{Number: 1, Cells: []string{"a  b\nc", "", "", "<d>"}},
		{Number: 5, Cells: values},
		{Number: 6, Cells: values},
	}
	if diff := cmp.Diff(want, got.Rows); diff != "" {
		t.Error(diff)
	}
	if diff := cmp.Diff([]book.Sheet{{Name: "订单"}, {Name: "hidden", Hidden: true}}, o.Sheets()); diff != "" || tally.ErrorCells != 1 {
		t.Error(diff, tally)
	}
}

func TestODSFaults(t *testing.T) {
	t.Parallel()
	row := `<table:table table:name="a"><table:table-row><table:table-cell office:value-type="float" office:value="1"/></table:table-row>`
	for name, c := range map[string]struct {
		parts  map[string]string
		detail string
	}{
		"password":        {map[string]string{"content.xml": "x", "META-INF/manifest.xml": "<manifest:encryption-data/>"}, "encrypted"},
		"no content":      {map[string]string{"styles.xml": "<a/>"}, "missing_part"},
		"no end":          {map[string]string{"content.xml": strings.TrimSuffix(content(row+"</table:table>"), "</office:document-content>")}, "xml"},
		"wrong end":       {map[string]string{"content.xml": content(row + "</table:tabel>")}, "xml"},
		"entities":        {map[string]string{"content.xml": "<!DOCTYPE a [<!ENTITY b 'c'>]>" + content(row+"</table:table>")}, "entity"},
		"not a number":    {map[string]string{"content.xml": content(strings.Replace(row, `="1"`, `="x"`, 1) + "</table:table>")}, "number"},
		"million times":   {map[string]string{"content.xml": content(strings.Replace(row, "<table:table-row>", `<table:table-row table:number-rows-repeated="2000000">`, 1) + "</table:table>")}, "rows"},
		"rows in a CDATA": {map[string]string{"content.xml": content(row + `<table:table-row><table:table-cell><text:p><![CDATA[<table:table-row >]]></text:p></table:table-cell></table:table-row></table:table>`)}, "row_count"},
		"bomb":            {map[string]string{"content.xml": content(row + strings.Repeat(" ", 8<<20) + "</table:table>")}, "ratio"},
		"no tables":       {map[string]string{"content.xml": content("")}, "no_sheets"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			_, _, _, err := readODS(t, archive(t, c.parts))
			e, ok := errors.AsType[*book.Error](err)
			if !ok || e.Detail != c.detail {
				t.Errorf("%v, want %s", err, c.detail)
			}
		})
	}
}

func readXML(tb testing.TB, s string) (*sheetxml.Excel2003, *booktest.Table, book.Tally, error) {
	tb.Helper()
	x, err := sheetxml.OpenExcel2003(tb.Context(), strings.NewReader(s), int64(len(s)), func() {})
	if err != nil {
		return nil, nil, book.Tally{}, err
	}
	k := &booktest.Table{}
	tally, err := x.Scan(tb.Context(), 0, k)
	return x, k, tally, err
}

func TestExcel2003(t *testing.T) {
	t.Parallel()
	x, got, tally, err := readXML(t, `<?xml version="1.0"?><?mso-application progid="Excel.Sheet"?><Workbook xmlns="urn:schemas-microsoft-com:office:spreadsheet" xmlns:ss="urn:schemas-microsoft-com:office:spreadsheet">`+
		`<Worksheet ss:Name="一"><Table ss:ExpandedRowCount="9"><Column/><Row><Cell ss:MergeAcross="1"><Data ss:Type="String">t &amp; u</Data></Cell><Cell><Data ss:Type="String">v</Data><Comment><Data>no</Data></Comment></Cell></Row>`+
		`<Row ss:Index="4"><Cell ss:Index="2"><Data ss:Type="Number">1.5E2</Data></Cell><Cell><Data ss:Type="DateTime">2024-05-01T00:00:00.000</Data></Cell><Cell><Data ss:Type="DateTime">2024-05-01T12:30:00.500</Data></Cell><Cell><Data ss:Type="Boolean">1</Data></Cell><Cell><Data ss:Type="Error">#N/A</Data></Cell></Row></Table></Worksheet>`+
		`<Worksheet ss:Name="二"><WorksheetOptions xmlns="urn:x"><Visible>SheetHidden</Visible></WorksheetOptions></Worksheet></Workbook>`)
	if err != nil {
		t.Fatal(err)
	}
	want := []book.Row{{Number: 1, Cells: []string{"t & u", "", "v"}}, {Number: 4, Cells: []string{"", "150", "2024-05-01", "2024-05-01 12:30:01", "TRUE"}}}
	if diff := cmp.Diff(want, got.Rows); diff != "" {
		t.Error(diff)
	}
	if diff := cmp.Diff([]book.Sheet{{Name: "一"}, {Name: "二", Hidden: true}}, x.Sheets()); diff != "" {
		t.Error(diff)
	}
	if diff := cmp.Diff(book.Tally{ErrorCells: 1, Notes: []book.Note{{ID: "fewer_rows", Count: 4, Of: 9}}}, tally); diff != "" {
		t.Error(diff)
	}
}

func FuzzODS(f *testing.F) {
	f.Add(content(`<table:table table:name="a"><table:table-row table:number-rows-repeated="2"><table:table-cell office:value-type="float" office:value="1"/></table:table-row></table:table>`))
	f.Fuzz(func(t *testing.T, s string) {
		fuzzed := func(err error) {
			if err == nil {
				return
			}
			if _, ok := errors.AsType[*book.Error](err); !ok {
				t.Fatalf("%T: %v", err, err)
			}
		}
		o, err := sheetxml.OpenFlat(t.Context(), strings.NewReader(s), int64(len(s)), func() {})
		if fuzzed(err); err == nil {
			_, err = booktest.Scan(t.Context(), o, 0)
			fuzzed(err)
		}
	})
}

func FuzzExcel2003(f *testing.F) {
	f.Add(`<Workbook><Worksheet Name="a"><Table><Row Index="3"><Cell Index="2"><Data Type="Number">1</Data></Cell></Row></Table></Worksheet></Workbook>`)
	f.Fuzz(func(t *testing.T, s string) {
		if _, _, _, err := readXML(t, s); err != nil {
			if _, ok := errors.AsType[*book.Error](err); !ok {
				t.Fatalf("%T: %v", err, err)
			}
		}
	})
}
