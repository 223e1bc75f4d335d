package page

import (
	"image/color"
	"strings"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/container"

	"qunxiang/gui/presenter"
	"qunxiang/gui/theme"
	"qunxiang/gui/widget"
)

// Comments is the section of comments: how content they are, what they are about, and the
// words that decide it.
type Comments struct {
	cfg    Config
	p      *presenter.Comments
	root   *fyne.Container
	scroll *container.Scroll
	theme  string // whose words are edited
}

// NewComments makes the page.
func NewComments(cfg Config, p *presenter.Comments) *Comments {
	return &Comments{cfg: cfg, p: p, root: container.NewStack(), scroll: container.NewVScroll(nil)}
}

// Content implements Page.
func (c *Comments) Content() fyne.CanvasObject { return c.root }

// Show implements Page.
func (c *Comments) Show(presenter.Route) {
	c.p.Watch(c.render)
	c.p.Load()
	c.render(c.p.State())
}

// Refresh implements Page.
func (c *Comments) Refresh() { c.p.Load() }

// Hide implements Page.
func (c *Comments) Hide() { c.p.Watch(nil) }

// Undo implements Undoer: the themes as they were before.
func (c *Comments) Undo() { c.p.UndoTheme() }

// Redo implements Undoer.
func (c *Comments) Redo() { c.p.RedoTheme() }

func (c *Comments) render(st presenter.CommentsState) {
	switch {
	case c.cfg.Session.Project() == nil:
		swap(c.root, noProject(c.cfg))
	case st.Phase == presenter.Empty && !st.Busy:
		swap(c.root, importFirst(c.cfg, "edit", "comments"))
	case st.Phase == presenter.Failed && presenter.Cancelled(st.Err):
		swap(c.root, widget.Empty(c.cfg.Env, "stop", c.cfg.Env.T("gui.comments.cancelled"), "",
			widget.Action{Text: c.cfg.Env.T("gui.comments.again"), Icon: "run", Primary: true, Do: c.p.Again}))
	case st.Phase == presenter.Failed:
		swap(c.root, failed(c.cfg, st.Err, c.p.Again))
	case st.Reading == nil:
		swap(c.root, widget.Loading(c.cfg.Env.T("gui.comments.loading")))
	default:
		swap(c.root, c.filled(st))
	}
}

func (c *Comments) filled(st presenter.CommentsState) fyne.CanvasObject {
	e := c.cfg.Env
	body := widget.Column(theme.GapL, sideBySide(c.feelings(st), c.judged(st)))
	if len(st.Months) > 1 {
		body.Add(c.months(st))
	}
	body.Add(c.themes(st))
	if len(st.Results) > 0 {
		body.Add(c.bySegment(st))
	}
	body.Add(c.dictionary(st))
	right := widget.Row(theme.GapS)
	if st.Busy {
		right.Add(widget.Centered(widget.Muted(e.T("gui.comments.busy")).Keep()))
	}
	if names := st.Features(); len(names) > 0 {
		right.Add(widget.Action{Text: e.T("gui.comments.use"), Icon: "segment", Primary: true, Do: func() {
			c.cfg.Session.Go(presenter.Route{Page: presenter.PageSegment, Method: "kmeans", Features: names})
		}}.Button())
	}
	sub := e.T("gui.comments.sub", "comments", st.All.Comments, "customers", st.All.Customers)
	if st.All.Last > st.All.First {
		sub += " · " + e.T("gui.comments.days", "from", st.All.First, "to", st.All.Last)
	}
	return frame(e.T("gui.comments.title"), sub, right, scrolled(c.scroll, body))
}

// feelings are the shares of praise and complaint; each leads to comments.
func (c *Comments) feelings(st presenter.CommentsState) fyne.CanvasObject {
	e, l, all := c.cfg.Env, c.cfg.Env.Locale, st.All
	good, neutral, bad := feelingColors()
	n := float64(max(1, all.Comments))
	rows := make([]bar, 0, 3)
	add := func(key string, count int, tint color.Color) {
		share := float64(count) / n
		rows = append(rows, bar{
			name: e.T("gui.comments." + key), share: share, tint: tint,
			said: e.T("gui.comments.count", "n", count, "share", l.Percent(share)), open: func() { c.openQuotes("", key) },
		})
	}
	add("positive", all.Positive, good)
	add("neutral", all.Neutral, neutral)
	add("negative", all.Negative, bad)
	body := widget.Column(theme.GapS, bars(rows), widget.Hint(e, e.T("gui.comments.mean", "mean", l.Number(all.Mean, 2))))
	if all.Rating != nil {
		body.Add(widget.Hint(e, e.T("gui.comments.rating", "rating", l.Number(*all.Rating, 2))))
	}
	return widget.TitledCard(e.T("gui.comments.feelings"), nil, body)
}

