package ingest

import (
	"bytes"
	"cmp"
	"context"
	"errors"
	"hash/maphash"
	"io"
	"os"
	"slices"
	"strings"

	"qunxiang/core"
	"qunxiang/core/ingest/internal/record"
	"qunxiang/core/ingest/internal/text"
	"qunxiang/core/ingest/xlsx"
)

// isZip reports whether a file is an archive, as workbooks are.
func isZip(head []byte) bool {
	return bytes.HasPrefix(head, []byte("PK\x03\x04")) || bytes.HasPrefix(head, []byte("PK\x05\x06"))
}

// sheetTable is a sheet of a workbook whose layout is known.
type sheetTable struct {
	*layout
	f      *os.File
	size   int64
	book   *xlsx.File
	sheet  int
	rows   []xlsx.SampleRow
	start  int // number of the row before the data
	tuning tuning
	errs   int // cells with errors
}

// openWorkbook opens a workbook and chooses the sheet.
func openWorkbook(ctx context.Context, f *os.File, size int64, o core.ImportOptions) (*sheetTable, error) {
	book, err := xlsx.Open(f, size)
	if err != nil {
		return nil, workbookError(err, "")
	}
	if o.Sheet != "" {
		i := slices.IndexFunc(book.Sheets(), func(s xlsx.Sheet) bool { return strings.EqualFold(s.Name, strings.TrimSpace(o.Sheet)) })
		if i < 0 {
			return nil, userError("no_sheet", "sheet", core.Args{"sheet": o.Sheet, "sheets": sheetNames(book)})
		}
		return sampleSheet(ctx, f, size, book, i, o)
	}
	return bestSheet(ctx, f, size, book, o)
}

func sheetNames(book *xlsx.File) []string {
	var out []string
	for _, s := range book.Sheets() {
		out = append(out, s.Name)
	}
	return out
}

// maxSheets is how many sheets are looked at to choose one.
const maxSheets = 50

// bestSheet chooses by content: the sheet that reads as a table of purchases or of
// customers, with the most rows in its sample; a hidden one only if there is no other.
func bestSheet(ctx context.Context, f *os.File, size int64, book *xlsx.File, o core.ImportOptions) (*sheetTable, error) {
	var best *sheetTable
	var first error
	bestScore := -1.0
	for i, s := range book.Sheets()[:min(len(book.Sheets()), maxSheets)] {
		t, err := sampleSheet(ctx, f, size, book, i, o)
		if err != nil {
			if !otherSheetMayDo(err) {
				return nil, err
			}
			if first == nil || core.CodeOf(first) == "no_rows" {
				first = err
			}
			continue
		}
		if score := t.score(s.Hidden); score > bestScore {
			best, bestScore = t, score
		}
	}
	if best == nil {
		return nil, cmp.Or(first, error(dataError("no_rows", core.Where{})))
	}
	return best, nil
}

// otherSheetMayDo reports whether an error is about what one sheet holds.
func otherSheetMayDo(err error) bool {
	e, ok := errors.AsType[*core.Error](err)
	return ok && e.Origin == core.OriginData && e.Code != "workbook_broken" && e.Code != "workbook_too_large"
}

// score says how likely a sheet is the one that is meant.
func (t *sheetTable) score(hidden bool) float64 {
	score := float64(min(len(t.rows), headMax))
	if t.kind == core.SourceTransactions {
		score += 1e4 * float64(len(t.roles))
	}
	if hidden {
		score /= 1e6
	}
	return score
}

// sampleSheet reads the first rows of a sheet and finds its layout.
func sampleSheet(ctx context.Context, f *os.File, size int64, book *xlsx.File, i int, o core.ImportOptions) (*sheetTable, error) {
	name := book.Sheets()[i].Name
	r, err := book.Rows(i)
	if err != nil {
		return nil, workbookError(err, name)
	}
	defer r.Close()
	t := &sheetTable{f: f, size: size, book: book, sheet: i}
	if t.rows, err = r.Sample(ctx, headMax); err != nil {
		return nil, workbookError(err, name)
	}
	cells := make([][]string, len(t.rows))
	width := 0
	for k, row := range t.rows {
		width = max(width, len(row.Cells))
		cells[k] = row.Cells
	}
	if width == 0 {
		return nil, atSheet(dataError("no_rows", core.Where{}), name)
	}
	if o.HeaderRow > 0 {
		k := slices.IndexFunc(t.rows, func(r xlsx.SampleRow) bool { return r.Number >= o.HeaderRow })
		if k < 0 {
			k = len(t.rows)
		}
		o.HeaderRow = k + 1
	}
	for k := range cells { // a workbook's rows have no length of their own
		cells[k] = fit(cells[k], max(width, 1))
	}
	if t.layout, err = interpret(cells, nil, o); err != nil {
		return nil, atSheet(err, name)
	}
	t.det.Sheet, t.det.Encoding = name, text.UTF8
	if t.header >= 0 {
		t.start = t.rows[t.header].Number
		t.det.HeaderRow = t.start
	}
	return t, nil
}

// atSheet adds the sheet's name to an error.
func atSheet(err error, sheet string) error {
	if e, ok := errors.AsType[*core.Error](err); ok && e.Where.Sheet == "" {
		e.Where.Sheet = sheet
	}
	return err
}

