package mixed

import (
	"encoding/csv"
	"encoding/json"
	"math"
	"os"
	"slices"
	"strconv"
	"testing"

	"qunxiang/internal/reference"
	"qunxiang/plugins/internal/cluster"
	"qunxiang/sdk"
	"qunxiang/sdk/sdktest"
	"qunxiang/sdk/table"
)

// load reads the columns of a file: those in words as categories, others as numbers.
func load(t *testing.T, name string, head bool, words []string, skip ...string) *table.Table {
	t.Helper()
	f, err := os.CreateTemp(t.TempDir(), "")
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	if _, err := f.Write(reference.Read(t, name)); err != nil {
		t.Fatal(err)
	}
	if _, err := f.Seek(0, 0); err != nil {
		t.Fatal(err)
	}
	rows, err := csv.NewReader(f).ReadAll()
	if err != nil {
		t.Fatal(err)
	}
	names := make([]string, len(rows[0]))
	for j := range names {
		names[j] = "c" + strconv.Itoa(j+1)
	}
	if head {
		names, rows = rows[0], rows[1:]
	}
	out := &table.Table{Rows: len(rows)}
	for j, name := range names {
		if slices.Contains(skip, name) {
			continue
		}
		c := table.Column{Name: name, Kind: table.Float64, Role: roleFeatures}
		if words == nil || slices.Contains(words, name) {
			c.Kind = table.Category
		}
		for _, r := range rows {
			if c.Kind == table.Category {
				k := slices.Index(c.Dict, r[j])
				if k < 0 {
					k = len(c.Dict)
					c.Dict = append(c.Dict, r[j])
				}
				c.Codes = append(c.Codes, uint32(k))
				continue
			}
			x, err := strconv.ParseFloat(r[j], 64)
			if err != nil {
				t.Fatal(err)
			}
			c.Floats = append(c.Floats, x)
		}
		out.Columns = append(out.Columns, c)
	}
	return out
}

func fit(tb testing.TB, in *table.Table, params sdk.Params) sdk.Response {
	tb.Helper()
	res, err := New().Fit(tb.Context(), sdk.Request{Table: in, Params: params, Seed: 1, Threads: 2}, sdktest.Quiet{})
	if err != nil {
		tb.Fatal(err)
	}
	return res
}

func metric(res sdk.Response, id string) float64 {
	for _, m := range res.Metrics {
		if m.ID == id && m.Value != nil {
			return *m.Value
		}
	}
	return math.NaN()
}

func sizes(res sdk.Response) []int {
	out := make([]int, len(res.Segments))
	for _, k := range res.Columns[0].Codes {
		out[k]++
	}
	slices.Sort(out)
	return out
}

func near(t *testing.T, what string, got, want float64) {
	t.Helper()
	if !(math.Abs(got-want) <= 1e-9*math.Max(1, math.Abs(want))) {
		t.Errorf("%s: got %.12g, want %.12g", what, got, want)
	}
}

// plain is a recipe that does nothing.
func plain(more sdk.Params) sdk.Params {
	out := sdk.Params{"cap": sdk.Real(0), "log": sdk.TextValue("none")}
	for k, v := range more {
		out[k] = v
	}
	return out
}

// Dissimilarities of R's daisy on flower (golden/mixed/gower_golden.json).
func TestGower(t *testing.T) {
	t.Parallel()
	var want struct {
		Flower map[string]json.RawMessage
	}
	if err := json.Unmarshal(reference.Read(t, "golden/mixed/gower_golden.json"), &want); err != nil {
		t.Fatal(err)
	}
	in := load(t, "classics/flower_mixed.csv", true, []string{"V1", "V2", "V3", "V4"}, "name")
	for id, asymmetric := range map[string][]string{"gower_default": nil, "asymm_V1V3": {"V1", "V3"}} {
		var golden [][]float64
		if err := json.Unmarshal(want.Flower[id], &golden); err != nil {
			t.Fatal(err)
		}
		r := &reader{recipe: cluster.Recipe{Log: "none"}, byRange: true, asymmetric: asymmetric}
		columns := in.ByRole(roleFeatures)
		d, err := r.read(t.Context(), columns, in.Rows)
		if err != nil || d == nil {
			t.Fatal(err, r.diags)
		}
		m := newMeasure(d.features, pam, 0)
		for a, rowA := range d.order {
			for b, rowB := range d.order {
				if got := m.between(d.p.Row(a), d.p.Row(b)); math.Abs(got-golden[rowA][rowB]) > 1e-10 {
					t.Fatalf("%s: %d to %d is %.11f, want %.11f", id, rowA+1, rowB+1, got, golden[rowA][rowB])
				}
			}
		}
	}
}

