package hclust

import (
	"slices"

	"qunxiang/plugins/internal/cluster"
	"qunxiang/sdk"
	"qunxiang/sdk/table"
)

// mostLevels is the number of levels up to which a category counts.
const mostLevels = 50

// source says where a feature's values come from: a column, or whether a category has
// a level.
type source struct {
	Column string `json:"column"`
	Level  string `json:"level,omitempty"`
	OneOf  bool   `json:"oneOf,omitempty"` // the column is a category
}

// encoded is the features as numbers: a category becomes one column per level, 1 where
// the customer has it.
type encoded struct {
	columns []*table.Column
	from    map[string]source // by the name of the column
}

// encode makes numbers of the features. With another distance than Gower's categories
// are left out.
func encode(columns []*table.Column, distance string) (*encoded, []sdk.Diagnostic) {
	e := &encoded{from: map[string]source{}}
	taken := map[string]bool{}
	for _, c := range columns {
		taken[c.Name] = true
	}
	var diags []sdk.Diagnostic
	for _, c := range columns {
		if c.Kind != table.Category {
			e.columns, e.from[c.Name] = append(e.columns, c), source{Column: c.Name}
			continue
		}
		if d, bad := unusable(c, distance); bad {
			diags = append(diags, d)
			continue
		}
		for _, level := range levels(c) {
			name := c.Name + "=" + level
			for taken[name] {
				name += "="
			}
			taken[name] = true
			s := source{Column: c.Name, Level: level, OneOf: true}
			e.from[name] = s
			e.columns = append(e.columns, &table.Column{Name: name, Kind: table.Float64, Floats: s.values(c)})
		}
	}
	return e, diags
}

// unusable reports a category that cannot count, and why.
func unusable(c *table.Column, distance string) (sdk.Diagnostic, bool) {
	d := sdk.Diagnostic{Severity: sdk.SeverityError, Column: c.Name}
	n := len(levels(c))
	switch missing := c.CountMissing(); {
	case distance != gower:
		d.Severity, d.Code = sdk.SeverityWarning, "category_left_out"
		d.Summary = sdk.Text{ZH: "“{column}”是类别列，只有 distance=gower 才能用，已略去。", EN: "Column “{column}” holds categories, which count with distance=gower only; it was left out."}.Fill("column", c.Name)
	case missing > 0:
		d.Code = "missing_category"
		d.Summary = sdk.Text{ZH: "“{column}”列有 {n} 个值缺失；请先补齐、排除这些客户或换一列。", EN: "Column “{column}” has {n} missing values; fill them, exclude the customers or choose another column."}.Fill("column", c.Name, "n", cluster.Itoa(missing))
	case n > mostLevels:
		d.Code = "too_many_levels"
		d.Summary = sdk.Text{ZH: "“{column}”列有 {n} 个类别，最多 {most} 个；请合并类别或换一列。", EN: "Column “{column}” has {n} categories, at most {most} can be used; merge some or choose another column."}.
			Fill("column", c.Name, "n", cluster.Itoa(n), "most", cluster.Itoa(mostLevels))
	}
	return d, d.Code != ""
}

// levels returns the levels that occur, sorted.
func levels(c *table.Column) []string {
	used := make([]bool, len(c.Dict))
	for i, code := range c.Codes {
		if !c.Missing(i) {
			used[code] = true
		}
	}
	var out []string
	for code, level := range c.Dict {
		if used[code] {
			out = append(out, level)
		}
	}
	slices.Sort(out)
	return slices.Compact(out)
}

// values returns the numbers that a column gives the feature; the column must be a
// category.
func (s source) values(c *table.Column) []float64 {
	out := make([]float64, len(c.Codes))
	for i, code := range c.Codes {
		if !c.Missing(i) && c.Dict[code] == s.Level {
			out[i] = 1
		}
	}
	return out
}

// weigh scales features so that the Manhattan distance is Gower's: each column counts
// for an equal share, a category's levels for half a share each, since two of them
// differ where the category does.
func (e *encoded) weigh(d *cluster.Prepared) {
	columns := map[string]bool{}
	for _, f := range d.Features {
		columns[e.from[f.Name].Column] = true
	}
	for j := range d.Features {
		f := &d.Features[j]
		f.Scale *= float64(len(columns))
		if e.from[f.Name].OneOf {
			f.Scale *= 2
		}
		for i, row := range d.Order {
			d.P.X[i*d.P.D+j] = f.At(d.Raw[j][row]) * d.Unit
		}
	}
}

// quiet drops remarks that concern the levels of categories, not columns.
func (e *encoded) quiet(diags []sdk.Diagnostic) []sdk.Diagnostic {
	return slices.DeleteFunc(diags, func(d sdk.Diagnostic) bool {
		return d.Code == "correlated_features" && e.from[d.Column].OneOf
	})
}
