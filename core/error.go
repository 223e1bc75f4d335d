package core

import (
	"context"
	"errors"
	"fmt"
)

// Origin says whose fault an error is; the headless command's exit code follows from it.
type Origin string

// The origins, with the exit code that each has.
const (
	OriginUser      Origin = "user"   // a wrong choice: 2 from the command line, 1 otherwise
	OriginData      Origin = "data"   // the input is at fault: 3
	OriginPlugin    Origin = "plugin" // a method plugin failed: 4
	OriginApp       Origin = "app"    // the application or the machine (disk full …): 1
	OriginCancelled Origin = "cancelled"
)

// Args fill the placeholders of a message by name. Values are formatted by i18n in
// the user's language: ints and floats as numbers, Date as a date, []string as a list.
type Args map[string]any

// Message is a sentence to be: the key of a text in package i18n and its arguments.
type Message struct {
	Key  string `json:"key"`
	Args Args   `json:"args,omitempty"`
}

// Where is the place that a problem is at. Zero fields are unknown.
type Where struct {
	File   string `json:"file,omitempty"`   // base name only
	Sheet  string `json:"sheet,omitempty"`  //
	Row    int    `json:"row,omitempty"`    // 1-based line or sheet row in the file, header included
	Column string `json:"column,omitempty"` // header text, or a letter where there is none
	Param  string `json:"param,omitempty"`
	Plugin string `json:"plugin,omitempty"`
}

// Error is a failed call at a package border. Its text for the user is the i18n key
// "error."+Code with Args (and "hint."+Code where that exists); Error() is for logs.
type Error struct {
	Code   string // stable, snake_case: "no_date_column"
	Origin Origin
	Op     string // "import", "open project" …
	Where  Where
	Args   Args
	Err    error // cause, may be nil
}

// Error implements error.
func (e *Error) Error() string {
	s := e.Op
	if s != "" {
		s += ": "
	}
	s += e.Code
	if e.Where != (Where{}) {
		s += fmt.Sprintf(" at %+v", e.Where)
	}
	if e.Err != nil {
		s += ": " + e.Err.Error()
	}
	return s
}

// Unwrap returns the cause.
func (e *Error) Unwrap() error { return e.Err }

// Is matches another *Error of the same code, so that errors.Is(err, &Error{Code: …}) works.
func (e *Error) Is(target error) bool {
	t, ok := target.(*Error)
	return ok && t.Code == e.Code
}

// The codes that more than one package uses.
const (
	CodeCancelled = "cancelled"
	CodeInternal  = "internal"
)

// AsError returns err as an *Error: the first one in its chain, a cancellation for
// a context's end, otherwise one with CodeInternal. It returns nil for nil.
func AsError(err error) *Error {
	if err == nil {
		return nil
	}
	if e, ok := errors.AsType[*Error](err); ok {
		return e
	}
	if errors.Is(err, context.Canceled) || errors.Is(err, context.DeadlineExceeded) {
		return &Error{Code: CodeCancelled, Origin: OriginCancelled, Err: err}
	}
	return &Error{Code: CodeInternal, Origin: OriginApp, Err: err}
}

// CodeOf returns the code of err, "" for nil.
func CodeOf(err error) string {
	if e := AsError(err); e != nil {
		return e.Code
	}
	return ""
}

// Progress takes a task's progress: the share done, 0…1 (negative: unknown), and
// the stage. It may be called often and from several goroutines; nil is not allowed
// (use [NoProgress]).
type Progress func(fraction float64, stage Message)

// NoProgress ignores progress.
func NoProgress(float64, Message) {}