// The optimum of R's pam (golden/kmeans/pam_golden.json) on Euclidean distances.
func TestPAM(t *testing.T) {
	t.Parallel()
	var want struct {
		PAM map[string][]struct {
			K         int
			Objective [2]float64
			Sizes     []int
			Medoids   []int `json:"medoids_id"`
		}
	}
	if err := json.Unmarshal(reference.Read(t, "golden/kmeans/pam_golden.json"), &want); err != nil {
		t.Fatal(err)
	}
	for name, in := range map[string]*table.Table{
		"ruspini": load(t, "classics/ruspini.csv", true, []string{}, "name"),
		"iris":    load(t, "classics/iris.csv", true, []string{}, "Species"),
	} {
		var columns []*table.Column
		for j := range in.Columns {
			if c := &in.Columns[j]; c.Name != "id" && c.Name != "" && c.Name != "rownames" {
				columns = append(columns, c)
			}
		}
		p := cluster.NewPoints(in.Rows, len(columns))
		for i := range in.Rows {
			for j, c := range columns {
				p.X[i*p.D+j] = c.Floats[i]
			}
		}
		w := cluster.Worker{Ctx: t.Context(), Stop: func() bool { return false }, Threads: 2}
		x := &matrix{n: p.N, d: make([]float64, p.N*p.N)}
		for i := range p.N {
			cluster.Distances(x.row(i), p.Row(i), p)
		}
		for _, c := range want.PAM[name] {
			of, err := partition(w, x, c.K)
			if err != nil {
				t.Fatal(err)
			}
			near(t, name+" k="+strconv.Itoa(c.K), math.Round((&building{x: x, of: of}).cost()/float64(p.N)*1e10)/1e10, math.Round(c.Objective[1]*1e10)/1e10)
		}
	}
}

// pam(daisy(x, "gower")) of R 4.2.2, cluster 2.1.4: flower with four nominal columns,
// and insurance costs with sex, smoker and region; and golden/kmeans/pam_golden.json,
// where V1 and V3 of flower are asymmetric.
func TestMedoids(t *testing.T) {
	t.Parallel()
	flower := load(t, "classics/flower_mixed.csv", true, []string{"V1", "V2", "V3", "V4"}, "name")
	insurance := load(t, "customers/insurance_medical_cost.csv", true, []string{"sex", "smoker", "region"})
	for _, c := range []struct {
		in                    *table.Table
		k                     int64
		asymmetric            string
		objective, silhouette float64
		sizes                 []int
	}{
		{flower, 2, "", 0.323722312999274, 0.11389948555107, []int{7, 11}},
		{flower, 3, "", 0.252421477850399, 0.206725559036928, nil},
		{flower, 4, "", 0.199471223674655, 0.240267375901609, nil},
		{flower, 2, "V1，V3", 0.33947018622, 0.18629301566, []int{5, 13}},
		{flower, 4, "V1,V3", 0.23659093267, 0.20779523453, []int{4, 4, 5, 5}},
		{insurance, 2, "", 0.236581741808322, 0.223283740552016, []int{652, 686}},
		{insurance, 5, "", 0.171301450561226, 0.249266267157728, []int{195, 244, 268, 273, 358}},
	} {
		res := fit(t, c.in, plain(sdk.Params{"algorithm": sdk.TextValue(pam), "k": sdk.Int(c.k), "asymmetric": sdk.TextValue(c.asymmetric)}))
		if len(res.Segments) == 0 {
			t.Fatal(res.Diagnostics)
		}
		near(t, "objective", math.Round(metric(res, "objective")*1e11)/1e11, math.Round(c.objective*1e11)/1e11)
		near(t, "silhouette", math.Round(metric(res, "silhouette")*1e11)/1e11, math.Round(c.silhouette*1e11)/1e11)
		if c.sizes != nil && !slices.Equal(sizes(res), c.sizes) {
			t.Errorf("sizes %v, want %v", sizes(res), c.sizes)
		}
	}
}

// Soybeans, all categories: the four diseases come back whole, as the reference says of
// k-modes (golden/mixed/kmodes_kprototypes_cases.json).
func TestSoybeans(t *testing.T) {
	t.Parallel()
	in := load(t, "classics/soybean_small.csv", false, nil, "c36")
	res := fit(t, in, sdk.Params{"k": sdk.Int(4), "restarts": sdk.Int(30)})
	label := res.Columns[0].Codes
	for _, part := range [][2]int{{0, 10}, {10, 20}, {20, 30}, {30, 47}} {
		for i := part[0]; i < part[1]; i++ {
			if label[i] != label[part[0]] {
				t.Fatalf("row %d is apart: %v", i+1, label)
			}
		}
	}
	if !slices.Equal(sizes(res), []int{10, 10, 10, 17}) {
		t.Error(sizes(res))
	}
}
