package workbook

import (
	"fmt"
	"strings"
)

// part is a file of a workbook beside its sheet.
type part struct{ name, text string }

const (
	declaration   = `<?xml version="1.0" encoding="UTF-8" standalone="yes"?>` + "\n"
	packages      = "http://schemas.openxmlformats.org/package/2006/"
	documents     = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
	spreadsheets  = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
	spreadsheetML = "application/vnd.openxmlformats-officedocument.spreadsheetml."
)

// parts returns the files before the sheet.
func (w *Writer) parts() []part {
	return []part{
		{"[Content_Types].xml", declaration +
			`<Types xmlns="` + packages + `content-types">` +
			`<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>` +
			`<Default Extension="xml" ContentType="application/xml"/>` +
			`<Override PartName="/xl/workbook.xml" ContentType="` + spreadsheetML + `sheet.main+xml"/>` +
			`<Override PartName="/xl/worksheets/sheet1.xml" ContentType="` + spreadsheetML + `worksheet+xml"/>` +
			`<Override PartName="/xl/styles.xml" ContentType="` + spreadsheetML + `styles+xml"/></Types>`},
		{"_rels/.rels", declaration +
			`<Relationships xmlns="` + packages + `relationships">` +
			`<Relationship Id="rId1" Type="` + documents + `/officeDocument" Target="xl/workbook.xml"/></Relationships>`},
		{"xl/workbook.xml", declaration +
			`<workbook xmlns="` + spreadsheets + `" xmlns:r="` + documents + `"><bookViews><workbookView/></bookViews><sheets>` +
			`<sheet name="` + string(appendEscaped(nil, w.name)) + `" sheetId="1" r:id="rId1"/></sheets></workbook>`},
		{"xl/_rels/workbook.xml.rels", declaration +
			`<Relationships xmlns="` + packages + `relationships">` +
			`<Relationship Id="rId1" Type="` + documents + `/worksheet" Target="worksheets/sheet1.xml"/>` +
			`<Relationship Id="rId2" Type="` + documents + `/styles" Target="styles.xml"/></Relationships>`},
		{"xl/styles.xml", declaration + styles},
	}
}

// styles lists the forms of cells in the order of the constants of style: usual, bold, text (the built-in format 49) and moment.
const styles = `<styleSheet xmlns="` + spreadsheets + `">` +
	`<numFmts count="1"><numFmt numFmtId="164" formatCode="yyyy\-mm\-dd\ hh:mm:ss"/></numFmts>` +
	`<fonts count="2"><font><sz val="11"/><name val="Calibri"/><family val="2"/></font>` +
	`<font><b/><sz val="11"/><name val="Calibri"/><family val="2"/></font></fonts>` +
	`<fills count="2"><fill><patternFill patternType="none"/></fill><fill><patternFill patternType="gray125"/></fill></fills>` +
	`<borders count="1"><border><left/><right/><top/><bottom/><diagonal/></border></borders>` +
	`<cellStyleXfs count="1"><xf numFmtId="0" fontId="0" fillId="0" borderId="0"/></cellStyleXfs>` +
	`<cellXfs count="4"><xf numFmtId="0" fontId="0" fillId="0" borderId="0" xfId="0"/>` +
	`<xf numFmtId="0" fontId="1" fillId="0" borderId="0" xfId="0" applyFont="1"/>` +
	`<xf numFmtId="49" fontId="0" fillId="0" borderId="0" xfId="0" applyNumberFormat="1"/>` +
	`<xf numFmtId="164" fontId="0" fillId="0" borderId="0" xfId="0" applyNumberFormat="1"/></cellXfs>` +
	`<cellStyles count="1"><cellStyle name="Normal" xfId="0" builtinId="0"/></cellStyles></styleSheet>`

// top returns what stands before the rows of the sheet.
func (w *Writer) top() string {
	var b strings.Builder
	b.WriteString(declaration + `<worksheet xmlns="` + spreadsheets + `">`)
	if w.frozen {
		b.WriteString(`<sheetViews><sheetView tabSelected="1" workbookViewId="0">` +
			`<pane ySplit="1" topLeftCell="A2" activePane="bottomLeft" state="frozen"/>` +
			`<selection pane="bottomLeft"/></sheetView></sheetViews>`)
	}
	b.WriteString(`<sheetFormatPr defaultRowHeight="15"/>`)
	if len(w.widths) > 0 {
		b.WriteString("<cols>")
		for _, c := range w.widths {
			fmt.Fprintf(&b, `<col min="%d" max="%d" width="%d" customWidth="1"/>`, c.first, c.last, c.characters)
		}
		b.WriteString("</cols>")
	}
	b.WriteString("<sheetData>")
	return b.String()
}
