package page

import (
	"image/color"
	"math"
	"slices"
	"strings"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/container"
	fynetheme "fyne.io/fyne/v2/theme"

	"qunxiang/core"
	"qunxiang/gui/presenter"
	"qunxiang/gui/theme"
	"qunxiang/gui/widget"
)

// The issues that are shown before somebody asks for all.
const firstIssues = 20

// assumed is the share of an issue that counts as at least a half, however few rows it has.
const assumed = 0.5

// Quality is the scorecard of the data: the scores, where every row went, what is wrong and how to
// mend it, and the steps that were taken.
type Quality struct {
	cfg    Config
	p      *presenter.Quality
	root   *fyne.Container
	card   *presenter.Card // that is shown …
	shown  presenter.Dimension
	all    bool // … with every issue
	busy   bool
	scroll *container.Scroll
	dialog *fyne.Container // body of the dialog that is open
}

// NewQuality makes the section.
func NewQuality(cfg Config, p *presenter.Quality) *Quality {
	return &Quality{cfg: cfg, p: p, root: container.NewStack()}
}

// Content implements Page.
func (q *Quality) Content() fyne.CanvasObject { return q.root }

// Show implements Page.
func (q *Quality) Show(presenter.Route) {
	q.card = nil
	q.p.Watch(q.render)
	q.p.Load()
	q.render(q.p.State())
}

// Refresh implements Page.
func (q *Quality) Refresh() { q.p.Load() }

// Hide implements Page.
func (q *Quality) Hide() { q.p.Watch(nil) }

// Undo implements Undoer.
func (q *Quality) Undo() { q.p.Undo() }

// Redo implements Undoer.
func (q *Quality) Redo() { q.p.Redo() }

func (q *Quality) render(st presenter.QualityState) {
	e := q.cfg.Env
	q.fillDialog(st)
	switch {
	case q.cfg.Session.Project() == nil:
		swap(q.root, noProject(q.cfg))
	case st.Phase == presenter.Failed:
		swap(q.root, failed(q.cfg, st.Err, q.p.Retry))
	case st.Phase == presenter.Loading:
		swap(q.root, waiting(e, e.T("gui.quality.loading"), q.p.Cancel))
	case st.Card == nil:
		swap(q.root, noData(q.cfg))
	case q.card == st.Card && q.shown == st.Dimension && q.busy == st.Busy && q.scroll != nil:
	default:
		q.fill(st)
	}
}

// waiting is the look while something longer is computed, with the way out.
func waiting(e widget.Env, text string, cancel func()) fyne.CanvasObject {
	stop := widget.Action{Text: e.T("gui.cancel"), Icon: "stop", Do: cancel}.Button()
	return container.NewCenter(widget.Column(theme.GapL, widget.Loading(text), container.NewCenter(stop)))
}

func (q *Quality) fill(st presenter.QualityState) {
	e := q.cfg.Env
	var at fyne.Position
	if q.scroll != nil && q.card != nil && q.shown == st.Dimension {
		at = q.scroll.Offset
	}
	q.card, q.shown, q.busy = st.Card, st.Dimension, st.Busy
	body := widget.Column(theme.GapL, q.scores(st))
	if n := len(st.Stale); n > 0 {
		names := make([]string, n)
		for i, h := range st.Stale {
			names[i] = h.Name
		}
		body.Add(widget.Notice(e, widget.ToneWarn, e.T("gui.quality.stale", "n", n), strings.Join(names, " · "),
			widget.Action{Text: e.T("gui.quality.stale.do", "n", n), Icon: "run", Primary: true, Do: q.p.RunAgain}))
	}
	body.Add(q.rows(st.Card))
	body.Add(container.New(columnsLayout{gap: theme.GapL, left: 0.63}, q.issues(st), q.steps(st)))
	q.scroll = container.NewVScroll(widget.Inset(body, 0, theme.GapM, theme.GapL, 0))
	right := widget.Row(theme.GapS)
	if st.Busy {
		right.Add(widget.Centered(widget.Muted(e.T("gui.quality.busy")).Keep()))
		right.Add(widget.Action{Text: e.T("gui.cancel"), Icon: "stop", Do: q.p.Cancel}.Button())
	}
	swap(q.root, frame(e.T("gui.section.quality"), e.T("gui.quality.sub"), right, q.scroll))
	q.scroll.ScrollToOffset(at)
}

