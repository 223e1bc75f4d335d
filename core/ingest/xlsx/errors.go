package xlsx

import "fmt"

// Code says what is wrong with a workbook.
type Code string

// The codes of Error.
const (
	NotWorkbook Code = "not_workbook" // a ZIP archive, but no workbook
	Broken      Code = "broken"       // truncated archive, checksum, malformed XML, reference to nothing
	TooLarge    Code = "too_large"    // beyond a limit
)

// Error is a fault of a workbook.
type Error struct {
	Code   Code
	Detail string // stable id of what is wrong: "xml", "truncated", "ratio" …
	Part   string // of the archive: "xl/worksheets/sheet1.xml"
	Row    int    // of the sheet, from 1; 0 = not in a row
	Column int    // from 1; 0 = not in a cell
	Err    error  // cause, may be nil
}

// Error implements error.
func (e *Error) Error() string {
	s := fmt.Sprintf("workbook %s (%s)", e.Code, e.Detail)
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

func broken(detail, part string) *Error { return &Error{Code: Broken, Detail: detail, Part: part} }

func tooLarge(detail, part string) *Error { return &Error{Code: TooLarge, Detail: detail, Part: part} }
