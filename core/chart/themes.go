package chart

import (
	"cmp"
	"image/color"
	"math"
	"slices"

	"qunxiang/sdk/table"
)

func (in *Input) interestTable() (t *table.Table, segment, theme, index *table.Column) {
	t = in.dataTable("interests")
	if t == nil || t.Rows > matrixMost {
		return nil, nil, nil, nil
	}
	return t, anyText(t, "segment"), in.localText(t, "theme", "interest"), number(t, "index")
}

func hasInterests(in *Input) bool {
	_, segment, theme, index := in.interestTable()
	return hasSegments(in) && segment != nil && theme != nil && index != nil
}

// themesMost is the number of themes whose names can be read beside each other.
const themesMost = 24

// telling picks the columns that say most about some segment, in their order: those with
// the largest part of a segment's Kullback–Leibler divergence from all customers,
// share · ln(index / 100). Without shares the index alone decides.
func telling(index, share [][]float64, columns int) []int {
	weight := make([]float64, columns)
	for i := range index {
		for j, x := range index[i] {
			w := 4.0 // nobody of a segment cares: as much as an index sixteen times off
			if x > 0 {
				w = min(w, math.Abs(math.Log2(x/100)))
			}
			if share != nil {
				w = 0
				if x > 0 && share[i][j] > 0 {
					w = share[i][j] * math.Abs(math.Log(x/100))
				}
			}
			if !math.IsNaN(x) && w > weight[j] {
				weight[j] = w
			}
		}
	}
	order := make([]int, columns)
	for j := range order {
		order[j] = j
	}
	slices.SortStableFunc(order, func(a, b int) int { return cmp.Compare(weight[b], weight[a]) })
	order = order[:min(columns, themesMost)]
	slices.Sort(order)
	return order
}

// narrow leaves of names and of each row of v only the columns that are kept.
func narrow(names []string, v [][]float64, keep []int) []string {
	out := make([]string, len(keep))
	for k, j := range keep {
		out[k] = names[j]
	}
	for i, row := range v {
		kept := make([]float64, len(keep))
		for k, j := range keep {
			kept[k] = row[j]
		}
		v[i] = kept
	}
	return out
}

// newInterests draws how much each segment cares for each theme beside all customers
// (100).
func newInterests(in *Input, _ Options) (drawFunc, error) {
	t, segment, topic, index := in.interestTable()
	rows, columns, v := pairsOf(t, segment, topic, index)
	lc := in.locale()
	h := heat{note: lc.T("chart.interests.note"), columns: columns}
	if of := len(columns); of > themesMost {
		var share [][]float64
		if c := number(t, "share"); c != nil {
			_, _, share = pairsOf(t, segment, topic, c)
		}
		h.columns = narrow(columns, v, telling(v, share, of))
		h.note = lc.T("chart.interests.noteMost", "n", len(h.columns), "of", of)
	}
	for _, key := range rows {
		h.rows = append(h.rows, in.keyName(key))
	}
	h.colour = func(th *theme, i, j int) color.RGBA {
		if !(v[i][j] > 0) {
			return th.diverge(-1)
		}
		return th.diverge(math.Log2(v[i][j]/100) / 2)
	}
	h.text = func(i, j int) string {
		if math.IsNaN(v[i][j]) {
			return ""
		}
		return lc.Number(v[i][j], 0)
	}
	h.hit = func(i, j int) (Selection, []string) {
		lines := []string{h.rows[i] + " × " + h.columns[j], lc.T("chart.hover.index", "index", h.text(i, j))}
		if at := in.segmentAt(rows[i]); at >= 0 {
			return Selection{Segments: []int{at}}, lines
		}
		return Selection{}, lines
	}
	return func(p *pen, b box) { p.heat(b, h) }, nil
}