// scores is the overall score as a ring, and a tile for each dimension.
func (q *Quality) scores(st presenter.QualityState) fyne.CanvasObject {
	e, card := q.cfg.Env, st.Card
	verdict := "good"
	switch serious := q.count(card, "high"); {
	case len(card.Issues) == 0:
		verdict = "clean"
	case serious > 0:
		verdict = "serious"
	case q.count(card, "medium") > 0:
		verdict = "look"
	}
	whole := container.NewBorder(nil, nil, widget.Inset(widget.Ring(card.Score/100, scoreColor(card.Score), points(e, card.Score), 92), 0, theme.GapL, 0, 0), nil,
		widget.Centered(widget.Column(theme.GapXS, widget.Lead(e, e.T("gui.quality.verdict."+verdict, "serious", q.count(card, "high"), "look", q.count(card, "medium"), "n", len(card.Issues))),
			widget.Hint(e, e.T("gui.quality.verdict.hint")))))
	tiles := widget.Wrap(theme.GapM, theme.StatWidth+theme.GapXL)
	for _, d := range card.Dimensions {
		tiles.Add(q.tile(card, d, st.Dimension))
	}
	return widget.Card(widget.Column(theme.GapL, whole, tiles))
}

func (q *Quality) count(c *presenter.Card, severity string) (n int) {
	for i := range c.Issues {
		if string(c.Issues[i].Severity) == severity {
			n++
		}
	}
	return n
}

// scoreColor is calm where all is well, and warns below the usual marks of a school.
func scoreColor(score float64) color.Color {
	switch {
	case score >= 90:
		return theme.Color(fynetheme.ColorNameSuccess)
	case score >= 70:
		return theme.Color(fynetheme.ColorNameWarning)
	}
	return theme.Color(fynetheme.ColorNameError)
}

// points writes a score: what is not whole does not look whole.
func points(e widget.Env, score float64) string {
	if score == math.Trunc(score) {
		return e.Locale.Number(score, 0)
	}
	return e.Locale.Number(score, 1)
}

// tile is one dimension: score, bar, and in words what lowers it most.
func (q *Quality) tile(card *presenter.Card, d presenter.DimensionScore, chosen presenter.Dimension) fyne.CanvasObject {
	e := q.cfg.Env
	value := points(e, d.Score)
	about, why := e.T("gui.quality.about."+string(d.Dimension)), e.T("gui.quality.tile.none")
	switch worst := presenter.Worst(card, d.Dimension); {
	case d.Weight == 0:
		value, why = "–", e.T("gui.quality.tile.absent")
	case worst != nil:
		about, why = q.said(worst.Message()), e.T("gui.quality.tile.issues", "n", d.Issues)
	}
	box := widget.Column(theme.GapXS,
		widget.Spread(widget.NewText(e.T("quality.dimension."+string(d.Dimension))).Bold(), widget.Whole(value).Bold()),
		widget.Meter(d.Score/100, scoreColor(d.Score), theme.GapS),
		widget.NewText(why).Sized(theme.SizeSmall), widget.Hint(e, about))
	t := widget.NewTappable(widget.Pad(box, theme.GapM), func() {
		if d.Issues > 0 {
			q.p.Show(d.Dimension)
		}
	})
	t.Choose(chosen == d.Dimension)
	return t
}

// rows is the line that accounts for every row; each number leads to what is behind it.
func (q *Quality) rows(card *presenter.Card) fyne.CanvasObject {
	e, r := q.cfg.Env, card.Reconciliation
	line := widget.Wrap(0, 0)
	number := func(key string, n int, do func(), args ...any) {
		b := widget.Action{Text: e.T(key, append([]any{"n", n}, args...)...), Do: do}.Link()
		line.Add(b)
	}
	sign := func(s string) { line.Add(widget.Centered(widget.Whole(s).Color(theme.ColorMuted))) }
	number("gui.quality.rows.in", r.In, func() { q.cfg.Session.Go(presenter.Route{Page: presenter.PageData, Section: "sources"}) })
	sign("=")
	number("gui.quality.rows.used", r.Used, func() { q.cfg.Session.Go(presenter.Route{Page: presenter.PageCustomers}) })
	for _, x := range r.Excluded {
		sign("+")
		number("gui.quality.rows.out", x.Count, func() { q.excluded(card, x.Reason) }, "reason", e.T("reason."+x.Reason))
	}
	for _, x := range r.Removed {
		sign("+")
		number("gui.quality.rows.step", x.Rows, func() { q.stepRows(x.Step) }, "step", q.position(card, x.Step))
	}
	check := widget.Pill(e.T("gui.quality.rows.holds"), widget.ToneGood)
	if !r.Holds() {
		check = widget.Pill(e.T("gui.quality.rows.broken"), widget.ToneError)
	}
	return widget.Card(widget.Column(theme.GapXS, widget.Row(theme.GapM, widget.Whole(e.T("gui.quality.rows.title")).Bold(), widget.Centered(check)),
		widget.Inset(line, 0, 0, 0, -theme.GapS)))
}

