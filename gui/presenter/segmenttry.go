package presenter

import (
	"context"
	"slices"
	"time"

	"qunxiang/core"
	"qunxiang/sdk"
)

// instant reports whether a method is quick enough to run at every change: rules
// on columns are, searches for clusters are not.
func instant(m *core.Method) bool { return slices.Contains(m.Info.Tags, "rule") }

// A slower method is tried while its form is filled in up to so many cells, when the
// form has been left alone for a moment.
const (
	mostTried = 400_000
	settled   = 400 * time.Millisecond
)

// previewed reports whether a method divides customers, so that there is something to
// show before the run.
func previewed(m *core.Method) bool {
	return slices.ContainsFunc(m.Info.Outputs, func(o sdk.Output) bool { return o.Meaning == sdk.MeaningSegment })
}

// TryNow looks at what the form would give, without storing anything.
func (g *Segment) TryNow() {
	p, m := g.session.Project(), g.state.Method
	if p == nil || m == nil || g.state.Running {
		return
	}
	g.still()
	req := g.Request("")
	req.Stability = noStability
	g.update(func(s *SegmentState) { s.Looking, s.Large = true, false })
	fetch(&g.slow, func(ctx context.Context) (*core.Segmentation, error) { return p.Try(ctx, req, core.NoProgress) },
		func(seg *core.Segmentation, err error) {
			g.update(func(s *SegmentState) {
				s.Looking, s.Preview = false, seg
				if err != nil && !Cancelled(err) {
					s.PlanErr = err
				}
			})
		})
}

// still stops the preview of a slower method.
func (g *Segment) still() {
	g.slow.stop()
	if g.hold != nil {
		g.hold()
		g.hold = nil
	}
}
