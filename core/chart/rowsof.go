package chart

import (
	"qunxiang/core"
	"qunxiang/sdk/table"
)

// Rows returns the rows of a segmentation that stand behind a mark of its charts,
// rising.
func Rows(seg *core.Segmentation, s Selection) []int32 {
	if s.Rows != nil {
		return s.Rows
	}
	in := Input{Seg: seg}
	match := in.matcher(s)
	if match == nil {
		return nil
	}
	var out []int32
	for i := range seg.Label {
		if match(i) {
			out = append(out, int32(i))
		}
	}
	return out
}

// matcher returns the test of rows that a selection stands for, nil for none.
func (in *Input) matcher(s Selection) func(row int) bool {
	switch {
	case s.R > 0:
		r, f := in.column("r"), in.column("f")
		if r == nil || f == nil {
			return nil
		}
		return func(i int) bool { return has(r, i, s.R) && has(f, i, s.F) }
	case s.Column != "":
		c, err := in.numeric(s.Column)
		if err != nil {
			return nil
		}
		return func(i int) bool { return !c.Missing(i) && s.holds(c.Float(i)) }
	case len(s.Segments) > 0:
		wanted := make(map[int32]bool, len(s.Segments))
		for _, at := range s.Segments {
			wanted[int32(at)] = true
		}
		return func(i int) bool { return wanted[in.Seg.Label[i]] }
	}
	return nil
}

func has(c *table.Column, i, score int) bool { return !c.Missing(i) && int(c.Float(i)) == score }

// holds reports whether v is in the range of the selection; NaN never is.
func (s *Selection) holds(v float64) bool {
	return v >= s.Low && (v < s.High || s.Last && v == s.High)
}
