package wire

import (
	"context"
	"io"
	"path/filepath"
	"runtime"

	"qunxiang/core"
	"qunxiang/core/database"
	"qunxiang/core/host"
	"qunxiang/core/run"
	"qunxiang/core/workspace"
	"qunxiang/i18n"
	"qunxiang/sdk"
	"qunxiang/sdk/rpc"
	"qunxiang/store"
)

// Config says what a program brings along.
type Config struct {
	Bundled  []string                                    // ids of the methods that the program serves by starting itself
	Describe func(ids []string) (rpc.Description, error) // what this program would say of them; nil = it is started and asked
	Program  string                                      // the executable to start for them; "" = this one
	Store    store.Options                               // how projects are opened
	Threads  int                                         // processor cores that a run may use; 0 = all
	Log      io.Writer                                   // what plugins say on their standard error; nil = nowhere
	Plugins  []string                                    // programs of plugins in the making, or folders of them; those of DeveloperEnv besides
	Apart    bool                                        // files that are no plain text are read by a process of their own; the program calls ServeReader first
}

// Workspace makes the application. The function returned ends its tasks and stops
// its plugins; projects are closed by their owners before.
func Workspace(c Config) (*workspace.Workspace, func() error) {
	if c.Threads <= 0 {
		c.Threads = runtime.GOMAXPROCS(0)
	}
	more, missing := developed(c.Plugins)
	c.Store.Room = room
	h := host.New(host.Config{Bundled: c.Bundled, Describe: c.Describe, Program: c.Program, Plugins: more, Threads: c.Threads, Log: c.Log})
	w := workspace.New(workspace.Config{Methods: methods{Host: h, strict: len(more) > 0, missing: missing}, Models: h, Room: room, Files: files{c.Store}, Threads: c.Threads, Reader: reader(c), Databases: database.Reader{}, Say: say})
	return w, func() error {
		err := w.Close()
		if e := h.Close(); err == nil {
			err = e
		}
		return err
	}
}

// say puts a message into both languages.
func say(m core.Message) sdk.Text {
	return sdk.Text{ZH: i18n.Locale{Lang: sdk.ZH}.Message(m), EN: i18n.Locale{Lang: sdk.EN}.Message(m)}
}

// methods is a host as the workspace sees it.
type methods struct {
	*host.Host

	strict  bool  // there are plugins in the making
	missing error // what was to be one and is not there
}

// Methods lists what describes itself. A plugin that does not is left out: it must
// not stand in the way of the others. Where somebody works on one, its failure is told
// beside them.
func (m methods) Methods(ctx context.Context) ([]core.Method, error) {
	if m.missing != nil {
		return nil, m.missing
	}
	found, err := m.Host.Methods(ctx)
	if err != nil && (len(found) == 0 || ctx.Err() != nil) {
		return nil, err
	}
	if !m.strict {
		err = nil
	}
	out := make([]core.Method, len(found))
	for i, f := range found {
		out[i] = core.Method(f)
	}
	return out, err
}

// Bundled tells of one method of this program. Where somebody works on a plugin, all are
// asked, so that its failure is told.
func (m methods) Bundled(id string) (core.Method, bool) {
	if m.strict || m.missing != nil {
		return core.Method{}, false
	}
	found, ok := m.Host.Bundled(id)
	return core.Method(found), ok
}

// Fit runs a method to its end.
func (m methods) Fit(ctx context.Context, method string, r sdk.Request, progress func(float64, sdk.Text)) (sdk.Response, error) {
	return m.Host.Fit(ctx, method, r, host.Control{Progress: progress})
}

// Session starts one process for several runs.
func (m methods) Session(ctx context.Context, method string) (run.Session, error) {
	s, err := m.Host.Session(ctx, method)
	if err != nil { // no nil session in the interface
		return nil, err
	}
	return s, nil
}

// files is the project store as the workspace sees it.
type files struct{ o store.Options }

var _ workspace.File = (*store.File)(nil)

// Create makes a project file.
func (f files) Create(_ context.Context, path string, p core.Project) (workspace.File, error) {
	return opened(store.Create(path, p, f.o))
}

// Open opens a project file. A session (the window's, not that of one command) goes on
// where one that crashed has ended: what it had done and not saved is there, unsaved.
func (f files) Open(ctx context.Context, path string) (workspace.File, error) {
	if !f.o.OneShot && !f.o.ReadOnly {
		if file := f.unsaved(path); file != nil {
			return file, nil
		}
	}
	return opened(store.OpenContext(ctx, path, f.o))
}

// unsaved opens the newest sound working copy with unsaved changes of the project, nil
// where there is none. Trouble with it must not stand in the way of the project.
func (f files) unsaved(path string) *store.File {
	path, err := filepath.Abs(path)
	if err != nil {
		return nil
	}
	if real, err := filepath.EvalSymlinks(path); err == nil { // as the store names it
		path = real
	}
	found, err := store.Recoverable(f.o.WorkDir)
	if err != nil {
		return nil
	}
	for _, r := range found {
		if r.Path != path || r.Damaged {
			continue
		}
		if file, err := store.Adopt(r, f.o); err == nil {
			return file
		}
	}
	return nil
}

// opened keeps a nil file out of the interface.
func opened(f *store.File, err error) (workspace.File, error) {
	if err != nil {
		return nil, err
	}
	return f, nil
}
