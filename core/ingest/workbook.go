package ingest

import (
	"cmp"
	"context"
	"errors"
	"hash/maphash"
	"io"
	"slices"
	"strings"

	"qunxiang/core"
	"qunxiang/core/ingest/book"
	"qunxiang/core/ingest/internal/record"
	"qunxiang/core/ingest/internal/text"
)

// sheetTable is a table of a book whose layout is known.
type sheetTable struct {
	*layout
	src    *opened
	sheet  int
	rows   []book.Row
	start  int // number of the row before the data
	tuning tuning
	tally  book.Tally
	filler *filler // of the reading
	alike  int     // visible sheets with the same columns, itself among them; 0 = nobody looked
}

// chooseSheet finds the table that is meant.
func chooseSheet(ctx context.Context, src *opened, o core.ImportOptions) (*sheetTable, error) {
	sheets := src.book.Sheets
	if o.Sheet != "" && len(sheets) > 0 {
		i := slices.IndexFunc(sheets, func(s book.Sheet) bool { return strings.EqualFold(s.Name, strings.TrimSpace(o.Sheet)) })
		switch {
		case i >= 0:
			return sampleSheet(ctx, src, i, o)
		case len(sheets) > 1 || sheets[0].Name != "":
			return nil, userError("no_sheet", "sheet", core.Args{"sheet": o.Sheet, "sheets": sheetNames(src.book)})
		}
	}
	return bestSheet(ctx, src, o)
}

func sheetNames(b *book.Book) []string {
	var out []string
	for _, s := range b.Sheets {
		if s.Name != "" {
			out = append(out, s.Name)
		}
	}
	return out
}

// maxSheets is how many sheets are looked at to choose one.
const maxSheets = 50

// bestSheet chooses by content: the sheet that reads as a table of purchases or of
// customers, with the most rows in its sample; a hidden one only if there is no other.
func bestSheet(ctx context.Context, src *opened, o core.ImportOptions) (*sheetTable, error) {
	var best *sheetTable
	var first error
	bestScore := -1.0
	sheets := src.book.Sheets
	columns := map[string]int{}
	for i, s := range sheets[:min(len(sheets), maxSheets)] {
		t, err := sampleSheet(ctx, src, i, o)
		if err != nil {
			if !otherSheetMayDo(err) {
				return nil, err
			}
			if first == nil || core.CodeOf(first) == "no_rows" {
				first = err
			}
			continue
		}
		score := t.score(s.Hidden)
		if score > bestScore {
			best, bestScore = t, score
		}
		if score > 0 && !s.Hidden && s.Name != "" {
			columns[columnsKey(t.kind, t.names)]++
		}
	}
	if best == nil {
		return nil, cmp.Or(first, error(dataError("no_rows", core.Where{})))
	}
	best.alike = columns[columnsKey(best.kind, best.names)]
	return best, nil
}

// otherSheetMayDo reports whether an error is about what one sheet holds, and not about
// the book.
func otherSheetMayDo(err error) bool {
	if _, ok := errors.AsType[*book.Error](err); ok {
		return false
	}
	e, ok := errors.AsType[*core.Error](err)
	return ok && e.Origin == core.OriginData
}

// score says how likely a sheet is the one that is meant.
func (t *sheetTable) score(hidden bool) float64 {
	score := float64(min(len(t.rows)-t.header-1, headMax))
	if score <= 0 {
		return -0.5 // a title, or a header alone
	}
	if t.kind == core.SourceTransactions {
		score += 1e4 * float64(len(t.roles))
	}
	if hidden {
		score /= 1e6
	}
	return score
}

// sampleSheet reads the first rows of a sheet and finds its layout.
func sampleSheet(ctx context.Context, src *opened, i int, o core.ImportOptions) (*sheetTable, error) {
	sheet := src.book.Sheets[i]
	r, err := src.book.Rows(ctx, i, -1, headMax)
	if err != nil {
		return nil, src.fault(err, sheet.Name)
	}
	t := &sheetTable{src: src, sheet: i}
	if t.rows, err = r.Sample(ctx); err != nil {
		return nil, src.fault(err, sheet.Name)
	}
	cells := make([][]string, len(t.rows))
	width := 0
	for k, row := range t.rows {
		width = max(width, len(row.Cells))
		cells[k] = row.Cells
	}
	if width == 0 {
		return nil, atSheet(dataError("no_rows", core.Where{}), sheet.Name)
	}
	o.HeaderRow = headerAmong(t.rows, sheet, o.HeaderRow)
	for k := range cells { // a workbook's rows have no length of their own
		cells[k] = fit(cells[k], max(width, 1))
	}
	if t.layout, err = interpret(cells, nil, o); err != nil {
		return nil, atSheet(err, sheet.Name)
	}
	if t.dates.Serial != 0 && sheet.Mac {
		t.dates.Serial = 1904
	}
	t.det.Sheet, t.det.Encoding = src.sheetName(sheet.Name), text.UTF8
	if t.header >= 0 {
		t.start = t.rows[t.header].Number
		t.det.HeaderRow = t.start
	}
	return t, nil
}

