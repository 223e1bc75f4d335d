package num_test

import (
	"strconv"
	"testing"

	"qunxiang/core/ingest/internal/num"
)

// Numbers of other programs keep every digit, whatever their size.
func TestFloat(t *testing.T) {
	t.Parallel()
	for text, want := range map[string]float64{
		"8.354988781294496e-10": 8.354988781294496e-10, "-0.10986054532519908": -0.10986054532519908, "1e300": 1e300, "-1E+300": -1e300,
		"0.95603427188924938740": 0.95603427188924938740, "5e-324": 5e-324, "1,234.50": 1234.5, "3.": 3, ".5": 0.5, "12%": 0.12,
		"123456789012345678901234567890": 123456789012345678901234567890, "9007199254740993": 9007199254740992,
	} {
		if got, ok := num.Float([]byte(text), num.Style{}); !ok || got != want {
			t.Errorf("%s: %v %v, want %v", text, got, ok, want)
		}
	}
	for _, text := range []string{"", "e5", "1e", "1e400", "0x10", "1_000", "NaN", "Inf", "1.2.3.4x", "-", "."} {
		if got, ok := num.Float([]byte(text), num.Style{}); ok {
			t.Errorf("%q is read as %s", text, strconv.FormatFloat(got, 'g', -1, 64))
		}
	}
	if got, ok := num.Float([]byte("0,10986054532519908"), num.Style{Comma: true}); !ok || got < 0.1098605453 || got > 0.1098605454 {
		t.Errorf("decimal comma: %v %v", got, ok)
	}
}
