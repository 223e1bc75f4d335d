package xls_test

import (
	"bytes"
	"encoding/binary"
	"errors"
	"math"
	"testing"
	"unicode/utf16"

	"github.com/google/go-cmp/cmp"

	"qunxiang/core/ingest/book"
	"qunxiang/core/ingest/book/booktest"
	"qunxiang/core/ingest/xls"
)

// biff writes the bare stream of a workbook.
type biff struct{ bytes.Buffer }

func (b *biff) rec(kind uint16, parts ...any) {
	var d bytes.Buffer
	for _, p := range parts {
		switch p := p.(type) {
		case int:
			_ = binary.Write(&d, binary.LittleEndian, uint16(p))
		case string:
			d.WriteString(p)
		default:
			_ = binary.Write(&d, binary.LittleEndian, p)
		}
	}
	_ = binary.Write(b, binary.LittleEndian, kind)
	_ = binary.Write(b, binary.LittleEndian, uint16(d.Len()))
	b.Write(d.Bytes())
}

// wide is a string as UTF-16.
func wide(s string) string {
	var b bytes.Buffer
	_ = binary.Write(&b, binary.LittleEndian, utf16.Encode([]rune(s)))
	return b.String()
}

// workbook writes a BIFF8 workbook of one sheet; style 1 is a date, 2 is [Red]0.
func workbook(mac int, shared func(b *biff), sheet func(b *biff)) []byte {
	b := &biff{}
	b.rec(0x0809, 0x0600, 5, 0, 0, uint32(0), uint32(0))
	b.rec(0x0022, mac)
	b.rec(0x041E, 164, 6, byte(0), "[Red]0")
	for _, format := range []int{0, 14, 164} {
		b.rec(0x00E0, 0, format, uint64(0), uint64(0))
	}
	at := b.Len() + 4
	b.rec(0x0085, uint32(0), byte(0), byte(0), byte(2), byte(1), wide("表1"))
	b.rec(0x0085, uint32(0), byte(0), byte(2), byte(5), byte(0), "Chart")
	if shared != nil {
		shared(b)
	}
	b.rec(0x000A)
	binary.LittleEndian.PutUint32(b.Bytes()[at:], uint32(b.Len()))
	b.rec(0x0809, 0x0600, 0x10, 0, 0, uint32(0), uint32(0))
	sheet(b)
	b.rec(0x000A)
	return b.Bytes()
}

func read(t *testing.T, b []byte) (*booktest.Table, book.Tally, error) {
	t.Helper()
	f, err := xls.Open(bytes.NewReader(b), int64(len(b)))
	if err != nil {
		return nil, book.Tally{}, err
	}
	k := &booktest.Table{}
	tally, err := f.Scan(t.Context(), 0, k)
	return k, tally, err
}

func rk(v int32, flags uint32) uint32 { return uint32(v)<<2 | flags }

