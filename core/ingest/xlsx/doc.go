// Package xlsx reads workbooks (Office Open XML, ISO/IEC 29500) row by row, strictly:
// what is malformed anywhere ends in an error that names the place, never in fewer
// rows. The bytes of the sheet's XML are read as they come out of the archive; no tree
// and no string per cell is built.
//
// Workbooks are hostile until proved otherwise. The archive's directory is checked
// before it is read, every part has a limit of size and of how much it may expand, and
// sheets have limits of rows, columns and text. Formulas are never evaluated: the value
// that was saved with them counts. Entities beyond XML's own five, and document type
// declarations, are refused.
//
// The package imports nothing of ours but the block form that ingest parses
// (internal/record) and the calendar of internal/day.
package xlsx
