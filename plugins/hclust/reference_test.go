package hclust_test

import (
	"encoding/csv"
	"math"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"

	"qunxiang/sdk"
	"qunxiang/sdk/table"
)

// shared reads columns of a file of the client's reference data, which lies beside the
// project, and skips the test where it is absent.
func shared(t *testing.T, name string, from, to int) []table.Column {
	t.Helper()
	dir, err := os.Getwd()
	if err != nil {
		t.Fatal(err)
	}
	var f *os.File
	for ; dir != filepath.Dir(dir) && f == nil; dir = filepath.Dir(dir) {
		f, _ = os.Open(filepath.Join(dir, "..", "shared", "data", name))
	}
	if f == nil {
		t.Skipf("reference data %s is not on this machine", name)
	}
	defer f.Close()
	r := csv.NewReader(f)
	r.FieldsPerRecord = -1
	rows, err := r.ReadAll()
	if err != nil {
		t.Fatal(err)
	}
	var out []table.Column
	for j := from; j < to; j++ {
		v := make([]float64, len(rows)-1)
		for i, row := range rows[1:] {
			if v[i], err = strconv.ParseFloat(row[j], 64); err != nil {
				t.Fatal(err)
			}
		}
		out = append(out, numbers("v"+strconv.Itoa(j), v...))
	}
	return out
}

// R 4.2.2's hclust, cutree and cophenetic on z-scores (of logarithms for wholesale);
// centroid and median from squared distances, roots taken. Heights are summed.
func TestMethod_AgreesWithR(t *testing.T) {
	t.Parallel()
	wine, wholesale := shared(t, "classics/wine_data.csv", 0, 13), shared(t, "customers/wholesale_customers.csv", 2, 8)
	for _, c := range []struct {
		wine             bool
		linkage          string
		distance         string
		sum, top, correl float64
		sizes            string // of four groups
	}{
		{true, "ward", "euclidean", 619.172031014, 35.401533831, 0.662348721, "28 30 56 64"},
		{true, "average", "euclidean", 433.871787788, 6.781538584, 0.759084055, "1 3 4 170"},
		{true, "complete", "euclidean", 517.593959130, 11.211496062, 0.591682946, "12 51 57 58"},
		{true, "single", "euclidean", 342.812860316, 4.003449649, 0.543623120, "1 1 3 173"},
		{true, "weighted", "euclidean", 444.674301591, 7.976774574, 0.700682904, "1 3 56 118"},
		{true, "centroid", "euclidean", 382.364143615, 5.891268344, 0, "1 2 3 172"},
		{true, "median", "euclidean", 388.644126757, 8.947644042, 0, "1 1 2 174"},
		{true, "average", "manhattan", 1221.892638966, 19.432832232, 0.751692735, "1 2 51 124"},
		{false, "ward", "euclidean", 844.233107010, 35.232543878, 0.484077361, "53 54 125 208"},
		{false, "average", "euclidean", 533.902236669, 7.524661816, 0.745178245, "1 1 1 437"},
		{false, "complete", "euclidean", 661.470646239, 11.798209242, 0.653561902, "5 11 33 391"},
		{false, "single", "euclidean", 373.877454855, 4.114043687, 0.649346306, "1 1 1 437"},
		{false, "weighted", "euclidean", 549.197810589, 8.328070879, 0.508341806, "1 23 188 228"},
		{false, "average", "manhattan", 1060.906295399, 17.291713098, 0.703550128, "1 1 5 433"},
	} {
		columns, log, name := wholesale, "all", "wholesale "
		if c.wine {
			columns, log, name = wine, "none", "wine "
		}
		name += c.linkage + " " + c.distance
		p := sdk.Params{
			"linkage": sdk.TextValue(c.linkage), "distance": sdk.TextValue(c.distance), "k": sdk.Int(4),
			"cap": sdk.Real(0), "log": sdk.TextValue(log), "scale": sdk.TextValue("zscore"),
		}
		res := fit(t, request(p, columns...))
		heights := tableOf(t, res, "merges").Column("height").Floats
		sum := 0.0
		for _, h := range heights {
			sum += h
		}
		if math.Abs(sum-c.sum) > 1e-7*c.sum || math.Abs(slices.Max(heights)-c.top) > 1e-7*c.top {
			t.Errorf("%s: heights add up to %.9f, the largest is %.9f; R %.9f, %.9f", name, sum, slices.Max(heights), c.sum, c.top)
		}
		for _, m := range res.Metrics {
			if m.ID == "cophenetic" && c.correl != 0 && math.Abs(*m.Value-c.correl) > 1e-7 {
				t.Errorf("%s: cophenetic correlation %.9f, R %.9f", name, *m.Value, c.correl)
			}
		}
		count := make([]int, 4)
		for _, s := range res.Columns[0].Codes {
			count[s]++
		}
		slices.Sort(count)
		words := make([]string, 4)
		for i, n := range count {
			words[i] = strconv.Itoa(n)
		}
		if got := strings.Join(words, " "); got != c.sizes {
			t.Errorf("%s: sizes %s, R %s", name, got, c.sizes)
		}
	}
}
