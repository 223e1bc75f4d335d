package chart_test

import (
	"cmp"
	"math"
	"math/rand/v2"
	"slices"
	"strconv"
	"testing"

	"qunxiang/core/chart"
	"qunxiang/internal/reference"
	"qunxiang/sdk"
	"qunxiang/sdk/table"
)

// hierarchy makes a result of hierarchical clustering: 60 leaves on a line, joined by
// single linkage, cut into the four segments of clusters.
func hierarchy(lang sdk.Lang, dark bool) chart.Input {
	in := clusters(4338, lang, dark)
	in.Seg.Method, in.Seg.Name = "hclust", "tree"
	const n = 60
	rng := rand.New(rand.NewPCG(5, 5))
	at, size := make([]float64, n), make([]int64, n)
	segment := make([]uint32, n)
	for i := range n {
		segment[i] = uint32(i * 4 / n)
		at[i] = float64(segment[i])*40 + float64(i) + 0.9*rng.Float64()
	}
	for s, g := range in.Seg.Segments { // the leaves of a segment share its customers
		left := int64(g.Size)
		for i := range n {
			if int(segment[i]) != s {
				continue
			}
			if size[i] = int64(g.Size / (n / 4)); i == n-1 || int(segment[i+1]) != s {
				size[i] = left
			}
			left -= size[i]
		}
	}
	in.Seg.Tables = append(in.Seg.Tables, joins(at, size), sdk.DataTable{ID: "leaves", Table: &table.Table{Rows: n, Columns: []table.Column{
		{Name: "customers", Kind: table.Int64, Ints: size},
		{Name: "segment", Kind: table.Category, Codes: segment, Dict: []string{"c1", "c2", "c3", "c4"}},
		{Name: "position", Kind: table.Int64, Ints: count(n)},
	}}})
	return in
}

func count(n int) []int64 {
	out := make([]int64, n)
	for i := range out {
		out[i] = int64(i)
	}
	return out
}

// joins is the table "merges" of single linkage on rising places.
func joins(at []float64, size []int64) sdk.DataTable {
	n := len(at)
	gaps := make([]int, n-1)
	for i := range gaps {
		gaps[i] = i
	}
	slices.SortStableFunc(gaps, func(a, b int) int { return cmp.Compare(at[a+1]-at[a], at[b+1]-at[b]) })
	node, all := make([]int, n), slices.Clone(size)
	for i := range node {
		node[i] = i
	}
	t := &table.Table{Rows: n - 1, Columns: []table.Column{
		{Name: "left", Kind: table.Int64}, {Name: "right", Kind: table.Int64}, {Name: "height", Kind: table.Float64}, {Name: "size", Kind: table.Int64},
	}}
	for step, g := range gaps {
		a, b := node[g], node[g+1]
		t.Columns[0].Ints = append(t.Columns[0].Ints, int64(min(a, b)))
		t.Columns[1].Ints = append(t.Columns[1].Ints, int64(max(a, b)))
		t.Columns[2].Floats = append(t.Columns[2].Floats, math.Sqrt(at[g+1]-at[g]))
		all = append(all, all[a]+all[b])
		t.Columns[3].Ints = append(t.Columns[3].Ints, all[n+step])
		for i := range node {
			if node[i] == a || node[i] == b {
				node[i] = n + step
			}
		}
	}
	return sdk.DataTable{ID: "merges", Table: t}
}

// votes is the table of what the indices prefer; 0 = none.
func votes(k map[string]int64) sdk.DataTable {
	t := &table.Table{Columns: []table.Column{{Name: "index", Kind: table.String}, {Name: "k", Kind: table.Int64}}}
	valid := table.NewBits(len(k))
	for _, id := range []string{"silhouette", "calinskiHarabasz", "daviesBouldin", "gap", "elbow"} {
		v, ok := k[id]
		if !ok {
			continue
		}
		if v > 0 {
			valid.Set(t.Rows)
		}
		t.Columns[0].Strings, t.Columns[1].Ints = append(t.Columns[0].Strings, id), append(t.Columns[1].Ints, v)
		t.Rows++
	}
	t.Columns[1].Valid = valid
	return sdk.DataTable{ID: "votes", Table: t}
}

// evidence is a result with the tables that methods check themselves by.
func evidence(lang sdk.Lang, dark bool) chart.Input { return judged(clusters(4338, lang, dark)) }

