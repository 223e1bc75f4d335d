package stats

import (
	"context"
	"math"

	"qunxiang/plugins/internal/twofold"
)

// pair is the correlation of two numbers over the customers who have both.
type pair struct {
	a, b                int
	n                   int
	pearson, pearsonP   float64
	spearman, spearmanP float64
	q                   float64 // of spearmanP, corrected for the number of pairs
}

// correlate returns Pearson's r and Spearman's ρ (r of the midranks) with two-sided p
// by Student's t with n−2 degrees of freedom. ok is false where fewer than three
// customers have both, or one of the two does not vary among them.
func correlate(ctx context.Context, x, y *number, rx, ry []float64) (p pair, ok bool, err error) {
	if x.valid != nil || y.valid != nil {
		if x, y, rx, ry, err = together(ctx, x, y); err != nil {
			return pair{}, false, err
		}
	}
	p.n = len(x.values)
	if p.n < 3 {
		return p, false, nil
	}
	if p.pearson, ok, err = product(ctx, x.values, y.values); err != nil || !ok {
		return p, false, err
	}
	if p.spearman, ok, err = product(ctx, rx, ry); err != nil || !ok {
		return p, false, err
	}
	df := float64(p.n - 2)
	p.pearsonP, p.spearmanP = tailR(p.pearson, df), tailR(p.spearman, df)
	return p, true, nil
}

func tailR(r, df float64) float64 {
	if r*r >= 1 {
		return 0
	}
	return tailT(r*math.Sqrt(df/(1-r*r)), df)
}

// together keeps the customers who have both values, ranked among themselves.
func together(ctx context.Context, x, y *number) (a, b *number, ra, rb []float64, err error) {
	a, b = &number{}, &number{}
	for i := range x.values {
		u, okU := x.at(i)
		v, okV := y.at(i)
		if okU && okV {
			a.values, b.values = append(a.values, u), append(b.values, v)
		}
	}
	for _, f := range []*number{a, b} {
		f.n = len(f.values)
		if err := f.sortOrder(ctx); err != nil {
			return nil, nil, nil, nil, err
		}
	}
	return a, b, a.midranks(), b.midranks(), nil
}

// noise is what rounding the means leaves of a correlation of nothing.
const noise = 1e-14

// product is Pearson's product-moment correlation.
func product(ctx context.Context, x, y []float64) (r float64, ok bool, err error) {
	n := float64(len(x))
	var sx, sy twofold.Sum
	for i := range x {
		sx.Add(x[i])
		sy.Add(y[i])
	}
	mx, my := sx.Value()/n, sy.Value()/n
	var xx, yy, xy twofold.Sum
	for i := range x {
		if i%block == 0 && ctx.Err() != nil {
			return 0, false, ctx.Err()
		}
		dx, dy := x[i]-mx, y[i]-my
		xx.AddProduct(dx, dx)
		yy.AddProduct(dy, dy)
		xy.AddProduct(dx, dy)
	}
	down := math.Sqrt(xx.Value()) * math.Sqrt(yy.Value())
	if !(down > 0) || !varies(x) || !varies(y) {
		return 0, false, nil
	}
	if r = min(max(xy.Value()/down, -1), 1); math.Abs(r) < noise {
		r = 0
	}
	return r, true, nil
}

func varies(x []float64) bool {
	for _, v := range x {
		if v != x[0] {
			return true
		}
	}
	return false
}
