package mixed

import (
	"math"
	"slices"
	"strconv"
	"strings"

	"qunxiang/plugins/internal/cluster"
	"qunxiang/plugins/internal/keep"
	"qunxiang/plugins/internal/sheet"
	"qunxiang/sdk"
)

// telling is one thing in which a group departs from all customers.
type telling struct {
	text     sdk.Text
	strength float64
}

// summary is what the groups are in one feature.
type summary struct {
	means    []float64   // of a number, by group, in original values
	share    [][]float64 // of a category: how often each level occurs in every group …
	all      []float64   // … and in all
	mean, sd float64     // of all prepared numbers
	prepared []float64   // means of prepared numbers by group
}

// summarise tells every feature of the groups once: tables and texts ask again and again.
func (r *run) summarise() error {
	r.told = make([]summary, len(r.d.features))
	return r.w.Each(len(r.told), func(j int) {
		g, p, out := r.best.g, r.d.p, &r.told[j]
		if r.d.features[j].category() {
			out.share, out.all = r.share(j)
			return
		}
		column := make([]float64, p.N)
		for i := range column {
			column[i] = p.X[i*p.D+j]
		}
		out.means = r.means(j, g)
		out.mean, out.sd = cluster.MeanSD(column)
		out.prepared = cluster.GroupSums(column, g.label, g.k, max(cluster.Largest(column), 1))
		for c := range out.prepared {
			out.prepared[c] /= float64(g.count[c])
		}
	})
}

// share returns how often each level of a category occurs in every group, and in all.
func (r *run) share(j int) (each [][]float64, all []float64) {
	g, n := r.best.g, len(r.d.features[j].Levels)
	count := make([]int, g.k*n)
	for at, c := range g.label {
		count[int(c)*n+int(r.d.p.X[at*r.d.p.D+j])]++
	}
	all, each = make([]float64, n), make([][]float64, g.k)
	for l := range all {
		for c := range g.k {
			all[l] += float64(count[c*n+l])
		}
		all[l] /= float64(len(g.label))
	}
	for c := range each {
		each[c] = make([]float64, n)
		for l := range all {
			each[c][l] = float64(count[c*n+l]) / float64(g.count[c])
		}
	}
	return each, all
}

// tellings lists what tells every group from all customers, most first: numbers whose
// mean departs by at least 0.4 standard deviations, levels that at least half of the
// group and 1.3 times as many as of all customers have.
func (r *run) tellings() [][]telling {
	out := make([][]telling, r.best.g.k)
	for j := range r.d.features {
		f := &r.d.features[j]
		if f.category() {
			all := r.told[j].all
			for c, share := range r.told[j].share {
				for l, x := range share {
					if x >= 0.5 && x >= 1.3*all[l] {
						column, level := cluster.Short(f.Name), cluster.Short(sheet.Label(f.Levels[l], mostLevels))
						out[c] = append(out[c], telling{sdk.Text{ZH: column + " 为 " + level, EN: column + " " + level}, 2 * (x - all[l])})
					}
				}
			}
			continue
		}
		mean, sd := r.told[j].mean, r.told[j].sd
		for c, x := range r.told[j].prepared {
			z := (x - mean) / max(sd, math.SmallestNonzeroFloat64)
			switch {
			case z >= 0.4:
				out[c] = append(out[c], telling{cluster.Departure(f.Name, true), z})
			case z <= -0.4:
				out[c] = append(out[c], telling{cluster.Departure(f.Name, false), -z})
			}
		}
	}
	for c := range out {
		slices.SortStableFunc(out[c], func(a, b telling) int {
			switch {
			case a.strength > b.strength:
				return -1
			case a.strength < b.strength:
				return 1
			}
			return 0
		})
	}
	return out
}

// different drops what says the same as something before it: orders and days with orders
// share their words.
func different(list []telling) []telling {
	seen := map[string]bool{}
	return slices.DeleteFunc(list, func(t telling) bool {
		again := seen[t.text.EN]
		seen[t.text.EN] = true
		return again
	})
}

