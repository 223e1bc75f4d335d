package ingest

import (
	"cmp"
	"errors"
	"strings"

	"qunxiang/core"
	"qunxiang/core/ingest/book"
)

// fault is the error for the user of a fault in a book.
func (s *opened) fault(err error, sheet string) error {
	e, ok := errors.AsType[*book.Error](err)
	if !ok {
		return err
	}
	if _, ok := errors.AsType[*core.Error](err); ok {
		return err
	}
	w := core.Where{Sheet: sheet, Row: e.Row}
	if e.Column > 0 {
		w.Column = letter(e.Column - 1)
	}
	args := core.Args{"format": formatName(s.format), "detail": core.Message{Key: "import.workbook." + e.Detail, Args: core.Args{"part": cmp.Or(e.Part, formatName(s.format))}}}
	out := dataErrorArgs(s.faultCode(e), w, args)
	switch e.Code {
	case book.Refused:
		out.Args["detail"] = core.Message{Key: "format.refused." + e.Detail}
	case book.NotBook:
		if e.Detail != "no_workbook" {
			out.Args["format"] = e.Detail
		}
	}
	out.Err = err
	return out
}

// faultCode is the code of the error for the user.
func (s *opened) faultCode(e *book.Error) string {
	switch e.Code {
	case book.NotBook:
		return "not_a_table"
	case book.Refused:
		return "format_refused"
	case book.Crashed, book.Garbled:
		return "reader_failed"
	case book.Hung:
		return "reader_hung"
	case book.Memory:
		return "reader_memory"
	}
	i := 0
	switch e.Code {
	case book.TooLarge:
		i = 1
	case book.Encrypted:
		i = 2
	}
	return s.faultCodes(e)[i]
}

// faultCodes are the codes of a file that is broken, too large or encrypted.
func (s *opened) faultCodes(e *book.Error) [3]string {
	switch s.format {
	case "zip":
		if s.book == nil && e.Code == book.Broken {
			break // an archive that cannot be opened is most often a workbook
		}
		fallthrough
	case "gzip", "bzip2", "zstd":
		return [3]string{"archive_broken", "archive_too_large", "archive_encrypted"}
	case "parquet", "json", "html":
		return [3]string{"source_broken", "source_too_large", "source_encrypted"}
	}
	return [3]string{"workbook_broken", "workbook_too_large", "workbook_encrypted"}
}

// formatName is a format as people call it.
func formatName(id string) string {
	switch id {
	case "gzip", "bzip2", "zstd", "zip", "xlsx", "ods", "html", "json", "xml":
		return strings.ToUpper(id)
	case "xls", "cfb", "biff":
		return "XLS"
	case "fods":
		return "ODS"
	case "parquet":
		return "Parquet"
	}
	return id
}
