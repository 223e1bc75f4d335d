package check

import (
	"math"
	"slices"

	"qunxiang/sdk"
	"qunxiang/sdk/table"
)

// The largest results.
const (
	MaxSegments    = 4096
	MaxModelBytes  = 64 << 20
	MaxTableBytes  = 16 << 20 // of all tables of a result together
	maxTables      = 64
	maxTableRows   = 100_000
	maxMetrics     = 1024
	maxDiagnostics = 1024
	maxRuleNodes   = 100_000 // of all segments together
	maxOutputBytes = 512     // of a row's outputs, on average
)

// MaxOutputs is the memory that the row outputs of n rows may take.
func MaxOutputs(n int) int64 { return max(64<<20, int64(n)*maxOutputBytes) }

// Response checks the outcome of a run of the method in on the table sent. A
// response whose diagnostics hold an error has no columns and no segments. It
// returns nil or a *Fault.
func Response(in sdk.Info, sent *table.Table, r *sdk.Response) error {
	if f := diagnostics(r.Diagnostics); f != nil {
		return f
	}
	if sdk.Failed(r.Diagnostics) {
		if len(r.Columns) > 0 || len(r.Segments) > 0 {
			return badResult("an error is reported together with segments")
		}
		return nil
	}
	names := set{}
	for i := range sent.Columns {
		names[sent.Columns[i].Name] = true
	}
	evidence := set{"card": true, "stability": true} // the host's own
	f := first(columns(in, sent.Rows, r.Columns, r.Segments), segments(in, names, r.Segments), metrics(r.Metrics, evidence), tables(r.Tables, evidence), model(r.Model))
	if f != nil {
		return f
	}
	return nil
}

// Applied checks the outcome of Apply in the same way.
func Applied(in sdk.Info, sent *table.Table, r *sdk.ApplyResponse) error {
	return Response(in, sent, &sdk.Response{Columns: r.Columns, Segments: r.Segments, Diagnostics: r.Diagnostics})
}

// Validated checks the answer to a Validate call.
func Validated(in sdk.Info, r *sdk.ValidateResponse) error {
	if f := diagnostics(r.Diagnostics); f != nil {
		return f
	}
	if r.MemoryBytes < 0 {
		return badResult("a negative estimate of memory")
	}
	if sdk.Failed(r.Diagnostics) {
		return nil
	}
	for id, v := range r.Params {
		p, ok := in.Param(id)
		if !ok {
			return badResult("unknown parameter %q", Scrub(id, MaxName))
		}
		if err := Value(p, v); err != nil {
			return badResult("parameter %s: %v", id, err)
		}
	}
	return nil
}

func columns(in sdk.Info, rows int, list []table.Column, segs []sdk.Segment) *Fault {
	seen, labelled := set{}, false
	for i := range list {
		c := &list[i]
		at := slices.IndexFunc(in.Outputs, func(o sdk.Output) bool { return o.ID == c.Name })
		if at < 0 || in.Outputs[at].Kind != c.Kind {
			return badResult("column %q is not an announced output", Scrub(c.Name, MaxName))
		}
		if c.Len() != rows {
			return fault(CodeRows, "got", c.Len(), "want", rows)
		}
		f := first(seen.add(c.Name, "columns"), word(c.Unit, c.Name, MaxName), values(c, c.Name))
		if f == nil && in.Outputs[at].Meaning == sdk.MeaningSegment {
			labelled = true
			f = labels(c, segs)
		}
		if f == nil {
			f = meaning(c, in.Outputs[at].Meaning)
		}
		if f != nil {
			return f
		}
	}
	if needs := slices.ContainsFunc(in.Outputs, isSegment); needs && !labelled {
		return badResult("the column with the segments is missing")
	}
	return nil
}

func isSegment(o sdk.Output) bool { return o.Meaning == sdk.MeaningSegment }