// segments names and describes the groups.
func (r *run) segments() []sdk.Segment {
	out := make([]sdk.Segment, r.best.g.k)
	taken := map[string]bool{}
	for c, list := range r.tellings() {
		key := "c" + cluster.Itoa(c+1)
		name := sdk.Text{ZH: "一般客户", EN: "Average"}
		list = different(list)
		for n := min(2, len(list)); n > 0 && n <= min(3, len(list)); n++ { // more, until the name is its own
			var zh, en []string
			for _, t := range list[:n] {
				zh, en = append(zh, t.text.ZH), append(en, t.text.EN)
			}
			name = sdk.Text{ZH: strings.Join(zh, "、"), EN: strings.Join(en, ", ")}
			if !taken[name.EN] {
				break
			}
		}
		if taken[name.EN] {
			name = sdk.Text{ZH: name.ZH + " " + key, EN: name.EN + " " + key}
		}
		taken[name.EN] = true
		out[c] = sdk.Segment{Key: key, Name: name, Description: r.describe(c)}
	}
	return out
}

// describe lists the means and the most frequent levels of a group.
func (r *run) describe(c int) sdk.Text {
	var zh, en []string
	for j := range r.d.features {
		f := &r.d.features[j]
		if f.category() {
			share := r.told[j].share[c]
			top := topOf(share)
			t := sdk.Text{ZH: "{name} 多为 {level}（{share}）", EN: "{name}: mostly {level} ({share})"}.Fill("name", cluster.Short(f.Name), "level", cluster.Short(sheet.Label(f.Levels[top], mostLevels)), "share", strconv.FormatFloat(100*share[top], 'f', 0, 64)+"%")
			zh, en = append(zh, t.ZH), append(en, t.EN)
			continue
		}
		t := f.Recipe.Average(r.told[j].means[c])
		zh, en = append(zh, t.ZH), append(en, t.EN)
	}
	const most = 8 // columns that a description names
	return sdk.Text{ZH: strings.Join(zh[:min(most, len(zh))], "；") + "。", EN: strings.Join(en[:min(most, len(en))], "; ") + "."}
}

func (r *run) response() (sdk.Response, error) {
	g, n := r.best.g, r.d.p.N
	label, distance, silhouette := make([]int32, n), make([]float64, n), make([]float64, n)
	for at, row := range r.d.order {
		label[row], distance[row], silhouette[row] = g.label[at], r.distance[at], r.silhouette[at]
	}
	segments := r.segments()
	out := sdk.Response{Columns: cluster.Outputs(segments, label, distance, silhouette), Segments: segments, Diagnostics: r.diags}
	md := model{Algorithm: r.algorithm, Gamma: r.m.gamma, Features: r.d.features, Segments: segments}
	for c := range g.k {
		md.Centres = append(md.Centres, g.centres.Row(c))
	}
	var err error
	if out.Model, err = keep.Write(md, modelVersion); err != nil {
		return sdk.Response{}, err
	}
	if !r.brief {
		out.Metrics = r.metrics()
		out.Tables = []sdk.DataTable{r.sweep(), r.centres(segments), r.fields()}
	}
	return out, nil
}

