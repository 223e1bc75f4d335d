package check

import (
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"

	"qunxiang/sdk/internal/wire"
)

// The codes of faults. The host's texts are kept under them.
const (
	CodeRows      = "plugin_rows"       // got, want
	CodeLabel     = "plugin_label"      // column, row, got, want (number of segments)
	CodeNotFinite = "plugin_not_finite" // field, row
	CodeNumber    = "plugin_bad_number" // field: one that has no rows
	CodeText      = "plugin_text"       // field
	CodeRepeated  = "plugin_repeated"   // field, value
	CodeTooLarge  = "plugin_too_large"  // field, limit (a count, or a text with its unit)
	CodeResult    = "plugin_bad_result" // detail
	CodeMessage   = "plugin_message"    // detail
	CodeInfo      = "plugin_bad_info"   // detail
)

// Fault is one breach of the contract by a plugin.
type Fault struct {
	Code string
	Args map[string]any
	Err  error // cause, may be nil
}

// Error implements error, for logs and authors.
func (f *Fault) Error() string {
	var b strings.Builder
	b.WriteString(f.Code)
	for _, k := range slices.Sorted(maps.Keys(f.Args)) {
		fmt.Fprintf(&b, " %s=%v", k, f.Args[k])
	}
	if f.Err != nil {
		fmt.Fprintf(&b, ": %v", f.Err)
	}
	return b.String()
}

// Unwrap returns the cause.
func (f *Fault) Unwrap() error { return f.Err }

func fault(code string, args ...any) *Fault {
	m := make(map[string]any, len(args)/2)
	for i := 0; i+1 < len(args); i += 2 {
		name, _ := args[i].(string)
		m[name] = args[i+1]
	}
	return &Fault{Code: code, Args: m}
}

func badResult(format string, args ...any) *Fault {
	return fault(CodeResult, "detail", fmt.Sprintf(format, args...))
}

func badInfo(format string, args ...any) *Fault {
	return fault(CodeInfo, "detail", fmt.Sprintf(format, args...))
}

// Megabytes is a limit in bytes as people say it.
func Megabytes(n int64) string { return fmt.Sprintf("%d MB", n>>20) }

// Wire turns an error of package wire into a fault; limit is the memory in bytes that what
// was read might take.
func Wire(err error, limit int64) *Fault {
	if rows, ok := errors.AsType[*wire.RowCountError](err); ok {
		return fault(CodeRows, "got", rows.Got, "want", rows.Want)
	}
	if code, ok := errors.AsType[*wire.CodeError](err); ok {
		return fault(CodeLabel, "column", code.Column, "row", code.Row, "got", code.Code, "want", code.Len)
	}
	if errors.Is(err, wire.ErrTooLarge) {
		return &Fault{Code: CodeTooLarge, Args: map[string]any{"field": "table", "limit": Megabytes(limit)}, Err: err}
	}
	return &Fault{Code: CodeMessage, Args: map[string]any{"detail": err.Error()}, Err: err}
}
