package tree

import (
	"cmp"
	"math/bits"
	"math/rand/v2"
	"slices"
)

// mostExhaustive is the number of levels up to which every division of a category is
// tried for an outcome of more than two classes.
const mostExhaustive = 10

// split is a candidate; gain 0 means that there is none.
type split struct {
	feature int
	gain    float64
	pos     int      // numbers: entries of the list (or codes) before it go left
	in, out []uint32 // categories: levels that go left and right
}

// better reports whether gain beats the split. The margin is for rounding: of equal
// splits the first feature and the lowest cut win.
func (s *split) better(gain float64) bool { return gain > s.gain*(1+1e-12) }

// search finds the best split of a node.
func (l *local) search(at *grown, lists [][]uint32) split {
	best := split{}
	d := len(lists) - 1
	if try := l.g.o.Try; try > 0 && try < d {
		for _, j := range l.draw(at.Number, d, try) {
			l.searchFeature(j, at, lists, &best)
		}
		return best
	}
	for j := range d {
		l.searchFeature(j, at, lists, &best)
	}
	return best
}

// draw picks features for a node by the seed and the node's number, in rising order.
func (l *local) draw(number uint64, d, try int) []int {
	if l.draws == nil {
		l.draws = make([]int, d)
	}
	for j := range l.draws {
		l.draws[j] = j
	}
	rnd := rand.New(rand.NewPCG(l.g.o.Seed, number))
	for j := range try {
		k := j + rnd.IntN(d-j)
		l.draws[j], l.draws[k] = l.draws[k], l.draws[j]
	}
	out := l.draws[:try]
	slices.Sort(out)
	return out
}

func (l *local) searchFeature(j int, at *grown, lists [][]uint32, best *split) {
	list := lists[j]
	n, least := len(list), l.g.o.MinLeaf
	if n < 2*least || list[0]>>16 == list[n-1]>>16 {
		return
	}
	total := at.Stats
	if n < at.N {
		l.tally(list, l.stats)
		total = l.stats
	}
	switch {
	case l.g.features[j].Category():
		l.category(j, list, total, best)
	case l.class == nil:
		l.scanMean(j, list, total, best)
	case len(total) == 2 && !l.g.o.Entropy:
		l.scanTwo(j, list, total, best)
	default:
		l.scanClasses(j, list, total, best)
	}
}

// scanTwo looks for the best Gini cut between two classes. With a and b the weighted
// rows of the classes on one side, its impurity is 2ab/(a+b).
func (l *local) scanTwo(j int, list []uint32, total []float64, best *split) {
	n, least := len(list), l.g.o.MinLeaf
	w0, w1 := l.g.weights[0], l.g.weights[1]
	ta, tb := total[0]*w0, total[1]*w1
	base := ta * tb / (ta + tb)
	limit := base - best.gain/2*(1+1e-12)
	at, ones, prev := -1, 0, list[0]>>16
	for i := 1; i <= n-least; i++ {
		ones += int(l.class[list[i-1]&0xffff])
		v := list[i] >> 16
		if v == prev {
			continue
		}
		prev = v
		if i < least {
			continue
		}
		b := float64(ones) * w1
		a := float64(i-ones) * w0
		c, d := ta-a, tb-b
		if x := (a*b*(c+d) + c*d*(a+b)) / ((a + b) * (c + d)); x < limit {
			limit, at = x-1e-12*(base-x), i
			best.gain = 2 * (base - x)
		}
	}
	if at > 0 {
		*best = split{feature: j, gain: best.gain, pos: at}
	}
}

// scanMean looks for the best cut of a numeric outcome.
func (l *local) scanMean(j int, list []uint32, total []float64, best *split) {
	n, least := len(list), l.g.o.MinLeaf
	base := mean2(total)
	at, sum, prev := -1, 0.0, list[0]>>16
	for i := 1; i <= n-least; i++ {
		sum += l.value[list[i-1]&0xffff]
		v := list[i] >> 16
		if v == prev {
			continue
		}
		prev = v
		if i < least {
			continue
		}
		rest := total[1] - sum
		if gain := sum/float64(i)*sum + rest/float64(n-i)*rest - base; best.better(gain) {
			best.gain, at = gain, i
		}
	}
	if at > 0 {
		*best = split{feature: j, gain: best.gain, pos: at}
	}
}

