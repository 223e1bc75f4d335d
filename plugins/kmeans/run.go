package kmeans

import (
	"math"
	"slices"

	"qunxiang/plugins/internal/cluster"
	"qunxiang/sdk"
)

// run is one Fit on its way.
type run struct {
	cluster.Outcome
	w   cluster.Worker
	set settings
	rep sdk.Reporter
	all data
	// small stands for all rows in searches; nil where the sample does
	small *data
	// rivals are, by the best answer for a k, it and others that may turn out better on
	// more rows
	rivals map[*cluster.Grouping][]*cluster.Grouping
}

// mostRivals is the number of answers that a sample passes on.
const mostRivals = 5

// limits checks k against the different customers there are.
func (r *run) limits() bool {
	different := r.Data.Distinct
	if r.set.k > different {
		r.Diags = append(r.Diags, cluster.TooManyGroups(r.set.k, different))
		return false
	}
	if r.set.k > 0 {
		return true
	}
	if different < r.set.kMin {
		r.Diags = append(r.Diags, cluster.TooManyGroups(r.set.kMin, different))
		return false
	}
	r.set.kMax = min(r.set.kMax, different)
	return true
}

// sample returns the rows that starts and numbers of groups are compared on: all where
// they are few, or where the sample has too few different ones.
func (r *run) sample() *data {
	if len(r.Data.Sampled) == r.all.N || r.Data.InSample < max(r.set.k, r.set.kMax) {
		r.all.variance = meanVariance(&r.all)
		return &r.all
	}
	q := newSample(r.w.Shelf, r.Data.Sample, r.all.weights(r.Data.Sampled))
	r.set.search.few = true
	r.all.variance = q.variance
	return &q
}

// thinned adds some of the rows of a sample to it, for first looks.
func (r *run) thinned(q *data) {
	rows := cluster.Evenly(q.N, thinRows)
	thin := newSample(r.w.Shelf, r.w.Gather(q.Columns, rows), q.weights(rows))
	q.thin = &thin
}

// find chooses k where that is asked, and divides all rows.
func (r *run) find() error {
	ks := []int{r.set.k}
	if r.set.k == 0 {
		ks = ks[:0]
		for k := r.set.kMin; k <= r.set.kMax; k++ {
			ks = append(ks, k)
		}
	}
	q := r.sample()
	if r.small = r.cells(q, ks[len(ks)-1]); r.small == nil && q != &r.all {
		r.thinned(q)
	}
	var err error
	if r.Swept, err = r.sweep(q, ks); err != nil {
		return err
	}
	r.rep.Progress(0.6, sdk.Text{ZH: "与无结构的数据对照", EN: "Comparing with data without structure"})
	if r.Gap, err = cluster.GapStatistic(r.w, q.Columns, ks[len(ks)-1]+1, r.set.k == 0, r.set.search.seed, r.set.search.reference().logs); err != nil {
		return err
	}
	for _, j := range r.Swept {
		if k := j.G.K; k <= len(r.Gap.Gap) {
			j.Gap, j.GapSE = r.Gap.Gap[k-1], r.Gap.SE[k-1]
		}
	}
	chosen := r.Swept[0]
	if r.set.k == 0 {
		r.Votes = cluster.Votes(r.Swept, r.Gap)
		k := cluster.Elect(r.Votes, r.Swept)
		chosen = r.Swept[slices.IndexFunc(r.Swept, func(j *cluster.Judged) bool { return j.G.K == k })]
	}
	r.rep.Progress(0.75, sdk.Text{ZH: "给全部客户分群", EN: "Grouping all customers"})
	if r.G, err = r.carryOn(q, r.rivals[chosen.G]); err != nil {
		return err
	}
	r.Sort()
	return r.judge(q, chosen)
}

