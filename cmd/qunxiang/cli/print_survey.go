package cli

import (
	"math"
	"strings"

	"qunxiang/core/survey"
	"qunxiang/i18n"
)

// printSurvey shows the items, the scales, the net promoter score, the weights and who
// answered carelessly.
func printSurvey(w *printer, r *survey.Report, show func(key string) string) {
	w.say("cli.survey.head", "name", r.Name, "rows", r.Rows, "customers", r.Customers)
	if r.Later > 0 {
		w.say("cli.survey.later", "count", r.Later)
	}
	w.blank()
	printItems(w, r)
	for _, it := range r.Items {
		if it.NPS != nil {
			printNPS(w, it)
		}
	}
	for _, sc := range r.Scales {
		printScale(w, sc)
	}
	printSurveyWeights(w, r)
	printFlags(w, r, show)
	for _, name := range r.Unknown {
		w.say("cli.survey.unknown", "item", name)
	}
}

func printItems(w *printer, r *survey.Report) {
	l := w.loc
	g := &grid{
		head:  []string{l.T("cli.col.item"), l.T("cli.col.kind"), l.T("cli.col.sure"), l.T("cli.col.answered"), l.T("cli.col.mean"), l.T("cli.col.top2"), l.T("cli.col.answers")},
		right: []bool{false, false, true, true, true, true},
	}
	for _, it := range r.Items {
		mean, top := "", ""
		if !math.IsNaN(it.Mean) {
			mean = l.Number(it.Mean, 2)
		}
		if !math.IsNaN(it.Top2) {
			top = l.Percent(it.Top2)
		}
		sure := l.Percent(it.Confidence)
		if it.Given {
			sure = l.T("cli.survey.given")
		}
		kind := l.T("survey.kind." + string(it.Kind))
		if it.Kind == survey.Likert {
			kind += " " + l.Number(it.Low, 0) + "–" + l.Number(it.High, 0)
		}
		g.add(middle(it.Label, 34), kind, sure, l.Int(it.Answered), mean, top, mostChosen(l, it))
	}
	w.grid(g, "  ")
}

// short cuts a long header.
func short(s string, n int) string {
	r := []rune(oneLine(s))
	if len(r) <= n {
		return string(r)
	}
	return string(r[:n-1]) + "…"
}

// middle cuts a long header in its middle: items of one group differ at its end.
func middle(s string, n int) string {
	r := []rune(oneLine(s))
	if len(r) <= n {
		return string(r)
	}
	return string(r[:n/2-1]) + "…" + string(r[len(r)-n/2:])
}

// mostChosen are the first answers with their shares.
func mostChosen(l i18n.Locale, it survey.ItemReport) string {
	if it.Kind == survey.Likert || it.Kind == survey.NPS || it.Kind == survey.Meta {
		return ""
	}
	var parts []string
	for _, s := range it.Shares[:min(3, len(it.Shares))] {
		parts = append(parts, short(s.Label, 16)+" "+l.Percent(s.Share))
	}
	if len(it.Shares) > 3 {
		parts = append(parts, "…")
	}
	return strings.Join(parts, " · ")
}

func printNPS(w *printer, it survey.ItemReport) {
	l, s := w.loc, it.NPS
	w.blank()
	w.say("cli.survey.nps", "item", it.Label, "nps", l.Number(s.NPS, 1), "low", l.Number(s.Interval.Low, 1), "high", l.Number(s.Interval.High, 1))
	w.say("cli.survey.nps_parts", "promoters", s.Promoters, "passives", s.Passives, "detractors", s.Detractors)
	if s.Few {
		w.say("cli.survey.nps_few")
	}
}

func printScale(w *printer, sc *survey.Scale) {
	l := w.loc
	w.blank()
	switch {
	case sc.TooWide:
		w.say("cli.survey.scale_wide", "name", sc.Label, "items", len(sc.Items))
		return
	case math.IsNaN(sc.Alpha):
		w.say("cli.survey.scale_none", "name", sc.Label, "items", len(sc.Items))
		return
	}
	w.say("cli.survey.scale", "name", sc.Label, "items", len(sc.Items), "alpha", l.Number(sc.Alpha, 2), "low", l.Number(sc.Interval.Low, 2),
		"high", l.Number(sc.Interval.High, 2), "mean", l.Number(sc.Mean, 2), "n", sc.N)
	w.say("cli.survey.alpha." + alphaWord(sc.Alpha))
	g := &grid{head: []string{l.T("cli.col.item"), l.T("cli.col.direction"), l.T("cli.col.item_rest"), l.T("cli.col.alpha_without")}, right: []bool{false, false, true, true}}
	var suggested []string
	for _, it := range sc.Items {
		direction := ""
		if it.Reversed {
			direction = l.T("cli.survey.reversed")
		}
		if it.Reversed && !it.Given {
			suggested = append(suggested, it.Name)
		}
		g.add(middle(it.Name, 40), direction, optional(l, it.Rest), optional(l, it.Without))
	}
	w.grid(g, "  ")
	if len(suggested) > 0 {
		w.say("cli.survey.suggested", "items", suggested, "alpha", l.Number(sc.AsGiven, 2))
	}
	if len(sc.Left) > 0 {
		w.say("cli.survey.constant", "items", sc.Left)
	}
	if !sc.Sure {
		w.say("cli.survey.unsure", "name", sc.Name)
	}
}

func optional(l i18n.Locale, v float64) string {
	if math.IsNaN(v) {
		return ""
	}
	return l.Number(v, 2)
}

// alphaWord judges an alpha by the usual marks (Nunnally 1978; George and Mallery 2003).
func alphaWord(a float64) string {
	switch {
	case a >= 0.8:
		return "good"
	case a >= 0.7:
		return "fair"
	case a >= 0.6:
		return "doubtful"
	}
	return "poor"
}

func printSurveyWeights(w *printer, r *survey.Report) {
	if r.Weights == nil {
		return
	}
	l := w.loc
	w.blank()
	if r.Weights.Unweighted {
		w.say("cli.survey.weights_none", "column", r.Weights.Column)
		return
	}
	w.say("cli.survey.weights", "column", r.Weights.Column, "effective", l.Number(r.Weights.Effective, 0), "rows", r.Used-r.Weights.Bad, "design", l.Number(r.Weights.Design, 2))
	if r.Weights.Bad > 0 {
		w.say("cli.survey.weights_bad", "count", r.Weights.Bad)
	}
	w.say("cli.survey.weights_not")
}

func printFlags(w *printer, r *survey.Report, show func(key string) string) {
	first := true
	for _, flag := range survey.Flags() {
		n := r.Quality.Counts[flag]
		if n == 0 {
			continue
		}
		if first {
			w.blank()
			w.say("cli.survey.flags")
			first = false
		}
		var who []string
		for _, i := range r.Flagged(flag)[:min(3, n)] {
			who = append(who, show(r.Key(i)))
		}
		w.say("cli.survey.flagged", "flag", flag, "count", n, "text", w.loc.T("survey.flag."+flag), "who", who)
	}
	switch {
	case first:
	case len(r.Exclude) == 0:
		w.say("cli.survey.kept")
	default:
		w.say("cli.survey.excluded", "count", r.Rows-r.Used, "flags", r.Exclude)
	}
}
