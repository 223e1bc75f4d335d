package store_test

import (
	"fmt"
	"math/rand/v2"
	"os"
	"path/filepath"
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"qunxiang/core"
	"qunxiang/sdk/table"
	"qunxiang/store"
)

// described makes attributes of n customers with values that cannot be packed.
func described(seed uint64, n int) *core.Attributes {
	r := rand.New(rand.NewPCG(seed, 7))
	a := &core.Attributes{Customers: &core.Dict{}}
	x, y := make([]float64, n), make([]float64, n)
	for i := range n {
		a.Customers.AppendString(fmt.Sprint("c", i))
		x[i], y[i] = r.NormFloat64(), r.NormFloat64()
	}
	a.Columns = []core.AttributeColumn{{Name: "x", Floats: x}, {Name: "y", Floats: y}}
	return a
}

// runOf is a run by columns of attributes.
func runOf(name string, columns ...core.AttributeColumn) *core.Segmentation {
	s := &core.Segmentation{Name: name, Segments: []core.Segment{{ID: 1, Key: "a"}}}
	n := len(columns[0].Floats)
	s.Customers, s.Label = make([]uint32, n), make([]int32, n)
	for i := range n {
		s.Customers[i] = uint32(i)
	}
	for _, c := range columns {
		s.Columns = append(s.Columns, table.Column{Name: c.Name, Kind: table.Float64, Floats: c.Floats})
	}
	return s
}

// A run by the attributes as they were read costs next to nothing to store.
func TestARunSharesItsColumnsWithTheAttributes(t *testing.T) {
	t.Parallel()
	f := create(t, store.Options{})
	must(t, f.AddSource(core.Source{Name: "a"}, nil, 0, described(1, 50_000)))
	f.Purge() // what is free is not to count
	must(t, f.Save(t.Context()))
	before := size(t, f.Path())
	a, err := f.Attributes(t.Context())
	must(t, err)
	must(t, f.PutSegmentation(runOf("shared", a.Columns...)))
	f.Purge()
	must(t, f.Save(t.Context()))
	shared := size(t, f.Path())
	if shared-before > before/4 {
		t.Errorf("a run by the attributes takes %d bytes beside a project of %d", shared-before, before)
	}
	copied := a.Columns[0]
	copied.Floats = slices.Clone(copied.Floats) // another's memory could hold anything
	must(t, f.PutSegmentation(runOf("copied", copied)))
	f.Purge()
	must(t, f.Save(t.Context()))
	if size(t, f.Path())-shared < before/4 {
		t.Error("a copy was taken for the attributes themselves")
	}
}

func size(t *testing.T, path string) int64 {
	t.Helper()
	fi, err := os.Stat(path)
	must(t, err)
	return fi.Size()
}

// Whatever is imported, deleted, saved and opened again: every run has the columns that
// it was stored with, and what no run needs any more is gone.
func TestALaterImportDoesNotChangeStoredRuns(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		dir, err := os.MkdirTemp("", "qx-share-") //nolint:usetesting // a folder for every try
		if err != nil {
			t.Fatal(err)
		}
		defer os.RemoveAll(dir)
		o := store.Options{WorkDir: filepath.Join(dir, "work"), OneShot: rapid.Bool().Draw(t, "one shot")}
		f, err := store.Create(filepath.Join(dir, "p.qx"), core.Project{Name: "p"}, o)
		if err != nil {
			t.Fatal(err)
		}
		check := func(err error) {
			if err != nil {
				t.Fatal(err)
			}
		}
		want := map[string]*core.Segmentation{}
		var read *core.Attributes // as long as the session lives, imports or not
		t.Repeat(map[string]func(*rapid.T){
			"import": func(t *rapid.T) {
				a := described(rapid.Uint64().Draw(t, "seed"), rapid.IntRange(1, 300).Draw(t, "n"))
				check(f.AddSource(core.Source{Name: "a"}, nil, 0, a))
			},
			"read": func(*rapid.T) { read, err = f.Attributes(t.Context()); check(err) },
			"run": func(t *rapid.T) {
				if read == nil {
					return
				}
				name := rapid.SampledFrom([]string{"a", "b", "c"}).Draw(t, "name")
				s := runOf(name, rapid.SampledFrom([][]core.AttributeColumn{read.Columns, read.Columns[:1], {read.Columns[1]}}).Draw(t, "columns")...)
				check(f.PutSegmentation(s))
				want[fmt.Sprint(name, s.Run)] = s
			},
			"delete": func(t *rapid.T) {
				name := rapid.SampledFrom([]string{"a", "b", "c"}).Draw(t, "name")
				err := f.DeleteSegmentation(name)
				if err != nil && core.CodeOf(err) != store.CodeNoSuchRun {
					t.Fatal(err)
				}
				for key, s := range want {
					if s.Name == name {
						delete(want, key)
					}
				}
			},
			"open again": func(t *rapid.T) {
				check(f.Save(t.Context()))
				check(f.Close())
				r, err := store.Check(t.Context(), filepath.Join(dir, "p.qx"))
				if err != nil || !r.OK || r.Garbage != 0 {
					t.Fatalf("%v %+v", err, r)
				}
				f, err = store.Open(filepath.Join(dir, "p.qx"), o)
				check(err)
			},
			"": func(t *rapid.T) {
				for key, s := range want {
					got, err := f.Segmentation(s.Name, s.Run)
					check(err)
					if d := cmp.Diff(s.Columns, got.Columns); d != "" {
						t.Fatalf("run %s\n%s", key, d)
					}
				}
			},
		})
		check(f.Close())
	})
}
