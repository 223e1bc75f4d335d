package cluster

import (
	"math"

	"qunxiang/sdk"
	"qunxiang/sdk/table"
)

// Segments names the groups and describes them in original units.
func (r *Outcome) Segments() []sdk.Segment {
	g, d := r.G, len(r.Data.Features)
	z := make([][]float64, g.K)
	describe := make([]sdk.Text, g.K)
	for c := range z {
		z[c] = make([]float64, d)
	}
	for j, f := range r.Data.Features {
		mean, sd := r.Data.spread(j)
		all := r.overall(j)
		for c, m := range r.averages(j).mean {
			if sd > 0 {
				z[c][j] = (g.Centres[c*d+j] - mean) / sd
			}
			t := f.Mean(m, all)
			describe[c].ZH += t.ZH + "；"
			describe[c].EN += t.EN + "; "
		}
	}
	names := suggestNames(r.Data.Features, z)
	out := make([]sdk.Segment, g.K)
	for c := range out {
		d := describe[c]
		d.ZH, d.EN = d.ZH[:len(d.ZH)-len("；")]+"。", d.EN[:len(d.EN)-len("; ")]+"."
		out[c] = sdk.Segment{Key: "c" + Itoa(c+1), Name: names[c], Description: d}
	}
	return out
}

// MetricList returns the evidence as metrics.
func (r *Outcome) MetricList() []sdk.Metric {
	var out []sdk.Metric
	add := func(id string, v float64, higher bool, title sdk.Text) {
		if v-v == 0 { // an undefined index is left out
			out = append(out, sdk.Metric{ID: id, Title: title, Value: &v, HigherBetter: higher})
		}
	}
	m := r.Metrics
	add("k", float64(r.G.K), false, sdk.Text{ZH: "群数", EN: "Number of groups"})
	add("inertia", r.G.Inertia/r.Data.Unit/r.Data.Unit, false, sdk.Text{ZH: "群内平方和", EN: "Sum of squares within groups"})
	add("silhouette", m.Silhouette, true, sdk.Text{ZH: "轮廓系数", EN: "Silhouette"})
	kind := "exact"
	if !r.Exact && !math.IsNaN(m.Silhouette) {
		kind = "sampled"
		const z95 = 1.96
		add("silhouetteLow", m.Silhouette-z95*m.SE, true, sdk.Text{ZH: "轮廓系数 95% 下限", EN: "Silhouette, lower 95% bound"})
		add("silhouetteHigh", m.Silhouette+z95*m.SE, true, sdk.Text{ZH: "轮廓系数 95% 上限", EN: "Silhouette, upper 95% bound"})
		add("silhouetteCentroid", m.Centre, true, sdk.Text{ZH: "轮廓系数（按中心，全部客户）", EN: "Silhouette by centres, all customers"})
	}
	out = append(out, sdk.Metric{ID: "silhouetteKind", Title: sdk.Text{ZH: "轮廓系数算法", EN: "Kind of silhouette"}, Word: kind})
	add("calinskiHarabasz", m.Calinski, true, sdk.Text{ZH: "CH 指数", EN: "Calinski–Harabasz"})
	add("daviesBouldin", m.Davies, false, sdk.Text{ZH: "DB 指数", EN: "Davies–Bouldin"})
	if len(r.Votes) > 0 {
		add("votesFor", float64(r.votesFor()), true, sdk.Text{ZH: "赞成这个群数的指标个数", EN: "Indices that prefer this number"})
	}
	return append(out, sdk.Metric{
		ID: "structure", Title: sdk.Text{ZH: "有没有群", EN: "Structure"}, Word: r.verdict(),
		Help: sdk.Text{ZH: "none 没有稳定的群，weak 较弱，clear 清楚。", EN: "none, weak or clear."},
	})
}

// votesFor counts the indices that prefer the number of groups that there are.
func (r *Outcome) votesFor() int {
	n := 0
	for _, v := range r.Votes {
		if v.k == r.G.K {
			n++
		}
	}
	return n
}

// Tables returns the evidence that is more than a number.
func (r *Outcome) Tables(segments []sdk.Segment) []sdk.DataTable {
	out := []sdk.DataTable{r.sweepTable(), r.centreTable(segments), r.recipeTable()}
	if len(r.Votes) > 0 {
		out = append(out, r.voteTable())
	}
	return out
}

