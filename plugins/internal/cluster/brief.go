package cluster

import "qunxiang/sdk"

// Brief is the answer to a run that asks for the segments alone: who belongs to whom, with
// groups in any order and nothing known about them.
func (r *Outcome) Brief() sdk.Response {
	n := r.Data.N()
	segments := make([]sdk.Segment, r.G.K)
	for c := range segments {
		segments[c] = sdk.Segment{Key: "c" + Itoa(c+1), Name: sdk.Text{ZH: "第 {n} 群", EN: "Group {n}"}.Fill("n", Itoa(c+1))}
	}
	label := make([]int32, n)
	for i, row := range r.Data.Order {
		label[row] = r.G.Label[i]
	}
	return sdk.Response{Columns: Outputs(segments, label, make([]float64, n), make([]float64, n)), Segments: segments}
}
