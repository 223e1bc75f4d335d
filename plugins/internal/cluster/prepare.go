package cluster

import (
	"context"
	"math"
	"slices"
	"strconv"
	"strings"

	"qunxiang/internal/large"
	"qunxiang/plugins/internal/vec"
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

// Prepared is the data of a run, in canonical order. Of more than OrderRows rows in
// columns only a sample is ordered, and the rows stay as they are, unless the sample
// shows too few different ones.
type Prepared struct {
	P        Points      // by Prepare
	C        Columns     // by PrepareColumns
	Weight   []float64   // by place, as C; nil where every row counts once
	Order    []int32     // place → row of the table
	AsGiven  bool        // Order is 0, 1, 2, …
	Sample   Columns     // rows of C, by PrepareColumns: those Sampled
	Sampled  []int32     // places of a sample of at most SampleRows, in canonical order
	Some     []int32     // places of a larger sample in no order of its own; nil where all rows are it
	Largest  []float64   // size of the largest value of each column of C
	Features []Feature   // of the columns of P and C
	Raw      [][]float64 // original values of the kept columns, by row of the table
	ends     [][2]float64
	shelf    *large.Shelf
	Unit     float64 // P and C hold prepared values times unit, a power of two
	Distinct int     // different rows, as far as they matter: at most mostDistinct
	InSample int     // the same of the sample, by PrepareColumns
}

const (
	// OrderRows is the number of rows up to which all are put into canonical order.
	OrderRows = 50_000
	// someRows is the size of the larger sample, more or less; it is made of twice as many.
	someRows = 200_000
	// mostDistinct is where counting different rows ends; no k is larger.
	mostDistinct = 1_000
	mostGroups   = 100
)

// N returns the number of rows.
func (d *Prepared) N() int { return len(d.Order) }

// largest returns the size of the largest original value of a kept column.
func (d *Prepared) largest(j int) float64 { return max(-d.ends[j][0], d.ends[j][1], 0) }

// spread returns mean and standard deviation of the prepared values of a column, times
// Unit, among the sample where there is one.
func (d *Prepared) spread(j int) (mean, sd float64) {
	if d.C.D > 0 {
		v := d.Sample.Column(j)
		return meanSD(v, large.Take[float64](d.shelf, len(v)))
	}
	out := make([]float64, d.P.N)
	for i := range out {
		out[i] = d.P.X[i*d.P.D+j]
	}
	return MeanSD(out)
}

// ReadColumns returns the values of the feature columns, and what is wrong with them.
func ReadColumns(columns []*table.Column) ([][]float64, []sdk.Diagnostic) {
	values, _, diags := readColumns(columns)
	return values, diags
}

// readColumns is ReadColumns with the smallest and the largest value of each column.
func readColumns(columns []*table.Column) (out [][]float64, ends [][2]float64, diags []sdk.Diagnostic) {
	out, ends = make([][]float64, len(columns)), make([][2]float64, len(columns))
	for j, c := range columns {
		bad := c.CountMissing()
		if out[j] = c.Floats; c.Kind != table.Float64 {
			out[j] = make([]float64, len(c.Ints))
			for i, x := range c.Ints {
				out[j][i] = float64(x)
			}
		}
		lo, hi, finite := survey(out[j])
		if ends[j] = [2]float64{lo, hi}; !finite {
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

// survey returns the smallest and the largest value, and whether no value is NaN or
// infinite, and no sum of them either. Both look at a value while it is at hand.
func survey(v []float64) (lo, hi float64, finite bool) {
	total := 0.0
	for from := 0; from < len(v); from += BlockRows {
		part := v[from:min(from+BlockRows, len(v))]
		sum, _ := vec.GridSum(part, 0, 0)
		total += sum
		a, b := Extent(part)
		if from == 0 {
			lo, hi = a, b
		}
		lo, hi = min(lo, a), max(hi, b)
	}
	return lo, hi, total-total == 0
}

// Prepare brings the columns into canonical order and applies the recipe.
func Prepare(ctx context.Context, columns []*table.Column, n int, r Recipe) (*Prepared, []sdk.Diagnostic, error) {
	d, diags := kept(columns, n)
	if d == nil {
		return nil, diags, nil
	}
	var err error
	if d.Order, err = Canonical(ctx, d.Raw, n); err != nil {
		return nil, nil, err
	}
	c := vec.NewColumns(n, len(d.Raw))
	bad, err := d.learn(ctx, r, c)
	switch {
	case err != nil:
		return nil, nil, err
	case bad != "":
		return nil, append(diags, rangeDiagnostic(bad)), nil
	}
	d.P = ToPoints(c)
	d.Distinct = d.P.Distinct()
	return d, append(diags, twins(ToColumns(d.P.Sample(SampleRows)), d.Features)...), nil
}

// PrepareColumns is Prepare with the result in columns, and with weights of the rows,
// which may be nil. Above OrderRows rows keep their order: what comes after must not
// depend on it.
func PrepareColumns(w Worker, columns []*table.Column, weight []float64, n int, r Recipe) (*Prepared, []sdk.Diagnostic, error) {
	d, diags := kept(columns, n)
	if d == nil {
		return nil, diags, nil
	}
	d.shelf = w.Shelf
	if err := d.arrange(w.Ctx, weight, n); err != nil {
		return nil, nil, err
	}
	d.C = vec.ColumnsOn(w.Shelf, n, len(d.Raw))
	bad, err := d.learn(w.Ctx, r, d.C)
	switch {
	case err != nil:
		return nil, nil, err
	case bad != "":
		return nil, append(diags, rangeDiagnostic(bad)), nil
	}
	d.Sample = d.C
	if len(d.Sampled) < n {
		d.Sample = w.Gather(d.C, d.Sampled)
	}
	return d, append(diags, twins(d.Sample, d.Features)...), nil
}

// arrange sets the order, the sample and the weights.
func (d *Prepared) arrange(ctx context.Context, weight []float64, n int) error {
	keys := d.Raw
	if weight != nil {
		keys = append(slices.Clone(keys), weight)
	}
	hash, err := hashes(ctx, d.Raw, n)
	if err != nil {
		return err
	}
	d.Distinct = differentRows(hash, mostDistinct)
	for i, x := range weight {
		hash[i] = mix(hash[i], x)
	}
	if n > OrderRows {
		d.Order, d.AsGiven = Evenly(n, n), true
		var some []int32 // nil: all rows
		if n > 2*someRows {
			some = below(hash, nil, atMost(someRows, n))
		}
		if evenShares(hash) {
			d.Sampled = canonicalBelow(keys, hash, some, atMost(SampleRows*11/10, n))
		}
		if len(d.Sampled) < SampleRows { // many rows are alike, or a rare chance
			d.Sampled = canonicalSample(keys, hash, SampleRows)
		} else {
			d.Sampled, d.Some = d.Sampled[:SampleRows], some
		}
		d.InSample = neighbours(hash, d.Sampled)
	}
	if n <= OrderRows || d.InSample < min(d.Distinct, mostGroups) {
		if d.Order, err = Canonical(ctx, keys, n); err != nil {
			return err
		}
		d.Sampled, d.Some, d.AsGiven = Evenly(n, SampleRows), nil, false
		rows := make([]int32, len(d.Sampled))
		for i, at := range d.Sampled {
			rows[i] = d.Order[at]
		}
		d.InSample = neighbours(hash, rows)
	}
	if weight != nil {
		d.Weight = arranged(weight, d.Order)
	}
	return nil
}

// kept returns the columns that tell customers apart; nil where there is no run.
func kept(columns []*table.Column, n int) (*Prepared, []sdk.Diagnostic) {
	values, ends, diags := readColumns(columns)
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

// learn finds the recipe and puts prepared values, by place and times Unit, into the
// table. It returns the name of a column that cannot be used.
func (d *Prepared) learn(ctx context.Context, r Recipe, to Columns) (bad string, err error) {
	largest := 0.0
	for j := range to.D {
		if ctx.Err() != nil {
			return "", ctx.Err()
		}
		v := to.Column(j)
		d.arrangeInto(v, d.Raw[j])
		f, lo, hi := &d.Features[j], d.ends[j][0], d.ends[j][1]
		r.Learn(f, v)
		if f.Low != nil || f.Log {
			lo, hi = Extent(v)
		}
		if f.Centre != 0 || f.Scale != 1 { // rounded, it still puts no value before a smaller one
			for i, x := range v {
				v[i] = (x - f.Centre) / f.Scale
			}
			lo, hi = (lo-f.Centre)/f.Scale, (hi-f.Centre)/f.Scale
		}
		if lo-lo != 0 || hi-hi != 0 {
			return f.Name, nil
		}
		d.Largest = append(d.Largest, max(-lo, hi, 0))
		largest = max(largest, d.Largest[j])
	}
	const tame = 1e50 // squares of values neither overflow nor vanish
	d.Unit = 1
	if largest > tame || largest < 1/tame {
		_, e := math.Frexp(largest)
		d.Unit = math.Ldexp(1, max(-e, -1000))
		for i := range to.X {
			to.X[i] *= d.Unit
		}
		for j := range d.Largest {
			d.Largest[j] *= d.Unit
		}
	}
	return "", nil
}

// arrangeInto puts values by row of the table into out, by place.
func (d *Prepared) arrangeInto(out, v []float64) {
	if d.AsGiven {
		copy(out, v)
		return
	}
	for i, row := range d.Order {
		out[i] = v[row]
	}
}

// ByRow returns values by place as those by row of the table. It may be the same slice.
func (d *Prepared) ByRow(v []float64) []float64 {
	if d.AsGiven {
		return v
	}
	out := make([]float64, len(v))
	for i, row := range d.Order {
		out[row] = v[i]
	}
	return out
}

// arranged returns values in an order.
func arranged(v []float64, order []int32) []float64 {
	out := make([]float64, len(order))
	for i, row := range order {
		out[i] = v[row]
	}
	return out
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

// twins warns of pairs of features that say the same.
func twins(c Columns, features []Feature) []sdk.Diagnostic {
	const close, most = 0.9, 30
	var out []sdk.Diagnostic
	for a := range min(c.D, most) {
		for b := a + 1; b < min(c.D, most); b++ {
			r := correlation(c.Column(a), c.Column(b))
			if math.Abs(r) <= close {
				continue
			}
			out = append(out, sdk.Diagnostic{
				Severity: sdk.SeverityWarning, Code: "correlated_features", Column: features[b].Name,
				Summary: sdk.Text{ZH: "“{a}”与“{b}”几乎同进同退（相关系数 {r}），等于一件事算两次；可去掉一个。", EN: "“{a}” and “{b}” move almost together (correlation {r}), so one thing counts twice; consider dropping one."}.
					Fill("a", features[a].Name, "b", features[b].Name, "r", strconv.FormatFloat(r, 'f', 2, 64)),
			})
		}
	}
	return out
}