// workbookError is the error for the user of a fault in a workbook.
func workbookError(err error, sheet string) error {
	e, ok := errors.AsType[*xlsx.Error](err)
	if !ok {
		return err
	}
	code := "workbook_broken"
	switch e.Code {
	case xlsx.TooLarge:
		code = "workbook_too_large"
	case xlsx.NotWorkbook:
		return dataErrorArgs("not_a_table", core.Where{}, core.Args{"format": "ZIP"})
	}
	w := core.Where{Sheet: sheet, Row: e.Row}
	if e.Column > 0 {
		w.Column = letter(e.Column - 1)
	}
	out := dataErrorArgs(code, w, core.Args{"detail": core.Message{Key: "import.workbook." + e.Detail, Args: core.Args{"part": e.Part}}})
	out.Err = err
	return out
}

func readWorkbook(ctx context.Context, f *os.File, size int64, o core.ImportOptions, p core.Progress, tu tuning) (*Result, error) {
	for try := 1; ; try++ {
		t, err := openWorkbook(ctx, f, size, o)
		if err != nil {
			return nil, err
		}
		t.tuning = tu
		r, again, err := readTable(ctx, t, o, p)
		if again.order != "" && try < attempts {
			o.DateOrder = again.order
			continue
		}
		if err != nil {
			return nil, atSheet(err, t.det.Sheet)
		}
		if t.errs > 0 {
			r.Report.Hints = append(r.Report.Hints, core.Message{Key: "import.hint.error_cells", Args: core.Args{"count": t.errs}})
		}
		if others := t.otherSheets(); len(others) > 0 && o.Sheet == "" {
			r.Report.Hints = append(r.Report.Hints, core.Message{Key: "import.hint.other_sheets", Args: core.Args{"sheets": others}})
		}
		return r, nil
	}
}

// otherSheets lists the visible sheets that are not read.
func (t *sheetTable) otherSheets() []string {
	var out []string
	for i, s := range t.book.Sheets() {
		if i != t.sheet && !s.Hidden {
			out = append(out, s.Name)
		}
	}
	return out
}

func (t *sheetTable) known() *layout { return t.layout }

func (t *sheetTable) format() (record.Dialect, string) { return record.Dialect{}, "" }

func (t *sheetTable) base() (line, expectedRows int) { return t.start, int(t.size/20) + 1024 }

// read runs the rows of the sheet through the pipeline while the file is hashed.
func (t *sheetTable) read(ctx context.Context, newParser func() parser, a assembler, p core.Progress) (string, error) {
	r, err := t.book.Rows(t.sheet)
	if err != nil {
		return "", workbookError(err, t.det.Sheet)
	}
	defer r.Close()
	r.SkipTo(t.start)
	hashed := make(chan error, 1)
	sum := newFingerprint()
	ctx, stop := context.WithCancel(ctx)
	defer stop()
	go func() {
		_, err := io.Copy(sum, until{ctx, io.NewSectionReader(t.f, 0, t.size)})
		hashed <- err
	}()
	slot := t.slots()
	const scale = 1 << 20
	src := func(ctx context.Context, free <-chan *block, work, order chan<- *block) error {
		for {
			b, err := take(ctx, free)
			if err != nil {
				return err
			}
			_, more, err := r.Next(ctx, slot, &b.grid)
			if err != nil || !more {
				return err
			}
			b.rows, b.read = true, int64(r.Fraction()*scale)
			if err := send(ctx, b, work, order); err != nil {
				return err
			}
		}
	}
	err = pipeline(ctx, t.tuning, src, t.start, scale, newParser, a, p)
	if err != nil {
		stop()
	}
	if herr := <-hashed; err == nil {
		err = herr
	}
	t.errs = r.ErrorCells()
	return fingerprintText(sum), workbookError(err, t.det.Sheet)
}

// until is a reader that ends with its context.
type until struct {
	ctx context.Context
	r   io.Reader
}

// Read implements io.Reader.
func (u until) Read(b []byte) (int, error) {
	if err := u.ctx.Err(); err != nil {
		return 0, err
	}
	return u.r.Read(b)
}

func lookWorkbook(ctx context.Context, f *os.File, size int64, o core.ImportOptions, rows int) (*Preview, error) {
	t, err := openWorkbook(ctx, f, size, o)
	if err != nil {
		return nil, err
	}
	p := &Preview{Detected: t.det, Sheets: sheetNames(t.book), Header: t.names, Size: size, Problems: t.hints}
	body := t.rows[t.header+1:]
	all := make([][]string, 0, len(body))
	for _, r := range body {
		all = append(all, r.Cells)
		p.show(r.Cells, r.Number, rows)
	}
	p.count(t.layout, all)
	r, err := t.book.Rows(t.sheet)
	if err != nil {
		return nil, workbookError(err, t.det.Sheet)
	}
	defer r.Close()
	r.SkipTo(t.start)
	b := &block{rows: true}
	if _, more, err := r.Next(ctx, t.slots(), &b.grid); err == nil && more {
		p.foresee(t, b)
	}
	return p, nil
}

// slots are the slots of the columns that an import reads.
func (t *sheetTable) slots() []int {
	seed := maphash.MakeSeed()
	if t.kind == core.SourceCustomers {
		return newAttrPlan(t.layout, record.Dialect{}, "", seed).slot
	}
	return newTxPlan(t.layout, record.Dialect{}, "", seed).slot
}