// scanClasses looks for the best cut between classes by any criterion.
func (l *local) scanClasses(j int, list []uint32, total []float64, best *split) {
	n, least := len(list), l.g.o.MinLeaf
	base := l.g.impurity(total)
	left := l.left
	right := slices.Clone(total)
	clear(left)
	at, prev := -1, list[0]>>16
	for i := 1; i <= n-least; i++ {
		c := l.class[list[i-1]&0xffff]
		left[c]++
		right[c]--
		v := list[i] >> 16
		if v == prev {
			continue
		}
		prev = v
		if i < least {
			continue
		}
		if gain := base - l.g.impurity(left) - l.g.impurity(right); best.better(gain) {
			best.gain, at = gain, i
		}
	}
	if at > 0 {
		*best = split{feature: j, gain: best.gain, pos: at}
	}
}

// group is a level with its statistics in a node.
type group struct {
	level uint32
	stats []float64
}

func (l *local) category(j int, list []uint32, total []float64, best *split) {
	f := &l.g.features[j]
	var groups []group
	for i := 0; i < len(list); {
		end := runEnd(list, i)
		g := group{f.level(l.rows[list[i]&0xffff]), make([]float64, len(total))}
		l.tally(list[i:end], g.stats)
		groups = append(groups, g)
		i = end
	}
	l.g.levels(j, groups, total, best)
}

// levels divides a category: by the mean of the outcome, which is exact for two classes
// and for numbers (Breiman et al. 1984, theorem 4.5); otherwise by trying every division
// of up to ten levels; otherwise in the order of each class's share.
func (g *grower) levels(j int, groups []group, total []float64, best *split) {
	c := &dividing{
		g: g, feature: j, groups: groups, total: total, base: g.impurity(total), best: best,
		left: make([]float64, len(total)), right: make([]float64, len(total)),
	}
	classes := len(g.t.Classes)
	switch {
	case len(groups) < 2:
	case classes <= 2:
		c.byShare(classes - 1)
	case len(groups) <= mostExhaustive:
		c.exhaustive()
	default:
		for k := range classes {
			c.byShare(k)
		}
	}
}

// dividing is the search for the best division of a category's levels.
type dividing struct {
	g           *grower
	feature     int
	groups      []group
	total       []float64
	base        float64
	best        *split
	left, right []float64
}

// try judges the division whose left side is in c.left.
func (c *dividing) try() bool {
	for k, x := range c.total {
		c.right[k] = x - c.left[k]
	}
	least := float64(c.g.o.MinLeaf)
	if c.g.t.rows(c.left) < least || c.g.t.rows(c.right) < least {
		return false
	}
	var gain float64
	if c.g.t.Classes == nil {
		gain = mean2(c.left) + mean2(c.right) - mean2(c.total)
	} else {
		gain = c.base - c.g.impurity(c.left) - c.g.impurity(c.right)
	}
	if !c.best.better(gain) {
		return false
	}
	c.best.gain = gain
	return true
}

// byShare sorts the levels by the share of a class (or the mean) and cuts the sequence.
func (c *dividing) byShare(class int) {
	order := slices.Clone(c.groups)
	share := func(g group) float64 {
		if class < 0 {
			return g.stats[1] / g.stats[0]
		}
		return g.stats[class] / c.g.t.rows(g.stats)
	}
	slices.SortStableFunc(order, func(a, b group) int { return cmp.Compare(share(a), share(b)) })
	clear(c.left)
	at := -1
	for i := range order[:len(order)-1] {
		for k, x := range order[i].stats {
			c.left[k] += x
		}
		if c.try() {
			at = i
		}
	}
	if at >= 0 {
		c.take(func(i int) (uint32, bool) { return order[i].level, i <= at })
	}
}

func (c *dividing) exhaustive() {
	at := uint(0)
	for set := uint(1); set < 1<<(len(c.groups)-1); set++ { // the last level stays right
		clear(c.left)
		for rest := set; rest != 0; rest &= rest - 1 {
			for k, x := range c.groups[bits.TrailingZeros(rest)].stats {
				c.left[k] += x
			}
		}
		if c.try() {
			at = set
		}
	}
	if at > 0 {
		c.take(func(i int) (uint32, bool) { return c.groups[i].level, at>>i&1 == 1 })
	}
}

// take makes the division the best split.
func (c *dividing) take(side func(i int) (level uint32, left bool)) {
	*c.best = split{feature: c.feature, gain: c.best.gain}
	for i := range c.groups {
		if level, left := side(i); left {
			c.best.in = append(c.best.in, level)
		} else {
			c.best.out = append(c.best.out, level)
		}
	}
	slices.Sort(c.best.in)
	slices.Sort(c.best.out)
}