func judged(in chart.Input) chart.Input {
	other, _ := rfm(len(in.Seg.Label))
	in.Other = other
	add := func(id string, columns ...table.Column) {
		in.Seg.Tables = append(in.Seg.Tables, sdk.DataTable{ID: id, Table: &table.Table{Rows: columns[0].Len(), Columns: columns}})
	}
	floats := func(name string, v ...float64) table.Column {
		return table.Column{Name: name, Kind: table.Float64, Floats: v}
	}
	words := func(name string, v ...string) table.Column {
		return table.Column{Name: name, Kind: table.String, Strings: v}
	}
	add("stability", words("segment", "c1", "c2", "c3", "c4"), floats("mean", .93, .78, .66, .41), floats("low", .9, .71, .6, .35), floats("high", .95, .84, .72, .5))
	add("calibration", floats("frequency", 0, 1, 2, 3, 4, 5, 6, 7), floats("customers", 1411, 439, 214, 100, 62, 38, 29, 64),
		floats("actual", .237, .697, 1.39, 1.56, 2.53, 2.95, 3.86, 6.36), floats("expected", .138, .6, 1.2, 1.71, 2.4, 2.91, 3.82, 6.4))
	n := 78
	period, actual, expected, holdout, date := make([]int64, n), make([]float64, n), make([]float64, n), make([]int64, n), make([]int64, n)
	rng := rand.New(rand.NewPCG(9, 9))
	for i := range n {
		period[i], date[i], expected[i] = int64(i+1), int64(9862+7*i), 40+40*math.Exp(-float64(i)/30)
		actual[i] = expected[i] * (1 + 0.2*rng.NormFloat64())
		if i >= 39 {
			holdout[i] = 1
		}
	}
	add("tracking", table.Column{Name: "period", Kind: table.Int64, Ints: period}, table.Column{Name: "date", Kind: table.Int64, Ints: date},
		floats("actual", actual...), floats("expected", expected...), table.Column{Name: "holdout", Kind: table.Bool, Ints: holdout})
	add("reliability", floats("predicted", .03, .11, .22, .31, .48, .66), floats("observed", .02, .13, .2, .36, .44, .71),
		floats("low", .01, .1, .16, .29, .35, .58), floats("high", .04, .16, .25, .43, .53, .83), floats("customers", 1900, 1100, 600, 400, 220, 118))
	add("rules", words("antecedent", "婴儿奶粉", "Tea cups + saucers", "毛笔", "登山鞋"), words("consequent", "纸尿裤", "Tea pot", "宣纸", "登山杖、速干衣和防晒帽"),
		floats("support", .031, .012, .02, .008), floats("confidence", .62, .71, .55, .3), floats("lift", 5.2, 9.6, 12.1, 1.3))
	add("correlation", words("x", "recency_days", "recency_days", "frequency"), words("y", "frequency", "monetary", "monetary"), floats("r", -.42, -.31, .83))
	add("ladder", words("tier", "c1", "c2", "c3", "c4"), floats("from", 8000, 2500, 600, 0), floats("keep", 6400, 2000, 600, 0))
	add("stages", words("stage", "c3", "c1", "c2", "c4", "c9"), floats("expectedGapDays", 36.4, 21, 44, 90, 1), floats("overdueRatio", .7, .4, 1.6, 5.2, 1))
	add("interests", words("segment", "c1", "c1", "c2", "c2", "c3"), words("theme", "茶具", "点心", "茶具", "Notebooks", "点心"), floats("index", 210, 80, 25, 140, 100))
	add("tests", words("feature", "monetary", "monetary", "frequency", "city", "recency_days"), floats("effect", .2, .31, .08, .05, .004),
		words("effectKind", "epsilon2", "eta2", "eta2", "cramersV", "eta2"), words("magnitude", "large", "large", "medium", "small", "trivial"),
		floats("advised", 0, 1, 1, 1, 1), floats("q", 0, 0, .0002, .03, .61))
	add("crosstab", words("feature", "city", "city", "city", "city", "city", "city", "city"), words("level", "北京", "北京", "北京", "成都", "成都", "上海", "上海"), words("group", "c1", "c2", "c3", "c1", "c4", "c2", "c4"), floats("n", 200, 400, 31, 80, 500, 45, 210))
	return in
}

// arrests reads the four columns of USArrests from the shared test data.
func arrests(t *testing.T) [][]float64 {
	t.Helper()
	rows := reference.Rows(t, "classics/usarrests.csv")
	out := make([][]float64, 4)
	for _, name := range []string{"Murder", "Assault", "UrbanPop", "Rape"} {
		at := slices.Index(rows[0], name)
		if at < 0 {
			t.Fatalf("no column %s in %v", name, rows[0])
		}
		column := slices.Index([]string{"Murder", "Assault", "UrbanPop", "Rape"}, name)
		for _, r := range rows[1:] {
			v, err := strconv.ParseFloat(r[at], 64)
			if err != nil {
				t.Fatal(err)
			}
			out[column] = append(out[column], v)
		}
	}
	return out
}
