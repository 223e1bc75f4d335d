package widget_test

import (
	"fmt"
	"image"
	"image/color"
	"slices"
	"strings"
	"testing"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/driver/desktop"
	"fyne.io/fyne/v2/test"

	"qunxiang/gui/guitest"
	"qunxiang/gui/theme"
	"qunxiang/gui/widget"
	"qunxiang/sdk"
)

func TestDataGrid_AMillionRowsMakeNoObjectsOfTheirOwn(t *testing.T) {
	guitest.App(t, theme.Light)
	asked := 0
	g := widget.NewDataGrid(widget.GridConfig{Env: guitest.Env(sdk.EN), RowNumbers: true})
	g.SetData([]widget.GridColumn{{Title: "Key"}, {Title: "Money", Right: true}}, 1_000_000, func(row, col int) widget.GridCell {
		asked++
		return widget.GridCell{Text: fmt.Sprint(row*2 + col)}
	}, nil)
	w := test.NewTempWindow(t, g)
	w.Resize(fyne.NewSize(600, 400))
	if asked > 2000 {
		t.Errorf("%d cells were asked for", asked)
	}
	g.ScrollTo(tableCell(999_999))
	if texts := guitest.Texts(g); !slices.Contains(texts, "1,000,000") || !slices.Contains(texts, "1999999") {
		t.Errorf("the last row is not exact: %q", texts)
	}
}

func TestDataGrid_CopiesTheChosenRow(t *testing.T) {
	guitest.App(t, theme.Light)
	e := guitest.Env(sdk.EN)
	copied := ""
	e.Copy = func(s string) { copied = s }
	opened := -1
	g := widget.NewDataGrid(widget.GridConfig{Env: e, OnOpen: func(row int) { opened = row }})
	g.SetData([]widget.GridColumn{{Title: "A"}, {Title: "B"}}, 3, func(row, col int) widget.GridCell {
		return widget.GridCell{Text: fmt.Sprint(row, col)}
	}, nil)
	w := test.NewTempWindow(t, g)
	w.Resize(fyne.NewSize(300, 300))
	g.Select(tableCell(1))
	g.TypedShortcut(&fyne.ShortcutCopy{})
	if want := "A\tB\n1 0\t1 1\n"; copied != want || opened != 1 {
		t.Errorf("copied %q, opened row %d", copied, opened)
	}
}

func TestChartView_DrawsHoversAndClicks(t *testing.T) {
	guitest.App(t, theme.Light)
	v := widget.NewChartView(guitest.Env(sdk.EN), 100, 100)
	var clicked any
	v.OnClick = func(x any) { clicked = x }
	drawn := 0
	w := test.NewTempWindow(t, v)
	w.Resize(fyne.NewSize(400, 300))
	v.SetSource(func(wide, high int, _ float64) (widget.ChartFrame, error) {
		drawn++
		return widget.ChartFrame{Image: image.NewRGBA(image.Rect(0, 0, wide, high)), Hit: func(x, _ float64) ([]string, any, bool) {
			return []string{"Champions", "12"}, "mark", x > float64(wide)/2
		}}, nil
	})
	if !v.Ready() || drawn != 1 {
		t.Fatalf("ready %v after %d drawings", v.Ready(), drawn)
	}
	v.MouseMoved(&desktop.MouseEvent{PointEvent: fyne.PointEvent{Position: fyne.NewPos(300, 50)}})
	if texts := guitest.Texts(v); !slices.Contains(texts, "Champions") {
		t.Errorf("no tooltip: %q", texts)
	}
	v.Tapped(&fyne.PointEvent{Position: fyne.NewPos(10, 10)})
	if clicked != nil {
		t.Error("clicked beside the mark")
	}
	v.Tapped(&fyne.PointEvent{Position: fyne.NewPos(300, 50)})
	if clicked != "mark" {
		t.Errorf("clicked %v", clicked)
	}
}

