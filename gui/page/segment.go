package page

import (
	"slices"
	"strings"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/container"

	"qunxiang/core"
	"qunxiang/gui/presenter"
	"qunxiang/gui/theme"
	"qunxiang/gui/widget"
	"qunxiang/sdk"
	"qunxiang/sdk/table"
)

// Segment is the gallery of questions and the form of the method that answers one.
type Segment struct {
	cfg     Config
	p       *presenter.Segment
	root    *fyne.Container
	formFor string // method whose form is built
	form    *widget.Form
	side    *fyne.Container
	guards  *fyne.Container
	name    *widget.Entry
	run     *widget.Button
	page    fyne.CanvasObject
	feats   *fyne.Container
	own     bool     // the side shows what a tool of the method makes
	shown   struct { // what the side panels were made from
		preview *core.Segmentation
		plan    *presenter.Plan
		looking bool
		large   bool
	}
}

// NewSegment makes the page.
func NewSegment(cfg Config, p *presenter.Segment) *Segment {
	return &Segment{cfg: cfg, p: p, root: container.NewStack(), side: container.NewStack(), guards: container.NewStack(), feats: container.NewStack()}
}

// Content implements Page.
func (s *Segment) Content() fyne.CanvasObject { return s.root }

// Show implements Page.
func (s *Segment) Show(r presenter.Route) {
	s.p.Watch(s.render)
	if r.Method != "" || r.Within != "" { // the form begins anew
		s.formFor = ""
	}
	s.p.Load(r)
	s.render(s.p.State())
}

// Refresh implements Page.
func (s *Segment) Refresh() { s.p.Load(presenter.Route{}) }

// Hide implements Page.
func (s *Segment) Hide() { s.p.Watch(nil) }

// Undo implements Undoer for what is edited beside the form.
func (s *Segment) Undo() {
	switch st := s.p.State(); {
	case st.RulesParam() != "":
		s.p.Rules().Undo()
	case st.HasLadder():
		s.p.Tiers().Undo()
	}
}

// Redo implements Undoer.
func (s *Segment) Redo() {
	switch st := s.p.State(); {
	case st.RulesParam() != "":
		s.p.Rules().Redo()
	case st.HasLadder():
		s.p.Tiers().Redo()
	}
}

func (s *Segment) render(st presenter.SegmentState) {
	switch {
	case st.Phase == presenter.Failed:
		swap(s.root, failed(s.cfg, st.Err, func() { s.p.Load(presenter.Route{}) }))
	case st.Methods == nil:
		swap(s.root, widget.Loading(s.cfg.Env.T("gui.segment.methods")))
	case s.cfg.Session.Project() == nil:
		swap(s.root, noProject(s.cfg))
	case !st.HasData && st.Phase == presenter.Ready && len(s.cfg.Session.State().Info.Sources) == 0:
		swap(s.root, noData(s.cfg))
	case st.Method == nil:
		s.formFor = ""
		swap(s.root, s.gallery(st))
	default:
		s.method(st)
	}
}

// gallery leads from questions to methods.
func (s *Segment) gallery(st presenter.SegmentState) fyne.CanvasObject {
	e := s.cfg.Env
	body := widget.Column(theme.GapL)
	if st.Broken != nil {
		body.Add(brokenPlugin(e, st.Broken))
	}
	s.advice(st, body)
	cards := widget.Wrap(theme.GapL, theme.CardWidth)
	for _, m := range ordered(st.Methods) {
		in := m.Info
		l := e.Locale.Lang
		rows := widget.Column(theme.GapS,
			widget.Row(theme.GapS, widget.Icon(methodIcon(in), theme.ColorAccentText, theme.IconSize), widget.Centered(widget.Muted(in.Name.In(l)).Keep())),
			widget.Lead(e, in.Question.In(l)),
			widget.Hint(e, in.Summary.In(l)))
		cards.Add(widget.NewTappable(widget.Pad(rows, theme.GapL), func() { s.p.Pick(in.ID) }))
	}
	if len(body.Objects) > 0 {
		body.Add(widget.Section(e.T("gui.advice.all")))
	}
	body.Add(cards)
	var looking fyne.CanvasObject
	if st.Advice.Looking {
		looking = widget.Muted(e.T("gui.advice.looking")).Keep()
	}
	return frame(e.T("gui.segment.title"), e.T("gui.segment.sub"), looking, container.NewVScroll(widget.Inset(body, 0, theme.GapM, theme.GapL, 0)))
}

