package basket

import (
	"cmp"
	"context"
	"math"
	"slices"
)

// rule says that baskets with the things of If often hold Then.
type rule struct {
	group          int // −1 = all customers
	first          []int32
	then           int32
	n              int // baskets of the group
	both, nIf, nTo int // baskets with all of it, with If, with Then
	p, q           float64
}

func (r *rule) support() float64    { return float64(r.both) / float64(r.n) }
func (r *rule) confidence() float64 { return float64(r.both) / float64(r.nIf) }

// lift is confidence over the share of baskets with Then.
func (r *rule) lift() float64 {
	return float64(r.both) * float64(r.n) / (float64(r.nIf) * float64(r.nTo))
}

// leverage is support minus what independence would give (Piatetsky-Shapiro 1991).
func (r *rule) leverage() float64 {
	n := float64(r.n)
	return r.support() - float64(r.nIf)/n*(float64(r.nTo)/n)
}

// conviction is P(If)·P(not Then)/P(If and not Then); infinite where no basket
// contradicts the rule.
func (r *rule) conviction() float64 {
	if r.both == r.nIf {
		return math.Inf(1)
	}
	return (1 - float64(r.nTo)/float64(r.n)) / (1 - r.confidence())
}

// low is the lower 95 % bound of the lift, by the normal approximation of its logarithm
// with the variance of a ratio of shares (the delta method).
func (r *rule) low() float64 {
	const z95 = 1.959963984540054
	n, both, nIf, nTo := float64(r.n), float64(r.both), float64(r.nIf), float64(r.nTo)
	// Var ln(p₁₁/(p₁·p·₁)) for one multinomial sample.
	v := 1/both - 1/nIf - 1/nTo + 2*both/(nIf*nTo) - 1/n
	if v < 0 {
		v = 0
	}
	return r.lift() * math.Exp(-z95*math.Sqrt(v))
}

const (
	mostItems   = 4000      // of a search: the most frequent
	mostTriples = 2_000_000 // looked at for rules of three things
	mostRules   = 5000      // kept for each group
)

// search finds the rules of the baskets.
type search struct {
	ctx        context.Context
	b          *baskets
	group      int
	least      int // baskets that hold all things of a rule
	lift       float64
	confidence float64
	three      bool

	items []int32   // that occur in enough baskets, rising
	place []int32   // of each item in items, −1 = not there
	lists [][]int32 // baskets that hold each of items
	rules []rule
	cut   string // what a limit left out: "items", "triples", "rules"
}

// run fills rules, best first: by the lower bound of the lift.
func (s *search) run() error {
	s.frequent()
	pairs, err := s.pairs()
	if err != nil {
		return err
	}
	if s.three {
		if err := s.triples(pairs); err != nil {
			return err
		}
	}
	s.correct()
	slices.SortFunc(s.rules, func(a, b rule) int {
		return cmp.Or(cmp.Compare(b.low(), a.low()), cmp.Compare(b.both, a.both), slices.Compare(a.first, b.first), cmp.Compare(a.then, b.then))
	})
	if len(s.rules) > mostRules {
		s.rules, s.cut = s.rules[:mostRules], "rules"
	}
	return s.ctx.Err()
}

// frequent finds the items in enough baskets and the list of baskets of each.
func (s *search) frequent() {
	count := make([]int, len(s.b.names))
	for _, k := range s.b.items {
		count[k]++
	}
	for k, n := range count {
		if n >= s.least {
			s.items = append(s.items, int32(k))
		}
	}
	if len(s.items) > mostItems {
		s.cut = "items"
		slices.SortFunc(s.items, func(a, b int32) int { return cmp.Or(cmp.Compare(count[b], count[a]), cmp.Compare(a, b)) })
		s.items = s.items[:mostItems]
		slices.Sort(s.items)
	}
	s.place = make([]int32, len(s.b.names))
	for i := range s.place {
		s.place[i] = -1
	}
	s.lists = make([][]int32, len(s.items))
	for at, k := range s.items {
		s.place[k] = int32(at)
		s.lists[at] = make([]int32, 0, count[k])
	}
	for i := range s.b.owner {
		for _, k := range s.b.of(i) {
			if at := s.place[k]; at >= 0 {
				s.lists[at] = append(s.lists[at], int32(i))
			}
		}
	}
}

// both is a frequent pair of positions in items, with its baskets.
type both struct {
	a, b int
	list []int32
}

