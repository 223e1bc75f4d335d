package chart

import (
	"cmp"
	"image/color"
	"math"
	"slices"
	"strconv"

	"qunxiang/core"
	"qunxiang/sdk/table"
)

// pairsOf reads a long table: two columns of names and one of values. Names are in the
// order in which they appear.
func pairsOf(t *table.Table, row, column, value *table.Column) (rows, columns []string, v [][]float64) {
	var at1, at2 []int
	place := func(names *[]string, index map[string]int, s string) int {
		i, ok := index[s]
		if !ok {
			i = len(*names)
			index[s], *names = i, append(*names, s)
		}
		return i
	}
	r, c := map[string]int{}, map[string]int{}
	for i := range t.Rows {
		at1, at2 = append(at1, place(&rows, r, cellText(row, i))), append(at2, place(&columns, c, cellText(column, i)))
	}
	v = grid2(len(rows), len(columns))
	for i := range t.Rows {
		if x, ok := at(value, i); ok {
			v[at1[i]][at2[i]] = x
		}
	}
	return rows, columns, v
}

// matrixMost is the number of rows of a table that is read as a matrix.
const matrixMost = 200_000

// correlationTable finds the names and values of a table of correlations.
func (in *Input) correlationTable() (t *table.Table, x, y, r *table.Column) {
	t = in.anyTable("correlation", "correlations")
	if t == nil || t.Rows > matrixMost {
		return nil, nil, nil, nil
	}
	x, y = anyText(t, "x", "a", "feature", "feature1", "row", "first"), anyText(t, "y", "b", "other", "feature2", "column", "second", "with")
	return t, x, y, anyNumber(t, "r", "correlation", "pearson", "spearman", "rho", "value")
}

func hasCorrelation(in *Input) bool {
	_, x, y, r := in.correlationTable()
	return x != nil && y != nil && r != nil
}

// newCorrelation draws the correlations of all pairs of columns. Half a matrix is
// completed by symmetry.
func newCorrelation(in *Input, _ Options) (drawFunc, error) {
	t, x, y, r := in.correlationTable()
	names, others, v := pairsOf(t, x, y, r)
	all := slices.Clone(names)
	for _, n := range others {
		if !slices.Contains(all, n) {
			all = append(all, n)
		}
	}
	m := grid2(len(all), len(all))
	for i := range names {
		for j := range others {
			a, b := slices.Index(all, names[i]), slices.Index(all, others[j])
			if !math.IsNaN(v[i][j]) {
				m[a][b] = v[i][j]
				if math.IsNaN(m[b][a]) {
					m[b][a] = v[i][j]
				}
			}
		}
	}
	for i := range m {
		m[i][i] = 1
	}
	lc := in.locale()
	h := heat{note: lc.T("chart.correlation.note")}
	for _, n := range all {
		h.rows, h.columns = append(h.rows, in.columnTitle(n)), append(h.columns, in.columnTitle(n))
	}
	h.colour = func(th *theme, i, j int) color.RGBA { return th.diverge(m[i][j]) }
	h.text = func(i, j int) string {
		if math.IsNaN(m[i][j]) {
			return ""
		}
		return lc.Number(m[i][j], 2)
	}
	h.hit = func(i, j int) (Selection, []string) {
		return Selection{}, []string{h.rows[i] + " × " + h.columns[j], lc.T("chart.hover.correlation", "r", h.text(i, j))}
	}
	return func(p *pen, b box) { p.heat(b, h) }, nil
}

// crosstab is a table of counts with what chance would give.
type crosstab struct {
	feature         string
	cramer, total   float64
	rows, columns   []string // names
	count, expected [][]float64
	byRow           []float64
}

func (in *Input) crosstabTable() (t *table.Table, row, column, count *table.Column) {
	t = in.anyTable("crosstab", "crosstabs")
	if t == nil || t.Rows > matrixMost {
		return nil, nil, nil, nil
	}
	return t, in.localText(t, "level", "row", "a", "x"), in.localText(t, "group", "column", "b", "y", "segment"), anyNumber(t, "n", "count", "customers")
}

func hasCrosstab(in *Input) bool {
	_, row, column, count := in.crosstabTable()
	return row != nil && column != nil && count != nil
}

