package run

import (
	"cmp"
	"maps"
	"regexp"
	"slices"
	"strings"
	"sync"

	"qunxiang/core"
	"qunxiang/core/feature"
	"qunxiang/sdk"
)

// featureName finds the ids of the host's features in a sentence.
var featureName = lazily(`\b(recency_days|frequency_days|monetary_mean|tenure_days|frequency|monetary)\b`)

// plainName finds those of them that are no words of English.
var plainName = lazily(`\b(recency_days|frequency_days|monetary_mean|tenure_days)\b`)

// namedFeature finds the ids of features from events and surveys that are no words.
var namedFeature = lazily(`\b(events_30d|events_90d|event_types|event_days|days_since_event|event_trend|channel_main|nps_group|straightlined)\b`)

// readable puts what people call the host's features in the place of their ids, which
// are all that a method knows. It does nothing where the run did not see them, since a
// column of the user's may be called frequency.
func (p *Plan) readable(t sdk.Text) sdk.Text {
	t = p.classes(t)
	if p.req.Evidence.Say == nil {
		return t
	}
	name := func(id string) sdk.Text { return p.say(core.Message{Key: "feature." + id}) }
	if p.hostFeatures() {
		t = sdk.Text{
			ZH: featureName().ReplaceAllStringFunc(t.ZH, func(id string) string { return name(id).ZH }),
			EN: plainName().ReplaceAllStringFunc(t.EN, func(id string) string { return name(id).EN }),
		}
	}
	known := func(id string) bool { return p.req.Features.Table.Column(id) != nil }
	say := func(text string, in func(sdk.Text) string) string {
		return namedFeature().ReplaceAllStringFunc(text, func(id string) string {
			if known(id) {
				return in(name(id))
			}
			return id
		})
	}
	t = sdk.Text{ZH: say(t.ZH, func(n sdk.Text) string { return n.ZH }), EN: say(t.EN, func(n sdk.Text) string { return n.EN })}
	return p.readableNames(t)
}

// classes calls the classes of the outcome by the names of the segments that they are, where
// the outcome is the segments of another result; a method knows their keys, in quotes.
func (p *Plan) classes(t sdk.Text) sdk.Text {
	for i := range p.Table.Columns {
		c := &p.Table.Columns[i]
		if c.Role != "target" {
			continue
		}
		for _, u := range p.req.Uses {
			if u.As != c.Name {
				continue
			}
			var zh, en []string // all at once: a name may be the key of another
			for _, key := range slices.Sorted(maps.Keys(u.Names)) {
				name := u.Names[key]
				zh, en = append(zh, "“"+key+"”", "“"+cmp.Or(name.ZH, key)+"”"), append(en, "“"+key+"”", "“"+cmp.Or(name.EN, key)+"”")
			}
			t = sdk.Text{ZH: strings.NewReplacer(zh...).Replace(t.ZH), EN: strings.NewReplacer(en...).Replace(t.EN)}
		}
	}
	return t
}

// readableNames is readable of the features that have a name of the user's in them; what
// has to be there besides tells them from columns that only begin alike.
func (p *Plan) readableNames(t sdk.Text) sdk.Text {
	table := p.req.Features.Table
	for _, f := range []struct{ prefix, beside string }{{"channel_share_", "channel_main"}, {"event_", "events"}, {"scale_", ""}} {
		if f.beside != "" && table.Column(f.beside) == nil {
			continue
		}
		var ids []string
		for i := range table.Columns {
			if id := table.Columns[i].Name; strings.HasPrefix(id, f.prefix) && (strings.Contains(t.ZH, id) || strings.Contains(t.EN, id)) {
				ids = append(ids, id)
			}
		}
		slices.SortFunc(ids, func(a, b string) int { return cmp.Or(len(b)-len(a), strings.Compare(a, b)) }) // one may begin another
		for _, id := range ids {
			name := p.say(core.Message{Key: "feature." + f.prefix, Args: core.Args{"name": id[len(f.prefix):]}})
			t = sdk.Text{ZH: strings.ReplaceAll(t.ZH, id, name.ZH), EN: strings.ReplaceAll(t.EN, id, name.EN)}
		}
	}
	return t
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

// lazily compiles a regular expression when it is first needed, not whenever a program
// starts.
func lazily(pattern string) func() *regexp.Regexp {
	return sync.OnceValue(func() *regexp.Regexp { return regexp.MustCompile(pattern) })
}
