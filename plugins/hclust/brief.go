package hclust

import "qunxiang/sdk"

// brief answers a run with a given cut that asks for the segments alone.
func (r *run) brief() (sdk.Response, error) {
	if ok, err := r.build(); err != nil || !ok {
		return sdk.Response{Diagnostics: r.Diags}, err
	}
	label := r.tree.cut
	if r.set.byHeight {
		own := r.chosenByHeight()
		if own == nil {
			return sdk.Response{Diagnostics: r.Diags}, nil
		}
		label = func(int) []int32 { return own }
	}
	r.G = r.sites.grouping(r.Data.P, label(r.set.k))
	return r.Brief(), nil
}
