package run

import (
	"cmp"
	"context"
	"hash/fnv"
	"math"
	"slices"

	"qunxiang/core"
	"qunxiang/core/evidence"
	"qunxiang/internal/large"
	"qunxiang/sdk"
	"qunxiang/sdk/table"
)

// clusterKeys are the ids of the evidence that every clustering has, whoever wrote the method.
func clusterKeys() []string {
	return []string{"inertia", "silhouette", "silhouetteKind", "calinskiHarabasz", "daviesBouldin", "structure"}
}

// Complete returns s with the evidence that a clustering owes and that the method did not
// give itself: indices in the space of its features, each with mean 0 and standard
// deviation 1, a category as 0 or 1/√2 for each of its values. s is not changed.
func (p *Plan) Complete(ctx context.Context, s *core.Segmentation) (*core.Segmentation, error) {
	if !slices.Contains(p.Method.Info.Tags, Clustering) || len(s.Label) == 0 {
		return s, nil
	}
	var missing []string
	for _, id := range clusterKeys() {
		if !slices.ContainsFunc(s.Metrics, func(m sdk.Metric) bool { return m.ID == id }) {
			missing = append(missing, id)
		}
	}
	sweep := slices.ContainsFunc(s.Tables, func(t sdk.DataTable) bool { return t.ID == "sweep" })
	if len(missing) == 0 && sweep || len(s.Segments) < 2 {
		return s, nil
	}
	space, label := standardised(p.Table, s.Label)
	if space.D == 0 { // a method of long tables alone judges itself
		return s, nil
	}
	in, err := p.indices(ctx, space, label, len(s.Segments), sweep && !slices.Contains(missing, "silhouette"))
	if err != nil {
		return nil, err
	}
	out := *s
	out.Metrics = slices.Clip(s.Metrics)
	for _, id := range missing {
		if m, ok := p.metric(id, in); ok {
			out.Metrics = append(out.Metrics, m)
		}
	}
	if !sweep {
		out.Tables = WithTable(s.Tables, p.sweepOf(len(s.Segments), in))
	}
	return &out, nil
}

// indices judges the segments, by their centres alone where the method has a silhouette.
func (p *Plan) indices(ctx context.Context, space evidence.Points, label []int32, k int, centres bool) (evidence.Indices, error) {
	if centres {
		return evidence.JudgeCentres(space, label, k), ctx.Err()
	}
	return evidence.Judge(ctx, space, label, k, max(1, p.req.Threads))
}

// metric is one index as a metric; false where it is undefined.
func (p *Plan) metric(id string, in evidence.Indices) (sdk.Metric, bool) {
	m := sdk.Metric{ID: id, Title: p.say(core.Message{Key: "evidence.metric." + id}), HigherBetter: id == "silhouette" || id == "calinskiHarabasz"}
	switch id {
	case "silhouetteKind":
		m.Word = in.SilhouetteKind
		return m, true
	case "structure":
		m.Word = evidence.Structure(in.Silhouette)
		return m, true
	}
	v := map[string]float64{
		"inertia": in.Inertia, "silhouette": in.Silhouette, "calinskiHarabasz": in.CalinskiHarabasz, "daviesBouldin": in.DaviesBouldin,
	}[id]
	m.Value = &v
	return m, !math.IsNaN(v) && !math.IsInf(v, 0)
}

// sweepOf is the sweep of a method that tried one number of groups.
func (p *Plan) sweepOf(k int, in evidence.Indices) sdk.DataTable {
	number := func(name string, v float64) table.Column {
		c := table.Column{Name: name, Kind: table.Float64, Floats: []float64{0}, Valid: table.NewBits(1)}
		if !math.IsNaN(v) && !math.IsInf(v, 0) {
			c.Floats[0] = v
			c.Valid.Set(0)
		}
		return c
	}
	nan := math.NaN()
	return p.titled("sweep", &table.Table{Rows: 1, Columns: []table.Column{
		{Name: "k", Kind: table.Int64, Ints: []int64{int64(k)}},
		number("inertia", in.Inertia), number("silhouette", in.Silhouette), number("gap", nan), number("gapSE", nan),
		number("calinskiHarabasz", in.CalinskiHarabasz), number("daviesBouldin", in.DaviesBouldin),
	}})
}

