package kmeans

import (
	"cmp"
	"math"
	"slices"
	"strconv"

	"qunxiang/sdk"
)

// run is one Fit on its way.
type run struct {
	w     worker
	set   settings
	data  *prepared
	rep   sdk.Reporter
	diags []sdk.Diagnostic

	swept      []*judged
	gap        gapResult
	votes      []vote
	g          *grouping // of all rows, groups in the order in which they are shown
	distance   []float64 // by canonical position
	silhouette []float64
	exact      bool // silhouette holds exact values
	metrics    metrics
}

// metrics judge the final groups; NaN = undefined.
type metrics struct {
	silhouette, se, centre, calinski, davies float64
}

// limits checks k against the different customers there are.
func (r *run) limits() bool {
	different := r.data.p.distinct()
	if r.set.k > different {
		r.diags = append(r.diags, tooManyGroups(r.set.k, different))
		return false
	}
	if r.set.k > 0 {
		return true
	}
	if different < r.set.kMin {
		r.diags = append(r.diags, tooManyGroups(r.set.kMin, different))
		return false
	}
	r.set.kMax = min(r.set.kMax, different)
	return true
}

// find chooses k where that is asked, and divides all rows.
func (r *run) find() error {
	p := r.data.p
	ks := []int{r.set.k}
	if r.set.k == 0 {
		ks = ks[:0]
		for k := r.set.kMin; k <= r.set.kMax; k++ {
			ks = append(ks, k)
		}
	}
	var err error
	if r.swept, err = r.set.search.sweep(r.w, p, ks, r.rep); err != nil {
		return err
	}
	r.rep.Progress(0.6, sdk.Text{ZH: "与无结构的数据对照", EN: "Comparing with data without structure"})
	if r.gap, err = gapStatistic(r.w, p, max(gapLeast, ks[len(ks)-1]+1), r.set.search.seed); err != nil {
		return err
	}
	for _, j := range r.swept {
		if k := j.g.k; k <= len(r.gap.gap) {
			j.gap, j.gapSE = r.gap.gap[k-1], r.gap.se[k-1]
		}
	}
	chosen := r.swept[0]
	if r.set.k == 0 {
		r.votes = votes(r.swept, r.gap)
		k := elect(r.votes, r.swept)
		chosen = r.swept[slices.IndexFunc(r.swept, func(j *judged) bool { return j.g.k == k })]
	}
	r.rep.Progress(0.75, sdk.Text{ZH: "给全部客户分群", EN: "Grouping all customers"})
	if r.g, err = r.set.search.carryOn(r.w, p, chosen.g); err != nil {
		return err
	}
	r.sort()
	return r.judge(chosen)
}

// carryOn takes groups of a sample to all rows.
func (s search) carryOn(w worker, p points, g *grouping) (*grouping, error) {
	if len(g.label) == p.n {
		return g, nil
	}
	all, err := runLloyd(w, p, slices.Clone(g.centres), s.maxIterations, s.tolerance)
	if err != nil || p.n > polishRows {
		return all, err
	}
	return all, polish(w, p, all)
}

// sort puts the groups in the order in which they are shown: by the mean of the money
// column where there is one, otherwise by the centre of the first feature, high first.
func (r *run) sort() {
	d, g := r.data.p.d, r.g
	by := slices.IndexFunc(r.data.features, func(f feature) bool { return f.Unit == "money" || f.Name == "monetary" })
	value := make([]float64, g.k)
	for c := range g.k {
		value[c] = g.centres[c*d]
	}
	if by >= 0 {
		value = r.means(by)
	}
	order := make([]int, g.k)
	for c := range order {
		order[c] = c
	}
	slices.SortFunc(order, func(a, b int) int {
		return cmp.Or(cmp.Compare(value[b], value[a]), slices.Compare(g.centres[b*d:(b+1)*d], g.centres[a*d:(a+1)*d]))
	})
	to := make([]int32, g.k)
	centres, count := make([]float64, 0, len(g.centres)), make([]int, g.k)
	for at, c := range order {
		to[c] = int32(at)
		centres = append(centres, g.centres[c*d:(c+1)*d]...)
		count[at] = g.count[c]
	}
	for i, c := range g.label {
		g.label[i] = to[c]
	}
	g.centres, g.count = centres, count
}

// means returns each group's mean of a kept column in original values.
func (r *run) means(column int) []float64 {
	out := make([]float64, r.g.k)
	for i, row := range r.data.order {
		out[r.g.label[i]] += r.data.raw[column][row] / float64(r.g.count[r.g.label[i]])
	}
	return out
}