// CrosstabFeatures lists the columns that a result has cross tables of, those that go
// together most closely with the groups first; "" stands for a table without a name.
func CrosstabFeatures(s *core.Segmentation) []string {
	in := &Input{Seg: s}
	if s == nil || !hasCrosstab(in) {
		return nil
	}
	all := in.crosstabs()
	slices.SortStableFunc(all, func(a, b crosstab) int { return cmp.Compare(b.cramer, a.cramer) })
	out := make([]string, len(all))
	for i, c := range all {
		out[i] = c.feature
	}
	return out
}

// crosstabs reads the cross tables, one for each feature.
func (in *Input) crosstabs() []crosstab {
	t, row, column, count := in.crosstabTable()
	feature := anyText(t, "feature", "attribute")
	rows := map[string][]int32{}
	var names []string
	for i := range t.Rows {
		f := cellText(feature, i)
		if rows[f] == nil {
			names = append(names, f)
		}
		rows[f] = append(rows[f], int32(i))
	}
	out := make([]crosstab, 0, len(names))
	for _, f := range names {
		part := (&table.Table{Rows: t.Rows, Columns: []table.Column{*row, *column, *count}}).Pick(rows[f])
		c := crosstab{feature: f}
		c.rows, c.columns, c.count = pairsOf(part, &part.Columns[0], &part.Columns[1], &part.Columns[2])
		c.expect()
		out = append(out, c)
	}
	return out
}

// newCrosstab draws a cross table: the number is the share of the row, the colour how
// far the cell is from what chance would give. X names the column, otherwise it is the
// one that goes most closely with the groups.
func newCrosstab(in *Input, o Options) (drawFunc, error) {
	if o.X == "" {
		if all := CrosstabFeatures(in.Seg); len(all) > 0 {
			o.X = all[0]
		}
	}
	all := in.crosstabs()
	i := slices.IndexFunc(all, func(c crosstab) bool { return c.feature == o.X })
	if i < 0 {
		return nil, &core.Error{
			Code: "chart_column", Origin: core.OriginUser, Op: "chart",
			Args: core.Args{"name": o.X, "columns": CrosstabFeatures(in.Seg)},
		}
	}
	c := all[i]
	rows := in.crossedRows(&c)
	return in.crossed(KindCrosstab, c, func(i, j int) Selection { return Selection{Rows: rows[[2]int{i, j}]} })
}

// crossedRows finds the customers behind the cells of a cross table of the result; nil
// where its columns do not give the counts of the table.
func (in *Input) crossedRows(c *crosstab) map[[2]int][]int32 {
	level, group := in.column(c.feature), in.column(in.groupedBy())
	if level == nil || group == nil {
		return nil
	}
	position := func(names []string) map[string]int {
		at := make(map[string]int, len(names))
		for i, n := range names {
			at[n] = i
		}
		return at
	}
	rows, columns, by := position(c.rows), position(c.columns), in.groupedBy()
	out := map[[2]int][]int32{}
	for row := range min(level.Len(), group.Len()) {
		if level.Missing(row) || group.Missing(row) {
			continue
		}
		i, ok := rows[in.classText(c.feature, level, row)]
		j, also := columns[in.classText(by, group, row)]
		if ok && also {
			out[[2]int{i, j}] = append(out[[2]int{i, j}], int32(row))
		}
	}
	for i := range c.count {
		for j, n := range c.count[i] {
			if n >= 0 && int(n) != len(out[[2]int{i, j}]) {
				return nil
			}
		}
	}
	return out
}

// groupedBy is the column that an analysis compares groups of, "" where it has none.
func (in *Input) groupedBy() string {
	if at := slices.Index(in.Seg.Roles, "by"); at >= 0 && at < len(in.Seg.Features) {
		return in.Seg.Features[at]
	}
	return ""
}

// classText writes a value of a column of the result as tables of evidence do: segments of
// other results by name, numbers as short as can be.
func (in *Input) classText(column string, c *table.Column, row int) string {
	if !c.Numeric() {
		return in.Seg.UsedName(column, c.Text(row)).In(in.Lang)
	}
	v := c.Float(row)
	if v == math.Trunc(v) && math.Abs(v) < 1e15 {
		return strconv.FormatInt(int64(v), 10)
	}
	return strconv.FormatFloat(v, 'g', -1, 64)
}

