package guard

import (
	"cmp"
	"math"
	"slices"

	"qunxiang/core"
	"qunxiang/core/feature"
	"qunxiang/sdk"
	"qunxiang/sdk/table"
)

// none stands for a value that is not there.
func none() float64 { return math.NaN() }

// dominant is the share of all variance from which one column decides alone.
const dominant = 0.9

// scaleDominance: distances between customers are nothing but one column's.
func scaleDominance(l *look) []Finding {
	scale, ok := l.Info.Param("scale")
	cols := l.numeric()
	if !ok || len(cols) < 2 || len(l.rows) < fewCustomers || l.Params.Text(scale.ID) != "none" || l.Params.Text("distance") == "gower" {
		return nil
	}
	total, most, at := 0.0, 0.0, 0
	for i, c := range cols {
		_, v := meanVariance(l.column(c))
		total += v
		if v > most {
			most, at = v, i
		}
	}
	if !(total > 0) || most/total < dominant {
		return nil
	}
	name := cols[at].Name
	return []Finding{{
		Code: ScaleDominance, Severity: sdk.SeverityWarning, Param: scale.ID, Columns: []string{name},
		Args: core.Args{"column": name, "share": math.Round(1000*most/total) / 10, "others": len(cols) - 1},
	}}
}

// idAsFeature: a column that names customers instead of describing them.
func idAsFeature(l *look) []Finding {
	if l.Table == nil || l.Table.Rows < fewCustomers {
		return nil
	}
	var out []Finding
	for _, c := range l.features() {
		if own(c.Name) || l.Info.ID == "" && c.Kind == table.Category || !l.names(c) {
			continue
		}
		out = append(out, Finding{Code: IDAsFeature, Severity: sdk.SeverityWarning, Columns: []string{c.Name}, Args: core.Args{"column": c.Name}})
	}
	return out
}

// Names reports whether a column holds names of customers, one for nearly each, instead
// of something about them.
func Names(in Input, c *table.Column) bool { return newLook(in).names(c) }

// names reports whether nearly every customer has a value of its own in the column, and
// the values are names: texts, whole numbers under a header that says so, or running
// numbers.
func (l *look) names(c *table.Column) bool {
	const nearly = 0.95
	if c.Kind == table.Category {
		there := c.Len() - c.CountMissing()
		return there >= fewCustomers && float64(len(c.Dict)) > nearly*float64(there)
	}
	if !c.Numeric() || c.Kind == table.Bool {
		return false
	}
	if slices.ContainsFunc(l.column(c), func(x float64) bool { return x != math.Trunc(x) && !math.IsNaN(x) }) {
		return false
	}
	v, low, high := slices.DeleteFunc(slices.Clone(l.column(c)), math.IsNaN), math.Inf(1), math.Inf(-1)
	for _, x := range v {
		low, high = min(low, x), max(high, x)
	}
	slices.Sort(v)
	n := len(slices.Compact(v))
	if len(v) < fewCustomers || float64(n) < nearly*float64(len(v)) {
		return false
	}
	return Is("id", c.Name) || high-low < 1.5*float64(l.Table.Rows)
}

// futureFeature: what was not known on the as-of date. Attributes are as they were when
// they were imported; on an earlier date they may tell what happened later. And a column
// that tells the outcome nearly by itself was most likely written down after it.
func futureFeature(l *look) []Finding {
	var out []Finding
	if later := l.attributesAfter(); len(later) > 0 {
		last := l.history().Last
		out = append(out, Finding{
			Code: FutureFeature, Severity: sdk.SeverityWarning, Columns: later,
			Args: core.Args{"columns": later, "asOf": l.AsOf, "last": last, "why": core.Message{Key: "guard.future.asof", Args: core.Args{"asOf": l.AsOf, "last": last}}},
		})
	}
	target := l.targetColumn()
	if target == nil {
		return out
	}
	for _, c := range l.features() {
		if c == target || own(c.Name) {
			continue
		}
		hit, base := l.tells(c, target)
		if hit < 0.98 || base > 0.95 || hit-base < 0.05 {
			continue
		}
		out = append(out, Finding{
			Code: FutureFeature, Severity: sdk.SeverityWarning, Columns: []string{c.Name},
			Args: core.Args{"columns": []string{c.Name}, "why": core.Message{Key: "guard.future.tells", Args: core.Args{"target": target.Name, "share": math.Round(1000*hit) / 10}}},
		})
	}
	return out
}

// attributesAfter are the columns of attributes in a run as of a day on which the data
// go on.
func (l *look) attributesAfter() []string {
	if h := l.history(); h.Rows == 0 || l.AsOf == core.NoDate || l.AsOf > h.Last {
		return nil
	}
	var out []string
	for _, c := range l.features() {
		if !own(c.Name) && l.Info.ID != "" {
			out = append(out, c.Name)
		}
	}
	return out
}

func (l *look) targetColumn() *table.Column {
	for _, r := range l.Info.Roles {
		if r.Param == "target" && l.Table != nil {
			for i := range l.Table.Columns {
				if c := &l.Table.Columns[i]; c.Role == r.ID && c.Kind == table.Category {
					return c
				}
			}
		}
	}
	return nil
}

