package guard

import (
	"cmp"
	"context"
	"slices"

	"qunxiang/core"
	"qunxiang/core/feature"
	"qunxiang/sdk"
	"qunxiang/sdk/table"
)

// The codes of findings.
const (
	ScaleDominance   = "scale_dominance"
	IDAsFeature      = "id_as_feature"
	FutureFeature    = "future_feature"
	ReversedRecency  = "reversed_recency"
	DuplicatedOrders = "duplicated_orders"
	OneTimeBuyers    = "one_time_buyers"
	Collapsed        = "collapsed_quantiles"
	TinySegment      = "tiny_segment"
	CorrelatedTwins  = "correlated_twins"
	MixedUnits       = "mixed_units"
	AmbiguousDates   = "ambiguous_dates"
	TestAccounts     = "test_accounts"
)

// Finding is one mistake.
type Finding struct {
	Code     string
	Severity sdk.Severity
	Param    string    // whose value is at fault, where one is
	Columns  []string  // at fault
	Rows     int       // customers or rows at fault, 0 where it is not about rows
	Keys     []string  // the first few of them, by their keys
	Args     core.Args // of the sentences
}

// Message is what is wrong.
func (f Finding) Message() core.Message { return core.Message{Key: "guard." + f.Code, Args: f.Args} }

// Advice is what to do.
func (f Finding) Advice() core.Message {
	return core.Message{Key: "guard." + f.Code + ".do", Args: f.Args}
}

// Input is what a run would be given, and the data behind it. Without a method (Info is
// zero) every column counts as one that might be used.
type Input struct {
	Info         sdk.Info
	Params       sdk.Params
	Table        *table.Table // the columns of the run with their roles
	Rows         []int32      // of Features, by row of Table
	Features     *feature.Set
	Sources      []core.Source
	History      *History           // what Transactions tell; nil = to be learnt from them
	Transactions *core.Transactions // nil = none, or told by History
	Keys         *core.Dict         // customer keys by code; nil = not known
	AsOf         core.Date
}

// looked is how many customers the guards look at through columns.
const looked = 5_000

// fewCustomers is the number of customers below which shares say nothing.
const fewCustomers = 30

// Before returns what is wrong with a run that has not begun, in the order of the codes
// above. It takes some milliseconds for a million customers.
func Before(ctx context.Context, in Input) []Finding {
	l := newLook(in)
	var out []Finding
	for _, g := range []func(*look) []Finding{
		scaleDominance, idAsFeature, futureFeature, reversedRecency, duplicatedOrders, oneTimeBuyers,
		collapsed, correlatedTwins, mixedUnits, ambiguousDates, testAccounts,
	} {
		if ctx.Err() != nil {
			return nil
		}
		out = append(out, g(l)...)
	}
	return out
}

// smallest is the least size of a segment that is worth a measure of its own: ten
// customers and a hundredth of them all.
const (
	smallestSize  = 10
	smallestShare = 0.01
)

// After returns what is wrong with the segments of a run.
func After(s *core.Segmentation) []Finding {
	f := Finding{Code: TinySegment, Severity: sdk.SeverityWarning}
	var names []sdk.Text
	for _, g := range s.Segments {
		if g.Size > 0 && (g.Size < smallestSize || g.Share < smallestShare) {
			f.Rows += g.Size
			f.Keys = append(f.Keys, g.Key)
			names = append(names, g.Name)
		}
	}
	if len(names) == 0 || len(s.Segments) < 2 {
		return nil
	}
	f.Args = core.Args{"count": len(names), "customers": f.Rows, "segments": joined(names), "size": smallestSize, "share": int(100 * smallestShare)}
	return []Finding{f}
}

// joined lists names in both languages.
func joined(names []sdk.Text) sdk.Text {
	var t sdk.Text
	for i, n := range names {
		if i == 3 {
			t.ZH, t.EN = t.ZH+"…", t.EN+"…"
			break
		}
		if i > 0 {
			t.ZH, t.EN = t.ZH+"\u3001", t.EN+", "
		}
		t.ZH, t.EN = t.ZH+n.In(sdk.ZH), t.EN+n.In(sdk.EN)
	}
	return t
}

// same is the code of the guard that reports what a method reports under its code.
func same(code string) string {
	switch code {
	case "bins_collapsed":
		return Collapsed
	case "correlated_features":
		return CorrelatedTwins
	case "leakage", "leakage_name":
		return FutureFeature
	}
	return code
}

// Without returns the findings that a method has not reported itself.
func Without(found []Finding, said []sdk.Diagnostic) []Finding {
	return slices.DeleteFunc(slices.Clone(found), func(f Finding) bool {
		return slices.ContainsFunc(said, func(d sdk.Diagnostic) bool { return same(d.Code) == f.Code })
	})
}

// Tidy takes what a guard foretold out of the diagnostics of a run whose method has then
// said it itself.
func Tidy(said []sdk.Diagnostic) []sdk.Diagnostic {
	return slices.DeleteFunc(slices.Clone(said), func(d sdk.Diagnostic) bool {
		return slices.ContainsFunc(said, func(o sdk.Diagnostic) bool { return o.Code != d.Code && same(o.Code) == d.Code })
	})
}

