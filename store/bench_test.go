package store_test

import (
	"fmt"
	"math/rand/v2"
	"os"
	"path/filepath"
	"testing"
	"time"

	"qunxiang/core"
	"qunxiang/sdk/table"
	"qunxiang/store"
)

// BenchmarkTenMillion times the steps of importing, reopening, reading and changing
// a project of ten million transactions, for order numbers in sequence and for ones
// without any pattern.
func BenchmarkTenMillion(b *testing.B) {
	const n = 10_000_000
	for _, pattern := range []bool{true, false} {
		tx := orders(n)
		if !pattern {
			r := rand.New(rand.NewPCG(1, 1))
			tx.Orders = &core.Dict{}
			for range n {
				tx.Orders.AppendString(fmt.Sprintf("%012x", r.Uint64()>>16))
			}
		}
		for name, o := range map[string]store.Options{"one shot": {OneShot: true}, "session": {}} {
			b.Run(fmt.Sprintf("order numbers in sequence %v/%s", pattern, name), func(b *testing.B) {
				for b.Loop() {
					bigSteps(b, tx, o)
				}
			})
		}
	}
}

func bigSteps(b *testing.B, tx *core.Transactions, o store.Options) {
	b.Helper()
	dir := b.TempDir()
	o.WorkDir, o.Replace = filepath.Join(dir, "work"), true
	path := filepath.Join(dir, "big.qx")
	step := func(name string, fn func() error) {
		t0 := time.Now()
		if err := fn(); err != nil {
			b.Fatal(err)
		}
		b.ReportMetric(float64(time.Since(t0).Milliseconds()), name+"-ms")
	}
	f, err := store.Create(path, core.Project{}, o)
	if err != nil {
		b.Fatal(err)
	}
	step("AddSource", func() error { return f.AddSource(core.Source{}, tx, 0, nil) })
	step("Save", func() error { return f.Save(b.Context()) })
	step("Close", f.Close)
	step("Open", func() (err error) { f, err = store.Open(path, o); return err })
	step("Transactions", func() error { _, err := f.Transactions(b.Context()); return err })
	step("Run", func() error { return f.PutSegmentation(bigRun(1_000_000)) })
	step("SaveRun", func() error { return f.Save(b.Context()) })
	step("Segmentation", func() error { _, err := f.Segmentation("rfm", 0); return err })
	step("CloseRun", f.Close)
	step("Check", func() error { _, err := store.Check(b.Context(), path); return err })
	fi, err := os.Stat(path)
	if err != nil {
		b.Fatal(err)
	}
	b.ReportMetric(float64(fi.Size())/1e6, "MB")
}

// bigRun is an RFM run of n customers.
func bigRun(n int) *core.Segmentation {
	r := rand.New(rand.NewPCG(2, 2))
	s := &core.Segmentation{Name: "rfm", Segments: make([]core.Segment, 11), Customers: make([]uint32, n), Label: make([]int32, n)}
	floats := make([][]float64, 3)
	for i := range floats {
		floats[i] = make([]float64, n)
	}
	scores := make([]int64, n)
	for i := range n {
		s.Customers[i], s.Label[i], scores[i] = uint32(i), int32(r.IntN(11)), r.Int64N(125)
		floats[0][i], floats[1][i], floats[2][i] = float64(r.IntN(730)), float64(r.IntN(40)), float64(r.IntN(1e7))/100
	}
	for i, name := range []string{"recency_days", "frequency", "monetary"} {
		s.Columns = append(s.Columns, table.Column{Name: name, Kind: table.Float64, Floats: floats[i]})
	}
	s.Columns = append(s.Columns, table.Column{Name: "rfm_score", Kind: table.Int64, Ints: scores})
	return s
}

// BenchmarkSmallCommand is what a headless command pays for a small project on top
// of its own work: open, one change, save, close.
func BenchmarkSmallCommand(b *testing.B) {
	dir := b.TempDir()
	o := store.Options{WorkDir: filepath.Join(dir, "work"), OneShot: true}
	path := filepath.Join(dir, "p.qx")
	f, err := store.Create(path, core.Project{}, o)
	if err != nil {
		b.Fatal(err)
	}
	if err := f.AddSource(core.Source{}, orders(10_000), 0, nil); err != nil {
		b.Fatal(err)
	}
	if err := f.Save(b.Context()); err != nil {
		b.Fatal(err)
	}
	if err := f.Close(); err != nil {
		b.Fatal(err)
	}
	for name, o := range map[string]store.Options{"one shot": o, "session": {WorkDir: o.WorkDir}} {
		b.Run("change/"+name, func(b *testing.B) {
			for b.Loop() {
				f, err := store.Open(path, o)
				if err != nil {
					b.Fatal(err)
				}
				if err := f.PutSegmentation(run("rfm")); err != nil {
					b.Fatal(err)
				}
				if err := f.DeleteSegmentation("rfm"); err != nil {
					b.Fatal(err)
				}
				if err := f.Save(b.Context()); err != nil {
					b.Fatal(err)
				}
				if err := f.Close(); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
	b.Run("read", func(b *testing.B) {
		for b.Loop() {
			f, err := store.Open(path, store.Options{ReadOnly: true})
			if err != nil {
				b.Fatal(err)
			}
			if _, err := f.Transactions(b.Context()); err != nil {
				b.Fatal(err)
			}
			if err := f.Close(); err != nil {
				b.Fatal(err)
			}
		}
	})
	b.Run("create", func(b *testing.B) {
		o.Replace = true
		for b.Loop() {
			f, err := store.Create(filepath.Join(dir, "new.qx"), core.Project{}, o)
			if err != nil {
				b.Fatal(err)
			}
			if err := f.Close(); err != nil {
				b.Fatal(err)
			}
		}
	})
}
