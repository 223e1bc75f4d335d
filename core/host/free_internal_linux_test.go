package host

import (
	"math"
	"os"
	"path/filepath"
	"testing"
)

// The tightest control group counts, of either version, wherever it is on the way up.
func TestInGroups(t *testing.T) {
	t.Parallel()
	root := t.TempDir()
	for name, text := range map[string]string{
		"a/memory.max": "1000\n", "a/memory.current": "300\n", "a/memory.stat": "anon 100\ninactive_file 50\n",
		"a/b/memory.max": "max\n", "a/b/memory.current": "200\n",
		"memory/x/memory.limit_in_bytes": "500\n", "memory/x/memory.usage_in_bytes": "100\n", "memory/x/memory.stat": "inactive_file 1\ntotal_inactive_file 20\n",
		"memory/memory.limit_in_bytes": "9223372036854771712\n", "memory/memory.usage_in_bytes": "100\n",
		"memory/full/memory.limit_in_bytes": "10\n", "memory/full/memory.usage_in_bytes": "100\n",
	} {
		path := filepath.Join(root, name)
		if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(path, []byte(text), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	for list, want := range map[string]int64{
		"":                                   math.MaxInt64,
		"0::/a/b\n":                          750,
		"0::/elsewhere/c\n":                  math.MaxInt64,
		"3:cpu:/a\n4:memory:/x\n0::/a/b\n":   420,
		"4:memory:/full\n":                   1,
		"nonsense\n1:2\n":                    math.MaxInt64,
		"4:memory:/outside/of/a/container\n": 9223372036854771712 - 100,
	} {
		if got := inGroups(root, list); got != want {
			t.Errorf("%q: %d, want %d", list, got, want)
		}
	}
}

// A new process has what this one had before its heap grew; Go takes addresses by 64 MB.
func TestInAddresses(t *testing.T) {
	t.Parallel()
	const mb = 1 << 20
	for name, c := range map[string]struct{ limit, taken, heap, own, next int64 }{
		"one arena":         {1000, 768, 4, 60 + 3*64, 4 * 64},
		"two arenas":        {1000, 834, 100, 28 + 2*64, 4 * 64},
		"not a whole arena": {1000, 960, 64, 0, 64},
		"past the limit":    {1000, 1200, 60, 4, 0},
		"plenty":            {1 << 20, 1344, 4, 60 + 15867*64, 15868 * 64},
	} {
		own, next := inAddresses(c.limit*mb, c.taken*mb, c.heap*mb)
		if own != c.own*mb || next != c.next*mb {
			t.Errorf("%s: %d and %d MB, not %d and %d", name, own/mb, next/mb, c.own, c.next)
		}
	}
}
