package view

import (
	"qunxiang/core/workspace"
	"qunxiang/i18n"
)

// Into is the answer of "export --into".
func Into(r workspace.IntoReport, loc i18n.Locale) Object {
	filled := make([]Object, 0, len(r.Filled))
	for _, f := range r.Filled {
		filled = append(filled, Object{{"column", f.Column}, {"changed", f.Changed}, {"emptied", f.Emptied}})
	}
	return Object{
		{"file", r.Path},
		{"into", r.Into},
		{"key", r.Key},
		{"rows", r.Rows},
		{"matched", r.Matched},
		{"notOnList", r.NotOnList},
		{"unknown", r.Unknown},
		{"noKey", r.NoKey},
		{"repeated", r.Repeated},
		{"notInFile", r.NotInFile},
		{"examples", list(r.Examples)},
		{"columns", list(r.Columns)},
		{"appended", list(r.Appended)},
		{"filled", filled},
		{"long", r.Long},
		{"lost", list(r.Lost)},
		{"floatKeys", r.FloatKeys},
		{"suppressed", r.Suppressed},
		{"holdout", r.Holdout},
		{"masked", list(r.Masked)},
		{"hints", messages(r.Hints, loc)},
	}
}