// brokenPlugin tells of a plugin that is not among the methods.
func brokenPlugin(e widget.Env, err error) fyne.CanvasObject {
	message, hint := e.Locale.Error(err)
	return widget.Notice(e, widget.ToneError, message, hint)
}

// ordered puts the method that answers most owners' first question in front.
func ordered(ms []core.Method) []core.Method {
	out := slices.Clone(ms)
	rank := func(m core.Method) int {
		if i := slices.Index([]string{"rfm", "kmeans", "dtree"}, m.Info.ID); i >= 0 {
			return i
		}
		return len(ms)
	}
	slices.SortStableFunc(out, func(a, b core.Method) int { return rank(a) - rank(b) })
	return out
}

func methodIcon(in sdk.Info) string {
	switch {
	case slices.Contains(in.Tags, "supervised"):
		return "tree"
	case slices.Contains(in.Tags, "clustering"):
		return "cluster"
	case slices.Contains(in.Tags, "value"):
		return "star"
	}
	return "segment"
}

// method shows the form of a method; the form itself survives new states.
func (s *Segment) method(st presenter.SegmentState) {
	e, in := s.cfg.Env, st.Method.Info
	if s.formFor != in.ID {
		s.build(st)
		swap(s.root, s.page)
	} else if len(s.root.Objects) != 1 || s.root.Objects[0] != s.page {
		swap(s.root, s.page)
	}
	if st.Running {
		s.run.SetText(e.T("gui.segment.running"))
		s.run.Disable()
	} else {
		s.run.SetText(e.T("gui.segment.run"))
		if st.Plan != nil && !st.Plan.Refused() && !st.Unready {
			s.run.Enable()
		} else {
			s.run.Disable()
		}
	}
	s.renderGuards(st)
	if !s.own && (st.Preview != s.shown.preview || st.Looking != s.shown.looking || st.Large != s.shown.large || len(s.side.Objects) == 0) {
		s.shown.preview, s.shown.looking, s.shown.large = st.Preview, st.Looking, st.Large
		swap(s.side, previewPanel(s.cfg, st, s.p.TryNow))
	}
}

func (s *Segment) build(st presenter.SegmentState) {
	e, in := s.cfg.Env, st.Method.Info
	l := e.Locale.Lang
	s.formFor = in.ID
	s.shown.preview, s.shown.plan = nil, nil
	s.side.Objects = nil
	s.name = widget.NewEntry()
	s.name.SetText(s.freeName(st))
	s.name.OnChanged = s.p.SetName
	s.run = widget.Action{Text: e.T("gui.segment.run"), Icon: "run", Primary: true, Do: func() { s.p.Run(s.name.Text) }}.Button()
	extra := map[string]fyne.CanvasObject{}
	if _, ok := in.Param("map_file"); ok {
		extra["map"] = widget.Action{Text: e.T("gui.map.open"), Icon: "grid", Do: s.editMap}.Button()
	}
	columns := func(p sdk.Param) (names, titles []string) { return columnNames(e, st, p) }
	own := s.tool(st)
	s.own = own != nil
	cfg := widget.FormConfig{
		Env: e, Values: st.Values, PickColumn: columns, OnChange: s.p.Set,
		PickFile: s.pickFile, Extra: extra, Skip: map[string]bool{"map_file": true},
	}
	if s.own {
		for _, id := range own.params {
			cfg.Skip[id] = true
		}
	}
	pick := cfg
	for _, p := range in.Params { // a column to be picked comes first: without it there is no run
		if p.Kind == sdk.ParamColumn && !p.Advanced && !cfg.Skip[p.ID] {
			pick.Params = append(pick.Params, p)
			continue
		}
		cfg.Params = append(cfg.Params, p)
	}
	s.form = widget.NewForm(cfg)
	swap(s.feats, s.features(st))
	form := widget.Column(theme.GapL, s.guards)
	if len(pick.Params) > 0 {
		form.Add(widget.Card(widget.NewForm(pick)))
	}
	share := float32(0.46)
	if s.own {
		share = own.share
		form.Add(own.body)
		swap(s.side, own.side)
	}
	form.Add(s.basics(st))
	form.Add(s.feats)
	if slices.ContainsFunc(cfg.Params, func(p sdk.Param) bool { return !cfg.Skip[p.ID] }) {
		form.Add(widget.Card(widget.Column(theme.GapM, widget.Section(e.T("gui.segment.params")), s.form)))
	}
	left := container.NewVScroll(widget.Inset(form, 0, theme.GapM, theme.GapL, 0))
	back := widget.Action{Text: e.T("gui.segment.back"), Icon: "back", Do: func() { s.p.Pick("") }}.Button()
	body := container.New(splitLayout{gap: theme.GapL, left: share}, left, s.side)
	s.page = frame(in.Question.In(l), s.byline(st), widget.Row(theme.GapS, back, s.run), body)
}

