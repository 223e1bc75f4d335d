package kmeans

import "qunxiang/sdk"

// brief answers a run with a given k that asks for the segments alone.
func (r *run) brief() (sdk.Response, error) {
	q := r.sample()
	rivals, err := r.set.search.candidates(r.w, q, r.set.k, mostRivals)
	if err == nil {
		r.G, err = r.carryOn(q, rivals)
	}
	if err != nil {
		return sdk.Response{}, err
	}
	return r.Brief(), nil
}
