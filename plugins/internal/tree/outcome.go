package tree

import (
	"context"
	"math"
	"slices"
	"strconv"
	"strings"

	"qunxiang/internal/large"
	"qunxiang/sdk"
	"qunxiang/sdk/table"
)

const (
	fewDistinct = 10    // numbers with up to so many whole values are classes
	tooLarge    = 1e140 // squares of numbers above it overflow
	skewed      = 2.0   // skewness above which a numeric outcome is logged
)

// Notes are what the owner is told.
type Notes []sdk.Diagnostic

// Add puts a remark about a column.
func (n *Notes) Add(s sdk.Severity, code, column string, t sdk.Text) {
	*n = append(*n, sdk.Diagnostic{Severity: s, Code: code, Column: column, Summary: t.Fill("column", column)})
}

// AddParam puts a remark about a parameter.
func (n *Notes) AddParam(s sdk.Severity, code, param string, t sdk.Text) {
	*n = append(*n, sdk.Diagnostic{Severity: s, Code: code, Param: param, Summary: t})
}

// Failed reports whether one of them ends the run.
func (n Notes) Failed() bool { return sdk.Failed(n) }

// Usable reads the columns that may explain the outcome and leaves out identifiers. It
// returns nothing where none is left; the notes say why. Rare levels are those of fewer
// than rare rows.
func Usable(ctx context.Context, columns []*table.Column, rare, threads int, notes *Notes) []Feature {
	var out []Feature
	for _, f := range Read(ctx, columns, rare, threads) {
		if f.Odd > 0 {
			notes.Add(sdk.SeverityWarning, "not_finite", f.Name, sdk.Text{ZH: "“{column}”列有 {n} 个值不是有限的数，按缺失处理。", EN: "Column “{column}” has {n} values that are not finite; they count as missing."}.Fill("n", strconv.Itoa(f.Odd)))
		}
		if f.IDLike {
			notes.Add(sdk.SeverityWarning, "id_like", f.Name, sdk.Text{ZH: "“{column}”列几乎每位客户都不同，像编号，已略去。", EN: "Column “{column}” differs for almost every customer, like an identifier, and was left out."})
			continue
		}
		if f.Rare > 0 {
			notes.Add(sdk.SeverityInfo, "rare_levels", f.Name, sdk.Text{ZH: "“{column}”列有 {n} 种取值各不到 {least} 位客户，太少不足为凭，按缺失处理。", EN: "Column “{column}” has {n} values with fewer than {least} customers each, too few to go by; they count as missing."}.
				Fill("n", strconv.Itoa(f.Rare), "least", strconv.Itoa(rare)))
		}
		out = append(out, f)
	}
	if len(out) == 0 {
		notes.Add(sdk.SeverityError, "no_features", "", sdk.Text{ZH: "没有可用的因素列，请另选。", EN: "No usable factor is left; choose others."})
	}
	return out
}

// Outcome is a target that was read from a column.
type Outcome struct {
	*Target
	Name     string
	Positive int // class whose probability is shown
}

// ReadOutcome decides whether a column is classes or a number. positive names the class
// of interest, "" leaves it to the data: yes, or the rarest. With variance it is a number,
// and never looked at on a logarithmic scale. It returns nil where the
// column cannot be an outcome; the notes say why.
func ReadOutcome(c *table.Column, positive string, variance bool, notes *Notes) *Outcome {
	if n := c.CountMissing(); n > 0 {
		notes.Add(sdk.SeverityError, "target_missing", c.Name, sdk.Text{ZH: "结果列“{column}”有 {n} 个缺失值，请先排除这些客户。", EN: "The outcome “{column}” is missing for {n} customers; exclude them first."}.Fill("n", strconv.Itoa(n)))
		return nil
	}
	r := &reader{c: c, positive: strings.TrimSpace(positive), notes: notes}
	switch {
	case c.Kind == table.Category && variance:
		*notes = append(*notes, VarianceOfCategory(c.Name))
		return nil
	case c.Kind == table.Category:
		f := Feature{}
		f.readLevels(c, 0)
		codes := large.Make[uint32](c.Len())
		for i := range codes {
			codes[i] = f.level(int32(i))
		}
		return r.classes(f.Levels, codes, -1)
	case c.Kind == table.Bool && !variance:
		codes := large.Make[uint32](c.Len())
		for i, x := range c.Ints {
			codes[i] = uint32(x & 1)
		}
		return r.classes([]string{"false", "true"}, codes, 1)
	}
	return r.number(variance)
}

