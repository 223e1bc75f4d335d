package mixed

import (
	"context"
	"math"
	"slices"
	"strings"

	"qunxiang/plugins/internal/cluster"
	"qunxiang/sdk"
	"qunxiang/sdk/table"
)

const (
	mostLevels = 1000 // of a category; more are names
	fewLevels  = 50   // that always count; of more, each must have eachLevel customers on average
	eachLevel  = 20
)

// feature is one column as it is compared.
type feature struct {
	Name       string          `json:"name"`
	Unit       string          `json:"unit,omitempty"`
	Levels     []string        `json:"levels,omitempty"` // of a category, sorted; nil for a number
	Recipe     cluster.Feature `json:"recipe,omitzero"`  // of a number
	Asymmetric bool            `json:"asymmetric,omitempty"`
}

func (f *feature) category() bool { return f.Levels != nil }

// data is a run's customers by place: in an order that follows from their values alone.
// A place's row of p holds the prepared numbers and the codes of the categories.
type data struct {
	features []feature
	p        cluster.Points
	order    []int32     // place → row of the table
	raw      [][]float64 // of each feature by row of the table: original numbers, codes
	distinct int
}

// reader reads the columns of a run.
type reader struct {
	recipe     cluster.Recipe
	asymmetric []string
	byRange    bool // numbers count by their range, for Gower's dissimilarity
	diags      []sdk.Diagnostic
}

func (r *reader) fail(code, column string, t sdk.Text) {
	r.diags = append(r.diags, sdk.Diagnostic{Severity: sdk.SeverityError, Code: code, Column: column, Summary: t.Fill("column", column)})
}

func (r *reader) warn(code, column string, t sdk.Text) {
	r.diags = append(r.diags, sdk.Diagnostic{Severity: sdk.SeverityWarning, Code: code, Column: column, Summary: t.Fill("column", column)})
}

// read returns the data, nil where diagnostics tell why there are none.
func (r *reader) read(ctx context.Context, columns []*table.Column, n int) (*data, error) {
	d := &data{}
	for _, c := range columns {
		if ctx.Err() != nil {
			return nil, ctx.Err()
		}
		f, raw := r.column(c, n)
		if f != nil {
			d.features, d.raw = append(d.features, *f), append(d.raw, raw)
		}
	}
	if len(d.features) == 0 && !sdk.Failed(r.diags) {
		r.fail("nothing_varies", "", sdk.Text{ZH: "所选的列里没有一列有不同的值，无法分群；请换几列。", EN: "None of the chosen columns varies, so there is nothing to group by; choose others."})
	}
	if sdk.Failed(r.diags) {
		return nil, ctx.Err()
	}
	var err error
	if d.order, err = cluster.Canonical(ctx, d.raw, n); err != nil {
		return nil, err
	}
	d.p = cluster.NewPoints(n, len(d.features))
	for j := range d.features {
		if ctx.Err() != nil {
			return nil, ctx.Err()
		}
		if f := &d.features[j]; !d.fill(j) {
			r.tooLarge(f.Name)
			return nil, nil
		}
	}
	d.distinct = d.p.Distinct()
	return d, ctx.Err()
}

func (r *reader) tooLarge(column string) {
	r.fail("out_of_range", column, sdk.Text{ZH: "“{column}”的值太大，无法计算；请改用 log=all 或换一列。", EN: "The values of “{column}” are too large to compute with; use log=all or choose another column."})
}

// fill writes a feature's prepared values, or its codes, into the points. It reports false
// where a value is too large.
func (d *data) fill(j int) bool {
	f, raw := &d.features[j], d.raw[j]
	if f.category() {
		for at, row := range d.order {
			d.p.X[at*d.p.D+j] = raw[row]
		}
		return true
	}
	for at, row := range d.order {
		x := f.Recipe.At(raw[row])
		if !cluster.InRange(math.Abs(x)) {
			return false
		}
		d.p.X[at*d.p.D+j] = x
	}
	return true
}

// column reads one column; nil where it cannot count.
func (r *reader) column(c *table.Column, n int) (*feature, []float64) {
	if c.CountMissing() > 0 {
		r.fail("missing_value", c.Name, sdk.Text{ZH: "“{column}”有缺失的值；请补齐、排除这些客户或换一列。", EN: "“{column}” has missing values; fill them, exclude the customers or choose another column."})
		return nil, nil
	}
	if c.Kind == table.Category {
		return r.words(c, n)
	}
	values, problems := cluster.ReadColumns([]*table.Column{c})
	if len(problems) > 0 {
		r.diags = append(r.diags, problems...)
		return nil, nil
	}
	if lo, hi := cluster.Extent(values[0]); lo == hi {
		r.constant(c.Name)
		return nil, nil
	}
	f := &feature{Name: c.Name, Unit: c.Unit, Asymmetric: slices.Contains(r.asymmetric, c.Name)}
	f.Recipe = cluster.Feature{Name: c.Name, Unit: c.Unit}
	learnt := slices.Clone(values[0])
	r.recipe.Learn(&f.Recipe, learnt)
	if r.byRange { // differences are parts of the range
		f.Recipe.Centre, f.Recipe.Scale = 0, 1
		lo, hi := math.Inf(1), math.Inf(-1)
		for _, x := range values[0] {
			x = f.Recipe.At(x)
			lo, hi = min(lo, x), max(hi, x)
		}
		f.Recipe.Centre, f.Recipe.Scale = lo, max(hi-lo, math.SmallestNonzeroFloat64)
		if math.IsInf(hi-lo, 1) {
			r.tooLarge(c.Name)
			return nil, nil
		}
	}
	return f, values[0]
}

func (r *reader) words(c *table.Column, n int) (*feature, []float64) {
	used := make([]bool, len(c.Dict))
	for _, k := range c.Codes {
		used[k] = true
	}
	var levels []string
	for k, u := range used {
		if u {
			levels = append(levels, c.Dict[k])
		}
	}
	slices.Sort(levels)
	levels = slices.Compact(levels)
	switch {
	case len(levels) < 2:
		r.constant(c.Name)
		return nil, nil
	case len(levels) > mostLevels || len(levels) > fewLevels && len(levels)*eachLevel > n:
		r.warn("names", c.Name, sdk.Text{ZH: "“{column}”的取值太多，更像名称或编号，已略去。", EN: "“{column}” has so many values that they are names, not groups; it was left out."})
		return nil, nil
	}
	place := make([]float64, len(c.Dict))
	for k, w := range c.Dict {
		at, _ := slices.BinarySearch(levels, w)
		place[k] = float64(at)
	}
	raw := make([]float64, n)
	for i, k := range c.Codes {
		raw[i] = place[k]
	}
	return &feature{Name: c.Name, Levels: levels, Asymmetric: slices.Contains(r.asymmetric, c.Name)}, raw
}

func (r *reader) constant(column string) {
	r.warn("constant_column", column, sdk.Text{ZH: "“{column}”只有一个值，已略去。", EN: "“{column}” has a single value and was left out."})
}

// split reads a list of names with commas.
func split(list string) (out []string) {
	for name := range strings.SplitSeq(strings.ReplaceAll(list, "，", ","), ",") {
		if name = strings.TrimSpace(name); name != "" {
			out = append(out, name)
		}
	}
	return out
}
