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
	missing := owed(s)
	sweep := s.DataTable("sweep") != nil
	if len(missing) == 0 && sweep || len(s.Segments) < 2 {
		return s, nil
	}
	space, label, err := standardised(ctx, p.Table, s.Label)
	if err != nil {
		return nil, err
	}
	if space.D == 0 && len(space.Categories) == 0 { // a method of long tables alone judges itself
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

// owed are the ids of the evidence that s lacks.
func owed(s *core.Segmentation) []string {
	return slices.DeleteFunc(clusterKeys(), func(id string) bool {
		return slices.ContainsFunc(s.Metrics, func(m sdk.Metric) bool { return m.ID == id })
	})
}

// indices judges the segments, by their centres alone where the method has a silhouette.
func (p *Plan) indices(ctx context.Context, space evidence.Points, label []int32, k int, centres bool) (evidence.Indices, error) {
	if centres {
		return evidence.JudgeCentres(ctx, space, label, k)
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
// values are left out. The points look into the table, which must not change.
func standardised(ctx context.Context, t *table.Table, label []int32) (evidence.Points, []int32, error) {
	order, err := canonical(ctx, t, label)
	p := evidence.Points{N: t.Rows}
	var numbers []score
	for i := 0; i < len(t.Columns) && err == nil; i++ {
		switch c := &t.Columns[i]; {
		case c.Numeric():
			numbers = append(numbers, scores(c, order))
		case inSpace(c):
			p.Categories = append(p.Categories, levels(c, order))
		}
		err = ctx.Err()
	}
	if err != nil {
		return p, nil, err
	}
	p.D = len(numbers)
	p.Row = func(i int, row []float64) {
		for j := range numbers {
			row[j] = numbers[j].at(int(order[i]))
		}
	}
	sorted := large.Make[int32](len(label))
	for i, r := range order {
		sorted[i] = label[r]
	}
	return p, sorted, ctx.Err()
}

// inSpace tells whether a column is a category that distances can be taken of.
func inSpace(c *table.Column) bool {
	const mostLevels = 50
	return c.Kind == table.Category && len(c.Dict) <= mostLevels
}

// canonical is the rows by a hash of their values and labels. Rows of one hash are equal,
// but for a chance of 2⁻⁶⁴ a pair.
func canonical(ctx context.Context, t *table.Table, label []int32) ([]int32, error) {
	hash := large.Make[uint64](t.Rows)
	for i := range hash {
		hash[i] = mixed(0, uint64(label[i]))
	}
	for k := range t.Columns {
		c := &t.Columns[k]
		if !c.Numeric() && !inSpace(c) {
			continue
		}
		if ctx.Err() != nil {
			return nil, ctx.Err()
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
	return byHash(ctx, hash)
}

// byHash is the rows by their hashes: first by the highest bits, then within each of these
// parts, so that a cancel need not wait for all to be sorted.
func byHash(ctx context.Context, hash []uint64) ([]int32, error) {
	const bits = 8
	var first [1<<bits + 1]int32
	for _, h := range hash {
		first[h>>(64-bits)+1]++
	}
	for i := range 1 << bits {
		first[i+1] += first[i]
	}
	order, next := large.Make[int32](len(hash)), first
	for i, h := range hash {
		at := &next[h>>(64-bits)]
		order[*at] = int32(i)
		*at++
	}
	for i := range 1 << bits {
		if ctx.Err() != nil {
			return nil, ctx.Err()
		}
		slices.SortFunc(order[first[i]:first[i+1]], func(a, b int32) int { return cmp.Compare(hash[a], hash[b]) })
	}
	return order, nil
}

// mixed joins a value to a hash; every bit of both counts (the finaliser of SplitMix64,
// Steele, Lea and Flood 2014).
func mixed(hash, v uint64) uint64 {
	z := hash*0x9e3779b97f4a7c15 ^ v + 0x9e3779b97f4a7c15
	z = (z ^ z>>30) * 0xbf58476d1ce4e5b9
	z = (z ^ z>>27) * 0x94d049bb133111eb
	return z ^ z>>31
}

// levels is a category whose values are numbered in the order of their texts.
func levels(c *table.Column, order []int32) evidence.Category {
	dict, rank := make([]int, len(c.Dict)), make([]int32, len(c.Dict))
	for i := range dict {
		dict[i] = i
	}
	slices.SortFunc(dict, func(a, b int) int { return cmp.Compare(c.Dict[a], c.Dict[b]) })
	for at, code := range dict {
		rank[code] = int32(at)
	}
	return evidence.Category{Levels: len(dict), Code: func(i int) int32 {
		r := int(order[i])
		if c.Missing(r) {
			return -1
		}
		return rank[c.Codes[r]]
	}}
}

// score is a column in population standard deviations from its mean; sd is 0 where it
// tells nothing.
type score struct {
	c        *table.Column
	unit     float64 // what values are multiplied by first, a power of two
	mean, sd float64
}

func (s score) there(i int) bool {
	return !s.c.Missing(i) && !math.IsNaN(s.c.Float(i)) && !math.IsInf(s.c.Float(i), 0)
}

// at is the score of a row, 0 where it is missing, not finite, or the column all the same.
func (s score) at(i int) float64 {
	if s.sd == 0 || !s.there(i) {
		return 0
	}
	return (s.c.Float(i)*s.unit - s.mean) / s.sd
}

func scores(c *table.Column, order []int32) score {
	s := score{c: c, unit: 1}
	if s.learn(order) {
		return s
	}
	largest := 0.0 // squares may have overflown or vanished
	for _, r := range order {
		if i := int(r); s.there(i) {
			largest = max(largest, math.Abs(c.Float(i)))
		}
	}
	_, e := math.Frexp(largest)
	s.unit = math.Ldexp(1, min(-e, 1000))
	s.learn(order)
	return s
}

// learn finds mean and deviation; false where there is none.
func (s *score) learn(order []int32) bool {
	s.mean, s.sd = 0, 0
	n, squares := 0.0, 0.0
	for _, r := range order {
		if i := int(r); s.there(i) {
			n++
			x := s.c.Float(i) * s.unit
			d := x - s.mean
			s.mean += d / n
			squares += float64(d * (x - s.mean))
		}
	}
	if sd := math.Sqrt(squares / n); sd > 0 && !math.IsInf(sd, 0) {
		s.sd = sd
	}
	return s.sd > 0
}
