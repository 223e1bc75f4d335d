package view

import (
	"math"
	"strings"

	"qunxiang/core"
	"qunxiang/core/identity"
	"qunxiang/core/workspace"
	"qunxiang/i18n"
)

// Fields is the answer of "fields": every column of every source with its class.
func Fields(fields []workspace.Field, loc i18n.Locale) Object {
	out := make([]Object, 0, len(fields))
	for _, f := range fields {
		out = append(out, Object{
			{"source", f.Source},
			{"file", f.File},
			{"kind", f.Kind},
			{"column", f.Column},
			{"attribute", f.Attribute},
			{"class", f.Class},
			{"holds", f.Holds},
			{"by", f.By},
			{"sure", math.Round(100*f.Sure) / 100},
			{"reason", loc.Message(FieldReason(f))},
			{"example", f.Example},
		})
	}
	return Object{{"fields", out}}
}

// FieldReason says why a column has its class.
func FieldReason(f workspace.Field) core.Message {
	return core.Message{Key: "privacy.by." + f.By, Args: core.Args{"percent": math.Round(100 * f.Sure)}}
}

// Duplicates is the answer of "duplicates".
func Duplicates(d *workspace.Duplicates, loc i18n.Locale) Object {
	pairs := make([]Object, 0, len(d.Pairs))
	for _, p := range d.Pairs {
		reasons := make([]Object, 0, len(p.Reasons))
		for _, r := range p.Reasons {
			reasons = append(reasons, Object{{"id", r.ID}, {"points", r.Points}, {"share", r.Share}, {"text", reason(r, loc)}})
		}
		pairs = append(pairs, Object{{"id", p.ID}, {"a", p.A}, {"b", p.B}, {"score", p.Score}, {"band", p.Band}, {"state", p.State}, {"reasons", reasons}})
	}
	return Object{
		{"customers", d.Customers},
		{"compared", d.Compared},
		{"columns", list(d.Columns)},
		{"sure", d.Count(identity.BandSure, workspace.PairOpen)},
		{"review", d.Count(identity.BandReview, workspace.PairOpen)},
		{"merged", d.Merged},
		{"conflicts", d.Conflicts},
		{"refused", d.Refused},
		{"pairs", pairs},
		{"shared", list(d.Shared)},
	}
}

// Reasons is what speaks for and against a pair, in words.
func Reasons(reasons []identity.Reason, loc i18n.Locale) string {
	var out []string
	for _, r := range reasons {
		out = append(out, reason(r, loc))
	}
	return strings.Join(out, "; ")
}

func reason(r identity.Reason, loc i18n.Locale) string {
	return loc.T("identity.reason."+r.ID, "count", r.Share)
}
