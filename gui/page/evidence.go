package page

import (
	"slices"
	"strconv"
	"strings"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/container"

	"qunxiang/core/chart"
	"qunxiang/gui/presenter"
	"qunxiang/gui/theme"
	"qunxiang/gui/widget"
	"qunxiang/sdk"
)

// mark is what stands under the pointer on a chart.
type mark struct {
	sel   chart.Selection
	lines []string
}

// tool is what the chart looked at can be worked with: the cut of a dendrogram, the
// number of groups of a sweep, a node of a tree. nil = nothing but to look.
func (r *Results) tool(st presenter.ResultsState) fyne.CanvasObject {
	switch st.Kind {
	case chart.KindDendrogram:
		if st.Cut != nil {
			return r.cutTool(st)
		}
	case chart.KindSweep:
		if st.Choice != nil {
			return r.choiceTool(st)
		}
	case chart.KindTree:
		return r.nodeTool(st)
	case chart.KindMap, chart.KindScatter:
		return r.boxTool(st)
	}
	return nil
}

// cutTool moves the cut of a dendrogram by buttons, tells the groups and runs the
// method with it.
func (r *Results) cutTool(st presenter.ResultsState) fyne.CanvasObject {
	e, l, c := r.cfg.Env, r.cfg.Env.Locale, st.Cut
	k := len(c.Groups)
	fewer := widget.Action{Text: "−", Do: func() { r.p.CutInto(k - 1) }}.Button()
	more := widget.Action{Text: "+", Do: func() { r.p.CutInto(k + 1) }}.Button()
	if k <= 1 {
		fewer.Disable()
	}
	if k >= c.Most {
		more.Disable()
	}
	now := e.T("gui.cut.now", "k", k, "height", l.Number(c.Height, -1))
	left := widget.Row(theme.GapS, fewer, widget.Centered(widget.Whole(now).Bold()), more)
	reset := widget.Action{Text: e.T("gui.cut.reset"), Icon: "back", Do: r.p.ResetCut}.Button()
	use := widget.Action{Text: e.T("gui.cut.use", "k", k), Icon: "run", Primary: true, Do: func() { r.p.UseCut() }}.Button()
	if c.Own { // both stay in their places, so that nothing jumps while the line is pulled
		reset.Disable()
	}
	if c.Own || st.Running || !st.Takes("k") {
		use.Disable()
	}
	right := widget.Row(theme.GapS, reset, use)
	const most = 12
	sizes := make([]string, 0, min(len(c.Groups), most+1))
	for i, g := range c.Groups {
		if i == most {
			sizes = append(sizes, "…")
			break
		}
		sizes = append(sizes, e.T("gui.cut.size", "n", l.Int(g.Size), "share", l.Percent(g.Share)))
	}
	return widget.Column(theme.GapXS, widget.Spread(left, right), widget.Hint(e, e.T("gui.cut.hint")+" "+strings.Join(sizes, " · ")))
}

// choiceTool tells what the indices say, and what another number of groups would do.
func (r *Results) choiceTool(st presenter.ResultsState) fyne.CanvasObject {
	e, c := r.cfg.Env, st.Choice
	box := widget.Column(theme.GapS)
	if len(c.Votes) > 0 {
		box.Add(widget.Para(e, r.votes(c)))
	}
	tabs := make([]widget.Tab, 0, len(c.Ks))
	for _, k := range c.Ks {
		title := e.T("gui.choice.k", "k", k)
		if k == c.Chosen {
			title = e.T("gui.choice.chosen", "k", k)
		}
		tabs = append(tabs, widget.Tab{ID: strconv.Itoa(k), Title: title})
	}
	at := c.Picked
	if at == 0 {
		at = c.Chosen
	}
	box.Add(widget.NewTabs(tabs, strconv.Itoa(at), func(id string) {
		if k, err := strconv.Atoi(id); err == nil {
			r.p.PickK(k)
		}
	}).Wrapped())
	switch {
	case c.Picked == 0 || c.Picked == c.Chosen:
		box.Add(widget.Hint(e, e.T("gui.choice.hint")))
	case c.Comparing:
		box.Add(widget.Hint(e, e.T("gui.choice.comparing", "k", c.Picked)))
	case c.Err != nil && !presenter.Cancelled(c.Err):
		message, hint := e.Locale.Error(c.Err)
		box.Add(widget.Notice(e, widget.ToneWarn, message, hint))
	case c.Result != nil:
		r.otherNumber(box, st)
	}
	return box
}

