package agree

import (
	"cmp"
	"context"
	"math"
	"slices"

	"qunxiang/core"
)

// Result compares segmentation A (rows) with B (columns) over the customers in both.
type Result struct {
	Customers  int
	OnlyA      int     // in a segment of A alone: left out of B, or not there
	OnlyB      int     //
	ARI        float64 // adjusted Rand index: 1 = the same, 0 = as by chance
	AMI        float64 // adjusted mutual information, normalised by the mean entropy
	AMIMax     float64 // the same normalised by the larger entropy
	Table      [][]int // customers by segment of A and of B
	Pairs      []Pair  // segments that answer each other, by position in A
	Core       int     // customers in such pairs
	CoreOf     []uint32
	RowTotals  []int
	ColumnTots []int
}

// Pair is a segment of A with the segment of B that it shares most with, by Jaccard,
// where that holds the other way round too.
type Pair struct {
	A, B      int // positions of segments
	Customers int
	Jaccard   float64
}

// Compare puts two segmentations side by side. It takes time in proportion to the
// customers.
func Compare(ctx context.Context, a, b *core.Segmentation) (*Result, error) {
	in := index(b)
	r := &Result{Table: make([][]int, len(a.Segments)), RowTotals: make([]int, len(a.Segments)), ColumnTots: make([]int, len(b.Segments))}
	for i := range r.Table {
		r.Table[i] = make([]int, len(b.Segments))
	}
	for i, c := range a.Customers {
		if i%65536 == 0 && ctx.Err() != nil {
			return nil, ctx.Err()
		}
		if i >= len(a.Label) {
			break
		}
		other := in.label(c)
		if other < 0 {
			r.OnlyA++
			continue
		}
		r.Table[a.Label[i]][other]++
		r.RowTotals[a.Label[i]]++
		r.ColumnTots[other]++
		r.Customers++
	}
	r.OnlyB = len(b.Label) - r.Customers
	r.ARI, r.AMI, r.AMIMax = Indices(r.Table)
	r.pair()
	r.coreMembers(a, in)
	return r, nil
}

// labels are the segments of customers by code, +1.
type labels []int32

func index(s *core.Segmentation) labels {
	top := uint32(0)
	for _, c := range s.Customers {
		top = max(top, c)
	}
	out := make(labels, int(top)+1)
	for i, c := range s.Customers {
		if i < len(s.Label) {
			out[c] = s.Label[i] + 1
		}
	}
	return out
}

func (l labels) label(c uint32) int32 {
	if int(c) >= len(l) {
		return -1
	}
	return l[c] - 1
}

// pair finds the segments that are each other's best match. Of equal matches the first
// counts.
func (r *Result) pair() {
	jaccard := func(i, j int) float64 {
		n := r.Table[i][j]
		if n == 0 {
			return 0
		}
		return float64(n) / float64(r.RowTotals[i]+r.ColumnTots[j]-n)
	}
	best := func(n int, of func(int) float64) int {
		at := -1
		for i := range n {
			if v := of(i); v > 0 && (at < 0 || v > of(at)) {
				at = i
			}
		}
		return at
	}
	for i := range r.Table {
		j := best(len(r.ColumnTots), func(j int) float64 { return jaccard(i, j) })
		if j < 0 || best(len(r.Table), func(i int) float64 { return jaccard(i, j) }) != i {
			continue
		}
		r.Pairs = append(r.Pairs, Pair{A: i, B: j, Customers: r.Table[i][j], Jaccard: jaccard(i, j)})
		r.Core += r.Table[i][j]
	}
}

// coreMembers lists the customers whose segments answer each other.
func (r *Result) coreMembers(a *core.Segmentation, in labels) {
	match := make([]int32, len(r.Table))
	for i := range match {
		match[i] = -1
	}
	for _, p := range r.Pairs {
		match[p.A] = int32(p.B)
	}
	for i, c := range a.Customers {
		if i < len(a.Label) && match[a.Label[i]] >= 0 && in.label(c) == match[a.Label[i]] {
			r.CoreOf = append(r.CoreOf, c)
		}
	}
	slices.SortFunc(r.CoreOf, cmp.Compare[uint32])
}

