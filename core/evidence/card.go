package evidence

import (
	"context"
	"math"
	"slices"
	"strconv"

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

	sizes []float64 // of the segments, counted
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
		lines := []Verification{measurable(g, in.Scorable), substantial(g, moneyOf(in.Segments) > 0), accessible(g, reach, i), differentiable(effects, i, in.Used)}
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

// moneyOf is the size of all segments' money, 0 in a project without transactions.
func moneyOf(segments []core.Segment) (sum float64) {
	for _, g := range segments {
		sum += math.Abs(g.Amount)
	}
	return sum
}

func substantial(g core.Segment, money bool) Verification {
	args := core.Args{
		"size": g.Size, "share": percent(g.Share), "money": percent(g.AmountShare), "least": SubstantialSize, "leastShare": percent(SubstantialShare),
	}
	share, large, small := max(g.Share, g.AmountShare), "large", "small"
	if !money { // then only the customers count
		large, small = "large_size", "small_size"
	}
	switch {
	case g.Size < SubstantialSize:
		return verified(Substantial, false, float64(g.Size), SubstantialSize, "few", args)
	case share < SubstantialShare:
		return verified(Substantial, false, share, SubstantialShare, small, args)
	}
	return verified(Substantial, true, share, SubstantialShare, large, args)
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
