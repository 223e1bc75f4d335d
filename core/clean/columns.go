package clean

import (
	"cmp"
	"maps"
	"math"
	"slices"
	"strconv"
	"strings"

	"qunxiang/core"
)

// place is a column in one of the tables, as an attribute column whatever it is.
type place struct {
	col  core.AttributeColumn
	rows int
	put  func([]core.AttributeColumn) // instead of the column: none, itself, itself with a flag
}

// records returns the position of a table of records, −1 where there is none.
func (w *work) records(table string) int {
	return slices.IndexFunc(w.Records, func(r *core.Records) bool { return TableOf(r) == table })
}

// TableOf is the name of a table of records in [Args].
func TableOf(r *core.Records) string {
	switch r.Kind {
	case core.SourceComments:
		return TableComments
	case core.SourceEvents:
		return TableEvents
	}
	return TableSurvey + r.Name
}

// find returns the column of a step, nil where there is none.
func (w *work) find(a Args) *place {
	at := func(cols []core.AttributeColumn) int {
		return slices.IndexFunc(cols, func(c core.AttributeColumn) bool { return c.Name == a.Column })
	}
	instead := func(cols []core.AttributeColumn, i int, by []core.AttributeColumn) []core.AttributeColumn {
		return slices.Concat(cols[:i:i], by, cols[i+1:])
	}
	switch a.Table {
	case "", TableCustomers:
		if w.Attributes == nil || at(w.Attributes.Columns) < 0 {
			return nil
		}
		i := at(w.Attributes.Columns)
		return &place{w.Attributes.Columns[i], w.Attributes.Customers.Len(), func(by []core.AttributeColumn) {
			w.Attributes = &core.Attributes{Customers: w.Attributes.Customers, Columns: instead(w.Attributes.Columns, i, by)}
		}}
	case TableTransactions:
		return w.findLabel(a.Column)
	}
	n := w.records(a.Table)
	if n < 0 || at(w.Records[n].Columns) < 0 {
		return nil
	}
	i := at(w.Records[n].Columns)
	return &place{w.Records[n].Columns[i], w.Records[n].Rows(), func(by []core.AttributeColumn) {
		out := *w.Records[n]
		out.Columns = instead(out.Columns, i, by)
		w.Records[n] = &out
	}}
}

// findLabel returns a text column of the transactions; flags are no part of them.
func (w *work) findLabel(role string) *place {
	t := w.Transactions
	if t == nil {
		return nil
	}
	i := slices.IndexFunc(t.Labels, func(l core.Labels) bool { return l.Role == role })
	if i < 0 {
		return nil
	}
	col := core.AttributeColumn{Name: role, Codes: t.Labels[i].Codes}
	for k := range t.Labels[i].Dict.Len() {
		col.Dict = append(col.Dict, t.Labels[i].Dict.At(k))
	}
	return &place{col, t.Rows(), func(by []core.AttributeColumn) {
		out := *t
		out.Labels = slices.Delete(slices.Clone(t.Labels), i, i+1)
		if len(by) > 0 {
			d := &core.Dict{}
			for _, s := range by[0].Dict {
				d.AppendString(s)
			}
			out.Labels = slices.Insert(out.Labels, i, core.Labels{Role: role, Dict: d, Codes: by[0].Codes})
		}
		w.Transactions = &out
	}}
}

// onColumn does the steps that change one column.
func (w *work) onColumn(s Step) error {
	p := w.find(s.Args)
	if p == nil {
		w.eff.Remark = core.Message{Key: "clean.remark.no_column", Args: core.Args{"column": s.Args.Column}}
		return nil
	}
	if s.Kind == DropColumn {
		p.put(nil)
		w.eff.Rows = p.rows
		return nil
	}
	numeric := p.col.Floats != nil
	needs := map[Kind]bool{Rescale: true, CapColumn: true, LimitColumn: true, Unify: false}
	if want, ok := needs[s.Kind]; ok && want != numeric || s.Kind == FillColumn && s.Args.How == "median" && !numeric {
		w.eff.Remark = core.Message{Key: "clean.remark.kind_of_column", Args: core.Args{"column": s.Args.Column}}
		return nil
	}
	w.eff.Examples = nil
	var out []core.AttributeColumn
	switch {
	case s.Kind == FillColumn:
		out = w.fill(p, s)
	case numeric:
		out = []core.AttributeColumn{w.numbers(p, s)}
	default:
		out = []core.AttributeColumn{w.words(p, s)}
	}
	if w.eff.Rows > 0 {
		p.put(out)
		w.eff.tidy()
	}
	if s.Args.Table == "" || s.Args.Table == TableCustomers {
		w.eff.Customers = w.eff.Rows
	}
	return w.ctx.Err()
}

