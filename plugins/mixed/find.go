package mixed

import (
	"cmp"
	"errors"
	"math"
	"math/rand/v2"
	"slices"

	"qunxiang/plugins/internal/cluster"
	"qunxiang/sdk"
)

const (
	leastK, mostK   = 2, 8
	shuffles        = 20  // sets without structure
	shuffled        = 500 // rows of each
	quickStarts     = 3   // of the search in them
	isClear, isSome = 0.5, 0.25
)

// judged is one number of groups that was tried.
type judged struct {
	g          *groups
	silhouette float64
	rows       []float64 // silhouettes of all rows; nil where they were sampled
	se         float64
}

// run is one Fit on its way.
type run struct {
	w     cluster.Worker
	rep   sdk.Reporter
	diags []sdk.Diagnostic

	algorithm string
	k         int // 0 = auto
	restarts  int
	seed      uint64
	brief     bool

	d       *data
	m       measure
	tried   []*judged
	best    *judged
	verdict string

	told                 []summary // of every feature
	distance, silhouette []float64 // by place
	exact                bool
}

// search finds k groups.
func (r *run) search(w cluster.Worker, p cluster.Points, k int) (*groups, error) {
	if r.algorithm == pam {
		return r.m.medoids(w, p, k)
	}
	return r.m.prototypes(w, p, k, r.restarts, r.seed)
}

// find tries every number of groups that is asked for and takes one.
func (r *run) find() error {
	from, to, p := r.k, r.k, r.d.p
	if r.k == 0 {
		p = p.Sample(cluster.SampleRows)
		from, to = leastK, min(mostK, r.d.distinct, p.Distinct())
	}
	for k := from; k <= to; k++ {
		r.rep.Progress(0.1+0.6*float64(k-from)/float64(to-from+1), sdk.Text{ZH: "尝试 {k} 个群", EN: "Trying {k} groups"}.Fill("k", cluster.Itoa(k)))
		j, err := r.try(p, k, r.brief && r.k > 0)
		if err != nil {
			return err
		}
		r.tried = append(r.tried, j)
	}
	r.choose()
	if p.N < r.d.p.N { // the number was chosen on a sample
		var err error
		if r.best, err = r.try(r.d.p, r.best.g.k, false); err != nil {
			return err
		}
	}
	r.sort()
	return r.nearest()
}

// try divides p into k groups and judges them.
func (r *run) try(p cluster.Points, k int, brief bool) (*judged, error) {
	g, err := r.search(r.w, p, k)
	if err != nil {
		return nil, err
	}
	j := &judged{g: g, silhouette: math.NaN(), se: math.NaN()}
	if brief {
		return j, nil
	}
	return j, r.judge(p, j)
}

// nearest gives every row the first of its nearest centres in the order in which groups
// are shown, as [Method.Apply] does, and drops groups that two equal centres left empty.
func (r *run) nearest() error {
	g, p := r.best.g, r.d.p
	err := r.w.EachBlock(p.N, func(_, from, to int) {
		for i := from; i < to; i++ {
			best := math.Inf(1)
			for c := range g.k {
				if d := r.m.between(p.Row(i), g.centres.Row(c)); d < best {
					best, g.label[i] = d, int32(c)
				}
			}
		}
	})
	count := make([]int, g.k)
	for _, c := range g.label {
		count[c]++
	}
	to, kept := make([]int32, g.k), 0
	for c, n := range count {
		if to[c] = int32(kept); n > 0 {
			copy(g.centres.Row(kept), g.centres.Row(c))
			count[kept] = n
			kept++
		}
	}
	for i, c := range g.label {
		g.label[i] = to[c]
	}
	g.k, g.count = kept, count[:kept]
	g.centres.N, g.centres.X = kept, g.centres.X[:kept*p.D]
	return err
}

// choose takes the fewest groups whose silhouette is as good as the best one, within what
// nobody would see.
func (r *run) choose() {
	const alike = 0.02
	top := math.Inf(-1)
	for _, j := range r.tried {
		top = max(top, j.silhouette)
	}
	r.best = r.tried[0]
	for _, j := range r.tried {
		if j.silhouette >= top-alike {
			r.best = j
			return
		}
	}
}

// judge measures the silhouette: of all rows where they are few, of some otherwise.
func (r *run) judge(p cluster.Points, j *judged) error {
	g := r.grouping(j.g)
	if g.K < 2 || g.K >= p.N {
		return nil
	}
	if r.exact = p.N <= cluster.SilhouetteRows; r.exact {
		rows, err := cluster.Silhouettes(r.w, p, []*cluster.Grouping{g}, r.m.far)
		if err != nil {
			return err
		}
		j.rows, j.silhouette = rows[0], cluster.Mean(rows[0])
		return nil
	}
	var err error
	j.silhouette, j.se, err = cluster.Stratified(r.w, p, g, r.m.far)
	return err
}

func (r *run) grouping(g *groups) *cluster.Grouping {
	return &cluster.Grouping{K: g.k, Centres: g.centres.X, Label: g.label, Count: g.count}
}

