package widget

import (
	"fmt"
	"image/color"
	"slices"
	"strings"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/widget"

	"qunxiang/gui/theme"
)

// GridColumn is one column of a DataGrid.
type GridColumn struct {
	Title    string
	Sub      string  // second header line; "" everywhere makes a header of one line
	Width    float32 // 0 = from the title and the first rows
	Right    bool    // numbers
	Sortable bool
}

// GridCell is what one cell shows.
type GridCell struct {
	Text   string
	Swatch color.Color // small square before the text, nil = none
	Muted  bool
	Bold   bool
}

// GridConfig says what a DataGrid shows and calls.
type GridConfig struct {
	Env        Env
	RowNumbers bool
	TwoLines   bool // header with a second line (GridColumn.Sub)
	// OnHeader is called with the column tapped and where (for a menu), nil = dead header.
	OnHeader func(col int, at fyne.Position)
	// OnOpen is called with the row that was tapped or chosen with space.
	OnOpen func(row int)
	// Multi lets several rows be picked, with shift and control as everywhere, for copying.
	Multi bool
	// OnPick is called with the number of rows that are picked.
	OnPick func(rows int)
	// OnKey gets keys first; true = it was taken.
	OnKey func(k *fyne.KeyEvent) bool
}

// DataGrid is a table that stays quick over a million rows. It is fyne's
// widget.Table with five rules built in, each measured:
//
//  1. Length is 0 rows while the table has no size; otherwise the first layout
//     makes an object for every row (4 s and 400 MB at a million rows).
//  2. Cells and header have whole heights, so that the pitch of rows is exact in
//     float32 beyond two million rows.
//  3. Scrolling goes through ScrollTo, never ScrollToBottom and its like.
//  4. A cell is one canvas.Text, cut by an estimate of its width, not a label.
//  5. Row heights are never set (but for the header of a small preview); column
//     widths only once there is a size.
//
// Row numbers are a column of their own that stays in place: with Fyne's header
// column every row would be as high as the header.
type DataGrid struct {
	widget.Table
	cfg     GridConfig
	columns []GridColumn
	rows    int
	cell    func(row, col int) GridCell
	number  func(row int) string
	sort    int
	desc    bool
	chosen  int
	picked  spans // rows that are picked, with Multi
	anchor  int   // row from which shift picks
	// hovering is set while the table hears of the pointer.
	hovering bool
	// modifiers returns the keys held down.
	modifiers func() fyne.KeyModifier
	fitted    float32
	// leadWidth is the width of the row numbers that the columns were fitted with.
	leadWidth float32
}

var _ fyne.Shortcutable = (*DataGrid)(nil)

// NewDataGrid makes an empty grid.
func NewDataGrid(cfg GridConfig) *DataGrid {
	g := &DataGrid{cfg: cfg, sort: -1, chosen: -1, modifiers: heldKeys}
	g.Length = g.length
	g.CreateCell = func() fyne.CanvasObject { return newGridCell() }
	g.UpdateCell = g.update
	g.ShowHeaderRow, g.StickyColumnCount = true, g.lead()
	g.CreateHeader = func() fyne.CanvasObject { return newGridHead(cfg.TwoLines) }
	g.UpdateHeader = g.updateHead
	g.HideSeparators = true
	g.OnSelected = func(id widget.TableCellID) { g.choose(id.Row, true) }
	g.OnHighlighted = func(id widget.TableCellID) {
		if !g.hovering { // what the pointer passes is not what is chosen
			g.choose(id.Row, false)
		}
	}
	g.ExtendBaseWidget(g)
	if cfg.TwoLines { // row heights cost a walk over all rows: for previews of a few hundred only
		g.SetRowHeight(-1, 2*theme.RowHeight-theme.GapXS)
	}
	return g
}

