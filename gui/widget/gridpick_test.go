package widget

import (
	"strings"
	"testing"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/test"
	base "fyne.io/fyne/v2/widget"
	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"
)

// Ranges of rows behave as a set of rows does.
func TestSpansAreASetOfRows(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		var s spans
		want := map[int]bool{}
		for range rapid.IntRange(1, 12).Draw(t, "steps") {
			a, b := rapid.IntRange(0, 20).Draw(t, "a"), rapid.IntRange(0, 20).Draw(t, "b")
			if rapid.Bool().Draw(t, "take away") {
				s = s.without(a)
				delete(want, a)
				continue
			}
			s = s.with(a, b)
			for r := min(a, b); r <= max(a, b); r++ {
				want[r] = true
			}
		}
		for r := range 22 {
			if s.has(r) != want[r] {
				t.Fatalf("row %d: %v, want %v in %v", r, s.has(r), want[r], s)
			}
		}
		if s.count() != len(want) {
			t.Fatalf("%d rows, want %d", s.count(), len(want))
		}
	})
}

func TestDataGrid_PicksRowsWithShiftAndControl(t *testing.T) {
	test.NewTempApp(t)
	held := fyne.KeyModifier(0)
	g := NewDataGrid(GridConfig{Multi: true})
	g.modifiers = func() fyne.KeyModifier { return held }
	g.SetData([]GridColumn{{Title: "n"}}, 100, func(row, _ int) GridCell { return GridCell{Text: strings.Repeat("x", row)} }, func(int) string { return "" })
	g.Resize(fyne.NewSize(400, 400))
	click := func(row int, keys fyne.KeyModifier) {
		held = keys
		g.Select(base.TableCellID{Row: row})
	}
	click(2, 0)
	click(4, fyne.KeyModifierShift)
	click(8, fyne.KeyModifierShortcutDefault)
	g.OnHighlighted(base.TableCellID{Row: 3}) // as the table does before a click
	click(3, fyne.KeyModifierShortcutDefault) // out again
	if diff := cmp.Diff([]int{2, 4, 8}, g.PickedRows()); diff != "" {
		t.Errorf("picked rows (-want +got):\n%s", diff)
	}
	if got := strings.Count(g.Text(), "\n"); got != 4 {
		t.Errorf("%d lines are copied, want the header and three rows", got)
	}
	click(8, fyne.KeyModifierShortcutDefault) // the same cell twice
	if diff := cmp.Diff([]int{2, 4}, g.PickedRows()); diff != "" {
		t.Errorf("after a second click (-want +got):\n%s", diff)
	}
	click(6, 0)
	if g.Picked() != 0 || strings.Count(g.Text(), "\n") != 2 {
		t.Errorf("after a plain click %d rows are picked, copied is %q", g.Picked(), g.Text())
	}
	g.TypedShortcut(&fyne.ShortcutSelectAll{})
	if g.Picked() != 100 {
		t.Errorf("%d rows of 100", g.Picked())
	}
}