func TestForm_ConditionsDefaultsAndMistakes(t *testing.T) {
	guitest.App(t, theme.Light)
	got := map[string]string{}
	f := widget.NewForm(widget.FormConfig{Env: guitest.Env(sdk.EN), OnChange: func(id, v string) { got[id] = v }, Params: []sdk.Param{
		{ID: "n", Kind: sdk.ParamInt, Default: sdk.Int(5), Min: sdk.Bound(2), Max: sdk.Bound(9), Title: sdk.Text{ZH: "数", EN: "Number"}},
		{ID: "how", Kind: sdk.ParamChoice, Default: sdk.TextValue("a"), Title: sdk.Text{ZH: "怎样", EN: "How"}, Choices: []sdk.Choice{{ID: "a", Title: sdk.Text{EN: "A way"}}, {ID: "b", Title: sdk.Text{EN: "B way"}}}},
		{ID: "cuts", Kind: sdk.ParamNumbers, Title: sdk.Text{ZH: "切", EN: "Cuts"}, When: &sdk.When{Param: "how", Is: []string{"b"}}},
		{ID: "deep", Kind: sdk.ParamReal, Advanced: true, Title: sdk.Text{ZH: "深", EN: "Deep"}},
	}})
	w := test.NewTempWindow(t, f)
	w.Resize(fyne.NewSize(400, 600))
	texts := guitest.Texts(f)
	if slices.Contains(texts, "Cuts") || slices.Contains(texts, "Deep") || !slices.Contains(texts, "default 5") {
		t.Errorf("at first: %q", texts)
	}
	f.Set("how", "b")
	if texts = guitest.Texts(f); !slices.Contains(texts, "Cuts") {
		t.Errorf("the condition holds: %q", texts)
	}
	f.Set("n", "12")
	if f.Valid() {
		t.Error("12 is taken where 2 to 9 are allowed")
	}
	if texts = guitest.Texts(f); !slices.ContainsFunc(texts, func(s string) bool { return strings.Contains(s, "2") && strings.Contains(s, "9") }) {
		t.Errorf("nothing says what is expected: %q", texts)
	}
}

// Names of columns in a list of boxes never run into the next box, in either script.
func TestCut_FitsItsRoom(t *testing.T) {
	guitest.App(t, theme.Light)
	for _, s := range []string{"How likely are you to recommend us to a friend (0-10)", "行为趋势（近 90 天比再前 90 天）", "WWWWWWWWWWWWWWWWWWWWWWWWWW", "短"} {
		got := widget.Cut(s, 170)
		if w := fyne.MeasureText(got, theme.Size("text"), fyne.TextStyle{}).Width; w > 170 {
			t.Errorf("%q is %g wide", got, w)
		}
		if s == "短" && got != s {
			t.Errorf("%q was cut", s)
		}
	}
}

// A file that was picked can be left out again.
func TestForm_AFileCanBeTakenBack(t *testing.T) {
	guitest.App(t, theme.Light)
	got := map[string]string{}
	f := widget.NewForm(widget.FormConfig{
		Env: guitest.Env(sdk.EN), OnChange: func(id, v string) { got[id] = v },
		PickFile: func(done func(content, name string)) { done("tea: pot", "my themes.txt") },
		Params:   []sdk.Param{{ID: "themes", Kind: sdk.ParamFile, Title: sdk.Text{ZH: "主题", EN: "Themes"}}},
	})
	w := test.NewTempWindow(t, f)
	w.Resize(fyne.NewSize(400, 300))
	press := func(title string) bool {
		for _, o := range test.LaidOutObjects(f) {
			if b, ok := o.(*widget.Button); ok && b.Text == title && b.Visible() {
				test.Tap(b)
				return true
			}
		}
		return false
	}
	if press("Leave it out") {
		t.Error("there is nothing to leave out yet")
	}
	if !press("Choose a file") || got["themes"] != "tea: pot" || !slices.Contains(guitest.Texts(f), "my themes.txt") {
		t.Fatalf("picked: %q, %q", got, guitest.Texts(f))
	}
	if !press("Leave it out") || got["themes"] != "" || slices.Contains(guitest.Texts(f), "my themes.txt") || press("Leave it out") {
		t.Errorf("taken back: %q, %q", got, guitest.Texts(f))
	}
}

func TestParagraph_ChineseLinesNeverBeginWithAStop(t *testing.T) {
	guitest.App(t, theme.Light)
	text := "经常购买，近期也来过。适合会员权益和更高价值的商品。点“运行”，就能看到结果（每位客户一行）。"
	p := widget.Para(guitest.Env(sdk.ZH), text)
	w := test.NewTempWindow(t, p)
	for width := float32(110); width < 400; width += 7 {
		w.Resize(fyne.NewSize(width, 300))
		lines := guitest.Texts(p)
		if got := strings.Join(lines, ""); got != text {
			t.Fatalf("at %.0f the text became %q", width, got)
		}
		for _, l := range lines {
			if strings.ContainsAny(string([]rune(l)[0]), "，。”）") || strings.HasSuffix(l, "“") || strings.HasSuffix(l, "（") {
				t.Errorf("at %.0f a line is %q", width, l)
			}
		}
	}
}

