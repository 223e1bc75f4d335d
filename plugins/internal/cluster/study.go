package cluster

import (
	"math"
	"strconv"

	"qunxiang/internal/large"
	"qunxiang/plugins/internal/vec"
	"qunxiang/sdk"
)

// study is what rows tell of their columns.
type study struct {
	mean, sd []float64   // population standard deviation
	r        [][]float64 // r[b][a] is Pearson's correlation of columns a < b; of the first mostTwins
}

// mostTwins is the number of columns that are compared with each other.
const mostTwins = 30

// studyColumns looks at values whose squares neither overflow nor vanish, some rows of all
// columns at a time.
func studyColumns(shelf *large.Shelf, c Columns) study {
	const part = 1024 // rows
	s := study{mean: make([]float64, c.D), sd: make([]float64, c.D), r: make([][]float64, min(c.D, mostTwins))}
	square := make([]float64, c.D)
	for j := range s.mean {
		v := c.Column(j)
		s.mean[j] = Sum(v, Largest(v)) / float64(c.N)
	}
	for b := range s.r {
		s.r[b] = make([]float64, b)
	}
	off := vec.ColumnsOn(shelf, part, c.D)
	for from := 0; from < c.N; from += part {
		n := min(part, c.N-from)
		for b := range c.D {
			t := off.Column(b)[:n]
			for i, x := range c.Column(b)[from : from+n] {
				t[i] = x - s.mean[b]
			}
			square[b] += vec.Dot(t, t)
			if b < len(s.r) {
				for a := range s.r[b] {
					s.r[b][a] += vec.Dot(off.Column(a)[:n], t)
				}
			}
		}
	}
	large.GiveBack(shelf, off.X)
	for b, x := range square {
		s.sd[b] = math.Sqrt(x / float64(c.N))
		if b < len(s.r) {
			for a := range s.r[b] {
				if square[a] == 0 || x == 0 {
					s.r[b][a] = 0
				} else {
					s.r[b][a] = s.r[b][a] / math.Sqrt(square[a]) / math.Sqrt(x)
				}
			}
		}
	}
	return s
}

// spread returns mean and standard deviation of the prepared values of a column, times
// Unit, among the sample where there is one.
func (d *Prepared) spread(j int) (mean, sd float64) {
	if d.C.D > 0 {
		return d.study.mean[j], d.study.sd[j]
	}
	out := make([]float64, d.P.N)
	for i := range out {
		out[i] = d.P.X[i*d.P.D+j]
	}
	return MeanSD(out)
}

// twins warns of pairs of features that say the same.
func twins(s study, features []Feature) []sdk.Diagnostic {
	const close = 0.9
	var out []sdk.Diagnostic
	for a := range s.r {
		for b := a + 1; b < len(s.r); b++ {
			r := s.r[b][a]
			if math.Abs(r) <= close {
				continue
			}
			out = append(out, sdk.Diagnostic{
				Severity: sdk.SeverityWarning, Code: "correlated_features", Column: features[b].Name,
				Summary: sdk.Text{ZH: "“{a}”与“{b}”几乎同进同退（相关系数 {r}），等于一件事算两次；可去掉一个。", EN: "“{a}” and “{b}” move almost together (correlation {r}), so one thing counts twice; consider dropping one."}.
					Fill("a", features[a].Name, "b", features[b].Name, "r", strconv.FormatFloat(r, 'f', 2, 64)),
			})
		}
	}
	return out
}
