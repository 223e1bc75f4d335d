package evidence

import (
	"cmp"
	"context"
	"math"
	"math/rand/v2"
	"slices"
	"sync"
	"sync/atomic"
)

// How much is drawn. A replicate costs as much as a run of its size, so its size is
// bounded, and a few replicates have to do where there are many customers.
const (
	replicateRows = 2_000  // most draws of a replicate
	largeRows     = 1_000  // draws of a replicate above poolRows customers
	poolRows      = 20_000 // customers that replicates draw from, about
	fewest        = 5      // mean number of customers of a segment in a replicate, below which it is not judged
)

// Thresholds of the mean Jaccard coefficient: below the first a segment dissolves, above
// the last it is found again nearly whole (Hennig 2007; fpc::clusterboot).
const (
	StabilityDoubtful = 0.60
	StabilityStable   = 0.75
	StabilityVery     = 0.85
)

// Verdict is the word for a segment's stability.
type Verdict string

// The verdicts.
const (
	VerdictUnstable   Verdict = "unstable"
	VerdictDoubtful   Verdict = "doubtful"
	VerdictStable     Verdict = "stable"
	VerdictVeryStable Verdict = "very_stable"
	VerdictUnmeasured Verdict = "not_measured" // too few customers in the draws
)

// VerdictOf returns the word for a mean Jaccard coefficient.
func VerdictOf(mean float64) Verdict {
	switch {
	case math.IsNaN(mean):
		return VerdictUnmeasured
	case mean < StabilityDoubtful:
		return VerdictUnstable
	case mean < StabilityStable:
		return VerdictDoubtful
	case mean <= StabilityVery:
		return VerdictStable
	}
	return VerdictVeryStable
}

// Stability is how well one segment comes back, from 0 (dissolved) to 1 (the same each
// time). Low and High bound the mean with 95 % confidence over the replicates.
type Stability struct {
	Mean, Low, High float64 // NaN where it is not measured
	Replicates      int     // those that say something about the segment
	Verdict         Verdict
}

// Draws is how the customers are drawn anew.
type Draws struct {
	Replicates int    // 0 = by the number of customers
	Seed       uint64 // same seed, same draws
	Threads    int    // replicates at a time
	// Order returns a number for a row that does not change with the order of rows; nil
	// takes the rows as they stand.
	Order func(row int) uint64
	// Done is told how many replicates are ready; nil = nobody asks. It may be called
	// from several goroutines.
	Done func(ready, of int)
}

// Refit groups the rows anew and returns a label for each of them, nil where the method
// finds nothing in them. It may be called from several goroutines.
type Refit func(ctx context.Context, replicate int, rows []int32) (label []int32, err error)

// Replicates returns how many replicates a number of customers gets by itself.
func Replicates(customers int) int {
	switch {
	case customers <= 500:
		return 50
	case customers <= replicateRows:
		return 30
	}
	return 20
}

// Resample draws customers with replacement, groups them anew, and finds for each segment
// the most similar new one by the Jaccard coefficient of their customers in the draw; the
// mean over the replicates is the segment's stability. A customer drawn twice takes part
// once. An error of a refit ends it; so does the context.
//
// label[i] is the segment of row i, below segments. Source: C. Hennig, "Cluster-wise
// assessment of cluster stability", Computational Statistics & Data Analysis 52 (2007)
// 258–271, section 3 (bootstrap).
func Resample(ctx context.Context, label []int32, segments int, d Draws, refit Refit) ([]Stability, error) {
	if d.Replicates <= 0 {
		d.Replicates = Replicates(len(label))
	}
	rows, err := Pool(ctx, len(label), d.Order)
	if err != nil {
		return nil, err
	}
	draws := min(len(label), replicateRows)
	if len(label) > poolRows {
		draws = largeRows
	}
	found := make([][]float64, d.Replicates) // by replicate, then segment; nil = nothing found
	sizes := make([]atomic.Int64, segments)
	var ready atomic.Int64
	err = parallel(ctx, d.Threads, d.Replicates, func(ctx context.Context, b int) error {
		drawn := draw(rows, draws, rand.New(rand.NewPCG(d.Seed, uint64(b))))
		again, err := refit(ctx, b, drawn)
		if err != nil {
			return err
		}
		old := make([]int32, len(drawn))
		for i, r := range drawn {
			old[i] = label[r]
			sizes[old[i]].Add(1)
		}
		if again != nil {
			found[b] = bestJaccard(old, again, segments)
		}
		if n := int(ready.Add(1)); d.Done != nil {
			d.Done(n, d.Replicates)
		}
		return nil
	})
	if err != nil {
		return nil, err
	}
	out := make([]Stability, segments)
	for s := range out {
		out[s] = summary(found, s, int(sizes[s].Load()) >= fewest*d.Replicates)
	}
	return out, nil
}