// Encodings of values: [MS-XLS] 2.5.217 (RK), 2.5.133 (results of formulas).
func TestValues(t *testing.T) {
	t.Parallel()
	formula := func(b *biff, row, col, style int, result [8]byte) {
		b.rec(0x0006, row, col, style, result, 0, uint32(0), 0)
	}
	b := workbook(0, nil, func(b *biff) {
		b.rec(0x0200, uint32(0), uint32(3), 0, 9, 0)
		b.rec(0x0203, 0, 0, 0, 0.1+0.2)
		b.rec(0x027E, 0, 1, 0, rk(-42, 2))
		b.rec(0x027E, 0, 2, 0, rk(12345, 3))                      // 123.45
		b.rec(0x027E, 0, 3, 0, uint32(math.Float64bits(1.5)>>32)) // the upper half of a double
		b.rec(0x00BD, 0, 4, 1, rk(45000, 2), 2, rk(7, 2), 5)      // a date, a coloured number
		b.rec(0x0204, 0, 6, 0, 2, byte(1), wide("你好"))
		b.rec(0x0205, 0, 7, 0, byte(1), byte(0))
		b.rec(0x0205, 0, 8, 0, byte(0x2A), byte(1)) // #N/A
		b.rec(0x0201, 1, 0, 0)
		formula(b, 2, 0, 0, [8]byte{0: 0, 6: 0xFF, 7: 0xFF})
		b.rec(0x0207, 4, byte(0), "text")
		formula(b, 2, 1, 0, [8]byte{0: 1, 2: 1, 6: 0xFF, 7: 0xFF})
		formula(b, 2, 2, 0, [8]byte{0: 2, 2: 7, 6: 0xFF, 7: 0xFF})
		formula(b, 2, 3, 0, [8]byte{0: 3, 6: 0xFF, 7: 0xFF})
		var eight [8]byte
		binary.LittleEndian.PutUint64(eight[:], math.Float64bits(8))
		formula(b, 2, 4, 0, eight)
	})
	got, tally, err := read(t, b)
	if err != nil {
		t.Fatal(err)
	}
	want := []book.Row{
		{Number: 1, Cells: []string{"0.3", "-42", "123.45", "1.5", "2023-03-15", "7", "你好", "TRUE"}},
		{Number: 3, Cells: []string{"text", "TRUE", "", "", "8"}},
	}
	if diff := cmp.Diff(want, got.Rows); diff != "" {
		t.Error(diff)
	}
	if tally.ErrorCells != 2 || len(tally.Notes) != 0 {
		t.Errorf("%+v", tally)
	}
	f, err := xls.Open(bytes.NewReader(b), int64(len(b)))
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff([]book.Sheet{{Name: "表1"}}, f.Sheets()); diff != "" {
		t.Error(diff)
	}
}

// The calendar of 1904: day 35064 is 2000-01-01 (ISO/IEC 29500-1, 18.17.4.1).
func TestCalendar1904(t *testing.T) {
	t.Parallel()
	got, _, err := read(t, workbook(1, nil, func(b *biff) { b.rec(0x0203, 0, 0, 1, 35064.0) }))
	if err != nil || got.Rows[0].Cells[0] != "2000-01-01" {
		t.Errorf("%v %v", got, err)
	}
}

// Shared strings go on in further records, which say anew how letters are stored
// ([MS-XLS] 2.5.293).
func TestSharedStrings(t *testing.T) {
	t.Parallel()
	shared := func(b *biff) {
		b.rec(0x00FC, uint32(3), uint32(3), 5, byte(0), "ab") // "abcde" is cut …
		b.rec(0x003C, byte(1), wide("cde"),                   // … and goes on with two bytes a letter
			4, byte(1|8|4), 2, uint32(6), wide("客户")) // rich text and a phonetic guide are announced
		b.rec(0x003C, byte(1), wide("名称"), uint64(0), "xxxxxx", 2, byte(0), "ok")
	}
	got, _, err := read(t, workbook(0, shared, func(b *biff) {
		for i := range 3 {
			b.rec(0x00FD, 0, i, 0, uint32(i))
		}
	}))
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff([]string{"abcde", "客户名称", "ok"}, got.Rows[0].Cells); diff != "" {
		t.Error(diff)
	}
}

// Some writers put rows in any order; the last value of a cell counts.
func TestRowsOutOfOrder(t *testing.T) {
	t.Parallel()
	got, _, err := read(t, workbook(0, nil, func(b *biff) {
		b.rec(0x0203, 2, 0, 0, 3.0)
		b.rec(0x0203, 0, 1, 0, 1.0)
		b.rec(0x0203, 0, 0, 0, 0.0)
		b.rec(0x0203, 2, 0, 0, 4.0)
	}))
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff([]book.Row{{Number: 1, Cells: []string{"0", "1"}}, {Number: 3, Cells: []string{"4"}}}, got.Rows); diff != "" {
		t.Error(diff)
	}
}

