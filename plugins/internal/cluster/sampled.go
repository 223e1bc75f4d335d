package cluster

import "qunxiang/internal/large"

// SampledSilhouette is Stratified with Euclidean distances, over a sample of the rows with the
// given labels; all counts the rows that the sample stands for. Where rows are left out,
// distances have single precision.
func SampledSilhouette(w Worker, c Columns, label []int32, all []int) (estimate, se float64, err error) {
	count := make([]int, len(all))
	for _, c := range label {
		count[c]++
	}
	s := newStrata(w.Shelf, label, count)
	values := large.Take[float64](w.Shelf, len(s.rows))
	if err := oneSilhouette(w, w.Gather(c, s.rows), s.g, values, len(s.rows) < len(label)); err != nil {
		return 0, 0, err
	}
	estimate, se = s.estimate(values, all)
	return estimate, se, nil
}
