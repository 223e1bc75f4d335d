// Package xls reads workbooks of Excel 5.0 to 2003 (BIFF5 and BIFF8 in a compound file;
// [MS-XLS], [MS-CFB]), strictly: a record that is cut off, a reference to nothing or a
// sheet without its end is an error, never fewer rows.
//
// The stream is read once into memory, at most 256 MB of it; cells are pushed as they
// come, or sorted first where a writer has put rows out of order. Formulas are never
// evaluated: the value that was saved with them counts. Macros are not looked at.
//
// Why not a library: docs/adr/0016.
package xls
