package intern_test

import (
	"fmt"
	"hash/maphash"
	"testing"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"qunxiang/core"
	"qunxiang/core/ingest/internal/intern"
)

// build interns keys in blocks of the given sizes.
func build(keys []string, sizes []int) (*core.Dict, []uint32) {
	seed := maphash.MakeSeed()
	local, all := intern.NewLocal(seed), intern.NewKeys(seed)
	var codes []uint32
	var p intern.Part
	for k := 0; len(keys) > 0; k++ {
		n := min(len(keys), max(1, sizes[k%len(sizes)]))
		var b []byte
		var start, end []uint32
		for _, s := range keys[:n] {
			start = append(start, uint32(len(b)))
			b = append(b, s...)
			end = append(end, uint32(len(b)))
		}
		local.Fill(&p, b, start, end)
		codes, _ = all.Codes(&p, codes)
		keys = keys[n:]
	}
	return all.Dict(), codes
}

func key(t *rapid.T) string {
	return rapid.OneOf(
		rapid.Just(""), rapid.SampledFrom([]string{"a", "客户", "x y"}),
		rapid.Custom(func(t *rapid.T) string { return fmt.Sprintf("C%04d", rapid.IntRange(0, 50).Draw(t, "n")) }),
		rapid.Custom(func(t *rapid.T) string { return fmt.Sprint(rapid.IntRange(0, 2000000000).Draw(t, "n")) }),
		rapid.Custom(func(t *rapid.T) string { return fmt.Sprint("INV", rapid.IntRange(0, 300).Draw(t, "n")) }),
	).Draw(t, "key")
}

// Codes go by first appearance and name their keys, whatever the blocks were.
func TestCodes(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		kinds := rapid.SliceOfN(rapid.Custom(key), 1, 4).Draw(t, "kinds")
		keys := rapid.SliceOfN(rapid.OneOf(rapid.SampledFrom(kinds), rapid.Custom(func(t *rapid.T) string {
			return fmt.Sprintf("C%05d", rapid.IntRange(0, 99999).Draw(t, "n"))
		})), 1, 60).Draw(t, "keys")
		dict, codes := build(keys, rapid.SliceOfN(rapid.IntRange(1, 20), 1, 5).Draw(t, "sizes"))
		next := uint32(0)
		for i, c := range codes {
			switch {
			case keys[i] == "":
				if c != core.NoCode {
					t.Fatalf("empty cell has code %d", c)
				}
				continue
			case c > next:
				t.Fatalf("code %d before %d", c, next)
			case c == next:
				next++
			}
			if got := dict.At(int(c)); got != keys[i] {
				t.Fatalf("code %d is %q, want %q", c, got, keys[i])
			}
		}
		if dict.Len() != int(next) {
			t.Fatalf("%d entries, %d used", dict.Len(), next)
		}
	})
}

// Running numbers are kept as numbers, also when they do not only rise.
func TestNumbers(t *testing.T) {
	t.Parallel()
	for name, keys := range map[string][]string{
		"rising": {"INV00000001", "INV00000001", "INV00000002", "INV00000009"}, "falling": {"C9", "C10", "C8", "C9"}, "far apart": {"999999999", "5", "888888888", "5"},
		"growing past the padding": {"A08", "A99", "A100"},
	} {
		d, _ := build(keys, []int{2})
		if d.Numbers == nil {
			t.Errorf("%s: kept as text %q", name, d.Heap)
		}
	}
	for name, keys := range map[string][]string{"two widths": {"007", "07"}, "two prefixes": {"A1", "B1"}, "long": {"1234567890"}, "no digits": {"a"}} {
		if d, _ := build(keys, []int{1}); d.Numbers != nil {
			t.Errorf("%s: kept as numbers %v", name, d.Numbers)
		}
	}
}

// Extending keeps the old entries and their codes and adds each new one once.
func TestExtend(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		gen := rapid.SliceOfN(rapid.Custom(key), 0, 30)
		a, b := gen.Draw(t, "old"), gen.Draw(t, "add")
		old, _ := build(a, []int{7})
		add, _ := build(b, []int{7})
		before := fmt.Sprint(*old, *add)
		merged, codes, err := intern.Extend(old, add)
		if err != nil {
			t.Fatal(err)
		}
		for i := range old.Len() {
			if merged.At(i) != old.At(i) {
				t.Fatalf("entry %d changed from %q to %q", i, old.At(i), merged.At(i))
			}
		}
		seen := map[string]bool{}
		for i := range merged.Len() {
			if seen[merged.At(i)] {
				t.Fatalf("%q is there twice", merged.At(i))
			}
			seen[merged.At(i)] = true
		}
		for i, c := range codes {
			if merged.At(int(c)) != add.At(i) {
				t.Fatalf("%q became %q", add.At(i), merged.At(int(c)))
			}
		}
		if diff := cmp.Diff(before, fmt.Sprint(*old, *add)); diff != "" {
			t.Fatalf("the arguments changed: %s", diff)
		}
	})
}
