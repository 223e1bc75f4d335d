package book

import "fmt"

// Code says what is wrong with a book.
type Code string

// The codes of Error.
const (
	NotBook   Code = "not_workbook" // of the right signature, and yet nothing that holds tables
	Broken    Code = "broken"       // truncated, checksum, malformed, reference to nothing
	TooLarge  Code = "too_large"    // beyond a limit
	Encrypted Code = "encrypted"    // needs a password
	Refused   Code = "refused"      // a kind of file that is not read; Detail names it

	// Of the process that reads.
	Crashed Code = "crashed" // ended without an answer
	Hung    Code = "hung"    // said nothing for too long
	Memory  Code = "memory"  // wanted more memory than it may have
	Garbled Code = "garbled" // said what makes no sense, or other numbers of rows than it sent
)

// Error is a fault of a book.
type Error struct {
	Code   Code
	Detail string // stable id of what is wrong: "xml", "truncated", "ratio" …
	Part   string // of the file: "xl/worksheets/sheet1.xml"; of Crashed: last words
	Row    int    // of the table, from 1; 0 = not in a row
	Column int    // from 1; 0 = not in a cell
	Err    error  // cause, may be nil
}

// Error implements error.
func (e *Error) Error() string {
	s := fmt.Sprintf("book %s (%s)", e.Code, e.Detail)
	if e.Part != "" {
		s += " in " + e.Part
	}
	if e.Row > 0 {
		s += fmt.Sprintf(" row %d column %d", e.Row, e.Column)
	}
	if e.Err != nil {
		s += ": " + e.Err.Error()
	}
	return s
}

// Unwrap returns the cause.
func (e *Error) Unwrap() error { return e.Err }

// Bad is an error of code Broken.
func Bad(detail, part string) *Error { return &Error{Code: Broken, Detail: detail, Part: part} }

// Beyond is an error of code TooLarge.
func Beyond(detail, part string) *Error { return &Error{Code: TooLarge, Detail: detail, Part: part} }

// At is an error with the place of a cell; column counts from 1, 0 for the row.
func (e *Error) At(row, column int) *Error {
	e.Row, e.Column = row, column
	return e
}
