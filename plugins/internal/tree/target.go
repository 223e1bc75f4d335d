package tree

import "qunxiang/plugins/internal/twofold"

// MostClasses is the largest number of classes of a target.
const MostClasses = 20

// Target is the outcome: a class of each row, or a number.
type Target struct {
	Classes []string // nil for a number
	Class   []byte
	Value   []float64 // a number, less Shift
	Shift   float64
	Raw     []float64 // the number as it was, where Value is of its logarithm; else nil
	Weight  []float64 // of the classes; nil = all 1
}

// NewNumbers returns a numeric target. Values are kept around their mean, so that sums of
// squares keep their digits; the mean does not hang on the order of rows, since the order
// that rows are put into follows from these values.
func NewNumbers(v []float64) *Target {
	t := &Target{Value: make([]float64, len(v))}
	var sum twofold.Sum
	for _, x := range v {
		sum.Add(x)
	}
	t.Shift = sum.Value() / float64(len(v))
	for i, x := range v {
		t.Value[i] = x - t.Shift
	}
	return t
}

// Len returns the number of rows.
func (t *Target) Len() int { return max(len(t.Class), len(t.Value)) }

// width is the number of statistics of a node: the rows of each class, or rows, sum and
// sum of squares.
func (t *Target) width() int {
	if t.Classes != nil {
		return len(t.Classes)
	}
	return 3
}

// add puts row i into statistics.
func (t *Target) add(stats []float64, i int32) {
	if t.Classes != nil {
		stats[t.Class[i]]++
		return
	}
	y := t.Value[i]
	stats[0]++
	stats[1] += y
	stats[2] += float64(y * y)
}

func (t *Target) pick(rows []int32) *Target {
	o := *t
	o.Class, o.Value, o.Raw = gather(t.Class, rows), gather(t.Value, rows), gather(t.Raw, rows)
	return &o
}

// rows is the number of rows in statistics.
func (t *Target) rows(stats []float64) float64 {
	if t.Classes == nil {
		return stats[0]
	}
	n := 0.0
	for _, c := range stats {
		n += c
	}
	return n
}

// Rows is the number of rows in statistics.
func (t *Target) Rows(stats []float64) float64 { return t.rows(stats) }

// Mean is the answer of statistics to a numeric question.
func (t *Target) Mean(stats []float64) float64 { return t.Shift + stats[1]/max(1, stats[0]) }

// weight is the weight of class c.
func (t *Target) weight(c int) float64 {
	if t.Weight == nil {
		return 1
	}
	return t.Weight[c]
}

// Predicted is the class that statistics answer, by weighted counts; the first of equals.
func (t *Target) Predicted(stats []float64) int {
	best := 0
	for c := range stats {
		if stats[c]*t.weight(c) > stats[best]*t.weight(best) {
			best = c
		}
	}
	return best
}

// Loss is the quadratic loss of an answer for row i: the Brier score, weighted by class,
// or the squared error.
func (t *Target) Loss(stats []float64, i int32) float64 {
	if t.Classes == nil {
		e := t.Value[i] - stats[1]/max(1, stats[0])
		return float64(e * e)
	}
	n := 0.0
	for c, x := range stats {
		n += x * t.weight(c)
	}
	s := 0.0
	for c, x := range stats {
		e := x * t.weight(c) / max(n, 1e-300)
		if c == int(t.Class[i]) {
			e--
		}
		s += float64(e * e)
	}
	return s * t.weight(int(t.Class[i]))
}
