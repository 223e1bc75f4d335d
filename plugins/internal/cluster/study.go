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

// studyColumns looks at values whose squares neither overflow nor vanish.
func studyColumns(shelf *large.Shelf, c Columns) study {
	s := study{mean: make([]float64, c.D), sd: make([]float64, c.D)}
	off, last := vec.ColumnsOn(shelf, c.N, min(c.D, mostTwins)), large.Take[float64](shelf, c.N)
	length := make([]float64, off.D)
	for b := range c.D {
		v, t := c.Column(b), last
		if b < off.D {
			t = off.Column(b)
		}
		mean := Sum(v, Largest(v)) / float64(c.N)
		for i, x := range v {
			t[i] = x - mean
		}
		square := vec.Dot(t, t)
		s.mean[b], s.sd[b] = mean, math.Sqrt(square/float64(c.N))
		if b >= off.D {
			continue
		}
		length[b] = math.Sqrt(square)
		r := make([]float64, b)
		for a := range r {
			if length[a] > 0 && length[b] > 0 {
				r[a] = vec.Dot(off.Column(a), t) / length[a] / length[b]
			}
		}
		s.r = append(s.r, r)
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
