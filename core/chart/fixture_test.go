package chart_test

import (
	"fmt"
	"math"
	"math/rand/v2"
	"slices"

	"qunxiang/core"
	"qunxiang/core/chart"
	"qunxiang/sdk"
	"qunxiang/sdk/table"
)

// eleven are the segments of the default map with the cells R×F that they own.
var eleven = []struct {
	zh, en string
	cells  []int
}{
	{"重要价值客户", "Champions", []int{54, 55}},
	{"忠诚客户", "Loyal", []int{34, 35, 44, 45}},
	{"潜力忠诚客户", "Potential loyalists", []int{42, 43, 52, 53}},
	{"新客户", "New customers", []int{51}},
	{"有希望的客户", "Promising", []int{41}},
	{"需要关注", "Need attention", []int{33}},
	{"即将沉睡", "About to sleep", []int{31, 32}},
	{"有流失风险", "At risk", []int{14, 24}},
	{"不能失去", "Can't lose them", []int{15, 25}},
	{"沉睡客户", "Hibernating", []int{22, 21, 12}},
	{"已流失", "Lost", []int{11, 13, 23}},
}

// rfm makes a segmentation of n made-up customers, the same for equal n: skewed
// money and orders, quintile scores by midrank.
func rfm(n int) (*core.Segmentation, *core.Dict) {
	rng := rand.New(rand.NewPCG(7, uint64(n)))
	rec, frq, mon := make([]float64, n), make([]float64, n), make([]float64, n)
	keys := &core.Dict{}
	codes := make([]uint32, n)
	for i := range n {
		loyal := rng.NormFloat64()
		rec[i] = math.Floor(math.Min(720, 8+120*math.Exp(0.9*rng.NormFloat64()-0.7*loyal)))
		frq[i] = 1 + math.Floor(math.Exp(0.9*loyal+0.5*rng.NormFloat64()))
		mon[i] = math.Round(frq[i]*math.Exp(5.2+0.7*rng.NormFloat64())*100) / 100
		if rng.IntN(400) == 0 {
			mon[i] = -mon[i] / 10
		}
		keys.AppendString(fmt.Sprintf("C%06d", i+1))
		codes[i] = uint32(i)
	}
	r, f, m := quintiles(rec, true), business(frq), quintiles(mon, false)
	s := &core.Segmentation{
		Name: "rfm", Run: 1, Method: "rfm", MethodVersion: "1.0.0", AsOf: core.YMD(2011, 12, 10), Seed: 1,
		Features: []string{"recency_days", "frequency", "monetary"}, Customers: codes,
		Columns: []table.Column{
			{Name: "recency_days", Kind: table.Float64, Unit: "day", Role: "recency", Floats: rec},
			{Name: "frequency", Kind: table.Float64, Unit: "order", Role: "frequency", Floats: frq},
			{Name: "monetary", Kind: table.Float64, Unit: "money", Role: "monetary", Floats: mon},
			{Name: "r", Kind: table.Int64, Ints: r},
			{Name: "f", Kind: table.Int64, Ints: f},
			{Name: "m", Kind: table.Int64, Ints: m},
		},
	}
	label(s, r, f, mon)
	return s, keys
}

func label(s *core.Segmentation, r, f []int64, mon []float64) {
	of := map[int64]int32{}
	for i, e := range eleven {
		s.Segments = append(s.Segments, core.Segment{ID: i + 1, Key: e.en, Name: sdk.Text{ZH: e.zh, EN: e.en}})
		for _, c := range e.cells {
			of[int64(c)] = int32(i)
		}
	}
	total := 0.0
	for i := range r {
		l := of[r[i]*10+f[i]]
		s.Label = append(s.Label, l)
		s.Segments[l].Size++
		s.Segments[l].Amount += mon[i]
		total += mon[i]
	}
	for i := range s.Segments {
		s.Segments[i].Share = float64(s.Segments[i].Size) / float64(len(r))
		s.Segments[i].AmountShare = s.Segments[i].Amount / total
	}
}

// business scores orders by the cuts 1, 2, 3–4, 5–9, 10+.
func business(v []float64) []int64 {
	out := make([]int64, len(v))
	for i, x := range v {
		out[i] = 1
		for _, cut := range []float64{2, 3, 5, 10} {
			if x >= cut {
				out[i]++
			}
		}
	}
	return out
}

// quintiles scores by midrank percentile, 5 = largest; reversed: 5 = smallest.
func quintiles(v []float64, reversed bool) []int64 {
	sorted := slices.Sorted(slices.Values(v))
	out := make([]int64, len(v))
	for i, x := range v {
		lo, _ := slices.BinarySearch(sorted, x)
		hi, _ := slices.BinarySearch(sorted, math.Nextafter(x, math.Inf(1)))
		q := 1 + int64(float64(lo+hi)/2/float64(len(v))*5)
		out[i] = min(5, q)
		if reversed {
			out[i] = 6 - out[i]
		}
	}
	return out
}

func input(n int, lang sdk.Lang, dark bool) chart.Input {
	s, keys := rfm(n)
	return chart.Input{Seg: s, Keys: keys, Lang: lang, Currency: "CNY", Dark: dark}
}