// byline names the method, and the segment that it stays inside.
func (s *Segment) byline(st presenter.SegmentState) string {
	e := s.cfg.Env
	if st.Within == "" {
		return e.T("gui.segment.by", "method", st.Method.Info.Name)
	}
	return e.T("gui.segment.byWithin", "method", st.Method.Info.Name, "name", withinText(st))
}

// columnNames lists the columns that a parameter may name and what people call them:
// those of its role's kinds, the segments of stored results where it takes categories,
// and none where it need not name any.
func columnNames(e widget.Env, st presenter.SegmentState, p sdk.Param) (names, titles []string) {
	role := sdk.Role{Min: 1}
	for _, r := range st.Method.Info.Roles {
		if r.Param == p.ID {
			role = r
		}
	}
	if role.Min == 0 {
		key := map[bool]string{true: "gui.form.auto", false: "gui.form.noColumn"}[p.Default.IsAuto()]
		names, titles = append(names, ""), append(titles, e.T(key))
	}
	takes := func(k table.Kind) bool { return len(role.Kinds) == 0 || slices.Contains(role.Kinds, k) }
	results := func() {
		if !takes(table.Category) {
			return
		}
		for _, r := range st.Results {
			names, titles = append(names, "segment:"+r), append(titles, e.T("gui.form.segmentOf", "name", r))
		}
	}
	if role.Min == 0 { // groups are most often those of a result
		results()
	}
	for _, f := range st.Features {
		if takes(f.Kind) {
			names, titles = append(names, f.Name), append(titles, columnTitle(e, f.Name))
		}
	}
	if role.Min > 0 {
		results()
	}
	return names, titles
}

func (s *Segment) freeName(st presenter.SegmentState) string {
	name := st.Method.Info.Name.In(s.cfg.Env.Locale.Lang)
	if st.Within == "" {
		return name
	}
	all := strings.Split(withinText(st), " › ")
	return s.cfg.Env.T("gui.family.name", "method", name, "segment", strings.ReplaceAll(all[len(all)-1], "/", " "))
}

// basics asks what the result is called and who takes part.
func (s *Segment) basics(st presenter.SegmentState) fyne.CanvasObject {
	e := s.cfg.Env
	where := widget.NewEntry()
	where.SetText(st.Where)
	where.SetPlaceHolder(e.T("gui.segment.where.placeholder"))
	where.OnChanged = s.p.SetWhere
	rows := widget.Column(theme.GapM, widget.Column(theme.GapXS, widget.NewText(e.T("gui.segment.name")).Bold(), s.name),
		widget.Column(theme.GapXS, widget.NewText(e.T("gui.segment.where")).Bold(), where))
	if st.Within != "" {
		inside := widget.Action{Text: e.T("gui.segment.within", "name", withinText(st)), Icon: "close"}
		inside.Do = func() {
			s.p.SetWithin("")
			s.formFor = ""
			s.method(s.p.State())
		}
		rows.Add(inside.Button())
	}
	return widget.Card(rows)
}

// features lets the user pick columns where the method takes any number of them.
func (s *Segment) features(st presenter.SegmentState) fyne.CanvasObject {
	e := s.cfg.Env
	open := slices.ContainsFunc(st.Method.Info.Roles, func(r sdk.Role) bool { return r.Max == 0 && r.Param == "" })
	if !open || len(st.Features) == 0 {
		s.feats.Hide()
		return container.NewStack()
	}
	s.feats.Show()
	const cell = theme.StatWidth * 1.4
	room := cell - widget.NewCheck("", nil).MinSize().Width
	checks := widget.Wrap(theme.GapXS, cell)
	for _, f := range chosenFirst(st.Features) {
		title := columnTitle(e, f.Name)
		if title == f.Name {
			title = e.Locale.Feature(f.Name)
		}
		c := widget.NewCheck(widget.Cut(title, room), nil)
		c.SetChecked(f.Chosen)
		c.OnChanged = func(on bool) { s.p.Choose(f.Name, on) }
		checks.Add(c)
	}
	return widget.Card(widget.Column(theme.GapS, widget.Section(e.T("gui.segment.features")), widget.Hint(e, e.T("gui.segment.features.hint")), checks))
}

