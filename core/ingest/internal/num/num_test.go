package num_test

import (
	"math"
	"strconv"
	"testing"

	"qunxiang/core/ingest/internal/num"
)

func TestParse(t *testing.T) {
	t.Parallel()
	comma := num.Style{Comma: true}
	for _, c := range []struct {
		in    string
		style num.Style
		m     int64
		scale int
		bad   bool
	}{
		{in: "0", m: 0},
		{in: "12.50", m: 1250, scale: 2},
		{in: "-3", m: -3},
		{in: "+7", m: 7},
		{in: ".5", m: 5, scale: 1},
		{in: "5.", m: 5},
		{in: "1,234", m: 1234},
		{in: "1,234,567.89", m: 123456789, scale: 2},
		{in: "1.234,56", m: 123456, scale: 2},
		{in: "12,5", m: 125, scale: 1},
		{in: "1.234", style: comma, m: 1234},
		{in: "1,234", style: comma, m: 1234, scale: 3},
		{in: "12.345.678,9", style: comma, m: 123456789, scale: 1},
		{in: "1'234.5", m: 12345, scale: 1},
		{in: "1 234,50", m: 12345, scale: 1},
		{in: "1\u00a0234", m: 1234},
		{in: "$1,234.56", m: 123456, scale: 2},
		{in: "¥1,299.00", m: 1299},
		{in: "￥59.5元", m: 595, scale: 1},
		{in: "CNY 5", m: 5},
		{in: "5 RMB", m: 5},
		{in: "€ 7,20", m: 72, scale: 1},
		{in: "(383.03)", m: -38303, scale: 2},
		{in: "($383.03)", m: -38303, scale: 2},
		{in: "-$5", m: -5},
		{in: "$-5", m: -5},
		{in: "5-", m: -5},
		{in: "−5", m: -5},
		{in: "－５", m: -5},
		{in: "20%", m: 2, scale: 1},
		{in: "12.5%", m: 125, scale: 3},
		{in: "３００", m: 300},
		{in: "１，２３４．５", m: 12345, scale: 1},
		{in: "1.2万", m: 12000},
		{in: "3亿", m: 300000000},
		{in: "0.5万元", m: 5000},
		{in: "1.23E+05", m: 123000},
		{in: "1.38E10", m: 13800000000},
		{in: "5e-3", m: 5, scale: 3},
		{in: "1E300", bad: true},
		{in: "8.289999999999999", m: 829, scale: 2},
		{in: "77183.600000000006", m: 771836, scale: 1},
		{in: "0.30000000000000004", m: 3, scale: 1},
		{in: "0.1000000000000000055511151231257827", m: 1, scale: 1},
		{in: "9007199254740993", m: 9007199254740993},
		{in: "  42 ", m: 42},
		{in: "", bad: true},
		{in: "-", bad: true},
		{in: ".", bad: true},
		{in: "abc", bad: true},
		{in: "12a", bad: true},
		{in: "1.2.3", bad: true},
		{in: "1,23,4", bad: true},
		{in: "2024-01-02", bad: true},
		{in: "$", bad: true},
		{in: "%", bad: true},
		{in: "--5", bad: true},
		{in: "5 pcs", bad: true},
		{in: "1e", bad: true},
		{in: ",5,", bad: true},
	} {
		d, ok := num.Parse([]byte(c.in), c.style)
		got, want := d.Float(), num.Decimal{M: c.m, Scale: c.scale}.Float()
		if ok == c.bad || ok && got != want {
			t.Errorf("%q: %v %v %v, want %v × 10^-%d, %v", c.in, d, got, ok, c.m, c.scale, !c.bad)
		}
	}
}

func TestShift(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		m    int64
		by   int
		want int64
		ok   bool
	}{
		{5, 2, 500, true},
		{15, -1, 2, true},
		{-15, -1, -2, true},
		{14, -1, 1, true},
		{149, -2, 1, true},
		{math.MaxInt64, 1, 0, false},
		{math.MinInt64, 1, 0, false},
		{0, 99, 0, true},
		{1, 19, 0, false},
		{7, -30, 0, true},
		{math.MaxInt64, -18, 9, true},
	} {
		if got, ok := num.Shift(c.m, c.by); got != c.want || ok != c.ok {
			t.Errorf("Shift(%d, %d) = %d %v, want %d %v", c.m, c.by, got, ok, c.want, c.ok)
		}
	}
}

// Whatever is read agrees with what strconv reads in the forms that both know.
func FuzzParse(f *testing.F) {
	for _, s := range []string{"1,234.5", "-0.1", "(5)", "￥１２", "1.2万", "1e5", "9.999999999999999999", "1'000", "5%"} {
		f.Add(s, false)
		f.Add(s, true)
	}
	f.Fuzz(func(t *testing.T, s string, comma bool) {
		d, ok := num.Parse([]byte(s), num.Style{Comma: comma})
		if !ok {
			return
		}
		if d.Scale < 0 || d.Scale > num.MaxScale+2 {
			t.Fatalf("%q: scale %d", s, d.Scale)
		}
		want, err := strconv.ParseFloat(s, 64)
		if err != nil || comma || math.IsInf(want, 0) {
			return
		}
		if got := d.Float(); math.Abs(got-want) > math.Abs(want)*1e-14+1e-15 {
			t.Fatalf("%q: %v, want %v", s, got, want)
		}
	})
}
