package clean

import (
	"math"
	"math/big"
	"slices"
	"strconv"
	"strings"

	"qunxiang/core"
)

// The attribute of [Outliers] with How "group", and its values.
const (
	OutlierColumn = "outlier"
	LargeBuyer    = "large_buyer"
	NoOutlier     = "none"
)

// outliers caps or drops amounts beyond bounds, or marks their customers.
func (w *work) outliers(s Step) error {
	t := w.Transactions
	if t.Rows() == 0 {
		return nil
	}
	low, high := minor(s.Args.Low, t.Scale, math.MinInt64), minor(s.Args.High, t.Scale, math.MaxInt64)
	if s.Args.Percentile > 0 {
		high = percentileOf(t, s.Args.Percentile)
	}
	beyond := newBits(t.Rows())
	if err := w.each(t.Rows(), func(i int) {
		if a := t.Amount[i]; a > high || a < low {
			beyond.set(uint32(i))
		}
	}); err != nil || beyond.count() == 0 {
		return err
	}
	w.concerned(beyond)
	switch s.Args.How {
	case "drop":
		return w.dropRows(beyond)
	case "group":
		return w.markBuyers(beyond)
	}
	out := *t
	out.Amount, out.Summary = slices.Clone(t.Amount), nil
	capped := NewExamples(t)
	for i, a := range t.Amount {
		if beyond.has(uint32(i)) {
			out.Amount[i] = min(max(a, low), high)
			capped.Offer(i)
			w.eff.Rows++
		}
	}
	for k, e := range capped.List() {
		a := out.Amount[capped.rows[k]]
		e.Before, e.After = number(e.Amount), number(core.Money(a, t.Scale))
		w.eff.Examples = append(w.eff.Examples, e)
	}
	w.Transactions = &out
	return nil
}

// minor is an amount in units of 10^-scale, none where there is no bound.
func minor(x *float64, scale int, none int64) int64 {
	if x == nil {
		return none
	}
	v := math.Round(*x * math.Pow10(scale))
	if math.Abs(v) >= math.MaxInt64 {
		if v < 0 {
			return math.MinInt64
		}
		return math.MaxInt64
	}
	return int64(v)
}

// percentileOf is a percentile of the positive amounts, type 7, rounded to a minor unit.
func percentileOf(t *core.Transactions, percentile float64) int64 {
	v := make([]int64, 0, t.Rows())
	for _, a := range t.Amount {
		if a > 0 {
			v = append(v, a)
		}
	}
	if len(v) == 0 {
		return math.MaxInt64
	}
	slices.Sort(v)
	at := percentile / 100 * float64(len(v)-1)
	i := int(at)
	if i+1 >= len(v) {
		return v[len(v)-1]
	}
	return v[i] + int64(math.Round(float64((at-float64(i))*float64(v[i+1]-v[i]))))
}

// markBuyers gives the customers of some rows a group of their own in an attribute.
func (w *work) markBuyers(rows bitset) error {
	t := w.Transactions
	large, buys := newBits(t.Customers.Len()), newBits(t.Customers.Len())
	shown := NewExamples(t)
	if err := w.each(t.Rows(), func(i int) {
		buys.set(t.Customer[i])
		if rows.has(uint32(i)) {
			large.set(t.Customer[i])
			shown.Offer(i)
			w.eff.Rows++
		}
	}); err != nil {
		return err
	}
	w.eff.Examples = append(w.eff.Examples, shown.List()...)
	w.describe(buys)
	name := OutlierColumn
	for n := 2; slices.ContainsFunc(w.Attributes.Columns, func(c core.AttributeColumn) bool { return c.Name == name }); n++ {
		name = OutlierColumn + "_" + strconv.Itoa(n)
	}
	col := core.AttributeColumn{Name: name, Dict: []string{NoOutlier, LargeBuyer}, Codes: make([]uint32, w.Attributes.Customers.Len())}
	for i, c := range w.attributeCodes() {
		if c != core.NoCode && large.has(c) {
			col.Codes[i] = 1
		}
	}
	w.Attributes = &core.Attributes{Customers: w.Attributes.Customers, Columns: append(slices.Clip(w.Attributes.Columns), col)}
	return nil
}

// describe sees to it that all of some customers have a row of attributes.
func (w *work) describe(who bitset) {
	if w.Attributes == nil {
		w.Attributes = &core.Attributes{Customers: &core.Dict{}}
	}
	a := w.Attributes
	known := newBits(w.Transactions.Customers.Len())
	for _, c := range w.attributeCodes() {
		if c != core.NoCode {
			known.set(c)
		}
	}
	var added []string
	for c := range uint32(w.Transactions.Customers.Len()) {
		if who.has(c) && !known.has(c) {
			added = append(added, w.Transactions.Customers.At(int(c)))
		}
	}
	if len(added) == 0 {
		return
	}
	out := &core.Attributes{Customers: &core.Dict{}, Columns: slices.Clone(a.Columns)}
	for i := range a.Customers.Len() {
		out.Customers.AppendString(a.Customers.At(i))
	}
	for _, k := range added {
		out.Customers.AppendString(k)
	}
	for i := range out.Columns {
		out.Columns[i] = longer(out.Columns[i], len(added))
	}
	w.Attributes = out
}

