// Package sheetxml reads the spreadsheets that are XML of another kind than Office Open
// XML: OpenDocument (ISO/IEC 26300, as an archive .ods or one flat document) and the
// "XML Spreadsheet 2003" that web systems like to send under the name of .xls.
//
// Documents are read strictly by the standard library, element by element, behind limits
// of their size, of what they may expand to and of one piece of text. Rows are counted a
// second time in the bytes. Formulas are never evaluated: saved values count.
package sheetxml