// tells returns how often the column, cut into at most twenty levels, gives the target's
// most frequent value there, and how often one guesses it without.
func (l *look) tells(c, target *table.Column) (hit, base float64) {
	const bins = 20
	level := make([]int, len(l.rows))
	switch {
	case c.Kind == table.Category:
		if len(c.Dict) > bins {
			return 0, 1
		}
		for i, r := range l.rows {
			level[i] = int(c.Codes[r])
		}
	case c.Numeric():
		v := l.column(c)
		order := slices.DeleteFunc(slices.Clone(v), math.IsNaN)
		slices.Sort(order)
		for i, x := range v {
			at, _ := slices.BinarySearch(order, x)
			level[i] = at * bins / max(1, len(order))
		}
	default:
		return 0, 1
	}
	counts, all, n := map[[2]int]int{}, map[uint32]int{}, 0
	for i, r := range l.rows {
		if c.Missing(int(r)) || target.Missing(int(r)) {
			continue
		}
		counts[[2]int{level[i], int(target.Codes[r])}]++
		all[target.Codes[r]]++
		n++
	}
	if n < fewCustomers || len(all) < 2 || len(all) > bins {
		return 0, 1
	}
	best, most := map[int]int{}, 0
	for k, v := range counts {
		best[k[0]] = max(best[k[0]], v)
	}
	sum := 0
	for _, v := range best {
		sum += v
	}
	for _, v := range all {
		most = max(most, v)
	}
	return float64(sum) / float64(n), float64(most) / float64(n)
}

// reversedRecency: recency counts days since the last order, so fewer is better. A column
// of dates, or one that grows with the number of orders, is the other way round.
func reversedRecency(l *look) []Finding {
	var out []Finding
	for _, c := range l.numeric() {
		if c.Role == "t_x" { // of the value models: from the first purchase to the last, more is better
			continue
		}
		if c.Name == feature.Recency || c.Role != "recency" && !Is("recency", c.Name) || own(c.Name) && c.Role != "recency" {
			continue
		}
		why := l.reversed(c)
		if why.Key == "" {
			continue
		}
		out = append(out, Finding{Code: ReversedRecency, Severity: sdk.SeverityWarning, Columns: []string{c.Name}, Args: core.Args{"column": c.Name, "why": why}})
	}
	return out
}

// reversed says what shows that a column is recency the wrong way round.
func (l *look) reversed(c *table.Column) core.Message {
	v := l.column(c)
	if asDates(v) {
		return core.Message{Key: "guard.recency.dates", Args: core.Args{"column": c.Name}}
	}
	if c.Role == "recency" && c.Unit != "" && c.Unit != "day" {
		return core.Message{Key: "guard.recency.unit", Args: core.Args{"column": c.Name}}
	}
	for _, other := range []struct {
		name string
		sign float64
	}{{feature.Recency, -1}, {feature.Frequency, 1}} {
		o := l.known(other.name)
		if o == nil || len(l.rows) < fewCustomers {
			continue
		}
		if r := other.sign * spearman(v, o); r > 0.3 {
			return core.Message{Key: "guard.recency.grows", Args: core.Args{"column": c.Name, "other": other.name, "r": math.Round(other.sign*r*100) / 100}}
		}
	}
	return core.Message{}
}

// known returns a feature of the project at the rows looked at, nil where there is none.
func (l *look) known(name string) []float64 {
	if l.Features == nil {
		return nil
	}
	c := l.Features.Table.Column(name)
	if c == nil || !c.Numeric() {
		return nil
	}
	v := make([]float64, len(l.rows))
	for i, r := range l.rows {
		v[i] = none()
		if at := int(l.Rows[r]); !c.Missing(at) {
			v[i] = c.Float(at)
		}
	}
	return v
}

// asDates reports whether the values read as days: 20240131.
func asDates(v []float64) bool {
	n := 0
	for _, x := range v {
		if math.IsNaN(x) {
			continue
		}
		m, d := int(x)/100%100, int(x)%100
		if x != math.Trunc(x) || x < 19000101 || x > 22001231 || m < 1 || m > 12 || d < 1 || d > 31 {
			return false
		}
		n++
	}
	return n > 0
}

// twin is the rank correlation from which two columns say the same.
const twin = 0.95

// correlatedTwins: two columns of a clustering that rise and fall together count twice.
func correlatedTwins(l *look) []Finding {
	if !slices.Contains(l.Info.Tags, "clustering") || len(l.rows) < fewCustomers {
		return nil
	}
	cols := l.numeric()
	const most = 30 // columns; pairs grow with the square
	cols = cols[:min(len(cols), most)]
	var r ranker
	ranks := make([]rank, len(cols))
	for i, c := range cols {
		ranks[i] = r.rank(l.column(c))
	}
	type pair struct {
		a, b string
		r    float64
	}
	var pairs []pair
	for i := range cols {
		for j := i + 1; j < len(cols); j++ {
			if r := ranks[i].correlation(ranks[j]); math.Abs(r) > twin {
				pairs = append(pairs, pair{cols[i].Name, cols[j].Name, r})
			}
		}
	}
	if len(pairs) == 0 {
		return nil
	}
	top := slices.MaxFunc(pairs, func(a, b pair) int { return cmp.Compare(math.Abs(a.r), math.Abs(b.r)) })
	f := Finding{Code: CorrelatedTwins, Severity: sdk.SeverityWarning, Args: core.Args{"a": top.a, "b": top.b, "r": math.Round(100*top.r) / 100, "count": len(pairs)}}
	for _, p := range pairs {
		for _, name := range []string{p.a, p.b} {
			if !slices.Contains(f.Columns, name) {
				f.Columns = append(f.Columns, name)
			}
		}
	}
	return []Finding{f}
}