// VarianceOfCategory is said when a criterion does not fit the outcome.
func VarianceOfCategory(column string) sdk.Diagnostic {
	return sdk.Diagnostic{
		Severity: sdk.SeverityError, Code: "variance_of_category", Param: "criterion", Column: column,
		Summary: sdk.Text{ZH: "“{column}”是类别，没有方差；请用 gini 或 entropy。", EN: "“{column}” is a category and has no variance; use gini or entropy."}.Fill("column", column),
	}
}

type reader struct {
	c        *table.Column
	positive string
	notes    *Notes
}

func (r *reader) number(variance bool) *Outcome {
	c := r.c
	v := large.Make[float64](c.Len())
	distinct := make([]float64, 0, fewDistinct+1)
	whole := true
	for i := range v {
		v[i] = c.Float(i) + 0
		if !(math.Abs(v[i]) < tooLarge) {
			r.notes.Add(sdk.SeverityError, "target_range", c.Name, sdk.Text{ZH: "结果列“{column}”含有不是数或过大的值。", EN: "The outcome “{column}” holds values that are not numbers or too large."})
			return nil
		}
		if len(distinct) > fewDistinct || !slices.Contains(distinct, v[i]) { // a value that was not looked at
			distinct = append(distinct[:min(len(distinct), fewDistinct)], v[i])
			whole = whole && v[i] == math.Trunc(v[i])
		}
	}
	if len(distinct) == 1 {
		return r.oneClass()
	}
	if variance || !whole || len(distinct) > fewDistinct {
		return &Outcome{Target: r.logged(v, variance), Name: c.Name}
	}
	values := distinct
	slices.Sort(values)
	names, codes := make([]string, len(values)), make([]uint32, len(v))
	for k, x := range values {
		names[k] = strconv.FormatFloat(x, 'f', -1, 64)
	}
	for i, x := range v {
		at, _ := slices.BinarySearch(values, x)
		codes[i] = uint32(at)
	}
	preferred := -1
	if len(values) == 2 && values[0] == 0 && values[1] == 1 { // written yes and no
		preferred = 1
	}
	return r.classes(names, codes, preferred)
}

// logged is a numeric outcome. A very skewed one is explained on a logarithmic scale:
// otherwise a few huge values decide every variance, and nothing else can be seen, unless
// asIs says otherwise.
func (r *reader) logged(v []float64, asIs bool) *Target {
	if asIs || skewness(v) <= skewed {
		return NewNumbers(v)
	}
	log := large.Make[float64](len(v))
	for i, x := range v {
		log[i] = math.Copysign(math.Log1p(math.Abs(x)), x)
	}
	r.notes.Add(sdk.SeverityInfo, "log_target", r.c.Name, sdk.Text{
		ZH: "“{column}”很不对称，少数特别大的值会左右一切，所以按对数比较（criterion=variance 则按原值）；客群里显示的仍是原来的平均值，误差指标按对数计算。",
		EN: "“{column}” is very lopsided: a few huge values would decide everything, so it is compared on a logarithmic scale (criterion=variance takes it as it is). Segments still show plain means; the error measures are of the logarithm.",
	})
	t := NewNumbers(log)
	t.Raw = v
	return t
}