// SetData replaces columns and rows. cell is called on the window's thread for the
// cells in sight only and must be quick. number gives the text of the row header,
// nil = 1, 2, 3 ….
func (g *DataGrid) SetData(columns []GridColumn, rows int, cell func(row, col int) GridCell, number func(row int) string) {
	same := slices.EqualFunc(columns, g.columns, func(a, b GridColumn) bool { return a.Title == b.Title })
	g.columns, g.rows, g.cell, g.number = columns, rows, cell, number
	g.chosen, g.anchor = -1, 0
	g.pick(nil)
	g.UnselectAll()
	if !same || len(columns) > 0 && g.numberWidth() != g.leadWidth {
		g.fitted = 0
	}
	g.fit(g.Size().Width)
	g.Refresh()
	if rows > 0 && g.Size().Height > 0 {
		g.ScrollTo(widget.TableCellID{})
	}
}

// Keep is SetData for the same rows whose cells have changed: what is chosen and in sight
// stays. Other columns or another number of rows begin anew.
func (g *DataGrid) Keep(columns []GridColumn, rows int, cell func(row, col int) GridCell, number func(row int) string) {
	if rows != g.rows || !slices.Equal(columns, g.columns) {
		g.SetData(columns, rows, cell, number)
		return
	}
	g.cell, g.number = cell, number
	g.Refresh()
}

// SetSort marks the column that the rows are sorted by, −1 = none.
func (g *DataGrid) SetSort(col int, desc bool) {
	g.sort, g.desc = col, desc
	g.Refresh()
}

// Rows returns the number of rows.
func (g *DataGrid) Rows() int { return g.rows }

// Resize implements fyne.CanvasObject.
func (g *DataGrid) Resize(s fyne.Size) {
	g.Table.Resize(s)
	g.fit(s.Width)
}

// MinSize implements fyne.CanvasObject: a grid scrolls, so it needs little.
func (g *DataGrid) MinSize() fyne.Size {
	g.ExtendBaseWidget(g)
	return fyne.NewSize(200, 4*(theme.RowHeight+theme.GapXS))
}

// TypedKey implements fyne.Focusable.
func (g *DataGrid) TypedKey(k *fyne.KeyEvent) {
	if g.cfg.OnKey == nil || !g.cfg.OnKey(k) {
		g.Table.TypedKey(k)
	}
}

// Choose marks a row as chosen and brings it into sight, without a call of OnOpen.
func (g *DataGrid) Choose(row int) {
	if row == g.chosen || row < 0 || row >= g.rows {
		return
	}
	g.choose(row, false)
	if g.Size().Height > 0 {
		g.ScrollTo(widget.TableCellID{Row: row})
	}
}

// TypedShortcut copies what Text returns, and picks every row.
func (g *DataGrid) TypedShortcut(s fyne.Shortcut) {
	switch s.(type) {
	case *fyne.ShortcutCopy:
		if g.cfg.Env.Copy != nil {
			g.cfg.Env.Copy(g.Text())
		}
	case *fyne.ShortcutSelectAll:
		if g.cfg.Multi && g.rows > 0 {
			g.pick(spans{{0, g.rows - 1}})
			g.Refresh()
		}
	}
}

// The most rows that are copied: without a choice, and of those that are picked.
const (
	mostCopied       = 1000
	mostPickedCopied = 20_000
)

// Text returns the rows that are picked, or the chosen one, with the header, or the first
// thousand when none is chosen, as tab-separated text.
func (g *DataGrid) Text() string {
	var b strings.Builder
	for i, c := range g.columns {
		fmt.Fprint(&b, c.Title, tabOrEnd(i, len(g.columns)))
	}
	rows, left := g.picked, mostPickedCopied
	switch {
	case len(rows) > 0:
	case g.chosen >= 0:
		rows = spans{{g.chosen, g.chosen}}
	default:
		rows, left = spans{{0, g.rows - 1}}, mostCopied
	}
	for _, s := range rows {
		for r := s[0]; r <= s[1] && left > 0; r++ {
			for i := range g.columns {
				fmt.Fprint(&b, g.cell(r, i).Text, tabOrEnd(i, len(g.columns)))
			}
			left--
		}
	}
	return b.String()
}

func tabOrEnd(i, n int) string {
	if i == n-1 {
		return "\n"
	}
	return "\t"
}

