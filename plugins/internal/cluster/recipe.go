package cluster

import (
	"math"
	"slices"

	"qunxiang/internal/large"
	"qunxiang/plugins/internal/vec"
)

// Feature is the recipe of one column: cap, log, centre and scale, in this order. It is
// stored with the model so that later customers are treated alike.
type Feature struct {
	Name   string   `json:"name"`
	Unit   string   `json:"unit,omitempty"`
	Low    *float64 `json:"low,omitempty"`  // smaller values become Low
	High   *float64 `json:"high,omitempty"` // larger values become High
	Skew   float64  `json:"skew,omitempty"` // of the capped values
	Log    bool     `json:"log,omitempty"`  // sign(x)·ln(1+|x|)
	Centre float64  `json:"centre"`
	Scale  float64  `json:"scale"` // never 0
}

// At returns the prepared value.
func (f *Feature) At(x float64) float64 {
	if f.Low != nil {
		x = min(max(x, *f.Low), *f.High)
	}
	if f.Log {
		x = math.Copysign(math.Log1p(math.Abs(x)), x)
	}
	return (x - f.Centre) / f.Scale
}

// Back returns the original value of a prepared one.
func (f *Feature) Back(z float64) float64 {
	x := z*f.Scale + f.Centre
	if f.Log {
		x = math.Copysign(math.Expm1(math.Abs(x)), x)
	}
	return x
}

// Recipe says how features are prepared.
type Recipe struct {
	Cap   float64  // percent cut at each end, 0 = none
	Log   string   // auto, none, all or names
	Names []string // columns to take the logarithm of, when log is names
	Scale string   // zscore, robust, minmax or none
}

// What the recipe's parameters may say; log may also be names of columns.
const (
	logAuto  = "auto"
	logNone  = "none"
	logAll   = "all"
	logNames = "names"

	scaleZ      = "zscore"
	scaleRobust = "robust"
	ScaleMinMax = "minmax"
	scaleNone   = "none"

	skewed = 1.0 // auto takes the logarithm above this skewness
)

// none reports whether the recipe leaves every column as it is.
func (r Recipe) none() bool { return r.Cap <= 0 && r.Log == logNone && r.Scale == scaleNone }

// Learn finds the recipe of one column, whose values must not all be equal. They are
// capped and logged in place; their order does not matter.
func (r Recipe) Learn(f *Feature, v []float64) { r.learn(f, v, new(learner)) }

// learner is what learning about a column needs, kept from column to column.
type learner struct {
	shelf      *large.Shelf
	copy, room []float64
	mean, sd   float64 // of the column at hand
	known      bool    // whether they are
}

func (r Recipe) learn(f *Feature, v []float64, l *learner) {
	l.known = false
	if r.Cap > 0 {
		low, high := l.quantile(v, r.Cap/100), l.quantile(v, 1-r.Cap/100)
		if low < high { // a cap that leaves nothing to tell apart is none
			f.Low, f.High = &low, &high
		}
	}
	f.Scale = 1
	if f.Low != nil {
		vec.Clamp(v, *f.Low, *f.High)
	}
	if r.Log == logAuto {
		f.Skew = l.skewness(v)
	}
	f.Log = r.Log == logAll || r.Log == logNames && slices.Contains(r.Names, f.Name) || f.Skew > skewed
	if f.Log {
		for i, x := range v {
			v[i] = math.Copysign(math.Log1p(math.Abs(x)), x)
		}
		l.known = false
	}
	r.rescale(f, v, l)
}

// rescale sets centre and scale from the capped and logged values.
func (r Recipe) rescale(f *Feature, v []float64, l *learner) {
	switch r.Scale {
	case scaleNone:
		return
	case ScaleMinMax:
		lo, hi := Extent(v)
		f.Centre, f.Scale = lo, hi-lo
		return
	case scaleRobust:
		// 1.349 standard deviations of a normal distribution lie between the quartiles.
		if s := (l.quantile(v, 0.75) - l.quantile(v, 0.25)) / 1.349; s > 0 {
			f.Centre, f.Scale = l.quantile(v, 0.5), s
			return
		}
	}
	l.measure(v)
	f.Centre, f.Scale = l.mean, l.sd
	if f.Scale == 0 {
		f.Scale = 1
	}
}

// measure sets mean and standard deviation, unless they are known.
func (l *learner) measure(v []float64) {
	if !l.known {
		l.mean, l.sd = MeanSD(v)
		l.known = true
	}
}

// Extent returns the smallest and the largest value; there must be one.
func Extent(v []float64) (lo, hi float64) { return vec.Extent(v) }

// MeanSD returns the mean and the population standard deviation. It works on a scale
// of its own so that very large values do not overflow. The order of the values does
// not matter.
func MeanSD(v []float64) (mean, sd float64) {
	largest := Largest(v)
	if largest == 0 || math.IsInf(largest, 0) {
		return 0, 0
	}
	const tame = 1e100 // squares neither overflow nor vanish
	unit, n := powerOver(largest), float64(len(v))
	if unit > tame || unit < 1/tame {
		t := make([]float64, len(v))
		for i, x := range v {
			t[i] = x / unit
		}
		mean, sd = MeanSD(t)
		return mean * unit, sd * unit
	}
	mean = Sum(v, 2*unit) / n
	g := NewGrid(16*unit*unit, len(v))
	hi, lo := vec.SquareSum(v, mean, g.coarse, g.fine)
	return mean, math.Sqrt((hi + lo) / n)
}

// powerOver returns a power of two that is larger than a size, or half of that for the very
// largest.
func powerOver(largest float64) float64 {
	_, e := math.Frexp(largest)
	return math.Ldexp(1, min(e, 1023))
}

// skewness is the third central moment over the standard deviation cubed (g₁).
func (l *learner) skewness(v []float64) float64 {
	l.measure(v)
	if !(l.sd > 0) {
		return 0
	}
	lo, hi := Extent(v)
	far := max(l.mean-lo, hi-l.mean) / l.sd
	g := NewGrid(2*far*far*far, len(v))
	coarse, fine := vec.CubeSum(v, l.mean, l.sd, g.coarse, g.fine)
	return (coarse + fine) / float64(len(v))
}

// Quantile interpolates linearly between order statistics (type 7 of Hyndman and Fan).
// It does not change v.
func Quantile(v []float64, q float64) float64 { return new(learner).quantile(v, q) }

func (l *learner) quantile(v []float64, q float64) float64 {
	if len(l.copy) != len(v) {
		l.copy, l.room = large.Take[float64](l.shelf, len(v)), large.Take[float64](l.shelf, len(v))
	}
	copy(l.copy, v)
	at := q * float64(len(v)-1)
	k := int(at)
	lo, hi := vec.Pick(l.copy, k, l.room)
	if frac := at - float64(k); frac > 0 && k+1 < len(v) {
		return lo + frac*(hi-lo)
	}
	return lo
}
