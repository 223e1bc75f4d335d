package view

import (
	"math"

	"qunxiang/core"
	"qunxiang/core/survey"
)

// maxFlagged is how many flagged respondents a document lists.
const maxFlagged = 1000

// Survey is the answer of "survey".
func Survey(r *survey.Report, asOf core.Date, show func(key string) string) Object {
	items := make([]Object, 0, len(r.Items))
	var nps any
	for _, it := range r.Items {
		items = append(items, surveyItem(it))
		if it.NPS != nil && nps == nil {
			nps = append(Object{{"item", it.Name}}, npsFields(it.NPS)...)
		}
	}
	scales := make([]Object, 0, len(r.Scales))
	for _, sc := range r.Scales {
		scales = append(scales, surveyScale(sc))
	}
	flags := make([]Object, 0, len(survey.Flags()))
	for _, f := range survey.Flags() {
		flags = append(flags, Object{{"flag", f}, {"count", r.Quality.Counts[f]}})
	}
	return Object{
		{"survey", r.Name},
		{"asOf", date(asOf)},
		{"rows", r.Rows},
		{"used", r.Used},
		{"later", r.Later},
		{"customers", r.Customers},
		{"items", items},
		{"scales", scales},
		{"nps", nps},
		{"weights", surveyWeights(r.Weights)},
		{"flags", flags},
		{"exclude", list(r.Exclude)},
		{"excluded", r.Rows - r.Used},
		{"respondents", respondents(r, show)},
		{"straightLining", Object{{"items", r.Quality.Judged}}},
		{"medianSeconds", number(r.Quality.Median)},
		{"unknownSettings", list(r.Unknown)},
		{"notWeighted", survey.NotWeighted()},
	}
}

func surveyItem(it survey.ItemReport) Object {
	o := Object{
		{"name", it.Name},
		{"label", it.Label},
		{"kind", it.Kind},
		{"confidence", number(it.Confidence)},
		{"given", it.Given},
		{"answered", it.Answered},
		{"missing", it.Missing},
		{"distinct", it.Distinct},
	}
	if it.Use != "" {
		o = append(o, Field{"use", it.Use})
	}
	if it.Kind == survey.Likert || it.Kind == survey.NPS {
		o = append(o, Field{"low", it.Low}, Field{"high", it.High}, Field{"inWords", it.InWords})
	}
	if it.Group != "" {
		o = append(o, Field{"group", it.Group})
	}
	if it.Kind == survey.Multi && it.Separator != "" {
		o = append(o, Field{"separator", it.Separator})
	}
	if !math.IsNaN(it.Mean) {
		o = append(o, Field{"mean", it.Mean}, Field{"sd", number(it.SD)}, Field{"median", number(it.Median)}, Field{"min", number(it.Min)}, Field{"max", number(it.Max)})
	}
	if !math.IsNaN(it.Top2) {
		o = append(o, Field{"top2", it.Top2}, Field{"bottom2", it.Bottom2})
	}
	shares := make([]Object, 0, len(it.Shares))
	for _, s := range it.Shares {
		shares = append(shares, Object{{"label", s.Label}, {"value", number(s.Value)}, {"count", s.Count}, {"share", number(s.Share)}})
	}
	o = append(o, Field{"distribution", shares}, Field{"others", it.Others})
	if it.NPS != nil {
		o = append(o, Field{"nps", npsFields(it.NPS)})
	}
	return o
}

func npsFields(s *survey.Score) Object {
	interval := "wald"
	if s.Few {
		interval = "score"
	}
	return Object{
		{"nps", number(s.NPS)},
		{"low", number(s.Interval.Low)},
		{"high", number(s.Interval.High)},
		{"interval", interval},
		{"promoters", s.Promoters},
		{"passives", s.Passives},
		{"detractors", s.Detractors},
		{"promoterShare", number(s.Promoting)},
		{"detractorShare", number(s.Detracting)},
	}
}

func surveyScale(s *survey.Scale) Object {
	items := make([]Object, 0, len(s.Items))
	for _, it := range s.Items {
		items = append(items, Object{
			{"name", it.Name},
			{"reversed", it.Reversed},
			{"suggested", it.Suggested},
			{"given", it.Given},
			{"itemRest", number(it.Rest)},
			{"alphaWithout", number(it.Without)},
			{"loading", number(it.Loading)},
		})
	}
	return Object{
		{"name", s.Name},
		{"label", s.Label},
		{"given", s.Given},
		{"sure", s.Sure},
		{"items", items},
		{"alpha", number(s.Alpha)},
		{"alphaLow", number(s.Interval.Low)},
		{"alphaHigh", number(s.Interval.High)},
		{"alphaStandardised", number(s.Standard)},
		{"alphaAsGiven", number(s.AsGiven)},
		{"meanR", number(s.MeanR)},
		{"firstComponent", number(s.Component)},
		{"n", s.N},
		{"complete", s.Complete},
		{"mean", number(s.Mean)},
		{"sd", number(s.SD)},
		{"low", number(s.Low)},
		{"high", number(s.High)},
		{"constant", list(s.Left)},
		{"tooWide", s.TooWide},
	}
}

func surveyWeights(w *survey.Weights) any {
	if w == nil {
		return nil
	}
	return Object{
		{"column", w.Column},
		{"bad", w.Bad},
		{"min", number(w.Min)},
		{"max", number(w.Max)},
		{"effective", number(w.Effective)},
		{"designEffect", number(w.Design)},
		{"used", !w.Unweighted},
	}
}

// respondents are those with flags, in the order of the survey.
func respondents(r *survey.Report, show func(key string) string) []Object {
	out := []Object{}
	for i, flags := range r.Quality.Of {
		if len(flags) == 0 {
			continue
		}
		if len(out) == maxFlagged {
			break
		}
		out = append(out, Object{
			{"row", i + 1},
			{"customer", show(r.Key(i))},
			{"flags", flags},
			{"excluded", r.Quality.Excluded[i]},
			{"longestRun", r.Quality.Longest[i]},
			{"spread", number(r.Quality.Spread[i])},
			{"missingShare", number(r.Quality.Missing[i])},
			{"seconds", number(r.Quality.Seconds[i])},
		})
	}
	return out
}
