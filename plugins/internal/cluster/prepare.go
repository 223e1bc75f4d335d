package cluster

import (
	"context"
	"math"
	"strconv"
	"strings"

	"qunxiang/sdk"
	"qunxiang/sdk/table"
)

// Itoa writes a whole number.
func Itoa(n int) string { return strconv.Itoa(n) }

// ReadRecipe reads the recipe's parameters; names are those of the feature columns.
func ReadRecipe(p sdk.Params, names []string) (Recipe, []sdk.Diagnostic) {
	r := Recipe{Cap: p.Real("cap"), Log: p.Text("log"), Scale: p.Text("scale")}
	switch r.Log {
	case logAuto, logNone, logAll:
		return r, nil
	}
	known := map[string]bool{}
	for _, n := range names {
		known[n] = true
	}
	var diags []sdk.Diagnostic
	for name := range strings.SplitSeq(r.Log, ",") {
		name = strings.TrimSpace(name)
		if !known[name] {
			diags = append(diags, sdk.Diagnostic{
				Severity: sdk.SeverityError, Code: "log_column", Param: "log",
				Summary: sdk.Text{ZH: "参数 log 提到的“{name}”不在所选特征中。", EN: "Parameter log names “{name}”, which is not among the chosen features."}.Fill("name", name),
			})
		}
		r.Names = append(r.Names, name)
	}
	r.Log = logNames
	return r, diags
}

// Prepared is the data of a run in canonical order.
type Prepared struct {
	P        Points
	Order    []int32     // canonical position → row of the table
	Features []Feature   // of the columns of p
	Raw      [][]float64 // original values of the kept columns, by row of the table
	Unit     float64     // p holds prepared values times unit, a power of two
}

// ReadColumns returns the values of the feature columns, and what is wrong with them.
func ReadColumns(columns []*table.Column) ([][]float64, []sdk.Diagnostic) {
	var diags []sdk.Diagnostic
	out := make([][]float64, len(columns))
	for j, c := range columns {
		bad := c.CountMissing()
		if out[j] = c.Floats; c.Kind != table.Float64 {
			out[j] = make([]float64, len(c.Ints))
			for i, x := range c.Ints {
				out[j][i] = float64(x)
			}
		}
		for _, x := range out[j] {
			if x-x != 0 { // NaN or infinite
				bad++
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
	return out, diags
}

// Prepare brings the columns into canonical order and applies the recipe.
func Prepare(ctx context.Context, columns []*table.Column, n int, r Recipe) (*Prepared, []sdk.Diagnostic, error) {
	values, diags := ReadColumns(columns)
	if n == 0 {
		diags = append(diags, sdk.Diagnostic{
			Severity: sdk.SeverityError, Code: "no_customers",
			Summary: sdk.Text{ZH: "没有可以聚类的客户，请检查筛选条件。", EN: "There is no customer to group; check the filter."},
		})
	}
	if len(diags) > 0 {
		return nil, diags, nil
	}
	d := &Prepared{}
	for j, c := range columns {
		if useless, ok := uselessColumn(c.Name, values[j]); ok {
			diags = append(diags, useless)
			continue
		}
		d.Features, d.Raw = append(d.Features, Feature{Name: c.Name, Unit: c.Unit}), append(d.Raw, values[j])
	}
	if len(d.Raw) == 0 {
		return nil, append(diags, sdk.Diagnostic{
			Severity: sdk.SeverityError, Code: "no_features",
			Summary: sdk.Text{ZH: "所选列都是编号，或对所有客户都一样，无法分群；请换特征。", EN: "The chosen columns are identifiers or the same for every customer, so nothing tells them apart; choose others."},
		}), nil
	}
	var err error
	if d.Order, err = Canonical(ctx, d.Raw, n); err != nil {
		return nil, nil, err
	}
	kept := make([][]float64, len(d.Raw))
	for j := range kept {
		if ctx.Err() != nil {
			return nil, nil, ctx.Err()
		}
		kept[j] = d.arranged(j)
		f := &d.Features[j]
		r.Learn(f, kept[j])
		for i, x := range kept[j] {
			kept[j][i] = (x - f.Centre) / f.Scale
		}
	}
	if bad := d.fill(kept); bad != "" {
		return nil, append(diags, rangeDiagnostic(bad)), nil
	}
	return d, append(diags, twins(d)...), nil
}

// arranged returns a column's original values in canonical order.
func (d *Prepared) arranged(j int) []float64 {
	v := make([]float64, len(d.Order))
	for i, row := range d.Order {
		v[i] = d.Raw[j][row]
	}
	return v
}

// uselessColumn reports a column that is left out, and why.
func uselessColumn(name string, v []float64) (sdk.Diagnostic, bool) {
	d := sdk.Diagnostic{Severity: sdk.SeverityWarning, Column: name}
	lo, hi := Extent(v)
	switch {
	case lo == hi:
		d.Code = "constant_column"
		d.Summary = sdk.Text{ZH: "“{column}”列所有客户都一样，已略去。", EN: "Column “{column}” is the same for every customer and was left out."}.Fill("column", name)
	case isNumbering(v):
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
func isNumbering(v []float64) bool {
	const fewest = 50 // below, days or ages may happen to look like that
	lo, hi := Extent(v)
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

// fill copies the columns into the matrix, on a scale on which squares neither overflow
// nor vanish. It returns the name of a column that cannot be used.
func (d *Prepared) fill(kept [][]float64) string {
	largest := 0.0
	for j, v := range kept {
		for _, x := range v {
			if x-x != 0 {
				return d.Features[j].Name
			}
			largest = max(largest, math.Abs(x))
		}
	}
	const tame = 1e50
	d.Unit = 1
	if largest > tame || largest < 1/tame {
		_, e := math.Frexp(largest)
		d.Unit = math.Ldexp(1, max(-e, -1000))
	}
	d.P = NewPoints(len(kept[0]), len(kept))
	for j, v := range kept {
		for i, x := range v {
			d.P.X[i*d.P.D+j] = x * d.Unit
		}
	}
	return ""
}

// twins warns of pairs of features that say the same.
func twins(d *Prepared) []sdk.Diagnostic {
	const close, most = 0.9, 30
	var out []sdk.Diagnostic
	p := d.P.Sample(SampleRows)
	for a := range min(p.D, most) {
		for b := a + 1; b < min(p.D, most); b++ {
			r := correlation(p, a, b)
			if math.Abs(r) <= close {
				continue
			}
			out = append(out, sdk.Diagnostic{
				Severity: sdk.SeverityWarning, Code: "correlated_features", Column: d.Features[b].Name,
				Summary: sdk.Text{ZH: "“{a}”与“{b}”几乎同进同退（相关系数 {r}），等于一件事算两次；可去掉一个。", EN: "“{a}” and “{b}” move almost together (correlation {r}), so one thing counts twice; consider dropping one."}.
					Fill("a", d.Features[a].Name, "b", d.Features[b].Name, "r", strconv.FormatFloat(r, 'f', 2, 64)),
			})
		}
	}
	return out
}