// expect counts the margins and what chance would give, and how closely rows and columns
// go together (Cramér's V).
func (c *crosstab) expect() {
	columns := make([]float64, len(c.columns))
	c.byRow, c.expected = make([]float64, len(c.rows)), grid2(len(c.rows), len(c.columns))
	for i := range c.count {
		for j, n := range c.count[i] {
			if !(n > 0) {
				n = 0
			}
			c.count[i][j] = n
			c.byRow[i] += n
			columns[j] += n
			c.total += n
		}
	}
	chi2 := 0.0
	for i := range c.count {
		for j, n := range c.count[i] {
			e := c.byRow[i] * columns[j] / max(1, c.total)
			c.expected[i][j] = e
			if e > 0 {
				chi2 += (n - e) * (n - e) / e
			}
		}
	}
	if df := min(len(c.rows), len(c.columns)) - 1; df > 0 && c.total > 0 {
		c.cramer = math.Sqrt(chi2 / c.total / float64(df))
	}
}

// crossed draws a cross table; nobody in it is an error.
func (in *Input) crossed(kind string, c crosstab, sel func(i, j int) Selection) (drawFunc, error) {
	if !(c.total > 0) {
		return nil, in.noData(kind)
	}
	lc := in.locale()
	h := heat{note: lc.T("chart.crosstab.note")}
	for _, n := range c.rows {
		h.rows = append(h.rows, in.keyName(n))
	}
	for _, n := range c.columns {
		h.columns = append(h.columns, in.keyName(n))
	}
	h.colour = func(th *theme, i, j int) color.RGBA { return th.diverge(c.surprise(i, j)) }
	h.text = func(i, j int) string {
		if c.byRow[i] == 0 {
			return ""
		}
		return lc.Percent(c.count[i][j] / c.byRow[i])
	}
	h.hit = func(i, j int) (Selection, []string) {
		return sel(i, j), []string{
			h.rows[i] + " × " + h.columns[j],
			lc.T("chart.hover.customers", "n", int(c.count[i][j]), "share", h.text(i, j)),
			lc.T("chart.hover.expected", "n", lc.Number(c.expected[i][j], 1)),
		}
	}
	return func(p *pen, b box) { p.heat(b, h) }, nil
}

// surprise is how far a cell is from chance, −1…1: a quarter of what is expected or four
// times as much is the full colour, half of it where it may be chance (a Pearson
// residual below 2).
func (c *crosstab) surprise(i, j int) float64 {
	n, e := c.count[i][j], c.expected[i][j]
	if !(e > 0) {
		return 0
	}
	t := -1.0
	if n > 0 {
		t = min(1, max(-1, math.Log2(n/e)/2))
	}
	if math.Abs(n-e)/math.Sqrt(e) < 2 {
		t /= 2
	}
	return t
}

func hasAgreement(in *Input) bool {
	return hasSegments(in) && in.Other != nil && len(in.Other.Segments) > 0
}

// newAgreement draws which segments of this result the customers of another result's
// segments are in.
func newAgreement(in *Input, _ Options) (drawFunc, error) {
	c := crosstab{count: grid2(len(in.Seg.Segments), len(in.Other.Segments))}
	for i := range in.Seg.Segments {
		c.rows = append(c.rows, in.segmentName(i))
	}
	for _, s := range in.Other.Segments {
		c.columns = append(c.columns, s.Name.In(in.Lang))
	}
	rows := map[[2]int][]int32{}
	other := otherLabels(in.Other)
	for i, l := range in.Seg.Label[:min(len(in.Seg.Label), len(in.Seg.Customers))] {
		if o, ok := other[in.Seg.Customers[i]]; ok {
			cell := [2]int{int(l), int(o)}
			rows[cell] = append(rows[cell], int32(i))
		}
	}
	for cell, r := range rows {
		c.count[cell[0]][cell[1]] = float64(len(r))
	}
	c.expect()
	return in.crossed(KindAgreement, c, func(i, j int) Selection { return Selection{Rows: rows[[2]int{i, j}]} })
}

// otherLabels maps customers to the segments of a result.
func otherLabels(s *core.Segmentation) map[uint32]int32 {
	out := make(map[uint32]int32, len(s.Label))
	for i, l := range s.Label {
		if i < len(s.Customers) {
			out[s.Customers[i]] = l
		}
	}
	return out
}
