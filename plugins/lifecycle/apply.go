package lifecycle

import (
	"context"
	"errors"
	"fmt"
	"math"
	"slices"

	"qunxiang/plugins/internal/keep"
	"qunxiang/sdk"
)

const modelVersion = 1

// errModel is returned when a stored model cannot be used.
var errModel = errors.New("lifecycle: unusable model")

// model is what later customers are judged by: the rhythm and the limits of the run. New
// orders change where a customer stands in it, not the rhythm itself.
type model struct {
	Personal bool      `json:"personal"`
	Mean     float64   `json:"mean"` // of the rhythm, on the log scale
	Groups   []string  `json:"groups,omitempty"`
	Centers  []float64 `json:"centers,omitempty"` // of the groups
	Within   float64   `json:"within"`
	Between  float64   `json:"between"`
	Typical  float64   `json:"typicalGapDays"`
	Dormant  float64   `json:"dormantRatio"`
	Lost     float64   `json:"lostRatio"`
	Tail     []float64 `json:"tail,omitempty"`
	Again    []float64 `json:"again,omitempty"`
}

// model is the record of a run. groups are the names of its groups.
func (r *run) model(groups []string) (sdk.Model, error) {
	md := model{
		Personal: r.personal, Mean: r.rhythm.mean, Within: r.rhythm.within, Between: r.rhythm.between, Typical: r.typical,
		Dormant: r.limits.dormant, Lost: r.limits.lost, Tail: r.rhythm.tail, Again: r.rhythm.again,
	}
	if len(r.rhythm.group) > 0 {
		md.Groups, md.Centers = groups, r.rhythm.group
	}
	return keep.Write(md, modelVersion)
}

func readModel(m sdk.Model) (*model, error) {
	md, err := keep.Read[model](m, modelVersion, errModel)
	if err != nil {
		return nil, err
	}
	if !md.usable() {
		return nil, fmt.Errorf("%w: values", errModel)
	}
	return md, nil
}

// usable reports whether a run could have left these values.
func (md *model) usable() bool {
	const far = 50 // of a logarithm of days
	ok := md.Typical > 0 && md.Dormant > 0 && md.Lost >= md.Dormant && md.Within >= 0 && md.Between >= 0 && math.Abs(md.Mean) < far
	ok = ok && len(md.Groups) == len(md.Centers) && slices.IsSorted(md.Tail)
	ok = ok && (md.Again == nil || len(md.Again) == mostCounted+1 && len(md.Tail) > 0)
	for _, c := range md.Centers {
		ok = ok && math.Abs(c) < far
	}
	return ok
}

// Apply puts customers into stages by the rhythm and the limits of the run, as of the day
// that is asked for. It needs no orders; without them mean gaps stand for medians and no
// trend is seen, as in Fit.
func (m Method) Apply(ctx context.Context, req sdk.ApplyRequest, _ sdk.Reporter) (sdk.ApplyResponse, error) {
	md, err := readModel(req.Model)
	if err != nil {
		return sdk.ApplyResponse{}, err
	}
	for _, role := range []string{roleRecency, roleDays, roleTenure} {
		if c := req.Table.ByRole(role); len(c) != 1 || !c[0].Numeric() {
			return sdk.ApplyResponse{}, fmt.Errorf("%w: column of role %s", errModel, role)
		}
	}
	r := &run{
		personal: md.Personal, asOf: req.AsOf, typical: md.Typical, limits: limits{md.Dormant, md.Lost},
		rhythm: &rhythm{mean: md.Mean, group: md.Centers, within: md.Within, between: md.Between, tail: md.Tail, again: md.Again},
	}
	if g := req.Table.ByRole(roleGroup); len(g) == 1 && len(md.Groups) > 0 {
		r.group = make([]int32, req.Table.Rows)
		for i := range r.group {
			r.group[i] = -1
			if !g[0].Missing(i) {
				r.group[i] = int32(slices.Index(md.Groups, g[0].Text(i)))
			}
		}
	}
	if r.asOf > 0 {
		r.history = newHistory(ctx, req.Detail(sdk.DetailOrders), req.Table.Rows, r.asOf)
	}
	wrong := r.see(ctx, req.Table)
	if err := ctx.Err(); err != nil {
		return sdk.ApplyResponse{}, err
	}
	if wrong != nil {
		return sdk.ApplyResponse{Diagnostics: []sdk.Diagnostic{*wrong}}, nil
	}
	r.judge(ctx)
	if err := ctx.Err(); err != nil {
		return sdk.ApplyResponse{}, err
	}
	return sdk.ApplyResponse{Columns: r.columns(), Segments: r.segments()}, nil
}
