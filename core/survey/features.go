package survey

import (
	"context"
	"math"
	"slices"
	"strconv"

	"qunxiang/core"
)

// The names of features that are not an item's own; ScalePrefix comes before a scale's name.
const (
	FeatureNPS      = "nps"           // the answer, 0–10
	FeatureNPSGroup = "nps_group"     // promoter, passive or detractor
	FeatureStraight = "straightlined" // 1 = the same rating again and again
	ScalePrefix     = "scale_"
)

// maxFlags is how many choices of a question become columns, the most chosen first.
const maxFlags = 20

// Features makes a row for every customer who answered a survey up to the as-of date
// (NoDate = at all): ratings and choices under the header of their column, every choice of
// several as 0 or 1 ("header: choice"), the scores of the scales that are sure, the answer
// to the recommendation, and whether the answers are a straight line. Of several answers
// of a customer to one survey the latest counts. Names that an earlier survey has taken
// get the survey's name behind them. settings are by survey; nil where nobody answered.
func Features(ctx context.Context, surveys []*core.Records, settings map[string]Settings, asOf core.Date) (*core.Attributes, error) {
	t := &joiner{taken: map[string]bool{}, row: map[string]int{}}
	for _, r := range surveys {
		if r.Rows() == 0 {
			continue
		}
		rep, err := Analyse(ctx, r, settings[r.Name], asOf)
		if err != nil {
			return nil, err
		}
		columns, err := rep.columns(ctx)
		if err != nil {
			return nil, err
		}
		t.add(columns, rep.answerers(), r)
	}
	if t.keys.Len() == 0 {
		return nil, nil
	}
	for i := range t.columns {
		t.columns[i] = padded(t.columns[i], t.keys.Len())
	}
	return &core.Attributes{Customers: &t.keys, Columns: t.columns}, nil
}

// answerers are the rows that count of the customers, one each, by customer.
func (r *Report) answerers() []int {
	var rows []int
	for i, ok := range r.latest {
		if ok && !r.Quality.Excluded[i] {
			rows = append(rows, i)
		}
	}
	of := r.records.Customer
	slices.SortFunc(rows, func(a, b int) int { return int(of[a]) - int(of[b]) })
	return rows
}

// columns are the features by row of the survey.
func (r *Report) columns(ctx context.Context) ([]core.AttributeColumn, error) {
	var out []core.AttributeColumn
	blocks := blocks(r.items())
	recommended := slices.IndexFunc(r.Items, func(it ItemReport) bool { return it.NPS != nil })
	for i := range r.Items {
		if ctx.Err() != nil {
			return nil, ctx.Err()
		}
		if it := r.Items[i]; it.Answered > 0 {
			out = append(out, r.itemColumns(it, i == recommended, blocks)...)
		}
	}
	for _, sc := range r.Scales {
		if sc.Sure && !sc.TooWide {
			out = append(out, numbers(ScalePrefix+sc.Name, r.rows(), sc.Score))
		}
	}
	if slices.ContainsFunc(r.Quality.Straight, func(v int8) bool { return v >= 0 }) {
		out = append(out, numbers(FeatureStraight, r.rows(), func(i int) float64 {
			if v := r.Quality.Straight[i]; v >= 0 {
				return float64(v)
			}
			return math.NaN()
		}))
	}
	return out, ctx.Err()
}

// itemColumns are the features of one item; recommended is the first recommendation.
func (r *Report) itemColumns(it ItemReport, recommended bool, blocks map[string][]*Item) []core.AttributeColumn {
	one := func(c core.AttributeColumn) []core.AttributeColumn { return []core.AttributeColumn{c} }
	labelled := it.cells.floats == nil
	switch it.Kind {
	case Meta, Text, Empty:
		return nil
	case NPS:
		if !recommended {
			break
		}
		out := []core.AttributeColumn{it.feature(FeatureNPS, r.rows()), it.npsGroup(r.rows())}
		if it.Name != FeatureNPS {
			out = append(one(it.feature(it.Name, r.rows())), out...)
		}
		return out
	case Multi:
		switch {
		case it.Separator != "":
			return it.flags(r.rows())
		case it.ticks():
			return one(it.ticked(blocks[it.Group], r.rows()))
		}
	case Single, Demographic:
		if !labelled && len(it.Shares) > 0 {
			return one(it.coded(r.rows()))
		}
	}
	if labelled && !it.rating() {
		return one(it.category(r.rows()))
	}
	return one(it.feature(it.Name, r.rows()))
}

// Made lists the items that another feature is made of: those of sure scales, and the one
// that is the recommendation.
func (r *Report) Made() []string {
	var out []string
	for _, sc := range r.Scales {
		for _, it := range sc.Items {
			if sc.Sure && !sc.TooWide {
				out = append(out, it.Name)
			}
		}
	}
	for _, it := range r.Items {
		if it.NPS != nil && it.Name != FeatureNPS {
			return append(out, it.Name)
		}
	}
	return out
}

func (r *Report) rows() int { return len(r.latest) }

func (r *Report) items() []*Item {
	out := make([]*Item, len(r.Items))
	for i := range r.Items {
		out[i] = r.Items[i].Item
	}
	return out
}

// blocks are the columns that are choices of one question, by stem.
func blocks(items []*Item) map[string][]*Item {
	out := map[string][]*Item{}
	for _, it := range items {
		if it.Kind == Multi && it.Group != "" {
			out[it.Group] = append(out[it.Group], it)
		}
	}
	return out
}

