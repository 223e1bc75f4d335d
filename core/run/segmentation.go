package run

import (
	"fmt"
	"slices"

	"qunxiang/core"
	"qunxiang/core/feature"
	"qunxiang/internal/large"
	"qunxiang/sdk"
	"qunxiang/sdk/table"
)

// segmentation makes a result of the method's answer.
func (p *Plan) segmentation(resp sdk.Response) (*core.Segmentation, error) {
	info := p.Method.Info
	s := &core.Segmentation{
		Name: p.req.Name, Method: info.ID, MethodVersion: info.Version, Plugin: p.Method.Plugin,
		AsOf: p.req.Features.AsOf, Seed: p.req.Seed, Params: p.Params,
		Where: p.req.Where, Within: p.req.Within, Parents: p.req.Parents, Uses: p.req.Uses,
		Excluded: p.Excluded, Metrics: resp.Metrics, Tables: resp.Tables, Model: resp.Model,
		Diagnostics: p.readableDiagnostics(slices.Concat(p.Diagnostics, resp.Diagnostics)),
		Customers:   p.customers(),
	}
	for i := range p.Table.Columns {
		c := p.Table.Columns[i]
		s.Features, s.Roles = append(s.Features, c.Name), append(s.Roles, c.Role)
		c.Role = ""
		s.Columns = append(s.Columns, c)
	}
	p.addMoney(s)
	if err := p.addOutputs(s, resp); err != nil {
		return nil, err
	}
	s.Identity = p.Identity()
	return s, nil
}

// addMoney keeps the money of each customer beside the method's own columns, since
// every segmentation is read by its money.
func (p *Plan) addMoney(s *core.Segmentation) {
	t := p.req.Features.Table
	for _, name := range []string{feature.Recency, feature.Frequency, feature.Monetary} {
		if c := t.Column(name); c != nil && p.Table.Column(name) == nil {
			one := &table.Table{Rows: t.Rows, Columns: []table.Column{*c}}
			if len(p.Rows) < t.Rows {
				one = one.Pick(p.Rows)
			}
			s.Columns = append(s.Columns, one.Columns[0])
		}
	}
}

func (p *Plan) addOutputs(s *core.Segmentation, resp sdk.Response) error {
	var labels *table.Column
	names := make(map[string]bool, len(s.Columns))
	for i := range s.Columns {
		names[s.Columns[i].Name] = true
	}
	for i := range resp.Columns {
		c := resp.Columns[i]
		if meaningOf(p.Method.Info, c.Name) == sdk.MeaningSegment {
			labels = &c
			continue
		}
		if names[c.Name] { // an output never hides a feature
			c.Name = p.Method.Info.ID + "_" + c.Name
		}
		names[c.Name] = true
		s.Columns = append(s.Columns, c)
	}
	if labels == nil && len(resp.Segments) > 0 {
		return &core.Error{
			Code: "plugin_no_labels", Origin: core.OriginPlugin, Op: "run",
			Where: core.Where{Plugin: p.Method.Plugin}, Args: core.Args{"method": p.Method.Info.Name},
		}
	}
	if labels == nil {
		return nil
	}
	return p.addSegments(s, resp.Segments, labels)
}

func (p *Plan) addSegments(s *core.Segmentation, segs []sdk.Segment, labels *table.Column) error {
	position := make(map[string]int32, len(segs))
	for i, g := range segs {
		position[g.Key] = int32(i)
		s.Segments = append(s.Segments, core.Segment{ID: i + 1, Key: g.Key, Name: p.readable(g.Name), Description: p.readable(g.Description), Rule: g.Rule})
	}
	code := make([]int32, len(labels.Dict))
	for i, key := range labels.Dict {
		at, ok := position[key]
		if !ok {
			return fmt.Errorf("run: label %q names no segment", key)
		}
		code[i] = at
	}
	money := p.money()
	s.Label = large.Make[int32](len(labels.Codes))
	sizes, amounts, total := make([]int, len(code)), make([]sum, len(segs)), sum{}
	for i, c := range labels.Codes {
		s.Label[i] = code[c]
		sizes[c]++
	}
	for c, n := range sizes {
		s.Segments[code[c]].Size += n
	}
	for i, x := range money {
		amounts[s.Label[i]].add(x)
		total.add(x)
	}
	for i := range s.Segments {
		g := &s.Segments[i]
		g.Share = float64(g.Size) / float64(len(s.Label))
		g.Amount = amounts[i].value()
		if all := total.value(); all != 0 {
			g.AmountShare = g.Amount / all
		}
	}
	return nil
}

// money returns the money of the plan's rows, nil where the project has none.
func (p *Plan) money() []float64 {
	c := p.req.Features.Table.Column(feature.Monetary)
	if c == nil || c.Kind != table.Float64 {
		return nil
	}
	if len(p.Rows) == c.Len() && c.Valid == nil { // everybody, and rows rise
		return c.Floats
	}
	out := large.Make[float64](len(p.Rows))
	for i, r := range p.Rows {
		if !c.Missing(int(r)) {
			out[i] = c.Floats[r]
		}
	}
	return out
}

func meaningOf(info sdk.Info, output string) sdk.Meaning {
	for _, o := range info.Outputs {
		if o.ID == output {
			return o.Meaning
		}
	}
	return sdk.MeaningNone
}
