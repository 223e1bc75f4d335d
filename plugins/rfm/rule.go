package rfm

import (
	"math"
	"slices"

	"qunxiang/plugins/rfm/segmap"
	"qunxiang/sdk"
)

// scoreColumns are the answered columns of the scores, in the order of the digits.
func scoreColumns() [3]string { return [3]string{"r", "f", "m"} }

// all joins tests that must hold together.
func all(rules []sdk.Rule) sdk.Rule {
	if len(rules) == 1 {
		return rules[0]
	}
	return sdk.Rule{Op: sdk.OpAnd, Rules: rules}
}

// anyOf joins tests of which one must hold.
func anyOf(rules []sdk.Rule) sdk.Rule {
	if len(rules) == 1 {
		return rules[0]
	}
	return sdk.Rule{Op: sdk.OpOr, Rules: rules}
}

func compare(op sdk.Op, column string, x float64) sdk.Rule {
	return sdk.Rule{Op: op, Column: column, Number: sdk.Bound(x)}
}

// within tests a score for being one of those in the set (bit s−1 for score s) of 1…most.
// It returns no test where that is all of them.
func within(column string, set uint16, most int) []sdk.Rule {
	if set == 1<<most-1 {
		return nil
	}
	var runs []sdk.Rule
	for lo := 1; lo <= most; lo++ {
		if set&(1<<(lo-1)) == 0 {
			continue
		}
		hi := lo
		for hi < most && set&(1<<hi) != 0 {
			hi++
		}
		switch {
		case lo == hi:
			runs = append(runs, compare(sdk.OpEq, column, float64(lo)))
		case lo == 1:
			runs = append(runs, compare(sdk.OpLe, column, float64(hi)))
		case hi == most:
			runs = append(runs, compare(sdk.OpGe, column, float64(lo)))
		default:
			runs = append(runs, all([]sdk.Rule{compare(sdk.OpGe, column, float64(lo)), compare(sdk.OpLe, column, float64(hi))}))
		}
		lo = hi
	}
	return []sdk.Rule{anyOf(runs)}
}

// mapRule says which scores a segment of a map has: for each set of R the sets of F, and
// for each of these the sets of M. of are the numbers of scores of the run. It returns nil
// for a segment without a cell.
func mapRule(cells *segmap.Cells, segment int, of [3]int) *sdk.Rule {
	byR := group(of[recency], func(r int) string {
		var sets []byte // of M, for every F
		for f := 1; f <= of[frequency]; f++ {
			set := monetarySet(cells, segment, of, r, f)
			sets = append(sets, byte(set), byte(set>>8))
		}
		return string(sets)
	})
	var out []sdk.Rule
	for _, rs := range byR {
		byF := group(of[frequency], func(f int) string {
			set := monetarySet(cells, segment, of, rs.first, f)
			return string([]byte{byte(set), byte(set >> 8)})
		})
		var inner []sdk.Rule
		for _, fs := range byF {
			if set := monetarySet(cells, segment, of, rs.first, fs.first); set != 0 {
				tests := append(within("f", fs.set, of[frequency]), within("m", set, of[monetary])...)
				if len(tests) == 0 {
					tests = []sdk.Rule{{Op: sdk.OpAlways}}
				}
				inner = append(inner, all(tests))
			}
		}
		if len(inner) == 0 {
			continue
		}
		tests := within("r", rs.set, of[recency])
		if f := anyOf(inner); f.Op != sdk.OpAlways || len(tests) == 0 {
			tests = append(tests, f)
		}
		out = append(out, all(tests))
	}
	if len(out) == 0 {
		return nil
	}
	rule := anyOf(out)
	return &rule
}

// monetarySet are the scores of M with which a cell of R and F is the segment's.
func monetarySet(cells *segmap.Cells, segment int, of [3]int, r, f int) (set uint16) {
	for m := 1; m <= of[monetary]; m++ {
		if cells.At([3]int{r, f, m}, of) == segment {
			set |= 1 << (m - 1)
		}
	}
	return set
}

// alike are scores for which something is the same.
type alike struct {
	first int
	set   uint16
	what  string
}

// group puts scores 1…n with the same answer together, in the order of their firsts.
func group(n int, answer func(score int) string) []alike {
	var out []alike
	for s := n; s >= 1; s-- { // the best first
		what := answer(s)
		at := slices.IndexFunc(out, func(a alike) bool { return a.what == what })
		if at < 0 {
			at = len(out)
			out = append(out, alike{first: s, what: what})
		}
		out[at].set |= 1 << (s - 1)
	}
	return out
}

// codeRule is the rule of a segment of one score of three digits.
func codeRule(code int) *sdk.Rule {
	var tests []sdk.Rule
	for m, s := range [3]int{code / 100, code / 10 % 10, code % 10} {
		tests = append(tests, compare(sdk.OpEq, scoreColumns()[m], float64(s)))
	}
	return &sdk.Rule{Op: sdk.OpAnd, Rules: tests}
}

// rule is that of one of the eight types, over scores or over the columns of the measures;
// nil where a measure is not a column of the table.
func (c Comparison) rule(high [3]bool, in *customers) *sdk.Rule {
	tests := make([]sdk.Rule, 0, len(high))
	for m, x := range c.Values {
		column, above := in.names[m], m != recency
		switch {
		case c.Kind == compareMeanScore:
			column, above, x = scoreColumns()[m], true, math.Floor(x)
		case column == "":
			return nil
		default:
			x = in.v[m].edge(x, above, in.raw[m])
		}
		op := sdk.OpLe
		switch {
		case above && high[m]:
			op = sdk.OpGt
		case !above && high[m]:
			op = sdk.OpLt
		case !above:
			op = sdk.OpGe
		}
		tests = append(tests, compare(op, column, x))
	}
	return &sdk.Rule{Op: sdk.OpAnd, Rules: tests}
}

// edge returns a number that parts the raw values as border does their keys: those above
// it (at it and above, where above is not set) are on the upper side. It is c itself
// unless the noise of sums left a value on the other side of c than its key.
func (v *values) edge(c float64, above bool, raw []float64) float64 {
	switch {
	case v.whole && above:
		return math.Floor(c)
	case v.whole:
		return math.Ceil(c)
	}
	border, low, high := v.border(c, above), math.Inf(-1), math.Inf(1) // the values nearest to the border
	for i, k := range v.keys {
		if k < border {
			low = max(low, raw[i])
		} else {
			high = min(high, raw[i])
		}
	}
	switch {
	case above:
		return max(c, low)
	default:
		return min(c, high)
	}
}
