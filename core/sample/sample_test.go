package sample_test

import (
	"bytes"
	"context"
	"encoding/csv"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strconv"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/xuri/excelize/v2"
	"pgregory.net/rapid"

	"qunxiang/core"
	"qunxiang/core/sample"
	"qunxiang/sdk"
)

func generate(t *testing.T, o sample.Options) *sample.Business {
	t.Helper()
	b, err := sample.Generate(sample.Shop, o)
	if err != nil {
		t.Fatal(err)
	}
	return b
}

// read returns the records of a CSV file without a byte-order mark.
func read(t *testing.T, path string) [][]string {
	t.Helper()
	b, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	rows, err := csv.NewReader(bytes.NewReader(bytes.TrimPrefix(b, []byte("\ufeff")))).ReadAll()
	if err != nil {
		t.Fatal(err)
	}
	return rows
}

func TestSameSeedGivesTheSameBytes(t *testing.T) {
	t.Parallel()
	for _, lang := range []sdk.Lang{sdk.ZH, sdk.EN} {
		o := sample.Options{Customers: 200, Seed: 7, Lang: lang}
		one, two, other := t.TempDir(), t.TempDir(), t.TempDir()
		for dir, seed := range map[string]uint64{one: 7, two: 7, other: 8} {
			o.Seed = seed
			if _, err := generate(t, o).Write(t.Context(), dir, lang, true); err != nil {
				t.Fatal(err)
			}
		}
		for _, name := range sample.Files(true) {
			a, errA := os.ReadFile(filepath.Join(one, name))
			b, errB := os.ReadFile(filepath.Join(two, name))
			c, errC := os.ReadFile(filepath.Join(other, name))
			if err := errors.Join(errA, errB, errC); err != nil {
				t.Fatal(err)
			}
			if !bytes.Equal(a, b) {
				t.Errorf("%s in %s differs between two runs of one seed", name, lang)
			}
			if bytes.Equal(a, c) {
				t.Errorf("%s in %s is the same for two seeds", name, lang)
			}
		}
	}
}

func TestDefaultSize(t *testing.T) {
	t.Parallel()
	b := generate(t, sample.Options{Seed: 1})
	f := b.Facts
	if len(b.Truth) != sample.DefaultCustomers || f.Lines < 10_000 || f.Lines > 14_000 {
		t.Errorf("%d customers and %d lines, want 1,500 and about 12,000", len(b.Truth), f.Lines)
	}
	if want := core.YMD(2026, 6, 30); f.Last != want {
		t.Errorf("last order on %v, want %v", f.Last, want)
	}
	t.Logf("%+v", f)
}

// The file itself, read by another program, must hold what Facts and Truth say.
func TestFactsAndTruthReconcileWithTheFile(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(rt *rapid.T) {
		o := sample.Options{
			Customers: rapid.IntRange(sample.MinCustomers, 120).Draw(rt, "customers"),
			Seed:      rapid.Uint64().Draw(rt, "seed"),
			Lang:      rapid.SampledFrom([]sdk.Lang{sdk.ZH, sdk.EN}).Draw(rt, "lang"),
		}
		b := generate(t, o)
		dir := t.TempDir()
		if _, err := b.Write(t.Context(), dir, sdk.EN, true); err != nil {
			rt.Fatal(err)
		}
		got, truth := recount(t, read(t, filepath.Join(dir, sample.OrdersFile))[1:])
		want := b.Facts
		want.First, want.Last = got.First, got.Last // checked by truth below
		if diff := cmp.Diff(want, got); diff != "" {
			rt.Fatalf("facts (-want +got):\n%s", diff)
		}
		for i, r := range read(t, filepath.Join(dir, sample.TruthFile))[1:] {
			if g := truth[r[0]]; r[3] != strconv.Itoa(g.Orders) || r[4] != fmt.Sprintf("%.2f", float64(g.Amount)/100) || r[5] != g.Last.String() {
				rt.Fatalf("truth of %v, the orders say %+v", r, g)
			}
			if t := b.Truth[i]; r[1] != t.Segment {
				rt.Fatalf("segment %s in the file, %s in the business", r[1], t.Segment)
			}
		}
	})
}