// judged says how it is known what is praise, and how often that is right.
func (c *Comments) judged(st presenter.CommentsState) fyne.CanvasObject {
	e, l, m := c.cfg.Env, c.cfg.Env.Locale, st.Reading.Method
	body := widget.Column(theme.GapS, widget.Para(e, l.Message(m.Why)))
	if m.Accuracy == nil {
		body.Add(widget.Hint(e, e.T("gui.comments.unmeasured")))
		return widget.TitledCard(e.T("gui.comments.judged"), nil, body)
	}
	rows := []bar{{name: e.T("gui.comments.accuracy"), share: *m.Accuracy, said: l.Percent(*m.Accuracy)}}
	if m.Lexicon != nil {
		rows = append(rows, bar{name: e.T("gui.comments.accuracy.lexicon"), share: *m.Lexicon, said: l.Percent(*m.Lexicon), tint: theme.Color(theme.ColorMuted)})
	}
	if m.Majority != nil {
		rows = append(rows, bar{name: e.T("gui.comments.accuracy.guess"), share: *m.Majority, said: l.Percent(*m.Majority), tint: theme.Color(theme.ColorMuted)})
	}
	body.Add(bars(rows))
	body.Add(widget.Hint(e, e.T("gui.comments.accuracy.hint", "n", m.Rated)))
	return widget.TitledCard(e.T("gui.comments.judged"), nil, body)
}

// mostMonths is how many months are shown, the last ones.
const mostMonths = 24

func (c *Comments) months(st presenter.CommentsState) fyne.CanvasObject {
	e, l := c.cfg.Env, c.cfg.Env.Locale
	good, neutral, bad := feelingColors()
	months := st.Months[max(0, len(st.Months)-mostMonths):]
	most := 1
	for _, m := range months {
		most = max(most, m.All())
	}
	cols := container.New(monthsLayout{})
	for _, m := range months {
		cols.Add(monthColumn(monthName(m.Month, len(months)), float64(m.All())/float64(most), l.Int(m.All()),
			widget.Share{Value: float64(m.Negative), Color: bad}, widget.Share{Value: float64(m.Neutral), Color: neutral}, widget.Share{Value: float64(m.Positive), Color: good}))
	}
	parts := legend(legendPart{tint: good, text: e.T("gui.comments.positive")}, legendPart{tint: neutral, text: e.T("gui.comments.neutral")}, legendPart{tint: bad, text: e.T("gui.comments.negative")})
	return widget.TitledCard(e.T("gui.comments.months"), parts, cols)
}

// themeName names a theme for people.
func themeName(e widget.Env, id string) string {
	if presenter.DefaultTheme(id) {
		return e.T("evidence.word.theme." + id)
	}
	return id
}

// themes lists what the comments are about; each leads to its comments.
func (c *Comments) themes(st presenter.CommentsState) fyne.CanvasObject {
	e, l := c.cfg.Env, c.cfg.Env.Locale
	good, neutral, bad := feelingColors()
	body := widget.Column(theme.GapS, widget.Hint(e, e.T("gui.comments.themes.hint")))
	rows := make([]bar, 0, len(st.All.Themes))
	most := 0.0
	for _, t := range st.All.Themes {
		most = max(most, t.Share)
	}
	for _, t := range st.All.Themes {
		tint := neutral
		switch {
		case t.Sentiment >= 0.05:
			tint = good
		case t.Sentiment <= -0.05:
			tint = bad
		}
		rows = append(rows, bar{
			name: themeName(e, t.ID), share: t.Share / most, tint: tint,
			said: e.T("gui.comments.theme", "n", t.Comments, "share", l.Percent(t.Share), "negative", l.Percent(t.Negative)),
			open: func() { c.openQuotes(t.ID, "") },
		})
	}
	if len(rows) == 0 {
		body.Add(widget.Notice(e, widget.ToneInfo, e.T("gui.comments.themes.none"), ""))
	} else {
		body.Add(bars(rows))
	}
	if st.All.NoTheme > 0 {
		body.Add(widget.Hint(e, e.T("gui.comments.themes.without", "n", st.All.NoTheme, "share", l.Percent(float64(st.All.NoTheme)/float64(max(1, st.All.Comments))))))
	}
	return widget.TitledCard(e.T("gui.comments.themes"), nil, body)
}

// openQuotes shows comments, masked, with the words that counted.
func (c *Comments) openQuotes(id, feeling string) {
	e, l := c.cfg.Env, c.cfg.Env.Locale
	title := e.T("gui.comments.quotes")
	switch {
	case id != "":
		title = e.T("gui.comments.quotes.of", "what", themeName(e, id))
	case feeling != "":
		title = e.T("gui.comments.quotes.of", "what", e.T("gui.comments."+feeling))
	}
	c.p.Quotes(id, feeling, func(qs []presenter.CommentQuote, err error) {
		if err != nil {
			message, hint := l.Error(err)
			c.cfg.Dialogs.Show(title, widget.Notice(e, widget.ToneError, message, hint), widget.Action{Text: e.T("gui.close"), Primary: true})
			return
		}
		box := widget.Column(theme.GapM, widget.Hint(e, e.T("gui.comments.quotes.hint", "n", len(qs))))
		if c.p.State().Learnt() {
			box.Add(widget.Hint(e, e.T("gui.comments.quotes.learnt")))
		}
		var all []string
		for _, q := range qs {
			box.Add(c.quote(q))
			all = append(all, q.Text)
		}
		c.cfg.Dialogs.Show(title, widget.Fixed(container.NewVScroll(widget.Inset(box, 0, theme.GapM, 0, 0)), theme.DialogWide*0.85, theme.DialogTall*0.8),
			widget.Action{Text: e.T("gui.comments.copy"), Icon: "copy", Do: func() { e.Copy(strings.Join(all, "\n")) }},
			widget.Action{Text: e.T("gui.close"), Primary: true})
	})
}

