package gather

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"testing"

	"pgregory.net/rapid"
)

// slow is Rows byte by byte.
func (t *Tables) slow(b []byte, at int, columns [numbers][]int64) (rows, next int) {
	for n := len(columns[0]); rows < n && at+Width <= len(b); rows++ {
		length := slices.Index(b[at:at+Width], '\n') + 1
		digits := length - t.base
		if length == 0 || digits < 1 || digits > t.most {
			break
		}
		o, v := &t.of[digits-1], [numbers]int64{}
		for to := range Width {
			c := byte(0)
			if o.used>>to&1 != 0 {
				c = b[at+int(o.index[to])]
			}
			if c-o.low[to] > o.span[to] {
				return rows, at
			}
			if to < numbers*Digits && to/Digits != Second && o.used>>to&1 != 0 {
				v[to/Digits] = 10*v[to/Digits] + int64(c-'0')
			}
		}
		for k := range columns {
			columns[k][rows] = v[k]
		}
		at += length
	}
	return rows, at
}

// invoices describes rows like A12345678,7.5,2024-01-31.
func invoices(t interface{ Fatal(...any) }, digits int) *Tables {
	literal := func(s string) (out []Byte) {
		for _, c := range []byte(s) {
			out = append(out, Byte{c, c, -1, 0})
		}
		return out
	}
	number := func(k, n, behind int) (out []Byte) {
		for i := range n {
			out = append(out, Byte{'0', '9', k, behind + n - 1 - i})
		}
		return out
	}
	var tables Tables
	tables.Reset(1 + digits + 1 + 2 + 1 + 10 + 1)
	for n := 1; n < Digits; n++ {
		row := slices.Concat(
			literal("A"), number(First, digits, 0), literal(","), number(Varying, n, 1), literal("."), number(Varying, 1, 0), literal(","),
			number(Third, 4, 4), literal("-"), number(Third, 2, 2), literal("-"), number(Third, 2, 0), literal("\n"),
		)
		if !tables.Add(row) {
			t.Fatal("rows of ", len(row), " bytes do not fit")
		}
	}
	return &tables
}

func TestRowsAreReadAsByteByByte(t *testing.T) {
	t.Parallel()
	if !Usable() {
		t.Skip("this processor has no AVX-512 with VBMI")
	}
	rapid.Check(t, func(t *rapid.T) {
		tables := invoices(t, rapid.IntRange(1, 8).Draw(t, "digits"))
		digits := tables.base - 16
		var b []byte
		n := rapid.IntRange(0, 20).Draw(t, "rows")
		r := rand.New(rand.NewPCG(rapid.Uint64().Draw(t, "seed"), 0))
		for range n {
			b = fmt.Appendf(b, "A%0*d,%d.%d,%04d-%02d-%02d\n", digits, r.IntN(pow10(digits)), r.IntN(pow10(1+r.IntN(7))), r.IntN(10), r.IntN(10000), r.IntN(100), r.IntN(100))
		}
		if len(b) > 0 && rapid.Bool().Draw(t, "spoilt") {
			b[r.IntN(len(b))] = rapid.Byte().Draw(t, "byte")
		}
		b = append(b, make([]byte, rapid.IntRange(0, 2*Width).Draw(t, "behind"))...)
		from := 0
		if len(b) > 0 && rapid.Bool().Draw(t, "in the middle") {
			from = r.IntN(len(b))
		}
		room := rapid.IntRange(0, n+1).Draw(t, "room")
		var want [numbers][]int64
		for k := range want {
			want[k] = make([]int64, room)
		}
		rows, next := tables.slow(b, from, want)
		first, second, third, varying := make([]uint32, room), make([]uint32, room), make([]int32, room), make([]int64, room)
		if rapid.Bool().Draw(t, "no second number") {
			second = nil
		}
		gotRows, gotNext := Rows(tables, b, from, first, second, third, varying)
		if gotRows != rows || gotNext != next {
			t.Fatalf("%d rows up to %d, not %d up to %d", gotRows, gotNext, rows, next)
		}
		for i := range rows {
			if int64(first[i]) != want[First][i] || int64(third[i]) != want[Third][i] || varying[i] != want[Varying][i] {
				t.Fatalf("row %d: %d %d %d", i, first[i], third[i], varying[i])
			}
		}
	})
}

func pow10(n int) int {
	p := 1
	for range n {
		p *= 10
	}
	return p
}

// Rows that are too long, or come in another order, are refused.
func TestWrongRowsAreRefused(t *testing.T) {
	t.Parallel()
	var tables Tables
	tables.Reset(Width)
	if tables.Add(make([]Byte, Width+1)) || tables.Add(make([]Byte, Width)) {
		t.Error("a row too long, or of another length, is described")
	}
	tables.Reset(Width - 1)
	row := slices.Repeat([]Byte{{'a', 'a', -1, 0}}, Width)
	if tables.Add(row) {
		t.Error("more bytes than places are described")
	}
	if rows, next := Rows(&tables, make([]byte, 200), 7, make([]uint32, 1), nil, make([]int32, 1), make([]int64, 1)); rows != 0 || next != 7 {
		t.Errorf("%d rows up to %d without a description", rows, next)
	}
}

func BenchmarkRows(b *testing.B) {
	if !Usable() {
		b.Skip("this processor has no AVX-512 with VBMI")
	}
	tables := invoices(b, 7)
	var text []byte
	const n = 6000
	for i := range n {
		text = fmt.Appendf(text, "A%07d,%d.%d,2024-05-%02d\n", i*7919%9999991, i*31%1000, i%10, i%28+1)
	}
	text = append(text, make([]byte, Width)...)
	first, third, varying := make([]uint32, n), make([]uint32, n), make([]int64, n)
	b.SetBytes(int64(len(text)))
	for b.Loop() {
		if rows, _ := Rows(tables, text, 0, first, nil, third, varying); rows != n {
			b.Fatal(rows)
		}
	}
	b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(b.N)/n, "ns/row")
}