// skewness is g₁, the third central moment over the standard deviation cubed; the
// values are summed in rising order, so the order of rows does not matter.
func skewness(v []float64) float64 {
	s := slices.Sorted(slices.Values(v))
	n, mean, m2, m3 := float64(len(s)), 0.0, 0.0, 0.0
	for _, x := range s {
		mean += x / n
	}
	for _, x := range s {
		d := (x - mean) / max(math.Abs(s[0]), math.Abs(s[len(s)-1]))
		m2 += float64(d * d)
		m3 += float64(d * d * d)
	}
	if m2 == 0 {
		return 0
	}
	return m3 / n / math.Pow(m2/n, 1.5)
}

func (r *reader) oneClass() *Outcome {
	r.notes.Add(sdk.SeverityError, "one_class", r.c.Name, sdk.Text{ZH: "结果列“{column}”对所有客户都一样，没有可以解释的差别。", EN: "The outcome “{column}” is the same for every customer, so there is nothing to explain."})
	return nil
}

// classes takes the classes and finds the one of interest: the one that was named, else
// preferred, else the rarest (the last of equals).
func (r *reader) classes(names []string, codes []uint32, preferred int) *Outcome {
	if len(names) > MostClasses {
		r.notes.Add(sdk.SeverityError, "many_classes", r.c.Name, sdk.Text{ZH: "结果列“{column}”有 {n} 种取值，最多支持 20 种；请先合并。", EN: "The outcome “{column}” has {n} values; at most 20 are supported. Merge some first."}.Fill("n", strconv.Itoa(len(names))))
		return nil
	}
	number := make([]int, len(names))
	class := make([]byte, len(codes))
	for i, k := range codes {
		class[i] = byte(k)
		number[k]++
	}
	present, rarest := 0, -1
	for k, n := range number {
		if n > 0 {
			present++
			if rarest < 0 || n <= number[rarest] {
				rarest = k
			}
		}
	}
	if present < 2 {
		return r.oneClass()
	}
	positive := rarest
	if preferred >= 0 {
		positive = preferred
	}
	if r.positive != "" {
		if positive = slices.Index(names, r.positive); positive < 0 {
			*r.notes = append(*r.notes, sdk.Diagnostic{
				Severity: sdk.SeverityError, Code: "positive_unknown", Param: "positive", Column: r.c.Name,
				Summary: sdk.Text{ZH: "结果列“{column}”里没有“{value}”；有：{values}。", EN: "The outcome “{column}” has no value “{value}”; there are: {values}."}.
					Fill("column", r.c.Name, "value", r.positive, "values", strings.Join(names, ", ")),
			})
			return nil
		}
	}
	return &Outcome{Target: &Target{Classes: names, Class: class}, Name: r.c.Name, Positive: positive}
}

// Warn says which features may be known only after the outcome.
func (n *Notes) Warn(leaks []Leak, features []Feature) {
	for _, l := range leaks {
		name := features[l.Feature].Name
		switch {
		case l.Absence:
			n.Add(sdk.SeverityWarning, "leakage", name, sdk.Text{
				ZH: "“{column}”列填没填几乎就等于结果。它多半是结果出现之后才登记的；请确认，否则去掉它再跑。",
				EN: "Whether column “{column}” is filled in almost gives the outcome away. It is probably recorded only after the outcome; check, or leave it out.",
			})
		case l.Share > leakShare:
			n.Add(sdk.SeverityWarning, "leakage", name, sdk.Text{
				ZH: "单凭“{column}”一列就几乎能猜中结果。它可能是结果出现之后才有的，或就是结果本身；请确认，否则去掉它再跑。",
				EN: "Column “{column}” alone almost gives the outcome away. It may be known only after the outcome, or be the outcome itself; check, or leave it out.",
			})
		default:
			n.Add(sdk.SeverityWarning, "leakage_name", name, sdk.Text{
				ZH: "从名字看，“{column}”可能是结果出现之后才知道的；请确认，否则去掉它再跑。",
				EN: "By its name column “{column}” may be known only after the outcome; check, or leave it out.",
			})
		}
	}
}
