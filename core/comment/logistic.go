package comment

import (
	"context"
	"math"
	"math/rand/v2"
)

// example is a text to learn from.
type example struct {
	grams []gram
	sign  float64 // 1 or −1
	cost  float64 // bound of its influence: C times the weight of its class
}

const (
	epochs = 30   // at most, over all examples
	enough = 1e-2 // the largest step of an epoch, as a share of the cost, at which training ends
)

// train fits a logistic regression with an L2 penalty by coordinate descent in the dual
// (Yu, Huang and Lin 2011, Machine Learning 85, 41, algorithm 5): for each example in turn
// its multiplier is set so that α = C·σ(−y·w·x), by Newton's method in the logit of α/C.
// The weights have one more place than there are features, the constant.
func train(ctx context.Context, examples []example, features int) ([]float64, error) {
	w := make([]float64, features+1)
	alpha := make([]float64, len(examples))
	logit := make([]float64, len(examples))
	order := make([]int, len(examples))
	for i := range order {
		order[i], logit[i] = i, math.Inf(-1)
	}
	rng := rand.New(rand.NewPCG(1, 2))
	for epoch := range epochs {
		rng.Shuffle(len(order), func(i, j int) { order[i], order[j] = order[j], order[i] })
		largest := 0.0
		for n, i := range order {
			if n%stride == 0 && ctx.Err() != nil {
				return nil, ctx.Err()
			}
			e := &examples[i]
			q, dot := 1.0, w[features]
			for _, g := range e.grams {
				q += float64(g.v) * float64(g.v)
				dot += float64(g.v) * w[g.id]
			}
			a, u := step(e.cost, q, e.sign*dot, alpha[i], logit[i])
			d := (a - alpha[i]) * e.sign
			largest = max(largest, math.Abs(d)/e.cost)
			alpha[i], logit[i] = a, u
			for _, g := range e.grams {
				w[g.id] += d * float64(g.v)
			}
			w[features] += d
		}
		if largest < enough || epoch == epochs-1 {
			advance(ctx, float64(epochs-epoch)/epochs)
			break
		}
		advance(ctx, 1.0/epochs)
	}
	return w, nil
}

// step solves u + b + q(Cσ(u) − α) = 0, which rises in u with a slope of 1 to 1 + qC/4.
func step(cost, q, b, alpha, u float64) (float64, float64) {
	if math.IsInf(u, -1) {
		u = -b
	}
	z := 0.0
	for range 20 {
		s := 1 / (1 + math.Exp(-u))
		z = cost * s
		g := u + b + q*(z-alpha)
		du := g / (1 + q*cost*s*(1-s))
		u -= max(-8, min(8, du))
		if math.Abs(du) < 1e-6 {
			break
		}
	}
	return cost / (1 + math.Exp(-u)), u
}

// margin is w·x with the constant.
func margin(w []float64, x []gram) float64 {
	sum := w[len(w)-1]
	for _, g := range x {
		sum += w[g.id] * float64(g.v)
	}
	return sum
}