// votes is a sentence of what each index prefers, and whether they agree.
func (r *Results) votes(c *presenter.ChoiceState) string {
	e := r.cfg.Env
	parts := make([]string, 0, len(c.Votes))
	same := true
	for _, v := range c.Votes {
		name := e.T("gui.index." + v.Index)
		if v.K == 0 {
			parts = append(parts, e.T("gui.choice.none", "index", name))
		} else {
			parts = append(parts, e.T("gui.choice.vote", "index", name, "k", v.K))
		}
		same = same && v.K == c.Chosen
	}
	key := "gui.choice.disagree"
	if same {
		key = "gui.choice.agree"
	}
	return e.T(key, "list", strings.Join(parts, e.T("gui.list.comma")), "k", c.Chosen)
}

// otherNumber tells what the picked number of groups does, in customers and money.
func (r *Results) otherNumber(box *fyne.Container, st presenter.ResultsState) {
	e, l, c := r.cfg.Env, r.cfg.Env.Locale, st.Choice
	pairs := make([]string, 0, len(c.Indices))
	for _, p := range c.Indices {
		pairs = append(pairs, e.T("gui.choice.index", "index", e.T("gui.index."+p.Index), "from", l.Number(p.Chosen, -1), "to", l.Number(p.Picked, -1)))
	}
	lines := widget.Column(theme.GapXS)
	const most = 3
	for i, ch := range c.Changes {
		if i == most {
			lines.Add(widget.Hint(e, e.T("gui.choice.more", "n", len(c.Changes)-most)))
			break
		}
		key := "gui.choice.splits"
		if len(ch.Before) > 1 {
			key = "gui.choice.joins"
		}
		lines.Add(widget.Para(e, e.T(key, "before", r.groupList(st, ch.Before), "after", r.groupList(st, ch.After))))
	}
	if len(c.Changes) == 0 {
		lines.Add(widget.Para(e, e.T("gui.choice.same")))
	}
	r.moves(c.Moves, lines)
	lines.Add(widget.Hint(e, strings.Join(pairs, e.T("gui.list.comma"))))
	use := widget.Action{Text: e.T("gui.choice.use", "k", c.Picked), Icon: "run", Primary: true, Do: func() {
		r.p.Again(map[string]string{"k": strconv.Itoa(c.Picked), "height": ""})
	}}.Button()
	if st.Running {
		use.Disable()
	}
	box.Add(container.NewBorder(nil, nil, nil, widget.Inset(widget.Centered(use), 0, 0, 0, theme.GapM), lines))
}

// moves tells who changes sides besides: without them the customers would not add up.
func (r *Results) moves(all []presenter.Move, lines *fyne.Container) {
	e := r.cfg.Env
	const most = 2
	rest := 0
	for i, m := range all {
		if i >= most {
			rest += m.Size
			continue
		}
		lines.Add(widget.Para(e, e.T("gui.choice.moves", "n", m.Size, "from", m.From, "to", m.To)))
	}
	if rest > 0 {
		lines.Add(widget.Hint(e, e.T("gui.choice.moved", "n", rest)))
	}
}

// groupList names groups with their customers and money.
func (r *Results) groupList(st presenter.ResultsState, gs []presenter.Group) string {
	e, l := r.cfg.Env, r.cfg.Env.Locale
	out := make([]string, 0, len(gs))
	for _, g := range gs {
		if g.Amount == 0 {
			out = append(out, e.T("gui.choice.group.plain", "name", g.Name, "n", g.Size))
			continue
		}
		mean := 0.0
		if g.Size > 0 {
			mean = g.Amount / float64(g.Size)
		}
		out = append(out, e.T("gui.choice.group", "name", g.Name, "n", g.Size, "money", l.CompactMoney(g.Amount, st.Currency), "mean", l.CompactMoney(mean, st.Currency)))
	}
	return strings.Join(out, e.T("gui.list.semicolon"))
}

// nodeTool works on a node of a decision tree: its customers, pruning, other splits.
func (r *Results) nodeTool(st presenter.ResultsState) fyne.CanvasObject {
	e, n := r.cfg.Env, st.Node
	if n == nil {
		return r.treeHint(st)
	}
	title := ""
	if len(n.Lines) > 0 {
		title = n.Lines[0]
	}
	buttons := widget.Row(theme.GapS)
	add := func(on bool, a widget.Action) {
		if on {
			b := a.Button()
			if st.Running && a.Icon != "customers" && a.Icon != "close" {
				b.Disable()
			}
			buttons.Add(b)
		}
	}
	add(n.Edits > 0, widget.Action{Text: e.T("gui.node.undo"), Icon: "back", Do: func() { r.p.Undo() }})
	add(n.CanEdit && !n.Leaf, widget.Action{Text: e.T("gui.node.prune"), Icon: "trash", Do: func() { r.p.Prune() }})
	add(len(n.Select.Segments) > 0, widget.Action{Text: e.T("gui.node.customers"), Icon: "customers", Do: func() { r.behind(n.Select) }})
	add(true, widget.Action{Text: e.T("gui.node.close"), Icon: "close", Do: func() { r.p.PickNode(chart.Selection{}, nil) }})
	about := e.T("gui.node.title", "id", strconv.Itoa(n.ID), "rule", title)
	if len(n.Lines) > 2 {
		about += " · " + strings.Join(n.Lines[1:min(3, len(n.Lines))], " · ")
	}
	list, note := r.nodeOptions(st)
	box := widget.Column(theme.GapXS, container.NewBorder(nil, nil, nil, widget.Centered(buttons), widget.Column(theme.GapXS, widget.Heading(e, about), widget.Hint(e, note))))
	if list != nil {
		box.Add(list)
	}
	return box
}