// lead is the number of columns before the first of the caller's.
func (g *DataGrid) lead() int {
	if g.cfg.RowNumbers {
		return 1
	}
	return 0
}

func (g *DataGrid) length() (rows, cols int) {
	if g.Size().Height < 3*theme.RowHeight {
		return 0, len(g.columns) + g.lead()
	}
	return g.rows, len(g.columns) + g.lead()
}

func (g *DataGrid) update(id widget.TableCellID, o fyne.CanvasObject) {
	c, ok := o.(*gridCell)
	col := id.Col - g.lead()
	if !ok || g.cell == nil || id.Row >= g.rows || col >= len(g.columns) {
		return
	}
	if col < 0 {
		c.set(GridCell{Text: g.rowNumber(id.Row), Muted: true}, true, g.marked(id.Row))
		return
	}
	c.set(g.cell(id.Row, col), g.columns[col].Right, g.marked(id.Row))
}

func (g *DataGrid) rowNumber(row int) string {
	if g.number != nil {
		return g.number(row)
	}
	return g.cfg.Env.Locale.Int(row + 1)
}

func (g *DataGrid) updateHead(id widget.TableCellID, o fyne.CanvasObject) {
	h, ok := o.(*gridHead)
	if !ok {
		return
	}
	col := id.Col - g.lead()
	if col < 0 || col >= len(g.columns) {
		h.set("", "", false, nil)
		return
	}
	c := g.columns[col]
	title := c.Title
	if col == g.sort {
		title += map[bool]string{false: " ↑", true: " ↓"}[g.desc]
	}
	var tap func(fyne.Position)
	if g.cfg.OnHeader != nil && (c.Sortable || g.cfg.TwoLines) {
		tap = func(at fyne.Position) { g.cfg.OnHeader(col, at) }
	}
	h.set(title, c.Sub, c.Right, tap)
}

func (g *DataGrid) choose(row int, open bool) {
	if row < 0 || row >= g.rows {
		return
	}
	if g.cfg.Multi && g.extend(row, open) {
		return
	}
	g.chosen, g.anchor = row, row
	g.pick(nil)
	g.Refresh()
	if open {
		g.UnselectAll() // a second click counts too
		if g.cfg.OnOpen != nil {
			g.cfg.OnOpen(row)
		}
	}
}

// fit sets the widths of the columns: what their first rows need, and the rest of
// the table's width shared among them, so that no grey edge stays.
func (g *DataGrid) fit(width float32) {
	if width < 50 || len(g.columns) == 0 || width == g.fitted {
		return
	}
	g.fitted = width
	avail := width - theme.GapXS*float32(len(g.columns))
	if g.cfg.RowNumbers {
		w := g.numberWidth()
		g.leadWidth = w
		g.SetColumnWidth(0, w)
		avail -= w + theme.GapXS
	}
	want := make([]float32, len(g.columns))
	var sum float32
	for i := range g.columns {
		want[i] = g.want(i)
		sum += want[i]
	}
	if extra := avail - sum; extra > 0 {
		for i := range want {
			want[i] += extra * want[i] / sum
		}
	}
	for i, w := range want {
		g.SetColumnWidth(i+g.lead(), float32(int(w)))
	}
}

// numberWidth is what the last row's number needs.
func (g *DataGrid) numberWidth() float32 {
	last := ""
	if g.rows > 0 {
		last = g.rowNumber(g.rows - 1)
	}
	return max(64, float32(int(estimate(last, theme.Size("text"))+2*cellInset+theme.GapXS)))
}

func (g *DataGrid) want(col int) float32 {
	c := g.columns[col]
	if c.Width > 0 {
		return c.Width
	}
	size := theme.Size(theme.SizeSmall)
	w := max(estimate(c.Title+" ↓", size), estimate(c.Sub+" ▾", size))
	size = theme.Size("text")
	for r := range min(g.rows, 40) {
		cell := g.cell(r, col)
		n := estimate(cell.Text, size)
		if cell.Swatch != nil {
			n += theme.SwatchSize + theme.GapS
		}
		w = max(w, n)
	}
	return min(320, max(56, w+2*cellInset+theme.GapXS))
}