// medians returns each group's median of a kept column in original values.
func (r *run) medians(column int) []float64 {
	part := make([][]float64, r.g.k)
	for i, row := range r.data.order {
		c := r.g.label[i]
		part[c] = append(part[c], r.data.raw[column][row])
	}
	out := make([]float64, r.g.k)
	for c, v := range part {
		if len(v) > 0 {
			out[c] = quantile(v, 0.5)
		}
	}
	return out
}

// judge computes the indices of the final groups and puts them into the sweep as well.
func (r *run) judge(chosen *judged) error {
	p, g := r.data.p, r.g
	var err error
	if r.silhouette, r.distance, err = centreSilhouette(r.w, p, g.centres, g.label, g.count); err != nil {
		return err
	}
	m := &r.metrics
	m.calinski, m.davies = calinskiHarabasz(p, g), daviesBouldin(p, g, r.distance)
	m.silhouette, m.se, m.centre = math.NaN(), math.NaN(), math.NaN()
	if g.k > 1 && g.k < p.n {
		m.centre = mean(r.silhouette)
		if err := r.judgeSilhouette(chosen); err != nil {
			return err
		}
	}
	chosen.calinski, chosen.davies, chosen.silhouette, chosen.inertia = m.calinski, m.davies, m.silhouette, g.inertia
	return nil
}

func (r *run) judgeSilhouette(chosen *judged) error {
	p, g, m := r.data.p, r.g, &r.metrics
	if p.n > exactRows {
		var err error
		m.silhouette, m.se, err = stratified(r.w, p, g)
		return err
	}
	r.exact, r.silhouette = true, chosen.rows // the sweep had all rows
	m.silhouette = mean(r.silhouette)
	return nil
}

// verdict is the word for the structure of the data.
func (r *run) verdict() string {
	if r.g.k == 1 {
		return structureNone
	}
	return verdict(r.metrics.silhouette, r.gap)
}

// remarks are what the owner should know about the result.
func (r *run) remarks() {
	add := func(s sdk.Severity, code string, t sdk.Text) {
		r.diags = append(r.diags, sdk.Diagnostic{Severity: s, Code: code, Summary: t})
	}
	switch r.verdict() {
	case structureNone:
		add(sdk.SeverityWarning, "no_structure", sdk.Text{
			ZH: "没有稳定的群：这些特征上客户连成一片，分界是切出来的，不是天然的。可换特征，或用 RFM 这类规则分群。",
			EN: "No stable groups: in these features the customers form one cloud, and the borders were cut, not found. Try other features, or rules such as RFM.",
		})
	case structureWeak:
		add(sdk.SeverityInfo, "weak_structure", sdk.Text{ZH: "群与群之间有重叠，边界附近的客户归属不确定。", EN: "The groups overlap; customers near a border could belong to either side."})
	}
	if r.set.k == 0 {
		r.remarkVotes(add)
	}
	if r.data.p.n > sampleRows {
		add(sdk.SeverityInfo, "sampled", sdk.Text{
			ZH: "客户较多：起步和比较群数在 {n} 位客户的样本上进行，最后用全部客户算到收敛。",
			EN: "Many customers: starts and numbers of groups were compared on a sample of {n}, and the winner was carried on with all.",
		}.Fill("n", itoa(sampleRows)))
	}
	small := 0
	for _, n := range r.g.count {
		if n*100 < r.data.p.n {
			small++
		}
	}
	if small > 0 {
		add(sdk.SeverityWarning, "tiny_segment", sdk.Text{ZH: "有 {n} 个群不到客户的 1%，可能是异常值。", EN: "{n} of the groups hold less than 1% of the customers; they may be outliers."}.Fill("n", itoa(small)))
	}
	if r.w.stop() {
		add(sdk.SeverityInfo, "stopped_early", sdk.Text{ZH: "按要求提前结束，这是到目前为止最好的结果。", EN: "Stopped early as asked; this is the best result so far."})
	}
}

func (r *run) remarkVotes(add func(sdk.Severity, string, sdk.Text)) {
	list, agree := "", true
	for i, v := range r.votes {
		if i > 0 {
			list += ", "
		}
		list += v.index + " " + cmp.Or(map[bool]string{true: "–"}[v.k == 0], strconv.Itoa(v.k))
		agree = agree && v.k == r.g.k
	}
	if !agree {
		add(sdk.SeverityInfo, "indices_disagree", sdk.Text{
			ZH: "各指标推荐的群数不一致：{list}。按多数取 {k}，平局时看轮廓系数。",
			EN: "The indices prefer different numbers of groups: {list}. The majority gives {k}; the silhouette decides a draw.",
		}.Fill("list", list, "k", itoa(r.g.k)))
	}
}