// look is an input with what several guards need of it.
type look struct {
	Input
	rows   []int32 // of Table, looked at
	values map[string][]float64
}

func newLook(in Input) *look {
	l := &look{Input: in, values: map[string][]float64{}}
	if in.Table != nil {
		l.rows = l.choose(in.Table.Rows)
	}
	return l
}

// history is what the transactions tell.
func (l *look) history() *History {
	if l.History == nil {
		l.History = Learn(l.Transactions, l.Sources)
	}
	return l.History
}

// choose picks rows by the customers' keys.
func (l *look) choose(n int) []int32 {
	var out []int32
	if n <= looked {
		for i := range n {
			out = append(out, int32(i))
		}
		return out
	}
	if l.Keys == nil {
		for i := range looked {
			out = append(out, int32((2*i+1)*n/(2*looked)))
		}
		return out
	}
	// A key is hashed only as far as it must be: the customers whose hash is smallest.
	limit := ^uint64(0) / uint64(n) * looked
	h := hasher{keys: l.Keys}
	for i := range n {
		if h.hash(int(l.Features.Customers[l.Rows[i]])) <= limit {
			out = append(out, int32(i))
		}
	}
	return out
}

// hasher hashes the keys of a dictionary. Neighbours among numbered keys differ in the
// last digit, so that the rest is hashed once for ten of them.
type hasher struct {
	keys  *core.Dict
	b     []byte
	known bool
	tens  uint32 // the number at hand without its last digit
	state uint64 // of the key without its last digit
}

func (h *hasher) hash(code int) uint64 {
	if h.keys.Numbers == nil {
		h.b = h.keys.View(h.b, code)
		return stirred(added(seed, h.b))
	}
	n := h.keys.Numbers[code]
	if tens := n / 10; !h.known || tens != h.tens {
		h.b = h.keys.View(h.b, code)
		h.known, h.tens, h.state = true, tens, added(seed, h.b[:len(h.b)-1])
	}
	return stirred((h.state ^ uint64('0'+n%10)) * prime)
}

// The numbers of FNV-1a.
const (
	seed  uint64 = 14695981039346656037
	prime uint64 = 1099511628211
)

// added continues FNV-1a with some bytes.
func added(h uint64, b []byte) uint64 {
	for _, c := range b {
		h = (h ^ uint64(c)) * prime
	}
	return h
}

// stirred spreads the last bytes of an FNV-1a hash over all of its bits.
func stirred(h uint64) uint64 {
	h = (h ^ h>>31) * 0x94d049bb133111eb
	return h ^ h>>29
}

// column returns the values of a numeric column at the rows looked at; a missing one is
// NaN.
func (l *look) column(c *table.Column) []float64 {
	if v, ok := l.values[c.Name]; ok {
		return v
	}
	v := make([]float64, len(l.rows))
	if c.Kind == table.Float64 && c.Valid == nil { // as nearly all are
		for i, r := range l.rows {
			v[i] = c.Floats[r]
		}
	} else {
		for i, r := range l.rows {
			v[i] = none()
			if !c.Missing(int(r)) {
				v[i] = c.Float(int(r))
			}
		}
	}
	l.values[c.Name] = v
	return v
}

// numeric are the numeric columns of the run, but not those of roles that a parameter
// names (a target is no feature).
func (l *look) numeric() []*table.Column {
	var out []*table.Column
	for _, c := range l.features() {
		if c.Numeric() && c.Kind != table.Bool {
			out = append(out, c)
		}
	}
	return out
}

func (l *look) features() []*table.Column {
	var out []*table.Column
	if l.Table == nil {
		return nil
	}
	for i := range l.Table.Columns {
		c := &l.Table.Columns[i]
		if !l.target(c.Role) {
			out = append(out, c)
		}
	}
	return out
}

// target reports whether a role is what the user asks about.
func (l *look) target(role string) bool {
	return slices.ContainsFunc(l.Info.Roles, func(r sdk.Role) bool { return r.ID == role && r.Param != "" })
}

// usesOrders reports whether anything in the run comes of orders.
func (l *look) usesOrders() bool {
	if l.Info.ID == "" || len(l.Info.Details) > 0 {
		return true
	}
	return l.Table != nil && slices.ContainsFunc(l.Table.Columns, func(c table.Column) bool { return own(c.Name) })
}

// own reports whether a column is one of the features made from transactions.
func own(name string) bool { return slices.Contains(feature.Names(), name) }

// uses reports whether the run looks at a column.
func (l *look) uses(name string) bool { return l.Table != nil && l.Table.Column(name) != nil }

// customerKeys returns the first keys of some rows, sorted.
func (l *look) customerKeys(codes []uint32) []string {
	var out []string
	for _, c := range codes {
		if l.Keys != nil {
			out = append(out, l.Keys.At(int(c)))
		}
	}
	slices.SortFunc(out, cmp.Compare[string])
	return out[:min(len(out), 5)]
}
