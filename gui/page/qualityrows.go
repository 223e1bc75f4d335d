package page

import (
	"slices"
	"strings"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/container"

	"qunxiang/core"
	"qunxiang/gui/presenter"
	"qunxiang/gui/theme"
	"qunxiang/gui/widget"
)

// touchedList is the table of rows and customers, with how many there are.
func touchedList(cfg Config, t presenter.Touched, currency string) fyne.CanvasObject {
	e := cfg.Env
	if len(t.Rows) == 0 {
		return container.NewCenter(widget.Hint(e, e.T("gui.quality.behind.none")))
	}
	title := e.T("gui.quality.behind.all", "n", len(t.Rows))
	if t.Total > len(t.Rows) {
		title = e.T("gui.quality.behind.some", "n", len(t.Rows), "total", t.Total)
	}
	return container.NewBorder(widget.Inset(widget.Muted(title), 0, 0, theme.GapXS, 0), nil, nil, nil, widget.Panel(touchedGrid(cfg, t, currency)))
}

// touchedColumn is a column of the table: what it shows of a row, "" for nothing.
type touchedColumn struct {
	key   string
	right bool
	text  func(x presenter.Example) string
}

func touchedColumns(e widget.Env, currency string) []touchedColumn {
	l := e.Locale
	some := func(there bool, text func() string) string {
		if !there {
			return ""
		}
		return text()
	}
	return []touchedColumn{
		{"file", false, func(x presenter.Example) string { return x.File }},
		{"row", true, func(x presenter.Example) string { return some(x.Row != 0, func() string { return l.Int(x.Row) }) }},
		{"customer", false, func(x presenter.Example) string { return x.Customer }},
		{"order", false, func(x presenter.Example) string { return x.Order }},
		{"day", false, func(x presenter.Example) string {
			return some(x.Day != core.NoDate, func() string { return l.Date(x.Day) })
		}},
		{"amount", true, func(x presenter.Example) string {
			return some(x.Amount != 0, func() string { return l.Money(x.Amount, currency) })
		}},
		{"before", false, func(x presenter.Example) string {
			if x.After != "" {
				return shownValue(e, x.Before)
			}
			return x.Before
		}},
		{"after", false, func(x presenter.Example) string { return x.After }},
	}
}

// touchedGrid has the columns that the rows fill.
func touchedGrid(cfg Config, t presenter.Touched, currency string) *widget.DataGrid {
	e := cfg.Env
	var shown []touchedColumn
	var heads []widget.GridColumn
	for _, c := range touchedColumns(e, currency) {
		if slices.ContainsFunc(t.Rows, func(x presenter.Example) bool { return c.text(x) != "" }) {
			shown = append(shown, c)
			heads = append(heads, widget.GridColumn{Title: e.T("gui.quality.col." + c.key), Right: c.right})
		}
	}
	g := widget.NewDataGrid(widget.GridConfig{Env: e, RowNumbers: true})
	g.SetData(heads, len(t.Rows), func(row, col int) widget.GridCell { return widget.GridCell{Text: shown[col].text(t.Rows[row])} }, nil)
	return g
}

// exampleText writes an example on one line: who, which order, when, how much, what becomes of it.
func exampleText(e widget.Env, x presenter.Example, currency string) string {
	l := e.Locale
	var parts []string
	if x.File != "" && x.Row > 0 {
		parts = append(parts, e.T("gui.quality.example.row", "row", x.Row, "file", x.File))
	}
	if x.Customer != "" {
		parts = append(parts, e.T("gui.quality.example.customer", "key", x.Customer))
	}
	if x.Order != "" {
		parts = append(parts, e.T("gui.quality.example.order", "order", x.Order))
	}
	if x.Day != core.NoDate {
		parts = append(parts, l.Date(x.Day))
	}
	if x.Amount != 0 {
		parts = append(parts, l.Money(x.Amount, currency))
	}
	switch {
	case x.After != "":
		parts = append(parts, e.T("gui.quality.example.change", "before", shownValue(e, x.Before), "after", x.After))
	case x.Before != "":
		parts = append(parts, x.Before)
	}
	return strings.Join(parts, " · ")
}

func shownValue(e widget.Env, s string) string {
	if s == "" {
		return e.T("gui.quality.missing")
	}
	return s
}