func (r *run) metrics() []sdk.Metric {
	var out []sdk.Metric
	add := func(id string, v float64, higher bool, t sdk.Text) {
		if v-v == 0 {
			out = append(out, sdk.Metric{ID: id, Title: t, Value: &v, HigherBetter: higher})
		}
	}
	add("k", float64(r.best.g.k), false, sdk.Text{ZH: "群数", EN: "Number of groups"})
	add("cost", r.best.g.cost, false, sdk.Text{ZH: "群内距离之和", EN: "Sum of distances within groups"})
	if r.algorithm == pam {
		add("objective", r.best.g.cost/float64(r.d.p.N), false, sdk.Text{ZH: "平均距离", EN: "Mean distance"})
	} else {
		add("gamma", r.m.gamma, false, sdk.Text{ZH: "类别的权重 γ", EN: "Weight γ of categories"})
	}
	add("silhouette", r.best.silhouette, true, sdk.Text{ZH: "轮廓系数", EN: "Silhouette"})
	kind := "exact"
	if !r.exact {
		kind = "sampled"
		const z95 = 1.96
		add("silhouetteLow", r.best.silhouette-z95*r.best.se, true, sdk.Text{ZH: "轮廓系数 95% 下限", EN: "Silhouette, lower 95% bound"})
		add("silhouetteHigh", r.best.silhouette+z95*r.best.se, true, sdk.Text{ZH: "轮廓系数 95% 上限", EN: "Silhouette, upper 95% bound"})
	}
	return append(out,
		sdk.Metric{ID: "silhouetteKind", Title: sdk.Text{ZH: "轮廓系数算法", EN: "Kind of silhouette"}, Word: kind},
		sdk.Metric{ID: "structure", Title: sdk.Text{ZH: "有没有群", EN: "Structure"}, Word: r.verdict, Help: sdk.Text{ZH: "none 没有稳定的群，weak 较弱，clear 清楚。", EN: "none, weak or clear."}})
}

func (r *run) sweep() sdk.DataTable {
	out := sheet.New("sweep", sdk.Text{ZH: "不同群数的比较", EN: "Numbers of groups compared"},
		sheet.Whole("k", "群数", "Groups"), sheet.Real("cost", "群内距离之和", "Sum of distances"), sheet.Real("silhouette", "轮廓系数", "Silhouette"))
	for _, j := range r.tried {
		out.Row(j.g.k, j.g.cost, j.silhouette)
	}
	return out.Table()
}

// centres lists every group's means and most frequent levels.
func (r *run) centres(segments []sdk.Segment) sdk.DataTable {
	out := sheet.New("centres", sdk.Text{ZH: "各群的特征", EN: "The groups' features"},
		sheet.Word("segment", "客群", "Segment"), sheet.Word("feature", "特征", "Feature"), sheet.Whole("customers", "客户数", "Customers"),
		sheet.Real("mean", "平均值", "Mean"), sheet.Word("level", "最常见的取值", "Most frequent value"), sheet.Real("share", "占比", "Share"))
	for c, s := range segments {
		for j := range r.d.features {
			f := &r.d.features[j]
			if !f.category() {
				out.Row(s.Key, f.Name, r.best.g.count[c], r.told[j].means[c], "", math.NaN())
				continue
			}
			share := r.told[j].share[c]
			top := topOf(share)
			out.Row(s.Key, f.Name, r.best.g.count[c], math.NaN(), f.Levels[top], share[top])
		}
	}
	return out.Table()
}

// topOf returns the place of the largest share, the first of equals.
func topOf(share []float64) (top int) {
	for l, x := range share {
		if x > share[top] {
			top = l
		}
	}
	return top
}

// fields says how much each feature does for the groups: for a number the share of its
// variance that lies between them (η²), for a category the share of differing pairs with
// the most frequent level that the groups save (Goodman and Kruskal's λ).
func (r *run) fields() sdk.DataTable {
	out := sheet.New("fields", sdk.Text{ZH: "各字段的作用", EN: "What each field does"},
		sheet.Word("feature", "特征", "Feature"), sheet.Word("kind", "种类", "Kind"), sheet.Real("explained", "被分群解释的比例", "Explained by the groups"))
	g, p := r.best.g, r.d.p
	for j := range r.d.features {
		f := &r.d.features[j]
		if f.category() {
			saved, top := 0.0, slices.Max(r.told[j].all)
			for c, share := range r.told[j].share {
				saved += slices.Max(share) * float64(g.count[c]) / float64(p.N)
			}
			out.Row(f.Name, "category", (saved-top)/(1-top))
			continue
		}
		mean, sd := r.told[j].mean, r.told[j].sd
		between := 0.0
		for c, x := range r.told[j].prepared {
			d := x - mean
			between += d * d * float64(g.count[c]) / float64(p.N)
		}
		out.Row(f.Name, "number", between/(sd*sd))
	}
	return out.Table()
}