// clusters makes a clustering of n made-up customers with its evidence.
func clusters(n int, lang sdk.Lang, dark bool) chart.Input {
	in := input(n, lang, dark)
	s := in.Seg
	s.Name, s.Method = "clusters", "kmeans"
	rng := rand.New(rand.NewPCG(3, 3))
	names := []sdk.Text{
		{ZH: "高价值常客", EN: "Valuable regulars"},
		{ZH: "普通活跃客户", EN: "Ordinary active customers"},
		{ZH: "偶尔购买", EN: "Occasional buyers"},
		{ZH: "长期未购买的一次性客户", EN: "One-time buyers of long ago"},
	}
	of := []int32{0, 0, 1, 1, 1, 2, 2, 1, 2, 3, 3}
	segs := make([]core.Segment, len(names))
	for i, t := range names {
		segs[i] = core.Segment{ID: i + 1, Key: fmt.Sprint("c", i+1), Name: t}
	}
	sil, dist := make([]float64, n), make([]float64, n)
	for i, l := range s.Label {
		c := of[l]
		s.Label[i] = c
		segs[c].Size++
		segs[c].Share += 1 / float64(n)
		segs[c].Amount += s.Segments[l].Amount / float64(s.Segments[l].Size)
		sil[i], dist[i] = math.Tanh(0.4+0.45*rng.NormFloat64()+0.1*float64(c)), math.Abs(rng.NormFloat64())
	}
	for i := range segs {
		segs[i].AmountShare = segs[i].Amount / (segs[0].Amount + segs[1].Amount + segs[2].Amount + segs[3].Amount)
	}
	s.Segments = segs
	s.Metrics = []sdk.Metric{{ID: "positive", Word: "VIP"}}
	s.Columns = append(s.Columns[:3:3], table.Column{Name: "distance", Kind: table.Float64, Floats: dist}, table.Column{Name: "silhouette", Kind: table.Float64, Floats: sil})
	k := []int64{2, 3, 4, 5, 6, 7, 8}
	s.Tables = []sdk.DataTable{{ID: "sweep", Table: &table.Table{Rows: 7, Columns: []table.Column{
		{Name: "k", Kind: table.Int64, Ints: k},
		{Name: "inertia", Kind: table.Float64, Floats: []float64{9200, 6100, 4300, 3700, 3300, 3050, 2900}},
		{Name: "silhouette", Kind: table.Float64, Floats: []float64{.39, .41, .46, .40, .37, .35, .33}},
		{Name: "gap", Kind: table.Float64, Floats: []float64{.5, .7, .93, .95, .97, .98, 1}},
		{Name: "gapSE", Kind: table.Float64, Floats: []float64{.03, .03, .04, .02, .03, .03, .05}},
		{Name: "calinskiHarabasz", Kind: table.Float64, Floats: []float64{1210, 1350, 1490, 1380, 1300, 1240, 1190}},
		{Name: "daviesBouldin", Kind: table.Float64, Floats: []float64{1.2, 1.05, .88, .97, 1.02, 1.1, .86}},
	}}}, votes(map[string]int64{"silhouette": 4, "calinskiHarabasz": 4, "daviesBouldin": 8, "gap": 0, "elbow": 3}), {ID: "importance", Table: &table.Table{Rows: 3, Columns: []table.Column{
		{Name: "feature", Kind: table.String, Strings: []string{"recency_days", "frequency", "monetary"}},
		{Name: "mean", Kind: table.Float64, Floats: []float64{.082, .21, .034}},
		{Name: "low", Kind: table.Float64, Floats: []float64{.06, .18, -.004}},
		{Name: "high", Kind: table.Float64, Floats: []float64{.1, .24, .07}},
	}}}, nodes()}
	return in
}

// nodes is a decision tree over the four clusters, as the bundled method writes it.
func nodes() sdk.DataTable {
	leaf, child, inner := table.NewBits(9), table.NewBits(9), table.NewBits(9)
	for i := range 9 {
		if i > 0 {
			child.Set(i)
		}
		if i < 3 || i == 4 {
			inner.Set(i)
		} else {
			leaf.Set(i)
		}
	}
	return sdk.DataTable{ID: "nodes", Table: &table.Table{Rows: 9, Columns: []table.Column{
		{Name: "id", Kind: table.Int64, Ints: []int64{1, 2, 3, 4, 5, 6, 7, 10, 11}},
		{Name: "parent", Kind: table.Int64, Ints: []int64{0, 1, 1, 2, 2, 3, 3, 5, 5}, Valid: child},
		{Name: "feature", Kind: table.String, Strings: []string{"frequency", "recency_days", "monetary", "", "city", "", "", "", ""}, Valid: inner},
		{Name: "rule_zh", Kind: table.String, Strings: []string{"", "frequency < 3", "frequency ≥ 3", "recency_days < 91", "recency_days ≥ 91", "monetary < 1520.5", "monetary ≥ 1520.5", "city 为北京、上海或广州", "city 为其他"}, Valid: child},
		{Name: "rule_en", Kind: table.String, Strings: []string{"", "frequency < 3", "frequency ≥ 3", "recency_days < 91", "recency_days ≥ 91", "monetary < 1520.5", "monetary ≥ 1520.5", "city is Beijing, Shanghai or Guangzhou", "city is another"}, Valid: child},
		{Name: "n", Kind: table.Int64, Ints: []int64{4338, 3210, 1128, 900, 2310, 520, 608, 1100, 1210}},
		{Name: "value", Kind: table.Float64, Floats: []float64{.31, .18, .68, .26, .15, .57, .77, .21, .09}},
		{Name: "segment", Kind: table.Category, Dict: []string{"c1", "c2", "c3", "c4"}, Codes: []uint32{0, 0, 0, 1, 0, 1, 0, 2, 3}, Valid: leaf},
	}}}
}
