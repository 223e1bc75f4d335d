package advise

import (
	"math"
	"slices"
	"strconv"

	"qunxiang/core"
	"qunxiang/core/feature"
	"qunxiang/core/guard"
	"qunxiang/sdk/table"
)

// Facts are what the rules look at.
type Facts struct {
	Customers  int
	Orders     int     // valid ones; 0 = the project has no transactions
	Buyers     int     // customers with an order
	OnceShare  float64 // of the buyers, 0…1
	Repeaters  int     // buyers with at least three orders
	SpanDays   int     // from the first order to the as-of date
	MoneyTop   float64 // share of the money that the best fifth of the buyers spend
	Products   bool    // the orders name products or categories
	AddedUp    bool    // of purchases only sums are there, which a database made
	Numbers    []string
	Categories []string
	Outcomes   []string // categories that look like something to be explained
	LeftOut    []string // attributes that no clustering should use: identifiers, constants, hardly filled ones
	Start      Line     // where a first rule by hand may cut
	Methods    []string // ids of the methods that are there
}

// Line is a value that about the best fifth of the customers reach in a column, rounded
// down to two digits; the zero value where there is none that parts them.
type Line struct {
	Column  string
	From    float64
	Reached int // customers
	Known   int // with a value
}

// lineOf looks for a line in a column of numbers.
func lineOf(c *table.Column) Line {
	var v []float64
	for i := range c.Len() {
		if x := 0.0; !c.Missing(i) {
			if x = c.Float(i); !math.IsNaN(x) && !math.IsInf(x, 0) {
				v = append(v, x)
			}
		}
	}
	if len(v) < 2 {
		return Line{}
	}
	slices.Sort(v)
	from := v[len(v)-(len(v)+4)/5]
	if from != 0 {
		unit := math.Pow(10, math.Floor(math.Log10(math.Abs(from)))-1)
		if x, err := strconv.ParseFloat(strconv.FormatFloat(math.Floor(from/unit)*unit, 'e', 1, 64), 64); err == nil {
			from = x
		}
	}
	at, _ := slices.BinarySearch(v, from)
	if at == 0 || at == len(v) {
		return Line{}
	}
	return Line{Column: c.Name, From: from, Reached: len(v) - at, Known: len(v)}
}

// Attributes are used where most customers have them and they are not all the same.
const (
	mostMissing = 0.3
	mostLevels  = 20
)

// Collect reads the facts of a feature table. Columns that others were made of, as items are
// of the score of their scale, are left out: they would count twice.
func Collect(set *feature.Set, sources []core.Source, methods []string, madeOf ...string) Facts {
	f := Facts{Customers: set.Table.Rows, Methods: methods}
	f.purchases(set)
	rows := false
	for _, s := range sources {
		if s.Database != nil && s.Database.Aggregate {
			f.AddedUp = true
			continue
		}
		rows = rows || s.Kind == core.SourceTransactions
		m := s.Report.Detected.Mapping
		f.Products = f.Products || m[core.RoleProduct] != "" || m[core.RoleCategory] != ""
	}
	f.AddedUp = f.AddedUp && !rows
	in := guard.Input{Table: set.Table, Features: set, Rows: all(set.Table.Rows)}
	for i := range set.Table.Columns {
		switch c := &set.Table.Columns[i]; {
		case slices.Contains(feature.Names(), c.Name):
		case slices.Contains(madeOf, c.Name):
			f.LeftOut = append(f.LeftOut, c.Name)
		default:
			f.attribute(c, guard.Names(in, c))
		}
	}
	if f.Buyers > 0 {
		f.Start = lineOf(set.Table.Column(feature.Monetary))
	} else if len(f.Numbers) > 0 {
		f.Start = lineOf(set.Table.Column(f.Numbers[0]))
	}
	return f
}

func all(n int) []int32 {
	out := make([]int32, n)
	for i := range out {
		out[i] = int32(i)
	}
	return out
}

func (f *Facts) purchases(set *feature.Set) {
	freq, money, tenure := set.Table.Column(feature.Frequency), set.Table.Column(feature.Monetary), set.Table.Column(feature.Tenure)
	if freq == nil || money == nil || tenure == nil {
		return
	}
	once := 0
	var spent []float64
	for i := range set.Table.Rows {
		if freq.Missing(i) {
			continue
		}
		n := int(freq.Float(i))
		f.Buyers++
		f.Orders += n
		if n == 1 {
			once++
		}
		if n >= 3 {
			f.Repeaters++
		}
		f.SpanDays = max(f.SpanDays, int(tenure.Float(i)))
		spent = append(spent, max(0, money.Float(i)))
	}
	if f.Buyers == 0 {
		return
	}
	f.OnceShare = float64(once) / float64(f.Buyers)
	slices.Sort(spent)
	total, top := 0.0, 0.0
	for i, m := range spent {
		total += m
		if i >= len(spent)-(len(spent)+4)/5 {
			top += m
		}
	}
	if total > 0 && !math.IsInf(total, 0) {
		f.MoneyTop = top / total
	}
}

func (f *Facts) attribute(c *table.Column, names bool) {
	there := c.Len() - c.CountMissing()
	if names || float64(c.CountMissing()) > mostMissing*float64(c.Len()) || there == 0 || constant(c) {
		f.LeftOut = append(f.LeftOut, c.Name)
		return
	}
	switch {
	case c.Kind == table.Category:
		f.category(c)
	case c.Numeric() && c.Kind != table.Bool:
		f.number(c)
	}
}

func (f *Facts) category(c *table.Column) {
	if len(c.Dict) > mostLevels {
		f.LeftOut = append(f.LeftOut, c.Name)
		return
	}
	if guard.Is("outcome", c.Name) && len(c.Dict) == 2 {
		f.Outcomes, f.LeftOut = append(f.Outcomes, c.Name), append(f.LeftOut, c.Name)
		return
	}
	f.Categories = append(f.Categories, c.Name)
}

func (f *Facts) number(c *table.Column) {
	outcome := guard.Is("outcome", c.Name)
	switch {
	case outcome && twoValues(c):
		f.Outcomes, f.LeftOut = append(f.Outcomes, c.Name), append(f.LeftOut, c.Name)
	case outcome || coded(c):
		f.LeftOut = append(f.LeftOut, c.Name)
	default:
		f.Numbers = append(f.Numbers, c.Name)
	}
}

// constant reports whether all values that are there are the same.
func constant(c *table.Column) bool {
	first := -1
	for i := range c.Len() {
		switch {
		case c.Missing(i):
		case first < 0:
			first = i
		case c.Kind == table.Category && c.Codes[i] != c.Codes[first], c.Numeric() && c.Float(i) != c.Float(first):
			return false
		}
	}
	return true
}

// coded reports whether the numbers of a column are most likely names of kinds: at most
// five different whole ones.
func coded(c *table.Column) bool {
	const most = 5
	seen := map[float64]bool{}
	for i := range c.Len() {
		if c.Missing(i) {
			continue
		}
		x := c.Float(i)
		if x != math.Trunc(x) {
			return false
		}
		if seen[x] = true; len(seen) > most {
			return false
		}
	}
	return true
}

// twoValues reports whether a column holds two different whole numbers and no others, such
// as 0 and 1, or 1 and 2.
func twoValues(c *table.Column) bool {
	seen := map[float64]bool{}
	for i := range c.Len() {
		if x := 0.0; !c.Missing(i) {
			if x = c.Float(i); x != math.Trunc(x) {
				return false
			}
			if seen[x] = true; len(seen) > 2 {
				return false
			}
		}
	}
	return len(seen) == 2
}
