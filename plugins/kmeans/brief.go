package kmeans

import "qunxiang/sdk"

// brief answers a run with a given k that asks for the segments alone.
func (r *run) brief() (sdk.Response, error) {
	var err error
	search := r.set.search
	search.plain = true // starts enough find the same groups without swaps
	if r.G, err = search.compete(r.w, r.Data.P, r.set.k); err != nil {
		return sdk.Response{}, err
	}
	return r.Brief(), nil
}
