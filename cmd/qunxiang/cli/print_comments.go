package cli

import (
	"qunxiang/cmd/qunxiang/view"
	"qunxiang/core"
	"qunxiang/core/comment"
	"qunxiang/i18n"
)

// mostThemeLines is how many themes the terminal shows.
const mostThemeLines = 15

func printComments(w *printer, a *view.CommentsAnswer) {
	l, all := w.loc, a.All
	w.say("cli.comments.head", "comments", all.Comments, "customers", all.Customers)
	if all.Last != core.NoDate {
		w.say("cli.comments.days", "from", l.Date(all.First), "to", l.Date(all.Last), "asOf", l.Date(a.Reading.AsOf))
	}
	for _, e := range a.Reading.Used.Excluded {
		w.say("cli.comments.later", "count", e.Count)
	}
	printSentiment(w, &a.Reading.Method)
	if all.Comments == 0 {
		return
	}
	share := func(n int) string { return l.Percent(float64(n) / float64(all.Comments)) }
	w.say("cli.comments.feelings", "positive", share(all.Positive), "neutral", share(all.Neutral), "negative", share(all.Negative), "mean", l.Number(all.Mean, 2))
	printThemes(w, all.Themes, false)
	w.say("cli.comments.no_theme", "count", all.NoTheme, "share", share(all.NoTheme))
	printSuggested(w, a.Suggested)
	for i := range a.Segments {
		printSegmentComments(w, &a.Segments[i])
	}
	if a.To != "" {
		w.blank()
		w.say("cli.comments.written", "count", a.Reading.Rows(), "file", a.To)
	}
}

func printSentiment(w *printer, m *comment.Method) {
	w.line(w.loc.Message(m.Why))
	if m.Accuracy == nil {
		w.say("cli.comments.unmeasured")
		return
	}
	w.say("cli.comments.accuracy", "accuracy", w.loc.Percent(*m.Accuracy), "lexicon", w.loc.Percent(*m.Lexicon), "majority", w.loc.Percent(*m.Majority), "n", m.Rated)
}

// themeName is the name of a theme: of a default one in the user's language, of the user's
// own as it is.
func themeName(l i18n.Locale, id string) string {
	if key := "evidence.word.theme." + id; l.Has(key) {
		return l.T(key)
	}
	return oneLine(id)
}

func printThemes(w *printer, themes []comment.ThemeSummary, index bool) {
	if len(themes) == 0 {
		return
	}
	l := w.loc
	w.blank()
	g := &grid{
		head:  []string{l.T("cli.col.theme"), l.T("cli.col.comments"), l.T("cli.col.share"), l.T("cli.col.sentiment"), l.T("cli.col.negative"), l.T("cli.col.quote")},
		right: []bool{false, true, true, true, true, false},
	}
	if index {
		g.head[5] = l.T("cli.col.index")
		g.right[5] = true
	}
	for _, t := range themes[:min(mostThemeLines, len(themes))] {
		last := ""
		if index {
			last = l.Number(t.Index, 0)
		} else if t.Quote != nil {
			last = short(t.Quote.Text, 40)
		}
		g.add(themeName(l, t.ID), l.Int(t.Comments), l.Percent(t.Share), l.Number(t.Sentiment, 2), l.Percent(t.Negative), last)
	}
	w.grid(g, "  ")
	if n := len(themes) - mostThemeLines; n > 0 {
		w.say("cli.comments.more", "count", n)
	}
}

func printSuggested(w *printer, all []comment.Suggestion) {
	if len(all) == 0 {
		return
	}
	w.blank()
	w.say("cli.comments.suggested")
	for _, s := range all[:min(10, len(all))] {
		if s.Theme == "" {
			w.say("cli.comments.word", "word", oneLine(s.Word), "count", s.Comments)
		} else {
			w.say("cli.comments.word_theme", "word", oneLine(s.Word), "count", s.Comments, "theme", themeName(w.loc, s.Theme))
		}
	}
}

func printSegmentComments(w *printer, s *comment.SegmentSummary) {
	l := w.loc
	w.blank()
	w.say("cli.comments.segment", "name", oneLine(s.Name.In(l.Lang)), "members", s.Members, "customers", s.Customers, "comments", s.Comments)
	if s.Comments == 0 {
		return
	}
	w.say("cli.comments.segment_mean", "mean", l.Number(s.Mean, 2), "negative", l.Percent(float64(s.Negative)/float64(s.Comments)))
	printThemes(w, s.Themes[:min(8, len(s.Themes))], true)
	for _, q := range s.Quotes {
		w.say("cli.comments.quote", "text", q.Text, "theme", themeName(l, q.Theme))
	}
}