// chosenFirst puts the columns that the form begins with in front: one of a hundred would
// not be seen further down.
func chosenFirst(fs []presenter.Feature) []presenter.Feature {
	out := slices.Clone(fs)
	slices.SortStableFunc(out, func(a, b presenter.Feature) int {
		switch {
		case a.Chosen == b.Chosen:
			return 0
		case a.Chosen:
			return -1
		}
		return 1
	})
	return out
}

// renderGuards shows what the method says about the data before the run.
func (s *Segment) renderGuards(st presenter.SegmentState) {
	if st.Plan == s.shown.plan && st.PlanErr == nil && len(s.guards.Objects) > 0 {
		return
	}
	s.shown.plan = st.Plan
	e := s.cfg.Env
	box := widget.Column(theme.GapS)
	if st.PlanErr != nil && !presenter.Cancelled(st.PlanErr) {
		message, hint := e.Locale.Error(st.PlanErr)
		mood := widget.ToneError
		if core.CodeOf(st.PlanErr) == "role_unfilled" { // something is still to be chosen
			mood = widget.ToneInfo
		}
		box.Add(widget.Notice(e, mood, message, hint))
	}
	if st.Plan != nil {
		s.remarks(st, box)
		box.Add(widget.NewText(e.T("gui.segment.takes", "n", st.Plan.Rows)).Color(theme.ColorMuted))
		for _, x := range st.Plan.Excluded {
			box.Add(widget.NewText(e.T("gui.segment.without", "n", x.Count, "reason", e.T("reason."+x.Reason))).Color(theme.ColorMuted))
		}
	}
	swap(s.guards, box)
}

// remarks are what the method and the guards say about the data, with who is behind.
func (s *Segment) remarks(st presenter.SegmentState, box *fyne.Container) {
	e, l := s.cfg.Env, s.cfg.Env.Locale.Lang
	columns := make([]string, 0, len(st.Features)+len(st.Results))
	for _, f := range st.Features {
		columns = append(columns, f.Name)
	}
	for _, r := range st.Results {
		columns = append(columns, "segment:"+r)
	}
	inside := func(text string) string { // a segment by its name, not by its key
		if st.Within == "" {
			return text
		}
		return strings.ReplaceAll(text, st.Within, withinText(st))
	}
	for _, d := range st.Plan.Diagnostics {
		if s.own && d.Param != "" && d.Param == st.RulesParam() {
			continue // the builder says it while the rules are written
		}
		var act []widget.Action
		if g, ok := st.Advice.Guard(d.Code); ok {
			act = s.behind(g)
		}
		box.Add(widget.Notice(e, tone(d.Severity), inside(named(e, columns, d.Summary.In(l))), guardAdvice(e, d.Code, inside(named(e, columns, d.Detail.In(l)))), act...))
	}
}

func tone(s sdk.Severity) widget.Tone {
	switch s {
	case sdk.SeverityError:
		return widget.ToneError
	case sdk.SeverityWarning:
		return widget.ToneWarn
	}
	return widget.ToneInfo
}

func (s *Segment) pickFile(done func(content, name string)) {
	s.cfg.Dialogs.OpenFile([]string{".csv", ".txt", ".map"}, func(path string) {
		text, err := presenter.ReadText(path)
		if err != nil {
			s.cfg.Session.Fail(err)
			return
		}
		done(text, base(path))
	})
}

// editMap opens the segment map editor on what the form gives now.
func (s *Segment) editMap() {
	st := s.p.State()
	m := presenter.NewSegMap(st.Preview)
	if text := st.Values["map_file"]; text != "" {
		m.SetText(text)
	}
	openMapEditor(s.cfg, m, func(text string) {
		s.p.Set("map_file", text)
		s.p.Set("map", "custom")
		s.formFor = ""
		s.method(s.p.State())
	})
}
