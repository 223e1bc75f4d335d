package ingest

import (
	"context"

	"qunxiang/core"
)

// Preview is how a file would be imported, found from its head and samples of the
// rest: what the import page shows before anything is read.
type Preview struct {
	Detected   core.Detected
	Sheets     []string   // of a workbook
	Encodings  []string   // to choose from; nil for a workbook
	Delimiters []string   // to choose from; nil for a workbook
	Header     []string   // names of the columns
	Rows       [][]string // first rows of data
	RowNumbers []int      // of Rows in the file, 1-based
	Lines      int        // rows of data in the sample …
	Orders     int        // … and the distinct order numbers among them, 0 without an order column
	Size       int64      // bytes of the file
	Problems   []core.Message
}

// Look says how a file would be imported and shows its first rows. It reads a few
// hundred kilobytes however large the file is. A choice in o that cannot be met, or a
// file that is no table, is an error as in [Read].
func Look(ctx context.Context, path string, o core.ImportOptions, rows int) (*Preview, error) {
	v, err := look(ctx, path, o, rows)
	return v, atFile(path, err)
}