func (c *Comments) quote(q presenter.CommentQuote) fyne.CanvasObject {
	e, l := c.cfg.Env, c.cfg.Env.Locale
	tone := map[string]widget.Tone{"positive": widget.ToneGood, "negative": widget.ToneError}[q.Feeling]
	pill := widget.Pill(e.T("gui.comments."+q.Feeling), tone)
	if q.Feeling == "neutral" {
		pill = widget.QuietPill(e.T("gui.comments.neutral"))
	}
	line := widget.Wrap(theme.GapS, 0, pill)
	if q.Day.String() != "" {
		line.Add(widget.Centered(widget.Muted(l.Date(q.Day)).Keep()))
	}
	if len(q.About) > 0 {
		line.Add(widget.Centered(widget.Muted(e.T("gui.comments.about", "words", strings.Join(q.About, ", "))).Keep()))
	}
	words := make([]string, 0, len(q.Words))
	for _, w := range q.Words {
		sign := "+"
		if w.Sum < 0 {
			sign = "−"
		}
		words = append(words, w.Word+" "+sign)
	}
	if len(words) > 0 {
		line.Add(widget.Centered(widget.Muted(e.T("gui.comments.counted", "words", strings.Join(words, ", "))).Keep()))
	}
	return widget.Quiet(widget.Column(theme.GapXS, widget.Para(e, q.Text), line))
}

// bySegment is the table of themes by the segments of a result.
func (c *Comments) bySegment(st presenter.CommentsState) fyne.CanvasObject {
	e, l := c.cfg.Env, c.cfg.Env.Locale
	ids, titles := append([]string{""}, st.Results...), append([]string{e.T("gui.comments.by.none")}, st.Results...)
	choice := widget.NewChoice(ids, titles, st.Result, c.p.By)
	body := widget.Column(theme.GapS, widget.Hint(e, e.T("gui.comments.by.hint")))
	card := widget.TitledCard(e.T("gui.comments.by"), choice, body)
	switch {
	case st.ByErr != nil:
		message, hint := l.Error(st.ByErr)
		body.Add(widget.Notice(e, widget.ToneError, message, hint))
		return card
	case st.Result == "" || len(st.Segments) == 0:
		return card
	}
	grid := widget.NewDataGrid(widget.GridConfig{Env: e, TwoLines: true})
	cols := []widget.GridColumn{{Title: e.T("gui.comments.theme.title")}}
	for _, s := range st.Segments {
		cols = append(cols, widget.GridColumn{Title: s.Name.In(l.Lang), Sub: e.T("gui.comments.by.wrote", "n", s.Comments), Right: true})
	}
	grid.SetData(cols, len(st.All.Themes)+1, func(row, col int) widget.GridCell { return c.segmentCell(st, row, col) }, nil)
	height := float32(min(len(st.All.Themes)+1, 12)+2) * (theme.RowHeight + theme.GapXS)
	copyAll := widget.Action{Text: e.T("gui.table.copy"), Icon: "copy", Do: func() { e.Copy(grid.Text()) }}.Link()
	body.Add(widget.Fixed(widget.Panel(grid), 0, height))
	body.Add(widget.Row(0, copyAll))
	return card
}

// segmentCell is how much more a segment speaks of a theme than all; the first row is how
// content it is.
func (c *Comments) segmentCell(st presenter.CommentsState, row, col int) widget.GridCell {
	e, l := c.cfg.Env, c.cfg.Env.Locale
	if row == 0 {
		if col == 0 {
			return widget.GridCell{Text: e.T("gui.comments.by.negative"), Bold: true}
		}
		s := st.Segments[col-1]
		return widget.GridCell{Text: l.Percent(float64(s.Negative) / float64(max(1, s.Comments))), Muted: s.Comments == 0}
	}
	t := st.All.Themes[row-1]
	if col == 0 {
		return widget.GridCell{Text: themeName(e, t.ID)}
	}
	for _, x := range st.Segments[col-1].Themes {
		if x.ID == t.ID {
			return widget.GridCell{Text: e.T("gui.comments.by.cell", "index", l.Number(x.Index, 0), "share", l.Percent(x.Share)), Bold: x.Index >= 120 && x.Comments >= 5}
		}
	}
	return widget.GridCell{Text: "–", Muted: true}
}
