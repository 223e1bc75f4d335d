// Package workbook writes workbooks (.xlsx, ECMA-376 part 1) of one sheet, row by row, straight
// to where they go: nothing is kept of what was written, and nothing has to be set up
// before. The library that would do it sets up for two milliseconds whenever
// a program starts that is linked with it, and here every command and every
// method is a program; tests read with the library what this package writes.
//
// Same rows, same bytes: a workbook bears no date.
package workbook
