package ingest

import (
	"context"
	"os"

	"qunxiang/core/ingest/book"
	"qunxiang/core/ingest/xlsx"
)

// openBook opens a file that is no delimited text, by its signature: it is what runs in
// the reading process.
func openBook(ctx context.Context, f *os.File, tick func()) (book.Reader, string, error) {
	head, size, err := headOf(f)
	if err != nil {
		return nil, "", err
	}
	switch format := signature(head, size); format {
	case "zip":
		r, err := xlsx.Open(f, size)
		return r, "xlsx", err
	default:
		return nil, format, &book.Error{Code: book.NotBook, Detail: format}
	}
}
