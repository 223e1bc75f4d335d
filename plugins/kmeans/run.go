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
}

// limits checks k against the different customers there are.
func (r *run) limits() bool {
	different := r.Data.P.Distinct()
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

// find chooses k where that is asked, and divides all rows.
func (r *run) find() error {
	p := r.Data.P
	ks := []int{r.set.k}
	if r.set.k == 0 {
		ks = ks[:0]
		for k := r.set.kMin; k <= r.set.kMax; k++ {
			ks = append(ks, k)
		}
	}
	var err error
	if r.Swept, err = r.set.search.sweep(r.w, p, ks, r.rep); err != nil {
		return err
	}
	r.rep.Progress(0.6, sdk.Text{ZH: "与无结构的数据对照", EN: "Comparing with data without structure"})
	if r.Gap, err = cluster.GapStatistic(r.w, p, ks[len(ks)-1]+1, r.set.search.seed, r.set.search.reference().logs); err != nil {
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
	if r.G, err = r.set.search.carryOn(r.w, p, chosen.G); err != nil {
		return err
	}
	r.Sort()
	return r.judge(chosen)
}

// carryOn takes groups of a sample to all rows.
func (s search) carryOn(w cluster.Worker, p cluster.Points, g *cluster.Grouping) (*cluster.Grouping, error) {
	if len(g.Label) == p.N {
		return g, nil
	}
	all, err := runLloyd(w, p, slices.Clone(g.Centres), s.maxIterations, s.tolerance)
	if err != nil || p.N > polishRows {
		return all, err
	}
	return all, polish(w, p, all)
}

// judge computes the indices of the final groups and puts them into the sweep as well.
func (r *run) judge(chosen *cluster.Judged) error {
	p, g := r.Data.P, r.G
	var err error
	if r.Silhouette, r.Distance, err = cluster.CentreSilhouette(r.w, p, g.Centres, g.Label, g.Count); err != nil {
		return err
	}
	m := &r.Metrics
	m.Calinski, m.Davies = cluster.CalinskiHarabasz(p, g), cluster.DaviesBouldin(p, g, r.Distance)
	m.Silhouette, m.SE, m.Centre = math.NaN(), math.NaN(), math.NaN()
	if g.K > 1 && g.K < p.N {
		m.Centre = cluster.Mean(r.Silhouette)
		if err := r.judgeSilhouette(chosen); err != nil {
			return err
		}
	}
	chosen.Calinski, chosen.Davies, chosen.Silhouette, chosen.Inertia = m.Calinski, m.Davies, m.Silhouette, g.Inertia
	return nil
}

func (r *run) judgeSilhouette(chosen *cluster.Judged) error {
	p, g, m := r.Data.P, r.G, &r.Metrics
	if p.N > cluster.ExactRows {
		var err error
		m.Silhouette, m.SE, err = cluster.Stratified(r.w, p, g, cluster.Distances)
		return err
	}
	r.Exact, r.Silhouette = true, chosen.Rows // the sweep had all rows
	m.Silhouette = cluster.Mean(r.Silhouette)
	return nil
}

// remarks are what the owner should know about the result.
func (r *run) remarks() {
	r.RemarkStructure()
	if r.set.k == 0 {
		r.RemarkVotes()
	}
	if r.Data.P.N > cluster.SampleRows {
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
