package evidence

import (
	"context"
	"math"
	"slices"
	"strconv"

	"gonum.org/v1/gonum/stat/distuv"

	"qunxiang/core"
	"qunxiang/sdk/table"
)

// Criterion is one of the five that a useful segment meets (Kotler and Keller, Marketing
// Management: measurable, substantial, accessible, differentiable, actionable).
type Criterion string

// The criteria.
const (
	Measurable     Criterion = "measurable"
	Substantial    Criterion = "substantial"
	Accessible     Criterion = "accessible"
	Differentiable Criterion = "differentiable"
	Actionable     Criterion = "actionable"
)

// Judgement is whether a criterion is met.
type Judgement string

// The judgements.
const (
	Pass    Judgement = "pass"
	Fail    Judgement = "fail"
	Unknown Judgement = "unknown" // the data do not tell
)

// The thresholds of the card.
const (
	SubstantialSize  = 30   // customers
	SubstantialShare = 0.02 // of the customers or of the money
	AccessibleShare  = 0.5  // of the segment's customers whose contact or channel is known
	EffectD          = 0.5  // Cohen's d: a medium effect (Cohen 1988)
	EffectV          = 0.3  // Cramér's V: a medium effect
	Significance     = 0.05 // of p after the correction of Benjamini and Hochberg
)

// Verification is one line of a card. Reason is a text of package i18n under card.<Rule>.
type Verification struct {
	Segment   int // position
	Criterion Criterion
	Judgement Judgement
	Value     float64 // what was measured; NaN = nothing
	Threshold float64 // NaN = none
	Rule      string
	Args      core.Args
}

// CardInput is what a card is filled from. Row i of Columns belongs to Label[i].
type CardInput struct {
	Segments []core.Segment // with sizes, money and, where it was measured, stability
	Label    []int32
	Columns  []*table.Column // everything known of the customers
	Contacts []*table.Column // of these: how they can be reached
	Used     []string        // names of the columns that the method looked at
	Scorable bool            // the method can place new customers
	Threads  int
}

// Card judges every segment by the five criteria, in their order.
func Card(ctx context.Context, in CardInput) ([]Verification, error) {
	effects, err := strongest(ctx, in)
	if err != nil {
		return nil, err
	}
	reach := reached(in)
	var out []Verification
	for i, g := range in.Segments {
		lines := []Verification{measurable(g, in.Scorable), substantial(g), accessible(g, reach, i), differentiable(effects, i, in.Used)}
		lines = append(lines, actionable(lines))
		for j := range lines {
			lines[j].Segment = i
		}
		out = append(out, lines...)
	}
	return out, nil
}

// verified makes a line; with no number to show, value and threshold are NaN.
func verified(c Criterion, ok bool, value, threshold float64, rule string, args core.Args) Verification {
	j := Fail
	if ok {
		j = Pass
	}
	return Verification{Criterion: c, Judgement: j, Value: value, Threshold: threshold, Rule: rule, Args: args}
}

// measurable: the segment comes back when customers are drawn anew, and the method can
// tell of a new customer whether they belong to it.
func measurable(g core.Segment, scorable bool) Verification {
	nan := math.NaN()
	switch {
	case g.Stability != nil && *g.Stability < StabilityDoubtful:
		return verified(Measurable, false, *g.Stability, StabilityDoubtful, "unstable", core.Args{"stability": Digits(*g.Stability), "least": StabilityDoubtful})
	case !scorable && g.Rule == nil:
		return verified(Measurable, false, nan, nan, "not_scorable", nil)
	case g.Stability != nil:
		return verified(Measurable, true, *g.Stability, StabilityDoubtful, "stable", core.Args{"stability": Digits(*g.Stability), "least": StabilityDoubtful})
	}
	return verified(Measurable, true, nan, nan, "scorable", nil)
}

func substantial(g core.Segment) Verification {
	args := core.Args{
		"size": g.Size, "share": percent(g.Share), "money": percent(g.AmountShare), "least": SubstantialSize, "leastShare": percent(SubstantialShare),
	}
	share := max(g.Share, g.AmountShare)
	switch {
	case g.Size < SubstantialSize:
		return verified(Substantial, false, float64(g.Size), SubstantialSize, "few", args)
	case share < SubstantialShare:
		return verified(Substantial, false, share, SubstantialShare, "small", args)
	}
	return verified(Substantial, true, share, SubstantialShare, "large", args)
}

