package presentertest

import (
	"os"
	"path/filepath"
	"sync"
	"testing"
	"time"

	"qunxiang/core"
	"qunxiang/core/workspace"
	"qunxiang/core/workspace/workspacetest"
	"qunxiang/gui/presenter"
	"qunxiang/sdk"
)

// Queue stands for the window's thread: what is posted runs when the test says so,
// on the test's goroutine.
type Queue struct {
	mu    sync.Mutex
	fns   []func()
	wake  chan struct{}
	After int // timers that were started
}

// post is safe to call from any goroutine.
func (q *Queue) post(fn func()) {
	q.mu.Lock()
	q.fns = append(q.fns, fn)
	q.mu.Unlock()
	select {
	case q.wake <- struct{}{}:
	default:
	}
}

// Drain runs what is queued, and what that queues, until nothing is left.
func (q *Queue) Drain() {
	for {
		q.mu.Lock()
		fns := q.fns
		q.fns = nil
		q.mu.Unlock()
		if len(fns) == 0 {
			return
		}
		for _, fn := range fns {
			fn()
		}
	}
}

// Until runs the queue until ok holds; it fails the test after ten seconds.
func (q *Queue) Until(tb testing.TB, what string, ok func() bool) {
	tb.Helper()
	limit := time.After(10 * time.Second)
	for {
		q.Drain()
		if ok() {
			return
		}
		select {
		case <-q.wake:
		case <-limit:
			tb.Fatalf("waited in vain for %s", what)
		}
	}
}

// Rig is an application for a test.
type Rig struct {
	Queue    *Queue
	Exec     presenter.Exec
	Desk     presenter.Desk
	Session  *presenter.Session
	Settings *Settings
	Problems []error        // shown to the user
	Done     []core.Message // told to the user, who has gone on
	Dropped  []string
	Dir      string          // for files
	Tables   []sdk.DataTable // that the method adds to its results
	Slow     bool            // the method does not run at every change
	Broken   error           // of a plugin beside the method
}

// New makes an application in a language, without a project.
func New(tb testing.TB, lang sdk.Lang) *Rig {
	tb.Helper()
	q := &Queue{wake: make(chan struct{}, 1)}
	r := &Rig{Queue: q, Settings: &Settings{Kept: presenter.Settings{Lang: lang, Theme: "light", TextScale: 1}}, Dir: tb.TempDir()}
	r.Exec = presenter.Exec{Post: q.post, Work: func(fn func()) { fn() }, After: func(_ time.Duration, fn func()) func() {
		q.After++
		stopped := false
		q.post(func() {
			if !stopped {
				fn()
			}
		})
		return func() { stopped = true }
	}}
	ws := workspace.New(workspace.Config{
		Methods: Method{Tables: &r.Tables, Slow: &r.Slow, Broken: &r.Broken}, Files: &workspacetest.Folder{}, Threads: 1,
		Now: func() time.Time { return time.Date(2025, 1, 2, 3, 4, 5, 0, time.UTC) },
	})
	tb.Cleanup(func() { _ = ws.Close() })
	r.Desk = presenter.NewDesk(ws)
	r.Session = presenter.NewSession(presenter.SessionConfig{
		Desk: r.Desk, Exec: r.Exec, Settings: r.Settings,
		Draft:   func(name string) string { return filepath.Join("drafts", name+".qx") },
		IsDraft: func(path string) bool { return filepath.Dir(path) == "drafts" },
		Discard: func(path string) { r.Dropped = append(r.Dropped, path) },
		Sample: func(sdk.Lang) (string, string, []string, error) {
			return "Sample", "EUR", []string{r.Write(tb, "orders.csv", Orders)}, nil
		},
		Problem: func(err error) { r.Problems = append(r.Problems, err) },
		Done:    func(m core.Message, _ presenter.Route) { r.Done = append(r.Done, m) },
	})
	return r
}

// Write makes a file and returns its path.
func (r *Rig) Write(tb testing.TB, name, text string) string {
	tb.Helper()
	path := filepath.Join(r.Dir, name)
	if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
		tb.Fatal(err)
	}
	return path
}

// WithOrders makes a project named Shop and imports Orders.
func (r *Rig) WithOrders(tb testing.TB) *presenter.Data {
	tb.Helper()
	d := presenter.NewData(r.Desk, r.Exec, r.Session)
	r.Session.Create("shop.qx", workspace.NewProject{Name: "Shop", Currency: "EUR"})
	r.Queue.Until(tb, "the project", func() bool { return r.Session.State().Open })
	r.Session.Import(r.Write(tb, "orders.csv", Orders))
	d.Load()
	r.Queue.Until(tb, "the preview", func() bool { return d.State().Import.Phase == presenter.ImportReady })
	d.Import()
	r.Queue.Until(tb, "the import", func() bool { return d.State().Import.Phase == presenter.ImportDone })
	r.Queue.Until(tb, "the facts", func() bool { return r.Session.State().Info.Customers > 0 })
	return d
}

// WithResult makes a project with Orders and one run of the method.
func (r *Rig) WithResult(tb testing.TB) *presenter.Segment {
	tb.Helper()
	r.WithOrders(tb)
	g := presenter.NewSegment(r.Desk, r.Exec, r.Session)
	g.Load(presenter.Route{Method: "scores"})
	r.Queue.Until(tb, "the plan", func() bool { return g.State().Plan != nil })
	g.Run("First")
	r.Queue.Until(tb, "the run", func() bool { return r.Session.State().Route.Page == presenter.PageResults })
	r.Queue.Until(tb, "the newest result", func() bool { return r.Session.State().Latest != nil })
	return g
}

// Orders is a small file of orders: six customers, one refund without its order,
// one row without a date.
const Orders = `customer_id,order_date,amount,order_no
ann,2024-01-05,150.00,1
bob,2024-02-01,20.50,2
ann,2024-03-01,10.00,3
eve,2023-01-01,500.00,4
dan,2024-03-20,80.00,5
dan,2024-03-25,60.00,6
fay,,12.00,7
gil,2023-06-01,33.00,8
`

// Settings keeps settings in memory.
type Settings struct {
	Kept  presenter.Settings
	Saved int
	Err   error
}

// Load implements presenter.SettingsStore.
func (s *Settings) Load() presenter.Settings { return s.Kept }

// Save implements presenter.SettingsStore.
func (s *Settings) Save(v presenter.Settings) error {
	if s.Err != nil {
		return s.Err
	}
	s.Kept = v
	s.Saved++
	return nil
}