// labels checks that every row is in a segment and that the dictionary is the list
// of segments.
func labels(c *table.Column, segs []sdk.Segment) *Fault {
	if n := c.CountMissing(); n > 0 {
		return badResult("%d rows are in no segment", n)
	}
	if !slices.EqualFunc(c.Dict, segs, func(key string, s sdk.Segment) bool { return key == s.Key }) {
		return badResult("the labels' dictionary is not the keys of the segments")
	}
	return nil
}

func meaning(c *table.Column, m sdk.Meaning) *Fault {
	lo, hi := math.Inf(-1), math.Inf(1)
	switch m {
	case sdk.MeaningProbability:
		lo, hi = 0, 1
	case sdk.MeaningDistance:
		lo = 0
	}
	if math.IsInf(lo, -1) {
		return nil
	}
	for i, v := range c.Floats {
		if (v < lo || v > hi) && !c.Missing(i) {
			return badResult("column %q, row %d: %g is outside the range of its meaning", c.Name, i+1, v)
		}
	}
	return nil
}

// values checks a column's values: finite numbers, codes in the dictionary, clean text.
func values(c *table.Column, field string) *Fault {
	for i, v := range c.Floats {
		if v-v != 0 && !c.Missing(i) { // not a number, or infinite
			return fault(CodeNotFinite, "field", field, "row", i+1)
		}
	}
	seen := set{}
	for _, s := range c.Dict {
		if f := first(word(s, field, MaxName), seen.add(s, field)); f != nil {
			return f
		}
	}
	for i, code := range c.Codes {
		if int64(code) >= int64(len(c.Dict)) {
			return fault(CodeLabel, "column", field, "row", i+1, "got", int64(code), "want", len(c.Dict))
		}
	}
	for _, s := range c.Strings {
		if f := word(s, field, MaxLong); f != nil {
			return f
		}
	}
	if c.Kind == table.Bool {
		for _, v := range c.Ints {
			if v != 0 && v != 1 {
				return badResult("column %q: a switch is %d", field, v)
			}
		}
	}
	return nil
}

func segments(in sdk.Info, names set, list []sdk.Segment) *Fault {
	if !slices.ContainsFunc(in.Outputs, isSegment) {
		if len(list) > 0 {
			return badResult("segments without an output that holds them")
		}
		return nil
	}
	if len(list) == 0 || len(list) > MaxSegments {
		return badResult("%d segments; there may be 1 to %d", len(list), MaxSegments)
	}
	for _, o := range in.Outputs {
		names[o.ID] = true
	}
	seen, nodes := set{}, 0
	for _, s := range list {
		field := "segment " + Scrub(s.Key, MaxName)
		if s.Key == "" {
			return badResult("a segment without key")
		}
		f := first(word(s.Key, "segment", MaxName), seen.add(s.Key, "segments"), both(s.Name, field, MaxName, false), maybe(s.Description, field, MaxLong, true))
		if f == nil && s.Rule != nil {
			f = rule(s.Rule, names, field, &nodes)
		}
		if f != nil {
			return f
		}
	}
	return nil
}

func rule(r *sdk.Rule, names set, field string, nodes *int) *Fault {
	if *nodes++; *nodes > maxRuleNodes {
		return fault(CodeTooLarge, "field", field, "limit", maxRuleNodes)
	}
	switch r.Op {
	case sdk.OpAlways:
		return nil
	case sdk.OpAnd, sdk.OpOr, sdk.OpNot:
		if len(r.Rules) == 0 || r.Op == sdk.OpNot && len(r.Rules) > 1 {
			return badResult("%s: a rule combines %d rules", field, len(r.Rules))
		}
		for i := range r.Rules {
			if f := rule(&r.Rules[i], names, field, nodes); f != nil {
				return f
			}
		}
		return nil
	}
	return comparison(r, names, field)
}

