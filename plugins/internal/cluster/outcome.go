package cluster

import (
	"cmp"
	"slices"
	"strconv"
	"strings"

	"qunxiang/sdk"
)

// Outcome is what a run has found: groups, and the evidence for them.
type Outcome struct {
	Data  *Prepared
	Diags []sdk.Diagnostic

	Swept      []*Judged
	Gap        Gap
	Votes      []Vote
	G          *Grouping // of all rows, groups in the order in which they are shown
	Distance   []float64 // by canonical position
	Silhouette []float64
	Exact      bool // silhouette holds exact values
	Metrics    Metrics

	seen []*averages // by column; nil until asked for
	room *medianRoom // of the groups in the order of seen
}

// Metrics judge the final groups; NaN = undefined.
type Metrics struct {
	Silhouette, SE, Centre, Calinski, Davies float64
}

// Sort puts the groups in the order in which they are shown: by the mean of the money
// column where there is one, otherwise by the centre of the first feature, high first.
func (r *Outcome) Sort() {
	d, g := len(r.Data.Features), r.G
	by := r.Money()
	value := make([]float64, g.K)
	for c := range g.K {
		value[c] = g.Centres[c*d]
	}
	if by >= 0 {
		value = r.averages(by).mean
	}
	order := make([]int, g.K)
	for c := range order {
		order[c] = c
	}
	slices.SortFunc(order, func(a, b int) int {
		return cmp.Or(cmp.Compare(value[b], value[a]), slices.Compare(g.Centres[b*d:(b+1)*d], g.Centres[a*d:(a+1)*d]))
	})
	to := make([]int32, g.K)
	centres, count := make([]float64, 0, len(g.Centres)), make([]int, g.K)
	for at, c := range order {
		to[c] = int32(at)
		centres = append(centres, g.Centres[c*d:(c+1)*d]...)
		count[at] = g.Count[c]
	}
	for i, c := range g.Label {
		g.Label[i] = to[c]
	}
	g.Centres, g.Count = centres, count
	if by >= 0 {
		r.seen[by], r.room = r.seen[by].inOrder(order), nil
	}
}

// averages are each group's mean and median of a kept column in original values.
type averages struct{ mean, median []float64 }

// inOrder returns those of the groups in another order.
func (a *averages) inOrder(order []int) *averages {
	out := &averages{mean: make([]float64, len(order)), median: make([]float64, len(order))}
	for at, c := range order {
		out.mean[at], out.median[at] = a.mean[c], a.median[c]
	}
	return out
}

// averages returns those of a column, which are made in one pass over its values.
func (r *Outcome) averages(column int) *averages {
	if r.seen == nil {
		r.seen = make([]*averages, len(r.Data.Raw))
	}
	if r.seen[column] == nil {
		if r.room == nil {
			r.room = newMedianRoom(r.Data.shelf, r.G.Label[:r.Data.N()], r.G.Count)
		}
		const tame = 1e200 // nothing near it overflows or vanishes
		largest := r.Data.largest(column)
		v, unit := r.byPlace(column), powerOver(largest)
		scaled := v
		if unit > tame || unit < 1/tame {
			scaled = slices.Clone(v)
			for i, x := range v {
				scaled[i] = x / unit
			}
			largest /= unit
		} else {
			unit = 1
		}
		grid := NewGrid(2*powerOver(largest), len(v))
		hi, lo := make([]float64, r.G.K), make([]float64, r.G.K)
		a := new(averages)
		a.median = r.room.medians(v, func(from, to int) { grid.GroupSums(scaled[from:to], r.G.Label[from:to], hi, lo) })
		for c, n := range r.G.Count {
			if n > 0 {
				hi[c] = (hi[c] + lo[c]) / float64(n) * unit
			}
		}
		a.mean = hi
		r.seen[column] = a
	}
	return r.seen[column]
}

// overall returns the mean of a kept column in original values.
func (r *Outcome) overall(column int) float64 {
	mean := 0.0
	for c, m := range r.averages(column).mean {
		mean += m * (float64(r.G.Count[c]) / float64(r.Data.N()))
	}
	return mean
}

