package cell_test

import (
	"math"
	"testing"

	"qunxiang/core/ingest/internal/cell"
)

// Serial numbers: ISO/IEC 29500-1, 18.17.4.1 (1900 and 1904 systems).
func TestAppend(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		v      float64
		format string
		system int
		want   string
	}{
		{36526, "yyyy-mm-dd", 1900, "2000-01-01"},
		{35064, "yyyy-mm-dd", 1904, "2000-01-01"},
		{42488.479166666664, "m/d/yy h:mm", 1900, "2016-04-28 11:30:00"},
		{0.5, "h:mm", 1900, "12:00:00"},
		{12, "[Red]0", 1900, "12"},
		{12, "[Magenta]0;[Red]-0", 1900, "12"},
		{0.1 + 0.2, "General", 1900, "0.3"},
		{36436153, "General", 1900, "36436153"},
		{1e21, "0", 1900, "1000000000000000000000"},
		{-5, "yyyy", 1900, "-5"},
	} {
		got, ok := cell.Append(nil, c.v, cell.KindOf(c.format), c.system)
		if !ok || string(got) != c.want {
			t.Errorf("%v as %s: %q, want %q", c.v, c.format, got, c.want)
		}
	}
	if _, ok := cell.AppendNumber(nil, math.NaN()); ok {
		t.Error("NaN is a number")
	}
}
