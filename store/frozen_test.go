package store_test

import (
	"fmt"
	"math"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"qunxiang/core"
	"qunxiang/store"
	"qunxiang/store/storetest"
)

// summary tells what is in a project in words that do not depend on how tests or
// the package are written now.
func summary(t *testing.T, f *store.File) string {
	t.Helper()
	var b strings.Builder
	p := f.Project()
	fmt.Fprintf(&b, "project %q %q created %s\n", p.Name, p.Currency, p.Created.UTC().Format("2006-01-02T15:04:05Z"))
	ss, err := f.Sources()
	must(t, err)
	for _, s := range ss {
		fmt.Fprintf(&b, "source %d %q %s hints %d\n", s.ID, s.Name, s.Kind, len(s.Report.Hints))
	}
	tx, err := f.Transactions(t.Context())
	must(t, err)
	amount, days := int64(0), 0
	for i := range tx.Rows() {
		amount += tx.Amount[i]
		days += int(tx.Day[i])
	}
	n := tx.Rows()
	fmt.Fprintf(&b, "rows %d amount %d scale %d days %d customers %d first %q last %q\n", n, amount, tx.Scale, days,
		tx.Customers.Len(), tx.Customers.At(int(tx.Customer[0])), tx.Customers.At(int(tx.Customer[n-1])))
	fmt.Fprintf(&b, "orders %d clock %d quantity %d refund %d labels %d\n", tx.Orders.Len(), len(tx.Clock), len(tx.Quantity), len(tx.Refund), len(tx.Labels))
	a, err := f.Attributes(t.Context())
	must(t, err)
	for _, c := range a.Columns {
		sum := 0.0
		for i, v := range c.Floats {
			if c.Valid == nil || c.Valid[i] {
				sum += v
			}
		}
		fmt.Fprintf(&b, "attribute %q of %d: %.9g %q\n", c.Name, a.Customers.Len(), sum, c.Dict)
	}
	records, err := f.Records(t.Context())
	must(t, err)
	for _, r := range records {
		days, codes, stars := 0, uint32(0), 0.0
		for i := range r.Rows() {
			codes += r.Customer[i] + r.Columns[0].Codes[i]
			stars += r.Columns[1].Floats[i]
			if r.Day != nil {
				days += int(r.Day[i])
			}
		}
		fmt.Fprintf(&b, "records %s %q of %d customers: %d rows, days %d, codes %d, %s %q, %s %.0f\n", r.Kind, r.Name, r.Customers.Len(), r.Rows(), days, codes,
			r.Columns[0].Name, r.Columns[0].Dict, r.Columns[1].Name, stars)
	}
	heads, err := f.Runs()
	must(t, err)
	for _, h := range heads {
		s, err := f.Segmentation(h.Name, h.Run)
		must(t, err)
		label, money := 0, 0.0
		for i, l := range s.Label {
			label += (i + 1) * int(l)
			if v := s.Columns[0].Floats[i]; !math.IsNaN(v) {
				money += v
			}
		}
		fmt.Fprintf(&b, "run %q %d %s as of %s: %d customers, labels %d, money %.2f, model %d bytes, seed %d\n", h.Name, h.Run, h.Method, h.AsOf,
			len(s.Customers), label, money, len(s.Model.Data), s.Seed)
	}
	for _, key := range []string{"map", "view", "columns"} {
		v, err := f.Setting(key)
		must(t, err)
		fmt.Fprintf(&b, "setting %s: %d bytes\n", key, len(v))
	}
	return b.String()
}

// TestFilesOfEveryVersionOpenForEver opens a frozen project of each released schema
// (testdata/schema<N>.qx, never made again) and compares with what was written down
// when it was frozen. QX_FREEZE=<N> makes the file of a new schema, once.
func TestFilesOfEveryVersionOpenForEver(t *testing.T) {
	t.Parallel()
	if n := os.Getenv("QX_FREEZE"); n != "" {
		freeze(t, filepath.Join("testdata", "schema"+n))
	}
	files, err := filepath.Glob("testdata/schema*.qx")
	must(t, err)
	if len(files) == 0 {
		t.Fatal("no frozen files")
	}
	for _, name := range files {
		want, err := os.ReadFile(strings.TrimSuffix(name, ".qx") + ".txt")
		must(t, err)
		frozen, err := os.ReadFile(name)
		must(t, err)
		path := filepath.Join(t.TempDir(), "p.qx")
		must(t, os.WriteFile(path, frozen, 0o600))
		for _, ro := range []bool{true, false} {
			f, err := store.Open(path, store.Options{ReadOnly: ro, WorkDir: t.TempDir()})
			must(t, err)
			if d := cmp.Diff(string(want), summary(t, f)); d != "" {
				t.Errorf("%s (-want +got)\n%s", name, d)
			}
			if !ro {
				must(t, f.SetSetting("new", []byte("x")))
				must(t, f.Save(t.Context()))
			}
			must(t, f.Close())
		}
		if r, err := store.Check(t.Context(), path); err != nil || !r.OK {
			t.Errorf("%s after a save: %v %+v", name, err, r)
		}
	}
}

func freeze(t *testing.T, stem string) {
	t.Helper()
	must(t, os.MkdirAll(filepath.Dir(stem), 0o755))
	f, err := store.Create(stem+".qx", core.Project{Name: "冻结 frozen", Currency: "CNY"}, store.Options{WorkDir: t.TempDir()})
	must(t, err)
	m := storetest.NewModel(f.Project())
	for seed := range uint64(25) {
		_, err := storetest.Change(t.Context(), seed, false, f, m)
		must(t, err)
	}
	must(t, f.Save(t.Context()))
	must(t, os.WriteFile(stem+".txt", []byte(summary(t, f)), 0o644))
	must(t, f.Close())
	must(t, os.Remove(stem+".qx.bak"))
}
