package hclust

import (
	"math"
	"slices"

	"qunxiang/plugins/internal/cluster"
	"qunxiang/plugins/internal/sheet"
	"qunxiang/sdk"
)

// run is one Fit on its way.
type run struct {
	cluster.Outcome
	w       cluster.Worker
	set     settings
	rep     sdk.Reporter
	metric  metric
	encoded *encoded

	sites  *sites
	tree   *dendrogram
	stands cluster.Points // what stands for each group: its centroid or its medoid

	misplaced int // customers nearer to another group than the cell that they are in
}

// link joins the sites into a dendrogram.
func (s settings) link(w cluster.Worker, in *sites) (*dendrogram, error) {
	if in.p.N == 1 {
		return &dendrogram{n: 1}, nil
	}
	var merges []merge
	var err error
	mayFall := false
	switch s.linkage {
	case wardLinkage:
		merges, err = newWard(in.p, in.weights()).run(w.Ctx)
	case single:
		merges, err = spanning(w.Ctx, in.p, metricFor(s.distance))
	case centroid, median:
		p := in.p
		p.X = slices.Clone(p.X)
		mayFall = true
		merges, err = (&wandering{p: p, weight: in.weights(), halfway: s.linkage == median}).run(w.Ctx)
	default:
		dist := newCondensed(in.p.N)
		m := metricFor(s.distance)
		if err = w.Each(in.p.N, func(i int) {
			row := in.p.Row(i)
			dist.fill(i, func(j int) float64 { return m.between(row, in.p.Row(j)) })
		}); err == nil {
			merges, err = chainStored(w.Ctx, dist, in.weights(), updateFor(s.linkage))
		}
	}
	if err != nil {
		return nil, err
	}
	return arrange(in.weight, merges, mayFall), nil
}

// grouping describes the groups that the sites' labels make of the rows.
func (s *sites) grouping(p cluster.Points, of []int32) *cluster.Grouping {
	g := &cluster.Grouping{K: int(slices.Max(of)) + 1, Label: make([]int32, p.N)}
	g.Centres, g.Count = make([]float64, g.K*p.D), make([]int, g.K)
	for i, site := range s.of {
		c := of[site]
		g.Label[i] = c
		g.Count[c]++
		centre := g.Centres[int(c)*p.D:]
		for j, x := range p.Row(i) {
			centre[j] += x
		}
	}
	for c, n := range g.Count {
		for j := range p.D {
			g.Centres[c*p.D+j] /= float64(n)
		}
	}
	for i, c := range g.Label {
		g.Inertia += cluster.Square(p.Row(i), g.Centres[int(c)*p.D:(int(c)+1)*p.D])
	}
	return g
}

// logs is what the gap statistic asks: ln(inertia) of the cuts into 1…most groups.
func (s settings) logs(w cluster.Worker, c cluster.Columns, most int) ([]float64, error) {
	p := cluster.ToPoints(c)
	in, err := squeeze(w.Ctx, p)
	if err != nil {
		return nil, err
	}
	tree, err := s.link(w, in)
	if err != nil {
		return nil, err
	}
	out := make([]float64, most)
	for k := 1; k <= most; k++ {
		out[k-1] = math.Log(max(in.grouping(p, tree.cut(k)).Inertia, math.SmallestNonzeroFloat64))
	}
	return out, nil
}

// build joins the customers. It reports whether there is a result.
func (r *run) build() (bool, error) {
	p := r.Data.P
	var err error
	r.rep.Progress(0.1, sdk.Text{ZH: "合并相同的客户", EN: "Putting equal customers together"})
	if r.sites, err = squeeze(r.w.Ctx, p); err != nil {
		return false, err
	}
	if k := max(r.set.k, leastK); r.sites.p.N < k && r.set.k != 1 && !r.set.byHeight {
		r.Diags = append(r.Diags, cluster.TooManyGroups(k, r.sites.p.N))
		return false, nil
	}
	r.rep.Progress(0.2, sdk.Text{ZH: "由近及远逐步合并", EN: "Joining step by step, near ones first"})
	if r.tree, err = r.set.link(r.w, r.sites); err != nil {
		return false, err
	}
	return true, nil
}

// chosenByHeight returns the cut at the height, nil where it makes too many groups.
func (r *run) chosenByHeight() []int32 {
	label, k := r.tree.below(r.set.height * r.Data.Unit)
	if k <= mostGroups {
		return label
	}
	r.Diags = append(r.Diags, sdk.Diagnostic{
		Severity: sdk.SeverityError, Code: "height_too_low", Param: "height",
		Summary: sdk.Text{ZH: "在高度 {h} 切开会有 {k} 个群，最多 {most} 个；请切得高一些。", EN: "A cut at height {h} leaves {k} groups, at most {most} can be used; cut higher."}.
			Fill("h", sheet.Number(r.set.height), "k", cluster.Itoa(k), "most", cluster.Itoa(mostGroups)),
	})
	return nil
}

