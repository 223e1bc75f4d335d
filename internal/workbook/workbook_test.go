package workbook_test

import (
	"bytes"
	"math"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/xuri/excelize/v2"
	"pgregory.net/rapid"

	"qunxiang/internal/workbook"
)

// read writes rows and has excelize read them.
func read(t interface{ Fatal(...any) }, name string, rows ...[]any) *excelize.File {
	var b bytes.Buffer
	w := workbook.New(&b, name)
	w.Width(1, 3, 16)
	w.Freeze()
	for i, r := range rows {
		if err := w.Row(i+1, r); err != nil {
			t.Fatal(err)
		}
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	f, err := excelize.OpenReader(&b)
	if err != nil {
		t.Fatal(err)
	}
	return f
}

func TestCellsAreReadBack(t *testing.T) {
	t.Parallel()
	noon := time.Date(2024, 2, 29, 12, 0, 1, 0, time.FixedZone("", 8*3600))
	wide := make([]any, 800)
	wide[25], wide[26], wide[701], wide[702] = "z", "aa", "zz", "aaa"
	f := read(
		t, "名单 & <1>",
		[]any{workbook.Head("name"), workbook.Head("value"), nil, "plain"},
		[]any{workbook.Text("=1+1"), 1234.5, nil, true, 7, int64(-8), math.NaN(), math.Inf(1)},
		[]any{"", workbook.Text(""), 1e-300, 1e300, 0.1, 3333333.3333333335, false, noon},
		[]any{" lead", "tail\n", "a\tb", "_x0041_", "<&>\"'", "王五\U0001F600", "_x004G_", "__x0041_x0042_"},
		wide,
	)
	rows, err := f.GetRows("名单 & <1>", excelize.Options{RawCellValue: true})
	if err != nil {
		t.Fatal(err)
	}
	want := [][]string{
		{"name", "value", "", "plain"},
		{"=1+1", "1234.5", "", "1", "7", "-8"},
		{"", "", "1E-300", "1E+300", "0.1", "3333333.3333333335", "0", "45351.50001157408"},
		{" lead", "tail\n", "a\tb", "_x0041_", "<&>\"'", "王五\U0001F600", "_x004G_", "__x0041_x0042_"},
	}
	if d := cmp.Diff(want, rows[:4]); d != "" {
		t.Errorf("(-want +got):\n%s", d)
	}
	for cell, text := range map[string]string{"Z5": "z", "AA5": "aa", "ZZ5": "zz", "AAA5": "aaa"} {
		if v, err := f.GetCellValue("名单 & <1>", cell); err != nil || v != text {
			t.Errorf("%s: %q, %v", cell, v, err)
		}
	}
	for cell, kind := range map[string]excelize.CellType{"A2": excelize.CellTypeInlineString, "B2": excelize.CellTypeUnset, "D2": excelize.CellTypeBool} {
		if got, err := f.GetCellType("名单 & <1>", cell); err != nil || got != kind {
			t.Errorf("%s is of type %v, %v", cell, got, err)
		}
	}
	formatted(t, f)
}

// formatted looks at how cells are shown, and at the sheet.
func formatted(t *testing.T, f *excelize.File) {
	t.Helper()
	sheet := f.GetSheetName(0)
	if v, err := f.GetCellValue(sheet, "H3"); err != nil || v != "2024-02-29 12:00:01" {
		t.Errorf("a moment is shown as %q, %v", v, err)
	}
	form := func(cell string) *excelize.Style {
		id, err := f.GetCellStyle(sheet, cell)
		if err != nil {
			t.Fatal(err)
		}
		s, err := f.GetStyle(id)
		if err != nil {
			t.Fatal(err)
		}
		return s
	}
	if s := form("A1"); s.Font == nil || !s.Font.Bold {
		t.Errorf("the head is not bold: %+v", s)
	}
	if s := form("A2"); s.NumFmt != 49 {
		t.Errorf("a text has number format %d", s.NumFmt)
	}
	if w, err := f.GetColWidth(sheet, "B"); err != nil || w != 16 {
		t.Errorf("width %v, %v", w, err)
	}
	if p, err := f.GetPanes(sheet); err != nil || !p.Freeze || p.YSplit != 1 || p.TopLeftCell != "A2" {
		t.Errorf("panes %+v, %v", p, err)
	}
}

// Any text comes back, but for what XML cannot hold.
func TestAnyTextIsReadBack(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		text := rapid.StringOf(rapid.OneOf(rapid.RuneFrom([]rune("_x05F<&>\"' \n\tA名\U0001F600")), rapid.Rune())).Draw(t, "text")
		text = strings.Map(func(r rune) rune {
			if r < ' ' && r != '\n' && r != '\t' || r >= 0xD800 && r < 0xE000 || r >= 0xFFFE && r <= 0xFFFF {
				return -1
			}
			return r
		}, text)
		f := read(t, "s", []any{workbook.Text(text)})
		if got, err := f.GetCellValue("s", "A1"); err != nil || got != text {
			t.Fatalf("%q came back as %q, %v", text, got, err)
		}
	})
}

func TestHostileTextStaysReadable(t *testing.T) {
	t.Parallel()
	long := strings.Repeat("\U0001F600", workbook.MaxText)
	f := read(t, "s", []any{"a\x00\x01\xff", long, strings.Repeat("a", workbook.MaxText+1)})
	for cell, want := range map[string]string{"A1": "a\uFFFD\uFFFD\uFFFD", "B1": long[:4*(workbook.MaxText/2)], "C1": strings.Repeat("a", workbook.MaxText)} {
		if got, err := f.GetCellValue("s", cell); err != nil || got != want {
			t.Errorf("%s is %.20q of %d bytes, %v", cell, got, len(got), err)
		}
	}
}

func TestWrongRowsAreRefused(t *testing.T) {
	t.Parallel()
	w := workbook.New(&bytes.Buffer{}, "s")
	if err := w.Row(2, []any{"a"}); err != nil {
		t.Fatal(err)
	}
	for name, err := range map[string]error{
		"a row again":   w.Row(2, nil),
		"too many rows": w.Row(workbook.MaxRows+1, nil),
		"another type":  w.Row(3, []any{struct{}{}}),
	} {
		if err == nil {
			t.Errorf("%s is accepted", name)
		}
	}
}

// A disk that is full is told at the latest at the end.
func TestErrorsOfTheDiskAreTold(t *testing.T) {
	t.Parallel()
	for _, room := range []int{0, 100, 2000, 20_000} {
		w := workbook.New(&full{room}, "s")
		var err error
		for i := range 5000 {
			if err = w.Row(i+1, []any{i * i, i ^ 0x5555, "text"}); err != nil {
				break
			}
		}
		if err == nil {
			err = w.Close()
		}
		if err == nil {
			t.Errorf("room for %d bytes is enough", room)
		}
	}
}

type full struct{ room int }

func (f *full) Write(b []byte) (int, error) {
	if f.room -= len(b); f.room < 0 {
		return 0, bytes.ErrTooLarge
	}
	return len(b), nil
}
