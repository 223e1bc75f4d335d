package rfm

import (
	"math"

	"qunxiang/sdk"
	"qunxiang/sdk/table"
)

var measureIDs = [...]string{"r", "f", "m"}

// tally counts customers and money by three-digit score. Everything in the evidence
// is a sum of it.
type tally struct {
	count [1000]int64
	money [1000]accumulator
}

func newTally(money []float64, code []int64) *tally {
	t, largest := &tally{}, 0.0
	for _, x := range money {
		largest = max(largest, math.Abs(x))
	}
	for c := range t.money {
		t.money[c] = newAccumulator(largest)
	}
	for i, c := range code {
		t.count[c]++
		t.money[c].add(money[i])
	}
	return t
}

// by sums the tally into groups of scores.
func (t *tally) by(groups int, group func(cell [3]int) int) (count []int64, money []float64) {
	count, money = make([]int64, groups), make([]float64, groups)
	sums := make([]accumulator, groups)
	for c, n := range t.count {
		if n == 0 {
			continue
		}
		g := group([3]int{c / 100, c / 10 % 10, c % 10})
		count[g] += n
		sums[g].merge(t.money[c])
	}
	for g, n := range count {
		if n > 0 {
			money[g] = cents(sums[g].value())
		}
	}
	return count, money
}

// tables are the evidence: the cells of the heat grid, the scores' ranges, the map
// and the comparison values.
func (md *model) tables(in customers, s Scores, a answer) []sdk.DataTable {
	t := newTally(in.money, a.columns[4].Ints)
	out := []sdk.DataTable{md.cellTable(t, s, a), md.binTable(t, in.v, s)}
	if a.cells != nil {
		out = append(out, mapTable(a))
	}
	if c := md.Comparison; c != nil {
		out = append(out, c.table())
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

func (md *model) cellTable(t *tally, s Scores, a answer) sdk.DataTable {
	of := sizes(md.Scales)
	n, groups := of[0]*of[1], len(a.segments)
	count, money := t.by(n, func(c [3]int) int { return (c[0]-1)*of[1] + c[1] - 1 })
	votes := make([]int32, n*groups)
	for i, g := range a.label {
		votes[(int(s[0][i]-1)*of[1]+int(s[1][i]-1))*groups+int(g)]++
	}
	r, f := make([]int64, n), make([]int64, n)
	segment, valid := make([]uint32, n), table.NewBits(n)
	for c := range n {
		r[c], f[c] = int64(c/of[1]+1), int64(c%of[1]+1)
		best := 0
		own := votes[c*groups : (c+1)*groups]
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
		segment[c] = uint32(best)
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
			{Name: "money", Kind: table.Float64, Unit: "money", Floats: money},
			{Name: "segment", Kind: table.Category, Codes: segment, Dict: a.columns[0].Dict, Valid: valid},
		}},
	}
}

// binTable lists each score's range and customers. The bounds are the cut points:
// lower inclusive, upper exclusive, missing where open or where nested groups differ.
func (md *model) binTable(t *tally, v [3]values, s Scores) sdk.DataTable {
	of := sizes(md.Scales)
	n := of[0] + of[1] + of[2]
	codes, score := make([]uint32, 0, n), make([]int64, 0, n)
	lower, upper, smallest, largest := newReals(n), newReals(n), newReals(n), newReals(n)
	var count []int64
	var money []float64
	for m := range v {
		sc, first := &md.Scales[m], len(score)
		c, sum := t.by(sc.Scores, func(cell [3]int) int { return cell[m] - 1 })
		count, money = append(count, c...), append(money, sum...)
		lo, hi := keyRanges(v[m].keys, s[m])
		for k := 1; k <= sc.Scores; k++ {
			at := first + k - 1
			codes, score = append(codes, uint32(m)), append(score, int64(k))
			if c[k-1] > 0 {
				smallest.set(at, v[m].number(lo[k]))
				largest.set(at, v[m].number(hi[k]))
			}
			if len(sc.Cuts) == 1 {
				from, to := sc.bounds(k)
				lower.set(at, from)
				upper.set(at, to)
			}
		}
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
			{Name: "measure", Kind: table.Category, Codes: codes, Dict: measureIDs[:]},
			{Name: "score", Kind: table.Int64, Ints: score},
			lower.column("lower"), upper.column("upper"), smallest.column("min"), largest.column("max"),
			{Name: "customers", Kind: table.Int64, Ints: count},
			{Name: "money", Kind: table.Float64, Unit: "money", Floats: money},
		}},
	}
}

// keyRanges returns the smallest and the largest key of each score.
func keyRanges(keys []uint64, s []uint8) (lo, hi [10]uint64) {
	for k := range lo {
		lo[k] = math.MaxUint64
	}
	for i, k := range keys {
		x := s[i] % 10
		lo[x], hi[x] = min(lo[x], k), max(hi[x], k)
	}
	return lo, hi
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
		segment[i] = uint32(g)
		place[2][i] = int64(i%size[2] + 1)
		place[1][i] = int64(i/size[2]%size[1] + 1)
		place[0][i] = int64(i/size[2]/size[1] + 1)
	}
	t := &table.Table{Rows: n}
	titles := map[string]sdk.Text{"segment": {ZH: "客群", EN: "Segment"}}
	scores := [...]sdk.Text{{ZH: "R 得分", EN: "R score"}, {ZH: "F 得分", EN: "F score"}, {ZH: "M 得分", EN: "M score"}}
	for m, id := range measureIDs {
		if m < monetary || size[monetary] > 1 {
			t.Columns = append(t.Columns, table.Column{Name: id, Kind: table.Int64, Ints: place[m]})
			titles[id] = scores[m]
		}
	}
	t.Columns = append(t.Columns, table.Column{Name: "segment", Kind: table.Category, Codes: segment, Dict: a.columns[0].Dict})
	return sdk.DataTable{ID: "map", Title: sdk.Text{ZH: "客群划分", EN: "Segment map"}, Table: t, Titles: titles}
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
