package wire

import (
	"fmt"

	"qunxiang/sdk"
	"qunxiang/sdk/internal/methodv1"
)

// maxRuleDepth bounds the nesting of a rule. A decision tree asks one question per
// level; nobody reads sixty.
const maxRuleDepth = 64

// Outcome is all of a response but its columns and the bytes of its model.
type Outcome struct {
	Segments    []sdk.Segment
	Metrics     []sdk.Metric
	Tables      []sdk.DataTable
	Diagnostics []sdk.Diagnostic
	Model       sdk.Model // without Data
	ModelBytes  int64     // announced length of Data
}

// FromResponse writes the last event of a run.
func FromResponse(r sdk.Response) *methodv1.FitResult {
	return &methodv1.FitResult{
		Segments: FromSegments(r.Segments), Metrics: each(r.Metrics, fromMetric), Tables: each(r.Tables, fromDataTable),
		Diagnostics: FromDiagnostics(r.Diagnostics), Model: FromModel(r.Model),
	}
}

// ToOutcome reads the last event of a run. maxBytes bounds the memory of its tables.
func ToOutcome(m *methodv1.FitResult, maxBytes int64) (Outcome, error) {
	segments, err := ToSegments(m.GetSegments())
	if err != nil {
		return Outcome{}, err
	}
	left := maxBytes
	tables, err := eachErr(m.GetTables(), func(t *methodv1.DataTable) (sdk.DataTable, error) { return toDataTable(t, &left) })
	if err != nil {
		return Outcome{}, err
	}
	return Outcome{
		Segments: segments, Metrics: each(m.GetMetrics(), toMetric), Tables: tables, Diagnostics: ToDiagnostics(m.GetDiagnostics()),
		Model: ToModel(m.GetModel()), ModelBytes: m.GetModel().GetBytes(),
	}, nil
}

// FromModel writes a model's head.
func FromModel(m sdk.Model) *methodv1.ModelInfo {
	if m.Format == "" && m.Version == 0 && len(m.Data) == 0 {
		return nil
	}
	return &methodv1.ModelInfo{Format: m.Format, Version: int32(m.Version), Bytes: int64(len(m.Data))}
}

// ToModel reads a model's head.
func ToModel(m *methodv1.ModelInfo) sdk.Model {
	return sdk.Model{Format: m.GetFormat(), Version: int(m.GetVersion())}
}

// FromSegments writes segments.
func FromSegments(s []sdk.Segment) []*methodv1.Segment {
	return each(s, func(s sdk.Segment) *methodv1.Segment {
		m := &methodv1.Segment{Key: s.Key, Name: fromText(s.Name), Description: fromText(s.Description)}
		if s.Rule != nil {
			m.Rule = fromRule(*s.Rule)
		}
		return m
	})
}

// ToSegments reads segments.
func ToSegments(in []*methodv1.Segment) ([]sdk.Segment, error) {
	return eachErr(in, func(m *methodv1.Segment) (sdk.Segment, error) {
		s := sdk.Segment{Key: m.GetKey(), Name: ToText(m.GetName()), Description: ToText(m.GetDescription())}
		if m.GetRule() == nil {
			return s, nil
		}
		r, err := toRule(m.GetRule(), maxRuleDepth)
		if err != nil {
			return s, fmt.Errorf("segment %q: %w", s.Key, err)
		}
		s.Rule = &r
		return s, nil
	})
}

func fromRule(r sdk.Rule) *methodv1.Rule {
	return &methodv1.Rule{Op: methodv1.Op(r.Op), Rules: each(r.Rules, fromRule), Column: r.Column, Number: r.Number, Text: r.Text, Set: r.Set}
}

func toRule(m *methodv1.Rule, depth int) (sdk.Rule, error) {
	if depth == 0 {
		return sdk.Rule{}, fmt.Errorf("%w: a rule is nested deeper than %d", ErrMalformed, maxRuleDepth)
	}
	rules, err := eachErr(m.GetRules(), func(m *methodv1.Rule) (sdk.Rule, error) { return toRule(m, depth-1) })
	if err != nil {
		return sdk.Rule{}, err
	}
	r := sdk.Rule{Op: small[sdk.Op](m.GetOp()), Rules: rules, Column: m.GetColumn(), Text: m.GetText(), Set: list(m.GetSet())}
	if m != nil {
		r.Number = m.Number
	}
	return r, nil
}

func fromMetric(m sdk.Metric) *methodv1.Metric {
	return &methodv1.Metric{Id: m.ID, Title: fromText(m.Title), Value: m.Value, Word: m.Word, HigherBetter: m.HigherBetter, Help: fromText(m.Help)}
}

func toMetric(m *methodv1.Metric) sdk.Metric {
	return sdk.Metric{ID: m.GetId(), Title: ToText(m.GetTitle()), Value: m.Value, Word: m.GetWord(), HigherBetter: m.GetHigherBetter(), Help: ToText(m.GetHelp())}
}

// FromDiagnostics writes diagnostics.
func FromDiagnostics(in []sdk.Diagnostic) []*methodv1.Diagnostic {
	return each(in, func(d sdk.Diagnostic) *methodv1.Diagnostic {
		return &methodv1.Diagnostic{
			Severity: methodv1.Severity(d.Severity), Code: d.Code, Summary: fromText(d.Summary), Detail: fromText(d.Detail),
			Param: d.Param, Column: d.Column,
		}
	})
}

// ToDiagnostics reads diagnostics.
func ToDiagnostics(in []*methodv1.Diagnostic) []sdk.Diagnostic {
	return each(in, func(m *methodv1.Diagnostic) sdk.Diagnostic {
		return sdk.Diagnostic{
			Severity: small[sdk.Severity](m.GetSeverity()), Code: m.GetCode(), Summary: ToText(m.GetSummary()), Detail: ToText(m.GetDetail()),
			Param: m.GetParam(), Column: m.GetColumn(),
		}
	})
}

func fromDataTable(t sdk.DataTable) *methodv1.DataTable {
	m := &methodv1.DataTable{Id: t.ID, Title: fromText(t.Title), Record: t.Record}
	if len(t.Titles) > 0 {
		m.Titles = make(map[string]*methodv1.Text, len(t.Titles))
		for name, title := range t.Titles {
			m.Titles[name] = &methodv1.Text{ZhCn: title.ZH, En: title.EN}
		}
	}
	if t.Table != nil {
		m.Table = &methodv1.Table{Schema: FromSchema(t.Table, t.Table.Rows), Rows: chunk(t.Table, 0, t.Table.Rows)}
	}
	return m
}

func toDataTable(m *methodv1.DataTable, left *int64) (sdk.DataTable, error) {
	t := sdk.DataTable{ID: m.GetId(), Title: ToText(m.GetTitle()), Record: m.GetRecord()}
	if len(m.GetTitles()) > 0 {
		t.Titles = make(map[string]sdk.Text, len(m.Titles))
		for name, title := range m.Titles {
			t.Titles[name] = ToText(title)
		}
	}
	if m.GetTable() == nil {
		return t, nil
	}
	a, err := newAssembler(m.Table.GetSchema(), 0, left)
	if err == nil && m.Table.GetRows().GetRows() > 0 {
		err = a.Add(m.Table.GetRows())
	}
	if err == nil {
		t.Table, err = a.Table()
	}
	if err != nil {
		return t, fmt.Errorf("table %q: %w", t.ID, err)
	}
	return t, nil
}
