package run

import (
	"context"
	"math"
	"slices"

	"qunxiang/core"
	"qunxiang/core/evidence"
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
	space := standardised(p.Table)
	if space.D == 0 { // a method of long tables alone judges itself
		return s, nil
	}
	in, err := p.indices(ctx, space, s, sweep && !slices.Contains(missing, "silhouette"))
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
func (p *Plan) indices(ctx context.Context, space evidence.Points, s *core.Segmentation, centres bool) (evidence.Indices, error) {
	if centres {
		return evidence.JudgeCentres(space, s.Label, len(s.Segments)), ctx.Err()
	}
	return evidence.Judge(ctx, space, s.Label, len(s.Segments), max(1, p.req.Threads))
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

// standardised makes points of a table's columns. A missing number stands at the mean, a
// missing category at nothing; texts and categories of very many values are left out.
func standardised(t *table.Table) evidence.Points {
	const mostLevels = 50
	var cols [][]float64
	for i := range t.Columns {
		switch c := &t.Columns[i]; {
		case c.Numeric():
			cols = append(cols, scores(c))
		case c.Kind == table.Category && len(c.Dict) <= mostLevels:
			for level := range c.Dict {
				v := make([]float64, t.Rows)
				for r, code := range c.Codes {
					if int(code) == level && !c.Missing(r) {
						v[r] = math.Sqrt2 / 2
					}
				}
				cols = append(cols, v)
			}
		}
	}
	p := evidence.Points{N: t.Rows, D: len(cols), X: make([]float64, t.Rows*len(cols))}
	for j, v := range cols {
		for i, x := range v {
			p.X[i*p.D+j] = x
		}
	}
	return p
}

// scores are the values of a column in population standard deviations from their mean, 0
// for what is missing, not finite or all the same.
func scores(c *table.Column) []float64 {
	out := make([]float64, c.Len())
	there := func(i int) bool {
		return !c.Missing(i) && !math.IsNaN(c.Float(i)) && !math.IsInf(c.Float(i), 0)
	}
	n, mean, squares := 0.0, 0.0, 0.0
	for i := range out {
		if there(i) {
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
	for i := range out {
		if there(i) {
			out[i] = (c.Float(i) - mean) / sd
		}
	}
	return out
}
