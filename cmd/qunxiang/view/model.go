package view

import "qunxiang/core/workspace"

// Model is the answer of "model".
func Model(path, format string) Object { return Object{{"file", path}, {"format", format}} }

// Score is the answer of "score".
func Score(r workspace.ScoreReport) Object {
	segments := make([]Object, 0, len(r.Segments))
	for _, g := range r.Segments {
		segments = append(segments, Object{{"id", g.ID}, {"key", g.Key}, {"name", g.Name}, {"size", g.Size}, {"share", number(g.Share)}})
	}
	return Object{
		{"file", r.Path},
		{"name", r.Name},
		{"run", r.Run},
		{"asOf", date(r.AsOf)},
		{"rows", r.Customers},
		{"columns", list(r.Columns)},
		{"segments", segments},
		{"excluded", excluded(r.Excluded)},
		{"diagnostics", diagnostics(r.Diagnostics)},
	}
}
