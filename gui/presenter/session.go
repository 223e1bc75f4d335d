package presenter

import (
	"context"
	"path/filepath"
	"slices"
	"strings"
	"sync/atomic"

	"qunxiang/core"
	"qunxiang/core/workspace"
	"qunxiang/sdk"
)

// SessionConfig wires a Session. All fields but Problem and Done are needed.
type SessionConfig struct {
	Desk     Desk
	Exec     Exec
	Settings SettingsStore
	// Draft returns a path for a project that has no file of the user's yet.
	Draft func(name string) string
	// IsDraft reports whether a path is one of those.
	IsDraft func(path string) bool
	// Drafts lists the drafts that are there at the start; nil = none are looked for.
	Drafts func() []string
	// Discard removes a draft's file.
	Discard func(path string)
	// Sample generates the sample shop and returns its files.
	Sample func(lang sdk.Lang) (name, currency string, files []string, err error)
	// Problem shows an error to the user.
	Problem func(err error)
	// Done says that something is ready that the user no longer waits for in front of it.
	Done func(text core.Message, at Route)
}

// Session is the window's own presenter: the open project, where the window is,
// running tasks, settings.
type Session struct {
	Live[SessionState]
	cfg     SessionConfig
	project Project
	info    reader
	back    []Route
	waiting atomic.Bool // a look at the tasks is queued
	unnamed bool        // the open draft has the name of the file that it was made for
}

// SessionState is what rail, top bar and task bar show.
type SessionState struct {
	Route    Route
	CanBack  bool
	Open     bool
	Busy     bool // a project is being opened
	Draft    bool // the project has no file of the user's yet
	Dirty    bool
	Path     string
	Revision int
	Info     workspace.Info
	InfoErr  error
	Tasks    []workspace.TaskState
	Settings Settings
	Queue    []string           // data files that wait to be imported
	Latest   *core.Segmentation // the newest result, nil = none
	Lost     []string           // drafts that a crash left behind
}

// Unsaved reports whether closing would lose something that was not saved.
func (s SessionState) Unsaved() bool {
	return s.Open && (s.Dirty || s.Draft && len(s.Info.Sources) > 0)
}

// NewSession makes the session and reads the settings.
func NewSession(cfg SessionConfig) *Session {
	s := &Session{cfg: cfg, info: reader{exec: cfg.Exec}}
	s.state = SessionState{Route: Route{Page: PageHome}, Settings: cfg.Settings.Load()}
	if cfg.Drafts != nil {
		s.state.Lost = cfg.Drafts()
	}
	cfg.Desk.Subscribe(s.hear)
	return s
}

// Project returns the open project, nil without one.
func (s *Session) Project() Project { return s.project }

// Lang returns the window's language.
func (s *Session) Lang() sdk.Lang { return s.state.Settings.Lang }

func (s *Session) update(f func(st *SessionState)) {
	st := s.state
	f(&st)
	s.set(st)
}

// hear takes the workspace's events, on any goroutine. Progress comes faster than a
// busy machine can draw it: while one look at the tasks is waiting, no other is asked for.
func (s *Session) hear(e workspace.Event) {
	if e.Kind == workspace.ProjectChanged {
		s.cfg.Exec.Post(s.Refresh)
		return
	}
	if s.waiting.Swap(true) {
		return
	}
	s.cfg.Exec.Post(func() {
		s.waiting.Store(false)
		s.update(func(st *SessionState) { st.Tasks = s.cfg.Desk.Tasks() })
	})
}

// Refresh reads the project's facts again.
func (s *Session) Refresh() {
	p := s.project
	if p == nil {
		return
	}
	s.update(func(st *SessionState) { st.Dirty, st.Path, st.Revision = p.Dirty(), p.Path(), p.Revision() })
	fetch(&s.info, func(ctx context.Context) (facts, error) { return readFacts(ctx, p) }, func(f facts, err error) {
		s.update(func(st *SessionState) {
			st.Info, st.Latest, st.InfoErr, st.Dirty, st.Path, st.Revision = f.info, f.latest, err, p.Dirty(), p.Path(), p.Revision()
			st.Draft = s.cfg.IsDraft(st.Path)
		})
		if err == nil {
			s.remember(p, f.info)
		}
	})
}