// comparison checks a rule that tests a column.
func comparison(r *sdk.Rule, names set, field string) *Fault {
	switch {
	case r.Op > sdk.OpMissing:
		return badResult("%s: unknown operation %d in a rule", field, r.Op)
	case !names[r.Column]:
		return badResult("%s: a rule tests %q, which is no column of the run", field, Scrub(r.Column, MaxName))
	case r.Number != nil && (math.IsNaN(*r.Number) || math.IsInf(*r.Number, 0)):
		return fault(CodeNumber, "field", field)
	case r.Op >= sdk.OpLt && r.Op <= sdk.OpGe && r.Number == nil && r.Text == "":
		return badResult("%s: a comparison with nothing", field)
	}
	f := word(r.Text, field, MaxLong)
	for _, s := range r.Set {
		f = first(f, word(s, field, MaxLong))
	}
	return f
}

// metrics checks metrics whose ids are not in the set, and puts them there.
func metrics(list []sdk.Metric, seen set) *Fault {
	if len(list) > maxMetrics {
		return fault(CodeTooLarge, "field", "metrics", "limit", maxMetrics)
	}
	for _, m := range list {
		field := "metric " + Scrub(m.ID, MaxName)
		if !isField(m.ID) || (m.Value != nil) == (m.Word != "") {
			return badResult("%s: malformed", field)
		}
		if m.Value != nil && (math.IsNaN(*m.Value) || math.IsInf(*m.Value, 0)) {
			return fault(CodeNumber, "field", field)
		}
		f := first(seen.add(m.ID, "evidence"), both(m.Title, field, MaxName, false), word(m.Word, field, MaxName), maybe(m.Help, field, MaxLong, true))
		if f != nil {
			return f
		}
	}
	return nil
}

func tables(list []sdk.DataTable, seen set) *Fault {
	if len(list) > maxTables {
		return fault(CodeTooLarge, "field", "tables", "limit", maxTables)
	}
	for i := range list {
		t := &list[i]
		field := "table " + Scrub(t.ID, MaxName)
		if !isField(t.ID) || t.Table == nil || t.Record && t.Table.Rows != 1 || t.Table.Check() != nil {
			return badResult("%s: malformed", field)
		}
		if t.Table.Rows > maxTableRows || len(t.Table.Columns) > maxList {
			return fault(CodeTooLarge, "field", field, "limit", maxTableRows)
		}
		f := first(seen.add(t.ID, "evidence"), both(t.Title, field, MaxName, false), titles(t, field))
		for j := range t.Table.Columns {
			c := &t.Table.Columns[j]
			f = first(f, word(c.Name, field, MaxName), word(c.Unit, field, MaxName), values(c, field))
		}
		if f != nil {
			return f
		}
	}
	return nil
}

func titles(t *sdk.DataTable, field string) *Fault {
	for name, title := range t.Titles {
		if t.Table.Column(name) == nil {
			return badResult("%s: a title for the unknown column %q", field, Scrub(name, MaxName))
		}
		if f := both(title, field, MaxName, false); f != nil {
			return f
		}
	}
	return nil
}

func diagnostics(list []sdk.Diagnostic) *Fault {
	if len(list) > maxDiagnostics {
		return fault(CodeTooLarge, "field", "diagnostics", "limit", maxDiagnostics)
	}
	for _, d := range list {
		field := "diagnostic " + Scrub(d.Code, MaxName)
		if !isID(d.Code) || d.Severity < sdk.SeverityInfo || d.Severity > sdk.SeverityError {
			return badResult("%s: malformed", field)
		}
		f := first(both(d.Summary, field, MaxLong, true), maybe(d.Detail, field, MaxLong, true), word(d.Param, field, MaxName), word(d.Column, field, MaxName))
		if f != nil {
			return f
		}
	}
	return nil
}

func model(m sdk.Model) *Fault {
	if len(m.Data) > MaxModelBytes {
		return fault(CodeTooLarge, "field", "model", "limit", Megabytes(MaxModelBytes))
	}
	if len(m.Data) > 0 && !isMedia(m.Format) || m.Version < 0 {
		return badResult("model format %q", Scrub(m.Format, MaxName))
	}
	return nil
}