// carryOn takes answers of a sample to all rows, to the best of them on all rows, and
// carries that on until the centres stand still; up to polishRows until no move of a row
// helps.
func (r *run) carryOn(q *data, rivals []*cluster.Grouping) (*cluster.Grouping, error) {
	if q == &r.all {
		g := *rivals[0]
		g.Centres, g.Label, g.Count = slices.Clone(g.Centres), slices.Clone(g.Label), slices.Clone(g.Count)
		return &g, nil
	}
	best, err := r.foremost(q, rivals)
	if err != nil {
		return nil, err
	}
	s := r.set.search
	tolerance := 0.0 // there is little left to do, and it costs little
	if r.all.N > standRows {
		tolerance = s.tolerance / standing
	}
	all, err := land(r.w, &r.all, slices.Clone(best.Centres), s.maxIterations, tolerance)
	if err != nil || r.all.N > polishRows {
		return all, err
	}
	return all, polish(r.w, &r.all, all)
}

// foremost is the answer of a sample that is best on all rows. Those that are worse on
// the sample by more than chance are not asked.
func (r *run) foremost(q *data, rivals []*cluster.Grouping) (*cluster.Grouping, error) {
	rivals, err := contenders(r.w, q, rivals)
	if err != nil || len(rivals) == 1 {
		return rivals[0], err
	}
	var best *cluster.Grouping
	least := math.Inf(1)
	for _, g := range rivals {
		seen := &cluster.Grouping{K: g.K, Centres: g.Centres, Count: make([]int, g.K)}
		if err := relabel(r.w, &r.all, seen); err != nil {
			return nil, err
		}
		if best == nil || seen.Inertia < least {
			best, least = g, seen.Inertia
		}
	}
	return best, nil
}

// judge computes the indices of the final groups and puts them into the sweep as well.
func (r *run) judge(q *data, chosen *cluster.Judged) error {
	g := r.G
	first, second, err := finish(r.w, &r.all, g)
	if err != nil {
		return err
	}
	far := math.Sqrt(cluster.Largest(first))
	if r.Silhouette, r.Distance, err = cluster.Nearness(r.w, g.Label, g.Count, first, second); err != nil {
		return err
	}
	m := &r.Metrics
	m.Calinski, m.Davies = r.all.indices(g, r.Distance, far)
	m.Silhouette, m.SE, m.Centre = math.NaN(), math.NaN(), math.NaN()
	if g.K > 1 && g.K < r.all.N {
		m.Centre = cluster.Sum(r.Silhouette, 1) / float64(r.all.N)
		if err := r.judgeSilhouette(q, chosen); err != nil {
			return err
		}
	}
	chosen.Calinski, chosen.Davies, chosen.Silhouette, chosen.Inertia = m.Calinski, m.Davies, m.Silhouette, g.Inertia
	return nil
}

func (r *run) judgeSilhouette(q *data, chosen *cluster.Judged) error {
	g, m := r.G, &r.Metrics
	if r.all.N <= cluster.ExactRows {
		r.Exact, r.Silhouette = true, chosen.Rows // the sweep had all rows
		m.Silhouette = cluster.Mean(r.Silhouette)
		return nil
	}
	label, c := g.Label, q.Columns
	if q != &r.all {
		label = make([]int32, q.N)
		for i, at := range r.Data.Sampled {
			label[i] = g.Label[at]
		}
	}
	var err error
	m.Silhouette, m.SE, err = cluster.SampledSilhouette(r.w, c, label, g.Count)
	return err
}

// remarks are what the owner should know about the result.
func (r *run) remarks() {
	r.RemarkStructure()
	if r.set.k == 0 {
		r.RemarkVotes()
	}
	if r.all.N > cluster.SampleRows {
		r.Remark(sdk.SeverityInfo, "sampled", sdk.Text{
			ZH: "客户较多：起步和比较群数在 {n} 位客户的样本上进行，最后用全部客户算到收敛。",
			EN: "Many customers: starts and numbers of groups were compared on a sample of {n}, and the winner was carried on with all.",
		}.Fill("n", cluster.Itoa(cluster.SampleRows)))
	}
	r.RemarkSmall()
	if r.w.Stop() {
		r.Remark(sdk.SeverityInfo, "stopped_early", sdk.Text{ZH: "按要求提前结束，这是到目前为止最好的结果。", EN: "Stopped early as asked; this is the best result so far."})
	}
}