// recount counts the English orders file from its texts alone.
func recount(t *testing.T, rows [][]string) (f sample.Facts, truth map[string]sample.Truth) {
	t.Helper()
	f.Rows = len(rows)
	truth = map[string]sample.Truth{}
	lineOf := map[string]bool{}    // lines seen, to find second copies
	refunds := map[string]int64{}  // by order
	bought := map[string]int64{}   // by order
	taken := map[string]int{}      // refund rows by order
	repeated := map[string]bool{}  // orders
	last := map[string]core.Date{} // by order
	customer := map[string]string{}
	for _, r := range rows {
		order, id, state := r[0], r[2], r[9]
		when, dateErr := time.Parse(time.DateTime, r[1])
		amount, amountErr := strconv.ParseFloat(r[8], 64)
		cents := int64(amount*100 + 0.5)
		if amount < 0 {
			cents = -int64(-amount*100 + 0.5)
		}
		key := fmt.Sprint(r)
		switch {
		case id == "":
			f.NoCustomerRows++
		case dateErr != nil:
			f.BadDateRows++
		case amountErr != nil:
			f.BadAmountRows++
		case state == "test":
			f.TestRows++
		case state == "cancelled":
			f.CancelledRows++
		case state == "completed" && lineOf[key]:
			f.DuplicateRows++
			f.DuplicateNet += cents
			repeated[order] = true
		case state == "completed":
			lineOf[key] = true
			f.Lines++
			f.Net += cents
			bought[order] += cents
			customer[order], last[order] = id, core.DateOf(when)
			c := truth[id]
			c.Amount += cents
			truth[id] = c
		default: // a refund
			f.Net += cents
			c := truth[id]
			c.Amount += cents
			truth[id] = c
			if _, linked := bought[order]; !linked {
				f.UnlinkedRows++
				continue
			}
			refunds[order] += cents
			taken[order]++
		}
	}
	f.DuplicateOrders = len(repeated)
	f.Orders = len(bought)
	for order, sum := range bought {
		if sum+refunds[order] == 0 {
			f.RefundedOrders++
			f.RefundRows += taken[order]
			continue
		}
		f.PartialRows += taken[order]
		c := truth[customer[order]]
		c.Orders++
		c.Last = max(c.Last, last[order])
		truth[customer[order]] = c
	}
	f.Customers = len(truth)
	return f, truth
}

func TestSegmentsBehaveAsPlanted(t *testing.T) {
	t.Parallel()
	b := generate(t, sample.Options{Seed: 3})
	end := core.YMD(2026, 6, 30)
	type habit struct{ orders, from, to int } // fewest orders (one may be refunded); days since the last one
	habits := map[string]habit{
		"loyal": {5, 0, 60}, "big": {3, 0, 60}, "new": {1, 0, 75}, "bargain": {1, 0, 600},
		"onetime": {1, 110, 730}, "sleeper": {2, 230, 490}, "lapsed": {7, 170, 340},
	}
	counts := map[string]int{}
	money := map[string]int64{}
	for _, c := range b.Truth {
		counts[c.Segment]++
		money[c.Segment] += c.Amount
		h := habits[c.Segment]
		if since := int(end - c.Last); c.Orders < h.orders || since < h.from || since > h.to {
			t.Errorf("%s %s has %d orders, the last %d days ago", c.Segment, c.Customer, c.Orders, since)
		}
	}
	for _, s := range b.Segments {
		if s.Count != counts[s.Key] || s.Name.ZH == "" || s.Name.EN == "" {
			t.Errorf("segment %+v, counted %d", s, counts[s.Key])
		}
	}
	if counts["onetime"] != 420 { // 28 % of 1,500
		t.Errorf("%d one-time buyers, want 420", counts["onetime"])
	}
	if big, once := money["big"]/int64(counts["big"]), money["onetime"]/int64(counts["onetime"]); big < 10*once {
		t.Errorf("a big spender brings %d, a one-time buyer %d", big, once)
	}
}