// numbers is a column of numbers; NaN is a missing value.
func numbers(name string, n int, at func(i int) float64) core.AttributeColumn {
	c := core.AttributeColumn{Name: name, Floats: make([]float64, n), Valid: make([]bool, n)}
	for i := range n {
		if v := at(i); !math.IsNaN(v) {
			c.Floats[i], c.Valid[i] = v, true
		}
	}
	return c
}

func (it *Item) feature(name string, n int) core.AttributeColumn { return numbers(name, n, it.value) }

// category is a column of labels, without those that say "no answer".
func (it *Item) category(n int) core.AttributeColumn {
	c := core.AttributeColumn{Name: it.Name, Codes: make([]uint32, n), Dict: it.cells.dict}
	for i := range n {
		c.Codes[i] = it.cells.code(i)
	}
	return c
}

// coded is a column of choices that were written as numbers: categories, since their
// distances mean nothing.
func (it *Item) coded(n int) core.AttributeColumn {
	c := core.AttributeColumn{Name: it.Name, Codes: make([]uint32, n)}
	var values []float64
	for i := range n {
		if v := it.value(i); !math.IsNaN(v) {
			if at, ok := slices.BinarySearch(values, v); !ok {
				values = slices.Insert(values, at, v)
			}
		}
	}
	for _, v := range values {
		c.Dict = append(c.Dict, numberText(v))
	}
	for i := range n {
		c.Codes[i] = core.NoCode
		if v := it.value(i); !math.IsNaN(v) {
			at, _ := slices.BinarySearch(values, v)
			c.Codes[i] = uint32(at)
		}
	}
	return c
}

func (it *Item) npsGroup(n int) core.AttributeColumn {
	c := core.AttributeColumn{Name: FeatureNPSGroup, Codes: make([]uint32, n), Dict: []string{"promoter", "passive", "detractor"}}
	for i := range n {
		switch v := it.value(i); {
		case math.IsNaN(v):
			c.Codes[i] = core.NoCode
		case v >= 9:
			c.Codes[i] = 0
		case v >= 7:
			c.Codes[i] = 1
		default:
			c.Codes[i] = 2
		}
	}
	return c
}

// flags are the most chosen of several choices as columns of 0 and 1.
func (it *Item) flags(n int) []core.AttributeColumn {
	parts := it.parts()
	var out []core.AttributeColumn
	for _, o := range it.Options[:min(maxFlags, len(it.Options))] {
		has := make([]bool, len(parts))
		for c := range parts {
			has[c] = slices.Contains(parts[c], o)
		}
		out = append(out, numbers(it.Name+": "+o, n, func(i int) float64 {
			switch c := it.cells.code(i); {
			case c == core.NoCode:
				return math.NaN()
			case has[c]:
				return 1
			}
			return 0
		}))
	}
	return out
}

// ticked is a column of ticks: 1 = ticked, 0 = another of the block is, missing = none.
func (it *Item) ticked(block []*Item, n int) core.AttributeColumn {
	return numbers(it.Name, n, func(i int) float64 {
		if it.cells.answered(i) {
			return 1
		}
		if anyTicked(block, i) {
			return 0
		}
		return math.NaN()
	})
}

// ticks reports a column of a block in which a cell is ticked or empty.
func (it *Item) ticks() bool {
	return it.Kind == Multi && it.Separator == "" && it.cells.floats == nil && it.Group != ""
}

func anyTicked(block []*Item, i int) bool {
	return slices.ContainsFunc(block, func(o *Item) bool { return o.cells.answered(i) })
}

// joiner puts the columns of several surveys side by side, by customer.
type joiner struct {
	keys    core.Dict
	row     map[string]int
	columns []core.AttributeColumn
	taken   map[string]bool
}

// add adds the columns of a survey; rows are those that count, one for each customer.
func (t *joiner) add(columns []core.AttributeColumn, rows []int, r *core.Records) {
	at := make([]int, len(rows))
	var b []byte
	for k, i := range rows {
		b = r.Customers.AppendTo(b[:0], int(r.Customer[i]))
		row, ok := t.row[string(b)]
		if !ok {
			row = t.keys.Len()
			t.row[string(b)] = row
			t.keys.AppendString(string(b))
		}
		at[k] = row
	}
	for _, c := range columns {
		c.Name = t.free(c.Name, r.Name)
		t.columns = append(t.columns, placed(c, rows, at, t.keys.Len()))
	}
}

func (t *joiner) free(name, survey string) string {
	out := name
	if t.taken[out] && survey != "" {
		out = name + " (" + survey + ")"
	}
	for n := 2; t.taken[out]; n++ {
		out = name + " (" + survey + " " + strconv.Itoa(n) + ")"
	}
	t.taken[out] = true
	return out
}

// placed moves row rows[k] of c to row at[k] of n.
func placed(c core.AttributeColumn, rows, at []int, n int) core.AttributeColumn {
	out := padded(core.AttributeColumn{Name: c.Name, Dict: c.Dict, Floats: c.Floats[:0:0], Codes: c.Codes[:0:0], Valid: c.Valid[:0:0]}, n)
	for k, i := range rows {
		if c.Floats != nil {
			out.Floats[at[k]], out.Valid[at[k]] = c.Floats[i], c.Valid[i]
		} else {
			out.Codes[at[k]] = c.Codes[i]
		}
	}
	return out
}

// padded fills a column up to n rows with missing values.
func padded(c core.AttributeColumn, n int) core.AttributeColumn {
	if c.Floats != nil {
		c.Floats = append(c.Floats, make([]float64, n-len(c.Floats))...)
		c.Valid = append(c.Valid, make([]bool, n-len(c.Valid))...)
		return c
	}
	for len(c.Codes) < n {
		c.Codes = append(c.Codes, core.NoCode)
	}
	return c
}