// facts are what the frame and Home show of a project.
type facts struct {
	info   workspace.Info
	latest *core.Segmentation
}

func readFacts(ctx context.Context, p Project) (f facts, err error) {
	if f.info, err = p.Info(ctx); err != nil || len(f.info.Runs) == 0 {
		return f, err
	}
	f.info.Runs = slices.Clone(f.info.Runs)
	newestFirst(f.info.Runs)
	f.latest, err = p.Segmentation(ctx, f.info.Runs[0].Name, f.info.Runs[0].Run)
	return f, err
}

// Go shows another page; the one before can be gone back to.
func (s *Session) Go(r Route) {
	if r.Same(s.state.Route) { // nothing to come back to
		return
	}
	if len(s.back) > 50 {
		s.back = s.back[1:]
	}
	s.back = append(s.back, s.state.Route)
	s.update(func(st *SessionState) { st.Route, st.CanBack = r, true })
}

// Back shows the page before.
func (s *Session) Back() {
	if len(s.back) == 0 {
		return
	}
	r := s.back[len(s.back)-1]
	s.back = s.back[:len(s.back)-1]
	s.update(func(st *SessionState) { st.Route, st.CanBack = r, len(s.back) > 0 })
}

// Cancel asks a task to stop.
func (s *Session) Cancel(task int) { s.cfg.Desk.Cancel(task) }

// Open opens a project file in place of the open one, which the caller has asked
// about saving.
func (s *Session) Open(path string) {
	if abs, err := filepath.Abs(path); err == nil {
		path = abs
	}
	s.enter(func(ctx context.Context) (Project, error) { return s.cfg.Desk.Open(ctx, path) }, nil)
}

// Create makes an empty project. path "" makes a draft.
func (s *Session) Create(path string, n workspace.NewProject) {
	if path == "" {
		path = s.cfg.Draft(n.Name)
	}
	s.enter(func(ctx context.Context) (Project, error) { return s.cfg.Desk.Create(ctx, path, n) }, func() { s.Go(Route{Page: PageData}) })
}

// Sample generates the sample shop, makes a draft project of it and queues its
// orders for import.
func (s *Session) Sample() {
	lang := s.Lang()
	var orders []string
	s.enter(func(ctx context.Context) (Project, error) {
		name, currency, files, err := s.cfg.Sample(lang)
		if err != nil {
			return nil, err
		}
		orders = files
		return s.cfg.Desk.Create(ctx, s.cfg.Draft(name), workspace.NewProject{Name: name, Currency: currency})
	}, func() { s.Import(orders...) })
}

// enter closes the open project, opens another away from the window's thread and
// shows it.
func (s *Session) enter(open func(context.Context) (Project, error), then func()) {
	s.leave()
	s.update(func(st *SessionState) { st.Busy = true })
	fetch(&s.info, open, func(p Project, err error) {
		s.update(func(st *SessionState) { st.Busy = false })
		if err != nil {
			s.fail(err)
			return
		}
		s.project = p
		s.back, s.unnamed = nil, false
		s.update(func(st *SessionState) {
			st.Open, st.Path, st.Info = true, p.Path(), workspace.Info{Project: p.Head(), AsOf: core.NoDate}
			st.Draft, st.CanBack = s.cfg.IsDraft(p.Path()), false
			st.Lost = slices.DeleteFunc(slices.Clone(st.Lost), func(l string) bool { return l == p.Path() })
		})
		s.Refresh()
		if then != nil {
			then()
			return
		}
		s.Go(Route{Page: PageHome})
	})
}

// CloseProject closes the open project without saving and goes home.
func (s *Session) CloseProject() {
	s.leave()
	s.Go(Route{Page: PageHome})
}

func (s *Session) leave() {
	p := s.project
	if p == nil {
		return
	}
	for _, t := range s.cfg.Desk.Tasks() {
		s.cfg.Desk.Cancel(t.ID)
	}
	s.info.stop()
	path := p.Path()
	s.project = nil
	s.update(func(st *SessionState) {
		*st = SessionState{Route: st.Route, Tasks: st.Tasks, Settings: st.Settings, Lost: st.Lost}
		if s.cfg.IsDraft(path) {
			st.Settings = st.Settings.withoutRecent(path)
		}
	})
	if err := p.Close(); err != nil {
		s.fail(err)
	}
	if s.cfg.IsDraft(path) {
		s.cfg.Discard(path)
	}
}

