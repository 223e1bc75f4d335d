package guard

import (
	"testing"

	"qunxiang/core"
)

// A key has one hash, in whatever form the dictionary keeps it and whatever key was
// hashed before.
func TestKeysHashAlikeInEveryForm(t *testing.T) {
	t.Parallel()
	for _, numbered := range []*core.Dict{
		{Prefix: "c", Numbers: []uint32{0, 1, 9, 10, 11, 99, 100, 7, 4294967295, 4294967290, 0}},
		{Prefix: "INV", Width: 5, Numbers: []uint32{0, 1, 9, 10, 19, 123456, 123457, 99999}},
		{Numbers: []uint32{5, 15, 5}},
	} {
		text := &core.Dict{}
		for i := range numbered.Len() {
			text.AppendString(numbered.At(i))
		}
		a, b := hasher{keys: numbered}, hasher{keys: text}
		for i := range numbered.Len() {
			if x, y := a.hash(i), b.hash(i); x != y {
				t.Errorf("%s: %x and %x", text.At(i), x, y)
			}
		}
	}
}
