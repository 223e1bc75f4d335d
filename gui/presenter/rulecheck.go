package presenter

import (
	"cmp"
	"context"
	"math"
	"slices"
	"strconv"

	"qunxiang/core"
	"qunxiang/core/feature"
	"qunxiang/core/workspace"
	"qunxiang/i18n"
	"qunxiang/sdk"
	"qunxiang/sdk/expr"
	"qunxiang/sdk/table"
)

// RuleColumn is a column that rules may test, with what to suggest.
type RuleColumn struct {
	Name   string
	Kind   table.Kind
	Levels []string // of a category, most frequent first
	Cuts   []Cut    // of numbers, rising
}

// Cut is a number with the share of customers below it.
type Cut struct {
	Text  string
	Value float64
	Below float64
}

// RuleFinding is something about the rules that their author should know.
type RuleFinding struct {
	Kind      string // "free", "gap", "overlap", "never", "shadowed", "empty", "unproved"
	Rule      int    // position, −1 = of none
	Other     int
	Region    sdk.Text
	Example   sdk.Text
	Where     string // the region as an expression
	Customers int
}

// ruleData is what rules are counted on.
type ruleData struct {
	table  *table.Table
	fields []expr.Field
	money  []float64 // by row, nil = there is none
	total  float64
}

// The suggestions of a column: so many levels, and these shares of the customers.
const (
	mostLevels = 30
	lookedAt   = 20_000 // customers that suggestions are taken from
)

func cutShares() []float64 { return []float64{0.1, 0.25, 0.5, 0.75, 0.8, 0.9, 0.95, 0.99} }

// open reads the columns and shows the rules of a parameter's value; without any it
// begins with an example made of the project's own numbers. where and within narrow
// whom the rules are counted on.
func (r *Rules) open(lines, where, within string) {
	p := r.session.Project()
	if p == nil {
		return
	}
	fresh := r.data == nil
	r.of = counted{where: where, within: within}
	r.update(func(s *RulesState) {
		if fresh {
			s.Phase = Loading
		}
	})
	type read struct {
		data    *ruleData
		columns []RuleColumn
	}
	fetch(&r.load, func(ctx context.Context) (out read, err error) {
		out.data, out.columns, err = readRuleData(ctx, p, where, within)
		return out, err
	}, func(v read, err error) {
		if err != nil {
			r.update(func(s *RulesState) { s.Phase, s.Err = Failed, err })
			return
		}
		r.data = v.data
		r.update(func(s *RulesState) {
			s.Phase, s.Err, s.Columns, s.Total = Ready, nil, v.columns, v.data.table.Rows
			s.Money, s.HasMoney = v.data.total, v.data.money != nil
		})
		rows := r.state.Rows
		if fresh {
			r.past, r.next = nil, nil
			if rows = rowsOf(lines); len(rows) == 0 {
				rows = r.starter()
			}
		}
		r.show(rows, fresh)
	})
}

func readRuleData(ctx context.Context, p Project, where, within string) (*ruleData, []RuleColumn, error) {
	heads, err := p.Runs(ctx)
	if err != nil {
		return nil, nil, err
	}
	var extra []string
	for _, h := range heads {
		if name := "segment:" + h.Name; h.Segments > 0 && !slices.Contains(extra, name) {
			extra = append(extra, name)
		}
	}
	set, err := p.FeaturesWith(ctx, core.NoDate, 0, extra)
	if err != nil {
		return nil, nil, err
	}
	t, err := narrowed(ctx, p, set, where, within)
	if err != nil {
		return nil, nil, err
	}
	d := &ruleData{table: t}
	columns := make([]RuleColumn, 0, len(t.Columns))
	for i := range t.Columns {
		c := &t.Columns[i]
		columns = append(columns, profile(c))
		d.fields = append(d.fields, fieldOf(c))
	}
	if m := t.Column(feature.Monetary); m != nil && m.Numeric() {
		d.money = make([]float64, t.Rows)
		for i := range d.money {
			if !m.Missing(i) {
				d.money[i] = m.Float(i)
				d.total += d.money[i]
			}
		}
	}
	return d, columns, ctx.Err()
}

// narrowed picks the customers that take part.
func narrowed(ctx context.Context, p Project, set *feature.Set, where, within string) (*table.Table, error) {
	keep := make([]bool, set.Table.Rows)
	for i := range keep {
		keep[i] = true
	}
	if where != "" {
		e, err := expr.Parse(where)
		if err == nil {
			var holds table.Bits
			if holds, err = e.Rows(set.Table); err == nil {
				for i := range keep {
					keep[i] = holds.Get(i)
				}
			}
		}
		if err != nil { // half typed: told beside the field, counted on everybody
			where = ""
		}
	}
	if within != "" {
		in, err := membersOf(ctx, p, within)
		if err != nil {
			return nil, err
		}
		for i, c := range set.Customers {
			keep[i] = keep[i] && in[c]
		}
	}
	if where == "" && within == "" {
		return set.Table, nil
	}
	var rows []int32
	for i, k := range keep {
		if k {
			rows = append(rows, int32(i))
		}
	}
	return set.Table.Pick(rows), nil
}