// Indices returns the adjusted Rand index (Hubert and Arabie 1985) and the adjusted mutual
// information (Vinh, Epps and Bailey 2010) of a cross table: (I − E)/(H − E) with H the
// arithmetic mean of the two entropies, which is the usual one, or the larger of them
// (AMI_max). All are 1 for the same division; they are 1 too where neither side divides
// at all, and NaN without customers.
func Indices(table [][]int) (ari, ami, amiMax float64) {
	var a, b []int
	n := 0
	for i, row := range table {
		a = append(a, 0)
		for j, c := range row {
			if i == 0 {
				b = append(b, 0)
			}
			a[i] += c
			b[j] += c
			n += c
		}
	}
	if n == 0 {
		return math.NaN(), math.NaN(), math.NaN()
	}
	ami, amiMax = adjustedInformation(table, a, b, n)
	return adjustedRand(table, a, b, n), ami, amiMax
}

func adjustedRand(table [][]int, a, b []int, n int) float64 {
	pairs := func(x int) float64 { return float64(x) * float64(x-1) / 2 }
	both, left, right := 0.0, 0.0, 0.0
	for i, row := range table {
		left += pairs(a[i])
		for _, c := range row {
			both += pairs(c)
		}
	}
	for _, c := range b {
		right += pairs(c)
	}
	all := pairs(n)
	if left == right && (left == 0 || left == all) { // nothing is divided, or everything
		return 1
	}
	expected := left * right / all
	return (both - expected) / ((left+right)/2 - expected)
}

func adjustedInformation(table [][]int, a, b []int, n int) (mean, largest float64) {
	ha, hb := entropy(a, n), entropy(b, n)
	if ha == 0 && hb == 0 {
		return 1, 1
	}
	mutual := 0.0
	for i, row := range table {
		for j, c := range row {
			if c > 0 {
				mutual += float64(c) / float64(n) * math.Log(float64(c)*float64(n)/(float64(a[i])*float64(b[j])))
			}
		}
	}
	expected := expectedInformation(a, b, n)
	over := func(h float64) float64 {
		if math.Abs(h-expected) < 1e-15 { // every customer alone on both sides
			return 1
		}
		return min(1, (mutual-expected)/(h-expected)) // rounding is no reason to agree more than wholly
	}
	return over((ha + hb) / 2), over(max(ha, hb))
}

func entropy(counts []int, n int) float64 {
	h := 0.0
	for _, c := range counts {
		if c > 0 {
			p := float64(c) / float64(n)
			h -= p * math.Log(p)
		}
	}
	return h
}

// expectedInformation is the mean mutual information of all tables with the same totals
// (Vinh, Epps and Bailey 2010, equation 24a). A cell's terms are those of a hypergeometric
// distribution; they are summed outwards from its mode until they vanish.
func expectedInformation(a, b []int, n int) float64 {
	lg := func(x int) float64 {
		v, _ := math.Lgamma(float64(x + 1))
		return v
	}
	total, all := 0.0, float64(n)
	for _, x := range a {
		for _, y := range b {
			if x == 0 || y == 0 {
				continue
			}
			low, high := max(1, x+y-n), min(x, y)
			base := lg(x) + lg(y) + lg(n-x) + lg(n-y) - lg(n)
			term := func(k int) float64 {
				return math.Exp(base - lg(k) - lg(x-k) - lg(y-k) - lg(n-x-y+k))
			}
			mode := min(max(low, int(float64(x+1)*float64(y+1)/(all+2))), high)
			for k := mode; k <= high; k++ {
				p := term(k)
				if p < 1e-18 && k > mode {
					break
				}
				total += float64(k) / all * math.Log(all*float64(k)/(float64(x)*float64(y))) * p
			}
			for k := mode - 1; k >= low; k-- {
				p := term(k)
				if p < 1e-18 {
					break
				}
				total += float64(k) / all * math.Log(all*float64(k)/(float64(x)*float64(y))) * p
			}
		}
	}
	return total
}
