package presenter

import (
	"cmp"
	"math"
	"slices"
	"strings"

	"qunxiang/sdk/table"
)

// TableQuery says which rows of an evidence table are shown, and in which order.
type TableQuery struct {
	Sort    string // name of a column; "" = as the method wrote them
	Desc    bool
	Differs bool   // only rows that tell a difference which is not chance
	Find    string // part of a text in any column
}

// The bounds below which a difference is not chance: of a corrected probability, and of
// the residual of a cell of a cross table (some 5 % of them lie further out by chance).
const (
	notChance    = 0.05
	farFromEqual = 1.96
)

// CanDiffer reports whether rows of the table can be told apart by chance or not.
func CanDiffer(t *table.Table) bool { return judgeOf(t) != nil }

// judgeOf returns what decides about a row, nil where nothing does.
func judgeOf(t *table.Table) func(row int) bool {
	number := func(name string) *table.Column {
		if c := t.Column(name); c != nil && c.Numeric() {
			return c
		}
		return nil
	}
	q, p, residual, advised := number("q"), number("p"), number("residual"), t.Column("advised")
	if q == nil {
		q = p
	}
	switch {
	case q != nil:
		return func(row int) bool {
			if advised != nil && advised.Kind == table.Bool && advised.Float(row) == 0 {
				return false // another test of the same thing is the right one
			}
			return !q.Missing(row) && q.Float(row) <= notChance
		}
	case residual != nil:
		return func(row int) bool { return !residual.Missing(row) && math.Abs(residual.Float(row)) >= farFromEqual }
	}
	return nil
}

// Rows returns the rows of t that the query shows, in its order. text writes a cell as
// it is shown.
func (q TableQuery) Rows(t *table.Table, text func(row, col int) string) []int {
	judge := judgeOf(t)
	needle := strings.ToLower(strings.TrimSpace(q.Find))
	out := make([]int, 0, t.Rows)
	for row := range t.Rows {
		if q.Differs && judge != nil && !judge(row) {
			continue
		}
		if needle == "" || slices.ContainsFunc(cells(t, row, text), func(s string) bool { return strings.Contains(strings.ToLower(s), needle) }) {
			out = append(out, row)
		}
	}
	at := slices.IndexFunc(t.Columns, func(c table.Column) bool { return c.Name == q.Sort })
	if at < 0 {
		return out
	}
	c, sign := &t.Columns[at], 1
	if q.Desc {
		sign = -1
	}
	slices.SortStableFunc(out, func(a, b int) int {
		switch x, y := c.Missing(a), c.Missing(b); {
		case x && y:
			return 0
		case x:
			return 1
		case y:
			return -1
		case c.Numeric():
			return sign * cmp.Compare(c.Float(a), c.Float(b))
		}
		return sign * strings.Compare(text(a, at), text(b, at))
	})
	return out
}

func cells(t *table.Table, row int, text func(row, col int) string) []string {
	out := make([]string, 0, len(t.Columns))
	for i := range t.Columns {
		if !t.Columns[i].Numeric() {
			out = append(out, text(row, i))
		}
	}
	return out
}
