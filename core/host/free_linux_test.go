package host_test

import (
	"testing"

	"qunxiang/core/host"
)

func TestRoom(t *testing.T) {
	t.Parallel()
	r := host.Room()
	for _, free := range []int64{r.All, r.Own, r.Next} {
		if free < 1<<20 || free > 1<<50 || free > r.All {
			t.Errorf("%+v", r)
		}
	}
}
