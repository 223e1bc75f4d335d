package run

import (
	"context"
	"math"
	"slices"

	"qunxiang/core"
	"qunxiang/core/evidence"
	"qunxiang/core/feature"
	"qunxiang/core/guard"
	"qunxiang/sdk"
	"qunxiang/sdk/table"
)

// Card returns s with the table "card": for each segment of a result of the plan the five
// criteria of a useful segment with their reasons. s is not changed.
func (p *Plan) Card(ctx context.Context, s *core.Segmentation) (*core.Segmentation, error) {
	if len(s.Segments) == 0 {
		return s, nil
	}
	in := evidence.CardInput{
		Segments: s.Segments, Label: s.Label, Used: s.Features, Scorable: p.Method.Info.Capabilities.Apply, Threads: p.req.Threads,
	}
	t := p.req.Features.Table
	if len(p.Rows) < t.Rows {
		t = t.Pick(p.Rows)
	}
	for i := range t.Columns {
		c := &t.Columns[i]
		if guard.Is("contact", c.Name) {
			in.Contacts = append(in.Contacts, c)
		}
		if !c.Numeric() || slices.Contains(feature.Names(), c.Name) || !guard.Is("contact", c.Name) && !guard.Is("id", c.Name) {
			in.Columns = append(in.Columns, c)
		}
	}
	if slices.Contains(in.Used, feature.Frequency) { // days with an order are its twin
		in.Used = append(slices.Clip(in.Used), feature.FrequencyDays)
	}
	lines, err := evidence.Card(ctx, in)
	if err != nil {
		return nil, err
	}
	for i := range lines {
		if name, ok := lines[i].Args["column"].(string); ok && slices.Contains(feature.Names(), name) {
			lines[i].Args["column"] = core.Message{Key: "chart.column." + name}
		}
	}
	out := *s
	out.Tables = WithTable(s.Tables, p.cardTable(s.Segments, lines))
	return &out, nil
}

// cardTable is the table "card": a row for each segment and criterion. The columns of the
// reasons carry their language behind a colon.
func (p *Plan) cardTable(segments []core.Segment, lines []evidence.Verification) sdk.DataTable {
	n := len(lines)
	text := func(name string) table.Column {
		return table.Column{Name: name, Kind: table.String, Strings: make([]string, n)}
	}
	number := func(name string) table.Column {
		return table.Column{Name: name, Kind: table.Float64, Floats: make([]float64, n), Valid: table.NewBits(n)}
	}
	cols := []table.Column{
		segmentColumn(segments, func(i int) int { return lines[i].Segment }, n), text("criterion"), text("verdict"), number("value"), number("threshold"),
		text("reason:" + string(sdk.ZH)), text("reason:" + string(sdk.EN)),
	}
	for i, v := range lines {
		reason := p.say(core.Message{Key: "card." + v.Rule, Args: v.Args})
		cols[1].Strings[i], cols[2].Strings[i] = string(v.Criterion), string(v.Judgement)
		for j, x := range []float64{v.Value, v.Threshold} {
			if !math.IsNaN(x) {
				cols[3+j].Floats[i] = evidence.Digits(x)
				cols[3+j].Valid.Set(i)
			}
		}
		cols[5].Strings[i], cols[6].Strings[i] = reason.ZH, reason.EN
	}
	return p.titled("card", &table.Table{Rows: n, Columns: cols})
}

// titled gives a table and its columns their titles.
func (p *Plan) titled(id string, t *table.Table) sdk.DataTable {
	out := sdk.DataTable{ID: id, Title: p.say(core.Message{Key: "evidence." + id}), Titles: map[string]sdk.Text{}, Table: t}
	for i := range t.Columns {
		name := t.Columns[i].Name
		base, _, _ := core.TextColumn(name)
		out.Titles[name] = p.say(core.Message{Key: "evidence.column." + base})
	}
	return out
}
