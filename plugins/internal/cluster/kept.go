package cluster

import (
	"math"

	"qunxiang/plugins/internal/vec"
	"qunxiang/sdk"
	"qunxiang/sdk/table"
)

// ReadColumns returns the values of the feature columns, and what is wrong with them.
func ReadColumns(columns []*table.Column) ([][]float64, []sdk.Diagnostic) {
	values, _, diags := readColumns(columns, nil)
	return values, diags
}

// readColumns is ReadColumns with the smallest and the largest value of each column. It passes
// on the values that it has looked at while they are at hand, block by block, until also says
// no; it may be nil.
func readColumns(columns []*table.Column, also func(part []float64, from int) bool) (out [][]float64, ends [][2]float64, diags []sdk.Diagnostic) {
	out, ends = make([][]float64, len(columns)), make([][2]float64, len(columns))
	total := make([]float64, len(columns))
	for j, c := range columns {
		if out[j] = c.Floats; c.Kind != table.Float64 {
			out[j] = make([]float64, len(c.Ints))
			for i, x := range c.Ints {
				out[j][i] = float64(x)
			}
		}
	}
	going := true
	for from := 0; going && len(out) > 0 && from < len(out[0]); from += BlockRows {
		for j, v := range out {
			part := v[from:min(from+BlockRows, len(v))]
			total[j] += survey(part, &ends[j], from == 0)
			going = going && (also == nil || also(part, from))
		}
	}
	for j, c := range columns {
		bad := c.CountMissing()
		if total[j]-total[j] != 0 {
			for _, x := range out[j] {
				if x-x != 0 { // NaN or infinite
					bad++
				}
			}
		}
		if bad > 0 {
			diags = append(diags, sdk.Diagnostic{
				Severity: sdk.SeverityError, Code: "not_finite", Column: c.Name,
				Summary: sdk.Text{ZH: "“{column}”列有 {n} 个值缺失或不是数，无法聚类；请先清理、排除这些客户或换一列。", EN: "Column “{column}” has {n} values that are missing or not numbers; clean them, exclude the customers or choose another column."}.
					Fill("column", c.Name, "n", Itoa(bad)),
			})
		}
	}
	return out, ends, diags
}

// survey widens the ends to the values, and returns a sum that is finite unless a value is
// NaN or infinite, or a sum is.
func survey(v []float64, ends *[2]float64, first bool) float64 {
	sum, _ := vec.GridSum(v, 0, 0)
	lo, hi := Extent(v)
	if !first {
		lo, hi = min(lo, ends[0]), max(hi, ends[1])
	}
	*ends = [2]float64{lo, hi}
	return sum
}

// kept returns the columns that tell customers apart; nil where there is no run. The values
// of all columns are passed on as readColumns does.
func kept(columns []*table.Column, n int, also func(part []float64, from int) bool) (*Prepared, []sdk.Diagnostic) {
	values, ends, diags := readColumns(columns, also)
	if n == 0 {
		diags = append(diags, sdk.Diagnostic{
			Severity: sdk.SeverityError, Code: "no_customers",
			Summary: sdk.Text{ZH: "没有可以聚类的客户，请检查筛选条件。", EN: "There is no customer to group; check the filter."},
		})
	}
	if len(diags) > 0 {
		return nil, diags
	}
	d := &Prepared{}
	for j, c := range columns {
		if useless, ok := uselessColumn(c.Name, values[j], ends[j][0], ends[j][1]); ok {
			diags = append(diags, useless)
			continue
		}
		d.Features, d.Raw, d.ends = append(d.Features, Feature{Name: c.Name, Unit: c.Unit}), append(d.Raw, values[j]), append(d.ends, ends[j])
	}
	if len(d.Raw) == 0 {
		return nil, append(diags, sdk.Diagnostic{
			Severity: sdk.SeverityError, Code: "no_features",
			Summary: sdk.Text{ZH: "所选列都是编号，或对所有客户都一样，无法分群；请换特征。", EN: "The chosen columns are identifiers or the same for every customer, so nothing tells them apart; choose others."},
		})
	}
	return d, diags
}

// uselessColumn reports a column that is left out, and why.
func uselessColumn(name string, v []float64, lo, hi float64) (sdk.Diagnostic, bool) {
	d := sdk.Diagnostic{Severity: sdk.SeverityWarning, Column: name}
	switch {
	case lo == hi:
		d.Code = "constant_column"
		d.Summary = sdk.Text{ZH: "“{column}”列所有客户都一样，已略去。", EN: "Column “{column}” is the same for every customer and was left out."}.Fill("column", name)
	case isNumbering(v, lo, hi):
		d.Code = "id_like"
		d.Summary = sdk.Text{ZH: "“{column}”列是连续编号，不是特征，已略去。", EN: "Column “{column}” numbers the customers one by one; it is no feature and was left out."}.Fill("column", name)
	}
	return d, d.Code != ""
}

func rangeDiagnostic(column string) sdk.Diagnostic {
	return sdk.Diagnostic{
		Severity: sdk.SeverityError, Code: "feature_range", Column: column,
		Summary: sdk.Text{ZH: "“{column}”列的数值过大，无法计算；请检查单位，或使用 scale=zscore。", EN: "The values of column “{column}” are too large to compute with; check its unit, or use scale=zscore."}.Fill("column", column),
	}
}

// isNumbering reports whether the values are consecutive whole numbers, each once: a
// customer number, not something about customers.
func isNumbering(v []float64, lo, hi float64) bool {
	const fewest = 50 // below, days or ages may happen to look like that
	if len(v) < fewest || hi-lo != float64(len(v)-1) || lo != math.Trunc(lo) {
		return false
	}
	seen := make([]bool, len(v))
	for _, x := range v {
		at := x - lo
		if at != math.Trunc(at) || seen[int(at)] {
			return false
		}
		seen[int(at)] = true
	}
	return true
}
