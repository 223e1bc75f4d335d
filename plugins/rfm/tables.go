package rfm

import (
	"math"

	"qunxiang/sdk"
	"qunxiang/sdk/table"
)

var measureIDs = []string{"r", "f", "m"} //nolint:gochecknoglobals // ids, never written

// tables are the evidence: the cells of the heat grid, the scores' ranges, the map
// and the comparison values.
func (md *model) tables(in customers, s Scores, a answer) []sdk.DataTable {
	out := []sdk.DataTable{md.cellTable(in.money, s, a), md.binTable(in, s)}
	if a.cells != nil {
		out = append(out, mapTable(a))
	}
	if c := md.Comparison; c != nil {
		out = append(out, c.table())
	}
	return out
}

// moneySums adds the money of groups of customers, whatever the order of rows.
func moneySums(money []float64, groups int, group func(i int) int) []float64 {
	largest := 0.0
	for _, x := range money {
		largest = max(largest, math.Abs(x))
	}
	sums := make([]accumulator, groups)
	for g := range sums {
		sums[g] = newAccumulator(largest)
	}
	for i, x := range money {
		sums[group(i)].add(x)
	}
	out := make([]float64, groups)
	for g := range sums {
		out[g] = cents(sums[g].value())
	}
	return out
}

// cents rounds away the noise behind a ten-thousandth of a unit of money.
func cents(x float64) float64 {
	const finest, large = 1e4, 1e11
	if math.Abs(x) > large {
		return x
	}
	return math.Round(x*finest) / finest
}

func (md *model) cellTable(money []float64, s Scores, a answer) sdk.DataTable {
	of := sizes(md.Scales)
	n := of[0] * of[1]
	cell := func(i int) int { return int(s[0][i]-1)*of[1] + int(s[1][i]-1) }
	count := make([]int64, n)
	votes := make([]int32, n*len(a.segments))
	for i := range a.label {
		c := cell(i)
		count[c]++
		votes[c*len(a.segments)+int(a.label[i])]++
	}
	r, f := make([]int64, n), make([]int64, n)
	segment, valid := make([]uint32, n), table.NewBits(n)
	for c := range n {
		r[c], f[c] = int64(c/of[1]+1), int64(c%of[1]+1)
		best := 0
		own := votes[c*len(a.segments) : (c+1)*len(a.segments)]
		for g := range own {
			if own[g] > own[best] {
				best = g
			}
		}
		if count[c] == 0 {
			if a.cells == nil || a.cells.Size[2] > 1 {
				continue
			}
			best = a.cells.At([3]int{int(r[c]), int(f[c]), 1}, of)
		}
		segment[c] = uint32(best) //nolint:gosec // ≥ 0
		valid.Set(c)
	}
	return sdk.DataTable{
		ID: "cells", Title: sdk.Text{ZH: "R×F 格", EN: "R×F cells"},
		Titles: map[string]sdk.Text{
			"r": {ZH: "R 得分", EN: "R score"}, "f": {ZH: "F 得分", EN: "F score"},
			"customers": {ZH: "客户数", EN: "Customers"}, "money": {ZH: "金额", EN: "Money"}, "segment": {ZH: "人数最多的客群", EN: "Largest segment"},
		},
		Table: &table.Table{Rows: n, Columns: []table.Column{
			{Name: "r", Kind: table.Int64, Ints: r},
			{Name: "f", Kind: table.Int64, Ints: f},
			{Name: "customers", Kind: table.Int64, Ints: count},
			{Name: "money", Kind: table.Float64, Unit: "money", Floats: moneySums(money, n, cell)},
			{Name: "segment", Kind: table.Category, Codes: segment, Dict: a.columns[0].Dict, Valid: valid},
		}},
	}
}