// Pool returns the rows of n that are drawn from, all of them or some 20,000, in an order
// that follows from the numbers that order gives them; nil takes them by their positions.
func Pool(ctx context.Context, n int, order func(int) uint64) ([]int32, error) {
	if order == nil {
		order = func(row int) uint64 { return scramble(uint64(row)) }
	}
	most := uint64(math.MaxUint64)
	if n > poolRows {
		most = most / uint64(n) * poolRows
	}
	type ranked struct {
		key uint64
		row int32
	}
	var in []ranked
	for i := range n {
		if i%65536 == 0 && ctx.Err() != nil {
			return nil, ctx.Err()
		}
		if key := order(i); key <= most {
			in = append(in, ranked{key, int32(i)})
		}
	}
	slices.SortFunc(in, func(a, b ranked) int { return cmp.Or(cmp.Compare(a.key, b.key), cmp.Compare(a.row, b.row)) })
	out := make([]int32, len(in))
	for i, r := range in {
		out[i] = r.row
	}
	return out, nil
}

// draw takes n rows with replacement and returns each of them once, in pool order.
func draw(pool []int32, n int, rnd *rand.Rand) []int32 {
	taken := make([]bool, len(pool))
	count := 0
	for range n {
		at := rnd.IntN(len(pool))
		if !taken[at] {
			taken[at] = true
			count++
		}
	}
	out := make([]int32, 0, count)
	for i, t := range taken {
		if t {
			out = append(out, pool[i])
		}
	}
	return out
}

// bestJaccard returns for each old segment the largest |A∩B| / |A∪B| over the new ones,
// NaN for a segment without customers in the draw.
func bestJaccard(old, again []int32, segments int) []float64 {
	most := int32(0)
	for _, c := range again {
		most = max(most, c)
	}
	k := int(most) + 1
	both, a, b := make([]int, segments*k), make([]int, segments), make([]int, k)
	for i, c := range again {
		both[int(old[i])*k+int(c)]++
		a[old[i]]++
		b[c]++
	}
	out := make([]float64, segments)
	for s := range out {
		if a[s] == 0 {
			out[s] = math.NaN()
			continue
		}
		for c, n := range both[s*k : (s+1)*k] {
			out[s] = max(out[s], float64(n)/float64(a[s]+b[c]-n))
		}
	}
	return out
}

// summary is the mean of a segment over the replicates with its interval.
func summary(found [][]float64, segment int, enough bool) Stability {
	var v []float64
	for _, f := range found {
		if f != nil && !math.IsNaN(f[segment]) {
			v = append(v, f[segment])
		}
	}
	none := Stability{Mean: math.NaN(), Low: math.NaN(), High: math.NaN(), Replicates: len(v), Verdict: VerdictUnmeasured}
	if !enough || len(v) < 2 || 2*len(v) < len(found) {
		return none
	}
	m, se := meanError(v)
	const z = 1.959963984540054 // 97.5 % of the normal distribution
	return Stability{Mean: m, Low: max(0, m-z*se), High: min(1, m+z*se), Replicates: len(v), Verdict: VerdictOf(m)}
}

// meanError returns the mean and its standard error.
func meanError(v []float64) (mean, se float64) {
	for _, x := range v {
		mean += x
	}
	mean /= float64(len(v))
	s := 0.0
	for _, x := range v {
		s += float64((x - mean) * (x - mean))
	}
	if len(v) < 2 {
		return mean, 0
	}
	return mean, math.Sqrt(s / float64(len(v)-1) / float64(len(v)))
}

// parallel calls f for 0 … n−1, some at a time, until one fails or the context ends.
func parallel(ctx context.Context, threads, n int, f func(context.Context, int) error) error {
	ctx, cancel := context.WithCancelCause(ctx)
	defer cancel(nil)
	var next atomic.Int64
	var wg sync.WaitGroup
	for range max(1, min(threads, n)) {
		wg.Go(func() {
			for i := int(next.Add(1) - 1); i < n && ctx.Err() == nil; i = int(next.Add(1) - 1) {
				if err := f(ctx, i); err != nil {
					cancel(err)
				}
			}
		})
	}
	wg.Wait()
	return context.Cause(ctx)
}

// HashBytes returns a number for the bytes that is the same on every machine (FNV-1a,
// stirred), for [Draws].Order.
func HashBytes(b []byte) uint64 {
	h := uint64(14695981039346656037)
	for _, c := range b {
		h = (h ^ uint64(c)) * 1099511628211
	}
	return scramble(h)
}

// scramble spreads a number over 64 bits (the finish of SplitMix64).
func scramble(x uint64) uint64 {
	x += 0x9e3779b97f4a7c15
	x = (x ^ x>>30) * 0xbf58476d1ce4e5b9
	x = (x ^ x>>27) * 0x94d049bb133111eb
	return x ^ x>>31
}
