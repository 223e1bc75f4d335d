package host_test

import (
	"testing"

	"qunxiang/core/host"
)

func TestFreeMemory(t *testing.T) {
	t.Parallel()
	if free := host.FreeMemory(); free < 1<<20 || free > 1<<50 {
		t.Errorf("%d bytes are free", free)
	}
}