// binTable lists each score's range and customers. The bounds are the cut points:
// lower inclusive, upper exclusive, missing where open or where nested groups differ.
func (md *model) binTable(in customers, s Scores) sdk.DataTable {
	n := 0
	for _, k := range sizes(md.Scales) {
		n += k
	}
	codes, score, count := make([]uint32, 0, n), make([]int64, 0, n), make([]int64, n)
	lower, upper, smallest, largest := newReals(n), newReals(n), newReals(n), newReals(n)
	var money []float64
	first := 0
	for m := range in.v {
		sc := &md.Scales[m]
		for k := 1; k <= sc.Scores; k++ {
			codes, score = append(codes, uint32(m)), append(score, int64(k)) //nolint:gosec // below 3
			if len(sc.Cuts) == 1 {
				lo, hi := sc.bounds(k)
				lower.set(first+k-1, lo)
				upper.set(first+k-1, hi)
			}
		}
		for i, x := range s[m] {
			at := first + int(x) - 1
			count[at]++
			smallest.lower(at, in.v[m].raw[i])
			largest.raise(at, in.v[m].raw[i])
		}
		money = append(money, moneySums(in.money, sc.Scores, func(i int) int { return int(s[m][i]) - 1 })...)
		first += sc.Scores
	}
	return sdk.DataTable{
		ID: "bins", Title: sdk.Text{ZH: "得分的分档", EN: "Ranges of the scores"},
		Titles: map[string]sdk.Text{
			"measure": {ZH: "指标", EN: "Measure"}, "score": {ZH: "得分", EN: "Score"},
			"lower": {ZH: "下界（含）", EN: "From"}, "upper": {ZH: "上界（不含）", EN: "Below"},
			"min": {ZH: "最小值", EN: "Smallest"}, "max": {ZH: "最大值", EN: "Largest"},
			"customers": {ZH: "客户数", EN: "Customers"}, "money": {ZH: "金额", EN: "Money"},
		},
		Table: &table.Table{Rows: n, Columns: []table.Column{
			{Name: "measure", Kind: table.Category, Codes: codes, Dict: measureIDs},
			{Name: "score", Kind: table.Int64, Ints: score},
			lower.column("lower"), upper.column("upper"), smallest.column("min"), largest.column("max"),
			{Name: "customers", Kind: table.Int64, Ints: count},
			{Name: "money", Kind: table.Float64, Unit: "money", Floats: money},
		}},
	}
}

// bounds returns the cut points around a score, infinite where it is open.
func (s *Scale) bounds(score int) (lower, upper float64) {
	class := score - 1
	if s.Reversed {
		class = s.Scores - score
	}
	lower, upper = math.Inf(-1), math.Inf(1)
	if class > 0 {
		lower = s.Cuts[0][class-1]
	}
	if class < s.Scores-1 {
		upper = s.Cuts[0][class]
	}
	return lower, upper
}

// reals is a Float64 column that starts with every value missing.
type reals struct {
	v     []float64
	valid table.Bits
}

func newReals(n int) *reals { return &reals{make([]float64, n), table.NewBits(n)} }

func (r *reals) set(i int, x float64) {
	if !math.IsInf(x, 0) {
		r.v[i] = x
		r.valid.Set(i)
	}
}

func (r *reals) lower(i int, x float64) {
	if !r.valid.Get(i) || x < r.v[i] {
		r.set(i, x)
	}
}

func (r *reals) raise(i int, x float64) {
	if !r.valid.Get(i) || x > r.v[i] {
		r.set(i, x)
	}
}

func (r *reals) column(name string) table.Column {
	return table.Column{Name: name, Kind: table.Float64, Floats: r.v, Valid: r.valid}
}

// mapTable lists the segment of every cell of the map, on the map's own scale.
func mapTable(a answer) sdk.DataTable {
	size, n := a.cells.Size, len(a.cells.Label)
	var place [3][]int64
	for m := range place {
		place[m] = make([]int64, n)
	}
	segment := make([]uint32, n)
	for i, g := range a.cells.Label {
		segment[i] = uint32(g) //nolint:gosec // ≥ 0 in a compiled map
		place[2][i] = int64(i%size[2] + 1)
		place[1][i] = int64(i/size[2]%size[1] + 1)
		place[0][i] = int64(i/size[2]/size[1] + 1)
	}
	t := &table.Table{Rows: n}
	for m, id := range measureIDs {
		if m < monetary || size[monetary] > 1 {
			t.Columns = append(t.Columns, table.Column{Name: id, Kind: table.Int64, Ints: place[m]})
		}
	}
	t.Columns = append(t.Columns, table.Column{Name: "segment", Kind: table.Category, Codes: segment, Dict: a.columns[0].Dict})
	return sdk.DataTable{
		ID: "map", Title: sdk.Text{ZH: "客群划分", EN: "Segment map"}, Table: t,
		Titles: map[string]sdk.Text{
			"r": {ZH: "R 得分", EN: "R score"}, "f": {ZH: "F 得分", EN: "F score"}, "m": {ZH: "M 得分", EN: "M score"}, "segment": {ZH: "客群", EN: "Segment"},
		},
	}
}

// table shows what high and low were measured against.
func (c *Comparison) table() sdk.DataTable {
	t := &table.Table{Rows: 1, Columns: []table.Column{{Name: "kind", Kind: table.Category, Codes: []uint32{0}, Dict: []string{c.Kind}}}}
	for m, id := range measureIDs {
		t.Columns = append(t.Columns, table.Column{Name: id, Kind: table.Float64, Floats: []float64{c.Values[m]}})
	}
	return sdk.DataTable{
		ID: "comparison", Title: sdk.Text{ZH: "比较值", EN: "Comparison values"}, Table: t, Record: true,
		Titles: map[string]sdk.Text{"kind": {ZH: "口径", EN: "Kind"}, "r": measureNames[recency], "f": measureNames[frequency], "m": measureNames[monetary]},
	}
}
