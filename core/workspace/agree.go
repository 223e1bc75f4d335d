package workspace

import (
	"context"

	"qunxiang/core"
	"qunxiang/core/agree"
)

// Agreement is two stored results of the same customers side by side.
type Agreement struct {
	A, B *core.Segmentation
	*agree.Result
}

// Agree compares two stored results, the newest runs under their names; a run of 0 is the
// newest too. One without segments cannot be compared.
func (p *Project) Agree(ctx context.Context, a string, runA int, b string, runB int) (*Agreement, error) {
	out := &Agreement{}
	for _, s := range []struct {
		to   **core.Segmentation
		name string
		run  int
	}{{&out.A, a, runA}, {&out.B, b, runB}} {
		var err error
		if *s.to, err = p.Segmentation(ctx, s.name, s.run); err != nil {
			return nil, err
		}
		if len((*s.to).Segments) == 0 {
			return nil, &core.Error{Code: "no_segments", Origin: core.OriginUser, Op: "agree", Args: core.Args{"name": s.name}}
		}
	}
	var err error
	out.Result, err = agree.Compare(ctx, out.A, out.B)
	return out, err
}
