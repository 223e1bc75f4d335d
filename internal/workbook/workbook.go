package workbook

import (
	"archive/zip"
	"bufio"
	"fmt"
	"io"
	"math"
	"strconv"
	"time"
)

// The limits of a sheet, by the format.
const (
	MaxRows = 1 << 20
	MaxText = 32767 // characters of a cell, in UTF-16; longer texts are cut there
)

// width of columns is in characters of the usual font.
type width struct {
	first, last int // from 1
	characters  int
}

// Writer writes one workbook. Calls come in the order Width and Freeze, Row, Close.
type Writer struct {
	zip    *zip.Writer
	name   string
	widths []width
	frozen bool
	sheet  *bufio.Writer // nil before the first row
	buf    []byte
	row    int // the last one
	err    error
}

// New begins a workbook whose sheet has a name of at most 31 characters.
func New(w io.Writer, sheet string) *Writer {
	return &Writer{zip: zip.NewWriter(w), name: sheet}
}

// Width gives the columns from first to last, counted from 1, so many characters.
func (w *Writer) Width(first, last, characters int) {
	w.widths = append(w.widths, width{first, last, characters})
}

// Freeze keeps the first row in sight.
func (w *Writer) Freeze() { w.frozen = true }

// Head is the cell of a header, in bold.
type Head string

// Text is a cell that stays text when somebody edits it.
type Text string

// style is how a cell looks.
type style int

// The styles, by their place among the cell formats of the workbook.
const (
	usual style = iota
	bold
	asText
	moment
)

// Row writes a row by its number, from 1 and rising. Cells are nil, string, Head, Text,
// bool, int, int64, float64 or [time.Time]; numbers that are none stay empty. Errors of the disk may come with
// a later row, or with Close.
func (w *Writer) Row(number int, cells []any) error {
	if w.sheet == nil {
		w.begin()
	}
	if w.err != nil {
		return w.err
	}
	if number <= w.row || number > MaxRows {
		return fmt.Errorf("row %d behind row %d", number, w.row)
	}
	w.row = number
	b := append(w.buf[:0], `<row r="`...)
	b = append(strconv.AppendInt(b, int64(number), 10), `">`...)
	for i, c := range cells {
		var err error
		if b, err = appendCell(b, i, number, c); err != nil {
			return err
		}
	}
	w.buf = append(b, "</row>"...)
	_, w.err = w.sheet.Write(w.buf)
	return w.err
}

// Close writes what is behind the rows. It does not close what the workbook goes to.
func (w *Writer) Close() error {
	if w.sheet == nil {
		w.begin()
	}
	if w.err != nil {
		return w.err
	}
	if _, err := w.sheet.WriteString("</sheetData></worksheet>"); err != nil {
		return err
	}
	if err := w.sheet.Flush(); err != nil {
		return err
	}
	return w.zip.Close()
}

// begin writes the parts before the rows.
func (w *Writer) begin() {
	for _, p := range w.parts() {
		var to io.Writer
		if to, w.err = w.zip.Create(p.name); w.err != nil {
			return
		}
		if _, w.err = io.WriteString(to, p.text); w.err != nil {
			return
		}
	}
	to, err := w.zip.Create("xl/worksheets/sheet1.xml")
	if err != nil {
		w.err = err
		return
	}
	w.sheet = bufio.NewWriterSize(to, 64<<10)
	_, w.err = w.sheet.WriteString(w.top())
}

// appendCell writes the cell of a column, from 0, and row. An empty one is left out.
func appendCell(b []byte, column, row int, value any) ([]byte, error) {
	switch v := value.(type) {
	case nil:
		return b, nil
	case string:
		return appendText(open(b, column, row, usual), v), nil
	case Head:
		return appendText(open(b, column, row, bold), string(v)), nil
	case Text:
		return appendText(open(b, column, row, asText), string(v)), nil
	case bool:
		n := byte('0')
		if v {
			n = '1'
		}
		return append(append(append(open(b, column, row, usual), ` t="b"><v>`...), n), "</v></c>"...), nil
	case time.Time:
		return appendNumber(open(b, column, row, moment), 'f', serial(v)), nil
	case int:
		return appendInt(open(b, column, row, usual), int64(v)), nil
	case int64:
		return appendInt(open(b, column, row, usual), v), nil
	case float64:
		if math.IsNaN(v) || math.IsInf(v, 0) {
			return b, nil
		}
		return appendNumber(open(b, column, row, usual), plainForm(v), v), nil
	}
	return b, fmt.Errorf("cells hold no %T", value)
}

// open begins a cell: its place, A1 and so on, and its form.
func open(b []byte, column, row int, s style) []byte {
	b = append(b, `<c r="`...)
	b = appendColumn(b, column)
	b = strconv.AppendInt(b, int64(row), 10)
	b = append(b, '"')
	if s != usual {
		b = append(strconv.AppendInt(append(b, ` s="`...), int64(s), 10), '"')
	}
	return b
}

// appendColumn writes the letters of a column, from 0: A, …, Z, AA, …
func appendColumn(b []byte, column int) []byte {
	if column >= 26 {
		b = appendColumn(b, column/26-1)
	}
	return append(b, byte('A'+column%26))
}

func appendInt(b []byte, v int64) []byte {
	return append(strconv.AppendInt(append(b, "><v>"...), v, 10), "</v></c>"...)
}

func appendNumber(b []byte, form byte, v float64) []byte {
	return append(strconv.AppendFloat(append(b, "><v>"...), v, form, -1, 64), "</v></c>"...)
}

// plainForm is how a number is written: with an exponent where it is very large or small.
func plainForm(v float64) byte {
	if a := math.Abs(v); a != 0 && a < 1e-9 || a >= 1e21 {
		return 'E'
	}
	return 'f'
}

// serial counts the days of a moment as clocks show it there, which is what a cell
// holds: 1 is the first of January 1900, and since that calendar has a 29th of February
// 1900, days from March on count from a day earlier.
func serial(t time.Time) float64 {
	const leap = 61
	local := time.Date(t.Year(), t.Month(), t.Day(), t.Hour(), t.Minute(), t.Second(), t.Nanosecond(), time.UTC)
	since := local.Sub(time.Date(1899, 12, 30, 0, 0, 0, 0, time.UTC))
	days := since / (24 * time.Hour)
	v := float64(days) + float64(since-days*24*time.Hour)/float64(24*time.Hour)
	if v < leap {
		v--
	}
	return max(0, v)
}
