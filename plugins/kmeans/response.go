package kmeans

import (
	"qunxiang/plugins/internal/cluster"
	"qunxiang/plugins/internal/keep"
	"qunxiang/sdk"
)

// response turns a finished run into the answer.
func (r *run) response() (sdk.Response, error) {
	n, d, g := r.all.N, r.all.D, r.G
	segments := r.Segments()
	label, distance, silhouette := g.Label, r.Data.ByRow(r.Distance), r.Data.ByRow(r.Silhouette)
	if !r.Data.AsGiven {
		label = make([]int32, n)
		for i, row := range r.Data.Order {
			label[row] = g.Label[i]
		}
	}
	if unit := r.Data.Unit; unit != 1 {
		for i := range distance {
			distance[i] /= unit
		}
	}
	md := model{Features: r.Data.Features, Segments: segments}
	for c := range g.K {
		centre := make([]float64, d)
		for j := range centre {
			centre[j] = g.Centres[c*d+j] / r.Data.Unit
		}
		md.Centres = append(md.Centres, centre)
	}
	stored, err := keep.Write(md, modelVersion)
	if err != nil {
		return sdk.Response{}, err
	}
	rows := r.sweptRows()
	tables := r.Tables(segments)
	if t, ok := r.StepTable(rows); ok {
		tables = append(tables, t)
		r.RemarkNext(rows, segments)
	}
	r.remarks()
	r.rep.Progress(1, sdk.Text{ZH: "完成", EN: "Done"})
	return sdk.Response{
		Columns: cluster.Outputs(segments, label, distance, silhouette), Segments: segments,
		Metrics: r.MetricList(), Tables: tables, Diagnostics: r.Diags,
		Model: stored,
	}, nil
}

// sweptRows returns the rows of the table that numbers of groups were compared on.
func (r *run) sweptRows() []int32 {
	if len(r.Swept[0].G.Label) == r.all.N {
		return r.Data.Order
	}
	rows := make([]int32, len(r.Data.Sampled))
	for i, at := range r.Data.Sampled {
		rows[i] = r.Data.Order[at]
	}
	return rows
}