func (r *Outcome) sweepTable() sdk.DataTable {
	n := len(r.Swept)
	k := make([]int64, n)
	get := map[string]func(*Judged) float64{
		"inertia": func(j *Judged) float64 { return j.Inertia / r.Data.Unit / r.Data.Unit }, "silhouette": func(j *Judged) float64 { return j.Silhouette },
		"gap": func(j *Judged) float64 { return j.Gap }, "gapSE": func(j *Judged) float64 { return j.GapSE },
		"calinskiHarabasz": func(j *Judged) float64 { return j.Calinski }, "daviesBouldin": func(j *Judged) float64 { return j.Davies },
	}
	for i, j := range r.Swept {
		k[i] = int64(j.G.K)
	}
	t := &table.Table{Rows: n, Columns: []table.Column{{Name: "k", Kind: table.Int64, Ints: k}}}
	for _, id := range []string{"inertia", "silhouette", "gap", "gapSE", "calinskiHarabasz", "daviesBouldin"} {
		v := make([]float64, n)
		for i, j := range r.Swept {
			v[i] = get[id](j)
		}
		t.Columns = append(t.Columns, defined(id, v))
	}
	return sdk.DataTable{
		ID: "sweep", Title: sdk.Text{ZH: "不同群数的比较", EN: "Numbers of groups compared"}, Table: t,
		Titles: map[string]sdk.Text{
			"k": {ZH: "群数", EN: "Groups"}, "inertia": {ZH: "群内平方和", EN: "Within sum of squares"}, "silhouette": {ZH: "轮廓系数", EN: "Silhouette"},
			"gap": {ZH: "Gap", EN: "Gap"}, "gapSE": {ZH: "Gap 标准误", EN: "Gap s.e."},
			"calinskiHarabasz": {ZH: "CH 指数", EN: "Calinski–Harabasz"}, "daviesBouldin": {ZH: "DB 指数", EN: "Davies–Bouldin"},
		},
	}
}

// defined makes a column in which NaN is missing.
func defined(name string, v []float64) table.Column {
	c := table.Column{Name: name, Kind: table.Float64, Floats: v, Valid: table.NewBits(len(v))}
	for i, x := range v {
		if x-x == 0 {
			c.Valid.Set(i)
		} else {
			v[i] = 0
		}
	}
	return c
}

// centreTable lists every group's features in original units.
func (r *Outcome) centreTable(segments []sdk.Segment) sdk.DataTable {
	k, d := r.G.K, len(r.Data.Features)
	keys, names := make([]string, k), make([]string, d)
	for c, s := range segments {
		keys[c] = s.Key
	}
	n := k * d
	segment, feature, customers := make([]uint32, n), make([]uint32, n), make([]int64, n)
	mean, median, centre := make([]float64, n), make([]float64, n), make([]float64, n)
	for j := range d {
		f := &r.Data.Features[j]
		names[j] = f.Name
		a := r.averages(j)
		for c := range k {
			at := c*d + j
			segment[at], feature[at], customers[at] = uint32(c), uint32(j), int64(r.G.Count[c])
			mean[at], median[at], centre[at] = a.mean[c], a.median[c], f.Back(r.G.Centres[at]/r.Data.Unit)
		}
	}
	return sdk.DataTable{
		ID: "centres", Title: sdk.Text{ZH: "各群的特征", EN: "The groups' features"},
		Titles: map[string]sdk.Text{
			"segment": {ZH: "客群", EN: "Segment"}, "feature": {ZH: "特征", EN: "Feature"}, "customers": {ZH: "客户数", EN: "Customers"},
			"mean": {ZH: "平均值", EN: "Mean"}, "median": {ZH: "中位数", EN: "Median"}, "centre": {ZH: "群中心（换回原单位）", EN: "Centre in original units"},
		},
		Table: &table.Table{Rows: n, Columns: []table.Column{
			{Name: "segment", Kind: table.Category, Codes: segment, Dict: keys},
			{Name: "feature", Kind: table.Category, Codes: feature, Dict: names},
			{Name: "customers", Kind: table.Int64, Ints: customers},
			defined("mean", mean), defined("median", median), defined("centre", centre),
		}},
	}
}

func (r *Outcome) voteTable() sdk.DataTable {
	n := len(r.Votes)
	index, ids, k, valid := make([]uint32, n), make([]string, n), make([]int64, n), table.NewBits(n)
	for i, v := range r.Votes {
		index[i], ids[i], k[i] = uint32(i), v.index, int64(v.k)
		if v.k > 0 {
			valid.Set(i)
		}
	}
	return sdk.DataTable{
		ID: "votes", Title: sdk.Text{ZH: "各指标推荐的群数", EN: "Numbers the indices prefer"},
		Titles: map[string]sdk.Text{"index": {ZH: "指标", EN: "Index"}, "k": {ZH: "群数", EN: "Groups"}},
		Table: &table.Table{Rows: n, Columns: []table.Column{
			{Name: "index", Kind: table.Category, Codes: index, Dict: ids},
			{Name: "k", Kind: table.Int64, Ints: k, Valid: valid},
		}},
	}
}
