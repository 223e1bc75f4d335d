package webtable

import (
	"strconv"
	"strings"

	"golang.org/x/net/html"

	"qunxiang/core/ingest/book"
)

// table is a table that is open.
type table struct {
	index   int
	row     int
	inRow   bool
	inCell  bool
	caption strings.Builder
	inCap   bool
	cells   []string // of the row
	span    int      // columns of the cell
	down    int      // rows of the cell
	text    strings.Builder
	held    map[int]*held // by column: cells that go on from rows above
}

// held is a cell that reaches down.
type held struct {
	text string
	left int
}

// begin begins a table.
func (w *walker) begin() error {
	if len(w.open) >= maxDepth || w.found >= book.MaxTables {
		return book.Beyond("entries", "")
	}
	w.open = append(w.open, &table{index: w.found, held: map[int]*held{}})
	w.found++
	if w.want < 0 {
		w.p.sheets = append(w.p.sheets, book.Sheet{Name: strconv.Itoa(w.found)})
	}
	return nil
}

// beginRow begins a row, and ends the one before where that is open.
func (w *walker) beginRow(t *table) error {
	if err := w.endRow(t); err != nil {
		return err
	}
	t.inRow = true
	if t.index == w.want {
		w.rowStarts++
	}
	return nil
}

func (w *walker) beginCell(t *table, z *html.Tokenizer, more bool) error {
	w.endCell(t)
	t.inRow, t.inCell, t.span, t.down = true, true, 1, 1
	for more {
		var key, val []byte
		key, val, more = z.TagAttr()
		n, err := strconv.Atoi(strings.TrimSpace(string(val)))
		if err != nil || n < 1 {
			continue
		}
		switch string(key) {
		case "colspan":
			t.span = min(n, book.MaxColumns)
		case "rowspan":
			t.down = min(n, maxSpan)
		}
	}
	t.fillHeld()
	if len(t.cells) >= book.MaxColumns {
		return book.Beyond("columns", "").At(t.row+1, len(t.cells)+1)
	}
	return nil
}

// fillHeld puts the cells that reach down from above where the next cell would stand.
func (t *table) fillHeld() {
	for {
		h := t.held[len(t.cells)]
		if h == nil {
			return
		}
		col := len(t.cells)
		t.cells = append(t.cells, h.text)
		if h.left--; h.left == 0 {
			delete(t.held, col)
		}
	}
}

// reaches reports whether a cell from above stands behind the last cell of the row.
func (t *table) reaches() bool {
	for col := range t.held {
		if col > len(t.cells) {
			return true
		}
	}
	return false
}

// endCell ends the cell that is open.
func (w *walker) endCell(t *table) {
	if !t.inCell {
		return
	}
	t.inCell = false
	s := strings.TrimSpace(t.text.String())
	t.text.Reset()
	at := len(t.cells)
	for i := range min(t.span, book.MaxColumns-at) {
		cell := ""
		if i == 0 {
			cell = s
		}
		t.cells = append(t.cells, cell)
		if t.down > 1 {
			t.held[at+i] = &held{cell, t.down - 1}
		}
	}
}

// wide is how many rows have more cells than most rows have.
func wide(widths map[int]int) (rows int) {
	usual := 0
	for cells, n := range widths {
		if n > widths[usual] || n == widths[usual] && cells > usual {
			usual = cells
		}
	}
	for cells, n := range widths {
		if cells > usual {
			rows += n
		}
	}
	return rows
}

// endRow ends the row that is open.
func (w *walker) endRow(t *table) error {
	w.endCell(t)
	if !t.inRow {
		return nil
	}
	t.inRow = false
	t.fillHeld()
	for len(t.held) > 0 && t.reaches() { // cells from above behind the last of the row
		t.cells = append(t.cells, "")
		t.fillHeld()
	}
	if t.row++; t.row > book.MaxRows {
		return book.Beyond("rows", "").At(t.row, 0)
	}
	cells := t.cells
	t.cells = t.cells[:0]
	if t.index != w.want {
		return nil
	}
	w.widths[len(cells)]++
	w.k.Begin(t.row)
	for c, s := range cells {
		if err := w.k.Cell(c, []byte(s)); err != nil {
			return err
		}
	}
	return w.k.End()
}
