package chart

import (
	"math"
	"slices"

	"qunxiang/sdk/table"
)

// columnTitle returns what people call a column: the method's title, the known
// name of a feature, otherwise the column's own name.
func (in *Input) columnTitle(name string) string {
	if t, ok := in.Titles[name]; ok && !t.IsZero() {
		return t.In(in.Lang)
	}
	lc := in.locale()
	if key := "chart.column." + name; lc.Has(key) {
		return lc.T(key)
	}
	return lc.Feature(name)
}

// unit returns the unit of a column: what the column says, or what is known of a
// feature of that name.
func (in *Input) unit(name string) string {
	if c := in.column(name); c != nil && c.Unit != "" {
		return c.Unit
	}
	switch name {
	case "recency_days", "tenure_days":
		return "day"
	case "frequency":
		return "order"
	case "monetary", "monetary_mean", "clv":
		return "money"
	}
	return ""
}

// axisTitle is the column's title with its unit in brackets.
func (in *Input) axisTitle(name string) string {
	lc, unit := in.locale(), in.unit(name)
	text := ""
	switch key := "chart.unit." + unit; {
	case unit == "", unit == "order": // the title says that it counts orders
		return in.columnTitle(name)
	case unit == "money":
		text = in.Currency
	case lc.Has(key):
		text = lc.T(key)
	default:
		text = unit
	}
	if text == "" {
		return in.columnTitle(name)
	}
	return lc.T("chart.axis", "title", in.columnTitle(name), "unit", text)
}

// value writes a value of a column as people read it, with its unit.
func (in *Input) value(name string, v float64) string {
	lc, unit := in.locale(), in.unit(name)
	if unit == "money" {
		return lc.CompactMoney(v, in.Currency)
	}
	s := lc.Compact(v)
	if math.Abs(v) < 1e4 {
		s = lc.Number(v, -1)
	}
	if key := "chart.of_unit." + unit; unit != "" && lc.Has(key) {
		return lc.T(key, "v", s, "n", v)
	}
	return s
}

// span writes a range of values of a column, with the unit once.
func (in *Input) span(name string, low, high float64) string {
	lc := in.locale()
	from := lc.Compact(low)
	if math.Abs(low) < 1e4 {
		from = lc.Number(low, -1)
	}
	if in.unit(name) == "money" {
		from = in.value(name, low)
	}
	return lc.T("chart.hover.range", "low", from, "high", in.value(name, high))
}

// named writes "title: value".
func (in *Input) named(name string, v float64) string {
	return in.locale().T("chart.pair", "name", in.columnTitle(name), "value", in.value(name, v))
}

// axisColumns returns the columns that a kind is drawn over: those asked for or
// the most telling ones.
func (in *Input) axisColumns(kind string, o Options) (x, y string) {
	switch kind {
	case KindScatter:
		pick := in.features()
		if o.X == "" {
			o.X = firstOf(pick, o.Y, "recency_days")
		}
		if o.Y == "" {
			o.Y = firstOf(pick, o.X, "monetary", "frequency")
		}
		return o.X, o.Y
	case KindCrosstab:
		if all := CrosstabFeatures(in.Seg); o.X == "" && len(all) > 0 {
			o.X = all[0]
		}
	case KindBox, KindHistogram:
		if o.X == "" {
			o.X = firstOf(in.features(), "", "monetary")
		}
	}
	return o.X, o.Y
}

// firstOf returns the first wanted name that is there, otherwise the first name;
// never the one to leave out.
func firstOf(names []string, without string, wanted ...string) string {
	names = slices.DeleteFunc(slices.Clone(names), func(n string) bool { return n == without })
	for _, w := range wanted {
		if slices.Contains(names, w) {
			return w
		}
	}
	if len(names) == 0 {
		return ""
	}
	return names[0]
}

// features lists the numeric columns worth an axis: the run's features first, then
// the method's own numbers; scores of RFM last, for they are few whole numbers.
func (in *Input) features() []string {
	all := in.numericNames()
	slices.SortStableFunc(all, func(a, b string) int { return in.rank(a) - in.rank(b) })
	return all
}

func (in *Input) rank(name string) int {
	switch {
	case name == "r" || name == "f" || name == "m" || name == "rfm_score":
		return 2
	case slices.Contains(in.Seg.Features, name):
		return 0
	}
	return 1
}

// largest is the largest value, in magnitude, that an axis takes: beyond are only
// the accidents of a method.
const largest = 1e18

// drawable reports whether a value can be put on an axis.
func drawable(v float64) bool { return math.Abs(v) <= largest } // false for NaN

// floats returns the drawable values of a numeric column and the rows they are in.
func floats(c *table.Column) (values []float64, rows []int32) {
	n := c.Len()
	values, rows = make([]float64, 0, n), make([]int32, 0, n)
	for i := range n {
		if v := c.Float(i); !c.Missing(i) && drawable(v) {
			values, rows = append(values, v), append(rows, int32(i))
		}
	}
	return values, rows
}