// longer appends empty cells.
func longer(c core.AttributeColumn, n int) core.AttributeColumn {
	if c.Floats == nil {
		c.Codes = append(slices.Clip(c.Codes), slices.Repeat([]uint32{core.NoCode}, n)...)
		return c
	}
	if c.Valid == nil {
		c.Valid = slices.Repeat([]bool{true}, len(c.Floats))
	}
	c.Valid = append(slices.Clip(c.Valid), make([]bool, n)...)
	c.Floats = append(slices.Clip(c.Floats), make([]float64, n)...)
	return c
}

// rescale multiplies amounts by a factor, exactly where the result has at most fifteen
// decimal places and fits.
func (w *work) rescale(s Step) error {
	t := w.Transactions
	if s.Args.File != 0 && w.file == nil {
		w.eff.Remark = core.Message{Key: "clean.remark.no_file", Args: core.Args{"file": s.Args.File}}
		return nil
	}
	from, to := s.days()
	in := newBits(t.Rows())
	top, all := 0.0, 0.0 // the largest amounts of the rows concerned, and of all
	if err := w.each(t.Rows(), func(i int) {
		a := math.Abs(float64(t.Amount[i]))
		all = max(all, a)
		if d := t.Day[i]; d >= from && d <= to && (s.Args.File == 0 || int(w.file[i]) == s.Args.File) && t.Amount[i] != 0 {
			in.set(uint32(i))
			top = max(top, a)
		}
	}); err != nil || in.count() == 0 || s.Args.Factor == 1 {
		return err
	}
	mantissa, exponent := decimal(s.Args.Factor)
	more := max(0, -exponent) // decimal places to add
	for more > 0 && (t.Scale+more > 15 || max(top*s.Args.Factor, all)*math.Pow10(more) > 1<<62) {
		more--
	}
	if max(top*s.Args.Factor, all) > 1<<62 {
		return &core.Error{Code: "step_overflow", Origin: core.OriginUser, Op: "step", Where: core.Where{Param: "factor"}, Args: core.Args{"factor": s.Args.Factor}}
	}
	w.concerned(in)
	w.multiply(in, mantissa, exponent, more)
	return w.ctx.Err()
}

// days are the days that a step is about.
func (s Step) days() (from, to core.Date) {
	from, to = core.Date(math.MinInt32), core.Date(math.MaxInt32)
	if s.Args.From != nil {
		from = *s.Args.From
	}
	if s.Args.To != nil {
		to = *s.Args.To
	}
	return from, to
}

// decimal writes a factor as mantissa · 10^exponent.
func decimal(f float64) (mantissa int64, exponent int) {
	digits, exp, _ := strings.Cut(strconv.FormatFloat(f, 'e', -1, 64), "e")
	exponent, _ = strconv.Atoi(exp)
	whole, part, _ := strings.Cut(digits, ".")
	mantissa, _ = strconv.ParseInt(whole+part, 10, 64)
	return mantissa, exponent - len(part)
}

// multiply scales the amounts of some rows by mantissa · 10^exponent, with some decimal
// places more than before.
func (w *work) multiply(rows bitset, mantissa int64, exponent, more int) {
	t := w.Transactions
	out := *t
	out.Amount, out.Scale, out.Summary = make([]int64, t.Rows()), t.Scale+more, nil
	shift := int64(math.Pow10(more))
	num, den := big.NewInt(mantissa), big.NewInt(1)
	if e := exponent + more; e >= 0 {
		num.Mul(num, pow10(e))
	} else {
		den = pow10(-e)
	}
	small := den.IsInt64() && den.Int64() == 1 && num.IsInt64() // the product fits, as rescale has seen
	shown := NewExamples(t)
	for i, a := range t.Amount {
		switch {
		case !rows.has(uint32(i)):
			out.Amount[i] = a * shift
			continue
		case small:
			out.Amount[i] = a * num.Int64()
		default:
			out.Amount[i] = rounded(a, num, den)
		}
		w.eff.Rows++
		shown.Offer(i)
	}
	for k, e := range shown.List() {
		e.Before, e.After = number(e.Amount), number(core.Money(out.Amount[shown.rows[k]], out.Scale))
		w.eff.Examples = append(w.eff.Examples, e)
	}
	shorten(&out, t.Scale)
	w.Transactions = &out
}

func pow10(n int) *big.Int { return new(big.Int).Exp(big.NewInt(10), big.NewInt(int64(n)), nil) }

// rounded is a·num/den, half away from zero.
func rounded(a int64, num, den *big.Int) int64 {
	v := new(big.Int).Mul(big.NewInt(abs(a)), num)
	v.Add(v.Lsh(v, 1), den)
	v.Quo(v, new(big.Int).Lsh(den, 1))
	if a < 0 {
		v.Neg(v)
	}
	return v.Int64()
}

// shorten takes back decimal places that are 0 everywhere.
func shorten(t *core.Transactions, least int) {
	for t.Scale > least && !slices.ContainsFunc(t.Amount, func(a int64) bool { return a%10 != 0 }) {
		for i := range t.Amount {
			t.Amount[i] /= 10
		}
		t.Scale--
	}
}
