package kmeans

import (
	"testing"

	"qunxiang/plugins/internal/cluster"
)

// Groups under other numbers are the same division; rows that left their group are not.
func TestAlike(t *testing.T) {
	t.Parallel()
	a := &cluster.Grouping{K: 3, Label: []int32{0, 0, 0, 1, 1, 2, 2, 2, 2, 2}}
	for _, c := range []struct {
		label []int32
		want  float64
	}{
		{[]int32{2, 2, 2, 0, 0, 1, 1, 1, 1, 1}, 1},
		{[]int32{2, 2, 0, 0, 0, 1, 1, 1, 1, 2}, 0.8},
	} {
		if got := alike(a, &cluster.Grouping{K: 3, Label: c.label}); got != c.want {
			t.Errorf("%v: %v, want %v", c.label, got, c.want)
		}
	}
}
