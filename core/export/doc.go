// Package export writes what leaves the program: lists of customers (CSV, XLSX)
// and reports (HTML).
//
// Two rules hold everywhere here. Text that came from data is inert: a cell never
// starts a formula ([Safe]), a report runs no script and fetches nothing. And a
// file is whole or not there: [WriteFile] writes beside the target and renames.
package export
