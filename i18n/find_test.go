package i18n

import (
	"encoding/json"
	"maps"
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// Looking a text up where it stands and in the table of all give the same.
func TestFirstTextsAreThoseOfTheTable(t *testing.T) {
	t.Parallel()
	for _, ending := range []string{".en.json", ".zh-CN.json"} {
		files := contents(ending)
		all := map[string]string{}
		for _, f := range files {
			if err := json.Unmarshal(f, &all); err != nil {
				t.Fatal(err)
			}
		}
		if len(all) < 1000 {
			t.Fatalf("%s: %d texts", ending, len(all))
		}
		if d := cmp.Diff(all, parse(files)); d != "" {
			t.Errorf("%s (-JSON +table):\n%s", ending, d)
		}
		found := map[string]string{}
		for _, key := range slices.Sorted(maps.Keys(all)) {
			for _, f := range files {
				if text, ok := find(f, key); ok {
					found[key] = text
				}
			}
		}
		if d := cmp.Diff(all, found); d != "" {
			t.Errorf("%s (-table +found):\n%s", ending, d)
		}
		b := newBook(ending)
		for i, key := range slices.Sorted(maps.Keys(all))[:2*few] { // the table takes over in the middle
			if text, ok := b.text(key); !ok || text != all[key] {
				t.Fatalf("text %d, %s: %q, not %q", i, key, text, all[key])
			}
		}
		for _, key := range []string{"", " ", "}", "{", "a", "~", "cli", "cli.", "error.no_such_error", "cli.about\""} {
			for _, f := range files {
				if text, ok := find(f, key); ok {
					t.Errorf("%s: found %q under %q", ending, text, key)
				}
			}
		}
	}
}