func TestSeasonsShow(t *testing.T) {
	t.Parallel()
	for lang, peak := range map[sdk.Lang]core.Date{sdk.ZH: core.YMD(2025, 11, 11), sdk.EN: core.YMD(2025, 11, 28)} {
		b := generate(t, sample.Options{Seed: 5, Lang: lang})
		dir := t.TempDir()
		if _, err := b.Write(t.Context(), dir, sdk.EN, false); err != nil {
			t.Fatal(err)
		}
		perDay := map[string]int{}
		for _, r := range read(t, filepath.Join(dir, sample.OrdersFile))[1:] {
			perDay[r[1][:min(10, len(r[1]))]]++
		}
		mean := b.Facts.Rows / 730
		if perDay[peak.String()] < 2*mean {
			t.Errorf("%s: %d rows on %v, %d on a usual day", lang, perDay[peak.String()], peak, mean)
		}
	}
}

func TestWorkbookHoldsTheSameCells(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	if _, err := generate(t, sample.Options{Customers: 60, Seed: 2}).Write(t.Context(), dir, sdk.ZH, false); err != nil {
		t.Fatal(err)
	}
	f, err := excelize.OpenFile(filepath.Join(dir, sample.WorkbookFile))
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	got, err := f.GetRows(f.GetSheetName(0))
	if err != nil {
		t.Fatal(err)
	}
	want := read(t, filepath.Join(dir, sample.OrdersFile))
	if len(got) != len(want) {
		t.Fatalf("%d rows in the workbook, %d in the CSV file", len(got), len(want))
	}
	for i := range want[1:] {
		for j, w := range want[i+1] {
			g := got[i+1][j]
			a, errA := strconv.ParseFloat(g, 64)
			b, errB := strconv.ParseFloat(w, 64)
			if g != w && (errA != nil || errB != nil || a != b) {
				t.Fatalf("row %d cell %d: %q in the workbook, %q in the CSV file", i+2, j, g, w)
			}
		}
	}
}

func TestWrongOptionsAreRefused(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		business  string
		customers int
		code      string
	}{
		{"insurer", 0, sample.CodeUnknownBusiness},
		{"", 0, sample.CodeUnknownBusiness},
		{sample.Shop, 1, sample.CodeCustomers},
		{sample.Shop, -5, sample.CodeCustomers},
		{sample.Shop, sample.MaxCustomers + 1, sample.CodeCustomers},
	} {
		_, err := sample.Generate(c.business, sample.Options{Customers: c.customers})
		if e := core.AsError(err); e == nil || e.Code != c.code || e.Origin != core.OriginUser {
			t.Errorf("%q with %d customers: %v, want %s", c.business, c.customers, err, c.code)
		}
	}
}

func TestACancelledWriteLeavesNothing(t *testing.T) {
	t.Parallel()
	b := generate(t, sample.Options{Customers: 60})
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	dir := t.TempDir()
	if _, err := b.Write(ctx, dir, sdk.EN, true); !errors.Is(err, context.Canceled) {
		t.Errorf("error %v, want that of the context", err)
	}
	left, err := os.ReadDir(dir)
	if err != nil {
		t.Fatal(err)
	}
	if len(left) > 0 {
		t.Errorf("%d files are left, the first is %s", len(left), left[0].Name())
	}
}

func TestWriteIntoNoFolder(t *testing.T) {
	t.Parallel()
	file := filepath.Join(t.TempDir(), "file")
	if err := os.WriteFile(file, nil, 0o600); err != nil {
		t.Fatal(err)
	}
	_, err := generate(t, sample.Options{Customers: 50}).Write(t.Context(), filepath.Join(file, "sub"), sdk.EN, false)
	if core.CodeOf(err) != sample.CodeWrite {
		t.Errorf("got %v, want %s", err, sample.CodeWrite)
	}
}