// standardised makes points of a table's columns, in an order of rows that follows from
// their values and labels alone, and the labels in that order: sums over them then come
// out the same, to the last digit, whatever order the customers are in. A missing number
// stands at the mean, a missing category at nothing; texts and categories of very many
// values are left out.
func standardised(t *table.Table, label []int32) (evidence.Points, []int32) {
	order := canonical(t, label)
	var cols [][]float64
	for i := range t.Columns {
		switch c := &t.Columns[i]; {
		case c.Numeric():
			cols = append(cols, scores(c, order))
		case inSpace(c):
			cols = append(cols, levels(c, order)...)
		}
	}
	p := evidence.Points{N: t.Rows, D: len(cols), X: large.Make[float64](t.Rows * len(cols))}
	for j, v := range cols {
		for i, x := range v {
			p.X[i*p.D+j] = x
		}
	}
	sorted := make([]int32, len(label))
	for i, r := range order {
		sorted[i] = label[r]
	}
	return p, sorted
}

// inSpace tells whether a column is a category that distances can be taken of.
func inSpace(c *table.Column) bool {
	const mostLevels = 50
	return c.Kind == table.Category && len(c.Dict) <= mostLevels
}

// canonical is the rows by a hash of their values and labels. Rows of one hash are equal,
// but for a chance of 2⁻⁶⁴ a pair.
func canonical(t *table.Table, label []int32) []int32 {
	hash, order := make([]uint64, t.Rows), make([]int32, t.Rows)
	for i := range order {
		order[i], hash[i] = int32(i), mixed(0, uint64(label[i]))
	}
	for k := range t.Columns {
		c := &t.Columns[k]
		if !c.Numeric() && !inSpace(c) {
			continue
		}
		dict := make([]uint64, len(c.Dict))
		for i, text := range c.Dict {
			h := fnv.New64a()
			_, _ = h.Write([]byte(text)) // never fails
			dict[i] = h.Sum64()
		}
		for i := range hash {
			v := uint64(1)
			switch {
			case c.Missing(i):
			case c.Numeric():
				v = math.Float64bits(c.Float(i))
			default:
				v = dict[c.Codes[i]]
			}
			hash[i] = mixed(hash[i], v)
		}
	}
	slices.SortFunc(order, func(a, b int32) int { return cmp.Compare(hash[a], hash[b]) })
	return order
}

// mixed joins a value to a hash; every bit of both counts (the finaliser of SplitMix64,
// Steele, Lea and Flood 2014).
func mixed(hash, v uint64) uint64 {
	z := hash*0x9e3779b97f4a7c15 ^ v + 0x9e3779b97f4a7c15
	z = (z ^ z>>30) * 0xbf58476d1ce4e5b9
	z = (z ^ z>>27) * 0x94d049bb133111eb
	return z ^ z>>31
}

// levels are the values of a category in the order of their texts, a column of 0 and 1/√2
// for each.
func levels(c *table.Column, order []int32) [][]float64 {
	dict := make([]int, len(c.Dict))
	for i := range dict {
		dict[i] = i
	}
	slices.SortFunc(dict, func(a, b int) int { return cmp.Compare(c.Dict[a], c.Dict[b]) })
	out := make([][]float64, 0, len(dict))
	for _, level := range dict {
		v := make([]float64, len(order))
		for i, r := range order {
			if int(c.Codes[r]) == level && !c.Missing(int(r)) {
				v[i] = math.Sqrt2 / 2
			}
		}
		out = append(out, v)
	}
	return out
}

// scores are the values of a column in population standard deviations from their mean, 0
// for what is missing, not finite or all the same.
func scores(c *table.Column, order []int32) []float64 {
	out := make([]float64, len(order))
	there := func(i int) bool {
		return !c.Missing(i) && !math.IsNaN(c.Float(i)) && !math.IsInf(c.Float(i), 0)
	}
	n, mean, squares := 0.0, 0.0, 0.0
	for _, r := range order {
		if i := int(r); there(i) {
			n++
			d := c.Float(i) - mean
			mean += d / n
			squares += float64(d * (c.Float(i) - mean))
		}
	}
	sd := math.Sqrt(squares / n)
	if !(sd > 0) || math.IsInf(sd, 0) {
		return out
	}
	for k, r := range order {
		if i := int(r); there(i) {
			out[k] = (c.Float(i) - mean) / sd
		}
	}
	return out
}
