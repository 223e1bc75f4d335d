package sheet_test

import (
	"math"
	"testing"

	"qunxiang/plugins/internal/sheet"
)

func TestNumber(t *testing.T) {
	t.Parallel()
	for x, want := range map[float64]string{
		0: "0", 0.12344: "0.1234", 12.5: "12.5", 999.96: "1000", 1234.6: "1235", -98765.4: "-98765", 1e15: "1e+15", math.Inf(1): "+Inf",
	} {
		if got := sheet.Number(x); got != want {
			t.Errorf("%v is written %s, want %s", x, got, want)
		}
	}
}

func TestPercent(t *testing.T) {
	t.Parallel()
	for x, want := range map[float64]string{0: "0.0%", 0.12344: "12.3%", 1: "100.0%", -0.5: "-50.0%"} {
		if got := sheet.Percent(x); got != want {
			t.Errorf("%v is written %s, want %s", x, got, want)
		}
	}
}

func TestCount(t *testing.T) {
	t.Parallel()
	for n, want := range map[int]string{0: "0", 999: "999", 1403: "1,403", 1234567: "1,234,567", -1000: "-1,000"} {
		if got := sheet.Count(n); got != want {
			t.Errorf("%d is written %s, want %s", n, got, want)
		}
	}
}
