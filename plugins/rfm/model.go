package rfm

import (
	"encoding/json"
	"math"
	"slices"
	"sync"

	"qunxiang/plugins/rfm/segmap"
)

// The three measures, in the order of the digits of a score.
const (
	recency = iota
	frequency
	monetary
)

// Cuts are rising upper bounds, exclusive: 30, 60 make <30, 30–60 and ≥60. +Inf
// stands for a bound that no customer reached; in JSON it is null.
type Cuts []float64

// MarshalJSON writes +Inf as null.
func (c Cuts) MarshalJSON() ([]byte, error) {
	out := make([]*float64, len(c))
	for i := range c {
		if !math.IsInf(c[i], 1) {
			out[i] = &c[i]
		}
	}
	return json.Marshal(out)
}

// UnmarshalJSON reads what MarshalJSON wrote.
func (c *Cuts) UnmarshalJSON(b []byte) error {
	var in []*float64
	if err := json.Unmarshal(b, &in); err != nil {
		return err
	}
	*c = make(Cuts, len(in))
	for i, v := range in {
		(*c)[i] = math.Inf(1)
		if v != nil {
			(*c)[i] = *v
		}
	}
	return nil
}

// Scale turns one measure into scores 1…Scores.
type Scale struct {
	Scores int `json:"scores"`
	// Cuts holds one list of Scores−1 cut points, or one for every group of customers
	// with the same scores in the measures before (nested binning).
	Cuts []Cuts `json:"cuts"`
	// Above puts a value that equals a cut point below it (median and mean splits:
	// high means strictly above).
	Above bool `json:"above,omitempty"`
	// Reversed gives the highest score to the smallest values (recency).
	Reversed bool `json:"reversed,omitempty"`
}

// score returns the score of every customer. group tells nested lists apart; nil
// means that there is one list.
func (s *Scale) score(v values, group []int32) []uint8 {
	keys := make([]uint64, 0, len(s.Cuts)*(s.Scores-1))
	for _, list := range s.Cuts {
		for _, c := range list {
			keys = append(keys, v.border(c, s.Above))
		}
	}
	out, n := make([]uint8, len(v.keys)), s.Scores-1
	list := keys
	for i, k := range v.keys {
		if group != nil {
			at := int(group[i]) * n
			list = keys[at : at+n]
		}
		score := uint8(1)
		for _, c := range list {
			var above uint8 // compiles without a branch
			if k >= c {
				above = 1
			}
			score += above
		}
		out[i] = score
	}
	if s.Reversed {
		for i := range out {
			out[i] = uint8(s.Scores) + 1 - out[i]
		}
	}
	return out
}

// Options say how scales are learnt.
type Options struct {
	Bins    int     // 2…9
	Binning string  // independent, nested, median, mean or custom
	Cuts    [3]Cuts // for custom; an empty list is learnt as under independent
}

// Scores are the scores of all customers, by measure.
type Scores [3][]uint8

// learn finds the three scales and scores the customers that they were found on.
func learn(v [3]values, o Options, threads int) ([3]Scale, Scores) {
	var scales [3]Scale
	var out Scores
	one := func(m int) {
		scales[m] = learnScale(v[m], m == recency, o, o.Cuts[m])
		out[m] = scales[m].score(v[m], nil)
	}
	if o.Binning == binNested {
		one(recency)
		for m := frequency; m <= monetary; m++ {
			group, groups := nestedGroups(&scales, out, m)
			scales[m] = learnNested(v[m], o.Bins, group, groups)
			out[m] = scales[m].score(v[m], group)
		}
		return scales, out
	}
	if threads < 2 {
		one(recency)
		one(frequency)
		one(monetary)
		return scales, out
	}
	var wg sync.WaitGroup
	wg.Go(func() { one(monetary) }) // the longest alone
	one(recency)
	one(frequency)
	wg.Wait()
	return scales, out
}

