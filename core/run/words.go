package run

import (
	"regexp"

	"qunxiang/core"
	"qunxiang/core/feature"
	"qunxiang/sdk"
)

// featureName finds the ids of the host's features in a sentence.
var featureName = regexp.MustCompile(`\b(recency_days|frequency_days|monetary_mean|tenure_days|frequency|monetary)\b`)

// plainName finds those of them that are no words of English.
var plainName = regexp.MustCompile(`\b(recency_days|frequency_days|monetary_mean|tenure_days)\b`)

// readable puts what people call the host's features in the place of their ids, which
// are all that a method knows. It does nothing where the run did not see them, since a
// column of the user's may be called frequency.
func (p *Plan) readable(t sdk.Text) sdk.Text {
	if p.req.Evidence.Say == nil || !p.hostFeatures() {
		return t
	}
	name := func(id string) sdk.Text { return p.say(core.Message{Key: "feature." + id}) }
	return sdk.Text{
		ZH: featureName.ReplaceAllStringFunc(t.ZH, func(id string) string { return name(id).ZH }),
		EN: plainName.ReplaceAllStringFunc(t.EN, func(id string) string { return name(id).EN }),
	}
}

func (p *Plan) hostFeatures() bool {
	t := p.req.Features.Table
	return t.Column(feature.Recency) != nil && t.Column(feature.Tenure) != nil && t.Column(feature.FrequencyDays) != nil
}

// readableDiagnostics makes the sentences of diagnostics readable.
func (p *Plan) readableDiagnostics(list []sdk.Diagnostic) []sdk.Diagnostic {
	out := make([]sdk.Diagnostic, len(list))
	for i, d := range list {
		d.Summary, d.Detail = p.readable(d.Summary), p.readable(d.Detail)
		out[i] = d
	}
	return out
}
