package chart

import (
	"image/color"
	"math"

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

// newInterests draws how much each segment cares for each theme beside all customers
// (100).
func newInterests(in *Input, _ Options) (drawFunc, error) {
	t, segment, topic, index := in.interestTable()
	rows, columns, v := pairsOf(t, segment, topic, index)
	lc := in.locale()
	h := heat{note: lc.T("chart.interests.note"), columns: columns}
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
