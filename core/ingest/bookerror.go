package ingest

import (
	"errors"

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
	args := core.Args{"format": formatName(s.format), "detail": core.Message{Key: "import.workbook." + e.Detail, Args: core.Args{"part": e.Part}}}
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
	kind := "file_"
	switch s.format {
	case "xlsx", "xls", "ods", "xml":
		kind = "workbook_"
	case "zip", "gzip", "zstd":
		kind = "archive_"
		if e.Code == book.Broken && s.format == "zip" && s.book == nil {
			kind = "workbook_" // most are
		}
	}
	switch e.Code {
	case book.TooLarge:
		return kind + "too_large"
	case book.Encrypted:
		return kind + "encrypted"
	}
	return kind + "broken"
}

// formatName is a format as people call it.
func formatName(id string) string {
	switch id {
	case "xlsx", "xls", "ods", "zip", "html", "json", "xml":
		return map[string]string{"xlsx": "XLSX", "xls": "XLS", "ods": "ODS", "zip": "ZIP", "html": "HTML", "json": "JSON", "xml": "XML"}[id]
	case "gzip":
		return "GZIP"
	case "zstd":
		return "ZSTD"
	case "parquet":
		return "Parquet"
	}
	return id
}