func learnScale(v values, reversed bool, o Options, own Cuts) Scale {
	s := Scale{Reversed: reversed}
	switch {
	case o.Binning == binMedian:
		s.Scores, s.Above, s.Cuts = 2, !reversed, []Cuts{{v.median()}}
	case o.Binning == binMean:
		s.Scores, s.Above, s.Cuts = 2, !reversed, []Cuts{{v.mean()}}
	case o.Binning == binCustom && len(own) > 0:
		s.Scores, s.Cuts = len(own)+1, []Cuts{slices.Clone(own)}
	default:
		s.Scores, s.Cuts = o.Bins, []Cuts{midrankCuts(v, o.Bins, reversed)}
	}
	return s
}

// midrankCuts returns the cut points of n scores. A tie that sits on a border goes to
// the better score, which for reversed scores is the lower side.
func midrankCuts(v values, n int, reversed bool) Cuts {
	keys := newHistogram(v.keys).cuts(n, reversed)
	out := make(Cuts, len(keys))
	for j, c := range keys {
		out[j] = math.Inf(1)
		if c != unreached {
			out[j] = v.number(c)
		}
	}
	return out
}

// nestedGroups numbers the groups in which measure m is ranked: customers with the
// same scores in the measures before it.
func nestedGroups(scales *[3]Scale, s Scores, m int) (group []int32, groups int) {
	group = make([]int32, len(s[recency]))
	groups = 1
	for before := range m {
		n := scales[before].Scores
		for i, score := range s[before] {
			group[i] = group[i]*int32(n) + int32(score) - 1
		}
		groups *= n
	}
	return group, groups
}

// learnNested learns a list of cut points in each group. A group without customers
// takes the list of the nearest group that has some (the lower of two as near), so
// that a later customer who lands there can be scored.
func learnNested(v values, n int, group []int32, groups int) Scale {
	rows := make([][]int32, groups)
	for i, g := range group {
		rows[g] = append(rows[g], int32(i))
	}
	s := Scale{Scores: n, Cuts: make([]Cuts, groups)}
	for g := range groups {
		if len(rows[g]) > 0 {
			s.Cuts[g] = midrankCuts(v.subset(rows[g]), n, false)
		}
	}
	full := slices.Clone(s.Cuts)
	for g := range groups {
		for d := 1; s.Cuts[g] == nil && d < groups; d++ {
			if g-d >= 0 && full[g-d] != nil {
				s.Cuts[g] = full[g-d]
			} else if g+d < groups {
				s.Cuts[g] = full[g+d]
			}
		}
	}
	return s
}

// rescore scores customers with frozen scales.
func rescore(v [3]values, scales [3]Scale, nested bool) Scores {
	var out Scores
	for m := range out {
		var group []int32
		if nested && m > recency {
			group, _ = nestedGroups(&scales, out, m)
		}
		out[m] = scales[m].score(v[m], group)
	}
	return out
}

// sizes returns the number of scores of each measure.
func sizes(scales [3]Scale) [3]int {
	return [3]int{scales[0].Scores, scales[1].Scores, scales[2].Scores}
}

// spread shares rows out to threads. f must treat every row by itself.
func spread(n, threads int, f func(from, to int)) {
	const worth = 1 << 16
	if threads < 2 || n < worth {
		f(0, n)
		return
	}
	var wg sync.WaitGroup
	for t := range threads {
		wg.Go(func() { f(t*n/threads, (t+1)*n/threads) })
	}
	wg.Wait()
}

// labelByMap returns the segment of every customer under a compiled map.
func labelByMap(c *segmap.Cells, s Scores, of [3]int, threads int) []uint32 {
	table := make([]uint32, 10*10*10)
	for r := range of[0] {
		for f := range of[1] {
			for m := range of[2] {
				cell := [3]int{r + 1, f + 1, m + 1}
				table[code(cell)] = uint32(c.At(cell, of))
			}
		}
	}
	out := make([]uint32, len(s[0]))
	spread(len(out), threads, func(from, to int) {
		for i := from; i < to; i++ {
			out[i] = table[int(s[0][i])*100+int(s[1][i])*10+int(s[2][i])]
		}
	})
	return out
}

// code is the usual three-digit score.
func code(cell [3]int) int { return cell[0]*100 + cell[1]*10 + cell[2] }