// reached counts the customers of each segment whose contact or channel is known; nil
// where the data have no such column.
func reached(in CardInput) []int {
	if len(in.Contacts) == 0 {
		return nil
	}
	out := make([]int, len(in.Segments))
	for i, c := range in.Label {
		if slices.ContainsFunc(in.Contacts, func(col *table.Column) bool { return !col.Missing(i) }) {
			out[c]++
		}
	}
	return out
}

func accessible(g core.Segment, reach []int, at int) Verification {
	if reach == nil {
		v := verified(Accessible, false, math.NaN(), AccessibleShare, "no_contacts", nil)
		v.Judgement = Unknown
		return v
	}
	share := float64(reach[at]) / float64(max(1, g.Size))
	return verified(Accessible, share >= AccessibleShare, share, AccessibleShare, "contacts", core.Args{
		"count": reach[at], "size": g.Size, "share": percent(share), "least": percent(AccessibleShare),
	})
}

func differentiable(effects []effect, at int, used []string) Verification {
	e := effects[at]
	if e.column == "" {
		v := verified(Differentiable, false, math.NaN(), EffectD, "nothing_to_compare", nil)
		v.Judgement = Unknown
		return v
	}
	rule, least, args := "differs", EffectD, core.Args{"column": e.column, "effect": Digits(math.Abs(e.size)), "p": pText(e.p), "least": EffectD}
	if e.category {
		rule, least, args["least"] = "differs_category", EffectV, EffectV
	} else if e.size < 0 {
		rule = "differs_lower"
	}
	if !slices.Contains(used, e.column) {
		rule += "_unused"
	}
	return verified(Differentiable, e.passes(), math.Abs(e.size), least, rule, args)
}

// pText is a p value as papers print it.
func pText(p float64) string {
	if p < 0.001 {
		return "<0.001"
	}
	return "=" + strconv.FormatFloat(p, 'f', 3, 64)
}

// actionable: large enough to be worth it, different enough to be told something else, and
// not out of reach.
func actionable(before []Verification) Verification {
	var missing []string
	for _, v := range before {
		if v.Judgement == Fail && v.Criterion != Measurable || v.Judgement == Unknown && v.Criterion == Differentiable {
			missing = append(missing, string(v.Criterion))
		}
	}
	if len(missing) == 0 {
		return verified(Actionable, true, math.NaN(), math.NaN(), "act", nil)
	}
	return verified(Actionable, false, math.NaN(), math.NaN(), "act_not_"+missing[0], nil)
}

// effect is how far a segment stands from all others in one column.
type effect struct {
	column   string
	category bool
	size     float64 // Cohen's d, signed, or Cramér's V
	p        float64 // corrected
}

func (e effect) passes() bool {
	least := EffectD
	if e.category {
		least = EffectV
	}
	return math.Abs(e.size) >= least && e.p < Significance
}

// weight makes d and V comparable: 1 is the threshold of each.
func (e effect) weight() float64 {
	if e.category {
		return math.Abs(e.size) / EffectV
	}
	return math.Abs(e.size) / EffectD
}

// strongest returns each segment's strongest effect against the others, the first column
// of equals. All p values, of every segment and column, are corrected together.
func strongest(ctx context.Context, in CardInput) ([]effect, error) {
	all := make([][]effect, len(in.Columns)) // by column, then segment
	err := parallel(ctx, max(1, in.Threads), len(in.Columns), func(_ context.Context, j int) error {
		all[j] = columnEffects(in, in.Columns[j])
		return nil
	})
	if err != nil {
		return nil, err
	}
	var p []*float64
	for j := range all {
		for i := range all[j] {
			if all[j][i].column != "" {
				p = append(p, &all[j][i].p)
			}
		}
	}
	correct(p)
	out := make([]effect, len(in.Segments))
	for j := range all {
		for i, e := range all[j] {
			if e.column != "" && (out[i].column == "" || e.weight() > out[i].weight()) {
				out[i] = e
			}
		}
	}
	return out, nil
}

func columnEffects(in CardInput, c *table.Column) []effect {
	const mostLevels = 50
	switch {
	case c.Kind == table.Category && len(c.Dict) <= mostLevels:
		return cramer(in, c)
	case c.Numeric():
		return cohen(in, c)
	}
	return nil
}

// moments are count, mean and sum of squared deviations of the values of a segment.
type moments struct{ n, mean, squares float64 }

// and joins the moments of two sets (Chan, Golub and LeVeque 1983).
func (a moments) and(b moments) moments {
	if a.n == 0 || b.n == 0 {
		if a.n == 0 {
			return b
		}
		return a
	}
	n, d := a.n+b.n, b.mean-a.mean
	return moments{n, a.mean + d*b.n/n, a.squares + b.squares + d*d*a.n*b.n/n}
}