// Import queues data files and shows the import page; without a project it makes a
// draft named after the first file.
func (s *Session) Import(files ...string) {
	if len(files) == 0 {
		return
	}
	s.InProject(files[0], func() {
		s.update(func(st *SessionState) { st.Queue = append(slices.Clone(st.Queue), files...) })
		s.Go(Route{Page: PageData})
	})
}

// InProject calls then with a project open: without one it makes a draft named after a
// file first.
func (s *Session) InProject(file string, then func()) {
	if s.project != nil {
		then()
		return
	}
	name := strings.TrimSuffix(filepath.Base(file), filepath.Ext(file))
	s.enter(func(ctx context.Context) (Project, error) {
		return s.cfg.Desk.Create(ctx, s.cfg.Draft(name), workspace.NewProject{Name: name})
	}, func() {
		s.unnamed = true
		then()
	})
}

// NextFile takes the first waiting file, "" when none waits.
func (s *Session) NextFile() string {
	q := s.state.Queue
	if len(q) == 0 {
		return ""
	}
	s.update(func(st *SessionState) { st.Queue = q[1:] })
	return q[0]
}

// Rename changes the project's name and currency.
func (s *Session) Rename(name, currency string) {
	if s.project == nil {
		return
	}
	h := s.project.Head()
	h.Name, h.Currency = name, strings.ToUpper(currency)
	if err := s.project.SetHead(h); err != nil {
		s.fail(err)
	}
	s.Refresh()
}

// SetAsOf keeps the user's as-of date; NoDate goes back to the automatic one.
func (s *Session) SetAsOf(d core.Date) {
	if s.project == nil {
		return
	}
	if err := s.project.SetAsOf(d); err != nil {
		s.fail(err)
	}
	s.Refresh()
}

// Configure changes the settings and keeps them.
func (s *Session) Configure(change func(*Settings)) {
	st := s.state.Settings
	change(&st)
	if err := s.cfg.Settings.Save(st); err != nil {
		s.fail(err)
	}
	s.update(func(x *SessionState) { x.Settings = st })
}

// DropDraft removes a draft that a crash left behind.
func (s *Session) DropDraft(path string) {
	s.cfg.Discard(path)
	s.update(func(st *SessionState) {
		st.Lost = slices.DeleteFunc(slices.Clone(st.Lost), func(p string) bool { return p == path })
	})
}

// Forget takes a project off the list of recent ones; its file stays.
func (s *Session) Forget(path string) {
	s.Configure(func(st *Settings) { *st = st.withoutRecent(path) })
}

// remember keeps what the project's card on Home shows.
func (s *Session) remember(p Project, in workspace.Info) {
	if s.cfg.IsDraft(p.Path()) {
		return
	}
	old, known := s.state.Settings.recent(p.Path())
	r := Recent{
		Path: p.Path(), Name: in.Project.Name, Currency: in.Project.Currency, Opened: old.Opened,
		Customers: in.Customers, Orders: in.Orders, Amount: in.Amount, LastDate: in.LastDate.String(), Runs: len(in.Runs),
		NewCustomers: old.NewCustomers, NewRuns: old.NewRuns,
	}
	if known {
		r.NewCustomers += in.Customers - old.Customers
		r.NewRuns += len(in.Runs) - old.Runs
	}
	if len(in.Runs) > 0 {
		r.Result, r.Segments = in.Runs[0].Name, old.Segments
		if l := s.state.Latest; l != nil {
			r.Segments = shares(l)
		}
	}
	s.Configure(func(st *Settings) { *st = st.withRecent(r) })
}

func shares(seg *core.Segmentation) []RecentShare {
	out := make([]RecentShare, 0, len(seg.Segments))
	for _, g := range seg.Segments {
		out = append(out, RecentShare{ID: g.ID, Name: g.Name, Size: g.Size})
	}
	return out
}

func (s *Session) fail(err error) {
	if err != nil && !Cancelled(err) && s.cfg.Problem != nil {
		s.cfg.Problem(err)
	}
}

// Fail shows an error to the user unless it is a cancelling.
func (s *Session) Fail(err error) { s.fail(err) }