// find cuts the tree. It reports whether there is a result.
func (r *run) find() (bool, error) {
	p := r.Data.P
	var given *cluster.Judged
	if r.set.byHeight {
		label := r.chosenByHeight()
		if label == nil {
			return false, nil
		}
		given = judged(r.sites.grouping(p, label))
		r.set.k = given.G.K
	}
	for k := leastK; k <= min(mostK, r.sites.p.N); k++ {
		if err := r.w.Ctx.Err(); err != nil {
			return false, err
		}
		r.Swept = append(r.Swept, judged(r.sites.grouping(p, r.tree.cut(k))))
	}
	at := slices.IndexFunc(r.Swept, func(j *cluster.Judged) bool { return j.G.K == r.set.k })
	switch {
	case given != nil && at >= 0:
		r.Swept[at] = given
	case given != nil:
		r.Swept = append(r.Swept, given)
	case r.set.k > 0 && at < 0:
		r.Swept = append(r.Swept, judged(r.sites.grouping(p, r.tree.cut(r.set.k))))
	}
	slices.SortFunc(r.Swept, func(a, b *cluster.Judged) int { return a.G.K - b.G.K })
	return true, r.compare()
}

func judged(g *cluster.Grouping) *cluster.Judged {
	nan := math.NaN()
	return &cluster.Judged{G: g, Inertia: g.Inertia, Silhouette: nan, Calinski: nan, Davies: nan, Gap: nan, GapSE: nan}
}

// compare judges the cuts and takes one.
func (r *run) compare() error {
	p := r.Data.P
	r.rep.Progress(0.6, sdk.Text{ZH: "比较不同的切法", EN: "Comparing the cuts"})
	for _, j := range r.Swept {
		_, distance, err := cluster.CentreSilhouette(r.w, p, j.G.Centres, j.G.Label, j.G.Count)
		if err != nil {
			return err
		}
		j.Calinski, j.Davies = cluster.CalinskiHarabasz(p, j.G), cluster.DaviesBouldin(p, j.G, distance)
	}
	if err := r.silhouettes(); err != nil {
		return err
	}
	r.rep.Progress(0.8, sdk.Text{ZH: "与无结构的数据对照", EN: "Comparing with data without structure"})
	var err error
	if r.Gap, err = cluster.GapStatistic(r.w, cluster.ToColumns(p.Sample(cluster.SampleRows)), r.Swept[len(r.Swept)-1].G.K+1, r.set.k == 0, r.set.seed, r.set.logs); err != nil {
		return err
	}
	for _, j := range r.Swept {
		if k := j.G.K; k <= len(r.Gap.Gap) {
			j.Gap, j.GapSE = r.Gap.Gap[k-1], r.Gap.SE[k-1]
		}
	}
	k := r.set.k
	if k == 0 {
		r.Votes = cluster.Votes(r.Swept, r.Gap)
		k = cluster.Elect(r.Votes, r.Swept)
	}
	chosen := r.Swept[slices.IndexFunc(r.Swept, func(j *cluster.Judged) bool { return j.G.K == k })]
	r.G = chosen.G
	r.Sort()
	return r.judge(chosen)
}

// silhouettes measures all cuts on the same rows, in the distance of the run.
func (r *run) silhouettes() error {
	p := r.Data.P
	of := make([]*cluster.Grouping, len(r.Swept))
	for i, j := range r.Swept {
		of[i] = j.G
	}
	if r.Exact = p.N <= cluster.ExactRows; !r.Exact {
		for i, g := range of {
			of[i] = sampled(g, p.N)
		}
		p = p.Sample(cluster.SilhouetteRows)
	}
	values, err := r.metric.silhouettes(r.w, p, of)
	if err != nil {
		return err
	}
	for i, j := range r.Swept {
		if j.G.K > 1 && j.G.K < r.Data.P.N {
			j.Silhouette = cluster.Mean(values[i])
		}
		if r.Exact {
			j.Rows = values[i]
		}
	}
	return nil
}

// sampled is the grouping of the rows that Points.Sample takes.
func sampled(g *cluster.Grouping, n int) *cluster.Grouping {
	out := &cluster.Grouping{K: g.K, Count: make([]int, g.K)}
	for i := range cluster.SilhouetteRows {
		c := g.Label[cluster.SampleRow(i, n, cluster.SilhouetteRows)]
		out.Label = append(out.Label, c)
		out.Count[c]++
	}
	return out
}

// judge describes the chosen groups.
func (r *run) judge(chosen *cluster.Judged) error {
	p, m := r.Data.P, &r.Metrics
	var err error
	if r.stands, err = r.standIns(); err != nil {
		return err
	}
	if r.Silhouette, r.Distance, err = standing(r.w, p, r.metric, r.stands, r.G.Label, r.G.Count); err != nil {
		return err
	}
	if r.misplaced, err = r.byCells(); err != nil {
		return err
	}
	m.Calinski, m.Davies = chosen.Calinski, chosen.Davies
	m.Silhouette, m.SE, m.Centre = chosen.Silhouette, math.NaN(), math.NaN()
	if r.G.K < 2 || r.G.K >= p.N {
		return nil
	}
	if r.Exact {
		r.Silhouette = chosen.Rows
		return nil
	}
	m.Centre = cluster.Mean(r.Silhouette)
	m.Silhouette, m.SE, err = cluster.Stratified(r.w, p, r.G, r.metric.far)
	chosen.Silhouette = m.Silhouette
	return err
}
