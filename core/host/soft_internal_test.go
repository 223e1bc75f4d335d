package host

import (
	"testing"

	"qunxiang/core"
)

func TestSoftLimit(t *testing.T) {
	t.Parallel()
	for _, c := range []struct{ given, free, want int64 }{
		{0, 0, 0}, {0, 10 << 30, 5 << 30}, {0, 1 << 20, softLeast}, {1 << 30, 8 << 20, 1 << 30}, {-1, 1 << 30, 0},
	} {
		if got := (Config{Memory: c.given}).soft(core.Room{All: 20 << 30, Next: c.free}); got != c.want {
			t.Errorf("%+v: %d", c, got)
		}
	}
}
