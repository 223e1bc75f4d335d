package store_test

import (
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	"qunxiang/core"
	"qunxiang/store"
)

// keyed is a dictionary of the keys.
func keyed(keys ...string) *core.Dict {
	d := &core.Dict{}
	for _, k := range keys {
		d.AppendString(k)
	}
	return d
}

// TestRecordsAreReplacedByKindAndName: a survey never takes the place of another one,
// nor of comments, and what was replaced leaves nothing behind.
func TestRecordsAreReplacedByKindAndName(t *testing.T) {
	t.Parallel()
	comments := func(text string) *core.Records {
		return &core.Records{
			Kind: core.SourceComments, Customers: keyed("a", "客"), Customer: []uint32{1, 0}, Day: []core.Date{3, core.NoDate},
			Columns: []core.AttributeColumn{{Name: core.ColumnText, Codes: []uint32{0, core.NoCode}, Dict: []string{text}}},
		}
	}
	survey := func(name string, x float64) *core.Records {
		return &core.Records{
			Kind: core.SourceSurvey, Name: name, Customers: keyed("a"), Customer: []uint32{0},
			Columns: []core.AttributeColumn{{Name: "Q1", Floats: []float64{x}}, {Name: "Q2", Floats: []float64{0}, Valid: []bool{false}}},
		}
	}
	f := create(t, store.Options{})
	must(t, f.AddSource(core.Source{Name: "1"}, nil, 0, nil, comments("old"), survey("s", 1)))
	must(t, f.AddSource(core.Source{Name: "2"}, nil, 0, nil, survey("t", 2)))
	must(t, f.AddSource(core.Source{Name: "3"}, nil, 0, nil, comments("new"), survey("s", 3)))
	want := []*core.Records{comments("new"), survey("s", 3), survey("t", 2)}
	look := func(f *store.File) {
		t.Helper()
		got, err := f.Records(t.Context())
		must(t, err)
		if d := cmp.Diff(want, got, cmpopts.EquateEmpty()); d != "" {
			t.Fatalf("records (-want +got)\n%s", d)
		}
	}
	look(f)
	must(t, f.Save(t.Context()))
	r, err := store.Check(t.Context(), f.Path())
	if err != nil || !r.OK || r.Garbage != 0 || r.Records != 4 {
		t.Fatalf("check: %v %+v", err, r)
	}
	g, err := store.Open(f.Path(), store.Options{ReadOnly: true})
	must(t, err)
	look(g)
	must(t, g.Close())
	broken := survey("u", 1)
	broken.Customer = []uint32{7}
	if err := f.AddSource(core.Source{}, nil, 0, nil, broken); core.CodeOf(err) != core.CodeInternal {
		t.Fatalf("a code without a key: %v", err)
	}
	look(f)
}