func TestText_IsCutToItsPlace(t *testing.T) {
	guitest.App(t, theme.Light)
	x := widget.NewText("A name that is far too long for its place")
	w := test.NewTempWindow(t, x)
	w.Resize(fyne.NewSize(120, 30))
	if got := guitest.Texts(x); len(got) != 1 || !strings.HasSuffix(got[0], "…") || x.String() == got[0] {
		t.Errorf("shows %q", got)
	}
}

func TestPaintGrid_PaintsByPointerAndKeyboard(t *testing.T) {
	guitest.App(t, theme.Light)
	var painted []int
	g := widget.NewPaintGrid(func(id int) { painted = append(painted, id) })
	cells := make([]widget.PaintCell, 9)
	for i := range cells {
		cells[i] = widget.PaintCell{ID: 100 + i, Title: "x", Color: color.Black}
	}
	g.Set(cells, 3, "rows", "columns")
	w := test.NewTempWindow(t, g)
	w.Resize(fyne.NewSize(300, 340))
	size := g.Size()
	g.MouseDown(&desktop.MouseEvent{PointEvent: fyne.PointEvent{Position: fyne.NewPos(size.Width/2, size.Height/2)}})
	g.FocusGained()
	g.TypedKey(&fyne.KeyEvent{Name: fyne.KeyRight})
	g.TypedKey(&fyne.KeyEvent{Name: fyne.KeySpace})
	if !slices.Equal(painted, []int{104, 105}) {
		t.Errorf("painted %v", painted)
	}
}

func TestTaskBar_KeepsARowForEachTask(t *testing.T) {
	guitest.App(t, theme.Light)
	cancelled := 0
	b := widget.NewTaskBar(guitest.Env(sdk.EN), func(id int) { cancelled = id })
	w := test.NewTempWindow(t, b)
	w.Resize(fyne.NewSize(800, 60))
	b.Set([]widget.TaskItem{{ID: 7, Title: "Import", Stage: "reading", Fraction: 0.3, Left: "about 5 s left"}})
	if texts := guitest.Texts(b); !slices.Contains(texts, "Import") || !slices.Contains(texts, "reading") {
		t.Errorf("shows %q", texts)
	}
	guitest.Buttons(b)["Cancel"].OnTapped()
	if cancelled != 7 {
		t.Errorf("cancelled %d", cancelled)
	}
	b.Set(nil)
	if b.MinSize().Height > 0 {
		t.Error("an empty bar takes room")
	}
}

func BenchmarkDataGrid_Scroll(b *testing.B) {
	guitest.App(b, theme.Light)
	g := widget.NewDataGrid(widget.GridConfig{Env: guitest.Env(sdk.EN), RowNumbers: true})
	columns := make([]widget.GridColumn, 12)
	for i := range columns {
		columns[i] = widget.GridColumn{Title: fmt.Sprint("Column ", i), Right: i > 0}
	}
	g.SetData(columns, 1_000_000, func(row, col int) widget.GridCell {
		return widget.GridCell{Text: fmt.Sprint(row, ".", col)}
	}, nil)
	w := test.NewTempWindow(b, g)
	w.Resize(fyne.NewSize(1080, 700))
	at := 0
	for b.Loop() {
		at = (at + 13) % 900_000
		g.ScrollToOffset(fyne.NewPos(0, float32(at)*(theme.RowHeight+theme.GapXS)))
	}
}

func TestChartView_Pulled(t *testing.T) {
	guitest.App(t, theme.Light)
	var at []float64
	ended := false
	v := widget.NewChartView(guitest.Env(sdk.EN), 200, 100)
	v.OnDrag = func(_, y float64, end bool) { at, ended = append(at, y), end }
	w := test.NewTempWindow(t, v)
	w.Resize(fyne.NewSize(400, 300))
	v.SetSource(func(wide, high int, _ float64) (widget.ChartFrame, error) {
		return widget.ChartFrame{Image: image.NewRGBA(image.Rect(0, 0, wide, high)), Data: func(x, y float64) (float64, float64, bool) {
			return x, float64(high) - y, true
		}}, nil
	})
	if !v.Ready() {
		t.Fatal("no drawing")
	}
	v.Dragged(&fyne.DragEvent{PointEvent: fyne.PointEvent{Position: fyne.NewPos(10, 20)}})
	v.Dragged(&fyne.DragEvent{PointEvent: fyne.PointEvent{Position: fyne.NewPos(10, 60)}})
	v.DragEnd()
	if len(at) != 3 || !(at[0] > at[1]) || at[1] != at[2] || !ended {
		t.Errorf("pulled down to %v, ended %v", at, ended)
	}
	v.OnDrag = nil
	v.Dragged(&fyne.DragEvent{}) // a chart that nothing can be pulled on
}