// treeHint says what a click does, and has the way back from changes by hand.
func (r *Results) treeHint(st presenter.ResultsState) fyne.CanvasObject {
	e := r.cfg.Env
	if !st.CanEdit() {
		return widget.Hint(e, e.T("gui.node.hint.plain"))
	}
	edits := st.Edits()
	if edits == 0 {
		return widget.Hint(e, e.T("gui.node.hint"))
	}
	undo := widget.Action{Text: e.T("gui.node.undo"), Icon: "back", Do: func() { r.p.Undo() }}.Button()
	if st.Running {
		undo.Disable()
	}
	return container.NewBorder(nil, nil, nil, widget.Centered(undo), widget.Hint(e, e.T("gui.node.edited", "n", edits)+" "+e.T("gui.node.hint")))
}

// nodeOptions lists other ways to divide the node, best first, and says what they are;
// nil = there are none to be seen.
func (r *Results) nodeOptions(st presenter.ResultsState) (list fyne.CanvasObject, note string) {
	e, l, n := r.cfg.Env, r.cfg.Env.Locale, st.Node
	switch {
	case !n.CanEdit:
		return nil, ""
	case n.Loading:
		return nil, e.T("gui.node.loading")
	case n.Err != nil && !presenter.Cancelled(n.Err):
		message, hint := l.Error(n.Err)
		return widget.Notice(e, widget.ToneWarn, message, hint), ""
	case len(n.Options) == 0:
		return nil, e.T("gui.node.noOptions")
	}
	rows := widget.Column(theme.GapXS)
	for _, o := range n.Options {
		use := widget.Action{Text: e.T("gui.node.use"), Do: func() { r.p.Edit(o.Edit) }}.Button()
		if o.Now {
			use.SetText(e.T("gui.node.now"))
		}
		if st.Running || o.Now {
			use.Disable()
		}
		rows.Add(container.NewBorder(nil, nil, nil, use, widget.Centered(widget.NewText(r.optionText(st, o)))))
	}
	scroll := container.NewVScroll(widget.Inset(rows, 0, theme.GapM, 0, 0))
	high := float32(min(len(n.Options), 3)) * (theme.RowHeight + theme.GapM)
	return widget.Fixed(scroll, 0, high), e.T("gui.node.options")
}

// optionText is one way to divide a node: with the shares of the class looked for, where
// the tree looks for one.
func (r *Results) optionText(st presenter.ResultsState, o presenter.SplitOption) string {
	e, l := r.cfg.Env, r.cfg.Env.Locale
	rule := nameColumns(e, o.Rule.In(l.Lang), []string{o.Feature})
	left, right := e.T("gui.node.customersOf", "n", o.Left), e.T("gui.node.customersOf", "n", o.Right)
	if slices.ContainsFunc(st.Seg.Metrics, func(m sdk.Metric) bool { return m.ID == "positive" }) {
		left, right = e.T("gui.node.side", "n", o.Left, "share", l.Percent(o.LeftValue)), e.T("gui.node.side", "n", o.Right, "share", l.Percent(o.RightValue))
	}
	return e.T("gui.node.option", "rule", rule, "gain", l.Percent(o.Gain), "left", left, "right", right)
}

// otherResult picks the result to compare with.
func (r *Results) otherResult(st presenter.ResultsState, row *fyne.Container) {
	names := presenter.Others(st.Seg.Name, st.Runs)
	row.Add(widget.Centered(widget.Muted(r.cfg.Env.T("gui.chart.with")).Keep()))
	row.Add(widget.NewChoice(names, names, st.With, r.p.SetWith))
}

// crosstabFeature picks the column of a cross table.
func (r *Results) crosstabFeature(st presenter.ResultsState, row *fyne.Container) {
	e := r.cfg.Env
	ids := chart.CrosstabFeatures(st.Seg)
	if len(ids) < 2 {
		return
	}
	titles := make([]string, len(ids))
	for i, id := range ids {
		titles[i] = columnTitle(e, id)
	}
	now := st.Options.X
	if !slices.Contains(ids, now) {
		now = ids[0]
	}
	row.Add(widget.Centered(widget.Muted(e.T("gui.chart.column")).Keep()))
	row.Add(widget.NewChoice(ids, titles, now, func(id string) { r.p.SetOptions(func(o *chart.Options) { o.X = id }) }))
}
