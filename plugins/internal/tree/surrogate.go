package tree

import "slices"

// mostSurrogates is the number of surrogates that a split keeps.
const mostSurrogates = 5

// agreement counts the rows of a value (or level) that the split sends left and right.
type agreement struct {
	key         uint32 // list position, code or level
	rows        int    // also those that the split does not decide
	left, right float64
}

// stand is a surrogate with its agreement.
type stand struct {
	Test
	agree float64
}

// surrogates finds for a split the tests of other features that send the same rows the
// same way, best first (Breiman et al. 1984, chapter 5.3; in rpart's form: agreement is
// counted among all rows that the split decides, at least two rows go each way, and a
// surrogate must agree more often than the larger side has rows).
func (l *local) surrogates(primary int, lists [][]uint32, left, right float64) []Test {
	var found []stand
	for j, list := range lists[:len(lists)-1] {
		if j == primary || len(list) == 0 {
			continue
		}
		f := &l.g.features[j]
		var counts []agreement
		for i := 0; i < len(list); {
			end := runEnd(list, i)
			a := agreement{key: uint32(i), rows: end - i}
			for _, e := range list[i:end] {
				switch l.side[e&0xffff] {
				case 1:
					a.left++
				case 0:
					a.right++
				}
			}
			counts = append(counts, a)
			i = end
		}
		value := func(k int) float64 { return f.number(l.rows[list[counts[k].key]&0xffff]) }
		level := func(k int) uint32 { return f.level(l.rows[list[counts[k].key]&0xffff]) }
		if f.Category() {
			found = agreeing(found, agreeLevels(j, counts, level))
		} else {
			found = agreeing(found, agreeNumbers(j, counts, func(a, b int) float64 { return f.between(value(a), value(b)) }))
		}
	}
	return finish(found, left, right)
}

// agreeing adds a stand-in that agrees at all.
func agreeing(found []stand, s stand) []stand {
	if s.agree > 0 {
		found = append(found, s)
	}
	return found
}

// finish takes the best surrogates that beat following the larger side.
func finish(found []stand, left, right float64) []Test {
	found = slices.DeleteFunc(found, func(s stand) bool { return s.agree <= max(left, right) })
	slices.SortStableFunc(found, func(a, b stand) int {
		switch {
		case a.agree > b.agree:
			return -1
		case a.agree < b.agree:
			return 1
		}
		return 0
	})
	var out []Test
	for _, s := range found[:min(mostSurrogates, len(found))] {
		out = append(out, s.Test)
	}
	return out
}

// agreeNumbers finds the cut that agrees most, in either direction.
func agreeNumbers(j int, counts []agreement, between func(a, b int) float64) stand {
	var ll, rl float64 // still to come, above the cut
	for _, c := range counts {
		ll += c.left
		rl += c.right
	}
	s := stand{agree: max(ll, rl)}
	var lr, rr float64 // below the cut
	at, last := -1, -1
	for k, c := range counts {
		if ll+rl < 2 {
			break
		}
		if c.rows == 0 {
			continue
		}
		if last >= 0 && lr+rr >= 2 {
			switch {
			case ll+rr > s.agree:
				s.agree, at, s.Reverse = ll+rr, k, true
				s.Threshold = between(last, k)
			case lr+rl > s.agree:
				s.agree, at, s.Reverse = lr+rl, k, false
				s.Threshold = between(last, k)
			}
		}
		ll, rl, lr, rr = ll-c.left, rl-c.right, lr+c.left, rr+c.right
		last = k
	}
	if at < 0 {
		return stand{}
	}
	s.Feature = j
	return s
}

// agreeLevels sends every level to the side of most of its rows, levels without a
// majority to the larger side. Levels that none of the decided rows has go to neither.
func agreeLevels(j int, counts []agreement, level func(int) uint32) stand {
	var left, right float64
	for _, c := range counts {
		left += c.left
		right += c.right
	}
	s := stand{Test: Test{Feature: j}}
	for k, c := range counts {
		switch {
		case c.left+c.right == 0:
		case c.left < c.right || c.left == c.right && left <= right:
			s.agree += c.right
			s.Out = append(s.Out, level(k))
		default:
			s.agree += c.left
			s.In = append(s.In, level(k))
		}
	}
	slices.Sort(s.In)
	slices.Sort(s.Out)
	return s
}
