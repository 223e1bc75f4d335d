package book

import (
	"context"
	"errors"
	"io"
)

// Limits of every table.
const (
	MaxColumns = 2000    // with values, as in delimited text
	MaxRow     = 1 << 20 // bytes of the text of one row
	MaxRows    = 1 << 20 // rows of a sheet; records of JSON and Parquet have no end
	MaxTables  = 10_000
)

// Sheet is one table of a book.
type Sheet struct {
	Name   string `json:"name"`
	Hidden bool   `json:"hidden,omitempty"`
	Named  bool   `json:"named,omitempty"` // the file itself has names of columns: row 0 holds them
	Mac    bool   `json:"mac,omitempty"`   // days without a date's format count from 1904, not from 1900
}

// Entry is a file in an archive.
type Entry struct {
	Name string `json:"name"`
}

// Reader is an open book. It belongs to one goroutine.
type Reader interface {
	// Sheets lists the tables in their order.
	Sheets() []Sheet
	// Scan pushes the rows of a table from the first to the last into k. It ends with
	// the error of k, or its own; a fault anywhere in the table is an error.
	Scan(ctx context.Context, sheet int, k Sink) (Tally, error)
	// Close gives back what Open took.
	Close() error
}

// Packed is an archive: a Reader without sheets.
type Packed interface {
	Reader
	// Entries lists the files that can be unpacked.
	Entries() []Entry
	// Unpack writes an entry to w, and fails after what could be read where it is damaged.
	Unpack(ctx context.Context, entry int, w io.Writer) error
}

// Sink takes the cells of rows. An error of Cell or End ends the scan.
type Sink interface {
	// Begin starts a row; numbers ascend from 1, 0 is for the names of a Named sheet.
	Begin(number int)
	// Cell takes the text of a cell; columns ascend from 0. The bytes are the caller's.
	Cell(col int, text []byte) error
	// End ends the row.
	End() error
	// Progress tells how much of the table was read, 0…1, and that the reader lives.
	Progress(fraction float64)
}

// Tally is what a reader knows of a table after it was scanned.
type Tally struct {
	ErrorCells int    // cells that held an error such as #N/A; they count as empty
	Notes      []Note // what to tell the user
}

// Note is a remark of a reader: a stable id of a sentence, with a number or two.
type Note struct {
	ID    string `json:"id"`
	Count int    `json:"count"`
	Of    int    `json:"of,omitempty"`
}

// errEnough ends a scan that has all the rows that were asked for.
var errEnough = errors.New("enough rows")