// pairs counts every two items together and makes the rules of two.
func (s *search) pairs() ([]both, error) {
	var out []both
	counts := make([]int32, len(s.items))
	steps := 0
	for a, list := range s.lists {
		clear(counts)
		for _, i := range list {
			if steps++; steps%stride == 0 && s.ctx.Err() != nil {
				return nil, s.ctx.Err()
			}
			items := s.b.of(int(i))
			after, _ := slices.BinarySearch(items, s.items[a]+1)
			for _, k := range items[after:] {
				if at := s.place[k]; at >= 0 {
					counts[at]++
				}
			}
		}
		for b := a + 1; b < len(counts); b++ {
			n := int(counts[b])
			if n < s.least {
				continue
			}
			p := both{a: a, b: b}
			if s.three {
				p.list = common(list, s.lists[b])
			}
			out = append(out, p)
			s.offer([]int32{s.items[a]}, s.items[b], n, len(list), len(s.lists[b]))
			s.offer([]int32{s.items[b]}, s.items[a], n, len(s.lists[b]), len(list))
		}
	}
	return out, nil
}

// triples joins pairs that share their first item, and makes the rules of three whose
// lift is above that of both shorter rules: the third thing must add something.
func (s *search) triples(pairs []both) error {
	count := make(map[[2]int]int, len(pairs))
	for _, p := range pairs {
		count[[2]int{p.a, p.b}] = len(p.list)
	}
	looked := 0
	for i := range pairs {
		for j := i + 1; j < len(pairs) && pairs[j].a == pairs[i].a; j++ {
			if looked++; looked%64 == 0 && s.ctx.Err() != nil {
				return s.ctx.Err()
			}
			if looked > mostTriples {
				s.cut = "triples"
				return nil
			}
			a, b, c := pairs[i].a, pairs[i].b, pairs[j].b
			bc, ok := count[[2]int{b, c}]
			if !ok {
				continue
			}
			n := len(common(pairs[i].list, s.lists[c]))
			if n < s.least {
				continue
			}
			ab, ac := len(pairs[i].list), len(pairs[j].list)
			s.offerThree(a, b, c, n, ab, ac, bc)
			s.offerThree(a, c, b, n, ac, ab, bc)
			s.offerThree(b, c, a, n, bc, ab, ac)
		}
	}
	return nil
}

// offerThree proposes x and y → z; xz and yz count the baskets with each and z.
func (s *search) offerThree(x, y, z, n, xy, xz, yz int) {
	of := func(at int) float64 { return float64(len(s.lists[at])) }
	confidence := float64(n) / float64(xy)
	if confidence > float64(xz)/of(x) && confidence > float64(yz)/of(y) {
		s.offer([]int32{s.items[x], s.items[y]}, s.items[z], n, xy, len(s.lists[z]))
	}
}

// offer keeps a rule that passes the limits.
func (s *search) offer(first []int32, then int32, n, nIf, nTo int) {
	r := rule{group: s.group, first: first, then: then, n: s.b.n(), both: n, nIf: nIf, nTo: nTo}
	if r.lift() >= s.lift && r.confidence() >= s.confidence {
		s.rules = append(s.rules, r)
	}
}

// correct gives every rule the chance p that independence puts the two sides together
// in so many baskets or more (Fisher's exact test, one-sided), and q, which allows for
// the number of rules (Benjamini and Hochberg 1995).
func (s *search) correct() {
	order := make([]int, len(s.rules))
	for i := range s.rules {
		r := &s.rules[i]
		order[i], r.p = i, tail(r.n, r.nIf, r.nTo, r.both)
	}
	slices.SortStableFunc(order, func(a, b int) int { return cmp.Compare(s.rules[b].p, s.rules[a].p) })
	least := 1.0
	for k, i := range order {
		least = min(least, s.rules[i].p*float64(len(order))/float64(len(order)-k))
		s.rules[i].q = least
	}
}

// tail is the chance that of k drawn from n, of which m are marked, at least x are.
func tail(n, m, k, x int) float64 {
	lg := func(v int) float64 { g, _ := math.Lgamma(float64(v) + 1); return g }
	choose := func(a, b int) float64 { return lg(a) - lg(b) - lg(a-b) }
	term := math.Exp(choose(m, x) + choose(n-m, k-x) - choose(n, k))
	sum := 0.0
	for i := x; i <= min(m, k) && term > 1e-18*sum; i++ {
		sum += term
		term *= float64(m-i) * float64(k-i) / (float64(i+1) * float64(n-m-k+i+1))
	}
	return min(sum, 1)
}

// common counts off the numbers that both rising lists have.
func common(a, b []int32) []int32 {
	if len(a) > len(b) {
		a, b = b, a
	}
	out := make([]int32, 0, len(a))
	if len(b) > 32*len(a) {
		for _, x := range a {
			if _, ok := slices.BinarySearch(b, x); ok {
				out = append(out, x)
			}
		}
		return out
	}
	for i, j := 0, 0; i < len(a) && j < len(b); {
		switch {
		case a[i] < b[j]:
			i++
		case a[i] > b[j]:
			j++
		default:
			out = append(out, a[i])
			i++
			j++
		}
	}
	return out
}