// headerAmong turns the number of the header's row into its place in the sample. A table
// whose names of columns are in the file itself has its header there.
func headerAmong(rows []book.Row, sheet book.Sheet, header int) int {
	switch {
	case header > 0:
		k := slices.IndexFunc(rows, func(r book.Row) bool { return r.Number >= header })
		if k < 0 {
			k = len(rows)
		}
		return k + 1
	case header == 0 && sheet.Named:
		return 1
	}
	return header
}

// atSheet adds the sheet's name to an error.
func atSheet(err error, sheet string) error {
	if e, ok := errors.AsType[*core.Error](err); ok && e.Where.Sheet == "" {
		e.Where.Sheet = sheet
	}
	return err
}

// readBook reads the table of a book that is meant.
func readBook(ctx context.Context, src *opened, o core.ImportOptions, p core.Progress, tu tuning) (*Result, error) {
	for try := 1; ; try++ {
		t, err := chooseSheet(ctx, src, o)
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
		r.Report.Hints = append(append(r.Report.Hints, t.filler.hints(t.layout)...), t.remarks(o)...)
		return r, nil
	}
}

// remarks are what to tell of a table that was read.
func (t *sheetTable) remarks(o core.ImportOptions) []core.Message {
	var out []core.Message
	if t.tally.ErrorCells > 0 {
		out = append(out, core.Message{Key: "import.hint.error_cells", Args: core.Args{"count": t.tally.ErrorCells}})
	}
	for _, n := range t.tally.Notes {
		out = append(out, core.Message{Key: "import.hint.book." + n.ID, Args: core.Args{"count": n.Count, "of": n.Of}})
	}
	return append(out, t.besides(o)...)
}

// besides tells of the sheets that are not read.
func (t *sheetTable) besides(o core.ImportOptions) []core.Message {
	var out []core.Message
	if t.alike > 1 {
		out = append(out, core.Message{Key: "import.hint.alike_sheets", Args: core.Args{"count": t.alike}})
	}
	if others := t.otherSheets(); len(others) > 0 && o.Sheet == "" {
		out = append(out, core.Message{Key: "import.hint.other_sheets", Args: core.Args{"sheets": others}})
	}
	return out
}

// otherSheets lists the visible sheets that are not read.
func (t *sheetTable) otherSheets() []string {
	var out []string
	for i, s := range t.src.book.Sheets {
		if i != t.sheet && !s.Hidden {
			out = append(out, s.Name)
		}
	}
	return out
}

func (t *sheetTable) known() *layout { return t.layout }

func (t *sheetTable) log() *journal { return t.tuning.log() }

func (t *sheetTable) format() (record.Dialect, string) { return record.Dialect{}, "" }

func (t *sheetTable) base() (line, expectedRows int) { return t.start, int(t.src.size/20) + 1024 }

// read runs the rows of the table through the pipeline while the file is hashed.
func (t *sheetTable) read(ctx context.Context, newParser func() parser, a assembler, p core.Progress) (string, error) {
	r, err := t.src.book.Rows(ctx, t.sheet, t.skip(), 0)
	if err != nil {
		return "", t.src.fault(err, t.det.Sheet)
	}
	hashed := make(chan error, 1)
	sum := newFingerprint()
	ctx, stop := context.WithCancel(ctx)
	defer stop()
	go func() {
		_, err := io.Copy(sum, until{ctx, t.src.original()})
		hashed <- err
	}()
	slot := t.slots()
	t.filler = t.newFiller(slot)
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
			t.filler.fill(&b.grid)
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
	t.tally = r.Tally()
	return fingerprintText(sum), t.src.fault(err, t.det.Sheet)
}

// skip is the number of the last row that is no data: −1 before row 0, which only holds
// names.
func (t *sheetTable) skip() int {
	if t.header < 0 {
		return -1
	}
	return t.start
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

func lookBook(ctx context.Context, src *opened, o core.ImportOptions, rows int) (*Preview, error) {
	t, err := chooseSheet(ctx, src, o)
	if err != nil {
		return nil, err
	}
	p := &Preview{Detected: t.det, Sheets: sheetNames(src.book), Header: t.names, Size: src.size, Problems: append(slices.Clip(t.hints), t.besides(o)...)}
	body := t.rows[t.header+1:]
	all := make([][]string, 0, len(body))
	for _, r := range body {
		all = append(all, r.Cells)
		p.show(r.Cells, r.Number, rows)
	}
	p.count(t.layout, all)
	r, err := src.book.Rows(ctx, t.sheet, t.skip(), headMax)
	if err != nil {
		return nil, src.fault(err, t.det.Sheet)
	}
	b := &block{rows: true}
	slot := t.slots()
	if _, more, err := r.Next(ctx, slot, &b.grid); err == nil && more {
		t.newFiller(slot).fill(&b.grid)
		p.foresee(t, b)
	}
	return p, nil
}

// slots are the slots of the columns that an import reads.
func (t *sheetTable) slots() []int {
	seed := maphash.MakeSeed()
	if t.wide() {
		return newAttrPlan(t.layout, record.Dialect{}, "", seed).slot
	}
	return newTxPlan(t.layout, record.Dialect{}, "", seed).slot
}
