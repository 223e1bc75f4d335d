package hclust

import (
	"math"

	"qunxiang/plugins/internal/cluster"
)

// The distances. Gower's is Manhattan on features that are scaled for it.
const (
	euclidean = "euclidean"
	manhattan = "manhattan"
	gower     = "gower"
)

// metric is a distance of prepared rows.
type metric struct{ city bool } // city: sum of absolute differences

func metricFor(distance string) metric { return metric{city: distance != euclidean} }

func (m metric) between(a, b []float64) float64 {
	if !m.city {
		return math.Sqrt(cluster.Square(a, b))
	}
	s := 0.0
	for j, x := range a {
		s += math.Abs(x - b[j])
	}
	return s
}

// far is the cluster.Measure of the metric.
func (m metric) far(out, row []float64, p cluster.Points) {
	if !m.city {
		cluster.Distances(out, row, p)
		return
	}
	for i := range out {
		out[i] = m.between(row, p.Row(i))
	}
}

// silhouettes returns every row's silhouette in each grouping.
func (m metric) silhouettes(w cluster.Worker, p cluster.Points, of []*cluster.Grouping) ([][]float64, error) {
	if m.city {
		return cluster.Silhouettes(w, p, of, m.far)
	}
	return cluster.ColumnSilhouettes(w, cluster.ToColumns(p), of)
}
