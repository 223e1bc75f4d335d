package view

import (
	"qunxiang/core/comment"
)

// CommentsAnswer is what "comments" tells.
type CommentsAnswer struct {
	Reading      *comment.Reading
	All          *comment.Summary
	Suggested    []comment.Suggestion
	Segmentation string
	Segments     []comment.SegmentSummary
	To           string
}

// Comments is the answer of "comments"; name gives the name of a theme.
func Comments(a CommentsAnswer, name func(string) string) Object {
	r := a.Reading
	suggested := make([]Object, 0, len(a.Suggested))
	for _, s := range a.Suggested {
		suggested = append(suggested, Object{{"word", s.Word}, {"comments", s.Comments}, {"theme", orNull(s.Theme)}, {"strength", number(s.Strength)}})
	}
	out := Object{{"asOf", date(r.AsOf)}, {"rows", reconciliation(r.Used)}, {"method", sentimentMethod(&r.Method)}}
	out = append(out, commentSummary(a.All, name)...)
	out = append(out, Object{{"suggested", suggested}}...)
	if a.Segmentation != "" {
		segments := make([]Object, 0, len(a.Segments))
		for i := range a.Segments {
			s := &a.Segments[i]
			o := Object{{"key", s.Key}, {"name", s.Name}, {"members", s.Members}}
			segments = append(segments, append(o, commentSummary(&s.Summary, name)...))
		}
		out = append(out, Object{{"segmentation", a.Segmentation}, {"segments", segments}}...)
	}
	if a.To != "" {
		out = append(out, Object{{"file", a.To}}...)
	}
	return out
}

// sentimentMethod says how sentiment was judged and how well; accuracies are null where no
// comment is rated.
func sentimentMethod(m *comment.Method) Object {
	return Object{
		{"id", m.ID},
		{"why", m.Why.Key},
		{"accuracy", optional(m.Accuracy)},
		{"lexiconAccuracy", optional(m.Lexicon)},
		{"majority", optional(m.Majority)},
		{"rated", m.Rated},
		{"texts", m.Texts},
		{"learnt", m.Learnt},
	}
}

func optional(v *float64) any {
	if v == nil {
		return nil
	}
	return number(*v)
}

func orNull(s string) any {
	if s == "" {
		return nil
	}
	return s
}

func commentSummary(s *comment.Summary, name func(string) string) Object {
	themes := make([]Object, 0, len(s.Themes))
	for _, t := range s.Themes {
		themes = append(themes, Object{
			{"id", t.ID},
			{"name", name(t.ID)},
			{"comments", t.Comments},
			{"customers", t.Customers},
			{"share", number(t.Share)},
			{"sentiment", number(t.Sentiment)},
			{"negativeShare", number(t.Negative)},
			{"index", number(t.Index)},
			{"quote", quote(t.Quote)},
		})
	}
	quotes := make([]any, 0, len(s.Quotes))
	for i := range s.Quotes {
		quotes = append(quotes, quote(&s.Quotes[i]))
	}
	return Object{
		{"comments", s.Comments},
		{"customers", s.Customers},
		{"firstDate", date(s.First)},
		{"lastDate", date(s.Last)},
		{"rating", optional(s.Rating)},
		{"sentiment", number(s.Mean)},
		{"positive", s.Positive},
		{"neutral", s.Neutral},
		{"negative", s.Negative},
		{"noTheme", s.NoTheme},
		{"themes", themes},
		{"quotes", quotes},
	}
}

func quote(q *comment.Quote) any {
	if q == nil {
		return nil
	}
	return Object{{"text", q.Text}, {"theme", q.Theme}, {"class", string(q.Feeling)}}
}
