package risk

import (
	"cmp"
	"context"
	"fmt"
	"slices"

	"qunxiang/plugins/internal/keep"
	"qunxiang/plugins/internal/tree"
	"qunxiang/sdk"
)

// ExportModel writes a model of one tree as PMML 4.4: a regression tree whose scores are
// the calibrated probabilities. A forest has no such form, since every customer is answered
// by the trees that have not seen them; that is [sdk.ErrNotExportable].
func (m Method) ExportModel(_ context.Context, stored sdk.Model, format string) ([]byte, error) {
	if format != keep.PMML {
		return nil, fmt.Errorf("%w: format %q", errModel, format)
	}
	md, _, err := readModel(stored)
	if err != nil {
		return nil, err
	}
	if len(md.Trees) != 1 || md.Draw.Share > 0 {
		return nil, fmt.Errorf("%w: %d trees", sdk.ErrNotExportable, len(md.Trees))
	}
	shape := md.Trees[0]
	shape.Value = slices.Clone(shape.Value)
	for i, v := range shape.Value {
		shape.Value[i] = md.Calibration.Probability(v)
	}
	d := tree.Document{
		Features: md.Features, Shape: &shape, Target: cmp.Or(md.Target, "outcome"), Version: m.Info().Version, Name: "risk", Output: "probability",
		Note: fmt.Sprintf("Calibrated probability of the outcome. Low risk: below %g; high risk: from %g on.", md.Low, md.High),
	}
	return d.PMML()
}