// sort orders the groups by the mean of the money column, or of the first number, high
// first, or by size where all is categories; equal ones by their centres.
func (r *run) sort() {
	g := r.best.g
	by := slices.IndexFunc(r.d.features, func(f feature) bool { return f.Unit == "money" })
	if by < 0 {
		by = slices.IndexFunc(r.d.features, func(f feature) bool { return !f.category() })
	}
	value := make([]float64, g.k)
	for c, n := range g.count {
		value[c] = float64(n)
	}
	if by >= 0 {
		value = r.means(by, g)
	}
	order := make([]int, g.k)
	for c := range order {
		order[c] = c
	}
	slices.SortFunc(order, func(a, b int) int {
		return cmp.Or(cmp.Compare(value[b], value[a]), slices.Compare(g.centres.Row(b), g.centres.Row(a)))
	})
	to, centres, count := make([]int32, g.k), cluster.NewPoints(g.k, g.centres.D), make([]int, g.k)
	for at, c := range order {
		to[c], count[at] = int32(at), g.count[c]
		copy(centres.Row(at), g.centres.Row(c))
	}
	for i, c := range g.label {
		g.label[i] = to[c]
	}
	g.centres, g.count = centres, count
}

// means returns the mean of a number in every group, in original values.
func (r *run) means(j int, g *groups) []float64 {
	v := make([]float64, len(g.label))
	for at, row := range r.d.order {
		v[at] = r.d.raw[j][row]
	}
	largest := cluster.Largest(v)
	out := make([]float64, g.k)
	if largest == 0 {
		return out
	}
	for at := range v {
		v[at] /= largest
	}
	for c, s := range cluster.GroupSums(v, g.label, g.k, 1) {
		if g.count[c] > 0 {
			out[c] = s / float64(g.count[c]) * largest
		}
	}
	return out
}

// outputs fills the distance of every place to its own centre, and its silhouette: the
// exact one, or that by centres.
func (r *run) outputs() error {
	g, p := r.best.g, r.d.p
	second := make([]float64, p.N)
	r.distance = make([]float64, p.N)
	err := r.w.EachBlock(p.N, func(_, from, to int) {
		for i := from; i < to; i++ {
			r.distance[i], second[i] = r.m.between(p.Row(i), g.centres.Row(int(g.label[i]))), math.Inf(1)
			for c := range g.k {
				if c != int(g.label[i]) {
					second[i] = min(second[i], r.m.between(p.Row(i), g.centres.Row(c)))
				}
			}
		}
	})
	if r.silhouette = r.best.rows; r.silhouette != nil || err != nil {
		return err
	}
	r.silhouette = make([]float64, p.N)
	for i := range r.silhouette {
		if g.k > 1 && g.count[g.label[i]] > 1 {
			r.silhouette[i] = cluster.Contrast(r.distance[i], second[i])
		}
	}
	return nil
}

// compare asks whether the groups are more than what chance leaves: the silhouette must
// beat by three standard deviations those of the same search in sets whose columns were
// shuffled, each on its own, so that features know nothing of each other. Where the number
// of groups was chosen by the silhouette, it is in these sets, too: otherwise the data
// alone would have had the choice.
func (r *run) compare() error {
	r.verdict = "none"
	if r.best.g.k < 2 || !(r.best.silhouette >= isSome) {
		return nil
	}
	r.rep.Progress(0.8, sdk.Text{ZH: "与打乱的数据对照", EN: "Comparing with shuffled data"})
	p := r.d.p.Sample(shuffled)
	values := make([]float64, 1+shuffles) // the data come first
	errs := make([]error, len(values))
	if err := r.w.Each(len(values), func(s int) {
		mixed := p
		if s > 0 {
			mixed = shuffle(p, rand.New(rand.NewPCG(r.seed, 0x5_0f_f1e+uint64(s-1))))
		}
		values[s], errs[s] = r.strength(mixed)
	}); err != nil {
		return err
	}
	if err := errors.Join(errs...); err != nil {
		return err
	}
	mean, sd := cluster.MeanSD(values[1:])
	switch {
	case values[0] <= mean+3*sd:
	case r.best.silhouette >= isClear:
		r.verdict = "clear"
	default:
		r.verdict = "weak"
	}
	return nil
}

// shuffle is the points with each column in an order of its own.
func shuffle(p cluster.Points, rnd *rand.Rand) cluster.Points {
	mixed := cluster.NewPoints(p.N, p.D)
	for j := range p.D {
		for i, from := range rnd.Perm(p.N) {
			mixed.X[i*p.D+j] = p.X[from*p.D+j]
		}
	}
	return mixed
}

// strength is the largest silhouette of some rows, over the numbers of groups among which
// the run chose. A quick search will do, as long as all sets get the same.
func (r *run) strength(p cluster.Points) (float64, error) {
	from, to := r.best.g.k, r.best.g.k
	if r.k == 0 {
		from, to = leastK, min(mostK, r.d.distinct)
	}
	top := math.Inf(-1)
	for k := from; k <= min(to, p.Distinct()); k++ {
		var g *groups
		var err error
		if r.algorithm == pam {
			g, err = r.m.medoids(r.w.Single(), p, k)
		} else {
			g, err = r.m.starts(r.w.Single(), p, k, min(r.restarts, quickStarts), r.seed)
		}
		if err != nil {
			return 0, err
		}
		rows, err := cluster.Silhouettes(r.w.Single(), p, []*cluster.Grouping{r.grouping(g)}, r.m.far)
		if err != nil {
			return 0, err
		}
		top = max(top, cluster.Mean(rows[0]))
	}
	return top, nil
}
