package ingest

import (
	"encoding/csv"
	"io"
	"slices"
	"strconv"
	"unicode/utf8"

	"qunxiang/core"
	"qunxiang/core/ingest/internal/text"
)

// The columns that a file of rejected rows has beside those of its file. An import does
// not read them; a file that has both is one of corrected rows.
const (
	ReasonColumn = "qunxiang_reason"
	RowColumn    = "qunxiang_row"
)

// aside returns the columns of a file that only say why its rows were rejected.
func aside(names []string) []int {
	a, b := slices.Index(names, ReasonColumn), slices.Index(names, RowColumn)
	if a < 0 || b < 0 {
		return nil
	}
	return []int{a, b}
}

// Settled reports reasons whose rows have done what they are for: a refund that is
// linked, and the purchase that it undid. Importing them again would undo twice.
func Settled(reason string) bool {
	return reason == reasonIDs[refundLinked] || reason == reasonIDs[orderRefunded]
}

// Correctable lists the reasons whose rows may be corrected and imported again: all but
// those of rows that say nothing, and of rows that are settled.
func Correctable() []string {
	out := make([]string, 0, len(reasonIDs))
	for _, id := range reasonIDs[1:] {
		if id != reasonIDs[blankRow] && !Settled(id) {
			out = append(out, id)
		}
	}
	return out
}

// RejectedWriter writes rows that an import left out as delimited text (UTF-8 with a
// byte order mark, lines end in CR LF) in the layout of their file: its columns, then
// [ReasonColumn] and [RowColumn], then cells beyond the last column.
type RejectedWriter struct {
	out  *csv.Writer
	keep []int // columns of the file
	word func(reason string) string
	N    int // rows written
}

// NewRejectedWriter writes the header. word says a reason in words.
func NewRejectedWriter(w io.Writer, r *Rejection, word func(reason string) string) (*RejectedWriter, error) {
	if _, err := io.WriteString(w, "\uFEFF"); err != nil {
		return nil, err
	}
	rw := &RejectedWriter{out: csv.NewWriter(w), word: word}
	rw.out.UseCRLF = true
	rw.out.Comma = rejectedComma(r.Options.Delimiter)
	skip := aside(r.Header)
	var header []string
	for i, name := range r.Header {
		if !slices.Contains(skip, i) {
			rw.keep = append(rw.keep, i)
			header = append(header, name)
		}
	}
	return rw, rw.out.Write(append(header, ReasonColumn, RowColumn))
}

// rejectedComma is the file's own delimiter where it is one of the usual.
func rejectedComma(delimiter string) rune {
	switch c, n := utf8.DecodeRuneInString(delimiter); {
	case n == len(delimiter) && (c == ';' || c == '\t' || c == '|'):
		return c
	}
	return ','
}

// Write writes a row.
func (w *RejectedWriter) Write(r Rejected) error {
	cells := make([]string, 0, len(r.Cells)+2)
	for _, c := range w.keep {
		cell := ""
		if c < len(r.Cells) {
			cell = r.Cells[c]
		}
		cells = append(cells, cell)
	}
	cells = append(cells, w.word(r.Reason), strconv.Itoa(r.Row))
	if n := lastFilled(r.Cells); n > 0 && n > w.keep[len(w.keep)-1]+1 && !hasAside(w.keep) {
		cells = append(cells, r.Cells[w.keep[len(w.keep)-1]+1:n]...)
	}
	w.N++
	return w.out.Write(cells)
}

// hasAside reports whether columns are left out of the layout.
func hasAside(keep []int) bool { return len(keep) > 0 && keep[len(keep)-1] != len(keep)-1 }

// Flush writes what is held back.
func (w *RejectedWriter) Flush() error {
	w.out.Flush()
	return w.out.Error()
}

// Again are the options with which a file is read as it was: everything that was found is
// fixed.
func Again(d core.Detected) core.ImportOptions {
	o := core.ImportOptions{Kind: d.Kind, Sheet: d.Sheet, DateOrder: d.DateOrder, Refunds: d.Refunds, Grain: d.Grain, Map: map[core.Role]string{}}
	o = asRead(o, d)
	if d.Kind == core.SourceTransactions {
		for _, role := range roleOrder {
			o.Map[role] = ""
		}
		o.Map[core.RoleRefund], o.Map[core.RoleRefundStatus] = "", ""
		if d.Grain == core.GrainOrder && d.Mapping[core.RoleOrder] != "" {
			o.Grain = "" // otherwise the numbers are not read
		}
	}
	for role, column := range d.Mapping {
		o.Map[role] = column
	}
	return o
}

// CorrectedOptions are the options for the import of corrected rows: columns are used as
// they were when the rows were rejected.
func (r *Rejection) CorrectedOptions() core.ImportOptions {
	o := Again(r.Result.Report.Detected)
	o.Sheet, o.HeaderRow, o.Encoding, o.Delimiter = "", 1, text.UTF8, string(rejectedComma(r.Options.Delimiter))
	return o
}