// byPlace returns the original values of a kept column, by place.
func (r *Outcome) byPlace(column int) []float64 {
	if r.Data.AsGiven {
		return r.Data.Raw[column]
	}
	return arranged(r.Data.Raw[column], r.Data.Order)
}

// verdict is the word for the structure of the data.
func (r *Outcome) verdict() string {
	if r.G.K == 1 {
		return structureNone
	}
	return verdict(r.Metrics.Silhouette, r.Gap)
}

// Remark adds a diagnostic.
func (r *Outcome) Remark(s sdk.Severity, code string, t sdk.Text) {
	r.Diags = append(r.Diags, sdk.Diagnostic{Severity: s, Code: code, Summary: t})
}

// RemarkStructure tells when there is little to find.
func (r *Outcome) RemarkStructure() {
	switch r.verdict() {
	case structureNone:
		r.Remark(sdk.SeverityWarning, "no_structure", sdk.Text{
			ZH: "没有稳定的群：这些特征上客户连成一片，分界是切出来的，不是天然的。可换特征，或用 RFM 这类规则分群。",
			EN: "No stable groups: in these features the customers form one cloud, and the borders were cut, not found. Try other features, or rules such as RFM.",
		})
	case structureWeak:
		r.Remark(sdk.SeverityInfo, "weak_structure", sdk.Text{ZH: "群与群之间有重叠，边界附近的客户归属不确定。", EN: "The groups overlap; customers near a border could belong to either side."})
	}
}

// RemarkSmall warns of groups that are hardly any customers.
func (r *Outcome) RemarkSmall() {
	small := 0
	for _, n := range r.G.Count {
		if n*100 < r.Data.N() {
			small++
		}
	}
	if small > 0 {
		r.Remark(sdk.SeverityWarning, "tiny_segment", sdk.Text{ZH: "有 {n} 个群不到客户的 1%，可能是异常值。", EN: "{n} of the groups hold less than 1% of the customers; they may be outliers."}.Fill("n", Itoa(small)))
	}
}

// indexTitle is what people call an index that votes.
func indexTitle(id string) sdk.Text {
	switch id {
	case "silhouette":
		return sdk.Text{ZH: "轮廓系数", EN: "silhouette"}
	case "calinskiHarabasz":
		return sdk.Text{ZH: "CH 指数", EN: "Calinski–Harabasz"}
	case "daviesBouldin":
		return sdk.Text{ZH: "DB 指数", EN: "Davies–Bouldin"}
	case "gap":
		return sdk.Text{ZH: "Gap", EN: "gap"}
	case "elbow":
		return sdk.Text{ZH: "肘部", EN: "elbow"}
	}
	return sdk.Text{ZH: id, EN: id}
}

// RemarkVotes tells when the indices disagree about the number of groups. One that has no
// preference does not disagree.
func (r *Outcome) RemarkVotes() {
	var zh, en []string
	agree := true
	for _, v := range r.Votes {
		k := " " + cmp.Or(map[bool]string{true: "–"}[v.k == 0], strconv.Itoa(v.k))
		title := indexTitle(v.index)
		zh, en = append(zh, title.ZH+k), append(en, title.EN+k)
		agree = agree && (v.k == 0 || v.k == r.G.K)
	}
	if !agree {
		r.Remark(sdk.SeverityInfo, "indices_disagree", sdk.Text{
			ZH: "各指标推荐的群数不一致：{list}。轮廓系数、CH 指数和 Gap 三者按多数取 {k}，各不相同时看轮廓系数。",
			EN: "The indices prefer different numbers of groups: {list}. The majority of silhouette, Calinski–Harabasz and gap gives {k}; the silhouette decides a draw.",
		}.FillText("list", sdk.Text{ZH: strings.Join(zh, "、"), EN: strings.Join(en, ", ")}).Fill("k", Itoa(r.G.K)))
	}
}