// BIFF5 writes text in a code page.
func TestBIFF5(t *testing.T) {
	t.Parallel()
	b := &biff{}
	b.rec(0x0809, 0x0500, 5, 0, 0)
	b.rec(0x0042, 936)
	b.rec(0x001E, 164, byte(6), "yyyy/m")
	b.rec(0x00E0, 0, 0, 0, 0, 0, 0, 0, 0)
	b.rec(0x00E0, 0, 164, 0, 0, 0, 0, 0, 0)
	at := b.Len() + 4
	b.rec(0x0085, uint32(0), byte(0), byte(0), byte(4), "\xBF\xCD\xBB\xA7")
	b.rec(0x000A)
	binary.LittleEndian.PutUint32(b.Bytes()[at:], uint32(b.Len()))
	b.rec(0x0809, 0x0500, 0x10, 0, 0)
	b.rec(0x0200, 0, 1, 0, 2, 0)
	b.rec(0x0204, 0, 0, 0, 4, "\xBF\xCD\xBB\xA7")
	b.rec(0x0203, 0, 1, 1, 36526.0)
	b.rec(0x000A)
	got, _, err := read(t, b.Bytes())
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff([]string{"客户", "2000-01-01"}, got.Rows[0].Cells); diff != "" {
		t.Error(diff)
	}
}

func TestFaults(t *testing.T) {
	t.Parallel()
	number := func(b *biff) { b.rec(0x0203, 0, 0, 0, 1.0) }
	whole := workbook(0, nil, number)
	protected := &biff{}
	protected.rec(0x0809, 0x0600, 5, 0, 0, uint32(0), uint32(0))
	protected.rec(0x002F, 1)
	for name, c := range map[string]struct {
		b      []byte
		code   book.Code
		detail string
	}{
		"no end of the sheet":  {whole[:len(whole)-4], book.Broken, "truncated"},
		"cut in a record":      {whole[:len(whole)-8], book.Broken, "truncated"},
		"no such string":       {workbook(0, nil, func(b *biff) { b.rec(0x00FD, 0, 0, 0, uint32(5)) }), book.Broken, "string_index"},
		"fewer strings":        {workbook(0, func(b *biff) { b.rec(0x00FC, uint32(9), uint32(9), 1, byte(0), "a") }, number), book.Broken, "strings_count"},
		"short number":         {workbook(0, nil, func(b *biff) { b.rec(0x0203, 0, 0, 0, uint32(1)) }), book.Broken, "record"},
		"not a number":         {workbook(0, nil, func(b *biff) { b.rec(0x0203, 0, 0, 0, math.NaN()) }), book.Broken, "number"},
		"run of another width": {workbook(0, nil, func(b *biff) { b.rec(0x00BD, 0, 4, 1, rk(1, 2), 9) }), book.Broken, "record"},
		"password":             {protected.Bytes(), book.Encrypted, "encrypted"},
		"Excel 4":              {[]byte{9, 4, 6, 0, 0, 0, 16, 0, 0, 0, 10, 0, 0, 0}, book.Refused, "old_excel"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			_, _, err := read(t, c.b)
			e, ok := errors.AsType[*book.Error](err)
			if !ok || e.Code != c.code || e.Detail != c.detail {
				t.Errorf("%v, want %s %s", err, c.code, c.detail)
			}
		})
	}
	// Rows that are announced and not there are told.
	_, tally, err := read(t, workbook(0, nil, func(b *biff) {
		b.rec(0x0200, uint32(0), uint32(9), 0, 1, 0)
		b.rec(0x0208, 1, 0, 1, 0, uint32(0), uint32(0))
		number(b)
	}))
	want := []book.Note{{ID: "empty_rows", Count: 1}, {ID: "fewer_rows", Count: 2, Of: 9}}
	if diff := cmp.Diff(want, tally.Notes); diff != "" || err != nil {
		t.Error(diff, err)
	}
}

func FuzzXLS(f *testing.F) {
	f.Add(workbook(0, func(b *biff) { b.rec(0x00FC, uint32(1), uint32(1), 1, byte(0), "a") }, func(b *biff) {
		b.rec(0x00FD, 0, 0, 0, uint32(0))
		b.rec(0x00BD, 0, 4, 1, rk(45000, 2), 2, rk(7, 2), 5)
		b.rec(0x0006, 2, 0, 0, [8]byte{6: 0xFF, 7: 0xFF}, 0, uint32(0), 0)
		b.rec(0x0207, 4, byte(0), "text")
	}))
	f.Fuzz(func(t *testing.T, b []byte) {
		b = append([]byte{9, 8, 16, 0, 0, 6, 5, 0}, b[min(8, len(b)):]...)
		if _, _, err := read(t, b); err != nil {
			if _, ok := errors.AsType[*book.Error](err); !ok {
				t.Fatalf("%T: %v", err, err)
			}
		}
	})
}
