package lifecycle

import (
	"cmp"
	"context"
	"math"
	"slices"

	"qunxiang/plugins/internal/twofold"
)

// backtest is how well the last period was predicted from what came before it.
type backtest struct {
	from, to  int // the days predicted
	customers int
	bought    int
	personal  float64 // AUC of the chance to buy by the personal rhythm
	overdue   float64 // AUC of the overdue ratio alone
	fixed     float64 // AUC of the days since the last purchase: every rule of N days
	diff, se  float64 // personal − fixed, and its standard error (DeLong)
	ratioDiff float64 // overdue − fixed
	ratioSE   float64
	done      bool
}

// The least that a back-test needs.
const (
	fewestCases  = 30 // customers
	fewestEither = 10 // who bought, and who did not
)

// verdict says in a word which rule predicted better, by more than two standard errors, or
// that none did better than a guess.
func (b backtest) verdict() string {
	switch {
	case !b.done:
		return "untested"
	case max(b.personal, b.fixed) <= 0.5:
		return "neither"
	case b.diff > 2*b.se:
		return "personal"
	case b.diff < -2*b.se:
		return "fixed"
	}
	return "same"
}

// test takes the last period away, learns from the rest, and compares predictions with
// who bought. The period is twice the typical gap, at least a week and at most a
// quarter of the history. Groups play no part: a segmentation of today knows what came.
func test(ctx context.Context, h *history, r *rhythm) (backtest, error) {
	first, last, ok := h.span()
	if !ok || !r.known() {
		return backtest{}, nil
	}
	length := min(max(7, int(math.Round(2*r.typical()))), (int(last)-int(first))/4)
	b := backtest{from: int(last) - length + 1, to: int(last)}
	if length < 1 {
		return b, nil
	}
	before := b.from - 1
	past := learn(ctx, h, before, nil, 0)
	if err := ctx.Err(); err != nil || !past.known() {
		return b, err
	}
	var chance, ratio, since []float64
	var bought []bool
	var scratch []float64
	for c := range len(h.start) - 1 {
		if c%stride == 0 && ctx.Err() != nil {
			return b, ctx.Err()
		}
		days, paid := h.of(c, int32(before))
		if len(days) == 0 {
			continue
		}
		seen := see(days, paid, before, &scratch)
		g := past.expected(seen, -1)
		d := float64(before - seen.last)
		all, _ := h.of(c, int32(b.to))
		came := len(all) > len(days)
		chance, ratio, since = append(chance, past.chance(seen.purchases, d, g, float64(length))), append(ratio, -d/g), append(since, -d)
		bought = append(bought, came)
		if came {
			b.bought++
		}
	}
	b.customers = len(bought)
	if b.customers < fewestCases || min(b.bought, b.customers-b.bought) < fewestEither {
		return b, nil
	}
	b.done = true
	var of [3]roc
	for i, score := range [][]float64{chance, ratio, since} {
		if err := ctx.Err(); err != nil {
			return b, err
		}
		of[i] = newROC(score, bought)
	}
	b.personal, b.overdue, b.fixed = of[0].area, of[1].area, of[2].area
	b.diff, b.se = of[0].minus(of[2], bought)
	b.ratioDiff, b.ratioSE = of[1].minus(of[2], bought)
	return b, ctx.Err()
}

// chance is the chance of a purchase in the coming days after so many days without one:
// of those with n purchases a share comes again at all, after gaps that spread around
// the own expected one as everybody's do.
func (r *rhythm) chance(n int, since, gap, coming float64) float64 {
	p := r.again[min(n, mostCounted)]
	still, later := r.beyond(since/gap), r.beyond((since+coming)/gap)
	return p * (still - later) / (p*still + 1 - p)
}

// roc is the area under the ROC curve of a score (ties count half), and what DeLong's
// variance is made of: for every case the share of the other side that it beats, or for
// those who did not buy, that beats it.
type roc struct {
	area   float64
	placed []float64
}

func newROC(score []float64, yes []bool) roc {
	type item struct {
		score float64
		at    int32
	}
	order := make([]item, len(score))
	positives := 0.0
	for i, s := range score {
		order[i] = item{s, int32(i)}
		if yes[i] {
			positives++
		}
	}
	negatives := float64(len(score)) - positives
	slices.SortFunc(order, func(a, b item) int { return cmp.Compare(a.score, b.score) })
	out := roc{placed: make([]float64, len(score))}
	for i, yesBelow, noBelow := 0, 0.0, 0.0; i < len(order); {
		j, ties := i, 0.0
		for ; j < len(order) && order[j].score == order[i].score; j++ {
			if yes[order[j].at] {
				ties++
			}
		}
		rest := float64(j-i) - ties
		for _, o := range order[i:j] {
			if yes[o.at] {
				out.placed[o.at] = (noBelow + rest/2) / negatives
			} else {
				out.placed[o.at] = (positives - yesBelow - ties/2) / positives
			}
		}
		out.area += ties * (noBelow + rest/2) / negatives / positives
		i, yesBelow, noBelow = j, yesBelow+ties, noBelow+rest
	}
	return out
}

// minus returns the difference of two areas on the same cases and its standard error.
//
// Source: E. R. DeLong, D. M. DeLong and D. L. Clarke-Pearson, “Comparing the Areas under
// Two or More Correlated ROC Curves”, Biometrics 44 (1988).
func (a roc) minus(b roc, yes []bool) (diff, se float64) {
	variance := 0.0
	for _, side := range []bool{true, false} {
		var sum, squares twofold.Sum
		n := 0.0
		for i := range yes {
			if yes[i] == side {
				sum.Add(a.placed[i] - b.placed[i])
				n++
			}
		}
		mean := sum.Value() / n
		for i := range yes {
			if d := a.placed[i] - b.placed[i] - mean; yes[i] == side {
				squares.AddProduct(d, d)
			}
		}
		if n > 1 {
			variance += squares.Value() / (n - 1) / n
		}
	}
	return a.area - b.area, math.Sqrt(variance)
}
