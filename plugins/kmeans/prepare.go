package kmeans

import (
	"context"
	"math"
	"strconv"
	"strings"

	"qunxiang/sdk"
	"qunxiang/sdk/table"
)

func itoa(n int) string { return strconv.Itoa(n) }

// settings are the checked parameters of a run.
type settings struct {
	k, kMin, kMax int // k 0 = auto
	search        search
	recipe        recipe
}

func newSettings(p sdk.Params, names []string, seed uint64) (settings, []sdk.Diagnostic) {
	s := settings{k: p.Int("k"), kMin: p.Int("k_min"), kMax: p.Int("k_max")}
	s.search = search{
		random: p.Text("init") == "random", restarts: p.Int("restarts"),
		maxIterations: p.Int("max_iterations"), tolerance: p.Real("tolerance"), seed: seed,
	}
	s.recipe = recipe{cap: p.Real("cap"), log: p.Text("log"), scale: p.Text("scale")}
	var diags []sdk.Diagnostic
	if s.k == 0 && s.kMin > s.kMax {
		diags = append(diags, sdk.Diagnostic{
			Severity: sdk.SeverityError, Code: "k_range", Param: "k_min",
			Summary: sdk.Text{ZH: "最少群数 {a} 大于最多群数 {b}。", EN: "The fewest groups, {a}, are more than the most, {b}."}.Fill("a", itoa(s.kMin), "b", itoa(s.kMax)),
		})
	}
	switch s.recipe.log {
	case logAuto, logNone, logAll:
		return s, diags
	}
	known := map[string]bool{}
	for _, n := range names {
		known[n] = true
	}
	for name := range strings.SplitSeq(s.recipe.log, ",") {
		name = strings.TrimSpace(name)
		if !known[name] {
			diags = append(diags, sdk.Diagnostic{
				Severity: sdk.SeverityError, Code: "log_column", Param: "log",
				Summary: sdk.Text{ZH: "参数 log 提到的“{name}”不在所选特征中。", EN: "Parameter log names “{name}”, which is not among the chosen features."}.Fill("name", name),
			})
		}
		s.recipe.names = append(s.recipe.names, name)
	}
	s.recipe.log = logNames
	return s, diags
}

// prepared is the data of a run in canonical order.
type prepared struct {
	p        points
	order    []int32     // canonical position → row of the table
	features []feature   // of the columns of p
	raw      [][]float64 // original values of the kept columns, by row of the table
	unit     float64     // p holds prepared values times unit, a power of two
}

// readColumns returns the values of the feature columns, and what is wrong with them.
func readColumns(columns []*table.Column) ([][]float64, []sdk.Diagnostic) {
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
					Fill("column", c.Name, "n", itoa(bad)),
			})
		}
	}
	return out, diags
}

// prepare brings the columns into canonical order and applies the recipe.
func prepare(ctx context.Context, columns []*table.Column, n int, r recipe) (*prepared, []sdk.Diagnostic, error) {
	values, diags := readColumns(columns)
	if n == 0 {
		diags = append(diags, sdk.Diagnostic{
			Severity: sdk.SeverityError, Code: "no_customers",
			Summary: sdk.Text{ZH: "没有可以聚类的客户，请检查筛选条件。", EN: "There is no customer to group; check the filter."},
		})
	}
	if len(diags) > 0 {
		return nil, diags, nil
	}
	d := &prepared{}
	for j, c := range columns {
		if useless, ok := uselessColumn(c.Name, values[j]); ok {
			diags = append(diags, useless)
			continue
		}
		d.features, d.raw = append(d.features, feature{Name: c.Name, Unit: c.Unit}), append(d.raw, values[j])
	}
	if len(d.raw) == 0 {
		return nil, append(diags, sdk.Diagnostic{
			Severity: sdk.SeverityError, Code: "no_features",
			Summary: sdk.Text{ZH: "所选列都是编号，或对所有客户都一样，无法分群；请换特征。", EN: "The chosen columns are identifiers or the same for every customer, so nothing tells them apart; choose others."},
		}), nil
	}
	var err error
	if d.order, err = canonical(ctx, d.raw, n); err != nil {
		return nil, nil, err
	}
	kept := make([][]float64, len(d.raw))
	for j := range kept {
		if ctx.Err() != nil {
			return nil, nil, ctx.Err()
		}
		kept[j] = d.arranged(j)
		f := &d.features[j]
		r.learn(f, kept[j])
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
func (d *prepared) arranged(j int) []float64 {
	v := make([]float64, len(d.order))
	for i, row := range d.order {
		v[i] = d.raw[j][row]
	}
	return v
}

// uselessColumn reports a column that is left out, and why.
func uselessColumn(name string, v []float64) (sdk.Diagnostic, bool) {
	d := sdk.Diagnostic{Severity: sdk.SeverityWarning, Column: name}
	lo, hi := extent(v)
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
	lo, hi := extent(v)
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
func (d *prepared) fill(kept [][]float64) string {
	largest := 0.0
	for j, v := range kept {
		for _, x := range v {
			if x-x != 0 {
				return d.features[j].Name
			}
			largest = max(largest, math.Abs(x))
		}
	}
	const tame = 1e50
	d.unit = 1
	if largest > tame || largest < 1/tame {
		_, e := math.Frexp(largest)
		d.unit = math.Ldexp(1, max(-e, -1000))
	}
	d.p = newPoints(len(kept[0]), len(kept))
	for j, v := range kept {
		for i, x := range v {
			d.p.x[i*d.p.d+j] = x * d.unit
		}
	}
	return ""
}

// twins warns of pairs of features that say the same.
func twins(d *prepared) []sdk.Diagnostic {
	const close, most = 0.9, 30
	var out []sdk.Diagnostic
	p := d.p.sample(sampleRows)
	for a := range min(p.d, most) {
		for b := a + 1; b < min(p.d, most); b++ {
			r := correlation(p, a, b)
			if math.Abs(r) <= close {
				continue
			}
			out = append(out, sdk.Diagnostic{
				Severity: sdk.SeverityWarning, Code: "correlated_features", Column: d.features[b].Name,
				Summary: sdk.Text{ZH: "“{a}”与“{b}”几乎同进同退（相关系数 {r}），等于一件事算两次；可去掉一个。", EN: "“{a}” and “{b}” move almost together (correlation {r}), so one thing counts twice; consider dropping one."}.
					Fill("a", d.features[a].Name, "b", d.features[b].Name, "r", strconv.FormatFloat(r, 'f', 2, 64)),
			})
		}
	}
	return out
}