// has reports whether a cell is there.
func has(c *core.AttributeColumn, i int) bool {
	if c.Floats != nil {
		return (c.Valid == nil || c.Valid[i]) && !math.IsNaN(c.Floats[i])
	}
	return c.Codes[i] != core.NoCode
}

// take copies a cell of a column to another of the same kind and dictionary.
func take(to *core.AttributeColumn, i int, from *core.AttributeColumn, j int) {
	if to.Floats != nil {
		to.Floats[i] = from.Floats[j]
		if to.Valid != nil {
			to.Valid[i] = true
		}
		return
	}
	to.Codes[i] = from.Codes[j]
}

// numbers changes the values of a numeric column.
func (w *work) numbers(p *place, s Step) core.AttributeColumn {
	out := p.col
	out.Floats = slices.Clone(p.col.Floats)
	change := changer(&p.col, s)
	var shown pairs
	for i, x := range p.col.Floats {
		if !has(&p.col, i) {
			continue
		}
		y := change(x)
		if y == x {
			continue
		}
		w.eff.Rows++
		shown.add(x, y)
		if out.Floats[i] = y; math.IsNaN(y) {
			if out.Valid == nil {
				out.Valid = slices.Repeat([]bool{true}, len(out.Floats))
			} else if len(out.Valid) > 0 && len(p.col.Valid) > 0 && &out.Valid[0] == &p.col.Valid[0] {
				out.Valid = slices.Clone(out.Valid)
			}
			out.Floats[i], out.Valid[i] = 0, false
		}
	}
	w.eff.Examples = append(w.eff.Examples, shown.examples()...)
	return out
}

// changer is what happens to a number; NaN = it becomes missing.
func changer(c *core.AttributeColumn, s Step) func(float64) float64 {
	low, high := math.Inf(-1), math.Inf(1)
	if s.Args.Low != nil {
		low = *s.Args.Low
	}
	if s.Args.High != nil {
		high = *s.Args.High
	}
	switch s.Kind {
	case Rescale:
		return func(x float64) float64 { return x * s.Args.Factor }
	case LimitColumn:
		return func(x float64) float64 {
			if x < low || x > high {
				return math.NaN()
			}
			return x
		}
	case AsMissing:
		gone := map[float64]bool{}
		for _, word := range s.Args.Words {
			if x, err := strconv.ParseFloat(strings.TrimSpace(word), 64); err == nil {
				gone[x] = true
			}
		}
		return func(x float64) float64 {
			if gone[x] {
				return math.NaN()
			}
			return x
		}
	}
	if s.Args.Percentile > 0 {
		v := present(c)
		low, high = quantile(v, 1-s.Args.Percentile/100), quantile(v, s.Args.Percentile/100)
	}
	return func(x float64) float64 { return min(max(x, low), high) }
}

// present are the values that are there, sorted.
func present(c *core.AttributeColumn) []float64 {
	v := make([]float64, 0, len(c.Floats))
	for i, x := range c.Floats {
		if has(c, i) {
			v = append(v, x)
		}
	}
	slices.Sort(v)
	return v
}

// quantile interpolates between sorted values (type 7 of R. J. Hyndman, Y. Fan, "Sample
// quantiles in statistical packages", 1996); NaN without values.
func quantile(v []float64, q float64) float64 {
	if len(v) == 0 {
		return math.NaN()
	}
	at := q * float64(len(v)-1)
	i := int(at)
	if i+1 >= len(v) {
		return v[len(v)-1]
	}
	return v[i] + float64((at-float64(i))*(v[i+1]-v[i]))
}

// pairs keeps the changes of the largest numbers, each once.
type pairs [][2]float64

func (p *pairs) add(before, after float64) {
	at, found := slices.BinarySearchFunc(*p, before, func(have [2]float64, b float64) int {
		return cmp.Or(cmp.Compare(math.Abs(b), math.Abs(have[0])), cmp.Compare(b, have[0]))
	})
	if !found && at < maxExamples {
		*p = slices.Insert(*p, at, [2]float64{before, after})
		*p = (*p)[:min(len(*p), maxExamples)]
	}
}

