package widget

import (
	"slices"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/driver/desktop"
)

// spans are rows as ranges from first to last, rising and apart from each other: a
// million picked rows are one range.
type spans [][2]int

func (s spans) has(row int) bool {
	i, _ := slices.BinarySearchFunc(s, row, func(r [2]int, row int) int { return r[1] - row })
	return i < len(s) && s[i][0] <= row
}

func (s spans) count() (n int) {
	for _, r := range s {
		n += r[1] - r[0] + 1
	}
	return n
}

// with adds the rows from one to another, in either order.
func (s spans) with(from, to int) spans {
	now := [2]int{min(from, to), max(from, to)}
	var out spans
	for _, r := range s {
		if r[1]+1 < now[0] || now[1]+1 < r[0] {
			out = append(out, r)
			continue
		}
		now = [2]int{min(now[0], r[0]), max(now[1], r[1])}
	}
	out = append(out, now)
	slices.SortFunc(out, func(a, b [2]int) int { return a[0] - b[0] })
	return out
}

func (s spans) without(row int) spans {
	var out spans
	for _, r := range s {
		if row < r[0] || row > r[1] {
			out = append(out, r)
			continue
		}
		if r[0] < row {
			out = append(out, [2]int{r[0], row - 1})
		}
		if row < r[1] {
			out = append(out, [2]int{row + 1, r[1]})
		}
	}
	return out
}

// heldKeys returns the modifiers that are held down now.
func heldKeys() fyne.KeyModifier {
	if d, ok := fyne.CurrentApp().Driver().(desktop.Driver); ok {
		return d.CurrentKeyModifiers()
	}
	return 0
}

// marked reports whether a row is shown as chosen.
func (g *DataGrid) marked(row int) bool { return row == g.chosen || g.picked.has(row) }

// Picked returns the number of rows that are picked.
func (g *DataGrid) Picked() int { return g.picked.count() }

// PickedRows returns the rows that are picked, rising.
func (g *DataGrid) PickedRows() []int {
	out := make([]int, 0, g.picked.count())
	for _, s := range g.picked {
		for r := s[0]; r <= s[1]; r++ {
			out = append(out, r)
		}
	}
	return out
}

func (g *DataGrid) pick(s spans) {
	changed := s.count() != g.picked.count()
	if g.picked = s; changed && g.cfg.OnPick != nil {
		g.cfg.OnPick(s.count())
	}
}

// extend picks more rows where shift or control is held; clicked is false for keys. It
// reports whether that was so.
func (g *DataGrid) extend(row int, clicked bool) bool {
	held := g.modifiers()
	switch {
	case held&fyne.KeyModifierShortcutDefault != 0 && !clicked:
		return true // on the way to a click: the table tells where the keyboard is going
	case held&fyne.KeyModifierShift != 0:
		base := spans(nil)
		if held&fyne.KeyModifierShortcutDefault != 0 {
			base = g.picked
		}
		g.chosen = row
		g.pick(base.with(g.anchor, row))
	case held&fyne.KeyModifierShortcutDefault != 0:
		now := g.picked
		if len(now) == 0 && g.chosen >= 0 {
			now = now.with(g.chosen, g.chosen)
		}
		if now.has(row) {
			now = now.without(row)
		} else {
			now = now.with(row, row)
		}
		g.anchor, g.chosen = row, -1
		g.pick(now)
	default:
		return false
	}
	if clicked {
		g.UnselectAll()
	}
	g.Refresh()
	return true
}

// MouseIn implements desktop.Hoverable.
func (g *DataGrid) MouseIn(e *desktop.MouseEvent) {
	g.hovering = true
	g.Table.MouseIn(e)
	g.hovering = false
}

// MouseMoved implements desktop.Hoverable.
func (g *DataGrid) MouseMoved(e *desktop.MouseEvent) {
	g.hovering = true
	g.Table.MouseMoved(e)
	g.hovering = false
}
