package workspace

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"testing"

	"qunxiang/core"
)

// dicts are the same keys in each form that a dictionary has.
func dicts(keys []uint32) map[string]*core.Dict {
	texts := &core.Dict{}
	for _, k := range keys {
		texts.AppendString(fmt.Sprintf("C%04d", k))
	}
	return map[string]*core.Dict{"texts": texts, "numbers": {Prefix: "C", Width: 4, Numbers: keys}}
}

func TestCodesOfAnyOrderAndForm(t *testing.T) {
	t.Parallel()
	all, some := []uint32{7, 3, 9, 1, 5, 8, 2}, []uint32{2, 3, 9, 8, 7}
	want := []uint32{6, 1, 2, 5, 0}
	for in, dict := range dicts(all) {
		for out, from := range dicts(some) {
			got, err := codesOf(t.Context(), from, dict)
			if err != nil || !slices.Equal(got, want) {
				t.Errorf("%s in %s: %v, %v; not %v", out, in, got, err, want)
			}
			if _, err := codesOf(t.Context(), dict, from); !errors.Is(err, errUnknownKey) {
				t.Errorf("%s in %s: keys that are not there: %v", in, out, err)
			}
		}
	}
}

func TestWithCustomersAddsWhatIsNew(t *testing.T) {
	t.Parallel()
	for form, dict := range dicts([]uint32{7, 3, 9}) {
		tx := &core.Transactions{Customers: dict}
		for other, more := range dicts([]uint32{9, 4, 7, 1}) {
			got, err := withCustomers(t.Context(), tx, more)
			if err != nil {
				t.Fatal(err)
			}
			var keys []string
			for i := range got.Customers.Len() {
				keys = append(keys, got.Customers.At(i))
			}
			if want := []string{"C0007", "C0003", "C0009", "C0004", "C0001"}; !slices.Equal(keys, want) {
				t.Errorf("%s and %s: %q, not %q", form, other, keys, want)
			}
		}
		if got, err := withCustomers(t.Context(), tx, &core.Dict{Prefix: "C", Width: 4, Numbers: []uint32{3, 7}}); err != nil || got != tx {
			t.Errorf("%s: nothing new, but %v, %v", form, got, err)
		}
	}
}

// TestLookingKeysUpEnds: looking a million keys up takes part of a second, and ends when it
// is asked to.
func TestLookingKeysUpEnds(t *testing.T) {
	t.Parallel()
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	for form, dict := range dicts([]uint32{1, 2, 3}) {
		other := &core.Dict{Prefix: "C", Width: 4, Numbers: []uint32{3, 2}}
		if _, err := codesOf(ctx, other, dict); !errors.Is(err, context.Canceled) {
			t.Errorf("%s: codes: %v", form, err)
		}
		if _, err := newKeyIndex(ctx, dict); !errors.Is(err, context.Canceled) {
			t.Errorf("%s: index: %v", form, err)
		}
		if _, err := withCustomers(ctx, &core.Transactions{Customers: dict}, other); !errors.Is(err, context.Canceled) {
			t.Errorf("%s: customers: %v", form, err)
		}
	}
}