// position is the number under which the list shows a step.
func (q *Quality) position(card *presenter.Card, id int) int {
	for i, s := range card.Steps {
		if s.ID == id {
			return i + 1
		}
	}
	return id
}

// excluded shows the rows of a reason: how many of which file, and the first row numbers.
func (q *Quality) excluded(card *presenter.Card, reason string) {
	e := q.cfg.Env
	box := widget.Column(theme.GapM, widget.Hint(e, e.T("gui.quality.excluded.hint")))
	var text strings.Builder
	var shut func()
	for _, l := range card.Reconciliation.Sources {
		for _, x := range l.Excluded {
			if x.Reason != reason {
				continue
			}
			rows := make([]string, len(x.Examples))
			for i, n := range x.Examples {
				rows[i] = e.Locale.Int(n)
			}
			line := e.T("gui.quality.excluded.rows", "n", x.Count, "rows", strings.Join(rows, e.T("gui.quality.list")))
			if x.Count > len(x.Examples) {
				line = e.T("gui.quality.excluded.first", "n", x.Count, "rows", strings.Join(rows, e.T("gui.quality.list")))
			}
			rowsOf := widget.Column(theme.GapXS, widget.NewText(l.File).Bold(), widget.Para(e, line))
			if q.cfg.Rejected != nil {
				rowsOf.Add(widget.Row(0, widget.Action{Text: e.T("gui.quality.excluded.all"), Icon: "edit", Do: func() {
					shut()
					q.cfg.Rejected(l.Source, reason)
				}}.Button()))
			}
			box.Add(widget.Quiet(rowsOf))
			text.WriteString(l.File + "\t" + e.T("reason."+reason) + "\t" + line + "\n")
		}
	}
	shut = q.cfg.Dialogs.Show(e.T("reason."+reason), widget.Fixed(container.NewVScroll(widget.Inset(box, 0, theme.GapM, 0, 0)), theme.DialogWide*0.7, theme.DialogTall*0.5),
		widget.Action{Text: e.T("gui.quality.copy"), Icon: "copy", Do: func() { e.Copy(text.String()) }},
		widget.Action{Text: e.T("gui.ok"), Primary: true})
}

// issues are the cards of what was found.
func (q *Quality) issues(st presenter.QualityState) fyne.CanvasObject {
	e := q.cfg.Env
	list := st.Issues()
	box := widget.Column(theme.GapM)
	title := e.T("gui.quality.issues", "n", len(list))
	if st.Dimension != "" {
		title = e.T("gui.quality.issues.of", "n", len(list), "dimension", e.T("quality.dimension."+string(st.Dimension)))
		box.Add(widget.Spread(widget.Section(title), widget.Action{Text: e.T("gui.quality.issues.all"), Icon: "close", Do: func() { q.p.Show("") }}.Link()))
	} else {
		box.Add(widget.Fixed(widget.Centered(widget.Section(title)), 0, theme.RowHeight+theme.GapXS))
	}
	if len(list) == 0 {
		good := widget.Column(theme.GapM, container.NewCenter(widget.Icon("check", fynetheme.ColorNameSuccess, 2*theme.GapXL)),
			widget.Section(e.T("gui.quality.good")).Center(), widget.Para(e, e.T("gui.quality.good.hint")).Centered(),
			container.NewCenter(widget.Action{Text: e.T("gui.data.segment"), Icon: "segment", Primary: true, Do: func() {
				q.cfg.Session.Go(presenter.Route{Page: presenter.PageSegment})
			}}.Button()))
		box.Add(widget.Card(widget.Pad(good, theme.GapL)))
		return box
	}
	for i := range list {
		if i == firstIssues && !q.all {
			box.Add(container.NewCenter(widget.Action{Text: e.T("gui.quality.issues.more", "n", len(list)-i), Icon: "down", Do: func() {
				q.all = true
				q.fill(q.p.State())
			}}.Button()))
			break
		}
		box.Add(q.issue(list[i]))
	}
	return box
}