// cohen compares each segment with all others: d = difference of the means in pooled
// standard deviations, p of Welch's t test.
func cohen(in CardInput, c *table.Column) []effect {
	k := len(in.Segments)
	m := sums(in, c, shift(c))
	out := make([]effect, k)
	for s := range out {
		var rest moments
		for o := range m {
			if o != s {
				rest = rest.and(m[o])
			}
		}
		out[s] = welch(c.Name, m[s], rest)
	}
	return out
}

// shift is a number near the values of a column, so that sums of squares about it lose
// nothing.
func shift(c *table.Column) float64 {
	const looks = 1000
	total, n := 0.0, 0.0
	for i := 0; i < c.Len(); i += 1 + c.Len()/looks {
		if x := c.Float(i); !c.Missing(i) && x-x == 0 {
			n++
			total += (x - total) / n
		}
	}
	return total
}

// sums returns the moments of the values of each segment. There is no division in the
// loop: it is passed once for every customer and column.
func sums(in CardInput, c *table.Column, about float64) []moments {
	m := make([]moments, len(in.Segments))
	for i, s := range in.Label {
		if c.Missing(i) {
			continue
		}
		d := c.Float(i) - about
		if d-d != 0 { // not a number, or not finite
			continue
		}
		g := &m[s]
		g.n++
		g.mean += d
		g.squares += float64(d * d)
	}
	for i := range m {
		if g := &m[i]; g.n > 0 {
			mean := g.mean / g.n
			g.squares = max(0, g.squares-float64(g.mean*mean))
			g.mean = about + mean
		}
	}
	return m
}

func welch(column string, a, b moments) effect {
	if a.n < 2 || b.n < 2 {
		return effect{}
	}
	pooled := math.Sqrt((a.squares + b.squares) / (a.n + b.n - 2))
	va, vb := a.squares/(a.n-1)/a.n, b.squares/(b.n-1)/b.n
	if !(pooled > 0) || math.IsInf(pooled, 0) || !(va+vb > 0) {
		return effect{}
	}
	d := (a.mean - b.mean) / pooled
	t := math.Abs(a.mean-b.mean) / math.Sqrt(va+vb)
	df := (va + vb) * (va + vb) / (va*va/(a.n-1) + vb*vb/(b.n-1))
	p := 2 * distuv.StudentsT{Mu: 0, Sigma: 1, Nu: df}.Survival(t)
	return effect{column: column, size: d, p: p}
}

// cramer compares each segment with all others: V of the table of two rows, p of the χ²
// test without correction for continuity.
func cramer(in CardInput, c *table.Column) []effect {
	k, levels := len(in.Segments), len(c.Dict)
	count := make([]float64, k*levels)
	total, whole := make([]float64, levels), 0.0
	size := make([]float64, k)
	for i, s := range in.Label {
		if !c.Missing(i) {
			count[int(s)*levels+int(c.Codes[i])]++
			total[c.Codes[i]]++
			size[s]++
			whole++
		}
	}
	out := make([]effect, k)
	for s := range out {
		if size[s] == 0 || size[s] == whole {
			continue
		}
		chi, used := 0.0, 0
		for l, t := range total {
			if t == 0 {
				continue
			}
			used++
			want := t * size[s] / whole
			d := count[s*levels+l] - want
			chi += d*d/want + d*d/(t-want)
		}
		if used < 2 {
			continue
		}
		out[s] = effect{column: c.Name, category: true, size: math.Sqrt(chi / whole), p: distuv.ChiSquared{K: float64(used - 1)}.Survival(chi)}
	}
	return out
}

// correct replaces p values by those of Benjamini and Hochberg (1995).
func correct(p []*float64) {
	slices.SortStableFunc(p, func(a, b *float64) int {
		switch {
		case *a > *b:
			return -1
		case *a < *b:
			return 1
		}
		return 0
	})
	least := 1.0
	for i, at := range p { // from the largest
		least = min(least, *at*float64(len(p))/float64(len(p)-i))
		*at = least
	}
}

// Digits keeps three digits, so that nothing hangs on the order of sums.
func Digits(x float64) float64 {
	if x == 0 || math.IsNaN(x) || math.IsInf(x, 0) {
		return x
	}
	p := math.Pow(10, 2-math.Floor(math.Log10(math.Abs(x))))
	if math.IsInf(p, 0) {
		return 0
	}
	return math.Round(x*p) / p
}

// percent rounds a share to tenths of a percent.
func percent(share float64) float64 { return math.Round(1000*share) / 10 }
