package kmeans

import (
	"encoding/json"
	"fmt"
	"math"
	"strconv"

	"qunxiang/sdk"
	"qunxiang/sdk/table"
)

// response turns a finished run into the answer.
func (r *run) response() (sdk.Response, error) {
	p, g := r.data.p, r.g
	segments := r.segments()
	label, distance, silhouette := make([]int32, p.n), make([]float64, p.n), make([]float64, p.n)
	for i, row := range r.data.order {
		label[row], distance[row], silhouette[row] = g.label[i], r.distance[i]/r.data.unit, r.silhouette[i]
	}
	md := model{Features: r.data.features, Segments: segments}
	for c := range g.k {
		centre := make([]float64, p.d)
		for j := range centre {
			centre[j] = g.centres[c*p.d+j] / r.data.unit
		}
		md.Centres = append(md.Centres, centre)
	}
	data, err := json.Marshal(md)
	if err != nil {
		return sdk.Response{}, fmt.Errorf("write model: %w", err)
	}
	r.remarks()
	r.rep.Progress(1, sdk.Text{ZH: "完成", EN: "Done"})
	return sdk.Response{
		Columns: outputs(segments, label, distance, silhouette), Segments: segments,
		Metrics: r.metricList(), Tables: r.tables(segments), Diagnostics: r.diags,
		Model: sdk.Model{Format: modelFormat, Version: modelVersion, Data: data},
	}, nil
}

// segments names the groups and describes them in original units.
func (r *run) segments() []sdk.Segment {
	p, g := r.data.p, r.g
	mean := columnMeans(p)
	z := make([][]float64, g.k)
	describe := make([]sdk.Text, g.k)
	for c := range z {
		z[c] = make([]float64, p.d)
	}
	for j, f := range r.data.features {
		column := make([]float64, p.n)
		for i := range column {
			column[i] = p.x[i*p.d+j]
		}
		_, sd := meanSD(column)
		all := 0.0
		for _, x := range r.data.raw[j] {
			all += x / float64(p.n)
		}
		for c, m := range r.means(j) {
			if sd > 0 {
				z[c][j] = (g.centres[c*p.d+j] - mean[j]) / sd
			}
			t := sdk.Text{ZH: "{name} 平均 {mean}（全体 {all}）；", EN: "{name}: mean {mean} (all: {all}); "}.Fill("name", f.Name, "mean", short(m), "all", short(all))
			describe[c].ZH += t.ZH
			describe[c].EN += t.EN
		}
	}
	names := suggestNames(r.data.features, z)
	out := make([]sdk.Segment, g.k)
	for c := range out {
		d := describe[c]
		d.ZH, d.EN = d.ZH[:len(d.ZH)-len("；")]+"。", d.EN[:len(d.EN)-len("; ")]+"."
		out[c] = sdk.Segment{Key: "c" + itoa(c+1), Name: names[c], Description: d}
	}
	return out
}

// short writes a number with four digits.
func short(x float64) string {
	if a := math.Abs(x); a >= 1000 && a < 1e15 {
		return strconv.FormatFloat(math.Round(x), 'f', -1, 64)
	}
	return strconv.FormatFloat(x, 'g', 4, 64)
}

func (r *run) metricList() []sdk.Metric {
	var out []sdk.Metric
	add := func(id string, v float64, higher bool, title sdk.Text) {
		if v-v == 0 { // an undefined index is left out
			out = append(out, sdk.Metric{ID: id, Title: title, Value: &v, HigherBetter: higher})
		}
	}
	m := r.metrics
	add("k", float64(r.g.k), false, sdk.Text{ZH: "群数", EN: "Number of groups"})
	add("inertia", r.g.inertia/r.data.unit/r.data.unit, false, sdk.Text{ZH: "群内平方和", EN: "Sum of squares within groups"})
	add("silhouette", m.silhouette, true, sdk.Text{ZH: "轮廓系数", EN: "Silhouette"})
	kind := "exact"
	if !r.exact && !math.IsNaN(m.silhouette) {
		kind = "sampled"
		const z95 = 1.96
		add("silhouetteLow", m.silhouette-z95*m.se, true, sdk.Text{ZH: "轮廓系数 95% 下限", EN: "Silhouette, lower 95% bound"})
		add("silhouetteHigh", m.silhouette+z95*m.se, true, sdk.Text{ZH: "轮廓系数 95% 上限", EN: "Silhouette, upper 95% bound"})
		add("silhouetteCentroid", m.centre, true, sdk.Text{ZH: "轮廓系数（按中心，全部客户）", EN: "Silhouette by centres, all customers"})
	}
	out = append(out, sdk.Metric{ID: "silhouetteKind", Title: sdk.Text{ZH: "轮廓系数算法", EN: "Kind of silhouette"}, Word: kind})
	add("calinskiHarabasz", m.calinski, true, sdk.Text{ZH: "CH 指数", EN: "Calinski–Harabasz"})
	add("daviesBouldin", m.davies, false, sdk.Text{ZH: "DB 指数", EN: "Davies–Bouldin"})
	return append(out, sdk.Metric{
		ID: "structure", Title: sdk.Text{ZH: "有没有群", EN: "Structure"}, Word: r.verdict(),
		Help: sdk.Text{ZH: "none 没有稳定的群，weak 较弱，clear 清楚。", EN: "none, weak or clear."},
	})
}

func (r *run) tables(segments []sdk.Segment) []sdk.DataTable {
	out := []sdk.DataTable{r.sweepTable(), r.centreTable(segments)}
	if len(r.votes) > 0 {
		out = append(out, r.voteTable())
	}
	return out
}

func (r *run) sweepTable() sdk.DataTable {
	n := len(r.swept)
	k := make([]int64, n)
	get := map[string]func(*judged) float64{
		"inertia": func(j *judged) float64 { return j.inertia / r.data.unit / r.data.unit }, "silhouette": func(j *judged) float64 { return j.silhouette },
		"gap": func(j *judged) float64 { return j.gap }, "gapSE": func(j *judged) float64 { return j.gapSE },
		"calinskiHarabasz": func(j *judged) float64 { return j.calinski }, "daviesBouldin": func(j *judged) float64 { return j.davies },
	}
	for i, j := range r.swept {
		k[i] = int64(j.g.k)
	}
	t := &table.Table{Rows: n, Columns: []table.Column{{Name: "k", Kind: table.Int64, Ints: k}}}
	for _, id := range []string{"inertia", "silhouette", "gap", "gapSE", "calinskiHarabasz", "daviesBouldin"} {
		v := make([]float64, n)
		for i, j := range r.swept {
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
func (r *run) centreTable(segments []sdk.Segment) sdk.DataTable {
	k, d := r.g.k, r.data.p.d
	keys, names := make([]string, k), make([]string, d)
	for c, s := range segments {
		keys[c] = s.Key
	}
	n := k * d
	segment, feature, customers := make([]uint32, n), make([]uint32, n), make([]int64, n)
	mean, median, centre := make([]float64, n), make([]float64, n), make([]float64, n)
	for j := range d {
		f := &r.data.features[j]
		names[j] = f.Name
		means, medians := r.means(j), r.medians(j)
		for c := range k {
			at := c*d + j
			segment[at], feature[at], customers[at] = uint32(c), uint32(j), int64(r.g.count[c])
			mean[at], median[at], centre[at] = means[c], medians[c], f.back(r.g.centres[at]/r.data.unit)
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

func (r *run) voteTable() sdk.DataTable {
	n := len(r.votes)
	index, ids, k, valid := make([]uint32, n), make([]string, n), make([]int64, n), table.NewBits(n)
	for i, v := range r.votes {
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