// issue is one card: what is wrong, how much of it, what to do.
func (q *Quality) issue(i presenter.Issue) fyne.CanvasObject {
	e, l := q.cfg.Env, q.cfg.Env.Locale
	head := widget.Wrap(theme.GapS, 0, widget.Centered(severity(e, string(i.Severity))), widget.Centered(widget.QuietPill(e.T("quality.dimension."+string(i.Dimension)))))
	if i.Count > 0 {
		count := widget.Action{Text: e.T("gui.quality.count."+string(i.Unit), "n", i.Count), Icon: "search", Do: func() { q.issueRows(i) }}.Link()
		head.Add(count)
	}
	facts := []string{}
	if i.Share > 0 && i.Share != assumed {
		facts = append(facts, l.Percent(i.Share))
	}
	if i.Amount != 0 {
		facts = append(facts, l.Money(i.Amount, q.currency()))
	}
	if len(facts) > 0 {
		head.Add(widget.Centered(widget.Muted(strings.Join(facts, " · ")).Keep()))
	}
	box := widget.Column(theme.GapS, head, widget.Para(e, q.said(i.Message())), widget.Hint(e, q.advice(i)))
	for k, x := range i.Examples {
		if k == 2 {
			break
		}
		box.Add(widget.NewText(e.T("gui.quality.example", "text", exampleText(e, x, q.currency()))).Sized(theme.SizeSmall).Color(theme.ColorMuted))
	}
	if len(i.Fixes) > 0 {
		fix := widget.Action{Text: e.T("gui.quality.fix"), Icon: "check", Primary: string(i.Severity) == "high", Do: func() { q.preview(i, 0) }}.Button()
		able(fix, !q.busy)
		box.Add(container.NewBorder(nil, nil, fix, nil, widget.Inset(widget.Centered(widget.NewText(q.said(i.Fixes[0].Message())).Sized(theme.SizeSmall)), 0, 0, 0, theme.GapS)))
	}
	if i.Code == "same_customer" || i.Code == "perhaps_same" {
		box.Add(widget.Row(0, widget.Action{Text: e.T("gui.quality.people"), Icon: "customers", Do: func() {
			q.cfg.Session.Go(presenter.Route{Page: presenter.PageData, Section: "people"})
		}}.Button()))
	}
	return widget.Card(box)
}

// said writes a sentence, its amounts as money.
func (q *Quality) said(m core.Message) string {
	out := core.Message{Key: m.Key, Args: core.Args{}}
	for k, v := range m.Args {
		if x, ok := v.(float64); ok && slices.Contains([]string{"amount", "fence", "median", "is", "usual", "before", "after"}, k) {
			v = q.cfg.Env.Locale.Money(x, q.currency())
		}
		if x, ok := v.(string); ok && k == "column" && slices.Contains([]string{"product", "category", "channel"}, x) {
			v = q.cfg.Env.T("gui.role." + x) // the project's own column
		}
		out.Args[k] = v
	}
	return q.cfg.Env.Locale.Message(out)
}

// advice says what to do about an issue; where that is done in the window, in its words.
func (q *Quality) advice(i presenter.Issue) string {
	m := i.Advice()
	if key := "gui.quality.do." + i.Code; q.cfg.Env.Locale.Has(key) {
		m.Key = key
	}
	return q.said(m)
}

func severity(e widget.Env, s string) fyne.CanvasObject {
	tone := map[string]widget.Tone{"high": widget.ToneError, "medium": widget.ToneWarn}[s]
	return widget.Pill(e.T("quality.severity."+s), tone)
}

func (q *Quality) currency() string { return q.cfg.Session.State().Info.Project.Currency }

// columnsLayout sets two columns side by side, each as high as it is.
type columnsLayout struct{ gap, left float32 }

func (l columnsLayout) Layout(os []fyne.CanvasObject, s fyne.Size) {
	w := (s.Width - l.gap) * l.left
	for i, width := range []float32{w, s.Width - l.gap - w} {
		os[i].Resize(fyne.NewSize(width, os[i].MinSize().Height))
		os[i].Resize(fyne.NewSize(width, os[i].MinSize().Height)) // wrapped text knows its height once it has a width
		os[i].Move(fyne.NewPos(float32(i)*(w+l.gap), 0))
	}
}

func (l columnsLayout) MinSize(os []fyne.CanvasObject) fyne.Size {
	a, b := os[0].MinSize(), os[1].MinSize()
	return fyne.NewSize(a.Width+b.Width+l.gap, max(a.Height, b.Height))
}
