package workspace

import (
	"os"
	"path/filepath"
	"testing"

	"qunxiang/core"
)

// A file for whose rows there is no memory is refused, a packed one sooner; a small one, or
// where the room cannot be told, never.
func TestFilesThatDoNotFit(t *testing.T) {
	t.Parallel()
	const mb = 1 << 20
	for name, c := range map[string]struct {
		file       string
		size, free int64
		need       int // 0 = read
	}{
		"fits":             {"a.csv", 10 * mb, 69 * mb, 0},
		"does not":         {"a.csv", 10 * mb, 67 * mb, 68},
		"packed":           {"a.CSV.GZ", 10 * mb, 127 * mb, 128},
		"small":            {"a.csv", mb, mb, 0},
		"cannot be told":   {"a.csv", 100 * mb, 0, 0},
		"is not there":     {"", 0, mb, 0},
		"packed, but fits": {"a.zip", 10 * mb, 129 * mb, 0},
	} {
		path := filepath.Join(t.TempDir(), "missing", c.file)
		if c.file != "" {
			path = filepath.Join(t.TempDir(), c.file)
			if err := os.WriteFile(path, nil, 0o600); err != nil {
				t.Fatal(err)
			}
			if err := os.Truncate(path, c.size); err != nil {
				t.Fatal(err)
			}
		}
		w := &Workspace{cfg: Config{Room: func() core.Room { return core.Room{All: c.free, Own: c.free, Next: c.free} }}}
		e := core.AsError(w.fits(path))
		if (e != nil) != (c.need > 0) || e != nil && (e.Code != "import_no_memory" || e.Args["need"] != c.need || e.Where.File != c.file) {
			t.Errorf("%s: %+v", name, e)
		}
	}
}
