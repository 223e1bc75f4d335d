package tree

import (
	"cmp"
	"math"
	"slices"
)

// ask marks the two bins beside a cut, where the value decides.
const ask = 3

// threshold is the middle between the largest value of the node that goes left and the
// smallest that goes right. The cut between bins is first moved to the best place within
// the two bins beside it.
func (b *big) threshold(f *Feature, s *split, rows []int32, total []float64) float64 {
	if f.raw == nil {
		lo, hi := math.Inf(-1), math.Inf(1)
		for _, row := range rows { // the values that occur here
			if c := int(f.code[row]); c < s.pos {
				lo = max(lo, f.numbers[c])
			} else if c != gone {
				hi = min(hi, f.numbers[c])
			}
		}
		return f.between(lo, hi)
	}
	w := len(total)
	c := &dividing{g: b.g, feature: s.feature, best: s, left: make([]float64, w), right: make([]float64, w), total: make([]float64, w)}
	near, lo, hi := b.near(f, s.pos, rows, c)
	slices.SortFunc(near, func(x, y int32) int { return cmp.Or(cmp.Compare(f.raw[x], f.raw[y]), int(x-y)) })
	c.base = b.g.impurity(c.total)
	c.best.gain = 0 // the same cut counts again, to the digit
	at := 0
	for k, row := range near {
		if (k == 0 && !math.IsInf(lo, -1) || k > 0 && f.raw[row] != f.raw[near[k-1]]) && c.try() {
			at = k
		}
		b.g.t.add(c.left, row)
	}
	if !math.IsInf(hi, 1) && c.try() {
		at = len(near)
	}
	if at > 0 {
		lo = f.raw[near[at-1]]
	}
	if at < len(near) {
		hi = f.raw[near[at]]
	}
	return f.between(lo, hi)
}

// near lists the rows of the two bins beside a cut, counts all rows and those below
// them, and returns the values that enclose the two bins.
func (b *big) near(f *Feature, pos int, rows []int32, c *dividing) (near []int32, lo, hi float64) {
	if b.g.t.Classes != nil && b.g.t.width() == 2 {
		return b.nearTwo(f, pos, rows, c)
	}
	lo, hi = math.Inf(-1), math.Inf(1)
	for _, row := range rows {
		code := int(f.code[row])
		if code == gone {
			continue
		}
		b.g.t.add(c.total, row)
		switch {
		case code == pos-1 || code == pos:
			near = append(near, row)
		case code < pos:
			b.g.t.add(c.left, row)
			lo = max(lo, f.raw[row])
		default:
			hi = min(hi, f.raw[row])
		}
	}
	return near, lo, hi
}

// nearTwo is near for two classes: rows are counted by code, and of the other bins only
// the values of the next on each side are read.
func (b *big) nearTwo(f *Feature, pos int, rows []int32, c *dividing) (near []int32, lo, hi float64) {
	lo, hi = math.Inf(-1), math.Inf(1)
	under, over := -1, gone // the next bins so far that have rows
	var left, total [2]int
	for _, row := range rows {
		code := int(f.code[row])
		if code == gone {
			continue
		}
		class := b.g.t.Class[row] & 1
		total[class]++
		switch {
		case code == pos-1 || code == pos:
			near = append(near, row)
		case code < pos:
			left[class]++
			if code > under {
				under, lo = code, f.raw[row]
			} else if code == under {
				lo = max(lo, f.raw[row])
			}
		case code < over:
			over, hi = code, f.raw[row]
		case code == over:
			hi = min(hi, f.raw[row])
		}
	}
	for k := range total {
		c.total[k], c.left[k] = float64(total[k]), float64(left[k])
	}
	return near, lo, hi
}

// surrogates is that of local, by codes.
func (b *big) surrogates(primary int, rows []int32, left, right float64) []Test {
	var found []stand
	for j := range b.g.features {
		f := &b.g.features[j]
		if j == primary {
			continue
		}
		counts := make([]agreement, f.bins())
		for c := range counts {
			counts[c].key = uint32(c)
		}
		for _, row := range rows {
			c := uint32(0)
			if f.wide != nil {
				c = f.wide[row]
			} else {
				c = uint32(f.code[row])
			}
			if int(c) >= len(counts) {
				continue
			}
			counts[c].rows++
			switch b.side[row] {
			case 1:
				counts[c].left++
			case 0:
				counts[c].right++
			}
		}
		if f.Category() {
			found = agreeing(found, agreeLevels(j, counts, func(k int) uint32 { return uint32(k) }))
			continue
		}
		found = agreeing(found, agreeNumbers(j, counts, func(x, y int) float64 {
			if f.raw != nil {
				return math.Nextafter(f.cuts[y-1], math.Inf(1))
			}
			return f.between(f.numbers[x], f.numbers[y])
		}))
	}
	return finish(found, left, right)
}