func membersOf(ctx context.Context, p Project, within string) (map[uint32]bool, error) {
	name, segment, _ := cutLast(within, '/')
	s, err := p.Segmentation(ctx, name, 0)
	if err != nil {
		return nil, err
	}
	at, err := workspace.FindSegment(s, segment)
	if err != nil {
		return nil, err
	}
	in := make(map[uint32]bool, s.Segments[at].Size)
	for i, c := range s.Customers {
		if int(s.Label[i]) == at {
			in[c] = true
		}
	}
	return in, nil
}

// cutLast splits NAME/SEGMENT; neither holds the sign.
func cutLast(s string, sign byte) (before, after string, ok bool) {
	for i := range len(s) {
		if s[i] == sign {
			return s[:i], s[i+1:], true
		}
	}
	return s, "", false
}

// fieldOf is what a proof may count on: counts and days never fall below nought.
func fieldOf(c *table.Column) expr.Field {
	f := expr.Field{Name: c.Name, Kind: c.Kind, Missing: c.CountMissing() > 0 || slices.ContainsFunc(c.Floats, math.IsNaN)}
	least := 0.0
	if c.Kind == table.Int64 && (c.Unit == "order" || c.Unit == "day") {
		if c.Name == feature.Frequency && c.Unit == "order" {
			least = 1
		}
		f.Least = &least
	}
	return f
}

// profile finds what to suggest for a column.
func profile(c *table.Column) RuleColumn {
	out := RuleColumn{Name: c.Name, Kind: c.Kind}
	n := c.Len()
	step := max(1, n/lookedAt)
	switch {
	case c.Kind == table.Category:
		counts := make([]int, len(c.Dict))
		for i := 0; i < n; i += step {
			if !c.Missing(i) {
				counts[c.Codes[i]]++
			}
		}
		order := make([]int, len(counts))
		for i := range order {
			order[i] = i
		}
		slices.SortStableFunc(order, func(a, b int) int { return cmp.Compare(counts[b], counts[a]) })
		for _, i := range order[:min(len(order), mostLevels)] {
			if counts[i] > 0 {
				out.Levels = append(out.Levels, c.Dict[i])
			}
		}
	case c.Kind == table.Bool:
		out.Levels = []string{"true", "false"}
	case c.Numeric():
		out.Cuts = cutsOf(c, step)
	}
	return out
}

func cutsOf(c *table.Column, step int) []Cut {
	var v []float64
	for i := 0; i < c.Len(); i += step {
		if x := c.Float(i); !c.Missing(i) && !math.IsNaN(x) && !math.IsInf(x, 0) {
			v = append(v, x)
		}
	}
	if len(v) == 0 {
		return nil
	}
	slices.Sort(v)
	var out []Cut
	for _, share := range cutShares() {
		x := Round(v[min(len(v)-1, int(share*float64(len(v))))], c.Kind == table.Int64)
		below, _ := slices.BinarySearch(v, x)
		if len(out) > 0 && out[len(out)-1].Value == x {
			continue
		}
		out = append(out, Cut{strconv.FormatFloat(x, 'f', -1, 64), x, float64(below) / float64(len(v))})
	}
	return out
}

// Round rounds a number to two digits, as people set thresholds.
func Round(x float64, whole bool) float64 {
	if x == 0 || math.IsNaN(x) || math.IsInf(x, 0) {
		return 0
	}
	unit := math.Pow(10, math.Floor(math.Log10(math.Abs(x)))-1)
	if whole {
		unit = max(1, unit)
	}
	if unit < 1 { // dividing by a whole number gives the decimals that people write
		by := math.Round(1 / unit)
		return math.Round(x*by) / by
	}
	return math.Round(x/unit) * unit
}

// starter is an example: who spends most, who has not come for long, the rest.
func (r *Rules) starter() []RuleRow {
	l, s := i18n.Locale{Lang: r.session.Lang()}, r.state
	var out []RuleRow
	add := func(column, key string, op Comparison, below float64) {
		c, ok := s.Column(column)
		if !ok || len(c.Cuts) < 3 {
			return
		}
		best := slices.MinFunc(c.Cuts, func(a, b Cut) int { return cmp.Compare(math.Abs(a.Below-below), math.Abs(b.Below-below)) })
		out = append(out, RuleRow{Name: l.T(key), All: true, Tests: []Test{{column, op, best.Text}}})
	}
	add(feature.Monetary, "gui.rules.starter.high", AtLeast, 0.8)
	add(feature.Recency, "gui.rules.starter.quiet", More, 0.75)
	if len(out) == 0 && len(s.Columns) > 0 {
		out = append(out, RuleRow{Name: l.T("gui.rules.newName", "n", 1), All: true, Tests: []Test{s.suggest(s.Columns[0])}})
	}
	return append(out, RuleRow{Name: l.T("gui.rules.rest"), Else: true, All: true})
}
