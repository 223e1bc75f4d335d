package kmeans

import "qunxiang/sdk"

// briefStarts is how many starts a brief run makes at most: they find the groups of some
// thousand customers nearly always, and swaps would cost several times as much.
const briefStarts = 5

// brief answers a run with a given k that asks for the segments alone.
func (r *run) brief() (sdk.Response, error) {
	quick := r.set.search
	quick.plain, quick.restarts = true, min(quick.restarts, briefStarts)
	q := r.sample()
	r.small = r.cells(q, r.set.k)
	rivals, err := r.answers(q, r.set.k, quick)
	if err == nil {
		r.G, err = r.carryOn(q, rivals)
	}
	if err != nil {
		return sdk.Response{}, err
	}
	return r.Brief(), nil
}
