package view

import (
	"qunxiang/core"
	"qunxiang/sdk"
)

// Method is one installed method in the answer of "methods".
func Method(m core.Method) Object {
	params := make([]Object, 0, len(m.Info.Params))
	for _, p := range m.Info.Params {
		params = append(params, param(p))
	}
	return Object{
		{"id", m.Info.ID},
		{"version", m.Info.Version},
		{"name", m.Info.Name},
		{"summary", m.Info.Summary},
		{"plugin", m.Plugin},
		{"origin", m.Origin},
		{"trust", m.Trust},
		{"parameters", params},
	}
}

// MethodDetail is the answer of "method": Method with inputs, outputs and help.
func MethodDetail(m core.Method) Object {
	roles := make([]Object, 0, len(m.Info.Roles))
	for _, r := range m.Info.Roles {
		kinds := make([]string, 0, len(r.Kinds))
		for _, k := range r.Kinds {
			kinds = append(kinds, k.String())
		}
		missing := "exclude"
		if r.Missing == sdk.MissingAllow {
			missing = "allow"
		}
		roles = append(roles, Object{
			{"id", r.ID},
			{"title", r.Title},
			{"help", r.Help},
			{"min", r.Min},
			{"max", r.Max},
			{"kinds", kinds},
			{"hints", list(r.Hints)},
			{"param", r.Param},
			{"missing", missing},
		})
	}
	outputs := make([]Object, 0, len(m.Info.Outputs))
	for _, o := range m.Info.Outputs {
		outputs = append(outputs, Object{{"id", o.ID}, {"title", o.Title}, {"kind", o.Kind.String()}, {"meaning", Meaning(o.Meaning)}, {"unit", o.Unit}})
	}
	details := make([]Object, 0, len(m.Info.Details))
	for _, d := range m.Info.Details {
		details = append(details, Object{{"id", d.ID}, {"required", d.Required}})
	}
	return append(Method(m), Object{
		{"question", m.Info.Question},
		{"help", m.Info.Help},
		{"tags", list(m.Info.Tags)},
		{"inputs", roles},
		{"details", details},
		{"outputs", outputs},
		{"capabilities", m.Info.Capabilities},
		{"paramsVersion", m.Info.ParamsVersion},
	}...)
}

func param(p sdk.Param) Object {
	o := Object{
		{"id", p.ID},
		{"kind", ParamKind(p.Kind)},
		{"title", p.Title},
		{"help", p.Help},
		{"default", plain(p.Default)},
		{"auto", p.Auto},
		{"advanced", p.Advanced},
	}
	if !p.Unit.IsZero() {
		o = append(o, Field{"unit", p.Unit})
	}
	if p.Min != nil {
		o = append(o, Field{"min", number(*p.Min)})
	}
	if p.Max != nil {
		o = append(o, Field{"max", number(*p.Max)})
	}
	if p.Choices != nil {
		o = append(o, Field{"choices", p.Choices})
	}
	if p.Items > 0 {
		o = append(o, Field{"items", p.Items})
	}
	if p.Rising {
		o = append(o, Field{"rising", true})
	}
	if p.When != nil {
		o = append(o, Field{"when", p.When})
	}
	return o
}

// ParamKind is the word for a kind of parameter.
func ParamKind(k sdk.ParamKind) string {
	words := [...]string{"", "int", "real", "bool", "choice", "text", "texts", "numbers", "column", "file"}
	if int(k) < len(words) {
		return words[k]
	}
	return "unknown"
}

// Meaning is the word for what a row output is.
func Meaning(m sdk.Meaning) string {
	words := [...]string{"value", "segment", "probability", "score", "distance", "outlier"}
	if int(m) < len(words) {
		return words[m]
	}
	return "value"
}
