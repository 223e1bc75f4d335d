// Package cell writes the values of spreadsheet cells as text: which number formats show
// dates, dates of both calendars, and numbers as a spreadsheet shows them.
package cell