func (p pairs) examples() []Example {
	var out []Example
	for i, x := range p {
		out = append(out, Example{Day: core.NoDate, Before: number(x[0]), After: number(x[1]), weight: int64(len(p) - i)})
	}
	return out
}

// number writes a value as an example; missing is nothing.
func number(x float64) string {
	if math.IsNaN(x) {
		return ""
	}
	return strconv.FormatFloat(x, 'g', -1, 64)
}

// words changes the values of a column of categories.
func (w *work) words(p *place, s Step) core.AttributeColumn {
	to := map[string]string{}
	if s.Kind == AsMissing {
		for _, word := range s.Args.Words {
			to[word] = ""
		}
	} else {
		groups := s.Args.Groups
		if len(groups) == 0 {
			groups = Spellings(p.col.Dict, frequencies(&p.col))
		}
		for _, g := range groups {
			for _, from := range g.From {
				to[from] = g.To
			}
		}
	}
	out := core.AttributeColumn{Name: p.col.Name, Codes: make([]uint32, len(p.col.Codes))}
	code := make([]uint32, len(p.col.Dict))
	at := map[string]uint32{}
	for i, word := range p.col.Dict {
		if target, ok := to[word]; ok {
			word = target
		}
		if word == "" {
			code[i] = core.NoCode
			continue
		}
		c, ok := at[word]
		if !ok {
			c = uint32(len(out.Dict))
			at[word] = c
			out.Dict = append(out.Dict, word)
		}
		code[i] = c
	}
	touched := make([]int, len(p.col.Dict))
	for i, c := range p.col.Codes {
		if out.Codes[i] = c; c != core.NoCode {
			out.Codes[i] = code[c]
			touched[c]++
		}
	}
	for i, n := range touched {
		word := p.col.Dict[i]
		if target, ok := to[word]; ok && n > 0 {
			w.eff.Rows += n
			w.eff.Examples = append(w.eff.Examples, Example{Day: core.NoDate, Before: word, After: target, weight: int64(n)})
		}
	}
	return out
}

// frequencies counts how often each entry of a column's dictionary is used.
func frequencies(c *core.AttributeColumn) []int {
	n := make([]int, len(c.Dict))
	for _, x := range c.Codes {
		if x != core.NoCode {
			n[x]++
		}
	}
	return n
}

// fill fills the missing values of a column, and flags them where that is wanted.
func (w *work) fill(p *place, s Step) []core.AttributeColumn {
	out := p.col
	flag := core.AttributeColumn{Name: s.Args.Column + "_missing", Floats: make([]float64, p.rows)}
	n := 0
	for i := range flag.Floats {
		if !has(&p.col, i) {
			flag.Floats[i] = 1
			n++
		}
	}
	if n == 0 {
		return nil
	}
	text := s.Args.Value
	if out.Floats != nil {
		x, err := strconv.ParseFloat(strings.TrimSpace(s.Args.Value), 64)
		if s.Args.How == "median" {
			x, err = quantile(present(&p.col), 0.5), nil
		}
		if err != nil || math.IsNaN(x) || math.IsInf(x, 0) {
			w.eff.Remark = core.Message{Key: "clean.remark.kind_of_column", Args: core.Args{"column": s.Args.Column}}
			return nil
		}
		out.Floats, out.Valid, text = slices.Clone(out.Floats), nil, number(x)
		for i, miss := range flag.Floats {
			if miss == 1 {
				out.Floats[i] = x
			}
		}
	} else {
		code := slices.Index(out.Dict, s.Args.Value)
		if code < 0 {
			code = len(out.Dict)
			out.Dict = append(slices.Clip(out.Dict), s.Args.Value)
		}
		out.Codes = slices.Clone(out.Codes)
		for i, miss := range flag.Floats {
			if miss == 1 {
				out.Codes[i] = uint32(code)
			}
		}
	}
	w.eff.Rows = n
	w.eff.Examples = append(w.eff.Examples, Example{Day: core.NoDate, After: text})
	if s.Args.Flag {
		return []core.AttributeColumn{out, flag}
	}
	return []core.AttributeColumn{out}
}

func sortedKeys[V any](m map[string]V) []string { return slices.Sorted(maps.Keys(m)) }
